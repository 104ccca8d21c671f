//! Records of any kind: get, create, save, trash, restore, remove. The list columns, links and search words are derived
//! from the body in one place ([`index`]), so that they cannot drift apart.

use super::{Reader, evidence::index_answers, uuid};
use crate::{
    audit::{Event, Place},
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

    /// The records of a kind that are in the trash.
    pub(crate) async fn trashed(&mut self, kind: Kind) -> Result<Vec<Stored>, VaultError> {
        let sql = format!(
            "SELECT {HEAD_COLUMNS}, json FROM record JOIN body ON body.record = seq WHERE trashed_at IS NOT NULL AND kind = ?"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind.name()).fetch_all(&mut *self.db).await?;
        rows.iter().map(stored).collect()
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

impl Stored {
    /// Refuses a change of an earlier revision than the one that stands.
    ///
    /// # Errors
    /// A conflict that says who saved the newer one, and when.
    pub fn is_at(&self, revision: i64) -> Result<(), VaultError> {
        if self.head.revision == revision {
            return Ok(());
        }
        Err(VaultError::Conflict {
            what: format!("{} {}", self.head.reference, self.head.title),
            who: self.head.updated_by.clone(),
            when: self.head.updated_at,
            revision: self.head.revision,
        })
    }
}

impl Writer<'_> {
    /// Creates a record and gives it the next reference of its kind. The gate has checked the body.
    pub(crate) async fn create_record(
        &mut self,
        id: Uuid,
        body: &Body,
        charter: &Charter,
    ) -> Result<(Stored, Event), VaultError> {
        let (stored, event) = self.create_unindexed(id, body, charter).await?;
        self.index_words(&stored).await?;
        Ok((stored, event))
    }

    /// Makes a record's words searchable, those of its source row among them.
    pub(crate) async fn index_words(&mut self, stored: &Stored) -> Result<(), VaultError> {
        words(self.db, stored.seq, &stored.head.reference, &stored.body).await
    }

    /// A record whose words are indexed by the caller: an imported one's source row comes first.
    pub(crate) async fn create_unindexed(
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
        let now = micros(self.now.moment());
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
            created_at: self.now.moment(),
            updated_at: self.now.moment(),
            updated_by: actor,
            trashed_at: None,
        };
        let event = Event::new(name, id, "create", Map::new(), body.to_map()).at(1);
        Ok((Stored { seq, head, body: body.clone() }, event))
    }

    /// Saves a new revision over the one that the gate has read and checked.
    pub(crate) async fn save_record(
        &mut self,
        before: &Stored,
        body: &Body,
        charter: &Charter,
    ) -> Result<(Stored, Event), VaultError> {
        let (id, next) = (before.head.id, before.head.revision + 1);
        let now = micros(self.now.moment());
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
        let head =
            Head { title, revision: next, updated_at: self.now.moment(), updated_by: actor, ..before.head.clone() };
        Ok((Stored { seq: before.seq, head, body: body.clone() }, event))
    }

    /// Moves a record to the trash (`true`) or back (`false`).
    pub(crate) async fn set_trashed(&mut self, stored: &Stored, trashed: bool) -> Result<Event, VaultError> {
        let at = trashed.then(|| micros(self.now.moment()));
        sqlx::query!("UPDATE record SET trashed_at = ? WHERE seq = ?", at, stored.seq).execute(&mut *self.db).await?;
        let (from, to) = (json!({"trashed": !trashed}), json!({"trashed": trashed}));
        let map = |v: Value| v.as_object().cloned().unwrap_or_default();
        let act = if trashed { "trash" } else { "restore" };
        let head = &stored.head;
        Ok(Event::new(head.kind.name(), head.id, act, map(from), map(to)).at(head.revision))
    }

    /// Removes what lies in the trash. The journal keeps the last body as "before", and the record's place, so that the past
    /// can be read with it.
    pub(crate) async fn remove_trashed(&mut self) -> Result<Vec<Event>, VaultError> {
        let rows = sqlx::query!("SELECT id, number FROM record WHERE trashed_at IS NOT NULL ORDER BY seq")
            .fetch_all(&mut *self.db)
            .await?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            let gone = self.read().record(uuid(&row.id)?).await?;
            remove(self.db, gone.seq, gone.head.id).await?;
            if let Body::Evidence(evidence) = &gone.body {
                self.drop_contents(evidence).await?;
            }
            let event = Event::new(gone.head.kind.name(), gone.head.id, "remove", gone.body.to_map(), Map::new());
            events.push(event.at(gone.head.revision).placed(Place { number: row.number, seq: gone.seq }));
        }
        Ok(events)
    }

    /// Derives list columns and gaps anew where the charter bears upon them.
    pub(crate) async fn reindex(&mut self, charter: &Charter) -> Result<(), VaultError> {
        reindex(self.db, charter).await
    }
}

/// Derives list columns and gaps anew where the charter bears upon them, in the trash, too.
pub(crate) async fn reindex(db: &mut SqliteConnection, charter: &Charter) -> Result<(), VaultError> {
    for kind in [Kind::Risk, Kind::Decision] {
        let mut reader = Reader::timeless(&mut *db);
        let mut records = reader.records(kind, None).await?;
        records.extend(reader.trashed(kind).await?);
        for record in records {
            set_columns(db, record.seq, &record.body, charter).await?;
        }
    }
    Ok(())
}

/// Removes a record with all that belongs to it alone.
pub(crate) async fn remove(db: &mut SqliteConnection, seq: i64, id: Uuid) -> Result<(), VaultError> {
    let id = id.as_bytes().to_vec();
    sqlx::query!("DELETE FROM search WHERE rowid = ?", seq).execute(&mut *db).await?;
    sqlx::query!("DELETE FROM link WHERE from_id = ?", id).execute(&mut *db).await?;
    sqlx::query!("DELETE FROM record WHERE seq = ?", seq).execute(&mut *db).await?;
    Ok(())
}

/// Writes what is derived from a body: the body itself, list columns and links.
pub(crate) async fn index(
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
        let page = Reader::timeless(&mut *db).bodies_after(after, 500).await?;
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
pub(crate) async fn words(db: &mut SqliteConnection, seq: i64, reference: &str, body: &Body) -> Result<(), VaultError> {
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

pub(crate) async fn set_columns(
    db: &mut SqliteConnection,
    seq: i64,
    body: &Body,
    charter: &Charter,
) -> Result<(), VaultError> {
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
