//! Signing a pack off: a signature over its id and hash, asked for first, since it stays.

use crate::{call::send, pages::record::say, state::Session};
use conclave_domain::{
    call::{record::Detail, sign::SignPack},
    charter::Charter,
    permission::Permission,
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The action in the head of a pack's record.
pub fn sign(detail: &Detail, _: &Charter) -> AnyView {
    if !untrack(|| Session::here().may(Permission::Review)) {
        return ().into_any();
    }
    let (id, name) = (detail.head.id, detail.head.reference.clone());
    let busy = RwSignal::new(false);
    let ask = move |_| {
        let done = t!("signature_card.signed_off", name = name);
        let (question, about) =
            (t!("signature_card.sign_off_question", name = name), t!("signature_card.sign_off_about"));
        say::ask(question, about, t!("signature_card.sign_off"), move || {
            if busy.try_get_untracked() != Some(false) {
                return;
            }
            busy.set(true);
            spawn_local(async move {
                let reply = send(SignPack { id }).await;
                let _ = busy.try_set(false);
                match reply {
                    Ok(_) => say::note(done),
                    Err(fault) => say::fault(&fault),
                }
            });
        });
    };
    view! { <button type="button" class="button" data-test="pack-sign" disabled=busy on:click=ask>{t!("signature_card.sign_off")}</button> }
        .into_any()
}
