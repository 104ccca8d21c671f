//! The encrypted database: one SQLCipher connection per vault, opened with a raw key.
//!
//! One connection only: SQLite before 3.51.3 can lose a write when two connections reset a write-ahead log, and SQLCipher
//! 4.10 brings SQLite 3.50.4. Statement logging is off and the options are never printed: both would show the key.

use crate::error::VaultError;
use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous},
};
use std::{fmt::Write as _, path::Path, time::Duration};
use zeroize::Zeroizing;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// Opens (or creates) the database file with a raw 256-bit key.
///
/// # Errors
/// A wrong key and a damaged first page look alike to SQLite; the caller has already checked the key against the header,
/// so both are reported as damage.
pub async fn open(path: &Path, key: &[u8; 32], create: bool) -> Result<SqliteConnection, VaultError> {
    let mut pragma = Zeroizing::new(String::with_capacity(72));
    pragma.push_str("\"x'");
    for byte in key {
        let _ = write!(pragma, "{byte:02x}");
    }
    pragma.push_str("'\"");
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .pragma("key", pragma.to_string())
        .journal_mode(SqliteJournalMode::Wal)
        .locking_mode(SqliteLockingMode::Exclusive)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("cache_size", "-131072")
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "OFF")
        .statement_cache_capacity(256)
        .disable_statement_logging();
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(as_damage)?;
    let cipher: Option<String> =
        sqlx::query("PRAGMA cipher_version").fetch_optional(&mut connection).await?.map(|r| r.get(0));
    if cipher.is_none_or(|v| v.is_empty()) {
        return Err(VaultError::Malformed("this build has no SQLCipher".into()));
    }
    Ok(connection)
}

/// Code 26 ("not a database") after the header has vouched for the key means a damaged first page.
fn as_damage(e: sqlx::Error) -> VaultError {
    match e.as_database_error().and_then(|d| d.code()).and_then(|c| c.parse::<i32>().ok()) {
        Some(code) if matches!(code & 0xff, 11 | 26) => VaultError::Damaged(conclave_domain::t!("vault.part_database")),
        _ => VaultError::Database(e),
    }
}

/// Brings the schema up to date.
///
/// # Errors
/// A schema from a newer program, or a failed migration.
pub async fn migrate(connection: &mut SqliteConnection) -> Result<(), VaultError> {
    // `run` would be the public way, but its future cannot be sent between threads (its bound on `Acquire` is too narrow).
    Ok(MIGRATIONS.run_direct(None, connection, false).await?)
}

/// Versions of SQLCipher and SQLite, for the about page and the tests.
///
/// # Errors
/// The database refused.
pub async fn versions(connection: &mut SqliteConnection) -> Result<(String, String), VaultError> {
    let cipher = sqlx::query("PRAGMA cipher_version").fetch_one(&mut *connection).await?.get(0);
    let sqlite = sqlx::query("SELECT sqlite_version()").fetch_one(&mut *connection).await?.get(0);
    Ok((cipher, sqlite))
}
