//! Where imported records come from: the file, the line, and every cell that has no field of its own.

use super::{Reader, uuid};
use crate::{
    audit::Event,
    error::VaultError,
    time::{micros, moment},
    writer::Writer,
};
use conclave_domain::{call::record::SourceRow, kind::Kind};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// A file that is being imported.
#[derive(Debug, Clone)]
pub struct NewSource {
    /// The name by which a newer edition of the same source is matched.
    pub name: String,
    /// The file's name.
    pub file: String,
    /// What its rows are.
    pub kind: Kind,
    /// Its columns in order.
    pub headers: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
}

/// One row of an import.
#[derive(Debug, Clone)]
pub struct NewSourceRow {
    /// The line, from 1.
    pub line: u64,
    /// The normalised key by which the row is matched.
    pub key: String,
    /// The cells that have no field, by column number.
    pub cells: Vec<(usize, String)>,
}

/// A record that an earlier edition of a source brought.
#[derive(Debug, Clone)]
pub struct Known {
    /// The record.
    pub id: Uuid,
    /// Its key in the source.
    pub key: String,
    /// The cells without a field, as JSON, for comparing.
    pub cells: String,
}

impl Reader<'_> {
    /// The source rows of a record, newest import first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn source_rows(&mut self, record: i64) -> Result<Vec<SourceRow>, VaultError> {
        let rows = sqlx::query!(
            "SELECT source.file, source.headers, source.imported_at, source_row.line, source_row.cells
             FROM source_row JOIN source ON source.id = source_row.source
             WHERE source_row.record = ? ORDER BY source.imported_at DESC, source.id DESC",
            record
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter()
            .map(|r| {
                let headers: Vec<String> = serde_json::from_str(&r.headers)?;
                let cells: Vec<(usize, String)> = serde_json::from_str(&r.cells)?;
                let named = cells.into_iter().map(|(i, v)| (headers.get(i).cloned().unwrap_or_default(), v));
                Ok(SourceRow {
                    file: r.file,
                    imported_at: moment(r.imported_at),
                    line: super::count(r.line),
                    values: named.collect(),
                })
            })
            .collect()
    }

    /// The records that earlier editions of a source brought, by key; each with its newest row.
    ///
    /// # Errors
    /// The database refused.
    pub async fn known_rows(&mut self, name: &str, kind: Kind) -> Result<HashMap<String, Known>, VaultError> {
        let kind = kind.name();
        let rows = sqlx::query!(
            "SELECT record.id, source_row.key, source_row.cells FROM source_row
             JOIN source ON source.id = source_row.source JOIN record ON record.seq = source_row.record
             WHERE source.name = ? AND source.kind = ? AND record.trashed_at IS NULL ORDER BY source.id",
            name,
            kind
        )
        .fetch_all(&mut *self.db)
        .await?;
        let mut known = HashMap::with_capacity(rows.len());
        for r in rows {
            known.insert(r.key.clone(), Known { id: uuid(&r.id)?, key: r.key, cells: r.cells });
        }
        Ok(known)
    }
}

impl Writer<'_> {
    /// Notes a file that is being imported; gives its row number.
    pub(crate) async fn add_source(&mut self, source: &NewSource) -> Result<(i64, Event), VaultError> {
        let (kind, now, headers) =
            (source.kind.name(), micros(self.now.moment()), serde_json::to_string(&source.headers)?);
        let id = sqlx::query!(
            "INSERT INTO source (name, file, kind, headers, imported_at) VALUES (?, ?, ?, ?, ?)",
            source.name,
            source.file,
            kind,
            headers,
            now
        )
        .execute(&mut *self.db)
        .await?
        .last_insert_rowid();
        let after = Map::from_iter([
            ("file".to_owned(), Value::String(source.file.clone())),
            ("kind".to_owned(), Value::String(kind.to_owned())),
            ("rows".to_owned(), Value::from(source.rows)),
            ("id".to_owned(), Value::from(id)),
            ("name".to_owned(), Value::String(source.name.clone())),
            ("headers".to_owned(), Value::from(source.headers.clone())),
        ]);
        Ok((id, Event::new("import", Uuid::nil(), "import", Map::new(), after)))
    }

    /// Attaches a row to a record; gives what the record's event adds to the journal.
    pub(crate) async fn add_source_row(
        &mut self,
        source: i64,
        record: i64,
        row: &NewSourceRow,
    ) -> Result<Value, VaultError> {
        write_source_row(self.db, source, record, row).await?;
        let values = row.cells.iter().map(|(i, v)| (i.to_string(), Value::String(v.clone())));
        Ok(Value::Object(Map::from_iter([
            ("line".to_owned(), Value::from(row.line)),
            ("source".to_owned(), Value::from(source)),
            ("key".to_owned(), Value::from(row.key.clone())),
            ("cells".to_owned(), Value::Object(values.collect())),
        ])))
    }
}

/// Writes a row's cells as they are.
pub(crate) async fn write_source_row(
    db: &mut SqliteConnection,
    source: i64,
    record: i64,
    row: &NewSourceRow,
) -> Result<(), VaultError> {
    let cells = serde_json::to_string(&row.cells)?;
    let line = i64::try_from(row.line).unwrap_or(i64::MAX);
    sqlx::query!(
        "INSERT OR REPLACE INTO source_row (source, record, line, key, cells) VALUES (?, ?, ?, ?, ?)",
        source,
        record,
        line,
        row.key,
        cells
    )
    .execute(db)
    .await?;
    Ok(())
}
