//! Drafts: half-written forms, unjournalled, kept inside the vault so that they survive the lock.

use crate::{error::VaultError, time};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Keeps a draft; an empty body drops it.
///
/// # Errors
/// The database refused.
pub(crate) async fn keep(
    db: &mut SqliteConnection,
    member: Uuid,
    (key, body): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    let member = member.as_bytes().to_vec();
    if body.is_empty() {
        sqlx::query!("DELETE FROM draft WHERE member = ? AND key = ?", member, key).execute(db).await?;
    } else {
        let now = time::micros(now);
        sqlx::query!(
            "INSERT OR REPLACE INTO draft (member, key, body, saved_at) VALUES (?, ?, ?, ?)",
            member,
            key,
            body,
            now
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// A kept draft.
///
/// # Errors
/// The database refused.
pub(crate) async fn get(db: &mut SqliteConnection, member: Uuid, key: &str) -> Result<Option<String>, VaultError> {
    let member = member.as_bytes().to_vec();
    let row =
        sqlx::query!("SELECT body FROM draft WHERE member = ? AND key = ?", member, key).fetch_optional(db).await?;
    Ok(row.map(|r| r.body))
}
