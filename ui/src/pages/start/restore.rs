//! Making a vault of a backup: always a new one, in a new folder.

use super::{Form, Start};
use crate::{
    parts::{
        dom,
        job::{Job, path_field, progress},
        loading::failed,
        sending::field_fault,
    },
    state::Session,
};
use conclave_domain::{call::backup::RestoreBackup, fault::Fault, t};
use leptos::prelude::*;

/// The way to the form.
pub fn link(start: Start) -> AnyView {
    view! {
        <button type="button" class="link" data-test="restore-open" on:click=move |_| start.form.set(Form::Restore)>{t!("start.restore")}</button>
    }
    .into_any()
}

/// What was restored, while its vault is the one to be unlocked.
pub fn done(start: Start) -> AnyView {
    let note = move || {
        let restored = start.restored.get().filter(|r| start.path.with(|p| *p == r.path))?;
        let sentence = t!("start.restored", name = restored.name, when = dom::moment(restored.made_at));
        Some(view! { <p class="note good" role="status" data-test="restored">"● "{sentence}</p> })
    };
    view! { {note} }.into_any()
}

/// The form.
pub fn restore(start: Start) -> AnyView {
    let home = Session::here().status.with_untracked(|s| s.as_ref().map(|s| s.home.clone()).unwrap_or_default());
    let [path, to] = std::array::from_fn(|_| RwSignal::new(String::new()));
    // The folder follows the backup's name until the person chooses another one.
    let proposed = StoredValue::new(String::new());
    Effect::new(move |_| {
        let place = path.with(|p| place(&home, p));
        if to.with_untracked(|t| t.is_empty() || *t == proposed.get_value()) {
            proposed.set_value(place.clone());
            to.set(place);
        }
    });
    let fault = RwSignal::new(None::<Fault>);
    let job = Job::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fault.set(None);
        let call = RestoreBackup { path: path.get_untracked(), to: to.get_untracked() };
        job.run(call, move |reply| match reply {
            Ok(restored) => {
                start.path.set(restored.path.clone());
                start.restored.set(Some(restored));
                start.form.set(Form::Unlock);
            }
            Err(refused) => fault.set(Some(refused)),
        });
    };
    dom::focus_id("restore-path");
    view! {
        <h1>{t!("start.restore_title")}</h1>
        <p class="lead">{t!("start.restore_lead")}</p>
        <form class="stack" on:submit=submit>
            {path_field(path, "restore", "restore-path", t!("start.restore_file"))}
            {path_field(to, "new_vault", "restore-to", t!("start.restore_to"))} {field_fault(fault, "path")}
            {move || fault.get().filter(|f| f.about("path").is_none()).map(|f| failed(&f))}
            {progress(job)}
            <div class="actions">
                <button type="submit" class="button primary" data-test="restore-start" disabled=move || job.is_busy()>
                    {move || if job.is_busy() { t!("start.restoring") } else { t!("start.restore_go") }}
                </button>
                <button type="button" class="link" data-test="restore-back" disabled=move || job.is_busy() on:click=move |_| start.form.set(Form::Unlock)>{t!("start.back")}</button>
            </div>
        </form>
    }
    .into_any()
}

/// Where a backup's vault is offered to lie: beside other documents, under the backup's own name.
fn place(home: &str, backup: &str) -> String {
    let name = backup.trim().rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.trim_end_matches(".conclave-backup");
    if name.is_empty() { String::new() } else { format!("{home}/{name}.conclave") }
}
