//! What the journal says of one subject from its first entry on, and what follows from it.

use super::{Reader, answer::fields, record::SOURCE_ROW, uuid};
use crate::{audit::Payload, error::VaultError};
use conclave_domain::{answer::Answer, kind::Kind, noun::Body};
use serde_json::{Map, Value};
use uuid::Uuid;

/// One change of a subject; without values if they were erased.
pub(crate) struct Change {
    pub seq: u64,
    pub kind: String,
    pub payload: Option<Payload>,
}

/// One change of a subject, with who made it when.
pub(crate) struct Then {
    pub change: Change,
    /// Microseconds.
    pub at: i64,
    pub actor: String,
}

impl std::ops::Deref for Then {
    type Target = Change;

    fn deref(&self) -> &Change {
        &self.change
    }
}

impl Reader<'_> {
    /// Every change of a subject, the oldest first.
    pub(crate) async fn history(&mut self, id: Uuid) -> Result<Vec<Change>, VaultError> {
        let bytes = id.as_bytes().to_vec();
        let rows = sqlx::query!(
            r#"SELECT s.seq AS "seq!: i64", s.kind, p.body AS "body?" FROM journal_subject s
               LEFT JOIN payload p ON p.seq = s.seq AND p.n = s.n WHERE s.id = ? ORDER BY s.seq, s.n"#,
            bytes
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter()
            .map(|r| {
                let payload = r.body.map(|b| serde_json::from_str(&b)).transpose()?;
                Ok(Change { seq: super::count(r.seq), kind: r.kind, payload })
            })
            .collect()
    }

    /// What the journal up to an entry says of a subject, the oldest first, with who said it when.
    pub(crate) async fn history_until(&mut self, id: Uuid, entry: i64) -> Result<Vec<Then>, VaultError> {
        self.told(id, 0, entry).await
    }

    /// What entries after one say of a subject.
    pub(crate) async fn history_after(&mut self, id: Uuid, entry: i64) -> Result<Vec<Then>, VaultError> {
        self.told(id, entry, i64::MAX).await
    }

    async fn told(&mut self, id: Uuid, after: i64, until: i64) -> Result<Vec<Then>, VaultError> {
        let bytes = id.as_bytes().to_vec();
        let rows = sqlx::query!(
            r#"SELECT s.seq AS "seq!: i64", s.kind, p.body AS "body?: String", j.at, m.name AS "name?: String"
               FROM journal_subject s JOIN journal j ON j.seq = s.seq
               LEFT JOIN payload p ON p.seq = s.seq AND p.n = s.n LEFT JOIN member m ON m.id = j.actor
               WHERE s.id = ? AND s.seq > ? AND s.seq <= ? ORDER BY s.seq, s.n"#,
            bytes,
            after,
            until
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter()
            .map(|r| {
                let payload = r.body.map(|b| serde_json::from_str(&b)).transpose()?;
                let change = Change { seq: super::count(r.seq), kind: r.kind, payload };
                let actor = r.name.unwrap_or_else(|| conclave_domain::t!("vault.recovery_actor"));
                Ok(Then { change, at: r.at, actor })
            })
            .collect()
    }

    /// The members who changed any of these fields of a record, each once.
    ///
    /// # Errors
    /// The database refused.
    pub async fn who_changed(&mut self, id: Uuid, fields: &[&str]) -> Result<Vec<Uuid>, VaultError> {
        let key = id.as_bytes().to_vec();
        let rows = sqlx::query!(
            r#"SELECT j.actor, p.body FROM journal_subject s JOIN journal j ON j.seq = s.seq
               JOIN payload p ON p.seq = s.seq AND p.n = s.n WHERE s.id = ? ORDER BY s.seq"#,
            key
        )
        .fetch_all(&mut *self.db)
        .await?;
        let mut found: Vec<Uuid> = Vec::new();
        for row in rows {
            let payload: Payload = serde_json::from_str(&row.body)?;
            let said = |map: &Map<String, Value>, f: &str| map.get(f).is_some_and(|v| !is_blank(v));
            let changed = fields.iter().any(|f| said(&payload.after, f) || said(&payload.before, f));
            let actor = uuid(&row.actor)?;
            if changed && !found.contains(&actor) {
                found.push(actor);
            }
        }
        Ok(found)
    }

    /// What the link table says of a record: field and target, in order.
    pub(crate) async fn links_from(&mut self, id: Uuid) -> Result<Vec<(String, Uuid)>, VaultError> {
        let bytes = id.as_bytes().to_vec();
        let rows = sqlx::query!("SELECT field, to_id FROM link WHERE from_id = ? ORDER BY field, to_id", bytes)
            .fetch_all(&mut *self.db)
            .await?;
        rows.into_iter().map(|r| Ok((r.field, uuid(&r.to_id)?))).collect()
    }

    /// Links from records that are not there.
    pub(crate) async fn homeless_links(&mut self) -> Result<u64, VaultError> {
        let row =
            sqlx::query!(r#"SELECT count(*) AS "count!: i64" FROM link WHERE from_id NOT IN (SELECT id FROM record)"#)
                .fetch_one(&mut *self.db)
                .await?;
        Ok(super::count(row.count))
    }

    /// Values that belong to no entry.
    pub(crate) async fn homeless_payloads(&mut self) -> Result<u64, VaultError> {
        let row = sqlx::query!(
            r#"SELECT count(*) AS "count!: i64" FROM payload p WHERE NOT EXISTS
               (SELECT 1 FROM journal_subject s WHERE s.seq = p.seq AND s.n = p.n)"#
        )
        .fetch_one(&mut *self.db)
        .await?;
        Ok(super::count(row.count))
    }

    /// The subjects that a call changed at any time.
    ///
    /// # Errors
    /// The database refused.
    pub async fn changed_by(&mut self, call: &str) -> Result<Vec<Uuid>, VaultError> {
        let rows = sqlx::query!(
            "SELECT DISTINCT s.id FROM journal j JOIN journal_subject s ON s.seq = j.seq WHERE j.call = ? AND j.refused = 0",
            call
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter().map(|r| uuid(&r.id)).collect()
    }

    /// The subjects of one kind of which the journal speaks.
    pub(crate) async fn subjects_of(&mut self, kind: &str) -> Result<Vec<Uuid>, VaultError> {
        let rows = sqlx::query!("SELECT DISTINCT id FROM journal_subject WHERE kind = ?", kind)
            .fetch_all(&mut *self.db)
            .await?;
        rows.into_iter().map(|r| uuid(&r.id)).collect()
    }

    /// Subjects of which the journal speaks and that are no records: id, kind, last entry.
    pub(crate) async fn gone(&mut self) -> Result<Vec<(Uuid, String, u64)>, VaultError> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id!: Vec<u8>", kind AS "kind!: String", max(seq) AS "seq!: i64" FROM journal_subject
               WHERE kind NOT IN ('answer', 'charter', 'vault', 'import', 'framework', 'proposal') AND id NOT IN
               (SELECT id FROM record UNION ALL SELECT id FROM statement UNION ALL SELECT id FROM member UNION ALL
                SELECT id FROM baseline)
               GROUP BY id"#
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter().map(|r| Ok((uuid(&r.id)?, r.kind, super::count(r.seq)))).collect()
    }
}

/// A field that says nothing: creating a record writes all of them.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => s.is_empty(),
        Value::Array(a) => a.is_empty(),
        Value::Object(o) => o.is_empty(),
        _ => false,
    }
}

/// The state that follows from changes. `None` if values were erased, so that it cannot be known.
pub(crate) fn replay<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Option<Map<String, Value>> {
    let mut state = Map::new();
    for change in changes {
        let payload = change.payload.as_ref()?;
        for key in payload.before.keys().filter(|k| !payload.after.contains_key(*k)) {
            state.remove(key);
        }
        state.extend(payload.after.iter().map(|(k, v)| (k.clone(), v.clone())));
    }
    Some(state)
}

/// What a journal leads to for a record.
pub(crate) struct RecordState {
    /// The body in normal form.
    pub body: Map<String, Value>,
    /// Whether it lies in the trash.
    pub trashed: bool,
    /// Whether the field `source` cannot be known: until version 0.2 a source row stood under that name, which is also a
    /// field of assets.
    pub source_unknown: bool,
}

/// The state of a record that follows from its own changes, in normal form, so that a field which came later is no difference.
/// `None` if values were erased.
pub(crate) fn replay_record<'a>(kind: Kind, changes: impl IntoIterator<Item = &'a Change>) -> Option<RecordState> {
    let mut known = replay(changes.into_iter().filter(|c| c.kind == kind.name()))?;
    let trashed = known.remove("trashed").and_then(|v| v.as_bool()).unwrap_or(false);
    known.remove(SOURCE_ROW);
    let source_unknown = known.get("source").is_some_and(Value::is_object);
    if source_unknown {
        known.remove("source");
    }
    Some(RecordState { body: Body::normal(kind, known), trashed, source_unknown })
}

/// The answer that follows from its changes, without the bookkeeping that every save changes; `None` if values were erased.
pub(crate) fn replay_answer<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Option<Map<String, Value>> {
    let mut known = replay(changes)?;
    known.remove("requirement");
    let normal = serde_json::from_value::<Answer>(Value::Object(known.clone())).ok();
    normal.and_then(|answer| fields(Some(&answer)).ok()).or(Some(known))
}
