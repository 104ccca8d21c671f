//! Checking the vault, and writing a register to a file.

use crate::{
    pages::packs::said,
    parts::{
        dom,
        job::{Job, path_field, progress},
        loading::failed,
    },
    state::Session,
};
use conclave_domain::{
    call::{
        exchange::ExportList,
        journal::{CheckVault, Verdict},
    },
    fault::Fault,
    kind::Kind,
    t,
};
use leptos::prelude::*;

/// The check.
pub fn check() -> AnyView {
    let verdict = RwSignal::new(None::<Result<Verdict, Fault>>);
    let job = Job::new();
    let answer = move || {
        verdict.get().map(|v| match v {
            Err(f) => failed(&f),
            Ok(v) => {
                said(&if v.sound { t!("settings.sound") } else { t!("settings.unsound") }, v.sound, v.faults, v.checked)
            }
        })
    };
    view! {
        <section class="card" aria-labelledby="settings-check">
            <h2 id="settings-check">{t!("settings.check")}</h2>
            <p class="muted">{t!("settings.check_lead")}</p>
            {progress(job)}
            <div class="actions"><button type="button" class="button" data-test="vault-check" disabled=move || job.is_busy()
                on:click=move |_| { verdict.set(None); job.run(CheckVault {}, move |r| verdict.set(Some(r))); }>
                {move || if job.is_busy() { t!("settings.checking") } else { t!("settings.check_go") }}</button></div>
            {answer}
        </section>
    }
    .into_any()
}

/// The export.
pub fn export() -> AnyView {
    let home = Session::here().status.with_untracked(|s| s.as_ref().map(|s| s.home.clone()).unwrap_or_default());
    let kind = RwSignal::new(Kind::System);
    let format = RwSignal::new("csv".to_owned());
    let out = RwSignal::new(String::new());
    Effect::new(move |_| out.set(format!("{home}/{}s.{}", kind.get().name(), format.get())));
    let done = RwSignal::new(None::<Result<u64, Fault>>);
    let job = Job::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        done.set(None);
        let call = ExportList {
            kind: kind.get_untracked(),
            format: format.get_untracked(),
            out: out.get_untracked(),
            overwrite: false,
        };
        job.run(call, move |r| done.set(Some(r)));
    };
    let answer = move || {
        done.get().map(|d| match d {
            Err(f) => failed(&f),
            Ok(n) => {
                view! { <p class="note good" role="status">{t!("settings.exported", n = dom::count(n))}</p> }.into_any()
            }
        })
    };
    let choose = move |ev| {
        if let Some(chosen) = Kind::from_name(&event_target_value(&ev)) {
            kind.set(chosen);
        }
    };
    view! {
        <section class="card" aria-labelledby="settings-export">
            <h2 id="settings-export">{t!("settings.export")}</h2>
            <form class="stack" on:submit=submit>
                <div class="field"><label for="export-kind">{t!("settings.kind")}</label>
                    <select class="input" id="export-kind" data-test="export-kind" on:change=choose>
                        {Kind::ALL.map(|k| view! { <option value=k.name()>{k.many()}</option> }).into_iter().collect_view()}
                    </select></div>
                <div class="field"><label for="export-format">{t!("settings.format")}</label>
                    <select class="input" id="export-format" data-test="export-format" on:change=move |ev| format.set(event_target_value(&ev))>
                        <option value="csv">"CSV"</option><option value="json">"JSON"</option>
                    </select></div>
                {path_field(out, "export", "export-out", t!("packs.out"))}
                {progress(job)}
                <div class="actions"><button type="submit" class="button" data-test="export-go" disabled=move || job.is_busy()>{t!("settings.export_go")}</button></div>
                {answer}
            </form>
        </section>
    }
    .into_any()
}
