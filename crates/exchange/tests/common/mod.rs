//! Target fields like those of an AI system, and short ways to read.
#![allow(dead_code)]

use conclave_exchange::{
    ChoiceTarget, ExchangeError, FieldKind, MappedRow, ReadOptions, Table, TargetField, read_bytes,
};
use std::ops::ControlFlow;
use std::path::PathBuf;

pub fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

pub fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

pub fn read(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Table, ExchangeError> {
    read_bytes(name, bytes.into(), &ReadOptions::default(), &mut go_on)
}

pub fn unmapped<'a>(row: &'a MappedRow, header: &str) -> Option<&'a str> {
    row.unmapped.iter().find(|(name, _)| name == header).map(|(_, cell)| cell.as_str())
}

/// Fields as an inventory of AI systems has them.
pub fn system_fields() -> Vec<TargetField> {
    let stages = vec![
        ChoiceTarget::new("design", "Design", &["initiated", "planned", "ideation", "concept"]),
        ChoiceTarget::new("development", "Development", &["in development", "acquisition and/or development"]),
        ChoiceTarget::new("deployment", "Deployment", &["implementation", "implementation and assessment", "pilot"]),
        ChoiceTarget::new("operation", "Operation", &["operation and maintenance", "in production", "in use", "live"]),
        ChoiceTarget::new("retired", "Retired", &["inactive", "decommissioned"]),
    ];
    let impacts = vec![
        ChoiceTarget::new("rights", "Rights-impacting", &[]),
        ChoiceTarget::new("safety", "Safety-impacting", &[]),
        ChoiceTarget::new("both", "Both", &["rights- and safety-impacting"]),
        ChoiceTarget::new("neither", "Neither", &[]),
    ];
    vec![
        TargetField::new("name", "Name", FieldKind::Text, &["use case name", "system name", "title", "AI system"])
            .required(),
        TargetField::new(
            "organisation",
            "Owner organisation",
            FieldKind::Text,
            &["agency", "organisation", "department", "company"],
        ),
        TargetField::new("bureau", "Bureau", FieldKind::Text, &["component", "business unit", "division"]),
        TargetField::new(
            "purpose",
            "Business purpose",
            FieldKind::LongText,
            &["purpose", "intended purpose", "purpose and benefits", "description"],
        ),
        TargetField::new(
            "outputs",
            "Outputs",
            FieldKind::LongText,
            &["system outputs", "what does the system produce"],
        ),
        TargetField::new(
            "stage",
            "Lifecycle stage",
            FieldKind::Choice(stages),
            &["stage", "stage of development", "status", "phase"],
        ),
        TargetField::new(
            "impact",
            "Impact class",
            FieldKind::Choice(impacts),
            &["rights-impacting, safety-impacting", "impact", "risk class"],
        ),
        TargetField::new("initiated", "Date initiated", FieldKind::Date, &["start date", "started"]),
        TargetField::new("developed", "Development began", FieldKind::Date, &["acquisition and/or development began"]),
        TargetField::new("implemented", "Date implemented", FieldKind::Date, &["go-live date", "deployed on"]),
        TargetField::new("retired", "Date retired", FieldKind::Date, &["end date", "decommissioned on"]),
        TargetField::new(
            "contracts",
            "Contracts",
            FieldKind::List,
            &["vendor", "supplier", "procurement instrument identifier", "PIID"],
        ),
        TargetField::new(
            "personal_data",
            "Personal data",
            FieldKind::Bool,
            &["personally identifiable information", "PII", "personal information"],
        ),
        TargetField::new("ato", "Authority to operate", FieldKind::Bool, &["ATO", "authorisation to operate"]),
    ]
}
