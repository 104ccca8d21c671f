//! One member in the table.

use super::Acts;
use crate::{
    parts::{
        dom,
        status::{Tone, status},
    },
    state::Session,
};
use conclave_domain::{call::journal::Member, field::choice_label, member, t};
use leptos::prelude::*;
use uuid::Uuid;

/// How much of a fingerprint the table shows: two of its groups.
const SHORT: usize = 9;

/// The row; it follows the member of an id.
pub fn row(id: Uuid, all: Memo<Vec<Member>>, may: Memo<bool>, acts: Acts) -> AnyView {
    let session = Session::here();
    let one = Memo::new(move |_| all.with(|a| a.iter().find(|m| m.id == id).cloned()));
    let text = move |of: fn(&Member) -> String| move || one.with(|m| m.as_ref().map(of));
    let name = text(|m| m.name.clone());
    let you = move || {
        let own = session.vault().is_some_and(|v| v.member_id == id);
        own.then(|| view! { <span class="muted">" ("{t!("settings.you")}")"</span> })
    };
    let standing = move || one.with(|m| m.as_ref().map(badge));
    let fingerprint = text(|m| m.fingerprint.clone());
    let short = text(|m| m.fingerprint.get(..SHORT).map_or_else(|| m.fingerprint.clone(), |s| format!("{s}…")));
    let last = move || may.get().then(|| view! { <td class="cell-acts">{buttons(id, all, one, acts)}</td> });
    view! {
        <tr id=format!("member-{id}") tabindex="-1" data-test="member" data-name=name>
            <th scope="row">{text(|m| m.name.clone())}{you}</th>
            <td>{text(|m| choice_label("role", &m.role))}</td>
            <td class="plain">{standing}</td>
            <td class="when">{text(|m| dom::day(dom::local_day(m.since)))}</td>
            <td class="mono" title=fingerprint>{short}</td>
            {last}
        </tr>
    }
    .into_any()
}

fn badge(member: &Member) -> AnyView {
    match (member.active, member.invited) {
        (false, _) => status(Tone::None, t!("settings.member_inactive")),
        (true, true) => status(Tone::Part, t!("settings.member_invited")),
        (true, false) => status(Tone::Good, t!("settings.member_active")),
    }
}

/// What can be done with a member now; the domain's rules say it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Can {
    role: bool,
    reset: bool,
    leave: bool,
}

fn can(id: Uuid, all: &[Member], actor: Uuid) -> Can {
    let active = member::find(id, all).is_ok_and(|m| m.active);
    Can {
        role: active && member::keeps_an_administrator(id, all).is_ok(),
        reset: member::may_reset(id, actor, all).is_ok(),
        leave: member::may_deactivate(id, actor, all).is_ok(),
    }
}

fn buttons(id: Uuid, all: Memo<Vec<Member>>, one: Memo<Option<Member>>, acts: Acts) -> AnyView {
    let session = Session::here();
    let allowed = Memo::new(move |_| {
        let actor = session.vault().map(|v| v.member_id).unwrap_or_default();
        (all.with(|a| can(id, a, actor)), one.with(|m| m.as_ref().is_some_and(|m| m.active)))
    });
    let button = move |test: String, label: String, dialog: RwSignal<bool>| {
        let name = one.with_untracked(|m| m.as_ref().map(|m| m.name.clone())).unwrap_or_default();
        let open = move |_| {
            if let Some(member) = one.get_untracked() {
                acts.about(member, dialog);
            }
        };
        view! { <button type="button" class="button small" data-test=test data-name=name.clone() aria-label=format!("{label} {name}") on:click=open>{label.clone()}</button> }
    };
    let shown = move || {
        let (can, active) = allowed.get();
        let name = one.with_untracked(|m| m.as_ref().map(|m| m.name.clone())).unwrap_or_default();
        let again = if active { t!("settings.reset") } else { t!("settings.reset_back") };
        view! {
            {can.role.then(|| button(format!("member-role-{name}"), t!("settings.role_change"), acts.role))}
            {can.reset.then(|| button("member-reset".into(), again, acts.reset))}
            {can.leave.then(|| button("member-deactivate".into(), t!("settings.deactivate"), acts.leave))}
        }
    };
    view! { <div class="actions">{shown}</div> }.into_any()
}
