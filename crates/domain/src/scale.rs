//! The 5 × 5 risk scale: likelihood and impact give a level, by one of two methods. They are never averaged.

use serde::{Deserialize, Serialize};

/// A risk level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Very low.
    VeryLow,
    /// Low.
    Low,
    /// Moderate.
    #[default]
    Moderate,
    /// High.
    High,
    /// Very high.
    VeryHigh,
}

impl Level {
    /// All levels, the lowest first.
    pub const ALL: [Level; 5] = [Level::VeryLow, Level::Low, Level::Moderate, Level::High, Level::VeryHigh];

    /// 1 (very low) … 5 (very high).
    pub const fn rank(self) -> u8 {
        self as u8 + 1
    }

    /// The level of a rank; `None` outside 1–5.
    pub fn from_rank(rank: i64) -> Option<Level> {
        Self::ALL.into_iter().find(|l| i64::from(l.rank()) == rank)
    }

    /// The value in JSON, and the last part of its text key.
    pub const fn name(self) -> &'static str {
        match self {
            Level::VeryLow => "very_low",
            Level::Low => "low",
            Level::Moderate => "moderate",
            Level::High => "high",
            Level::VeryHigh => "very_high",
        }
    }

    /// What it is called.
    pub fn label(self) -> String {
        crate::text::label(&format!("choice.level.{}", self.name()))
    }
}

/// How likelihood and impact give a level. The method is part of the charter and is stored with its edition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// NIST SP 800-30 Rev. 1, Table I-2: not a product; a rare event stays low however bad it is.
    #[default]
    Table,
    /// Likelihood × impact: 1–2 very low, 3–4 low, 5–9 moderate, 10–14 high, 15–25 very high. The bands are house
    /// convention; no standard defines them.
    Product,
}

/// NIST SP 800-30 Rev. 1, Table I-2, as ranks: rows are likelihood 1–5, columns impact 1–5.
const TABLE: [[i64; 5]; 5] = [[1, 1, 1, 2, 2], [1, 2, 2, 2, 3], [1, 2, 3, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]];

impl Method {
    /// The level of a likelihood and an impact, each 1–5; `None` if either is not.
    pub fn level(self, likelihood: u8, impact: u8) -> Option<Level> {
        let row = usize::from(likelihood).checked_sub(1)?;
        let column = usize::from(impact).checked_sub(1)?;
        let rank = match self {
            Method::Table => *TABLE.get(row)?.get(column)?,
            Method::Product => {
                TABLE.get(row)?.get(column)?;
                match likelihood * impact {
                    0..=2 => 1,
                    3..=4 => 2,
                    5..=9 => 3,
                    10..=14 => 4,
                    _ => 5,
                }
            }
        };
        Level::from_rank(rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_published_one_and_not_a_product() {
        assert_eq!(Method::Table.level(1, 5), Some(Level::Low));
        assert_eq!(Method::Table.level(3, 4), Some(Level::Moderate));
        assert_eq!(Method::Table.level(3, 5), Some(Level::High));
        assert_eq!(Method::Table.level(5, 1), Some(Level::VeryLow));
        assert_eq!(Method::Product.level(5, 2), Some(Level::High));
    }

    #[test]
    fn a_level_never_falls_when_likelihood_or_impact_rises_and_none_is_outside_the_scale() {
        for method in [Method::Table, Method::Product] {
            for l in 1..=5 {
                for i in 1..=5 {
                    let here = method.level(l, i);
                    assert!(here.is_some());
                    assert!(l == 5 || method.level(l + 1, i) >= here);
                    assert!(i == 5 || method.level(l, i + 1) >= here);
                }
            }
            assert_eq!(method.level(0, 3), None);
            assert_eq!(method.level(3, 6), None);
        }
    }
}
