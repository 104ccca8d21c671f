//! Typed questions and conditions in words.

use crate::parts::path::framework_path;
use conclave_domain::{
    answer::Result as Outcome,
    framework::{Asks, When},
    t, text,
};
use leptos::prelude::*;

/// The kinds of reply that a question can ask for; "" asks for a result only.
pub const KINDS: [&str; 5] = ["", "yes_no", "choice", "number", "text"];
/// The results that a reply can lead to; "" leads to none.
pub const RESULTS: [&str; 4] = ["", "met", "partly", "not_met"];

/// "Yes, partly or no".
pub fn kind_label(kind: &str) -> String {
    match kind {
        "yes_no" => t!("frameworks_page.asks_yes_no"),
        "choice" => t!("frameworks_page.asks_choice"),
        "number" => t!("frameworks_page.asks_number"),
        "text" => t!("frameworks_page.asks_text"),
        _ => t!("frameworks_page.asks_result"),
    }
}

/// What a result is called; "" is "nothing follows".
pub fn result_label(result: &str) -> String {
    if result.is_empty() { t!("frameworks_page.no_result") } else { Outcome::from_name(result).label() }
}

/// The typed question: its kind, and what follows from which reply.
pub fn asks(asks: &Asks) -> AnyView {
    let lines: Vec<String> = match asks.kind.as_str() {
        "choice" => asks.choices.iter().map(|c| format!("{} → {}", c.label, result_label(&c.result))).collect(),
        "number" => bands(asks),
        _ => Vec::new(),
    };
    let lines = lines.into_iter().map(|l| view! { <li>{l}</li> }).collect_view();
    view! { <p data-test="requirement-asks">{kind_label(&asks.kind)}</p><ul class="plain-list">{lines}</ul> }.into_any()
}

/// The numbers at which an answer is met or partly met, and the numbers that are allowed.
fn bands(asks: &Asks) -> Vec<String> {
    let show = |n: f64| if asks.unit.is_empty() { n.to_string() } else { format!("{n} {}", asks.unit) };
    let band = |from: Option<f64>, to: Option<f64>| match (from, to) {
        (Some(from), Some(to)) => Some(t!("frameworks_page.between", from = show(from), to = show(to))),
        (Some(from), None) => Some(t!("frameworks_page.from", n = show(from))),
        (None, Some(to)) => Some(t!("frameworks_page.up_to", n = show(to))),
        (None, None) => None,
    };
    let named = |label: String, band: Option<String>| band.map(|b| format!("{label}: {b}"));
    [
        named(result_label("met"), band(asks.met_from, asks.met_to)),
        named(result_label("partly"), band(asks.partly_from, asks.partly_to)),
        named(t!("frameworks_page.allowed"), band(asks.min, asks.max)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// "Appears when E1.4 is in_use or earlier", with a link to the other requirement.
pub fn condition(when: &When, framework: &str, edition: &str) -> AnyView {
    let word = |v: &String| text::look_up(&format!("choice.result.{v}")).unwrap_or_else(|| v.clone());
    let values: Vec<String> = when.is.iter().map(word).collect();
    view! {
        <span data-test="requirement-when">
            <a href=framework_path(framework, edition, &when.requirement)>{when.requirement.clone()}</a> ": "
            {values.join(&format!(" {} ", t!("frameworks_page.or")))}
        </span>
    }
    .into_any()
}
