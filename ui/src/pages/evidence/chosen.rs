//! What the form of new evidence will attach it to besides records: answers and conditions, each with a way to leave it out.

use super::target::Target;
use crate::parts::form::Form;
use conclave_domain::{
    noun::{Body, Evidence},
    t,
};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The card; nothing where there is nothing.
pub fn chosen(form: Form) -> AnyView {
    let targets = Memo::new(move |_| {
        let read = |key: &str| form.get(key);
        let answers = serde_json::from_value::<Vec<_>>(read("answers")).unwrap_or_default();
        let conditions = serde_json::from_value::<Vec<_>>(read("conditions")).unwrap_or_default();
        Target::parts(&answers, &conditions)
    });
    let leave_out = move |target: &Target| {
        let read = |key: &str| form.peek(key);
        let mut now = Evidence {
            answers: serde_json::from_value(read("answers")).unwrap_or_default(),
            conditions: serde_json::from_value(read("conditions")).unwrap_or_default(),
            ..Evidence::default()
        };
        target.detach(&mut now);
        let map: Map<String, Value> = Body::Evidence(now).to_map();
        for key in ["answers", "conditions"] {
            form.set(key, map.get(key).cloned().unwrap_or_default());
        }
    };
    let chip = move |target: Target| {
        let head = form.names.with(|n| n.get(&target.record().to_string()).cloned());
        let words = target.name(&head.as_ref().map(|h| h.reference.clone()).unwrap_or_default());
        let remove = t!("form.remove", name = words);
        let title = head.map(|h| h.title);
        view! {
            <li class="chip"><span title=title>{words}</span>
                <button type="button" class="icon-button" aria-label=remove on:click=move |_| leave_out(&target)>"✕"</button></li>
        }
    };
    let shown = move || {
        let all = targets.get();
        (!all.is_empty()).then(|| {
            view! {
                <section class="card" data-test="evidence-attached" aria-labelledby="evidence-attached-title">
                    <h2 id="evidence-attached-title">{t!("evidence_page.attached_new")}</h2>
                    <ul class="chips">{all.into_iter().map(chip).collect_view()}</ul>
                </section>
            }
        })
    };
    view! { {shown} }.into_any()
}
