//! A copy of a file out of the vault, and what can be done with it then. It is opened only after a question: from there on
//! another program has it.

use crate::{
    call::send,
    pages::record::say,
    parts::{
        job::{Job, path_field, progress},
        loading::failed,
        sheet,
    },
    state::Session,
};
use conclave_domain::{
    call::{evidence::ExportEvidence, session::OpenFile},
    fault::Fault,
    noun::evidence::clean_name,
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The dialog's state; it is about one version at a time. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct CopyOut {
    reference: StoredValue<String>,
    home: StoredValue<String>,
    version: RwSignal<u32>,
    open: RwSignal<bool>,
    out: RwSignal<String>,
    overwrite: RwSignal<bool>,
    job: Job,
    done: RwSignal<Option<Result<String, Fault>>>,
}

impl CopyOut {
    /// The dialog of an evidence, closed.
    pub fn new(reference: String) -> Self {
        let home = Session::here().status.with_untracked(|s| s.as_ref().map(|s| s.home.clone()));
        Self {
            reference: StoredValue::new(reference),
            home: StoredValue::new(home.unwrap_or_default()),
            version: RwSignal::new(0),
            open: RwSignal::new(false),
            out: RwSignal::new(String::new()),
            overwrite: RwSignal::new(false),
            job: Job::new(),
            done: RwSignal::new(None),
        }
    }

    /// Opens it for a version. While a copy is being written, it shows that one.
    pub fn ask(self, version: usize, name: &str) {
        if !untrack(|| self.job.is_busy()) {
            self.version.set(u32::try_from(version).unwrap_or_default());
            self.out.set(format!("{}/{}", self.home.get_value(), clean_name(name)));
            self.overwrite.set(false);
            self.done.set(None);
        }
        self.open.set(true);
    }

    fn save(self) {
        self.done.set(None);
        let call = ExportEvidence {
            reference: self.reference.get_value(),
            version: self.version.get_untracked(),
            out: self.out.get_untracked(),
            overwrite: self.overwrite.get_untracked(),
        };
        self.job.run(call, move |reply| self.done.set(Some(reply)));
    }
}

/// The dialog.
pub fn sheet(copy: CopyOut) -> AnyView {
    let title = Signal::derive(move || t!("evidence_page.copy_of", n = copy.version.get()));
    sheet::sheet(copy.open, title, move || form(copy))
}

fn form(copy: CopyOut) -> AnyView {
    let job = copy.job;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        copy.save();
    };
    view! {
        <form class="stack" on:submit=submit>
            <p class="muted">{t!("evidence_page.copy_about")}</p>
            {path_field(copy.out, "export", "evidence-copy-path", t!("evidence_page.copy_to"))}
            <label class="check"><input type="checkbox" data-test="evidence-copy-overwrite" prop:checked=move || copy.overwrite.get()
                on:change=move |ev| copy.overwrite.set(event_target_checked(&ev)) /><span>{t!("packs.overwrite")}</span></label>
            {progress(job)}
            <div class="actions"><button type="submit" class="button primary" data-test="evidence-copy-start" disabled=move || job.is_busy()>
                {move || if job.is_busy() { t!("evidence_page.copying") } else { t!("evidence_page.copy_go") }}</button></div>
            {move || copy.done.get().map(|d| d.map_or_else(|f| failed(&f), written))}
        </form>
    }
    .into_any()
}

fn written(path: String) -> AnyView {
    let hand = |path: String, in_folder: bool| {
        spawn_local(async move {
            if let Err(fault) = send(OpenFile { path, in_folder }).await {
                say::fault(&fault);
            }
        });
    };
    let (file, folder) = (path.clone(), path.clone());
    let open = move |_| {
        let file = file.clone();
        let (question, about) = (t!("evidence_page.open_question"), t!("evidence_page.open_about"));
        say::ask(question, about, t!("evidence_page.open"), move || hand(file, false));
    };
    view! {
        <div class="note good" role="status" data-test="evidence-copied">
            <p class="note-title"><span aria-hidden="true">"● "</span>{t!("evidence_page.copied", path = path)}</p>
            <div class="actions">
                <button type="button" class="button" data-test="evidence-copy-folder" on:click=move |_| hand(folder.clone(), true)>{t!("evidence_page.folder")}</button>
                <button type="button" class="button" data-test="evidence-copy-open" on:click=open>{t!("evidence_page.open")}</button>
            </div>
        </div>
    }
    .into_any()
}
