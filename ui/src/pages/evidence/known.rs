//! Attaching evidence: a new one, or one that the vault has already.

use super::target::{Target, change};
use crate::{
    pages::record::say,
    parts::{dom, picker::picker, sheet},
    state::Session,
};
use conclave_domain::{call::record::Head, kind::Kind, permission::Permission, t};
use leptos::{prelude::*, task::spawn_local};

/// Two ways to attach evidence, for those who may; `test` names the link to a new one, `name` says to what.
pub fn attach(target: &Target, name: &str, test: String, done: Callback<()>) -> AnyView {
    if !untrack(|| Session::here().may(Permission::KeepEvidence)) {
        return ().into_any();
    }
    let (id, open) = (format!("{test}-pick"), RwSignal::new(false));
    let label = t!("evidence_page.attach_known_to", name = name);
    let chosen = attaching(target.clone(), name.to_owned(), open, done);
    let focus = id.clone();
    let show = move |_| {
        open.set(true);
        dom::focus_id(&focus);
    };
    let (known, title) = (format!("{test}-known"), label.clone());
    let search = {
        let label = label.clone();
        move || {
            let hint = t!("form.find", kind = Kind::Evidence.many());
            view! { <div class="pick-room">{picker(Kind::Evidence, id.clone(), label.clone(), hint, chosen)}</div> }
                .into_any()
        }
    };
    view! {
        <a class="button small" data-test=test href=target.new_path() aria-label=t!("evidence_page.attach_to", name = name)>{t!("evidence_page.attach")}</a>
        <button type="button" class="button small" data-test=known aria-label=label aria-haspopup="dialog" on:click=show>{t!("evidence_page.attach_known")}</button>
        {sheet::sheet(open, title, search)}
    }
    .into_any()
}

/// Attaches the evidence that is chosen, one at a time, and closes the dialog.
fn attaching(target: Target, name: String, open: RwSignal<bool>, done: Callback<()>) -> Callback<Head> {
    let busy = RwSignal::new(false);
    Callback::new(move |head: Head| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (target, name) = (target.clone(), name.clone());
        spawn_local(async move {
            let reply = change(head.id, |e| target.attach(e)).await;
            let _ = busy.try_set(false);
            match reply {
                Ok(saved) => {
                    let _ = open.try_set(false);
                    say::undoable(t!("evidence_page.attached_to", evidence = head.reference, name = name), saved.entry);
                    // A page that is gone has nothing to read anew.
                    let _ = done.try_run(());
                }
                Err(fault) => say::fault(&fault),
            }
        });
    })
}
