//! What holds for a plan before anything is measured.

use super::{
    Band, Plan,
    metric::{METRICS, metric},
};
use crate::{charter::Charter, fault::FieldFault, t, text};

/// The ways in which a score becomes a prediction; "" compares with the favourable value instead.
pub static THRESHOLD_WAYS: [&str; 2] = ["at_least", "below"];

impl Plan {
    /// What stands against the plan, by the key of its field (bands as `bands.0.low`); empty if nothing does.
    pub fn check(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        self.check_columns(&mut faults);
        self.check_favourable(&mut faults);
        self.check_bands(&mut faults);
        if self.reason.trim().is_empty() {
            faults.push(FieldFault::new("reason", t!("fairness.reason_needed")));
        }
        faults
    }

    /// A screening band for each metric for which somebody documented one, as a start; the board decides.
    pub fn default_bands() -> Vec<Band> {
        let band = |(id, (low, high)): (&str, (f64, f64))| Band { metric: id.to_owned(), low, high };
        METRICS.iter().filter_map(|m| Some((m.id, m.band?))).map(band).collect()
    }

    /// The smallest group for which figures are shown: as recorded, or the strict default where nothing was.
    pub fn smallest_group(&self) -> u64 {
        let size = if self.min_group_size == 0 { Charter::default().min_group_size } else { self.min_group_size };
        u64::from(size)
    }

    /// Whether predictions are scores that are compared with a threshold.
    pub fn uses_threshold(&self) -> bool {
        !self.threshold_way.is_empty()
    }

    /// The columns with the keys of their fields.
    pub(super) fn columns(&self) -> [(&'static str, &str); 3] {
        [
            ("label_column", self.label_column.trim()),
            ("prediction_column", self.prediction_column.trim()),
            ("group_column", self.group_column.trim()),
        ]
    }

    fn check_columns(&self, faults: &mut Vec<FieldFault>) {
        let columns = self.columns();
        for (place, (key, column)) in columns.iter().enumerate() {
            if column.is_empty() {
                let field = text::label(&format!("fairness.{key}"));
                faults.push(FieldFault::new(*key, t!("fairness.column_needed", field = field)));
            } else if columns[..place].iter().any(|(_, earlier)| earlier == column) {
                faults.push(FieldFault::new(*key, t!("fairness.columns_same", column = column)));
            }
        }
    }

    fn check_favourable(&self, faults: &mut Vec<FieldFault>) {
        let mut needed = |key: &str, column: &str, value: &str| {
            if value.trim().is_empty() {
                faults.push(FieldFault::new(key, t!("fairness.favourable_needed", column = column.trim())));
            }
        };
        needed("favourable_label", &self.label_column, &self.favourable_label);
        if !self.uses_threshold() {
            needed("favourable_prediction", &self.prediction_column, &self.favourable_prediction);
            return;
        }
        if !THRESHOLD_WAYS.contains(&self.threshold_way.as_str()) {
            let sentence = t!("fairness.way_unknown", value = self.threshold_way);
            faults.push(FieldFault::new("threshold_way", sentence));
        }
        if !self.threshold.is_some_and(f64::is_finite) {
            faults.push(FieldFault::new("threshold", t!("fairness.threshold_needed")));
        }
    }

    fn check_bands(&self, faults: &mut Vec<FieldFault>) {
        for (place, band) in self.bands.iter().enumerate() {
            let mut say =
                |part: &str, sentence| faults.push(FieldFault::new(format!("bands.{place}.{part}"), sentence));
            let Some(known) = metric(&band.metric) else {
                say("metric", t!("fairness.metric_unknown", metric = band.metric));
                continue;
            };
            let name = known.label();
            if self.bands[..place].iter().any(|b| b.metric == band.metric) {
                say("metric", t!("fairness.metric_twice", metric = name));
            }
            if !(band.low.is_finite() && band.high.is_finite()) {
                say("low", t!("fairness.band_number", metric = name));
            } else if band.low > band.high {
                say("high", t!("fairness.band_order", metric = name, low = band.low, high = band.high));
            }
        }
    }
}
