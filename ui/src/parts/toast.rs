//! Short messages at the window's edge: what was done, with a way back.

use crate::call::send;
use conclave_domain::{call::record::UndoChange, fault::Fault, t};
use leptos::{prelude::*, task::spawn_local};
use std::{sync::LazyLock, time::Duration};

/// How long a message stays; those with something to press stay longer.
const STAY: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(12)];

#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    text: String,
    bad: bool,
    undo: Option<u64>,
    link: Option<(String, String)>,
}

static TOASTS: LazyLock<ArcRwSignal<Vec<Toast>>> = LazyLock::new(|| ArcRwSignal::new(Vec::new()));

fn show(text: String, bad: bool, undo: Option<u64>, link: Option<(String, String)>) {
    let long = bad || undo.is_some() || link.is_some();
    let mut id = 0;
    TOASTS.update(|all| {
        id = all.last().map_or(1, |t| t.id + 1);
        all.push(Toast { id, text, bad, undo, link });
        // Only the newest change can be taken back safely from here, so older ways back go.
        if all.len() > 3 {
            all.remove(0);
        }
    });
    set_timeout(move || close(id), STAY[usize::from(long)]);
}

fn close(id: u32) {
    TOASTS.update(|all| all.retain(|t| t.id != id));
}

/// Says that something was done.
pub fn note(text: String) {
    show(text, false, None, None);
}

/// Says that a change was saved, and offers to take it back.
pub fn undoable(text: String, entry: u64) {
    show(text, false, (entry > 0).then_some(entry), None);
}

/// Says something and offers a place to go.
pub fn linked(text: String, label: String, href: String) {
    show(text, false, None, Some((label, href)));
}

/// Says what could not be done. What stands against single fields is said by itself: no form is there to mark them.
pub fn fault(fault: &Fault) {
    let words = if fault.fields.is_empty() {
        format!("{} {}", fault.sentence, fault.next)
    } else {
        fault.fields.iter().map(|f| f.sentence.as_str()).collect::<Vec<_>>().join(" ")
    };
    show(words, true, None, None);
}

fn undo(entry: u64) {
    spawn_local(async move {
        match send(UndoChange { entry }).await {
            Ok(_) => note(t!("part.undone")),
            Err(f) => fault(&f),
        }
    });
}

/// The place where messages appear.
pub fn toasts() -> AnyView {
    let one = |toast: Toast| {
        let Toast { id, text, bad, undo: entry, link } = toast;
        view! {
            <div class="toast" class:bad=bad data-test="toast">
                <p>{bad.then(|| view! { <span aria-hidden="true">"■ "</span> })}{text}</p>
                {entry.map(|entry| view! {
                    <button type="button" class="link" data-test="toast-undo" on:click=move |_| { close(id); undo(entry); }>{t!("part.undo")}</button>
                })}
                {link.map(|(label, href)| view! { <a class="link" href=href on:click=move |_| close(id)>{label}</a> })}
                <button type="button" class="icon-button" aria-label=t!("part.close") on:click=move |_| close(id)>"×"</button>
            </div>
        }
    };
    view! { <div class="toasts" role="status" aria-live="polite">{move || TOASTS.get().into_iter().map(one).collect_view()}</div> }
        .into_any()
}
