//! The generic table that every reader gives back: headings, records with their source lines, and what was noticed.

use serde::{Deserialize, Serialize};

/// A file as rows of text. Every cell is text exactly as the source holds it; nothing is executed and nothing dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Where it came from.
    pub source: SourceInfo,
    /// The columns.
    pub headers: Vec<Header>,
    /// The records.
    pub rows: Vec<Row>,
    /// What a person should know before the rows are used.
    pub problems: Vec<Problem>,
}

impl Table {
    /// The name under which a cell's column is spoken of, also for cells beyond the last heading.
    pub fn column_name(&self, index: usize) -> String {
        self.headers.get(index).map_or_else(|| format!("Column {}", index + 1), |header| header.name.clone())
    }

    /// Non-blank cells of one column, trimmed.
    pub(crate) fn column(&self, index: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.cell(index).trim()).filter(|cell| !cell.is_empty())
    }
}

/// Which file, and how it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// The file's name without its folder.
    pub file_name: String,
    /// How it was read.
    pub format: Format,
    /// Whether the column names come from the file; otherwise they are "Column 1", "Column 2", ….
    pub has_header: bool,
}

/// The format that was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Format {
    /// Delimited text with `"` as quotation mark.
    Csv {
        /// The delimiter.
        delimiter: char,
        /// The encoding's usual name.
        encoding: String,
        /// Whether a byte order mark was there.
        had_bom: bool,
    },
    /// A workbook (XLSX or XLSM).
    Workbook {
        /// The sheet that was read.
        sheet: String,
        /// All its worksheets, in order.
        sheets: Vec<String>,
    },
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// 0-based position.
    pub index: usize,
    /// On one line, trimmed and unique in the table: repeated headings get " (2)", " (3)", …, missing ones "Column 7".
    pub name: String,
    /// As the source has it.
    pub original: String,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// 1-based line of the source file on which the record starts; in a workbook the sheet's row number.
    pub line: u64,
    /// The cells in column order: fewer than there are headers when the rest is empty (a sheet of a few cells may have
    /// thousands of columns), more when the source line was too long. [`Row::cell`] reads either way.
    pub cells: Vec<String>,
}

impl Row {
    /// A column's cell; empty when the row ends before it.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The record is used, but somebody should look.
    Warning,
    /// The record should not be used before the source is corrected.
    Error,
}

/// Something noticed while reading or mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// The record's line, or `None` for the table as a whole.
    pub line: Option<u64>,
    /// The column's name.
    pub column: Option<String>,
    /// The target field's key.
    pub field: Option<String>,
    /// What is the matter.
    pub sentence: String,
    /// The beginning of the cell in question; empty when no single cell is meant.
    pub excerpt: String,
}

impl Problem {
    pub(crate) fn new(severity: Severity, line: Option<u64>, sentence: impl Into<String>) -> Self {
        Self { severity, line, column: None, field: None, sentence: sentence.into(), excerpt: String::new() }
    }

    pub(crate) fn warning(line: Option<u64>, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Warning, line, sentence)
    }

    pub(crate) fn error(line: Option<u64>, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Error, line, sentence)
    }

    pub(crate) fn at(mut self, column: impl Into<String>, cell: &str) -> Self {
        self.column = Some(column.into());
        self.excerpt = crate::words::excerpt(cell);
        self
    }
}

/// Problems up to a number that a person can still read; beyond it only counted, so that a broken file of millions of
/// lines does not fill the memory with sentences.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    listed: Vec<Problem>,
    more_errors: usize,
    more_warnings: usize,
}

impl Problems {
    pub(crate) const LISTED: usize = 1_000;

    pub(crate) fn push(&mut self, problem: Problem) {
        if self.listed.len() < Self::LISTED {
            self.listed.push(problem);
        } else if problem.severity == Severity::Error {
            self.more_errors += 1;
        } else {
            self.more_warnings += 1;
        }
    }

    /// The list by line, those about the table as a whole first, with one last entry that counts the rest.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        self.listed.sort_by_key(|problem| problem.line);
        let more = self.more_errors + self.more_warnings;
        if more > 0 {
            let severity = if self.more_errors > 0 { Severity::Error } else { Severity::Warning };
            let sentence = format!("{more} more problems are not listed, {} of them errors.", self.more_errors);
            self.listed.push(Problem::new(severity, None, sentence));
        }
        self.listed
    }
}
