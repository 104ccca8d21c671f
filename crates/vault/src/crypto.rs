//! The few primitives the vault is built from, each wrapped once: hash, MAC, key derivation, sealing.
//!
//! Nothing here invents cryptography; the page `docs/vault-format.md` says which construction is used where. Key material
//! lives in types that wipe themselves when dropped and print as "redacted".

pub mod base32;
pub mod hex;

use std::fmt;

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use getrandom::SysRng;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use rand_core::{CryptoRng, UnwrapErr};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Bytes of every symmetric key, private key, public key and hash of the format.
pub const KEY_BYTES: usize = 32;
/// Bytes of an XChaCha20-Poly1305 nonce.
pub const NONCE_BYTES: usize = 24;
/// Bytes of a sealed 32-byte key: the key and the 16-byte tag.
pub const SEALED_BYTES: usize = KEY_BYTES + 16;

/// The operating system's random generator.
///
/// A machine that cannot give random bytes cannot make keys: drawing then panics instead of going on with a weak key.
pub type OsRandom = UnwrapErr<SysRng>;

/// The generator that production code passes to every function that needs randomness.
#[must_use]
pub fn os_random() -> OsRandom {
    UnwrapErr(SysRng)
}

/// A construction that could not be completed. It says nothing about the bytes involved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// A key could not be sealed.
    #[error("A key could not be sealed.")]
    Seal,
    /// A sealed key did not open: another key, or other bytes than were sealed.
    #[error("A sealed key did not open.")]
    Open,
}

/// A 32-byte secret that is wiped when dropped and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; KEY_BYTES]);

impl SecretKey {
    /// A fresh key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut key = Self([0; KEY_BYTES]);
        rng.fill_bytes(&mut key.0);
        key
    }

    /// A key from bytes that the caller already holds; the caller wipes its own copy.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(*bytes)
    }

    /// The bytes themselves. Hand them to a cipher, never to a log.
    #[must_use]
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// The bytes as 64 lowercase hexadecimal digits, as SQLCipher takes a raw key.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0))
    }

    /// A key derived from this one: HKDF-SHA256 (RFC 5869) with `salt`, expanded under `info` to 32 bytes.
    #[must_use]
    pub fn derive(&self, salt: &[u8], info: &str) -> Self {
        derive(salt, &self.0, info)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

/// HKDF-SHA256 over any input keying material, 32 bytes out.
#[must_use]
pub fn derive(salt: &[u8], input: &[u8], info: &str) -> SecretKey {
    let mut key = SecretKey([0; KEY_BYTES]);
    // HKDF-SHA256 gives up to 255 × 32 bytes; 32 are always within.
    #[allow(clippy::expect_used)]
    Hkdf::<Sha256>::new(Some(salt), input)
        .expand(info.as_bytes(), &mut key.0)
        .expect("32 bytes are within HKDF's limit");
    key
}

/// SHA-256 over the parts, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; KEY_BYTES] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// HMAC-SHA256 (RFC 2104) over the parts, one after the other.
#[must_use]
pub fn mac(key: &SecretKey, parts: &[&[u8]]) -> [u8; KEY_BYTES] {
    keyed(key, parts).finalize().into_bytes().into()
}

/// Whether `expected` is the MAC of the parts; compared in constant time.
#[must_use]
pub fn mac_matches(key: &SecretKey, parts: &[&[u8]], expected: &[u8; KEY_BYTES]) -> bool {
    keyed(key, parts).verify_slice(expected).is_ok()
}

fn keyed(key: &SecretKey, parts: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC takes keys of every length.
    #[allow(clippy::expect_used)]
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&key.0).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

/// A 32-byte key sealed with XChaCha20-Poly1305 under another key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Drawn anew for every sealing.
    pub nonce: [u8; NONCE_BYTES],
    /// The encrypted key followed by its tag.
    pub sealed: [u8; SEALED_BYTES],
}

/// Seals `secret` under `key`, bound to `context`.
///
/// # Errors
/// [`CryptoError::Seal`] if the cipher refuses, which it does not for 32 bytes.
pub fn seal(
    key: &SecretKey,
    secret: &SecretKey,
    context: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Sealed, CryptoError> {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let cipher = XChaCha20Poly1305::new((&key.0).into());
    let bytes =
        cipher.encrypt((&nonce).into(), Payload { msg: &secret.0, aad: context }).map_err(|_| CryptoError::Seal)?;
    let sealed = bytes.try_into().map_err(|_| CryptoError::Seal)?;
    Ok(Sealed { nonce, sealed })
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`CryptoError::Open`] if the key, the context or a byte is another.
pub fn open(key: &SecretKey, sealed: &Sealed, context: &[u8]) -> Result<SecretKey, CryptoError> {
    let cipher = XChaCha20Poly1305::new((&key.0).into());
    let bytes = cipher
        .decrypt((&sealed.nonce).into(), Payload { msg: &sealed.sealed, aad: context })
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::Open)?;
    secret_from(&bytes)
}

/// A 32-byte key sealed to an X25519 public key by HPKE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedTo {
    /// The encapsulated (ephemeral public) key.
    pub encapsulated: [u8; KEY_BYTES],
    /// The encrypted key followed by its tag.
    pub sealed: [u8; SEALED_BYTES],
}

/// Seals `secret` to `public_key`: HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
/// ChaCha20-Poly1305; `info` binds it to its place, the associated data is empty.
///
/// # Errors
/// [`CryptoError::Seal`] if the public key is not usable.
pub fn seal_to(
    public_key: &[u8; KEY_BYTES],
    secret: &SecretKey,
    info: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<SealedTo, CryptoError> {
    let recipient =
        <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(public_key).map_err(|_| CryptoError::Seal)?;
    let (encapsulated, bytes) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &recipient,
        info,
        &secret.0,
        &[],
        rng,
    )
    .map_err(|_| CryptoError::Seal)?;
    let sealed = bytes.try_into().map_err(|_| CryptoError::Seal)?;
    Ok(SealedTo { encapsulated: encapsulated.to_bytes().into(), sealed })
}

/// Opens what [`seal_to`] sealed.
///
/// # Errors
/// [`CryptoError::Open`] if the private key, the place or a byte is another.
pub fn open_from(private_key: &SecretKey, sealed: &SealedTo, info: &[u8]) -> Result<SecretKey, CryptoError> {
    let private =
        <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(&private_key.0).map_err(|_| CryptoError::Open)?;
    let encapsulated = <X25519HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(&sealed.encapsulated)
        .map_err(|_| CryptoError::Open)?;
    let bytes = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private,
        &encapsulated,
        info,
        &sealed.sealed,
        &[],
    )
    .map(Zeroizing::new)
    .map_err(|_| CryptoError::Open)?;
    secret_from(&bytes)
}

/// The X25519 public key of a private key (RFC 7748; the scalar is clamped on use).
#[must_use]
pub fn x25519_public(private_key: &SecretKey) -> [u8; KEY_BYTES] {
    // The length is the only thing that can be wrong, and the type fixes it.
    #[allow(clippy::expect_used)]
    let private =
        <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(&private_key.0).expect("32 bytes are a private key");
    X25519HkdfSha256::sk_to_pk(&private).to_bytes().into()
}

fn secret_from(bytes: &[u8]) -> Result<SecretKey, CryptoError> {
    let mut key = SecretKey([0; KEY_BYTES]);
    if bytes.len() != KEY_BYTES {
        return Err(CryptoError::Open);
    }
    key.0.copy_from_slice(bytes);
    Ok(key)
}
