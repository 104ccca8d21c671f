//! Records of any kind: get, create, save, trash, restore, remove. The list columns, links and search words are derived
//! from the body in one place ([`index`]), so that they cannot drift apart.

use super::{Reader, evidence::index_answers, source::NewSourceRow, uuid};
use crate::{
    audit::Event,
    error::VaultError,
    time::{micros, moment},
    writer::Writer,
};
use chrono::NaiveDate;
use conclave_domain::{
    call::record::Head,
    charter::Charter,
    kind::Kind,
    noun::{Body, Columns},
};
use serde_json::{Map, Value, json};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

/// Stands for "no date" in the due column, so that the index sorts these last.
pub(crate) const NO_DATE: &str = "9999-12-31";

/// A record with its place in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Row number: the key of body, answers and source rows.
    pub seq: i64,
    /// Id, reference, title and dates.
    pub head: Head,
    /// The body.
    pub body: Body,
}

pub(crate) const HEAD_COLUMNS: &str =
    "seq, id, kind, number, title, revision, created_at, updated_at, updated_by, trashed_at";

/// Reads the columns of [`HEAD_COLUMNS`].
pub(crate) fn head(row: &SqliteRow) -> Result<Head, VaultError> {
    let name: String = row.try_get("kind")?;
    let kind = Kind::from_name(&name).ok_or_else(|| VaultError::Malformed("unknown kind of record".into()))?;
    let id: Vec<u8> = row.try_get("id")?;
    let trashed: Option<i64> = row.try_get("trashed_at")?;
    Ok(Head {
        id: uuid(&id)?,
        kind,
        reference: kind.reference(row.try_get("number")?),
        title: row.try_get("title")?,
        revision: row.try_get("revision")?,
        created_at: moment(row.try_get("created_at")?),
        updated_at: moment(row.try_get("updated_at")?),
        updated_by: row.try_get("updated_by")?,
        trashed_at: trashed.map(moment),
    })
}

fn parse(kind: Kind, json: &str) -> Result<Body, VaultError> {
    let map: Map<String, Value> = serde_json::from_str(json)?;
    Body::from_map(kind, map).map_err(|_| VaultError::Malformed(format!("body of a {}", kind.name())))
}

impl Reader<'_> {
    /// A record by id.
    ///
    /// # Errors
    /// Not found; the database refused.
    pub async fn record(&mut self, id: Uuid) -> Result<Stored, VaultError> {
        let bytes = id.as_bytes().to_vec();
        let sql = format!("SELECT {HEAD_COLUMNS}, json FROM record JOIN body ON body.record = seq WHERE id = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(bytes).fetch_optional(&mut *self.db).await?;
        stored(&row.ok_or_else(|| VaultError::NotFound(id.to_string()))?)
    }

    /// A record by id or reference (AIS-0001).
    ///
    /// # Errors
    /// Not found; the database refused.
    pub async fn record_by(&mut self, reference: &str) -> Result<Stored, VaultError> {
        if let Ok(id) = reference.trim().parse::<Uuid>() {
            return self.record(id).await;
        }
        let missing = || VaultError::NotFound(reference.to_owned());
        let (kind, number) = Kind::from_reference(reference).ok_or_else(missing)?;
        let name = kind.name();
        let found = sqlx::query!("SELECT id FROM record WHERE kind = ? AND number = ?", name, number)
            .fetch_optional(&mut *self.db)
            .await?;
        self.record(uuid(&found.ok_or_else(missing)?.id)?).await
    }

    /// The heads of records by id, in no particular order; ids without a record are passed over.
    ///
    /// # Errors
    /// The database refused.
    pub async fn heads(&mut self, ids: &[Uuid]) -> Result<Vec<Head>, VaultError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(400) {
            let mut query = sqlx::QueryBuilder::new(format!("SELECT {HEAD_COLUMNS} FROM record WHERE id IN ("));
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_bytes().to_vec());
            }
            query.push(")");
            for row in query.build().fetch_all(&mut *self.db).await? {
                found.push(head(&row)?);
            }
        }
        Ok(found)
    }

    /// All records of a kind that are not in the trash, in order of their numbers; with a subject, only those about it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn records(&mut self, kind: Kind, subject: Option<Uuid>) -> Result<Vec<Stored>, VaultError> {
        let mut query = sqlx::QueryBuilder::new(format!(
            "SELECT {HEAD_COLUMNS}, json FROM record JOIN body ON body.record = seq WHERE trashed_at IS NULL AND kind = "
        ));
        query.push_bind(kind.name());
        if let Some(subject) = subject {
            query.push(" AND subject = ").push_bind(subject.as_bytes().to_vec());
        }
        query.push(" ORDER BY number");
        query.build().fetch_all(&mut *self.db).await?.iter().map(stored).collect()
    }

    /// The live records of a kind that are about any of these subjects, in order of their numbers.
    ///
    /// # Errors
    /// The database refused.
    pub async fn records_about(&mut self, kind: Kind, subjects: &[Uuid]) -> Result<Vec<Stored>, VaultError> {
        let mut found = Vec::new();
        for some in subjects.chunks(400) {
            let mut query = sqlx::QueryBuilder::new(format!(
                "SELECT {HEAD_COLUMNS}, json FROM record JOIN body ON body.record = seq WHERE trashed_at IS NULL AND kind = "
            ));
            query.push_bind(kind.name()).push(" AND subject IN (");
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_bytes().to_vec());
            }
            query.push(") ORDER BY number");
            for row in query.build().fetch_all(&mut *self.db).await? {
                found.push(stored(&row)?);
            }
        }
        Ok(found)
    }

    /// Records with their bodies by id, in no particular order; ids without a record are passed over.
    ///
    /// # Errors
    /// The database refused.
    pub async fn records_by(&mut self, ids: &[Uuid]) -> Result<Vec<Stored>, VaultError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(400) {
            let mut query = sqlx::QueryBuilder::new(format!(
                "SELECT {HEAD_COLUMNS}, json FROM record JOIN body ON body.record = seq WHERE id IN ("
            ));
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_bytes().to_vec());
            }
            query.push(")");
            for row in query.build().fetch_all(&mut *self.db).await? {
                found.push(stored(&row)?);
            }
        }
        Ok(found)
    }

    /// The ids of live records that point to this one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pointing_to(&mut self, id: Uuid) -> Result<Vec<Uuid>, VaultError> {
        let bytes = id.as_bytes().to_vec();
        let rows = sqlx::query!(
            "SELECT DISTINCT record.id, record.kind, record.number FROM link JOIN record ON record.id = link.from_id
             WHERE link.to_id = ? AND record.trashed_at IS NULL ORDER BY record.kind, record.number",
            bytes
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.iter().map(|r| uuid(&r.id)).collect()
    }
}

fn stored(row: &SqliteRow) -> Result<Stored, VaultError> {
    let head = head(row)?;
    let json: String = row.try_get("json")?;
    Ok(Stored { seq: row.try_get("seq")?, body: parse(head.kind, &json)?, head })
}

/// Under which key a record's event keeps the row that the record came from. No noun has a field of this name.
pub(crate) const SOURCE_ROW: &str = "source_row";

impl Writer<'_> {
    /// Creates a record and gives it the next reference of its kind.
    ///
    /// # Errors
    /// The database refused. The caller has checked the body.
    pub async fn create_record(
        &mut self,
        id: Uuid,
        body: &Body,
        charter: &Charter,
    ) -> Result<(Stored, Event), VaultError> {
        let (stored, event) = self.create_wordless(id, body, charter).await?;
        words(self.db, stored.seq, &stored.head.reference, body).await?;
        Ok((stored, event))
    }

    /// Creates a record from a row of an import.
    ///
    /// # Errors
    /// As [`Self::create_record`].
    pub async fn create_imported(
        &mut self,
        id: Uuid,
        body: &Body,
        charter: &Charter,
        source: i64,
        row: &NewSourceRow,
    ) -> Result<(Stored, Event), VaultError> {
        let (stored, event) = self.create_wordless(id, body, charter).await?;
        let noted = self.add_source_row(source, stored.seq, row).await?;
        words(self.db, stored.seq, &stored.head.reference, body).await?;
        Ok((stored, event.with(SOURCE_ROW, noted)))
    }

    /// Saves a record from a row of a newer edition of its source.
    ///
    /// # Errors
    /// As [`Self::save_record`].
    pub async fn save_imported(
        &mut self,
        before: &Stored,
        body: &Body,
        charter: &Charter,
        source: i64,
        row: &NewSourceRow,
    ) -> Result<Event, VaultError> {
        let noted = self.add_source_row(source, before.seq, row).await?;
        let (_, event) = self.save_record(before.head.id, before.head.revision, body, charter).await?;
        Ok(event.with(SOURCE_ROW, noted))
    }

    async fn create_wordless(
        &mut self,
        id: Uuid,
        body: &Body,
        charter: &Charter,
    ) -> Result<(Stored, Event), VaultError> {
        let kind = body.kind();
        let name = kind.name();
        let number = sqlx::query!(
            r#"INSERT INTO counter (kind, last) VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last as "last!: i64""#,
            name
        )
        .fetch_one(&mut *self.db)
        .await?
        .last;
        let now = micros(self.now);
        let bytes = id.as_bytes().to_vec();
        let actor = self.actor.name.clone();
        let title = body.title();
        let seq = sqlx::query!(
            "INSERT INTO record (id, kind, number, title, revision, created_at, updated_at, updated_by) VALUES (?, ?, ?, ?, 1, ?, ?, ?)",
            bytes, name, number, title, now, now, actor
        )
        .execute(&mut *self.db)
        .await?
        .last_insert_rowid();
        let reference = kind.reference(number);
        index(self.db, seq, id, body, charter).await?;
        let head = Head {
            id,
            kind,
            reference,
            title,
            revision: 1,
            created_at: self.now,
            updated_at: self.now,
            updated_by: actor,
            trashed_at: None,
        };
        let event = Event::new(name, id, "create", Map::new(), body.to_map()).at(1);
        Ok((Stored { seq, head, body: body.clone() }, event))
    }

    /// Saves a new revision; `revision` is the one that was edited.
    ///
    /// # Errors
    /// Not found; a newer revision was saved; the database refused.
    pub async fn save_record(
        &mut self,
        id: Uuid,
        revision: i64,
        body: &Body,
        charter: &Charter,
    ) -> Result<(Stored, Event), VaultError> {
        let before = self.read().record(id).await?;
        if before.head.revision != revision {
            return Err(VaultError::Conflict {
                what: format!("{} {}", before.head.reference, before.head.title),
                who: before.head.updated_by,
                when: before.head.updated_at,
                revision: before.head.revision,
            });
        }
        let next = revision + 1;
        let now = micros(self.now);
        let actor = self.actor.name.clone();
        let title = body.title();
        sqlx::query!(
            "UPDATE record SET title = ?, revision = ?, updated_at = ?, updated_by = ? WHERE seq = ?",
            title,
            next,
            now,
            actor,
            before.seq
        )
        .execute(&mut *self.db)
        .await?;
        index(self.db, before.seq, id, body, charter).await?;
        words(self.db, before.seq, &before.head.reference, body).await?;
        let event = Event::new(before.head.kind.name(), id, "update", before.body.to_map(), body.to_map()).at(next);
        let head = Head { title, revision: next, updated_at: self.now, updated_by: actor, ..before.head };
        Ok((Stored { seq: before.seq, head, body: body.clone() }, event))
    }

    /// Moves a record to the trash (`true`) or back (`false`); `None` if it is there already.
    ///
    /// # Errors
    /// Not found; the database refused.
    pub async fn set_trashed(&mut self, id: Uuid, trashed: bool) -> Result<Option<Event>, VaultError> {
        let head = self.read().record(id).await?.head;
        if head.trashed_at.is_some() == trashed {
            return Ok(None);
        }
        let at = trashed.then(|| micros(self.now));
        let bytes = id.as_bytes().to_vec();
        sqlx::query!("UPDATE record SET trashed_at = ? WHERE id = ?", at, bytes).execute(&mut *self.db).await?;
        let (from, to) = (json!({"trashed": !trashed}), json!({"trashed": trashed}));
        let map = |v: Value| v.as_object().cloned().unwrap_or_default();
        let act = if trashed { "trash" } else { "restore" };
        Ok(Some(Event::new(head.kind.name(), id, act, map(from), map(to)).at(head.revision)))
    }

    /// Removes what lies in the trash. The journal keeps the last body as "before".
    ///
    /// # Errors
    /// The database refused.
    pub async fn empty_trash(&mut self) -> Result<Vec<Event>, VaultError> {
        let rows = sqlx::query!("SELECT id FROM record WHERE trashed_at IS NOT NULL ORDER BY seq")
            .fetch_all(&mut *self.db)
            .await?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            let gone = self.read().record(uuid(&row.id)?).await?;
            sqlx::query!("DELETE FROM search WHERE rowid = ?", gone.seq).execute(&mut *self.db).await?;
            sqlx::query!("DELETE FROM link WHERE from_id = ?", row.id).execute(&mut *self.db).await?;
            sqlx::query!("DELETE FROM record WHERE seq = ?", gone.seq).execute(&mut *self.db).await?;
            if let Body::Evidence(evidence) = &gone.body {
                self.drop_contents(evidence).await?;
            }
            let event = Event::new(gone.head.kind.name(), gone.head.id, "remove", gone.body.to_map(), Map::new());
            events.push(event.at(gone.head.revision));
        }
        Ok(events)
    }

    /// Derives the list columns of every record anew, after a change of the charter's method or tolerance.
    ///
    /// # Errors
    /// The database refused.
    pub async fn reindex_risks(&mut self, charter: &Charter) -> Result<(), VaultError> {
        for risk in self.read().records(Kind::Risk, None).await? {
            set_columns(self.db, risk.seq, &risk.body, charter).await?;
        }
        Ok(())
    }
}

/// Writes what is derived from a body: the body itself, list columns and links.
async fn index(
    db: &mut SqliteConnection,
    seq: i64,
    id: Uuid,
    body: &Body,
    charter: &Charter,
) -> Result<(), VaultError> {
    let json = serde_json::to_string(&body.to_map())?;
    sqlx::query!(
        "INSERT INTO body (record, json) VALUES (?, ?) ON CONFLICT (record) DO UPDATE SET json = excluded.json",
        seq,
        json
    )
    .execute(&mut *db)
    .await?;
    set_columns(db, seq, body, charter).await?;
    if let Body::Evidence(evidence) = body {
        index_answers(db, seq, &evidence.answers).await?;
    }
    let bytes = id.as_bytes().to_vec();
    sqlx::query!("DELETE FROM link WHERE from_id = ?", bytes).execute(&mut *db).await?;
    for (field, to) in body.links() {
        let to = to.as_bytes().to_vec();
        sqlx::query!("INSERT OR IGNORE INTO link (from_id, field, to_id) VALUES (?, ?, ?)", bytes, field, to)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Makes the words of all records searchable, where the index is empty: after a rescue.
pub(crate) async fn index_all(db: &mut SqliteConnection) -> Result<(), VaultError> {
    let mut after = 0;
    loop {
        let page = Reader { db: &mut *db }.bodies_after(after, 500).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.seq;
        for record in page {
            if let Some(body) = &record.body {
                words(db, record.seq, &record.reference, body).await?;
            }
        }
    }
}

/// Makes a record's words searchable: those of its body and of the newest source row that it came from.
async fn words(db: &mut SqliteConnection, seq: i64, reference: &str, body: &Body) -> Result<(), VaultError> {
    let (title, mut text) = (body.title(), body.search_text());
    let row = sqlx::query!("SELECT cells FROM source_row WHERE record = ? ORDER BY source DESC LIMIT 1", seq)
        .fetch_optional(&mut *db)
        .await?;
    if let Some(row) = row {
        let cells: Vec<(usize, String)> = serde_json::from_str(&row.cells)?;
        for (_, cell) in cells {
            text.push_str(&cell);
            text.push('\n');
        }
    }
    sqlx::query!(
        "INSERT OR REPLACE INTO search (rowid, reference, title, text) VALUES (?, ?, ?, ?)",
        seq,
        reference,
        title,
        text
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// The list columns as the database keeps them.
pub(crate) fn due_text(due: Option<NaiveDate>) -> String {
    due.map_or_else(|| NO_DATE.to_owned(), |d| d.to_string())
}

async fn set_columns(db: &mut SqliteConnection, seq: i64, body: &Body, charter: &Charter) -> Result<(), VaultError> {
    let Columns { status, class, owner, unit, due, score, subject, cell } = body.columns(charter);
    let due = due_text(due);
    let subject = subject.map(|s| s.as_bytes().to_vec());
    let gaps = i64::try_from(body.gaps(charter).len()).unwrap_or(i64::MAX);
    sqlx::query!(
        "UPDATE record SET status = ?, class = ?, owner = ?, unit = ?, due = ?, score = ?, subject = ?, cell = ?, gaps = ? WHERE seq = ?",
        status, class, owner, unit, due, score, subject, cell, gaps, seq
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}
