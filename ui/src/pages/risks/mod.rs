//! Risks: the register with its heat map, and the page of one risk.

pub mod threats;

use crate::{
    call::use_reply,
    pages::record::{
        list::list_page,
        new::new_page,
        page::{Special, record_page},
        show::rating_view,
    },
    parts::matrix::matrix,
};
use conclave_domain::{
    call::{
        journal::GetCharter,
        record::{Detail, GetMatrix},
    },
    charter::Charter,
    kind::Kind,
    noun::Body,
    t,
};
use leptos::prelude::*;

/// The register: heat map above, risks below.
pub fn list() -> AnyView {
    let found = use_reply(move || Some(GetMatrix::default()));
    let charter = use_reply(move || Some(GetCharter {}));
    let lead = Signal::derive(move || {
        found.with(|m| match m {
            Some(Ok(m)) => t!("risk_page.lead", open = m.open, above = m.above_tolerance, unrated = m.unrated),
            _ => String::new(),
        })
    });
    let map = move || {
        let charter = charter.with(|c| c.as_ref().and_then(|c| c.as_ref().ok()).cloned())?;
        let counts = found.with(|m| m.as_ref().and_then(|m| m.as_ref().ok()).cloned())?;
        // An empty register has no map; its list says what to do next.
        (counts.open > 0).then(|| matrix(&counts, &charter))
    };
    list_page(Kind::Risk, Some(lead), Some(view! { {map} }.into_any()))
}

/// A new risk.
pub fn new() -> AnyView {
    new_page(Kind::Risk)
}

/// One risk.
pub fn one() -> AnyView {
    let special = Special {
        above: Some(above),
        without: &["cause", "event", "consequence", "inherent", "residual", "target"],
        ..Special::default()
    };
    record_page(Kind::Risk, special)
}

/// The statement, and the three ratings side by side.
fn above(detail: &Detail, charter: &Charter) -> AnyView {
    let Body::Risk(risk) = &detail.body else { return ().into_any() };
    let statement = risk.statement();
    let statement =
        (!statement.is_empty()).then(|| view! { <p class="statement" data-test="risk-statement">{statement}</p> });
    let map = detail.body.to_map();
    let ratings = [("inherent", t!("field.inherent"), t!("help.inherent")), ("residual", t!("field.residual"), t!("help.residual")), ("target", t!("field.target"), t!("help.target"))]
        .into_iter()
        .map(|(key, label, help)| {
            let shown = rating_view(map.get(key).unwrap_or(&serde_json::Value::Null), charter.risk_method);
            view! { <div class="card rating-card" data-test=format!("rating-{key}")><h2>{label}</h2><p class="help">{help}</p>{shown}</div> }
        })
        .collect_view();
    let today = crate::parts::dom::today();
    let tolerance = if !risk.above_tolerance(charter) {
        None
    } else if risk.acceptance_in_force(today) {
        let until = risk.acceptance_until.map(crate::parts::dom::day).unwrap_or_default();
        Some(t!("risk_page.accepted", who = risk.accepted_by, until = until))
    } else {
        Some(t!("risk_page.above", tolerance = charter.tolerance.label()))
    };
    let tolerance = tolerance
        .map(|s| view! { <p class="note bad" data-test="risk-tolerance"><span aria-hidden="true">"▲ "</span>{s}</p> });
    view! { <div class="stack">{statement}{tolerance}<div class="three">{ratings}</div></div> }.into_any()
}
