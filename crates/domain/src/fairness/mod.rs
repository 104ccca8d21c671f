//! Fairness measured on data: rates per group, parity metrics, screening bands. Formulas: see [`metric`].
//!
//! An empty denominator is "not computable", never 0; a group under the minimum size is "insufficient data". Only
//! aggregates exist here: rows are counted and forgotten.

mod counter;
mod measure;
pub mod metric;
mod plan;
pub mod rate;

pub use counter::{Counter, GROUP_LIMIT};
pub use metric::{METRICS, Metric, Scope};
pub use plan::THRESHOLD_WAYS;
pub use rate::{RATES, RateKind};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What is to be measured and judged: recorded before any figure is shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// The column with the true outcome.
    pub label_column: String,
    /// Its value that is favourable for the person.
    pub favourable_label: String,
    /// The column with the prediction.
    pub prediction_column: String,
    /// Its value that is favourable; not used with a threshold.
    pub favourable_prediction: String,
    /// For scores: "at_least" or "below" the threshold is favourable; "" compares with the favourable value.
    pub threshold_way: String,
    /// The threshold for scores.
    pub threshold: Option<f64>,
    /// The column with the group.
    pub group_column: String,
    /// The group that the signed metrics compare with; "" for the largest.
    pub reference_group: String,
    /// The metrics that are judged, each with its screening band.
    pub bands: Vec<Band>,
    /// Why these metrics and bands.
    pub reason: String,
    /// The smallest group for which figures are shown (from the charter when the plan was recorded).
    pub min_group_size: u32,
    /// Who recorded the plan.
    pub recorded_by: String,
    /// When.
    #[serde(with = "crate::dates::optional")]
    pub recorded_on: Option<NaiveDate>,
}

/// The screening band of a metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The metric's id.
    pub metric: String,
    /// The lowest value within the band.
    pub low: f64,
    /// The highest value within the band.
    pub high: f64,
}

/// What was measured: aggregates only.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Measured {
    /// The file's name without its folder.
    pub file: String,
    /// The file's SHA-256 in hex.
    pub sha256: String,
    /// Rows that were counted.
    pub rows: u64,
    /// Rows left out because label, prediction or group was empty.
    pub left_out: u64,
    /// When.
    pub measured_at: Option<DateTime<Utc>>,
    /// By whom.
    pub measured_by: String,
    /// The groups, the largest first.
    pub groups: Vec<Group>,
    /// The metrics: judged ones first, then the others.
    pub metrics: Vec<MetricValue>,
}

/// Counts of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Favourable label, favourable prediction.
    pub tp: u64,
    /// Unfavourable label, favourable prediction.
    pub fp: u64,
    /// Favourable label, unfavourable prediction.
    #[serde(rename = "fn")]
    pub fn_: u64,
    /// Unfavourable label, unfavourable prediction.
    pub tn: u64,
}

/// One group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its value in the group column.
    pub name: String,
    /// Its counts. `None` where the group is smaller than the minimum: small counts could point to a person.
    pub counts: Option<Counts>,
    /// How many rows it has.
    pub n: u64,
    /// Its rates (selection rate, TPR, FPR, FNR, PPV, accuracy), empty where the group is too small.
    pub rates: Vec<Rate>,
}

/// A rate with its confidence interval.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Which: "selection_rate", "tpr", "fpr", "fnr", "ppv", "accuracy".
    pub id: String,
    /// The rate; `None` if its denominator is empty: not computable.
    pub value: Option<f64>,
    /// The 95 % interval (Wilson).
    pub interval: Option<(f64, f64)>,
}

/// How a metric stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Inside the screening band.
    Within,
    /// Outside the screening band.
    Outside,
    /// An empty denominator.
    #[default]
    NotComputable,
    /// Fewer than two groups reach the minimum size.
    Insufficient,
    /// Computed, but not judged: the plan gives it no band.
    NotJudged,
}

/// A metric over all groups, or between one group and the reference group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricValue {
    /// The metric's id.
    pub metric: String,
    /// For signed metrics the group compared with the reference; "" for metrics over all groups.
    pub group: String,
    /// Its value.
    pub value: Option<f64>,
    /// How it stands.
    pub standing: Standing,
    /// The screening band, if judged.
    pub band: Option<(f64, f64)>,
}
