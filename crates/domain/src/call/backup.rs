//! Calls about backups: to one file, by themselves, back into a new vault, and saving what a damaged vault still gives.

use super::{call, journal::Verdict};
use crate::secret::Secret;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Writes the whole vault to one file and checks it by opening it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackUp {
    /// The file.
    pub out: String,
    /// Whether an existing file is replaced.
    #[serde(default)]
    pub overwrite: bool,
}
call!(BackUp, "vault.backup", Job, BackedUp, ManageVault, Backups);

/// A backup that was written and checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackedUp {
    /// The file.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// The number of the newest journal entry in it.
    pub head: u64,
    /// Evidence files that were not there to be kept; the check names them.
    #[serde(default)]
    pub missing: u64,
}

/// Makes the day's backup beside the vault if something changed since the last one, and drops those that are too old.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeepBackups {}
call!(KeepBackups, "vault.keep_backups", Job, Option<Backup>, View, Backups);

/// What backups there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListBackups {}
call!(ListBackups, "vault.backups", Read, Backups, View);

/// The backups of a vault.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Backups {
    /// The folder of those that are made by themselves.
    pub folder: String,
    /// Those, the newest first.
    pub kept: Vec<Backup>,
    /// When the newest backup to a file was made, as the journal says.
    pub by_hand: Option<DateTime<Utc>>,
    /// When the newest verified backup of either sort was made.
    pub newest: Option<DateTime<Utc>>,
    /// Changes since the newest verified backup.
    pub changes_since: u64,
}

/// A backup that was made by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backup {
    /// Why it was made: "daily", "weekly", "migration" or "rekey".
    pub reason: String,
    /// The file.
    pub path: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The number of the newest journal entry in it.
    pub head: u64,
    /// Its size in bytes.
    pub size: u64,
}

/// Restores a backup into a new folder, never over a vault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoreBackup {
    /// The backup.
    pub path: String,
    /// The new vault's folder; it must not exist. `.conclave` is appended if missing.
    pub to: String,
}
call!(RestoreBackup, "vault.restore", Job, Restored, Anyone);

/// A restored vault, still locked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// Its folder.
    pub path: String,
    /// Its name.
    pub name: String,
    /// When the backup was made.
    pub made_at: DateTime<Utc>,
    /// The number of its newest journal entry.
    pub head: u64,
    /// Evidence files that were neither in the backup nor beside it; the check of the restored vault names them.
    #[serde(default)]
    pub missing: u64,
}

/// Checks a backup file without a passphrase: every byte is as it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckBackup {
    /// The backup.
    pub path: String,
}
call!(CheckBackup, "vault.check_backup", Job, Verdict, Anyone);

/// Copies everything that a damaged vault still gives into a new one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RescueVault {
    /// The damaged vault.
    pub path: String,
    /// The new vault's folder; it must not exist.
    pub to: String,
    /// Who acts; "" for the only member.
    #[serde(default)]
    pub member: String,
    /// The passphrase.
    pub passphrase: Secret,
}
call!(RescueVault, "vault.rescue", Job, Rescued, Anyone);

/// What could be saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rescued {
    /// The new vault's folder.
    pub path: String,
    /// What was copied, one sentence each.
    pub saved: Vec<String>,
    /// What was lost, one sentence each.
    pub lost: Vec<String>,
}
