//! The charter's editions, and small facts about the vault itself.

use super::Reader;
use crate::{audit::Event, error::VaultError, time::micros, writer::Writer};
use conclave_domain::charter::Charter;
use serde_json::Value;
use uuid::Uuid;

impl Reader<'_> {
    /// The charter in force; the built-in default if none was saved.
    ///
    /// # Errors
    /// The database refused.
    pub async fn charter(&mut self) -> Result<Charter, VaultError> {
        let row = sqlx::query!("SELECT body FROM charter ORDER BY edition DESC LIMIT 1")
            .fetch_optional(&mut *self.db)
            .await?;
        Ok(row.map(|r| serde_json::from_str(&r.body)).transpose()?.unwrap_or_default())
    }

    /// A fact about the vault.
    ///
    /// # Errors
    /// The database refused.
    pub async fn meta(&mut self, key: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let row = sqlx::query!("SELECT value FROM meta WHERE key = ?", key).fetch_optional(&mut *self.db).await?;
        Ok(row.map(|r| r.value))
    }
}

impl Writer<'_> {
    /// Saves a new edition. `charter.edition` is the one that was edited.
    pub(crate) async fn put_charter(&mut self, charter: &Charter) -> Result<(Charter, Event), VaultError> {
        let before = self.read().charter().await?;
        if before.edition != charter.edition {
            return Err(VaultError::Conflict {
                what: conclave_domain::t!("charter"),
                who: String::new(),
                when: self.now.moment(),
                revision: i64::from(before.edition),
            });
        }
        let saved = Charter { edition: charter.edition + 1, ..charter.clone() };
        let (edition, body, now) = (saved.edition, serde_json::to_string(&saved)?, micros(self.now.moment()));
        sqlx::query!("INSERT INTO charter (edition, body, saved_at) VALUES (?, ?, ?)", edition, body, now)
            .execute(&mut *self.db)
            .await?;
        let map = |c: &Charter| match serde_json::to_value(c) {
            Ok(Value::Object(map)) => map,
            _ => serde_json::Map::new(),
        };
        let event = Event::new("charter", Uuid::nil(), "update", map(&before), map(&saved)).at(i64::from(edition));
        Ok((saved, event))
    }

    /// Writes a fact about the vault. Only the vault itself does this, within a journalled change.
    pub(crate) async fn set_meta(&mut self, key: &str, value: &[u8]) -> Result<(), VaultError> {
        sqlx::query!("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value)
            .execute(&mut *self.db)
            .await?;
        Ok(())
    }
}
