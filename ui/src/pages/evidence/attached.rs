//! The answers and conditions that rest on evidence, on its page, each with a way to detach it.

use super::{
    named::named,
    target::{Target, change},
};
use crate::{
    pages::record::say,
    parts::{loading::loading, path::record_path},
    state::Session,
};
use conclave_domain::{
    call::record::{Detail, Head},
    noun::{Body, Evidence},
    permission::Permission,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

/// What rests on an evidence, each with a way to detach it; nothing where nothing does.
pub fn attached(head: &Head, evidence: &Evidence) -> AnyView {
    let targets = Target::parts(&evidence.answers, &evidence.conditions);
    if targets.is_empty() {
        return ().into_any();
    }
    let found = named(targets.iter().map(Target::record).collect());
    let head = head.clone();
    let may = untrack(|| Session::here().may(Permission::KeepEvidence));
    let busy = RwSignal::new(false);
    let lines = move || match found.get() {
        None => loading(),
        Some(all) => {
            let line =
                |(at, target): (usize, &Target)| line(at + 1, target, all.get(&target.record()), &head, may, busy);
            let lines = targets.iter().enumerate().map(line).collect_view();
            view! { <ul class="plain-list lines">{lines}</ul> }.into_any()
        }
    };
    view! {
        <section class="card" data-test="evidence-attached" aria-labelledby="evidence-attached-title">
            <h2 id="evidence-attached-title">{t!("evidence_page.attached")}</h2>
            {lines}
        </section>
    }
    .into_any()
}

fn line(
    number: usize,
    target: &Target,
    found: Option<&Detail>,
    head: &Head,
    may: bool,
    busy: RwSignal<bool>,
) -> AnyView {
    let words = found.map(|d| target.name(&d.head.reference));
    let shown = match (found, &words) {
        (Some(detail), Some(words)) => {
            view! { <a href=path(target, detail)>{words.clone()}</a> " " {about(target, detail)} }.into_any()
        }
        _ => view! { <span class="muted">{t!("form.unknown_record")}</span> }.into_any(),
    };
    let words = words.unwrap_or_default();
    let label = t!("evidence_page.detach_from", name = words);
    let (id, reference, target) = (head.id, head.reference.clone(), target.clone());
    let detach = move |_| {
        if !busy.get_untracked() {
            busy.set(true);
            detach(id, reference.clone(), target.clone(), words.clone(), busy);
        }
    };
    let button = may.then(|| {
        view! {
            <button type="button" class="button small" data-test=format!("evidence-detach-{number}") aria-label=label
                disabled=busy on:click=detach>{t!("evidence_page.detach")}</button>
        }
    });
    view! { <li class="line"><span>{shown}</span>{button}</li> }.into_any()
}

fn detach(evidence: Uuid, reference: String, target: Target, name: String, busy: RwSignal<bool>) {
    spawn_local(async move {
        let reply = change(evidence, |e| target.detach(e)).await;
        let _ = busy.try_set(false);
        match reply {
            Ok(saved) => say::undoable(t!("evidence_page.detached", evidence = reference, name = name), saved.entry),
            Err(fault) => say::fault(&fault),
        }
    });
}

fn path(target: &Target, detail: &Detail) -> String {
    let base = record_path(detail.head.kind, &detail.head.reference);
    match target {
        Target::Answer(_, requirement) => format!("{base}?at={}", crate::parts::dom::escape(requirement)),
        _ => base,
    }
}

/// The assessment's name, or the condition's words.
fn about(target: &Target, detail: &Detail) -> AnyView {
    let words = match (target, &detail.body) {
        (Target::Condition(_, number), Body::Decision(decision)) => {
            let at = usize::try_from(*number).unwrap_or_default().wrapping_sub(1);
            decision.conditions.get(at).map(|c| c.text.clone())
        }
        _ => Some(detail.head.title.clone()),
    };
    view! { <span class="muted prose">{words}</span> }.into_any()
}
