//! Marking answers as reviewed: one, those of a guideline, or those of the whole assessment.

use super::state::Checklist;
use crate::{
    call::send,
    pages::record::say,
    parts::{
        signature::standing,
        status::{Tone, status},
    },
    state::Session,
};
use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::sign::{ReviewAnswers, SignatureLine},
    permission::Permission,
    t,
};
use leptos::{html, prelude::*, task::spawn_local};

fn badge(line: &SignatureLine) -> AnyView {
    if line.right { status(Tone::Good, t!("signature_card.reviewed")) } else { standing(line) }
}

/// The mark of a reviewed answer while its card is closed: a sign and a word, the sentence on hovering.
pub fn mark(list: Checklist, id: &str, open: Memo<bool>) -> AnyView {
    let line = list.reviewed.with(|r| r.get(id).filter(|_| !open.get()).cloned());
    line.map(|line| {
        let test = format!("answer-reviewed-{id}");
        view! { <span title=line.sentence() data-test=test>{badge(&line)}</span> }
    })
    .into_any()
}

/// Who reviewed an answer as it stands; nothing where nobody did.
pub fn line(list: Checklist, id: &str) -> AnyView {
    let (test, id) = (format!("answer-reviewed-{id}"), id.to_owned());
    let line = move || {
        list.reviewed.with(|r| r.get(&id).cloned()).map(|line| {
            view! { <p class="reviewed" data-test=test.clone()>{badge(&line)} " " <span>{line.sentence()}</span></p> }
        })
    };
    view! { {line} }.into_any()
}

/// The button that marks an answer as reviewed, for those who may.
pub fn button(list: Checklist, id: &str, answer: Memo<Answer>) -> AnyView {
    let may = untrack(|| Session::here().may(Permission::Review));
    let there = Memo::new(move |_| answer.with(|a| a.revision > 0));
    let id = id.to_owned();
    let button = move || {
        (may && there.get()).then(|| {
            let (one, label) = (id.clone(), t!("signature_card.review_of", id = id));
            let go = move |_| {
                let done = t!("signature_card.review_done", id = one);
                sign(list, vec![one.clone()], done);
            };
            view! {
                <button type="button" class="button small" data-test=format!("answer-review-{id}") aria-label=label
                    disabled=move || list.reviewing.get() on:click=go>{t!("signature_card.review")}</button>
            }
        })
    };
    view! { {button} }.into_any()
}

/// The menu that marks many answers at once; for those who may.
pub fn many(list: Checklist) -> AnyView {
    let session = Session::here();
    if !untrack(|| session.may(Permission::Review)) {
        return ().into_any();
    }
    let me = untrack(|| session.vault().map(|v| v.member).unwrap_or_default());
    // Own answers and marked ones are left out; whether the others may be marked is the vault's to say.
    let left = move |group: Option<&str>| {
        let of = |f: &conclave_domain::framework::Framework| {
            f.requirements
                .iter()
                .filter(|r| group.is_none_or(|g| r.group == g))
                .map(|r| r.id.clone())
                .collect::<Vec<_>>()
        };
        let ids = list.framework.with_value(of);
        let open = |id: &String| {
            list.answers.with(|a| a.get(id).is_some_and(|a| a.result != Outcome::NotAssessed && a.updated_by != me))
                && !list.reviewed.with(|r| r.contains_key(id))
        };
        ids.into_iter().filter(open).collect::<Vec<_>>()
    };
    let group = Memo::new(move |_| {
        let at = list.at.get();
        list.framework.with_value(|f| f.requirement(&at).map(|r| r.group.clone()).unwrap_or_default())
    });
    let all = left.clone();
    let of_group = Memo::new(move |_| group.with(|g| left(Some(g))));
    let of_all = Memo::new(move |_| all(None));
    let menu = NodeRef::<html::Details>::new();
    let guideline = move || t!("signature_card.review_guideline", id = group.get(), n = of_group.with(Vec::len));
    let assessment = move || t!("signature_card.review_assessment", n = of_all.with(Vec::len));
    view! {
        <details class="filter menu" data-test="review-many" node_ref=menu>
            <summary class="button small">{t!("signature_card.review_all")} <span aria-hidden="true">" ▾"</span></summary>
            <div class="popover">
                <p class="help">{t!("signature_card.review_about")}</p>
                <button type="button" class="button small" data-test="review-guideline" disabled=move || list.reviewing.get() || of_group.with(Vec::is_empty)
                    on:click=move |_| ask(list, of_group.get_untracked(), menu)>{guideline}</button>
                <button type="button" class="button small" data-test="review-assessment" disabled=move || list.reviewing.get() || of_all.with(Vec::is_empty)
                    on:click=move |_| ask(list, of_all.get_untracked(), menu)>{assessment}</button>
            </div>
        </details>
    }
    .into_any()
}

fn ask(list: Checklist, ids: Vec<String>, menu: NodeRef<html::Details>) {
    if let Some(menu) = menu.get_untracked() {
        menu.set_open(false);
    }
    let (question, about) = (t!("signature_card.review_question", n = ids.len()), t!("signature_card.review_about"));
    say::ask(question, about, t!("signature_card.review"), move || {
        let done = t!("signature_card.review_all_done", n = ids.len());
        sign(list, ids, done);
    });
}

/// Marks answers; a second press while the first is under way is the same wish.
fn sign(list: Checklist, requirements: Vec<String>, done: String) {
    if list.reviewing.try_get_untracked() != Some(false) {
        return;
    }
    list.reviewing.set(true);
    spawn_local(async move {
        let reply = send(ReviewAnswers { assessment: list.id, requirements }).await;
        if reply.is_ok() {
            list.refresh().await;
        }
        let _ = list.reviewing.try_set(false);
        match reply {
            Ok(_) => say::note(done),
            Err(fault) => say::fault(&fault),
        }
    });
}
