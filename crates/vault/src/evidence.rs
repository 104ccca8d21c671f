//! The files that people attach as evidence: immutable, encrypted, cut into chunks, in the folder `evidence` of the vault.
//!
//! [`EvidenceStore`] knows files and bytes only. Who attached what to which answer, and the key, size and SHA-256 of every
//! content, are rows of the database; its caller keeps them. Every content has a key of its own, drawn when it is written, so
//! that re-keying the vault replaces the database and touches no chunk. Its name is drawn as well: whoever sees the folder learns
//! how many contents there are, how large each is and when it came, but not which document it is.
//!
//! The order of things makes a crash harmless. Writing: first the chunks, durable; then the row. Removing: first the row, then the
//! chunks. What has chunks but no row is an orphan and goes with the next [`EvidenceStore::sweep`].
//!
//! `docs/vault-format.md` defines every byte. The calls block: run them off the async threads.

mod chunk;
mod error;
mod folder;
mod plan;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::atomic::sync_folder;
use crate::crypto::{KEY_BYTES, SecretKey, os_random};
use chunk::{Ahead, Buffer, Cipher};
pub use error::{EvidenceError, IoAction};
use folder::Unfinished;
use plan::Plan;

/// Folder of the chunks within the vault's folder.
pub const FOLDER_NAME: &str = "evidence";
/// The largest file that the product takes: 200 MB. [`EvidenceStore::write`] is told its limit by the caller.
pub const MAX_FILE: u64 = 200_000_000;
/// Bytes of content in every chunk but the last: 4 MiB.
pub const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// The eight digits of a chunk's number end here; no content has more chunks.
pub const MAX_CHUNKS: u32 = 100_000_000;

/// The random name of a content; its chunks lie in `evidence/ID.INDEX`.
pub type StoreId = [u8; 16];

/// Hears how many bytes of content are done: before the first chunk and after each. `false` cancels.
pub type Watch<'a> = &'a mut dyn FnMut(u64) -> bool;

/// What [`EvidenceStore::write`] wrote. Without these values, kept in the database, the chunks are noise.
#[derive(Clone)]
pub struct Stored {
    /// The name of the content in the folder.
    pub id: StoreId,
    /// The key of this content alone.
    pub key: SecretKey,
    /// Bytes of the content.
    pub size: u64,
    /// SHA-256 of the content; by it the caller recognises a duplicate.
    pub sha256: [u8; KEY_BYTES],
    /// How many chunk files there are; follows from the size.
    pub chunks: u32,
}

impl fmt::Debug for Stored {
    /// Neither the key nor the hash, which would tell a known document from others.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("id", &crate::hex(&self.id))
            .field("size", &self.size)
            .field("chunks", &self.chunks)
            .finish_non_exhaustive()
    }
}

/// The evidence files of one vault.
#[derive(Clone, Debug)]
pub struct EvidenceStore {
    vault: PathBuf,
    folder: PathBuf,
    vault_id: Uuid,
    chunk_bytes: usize,
}

impl EvidenceStore {
    /// The store in the vault's folder. Nothing is touched; the folder `evidence` is made by the first write.
    #[must_use]
    pub fn new(folder: &Path, vault_id: Uuid) -> Self {
        Self::with_chunks_of(folder, vault_id, CHUNK_BYTES)
    }

    fn with_chunks_of(folder: &Path, vault_id: Uuid, chunk_bytes: usize) -> Self {
        Self { vault: folder.to_path_buf(), folder: folder.join(FOLDER_NAME), vault_id, chunk_bytes }
    }

    /// Writes everything that `source` gives as a new content and makes it durable, folder included. Memory holds one chunk.
    ///
    /// On an error, a cancel or a panic of `source` or `watch` the chunks are removed again; a crash leaves them to
    /// [`EvidenceStore::sweep`].
    ///
    /// # Errors
    /// [`EvidenceError::TooLarge`] if the source gives more than `limit` bytes, [`EvidenceError::Cancelled`], and what source
    /// or file system report; [`EvidenceError::is_full`] tells a full disk.
    pub fn write(&self, source: &mut dyn Read, limit: u64, watch: Watch) -> Result<Stored, EvidenceError> {
        self.write_with(source, limit, watch, &mut os_random())
    }

    fn write_with(
        &self,
        source: &mut dyn Read,
        limit: u64,
        watch: Watch,
        rng: &mut impl CryptoRng,
    ) -> Result<Stored, EvidenceError> {
        let limit = limit.min(u64::from(MAX_CHUNKS).saturating_mul(self.chunk_bytes as u64));
        go_on(watch, 0)?;
        let mut id = StoreId::default();
        rng.fill_bytes(&mut id);
        let key = SecretKey::random(rng);
        let cipher = Cipher::new(&key, self.vault_id, &id);
        let (mut source, mut buffer, mut hash) = (Ahead::new(source), Buffer::new(self.chunk_bytes), Sha256::new());
        let (mut size, mut chunks) = (0_u64, 0_u32);

        self.make_folder()?;
        let mut unfinished = Unfinished::new(self, id);
        loop {
            let (filled, last) = source.fill(buffer.content()).map_err(IoAction::ReadSource.error())?;
            size += filled as u64;
            // One byte more than the chunk was read ahead, so that a content at the limit is told from one above it.
            let found = size + u64::from(!last);
            if found > limit {
                return Err(EvidenceError::TooLarge { limit, found });
            }
            hash.update(&buffer.content()[..filled]);
            let bytes = cipher.seal(&mut buffer, filled, chunks, last, rng)?;
            unfinished.put(chunks, bytes)?;
            chunks += 1;
            go_on(watch, size)?;
            if last {
                break;
            }
        }
        sync_folder(&self.folder).and_then(|()| sync_folder(&self.vault)).map_err(IoAction::WriteChunk.error())?;
        unfinished.keep();
        Ok(Stored { id, key, size, sha256: hash.finalize().into(), chunks })
    }

    /// Reads a content into `sink`, verifying every chunk before it is passed on, and the whole at the end.
    ///
    /// On an error the sink has received a beginning of the content, which the caller throws away. The sink is flushed; making it
    /// durable is the caller's.
    ///
    /// # Errors
    /// [`EvidenceError::Missing`] or [`EvidenceError::Damaged`] for the first chunk that is not there or not as it was written
    /// for a content of this id, key and size; [`EvidenceError::OtherContent`] if the chunks are intact and the whole has another
    /// SHA-256; [`EvidenceError::Cancelled`]; what sink or file system report.
    pub fn read(
        &self,
        id: &StoreId,
        key: &SecretKey,
        size: u64,
        sha256: &[u8; KEY_BYTES],
        sink: &mut dyn Write,
        watch: Watch,
    ) -> Result<(), EvidenceError> {
        go_on(watch, 0)?;
        let (mut hash, mut done) = (Sha256::new(), 0_u64);
        self.each_chunk(id, key, size, &mut |content| {
            hash.update(content);
            sink.write_all(content).map_err(IoAction::WriteSink.error())?;
            done += content.len() as u64;
            go_on(watch, done)?;
            Ok(true)
        })?;
        sink.flush().map_err(IoAction::WriteSink.error())?;
        if hash.finalize().as_slice() == sha256 { Ok(()) } else { Err(EvidenceError::OtherContent) }
    }

    /// Reads a content to its end without keeping it.
    ///
    /// # Errors
    /// As [`EvidenceStore::read`].
    pub fn verify(
        &self,
        id: &StoreId,
        key: &SecretKey,
        size: u64,
        sha256: &[u8; KEY_BYTES],
        watch: Watch,
    ) -> Result<(), EvidenceError> {
        self.read(id, key, size, sha256, &mut io::sink(), watch)
    }

    /// The first bytes of a content, `max_bytes` or all of them if it is shorter: for a preview, or to tell its type.
    ///
    /// The chunks that they lie in are verified, the rest of the content is not looked at.
    ///
    /// # Errors
    /// As [`EvidenceStore::read`], except for the whole.
    pub fn head(
        &self,
        id: &StoreId,
        key: &SecretKey,
        size: u64,
        max_bytes: usize,
    ) -> Result<Zeroizing<Vec<u8>>, EvidenceError> {
        let wanted = usize::try_from(size).unwrap_or(usize::MAX).min(max_bytes);
        // Grown by the chunks that are really there, not by what a size claims; each growth wipes what it leaves.
        let mut head = Zeroizing::new(Vec::new());
        self.each_chunk(id, key, size, &mut |content| {
            let part = &content[..content.len().min(wanted - head.len())];
            let mut grown = Zeroizing::new(Vec::with_capacity(head.len() + part.len()));
            grown.extend_from_slice(&head);
            grown.extend_from_slice(part);
            head = grown;
            Ok(head.len() < wanted)
        })?;
        Ok(head)
    }

    /// Opens the chunks of a content one after the other, until `take` has enough.
    fn each_chunk(
        &self,
        id: &StoreId,
        key: &SecretKey,
        size: u64,
        take: &mut dyn FnMut(&[u8]) -> Result<bool, EvidenceError>,
    ) -> Result<(), EvidenceError> {
        let plan = Plan::new(size, self.chunk_bytes);
        let cipher = Cipher::new(key, self.vault_id, id);
        let mut buffer = Buffer::new(plan.content_bytes(0));
        for index in 0..plan.chunks() {
            let bytes = plan.content_bytes(index);
            self.load(id, index, buffer.file(bytes))?;
            if !take(cipher.open(&mut buffer, bytes, index, plan.is_last(index))?)? {
                break;
            }
        }
        Ok(())
    }
}

fn go_on(watch: Watch, done: u64) -> Result<(), EvidenceError> {
    if watch(done) { Ok(()) } else { Err(EvidenceError::Cancelled) }
}
