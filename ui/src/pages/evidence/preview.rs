//! The beginning of a file: text and pictures, as far as the program shows them; nothing in it is run.

use crate::{
    call::send,
    parts::loading::{failed, loading},
};
use conclave_domain::{
    call::{
        evidence::{Preview, PreviewEvidence},
        record::Head,
    },
    fault::Fault,
    noun::Evidence,
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The card with the newest version's beginning; nothing where there is no file.
pub fn preview(head: &Head, evidence: &Evidence) -> AnyView {
    let Some(newest) = evidence.newest() else { return ().into_any() };
    let (name, title, reference) = (newest.name.clone(), head.title.clone(), head.reference.clone());
    let found = RwSignal::new(None::<Result<Preview, Fault>>);
    spawn_local(async move {
        let _ = found.try_set(Some(send(PreviewEvidence { reference, version: 0 }).await));
    });
    let body = move || {
        found.with(|f| match f {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(preview)) => shown(preview, &name, &title),
        })
    };
    view! {
        <section class="card" data-test="evidence-preview" aria-labelledby="evidence-preview-title">
            <h2 id="evidence-preview-title">{t!("evidence_page.preview")}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn shown(preview: &Preview, name: &str, title: &str) -> AnyView {
    match preview.kind.as_str() {
        "image" => view! { <img class="preview" src=preview.image.clone() alt=title.to_owned() /> }.into_any(),
        "text" => {
            let cut = preview.cut.then(|| view! { <p class="help">{t!("evidence_page.preview_cut")}</p> });
            let label = t!("evidence_page.preview_of", name = name);
            // It scrolls, so the keyboard must reach it.
            view! { <pre class="preview" tabindex="0" role="region" aria-label=label>{preview.text.clone()}</pre>{cut} }
                .into_any()
        }
        _ => view! { <p class="muted">{preview.why.clone()}</p> }.into_any(),
    }
}
