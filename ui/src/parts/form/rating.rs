//! A rating: likelihood, impact, the level that follows by the charter's method, and the rationale.

use super::{
    control::{Place, control},
    state::{Form, field_id},
};
use crate::parts::level::level_badge;
use conclave_domain::{
    field::{Field, FieldKind, field},
    t, text,
};
use leptos::prelude::*;
use serde_json::Value;

static RATIONALE: Field = field("rationale", FieldKind::Long, "");

/// The editor of a rating.
pub fn rating(form: Form, path: String) -> AnyView {
    let number = move |path: &str, part: &str| {
        form.get(&format!("{path}.{part}")).as_u64().and_then(|n| u8::try_from(n).ok()).unwrap_or(0)
    };
    let for_level = path.clone();
    let level = move || {
        let (l, i) = (number(&for_level, "likelihood"), number(&for_level, "impact"));
        match form.method.get().level(l, i) {
            Some(level) => level_badge(level),
            None => view! { <span class="muted">{t!("risk_page.not_rated")}</span> }.into_any(),
        }
    };
    let place =
        Place { form, path: format!("{path}.rationale"), label: Some(t!("risk_page.rationale")), required: false };
    view! {
        <div class="rating" id=field_id(&path)>
            {step(form, &path, "likelihood", t!("figure.likelihood"))}
            <span class="times" aria-hidden="true">"×"</span>
            {step(form, &path, "impact", t!("figure.impact"))}
            <output class="level-now" aria-live="polite">{level}</output>
            <div class="rationale">{control(place, &RATIONALE)}</div>
        </div>
    }
    .into_any()
}

fn step(form: Form, path: &str, part: &'static str, label: String) -> AnyView {
    let path = format!("{path}.{part}");
    let present = form.peek(&path).as_u64().unwrap_or(0);
    let options = (0..=5u64).map(|n| {
        let name = match n {
            0 => t!("choice.none"),
            _ => format!("{n} {}", text::label(&format!("choice.{part}.{n}"))),
        };
        view! { <option value=n.to_string() selected=n == present>{name}</option> }
    });
    let id = field_id(&path);
    view! {
        <select class="input" data-test=id.clone() id=id.clone() aria-label=label
            on:change=move |ev| form.set(&path, Value::from(event_target_value(&ev).parse::<u64>().unwrap_or(0)))>
            {options.collect_view()}
        </select>
    }
    .into_any()
}
