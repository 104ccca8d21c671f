//! Calls that read and write other people's files: import, fairness data, lists.

use super::call;
use crate::{call::record::Saved, kind::Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How to read a table file; empty fields are detected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadAs {
    /// ",", ";", "|" or "tab".
    pub delimiter: String,
    /// "utf-8", "windows-1252", …
    pub encoding: String,
    /// The sheet's name.
    pub sheet: String,
    /// "yes" or "no"; "" is detected.
    pub header: String,
}

/// Reads a file and proposes how its columns map to fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewImport {
    /// The file.
    pub path: String,
    /// What its rows are.
    pub kind: Kind,
    /// How to read it.
    #[serde(default)]
    pub read_as: ReadAs,
    /// A saved mapping to apply instead of the proposal; "" for none.
    #[serde(default)]
    pub mapping_path: String,
}
call!(PreviewImport, "import.preview", Job, ImportPreview, Import);

/// What a file holds and how it would be imported.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// How it was read, in words: "CSV, comma, Windows-1252, 2,133 rows".
    pub read_as: String,
    /// The records in the file.
    pub rows: u64,
    /// The columns in order.
    pub columns: Vec<ColumnPreview>,
    /// The proposed (or loaded) mapping.
    pub mapping: ImportMapping,
    /// Sheets, if the file has several.
    pub sheets: Vec<String>,
    /// Problems of the file itself.
    pub problems: Vec<ImportProblem>,
}

/// A column of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnPreview {
    /// Its name, made unique.
    pub header: String,
    /// Up to three different values.
    pub examples: Vec<String>,
    /// How many rows have a value.
    pub filled: u64,
}

/// Which column fills which field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportMapping {
    /// A name, for a saved mapping.
    pub name: String,
    /// Column → field key; columns that are absent stay attached to the record as source values.
    pub columns: BTreeMap<String, String>,
    /// Column → (value in the file → value of the choice).
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The columns that together identify a row, for matching a newer edition of the same file.
    pub key: Vec<String>,
}

/// Something about a row or the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// The line, from 1; 0 for the whole file.
    pub line: u64,
    /// The column; "" for the whole row.
    pub column: String,
    /// Whether the import cannot go on because of it.
    pub error: bool,
    /// What is wrong and what happens with it.
    pub sentence: String,
}

/// Imports a file, all or nothing, or only says what would happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunImport {
    /// The file.
    pub path: String,
    /// What its rows are.
    pub kind: Kind,
    /// How to read it.
    #[serde(default)]
    pub read_as: ReadAs,
    /// The mapping; `None` takes the proposal.
    #[serde(default)]
    pub mapping: Option<ImportMapping>,
    /// A saved mapping's file; "" for none. Counts only without `mapping`.
    #[serde(default)]
    pub mapping_path: String,
    /// Where to save the mapping; "" for nowhere.
    #[serde(default)]
    pub save_mapping_to: String,
    /// Only says what would happen.
    #[serde(default)]
    pub dry_run: bool,
}
call!(RunImport, "import.run", Job, ImportReport, Import, Records);

/// What an import did or would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Rows of the file.
    pub rows: u64,
    /// Records that are new.
    pub added: u64,
    /// Records of the same source and key whose values differ.
    pub changed: u64,
    /// Records that are as they were.
    pub unchanged: u64,
    /// Records of an earlier import of this source that the file no longer has (at most 200 named). They stay.
    pub missing: Vec<String>,
    /// How many are missing in all.
    pub missing_total: u64,
    /// Names of the first added and changed records.
    pub added_names: Vec<String>,
    /// What changed: record, field, before, after (at most 200).
    pub changes: Vec<(String, String, String, String)>,
    /// Problems (at most 1,000).
    pub problems: Vec<ImportProblem>,
    /// How many problems in all.
    pub problems_total: u64,
    /// Whether an error-level problem keeps the import from running.
    pub blocked: bool,
    /// The journal entry; 0 if nothing was written.
    pub entry: u64,
}

/// Reads the columns of a file with labels, predictions and groups, without computing anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewFairness {
    /// The file.
    pub path: String,
    /// How to read it.
    #[serde(default)]
    pub read_as: ReadAs,
}
call!(PreviewFairness, "fairness.preview", Job, Vec<FairnessColumn>, Review);

/// A column of a fairness file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FairnessColumn {
    /// Its name.
    pub header: String,
    /// Its values with counts, at most 20, the most frequent first.
    pub values: Vec<(String, u64)>,
    /// How many different values it has.
    pub distinct: u64,
    /// Whether all of them are numbers.
    pub numeric: bool,
}

/// Measures a fairness review from its file by the plan that the review holds. Rows are not stored, only aggregates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureFairness {
    /// The review.
    pub review: Uuid,
    /// The revision that was planned.
    pub revision: i64,
    /// The file.
    pub path: String,
    /// How to read it.
    #[serde(default)]
    pub read_as: ReadAs,
}
call!(MeasureFairness, "fairness.measure", Job, Saved, Review, Records);

/// Writes the register of a kind to a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportList {
    /// The kind.
    pub kind: Kind,
    /// "csv" or "json".
    pub format: String,
    /// The file to write.
    pub out: String,
    /// Whether an existing file may be written over.
    #[serde(default)]
    pub overwrite: bool,
}
call!(ExportList, "export.list", Job, u64, Export);

/// Writes an assessment for other programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportAssessment {
    /// The assessment's id or reference.
    pub reference: String,
    /// "oscal-ar" (OSCAL assessment results, JSON) or "soa-xlsx" (statement of applicability).
    pub format: String,
    /// The file to write.
    pub out: String,
    /// Whether an existing file may be written over.
    #[serde(default)]
    pub overwrite: bool,
}
call!(ExportAssessment, "export.assessment", Job, u64, Export);
