//! Findings: what an assessor found wanting about a system, how grave it is, and the action that mends it.

use super::{Columns, Gap, Noun};
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

/// How grave a finding is.
pub static SEVERITY: ChoiceGroup = ChoiceGroup { name: "severity", values: &["major", "minor", "observation"] };
/// Where its action stands.
pub static STATUS: ChoiceGroup = ChoiceGroup { name: "finding_status", values: &["open", "in_progress", "closed"] };

/// A finding with its action.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Finding {
    pub title: String,
    pub subject: Option<Uuid>,
    pub assessment: Option<Uuid>,
    pub requirement: String,
    pub severity: String,
    pub description: String,
    pub action: String,
    pub owner: String,
    #[serde(with = "crate::dates::optional")]
    pub due_on: Option<NaiveDate>,
    pub status: String,
    pub closure: String,
    #[serde(with = "crate::dates::optional")]
    pub closed_on: Option<NaiveDate>,
}

impl Finding {
    /// Whether its action is done.
    pub fn is_closed(&self) -> bool {
        self.status == "closed"
    }

    /// Whether it keeps a gate shut.
    pub fn is_open_major(&self) -> bool {
        self.severity == "major" && !self.is_closed()
    }
}

impl Noun for Finding {
    const KIND: Kind = Kind::Finding;
    const FIELDS: &'static [Field] = &[
        field("title", FieldKind::Text, "identity").required(),
        field("subject", FieldKind::Link(Kind::System), "identity").required(),
        field("assessment", FieldKind::Link(Kind::Assessment), "identity"),
        field("requirement", FieldKind::Text, "identity"),
        field("severity", FieldKind::Choice(&SEVERITY), "identity").required(),
        field("description", FieldKind::Long, "identity"),
        field("action", FieldKind::Long, "action"),
        field("owner", FieldKind::Person, "action"),
        field("due_on", FieldKind::Date, "action"),
        field("status", FieldKind::Choice(&STATUS), "action"),
        field("closure", FieldKind::Long, "closure"),
        field("closed_on", FieldKind::Date, "closure"),
    ];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        let grave = SEVERITY.values.iter().rev().position(|s| *s == self.severity).map_or(0, |n| n + 1);
        Columns {
            status: if self.status.is_empty() { "open".into() } else { self.status.clone() },
            class: self.severity.clone(),
            owner: self.owner.clone(),
            due: self.due_on.filter(|_| !self.is_closed()),
            score: i64::try_from(grave).unwrap_or(0),
            subject: self.subject,
            ..Columns::default()
        }
    }

    /// Invariant: what is closed says what shows it, and when.
    fn check(&self, _charter: &Charter, faults: &mut Vec<FieldFault>) {
        if self.is_closed() && self.closure.trim().is_empty() {
            faults.push(FieldFault::new("closure", t!("rule.finding_closure")));
        }
        if self.is_closed() && self.closed_on.is_none() {
            faults.push(FieldFault::new("closed_on", t!("rule.finding_closed_on")));
        }
    }

    /// Gates: a finding that is more than an observation needs an action, an owner and a day.
    fn gaps(&self, _charter: &Charter) -> Vec<Gap> {
        if self.severity == "observation" || self.is_closed() {
            return Vec::new();
        }
        let mut gaps = Vec::new();
        let mut need = |field: &str, there: bool, sentence: String| {
            if !there {
                gaps.push(Gap { field: field.into(), sentence });
            }
        };
        need("action", !self.action.trim().is_empty(), t!("gap.finding_action"));
        need("owner", !self.owner.trim().is_empty(), t!("gap.finding_owner"));
        need("due_on", self.due_on.is_some(), t!("gap.finding_due"));
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_finding_says_what_shows_it_and_when() {
        let mut finding = Finding { title: "T".into(), status: "closed".into(), ..Finding::default() };
        let mut faults = Vec::new();
        finding.check(&Charter::default(), &mut faults);
        assert_eq!(faults.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["closure", "closed_on"]);
        finding.closure = "Test report of 3 March".into();
        finding.closed_on = NaiveDate::from_ymd_opt(2026, 3, 3);
        faults.clear();
        finding.check(&Charter::default(), &mut faults);
        assert!(faults.is_empty());
    }

    #[test]
    fn a_major_finding_needs_action_owner_and_day_an_observation_none() {
        let charter = Charter::default();
        let major = Finding { severity: "major".into(), ..Finding::default() };
        assert_eq!(major.gaps(&charter).len(), 3);
        assert!(Finding { severity: "observation".into(), ..Finding::default() }.gaps(&charter).is_empty());
        assert!(major.is_open_major() && !Finding { status: "closed".into(), ..major }.is_open_major());
    }
}
