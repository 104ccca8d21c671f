//! Assessments: one framework answered for one system as of a date. The answers lie apart (`crate::answer`).

use super::{Columns, Noun};
use crate::{
    charter::Charter,
    fault::FieldFault,
    field::{ChoiceGroup, Field, FieldKind, field},
    kind::Kind,
    t,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where an assessment stands.
pub static STATUS: ChoiceGroup = ChoiceGroup { name: "assessment_status", values: &["in_progress", "complete"] };

/// An assessment of a system against a framework.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Assessment {
    pub title: String,
    pub subject: Option<Uuid>,
    pub framework: String,
    #[serde(with = "crate::dates::optional")]
    pub as_of: Option<NaiveDate>,
    pub owner: String,
    pub status: String,
    #[serde(with = "crate::dates::optional")]
    pub due_on: Option<NaiveDate>,
    pub notes: String,
    /// The edition of the framework that it answers; it is kept in the vault.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub edition: String,
    /// The baseline that it was started from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Uuid>,
    /// The kind of system whose template was applied.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub system_kind: String,
}

impl Noun for Assessment {
    const KIND: Kind = Kind::Assessment;
    const FIELDS: &'static [Field] = &[
        field("title", FieldKind::Text, "identity").required(),
        field("subject", FieldKind::Link(Kind::System), "identity").required(),
        field("framework", FieldKind::Own, "identity"),
        field("edition", FieldKind::Own, "identity"),
        field("as_of", FieldKind::Date, "identity"),
        field("owner", FieldKind::Person, "identity"),
        field("status", FieldKind::Choice(&STATUS), "identity"),
        field("due_on", FieldKind::Date, "identity"),
        field("notes", FieldKind::Long, "notes"),
    ];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        Columns {
            status: if self.status.is_empty() { "in_progress".into() } else { self.status.clone() },
            class: self.framework.clone(),
            owner: self.owner.clone(),
            due: self.due_on.filter(|_| self.status != "complete"),
            subject: self.subject,
            ..Columns::default()
        }
    }

    fn check(&self, _charter: &Charter, faults: &mut Vec<FieldFault>) {
        if self.framework.is_empty() {
            faults.push(FieldFault::new("framework", t!("rule.framework")));
        }
    }
}
