//! The columns of each kind's list: what they are called, what they sort by, and how a row fills them.

use crate::parts::{
    coverage_bar::small_bar,
    dom,
    level::level_badge,
    path::record_path,
    status::{Tone, approval_badge, choice_badge, status},
};
use conclave_domain::{call::record::Row, field::choice_label, kind::Kind, scale::Level, t, text};
use leptos::prelude::*;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// AIS-0001.
    Reference,
    /// The name, as a link.
    Title,
    /// What it is about.
    Subject,
    /// Where it stands.
    Status,
    /// What sort it is.
    Class,
    /// The accountable person.
    Owner,
    /// The organisation or unit.
    Unit,
    /// The next date.
    Due,
    /// The level of a risk.
    Level,
    /// A number: open conditions, metrics outside their band.
    Number,
    /// Where the board's approval stands.
    Approval,
    /// The coverage of an assessment.
    Coverage,
    /// When it was last saved.
    Updated,
}

use Column as C;

/// The columns of a kind.
pub const fn columns(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::System => &[C::Reference, C::Title, C::Unit, C::Owner, C::Status, C::Class, C::Approval],
        Kind::Vendor => &[C::Reference, C::Title, C::Class, C::Status, C::Owner, C::Due],
        Kind::Asset => &[C::Reference, C::Title, C::Class, C::Status, C::Unit, C::Owner],
        Kind::Assessment => &[C::Reference, C::Title, C::Subject, C::Coverage, C::Status, C::Owner, C::Due],
        Kind::Risk => &[C::Reference, C::Title, C::Subject, C::Class, C::Level, C::Status, C::Owner, C::Due],
        Kind::Review => &[C::Reference, C::Title, C::Subject, C::Class, C::Status, C::Number, C::Owner],
        Kind::Finding => &[C::Reference, C::Title, C::Subject, C::Class, C::Status, C::Owner, C::Due],
        Kind::Decision => &[C::Reference, C::Title, C::Subject, C::Class, C::Status, C::Number, C::Due],
        Kind::Evidence => &[C::Reference, C::Title, C::Class, C::Status, C::Number, C::Owner, C::Due],
        Kind::Pack => &[C::Reference, C::Title, C::Class, C::Unit, C::Updated],
    }
}

impl Column {
    /// The name by which lists sort; "" if they do not sort by it.
    pub const fn sort(self) -> &'static str {
        match self {
            C::Reference => "reference",
            C::Title => "title",
            C::Status => "status",
            C::Class => "class",
            C::Owner => "owner",
            C::Unit => "unit",
            C::Due => "due",
            C::Level | C::Number => "score",
            C::Updated => "updated",
            C::Subject | C::Approval | C::Coverage => "",
        }
    }

    /// Whether its numbers stand to the right.
    pub const fn class(self) -> &'static str {
        match self {
            C::Reference => "ref",
            C::Title => "title",
            C::Subject => "subject",
            C::Number => "number",
            C::Due | C::Updated => "day",
            C::Approval => "approval",
            C::Level | C::Coverage => "badges",
            C::Status | C::Class | C::Owner | C::Unit => "plain",
        }
    }

    /// What it is called in the list of a kind.
    pub fn label(self, kind: Kind) -> String {
        match (self, kind) {
            (C::Reference, _) => t!("list.reference"),
            (C::Title, _) => t!("list.name"),
            (C::Subject, _) => t!("field.subject"),
            (C::Status, Kind::System) => t!("field.stage"),
            (C::Status, Kind::Vendor) => t!("field.vendor_risk"),
            (C::Status, Kind::Asset) => t!("field.classification"),
            (C::Status, Kind::Evidence) => t!("field.classification"),
            (C::Status, _) => t!("field.status"),
            (C::Class, Kind::System) => t!("list.risk_class"),
            (C::Class, Kind::Vendor) => t!("field.criticality"),
            (C::Class, Kind::Risk) => t!("field.category"),
            (C::Class, Kind::Decision) => t!("field.outcome"),
            (C::Class, Kind::Pack) => t!("field.profile"),
            (C::Class, Kind::Assessment) => t!("field.framework"),
            (C::Class, Kind::Finding) => t!("field.severity"),
            (C::Class, Kind::Evidence) => t!("field.evidence_type"),
            (C::Class, _) => t!("field.asset_type"),
            (C::Owner, Kind::Review) => t!("field.reviewer"),
            (C::Owner, Kind::Decision) => t!("field.requested_by"),
            (C::Owner, _) => t!("field.owner"),
            (C::Unit, Kind::Asset) => t!("field.licence"),
            (C::Unit, Kind::Pack) => t!("field.file_name"),
            (C::Unit, _) => t!("field.organisation"),
            (C::Due, Kind::Risk) => t!("field.review_on"),
            (C::Due, Kind::Evidence) => t!("field.expires_on"),
            (C::Due, _) => t!("list.due"),
            (C::Level, _) => t!("list.level"),
            (C::Number, Kind::Decision) => t!("list.open_conditions"),
            (C::Number, Kind::Evidence) => t!("field.versions"),
            (C::Number, _) => t!("list.outside"),
            (C::Approval, _) => t!("list.approval"),
            (C::Coverage, _) => t!("list.coverage"),
            (C::Updated, _) => t!("list.updated"),
        }
    }

    /// What a row shows in it.
    pub fn cell(self, row: &Row) -> AnyView {
        let (head, columns) = (&row.head, &row.columns);
        match self {
            C::Reference => head.reference.clone().into_any(),
            C::Title => {
                let gaps = (row.gaps > 0).then(|| {
                    let words = t!("list.gaps", n = row.gaps);
                    view! { <span class="gap-mark" title=words.clone()><span aria-hidden="true">"◇"</span>{row.gaps}<span class="sr-only">{words.clone()}</span></span> }
                });
                view! { <a href=record_path(head.kind, &head.reference)>{head.title.clone()}</a>{gaps} }.into_any()
            }
            C::Subject => cut(&row.subject),
            C::Status => choice_badge(head.kind, "status", &columns.status),
            C::Class if head.kind == Kind::Finding => choice_badge(head.kind, "class", &columns.class),
            C::Class => class_text(head.kind, &columns.class).into_any(),
            C::Owner => cut(&columns.owner),
            C::Unit => cut(&columns.unit),
            C::Due if head.kind == Kind::Evidence => expiry(columns.due),
            C::Due => due_text(columns.due),
            C::Level => match Level::from_rank(columns.score) {
                Some(level) => level_badge(level),
                None => view! { <span class="muted">{t!("risk_page.not_rated")}</span> }.into_any(),
            },
            C::Number if columns.score == 0 => view! { <span class="muted">"–"</span> }.into_any(),
            C::Number => columns.score.to_string().into_any(),
            C::Approval => {
                let gate = (!row.gate.is_empty()).then(|| gate_mark(&row.gate));
                view! { {row.approval.as_ref().map(approval_badge)} {gate} }.into_any()
            }
            C::Coverage => row.coverage.map(small_bar).into_any(),
            C::Updated => dom::moment(head.updated_at).into_any(),
        }
    }
}

/// The choice group of a list column of a kind, if its values are choices.
pub const fn group(kind: Kind, column: &str) -> Option<&'static str> {
    match (kind, column.as_bytes()) {
        (Kind::System, b"status") | (_, b"subject_stage") => Some("stage"),
        (Kind::System, b"class") => Some("risk_class"),
        (Kind::Vendor, b"class" | b"status") => Some("criticality"),
        (Kind::Asset, b"class") => Some("asset_type"),
        (Kind::Asset, b"status") => Some("classification"),
        (Kind::Assessment, b"status") => Some("assessment_status"),
        (Kind::Risk, b"status") => Some("risk_status"),
        (Kind::Risk, b"class") => Some("risk_category"),
        (Kind::Review, b"status") => Some("review_status"),
        (Kind::Review, b"class") => Some("review_type"),
        (Kind::Finding, b"status") => Some("finding_status"),
        (Kind::Finding, b"class") => Some("severity"),
        (Kind::Decision, b"status") => Some("decision_status"),
        (Kind::Decision, b"class") => Some("outcome"),
        (Kind::Evidence, b"class") => Some("evidence_type"),
        (Kind::Evidence, b"status") => Some("classification"),
        (Kind::Pack, b"class") => Some("profile"),
        _ => None,
    }
}

/// A value of a list column in words.
pub fn value_label(kind: Kind, column: &str, value: &str) -> String {
    match group(kind, column) {
        Some(group) => choice_label(group, value),
        None if value.is_empty() => t!("choice.none"),
        None => match column {
            "due" | "tolerance" | "gaps" | "open" => text::label(&format!("list.filter_{column}_{value}")),
            "score" => {
                value.parse().ok().and_then(Level::from_rank).map_or_else(|| t!("risk_page.not_rated"), Level::label)
            }
            "subject" => t!("list.filter_subject"),
            "cell" => cell_label(value),
            _ => value.to_owned(),
        },
    }
}

/// "Likely × Serious" of "43".
fn cell_label(value: &str) -> String {
    match value.as_bytes() {
        [l, i] if l.is_ascii_digit() && i.is_ascii_digit() => format!(
            "{} × {}",
            text::label(&format!("choice.likelihood.{}", char::from(*l))),
            text::label(&format!("choice.impact.{}", char::from(*i)))
        ),
        _ => t!("risk_page.not_rated"),
    }
}

/// The sign of a gate that is not clear; its sentence is told on hovering and read aloud.
fn gate_mark(sentence: &str) -> AnyView {
    let sentence = sentence.to_owned();
    view! { <span class="gate-mark" data-test="row-gate" title=sentence.clone()><span aria-hidden="true">"◆"</span><span class="sr-only">{sentence.clone()}</span></span> }
        .into_any()
}

/// A text that the column may cut; hovering tells all of it.
fn cut(text: &str) -> AnyView {
    view! { <span title=text.to_owned()>{text.to_owned()}</span> }.into_any()
}

fn class_text(kind: Kind, value: &str) -> AnyView {
    if value.is_empty() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    value_label(kind, "class", value).into_any()
}

/// When evidence expires; a sign and a word if that day has passed.
pub fn expiry(on: Option<chrono::NaiveDate>) -> AnyView {
    match on {
        Some(day) if day < dom::today() => status(Tone::Bad, t!("evidence_page.expired", day = dom::day(day))),
        Some(day) => dom::day(day).into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    }
}

/// A due date; past ones say so in a word and a sign.
pub fn due_text(due: Option<chrono::NaiveDate>) -> AnyView {
    let Some(due) = due else { return view! { <span class="muted">"–"</span> }.into_any() };
    if due < dom::today() {
        let overdue = t!("list.overdue");
        return view! { <span class="overdue" title=overdue.clone()><span aria-hidden="true">"■ "</span>{dom::day(due)}<span class="sr-only">" " {overdue.clone()}</span></span> }
            .into_any();
    }
    dom::day(due).into_any()
}
