//! Typed questions: yes or no, a choice, a number, a text. The result that follows from a reply is the vault's to say.

use super::state::{Checklist, plain};
use crate::parts::dom;
use conclave_domain::{
    field::choice_label,
    framework::{Asks, Requirement},
    t,
};
use leptos::prelude::*;

/// The replies of a yes-or-no question with their keys.
const YES_NO: [(&str, &str); 3] = [("y", "yes"), ("p", "partly"), ("n", "no")];

/// The key, the value and the words of each reply that can be picked.
fn offered(asks: &Asks) -> Vec<(String, String, String)> {
    match asks.kind.as_str() {
        "yes_no" => YES_NO.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned(), choice_label("yes_no", v))).collect(),
        "choice" => {
            let line = |(n, c): (usize, &conclave_domain::framework::Offered)| {
                ((n + 1).to_string(), c.value.clone(), c.label.clone())
            };
            asks.choices.iter().enumerate().map(line).collect()
        }
        _ => Vec::new(),
    }
}

/// Takes a key as the reply to the open requirement; gives whether it was one.
pub fn press(list: Checklist, key: &str) -> bool {
    let at = list.at.get_untracked();
    let asks = list.framework.with_value(|f| f.requirement(&at).and_then(|r| r.asks.clone()));
    let Some(asks) = asks else { return false };
    let Some((_, value, _)) = offered(&asks).into_iter().find(|(k, ..)| k == key) else { return false };
    list.change(&at, |a| a.value = value);
    true
}

/// The control of a typed question; nothing for a plain one.
pub fn reply(list: Checklist, requirement: &Requirement) -> AnyView {
    let Some(asks) = requirement.asks.clone() else { return ().into_any() };
    match asks.kind.as_str() {
        "yes_no" | "choice" => picked(list, &requirement.id, &asks),
        _ => written(list, &requirement.id, &asks),
    }
}

fn picked(list: Checklist, id: &str, asks: &Asks) -> AnyView {
    let buttons = offered(asks)
        .into_iter()
        .map(|(key, value, label)| {
            let (id, chosen) = (id.to_owned(), value.clone());
            let of = id.clone();
            let on = move || list.answer(&of).value == chosen;
            let test = format!("reply-{value}");
            let pick = move |_| list.change(&id, |a| a.value.clone_from(&value));
            view! {
                <button type="button" role="radio" class="result reply" data-test=test aria-checked=move || on().to_string()
                    aria-keyshortcuts=key.clone() on:click=pick><kbd aria-hidden="true">{key.clone()}</kbd> " " {label}</button>
            }
        })
        .collect_view();
    view! { <div class="results replies" role="radiogroup" aria-label=t!("field.value")>{buttons}</div> }.into_any()
}

fn written(list: Checklist, id: &str, asks: &Asks) -> AnyView {
    let control = format!("reply-{}", plain(id));
    let now = untrack(|| list.peek(id).value);
    let id = id.to_owned();
    let save = move |ev: web_sys::Event| {
        let text = event_target_value(&ev).trim().to_owned();
        list.change(&id, |a| a.value = text);
    };
    let number = asks.kind == "number";
    let bounds = match (number, asks.min, asks.max) {
        (true, Some(min), Some(max)) => t!("checklist_more.between", min = min, max = max, unit = asks.unit),
        (true, ..) => asks.unit.clone(),
        _ => String::new(),
    };
    let mode = if number { "decimal" } else { "text" };
    view! {
        <div class="field reply-field">
            <label for=control.clone()>{t!("field.value")} " " <kbd aria-hidden="true">"w"</kbd></label>
            <input type="text" class="input" inputmode=mode id=control.clone() data-test=control.clone() value=now autocomplete="off" on:change=save />
            <p class="help">{bounds}</p>
        </div>
    }
    .into_any()
}

/// Leads the keyboard to the reply of the open requirement.
pub fn focus(list: Checklist) {
    dom::focus_id(&format!("reply-{}", plain(&list.at.get_untracked())));
}
