//! The conditions of a decision: who owes what until when, where it stands, and the evidence that bears it out.

use crate::{
    pages::{
        evidence::{
            known::attach,
            named::{Named, named},
            target::Target,
        },
        record::show::head_link,
    },
    parts::{
        columns::{due_text, expiry},
        dom,
        path::record_path,
        status::{Tone, status},
    },
};
use conclave_domain::{
    call::record::Detail,
    field::choice_label,
    kind::Kind,
    noun::{Body, Decision, decision::Condition, evidence::ConditionRef},
    t,
};
use leptos::prelude::*;
use uuid::Uuid;

/// The table of conditions; nothing where there are none.
pub fn conditions(detail: &Detail, decision: &Decision) -> AnyView {
    if decision.conditions.is_empty() {
        return ().into_any();
    }
    let edit = format!("{}?edit=conditions", record_path(detail.head.kind, &detail.head.reference));
    let rows = detail.used_by.iter().filter(|r| r.head.kind == Kind::Evidence && r.head.trashed_at.is_none());
    let found = named(rows.map(|r| r.head.id).collect());
    let lines = (1..)
        .zip(&decision.conditions)
        .map(|(number, c)| condition(number, c, proof(detail, number, found)))
        .collect_view();
    let open = decision.conditions.iter().filter(|c| c.is_open()).count();
    view! {
        <section class="card flush">
            <div class="table-title section-head">
                <h2>{t!("field.conditions")}</h2>
                <span class="muted">{t!("decision_page.open", open = open, all = decision.conditions.len())}</span>
                <a class="button small" data-test="conditions-edit" href=edit>{t!("decision_page.edit_conditions")}</a>
            </div>
            <div class="scroll-x"><table class="records static" data-test="decision-conditions">
                <thead><tr><th scope="col">{t!("field.text")}</th><th scope="col">{t!("field.owner")}</th><th scope="col">{t!("field.verifier")}</th>
                    <th scope="col">{t!("field.due_on")}</th><th scope="col">{t!("field.status")}</th><th scope="col">{t!("field.note")}</th>
                    <th scope="col">{Kind::Evidence.many()}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

fn condition(number: u32, c: &Condition, proof: AnyView) -> AnyView {
    let state = match c.status.as_str() {
        "met" => status(Tone::Good, choice_label("condition_status", "met")),
        "waived" => status(Tone::None, choice_label("condition_status", "waived")),
        _ => status(Tone::Open, choice_label("condition_status", "open")),
    };
    let due = if c.is_open() { due_text(c.due_on) } else { c.due_on.map(dom::day).into_any() };
    view! {
        <tr><th scope="row" class="prose">{c.text.clone()}</th><td>{c.owner.clone()}</td><td>{c.verifier.clone()}</td><td>{due}</td><td>{state}</td>
            <td class="prose">{c.note.clone()}</td><td data-test=format!("condition-evidence-{number}")>{proof}</td></tr>
    }
    .into_any()
}

/// The evidence for one condition, and the ways to attach more.
fn proof(detail: &Detail, number: u32, found: Named) -> AnyView {
    let (id, reference) = (detail.head.id, &detail.head.reference);
    let lines = move || {
        found.with(|all| {
            let all = all.iter().flat_map(|all| all.values());
            all.filter_map(|d| line(d, id, number)).collect_view()
        })
    };
    let target = Target::Condition(id, number);
    let name = target.name(reference);
    let ways = attach(&target, &name, format!("condition-attach-{number}"), Callback::new(|()| {}));
    view! { <ul class="plain-list">{lines}</ul><div class="actions">{ways}</div> }.into_any()
}

fn line(evidence: &Detail, decision: Uuid, number: u32) -> Option<AnyView> {
    let Body::Evidence(body) = &evidence.body else { return None };
    let expired = body.is_expired(dom::today()).then(|| expiry(body.expires_on));
    body.conditions
        .contains(&ConditionRef { decision, number })
        .then(|| view! { <li>{head_link(&evidence.head)} " " {expired}</li> }.into_any())
}
