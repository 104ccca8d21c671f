//! Taking turns: another member goes on in the open vault with the own passphrase.

use crate::{
    call::use_reply,
    pages::start::secret,
    parts::{
        dom,
        loading::{failed, loading},
        sending::Sending,
        sheet::sheet,
        toast,
    },
    state::{Session, entered},
};
use conclave_domain::{
    call::{
        journal::{ListMembers, Member},
        member::SwitchMember,
    },
    secret::Secret,
    t,
};
use leptos::prelude::*;

/// The dialog.
pub fn switch(open: RwSignal<bool>) -> AnyView {
    sheet(open, t!("nav.switch_member"), move || others(open))
}

fn others(open: RwSignal<bool>) -> AnyView {
    let reply = use_reply(|| Some(ListMembers {}));
    let acting = Session::here().vault().map(|v| v.member_id);
    let body = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(members)) => {
                let others = members.iter().filter(|m| m.active && Some(m.id) != acting);
                form(others.map(name).collect(), open)
            }
        })
    };
    view! { {body} }.into_any()
}

fn name(member: &Member) -> String {
    member.name.clone()
}

fn form(others: Vec<String>, open: RwSignal<bool>) -> AnyView {
    let Some(first) = others.first().cloned() else {
        return view! { <p class="muted">{t!("nav.switch_none")}</p> }.into_any();
    };
    let member = RwSignal::new(first);
    let passphrase = RwSignal::new(String::new());
    let sending = Sending::with_secret("passphrase");
    sending.when_refused(move || {
        passphrase.set(String::new());
        dom::focus_id("switch-passphrase");
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let call = SwitchMember { member: member.get_untracked(), passphrase: Secret::new(passphrase.get_untracked()) };
        sending.send(call, move |vault| {
            entered(&vault);
            open.set(false);
            toast::note(t!("nav.switched", name = vault.member));
        });
    };
    dom::focus_id("switch-name");
    let option = |m: String| view! { <option value=m.clone()>{m.clone()}</option> };
    view! {
        <p class="muted">{t!("nav.switch_about")}</p>
        <form class="stack" on:submit=submit>
            <div class="field">
                <label for="switch-name">{t!("nav.switch_who")}</label>
                <select class="input" id="switch-name" data-test="switch-name" on:change=move |ev| member.set(event_target_value(&ev))>
                    {others.into_iter().map(option).collect_view()}
                </select>
            </div>
            {secret(passphrase, "switch-passphrase", t!("start.passphrase"), false)} {sending.at("passphrase")}
            {sending.rest(&["passphrase"])}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
                <button type="submit" class="button primary" data-test="switch-save" disabled=move || sending.is_busy()>{t!("nav.switch_go")}</button>
            </div>
        </form>
    }
    .into_any()
}
