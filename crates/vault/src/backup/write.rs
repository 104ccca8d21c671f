//! Writing a backup: beside its place, durable, checked by opening, then renamed.

use super::{BackupError, Bytes, FORMAT, KIND, List, MAGIC, Part, read};
use crate::{
    anchor::{self, Anchor, Head},
    atomic,
    crypto::hex::Hex,
    database,
    error::VaultError,
    header::{HEADER_NAME, Header, Unlocked},
    store::Reader,
};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, SqliteConnection};
use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

/// Bytes that are copied at a time.
pub(super) const BUFFER: usize = 1 << 20;

/// What a backup is made of.
pub struct Contents<'a> {
    /// The vault's folder.
    pub folder: &'a Path,
    /// Its header.
    pub header: &'a Header,
    /// Its keys, to check the backup by opening it.
    pub unlocked: &'a Unlocked,
    /// The newest journal entry.
    pub head: Head,
    /// The moment: microseconds since 1970, UTC.
    pub now: u64,
    /// Evidence files by their paths in the folder, and whether the backup holds them.
    pub evidence: (Vec<String>, bool),
}

/// A backup that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The newest journal entry in it.
    pub head: Head,
    /// Evidence files that were not there to be kept.
    pub missing: u64,
}

impl Contents<'_> {
    /// Writes the backup to `out`, which is replaced if it exists.
    ///
    /// # Errors
    /// Cancelled; the disk refused; the copy did not open. Nothing is left at `out` then that was not there before.
    pub async fn write(&self, db: &mut SqliteConnection, out: &Path, watch: Bytes<'_>) -> Result<Made, VaultError> {
        database::checkpoint(db).await?;
        // The anchor may lag behind the database after a crash; the backup's own names the head it holds.
        Anchor::sign(self.unlocked, self.head)
            .write(self.folder)
            .map_err(|e| crate::writer::anchored(self.folder, e))?;
        let beside = atomic::unfinished(out);
        let written = async {
            let (size, sha256, missing) = self.copy(&beside, watch)?;
            self.prove(&beside).await?;
            fs::rename(&beside, out).map_err(VaultError::io(out))?;
            atomic::sync_folder(out.parent().unwrap_or(Path::new("."))).map_err(VaultError::io(out))?;
            Ok::<_, VaultError>(Made { path: out.to_owned(), size, sha256, head: self.head, missing })
        };
        let result = written.await;
        if result.is_err() {
            let _ = fs::remove_file(&beside);
        }
        result
    }

    fn copy(&self, target: &Path, watch: Bytes<'_>) -> Result<(u64, [u8; 32], u64), BackupError> {
        let file = atomic::private().write(true).create_new(true).open(target).map_err(BackupError::io(target))?;
        let mut out = Counted { file, hash: Sha256::new(), size: 0 };
        out.put(MAGIC).map_err(BackupError::io(target))?;
        let mut names =
            vec![HEADER_NAME.to_owned(), self.header.database_name(), anchor::file_name(self.header.generation())];
        let ((evidence, held), mut missing) = (&self.evidence, 0);
        if *held {
            names.extend(evidence.iter().cloned());
        }
        let found: Vec<(String, PathBuf)> = names.into_iter().map(|n| (n.clone(), self.folder.join(n))).collect();
        let total = found.iter().filter_map(|(_, path)| fs::metadata(path).ok()).map(|m| m.len()).sum();
        let mut parts = Vec::with_capacity(found.len());
        for (name, source) in found {
            // What is missing cannot be kept; that must not keep the rest from being kept. The check names it.
            if evidence.contains(&name) && !source.is_file() {
                missing += 1;
                continue;
            }
            let file = File::open(&source).map_err(BackupError::io(&source))?;
            let (size, sha256) = out.append(file, total, watch).map_err(|e| match e {
                Stopped::Cancelled => BackupError::Cancelled,
                Stopped::Io(e) => BackupError::io(target)(e),
            })?;
            parts.push(Part { name, size, sha256: Hex(sha256) });
        }
        let list = List {
            kind: KIND.name.to_owned(),
            format: FORMAT,
            vault_id: self.header.vault_id(),
            name: self.header.name().to_owned(),
            generation: self.header.generation(),
            made_at: self.now,
            seq: self.head.seq,
            hash: Hex(self.head.hash),
            parts,
            beside: if *held { Vec::new() } else { evidence.clone() },
            checksum: Hex([0; 32]),
        };
        let list = list.close()?;
        let length = u32::try_from(list.len()).map_err(|_| BackupError::Foreign)?;
        out.put(&list).and_then(|()| out.put(&length.to_be_bytes())).map_err(BackupError::io(target))?;
        out.file.sync_all().map_err(BackupError::io(target))?;
        Ok((out.size, out.hash.finalize().into(), missing))
    }

    /// Opens what was written: every byte, then the database in it with the vault's key, down to every page.
    async fn prove(&self, backup: &Path) -> Result<(), VaultError> {
        let trial = atomic::unfinished(backup);
        let result = async {
            let (list, _) = read::unpack(backup, &trial, None, false, &mut |_, _| true)?;
            let path = trial.join(self.header.database_name());
            let mut db = database::open(&path, self.unlocked.subkeys().database.expose(), false).await?;
            // The bytes are those of the vault, by their hash; now the database must open, and every page carry its code.
            let proved = database::authentic(&mut db).await;
            let head = Reader::timeless(&mut db).head().await;
            let _ = db.close().await;
            proved?;
            let anchored = Anchor::read(&trial, self.unlocked).map(|a| (a.head().seq, a.head().hash)).ok();
            let wanted = (self.head.seq, self.head.hash);
            if head?.map(|h| (h.seq, h.hash)) != Some(wanted) || anchored != Some(wanted) || list.seq != wanted.0 {
                return Err(VaultError::Damaged(conclave_domain::t!("vault.part_head")));
            }
            Ok(())
        };
        let result = result.await;
        // A leftover is encrypted, and removed by the next backup.
        let _ = fs::remove_dir_all(&trial);
        result
    }
}

pub(super) enum Stopped {
    Cancelled,
    Io(std::io::Error),
}

struct Counted {
    file: File,
    hash: Sha256,
    size: u64,
}

impl Counted {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    fn append(&mut self, mut source: File, total: u64, watch: Bytes<'_>) -> Result<(u64, [u8; 32]), Stopped> {
        let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; BUFFER]);
        loop {
            let n = source.read(&mut buffer).map_err(Stopped::Io)?;
            if n == 0 {
                return Ok((size, hash.finalize().into()));
            }
            hash.update(&buffer[..n]);
            self.put(&buffer[..n]).map_err(Stopped::Io)?;
            size += n as u64;
            if !watch(self.size, total) {
                return Err(Stopped::Cancelled);
            }
        }
    }
}
