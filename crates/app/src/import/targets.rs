//! The fields of a noun as targets of an import, with the words by which other people's tables name their choices.

use conclave_domain::{
    field::{ChoiceGroup, Field, FieldKind as Kind},
    kind::Kind as Noun,
    noun,
};
use conclave_exchange::{ChoiceTarget, FieldKind, TargetField};

/// Words that inventories use for choices of ours: group, value, words.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("stage", "design", &["initiated", "initiation", "planned", "ideation", "concept"]),
    ("stage", "development", &["in development", "acquisition and/or development", "acquisition", "build"]),
    ("stage", "deployment", &["implementation", "implementation and assessment", "pilot", "testing"]),
    (
        "stage",
        "operation",
        &["operation and maintenance", "in production", "in use", "live", "operational", "in mission"],
    ),
    ("stage", "retired", &["inactive", "decommissioned", "retired/inactive"]),
    ("personal_data", "personal", &["yes"]),
    ("personal_data", "none", &["no"]),
    ("personal_data", "unknown", &["unsure", "not known"]),
];

/// The fields of a kind that a spreadsheet can fill. Links and parts with an editor of their own are not among them.
pub(super) fn fields(kind: Noun) -> Vec<TargetField> {
    noun::fields(kind).iter().filter_map(target).collect()
}

fn target(field: &Field) -> Option<TargetField> {
    let kind = match field.kind {
        Kind::Text | Kind::Person | Kind::Number { .. } => FieldKind::Text,
        Kind::Long => FieldKind::LongText,
        Kind::Date => FieldKind::Date,
        Kind::Flag => FieldKind::Bool,
        Kind::List | Kind::Choices(_) => FieldKind::List,
        Kind::Choice(group) => FieldKind::Choice(choices(group)),
        Kind::Link(_) | Kind::Links(_) | Kind::Rows(_) | Kind::Rating | Kind::Own => return None,
    };
    let target = TargetField::new(field.key, &field.label(), kind, field.synonyms);
    Some(if field.required { target.required() } else { target })
}

fn choices(group: &ChoiceGroup) -> Vec<ChoiceTarget> {
    let words = |value: &str| {
        WORDS.iter().find(|(g, v, _)| *g == group.name && *v == value).map_or(&[] as &[&str], |(_, _, w)| w)
    };
    group.values.iter().map(|value| ChoiceTarget::new(value, &group.label(value), words(value))).collect()
}
