//! Encrypting the whole vault anew.

use crate::parts::{
    copy::copyable,
    dom,
    job::{Job, progress},
    loading::failed,
    sheet::sheet,
    toast,
};
use conclave_domain::{
    call::member::{RekeyVault, Rekeyed},
    fault::Fault,
    t,
};
use leptos::prelude::*;

/// The dialog and its work, which goes on while the dialog is closed. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Rekey {
    shown: RwSignal<bool>,
    job: Job,
    result: RwSignal<Option<Result<Rekeyed, Fault>>>,
}

impl Rekey {
    /// A closed dialog.
    pub fn new() -> Self {
        Self { shown: RwSignal::new(false), job: Job::new(), result: RwSignal::new(None) }
    }

    /// Opens the dialog.
    pub fn open(self) {
        self.result.set(None);
        self.shown.set(true);
    }

    /// What it is for, and the way to it.
    pub fn offer(self) -> AnyView {
        view! {
            <div class="stack">
                <p class="muted">{t!("settings.rekey_short")}</p>
                <div class="actions"><button type="button" class="button" data-test="rekey" on:click=move |_| self.open()>{t!("settings.rekey")}</button></div>
            </div>
        }
        .into_any()
    }

    /// The dialog.
    pub fn dialog(self) -> AnyView {
        sheet(self.shown, t!("settings.rekey_title"), move || {
            let body = move || match self.result.get() {
                Some(Ok(done)) => self.result(done),
                other => self.question(other.and_then(Result::err)),
            };
            view! { {body} }.into_any()
        })
    }

    fn question(self, fault: Option<Fault>) -> AnyView {
        let job = self.job;
        let start = move |_| job.run(RekeyVault {}, move |reply| self.done(reply));
        dom::focus_id("rekey-start");
        view! {
            <p class="prose">{t!("settings.rekey_about")}</p>
            <p class="prose">{t!("settings.rekey_old")}</p>
            {fault.map(|f| failed(&f))}
            {progress(job)}
            <div class="actions">
                <button type="button" class="button" data-test="rekey-close" on:click=move |_| self.shown.set(false)>{t!("part.close")}</button>
                <button type="button" class="button primary" id="rekey-start" data-test="rekey-start" disabled=move || job.is_busy() on:click=start>
                    {move || if job.is_busy() { t!("settings.rekeying") } else { t!("settings.rekey_start") }}
                </button>
            </div>
        }
        .into_any()
    }

    fn done(self, reply: Result<Rekeyed, Fault>) {
        // Whoever closed the dialog hears of it at the window's edge.
        if !self.shown.get_untracked() {
            match &reply {
                Ok(done) => toast::note(t!("settings.rekeyed", generation = done.generation)),
                Err(fault) => toast::fault(fault),
            }
        }
        self.result.set(Some(reply));
    }

    fn result(self, done: Rekeyed) -> AnyView {
        dom::focus_id("rekey-done");
        view! {
            <div class="note good" role="status" data-test="rekeyed">
                <p class="note-title">"● "{t!("settings.rekeyed", generation = done.generation)}</p>
                <p>{t!("settings.rekeyed_backup")}</p>
                {copyable(done.backup, t!("settings.backup_path"))}
            </div>
            <p class="help">{t!("settings.rekey_old")}</p>
            <div class="actions"><button type="button" class="button primary" id="rekey-done" data-test="rekey-done" on:click=move |_| self.shown.set(false)>{t!("settings.close")}</button></div>
        }
        .into_any()
    }
}
