//! Calls about assessments over time: baselines, the next assessment, comparing two, the trend.

use super::{call, framework::EditionReport};
use crate::{
    answer::Coverage,
    call::record::Head,
    compare::{Line, Stage},
    fault::Fault,
    t,
    time::AsOf,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Freezes an assessment as it is: a baseline with a hash, which never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FreezeAssessment {
    /// The assessment.
    pub assessment: Uuid,
    /// What it is called, such as "Audit 2026".
    pub title: String,
}
call!(FreezeAssessment, "assessment.freeze", Change, BaselineLine, Assess, Records);

/// The longest title of a baseline or of the next assessment.
pub const LONGEST_TITLE: usize = 200;

/// Holds the title of a baseline.
///
/// # Errors
/// A fault at the field `title`: it is empty or too long.
pub fn check_title(title: &str) -> Result<(), Fault> {
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(Fault::invalid_field("title", t!("baseline.title", most = LONGEST_TITLE)));
    }
    Ok(())
}

/// The baselines of an assessment, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListBaselines {
    /// The assessment.
    pub assessment: Uuid,
}
call!(ListBaselines, "assessment.baselines", Read, Vec<BaselineLine>, View);

/// A baseline in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineLine {
    /// Its id: what [`CompareAssessments`] takes.
    pub id: Uuid,
    /// The assessment.
    pub assessment: Uuid,
    /// What it is called.
    pub title: String,
    /// When it was frozen.
    pub at: DateTime<Utc>,
    /// Who froze it.
    pub by: String,
    /// SHA-256 of its content, hex.
    pub sha256: String,
    /// How many answers it holds.
    pub answers: usize,
    /// Its coverage.
    pub coverage: Coverage,
    /// Whether the content still gives the hash.
    pub sound: bool,
}

/// Starts the next assessment from one: freezes it, and carries its answers over, under the same or another edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextAssessment {
    /// The assessment to go on from.
    pub assessment: Uuid,
    /// The new one's title.
    pub title: String,
    /// The day as of which it answers.
    #[serde(default, with = "crate::dates::optional")]
    pub as_of: Option<NaiveDate>,
    /// The edition of the framework; "" keeps the edition.
    #[serde(default)]
    pub edition: String,
}
call!(NextAssessment, "assessment.next", Change, NextReport, Assess, Records, Answers);

/// What was carried over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextReport {
    /// The new assessment.
    pub head: Head,
    /// How many answers were carried over.
    pub carried: usize,
    /// What differs between the editions.
    pub editions: EditionReport,
}

/// Compares two assessments or baselines, by id or reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareAssessments {
    /// The earlier one.
    pub left: String,
    /// The later one.
    pub right: String,
    /// The earlier one as it was then; `None` as it is.
    #[serde(default)]
    pub as_of: Option<AsOf>,
}
call!(CompareAssessments, "assessment.compare", Read, Comparison, View);

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedSide {
    /// The assessment.
    pub head: Head,
    /// The baseline; `None` for the assessment itself.
    pub baseline: Option<BaselineLine>,
    /// The moment of which the assessment is shown; `None` for now.
    pub as_of: Option<DateTime<Utc>>,
    /// The framework's short title.
    pub framework: String,
    /// Its edition.
    pub edition: String,
    /// Coverage over all.
    pub coverage: Coverage,
}

/// Two sides, line by line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The earlier one.
    pub left: ComparedSide,
    /// The later one.
    pub right: ComparedSide,
    /// By stage.
    pub stages: Vec<Stage>,
    /// By requirement.
    pub lines: Vec<Line>,
}

/// How coverage of a framework went for a system: its baselines and assessments in the order of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetTrend {
    /// The system.
    pub subject: Uuid,
    /// The framework.
    pub framework: String,
}
call!(GetTrend, "assessment.trend", Read, Vec<TrendPoint>, View);

/// One moment of a trend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    /// The day.
    pub on: NaiveDate,
    /// What it is: the baseline's title, or the assessment's reference.
    pub label: String,
    /// The assessment's reference.
    pub reference: String,
    /// The baseline.
    pub baseline: Option<Uuid>,
    /// Coverage over all stages.
    pub coverage: Coverage,
}
