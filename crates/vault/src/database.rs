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
    hush().await?;
    if create {
        // Made here, so that it belongs to its owner alone from its first moment.
        crate::atomic::private().write(true).create(true).truncate(false).open(path).map_err(VaultError::io(path))?;
    }
    let pragma = Zeroizing::new(format!("\"{}\"", *raw(key)));
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

/// Opens the database to look only: closing it moves nothing out of the write-ahead log and removes nothing, so whatever was
/// found can still be rescued.
///
/// # Errors
/// As [`open`].
pub async fn look(path: &Path, key: &[u8; 32]) -> Result<SqliteConnection, VaultError> {
    hush().await?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("key", format!("\"{}\"", *raw(key)))
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging();
    SqliteConnection::connect_with(&options).await.map_err(as_damage)
}

/// Whether a write-ahead log was left behind: the program ended without closing the database.
#[must_use]
pub fn left_open(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|m| m.len() > 0)
}

/// SQLCipher writes to standard error by itself when a page is damaged; what people should know, they are told in sentences.
/// The level holds for the whole process, and has to be set before the first page is read.
async fn hush() -> Result<(), VaultError> {
    static DONE: std::sync::OnceLock<()> = std::sync::OnceLock::new();
    if DONE.get().is_none() {
        let mut memory = SqliteConnectOptions::new().in_memory(true).disable_statement_logging().connect().await?;
        sqlx::query("PRAGMA cipher_log_level = NONE").execute(&mut memory).await?;
        memory.close().await?;
        let _ = DONE.set(());
    }
    Ok(())
}

/// A raw key as SQLCipher reads it: `x'…'`.
fn raw(key: &[u8; 32]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(67));
    text.push_str("x'");
    for byte in key {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\'');
    text
}

/// Attaches another database under a name. The key travels as a bound value, never as part of a statement.
///
/// # Errors
/// The database refused.
pub async fn attach(
    connection: &mut SqliteConnection,
    path: &Path,
    key: &[u8; 32],
    name: &'static str,
) -> Result<(), VaultError> {
    let target = path.to_str().ok_or_else(|| VaultError::Malformed("a path that is no text".into()))?;
    let text = raw(key);
    sqlx::query("ATTACH DATABASE ? AS ? KEY ?")
        .bind(target)
        .bind(name)
        .bind(text.as_str())
        .execute(connection)
        .await
        .map_err(as_damage)?;
    Ok(())
}

/// Copies the whole database into a new file under another key.
///
/// # Errors
/// The database or the disk refused; the new file is then incomplete.
pub async fn export(connection: &mut SqliteConnection, path: &Path, key: &[u8; 32]) -> Result<(), VaultError> {
    // A connection that may not create its own database may not create an attached one either.
    crate::atomic::private().write(true).create_new(true).open(path).map_err(VaultError::io(path))?;
    attach(connection, path, key, "next").await?;
    let exported = sqlx::query("SELECT sqlcipher_export('next')").fetch_all(&mut *connection).await;
    let detached = sqlx::query("DETACH DATABASE next").execute(&mut *connection).await;
    // The export reports a full disk as a plain error with SQLite's own words.
    if let Err(e) = &exported
        && e.to_string().contains("disk is full")
    {
        return Err(VaultError::io(path)(std::io::ErrorKind::StorageFull.into()));
    }
    exported?;
    detached?;
    Ok(())
}

/// Moves everything from the write-ahead log into the database file and makes it durable.
///
/// # Errors
/// The database or the disk refused.
pub async fn checkpoint(connection: &mut SqliteConnection) -> Result<(), VaultError> {
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    // The first column says whether a reader or writer was in the way; on one connection there is none.
    if row.get::<i64, _>(0) == 0 { Ok(()) } else { Err(VaultError::Malformed("a checkpoint was not completed".into())) }
}

/// Reads every page: its authentication code and SQLite's structure.
///
/// # Errors
/// [`VaultError::Damaged`] if anything is not as it was written.
pub async fn prove(connection: &mut SqliteConnection) -> Result<(), VaultError> {
    authentic(connection).await?;
    let found: String = sqlx::query("PRAGMA quick_check(1)").fetch_one(connection).await?.get(0);
    if found == "ok" { Ok(()) } else { Err(VaultError::Damaged(conclave_domain::t!("vault.part_database"))) }
}

/// Reads every page and checks its authentication code.
///
/// # Errors
/// [`VaultError::Damaged`] if one does not carry it.
pub async fn authentic(connection: &mut SqliteConnection) -> Result<(), VaultError> {
    let found = sqlx::query("PRAGMA cipher_integrity_check").fetch_all(connection).await?;
    if found.is_empty() { Ok(()) } else { Err(VaultError::Damaged(conclave_domain::t!("vault.part_database"))) }
}

/// Removes a database and the files that SQLite keeps beside it.
///
/// # Errors
/// The file system refused; what is not there is no error.
pub fn remove(path: &Path) -> std::io::Result<()> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match std::fs::remove_file(name) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

/// The newest schema that this program knows.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Whether migrations are still to be run on a database that was opened.
///
/// # Errors
/// The database refused.
pub async fn outdated(connection: &mut SqliteConnection) -> Result<bool, VaultError> {
    let applied: i64 = sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await?.get(0);
    Ok(MIGRATIONS.iter().any(|m| m.version > applied))
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
    // A table that is made anew is dropped in between, and would take with it what refers to it.
    sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut *connection).await?;
    let migrated = run(connection).await;
    sqlx::query("PRAGMA foreign_keys = ON").execute(&mut *connection).await?;
    migrated
}

async fn run(connection: &mut SqliteConnection) -> Result<(), VaultError> {
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

/// Waits until the threads of closed connections are gone. OpenSSL tidies up when the process ends and again when a thread
/// ends; where the two meet, the process dies of it. The shell calls this last.
pub fn await_threads() {
    const PATIENCE: Duration = Duration::from_secs(2);
    let begun = std::time::Instant::now();
    while connections_end() && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whether a thread of a connection is still there. Only Linux lists the threads of a process as files.
fn connections_end() -> bool {
    // The system keeps fifteen bytes of a thread's name.
    const NAME: &str = "sqlx-sqlite-wor";
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return false };
    tasks.flatten().any(|t| std::fs::read_to_string(t.path().join("comm")).is_ok_and(|name| name.starts_with(NAME)))
}
