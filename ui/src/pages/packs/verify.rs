//! Verifying a pack, alone or against this vault.

use crate::parts::{
    job::{Job, path_field, progress},
    loading::failed,
};
use conclave_domain::{
    call::pack::{PackVerdict, VerifyPack},
    fault::Fault,
    t,
};
use leptos::prelude::*;

/// The form and its answer.
pub fn verify() -> AnyView {
    let path = RwSignal::new(String::new());
    let with_vault = RwSignal::new(true);
    let verdict = RwSignal::new(None::<Result<PackVerdict, Fault>>);
    let job = Job::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        verdict.set(None);
        let call = VerifyPack { path: path.get_untracked(), with_vault: with_vault.get_untracked() };
        job.run(call, move |reply| verdict.set(Some(reply)));
    };
    let answer = move || {
        verdict.get().map(|v| v.map_or_else(|f| failed(&f), |v| said(&v.sentence, v.unbroken, v.faults, v.checked)))
    };
    view! {
        <section class="card" aria-labelledby="packs-verify">
            <h2 id="packs-verify">{t!("packs.verify")}</h2>
            <p class="muted">{t!("packs.verify_lead")}</p>
            <form class="stack" on:submit=submit>
                {path_field(path, "verify", "verify-path", t!("packs.verify_file"))}
                <label class="check"><input type="checkbox" data-test="verify-vault" prop:checked=move || with_vault.get()
                    on:change=move |ev| with_vault.set(event_target_checked(&ev)) /><span>{t!("packs.with_vault")}</span></label>
                {progress(job)}
                <div class="actions"><button type="submit" class="button" data-test="verify-go" disabled=move || job.is_busy()>{t!("packs.verify_go")}</button></div>
            </form>
            {answer}
        </section>
    }
    .into_any()
}

/// The answer of a check: one sentence, then what is wrong, then what was compared.
pub fn said(sentence: &str, good: bool, faults: Vec<String>, checked: Vec<String>) -> AnyView {
    let class = if good { "note good" } else { "note bad" };
    view! {
        <div class=class role="status" data-test="verdict">
            <p class="note-title">{if good { "● " } else { "■ " }}{sentence.to_owned()}</p>
            <ul>{faults.into_iter().map(|f| view! { <li><b>{f}</b></li> }).collect_view()}
                {checked.into_iter().map(|c| view! { <li>{c}</li> }).collect_view()}</ul>
        </div>
    }
    .into_any()
}
