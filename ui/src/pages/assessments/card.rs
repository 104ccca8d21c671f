//! One requirement: closed a line with its answer, open the question with everything that belongs to an answer.

use super::{
    answer_links, bulk, fields, proof, review,
    state::{Checklist, card_id, is_overdue},
    typed,
};
use crate::parts::{
    dom,
    status::{Tone, result_badge, result_tone, status},
};
use conclave_domain::{
    answer::{Answer, Result as Outcome},
    framework::Requirement,
    t, text,
};
use leptos::prelude::*;

/// The results in the order of their keys.
pub const KEYS: [(char, Outcome); 5] = [
    ('1', Outcome::Met),
    ('2', Outcome::Partly),
    ('3', Outcome::NotMet),
    ('4', Outcome::NotApplicable),
    ('0', Outcome::NotAssessed),
];

/// The card of a requirement.
pub fn card(list: Checklist, requirement: Requirement) -> AnyView {
    let id = requirement.id.clone();
    let on = {
        let id = id.clone();
        Memo::new(move |_| list.at.with(|at| *at == id))
    };
    let answer = {
        let id = id.clone();
        Memo::new(move |_| list.answer(&id))
    };
    let gap = {
        let id = id.clone();
        Memo::new(move |_| list.gaps.with(|g| g.get(&id).map(|g| g.sentence.clone())))
    };
    let opened = id.clone();
    let open = move |_| {
        if !on.get_untracked() {
            list.open(&opened);
        }
    };
    let label = format!("{}-title", card_id(&id));
    let title = label.clone();
    let question = requirement.question.clone();
    let marks = {
        let id = id.clone();
        move || {
            let a = answer.get();
            let overdue = is_overdue(&a).then(|| status(Tone::Bad, t!("list.overdue")));
            view! { {overdue} {answer_links::marks(list, &id)} {review::mark(list, &id, on)} {result_badge(a.result)} }
        }
    };
    let gap_line = move || {
        gap.get()
            .map(|g| view! { <p class="gap-line" data-test="answer-gap"><span aria-hidden="true">"◇ "</span>{g}</p> })
    };
    let body = {
        let (requirement, id) = (requirement.clone(), id.clone());
        move || {
            if on.get() {
                view! {
                    {about(&requirement)} {answer_links::crosswalk(list, &id)} {typed::reply(list, &requirement)} {results(list, &id, answer)}
                    {answer_links::origin(list, &id, answer)} {fields::fields(list, &id)} {proof(list, &id, answer)}
                    {answer_links::findings(list, &id)} {foot(list, id.clone(), answer)}
                }.into_any()
            } else {
                view! { {closed(&answer.get())} {proof::evidence(list, &id)} }.into_any()
            }
        }
    };
    view! {
        <article class="requirement" class:now=on id=card_id(&id) tabindex="-1" data-test=format!("requirement-{id}")
            data-result=move || answer.get().result.name() aria-labelledby=label aria-current=move || on.get().then_some("true")>
            <header on:click=open>
                {bulk::pick(list, &id)}
                <span class="ref">{id.clone()}</span>
                <h3 id=title><button type="button" class="question" tabindex=move || if on.get() { "-1" } else { "0" }>{question}</button></h3>
                <span class="marks">{marks}</span>
            </header>
            <div class="requirement-body">{body}{gap_line}</div>
        </article>
    }
    .into_any()
}

/// What an answered requirement says while it is closed.
fn closed(answer: &Answer) -> AnyView {
    let said = [&answer.comment, &answer.reason, &answer.evidence].into_iter().find(|s| !s.trim().is_empty());
    said.map(|s| view! { <p class="said">{s.clone()}</p> }).into_any()
}

fn about(requirement: &Requirement) -> AnyView {
    let examples = requirement.evidence.iter().map(|e| view! { <li>{e.clone()}</li> }).collect_view();
    let examples = (!requirement.evidence.is_empty()).then(|| {
        view! {
            <details class="more"><summary>{t!("checklist.evidence_examples")}</summary><ul>{examples}</ul></details>
        }
    });
    let weak = (!requirement.weak.is_empty()).then(|| {
        let weak = requirement.weak.clone();
        view! { <details class="more"><summary>{t!("checklist.weak")}</summary><p>{weak}</p></details> }
    });
    let by = (!requirement.answered_by.is_empty()).then(|| t!("checklist.answered_by", who = requirement.answered_by));
    let asks = requirement.asks_evidence.then(|| view! { <span>{t!("checklist.asks_evidence")}</span> });
    let doubt = (!requirement.doubt.is_empty()).then(|| {
        let doubt = requirement.doubt.clone();
        view! { <p class="gap-line" data-test="requirement-doubt"><span aria-hidden="true">"◇ "</span>{t!("checklist_more.doubt")} " " {doubt}</p> }
    });
    view! {
        {doubt}
        <p class="guidance">{requirement.guidance.clone()}</p>
        <div class="about-row"><span>{by}</span>{asks}{examples}{weak}</div>
    }
    .into_any()
}

/// The results, each with its key.
fn results(list: Checklist, id: &str, answer: Memo<Answer>) -> AnyView {
    let id = id.to_owned();
    let buttons = KEYS
        .into_iter()
        .map(|(key, result)| {
            let (id, on) = (id.clone(), move || answer.get().result == result);
            let test = format!("result-{}", result.name());
            let pick = move |_| list.change(&id, |a| a.result = result);
            view! {
                <button type="button" role="radio" class="result" data-result=result.name() data-test=test aria-checked=move || on().to_string()
                    aria-keyshortcuts=key.to_string() on:click=pick>
                    <kbd aria-hidden="true">{key.to_string()}</kbd>
                    <span aria-hidden="true">{result_tone(result).sign()}</span> " " {result.label()}
                </button>
            }
        })
        .collect_view();
    view! { <div class="results" role="radiogroup" aria-label=t!("field.result") data-test=format!("answer-{id}")>{buttons}</div> }.into_any()
}

/// What the answer rests on and who reviewed it, with what can be done about either.
fn proof(list: Checklist, id: &str, answer: Memo<Answer>) -> AnyView {
    view! {
        {proof::evidence(list, id)}
        {review::line(list, id)}
        <div class="actions proof-ways">{proof::ways(list, id)}{review::button(list, id, answer)}</div>
    }
    .into_any()
}

/// Who saved the answer last, and what was refused.
fn foot(list: Checklist, id: String, answer: Memo<Answer>) -> AnyView {
    let fault = move || {
        list.faults.with(|f| f.get(&id).cloned()).map(|f| {
            view! {
                <div class="note bad" role="alert" data-test="answer-fault"><p>{f.sentence}</p><p>{f.next}</p></div>
            }
        })
    };
    let saved = move || {
        let a = answer.get();
        a.updated_at.map(|at| t!("checklist.saved", when = dom::moment(at), who = a.updated_by))
    };
    view! { {fault} <p class="muted saved" role="status">{saved}</p> }.into_any()
}

/// A name of a field of an answer, as its label.
pub fn field_label(key: &str) -> String {
    match key {
        "target" => t!("checklist.target"),
        _ => text::label(&format!("field.{key}")),
    }
}
