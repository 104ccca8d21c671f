//! The navigation at the side: pages with their counts, who is here, and the lock.

use crate::{
    call::{send, use_reply, watch},
    parts::{backup_age, dom, icon::icon, path::list_path, toast},
    state::Session,
    switch::switch,
};
use conclave_domain::{
    call::{
        Tag,
        backup::ListBackups,
        record::GetHome,
        session::{LockVault, OpenVaultInfo},
    },
    field::choice_label,
    kind::Kind,
    permission::Permission,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;
use std::collections::BTreeMap;

/// The groups of the navigation: heading, then path, icon and kind or key of the label.
enum Place {
    Kind(Kind),
    Page(&'static str, &'static str, fn() -> String),
}

fn groups() -> Vec<(String, Vec<Place>)> {
    use Place::{Kind as K, Page as P};
    vec![
        (String::new(), vec![P("/", "home", || t!("nav.home"))]),
        (t!("nav.inventory"), vec![K(Kind::System), K(Kind::Vendor), K(Kind::Asset)]),
        (
            t!("nav.assurance"),
            vec![
                K(Kind::Assessment),
                P("/frameworks", "frameworks", || t!("frameworks_page.title")),
                K(Kind::Risk),
                K(Kind::Review),
                K(Kind::Finding),
                K(Kind::Evidence),
            ],
        ),
        (t!("nav.board"), vec![K(Kind::Decision)]),
        (
            t!("nav.record"),
            vec![
                K(Kind::Pack),
                P("/journal", "journal", || t!("nav.journal")),
                P("/import", "import", || t!("nav.import")),
                P("/trash", "trash", || t!("nav.trash")),
                P("/settings", "settings", || t!("nav.settings")),
            ],
        ),
    ]
}

/// The navigation with the person's name and the lock.
pub fn rail() -> AnyView {
    let counts = RwSignal::new(BTreeMap::<String, u64>::new());
    Effect::new(move |_| {
        watch(Tag::Records);
        spawn_local(async move {
            if let Ok(home) = send(GetHome {}).await {
                let _ = counts.try_set(home.counts);
            }
        });
    });
    let group = move |(heading, places): (String, Vec<Place>)| {
        let titled = !heading.is_empty();
        view! {
            {titled.then(|| view! { <h2 class="rail-head">{heading}</h2> })}
            <ul>{places.into_iter().map(|p| place(p, counts)).collect_view()}</ul>
        }
    };
    let session = Session::here();
    let switching = RwSignal::new(false);
    view! {
        <nav class="rail" aria-label=t!("nav.label")>
            <p class="brand">{icon("key")}<span>"Conclave"</span></p>
            {groups().into_iter().map(group).collect_view()}
            <div class="who">
                {move || session.vault().map(who)}
                {backup()}
                <div class="who-acts">
                    <button type="button" class="button small" data-test="lock" on:click=move |_| lock()>
                        {icon("lock")}<span>{t!("nav.lock")}</span>
                    </button>
                    <button type="button" class="button small" data-test="switch-member" aria-label=t!("nav.switch_member") title=t!("nav.switch_member")
                        on:click=move |_| switching.set(true)>{icon("switch")}<span>{t!("nav.switch")}</span></button>
                    <button type="button" class="icon-button" data-test="nav-narrow" aria-label=t!("nav.narrow")
                        aria-pressed=move || session.preferences().narrow.to_string()
                        on:click=move |_| session.prefer(|p| p.narrow = !p.narrow)>{icon("narrow")}</button>
                </div>
            </div>
        </nav>
        {switch(switching)}
    }
    .into_any()
}

fn place(place: Place, counts: RwSignal<BTreeMap<String, u64>>) -> AnyView {
    let (path, sign, label, kind) = match place {
        Place::Kind(kind) => (list_path(kind), kind.plural().to_owned(), kind.many(), Some(kind)),
        Place::Page(path, sign, label) => (path.to_owned(), sign.to_owned(), label(), None),
    };
    let count = move || kind.and_then(|k| counts.with(|c| c.get(k.name()).copied())).map(dom::count);
    let exact = path == "/";
    let (test, drawing, title) = (format!("nav-{sign}"), icon(&sign), label.clone());
    view! {
        <li><A href=path exact=exact attr:data-test=test attr:title=title>{drawing}<span>{label}</span><b>{count}</b></A></li>
    }
    .into_any()
}

fn who(vault: OpenVaultInfo) -> AnyView {
    let lock = match vault.auto_lock_minutes {
        0 => t!("nav.locks_never"),
        minutes => t!("nav.locks", minutes = minutes),
    };
    view! {
        <p class="who-vault" title=vault.path>{vault.organisation}</p>
        <p>{vault.member}" · "{choice_label("role", &vault.role)}</p>
        <p class="muted">{lock}" "<kbd>"Ctrl L"</kbd></p>
    }
    .into_any()
}

/// A word to those who can do something about it, if the newest verified backup is missing or old.
fn backup() -> AnyView {
    let session = Session::here();
    let found = use_reply(move || session.may(Permission::ManageVault).then_some(ListBackups {}));
    let line = move || {
        let backups = found.get()?.ok()?;
        let today = dom::today();
        (session.may(Permission::ManageVault) && backup_age::is_stale(&backups, today)).then(|| {
            let sentence = backup_age::sentence(&backups, today);
            view! { <p class="who-backup"><a href="/settings" data-test="backup-warning"><span aria-hidden="true">"◐ "</span>{sentence}</a></p> }
        })
    };
    view! { {line} }.into_any()
}

/// Locks the vault at once.
pub fn lock() {
    spawn_local(async {
        if let Err(fault) = send(LockVault {}).await {
            toast::fault(&fault);
        }
    });
}
