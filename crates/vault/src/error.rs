//! What can go wrong in the vault, with its sources. [`From`] turns it into what a person sees.

use crate::{
    backup::BackupError, chain::EntryError, evidence::EvidenceError, header::HeaderError, hold::HoldError,
    kdf::KdfError,
};
use chrono::{DateTime, Utc};
use conclave_domain::fault::{Fault, FaultKind};
use conclave_domain::t;
use std::path::PathBuf;

/// An error of the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The database refused.
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A stored value is not what the schema promises.
    #[error("stored value is malformed: {0}")]
    Malformed(String),
    /// No record of that id or reference.
    #[error("not found: {0}")]
    NotFound(String),
    /// A newer revision was saved.
    #[error("a newer revision was saved")]
    Conflict {
        /// The record's name.
        what: String,
        /// Who saved it.
        who: String,
        /// When.
        when: DateTime<Utc>,
        /// The newer revision.
        revision: i64,
    },
    /// A file of the vault is not as it was written.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The folder exists already.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// Another process has the vault open.
    #[error("held by {0}")]
    Held(String),
    /// The header, a slot, the anchor or the journal chain refused.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl VaultError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> VaultError {
        let path = path.into();
        move |source| VaultError::Io { path, source }
    }
}

impl From<serde_json::Error> for VaultError {
    fn from(e: serde_json::Error) -> Self {
        // The position only: the text of a record never reaches a message.
        VaultError::Malformed(format!("JSON, line {} column {}", e.line(), e.column()))
    }
}

impl From<HeaderError> for VaultError {
    fn from(e: HeaderError) -> Self {
        match e {
            HeaderError::WrongPassphrase => {
                Fault::new(FaultKind::WrongPassphrase, t!("fault.wrong_passphrase"), t!("fault.wrong_passphrase_next"))
                    .into()
            }
            HeaderError::NoSuchMember => Fault::invalid_field("member", t!("vault.no_such_member")).into(),
            HeaderError::NotAVault { path } => Fault::new(
                FaultKind::NotFound,
                t!("vault.not_a_vault", path = path.display()),
                t!("vault.not_a_vault_next"),
            )
            .into(),
            HeaderError::NewerFormat { found, known } => Fault::new(
                FaultKind::NewerFormat,
                t!("fault.newer_format", found = found, known = known),
                t!("fault.newer_format_next"),
            )
            .into(),
            HeaderError::Invalid { field, reason } => {
                Fault::invalid_field(field, t!("vault.name_invalid", field = field, reason = reason)).into()
            }
            HeaderError::Io { which, action: "read", source } => {
                Fault::unreadable(which.name(), io_reason(&source)).into()
            }
            HeaderError::Io { which, source, .. } => VaultError::Io { path: which.name().into(), source },
            HeaderError::Kdf(e) => kdf(&e).into(),
            HeaderError::Damaged { .. } | HeaderError::Outdated | HeaderError::Crypto(_) => {
                tracing::error!(error = %e, "header");
                VaultError::Damaged(t!("vault.part_header"))
            }
        }
    }
}

fn kdf(e: &KdfError) -> Fault {
    match e {
        KdfError::Memory { m_kib } => {
            Fault::new(FaultKind::Internal, t!("vault.memory", mib = m_kib / 1024), t!("vault.memory_next"))
        }
        _ => damaged(&t!("vault.part_header")),
    }
}

impl From<BackupError> for VaultError {
    fn from(e: BackupError) -> Self {
        match e {
            BackupError::Io { path, source } if source.kind() == std::io::ErrorKind::AlreadyExists => {
                VaultError::Exists(path)
            }
            BackupError::Io { path, source } => VaultError::Io { path, source },
            BackupError::Read { path, source } => {
                Fault::unreadable(&path.display().to_string(), io_reason(&source)).into()
            }
            BackupError::Cancelled => Fault::cancelled().into(),
            BackupError::NewerFormat { found, known } => Fault::new(
                FaultKind::NewerFormat,
                t!("fault.newer_format", found = found, known = known),
                t!("fault.newer_format_next"),
            )
            .into(),
            BackupError::NotABackup => {
                Fault::new(FaultKind::Unreachable, t!("vault.not_a_backup"), t!("vault.not_a_backup_next")).into()
            }
            other => Fault::new(
                FaultKind::Damaged,
                t!("vault.backup_damaged", what = other),
                t!("vault.backup_damaged_next"),
            )
            .into(),
        }
    }
}

impl From<EvidenceError> for VaultError {
    fn from(e: EvidenceError) -> Self {
        let full = e.is_full();
        match e {
            EvidenceError::Cancelled => Fault::cancelled().into(),
            EvidenceError::Missing { .. } | EvidenceError::Damaged { .. } | EvidenceError::OtherContent => {
                tracing::error!(error = %e, "evidence");
                VaultError::Damaged(t!("vault.part_evidence"))
            }
            EvidenceError::TooLarge { limit, found } => {
                let sentence = t!("vault.evidence_large", mb = limit / 1_000_000, found = found / 1_000_000);
                Fault::invalid_field("path", sentence).into()
            }
            EvidenceError::Io { .. } if full => {
                Fault::new(FaultKind::Full, t!("fault.full"), t!("fault.full_next")).into()
            }
            EvidenceError::Io { source, .. } => VaultError::Io { path: crate::evidence::FOLDER_NAME.into(), source },
            EvidenceError::Crypto(_) => Fault::internal().into(),
        }
    }
}

impl From<HoldError> for VaultError {
    fn from(e: HoldError) -> Self {
        match e {
            HoldError::Held(Some(holder)) => {
                VaultError::Held(t!("vault.holder", program = holder.program, host = holder.host, pid = holder.pid))
            }
            HoldError::Held(None) => VaultError::Held(t!("vault.holder_unknown")),
            HoldError::Io(source) if source.kind() == std::io::ErrorKind::StorageFull => {
                VaultError::Io { path: crate::hold::LOCK_NAME.into(), source }
            }
            HoldError::Io(source) => Fault::new(
                FaultKind::Unreachable,
                t!("vault.not_lockable", why = io_reason(&source)),
                t!("vault.not_lockable_next"),
            )
            .into(),
        }
    }
}

impl From<EntryError> for VaultError {
    fn from(e: EntryError) -> Self {
        VaultError::Malformed(format!("journal entry: {e}"))
    }
}

impl From<VaultError> for Fault {
    fn from(e: VaultError) -> Fault {
        match e {
            VaultError::Fault(fault) => fault,
            VaultError::NotFound(what) => Fault::not_found(&what),
            VaultError::Conflict { what, who, when, revision } => Fault::new(
                FaultKind::Conflict { who: who.clone(), when, revision },
                t!("fault.conflict", who = who, what = what, when = when.format("%Y-%m-%d %H:%M UTC")),
                t!("fault.conflict_next"),
            ),
            VaultError::Exists(path) => {
                Fault::new(FaultKind::Exists, t!("fault.exists", path = path.display()), t!("fault.exists_next"))
            }
            VaultError::Held(who) => Fault::new(FaultKind::Held, t!("fault.held", who = who), t!("fault.held_next")),
            VaultError::Damaged(what) => damaged(&what),
            VaultError::Io { path, source } => from_io(&path, &source),
            VaultError::Database(e) => from_database(&e),
            VaultError::Migration(
                sqlx::migrate::MigrateError::Execute(e) | sqlx::migrate::MigrateError::ExecuteMigration(e, _),
            ) if from_database(&e).kind != FaultKind::Internal => from_database(&e),
            VaultError::Migration(e) => {
                tracing::error!(error = %e, "migration");
                damaged(&t!("vault.part_schema"))
            }
            VaultError::Malformed(what) => {
                tracing::error!(%what, "malformed value");
                damaged(&t!("vault.part_values"))
            }
        }
    }
}

fn damaged(what: &str) -> Fault {
    Fault::new(FaultKind::Damaged, t!("fault.damaged", what = what), t!("fault.damaged_next"))
}

fn from_io(path: &std::path::Path, source: &std::io::Error) -> Fault {
    if source.kind() == std::io::ErrorKind::StorageFull {
        return Fault::new(FaultKind::Full, t!("fault.full"), t!("fault.full_next"));
    }
    Fault::not_writable(&path.display().to_string(), io_reason(source))
}

fn io_reason(source: &std::io::Error) -> String {
    match source.kind() {
        std::io::ErrorKind::NotFound => t!("vault.io_missing"),
        std::io::ErrorKind::PermissionDenied => t!("vault.io_denied"),
        std::io::ErrorKind::ReadOnlyFilesystem => t!("vault.io_read_only"),
        std::io::ErrorKind::NotADirectory => t!("vault.io_no_folder"),
        std::io::ErrorKind::AlreadyExists => t!("vault.io_exists"),
        other => other.to_string(),
    }
}

/// SQLite's primary result codes that a person can do something about.
fn from_database(e: &sqlx::Error) -> Fault {
    let code = e.as_database_error().and_then(|d| d.code()).and_then(|c| c.parse::<i32>().ok()).map(|c| c & 0xff);
    tracing::error!(?code, "database");
    match code {
        Some(13) => Fault::new(FaultKind::Full, t!("fault.full"), t!("fault.full_next")),
        Some(11 | 26) => damaged(&t!("vault.part_database")),
        Some(8 | 10 | 14) => Fault::new(FaultKind::Unreachable, t!("vault.database_io"), t!("fault.not_writable_next")),
        _ => Fault::internal(),
    }
}
