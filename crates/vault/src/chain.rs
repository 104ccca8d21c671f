//! The journal's chain: what an entry is to the byte, how it is signed, and how a whole journal is verified.
//!
//! Entries commit to salted hashes of their payloads; payloads and salts lie apart and can be erased without touching the
//! chain. Every entry is signed by its actor from the first on. A public key counts only from the entry after the one that
//! grants it, and only if that entry was signed by a key that may grant: the keys lead back to the first entry, whose
//! fingerprint every pack prints. Everything here is pure: bytes in, verdict out.

mod directory;
mod entry;
mod problem;
mod verify;

use uuid::Uuid;

use crate::crypto::{self, KEY_BYTES, base32};

pub use directory::{KeyDirectory, KeyRefused, KeySpan};
pub use entry::{Entry, EntryError, Erasure, Fact, KeyAction, KeyChange, Outcome, SignedEntry, Subject};
pub use problem::{Problem, ProblemKind};
pub use verify::{Depth, Payload, Verdict, Verifier};

/// First bytes of what an entry's hash is taken over.
pub const JOURNAL_LABEL: &str = "conclave journal v1";
/// First bytes of what a payload's commitment is taken over.
pub const PAYLOAD_LABEL: &str = "conclave payload v1";
/// First bytes of what the first entry's previous hash is taken over.
pub const GENESIS_LABEL: &str = "conclave genesis v1";
/// Bytes of a payload's salt.
pub const PAYLOAD_SALT_BYTES: usize = 32;

/// What the first entry has as its previous hash. It ties the chain to its vault.
#[must_use]
pub fn genesis_previous(vault_id: Uuid) -> [u8; KEY_BYTES] {
    crypto::sha256(&[GENESIS_LABEL.as_bytes(), vault_id.as_bytes()])
}

/// The commitment to a payload. The salt is drawn anew for each and erased with the payload: without it the hash tells
/// nothing about what was there.
#[must_use]
pub fn commitment(salt: &[u8; PAYLOAD_SALT_BYTES], payload: &[u8]) -> [u8; KEY_BYTES] {
    crypto::sha256(&[PAYLOAD_LABEL.as_bytes(), salt, payload])
}

/// A hash as people compare it: the first 20 bytes in eight groups of four Crockford digits. Of the first entry's hash it is the
/// vault's fingerprint.
#[must_use]
pub fn fingerprint(hash: &[u8; KEY_BYTES]) -> String {
    base32::grouped(&base32::encode(&hash[..20]), 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_eight_groups_of_four() {
        assert_eq!(fingerprint(&[0xff; 32]), ["ZZZZ"; 8].join("-"));
        assert_ne!(fingerprint(&[1; 32]), fingerprint(&[2; 32]));
    }

    #[test]
    fn the_same_payload_under_another_salt_is_another_commitment() {
        assert_ne!(commitment(&[1; 32], b"same"), commitment(&[2; 32], b"same"));
    }
}
