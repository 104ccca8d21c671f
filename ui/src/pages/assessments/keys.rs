//! The keyboard of a checklist: one key answers and goes on, another leads to a field, Esc leaves it.

use super::{
    card::KEYS,
    fields::{FIELDS, Wish, control_id},
    state::{Checklist, View, card_id},
};
use crate::parts::{dom, status::result_tone};
use conclave_domain::{answer::Result as Outcome, t};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Listens while the page is there.
pub fn listen(list: Checklist, wish: Wish, help: RwSignal<bool>, undo: Callback<()>) {
    let handle = window_event_listener(leptos::ev::keydown, move |ev| {
        if dom::is_typing(&ev) {
            leave(list, &ev);
            return;
        }
        // Enter and space on a button or link are its own.
        let on_control = dom::closest(&ev, "button, a, summary").is_some();
        let key = ev.key();
        match key.as_str() {
            "j" | "ArrowDown" => list.walk(1),
            "k" | "ArrowUp" => list.walk(-1),
            "Enter" if !on_control => list.walk(1),
            "u" => next_open(list),
            "g" => list.show_open(),
            "z" => undo.run(()),
            "w" => super::typed::focus(list),
            "s" => list.choosing.update(|c| *c = !*c),
            "x" if list.choosing.get_untracked() => super::bulk::toggle(list, &list.at.get_untracked()),
            "?" => help.set(true),
            _ => {
                if super::typed::press(list, &key) {
                    list.walk(1);
                } else if let Some((_, result)) = KEYS.iter().find(|(k, _)| key.chars().eq([*k])) {
                    answer(list, wish, *result);
                } else if let Some((_, field)) = FIELDS.iter().find(|(k, _)| *k == key) {
                    wish.set(Some((list.at.get_untracked(), field)));
                } else {
                    return;
                }
            }
        }
        ev.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// Answers the open requirement and goes on. "Not applicable" needs a reason: without one, the reason is asked for first.
fn answer(list: Checklist, wish: Wish, result: Outcome) {
    let id = list.at.get_untracked();
    list.change(&id, |a| a.result = result);
    if result == Outcome::NotApplicable && list.peek(&id).reason.trim().is_empty() {
        wish.set(Some((id, "reason")));
    } else {
        list.walk(1);
    }
}

/// Esc leaves a field of an answer; Ctrl Enter leaves it and goes on. Leaving saves.
fn leave(list: Checklist, event: &web_sys::KeyboardEvent) {
    let key = event.key();
    let on = key == "Enter" && (event.ctrl_key() || event.meta_key());
    let id = list.at.get_untracked();
    let Some(target) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    let of_answer = FIELDS.iter().any(|(_, k)| target.id() == control_id(&id, k));
    if !of_answer || !(on || key == "Escape") {
        return;
    }
    event.prevent_default();
    let _ = target.blur();
    if on {
        list.walk(1);
    } else {
        dom::focus_id(&card_id(&id));
    }
}

/// Goes to the next requirement at which something is left to do.
fn next_open(list: Checklist) {
    let at = list.at.get_untracked();
    let next = list.framework.with_value(|f| {
        let place = f.requirements.iter().position(|r| r.id == at).map_or(0, |p| p + 1);
        let mut around = f.requirements[place..].iter().chain(&f.requirements[..place]);
        around.find(|r| untrack(|| list.is_open(&r.id))).map(|r| r.id.clone())
    });
    if let Some(next) = next {
        if matches!(list.view.get_untracked(), View::Open | View::Filtered) {
            list.view.set(View::Guideline(String::new()));
        }
        list.open(&next);
    }
}

/// The keys, explained.
pub fn help() -> AnyView {
    let line =
        |keys: String, words: String| view! { <div class="pair"><dt><kbd>{keys}</kbd></dt><dd>{words}</dd></div> };
    let results = KEYS
        .iter()
        .map(|(k, r)| line(k.to_string(), format!("{} {}", result_tone(*r).sign(), r.label())))
        .collect_view();
    let fields = FIELDS.iter().map(|(k, f)| line((*k).to_owned(), super::card::field_label(f))).collect_view();
    view! {
        <p>{t!("checklist.keys_about")}</p>
        <div class="columns">
            <dl class="pairs keys">{results}{line("j ↓ Enter".into(), t!("checklist.key_next"))}{line("k ↑".into(), t!("checklist.key_previous"))}
                {line("u".into(), t!("checklist.key_open"))}{line("g".into(), t!("checklist.key_list"))}{line("z".into(), t!("checklist.key_undo"))}
                {line("s".into(), t!("checklist_more.key_select"))}{line("x".into(), t!("checklist_more.key_pick"))}</dl>
            <dl class="pairs keys">{fields}{line("Esc".into(), t!("checklist.key_leave"))}{line("Ctrl Enter".into(), t!("checklist.key_leave_on"))}</dl>
        </div>
    }
    .into_any()
}
