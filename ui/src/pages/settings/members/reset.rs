//! A new first passphrase: for a member who forgot it, or who comes back.

use super::{Acts, invite::handed};
use crate::{
    pages::start::pair::Pair,
    parts::{dom, sending::Sending, sheet::sheet},
    state::Session,
};
use conclave_domain::{
    call::{journal::Member, member::ResetMember},
    t,
};
use leptos::prelude::*;

const FIELDS: &[&str] = &["passphrase", "again"];

/// The dialog.
pub fn dialog(acts: Acts) -> AnyView {
    let title = acts.title(|name| t!("settings.reset_title", name = name));
    sheet(acts.reset, title, move || {
        let Some(member) = acts.whom.get_untracked() else { return ().into_any() };
        let done = RwSignal::new(false);
        let body = move || if done.get() { handed(&member.name, acts.reset) } else { form(&member, acts.reset, done) };
        view! { {body} }.into_any()
    })
}

fn form(member: &Member, open: RwSignal<bool>, done: RwSignal<bool>) -> AnyView {
    let id = member.id;
    let pair = Pair::new(["reset-passphrase", "reset-repeat"]);
    let sending = Sending::new();
    let vault = Session::here().vault().map(|v| v.name).unwrap_or_default();
    let hints = Signal::stored(vec![vault, member.name.clone()]);
    let about =
        if member.active { t!("settings.reset_about") } else { t!("settings.reset_back_about", name = member.name) };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(passphrase) = pair.chosen(sending) else { return };
        sending.send(ResetMember { id, passphrase }, move |_| {
            let _ = done.try_set(true);
        });
    };
    dom::focus_id("reset-passphrase");
    view! {
        <p class="prose">{about}</p>
        <form class="stack" on:submit=submit>
            {pair.fields(t!("settings.first_passphrase"), "passphrase", hints, sending)}
            <p class="help">{t!("settings.hand_over")}</p>
            {sending.rest(FIELDS)}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
                <button type="submit" class="button primary" data-test="reset-save" disabled=move || sending.is_busy()>{t!("settings.reset_go")}</button>
            </div>
        </form>
    }
    .into_any()
}
