//! Two assessments side by side: what improved, what slipped, by stage.

use crate::{
    answer::{Answer, Coverage, Result as Outcome},
    framework::Framework,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of a requirement between two assessments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A better result.
    Improved,
    /// A worse result.
    Slipped,
    /// Another result of which neither is better, such as "not applicable" before.
    Other,
    /// The same result, with another comment, owner, evidence or maturity.
    Edited,
    /// Nothing changed.
    Same,
    /// Only in the later framework edition.
    Added,
    /// Only in the earlier framework edition.
    Removed,
}

impl Change {
    /// The value in JSON, and the last part of its text key.
    pub const fn name(self) -> &'static str {
        match self {
            Change::Improved => "improved",
            Change::Slipped => "slipped",
            Change::Other => "other",
            Change::Edited => "edited",
            Change::Same => "same",
            Change::Added => "added",
            Change::Removed => "removed",
        }
    }

    /// What it is called.
    pub fn label(self) -> String {
        crate::text::label(&format!("compare.{}", self.name()))
    }
}

/// How good a result is; "not applicable" is neither good nor bad.
fn rank(result: Outcome) -> Option<u8> {
    match result {
        Outcome::NotAssessed => Some(0),
        Outcome::NotMet => Some(1),
        Outcome::Partly => Some(2),
        Outcome::Met => Some(3),
        Outcome::NotApplicable => None,
    }
}

/// What became of one answer.
pub fn change(left: &Answer, right: &Answer) -> Change {
    if left.result == right.result {
        return if same_words(left, right) { Change::Same } else { Change::Edited };
    }
    match (rank(left.result), rank(right.result)) {
        (Some(a), Some(b)) if b > a => Change::Improved,
        (Some(_), Some(_)) => Change::Slipped,
        _ => Change::Other,
    }
}

/// Whether two answers say the same, whoever saved them when.
pub fn same_words(left: &Answer, right: &Answer) -> bool {
    let words = |a: &Answer| Answer {
        requirement: String::new(),
        revision: 0,
        updated_at: None,
        updated_by: String::new(),
        attached: 0,
        origin: None,
        inclusion: String::new(),
        ..a.clone()
    };
    words(left) == words(right)
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The requirement.
    pub requirement: String,
    /// Its short label.
    pub title: String,
    /// Its stage.
    pub stage: String,
    /// The result on the left.
    pub left: Outcome,
    /// The result on the right.
    pub right: Outcome,
    /// The comment on the left.
    pub left_comment: String,
    /// The comment on the right.
    pub right_comment: String,
    /// What became of it.
    pub change: Change,
}

/// A stage of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// The stage's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Coverage on the left.
    pub left: Coverage,
    /// Coverage on the right.
    pub right: Coverage,
    /// How many improved.
    pub improved: u32,
    /// How many slipped.
    pub slipped: u32,
}

/// Answers under the framework that they answer.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The framework.
    pub framework: &'a Framework,
    /// The answers by requirement.
    pub answers: &'a BTreeMap<String, Answer>,
}

impl Side<'_> {
    /// Whether the side has this requirement and asks it.
    fn asks(&self, id: &str) -> bool {
        self.framework.requirement(id).is_some_and(|r| self.framework.is_asked(r, self.answers))
    }
}

/// Compares two sides, in the order of the right framework; what only the left has comes last.
pub fn compare(left: Side<'_>, right: Side<'_>) -> (Vec<Line>, Vec<Stage>) {
    let mut lines = Vec::new();
    let none = Answer::default();
    for requirement in &right.framework.requirements {
        let there = left.framework.requirement(&requirement.id).is_some();
        let asked = right.asks(&requirement.id) || left.asks(&requirement.id);
        if !asked {
            continue;
        }
        let (before, after) =
            (left.answers.get(&requirement.id).unwrap_or(&none), right.answers.get(&requirement.id).unwrap_or(&none));
        let kind = if there { change(before, after) } else { Change::Added };
        lines.push(line(right.framework, &requirement.id, before, after, kind));
    }
    for requirement in &left.framework.requirements {
        if right.framework.requirement(&requirement.id).is_none() {
            let before = left.answers.get(&requirement.id).unwrap_or(&none);
            lines.push(line(left.framework, &requirement.id, before, &none, Change::Removed));
        }
    }
    let stages = stages(left, right, &lines);
    (lines, stages)
}

fn line(framework: &Framework, id: &str, left: &Answer, right: &Answer, change: Change) -> Line {
    let requirement = framework.requirement(id);
    Line {
        requirement: id.to_owned(),
        title: requirement.map(|r| r.title.clone()).unwrap_or_default(),
        stage: requirement.and_then(|r| framework.stage_of(r)).map(|g| g.id.clone()).unwrap_or_default(),
        left: left.result,
        right: right.result,
        left_comment: left.comment.clone(),
        right_comment: right.comment.clone(),
        change,
    }
}

fn stages(left: Side<'_>, right: Side<'_>, lines: &[Line]) -> Vec<Stage> {
    let of = |group: &crate::framework::Group| {
        let mut stage = Stage { id: group.id.clone(), title: group.title.clone(), ..Stage::default() };
        for line in lines.iter().filter(|l| l.stage == group.id) {
            if left.asks(&line.requirement) {
                stage.left.add(line.left, 1);
            }
            if right.asks(&line.requirement) {
                stage.right.add(line.right, 1);
            }
            stage.improved += u32::from(line.change == Change::Improved);
            stage.slipped += u32::from(line.change == Change::Slipped);
        }
        stage
    };
    right.framework.stages().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(result: Outcome, comment: &str) -> Answer {
        Answer { result, comment: comment.into(), ..Answer::default() }
    }

    #[test]
    fn better_and_worse_are_told_apart_and_not_applicable_is_neither() {
        let of = |a, b| change(&answer(a, ""), &answer(b, ""));
        assert_eq!(of(Outcome::Partly, Outcome::Met), Change::Improved);
        assert_eq!(of(Outcome::Met, Outcome::NotMet), Change::Slipped);
        assert_eq!(of(Outcome::NotAssessed, Outcome::NotMet), Change::Improved);
        assert_eq!(of(Outcome::NotApplicable, Outcome::Met), Change::Other);
        assert_eq!(change(&answer(Outcome::Met, "a"), &answer(Outcome::Met, "b")), Change::Edited);
        let later = Answer { revision: 7, updated_by: "Ines".into(), ..answer(Outcome::Met, "a") };
        assert_eq!(change(&answer(Outcome::Met, "a"), &later), Change::Same);
    }
}
