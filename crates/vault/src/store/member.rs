//! Members: who may act, in which role, with which signing key.

use super::{Reader, uuid};
use crate::{
    audit::Event,
    error::VaultError,
    time::{micros, moment},
    writer::Writer,
};
use chrono::{DateTime, Utc};
use conclave_domain::permission::Role;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A member as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMember {
    /// The id.
    pub id: Uuid,
    /// The name, unique whatever its case.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The public signing key (Ed25519).
    pub signing_key: [u8; 32],
    /// Whether the member may act.
    pub active: bool,
    /// When the member joined.
    pub since: DateTime<Utc>,
}

impl Reader<'_> {
    /// All members by name.
    ///
    /// # Errors
    /// The database refused.
    pub async fn members(&mut self) -> Result<Vec<StoredMember>, VaultError> {
        let rows = sqlx::query!("SELECT id, name, role, signing_key, active, since FROM member ORDER BY name")
            .fetch_all(&mut *self.db)
            .await?;
        rows.into_iter()
            .map(|r| {
                Ok(StoredMember {
                    id: uuid(&r.id)?,
                    name: r.name,
                    role: Role::from_name(&r.role).ok_or_else(|| VaultError::Malformed("a role".into()))?,
                    signing_key: r.signing_key.try_into().map_err(|_| VaultError::Malformed("a key".into()))?,
                    active: r.active != 0,
                    since: moment(r.since),
                })
            })
            .collect()
    }
}

impl Writer<'_> {
    /// Adds a member.
    ///
    /// # Errors
    /// The database refused (a name that is taken, for example).
    pub async fn add_member(&mut self, member: &StoredMember) -> Result<Event, VaultError> {
        let id = member.id.as_bytes().to_vec();
        let key = member.signing_key.to_vec();
        let (role, since) = (member.role.name(), micros(member.since));
        sqlx::query!(
            "INSERT INTO member (id, name, role, signing_key, active, since) VALUES (?, ?, ?, ?, 1, ?)",
            id,
            member.name,
            role,
            key,
            since
        )
        .execute(&mut *self.db)
        .await?;
        let after = Map::from_iter([
            ("name".to_owned(), Value::String(member.name.clone())),
            ("role".to_owned(), Value::String(role.to_owned())),
            ("signing_key".to_owned(), Value::String(crate::hex(&member.signing_key))),
        ]);
        Ok(Event::new("member", member.id, "create", Map::new(), after))
    }

    /// Gives a member another signing key, after a recovery.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn set_signing_key(&mut self, id: Uuid, key: [u8; 32]) -> Result<Event, VaultError> {
        let (bytes, raw) = (id.as_bytes().to_vec(), key.to_vec());
        sqlx::query!("UPDATE member SET signing_key = ? WHERE id = ?", raw, bytes).execute(&mut *self.db).await?;
        let after = Map::from_iter([("signing_key".to_owned(), Value::String(crate::hex(&key)))]);
        Ok(Event::new("member", id, "recover", Map::new(), after))
    }
}
