//! Choosing a role: the field with a sentence about the chosen one, and the dialog that changes a member's.

use super::Acts;
use crate::parts::{dom, sending::Sending, sheet::sheet, toast};
use conclave_domain::{
    call::{journal::Member, member::ChangeRole},
    permission::Role,
    t,
};
use leptos::prelude::*;

const FIELDS: &[&str] = &["role"];

/// What a role is for, in one sentence.
fn about(role: Role) -> String {
    match role {
        Role::Administrator => t!("settings.role_administrator_about"),
        Role::Chair => t!("settings.role_chair_about"),
        Role::Reviewer => t!("settings.role_reviewer_about"),
        Role::Contributor => t!("settings.role_contributor_about"),
        Role::Auditor => t!("settings.role_auditor_about"),
    }
}

/// The field.
pub fn field(role: RwSignal<Role>, id: &'static str) -> AnyView {
    let help = format!("{id}-about");
    let now = role.get_untracked();
    let option = |r: Role| view! { <option value=r.name() selected=r == now>{r.label()}</option> };
    let choose = move |ev| {
        if let Some(chosen) = Role::from_name(&event_target_value(&ev)) {
            role.set(chosen);
        }
    };
    view! {
        <div class="field">
            <label for=id>{t!("settings.role")}</label>
            <select class="input" id=id data-test=id aria-describedby=help.clone() on:change=choose>{Role::ALL.map(option).into_iter().collect_view()}</select>
            <p class="help" id=help aria-live="polite">{move || about(role.get())}</p>
        </div>
    }
    .into_any()
}

/// The dialog.
pub fn dialog(acts: Acts) -> AnyView {
    let title = acts.title(|name| t!("settings.role_change_title", name = name));
    sheet(acts.role, title, move || acts.whom.get_untracked().map_or_else(|| ().into_any(), |m| form(&m, acts.role)))
}

fn form(member: &Member, open: RwSignal<bool>) -> AnyView {
    let id = member.id;
    let role = RwSignal::new(Role::from_name(&member.role).unwrap_or(Role::Auditor));
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        sending.send(ChangeRole { id, role: role.get_untracked().name().into() }, move |m| {
            open.set(false);
            toast::note(t!(
                "settings.role_saved",
                name = m.name,
                role = conclave_domain::field::choice_label("role", &m.role)
            ));
        });
    };
    dom::focus_id("role-choice");
    view! {
        <form class="stack" on:submit=submit>
            {field(role, "role-choice")} {sending.at("role")}
            {sending.rest(FIELDS)}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
                <button type="submit" class="button primary" data-test="role-save" disabled=move || sending.is_busy()>{t!("settings.role_save")}</button>
            </div>
        </form>
    }
    .into_any()
}
