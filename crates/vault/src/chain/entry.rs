//! One journal entry: its fields, its only byte form, its hash and its signature.
//!
//! All numbers are big-endian. A text is its length in bytes as u16 and its UTF-8 bytes.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use uuid::Uuid;

use super::JOURNAL_LABEL;
use crate::crypto::{self, KEY_BYTES};

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The change was made.
    Done,
    /// The attempt was refused and nothing changed.
    Refused,
}

/// A record that an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Kind of record, as the domain names it.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Commitment to the payload (before and after), or none if there is no payload.
    pub commitment: Option<[u8; KEY_BYTES]>,
}

/// Whether a key is given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    /// The key counts from the next entry on. Granting a key again changes whether it may grant.
    Grant,
    /// The key no longer counts from the next entry on.
    Revoke,
}

/// A public key that begins or ceases to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// Given or taken.
    pub action: KeyAction,
    /// Whose key it is.
    pub member: Uuid,
    /// The Ed25519 public key.
    pub public_key: [u8; KEY_BYTES],
    /// Whether entries signed with it may grant and revoke keys (administrators, the recovery key). False when revoking.
    pub may_grant: bool,
}

/// A payload that this entry erases, together with its salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The earlier entry that committed to it.
    pub seq: u64,
    /// Position among that entry's subjects, from 0.
    pub subject: u32,
}

/// A figure or code that summarises the entry. It stays for ever: never the text of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A journal entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number, from 1, without gaps.
    pub seq: u64,
    /// When: microseconds since 1970, UTC.
    pub at: u64,
    /// Generation of the database in which it was written.
    pub generation: u64,
    /// Who.
    pub actor: Uuid,
    /// The public key that verifies the signature.
    pub actor_key: [u8; KEY_BYTES],
    /// Hash of the entry before; of the first entry [`super::genesis_previous`].
    pub previous: [u8; KEY_BYTES],
    /// The call that was made, by its stable name.
    pub call: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What it is about, in order.
    pub subjects: Vec<Subject>,
    /// Keys that begin or cease to count.
    pub key_changes: Vec<KeyChange>,
    /// Payloads that it erases.
    pub erasures: Vec<Erasure>,
    /// Summary, in order.
    pub facts: Vec<Fact>,
}

/// An entry with its hash and signature, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedEntry {
    /// The entry.
    pub entry: Entry,
    /// SHA-256 over [`JOURNAL_LABEL`] and the canonical bytes.
    pub hash: [u8; KEY_BYTES],
    /// Ed25519 signature over the 32 bytes of the hash.
    pub signature: [u8; 64],
}

/// Why an entry has no byte form, or bytes are no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A text or list is longer than the format can hold.
    #[error("A field of the journal entry is too long.")]
    TooLong,
    /// The key that should sign is not the one that the entry names.
    #[error("The journal entry names another key than the one that signs it.")]
    OtherKey,
    /// The bytes are no journal entry.
    #[error("The bytes are not a journal entry.")]
    Malformed,
}

impl Entry {
    /// The only byte form of the entry.
    ///
    /// # Errors
    /// [`EntryError::TooLong`].
    pub fn canonical(&self) -> Result<Vec<u8>, EntryError> {
        let mut out = Vec::with_capacity(192 + self.subjects.len() * 64);
        for number in [self.seq, self.at, self.generation] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(self.actor.as_bytes());
        out.extend_from_slice(&self.actor_key);
        out.extend_from_slice(&self.previous);
        put_text(&mut out, &self.call)?;
        out.push(match self.outcome {
            Outcome::Done => 0,
            Outcome::Refused => 1,
        });
        put_count(&mut out, self.subjects.len())?;
        for subject in &self.subjects {
            put_text(&mut out, &subject.kind)?;
            out.extend_from_slice(subject.id.as_bytes());
            out.push(u8::from(subject.commitment.is_some()));
            out.extend_from_slice(subject.commitment.as_ref().map_or(&[], <[u8; KEY_BYTES]>::as_slice));
        }
        put_count(&mut out, self.key_changes.len())?;
        for change in &self.key_changes {
            out.push(match change.action {
                KeyAction::Grant => 1,
                KeyAction::Revoke => 2,
            });
            out.extend_from_slice(change.member.as_bytes());
            out.extend_from_slice(&change.public_key);
            out.push(u8::from(change.may_grant));
        }
        put_count(&mut out, self.erasures.len())?;
        for erasure in &self.erasures {
            out.extend_from_slice(&erasure.seq.to_be_bytes());
            out.extend_from_slice(&erasure.subject.to_be_bytes());
        }
        put_count(&mut out, self.facts.len())?;
        for fact in &self.facts {
            put_text(&mut out, &fact.name)?;
            put_text(&mut out, &fact.value)?;
        }
        Ok(out)
    }

    /// Reads the byte form. Every entry has one form, so bytes that read differ from no other reading.
    ///
    /// # Errors
    /// [`EntryError::Malformed`].
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut input = Input(bytes);
        let entry = Self {
            seq: input.u64()?,
            at: input.u64()?,
            generation: input.u64()?,
            actor: input.uuid()?,
            actor_key: input.array()?,
            previous: input.array()?,
            call: input.text()?,
            outcome: match input.u8()? {
                0 => Outcome::Done,
                1 => Outcome::Refused,
                _ => return Err(EntryError::Malformed),
            },
            subjects: input.list(Input::subject)?,
            key_changes: input.list(Input::key_change)?,
            erasures: input.list(|input| Ok(Erasure { seq: input.u64()?, subject: input.u32()? }))?,
            facts: input.list(|input| Ok(Fact { name: input.text()?, value: input.text()? }))?,
        };
        if input.0.is_empty() { Ok(entry) } else { Err(EntryError::Malformed) }
    }

    /// The entry's hash.
    ///
    /// # Errors
    /// [`EntryError::TooLong`].
    pub fn hash(&self) -> Result<[u8; KEY_BYTES], EntryError> {
        Ok(crypto::sha256(&[JOURNAL_LABEL.as_bytes(), &self.canonical()?]))
    }

    /// Signs the entry.
    ///
    /// # Errors
    /// [`EntryError::OtherKey`] if `actor_key` is not the public half of `key`; [`EntryError::TooLong`].
    pub fn sign(self, key: &SigningKey) -> Result<SignedEntry, EntryError> {
        if key.verifying_key().to_bytes() != self.actor_key {
            return Err(EntryError::OtherKey);
        }
        let hash = self.hash()?;
        Ok(SignedEntry { signature: key.sign(&hash).to_bytes(), hash, entry: self })
    }
}

/// Whether `signature` over `hash` was made with the private half of `key`.
pub(super) fn signed_by(key: &[u8; KEY_BYTES], hash: &[u8; KEY_BYTES], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key).and_then(|key| key.verify_strict(hash, &Signature::from_bytes(signature))).is_ok()
}

fn put_text(out: &mut Vec<u8>, text: &str) -> Result<(), EntryError> {
    let length = u16::try_from(text.len()).map_err(|_| EntryError::TooLong)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn put_count(out: &mut Vec<u8>, count: usize) -> Result<(), EntryError> {
    let count = u32::try_from(count).map_err(|_| EntryError::TooLong)?;
    out.extend_from_slice(&count.to_be_bytes());
    Ok(())
}

/// What is left to read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], EntryError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(EntryError::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EntryError> {
        self.take(N)?.try_into().map_err(|_| EntryError::Malformed)
    }

    fn u8(&mut self) -> Result<u8, EntryError> {
        Ok(self.array::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32, EntryError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, EntryError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    fn flag(&mut self) -> Result<bool, EntryError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(EntryError::Malformed),
        }
    }

    fn uuid(&mut self) -> Result<Uuid, EntryError> {
        Ok(Uuid::from_bytes(self.array()?))
    }

    fn text(&mut self) -> Result<String, EntryError> {
        let length = u16::from_be_bytes(self.array()?);
        let bytes = self.take(usize::from(length))?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| EntryError::Malformed)
    }

    /// A list grows item by item: a crafted count cannot reserve memory that no bytes stand behind.
    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, EntryError>) -> Result<Vec<T>, EntryError> {
        (0..self.u32()?).map(|_| item(self)).collect()
    }

    fn subject(&mut self) -> Result<Subject, EntryError> {
        let (kind, id) = (self.text()?, self.uuid()?);
        let commitment = if self.flag()? { Some(self.array()?) } else { None };
        Ok(Subject { kind, id, commitment })
    }

    fn key_change(&mut self) -> Result<KeyChange, EntryError> {
        let action = match self.u8()? {
            1 => KeyAction::Grant,
            2 => KeyAction::Revoke,
            _ => return Err(EntryError::Malformed),
        };
        Ok(KeyChange { action, member: self.uuid()?, public_key: self.array()?, may_grant: self.flag()? })
    }
}
