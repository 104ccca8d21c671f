//! A slot: how one member, or the recovery key, gets from a secret to the data key and to a signature.
//!
//! The secret goes through Argon2id; from its output HKDF gives one key for each of the slot's two private halves. The
//! data key is sealed to the slot's X25519 public key, so that re-keying and inviting need nobody else's secret.

use std::fmt;

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::hex::Hex;
use crate::crypto::{self, CryptoError, KEY_BYTES, NONCE_BYTES, SEALED_BYTES, Sealed, SealedTo, SecretKey};
use crate::kdf::{self, KdfError, KdfParams, SALT_BYTES};
use crate::passphrase::recovery::RecoveryKey;
use crate::passphrase::{ChosenPassphrase, Passphrase};

/// HKDF salt of the keys that seal a slot's private halves.
pub const SLOT_SALT: &str = "conclave slot v1";
/// HKDF info and purpose of the key that seals the X25519 private half.
pub const X25519_PURPOSE: &str = "conclave slot x25519 v1";
/// HKDF info and purpose of the key that seals the Ed25519 private half.
pub const ED25519_PURPOSE: &str = "conclave slot ed25519 v1";
/// First bytes of the associated data of a sealed private half.
pub const SEAL_LABEL: &str = "conclave seal v1";
/// First bytes of the HPKE info under which the data key is sealed.
pub const DATA_KEY_LABEL: &str = "conclave data key v1";

/// Whom a slot serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// A member with a passphrase.
    Member,
    /// The recovery key.
    Recovery,
}

impl SlotKind {
    fn byte(self) -> u8 {
        match self {
            Self::Member => 1,
            Self::Recovery => 2,
        }
    }
}

/// What somebody offers to open a slot.
#[derive(Clone, Copy, Debug)]
pub enum Secret<'a> {
    /// A member's passphrase.
    Passphrase(&'a Passphrase),
    /// The recovery key.
    Recovery(&'a RecoveryKey),
}

impl Secret<'_> {
    /// The kind of slot that this secret can open.
    #[must_use]
    pub fn kind(self) -> SlotKind {
        match self {
            Self::Passphrase(_) => SlotKind::Member,
            Self::Recovery(_) => SlotKind::Recovery,
        }
    }

    fn derive(self, salt: &[u8; SALT_BYTES], params: KdfParams) -> Result<SecretKey, KdfError> {
        match self {
            Self::Passphrase(passphrase) => kdf::derive(passphrase.expose(), salt, params),
            Self::Recovery(key) => kdf::derive(key.secret().expose(), salt, params),
        }
    }
}

/// What a slot may be made from: a passphrase that was found strong enough, or a recovery key.
#[derive(Clone, Copy, Debug)]
pub enum NewSecret<'a> {
    /// A checked passphrase.
    Passphrase(&'a ChosenPassphrase),
    /// A recovery key.
    Recovery(&'a RecoveryKey),
}

impl<'a> NewSecret<'a> {
    /// The same secret, as it is offered later.
    #[must_use]
    pub fn secret(self) -> Secret<'a> {
        match self {
            Self::Passphrase(chosen) => Secret::Passphrase(chosen.passphrase()),
            Self::Recovery(key) => Secret::Recovery(key),
        }
    }
}

/// What a new slot is made from.
#[derive(Clone, Copy, Debug)]
pub struct NewSlot<'a> {
    /// Id of the slot.
    pub slot_id: Uuid,
    /// Id of the member; the recovery key is a member of its own, because it signs what it does.
    pub member_id: Uuid,
    /// Name shown on the unlock screen. Plain text in `keys.json`.
    pub name: &'a str,
    /// Microseconds since 1970, UTC.
    pub created_at: u64,
    /// Whether the member must choose another passphrase at the first unlock.
    pub must_change: bool,
    /// Cost of the secret.
    pub kdf: KdfParams,
    /// The secret.
    pub secret: NewSecret<'a>,
}

/// A slot as it lies in `keys.json`. All of it is public; the private halves are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Id of the slot.
    pub slot_id: Uuid,
    /// Whom it serves.
    pub kind: SlotKind,
    /// Id of the member.
    pub member_id: Uuid,
    /// Name shown on the unlock screen.
    pub name: String,
    /// Microseconds since 1970, UTC.
    pub created_at: u64,
    /// Whether the member must choose another passphrase at the next unlock.
    pub must_change: bool,
    /// Cost of the secret.
    pub kdf: KdfParams,
    /// Salt of the Argon2id derivation.
    pub salt: Hex<SALT_BYTES>,
    /// Public key to which the data key is sealed.
    pub x25519_public: Hex<KEY_BYTES>,
    /// Nonce of the sealed X25519 private half.
    pub x25519_nonce: Hex<NONCE_BYTES>,
    /// The sealed X25519 private half.
    pub x25519_sealed: Hex<SEALED_BYTES>,
    /// Public key that verifies the member's signatures.
    pub ed25519_public: Hex<KEY_BYTES>,
    /// Nonce of the sealed Ed25519 private half.
    pub ed25519_nonce: Hex<NONCE_BYTES>,
    /// The sealed Ed25519 private half (its 32-byte seed, RFC 8032).
    pub ed25519_sealed: Hex<SEALED_BYTES>,
    /// Encapsulated key of the sealed data key.
    pub data_key_enc: Hex<KEY_BYTES>,
    /// The sealed data key.
    pub data_key_sealed: Hex<SEALED_BYTES>,
}

/// Why a slot did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// Another secret than the slot was made from.
    #[error("The passphrase or recovery key is not the one of this slot.")]
    WrongSecret,
    /// The secret is right, but the parts of the slot do not belong together.
    #[error("The key slot is damaged: its parts do not belong together.")]
    Damaged,
    /// The key derivation could not run.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// A key could not be sealed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

/// The private halves of one slot, in memory while the vault is unlocked. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct MemberKeys {
    signing: SigningKey,
    exchange: SecretKey,
}

impl MemberKeys {
    fn random(rng: &mut impl CryptoRng) -> Self {
        let exchange = SecretKey::random(rng);
        let signing = SigningKey::from_bytes(SecretKey::random(rng).expose());
        Self { signing, exchange }
    }

    /// The same signing key with a fresh exchange pair: whoever opened the slot before cannot open what is sealed from now on.
    pub(crate) fn renewed(&self, rng: &mut impl CryptoRng) -> Self {
        Self { signing: self.signing.clone(), exchange: SecretKey::random(rng) }
    }

    /// The key that signs what the member does.
    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The public key that verifies the member's signatures.
    #[must_use]
    pub fn public_key(&self) -> [u8; KEY_BYTES] {
        self.signing.verifying_key().to_bytes()
    }
}

impl fmt::Debug for MemberKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberKeys(redacted)")
    }
}

impl Slot {
    /// Makes a slot with fresh key pairs and seals the data key of `generation` to it.
    ///
    /// # Errors
    /// [`SlotError::Kdf`] if the parameters are below the floor or the memory is not to be had.
    pub fn create(
        vault_id: Uuid,
        generation: u64,
        data_key: &SecretKey,
        new: &NewSlot<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, MemberKeys), SlotError> {
        let keys = MemberKeys::random(rng);
        let mut slot = Self {
            slot_id: new.slot_id,
            kind: new.secret.secret().kind(),
            member_id: new.member_id,
            name: new.name.to_owned(),
            created_at: new.created_at,
            must_change: new.must_change,
            kdf: new.kdf,
            salt: Hex([0; SALT_BYTES]),
            x25519_public: Hex(crypto::x25519_public(&keys.exchange)),
            x25519_nonce: Hex([0; NONCE_BYTES]),
            x25519_sealed: Hex([0; SEALED_BYTES]),
            ed25519_public: Hex(keys.public_key()),
            ed25519_nonce: Hex([0; NONCE_BYTES]),
            ed25519_sealed: Hex([0; SEALED_BYTES]),
            data_key_enc: Hex([0; KEY_BYTES]),
            data_key_sealed: Hex([0; SEALED_BYTES]),
        };
        slot.seal_private_halves(vault_id, &keys, new.secret, new.kdf, rng)?;
        slot.seal_data_key(vault_id, generation, data_key, rng)?;
        Ok((slot, keys))
    }

    /// Seals the private halves under another secret; nothing else of the slot changes.
    ///
    /// # Errors
    /// [`SlotError::Kdf`] as in [`Slot::create`]; [`SlotError::Damaged`] if the keys are not this slot's, or the secret is of
    /// another kind than the slot.
    pub fn seal_private_halves(
        &mut self,
        vault_id: Uuid,
        keys: &MemberKeys,
        secret: NewSecret<'_>,
        params: KdfParams,
        rng: &mut impl CryptoRng,
    ) -> Result<(), SlotError> {
        params.check_creation()?;
        if keys.public_key() != self.ed25519_public.0 || secret.secret().kind() != self.kind {
            return Err(SlotError::Damaged);
        }
        let mut salt = [0; SALT_BYTES];
        rng.fill_bytes(&mut salt);
        let root = secret.secret().derive(&salt, params)?;
        (self.kdf, self.salt) = (params, Hex(salt));

        let seed = SecretKey::from_bytes(&Zeroizing::new(keys.signing.to_bytes()));
        let exchange = self.seal_half(vault_id, &root, &keys.exchange, X25519_PURPOSE, rng)?;
        let signing = self.seal_half(vault_id, &root, &seed, ED25519_PURPOSE, rng)?;
        (self.x25519_nonce, self.x25519_sealed) = (Hex(exchange.nonce), Hex(exchange.sealed));
        (self.ed25519_nonce, self.ed25519_sealed) = (Hex(signing.nonce), Hex(signing.sealed));
        Ok(())
    }

    /// Gives the slot another secret and another exchange pair, and seals the data key to that.
    ///
    /// # Errors
    /// As [`Slot::seal_private_halves`] and [`Slot::seal_data_key`].
    pub fn renew(
        &mut self,
        vault_id: Uuid,
        generation: u64,
        (keys, data_key): (&MemberKeys, &SecretKey),
        secret: NewSecret<'_>,
        params: KdfParams,
        rng: &mut impl CryptoRng,
    ) -> Result<MemberKeys, SlotError> {
        let fresh = keys.renewed(rng);
        self.x25519_public = Hex(crypto::x25519_public(&fresh.exchange));
        self.seal_private_halves(vault_id, &fresh, secret, params, rng)?;
        self.seal_data_key(vault_id, generation, data_key, rng)?;
        Ok(fresh)
    }

    /// Seals a data key to the slot's public key. Needs no secret.
    ///
    /// # Errors
    /// [`SlotError::Crypto`] if the slot's public key is not usable.
    pub fn seal_data_key(
        &mut self,
        vault_id: Uuid,
        generation: u64,
        data_key: &SecretKey,
        rng: &mut impl CryptoRng,
    ) -> Result<(), SlotError> {
        let sealed = crypto::seal_to(&self.x25519_public.0, data_key, &self.data_key_info(vault_id, generation), rng)?;
        (self.data_key_enc, self.data_key_sealed) = (Hex(sealed.encapsulated), Hex(sealed.sealed));
        Ok(())
    }

    /// Opens the slot: the member's private halves and the data key.
    ///
    /// # Errors
    /// [`SlotError::WrongSecret`] if the secret opens neither half; [`SlotError::Damaged`] if it opens one of them, or a part does not
    /// belong to the others; [`SlotError::Kdf`] if the derivation could not run.
    pub fn open(
        &self,
        vault_id: Uuid,
        generation: u64,
        secret: Secret<'_>,
    ) -> Result<(MemberKeys, SecretKey), SlotError> {
        if secret.kind() != self.kind {
            return Err(SlotError::WrongSecret);
        }
        let root = secret.derive(&self.salt.0, self.kdf)?;
        let exchange = self.open_half(vault_id, &root, X25519_PURPOSE);
        let seed = self.open_half(vault_id, &root, ED25519_PURPOSE);
        let (exchange, seed) = match (exchange, seed) {
            (Ok(exchange), Ok(seed)) => (exchange, seed),
            (Err(_), Err(_)) => return Err(SlotError::WrongSecret),
            _ => return Err(SlotError::Damaged),
        };
        let keys = MemberKeys { signing: SigningKey::from_bytes(seed.expose()), exchange };
        let belong =
            keys.public_key() == self.ed25519_public.0 && crypto::x25519_public(&keys.exchange) == self.x25519_public.0;
        if !belong {
            return Err(SlotError::Damaged);
        }
        let sealed = SealedTo { encapsulated: self.data_key_enc.0, sealed: self.data_key_sealed.0 };
        let data_key = crypto::open_from(&keys.exchange, &sealed, &self.data_key_info(vault_id, generation))
            .map_err(|_| SlotError::Damaged)?;
        Ok((keys, data_key))
    }

    fn seal_half(
        &self,
        vault_id: Uuid,
        root: &SecretKey,
        half: &SecretKey,
        purpose: &str,
        rng: &mut impl CryptoRng,
    ) -> Result<Sealed, CryptoError> {
        let key = root.derive(SLOT_SALT.as_bytes(), purpose);
        crypto::seal(&key, half, &self.seal_context(vault_id, purpose), rng)
    }

    fn open_half(&self, vault_id: Uuid, root: &SecretKey, purpose: &str) -> Result<SecretKey, CryptoError> {
        let (nonce, sealed) = match purpose {
            X25519_PURPOSE => (self.x25519_nonce.0, self.x25519_sealed.0),
            _ => (self.ed25519_nonce.0, self.ed25519_sealed.0),
        };
        let key = root.derive(SLOT_SALT.as_bytes(), purpose);
        crypto::open(&key, &Sealed { nonce, sealed }, &self.seal_context(vault_id, purpose))
    }

    /// Associated data of a sealed private half: everything that says which half it is and how it is opened.
    #[must_use]
    pub fn seal_context(&self, vault_id: Uuid, purpose: &str) -> Vec<u8> {
        let mut context = Vec::with_capacity(128);
        context.extend_from_slice(SEAL_LABEL.as_bytes());
        context.extend_from_slice(&crate::header::FORMAT.to_be_bytes());
        context.extend_from_slice(vault_id.as_bytes());
        context.extend_from_slice(self.slot_id.as_bytes());
        context.extend_from_slice(self.member_id.as_bytes());
        context.push(self.kind.byte());
        for cost in [self.kdf.m_kib, self.kdf.t, self.kdf.p] {
            context.extend_from_slice(&cost.to_be_bytes());
        }
        context.extend_from_slice(purpose.as_bytes());
        context
    }

    /// HPKE info of the sealed data key.
    #[must_use]
    pub fn data_key_info(&self, vault_id: Uuid, generation: u64) -> Vec<u8> {
        let mut info = Vec::with_capacity(96);
        info.extend_from_slice(DATA_KEY_LABEL.as_bytes());
        info.extend_from_slice(&crate::header::FORMAT.to_be_bytes());
        info.extend_from_slice(vault_id.as_bytes());
        info.extend_from_slice(self.slot_id.as_bytes());
        info.extend_from_slice(self.member_id.as_bytes());
        info.extend_from_slice(&generation.to_be_bytes());
        info
    }
}
