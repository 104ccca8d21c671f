//! The members: who they are and where they stand, and what an administrator does about them.

mod invite;
mod leave;
mod recovery;
mod rekey;
mod reset;
mod role;
mod row;

use crate::{
    call::use_reply,
    parts::loading::{failed, loading},
    state::Session,
};
use conclave_domain::{
    call::journal::{ListMembers, Member},
    fault::Fault,
    permission::Permission,
    t,
};
use leptos::prelude::*;

/// The dialogs about one member. It is a handle: copies share one state.
#[derive(Clone, Copy)]
struct Acts {
    /// The member that a dialog is about.
    whom: RwSignal<Option<Member>>,
    role: RwSignal<bool>,
    reset: RwSignal<bool>,
    leave: RwSignal<bool>,
    rekey: rekey::Rekey,
}

impl Acts {
    fn about(self, member: Member, dialog: RwSignal<bool>) {
        self.whom.set(Some(member));
        dialog.set(true);
    }

    /// A dialog's title, with the member's name.
    fn title(self, of: fn(String) -> String) -> Signal<String> {
        Signal::derive(move || of(self.whom.with(|m| m.as_ref().map(|m| m.name.clone()).unwrap_or_default())))
    }
}

/// The card.
pub fn members() -> AnyView {
    let session = Session::here();
    let reply = use_reply(|| Some(ListMembers {}));
    let all = Memo::new(move |_| reply.with(|r| r.as_ref().and_then(|r| r.clone().ok()).unwrap_or_default()));
    // The table itself is built once, so that the keyboard stays where it was when a row changes.
    let missing = Memo::new(move |_| {
        reply.with(|r| match r {
            None => Some(None),
            Some(Err(fault)) => Some(Some(fault.clone())),
            Some(Ok(_)) => None,
        })
    });
    let may = Memo::new(move |_| session.may(Permission::ManageVault));
    let closed = || RwSignal::new(false);
    let acts = Acts {
        whom: RwSignal::new(None),
        role: closed(),
        reset: closed(),
        leave: closed(),
        rekey: rekey::Rekey::new(),
    };
    let inviting = closed();
    let body = move || missing.get().map_or_else(|| table(all, may, acts), absent);
    let invite = move || {
        may.get().then(|| {
            view! { <button type="button" class="button" data-test="invite-member" on:click=move |_| inviting.set(true)>{t!("settings.invite")}</button> }
        })
    };
    let run = move || {
        may.get().then(|| {
            view! {
                <h3>{t!("settings.vault_keys")}</h3>
                <div class="two">{acts.rekey.offer()}{recovery::recovery()}</div>
                {invite::dialog(inviting)}{role::dialog(acts)}{reset::dialog(acts)}{leave::dialog(acts)}{acts.rekey.dialog()}
            }
        })
    };
    view! {
        <section class="card" aria-labelledby="settings-members">
            <div class="section-head"><h2 id="settings-members">{t!("settings.members")}</h2>{invite}</div>
            {body}
            {run}
        </section>
    }
    .into_any()
}

fn absent(fault: Option<Fault>) -> AnyView {
    fault.map_or_else(loading, |f| failed(&f))
}

fn table(all: Memo<Vec<Member>>, may: Memo<bool>, acts: Acts) -> AnyView {
    let ids = move || all.with(|a| a.iter().map(|m| m.id).collect::<Vec<_>>());
    let last = move || {
        may.get().then(|| view! { <th scope="col"><span class="sr-only">{t!("settings.member_acts")}</span></th> })
    };
    view! {
        <div class="scroll-x"><table class="records static members" data-test="members">
            <thead><tr>
                <th scope="col">{t!("start.member")}</th><th scope="col">{t!("settings.role")}</th><th scope="col">{t!("settings.status")}</th>
                <th scope="col">{t!("settings.since")}</th><th scope="col">{t!("settings.fingerprint")}</th>{last}
            </tr></thead>
            <tbody><For each=ids key=|id| *id children=move |id| row::row(id, all, may, acts)/></tbody>
        </table></div>
    }
    .into_any()
}
