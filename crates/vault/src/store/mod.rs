//! Queries, one file per idea. SQL lives here and nowhere else.

pub mod answer;
pub mod baseline;
pub mod charter;
pub mod draft;
pub mod evidence;
pub mod framework;
pub(crate) mod history;
pub mod journal;
pub mod list;
pub mod member;
pub mod record;
pub mod search;
pub mod source;
pub mod statement;

use crate::error::VaultError;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// What reads: a connection inside a transaction or at rest.
pub struct Reader<'c> {
    pub(crate) db: &'c mut SqliteConnection,
}

pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid, VaultError> {
    Uuid::from_slice(bytes).map_err(|_| VaultError::Malformed("an id is not 16 bytes long".into()))
}

pub(crate) fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
