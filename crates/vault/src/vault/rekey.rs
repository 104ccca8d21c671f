//! Re-keying: the whole database is exported under a fresh data key into the file of the next generation, checked there,
//! and committed by replacing the header. Until then the present generation is untouched; afterwards it is removed.
//!
//! `PRAGMA rekey` is not used: it can report success after a rollback.

use super::Vault;
use crate::{
    anchor::{self, Anchor, Head},
    atomic::sync_folder,
    audit::Event,
    backup::{Kept, Reason},
    chain::Outcome,
    check::{Watch, step},
    crypto::os_random,
    database,
    error::VaultError,
    header::{Header, Unlocked},
    store::{Reader, journal},
    writer::anchored,
};
use conclave_domain::t;
use serde_json::{Map, Value};
use sqlx::{Connection as _, SqliteConnection};
use std::{fs::File, path::Path};

/// Removes what a re-key left of former generations when the program ended before it could.
pub(super) fn sweep(folder: &Path, generation: u64) {
    let Some(former) = generation.checked_sub(1).filter(|n| *n > 0) else { return };
    // The header that counts is in place twice, so nothing points there any more.
    let _ = database::remove(&folder.join(format!("vault-{former}.db")));
    let _ = std::fs::remove_file(folder.join(anchor::file_name(former)));
}

impl Vault {
    /// Encrypts everything anew under another data key, sealed to the slots that are left. Nobody else's passphrase is
    /// needed. Gives the new generation and the backup that was made before.
    ///
    /// # Errors
    /// Cancelled; the disk refused; the new database did not pass its check. The vault is as it was then.
    pub async fn rekey(&mut self, call: &str, watch: Watch<'_>) -> Result<(u64, Kept), VaultError> {
        // Whoever needs what was before finds it there, with the passphrases of its day.
        let backup = self.keep_backup(Reason::Rekey, &mut *watch).await?;
        let (header, unlocked) = self.header.rekeyed(&self.unlocked, &mut os_random())?;
        let path = self.folder.join(header.database_name());
        // What an interrupted attempt left behind was never committed.
        database::remove(&path).map_err(VaultError::io(&path))?;
        let made = self.next_generation(&path, &header, &unlocked, call, watch).await;
        let (db, head) = match made {
            Ok(made) => made,
            Err(e) => {
                let _ = database::remove(&path);
                let _ = std::fs::remove_file(self.folder.join(anchor::file_name(header.generation())));
                return Err(e);
            }
        };
        // The commit. The second copy must follow before the former generation may go.
        let saved = header.save(&self.folder)?;
        let old = (self.header.database_name(), anchor::file_name(self.header.generation()));
        let former = std::mem::replace(&mut self.db, db);
        (self.header, self.unlocked, self.head) = (header, unlocked, Some(head));
        let _ = former.close().await;
        if saved.copy_error.is_none() {
            // A leftover of the former generation is removed at the next opening.
            let _ = database::remove(&self.folder.join(old.0));
            let _ = std::fs::remove_file(self.folder.join(old.1));
        }
        Ok((self.header.generation(), backup))
    }

    async fn next_generation(
        &mut self,
        path: &Path,
        header: &Header,
        unlocked: &Unlocked,
        call: &str,
        watch: Watch<'_>,
    ) -> Result<(SqliteConnection, Head), VaultError> {
        step(watch, t!("vault.stage_export"), 0, 3)?;
        let key = unlocked.subkeys().database;
        database::export(&mut self.db, path, key.expose()).await?;
        let mut db = database::open(path, key.expose(), false).await?;
        let head = self.note(&mut db, header, unlocked, call).await?;
        step(watch, t!("vault.stage_checking"), 1, 3)?;
        database::prove(&mut db).await?;
        let found = Reader::timeless(&mut db).head().await?;
        if found.map(|h| (h.seq, h.hash)) != Some((head.seq, head.hash)) {
            return Err(VaultError::Damaged(t!("vault.part_head")));
        }
        step(watch, t!("vault.stage_durable"), 2, 3)?;
        // Everything out of the write-ahead log, and the file itself down to the disk, before the header points to it.
        database::checkpoint(&mut db).await?;
        File::open(path).and_then(|f| f.sync_all()).map_err(VaultError::io(path))?;
        sync_folder(&self.folder).map_err(VaultError::io(&self.folder))?;
        Anchor::sign(unlocked, head).write(&self.folder).map_err(|e| anchored(&self.folder, e))?;
        Ok((db, head))
    }

    /// The journal entry of the re-key, which exists in the next generation only.
    async fn note(
        &self,
        db: &mut SqliteConnection,
        header: &Header,
        unlocked: &Unlocked,
        call: &str,
    ) -> Result<Head, VaultError> {
        let value = |g: u64| Map::from_iter([("generation".to_owned(), Value::from(g))]);
        let event =
            Event::new("vault", self.id(), "rekey", value(self.header.generation()), value(header.generation()));
        let entry = journal::NewEntry {
            at: self.next_moment().moment(),
            call,
            outcome: Outcome::Done,
            events: std::slice::from_ref(&event),
            key_changes: Vec::new(),
            facts: Vec::new(),
        };
        let mut transaction = db.begin().await?;
        let head = journal::append(&mut transaction, unlocked, self.head, &entry).await?;
        crate::store::member::know_header(&mut transaction, &header.hash()).await?;
        transaction.commit().await?;
        Ok(head)
    }
}
