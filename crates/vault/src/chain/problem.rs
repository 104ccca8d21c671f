//! What can be wrong with a journal, by entry.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use super::KeyRefused;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Number of the entry.
    pub seq: u64,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum ProblemKind {
    /// The content is not what was signed.
    Changed,
    /// The entries from this number up to `through` are not there.
    Removed {
        /// The last one missing.
        through: u64,
    },
    /// The entries from this number up to `through`, once confirmed, are not there: the journal was cut off.
    Truncated {
        /// The last one missing.
        through: u64,
    },
    /// The entry stands at another place than it was written at.
    Reordered {
        /// The number under which it was signed.
        written_as: u64,
    },
    /// The entry is sound by itself but does not follow from the one before: one of the two was put in place of another.
    Replaced,
    /// An earlier confirmed head (an anchor, a pack, a printed head) has another entry under this number.
    OtherHead,
    /// The entry names one member and is signed with a key of another.
    WrongSigner {
        /// The member that it names.
        named: Uuid,
        /// The member whose key signed.
        signed_by: Uuid,
    },
    /// The entry is signed with a key that nobody with the right to do so ever granted.
    UnknownSigner,
    /// The entry is signed with a key that did not count at this number: revoked before, or granted later.
    KeyNotInForce,
    /// No known key made the signature.
    BadSignature,
    /// The payload of a subject is not what the entry commits to.
    PayloadMismatch {
        /// Position among the entry's subjects, from 0.
        subject: u32,
    },
    /// The payload of a subject is gone, and no entry says that it was erased.
    PayloadMissing {
        /// Position among the entry's subjects, from 0.
        subject: u32,
    },
    /// The entry grants or revokes a key, and that does not count.
    KeyChangeRefused {
        /// Why not.
        reason: KeyRefused,
    },
    /// The first entry does not found this vault: it belongs to another, or does not grant its own signer.
    NotGenesis,
    /// The first entry is not the expected one.
    OtherGenesis,
    /// The entry claims an earlier generation of the database than the one before it.
    GenerationBack,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match &self.kind {
            ProblemKind::Changed => write!(f, "Entry {seq} was changed after it was signed."),
            ProblemKind::Removed { through } if *through == seq => {
                write!(f, "Entry {seq} was removed.")
            }
            ProblemKind::Removed { through } => {
                write!(f, "Entries {seq} to {through} were removed.")
            }
            ProblemKind::Truncated { through } if *through == seq => {
                write!(f, "Entry {seq}, which was confirmed, is missing at the end.")
            }
            ProblemKind::Truncated { through } => {
                write!(f, "Entries {seq} to {through}, which were confirmed, are missing at the end.")
            }
            ProblemKind::Reordered { written_as } if *written_as == seq => {
                write!(f, "Entry {seq} stands after later entries.")
            }
            ProblemKind::Reordered { written_as } => {
                write!(f, "Entry {seq} was moved: it was written as entry {written_as}.")
            }
            ProblemKind::Replaced => {
                write!(f, "Entry {seq} does not follow from the entry before it: one of the two was exchanged.")
            }
            ProblemKind::OtherHead => write!(f, "Entry {seq} is not the one that an earlier head confirms."),
            ProblemKind::WrongSigner { .. } => {
                write!(f, "Entry {seq} is signed by another member than it names.")
            }
            ProblemKind::UnknownSigner => write!(f, "Entry {seq} is signed with a key that was never granted."),
            ProblemKind::KeyNotInForce => {
                write!(f, "Entry {seq} is signed with a key that did not count at that time.")
            }
            ProblemKind::BadSignature => write!(f, "The signature of entry {seq} is not valid."),
            ProblemKind::PayloadMismatch { subject } => {
                write!(f, "The content kept for entry {seq} (record {}) is not what it commits to.", subject + 1)
            }
            ProblemKind::PayloadMissing { subject } => {
                write!(
                    f,
                    "The content kept for entry {seq} (record {}) is gone without a recorded erasure.",
                    subject + 1
                )
            }
            ProblemKind::KeyChangeRefused { reason } => {
                write!(f, "Entry {seq} grants or revokes a key without effect: {reason}.")
            }
            ProblemKind::NotGenesis => write!(f, "Entry {seq} does not found this vault."),
            ProblemKind::OtherGenesis => {
                write!(f, "The journal begins with another entry than expected.")
            }
            ProblemKind::GenerationBack => {
                write!(f, "Entry {seq} claims an earlier generation of the vault than the entry before it.")
            }
        }
    }
}
