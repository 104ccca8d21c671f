//! Dialogs on the platform's own element: a sheet with content, and a question before something weighty.

use conclave_domain::t;
use leptos::{html, prelude::*};
use std::cell::RefCell;

/// A dialog that is open while the signal says so; its content is built when it opens. Esc closes it.
pub fn sheet<C: Fn() -> AnyView + Send + 'static>(
    open: RwSignal<bool>,
    title: impl Into<Signal<String>>,
    content: C,
) -> AnyView {
    frame(open, title.into(), Box::new(content))
}

fn frame(open: RwSignal<bool>, title: Signal<String>, content: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let (Some(dialog), open) = (dialog.get(), open.get()) else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    // Built once per opening: what the content reads while it is built must not build it anew under the person's hands.
    let inner = move || open.get().then(|| untrack(&content));
    view! {
        <dialog class="sheet" node_ref=dialog aria-label=move || title.get() on:close=move |_| open.set(false)>
            <header class="section-head">
                <h2>{move || title.get()}</h2>
                <button type="button" class="icon-button" data-test="sheet-close" aria-label=t!("part.close") on:click=move |_| open.set(false)>"×"</button>
            </header>
            {inner}
        </dialog>
    }
    .into_any()
}

struct Question {
    title: String,
    about: String,
    act: String,
    then: Box<dyn FnOnce()>,
}

/// The place where questions appear; there is one in the window.
#[derive(Clone, Copy)]
struct Host {
    open: RwSignal<bool>,
    words: RwSignal<(String, String, String)>,
}

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
    static THEN: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Asks before something weighty; `then` runs only if the person says yes.
pub fn ask(title: String, about: String, act: String, then: impl FnOnce() + 'static) {
    put(Question { title, about, act, then: Box::new(then) });
}

fn put(question: Question) {
    THEN.with_borrow_mut(|t| *t = Some(question.then));
    let Some(host) = HOST.with_borrow(|h| *h) else { return };
    host.words.set((question.title, question.about, question.act));
    host.open.set(true);
}

/// Takes the question back that is open: it was asked in an opening that is over, and nobody is to say yes to it now.
pub fn withdraw() {
    THEN.with_borrow_mut(|t| *t = None);
    if let Some(host) = HOST.with_borrow(|h| *h) {
        host.open.set(false);
        host.words.set(Default::default());
    }
}

/// The dialog in which questions appear. It stands in the window's frame: a page that asks may be gone when another asks.
pub fn questions() -> AnyView {
    let host = Host { open: RwSignal::new(false), words: RwSignal::new(Default::default()) };
    HOST.with_borrow_mut(|h| *h = Some(host));
    let title = Signal::derive(move || host.words.with(|w| w.0.clone()));
    frame(host.open, title, Box::new(move || question(host)))
}

fn question(host: Host) -> AnyView {
    let (_, about, act) = host.words.get_untracked();
    let yes = move |_| {
        host.open.set(false);
        if let Some(then) = THEN.with_borrow_mut(Option::take) {
            then();
        }
    };
    view! {
        <p class="prose">{about}</p>
        <div class="actions">
            <button type="button" class="button" data-test="ask-no" autofocus=true on:click=move |_| host.open.set(false)>{t!("record.cancel")}</button>
            <button type="button" class="button primary" data-test="ask-yes" on:click=yes>{act}</button>
        </div>
    }
    .into_any()
}
