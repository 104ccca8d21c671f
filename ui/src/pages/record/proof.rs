//! What a record rests on: the evidence that points to it, and what was signed about it.

use super::show::head_link;
use crate::{
    pages::evidence::{known::attach, target::Target},
    parts::{columns::expiry, signature::signature},
};
use conclave_domain::{call::record::Detail, kind::Kind, t};
use leptos::prelude::*;

/// Whether the page of a kind has the card of its evidence; others list it in a tab.
pub const fn has_evidence(kind: Kind) -> bool {
    matches!(kind, Kind::Risk | Kind::Review | Kind::Finding | Kind::Decision)
}

/// The evidence that points to a record, with the ways to attach more.
pub fn evidence(detail: &Detail) -> AnyView {
    let head = &detail.head;
    if !has_evidence(head.kind) {
        return ().into_any();
    }
    let rows: Vec<_> =
        detail.used_by.iter().filter(|r| r.head.kind == Kind::Evidence && r.head.trashed_at.is_none()).collect();
    let none = rows.is_empty().then(|| view! { <p class="muted">{t!("evidence_page.none")}</p> });
    let lines = rows
        .iter()
        .map(|r| {
            let until = r.columns.due.map(|_| expiry(r.columns.due));
            view! { <li class="line"><span>{head_link(&r.head)}</span><span class="muted">{until}</span></li> }
        })
        .collect_view();
    let target = Target::Record(head.kind, head.id);
    let ways = attach(&target, &head.reference, "record-attach".into(), Callback::new(|()| {}));
    view! {
        <section class="card" data-test="record-evidence" aria-labelledby="record-evidence-title">
            <div class="section-head"><h2 id="record-evidence-title">{Kind::Evidence.many()}</h2>{ways}</div>
            {none}<ul class="plain-list lines">{lines}</ul>
        </section>
    }
    .into_any()
}

/// What was signed about a record; nothing where nothing was.
pub fn signatures(detail: &Detail) -> AnyView {
    if detail.signatures.is_empty() {
        return ().into_any();
    }
    let lines = detail.signatures.iter().map(signature).collect_view();
    view! {
        <section class="card" data-test="record-signatures" aria-labelledby="record-signatures-title">
            <h2 id="record-signatures-title">{t!("signature_card.title")}</h2>
            <ul class="plain-list lines">{lines}</ul>
        </section>
    }
    .into_any()
}
