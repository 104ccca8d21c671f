//! Risks: what may happen, how bad it would be, and what is done about it.

use super::{Columns, Gap, Noun};
use crate::{
    charter::Charter,
    fault::FieldFault,
    field::{ChoiceGroup, Field, FieldKind, field},
    kind::Kind,
    scale::Level,
    t,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a risk threatens.
pub static CATEGORY: ChoiceGroup = ChoiceGroup {
    name: "risk_category",
    values: &["security", "privacy", "fairness", "safety", "ethics", "legal", "operational", "third_party"],
};
/// The treatment options (ISO 31000:2018, 6.5.2, in the common short words).
pub static TREATMENT: ChoiceGroup = ChoiceGroup {
    name: "treatment",
    values: &["avoid", "remove_source", "reduce_likelihood", "reduce_impact", "share", "retain", "take"],
};
/// Where a risk stands.
pub static STATUS: ChoiceGroup =
    ChoiceGroup { name: "risk_status", values: &["open", "in_treatment", "accepted", "closed"] };

/// A rating on the 5 × 5 scale. 0 means not rated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rating {
    /// 1 rare … 5 almost certain; 0 not rated.
    pub likelihood: u8,
    /// 1 minor … 5 critical; 0 not rated.
    pub impact: u8,
    /// Why.
    pub rationale: String,
}

impl Rating {
    /// The level by the charter's method; `None` if not rated.
    pub fn level(&self, charter: &Charter) -> Option<Level> {
        charter.risk_method.level(self.likelihood, self.impact)
    }

    /// Whether both likelihood and impact are given.
    pub fn is_rated(&self) -> bool {
        self.likelihood > 0 && self.impact > 0
    }
}

/// A risk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Risk {
    pub title: String,
    pub subject: Option<Uuid>,
    pub category: String,
    pub owner: String,
    pub status: String,
    pub cause: String,
    pub event: String,
    pub consequence: String,
    pub threats: Vec<String>,
    pub guidelines: Vec<String>,
    pub inherent: Rating,
    pub controls: Vec<String>,
    pub residual: Rating,
    pub treatment: String,
    pub plan: String,
    pub target: Rating,
    pub rating_reason: String,
    #[serde(with = "crate::dates::optional")]
    pub review_on: Option<NaiveDate>,
    pub accepted_by: String,
    pub acceptance_reason: String,
    #[serde(with = "crate::dates::optional")]
    pub acceptance_until: Option<NaiveDate>,
    pub notes: String,
}

impl Noun for Risk {
    const KIND: Kind = Kind::Risk;
    const FIELDS: &'static [Field] = &[
        field("title", FieldKind::Text, "identity").required().or(&["risk", "risk title", "name"]),
        field("subject", FieldKind::Link(Kind::System), "identity"),
        field("category", FieldKind::Choice(&CATEGORY), "identity").or(&["type", "risk category"]),
        field("owner", FieldKind::Person, "identity").or(&["risk owner", "responsible"]),
        field("status", FieldKind::Choice(&STATUS), "identity").or(&["state"]),
        field("cause", FieldKind::Long, "statement").or(&["source", "because"]),
        field("event", FieldKind::Long, "statement").or(&["risk event", "description"]),
        field("consequence", FieldKind::Long, "statement").or(&["effect", "impact description"]),
        field("threats", FieldKind::List, "statement").or(&["threat ids", "atlas", "owasp"]),
        field("guidelines", FieldKind::List, "statement"),
        field("inherent", FieldKind::Rating, "rating"),
        field("controls", FieldKind::List, "rating").or(&["existing controls", "mitigations"]),
        field("residual", FieldKind::Rating, "rating"),
        field("treatment", FieldKind::Choice(&TREATMENT), "treatment").or(&["response", "strategy"]),
        field("plan", FieldKind::Long, "treatment").or(&["treatment plan", "action plan"]),
        field("target", FieldKind::Rating, "treatment"),
        field("rating_reason", FieldKind::Long, "treatment"),
        field("review_on", FieldKind::Date, "treatment").or(&["review date", "next review"]),
        field("accepted_by", FieldKind::Person, "acceptance").or(&["acceptor"]),
        field("acceptance_reason", FieldKind::Long, "acceptance"),
        field("acceptance_until", FieldKind::Date, "acceptance").or(&["acceptance expiry"]),
        field("notes", FieldKind::Long, "notes").or(&["comment", "comments"]),
    ];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn columns(&self, charter: &Charter) -> Columns {
        let current = self.current();
        Columns {
            status: if self.status.is_empty() { "open".into() } else { self.status.clone() },
            class: self.category.clone(),
            owner: self.owner.clone(),
            due: self.next_date(),
            score: current.level(charter).map_or(0, |l| i64::from(l.rank())),
            subject: self.subject,
            cell: i64::from(current.likelihood) * 10 + i64::from(current.impact),
            ..Columns::default()
        }
    }

    fn check(&self, charter: &Charter, faults: &mut Vec<FieldFault>) {
        let reasoned = !self.rating_reason.trim().is_empty();
        let exceeds = |a: &Rating, b: &Rating| match (a.level(charter), b.level(charter)) {
            (Some(a), Some(b)) => a > b,
            _ => false,
        };
        if exceeds(&self.residual, &self.inherent) && !reasoned {
            faults.push(FieldFault::new("residual", t!("rule.residual_above_inherent")));
        }
        if exceeds(&self.target, self.current()) && !reasoned {
            faults.push(FieldFault::new("target", t!("rule.target_above_residual")));
        }
        for (key, rating) in [("inherent", &self.inherent), ("residual", &self.residual), ("target", &self.target)] {
            if (rating.likelihood > 0) != (rating.impact > 0) {
                faults.push(FieldFault::new(key, t!("rule.rating_half")));
            }
        }
        if self.status == "accepted" {
            if self.accepted_by.trim().is_empty() {
                faults.push(FieldFault::new("accepted_by", t!("rule.acceptance_acceptor")));
            }
            if self.acceptance_until.is_none() {
                faults.push(FieldFault::new("acceptance_until", t!("rule.acceptance_until")));
            }
        }
    }

    fn gaps(&self, charter: &Charter) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut gap = |field: &str, sentence: String| gaps.push(Gap { field: field.into(), sentence });
        if self.status == "closed" {
            return gaps;
        }
        if self.owner.trim().is_empty() {
            gap("owner", t!("gap.risk_owner"));
        }
        if !self.current().is_rated() {
            gap("inherent", t!("gap.risk_rating"));
        } else if self.above_tolerance(charter) && self.plan.trim().is_empty() && self.status != "accepted" {
            gap("plan", t!("gap.risk_plan"));
        }
        gaps
    }
}

impl Risk {
    /// The rating that counts now: residual if rated, otherwise inherent.
    pub fn current(&self) -> &Rating {
        if self.residual.is_rated() { &self.residual } else { &self.inherent }
    }

    /// Whether the current level lies above the charter's tolerance.
    pub fn above_tolerance(&self, charter: &Charter) -> bool {
        self.status != "closed" && self.current().level(charter).is_some_and(|l| l > charter.tolerance)
    }

    /// Whether an acceptance is in force on a day.
    pub fn acceptance_in_force(&self, today: NaiveDate) -> bool {
        self.status == "accepted" && self.acceptance_until.is_some_and(|until| until >= today)
    }

    /// The next date that matters: the earlier of review and, while accepted, the end of the acceptance.
    pub fn next_date(&self) -> Option<NaiveDate> {
        let acceptance = self.acceptance_until.filter(|_| self.status == "accepted");
        if self.status == "closed" { None } else { self.review_on.into_iter().chain(acceptance).min() }
    }

    /// "Because …, …, which leads to …."
    pub fn statement(&self) -> String {
        if self.cause.is_empty() && self.event.is_empty() && self.consequence.is_empty() {
            return String::new();
        }
        t!("risk.statement", cause = self.cause, event = self.event, consequence = self.consequence)
    }
}
