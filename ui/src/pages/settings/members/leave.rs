//! Deactivating a member, and what should follow.

use super::Acts;
use crate::parts::{dom, sending::Sending, sheet::sheet};
use conclave_domain::{
    call::{journal::Member, member::DeactivateMember},
    t,
};
use leptos::prelude::*;

/// The dialog.
pub fn dialog(acts: Acts) -> AnyView {
    let title = acts.title(|name| t!("settings.deactivate_title", name = name));
    sheet(acts.leave, title, move || {
        let Some(member) = acts.whom.get_untracked() else { return ().into_any() };
        let done = RwSignal::new(false);
        let body = move || if done.get() { after(&member, acts) } else { question(&member, acts, done) };
        view! { {body} }.into_any()
    })
}

fn question(member: &Member, acts: Acts, done: RwSignal<bool>) -> AnyView {
    let id = member.id;
    let sending = Sending::new();
    let yes = move |_| {
        sending.send(DeactivateMember { id }, move |_| {
            let _ = done.try_set(true);
        });
    };
    dom::focus_id("deactivate-no");
    view! {
        <p class="prose">{t!("settings.deactivate_about", name = member.name)}</p>
        <p class="prose">{t!("settings.deactivate_old")}</p>
        {sending.rest(&[])}
        <div class="actions">
            <button type="button" class="button" id="deactivate-no" on:click=move |_| acts.leave.set(false)>{t!("record.cancel")}</button>
            <button type="button" class="button danger" data-test="deactivate-save" disabled=move || sending.is_busy() on:click=yes>{t!("settings.deactivate_go")}</button>
        </div>
    }
    .into_any()
}

fn after(member: &Member, acts: Acts) -> AnyView {
    let row = format!("member-{}", member.id);
    let close = move |_| {
        acts.leave.set(false);
        // The button that opened the dialog is gone with the membership.
        dom::focus_id(&row);
    };
    let rekey = move |_| {
        acts.leave.set(false);
        acts.rekey.open();
    };
    dom::focus_id("deactivate-rekey");
    view! {
        <div class="note good" role="status" data-test="deactivated">
            <p class="note-title">"● "{t!("settings.deactivated", name = member.name)}</p>
            <p>{t!("settings.deactivate_old")}</p>
        </div>
        <div class="actions">
            <button type="button" class="button" data-test="deactivate-close" on:click=close>{t!("settings.close")}</button>
            <button type="button" class="button primary" id="deactivate-rekey" data-test="deactivate-rekey" on:click=rekey>{t!("settings.rekey_now")}</button>
        </div>
    }
    .into_any()
}
