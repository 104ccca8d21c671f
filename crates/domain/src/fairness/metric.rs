//! Parity metrics: what each is, and its formula.
//!
//! SR is the selection rate; u a group, p the reference group; max and min run over all sufficient groups. A metric that
//! needs a rate with an empty denominator, or a ratio to 0, is not computable: `None`, never 0. A group is never left
//! out silently: if one group's rate cannot be computed, neither can the metric over all groups.
//!
//! Over all groups (definitions as in fairlearn): demographic parity difference max SR − min SR and ratio min SR / max
//! SR; equal opportunity the same of the TPR; equalised odds difference max(spread of TPR, spread of FPR) and ratio
//! min(ratio of TPR, ratio of FPR); predictive parity max PPV − min PPV; accuracy difference likewise.
//!
//! Against the reference group (definitions as in AIF360): statistical parity difference SR_u − SR_p; disparate impact
//! SR_u / SR_p; signed equal opportunity difference TPR_u − TPR_p; average odds difference ½[(FPR_u − FPR_p) +
//! (TPR_u − TPR_p)], and the same of absolute values.
//!
//! Over all rows (definitions as in AIF360): with the benefit b = ŷ − y + 1 and its mean μ, Theil index
//! (1/n) Σ (b/μ) ln(b/μ) with 0 · ln 0 = 0, and generalised entropy 1/(2n) Σ [(b/μ)² − 1]. b is 0 for a false negative,
//! 2 for a false positive and 1 otherwise, so four counts are enough.

use super::{
    Counts,
    rate::{Part, share},
};
use crate::text;

/// What a metric is computed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One value over all sufficient groups.
    AllGroups,
    /// One value for each sufficient group, against the reference group.
    PerGroup,
    /// One value over all counted rows, whatever their group.
    AllRows,
}

#[derive(Debug, Clone, Copy)]
enum Formula {
    Groups(fn(&[Counts]) -> Option<f64>),
    Pair(fn(&Counts, &Counts) -> Option<f64>),
    Rows(fn(&Counts) -> Option<f64>),
}

/// A metric.
#[derive(Debug)]
pub struct Metric {
    /// Its id, as in [`super::MetricValue::metric`] and [`super::Band::metric`].
    pub id: &'static str,
    /// The value at which groups do not differ: 0 for differences and indices, 1 for ratios.
    pub ideal: f64,
    /// The band that somebody documented, offered as a start; each constant names its source.
    pub band: Option<(f64, f64)>,
    /// Whether values below and above the ideal mean opposite directions.
    pub signed: bool,
    /// The rate whose difference to the reference it is, if it is simply one: then it has an interval too.
    pub difference_of: Option<&'static str>,
    formula: Formula,
}

/// −0.1 … 0.1: demonstrations of AIF360, documentation of Red Hat OpenShift AI.
const STATISTICAL_PARITY: (f64, f64) = (-0.1, 0.1);
/// 0 … 0.1: documentation of HolisticAI ("below 0.1", for the largest statistical parity).
const PARITY_SPREAD: (f64, f64) = (0.0, 0.1);
/// 0.8 … 1.25: demonstrations of AIF360; R package fairmodels with ε = 0.8. Related to the four-fifths rule of the US
/// Uniform Guidelines, 29 CFR 1607.4(D), which is a trigger for a closer look and not a pass mark.
const IMPACT: (f64, f64) = (0.8, 1.25);
/// 0.8 … 1: documentation of ArcGIS.
const PARITY_RATIO: (f64, f64) = (0.8, 1.0);
/// −0.1 … 0.1: documentation of IBM Lale.
const OPPORTUNITY: (f64, f64) = (-0.1, 0.1);
/// −0.1 … 0.1: demonstrations of AIF360.
const ODDS: (f64, f64) = (-0.1, 0.1);

const fn groups(id: &'static str, ideal: f64, band: Option<(f64, f64)>, f: fn(&[Counts]) -> Option<f64>) -> Metric {
    Metric { id, ideal, band, signed: false, difference_of: None, formula: Formula::Groups(f) }
}

const fn pair(
    id: &'static str,
    ideal: f64,
    band: Option<(f64, f64)>,
    f: fn(&Counts, &Counts) -> Option<f64>,
) -> Metric {
    Metric { id, ideal, band, signed: true, difference_of: None, formula: Formula::Pair(f) }
}

const fn rows(id: &'static str, f: fn(&Counts) -> Option<f64>) -> Metric {
    Metric { id, ideal: 0.0, band: None, signed: false, difference_of: None, formula: Formula::Rows(f) }
}

/// All metrics, in the order in which they are shown.
pub static METRICS: [Metric; 15] = [
    groups("demographic_parity_difference", 0.0, Some(PARITY_SPREAD), |g| spread(g, Counts::selected)),
    groups("demographic_parity_ratio", 1.0, Some(PARITY_RATIO), |g| quotient(g, Counts::selected)),
    groups("equal_opportunity_difference", 0.0, None, |g| spread(g, Counts::tpr)),
    groups("equal_opportunity_ratio", 1.0, None, |g| quotient(g, Counts::tpr)),
    groups("equalized_odds_difference", 0.0, None, |g| Some(spread(g, Counts::tpr)?.max(spread(g, Counts::fpr)?))),
    groups("equalized_odds_ratio", 1.0, None, |g| Some(quotient(g, Counts::tpr)?.min(quotient(g, Counts::fpr)?))),
    groups("predictive_parity_difference", 0.0, None, |g| spread(g, Counts::ppv)),
    groups("accuracy_difference", 0.0, None, |g| spread(g, Counts::accuracy)),
    Metric {
        difference_of: Some("selection_rate"),
        ..pair("statistical_parity_difference", 0.0, Some(STATISTICAL_PARITY), |u, p| gap(u, p, Counts::selected))
    },
    pair("disparate_impact", 1.0, Some(IMPACT), impact),
    Metric {
        difference_of: Some("tpr"),
        ..pair("signed_equal_opportunity_difference", 0.0, Some(OPPORTUNITY), |u, p| gap(u, p, Counts::tpr))
    },
    pair("average_odds_difference", 0.0, Some(ODDS), |u, p| {
        Some((gap(u, p, Counts::fpr)? + gap(u, p, Counts::tpr)?) / 2.0)
    }),
    Metric {
        signed: false,
        ..pair("average_abs_odds_difference", 0.0, None, |u, p| {
            Some((gap(u, p, Counts::fpr)?.abs() + gap(u, p, Counts::tpr)?.abs()) / 2.0)
        })
    },
    rows("theil_index", theil),
    rows("generalised_entropy_2", entropy_2),
];

/// The metric of an id.
pub fn metric(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|m| m.id == id)
}

impl Metric {
    /// What it is called.
    pub fn label(&self) -> String {
        text::label(&format!("metric.{}", self.id))
    }

    /// What it says, in one sentence.
    pub fn about(&self) -> String {
        text::label(&format!("metric.{}_about", self.id))
    }

    /// What it is computed over.
    pub fn scope(&self) -> Scope {
        match self.formula {
            Formula::Groups(_) => Scope::AllGroups,
            Formula::Pair(_) => Scope::PerGroup,
            Formula::Rows(_) => Scope::AllRows,
        }
    }

    /// Its value over all groups; `None` if it is not computable or of another scope.
    pub fn over_groups(&self, groups: &[Counts]) -> Option<f64> {
        if let Formula::Groups(formula) = self.formula { formula(groups) } else { None }
    }

    /// Its value for a group against the reference group; `None` if it is not computable or of another scope.
    pub fn against(&self, group: &Counts, reference: &Counts) -> Option<f64> {
        if let Formula::Pair(formula) = self.formula { formula(group, reference) } else { None }
    }

    /// Its value over all rows; `None` if it is not computable or of another scope.
    pub fn over_rows(&self, rows: &Counts) -> Option<f64> {
        if let Formula::Rows(formula) = self.formula { formula(rows) } else { None }
    }
}

/// The lowest and the highest rate; `None` if there is no group or the rate of any group cannot be computed.
fn extremes(groups: &[Counts], part: Part) -> Option<(f64, f64)> {
    let mut found: Option<(f64, f64)> = None;
    for group in groups {
        let value = share(part(group))?;
        found = Some(found.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
    }
    found
}

fn spread(groups: &[Counts], part: Part) -> Option<f64> {
    extremes(groups, part).map(|(low, high)| high - low)
}

fn quotient(groups: &[Counts], part: Part) -> Option<f64> {
    extremes(groups, part).filter(|(_, high)| *high > 0.0).map(|(low, high)| low / high)
}

fn gap(group: &Counts, reference: &Counts, part: Part) -> Option<f64> {
    Some(share(part(group))? - share(part(reference))?)
}

fn impact(group: &Counts, reference: &Counts) -> Option<f64> {
    let (group, reference) = (share(group.selected())?, share(reference.selected())?);
    (reference > 0.0).then(|| group / reference)
}

/// The mean benefit; `None` without rows, and where it is 0 (all rows false negatives): nothing can be divided by it.
fn mean_benefit(rows: &Counts) -> Option<f64> {
    share((rows.tp + rows.tn + 2 * rows.fp, rows.n())).filter(|mean| *mean > 0.0)
}

fn theil(rows: &Counts) -> Option<f64> {
    let mean = mean_benefit(rows)?;
    let term = |count: u64, benefit: f64| count as f64 * (benefit / mean) * (benefit / mean).ln();
    // Never negative by Jensen's inequality; rounding may say -1e-17.
    Some(((term(rows.tp + rows.tn, 1.0) + term(rows.fp, 2.0)) / rows.n() as f64).max(0.0))
}

fn entropy_2(rows: &Counts) -> Option<f64> {
    let mean = mean_benefit(rows)?;
    let squares = (rows.tp + rows.tn + 4 * rows.fp) as f64 / (mean * mean);
    Some(((squares / rows.n() as f64 - 1.0) / 2.0).max(0.0))
}
