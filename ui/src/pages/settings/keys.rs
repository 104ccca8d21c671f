//! Changing the passphrase.

use crate::{
    call::send,
    pages::start::{field_fault, secret, strength::meter},
    parts::{loading::failed, toast},
};
use conclave_domain::{call::session::ChangePassphrase, fault::Fault, secret::Secret, t};
use leptos::{prelude::*, task::spawn_local};

/// The card.
pub fn passphrase() -> AnyView {
    let [old, new, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if new.get_untracked() != again.get_untracked() {
            fault.set(Some(Fault::invalid_field("again", t!("start.differ"))));
            return;
        }
        busy.set(true);
        fault.set(None);
        let call = ChangePassphrase { old: Secret::new(old.get_untracked()), new: Secret::new(new.get_untracked()) };
        spawn_local(async move {
            let reply = send(call).await;
            let _ = busy.try_set(false);
            match reply {
                Ok(()) => {
                    for value in [old, new, again] {
                        let _ = value.try_set(String::new());
                    }
                    toast::note(t!("settings.changed"));
                }
                Err(refused) => drop(fault.try_set(Some(refused))),
            }
        });
    };
    view! {
        <section class="card" aria-labelledby="settings-passphrase">
            <h2 id="settings-passphrase">{t!("settings.passphrase")}</h2>
            <form class="stack" on:submit=submit>
                {secret(old, "passphrase-old", t!("settings.old"), false)}
                {secret(new, "passphrase-new", t!("settings.new"), true)} {field_fault(fault, "new")}
                {meter(new, Signal::stored(Vec::new()))}
                {secret(again, "passphrase-again", t!("start.again"), true)} {field_fault(fault, "again")}
                {move || fault.get().filter(|f| f.fields.is_empty()).map(|f| failed(&f))}
                <div class="actions"><button type="submit" class="button" data-test="passphrase-change" disabled=move || busy.get()>{t!("settings.change")}</button></div>
            </form>
        </section>
    }
    .into_any()
}
