//! Calls about frameworks, assessments, questionnaires and threats.

use super::{call, sign::SignatureLine};
use crate::{
    answer::{Answer, Coverage, Result as Outcome},
    call::record::{Done, Head, Saved},
    crosswalk::Strength,
    gate::Gate,
    noun::{Assessment, Gap},
    questionnaire::Questionnaire,
    t,
    threat::Threat,
    time::AsOf,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

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
    /// Against the baseline that it was started from: carried, changed or new, by requirement id.
    #[serde(default)]
    pub marks: BTreeMap<String, Mark>,
    /// Derived answers whose origin has changed since.
    #[serde(default)]
    pub stale: Vec<String>,
    /// Requirements that are not asked because their condition does not hold.
    #[serde(default)]
    pub unasked: Vec<String>,
    /// The findings about it: requirement, and the finding's record.
    #[serde(default)]
    pub findings: Vec<(String, Head)>,
}

/// Where an answer of an assessment that was started from another stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// As it was carried over: nobody has looked at it again.
    Carried,
    /// Changed since it was carried over.
    Changed,
    /// There was none before.
    New,
    /// The requirement itself was changed by the edition: look at it again.
    Reworded,
}

impl Mark {
    /// What it is called.
    pub fn label(self) -> String {
        match self {
            Mark::Carried => t!("assess.mark_carried"),
            Mark::Changed => t!("assess.mark_changed"),
            Mark::New => t!("assess.mark_new"),
            Mark::Reworded => t!("assess.mark_reworded"),
        }
    }
}

/// What is set on many answers at once; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerPatch {
    /// The result.
    pub result: Option<Outcome>,
    /// The progress.
    pub progress: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// The owner.
    pub owner: Option<String>,
    /// The due date; an empty text takes it away.
    pub due_on: Option<String>,
    /// The comment.
    pub comment: Option<String>,
    /// The maturity aimed at.
    pub target: Option<u8>,
}

/// Sets the same on many answers: one change, which can be taken back as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetAnswers {
    /// The assessment.
    pub assessment: Uuid,
    /// The requirements.
    pub requirements: Vec<String>,
    /// What is set.
    pub set: AnswerPatch,
}
call!(SetAnswers, "answer.set_many", Change, Done, Assess, Answers);

/// Preselects what applies, with reasons, by kind of system and role. What somebody answered stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApplyTemplate {
    /// The assessment.
    pub assessment: Uuid,
    /// The kind of system.
    pub kind: String,
    /// The role.
    pub role: String,
}
call!(ApplyTemplate, "template.apply", Change, Done, Assess, Answers, Records);

/// The statement of applicability of an assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetStatement {
    /// The assessment's id or reference.
    pub reference: String,
}
call!(GetStatement, "assessment.statement", Read, Applicability, View);

/// Every requirement, whether it applies and why, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Applicability {
    /// The assessment.
    pub head: Head,
    /// The system.
    pub subject: Option<Head>,
    /// The framework's title.
    pub framework: String,
    /// Its edition.
    pub edition: String,
    /// The lines, in the framework's order.
    pub lines: Vec<ApplicabilityLine>,
    /// How many apply.
    pub applicable: usize,
    /// How many do not.
    pub excluded: usize,
    /// How many of those have no reason.
    pub without_reason: usize,
}

/// One requirement of a statement of applicability.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicabilityLine {
    /// The requirement.
    pub requirement: String,
    /// Its short label.
    pub title: String,
    /// Its group's title.
    pub group: String,
    /// Whether it applies.
    pub applies: bool,
    /// Why it is included; "" where nobody said.
    pub inclusion: String,
    /// Why it is excluded; "" where nobody said.
    pub exclusion: String,
    /// The result, by name.
    pub result: String,
    /// The progress, by name.
    pub progress: String,
    /// The evidence: references with titles, then the text.
    pub evidence: Vec<String>,
    /// Who is accountable.
    pub owner: String,
    /// The day of the last change.
    pub changed_on: Option<NaiveDate>,
    /// Until when it shall be done.
    pub due_on: Option<NaiveDate>,
}

/// Answers that follow from other frameworks of the same system, through the crosswalk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListProposals {
    /// The assessment that would take them.
    pub assessment: Uuid,
}
call!(ListProposals, "proposal.list", Read, Proposals, View);

/// What is proposed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Proposals {
    /// Open proposals, in the framework's order.
    pub open: Vec<Proposal>,
    /// Proposals that were refused and still stand as they were.
    pub refused: Vec<Proposal>,
    /// Derived answers whose origin has changed, with what would follow now.
    pub changed: Vec<Proposal>,
    /// Requirements without an answer that nothing reaches.
    pub unreached: Vec<String>,
}

/// One proposed answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The requirement.
    pub requirement: String,
    /// Its short label.
    pub title: String,
    /// The answer as it would be saved, with its origin.
    pub answer: Answer,
    /// How strong the weakest link is that it rests on.
    pub strength: Strength,
    /// Where it comes from, one sentence each.
    pub origins: Vec<String>,
    /// Whether there is an answer already.
    pub answered: bool,
}

/// Accepts and refuses proposals: one change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecideProposals {
    /// The assessment.
    pub assessment: Uuid,
    /// The requirements whose proposal is taken as it is.
    pub accept: Vec<String>,
    /// Proposals that were edited: the answer that is saved, with the proposal's origin.
    pub edited: Vec<Answer>,
    /// The requirements whose proposal is refused.
    pub refuse: Vec<String>,
}
call!(DecideProposals, "proposal.decide", Change, Done, Assess, Answers);

/// The gates of a system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetGates {
    /// The system's id or reference.
    pub reference: String,
    /// As they stood then; `None` as they stand.
    #[serde(default)]
    pub as_of: Option<AsOf>,
}
call!(GetGates, "gate.get", Read, Vec<Gate>, View);

/// Lets a system pass a gate that is not clear, until a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OverrideGate {
    /// The system.
    pub system: Uuid,
    /// The stage that the gate leads to.
    pub to: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    #[serde(with = "crate::dates::optional")]
    pub expires_on: Option<NaiveDate>,
}
call!(OverrideGate, "gate.override", Change, Saved, OverrideGate, Records);

/// Moves a system to a stage, if the gate lets it pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PassGate {
    /// The system.
    pub system: Uuid,
    /// The stage.
    pub to: String,
}
call!(PassGate, "gate.pass", Change, Saved, KeepInventory, Records);

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
