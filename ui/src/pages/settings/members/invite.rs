//! Inviting a member.

use super::role;
use crate::{
    pages::start::pair::Pair,
    parts::{dom, sending::Sending, sheet::sheet},
    state::Session,
};
use conclave_domain::{call::member::InviteMember, permission::Role, t};
use leptos::prelude::*;

const FIELDS: &[&str] = &["name", "role", "passphrase", "again"];

/// The dialog.
pub fn dialog(open: RwSignal<bool>) -> AnyView {
    sheet(open, t!("settings.invite"), move || {
        let invited = RwSignal::new(None::<String>);
        let body = move || invited.get().map_or_else(|| form(open, invited), |name| handed(&name, open));
        view! { {body} }.into_any()
    })
}

/// What is left to do after a first passphrase was set.
pub fn handed(name: &str, open: RwSignal<bool>) -> AnyView {
    dom::focus_id("hand-over-close");
    view! {
        <div class="note good" role="status" data-test="hand-over">
            <p class="note-title">"● "{t!("settings.invited", name = name)}</p>
            <p>{t!("settings.hand_over")}</p>
        </div>
        <div class="actions"><button type="button" class="button primary" id="hand-over-close" data-test="hand-over-close" on:click=move |_| open.set(false)>{t!("settings.close")}</button></div>
    }
    .into_any()
}

fn form(open: RwSignal<bool>, invited: RwSignal<Option<String>>) -> AnyView {
    let name = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Contributor);
    let pair = Pair::new(["invite-passphrase", "invite-repeat"]);
    let sending = Sending::new();
    let vault = untrack(|| Session::here().vault()).map(|v| v.name).unwrap_or_default();
    let hints = Signal::derive(move || vec![vault.clone(), name.get()]);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(passphrase) = pair.chosen(sending) else { return };
        let call = InviteMember { name: name.get_untracked(), role: role.get_untracked().name().into(), passphrase };
        sending.send(call, move |member| {
            let _ = invited.try_set(Some(member.name));
        });
    };
    dom::focus_id("invite-name");
    view! {
        <form class="stack" on:submit=submit>
            <div class="field">
                <label for="invite-name">{t!("settings.invite_name")}</label>
                <input class="input" type="text" id="invite-name" data-test="invite-name" autocomplete="off" aria-describedby="invite-name-help"
                    on:input=move |ev| name.set(event_target_value(&ev)) />
                <p class="help" id="invite-name-help">{t!("settings.invite_name_help")}</p>
                {sending.at("name")}
            </div>
            {role::field(role, "invite-role")} {sending.at("role")}
            {pair.fields(t!("settings.first_passphrase"), "passphrase", hints, sending)}
            <p class="help">{t!("settings.hand_over")}</p>
            {sending.rest(FIELDS)}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
                <button type="submit" class="button primary" data-test="invite-save" disabled=move || sending.is_busy()>{t!("settings.invite_go")}</button>
            </div>
        </form>
    }
    .into_any()
}
