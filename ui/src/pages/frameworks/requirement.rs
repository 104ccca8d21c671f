//! One requirement as a card: the question, what a good answer looks like, and what it is linked with.

use super::{links, typed};
use crate::parts::path::framework_path;
use conclave_domain::{framework::Requirement, t, text};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// A requirement with what the page knows about it.
#[derive(Clone)]
pub struct Shown {
    /// The framework's id.
    pub framework: String,
    /// Its edition.
    pub edition: String,
    /// Evidence examples, its own or its group's.
    pub evidence: Vec<String>,
    /// Whether the address names it.
    pub open: bool,
    /// Whether links of the crosswalk touch the framework.
    pub linked: bool,
    /// The requirement.
    pub requirement: Requirement,
}

/// The card; `at` is what the address names, `names` are the short titles of frameworks by id.
pub fn card(shown: &Shown, at: Memo<String>, names: Memo<BTreeMap<String, String>>) -> AnyView {
    let r = &shown.requirement;
    let here = framework_path(&shown.framework, &shown.edition, &r.id);
    let (id, key) = (r.id.clone(), r.id.clone());
    let now = move || at.with(|at| *at == key);
    let question = (!r.question.is_empty())
        .then(|| view! { <p class="question prose" data-test="requirement-question">{r.question.clone()}</p> });
    let crosswalk = shown.linked.then(|| links::links(shown.framework.clone(), r.id.clone(), shown.open, names));
    view! {
        <article class="card requirement-card" class:now=now tabindex="-1" data-test="framework-requirement" data-requirement=id.clone() aria-label=format!("{} {}", r.id, r.title)>
            <header class="section-head">
                <h3><a class="ref" href=here title=t!("frameworks_page.permalink")>{id.clone()}</a> " " {r.title.clone()}</h3>
                {asks_evidence(r)}
            </header>
            {question}
            {doubt(r)}
            <dl class="pairs">{facts(shown)}</dl>
            {crosswalk}
        </article>
    }
    .into_any()
}

fn asks_evidence(r: &Requirement) -> Option<AnyView> {
    r.asks_evidence.then(|| view! { <span class="muted">{t!("frameworks_page.asks_evidence")}</span> }.into_any())
}

/// What is not certain stands where nobody overlooks it.
fn doubt(r: &Requirement) -> Option<AnyView> {
    (!r.doubt.is_empty()).then(|| {
        view! {
            <div class="note part" data-test="requirement-doubt">
                <p class="note-title"><span aria-hidden="true">"◇ "</span>{t!("frameworks_page.doubt")}</p><p>{r.doubt.clone()}</p>
            </div>
        }
        .into_any()
    })
}

fn facts(shown: &Shown) -> AnyView {
    let r = &shown.requirement;
    let evidence = (!shown.evidence.is_empty()).then(|| {
        let lines = shown.evidence.iter().map(|e| view! { <li>{e.clone()}</li> }).collect_view();
        view! { <ul class="plain-list">{lines}</ul> }.into_any()
    });
    let addressed: Vec<String> = r
        .addressed_to
        .iter()
        .map(|a| text::look_up(&format!("choice.org_role.{a}")).unwrap_or_else(|| a.clone()))
        .collect();
    let line = |value: String| (!value.is_empty()).then(|| view! { <span class="prose">{value}</span> }.into_any());
    let all = [
        (t!("frameworks_page.guidance"), line(r.guidance.clone())),
        (t!("frameworks_page.evidence"), evidence),
        (t!("frameworks_page.weak"), line(r.weak.clone())),
        (t!("frameworks_page.answered_by"), line(r.answered_by.clone())),
        (t!("frameworks_page.addressed_to"), line(addressed.join(", "))),
        (t!("frameworks_page.names"), line(r.names.join(", "))),
        (t!("frameworks_page.asks"), r.asks.as_ref().map(typed::asks)),
        (t!("frameworks_page.when"), r.when.as_ref().map(|w| typed::condition(w, &shown.framework, &shown.edition))),
    ];
    all.into_iter()
        .filter_map(|(label, value)| value.map(|v| view! { <div class="pair"><dt>{label}</dt><dd>{v}</dd></div> }))
        .collect_view()
        .into_any()
}
