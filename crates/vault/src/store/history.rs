//! What the journal says of one subject from its first entry on, and what follows from it.

use super::{Reader, uuid};
use crate::{audit::Payload, error::VaultError};
use serde_json::{Map, Value};
use uuid::Uuid;

/// One change of a subject; without values if they were erased.
pub(crate) struct Past {
    pub seq: u64,
    pub kind: String,
    pub payload: Option<Payload>,
}

impl Reader<'_> {
    /// Every change of a subject, the oldest first.
    pub(crate) async fn history(&mut self, id: Uuid) -> Result<Vec<Past>, VaultError> {
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
                Ok(Past { seq: super::count(r.seq), kind: r.kind, payload })
            })
            .collect()
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

/// The state that follows from changes. `None` if values were erased, so that it cannot be known.
pub(crate) fn replay<'a>(changes: impl IntoIterator<Item = &'a Past>) -> Option<Map<String, Value>> {
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
