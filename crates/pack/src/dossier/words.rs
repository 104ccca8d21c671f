//! Small pieces that all chapters use: dates, marks, columns, cells.

use crate::tree::{Block, Cell, Column, Mark, Row, Table};
use chrono::{DateTime, NaiveDate, Utc};
use conclave_domain::{answer::Result as Outcome, call::record::Approval, scale::Level};

pub(super) fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

pub(super) fn optional_day(date: Option<NaiveDate>) -> String {
    date.map(day).unwrap_or_default()
}

pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y, %H:%M UTC").to_string()
}

pub(super) fn heading(level: u8, text: impl Into<String>) -> Block {
    Block::Heading { level, text: text.into() }
}

pub(super) fn column(title: String, share: f64) -> Column {
    Column { title, share, number: false }
}

pub(super) fn number(title: String, share: f64) -> Column {
    Column { title, share, number: true }
}

pub(super) fn marked(mark: Mark, text: impl Into<String>) -> Cell {
    Cell { text: text.into(), mark: Some(mark), bold: false }
}

pub(super) fn bold(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), mark: None, bold: true }
}

pub(super) fn table(caption: String, columns: Vec<Column>, rows: Vec<Row>) -> Block {
    Block::Table(Table { caption, columns, rows })
}

pub(super) const fn outcome_mark(result: Outcome) -> Mark {
    match result {
        Outcome::Met => Mark::Good,
        Outcome::Partly => Mark::Warn,
        Outcome::NotMet => Mark::Bad,
        Outcome::NotApplicable => Mark::None,
        Outcome::NotAssessed => Mark::Open,
    }
}

pub(super) fn approval_mark(approval: &Approval) -> Mark {
    match approval {
        Approval::InForce { overdue_conditions: 0, open_conditions: 0, .. } => Mark::Good,
        Approval::InForce { overdue_conditions: 0, .. } | Approval::Deferred { .. } => Mark::Warn,
        Approval::None => Mark::Open,
        _ => Mark::Bad,
    }
}

pub(super) fn level_cell(level: Option<Level>, unrated: String) -> Cell {
    match level {
        Some(level) => marked(Mark::Level(level.rank()), level.label()),
        None => marked(Mark::Open, unrated),
    }
}

/// Label and value, the empty ones left out.
pub(super) fn filled(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
}

/// A long text shortened at a character.
pub(super) fn shorten(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars { text.to_owned() } else { text.chars().take(chars).chain(['…']).collect() }
}
