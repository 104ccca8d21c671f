//! Assets: the models, datasets, prompts, libraries and services that systems are made of.

use super::{Columns, Noun};
use crate::{
    charter::Charter,
    field::{ChoiceGroup, Field, FieldKind, field},
    kind::Kind,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an asset is.
pub static TYPE: ChoiceGroup =
    ChoiceGroup { name: "asset_type", values: &["model", "dataset", "prompt", "library", "service", "documentation"] };
/// How sensitive an asset is.
pub static CLASSIFICATION: ChoiceGroup =
    ChoiceGroup { name: "classification", values: &["public", "internal", "confidential", "secret"] };

/// An asset; what CycloneDX calls a component of a machine-learning BOM.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Asset {
    pub name: String,
    pub asset_type: String,
    pub version: String,
    pub owner: String,
    pub description: String,
    pub source: String,
    pub vendor: Option<Uuid>,
    pub licence: String,
    pub hash: String,
    pub signature: String,
    pub location: String,
    pub classification: String,
    pub limitations: String,
    pub notes: String,
}

impl Noun for Asset {
    const KIND: Kind = Kind::Asset;
    const FIELDS: &'static [Field] = &[
        field("name", FieldKind::Text, "identity").required().or(&["asset", "component", "model name", "dataset name"]),
        field("asset_type", FieldKind::Choice(&TYPE), "identity").required().or(&["type", "component type"]),
        field("version", FieldKind::Text, "identity").or(&["revision", "release"]),
        field("owner", FieldKind::Person, "identity").or(&["responsible"]),
        field("description", FieldKind::Long, "identity"),
        field("source", FieldKind::Text, "origin").or(&["origin", "url", "supplier"]),
        field("vendor", FieldKind::Link(Kind::Vendor), "origin"),
        field("licence", FieldKind::Text, "origin").or(&["license"]),
        field("hash", FieldKind::Text, "integrity").or(&["sha256", "sha 256", "checksum", "digest"]),
        field("signature", FieldKind::Text, "integrity"),
        field("location", FieldKind::Text, "integrity").or(&["where stored", "repository"]),
        field("classification", FieldKind::Choice(&CLASSIFICATION), "integrity").or(&["sensitivity"]),
        field("limitations", FieldKind::Long, "notes").or(&["known limitations"]),
        field("notes", FieldKind::Long, "notes").or(&["comment", "comments"]),
    ];

    fn title(&self) -> String {
        if self.version.trim().is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.version) }
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        Columns {
            status: self.classification.clone(),
            class: self.asset_type.clone(),
            owner: self.owner.clone(),
            unit: self.licence.clone(),
            ..Columns::default()
        }
    }
}
