//! Stage gates: what must be met before a system moves to a later lifecycle stage.

use crate::{noun::system::STAGE, t};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where a stage stands in the life cycle, from 0; `None` for a name that is no stage.
pub fn place(stage: &str) -> Option<usize> {
    STAGE.values.iter().position(|s| *s == stage)
}

/// Whether a move leads through a gate: to a later stage, and not into retirement, which nothing holds up.
pub fn leads_through(from: &str, to: &str) -> bool {
    match (place(from), place(to)) {
        (Some(from), Some(to_place)) => to_place > from && to != "retired",
        // A system whose stage was not known has passed no gate yet.
        (None, Some(to_place)) => to_place > 0 && to != "retired",
        _ => false,
    }
}

/// The stages that must be assessed before a stage: all before it.
pub fn before(to: &str) -> &'static [&'static str] {
    place(to).map_or(&[], |place| &STAGE.values[..place])
}

/// The gates of the life cycle, by the stage that they lead to.
pub const GATES: [&str; 3] = ["development", "deployment", "operation"];

/// One thing that a gate asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What sort: assessment, requirements, gaps, review, findings, risks.
    pub sort: String,
    /// Where it stands, in one sentence.
    pub sentence: String,
    /// Whether it is met.
    pub met: bool,
    /// The records that it is about, by reference.
    pub records: Vec<String>,
    /// The requirements that it is about, the first of them.
    pub requirements: Vec<String>,
}

/// A gate: shut as long as one need is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// The stage that it leads to.
    pub to: String,
    /// What it asks for.
    pub needs: Vec<Need>,
    /// The override under which the system may pass, or passed, the newest.
    pub overridden: Option<Override>,
    /// Whether the system is past it.
    pub passed: bool,
}

impl Gate {
    /// Whether everything is met.
    pub fn is_clear(&self) -> bool {
        self.needs.iter().all(|n| n.met)
    }

    /// How many needs are not met.
    pub fn open(&self) -> usize {
        self.needs.iter().filter(|n| !n.met).count()
    }

    /// Whether the system may pass on a day.
    pub fn lets_pass(&self, today: NaiveDate) -> bool {
        self.is_clear() || self.overridden.as_ref().is_some_and(|o| o.in_force(today))
    }

    /// Where a system stands at this gate, in one sentence.
    pub fn sentence(&self, today: NaiveDate) -> String {
        let stage = STAGE.label(&self.to);
        match &self.overridden {
            _ if self.is_clear() => t!("gate.clear", stage = stage),
            Some(o) if o.in_force(today) => {
                t!("gate.overridden", stage = stage, by = o.by, until = o.until(), open = self.open())
            }
            Some(o) => t!("gate.override_ended", stage = stage, by = o.by, until = o.until(), open = self.open()),
            None if self.passed => t!("gate.passed_open", stage = stage, open = self.open()),
            None => t!("gate.open", stage = stage, open = self.open()),
        }
    }
}

/// The chair's word that a system may pass a gate that is not clear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Override {
    /// The stage that the gate leads to.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// The day it was given.
    #[serde(with = "crate::dates::optional")]
    pub given_on: Option<NaiveDate>,
    /// The last day on which it holds.
    #[serde(with = "crate::dates::optional")]
    pub expires_on: Option<NaiveDate>,
    /// What was not met when it was given.
    pub open: Vec<String>,
}

impl Override {
    /// Whether it holds on a day.
    pub fn in_force(&self, today: NaiveDate) -> bool {
        self.expires_on.is_some_and(|end| end >= today)
    }

    fn until(&self) -> String {
        self.expires_on.map(|d| d.format("%-d %b %Y").to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_lies_before_every_later_stage_but_retirement() {
        assert!(leads_through("design", "development") && leads_through("design", "operation"));
        assert!(leads_through("", "deployment"));
        assert!(!leads_through("operation", "deployment") && !leads_through("design", "design"));
        assert!(!leads_through("design", "retired") && !leads_through("", "design"));
        assert_eq!(before("deployment"), ["design", "development"]);
    }

    #[test]
    fn an_override_holds_up_to_its_last_day() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 5, d).unwrap_or_default();
        let given = Override { expires_on: Some(day(10)), ..Override::default() };
        assert!(given.in_force(day(10)) && !given.in_force(day(11)));
        let need =
            Need { sort: "risks".into(), sentence: String::new(), met: false, records: vec![], requirements: vec![] };
        let gate = Gate { to: "operation".into(), needs: vec![need], overridden: Some(given), passed: false };
        assert!(gate.lets_pass(day(10)) && !gate.lets_pass(day(11)) && gate.open() == 1);
    }
}
