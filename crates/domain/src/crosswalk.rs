//! The crosswalk: which requirement of one framework answers which of another, how strongly, and who says so.

use crate::field::ChoiceGroup;
use serde::{Deserialize, Serialize};

/// How strong a link is, the strongest first.
pub static STRENGTH: ChoiceGroup = ChoiceGroup { name: "strength", values: &["equivalent", "partial", "related"] };

/// How strong a link between two requirements is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Both ask the same thing.
    Equivalent,
    /// Answering one answers a real part of the other.
    Partial,
    /// The one only touches the other: nothing is proposed.
    Related,
}

impl Strength {
    /// The value in database and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Strength::Equivalent => "equivalent",
            Strength::Partial => "partial",
            Strength::Related => "related",
        }
    }

    /// What it is called.
    pub fn label(self) -> String {
        STRENGTH.label(self.name())
    }
}

/// A crosswalk file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Crosswalk {
    /// What it is.
    pub crosswalk: About,
    /// One row per place on the left and framework on the right.
    #[serde(rename = "row")]
    pub rows: Vec<Row>,
}

/// What a crosswalk is and where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names say it; content files explain them")]
pub struct About {
    pub id: String,
    pub title: String,
    pub edition: String,
    pub from: String,
    pub source: String,
    pub licence: String,
    pub note: String,
}

/// What one place of the framework on the left answers in one framework on the right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// A guideline or a requirement on the left.
    pub from: String,
    /// The framework on the right.
    pub to: String,
    /// Its requirements that ask the same.
    pub equivalent: Vec<String>,
    /// Its requirements that are answered in part.
    pub partial: Vec<String>,
    /// Its requirements that are only touched.
    pub related: Vec<String>,
    /// Who says so: "ours" or "published".
    pub source: String,
    /// What a reader should know.
    pub note: String,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The framework on the left.
    pub from_framework: String,
    /// The guideline or requirement there.
    pub from: String,
    /// The framework on the right.
    pub to_framework: String,
    /// The requirement there.
    pub to: String,
    /// How strong it is.
    pub strength: Strength,
    /// Who says so.
    pub source: String,
    /// What a reader should know.
    pub note: String,
}

impl Crosswalk {
    /// Its links, one by one.
    pub fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for row in &self.rows {
            let of = [
                (Strength::Equivalent, &row.equivalent),
                (Strength::Partial, &row.partial),
                (Strength::Related, &row.related),
            ];
            for (strength, ids) in of {
                links.extend(ids.iter().map(|to| Link {
                    from_framework: self.crosswalk.from.clone(),
                    from: row.from.clone(),
                    to_framework: row.to.clone(),
                    to: to.clone(),
                    strength,
                    source: row.source.clone(),
                    note: row.note.clone(),
                }));
            }
        }
        links
    }
}
