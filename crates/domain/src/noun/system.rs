//! AI systems: what the board governs.

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

/// The lifecycle stages of a system.
pub static STAGE: ChoiceGroup =
    ChoiceGroup { name: "stage", values: &["design", "development", "deployment", "operation", "retired"] };
/// How far the system acts on its own.
pub static AUTONOMY: ChoiceGroup = ChoiceGroup {
    name: "autonomy",
    values: &["informs", "recommends", "acts_with_approval", "acts_with_override", "autonomous"],
};
/// How the system is run.
pub static DEPLOYMENT: ChoiceGroup =
    ChoiceGroup { name: "deployment", values: &["on_premises", "cloud", "external_api", "edge", "hybrid"] };
/// The organisation's role towards the system, in the words of the EU AI Act.
pub static ROLE: ChoiceGroup = ChoiceGroup {
    name: "org_role",
    values: &["provider", "deployer", "provider_and_deployer", "importer", "distributor"],
};
/// The class under the EU AI Act.
pub static RISK_CLASS: ChoiceGroup = ChoiceGroup {
    name: "risk_class",
    values: &["prohibited", "high", "transparency", "minimal", "general_purpose", "undetermined"],
};
/// Why a compromise would be critical (the criticality trigger of the CISA/NCSC guidelines).
pub static CRITICALITY: ChoiceGroup = ChoiceGroup {
    name: "critical_if",
    values: &["physical_or_reputational", "operations", "confidential_data", "legal"],
};
/// Whether the system handles personal data.
pub static PERSONAL_DATA: ChoiceGroup =
    ChoiceGroup { name: "personal_data", values: &["none", "personal", "special", "unknown"] };

/// One version of a system.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// Its label, such as "3.1".
    pub label: String,
    /// When it was released.
    #[serde(with = "crate::dates::optional")]
    pub date: Option<NaiveDate>,
    /// A hash of what was released.
    pub hash: String,
    /// What changed since the version before.
    pub changed: String,
    /// Whether a person judged the change material: then an approval of an earlier version is stale.
    pub material: bool,
}

/// An AI system.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct System {
    pub name: String,
    pub organisation: String,
    pub unit: String,
    pub owner: String,
    pub topic: String,
    pub purpose: String,
    pub outputs: String,
    pub intended_uses: String,
    pub prohibited_uses: String,
    pub affected_people: String,
    pub stage: String,
    pub autonomy: String,
    pub oversight: String,
    pub deployment: String,
    pub regions: Vec<String>,
    pub org_role: String,
    pub risk_class: String,
    pub risk_class_reason: String,
    pub critical_if: Vec<String>,
    pub critical_reason: String,
    pub personal_data: String,
    pub data_categories: Vec<String>,
    pub data_note: String,
    pub vendors: Vec<Uuid>,
    pub assets: Vec<Uuid>,
    pub procurement: String,
    pub authorisation: String,
    #[serde(with = "crate::dates::optional")]
    pub started_on: Option<NaiveDate>,
    #[serde(with = "crate::dates::optional")]
    pub developed_on: Option<NaiveDate>,
    #[serde(with = "crate::dates::optional")]
    pub deployed_on: Option<NaiveDate>,
    #[serde(with = "crate::dates::optional")]
    pub retired_on: Option<NaiveDate>,
    pub versions: Vec<Version>,
    pub notes: String,
    /// The chair's words at stage gates; set by the program.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<crate::gate::Override>,
}

const VERSION_FIELDS: &[Field] = &[
    field("label", FieldKind::Text, "").required(),
    field("date", FieldKind::Date, ""),
    field("hash", FieldKind::Text, ""),
    field("changed", FieldKind::Text, ""),
    field("material", FieldKind::Flag, ""),
];

impl Noun for System {
    const KIND: Kind = Kind::System;
    const FIELDS: &'static [Field] = &[
        field("name", FieldKind::Text, "identity").required().or(&[
            "use case name",
            "system name",
            "title",
            "ai system",
            "application",
        ]),
        field("organisation", FieldKind::Text, "identity").or(&[
            "agency",
            "company",
            "department",
            "owner organisation",
            "organization",
        ]),
        field("unit", FieldKind::Text, "identity").or(&["bureau", "business unit", "division", "team"]),
        field("owner", FieldKind::Person, "identity").or(&[
            "system owner",
            "responsible",
            "contact",
            "accountable person",
        ]),
        field("topic", FieldKind::Text, "identity").or(&["use case topic area", "category", "domain", "area"]),
        field("stage", FieldKind::Choice(&STAGE), "identity").or(&[
            "stage of development",
            "lifecycle stage",
            "status",
            "phase",
        ]),
        field("purpose", FieldKind::Long, "use").or(&[
            "intended purpose",
            "intended purpose and expected benefits of the ai",
            "business purpose",
            "description",
            "use case",
        ]),
        field("outputs", FieldKind::Long, "use").or(&[
            "describe the ai system s outputs",
            "ai system outputs",
            "output",
        ]),
        field("intended_uses", FieldKind::Long, "use").or(&["intended use"]),
        field("prohibited_uses", FieldKind::Long, "use").or(&["out of scope uses", "not to be used for"]),
        field("affected_people", FieldKind::Long, "use").or(&["stakeholders", "data subjects", "users affected"]),
        field("autonomy", FieldKind::Choice(&AUTONOMY), "oversight").or(&["level of autonomy", "automation level"]),
        field("oversight", FieldKind::Long, "oversight").or(&["human oversight", "human in the loop"]),
        field("deployment", FieldKind::Choice(&DEPLOYMENT), "oversight").or(&["deployment mode", "hosting"]),
        field("regions", FieldKind::List, "oversight").or(&["countries", "geography", "jurisdictions"]),
        field("org_role", FieldKind::Choice(&ROLE), "class").or(&["role", "provider or deployer"]),
        field("risk_class", FieldKind::Choice(&RISK_CLASS), "class").or(&[
            "ai act class",
            "risk category",
            "risk level",
        ]),
        field("risk_class_reason", FieldKind::Long, "class").or(&[
            "rights impacting safety impacting both or neither",
            "impact",
            "classification reason",
        ]),
        field("critical_if", FieldKind::Choices(&CRITICALITY), "class"),
        field("critical_reason", FieldKind::Long, "class"),
        field("personal_data", FieldKind::Choice(&PERSONAL_DATA), "data").or(&[
            "involve personally identifiable information pii",
            "pii",
            "personal information",
        ]),
        field("data_categories", FieldKind::List, "data").or(&["data types", "categories of data"]),
        field("data_note", FieldKind::Long, "data")
            .or(&["agency owned data used to train fine tune and or evaluate performance", "training data"]),
        field("vendors", FieldKind::Links(Kind::Vendor), "parts"),
        field("assets", FieldKind::Links(Kind::Asset), "parts"),
        field("procurement", FieldKind::Text, "parts").or(&[
            "procurement instrument identifier piid",
            "contract number",
            "piid",
        ]),
        field("authorisation", FieldKind::Text, "parts").or(&[
            "authority to operate ato for an ai system",
            "ato",
            "authorization",
        ]),
        field("started_on", FieldKind::Date, "dates").or(&["date initiated", "start date"]),
        field("developed_on", FieldKind::Date, "dates")
            .or(&["date when acquisition and or development began", "development date"]),
        field("deployed_on", FieldKind::Date, "dates").or(&["date implemented", "go live", "production date"]),
        field("retired_on", FieldKind::Date, "dates").or(&["date retired", "end date"]),
        field("versions", FieldKind::Rows(VERSION_FIELDS), "versions"),
        field("notes", FieldKind::Long, "notes").or(&["comment", "comments", "remarks"]),
    ];

    fn title(&self) -> String {
        self.name.clone()
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        Columns {
            status: self.stage.clone(),
            class: self.risk_class.clone(),
            owner: self.owner.clone(),
            unit: self.organisation.clone(),
            ..Columns::default()
        }
    }

    fn check(&self, _charter: &Charter, faults: &mut Vec<FieldFault>) {
        if let (Some(start), Some(end)) = (self.started_on, self.retired_on)
            && end < start
        {
            faults.push(FieldFault::new("retired_on", t!("rule.retired_before_start")));
        }
        let mut labels: Vec<&str> = self.versions.iter().map(|v| v.label.trim()).collect();
        labels.sort_unstable();
        if labels.windows(2).any(|w| w[0] == w[1]) {
            faults.push(FieldFault::new("versions", t!("rule.version_twice")));
        }
    }
}

impl System {
    /// The newest version: the last row of the list.
    pub fn current_version(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// Whether a compromise would be critical: any trigger applies.
    pub fn is_critical(&self) -> bool {
        !self.critical_if.is_empty()
    }
}
