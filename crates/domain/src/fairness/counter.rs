//! Counts rows one by one and forgets them: only four counts per group stay.

use super::{Counts, Measured, Plan, measure::measure};
use crate::{fault::FieldFault, t};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The most different values a group column may have; more point to persons rather than to groups.
pub const GROUP_LIMIT: usize = 2_000;

/// How the cell of the prediction column becomes favourable or not.
enum Reading {
    Value(String),
    AtLeast(f64),
    Below(f64),
}

/// Counts rows by the columns of a plan.
pub struct Counter {
    plan: Plan,
    /// Places of label, prediction and group in a row.
    places: [usize; 3],
    favourable: String,
    reading: Reading,
    groups: BTreeMap<String, Counts>,
    rows: u64,
    left_out: u64,
}

impl Counter {
    /// A counter for rows under these headers. White space around headers, values and cells does not count.
    ///
    /// # Errors
    /// What stands against the plan ([`Plan::check`]), or the columns that the file does not have or has twice.
    pub fn new(plan: &Plan, headers: &[String]) -> Result<Counter, Vec<FieldFault>> {
        let mut faults = plan.check();
        let mut places = [0; 3];
        for (place, (key, column)) in places.iter_mut().zip(plan.columns()) {
            if column.is_empty() {
                continue;
            }
            let mut found = headers.iter().enumerate().filter(|(_, h)| h.trim() == column).map(|(at, _)| at);
            match (found.next(), found.next()) {
                (Some(at), None) => *place = at,
                (Some(_), Some(_)) => faults.push(FieldFault::new(key, t!("fairness.column_twice", column = column))),
                (None, _) => faults.push(FieldFault::new(key, t!("fairness.column_missing", column = column))),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let threshold = plan.threshold.unwrap_or_default();
        let reading = match plan.threshold_way.as_str() {
            "at_least" => Reading::AtLeast(threshold),
            "below" => Reading::Below(threshold),
            _ => Reading::Value(plan.favourable_prediction.trim().to_owned()),
        };
        let favourable = plan.favourable_label.trim().to_owned();
        Ok(Counter { plan: plan.clone(), places, favourable, reading, groups: BTreeMap::new(), rows: 0, left_out: 0 })
    }

    /// Counts a row. It is left out (and counted as such) if label, prediction or group is empty or absent, or if a
    /// score is no number.
    ///
    /// # Errors
    /// The group column has more than [`GROUP_LIMIT`] different values; the measurement has to be given up.
    pub fn push(&mut self, row: &[impl AsRef<str>]) -> Result<(), FieldFault> {
        self.push_with(|at| row.get(at).map(AsRef::as_ref))
    }

    /// Like [`Counter::push`] for rows that are no slice: `cell` gives the text of a column by its place.
    ///
    /// # Errors
    /// As [`Counter::push`].
    pub fn push_with<'a>(&mut self, cell: impl Fn(usize) -> Option<&'a str>) -> Result<(), FieldFault> {
        let [label, prediction, group] = self.places.map(|at| cell(at).unwrap_or_default().trim());
        let predicted = self.predicted(prediction);
        let (false, false, Some(predicted)) = (label.is_empty(), group.is_empty(), predicted) else {
            self.left_out += 1;
            return Ok(());
        };
        if !self.groups.contains_key(group) {
            if self.groups.len() == GROUP_LIMIT {
                let column = self.plan.group_column.trim();
                let sentence = t!("fairness.too_many_groups", column = column, limit = GROUP_LIMIT);
                return Err(FieldFault::new("group_column", sentence));
            }
            self.groups.insert(group.to_owned(), Counts::default());
        }
        if let Some(counts) = self.groups.get_mut(group) {
            let cell = match (label == self.favourable, predicted) {
                (true, true) => &mut counts.tp,
                (false, true) => &mut counts.fp,
                (true, false) => &mut counts.fn_,
                (false, false) => &mut counts.tn,
            };
            *cell += 1;
            self.rows += 1;
        }
        Ok(())
    }

    /// Whether a prediction is favourable; `None` if the cell says nothing.
    fn predicted(&self, cell: &str) -> Option<bool> {
        let score = || cell.parse::<f64>().ok().filter(|s| s.is_finite());
        match &self.reading {
            _ if cell.is_empty() => None,
            Reading::Value(favourable) => Some(cell == favourable),
            Reading::AtLeast(threshold) => Some(score()? >= *threshold),
            Reading::Below(threshold) => Some(score()? < *threshold),
        }
    }

    /// What looks like a slip in the plan once rows are counted: a favourable value or a reference group that never
    /// occurs, or no counted row at all. The figures would be right, but hardly meant.
    pub fn doubts(&self) -> Vec<FieldFault> {
        let (plan, mut doubts) = (&self.plan, Vec::new());
        let mut doubt = |field: &str, sentence: String| doubts.push(FieldFault::new(field, sentence));
        if self.rows == 0 {
            doubt("label_column", t!("fairness.no_rows"));
            return doubts;
        }
        let all = self.groups.values().fold(Counts::default(), |sum, c| sum.plus(c));
        if all.tp + all.fn_ == 0 {
            let (value, column) = (plan.favourable_label.trim(), plan.label_column.trim());
            doubt("favourable_label", t!("fairness.value_absent", value = value, column = column));
        }
        if all.tp + all.fp == 0 {
            let (value, column) = (plan.favourable_prediction.trim(), plan.prediction_column.trim());
            match self.reading {
                Reading::Value(_) => {
                    doubt("favourable_prediction", t!("fairness.value_absent", value = value, column = column));
                }
                Reading::AtLeast(threshold) | Reading::Below(threshold) => {
                    doubt("threshold", t!("fairness.side_empty", column = column, threshold = threshold));
                }
            }
        }
        let reference = plan.reference_group.trim();
        if !reference.is_empty() && !self.groups.contains_key(reference) {
            let column = plan.group_column.trim();
            doubt("reference_group", t!("fairness.reference_absent", value = reference, column = column));
        }
        doubts
    }

    /// The figures. `file` may be a path: only the name after its last separator is kept.
    pub fn finish(self, file: &str, sha256: &str, measured_at: DateTime<Utc>, measured_by: &str) -> Measured {
        let (groups, metrics) = measure(&self.plan, self.groups);
        Measured {
            file: file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
            sha256: sha256.to_owned(),
            rows: self.rows,
            left_out: self.left_out,
            measured_at: Some(measured_at),
            measured_by: measured_by.to_owned(),
            groups,
            metrics,
        }
    }
}
