//! Opening an existing vault.

use super::{Form, Start, restore, secret, who};
use crate::{
    call::send,
    parts::{job::path_field, loading::failed},
    state::{Session, entered},
};
use conclave_domain::{
    call::session::{OpenVault, Recent},
    fault::Fault,
    secret::Secret,
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The form.
pub fn unlock(start: Start) -> AnyView {
    let session = Session::here();
    let recent = session.status.with_untracked(|s| s.as_ref().map(|s| s.recent.clone()).unwrap_or_default());
    let passphrase = RwSignal::new(String::new());
    let who = who::Who::of(start.path);
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        let call = OpenVault {
            path: start.path.get_untracked(),
            member: who.name.get_untracked(),
            passphrase: Secret::new(passphrase.get_untracked()),
        };
        spawn_local(async move {
            let reply = send(call).await;
            let _ = busy.try_set(false);
            match reply {
                Ok(vault) => {
                    entered(&vault);
                    session.locked_itself.set(false);
                }
                Err(refused) => {
                    passphrase.set(String::new());
                    fault.set(Some(refused));
                    crate::parts::dom::focus_id("unlock-passphrase");
                }
            }
        });
    };
    crate::parts::dom::focus_id("unlock-passphrase");
    view! {
        <h1>{t!("start.title")}</h1>
        <p class="lead">{t!("start.lead")}</p>
        {restore::done(start)}
        {recents(recent, start)}
        <form class="stack" on:submit=submit>
            {path_field(start.path, "open_vault", "unlock-path", t!("start.path"))}
            {who.field("unlock-member")}
            {secret(passphrase, "unlock-passphrase", t!("start.passphrase"), false)}
            {move || fault.get().map(|f| failed(&f))}
            <div class="actions">
                <button type="submit" class="button primary" data-test="unlock-submit" disabled=move || busy.get()>
                    {move || if busy.get() { t!("start.unlocking") } else { t!("start.unlock") }}
                </button>
                <button type="button" class="link" data-test="go-recover" on:click=move |_| start.form.set(Form::Recover)>{t!("start.forgotten")}</button>
            </div>
        </form>
        <p class="start-other actions">
            <button type="button" class="button" data-test="go-create" on:click=move |_| { start.path.set(String::new()); start.form.set(Form::Create); }>
                {t!("start.create")}
            </button>
            {restore::link(start)}
        </p>
    }
    .into_any()
}

fn recents(recent: Vec<Recent>, start: Start) -> AnyView {
    if recent.len() < 2 {
        return ().into_any();
    }
    let one = move |r: Recent| {
        let path = r.path.clone();
        let chosen = r.path.clone();
        view! {
            <li><button type="button" class="recent" disabled=!r.present
                aria-pressed=move || (start.path.get() == chosen).to_string() on:click=move |_| start.path.set(path.clone())>
                <span>{r.name}</span><span class="muted">{r.path.clone()}</span>
                {(!r.present).then(|| view! { <span class="muted">{t!("start.missing")}</span> })}
            </button></li>
        }
    };
    view! {
        <h2>{t!("start.recent")}</h2>
        <ul class="plain-list recents">{recent.into_iter().map(one).collect_view()}</ul>
    }
    .into_any()
}
