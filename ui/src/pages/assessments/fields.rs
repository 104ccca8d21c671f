//! What belongs to an answer besides its result: folded away until it is filled or asked for by its key.

use super::{card::field_label, state::Checklist};
use crate::parts::{
    dom,
    form::control::{grow, options, rows_for, understood},
};
use conclave_domain::{
    answer::{Answer, PROGRESS},
    t, text,
};
use leptos::prelude::*;

/// A field of an answer and the key that leads to it.
pub const FIELDS: [(&str, &str); 10] = [
    ("c", "comment"),
    ("e", "evidence"),
    ("r", "reason"),
    ("o", "owner"),
    ("d", "due_on"),
    ("p", "progress"),
    ("m", "maturity"),
    ("t", "target"),
    ("v", "observation"),
    ("i", "inclusion"),
];

/// The id of a field's control.
pub fn control_id(requirement: &str, key: &str) -> String {
    format!("answer-{}-{key}", super::state::plain(requirement))
}

/// The filled fields, and a button for each of the others.
pub fn fields(list: Checklist, id: &str) -> AnyView {
    // Fields that were opened here stay open while the card is.
    let opened = RwSignal::new(Vec::<&'static str>::new());
    let start = list.peek(id);
    let filled: Vec<&'static str> = FIELDS.iter().map(|(_, k)| *k).filter(|k| !text_of(&start, k).is_empty()).collect();
    opened.set(filled);
    let id = id.to_owned();
    let of_drafts = id.clone();
    Effect::new(move |_| {
        // What was typed before a lock opens its field again.
        let drafts = list.drafts.of(&of_drafts);
        let more = FIELDS.iter().map(|(_, k)| *k).filter(|k| drafts.iter().any(|d| d == k));
        let missing: Vec<_> = more.filter(|k| opened.with_untracked(|o| !o.contains(k))).collect();
        if !missing.is_empty() {
            opened.update(|o| o.extend(missing));
        }
    });
    let wanted = expose_context();
    let for_wish = id.clone();
    Effect::new(move |_| {
        // A key of the page asks for a field of the open card.
        if let Some((requirement, key)) = wanted.get()
            && requirement == for_wish
        {
            opened.update(|o| {
                if !o.contains(&key) {
                    o.push(key);
                }
            });
            dom::focus_id(&control_id(&requirement, key));
            wanted.set(None);
        }
    });
    let editors = {
        let id = id.clone();
        move || {
            FIELDS
                .iter()
                .filter(|(_, k)| opened.with(|o| o.contains(k)))
                .map(|(_, k)| editor(list, &id, k))
                .collect_view()
        }
    };
    let folded = move || {
        FIELDS
            .iter()
            .filter(|(_, k)| !opened.with(|o| o.contains(k)))
            .map(|(letter, k)| {
                let id = id.clone();
                let show = move |_| wanted.set(Some((id.clone(), *k)));
                view! {
                    <button type="button" class="fold" data-test=format!("show-{k}") aria-keyshortcuts=*letter on:click=show>
                        <kbd aria-hidden="true">{*letter}</kbd> " " {field_label(k)}
                    </button>
                }
            })
            .collect_view()
    };
    view! { <div class="answer-fields">{editors}</div><div class="folds">{folded}</div> }.into_any()
}

/// The wish of a key: which field of which requirement shall be open.
pub type Wish = RwSignal<Option<(String, &'static str)>>;

fn expose_context() -> Wish {
    use_context::<Wish>().unwrap_or_else(|| RwSignal::new(None))
}

fn text_of(answer: &Answer, key: &str) -> String {
    match key {
        "comment" => answer.comment.clone(),
        "evidence" => answer.evidence.clone(),
        "reason" => answer.reason.clone(),
        "observation" => answer.observation.clone(),
        "inclusion" => answer.inclusion.clone(),
        "owner" => answer.owner.clone(),
        "due_on" => answer.due_on.map(|d| d.to_string()).unwrap_or_default(),
        "progress" => answer.progress.clone(),
        "maturity" => answer.maturity.map(|m| m.to_string()).unwrap_or_default(),
        "target" => answer.target.map(|m| m.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

fn put(answer: &mut Answer, key: &str, text: &str) {
    match key {
        "comment" => answer.comment = text.to_owned(),
        "evidence" => answer.evidence = text.to_owned(),
        "reason" => answer.reason = text.to_owned(),
        "observation" => answer.observation = text.to_owned(),
        "inclusion" => answer.inclusion = text.to_owned(),
        "owner" => answer.owner = text.trim().to_owned(),
        "due_on" => answer.due_on = understood(text.trim()),
        "progress" => answer.progress = text.to_owned(),
        "maturity" => answer.maturity = text.parse().ok(),
        "target" => answer.target = text.parse().ok(),
        _ => {}
    }
}

/// Whether a field holds sentences: what is typed there is kept after each pause.
fn is_long(key: &str) -> bool {
    matches!(key, "comment" | "evidence" | "reason" | "observation" | "inclusion")
}

fn editor(list: Checklist, id: &str, key: &'static str) -> AnyView {
    let saved = untrack(|| text_of(&list.peek(id), key));
    let draft = untrack(|| list.drafts.get(id, key)).filter(|d| *d != saved && is_long(key));
    let kept = draft.is_some();
    let now = draft.unwrap_or(saved);
    let control = control_id(id, key);
    let requirement = id.to_owned();
    let save = move |ev: web_sys::Event| {
        let text = event_target_value(&ev);
        list.change(&requirement, |a| put(a, key, &text));
        list.drafts.saved(&requirement, key);
    };
    let (typing, left) = (id.to_owned(), id.to_owned());
    let typed = move |ev: web_sys::Event| {
        grow(&ev);
        list.drafts.typed(&typing, key, event_target_value(&ev));
    };
    // A text that came back from a draft has not been changed since, so leaving it tells of no change.
    let leave = move |ev: web_sys::FocusEvent| {
        if kept {
            let text = event_target_value(&ev);
            list.change(&left, |a| put(a, key, &text));
            list.drafts.saved(&left, key);
        }
    };
    let test = control.clone();
    let input = match key {
        key if is_long(key) => {
            let rows = rows_for(&now, if key == "comment" { 2 } else { 1 });
            view! { <textarea class="input" id=control.clone() data-test=test rows=rows prop:value=now on:input=typed on:change=save on:blur=leave></textarea> }.into_any()
        }
        "progress" => view! { <select class="input" id=control.clone() data-test=test on:change=save>{options(&PROGRESS, &now)}</select> }.into_any(),
        "maturity" | "target" => {
            let steps = std::iter::once(String::new()).chain((0..=5).map(|n| n.to_string()));
            let steps = steps.map(|n| {
                let label = if n.is_empty() { t!("choice.none") } else { text::label(&format!("checklist.maturity_{n}")) };
                view! { <option value=n.clone() selected=n == now>{label}</option> }
            });
            view! { <select class="input" id=control.clone() data-test=test on:change=save>{steps.collect_view()}</select> }.into_any()
        }
        _ => {
            let list = (key == "owner").then_some("people");
            let hint = (key == "due_on").then(|| t!("form.date_hint"));
            view! { <input type="text" class="input" id=control.clone() data-test=test value=now list=list placeholder=hint autocomplete="off" on:change=save /> }.into_any()
        }
    };
    let class = if is_long(key) { "field wide" } else { "field" };
    let of = id.to_owned();
    let note = move || {
        (kept && list.drafts.get(&of, key).is_some())
            .then(|| view! { <p class="help" data-test="answer-draft">{t!("checklist_more.draft")}</p> })
    };
    view! { <div class=class><label for=control>{field_label(key)}</label>{input}{note}</div> }.into_any()
}
