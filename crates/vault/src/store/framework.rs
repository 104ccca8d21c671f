//! Frameworks of the board's own. An edition that an assessment answers does not change.

use super::Reader;
use crate::{audit::Event, crypto::sha256, error::VaultError, time::micros, writer::Writer};
use conclave_domain::{call::framework::FrameworkLine, framework::Framework};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The id under which the journal speaks of an edition: made from its names, so that it is the same in every vault.
pub(crate) fn subject(id: &str, edition: &str) -> Uuid {
    let hash = sha256(&[b"conclave framework", &[0], id.as_bytes(), &[0], edition.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

impl Reader<'_> {
    /// A framework of the vault; an empty edition is the newest. `None` if it has none of that name.
    ///
    /// # Errors
    /// The database refused; the content does not read.
    pub async fn own_framework(&mut self, id: &str, edition: &str) -> Result<Option<Framework>, VaultError> {
        let row = sqlx::query!(
            "SELECT body FROM catalogue WHERE own = 1 AND id = ? AND (? = '' OR edition = ?) ORDER BY saved_at DESC LIMIT 1",
            id,
            edition,
            edition
        )
        .fetch_optional(&mut *self.db)
        .await?;
        Ok(row.map(|r| serde_json::from_str(&r.body)).transpose()?)
    }

    /// The frameworks of the vault, the newest edition of each first. Links and assessments are not counted here.
    ///
    /// # Errors
    /// The database refused.
    pub async fn own_frameworks(&mut self) -> Result<Vec<FrameworkLine>, VaultError> {
        let rows = sqlx::query!(
            "SELECT id, edition, title, short_title, publisher, kind, requirements FROM catalogue WHERE own = 1
             ORDER BY title COLLATE NOCASE, id, saved_at DESC"
        )
        .fetch_all(&mut *self.db)
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| FrameworkLine {
                id: r.id,
                edition: r.edition,
                title: r.title,
                short_title: r.short_title,
                publisher: r.publisher,
                kind: r.kind,
                own: true,
                requirements: usize::try_from(r.requirements).unwrap_or(0),
                ..FrameworkLine::default()
            })
            .collect())
    }

    /// How many assessments, live ones only if asked so, answer a framework; an empty edition counts those of all editions.
    ///
    /// # Errors
    /// The database refused.
    pub async fn answering(&mut self, id: &str, edition: &str, live: bool) -> Result<u64, VaultError> {
        let row = sqlx::query!(
            r#"SELECT count(*) AS "count!: i64" FROM record JOIN body ON body.record = record.seq
               WHERE kind = 'assessment' AND class = ? AND (NOT ? OR trashed_at IS NULL)
                 AND (? = '' OR coalesce(json_extract(json, '$.edition'), '') = ?)"#,
            id,
            live,
            edition,
            edition
        )
        .fetch_one(&mut *self.db)
        .await?;
        Ok(super::count(row.count))
    }

    /// Each own framework: its subject, its name, what the journal must say of it, and whether the content gives its hash.
    pub(crate) async fn own_states(&mut self) -> Result<Vec<(Uuid, String, Map<String, Value>, bool)>, VaultError> {
        let rows = sqlx::query!("SELECT id, edition, title, requirements, sha256, body FROM catalogue WHERE own = 1")
            .fetch_all(&mut *self.db)
            .await?;
        Ok(rows
            .into_iter()
            .map(|r| {
                let right = sha256(&[r.body.as_bytes()]).as_slice() == r.sha256;
                let said = state(&r.id, &r.edition, &r.title, r.requirements, &r.sha256);
                (subject(&r.id, &r.edition), format!("{} {}", r.id, r.edition), said, right)
            })
            .collect())
    }
}

impl Writer<'_> {
    /// Keeps an edition, new or in the place of what stood under its name. The caller holds what may be replaced.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_framework(&mut self, framework: &Framework) -> Result<Event, VaultError> {
        let about = &framework.framework;
        let body = serde_json::to_string(framework)?;
        let hash = sha256(&[body.as_bytes()]).to_vec();
        let (count, now) = (i64::try_from(framework.requirements.len()).unwrap_or(i64::MAX), micros(self.now));
        let before = self.framework_state(&about.id, &about.edition).await?;
        sqlx::query!(
            "INSERT OR REPLACE INTO catalogue (id, edition, sha256, body, own, title, short_title, publisher, kind,
               requirements, saved_at) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
            about.id,
            about.edition,
            hash,
            body,
            about.title,
            about.short_title,
            about.publisher,
            about.kind,
            count,
            now
        )
        .execute(&mut *self.db)
        .await?;
        let act = if before.is_empty() { "create" } else { "update" };
        let after = self.framework_state(&about.id, &about.edition).await?;
        Ok(Event::new("framework", subject(&about.id, &about.edition), act, before, after))
    }

    /// Removes an edition; `None` if there is none. The caller holds that nothing answers it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn remove_framework(&mut self, id: &str, edition: &str) -> Result<Option<Event>, VaultError> {
        let before = self.framework_state(id, edition).await?;
        if before.is_empty() {
            return Ok(None);
        }
        sqlx::query!("DELETE FROM catalogue WHERE own = 1 AND id = ? AND edition = ?", id, edition)
            .execute(&mut *self.db)
            .await?;
        Ok(Some(Event::new("framework", subject(id, edition), "remove", before, Map::new())))
    }

    /// What the journal says of an edition; empty if it is not there.
    async fn framework_state(&mut self, id: &str, edition: &str) -> Result<Map<String, Value>, VaultError> {
        let row = sqlx::query!(
            "SELECT title, sha256, requirements FROM catalogue WHERE own = 1 AND id = ? AND edition = ?",
            id,
            edition
        )
        .fetch_optional(&mut *self.db)
        .await?;
        Ok(row.map_or_else(Map::new, |r| state(id, edition, &r.title, r.requirements, &r.sha256)))
    }
}

/// What the journal says of an edition.
fn state(id: &str, edition: &str, title: &str, requirements: i64, hash: &[u8]) -> Map<String, Value> {
    Map::from_iter([
        ("framework".to_owned(), Value::from(id)),
        ("edition".to_owned(), Value::from(edition)),
        ("title".to_owned(), Value::from(title)),
        ("requirements".to_owned(), Value::from(requirements)),
        ("sha256".to_owned(), Value::from(crate::hex(hash))),
    ])
}
