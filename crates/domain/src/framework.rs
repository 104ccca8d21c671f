//! Frameworks: catalogues of requirements in groups, as data with edition, source and licence.

use serde::{Deserialize, Serialize};

/// A catalogue of requirements.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    /// Edition, source and licence.
    pub framework: About,
    /// Stages and guidelines.
    #[serde(rename = "group", default)]
    pub groups: Vec<Group>,
    /// The requirements, in order.
    #[serde(rename = "requirement", default)]
    pub requirements: Vec<Requirement>,
}

/// What a catalogue is and where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names say it; content files explain them")]
pub struct About {
    pub id: String,
    pub title: String,
    pub short_title: String,
    pub edition: String,
    pub publisher: String,
    pub language: String,
    pub source: String,
    pub licence: String,
    pub note: String,
    /// "checklist" (questions to be answered) or "reference" (id, short title and our gist).
    pub kind: String,
    /// How many requirements the publisher counts; the linter compares. 0 where nothing is stated.
    pub stated: usize,
}

/// A stage (no parent) or a guideline within it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// "1" or "1.1".
    pub id: String,
    /// The stage that it belongs to; "" for a stage.
    pub parent: String,
    /// The title as published.
    pub title: String,
    /// A title for narrow lists.
    pub short_title: String,
    /// design, development, deployment or operation.
    pub stage: String,
    /// Evidence examples for the whole group.
    pub evidence: Vec<String>,
}

/// One requirement, as a question that can be answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Requirement {
    /// "1.1.a".
    pub id: String,
    /// Its guideline.
    pub group: String,
    /// A short label.
    pub title: String,
    /// The question.
    pub question: String,
    /// What a good answer looks like.
    pub guidance: String,
    /// Examples of evidence.
    pub evidence: Vec<String>,
    /// A typical weak answer.
    pub weak: String,
    /// Who answers it.
    pub answered_by: String,
    /// Whether "met" needs evidence or a reason.
    pub asks_evidence: bool,
    /// Whom it addresses: provider, deployer; empty for both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addressed_to: Vec<String>,
    /// Why its wording is not certain; "" where it was checked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doubt: String,
    /// Other names under which somebody would search for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// What kind of reply the question asks for; `None` asks for a result only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asks>,
    /// When the question appears; `None` always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// The kind of reply that a typed question asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asks {
    /// yes_no (yes, partly, no), choice, number or text.
    pub kind: String,
    /// What a choice offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Offered>,
    /// The unit of a number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The smallest number allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The largest number allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Met at this number and above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_from: Option<f64>,
    /// Met at this number and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_to: Option<f64>,
    /// Partly met at this number and above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_from: Option<f64>,
    /// Partly met at this number and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_to: Option<f64>,
}

/// One choice of a typed question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offered {
    /// The value that is kept.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// The result that follows: met, partly or not_met; "" where none does.
    pub result: String,
}

/// The condition under which a question appears: another requirement of the framework has one of these results or values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct When {
    /// The other requirement.
    pub requirement: String,
    /// Results (met, partly, not_met, not_applicable) or typed values, any of which is enough.
    pub is: Vec<String>,
}

impl Framework {
    /// The groups without a parent.
    pub fn stages(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|g| g.parent.is_empty())
    }

    /// The guidelines of a stage.
    pub fn guidelines<'a>(&'a self, stage: &'a str) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(move |g| g.parent == stage)
    }

    /// The requirements of a guideline.
    pub fn of<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Requirement> {
        self.requirements.iter().filter(move |r| r.group == group)
    }

    /// A requirement by id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|r| r.id == id)
    }

    /// A group by id.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }

    /// The stage of a requirement: its group, or the group around it.
    pub fn stage_of(&self, requirement: &Requirement) -> Option<&Group> {
        let group = self.group(&requirement.group)?;
        if group.parent.is_empty() { Some(group) } else { self.group(&group.parent) }
    }

    /// Evidence examples of a requirement: its own, or its group's.
    pub fn evidence_of<'a>(&'a self, requirement: &'a Requirement) -> &'a [String] {
        if requirement.evidence.is_empty() {
            self.group(&requirement.group).map_or(&[], |g| &g.evidence)
        } else {
            &requirement.evidence
        }
    }
}
