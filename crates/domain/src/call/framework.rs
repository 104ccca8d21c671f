//! Calls about frameworks: the list, one, finding a requirement, the crosswalk, and frameworks of the board's own.

use super::call;
use crate::{crosswalk::Strength, framework::Framework, template::Templates};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A framework by id and edition; "" is the lead framework, an empty edition the built-in one or the newest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetFramework {
    /// Its id.
    pub id: String,
    /// Its edition.
    #[serde(default)]
    pub edition: String,
}
call!(GetFramework, "framework.get", Read, Framework, View);

/// All frameworks: the built-in ones, then those of the vault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListFrameworks {}
call!(ListFrameworks, "framework.list", Read, Vec<FrameworkLine>, View);

/// A framework in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkLine {
    /// Its id.
    pub id: String,
    /// Its edition.
    pub edition: String,
    /// Its title.
    pub title: String,
    /// A title for narrow lists.
    pub short_title: String,
    /// Who published it.
    pub publisher: String,
    /// "checklist" or "reference".
    pub kind: String,
    /// Whether it belongs to the vault: such a one can be edited and removed.
    pub own: bool,
    /// How many requirements it has.
    pub requirements: usize,
    /// How many live assessments answer this edition.
    pub assessments: u64,
    /// How many links of the crosswalk lead from or to it.
    pub links: usize,
}

/// Requirements of any framework whose words hold all of these words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindRequirements {
    /// The words.
    pub text: String,
    /// How many at most; 0 for 50.
    #[serde(default)]
    pub limit: usize,
}
call!(FindRequirements, "framework.find", Read, Vec<RequirementHit>, View);

/// A requirement that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementHit {
    /// The framework.
    pub framework: String,
    /// Its edition, for a framework of the vault; "" for a built-in one.
    pub edition: String,
    /// The framework's short title.
    pub short_title: String,
    /// The requirement.
    pub id: String,
    /// Its short label.
    pub title: String,
    /// The question or the gist.
    pub question: String,
}

/// The crosswalk between two frameworks as a matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCrosswalk {
    /// The framework on the left.
    pub from: String,
    /// The framework on the right.
    pub to: String,
}
call!(GetCrosswalk, "crosswalk.get", Read, CrosswalkView, View);

/// A matrix: what stands on the left, what on the right, and the links between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrosswalkView {
    /// The framework on the left.
    pub from: FrameworkLine,
    /// The framework on the right.
    pub to: FrameworkLine,
    /// The guidelines or requirements on the left that the crosswalk speaks of: id and title.
    pub rows: Vec<(String, String)>,
    /// The groups on the right with their requirements: group title, then id and title of each.
    pub columns: Vec<(String, Vec<(String, String)>)>,
    /// The links.
    pub links: Vec<LinkLine>,
    /// The requirements on the right that no link reaches.
    pub unreached: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// What a reader should know.
    pub note: String,
    /// The frameworks to which the left one has links.
    pub others: Vec<FrameworkLine>,
}

/// The links of one requirement, in both directions: those of its guideline are its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetLinks {
    /// The framework.
    pub framework: String,
    /// The requirement.
    pub requirement: String,
}
call!(GetLinks, "crosswalk.links", Read, Vec<LinkLine>, View);

/// A link as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkLine {
    /// The framework on the left.
    pub from_framework: String,
    /// The place there.
    pub from: String,
    /// Its title.
    pub from_title: String,
    /// The framework on the right.
    pub to_framework: String,
    /// The requirement there.
    pub to: String,
    /// Its title.
    pub to_title: String,
    /// How strong it is.
    pub strength: Strength,
    /// Who says so.
    pub source: String,
    /// What a reader should know.
    pub note: String,
}

/// The templates by kind of system and role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetTemplates {}
call!(GetTemplates, "template.get", Read, Templates, View);

/// Reads a framework from a file (OSCAL catalogue, CSV, XLSX, our TOML) without keeping it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PreviewFramework {
    /// The file.
    pub path: String,
    /// For a table: which column holds what (header to field); empty proposes.
    pub columns: BTreeMap<String, String>,
    /// The id to give it; "" proposes one.
    pub id: String,
    /// The title to give it; "" takes the file's.
    pub title: String,
    /// The edition to give it; "" takes the file's.
    pub edition: String,
}
call!(PreviewFramework, "framework.preview", Job, FrameworkPreview, KeepFrameworks);

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameworkPreview {
    /// The framework as it would be kept.
    pub framework: Framework,
    /// What a person should look at, one sentence each.
    pub problems: Vec<String>,
    /// Whether the file itself keeps it from being kept: no other id, title or edition helps.
    pub blocked: bool,
    /// Whether it would be refused as it is: blocked, or under names that cannot be.
    pub refused: bool,
    /// For a table: its headers with the field each goes to ("" for none).
    pub columns: Vec<(String, String)>,
    /// The fields that a column can go to: key and label.
    pub fields: Vec<(String, String)>,
    /// The editions of this id that the vault holds already.
    pub editions: Vec<String>,
}

/// Keeps a framework of the board's own. An edition that an assessment answers does not change: give another edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveFramework {
    /// The framework.
    pub framework: Framework,
    /// Whether an edition that is there already may be replaced.
    #[serde(default)]
    pub replace: bool,
}
call!(SaveFramework, "framework.save", Change, FrameworkLine, KeepFrameworks, Records);

/// Removes an edition that nothing answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemoveFramework {
    /// Its id.
    pub id: String,
    /// Its edition.
    pub edition: String,
}
call!(RemoveFramework, "framework.remove", Change, (), KeepFrameworks, Records);

/// What changed between two editions of a framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareEditions {
    /// The framework.
    pub id: String,
    /// The earlier edition.
    pub from: String,
    /// The later edition.
    pub to: String,
}
call!(CompareEditions, "framework.editions", Read, EditionReport, View);

/// Added, changed, removed requirements: id and title.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionReport {
    /// Only in the later edition.
    pub added: Vec<(String, String)>,
    /// In both, with another question, guidance or place.
    pub changed: Vec<(String, String)>,
    /// Only in the earlier edition.
    pub removed: Vec<(String, String)>,
    /// How many are the same in both.
    pub same: usize,
}
