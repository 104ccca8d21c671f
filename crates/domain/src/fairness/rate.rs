//! Rates of one group, from its four counts.

use super::{Counts, Rate};
use crate::{intervals::wilson, text};

/// Numerator and denominator.
pub(super) type Part = fn(&Counts) -> (u64, u64);

/// A rate that is computed per group.
#[derive(Debug)]
pub struct RateKind {
    /// Its id, as in [`Rate::id`].
    pub id: &'static str,
    part: Part,
}

/// The rates of each group, in the order in which they are shown. "1" is the favourable outcome:
/// selection rate (TP + FP) / n, TPR = TP / (TP + FN), FPR = FP / (FP + TN), FNR = FN / (TP + FN),
/// PPV = TP / (TP + FP), accuracy (TP + TN) / n.
pub static RATES: [RateKind; 6] = [
    RateKind { id: "selection_rate", part: Counts::selected },
    RateKind { id: "tpr", part: Counts::tpr },
    RateKind { id: "fpr", part: Counts::fpr },
    RateKind { id: "fnr", part: Counts::fnr },
    RateKind { id: "ppv", part: Counts::ppv },
    RateKind { id: "accuracy", part: Counts::accuracy },
];

/// The rate of an id.
pub fn rate(id: &str) -> Option<&'static RateKind> {
    RATES.iter().find(|r| r.id == id)
}

impl RateKind {
    /// What it is called.
    pub fn label(&self) -> String {
        text::label(&format!("rate.{}", self.id))
    }

    /// What it says, in one sentence.
    pub fn about(&self) -> String {
        text::label(&format!("rate.{}_about", self.id))
    }

    /// Numerator and denominator in a group.
    pub fn part(&self, counts: &Counts) -> (u64, u64) {
        (self.part)(counts)
    }

    /// The rate of a group with its Wilson interval; both `None` if the denominator is empty.
    pub fn of(&self, counts: &Counts) -> Rate {
        let part = self.part(counts);
        let interval = wilson(part.0, part.1).map(|(low, high)| (rounded(low), rounded(high)));
        Rate { id: self.id.to_owned(), value: share(part).map(rounded), interval }
    }
}

/// A figure as it is stored: nine decimals. That is more than any figure carries, and unlike all digits of a binary number
/// it reads back from JSON as the very same number, so that a stored measurement compares equal for ever.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// Numerator / denominator; `None`, never 0, if the denominator is empty.
pub(super) fn share((numerator, denominator): (u64, u64)) -> Option<f64> {
    (denominator > 0).then(|| numerator as f64 / denominator as f64)
}

impl Counts {
    /// All rows.
    pub fn n(&self) -> u64 {
        self.tp + self.fp + self.fn_ + self.tn
    }

    /// The counts of both together.
    pub fn plus(&self, other: &Counts) -> Counts {
        Counts { tp: self.tp + other.tp, fp: self.fp + other.fp, fn_: self.fn_ + other.fn_, tn: self.tn + other.tn }
    }

    pub(super) fn selected(&self) -> (u64, u64) {
        (self.tp + self.fp, self.n())
    }

    pub(super) fn tpr(&self) -> (u64, u64) {
        (self.tp, self.tp + self.fn_)
    }

    pub(super) fn fpr(&self) -> (u64, u64) {
        (self.fp, self.fp + self.tn)
    }

    pub(super) fn fnr(&self) -> (u64, u64) {
        (self.fn_, self.tp + self.fn_)
    }

    pub(super) fn ppv(&self) -> (u64, u64) {
        (self.tp, self.tp + self.fp)
    }

    pub(super) fn accuracy(&self) -> (u64, u64) {
        (self.tp + self.tn, self.n())
    }
}
