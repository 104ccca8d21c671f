//! The list of frameworks: the board's own and the built-in ones apart, and a search over all their requirements.

use super::{edition_of, find, kind_label, origin};
use crate::{
    call::use_reply,
    parts::{
        dom,
        loading::{failed, loading},
        path::framework_path,
    },
    state::Session,
};
use conclave_domain::{
    call::framework::{FrameworkLine, ListFrameworks},
    permission::Permission,
    t,
};
use leptos::prelude::*;

/// The page.
pub fn list() -> AnyView {
    let lines = use_reply(move || Some(ListFrameworks {}));
    let lead = move || {
        lines.with(|l| match l {
            Some(Ok(all)) => about(all),
            _ => String::new(),
        })
    };
    let tables = move || {
        lines.with(|l| match l {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(all)) => tables(all),
        })
    };
    let found = RwSignal::new(false);
    view! {
        <div class="page frameworks-page">
            <header class="page-head">
                <div><h1>{t!("frameworks_page.title")}</h1><p class="lead" data-test="frameworks-lead">{lead}</p></div>
                <div class="actions">
                    <a class="button" data-test="open-crosswalk" href="/crosswalk">{t!("crosswalk_page.title")}</a>
                    {bring()}
                </div>
            </header>
            {find::find(found)}
            <div class="stack" hidden=move || found.get()>{tables}</div>
        </div>
    }
    .into_any()
}

/// "17 frameworks with 651 requirements, 2 of them your own."
fn about(lines: &[FrameworkLine]) -> String {
    let requirements: usize = lines.iter().map(|l| l.requirements).sum();
    let own = lines.iter().filter(|l| l.own).count();
    t!("frameworks_page.lead", n = lines.len(), requirements = dom::count(requirements as u64), own = own)
}

/// The ways to a framework of the board's own, for those who may.
fn bring() -> AnyView {
    let session = Session::here();
    let shown = move || {
        session.may(Permission::KeepFrameworks).then(|| view! {
            <a class="button" data-test="framework-new" href="/frameworks/new">{t!("frameworks_page.write")}</a>
            <a class="button primary" data-test="framework-import" href="/frameworks/import">{t!("frameworks_page.bring")}</a>
        })
    };
    view! { {shown} }.into_any()
}

fn tables(lines: &[FrameworkLine]) -> AnyView {
    let (own, built_in): (Vec<_>, Vec<_>) = lines.iter().partition(|l| l.own);
    let own = if own.is_empty() { none() } else { table(t!("frameworks_page.own_title"), "own-frameworks", &own) };
    let built_in = table(t!("frameworks_page.built_in_title"), "built-in-frameworks", &built_in);
    view! { {own} {built_in} }.into_any()
}

fn none() -> AnyView {
    view! {
        <section class="empty" data-test="own-frameworks-empty">
            <p class="empty-title">{t!("frameworks_page.none")}</p>
            <p>{t!("frameworks_page.none_about")}</p>
            <div class="actions">{bring()}</div>
        </section>
    }
    .into_any()
}

fn table(title: String, test: &'static str, lines: &[&FrameworkLine]) -> AnyView {
    let rows = lines.iter().map(|l| row(l)).collect_view();
    view! {
        <section class="card flush" aria-labelledby=test>
            <h2 class="table-title" id=test>{title}</h2>
            <div class="scroll-x"><table class="records static" data-test=test>
                <thead><tr>
                    <th scope="col">{t!("frameworks_page.name")}</th><th scope="col">{t!("field.edition")}</th>
                    <th scope="col">{t!("frameworks_page.publisher")}</th><th scope="col">{t!("frameworks_page.kind")}</th>
                    <th scope="col" class="number">{t!("frameworks_page.requirements")}</th>
                    <th scope="col" class="number">{t!("frameworks_page.links")}</th>
                    <th scope="col" class="number">{t!("frameworks_page.assessments")}</th>
                    <th scope="col">{t!("frameworks_page.origin")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

fn row(line: &FrameworkLine) -> AnyView {
    let href = framework_path(&line.id, edition_of(line), "");
    let number = |n: u64| if n == 0 { "–".to_owned() } else { dom::count(n) };
    view! {
        <tr data-test="framework-row" data-framework=line.id.clone() data-edition=line.edition.clone()>
            <td class="title"><a href=href title=line.title.clone()>{line.short_title.clone()}</a></td>
            <td>{line.edition.clone()}</td>
            <td>{line.publisher.clone()}</td>
            <td>{kind_label(&line.kind)}</td>
            <td class="number">{dom::count(line.requirements as u64)}</td>
            <td class="number">{number(line.links as u64)}</td>
            <td class="number">{number(line.assessments)}</td>
            <td>{origin(line.own)}</td>
        </tr>
    }
    .into_any()
}
