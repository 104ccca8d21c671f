//! One backup to a file that the person chooses.

use crate::{
    call::send,
    parts::{
        dom,
        job::{Job, path_field, progress},
        loading::failed,
        toast,
    },
    state::Session,
};
use conclave_domain::{
    call::{
        backup::{BackUp, BackedUp},
        session::OpenFile,
    },
    fault::Fault,
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The form.
pub fn write() -> AnyView {
    let session = Session::here();
    let home = session.status.with_untracked(|s| s.as_ref().map(|s| s.home.clone()).unwrap_or_default());
    let name =
        session.status.with_untracked(|s| s.as_ref().and_then(|s| Some(dom::file_name(&s.vault.as_ref()?.name))));
    let out = RwSignal::new(format!("{home}/{}-{}.conclave-backup", name.unwrap_or_default(), dom::today()));
    let overwrite = RwSignal::new(false);
    let done = RwSignal::new(None::<Result<BackedUp, Fault>>);
    let job = Job::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        done.set(None);
        let call = BackUp { out: out.get_untracked(), overwrite: overwrite.get_untracked() };
        job.run(call, move |reply| done.set(Some(reply)));
    };
    view! {
        <section aria-labelledby="backups-write">
            <h3 id="backups-write">{t!("settings.backup_write")}</h3>
            <form class="stack" on:submit=submit>
                <p class="muted">{t!("settings.backup_lead")}</p>
                {path_field(out, "backup", "backup-path", t!("settings.backup_file"))}
                <label class="check"><input type="checkbox" data-test="backup-overwrite" on:change=move |ev| overwrite.set(event_target_checked(&ev)) />
                    <span>{t!("packs.overwrite")}</span></label>
                {progress(job)}
                <div class="actions"><button type="submit" class="button primary" data-test="backup-start" disabled=move || job.is_busy()>
                    {move || if job.is_busy() { t!("settings.backing_up") } else { t!("settings.backup_go") }}</button></div>
                {move || done.get().map(|d| d.map_or_else(|f| failed(&f), result))}
            </form>
        </section>
    }
    .into_any()
}

fn result(made: BackedUp) -> AnyView {
    let path = made.path.clone();
    let show = move |_| {
        let path = path.clone();
        spawn_local(async move {
            if let Err(fault) = send(OpenFile { path, in_folder: true }).await {
                toast::fault(&fault);
            }
        });
    };
    view! {
        <div class="note good" role="status" data-test="backed-up">
            <p class="note-title">"● "{t!("settings.backed_up", size = dom::size(made.size), head = dom::count(made.head))}</p>
            <p class="mono hash">{made.path}</p>
            <p class="mono hash">{t!("packs.sha")}" "{made.sha256}</p>
            <div class="actions"><button type="button" class="button" data-test="backup-folder" on:click=show>{t!("packs.folder")}</button></div>
        </div>
    }
    .into_any()
}
