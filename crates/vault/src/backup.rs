//! Backups: the header, the database and the anchor of one moment in one file, with every byte accounted for.
//!
//! Everything in it is encrypted as it lies in the vault, so a backup opens with the passphrases of its day. Backups made
//! beside the vault leave the evidence files where they are, because those never change; a backup to a file of its own
//! holds them, too. `docs/vault-format.md` has the bytes.

pub(crate) mod keep;
mod read;
mod write;

pub use keep::{FOLDER, Kept, Reason, kept};
pub use read::{check, list, restore};
pub use write::{Contents, Made};

use crate::{
    crypto::hex::Hex,
    header::canon::{self, Damage, EnvelopeError, EnvelopeKind},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The format of a backup.
pub const FORMAT: u64 = 1;
/// The first bytes of a backup.
pub const MAGIC: &[u8] = b"conclave backup\n";
/// How a backup's name ends.
pub const ENDING: &str = "conclave-backup";

/// Type, format and labels of the list at a backup's end.
pub const KIND: EnvelopeKind = EnvelopeKind {
    name: "conclave backup",
    format: FORMAT,
    checksum_label: "conclave backup checksum v1",
    mac_label: "conclave backup mac v1",
};

/// A file in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its path in the vault folder.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Hex<32>,
}

/// The list at a backup's end: what it holds, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    #[serde(rename = "type")]
    kind: String,
    format: u64,
    /// Id of the vault.
    pub vault_id: Uuid,
    /// Name of the vault.
    pub name: String,
    /// Generation of the database.
    pub generation: u64,
    /// When it was made: microseconds since 1970, UTC.
    pub made_at: u64,
    /// Number of the newest journal entry.
    pub seq: u64,
    /// Its hash.
    pub hash: Hex<32>,
    /// The files, in the order in which their bytes follow one another.
    pub parts: Vec<Part>,
    /// Evidence files that were left beside the vault.
    pub beside: Vec<String>,
    checksum: Hex<32>,
}

impl List {
    fn close(mut self) -> Result<Vec<u8>, BackupError> {
        self.checksum = Hex(KIND.checksum(&self.object()).ok_or(BackupError::Damaged(Damage::Spelling))?);
        canon::file_bytes(&self.object()).ok_or(BackupError::Damaged(Damage::Spelling))
    }

    fn open(bytes: &[u8]) -> Result<Self, BackupError> {
        let object = KIND.open(bytes).map_err(|e| match e {
            EnvelopeError::Newer(found) => BackupError::NewerFormat { found, known: FORMAT },
            EnvelopeError::Damaged(damage) => BackupError::Damaged(damage),
        })?;
        serde_json::from_value(Value::Object(object)).map_err(|_| BackupError::Damaged(Damage::Content("list")))
    }

    fn object(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            // A struct of texts and whole numbers is always an object.
            _ => Map::new(),
        }
    }
}

/// Why a backup could not be written, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Not a backup.
    #[error("this is no backup of Conclave")]
    NotABackup,
    /// Written by a newer program.
    #[error("the backup has format {found}; this program knows formats up to {known}")]
    NewerFormat {
        /// The format of the file.
        found: u64,
        /// The newest format of this program.
        known: u64,
    },
    /// Its list is not as it was written.
    #[error("the list of the backup is damaged: {0}")]
    Damaged(Damage),
    /// It ends too early or too late.
    #[error("the backup has {found} bytes where {expected} were written")]
    Length {
        /// What was found.
        found: u64,
        /// What its list says.
        expected: u64,
    },
    /// The bytes of a file in it are not those that were written.
    #[error("{0} in the backup is not as it was written")]
    Part(String),
    /// An evidence file that was left beside the vault is not there.
    #[error("the evidence file {0} is not beside the backup")]
    Missing(String),
    /// It names a file that no vault has.
    #[error("the backup names a file that no vault has")]
    Foreign,
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The backup cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: std::path::PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: std::path::PathBuf,
        /// What it said.
        source: std::io::Error,
    },
}

impl BackupError {
    fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Hears how many bytes are done of how many; `false` cancels.
pub type Bytes<'a> = &'a mut (dyn FnMut(u64, u64) -> bool + Send);

/// Whether a name is one that files of a vault have. Nothing else is ever written by a restore.
fn belongs(name: &str) -> bool {
    let numbered = |prefix: &str, ending: &str| {
        name.strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(ending))
            .is_some_and(|n| !n.is_empty() && n.len() < 20 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let evidence = name.strip_prefix("evidence/").is_some_and(|file| {
        !file.is_empty()
            && file.len() < 80
            && file.bytes().all(|b| b.is_ascii_hexdigit() || b == b'.' || b == b'-')
            && !file.contains("..")
            && !file.starts_with('.')
    });
    name == crate::header::HEADER_NAME || numbered("vault-", ".db") || numbered("anchor-", "") || evidence
}

#[cfg(test)]
mod tests {
    use super::belongs;

    #[test]
    fn only_files_of_a_vault_are_restored() {
        for good in ["keys.json", "vault-1.db", "vault-12.db", "anchor-3", "evidence/00ff.0", "evidence/ab-1"] {
            assert!(belongs(good), "{good}");
        }
        for bad in [
            "",
            "../keys.json",
            "/keys.json",
            "vault-.db",
            "vault-x.db",
            "anchor-",
            "evidence/",
            "evidence/../x",
            "evidence/..",
            "evidence/a/b",
            "keys.json/",
            "holder",
            "vault-1.db-wal",
        ] {
            assert!(!belongs(bad), "{bad}");
        }
    }
}
