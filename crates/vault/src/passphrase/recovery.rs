//! The recovery key: 168 random bits that open a vault when a passphrase is forgotten. Shown once, kept on paper.
//!
//! Written as eight groups of five Crockford digits: 21 key bytes followed by four check bytes, 25 bytes in 40 digits. The
//! check bytes find a slip of the pen before the slow key derivation starts.

use std::fmt;

use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::{self, SecretKey, base32};

/// Random bytes of a recovery key.
pub const RECOVERY_BYTES: usize = 21;
/// Digits of a written recovery key, without separators.
pub const RECOVERY_DIGITS: usize = 40;
/// Digits of a group.
pub const RECOVERY_GROUP: usize = 5;

const CHECK_BYTES: usize = 4;
/// Separates the check bytes from every other hash.
pub const CHECK_LABEL: &str = "conclave recovery check v1";
/// Separates the derived secret from every other key.
pub const SECRET_LABEL: &str = "conclave recovery key v1";

/// A recovery key. Wiped when dropped, never printed by accident: [`RecoveryKey::written`] is the one way to show it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey([u8; RECOVERY_BYTES]);

/// Why a typed recovery key cannot be one. It never repeats what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryKeyError {
    /// A character that no recovery key contains.
    #[error("Character {position} of the recovery key is not one that a recovery key contains.")]
    Character {
        /// Counted from 1, without spaces and hyphens.
        position: usize,
    },
    /// Too few or too many characters.
    #[error("A recovery key has {RECOVERY_DIGITS} characters; this one has {found}.")]
    Length {
        /// Without spaces and hyphens.
        found: usize,
    },
    /// The right form, but at least one character is another.
    #[error("The recovery key was not copied correctly: at least one character is wrong.")]
    Check,
}

impl RecoveryKey {
    /// A fresh recovery key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut key = Self([0; RECOVERY_BYTES]);
        rng.fill_bytes(&mut key.0);
        key
    }

    /// Reads what a person typed: either case, O for 0, I and L for 1, spaces and dashes anywhere.
    ///
    /// # Errors
    /// [`RecoveryKeyError`] with the first thing that is wrong.
    pub fn parse(typed: &str) -> Result<Self, RecoveryKeyError> {
        let mut bytes = Zeroizing::new([0_u8; RECOVERY_BYTES + CHECK_BYTES]);
        let (mut held, mut bits, mut filled, mut digits) = (0_u16, 0_u32, 0, 0);
        for character in typed.chars().filter(|c| !is_separator(*c)) {
            digits += 1;
            let value = base32::value(character).ok_or(RecoveryKeyError::Character { position: digits })?;
            held = held << 5 | u16::from(value);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                if let Some(byte) = bytes.get_mut(filled) {
                    *byte = (held >> bits & 0xff) as u8;
                }
                filled += 1;
                held &= (1 << bits) - 1;
            }
        }
        if digits != RECOVERY_DIGITS {
            return Err(RecoveryKeyError::Length { found: digits });
        }
        let mut key = Self([0; RECOVERY_BYTES]);
        key.0.copy_from_slice(&bytes[..RECOVERY_BYTES]);
        if key.check() == bytes[RECOVERY_BYTES..] { Ok(key) } else { Err(RecoveryKeyError::Check) }
    }

    /// The key as it is shown: eight groups of five digits with hyphens between them.
    #[must_use]
    pub fn written(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0_u8; RECOVERY_BYTES + CHECK_BYTES]);
        bytes[..RECOVERY_BYTES].copy_from_slice(&self.0);
        bytes[RECOVERY_BYTES..].copy_from_slice(&self.check());
        let digits = Zeroizing::new(base32::encode(bytes.as_ref()));
        Zeroizing::new(base32::grouped(&digits, RECOVERY_GROUP))
    }

    /// The secret that goes into the slot's key derivation in place of a passphrase.
    #[must_use]
    pub fn secret(&self) -> SecretKey {
        crypto::derive(&[], &self.0, SECRET_LABEL)
    }

    fn check(&self) -> [u8; CHECK_BYTES] {
        let hash = crypto::sha256(&[CHECK_LABEL.as_bytes(), &self.0]);
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(redacted)")
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_written_key_reads_back_however_it_is_typed() {
        let key = RecoveryKey::random(&mut crypto::os_random());
        let written = key.written();
        assert_eq!(written.len(), RECOVERY_DIGITS + 7);
        assert!(written.split('-').all(|group| group.len() == RECOVERY_GROUP));
        let sloppy = written.to_lowercase().replace('-', " \u{2013} ").replace('0', "o").replace('1', "L");
        assert!(RecoveryKey::parse(&sloppy).unwrap() == key);
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let written = RecoveryKey([7; RECOVERY_BYTES]).written();
        for (index, digit) in written.char_indices().filter(|(_, c)| *c != '-') {
            let other = if digit == 'Z' { 'Y' } else { 'Z' };
            let mut wrong = written.to_string();
            wrong.replace_range(index..=index, &other.to_string());
            assert_eq!(RecoveryKey::parse(&wrong).unwrap_err(), RecoveryKeyError::Check);
        }
        assert_eq!(RecoveryKey::parse("ABC").unwrap_err(), RecoveryKeyError::Length { found: 3 });
        assert_eq!(RecoveryKey::parse("AB U").unwrap_err(), RecoveryKeyError::Character { position: 3 });
        assert_eq!(RecoveryKey::parse(&"0".repeat(400)).unwrap_err(), RecoveryKeyError::Length { found: 400 });
    }
}
