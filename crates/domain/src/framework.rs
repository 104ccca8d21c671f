//! Frameworks: catalogues of requirements in groups, as data with edition, source and licence.

use serde::{Deserialize, Serialize};

/// A catalogue of requirements.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    /// Edition, source and licence.
    pub framework: About,
    /// Stages and guidelines.
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
    /// The requirements, in order.
    #[serde(rename = "requirement")]
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

    /// The stage of a requirement: the parent of its guideline.
    pub fn stage_of(&self, requirement: &Requirement) -> Option<&Group> {
        let guideline = self.groups.iter().find(|g| g.id == requirement.group)?;
        self.groups.iter().find(|g| g.id == guideline.parent)
    }
}
