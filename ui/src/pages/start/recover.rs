//! Opening with the recovery key, which sets a new passphrase.

use super::{Form, Start, field_fault, secret, strength::meter, who};
use crate::{
    call::send,
    parts::{job::path_field, loading::failed},
    state::entered,
};
use conclave_domain::{call::session::RecoverVault, fault::Fault, secret::Secret, t};
use leptos::{prelude::*, task::spawn_local};

/// The form.
pub fn recover(start: Start) -> AnyView {
    let [key, passphrase, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let who = who::Who::of(start.path);
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if passphrase.get_untracked() != again.get_untracked() {
            fault.set(Some(Fault::invalid_field("again", t!("start.differ"))));
            return;
        }
        busy.set(true);
        fault.set(None);
        let call = RecoverVault {
            path: start.path.get_untracked(),
            member: who.name.get_untracked(),
            recovery_key: Secret::new(key.get_untracked()),
            passphrase: Secret::new(passphrase.get_untracked()),
        };
        spawn_local(async move {
            let reply = send(call).await;
            let _ = busy.try_set(false);
            match reply {
                Ok(vault) => entered(&vault),
                Err(refused) => fault.set(Some(refused)),
            }
        });
    };
    view! {
        <h1>{t!("start.recover_title")}</h1>
        <p class="lead">{t!("start.recover_lead")}</p>
        <form class="stack" on:submit=submit>
            {path_field(start.path, "open_vault", "recover-path", t!("start.path"))}
            {who.field("recover-member")}
            <div class="field">
                <label for="recover-key">{t!("start.recovery_key")}</label>
                <input class="input mono" type="text" id="recover-key" data-test="recover-key" autocomplete="off" spellcheck="false"
                    on:input=move |ev| key.set(event_target_value(&ev)) />
                {field_fault(fault, "recovery_key")}
            </div>
            {secret(passphrase, "recover-passphrase", t!("start.new_passphrase"), true)} {field_fault(fault, "passphrase")}
            {meter(passphrase, Signal::stored(Vec::new()))}
            {secret(again, "recover-again", t!("start.again"), true)} {field_fault(fault, "again")}
            {move || fault.get().filter(|f| f.fields.is_empty()).map(|f| failed(&f))}
            <div class="actions">
                <button type="submit" class="button primary" data-test="recover-submit" disabled=move || busy.get()>{t!("start.recover")}</button>
                <button type="button" class="link" on:click=move |_| start.form.set(Form::Unlock)>{t!("start.back")}</button>
            </div>
        </form>
    }
    .into_any()
}
