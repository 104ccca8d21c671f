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
use sqlx::SqliteConnection;
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

impl Reader<'_> {
    /// How many members may act.
    ///
    /// # Errors
    /// The database refused.
    pub async fn active_members(&mut self) -> Result<usize, VaultError> {
        let row = sqlx::query!(r#"SELECT count(*) AS "n!: i64" FROM member WHERE active = 1"#)
            .fetch_one(&mut *self.db)
            .await?;
        Ok(usize::try_from(row.n).unwrap_or(0))
    }
}

impl Writer<'_> {
    /// Adds a member.
    ///
    /// # Errors
    /// The database refused (a name that is taken, for example).
    pub(crate) async fn add_member(&mut self, member: &StoredMember) -> Result<Event, VaultError> {
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

    /// Gives a member another role.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn set_role(&mut self, member: &StoredMember, role: Role) -> Result<Event, VaultError> {
        let (id, name) = (member.id.as_bytes().to_vec(), role.name());
        sqlx::query!("UPDATE member SET role = ? WHERE id = ?", name, id).execute(&mut *self.db).await?;
        let value = |role: Role| Map::from_iter([("role".to_owned(), Value::String(role.name().to_owned()))]);
        Ok(Event::new("member", member.id, "role", value(member.role), value(role)))
    }

    /// Lets a member act with a signing key, or lets them act no longer.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn set_active(
        &mut self,
        member: &StoredMember,
        active: bool,
        key: [u8; 32],
    ) -> Result<Event, VaultError> {
        let (id, raw) = (member.id.as_bytes().to_vec(), key.to_vec());
        sqlx::query!("UPDATE member SET active = ?, signing_key = ? WHERE id = ?", active, raw, id)
            .execute(&mut *self.db)
            .await?;
        let value = |active: bool, key: &[u8; 32]| {
            Map::from_iter([
                ("active".to_owned(), Value::Bool(active)),
                ("signing_key".to_owned(), Value::String(crate::hex(key))),
            ])
        };
        let act = if active { "reset" } else { "deactivate" };
        Ok(Event::new("member", member.id, act, value(member.active, &member.signing_key), value(active, &key)))
    }
}

/// Once a header is in place, only its hash is known. Not a change of the vault's content, so the journal, which already
/// holds the change, gets no second entry.
pub(crate) async fn know_header(db: &mut SqliteConnection, hash: &[u8; 32]) -> Result<(), VaultError> {
    let hash = hash.to_vec();
    sqlx::query!("UPDATE meta SET value = ? WHERE key IN ('header', 'header_next')", hash).execute(db).await?;
    Ok(())
}
