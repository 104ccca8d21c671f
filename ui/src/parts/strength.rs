//! How strong a link of the crosswalk is: one sign and one word for each strength, wherever it shows.

use conclave_domain::{crosswalk::Strength, t};
use leptos::prelude::*;

/// All strengths, the strongest first.
pub const ALL: [Strength; 3] = [Strength::Equivalent, Strength::Partial, Strength::Related];

/// The sign: full, half, outline.
pub const fn sign(strength: Strength) -> &'static str {
    match strength {
        Strength::Equivalent => "■",
        Strength::Partial => "◧",
        Strength::Related => "□",
    }
}

/// Sign and word.
pub fn badge(strength: Strength) -> AnyView {
    view! {
        <span class="strength" data-strength=strength.name()><span aria-hidden="true">{sign(strength)} " "</span>{strength.label()}</span>
    }
    .into_any()
}

/// Who says that a link is there, in words.
pub fn source(source: &str) -> String {
    match source {
        "ours" => t!("crosswalk_page.source_ours"),
        "published" => t!("crosswalk_page.source_published"),
        other => other.to_owned(),
    }
}

/// What the signs mean.
pub fn legend() -> AnyView {
    let about = |strength| match strength {
        Strength::Equivalent => t!("crosswalk_page.equivalent_about"),
        Strength::Partial => t!("crosswalk_page.partial_about"),
        Strength::Related => t!("crosswalk_page.related_about"),
    };
    let lines = ALL.map(|s| view! { <li>{badge(s)} " " <span class="muted">{about(s)}</span></li> });
    view! { <ul class="strength-legend" aria-label=t!("crosswalk_page.legend")>{lines.into_iter().collect_view()}</ul> }
        .into_any()
}
