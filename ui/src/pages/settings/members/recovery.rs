//! A new recovery key: shown once on the card itself, where no stray Escape can take it away.

use crate::{
    pages::start::key::keep,
    parts::{dom, sending::Sending, sheet::ask, toast},
};
use conclave_domain::{call::member::NewRecoveryKey, secret::Secret, t};
use leptos::prelude::*;

/// What it is for; then the key, until the person has shown that it was kept.
pub fn recovery() -> AnyView {
    let key = RwSignal::new(None::<Secret>);
    let sending = Sending::new();
    let done = Callback::new(move |()| {
        key.set(None);
        toast::note(t!("settings.recovery_kept"));
        dom::focus_id("new-recovery-key");
    });
    let body = move || key.with(|k| k.as_ref().map_or_else(|| offer(key, sending), |k| shown(k, done)));
    view! { <div class="stack">{body}</div> }.into_any()
}

fn shown(key: &Secret, done: Callback<()>) -> AnyView {
    dom::focus_id("recovery-title");
    view! {
        <h3 id="recovery-title" tabindex="-1">{t!("settings.recovery_title")}</h3>
        <p class="muted">{t!("start.key_lead")}</p>
        {keep(key, done)}
    }
    .into_any()
}

fn offer(key: RwSignal<Option<Secret>>, sending: Sending) -> AnyView {
    let make = move |_| {
        ask(t!("settings.recovery_question"), t!("settings.recovery_about"), t!("settings.recovery_go"), move || {
            sending.send(NewRecoveryKey {}, move |made| {
                let _ = key.try_set(Some(made));
            });
        });
    };
    view! {
        <p class="muted">{t!("settings.recovery_short")}</p>
        {sending.rest(&[])}
        <div class="actions"><button type="button" class="button" id="new-recovery-key" data-test="new-recovery-key" disabled=move || sending.is_busy() on:click=make>{t!("settings.recovery")}</button></div>
    }
    .into_any()
}
