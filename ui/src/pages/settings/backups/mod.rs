//! Backups: how old the newest is, one more to a file, and those that are made by themselves.

mod kept;
mod write;

use crate::{
    call::use_reply,
    parts::{
        backup_age, dom,
        loading::{failed, loading},
    },
    state::Session,
};
use conclave_domain::{
    call::backup::{Backups, ListBackups},
    permission::Permission,
    t,
};
use leptos::prelude::*;

/// The card.
pub fn backups() -> AnyView {
    let session = Session::here();
    let asked = use_reply(|| Some(ListBackups {}));
    // The same answer to another question leaves the page as it is.
    let reply = Memo::new(move |_| asked.get());
    let may = Memo::new(move |_| session.may(Permission::ManageVault));
    let body = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(backups)) => view! { {age(backups)}{kept::kept(backups)} }.into_any(),
        })
    };
    view! {
        <section class="card stack" aria-labelledby="settings-backups">
            <h2 id="settings-backups">{t!("settings.backups")}</h2>
            {body}
            {move || may.get().then(write::write)}
        </section>
    }
    .into_any()
}

fn age(backups: &Backups) -> AnyView {
    let today = dom::today();
    let stale = backup_age::is_stale(backups, today);
    let (class, sign) = if stale { ("note part", "◐ ") } else { ("note good", "● ") };
    let by_hand = backups.by_hand.map(|at| t!("settings.backup_by_hand", when = dom::moment(at)));
    view! {
        <div class=class data-test="backup-age" data-stale=stale.to_string()>
            <p class="note-title"><span aria-hidden="true">{sign}</span>{backup_age::sentence(backups, today)}</p>
            {by_hand.map(|sentence| view! { <p class="muted">{sentence}</p> })}
        </div>
    }
    .into_any()
}
