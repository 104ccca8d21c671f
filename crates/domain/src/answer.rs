//! Answers: what an assessment says to one requirement, and the coverage that follows from them.

use crate::{charter::Charter, fault::FieldFault, field::ChoiceGroup, framework::Requirement, noun::Gap, t};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far the work on a requirement is.
pub static PROGRESS: ChoiceGroup = ChoiceGroup { name: "progress", values: &["not_started", "in_progress", "done"] };
/// What was found, kept apart from the progress.
pub static RESULT: ChoiceGroup =
    ChoiceGroup { name: "result", values: &["met", "partly", "not_met", "not_applicable", "not_assessed"] };

/// What was found about a requirement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Result {
    /// Nobody has judged it yet.
    #[default]
    NotAssessed,
    /// Met.
    Met,
    /// Partly met.
    Partly,
    /// Not met.
    NotMet,
    /// Does not apply; needs a reason.
    NotApplicable,
}

impl Result {
    /// The value in database and JSON, and the last part of its text key.
    pub const fn name(self) -> &'static str {
        match self {
            Result::NotAssessed => "not_assessed",
            Result::Met => "met",
            Result::Partly => "partly",
            Result::NotMet => "not_met",
            Result::NotApplicable => "not_applicable",
        }
    }

    /// The result of a name; unknown names are "not assessed".
    pub fn from_name(name: &str) -> Result {
        [Result::Met, Result::Partly, Result::NotMet, Result::NotApplicable]
            .into_iter()
            .find(|r| r.name() == name)
            .unwrap_or_default()
    }

    /// What it is called.
    pub fn label(self) -> String {
        RESULT.label(self.name())
    }
}

/// An answer to one requirement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// The requirement's id in its framework.
    pub requirement: String,
    /// What was found.
    pub result: Result,
    /// One of [`PROGRESS`]; "" is not started.
    pub progress: String,
    /// Why it does not apply, or why "met" stands without evidence.
    pub reason: String,
    /// Maturity now, 0–5; `None` if not rated.
    pub maturity: Option<u8>,
    /// Maturity aimed at, 0–5.
    pub target: Option<u8>,
    /// The comment.
    pub comment: String,
    /// Where the evidence lies: title, document number, link.
    pub evidence: String,
    /// Who is accountable for it.
    pub owner: String,
    /// Until when it shall be done.
    #[serde(with = "crate::dates::optional")]
    pub due_on: Option<NaiveDate>,
    /// Counts up with every save; 0 before the first.
    pub revision: i64,
    /// When it was last saved.
    pub updated_at: Option<DateTime<Utc>>,
    /// Who saved it last.
    pub updated_by: String,
    /// How much evidence in force is attached to it: set by the program, never saved.
    pub attached: u64,
    /// The reply to a typed question: a choice's value, a number, a text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What the assessor saw, apart from what the owner says in the comment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub observation: String,
    /// Why the requirement is included, for the statement of applicability.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub inclusion: String,
    /// Where a derived answer comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Where an answer was derived from: answers of other assessments, through the crosswalk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The answers as they were when it was accepted, as a hash (hex): when it differs, the origin has changed.
    pub digest: String,
    /// The assessments and their requirements.
    pub from: Vec<OriginPart>,
}

/// One assessment behind a derived answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OriginPart {
    /// The assessment.
    pub assessment: Uuid,
    /// Its reference, for people.
    pub reference: String,
    /// Its framework.
    pub framework: String,
    /// What the crosswalk names there: a guideline or a requirement.
    pub place: String,
    /// How strong the link is: equivalent or partial.
    pub strength: String,
}

impl Answer {
    /// Invariants: maturity in 0–5, progress among the offered.
    pub fn check(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        for (key, value) in [("maturity", self.maturity), ("target", self.target)] {
            if value.is_some_and(|v| v > 5) {
                let field = crate::text::label(&format!("field.{key}"));
                faults.push(FieldFault::new(key, t!("rule.number", field = field, min = 0, max = 5)));
            }
        }
        if !self.progress.is_empty() && !PROGRESS.values.contains(&self.progress.as_str()) {
            let field = t!("field.progress");
            faults.push(FieldFault::new("progress", t!("rule.choice", field = field, value = self.progress)));
        }
        if [&self.reason, &self.comment, &self.evidence, &self.observation, &self.inclusion, &self.value]
            .iter()
            .any(|s| s.len() > crate::field::FIELD_LIMIT)
        {
            faults.push(FieldFault::new("comment", t!("rule.too_long", field = t!("field.comment"))));
        }
        faults
    }

    /// Gates: "not applicable" needs a reason; "met" on a requirement that asks for evidence needs evidence or a reason.
    /// The answer saves, but its assessment cannot be completed.
    pub fn gap(&self, requirement: &Requirement, charter: &Charter) -> Option<Gap> {
        let reasoned = !self.reason.trim().is_empty();
        let sentence = match self.result {
            Result::NotApplicable if !reasoned => t!("gap.na_reason", id = self.requirement),
            Result::Met
                if charter.evidence_for_met
                    && requirement.asks_evidence
                    && self.evidence.trim().is_empty()
                    && self.attached == 0
                    && !reasoned =>
            {
                t!("gap.met_evidence", id = self.requirement)
            }
            _ => return None,
        };
        let field = if self.result == Result::Met { "evidence" } else { "reason" };
        Some(Gap { field: field.into(), sentence })
    }
}

/// How many answers of each result a group has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Met.
    pub met: u32,
    /// Partly met.
    pub partly: u32,
    /// Not met.
    pub not_met: u32,
    /// Not applicable.
    pub not_applicable: u32,
    /// Not assessed.
    pub not_assessed: u32,
}

impl Coverage {
    /// Counts one more requirement with a result.
    pub fn add(&mut self, result: Result, n: u32) {
        match result {
            Result::Met => self.met += n,
            Result::Partly => self.partly += n,
            Result::NotMet => self.not_met += n,
            Result::NotApplicable => self.not_applicable += n,
            Result::NotAssessed => self.not_assessed += n,
        }
    }

    /// Adds another group's counts.
    pub fn merge(&mut self, other: Coverage) {
        self.met += other.met;
        self.partly += other.partly;
        self.not_met += other.not_met;
        self.not_applicable += other.not_applicable;
        self.not_assessed += other.not_assessed;
    }

    /// All requirements.
    pub fn total(&self) -> u32 {
        self.applicable() + self.not_applicable
    }

    /// Requirements that apply, the denominator of every share.
    pub fn applicable(&self) -> u32 {
        self.met + self.partly + self.not_met + self.not_assessed
    }

    /// Requirements that somebody has judged.
    pub fn answered(&self) -> u32 {
        self.total() - self.not_assessed
    }

    /// Met as a share of applicable, in whole percent, rounded down so that 100 means all; `None` if none apply.
    pub fn percent_met(&self) -> Option<u32> {
        (self.applicable() > 0).then(|| self.met * 100 / self.applicable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_percent_means_all_and_not_applicable_leaves_the_denominator() {
        let mut c = Coverage { met: 199, partly: 1, not_applicable: 50, ..Coverage::default() };
        assert_eq!(c.percent_met(), Some(99));
        c.partly = 0;
        assert_eq!(c.percent_met(), Some(100));
        assert_eq!(Coverage { not_applicable: 3, ..Coverage::default() }.percent_met(), None);
    }
}
