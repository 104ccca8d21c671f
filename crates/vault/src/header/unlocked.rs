//! What is in memory while a vault is unlocked: the data key, the keys derived from it, and one member's identity.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use uuid::Uuid;

use crate::crypto::{self, KEY_BYTES, SecretKey};
use crate::slot::{MemberKeys, Slot, SlotKind};

/// First bytes of what a statement's signature is made over.
pub const STATEMENT_LABEL: &str = "conclave statement v1";

/// HKDF info of each subkey of the data key; the salt is the vault id.
pub const SUBKEY_INFO: [&str; 4] = [
    "conclave subkey database v1",
    "conclave subkey header mac v1",
    "conclave subkey anchor v1",
    "conclave subkey evidence v1",
];

/// The keys that are derived from the data key, one for each use.
#[derive(Clone, Debug)]
pub struct Subkeys {
    /// SQLCipher's raw key.
    pub database: SecretKey,
    /// Keyed checksum of `keys.json`.
    pub header_mac: SecretKey,
    /// Keyed checksum of the anchor.
    pub anchor: SecretKey,
    /// Reserved: evidence has a key for each content, so that re-keying touches no file.
    pub evidence: SecretKey,
}

/// An unlocked vault. Its secrets are wiped when it is dropped and never printed.
pub struct Unlocked {
    vault_id: Uuid,
    generation: u64,
    slot_id: Uuid,
    member_id: Uuid,
    kind: SlotKind,
    must_change: bool,
    keys: MemberKeys,
    data_key: SecretKey,
}

impl Unlocked {
    pub(super) fn new(vault_id: Uuid, generation: u64, slot: &Slot, keys: MemberKeys, data_key: SecretKey) -> Self {
        Self {
            vault_id,
            generation,
            slot_id: slot.slot_id,
            member_id: slot.member_id,
            kind: slot.kind,
            must_change: slot.must_change,
            keys,
            data_key,
        }
    }

    /// The same member with the data key of another generation.
    pub(super) fn with_data_key(&self, generation: u64, data_key: SecretKey) -> Self {
        Self { generation, keys: self.keys.clone(), data_key, ..*self }
    }

    /// Id of the vault.
    #[must_use]
    pub fn vault_id(&self) -> Uuid {
        self.vault_id
    }

    /// The generation that the data key belongs to.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The slot that was opened.
    #[must_use]
    pub fn slot_id(&self) -> Uuid {
        self.slot_id
    }

    /// Who unlocked.
    #[must_use]
    pub fn member_id(&self) -> Uuid {
        self.member_id
    }

    /// Whether a member or the recovery key opened the vault.
    #[must_use]
    pub fn kind(&self) -> SlotKind {
        self.kind
    }

    /// Whether the member must choose another passphrase before anything else.
    #[must_use]
    pub fn must_change(&self) -> bool {
        self.must_change
    }

    /// Set by the header once another passphrase was chosen.
    pub(super) fn changed(&mut self, keys: MemberKeys) {
        self.keys = keys;
        self.must_change = false;
    }

    /// The key that signs what this member does.
    #[must_use]
    pub fn signing_key(&self) -> &SigningKey {
        self.keys.signing()
    }

    /// The public key that verifies this member's signatures.
    #[must_use]
    pub fn public_key(&self) -> [u8; KEY_BYTES] {
        self.keys.public_key()
    }

    pub(super) fn keys(&self) -> &MemberKeys {
        &self.keys
    }

    pub(super) fn data_key(&self) -> &SecretKey {
        &self.data_key
    }

    /// Derives the keys for each use of the data key.
    #[must_use]
    pub fn subkeys(&self) -> Subkeys {
        let [database, header_mac, anchor, evidence] =
            SUBKEY_INFO.map(|info| self.data_key.derive(self.vault_id.as_bytes(), info));
        Subkeys { database, header_mac, anchor, evidence }
    }

    /// Signs a statement: a decision, an acceptance, a sign-off. `purpose` says which kind of statement it is, `content` is
    /// its canonical form.
    #[must_use]
    pub fn sign_statement(&self, purpose: &str, content: &[u8]) -> [u8; 64] {
        self.signing_key().sign(&statement(self.vault_id, purpose, content)).to_bytes()
    }
}

impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unlocked")
            .field("vault_id", &self.vault_id)
            .field("generation", &self.generation)
            .field("slot_id", &self.slot_id)
            .field("member_id", &self.member_id)
            .field("kind", &self.kind)
            .field("must_change", &self.must_change)
            .finish_non_exhaustive()
    }
}

/// Whether a statement was signed with the private half of `public_key`, in this vault and for this purpose.
#[must_use]
pub fn verify_statement(
    vault_id: Uuid,
    public_key: &[u8; KEY_BYTES],
    purpose: &str,
    content: &[u8],
    signature: &[u8; 64],
) -> bool {
    VerifyingKey::from_bytes(public_key)
        .and_then(|key| key.verify_strict(&statement(vault_id, purpose, content), &Signature::from_bytes(signature)))
        .is_ok()
}

/// What is signed: label, vault, hash of the purpose, hash of the content. Never 32 bytes long, as a journal hash is.
fn statement(vault_id: Uuid, purpose: &str, content: &[u8]) -> Vec<u8> {
    [
        STATEMENT_LABEL.as_bytes(),
        vault_id.as_bytes(),
        &crypto::sha256(&[purpose.as_bytes()]),
        &crypto::sha256(&[content]),
    ]
    .concat()
}
