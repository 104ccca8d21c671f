//! Status as people see it: one sign, one colour and one word for each meaning, wherever it shows.

use crate::parts::{columns::value_label, dom};
use conclave_domain::{answer::Result as Outcome, call::record::Approval, kind::Kind};
use leptos::prelude::*;

/// What a status means; it decides sign and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// ● met, in force, done.
    Good,
    /// ◐ partly, conditional, on the way.
    Part,
    /// ■ not met, expired, refused.
    Bad,
    /// ○ open, not begun.
    Open,
    /// – does not apply, over.
    None,
}

impl Tone {
    /// The sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Tone::Good => "●",
            Tone::Part => "◐",
            Tone::Bad => "■",
            Tone::Open => "○",
            Tone::None => "–",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Part => "part",
            Tone::Bad => "bad",
            Tone::Open => "open",
            Tone::None => "none",
        }
    }
}

/// Sign and word on the colour of the meaning.
pub fn status(tone: Tone, word: String) -> AnyView {
    view! { <span class="badge" data-tone=tone.name()><span aria-hidden="true">{tone.sign()} " "</span>{word}</span> }
        .into_any()
}

/// The badge of a result.
pub fn result_badge(result: Outcome) -> AnyView {
    status(result_tone(result), result.label())
}

/// What a result means.
pub const fn result_tone(result: Outcome) -> Tone {
    match result {
        Outcome::Met => Tone::Good,
        Outcome::Partly => Tone::Part,
        Outcome::NotMet => Tone::Bad,
        Outcome::NotApplicable => Tone::None,
        Outcome::NotAssessed => Tone::Open,
    }
}

/// The badge of a choice in a list column.
pub fn choice_badge(kind: Kind, column: &str, value: &str) -> AnyView {
    if value.is_empty() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    let word = value_label(kind, column, value);
    match tone(kind, value) {
        Some(tone) => status(tone, word),
        None => word.into_any(),
    }
}

/// What a status value means; `None` where it is no judgement (a stage of life, a criticality).
const fn tone(kind: Kind, value: &str) -> Option<Tone> {
    Some(match (kind, value.as_bytes()) {
        (Kind::Assessment, b"complete")
        | (Kind::Review, b"concluded")
        | (Kind::Decision, b"decided")
        | (Kind::Risk | Kind::Finding, b"closed") => Tone::Good,
        (Kind::Finding, b"major") => Tone::Bad,
        (Kind::Risk, b"accepted" | b"in_treatment")
        | (Kind::Finding, b"in_progress" | b"minor")
        | (Kind::Assessment, b"in_progress")
        | (Kind::Review, b"measured") => Tone::Part,
        (Kind::Risk | Kind::Finding, b"open")
        | (Kind::Finding, b"observation")
        | (Kind::Review, b"draft" | b"planned")
        | (Kind::Decision, b"draft") => Tone::Open,
        _ => return None,
    })
}

/// Where an approval stands, in its own words.
pub fn approval_badge(approval: &Approval) -> AnyView {
    let tone = match approval {
        Approval::None => Tone::Open,
        Approval::InForce { overdue_conditions, .. } if *overdue_conditions > 0 => Tone::Bad,
        Approval::InForce { open_conditions, .. } if *open_conditions > 0 => Tone::Part,
        Approval::InForce { .. } => Tone::Good,
        Approval::Deferred { .. } => Tone::Open,
        Approval::Expired { .. } | Approval::Stale { .. } | Approval::Refused { .. } => Tone::Bad,
    };
    status(tone, approval.sentence(dom::today()))
}
