//! A newer version of a file.

use super::same;
use crate::{
    pages::record::say,
    parts::{
        dom,
        job::{Job, path_choice, progress},
        loading::failed,
        sheet,
    },
};
use conclave_domain::{
    call::{evidence::AddEvidence, record::Head},
    fault::Fault,
    t,
};
use leptos::prelude::*;
use serde_json::Map;

/// The button and its dialog.
pub fn newer(head: &Head, first: bool) -> AnyView {
    let open = RwSignal::new(false);
    let label = if first { t!("evidence_page.first_version") } else { t!("evidence_page.new_version") };
    let (title, head) = (t!("evidence_page.new_version_title", name = head.title), StoredValue::new(head.clone()));
    let job = Job::new();
    let show = move |_| {
        open.set(true);
        dom::focus_id("evidence-version-path");
    };
    view! {
        <button type="button" class="button small" data-test="evidence-version-new" on:click=show>{label}</button>
        {sheet::sheet(open, title, move || form(head, job, open))}
    }
    .into_any()
}

fn form(head: StoredValue<Head>, job: Job, open: RwSignal<bool>) -> AnyView {
    let path = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fault.set(None);
        let (id, revision) = head.with_value(|h| (h.id, h.revision));
        let call =
            AddEvidence { id: Some(id), revision, path: path.get_untracked().trim().to_owned(), body: Map::new() };
        job.run(call, move |reply| match reply {
            Ok(added) => {
                let _ = open.try_set(false);
                same::remember(&added.saved.head, added.same_as);
                say::undoable(t!("evidence_page.added", name = added.saved.head.reference), added.saved.entry);
            }
            Err(refused) => {
                // The dialog may be closed by now.
                if let Some(Some(unseen)) = fault.try_set(Some(refused)) {
                    say::fault(&unseen);
                }
            }
        });
    };
    let choice = path_choice(
        path,
        "evidence",
        ("evidence-version-path", "evidence-version-choose"),
        t!("evidence_page.path"),
        t!("evidence_page.choose"),
    );
    view! {
        <form class="stack" on:submit=submit>
            <p class="muted">{t!("evidence_page.new_version_about")}</p>
            {choice}
            {move || fault.get().map(|f| failed(&f))}
            {progress(job)}
            <div class="actions"><button type="submit" class="button primary" data-test="evidence-version-start" disabled=move || job.is_busy()>
                {move || if job.is_busy() { t!("evidence_page.adding") } else { t!("evidence_page.new_version_go") }}</button></div>
        </form>
    }
    .into_any()
}
