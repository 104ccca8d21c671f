//! An empty list is never a dead end: it says what to do next.

use crate::parts::path::new_path;
use conclave_domain::{kind::Kind, t, text};
use leptos::prelude::*;

/// What stands in place of rows; `narrowed` if filters or words hide what there is.
pub fn nothing(kind: Kind, narrowed: bool, clear: Callback<()>) -> AnyView {
    if narrowed {
        return view! {
            <div class="empty" data-test="list-no-match">
                <p class="empty-title">{t!("list.no_match")}</p>
                <p>{t!("list.no_match_next")}</p>
                <button type="button" class="button" data-test="list-clear" on:click=move |_| clear.run(())>{t!("list.clear")}</button>
            </div>
        }
        .into_any();
    }
    let import = matches!(kind, Kind::System | Kind::Vendor | Kind::Asset | Kind::Risk).then(|| {
        view! { <a class="button" data-test="empty-import" href=format!("/import?kind={}", kind.name())>{t!("list.empty_import")}</a> }
    });
    let act = if kind == Kind::Evidence { t!("evidence_page.first") } else { t!("list.new", kind = kind.one()) };
    let create = (kind != Kind::Pack).then(|| {
        view! { <a class="button primary" data-test="empty-new" href=new_path(kind, None)>{act}</a> }
    });
    view! {
        <div class="empty" data-test="list-empty">
            <p class="empty-title">{t!("list.empty", kind = kind.many())}</p>
            <p>{text::label(&format!("list.empty_{}", kind.name()))}</p>
            <div class="actions">{create}{import}</div>
        </div>
    }
    .into_any()
}
