//! The note that other evidence has exactly the same content: set when a file was brought in, shown on the evidence's page.

use crate::pages::record::show::head_link;
use conclave_domain::{call::record::Head, t};
use leptos::prelude::*;
use std::sync::LazyLock;
use uuid::Uuid;

/// What was brought in last, and what has the same content.
type Same = Option<(Head, Vec<Head>)>;

static SAME: LazyLock<ArcRwSignal<Same>> = LazyLock::new(|| ArcRwSignal::new(None));

/// Keeps what has the same content as evidence that was just brought in.
pub fn remember(head: &Head, same: Vec<Head>) {
    SAME.set((!same.is_empty()).then(|| (head.clone(), same)));
}

/// Forgets it: it names records of an opening that is over.
pub fn forget() {
    if SAME.with_untracked(Option::is_some) {
        SAME.set(None);
    }
}

/// The note on the page of an evidence, until it is closed or other evidence is brought in.
pub fn note(id: Uuid) -> AnyView {
    let shown = move || {
        SAME.get().filter(|(head, _)| head.id == id).map(|(head, same)| {
            let lines = same.iter().map(|h| view! { <li>{head_link(h)}</li> }).collect_view();
            view! {
                <div class="note part" role="status" data-test="evidence-same">
                    <p class="note-title"><span aria-hidden="true">"◇ "</span>{t!("evidence_page.same", name = head.reference)}</p>
                    <ul class="plain-list">{lines}</ul>
                    <div class="actions"><button type="button" class="link" on:click=move |_| SAME.set(None)>{t!("evidence_page.same_close")}</button></div>
                </div>
            }
        })
    };
    view! { {shown} }.into_any()
}
