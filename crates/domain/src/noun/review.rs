//! Reviews: an ethics questionnaire, or fairness measured on data, of one system version.

use super::{Columns, Gap, Noun};
use crate::{
    charter::Charter,
    fairness::{Measured, Plan, Standing},
    fault::FieldFault,
    field::{ChoiceGroup, Field, FieldKind, field},
    kind::Kind,
    questionnaire::Reply,
    t,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What sort of review.
pub static TYPE: ChoiceGroup = ChoiceGroup { name: "review_type", values: &["ethics", "fairness"] };
/// Where a review stands.
pub static STATUS: ChoiceGroup =
    ChoiceGroup { name: "review_status", values: &["draft", "planned", "measured", "concluded"] };
/// What the reviewer recommends to the board.
pub static RECOMMENDATION: ChoiceGroup =
    ChoiceGroup { name: "recommendation", values: &["proceed", "proceed_with_conditions", "revise", "do_not_proceed"] };

/// A review.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Review {
    pub title: String,
    pub subject: Option<Uuid>,
    pub review_type: String,
    pub version: String,
    pub reviewer: String,
    pub status: String,
    #[serde(with = "crate::dates::optional")]
    pub reviewed_on: Option<NaiveDate>,
    pub replies: BTreeMap<String, Reply>,
    pub fairness_plan: Option<Plan>,
    pub fairness: Option<Measured>,
    pub conclusion: String,
    pub recommendation: String,
    /// Who concluded it: set by the program.
    pub concluded_by: String,
    pub notes: String,
}

impl Noun for Review {
    const KIND: Kind = Kind::Review;
    const FIELDS: &'static [Field] = &[
        field("title", FieldKind::Text, "identity").required().or(&["review", "name"]),
        field("subject", FieldKind::Link(Kind::System), "identity").required(),
        field("review_type", FieldKind::Choice(&TYPE), "identity").required().or(&["type"]),
        field("version", FieldKind::Text, "identity").or(&["system version"]),
        field("reviewer", FieldKind::Person, "identity"),
        field("status", FieldKind::Choice(&STATUS), "identity"),
        field("reviewed_on", FieldKind::Date, "identity").or(&["date", "review date"]),
        field("replies", FieldKind::Own, "ethics"),
        field("fairness_plan", FieldKind::Own, "fairness"),
        field("fairness", FieldKind::Own, "fairness"),
        field("conclusion", FieldKind::Long, "conclusion").or(&["result", "finding"]),
        field("recommendation", FieldKind::Choice(&RECOMMENDATION), "conclusion"),
        field("concluded_by", FieldKind::Own, "conclusion"),
        field("notes", FieldKind::Long, "notes").or(&["comment", "comments"]),
    ];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn columns(&self, _: &Charter) -> Columns {
        Columns {
            status: if self.status.is_empty() { "draft".into() } else { self.status.clone() },
            class: self.review_type.clone(),
            owner: self.reviewer.clone(),
            due: self.reviewed_on.filter(|_| self.status != "concluded"),
            score: self.outside() as i64,
            subject: self.subject,
            ..Columns::default()
        }
    }

    fn check(&self, charter: &Charter, faults: &mut Vec<FieldFault>) {
        if self.fairness.is_some() && self.fairness_plan.is_none() {
            faults.push(FieldFault::new("fairness_plan", t!("rule.plan_before_figures")));
        }
        if self.status == "concluded"
            && let Some(gap) = self.gaps(charter).into_iter().next()
        {
            faults.push(FieldFault::new(&gap.field, gap.sentence));
        }
    }

    fn gaps(&self, _: &Charter) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut gap = |field: &str, sentence: String| gaps.push(Gap { field: field.into(), sentence });
        match self.review_type.as_str() {
            "ethics" => {
                let open = self.open_questions();
                if open > 0 {
                    gap("replies", t!("gap.replies", open = open));
                }
            }
            "fairness" if self.fairness.is_none() => gap("fairness", t!("gap.not_measured")),
            _ => {}
        }
        if self.conclusion.trim().is_empty() {
            gap("conclusion", t!("gap.conclusion"));
        }
        gaps
    }
}

impl Review {
    /// How many required questions of the ethics questionnaire have no reply.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open_questions(&self) -> u32 {
        let score = crate::content::ETHICS.score(&self.replies);
        score.required - score.answered
    }

    /// How many required questions are open: the interface asks, it does not count.
    #[cfg(target_arch = "wasm32")]
    pub fn open_questions(&self) -> u32 {
        0
    }

    /// How many judged metrics lie outside their screening band.
    pub fn outside(&self) -> usize {
        self.fairness.as_ref().map_or(0, |m| m.metrics.iter().filter(|v| v.standing == Standing::Outside).count())
    }

    /// Holds that the plan stays as it was recorded once figures have been seen.
    ///
    /// # Errors
    /// The faulty field, if the plan was changed after the measurement.
    pub fn keeps_plan(&self, before: &Review) -> Result<(), FieldFault> {
        if before.fairness.is_some() && (self.fairness_plan != before.fairness_plan || self.fairness != before.fairness)
        {
            return Err(FieldFault::new("fairness_plan", t!("rule.plan_frozen")));
        }
        Ok(())
    }
}
