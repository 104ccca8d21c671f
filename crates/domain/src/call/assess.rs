//! Calls about frameworks, assessments, questionnaires and threats.

use super::{call, sign::SignatureLine};
use crate::{
    answer::{Answer, Coverage},
    call::record::Head,
    framework::Framework,
    noun::{Assessment, Gap},
    questionnaire::Questionnaire,
    threat::Threat,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A framework by id; "" is the lead framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetFramework {
    /// Its id.
    pub id: String,
}
call!(GetFramework, "framework.get", Read, Framework, View);

/// The ethics questionnaire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetQuestionnaire {}
call!(GetQuestionnaire, "questionnaire.get", Read, Questionnaire, View);

/// The threat library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListThreats {
    /// Words to find; "" for all.
    #[serde(default)]
    pub text: String,
}
call!(ListThreats, "threat.list", Read, Vec<Threat>, View);

/// An assessment with its answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenAssessment {
    /// The assessment's id or reference.
    pub reference: String,
}
call!(OpenAssessment, "assessment.open", Read, AssessmentView, View);

/// What the checklist page shows; the framework travels apart, since it does not change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssessmentView {
    /// Id, reference, title and dates.
    pub head: Head,
    /// The body.
    pub assessment: Assessment,
    /// The system.
    pub subject: Option<Head>,
    /// The answers given so far, by requirement id.
    pub answers: BTreeMap<String, Answer>,
    /// Coverage by group id, stages and guidelines.
    pub coverage: BTreeMap<String, Coverage>,
    /// What keeps it from being completed, by requirement id.
    pub gaps: BTreeMap<String, Gap>,
    /// The evidence that is attached, by requirement id.
    #[serde(default)]
    pub evidence: BTreeMap<String, Vec<Attached>>,
    /// Who reviewed the answer as it stands, by requirement id.
    #[serde(default)]
    pub reviewed: BTreeMap<String, SignatureLine>,
}

/// Evidence as it shows where it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// When it expires.
    pub expires_on: Option<NaiveDate>,
    /// Whether it has expired.
    pub expired: bool,
}

/// Saves one answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveAnswer {
    /// The assessment.
    pub assessment: Uuid,
    /// The answer, with the revision that was edited (0 for the first).
    pub answer: Answer,
}
call!(SaveAnswer, "answer.save", Change, SavedAnswer, Assess, Answers);

/// What was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedAnswer {
    /// The answer as it now is.
    pub answer: Answer,
    /// What it lacks before the assessment can be completed.
    pub gap: Option<Gap>,
    /// Coverage by group id.
    pub coverage: BTreeMap<String, Coverage>,
    /// The journal entry.
    pub entry: u64,
}
