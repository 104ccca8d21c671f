//! Backups of an open vault.

use super::Vault;
use crate::{
    anchor::Head,
    atomic,
    audit::{Audited, Event},
    backup::{Contents, FOLDER, Kept, Made, Reason, keep, kept},
    check::{Watch, step},
    crypto::hex,
    error::VaultError,
    evidence::{self, EvidenceStore},
    header::{Header, Unlocked},
    store::Reader,
    writer::at_micros,
};
use conclave_domain::{t, time::Now};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use std::path::Path;
use uuid::Uuid;

/// Keeps the vault as it is before its schema is changed.
pub(super) async fn before_migration(
    folder: &Path,
    header: &Header,
    unlocked: &Unlocked,
    (head, now): (Head, &Now),
    db: &mut SqliteConnection,
) -> Result<(), VaultError> {
    let kept = folder.join(FOLDER);
    std::fs::create_dir_all(&kept).map_err(VaultError::io(&kept))?;
    super::private(&kept);
    let out = keep::path(folder, Reason::Migration, now.moment(), head.seq);
    // The schema before evidence had none; later ones list it.
    let names = evidence_names(db, folder, unlocked.vault_id()).await.unwrap_or_default();
    let evidence = (names, false);
    let contents = Contents { folder, header, unlocked, head, now: at_micros(now), evidence };
    contents.write(db, &out, &mut |_, _| true).await?;
    Ok(())
}

/// The evidence files of a vault by their paths in its folder.
async fn evidence_names(db: &mut SqliteConnection, folder: &Path, vault: Uuid) -> Result<Vec<String>, VaultError> {
    let store = EvidenceStore::new(folder, vault);
    let mut names = Vec::new();
    for content in Reader::timeless(db).contents().await? {
        for file in store.chunk_names(&content.id, content.size) {
            names.push(format!("{}/{file}", evidence::FOLDER_NAME));
        }
    }
    Ok(names)
}

/// Removes evidence files that nothing refers to any more: neither a row nor a backup beside the vault. What cannot be known
/// for certain stays.
pub(super) async fn sweep_evidence(db: &mut SqliteConnection, folder: &Path, vault: Uuid) {
    let (Ok(mut known), Ok(backups)) = (Reader::timeless(db).content_ids().await, kept(folder)) else { return };
    for backup in backups {
        let Ok(list) = crate::backup::list(&backup.path) else { return };
        let ids =
            list.beside.iter().filter_map(|n| n.strip_prefix("evidence/")?.split('.').next().and_then(hex::decode));
        known.extend(ids);
    }
    if let Err(error) = EvidenceStore::new(folder, vault).sweep(&known) {
        tracing::warn!(%error, "evidence");
    }
}

impl Vault {
    /// Writes a backup to a file of its own, checks it by opening it, and notes it in the journal.
    ///
    /// # Errors
    /// Cancelled; the disk refused; the copy did not open.
    pub async fn back_up(&mut self, call: &str, out: &Path, watch: Watch<'_>) -> Result<Made, VaultError> {
        let made = self.write_backup(out, true, watch).await?;
        let name = out.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let after = Map::from_iter([
            ("file".to_owned(), Value::String(name)),
            ("sha256".to_owned(), Value::String(crate::hex(&made.sha256))),
            ("head".to_owned(), Value::from(made.head.seq)),
        ]);
        let event = Event::new("vault", self.id(), "backup", Map::new(), after);
        let transaction = self.begin_own().await?;
        transaction.commit(call, Audited::new((), event)).await?;
        Ok(made)
    }

    /// The backups beside the vault, the newest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn kept_backups(&self) -> Result<Vec<Kept>, VaultError> {
        kept(&self.folder).map_err(VaultError::io(self.folder.join(FOLDER)))
    }

    /// Makes the day's backup if it is due and drops those that are too old. `None` if none is due.
    ///
    /// # Errors
    /// The disk refused; the copy did not open.
    pub async fn keep_backups(&mut self, watch: Watch<'_>) -> Result<Option<Kept>, VaultError> {
        let (now, all) = (self.now.clone(), self.kept_backups()?);
        if !keep::due(&all, &now, self.head.map_or(0, |h| h.seq)) {
            return Ok(None);
        }
        let made = self.keep_backup(Reason::Daily, watch).await?;
        if keep::begins_week(&all, &now) {
            let weekly = keep::path(&self.folder, Reason::Weekly, made.at, made.head);
            // A second name of the same bytes where the file system knows such a thing, otherwise a copy.
            if std::fs::hard_link(&made.path, &weekly).is_err() {
                let unfinished = atomic::unfinished(&weekly);
                std::fs::copy(&made.path, &unfinished)
                    .and_then(|_| std::fs::File::open(&unfinished)?.sync_all())
                    .and_then(|()| std::fs::rename(&unfinished, &weekly))
                    .map_err(VaultError::io(&weekly))?;
            }
        }
        Ok(Some(made))
    }

    pub(super) async fn keep_backup(&mut self, reason: Reason, watch: Watch<'_>) -> Result<Kept, VaultError> {
        let folder = self.folder.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(VaultError::io(&folder))?;
        super::private(&folder);
        keep::tidy(&self.folder);
        let at = self.now.moment();
        let path = keep::path(&self.folder, reason, at, self.head.map_or(0, |h| h.seq));
        let made = self.write_backup(&path, false, watch).await?;
        for old in keep::surplus(&self.kept_backups()?) {
            // One that stays too long harms nobody.
            let _ = std::fs::remove_file(&old.path);
        }
        Ok(Kept { reason, at, head: made.head.seq, path: made.path, size: made.size })
    }

    async fn write_backup(&mut self, out: &Path, own: bool, watch: Watch<'_>) -> Result<Made, VaultError> {
        self.settle().await?;
        let head = self.head.ok_or_else(|| VaultError::Damaged(t!("vault.part_database")))?;
        let id = self.id();
        let names = evidence_names(&mut self.db, &self.folder, id).await?;
        let contents = Contents {
            folder: &self.folder,
            header: &self.header,
            unlocked: &self.unlocked,
            head,
            now: at_micros(&self.now),
            evidence: (names, own),
        };
        let mut told = |done, total| step(&mut *watch, t!("vault.stage_backup"), done, total).is_ok();
        contents.write(&mut self.db, out, &mut told).await
    }
}
