//! Before a vault is open, or before its member may go on: unlock, create, recover, restore, and the own passphrase.

pub mod change;
mod create;
pub mod key;
pub mod own;
pub mod pair;
mod recover;
mod restore;
pub mod strength;
mod unlock;
mod who;

pub use crate::parts::sending::field_fault;

use crate::{parts::icon::icon, state::Session};
use conclave_domain::{call::backup::Restored, t};
use leptos::prelude::*;

/// Which of the forms is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Open an existing vault.
    Unlock,
    /// Create one.
    Create,
    /// Open with the recovery key.
    Recover,
    /// Make a vault of a backup.
    Restore,
}

/// What the forms share.
#[derive(Clone, Copy)]
pub struct Start {
    /// The form.
    pub form: RwSignal<Form>,
    /// The folder of the vault.
    pub path: RwSignal<String>,
    /// The vault that was just made of a backup.
    pub restored: RwSignal<Option<Restored>>,
}

/// The page.
pub fn start() -> AnyView {
    let session = Session::here();
    let status = session.status.get_untracked().unwrap_or_default();
    // A vault that was asked for on the command line, else the one that was open last.
    let asked = window().location().search().ok().and_then(|s| asked(&s));
    let path = asked.or_else(|| status.last.clone()).unwrap_or_default();
    let form = if path.is_empty() { Form::Create } else { Form::Unlock };
    let start = Start { form: RwSignal::new(form), path: RwSignal::new(path), restored: RwSignal::new(None) };
    let body = move || match start.form.get() {
        Form::Unlock => unlock::unlock(start),
        Form::Create => create::create(start),
        Form::Recover => recover::recover(start),
        Form::Restore => restore::restore(start),
    };
    Effect::new(|_| {
        // For the measurement of the start: the moment at which the page can be used.
        let now = window().performance().map_or(0.0, |p| p.now());
        let _ = js_sys::Reflect::set(&window(), &"conclaveReady".into(), &now.into());
    });
    let content = view! {
        {move || session.locked_itself.get().then(|| view! { <p class="note" role="status">{t!("start.locked_itself")}</p> })}
        {body}
        <p class="muted start-version">{t!("settings.version", version = status.version.clone())}</p>
    };
    frame("start", content.into_any())
}

/// What stands around the forms.
fn frame(test: &'static str, content: AnyView) -> AnyView {
    view! {
        <main class="start" data-test=test>
            <section class="start-side" aria-hidden="true">{icon("key")}<p>"Conclave"</p></section>
            <div class="start-body">{content}</div>
        </main>
    }
    .into_any()
}

fn asked(search: &str) -> Option<String> {
    let value = search.trim_start_matches('?').split('&').find_map(|p| p.strip_prefix("open="))?;
    js_sys::decode_uri_component(value).ok().map(String::from).filter(|p| !p.is_empty())
}

/// A labelled field for a secret, with a way to look at it and a word about Caps Lock.
pub fn secret(value: RwSignal<String>, id: &'static str, label: String, fresh: bool) -> AnyView {
    let shown = RwSignal::new(false);
    let caps = RwSignal::new(false);
    let kind = move || if shown.get() { "text" } else { "password" };
    let complete = if fresh { "new-password" } else { "current-password" };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="path-row">
                <input class="input" type=kind id=id data-test=id autocomplete=complete spellcheck="false" prop:value=move || value.get()
                    on:input=move |ev| value.set(event_target_value(&ev))
                    on:keyup=move |ev| caps.set(ev.get_modifier_state("CapsLock")) />
                <button type="button" class="button" aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|s| *s = !*s)>{t!("start.show")}</button>
            </div>
            {move || caps.get().then(|| view! { <p class="help" role="status">{t!("start.caps")}</p> })}
        </div>
    }
    .into_any()
}
