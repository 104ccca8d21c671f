//! Which column of a source goes to which field: the caller's fields, the mapping, and its file.

use crate::date::DateOrder;
use crate::error::ExchangeError;
use crate::table::{Problem, Table};
use crate::words;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The format version that [`Mapping::to_toml`] writes.
pub const MAPPING_VERSION: u32 = 1;

/// A field that the caller can store.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetField {
    /// Its stable key.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// Other names, whole questions among them, by which a column is recognised.
    pub synonyms: Vec<String>,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a record without it is an error.
    pub required: bool,
}

impl TargetField {
    /// An optional field.
    pub fn new(key: &str, label: &str, kind: FieldKind, synonyms: &[&str]) -> Self {
        let synonyms = synonyms.iter().map(ToString::to_string).collect();
        Self { key: key.into(), label: label.into(), synonyms, kind, required: false }
    }

    /// The same field, required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// What a field holds, and so how a cell is turned into its value.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Paragraphs; several columns may be appended, each as a paragraph of its own.
    LongText,
    /// A calendar date, as `YYYY-MM-DD`.
    Date,
    /// One of a fixed list, by value.
    Choice(Vec<ChoiceTarget>),
    /// `true` or `false`.
    Bool,
    /// Several short texts, one per line; several columns may be appended.
    List,
}

impl FieldKind {
    /// Whether more than one column may go to such a field.
    pub fn appends(&self) -> bool {
        matches!(self, Self::LongText | Self::List)
    }
}

/// One choice of a fixed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceTarget {
    /// The stored value.
    pub value: String,
    /// What people call it.
    pub label: String,
    /// Other names for it.
    pub synonyms: Vec<String>,
}

impl ChoiceTarget {
    /// A choice.
    pub fn new(value: &str, label: &str, synonyms: &[&str]) -> Self {
        let synonyms = synonyms.iter().map(ToString::to_string).collect();
        Self { value: value.into(), label: label.into(), synonyms }
    }
}

/// A mapping, as a person confirms it and as its file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The file's format.
    pub format_version: u32,
    /// What people call this mapping.
    #[serde(default)]
    pub name: String,
    /// Headings that together identify a record, to match newer editions of the same source. May be empty.
    #[serde(default)]
    pub key: Vec<String>,
    /// The columns in the order of the source.
    #[serde(default)]
    pub columns: Vec<ColumnMap>,
}

/// Where one column goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    /// The column's name as [`crate::Header::name`] gives it.
    pub header: String,
    /// The field's key; without one the cells stay with the record as source values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// How sure the proposal is, from 0 to 1; 1 for what a person chose, and then not written to the file.
    #[serde(default = "sure", skip_serializing_if = "is_sure")]
    pub confidence: f64,
    /// For dates: which number is the month. Without it, ambiguous dates stay source values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// For choices: the source's words and the choice's value they stand for. An empty value leaves such cells as
    /// source values without a warning.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<String, String>,
}

fn sure() -> f64 {
    1.0
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature that serde calls.
fn is_sure(confidence: &f64) -> bool {
    *confidence >= 1.0
}

impl ColumnMap {
    /// A column without a home.
    pub fn unmapped(header: impl Into<String>) -> Self {
        Self { header: header.into(), target: None, confidence: 1.0, date_order: None, choices: BTreeMap::new() }
    }
}

impl Mapping {
    /// The mapping as a file for people to read and edit.
    ///
    /// # Errors
    /// [`ExchangeError::BadMapping`] when a text cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String, ExchangeError> {
        toml::to_string_pretty(self)
            .map_err(|error| ExchangeError::BadMapping { line: None, detail: tidy(&error.to_string()) })
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`ExchangeError::BadMapping`] with the line, [`ExchangeError::NewerMapping`].
    pub fn from_toml(text: &str) -> Result<Self, ExchangeError> {
        let bad = |error: toml::de::Error| ExchangeError::BadMapping {
            line: error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
            detail: tidy(error.message()),
        };
        // The version first: a newer file may have entries that this version does not know.
        let value: toml::Table = text.parse().map_err(bad)?;
        let version = value.get("format_version").and_then(toml::Value::as_integer);
        if let Some(found) =
            version.and_then(|found| u32::try_from(found).ok()).filter(|found| *found > MAPPING_VERSION)
        {
            return Err(ExchangeError::NewerMapping { found, known: MAPPING_VERSION });
        }
        let mapping: Self = toml::from_str(text).map_err(bad)?;
        let mut seen = BTreeSet::new();
        match mapping.columns.iter().find(|column| !seen.insert(column.header.as_str())) {
            Some(twice) => Err(ExchangeError::BadMapping {
                line: None,
                detail: format!("the column “{}” is named twice", words::excerpt(&twice.header)),
            }),
            None => Ok(mapping),
        }
    }

    /// The entry for a heading: by its exact name, else by its words.
    pub(crate) fn entry(&self, header: &str) -> Option<&ColumnMap> {
        self.columns.iter().find(|column| column.header == header).or_else(|| {
            let wanted = words::normal(header);
            let mut alike = self.columns.iter().filter(|column| words::normal(&column.header) == wanted);
            alike.next().filter(|_| !wanted.is_empty() && alike.next().is_none())
        })
    }

    /// Where the mapping, the table and the caller's fields do not fit together. Errors mean that the mapping cannot
    /// be applied as it is meant; columns of the table that the mapping does not know stay source values.
    pub fn check(&self, table: &Table, fields: &[TargetField]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let known: HashMap<&str, &TargetField> = fields.iter().map(|field| (field.key.as_str(), field)).collect();
        let used: BTreeSet<&str> = table
            .headers
            .iter()
            .filter_map(|header| self.entry(&header.name))
            .map(|column| column.header.as_str())
            .collect();
        let mut by_target: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for column in &self.columns {
            let Some(target) = column.target.as_deref() else { continue };
            match known.get(target) {
                None => {
                    let sentence = format!("The mapping names the field “{target}”, which does not exist.");
                    problems.push(Problem::error(None, sentence).at(&column.header, ""));
                }
                Some(_) if !used.contains(column.header.as_str()) => {
                    let sentence =
                        format!("The mapping takes “{target}” from this column, but the file has none of that name.");
                    problems.push(Problem::warning(None, sentence).at(&column.header, ""));
                }
                Some(field) => {
                    by_target.entry(target).or_default().push(&column.header);
                    bad_choices(column, field, &mut problems);
                }
            }
        }
        for (target, headers) in
            by_target.iter().filter(|(target, headers)| headers.len() > 1 && !known[*target].kind.appends())
        {
            let sentence = format!("{} columns are mapped to “{target}”, which takes only one.", headers.len());
            problems.push(Problem::error(None, sentence).at(headers[1], ""));
        }
        for field in fields.iter().filter(|field| field.required && !by_target.contains_key(field.key.as_str())) {
            let sentence = format!("No column is mapped to “{}”, which every record needs.", field.label);
            problems.push(Problem { field: Some(field.key.clone()), ..Problem::error(None, sentence) });
        }
        self.check_headers(table, &mut problems);
        problems
    }

    fn check_headers(&self, table: &Table, problems: &mut Vec<Problem>) {
        for header in table.headers.iter().filter(|header| self.entry(&header.name).is_none()) {
            let sentence = "The mapping does not know this column; its cells stay with the record as source values.";
            problems.push(Problem::warning(None, sentence).at(&header.name, ""));
        }
        for key in self.key.iter().filter(|key| column_named(table, key).is_none()) {
            let sentence = "The mapping identifies records by this column, but the file has none of that name.";
            problems.push(Problem::error(None, sentence).at(key, ""));
        }
    }
}

/// The position of a column by its exact name, else by its words.
pub(crate) fn column_named(table: &Table, name: &str) -> Option<usize> {
    let exact = table.headers.iter().position(|header| header.name == name);
    exact.or_else(|| {
        let wanted = words::normal(name);
        let mut alike = table.headers.iter().filter(|header| words::normal(&header.name) == wanted);
        alike.next().filter(|_| !wanted.is_empty() && alike.next().is_none()).map(|header| header.index)
    })
}

fn bad_choices(column: &ColumnMap, field: &TargetField, problems: &mut Vec<Problem>) {
    let FieldKind::Choice(choices) = &field.kind else { return };
    for (source, value) in column.choices.iter().filter(|(_, value)| !value.is_empty()) {
        if !choices.iter().any(|choice| choice.value == *value) {
            let sentence =
                format!("The mapping turns these words into “{value}”, which is no choice of “{}”.", field.label);
            problems.push(Problem::error(None, sentence).at(&column.header, source));
        }
    }
}

/// A library's message as a part of our sentence.
fn tidy(message: &str) -> String {
    message.trim().trim_end_matches('.').replace('\n', ", ")
}
