//! Vendors: who supplies models, data, services and components.

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

/// How much depends on a vendor, and how risky it is.
pub static CRITICALITY: ChoiceGroup =
    ChoiceGroup { name: "criticality", values: &["low", "medium", "high", "critical"] };
/// What a due-diligence question was answered with.
pub static DILIGENCE: ChoiceGroup = ChoiceGroup { name: "diligence", values: &["yes", "partly", "no", "not_answered"] };

/// A certificate or attestation that a vendor holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certification {
    /// What it is, such as "ISO/IEC 27001".
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// When it ends.
    #[serde(with = "crate::dates::optional")]
    pub expires_on: Option<NaiveDate>,
}

/// A due-diligence question and its answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Diligence {
    /// The question.
    pub question: String,
    /// One of [`DILIGENCE`].
    pub answer: String,
    /// What the answer rests on.
    pub note: String,
}

/// A vendor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Vendor {
    pub name: String,
    pub products: Vec<String>,
    pub criticality: String,
    pub owner: String,
    pub contact: String,
    pub vendor_risk: String,
    pub vendor_risk_reason: String,
    #[serde(with = "crate::dates::optional")]
    pub review_on: Option<NaiveDate>,
    pub diligence: Vec<Diligence>,
    pub certifications: Vec<Certification>,
    pub data_location: Vec<String>,
    pub sub_processors: Vec<String>,
    #[serde(with = "crate::dates::optional")]
    pub contract_start: Option<NaiveDate>,
    #[serde(with = "crate::dates::optional")]
    pub contract_end: Option<NaiveDate>,
    pub exit_plan: String,
    pub notes: String,
}

const DILIGENCE_FIELDS: &[Field] = &[
    field("question", FieldKind::Text, "").required(),
    field("answer", FieldKind::Choice(&DILIGENCE), ""),
    field("note", FieldKind::Text, ""),
];
const CERTIFICATION_FIELDS: &[Field] = &[
    field("title", FieldKind::Text, "").required(),
    field("issuer", FieldKind::Text, ""),
    field("expires_on", FieldKind::Date, ""),
];

impl Noun for Vendor {
    const KIND: Kind = Kind::Vendor;
    const FIELDS: &'static [Field] = &[
        field("name", FieldKind::Text, "identity").required().or(&["vendor", "supplier", "company", "vendor name"]),
        field("products", FieldKind::List, "identity").or(&["product", "services", "product name"]),
        field("criticality", FieldKind::Choice(&CRITICALITY), "identity").or(&["tier", "importance"]),
        field("owner", FieldKind::Person, "identity").or(&["relationship owner", "responsible"]),
        field("contact", FieldKind::Text, "identity").or(&["email", "contact person"]),
        field("vendor_risk", FieldKind::Choice(&CRITICALITY), "diligence").or(&["risk", "risk rating"]),
        field("vendor_risk_reason", FieldKind::Long, "diligence"),
        field("review_on", FieldKind::Date, "diligence").or(&["next review", "review date"]),
        field("diligence", FieldKind::Rows(DILIGENCE_FIELDS), "diligence"),
        field("certifications", FieldKind::Rows(CERTIFICATION_FIELDS), "diligence"),
        field("data_location", FieldKind::List, "data").or(&["hosting location", "data residency"]),
        field("sub_processors", FieldKind::List, "data").or(&["subprocessors", "sub contractors"]),
        field("contract_start", FieldKind::Date, "contract").or(&["start date"]),
        field("contract_end", FieldKind::Date, "contract").or(&["end date", "renewal"]),
        field("exit_plan", FieldKind::Long, "contract").or(&["exit strategy"]),
        field("notes", FieldKind::Long, "notes").or(&["comment", "comments"]),
    ];

    fn title(&self) -> String {
        self.name.clone()
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        let expiries = self.certifications.iter().filter_map(|c| c.expires_on);
        Columns {
            status: self.vendor_risk.clone(),
            class: self.criticality.clone(),
            owner: self.owner.clone(),
            due: expiries.chain(self.review_on).chain(self.contract_end).min(),
            ..Columns::default()
        }
    }

    fn check(&self, _charter: &Charter, faults: &mut Vec<FieldFault>) {
        if let (Some(start), Some(end)) = (self.contract_start, self.contract_end)
            && end < start
        {
            faults.push(FieldFault::new("contract_end", t!("rule.ends_before_start")));
        }
    }
}
