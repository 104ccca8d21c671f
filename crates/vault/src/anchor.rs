//! The anchor: the last confirmed head of the journal, signed, in a file of its own beside the database.
//!
//! It is made durable after the commit and before the confirmation. The database may be ahead of it after a crash, never
//! behind: a database that is behind has lost or been robbed of confirmed entries. Each generation of the database has its
//! own file, so that a re-key can prepare the next one before its commit without touching the present one.

use std::fs;
use std::io;
use std::path::Path;

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::atomic::atomic_write;
use crate::crypto::KEY_BYTES;
use crate::crypto::hex::Hex;
use crate::header::Unlocked;
use crate::header::canon::{self, Damage, EnvelopeError, EnvelopeKind};

/// The format of the anchor file.
pub const FORMAT: u64 = 1;
/// First bytes of what the anchor's signature is made over.
pub const ANCHOR_LABEL: &str = "conclave anchor v1";

/// Type, format and labels of the file.
pub const KIND: EnvelopeKind = EnvelopeKind {
    name: "conclave anchor",
    format: FORMAT,
    checksum_label: "conclave anchor checksum v1",
    mac_label: "conclave anchor mac v1",
};

/// The head of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; KEY_BYTES],
    /// When the entry was written or the head confirmed: microseconds since 1970, UTC.
    pub at: u64,
}

/// An anchor as it lies in its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    #[serde(rename = "type")]
    kind: String,
    format: u64,
    vault_id: Uuid,
    generation: u64,
    seq: u64,
    hash: Hex<KEY_BYTES>,
    at: u64,
    actor: Uuid,
    actor_key: Hex<KEY_BYTES>,
    signature: Hex<64>,
    mac: Hex<KEY_BYTES>,
    checksum: Hex<KEY_BYTES>,
}

/// Why an anchor could not be trusted, read or written.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// There is no anchor for this generation.
    #[error("The anchor of the journal is missing.")]
    Missing,
    /// Written by a newer program.
    #[error("The anchor has format {found}; this program knows formats up to {known}.")]
    NewerFormat {
        /// The format of the file.
        found: u64,
        /// The newest format of this program.
        known: u64,
    },
    /// Not as it was written.
    #[error("The anchor of the journal is damaged: {0}.")]
    Damaged(Damage),
    /// Intact, but of another vault or generation.
    #[error("The anchor belongs to another vault or to another generation of this one.")]
    Foreign,
    /// Intact, but written without this vault's key or without the actor's signature.
    #[error("The anchor was written by somebody who does not hold the key.")]
    Forged,
    /// The file system refused.
    #[error("The anchor could not be {action}.")]
    Io {
        /// "read" or "written".
        action: &'static str,
        /// What the file system said.
        source: io::Error,
    },
}

/// File name of the anchor of a generation: `anchor-N`.
#[must_use]
pub fn file_name(generation: u64) -> String {
    format!("anchor-{generation}")
}

impl Anchor {
    /// Signs the head for the unlocked vault's generation.
    #[must_use]
    pub fn sign(by: &Unlocked, head: Head) -> Self {
        let mut anchor = Self {
            kind: KIND.name.to_owned(),
            format: FORMAT,
            vault_id: by.vault_id(),
            generation: by.generation(),
            seq: head.seq,
            hash: Hex(head.hash),
            at: head.at,
            actor: by.member_id(),
            actor_key: Hex(by.public_key()),
            signature: Hex([0; 64]),
            mac: Hex([0; KEY_BYTES]),
            checksum: Hex([0; KEY_BYTES]),
        };
        anchor.signature = Hex(by.signing_key().sign(&anchor.message()).to_bytes());
        // The object holds only texts and whole numbers, each of which has a canonical spelling.
        anchor.mac = Hex(KIND.mac(&anchor.object(), &by.subkeys().anchor).unwrap_or_default());
        anchor.checksum = Hex(KIND.checksum(&anchor.object()).unwrap_or_default());
        anchor
    }

    /// Writes the anchor into the vault folder, durably. Only then may a change be confirmed.
    ///
    /// # Errors
    /// [`AnchorError::Io`].
    pub fn write(&self, folder: &Path) -> Result<(), AnchorError> {
        atomic_write(&folder.join(file_name(self.generation)), &self.to_bytes())
            .map_err(|source| AnchorError::Io { action: "written", source })
    }

    /// Reads the anchor of the unlocked vault's generation and checks it: checksum, key, vault, signature. Whether the
    /// actor's key counts is for the journal to say (see [`Anchor::actor_key`]).
    ///
    /// # Errors
    /// Each kind of [`AnchorError`].
    pub fn read(folder: &Path, unlocked: &Unlocked) -> Result<Self, AnchorError> {
        let path = folder.join(file_name(unlocked.generation()));
        let bytes = fs::read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => AnchorError::Missing,
            io::ErrorKind::PermissionDenied => AnchorError::Io { action: "read", source },
            _ => AnchorError::Damaged(Damage::Unreadable),
        })?;
        let anchor = Self::from_bytes(&bytes)?;
        anchor.verify(unlocked)?;
        Ok(anchor)
    }

    /// Reads the bytes of an anchor. Needs no key and proves nothing but that the file is intact.
    ///
    /// # Errors
    /// [`AnchorError::Damaged`] or [`AnchorError::NewerFormat`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AnchorError> {
        let object = KIND.open(bytes).map_err(|error| match error {
            EnvelopeError::Newer(found) => AnchorError::NewerFormat { found, known: FORMAT },
            EnvelopeError::Damaged(damage) => AnchorError::Damaged(damage),
        })?;
        let anchor: Self = serde_json::from_value(Value::Object(object))
            .map_err(|_| AnchorError::Damaged(Damage::Content("anchor")))?;
        if anchor.to_bytes() == bytes { Ok(anchor) } else { Err(AnchorError::Damaged(Damage::Spelling)) }
    }

    /// The bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::file_bytes(&self.object()).unwrap_or_default()
    }

    /// Checks that the anchor was written in this vault and generation, by somebody who held the data key and signed.
    ///
    /// # Errors
    /// [`AnchorError::Foreign`] or [`AnchorError::Forged`].
    pub fn verify(&self, unlocked: &Unlocked) -> Result<(), AnchorError> {
        if self.vault_id != unlocked.vault_id() || self.generation != unlocked.generation() {
            return Err(AnchorError::Foreign);
        }
        let keyed = KIND.mac_matches(&self.object(), &unlocked.subkeys().anchor, &self.mac.0);
        let signed = VerifyingKey::from_bytes(&self.actor_key.0)
            .and_then(|key| key.verify_strict(&self.message(), &Signature::from_bytes(&self.signature.0)))
            .is_ok();
        if keyed && signed { Ok(()) } else { Err(AnchorError::Forged) }
    }

    /// The head that the anchor confirms.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.0, at: self.at }
    }

    /// The generation of the database that it belongs to.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The member who signed it.
    #[must_use]
    pub fn actor(&self) -> Uuid {
        self.actor
    }

    /// The public key that verifies it.
    #[must_use]
    pub fn actor_key(&self) -> [u8; KEY_BYTES] {
        self.actor_key.0
    }

    /// What is signed.
    fn message(&self) -> Vec<u8> {
        let mut message = Vec::with_capacity(128);
        message.extend_from_slice(ANCHOR_LABEL.as_bytes());
        message.extend_from_slice(&self.format.to_be_bytes());
        message.extend_from_slice(self.vault_id.as_bytes());
        message.extend_from_slice(&self.generation.to_be_bytes());
        message.extend_from_slice(&self.seq.to_be_bytes());
        message.extend_from_slice(&self.hash.0);
        message.extend_from_slice(&self.at.to_be_bytes());
        message.extend_from_slice(self.actor.as_bytes());
        message
    }

    fn object(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            // A struct of texts and whole numbers is always an object.
            _ => Map::new(),
        }
    }
}
