//! Short messages at the window's edge: what was done, with a way back.

use crate::call::{send_under, ticket};
use conclave_domain::{call::record::UndoChange, fault::Fault, t};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::Cell, sync::LazyLock, time::Duration};

/// How long a message stays; those with something to press stay longer.
const STAY: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(12)];

#[derive(Clone, PartialEq)]
struct Toast {
    /// Never used again: a timer of a message that is gone closes no other.
    id: u64,
    text: String,
    bad: bool,
    undo: Option<u64>,
    link: Option<(String, String)>,
    /// The opening that it speaks of: what is taken back from here is taken back there or nowhere.
    ticket: String,
}

thread_local! {
    static NEXT: Cell<u64> = const { Cell::new(1) };
}

static TOASTS: LazyLock<ArcRwSignal<Vec<Toast>>> = LazyLock::new(|| ArcRwSignal::new(Vec::new()));

fn show(text: String, bad: bool, undo: Option<u64>, link: Option<(String, String)>) {
    let long = bad || undo.is_some() || link.is_some();
    let id = NEXT.get();
    NEXT.set(id + 1);
    TOASTS.update(|all| {
        all.push(Toast { id, text, bad, undo, link, ticket: ticket() });
        // Only the newest change can be taken back safely from here, so older ways back go.
        if all.len() > 3 {
            all.remove(0);
        }
    });
    set_timeout(move || close(id), STAY[usize::from(long)]);
}

fn close(id: u64) {
    TOASTS.update(|all| all.retain(|t| t.id != id));
}

/// Takes all messages away: they speak of an opening that is over.
pub fn clear() {
    if !TOASTS.with_untracked(Vec::is_empty) {
        TOASTS.set(Vec::new());
    }
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

fn undo(ticket: String, entry: u64) {
    spawn_local(async move {
        match send_under(ticket, UndoChange { entry }).await {
            Ok(_) => note(t!("part.undone")),
            Err(f) => fault(&f),
        }
    });
}

/// The place where messages appear.
pub fn toasts() -> AnyView {
    let one = |toast: Toast| {
        let Toast { id, text, bad, undo: entry, link, ticket } = toast;
        view! {
            <div class="toast" class:bad=bad data-test="toast">
                <p>{bad.then(|| view! { <span aria-hidden="true">"■ "</span> })}{text}</p>
                {entry.map(|entry| view! {
                    <button type="button" class="link" data-test="toast-undo" on:click=move |_| { close(id); undo(ticket.clone(), entry); }>{t!("part.undo")}</button>
                })}
                {link.map(|(label, href)| view! { <a class="link" href=href on:click=move |_| close(id)>{label}</a> })}
                <button type="button" class="icon-button" aria-label=t!("part.close") on:click=move |_| close(id)>"×"</button>
            </div>
        }
    };
    view! { <div class="toasts" role="status" aria-live="polite">{move || TOASTS.get().into_iter().map(one).collect_view()}</div> }
        .into_any()
}
