//! The kinds of record and their references (AIS-0001).

use crate::text::label;
use serde::{Deserialize, Serialize};

/// A kind of record that the board keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An AI system.
    System,
    /// A vendor.
    Vendor,
    /// A model, dataset, prompt, library or service that a system is made of.
    Asset,
    /// One framework answered for one system as of a date.
    Assessment,
    /// A risk.
    Risk,
    /// An ethics or fairness review.
    Review,
    /// What an assessor found wanting, and the action that mends it.
    Finding,
    /// A board decision.
    Decision,
    /// A file or link that shows something.
    Evidence,
    /// An audit pack that was built.
    Pack,
}

impl Kind {
    /// All kinds, in the order in which the window shows them.
    pub const ALL: [Kind; 10] = [
        Kind::System,
        Kind::Vendor,
        Kind::Asset,
        Kind::Assessment,
        Kind::Risk,
        Kind::Review,
        Kind::Finding,
        Kind::Decision,
        Kind::Evidence,
        Kind::Pack,
    ];

    /// The name in the database, in JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::System => "system",
            Kind::Vendor => "vendor",
            Kind::Asset => "asset",
            Kind::Assessment => "assessment",
            Kind::Risk => "risk",
            Kind::Review => "review",
            Kind::Finding => "finding",
            Kind::Decision => "decision",
            Kind::Evidence => "evidence",
            Kind::Pack => "pack",
        }
    }

    /// The name of many: in addresses of the window and on the command line.
    pub const fn plural(self) -> &'static str {
        match self {
            Kind::System => "systems",
            Kind::Vendor => "vendors",
            Kind::Asset => "assets",
            Kind::Assessment => "assessments",
            Kind::Risk => "risks",
            Kind::Review => "reviews",
            Kind::Finding => "findings",
            Kind::Decision => "decisions",
            Kind::Evidence => "evidence",
            Kind::Pack => "packs",
        }
    }

    /// The letters before the number of a reference.
    pub const fn prefix(self) -> &'static str {
        match self {
            Kind::System => "AIS",
            Kind::Vendor => "VEN",
            Kind::Asset => "AST",
            Kind::Assessment => "ASM",
            Kind::Risk => "RSK",
            Kind::Review => "REV",
            Kind::Finding => "FND",
            Kind::Decision => "DEC",
            Kind::Evidence => "EVD",
            Kind::Pack => "PCK",
        }
    }

    /// The reference that people see: prefix and number, at least four digits.
    pub fn reference(self, number: i64) -> String {
        format!("{}-{number:04}", self.prefix())
    }

    /// The kind of a name, singular or plural ("system", "systems").
    pub fn from_name(name: &str) -> Option<Kind> {
        let name = name.trim().to_lowercase();
        Self::ALL.into_iter().find(|k| k.name() == name || k.plural() == name)
    }

    /// The kind and number of a reference such as "AIS-0001" or "ais-1".
    pub fn from_reference(reference: &str) -> Option<(Kind, i64)> {
        let (prefix, number) = reference.trim().split_once('-')?;
        let kind = Self::ALL.into_iter().find(|k| k.prefix().eq_ignore_ascii_case(prefix))?;
        number.parse().ok().filter(|n| *n > 0).map(|n| (kind, n))
    }

    /// "AI system".
    pub fn one(self) -> String {
        label(&format!("kind.{}.one", self.name()))
    }

    /// "AI systems".
    pub fn many(self) -> String {
        label(&format!("kind.{}.many", self.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back_as_they_were_written() {
        for kind in Kind::ALL {
            for number in [1, 42, 9999, 12345] {
                assert_eq!(Kind::from_reference(&kind.reference(number)), Some((kind, number)));
            }
        }
        assert_eq!(Kind::from_reference("AIS-0"), None);
        assert_eq!(Kind::from_reference("XYZ-1"), None);
    }
}
