//! Audit packs that were built: what was handed over, when, and with which hash.

use super::{Columns, Noun};
use crate::{
    charter::Charter,
    field::{ChoiceGroup, Field, FieldKind, field},
    kind::Kind,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// For whom a pack is made.
pub static PROFILE: ChoiceGroup = ChoiceGroup { name: "profile", values: &["board", "auditor", "public"] };

/// The record of a built pack. The file itself is the person's; the vault keeps its hash.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct PackRecord {
    pub title: String,
    pub pack_id: String,
    pub profile: String,
    pub file_name: String,
    pub sha256: String,
    pub pages: u32,
    pub size: u64,
    pub systems: Vec<Uuid>,
    pub state_as_of: Option<DateTime<Utc>>,
    pub journal_head: String,
    pub warnings: Vec<String>,
}

impl Noun for PackRecord {
    const KIND: Kind = Kind::Pack;
    const FIELDS: &'static [Field] = &[
        field("title", FieldKind::Text, "identity").required(),
        field("profile", FieldKind::Choice(&PROFILE), "identity"),
        field("file_name", FieldKind::Text, "identity"),
        field("pages", FieldKind::Number { min: 0, max: 1_000_000 }, "identity"),
        field("size", FieldKind::Number { min: 0, max: i64::MAX }, "identity"),
        field("systems", FieldKind::Links(Kind::System), "identity"),
        field("state_as_of", FieldKind::Own, "integrity"),
        field("pack_id", FieldKind::Text, "integrity"),
        field("sha256", FieldKind::Text, "integrity"),
        field("journal_head", FieldKind::Text, "integrity"),
        field("warnings", FieldKind::List, "notes"),
    ];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        Columns {
            class: self.profile.clone(),
            unit: self.file_name.clone(),
            score: i64::from(self.pages),
            due: None,
            ..Columns::default()
        }
    }
}
