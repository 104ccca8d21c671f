//! One chunk in memory: sealed and opened in the place where it was read.

use std::io::{self, Read};

use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{Tag, XChaCha20Poly1305};
use rand_core::CryptoRng;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{EvidenceError, StoreId};
use crate::crypto::{CryptoError, NONCE_BYTES, SecretKey};

/// First bytes of the associated data of every chunk.
const LABEL: &str = "conclave evidence v1";
/// Bytes of a Poly1305 tag.
const TAG_BYTES: usize = 16;

/// A chunk laid out as in its file: nonce, content, tag. Reused from chunk to chunk and wiped when dropped; it never grows, so
/// that no copy of a content stays behind.
pub(super) struct Buffer(Zeroizing<Vec<u8>>);

impl Buffer {
    pub(super) fn new(content_bytes: usize) -> Self {
        Self(Zeroizing::new(vec![0; file_bytes(content_bytes)]))
    }

    /// Room for the content of a full chunk.
    pub(super) fn content(&mut self) -> &mut [u8] {
        let end = self.0.len() - TAG_BYTES;
        &mut self.0[NONCE_BYTES..end]
    }

    /// Room for the file of a chunk with so much content.
    pub(super) fn file(&mut self, content_bytes: usize) -> &mut [u8] {
        &mut self.0[..file_bytes(content_bytes)]
    }
}

/// Bytes of the file of a chunk.
pub(super) fn file_bytes(content_bytes: usize) -> usize {
    NONCE_BYTES + content_bytes + TAG_BYTES
}

/// Seals and opens the chunks of one content.
pub(super) struct Cipher {
    cipher: XChaCha20Poly1305,
    vault_id: Uuid,
    id: StoreId,
}

impl Cipher {
    pub(super) fn new(key: &SecretKey, vault_id: Uuid, id: &StoreId) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.expose().into()), vault_id, id: *id }
    }

    /// Seals the first `content_bytes` of the buffer's content; gives the bytes of the file.
    pub(super) fn seal<'b>(
        &self,
        buffer: &'b mut Buffer,
        content_bytes: usize,
        index: u32,
        last: bool,
        rng: &mut impl CryptoRng,
    ) -> Result<&'b [u8], CryptoError> {
        let file = buffer.file(content_bytes);
        let (nonce, rest) = file.split_first_chunk_mut::<NONCE_BYTES>().ok_or(CryptoError::Seal)?;
        let (content, tag) = rest.split_last_chunk_mut::<TAG_BYTES>().ok_or(CryptoError::Seal)?;
        rng.fill_bytes(nonce);
        let sealed = self
            .cipher
            .encrypt_inout_detached((&*nonce).into(), &self.place(index, last), content.into())
            .map_err(|_| CryptoError::Seal)?;
        *tag = sealed.into();
        Ok(file)
    }

    /// Opens the file of a chunk with `content_bytes` of content that lies in the buffer; gives the content.
    pub(super) fn open<'b>(
        &self,
        buffer: &'b mut Buffer,
        content_bytes: usize,
        index: u32,
        last: bool,
    ) -> Result<&'b [u8], EvidenceError> {
        let damaged = || EvidenceError::Damaged { index };
        let file = buffer.file(content_bytes);
        let (nonce, rest) = file.split_first_chunk_mut::<NONCE_BYTES>().ok_or_else(damaged)?;
        let (content, tag) = rest.split_last_chunk_mut::<TAG_BYTES>().ok_or_else(damaged)?;
        let tag = Tag::from(*tag);
        self.cipher
            .decrypt_inout_detached((&*nonce).into(), &self.place(index, last), (&mut *content).into(), &tag)
            .map_err(|_| damaged())?;
        Ok(content)
    }

    /// The associated data: a chunk opens in its place only. The flag of the last one makes a cut end visible.
    fn place(&self, index: u32, last: bool) -> Vec<u8> {
        [LABEL.as_bytes(), self.vault_id.as_bytes(), &self.id, &u64::from(index).to_be_bytes(), &[u8::from(last)]]
            .concat()
    }
}

/// A source that is read one byte ahead, because the last chunk has to be known as the last when it is sealed.
pub(super) struct Ahead<'s> {
    source: &'s mut dyn Read,
    next: Zeroizing<[u8; 1]>,
    has_next: bool,
}

impl<'s> Ahead<'s> {
    pub(super) fn new(source: &'s mut dyn Read) -> Self {
        Self { source, next: Zeroizing::new([0]), has_next: false }
    }

    /// Fills `room`, or as much of it as the source has. Returns how much, and whether the source ended there.
    pub(super) fn fill(&mut self, room: &mut [u8]) -> io::Result<(usize, bool)> {
        let carried = usize::from(self.has_next);
        room[..carried].copy_from_slice(&self.next[..carried]);
        let filled = carried + read_up_to(self.source, &mut room[carried..])?;
        self.has_next = filled == room.len() && read_up_to(self.source, &mut *self.next)? == 1;
        Ok((filled, !self.has_next))
    }
}

/// Reads until `room` is full or the source ends.
fn read_up_to(source: &mut dyn Read, room: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < room.len() {
        match source.read(&mut room[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
