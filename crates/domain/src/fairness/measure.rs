//! From counts per group to rates, metrics and how they stand.

use super::{
    Counts, Group, Measured, MetricValue, Plan, Standing,
    metric::{METRICS, Metric, Scope, metric},
    rate::{RATES, rounded},
};
use crate::text;
use std::{cmp::Reverse, collections::BTreeMap};

/// Groups (the largest first, equal ones by name) and metrics (judged ones first, in the order of the plan).
pub(super) fn measure(plan: &Plan, counted: BTreeMap<String, Counts>) -> (Vec<Group>, Vec<MetricValue>) {
    // The Theil index and the generalised entropy speak of persons, not of groups: rows of small groups count too.
    let all_rows = counted.values().fold(Counts::default(), |sum, c| sum.plus(c));
    let smallest = plan.smallest_group();
    let mut groups: Vec<Group> = counted.into_iter().map(|(name, counts)| group(name, counts, smallest)).collect();
    groups.sort_by(|a, b| Reverse(a.n).cmp(&Reverse(b.n)).then_with(|| a.name.cmp(&b.name)));

    let base = Base { plan, sufficient: sufficient(&groups), all_rows };
    let judged = plan.bands.iter().filter_map(|band| metric(&band.metric));
    let others = METRICS.iter().filter(|m| plan.bands.iter().all(|b| b.metric != m.id));
    let metrics = judged.chain(others).flat_map(|m| base.values(m)).collect();
    (groups, metrics)
}

fn group(name: String, counts: Counts, smallest: u64) -> Group {
    let n = counts.n();
    if n < smallest {
        return Group { name, counts: None, n, rates: Vec::new() };
    }
    Group { name, counts: Some(counts), n, rates: RATES.iter().map(|r| r.of(&counts)).collect() }
}

fn sufficient(groups: &[Group]) -> Vec<(&str, Counts)> {
    groups.iter().filter_map(|g| Some((g.name.as_str(), g.counts?))).collect()
}

/// What all metrics are computed from.
struct Base<'a> {
    plan: &'a Plan,
    sufficient: Vec<(&'a str, Counts)>,
    all_rows: Counts,
}

impl Base<'_> {
    fn values(&self, metric: &Metric) -> Vec<MetricValue> {
        if self.sufficient.len() < 2 {
            return vec![self.insufficient(metric)];
        }
        match metric.scope() {
            Scope::AllGroups => {
                let counts: Vec<Counts> = self.sufficient.iter().map(|(_, c)| *c).collect();
                vec![self.value(metric, "", metric.over_groups(&counts))]
            }
            Scope::AllRows => vec![self.value(metric, "", metric.over_rows(&self.all_rows))],
            Scope::PerGroup => {
                let Some((reference, counts)) = self.reference() else { return vec![self.insufficient(metric)] };
                let others = self.sufficient.iter().filter(|(name, _)| *name != reference);
                others.map(|(name, c)| self.value(metric, name, metric.against(c, &counts))).collect()
            }
        }
    }

    /// The group that signed metrics compare with; `None` if the named one is too small or absent.
    fn reference(&self) -> Option<(&str, Counts)> {
        let named = self.plan.reference_group.trim();
        self.sufficient.iter().find(|(name, _)| named.is_empty() || *name == named).copied()
    }

    fn band(&self, metric: &Metric) -> Option<(f64, f64)> {
        self.plan.bands.iter().find(|b| b.metric == metric.id).map(|b| (b.low, b.high))
    }

    fn value(&self, metric: &Metric, group: &str, value: Option<f64>) -> MetricValue {
        let band = self.band(metric);
        // Rounded first: 0.48 / 0.6 is 0.8 here, and the ends of a band belong to it.
        let value = value.map(rounded);
        let standing = match (value, band) {
            (None, _) => Standing::NotComputable,
            (Some(_), None) => Standing::NotJudged,
            (Some(v), Some((low, high))) if low <= v && v <= high => Standing::Within,
            _ => Standing::Outside,
        };
        MetricValue { metric: metric.id.to_owned(), group: group.to_owned(), value, standing, band }
    }

    fn insufficient(&self, metric: &Metric) -> MetricValue {
        MetricValue { standing: Standing::Insufficient, ..self.value(metric, "", None) }
    }
}

impl Standing {
    /// The value in JSON, and the last part of its text key.
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Within => "within",
            Standing::Outside => "outside",
            Standing::NotComputable => "not_computable",
            Standing::Insufficient => "insufficient",
            Standing::NotJudged => "not_judged",
        }
    }

    /// What it is called.
    pub fn label(self) -> String {
        text::label(&format!("fairness.standing.{}", self.name()))
    }

    /// What it means, in one sentence.
    pub fn about(self) -> String {
        text::label(&format!("fairness.standing_about.{}", self.name()))
    }
}

impl Measured {
    /// The group that the signed metrics were compared with: the one sufficient group for which they have no value.
    /// `None` if nothing was compared.
    pub fn reference(&self) -> Option<&Group> {
        let compared = |name: &str| self.metrics.iter().any(|m| !m.group.is_empty() && m.group == name);
        let mut left = self.groups.iter().filter(|g| g.counts.is_some() && !compared(&g.name));
        left.next().filter(|_| left.next().is_none() && self.metrics.iter().any(|m| !m.group.is_empty()))
    }
}
