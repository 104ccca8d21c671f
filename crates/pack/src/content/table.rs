//! Short forms for tables and their cells.

use crate::tree::{Cell, Column, Mark, Row, Table};
use conclave_domain::text::label;

/// A table with the titles and widths of its columns.
pub(super) fn table(caption: impl Into<String>, columns: Vec<Column>) -> Table {
    Table { caption: caption.into(), columns, rows: Vec::new() }
}

impl Table {
    /// Adds a row; the number of its cells is the number of the columns.
    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.caption);
        self.rows.push(Row::Cells(cells));
    }

    /// Adds a band over the whole width.
    pub(super) fn group(&mut self, text: impl Into<String>) {
        self.rows.push(Row::Group(text.into()));
    }
}

/// A column of texts.
pub(super) fn column(title: impl Into<String>, share: f64) -> Column {
    Column { title: title.into(), share, number: false }
}

/// A column of numbers.
pub(super) fn number(title: impl Into<String>, share: f64) -> Column {
    Column { title: title.into(), share, number: true }
}

/// A column that is called like a field.
pub(super) fn field(key: &str, share: f64) -> Column {
    column(field_label(key), share)
}

/// What a field is called.
pub(super) fn field_label(key: &str) -> String {
    label(&format!("field.{key}"))
}

/// A plain cell.
pub(super) fn cell(text: impl Into<String>) -> Cell {
    Cell::from(text.into())
}

/// The strong cell of a row.
pub(super) fn strong(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), mark: None, bold: true }
}

/// A cell with a status.
pub(super) fn marked(mark: Mark, text: impl Into<String>) -> Cell {
    Cell { text: text.into(), mark: Some(mark), bold: false }
}

/// Lines, without those that are empty.
pub(super) fn lines<I: IntoIterator<Item = String>>(items: I) -> String {
    items.into_iter().filter(|s| !s.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// "Owner: Ada", or nothing if there is no value.
pub(super) fn labelled(name: &str, value: &str) -> String {
    if value.trim().is_empty() { String::new() } else { format!("{name}: {value}") }
}

/// Parts in one line, without those that are empty.
pub(super) fn dotted<I: IntoIterator<Item = String>>(items: I) -> String {
    items.into_iter().filter(|s| !s.trim().is_empty()).collect::<Vec<_>>().join(" · ")
}
