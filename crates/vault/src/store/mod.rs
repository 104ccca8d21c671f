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
pub(crate) mod rewind;
pub mod search;
pub mod source;
pub mod statement;

use crate::error::VaultError;
use chrono::DateTime;
use conclave_domain::time::Now;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// What reads: a connection inside a transaction or at rest, or the vault as it was ([`crate::Past`]).
pub struct Reader<'c> {
    pub(crate) db: &'c mut SqliteConnection,
    /// The time by which it judges what has expired.
    pub(crate) now: Now,
}

impl<'c> Reader<'c> {
    /// Reads what no day bears upon: heads, hashes, members, meta.
    pub(crate) fn timeless(db: &'c mut SqliteConnection) -> Self {
        Self { db, now: Now::utc(DateTime::UNIX_EPOCH) }
    }

    /// The time by which it judges.
    pub fn now(&self) -> &Now {
        &self.now
    }
}

pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid, VaultError> {
    Uuid::from_slice(bytes).map_err(|_| VaultError::Malformed("an id is not 16 bytes long".into()))
}

pub(crate) fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
