//! The cost of a passphrase: Argon2id (RFC 9106, version 0x13) with parameters that each slot carries.
//!
//! Creation keeps to a floor. Opening takes what the slot says up to a ceiling, so that a crafted header can neither take
//! all memory nor run for an hour.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use crate::crypto::{KEY_BYTES, SecretKey};

/// Whether this build derives keys cheaply. Only test builds may: a shipped binary asserts that this is false.
pub const CHEAP_KDF: bool = cfg!(feature = "cheap-kdf");

/// Bytes of the salt of a slot.
pub const SALT_BYTES: usize = 16;

/// Argon2id parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfParams {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

/// Why a key was not derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KdfError {
    /// The parameters are cheaper than a new slot may be.
    #[error("The key derivation is weaker than a new slot may use.")]
    BelowFloor,
    /// The parameters are outside what this program opens.
    #[error("The key derivation asks for more than this program allows.")]
    OutOfRange,
    /// The machine does not have the memory that the slot asks for.
    #[error("There is not enough memory to unlock this vault: {m_kib} KiB are needed.")]
    Memory {
        /// What the slot asks for, in KiB.
        m_kib: u32,
    },
}

impl KdfParams {
    /// The least that a new slot may use: 64 MiB in three passes.
    pub const FLOOR: Self =
        if CHEAP_KDF { Self { m_kib: 64, t: 1, p: 1 } } else { Self { m_kib: 64 * 1024, t: 3, p: 1 } };
    /// What a new slot uses: 256 MiB in three passes.
    pub const CREATION: Self = if CHEAP_KDF { Self::FLOOR } else { Self { m_kib: 256 * 1024, t: 3, p: 1 } };
    /// The most that opening accepts: 1 GiB, 16 passes, 8 lanes.
    pub const CEILING: Self = Self { m_kib: 1024 * 1024, t: 16, p: 8 };

    /// Whether a new slot may use these parameters.
    ///
    /// # Errors
    /// [`KdfError::BelowFloor`] or [`KdfError::OutOfRange`].
    pub fn check_creation(self) -> Result<(), KdfError> {
        self.check_opening()?;
        if self.m_kib < Self::FLOOR.m_kib || self.t < Self::FLOOR.t {
            return Err(KdfError::BelowFloor);
        }
        Ok(())
    }

    /// Whether this program opens a slot with these parameters.
    ///
    /// # Errors
    /// [`KdfError::OutOfRange`].
    pub fn check_opening(self) -> Result<(), KdfError> {
        let most = Self::CEILING;
        let within = self.m_kib <= most.m_kib && (1..=most.t).contains(&self.t) && (1..=most.p).contains(&self.p);
        // Argon2 needs eight blocks per lane.
        if within && self.m_kib >= 8 * self.p { Ok(()) } else { Err(KdfError::OutOfRange) }
    }

    /// Parameters for this machine: the creation default, or less memory (never below the floor) where a derivation with
    /// the default would take longer than `target`. Measures one derivation at the floor.
    ///
    /// # Errors
    /// [`KdfError::Memory`] if not even the floor's memory is to be had.
    pub fn calibrated(target: Duration) -> Result<Self, KdfError> {
        let start = Instant::now();
        let _ = derive(b"calibration", &[0; SALT_BYTES], Self::FLOOR)?;
        Ok(Self::scaled(start.elapsed(), target))
    }

    /// The pure half of [`KdfParams::calibrated`]: the time grows linearly with the memory.
    #[must_use]
    pub fn scaled(at_floor: Duration, target: Duration) -> Self {
        let floor = u128::from(Self::FLOOR.m_kib);
        let affordable = floor * target.as_micros() / at_floor.as_micros().max(1);
        let most = u128::from(Self::CREATION.m_kib);
        let m_kib = affordable.clamp(floor, most.max(floor));
        // Both bounds are u32, so the value is; whole steps of 8 MiB keep the figure readable.
        let m_kib = u32::try_from(m_kib).unwrap_or(Self::CREATION.m_kib);
        let step = 8 * 1024;
        Self { m_kib: (m_kib / step * step).max(Self::FLOOR.m_kib), ..Self::CREATION }
    }
}

/// Argon2id of `secret` with `salt`: 32 bytes.
///
/// # Errors
/// [`KdfError::OutOfRange`] for parameters that are not opened, [`KdfError::Memory`] if the memory is not to be had.
pub fn derive(secret: &[u8], salt: &[u8; SALT_BYTES], params: KdfParams) -> Result<SecretKey, KdfError> {
    params.check_opening()?;
    let cost = Params::new(params.m_kib, params.t, params.p, Some(KEY_BYTES)).map_err(|_| KdfError::OutOfRange)?;
    let mut out = zeroize::Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost).hash_password_into(secret, salt, out.as_mut()).map_err(
        |error| match error {
            argon2::Error::OutOfMemory => KdfError::Memory { m_kib: params.m_kib },
            _ => KdfError::OutOfRange,
        },
    )?;
    Ok(SecretKey::from_bytes(&out))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_new_slot_keeps_to_the_floor_and_an_old_one_to_the_ceiling() {
        KdfParams::CREATION.check_creation().unwrap();
        KdfParams::FLOOR.check_creation().unwrap();
        let weak = KdfParams { m_kib: KdfParams::FLOOR.m_kib - 1, ..KdfParams::FLOOR };
        assert_eq!(weak.check_creation(), Err(KdfError::BelowFloor));
        weak.check_opening().unwrap();
        for crafted in [
            KdfParams { m_kib: 64 << 20, t: 1, p: 1 },
            KdfParams { m_kib: 65536, t: 17, p: 1 },
            KdfParams { m_kib: 65536, t: 3, p: 9 },
            KdfParams { m_kib: 65536, t: 0, p: 1 },
            KdfParams { m_kib: 65536, t: 3, p: 0 },
            KdfParams { m_kib: 8, t: 1, p: 2 },
        ] {
            assert_eq!(derive(b"x", &[0; SALT_BYTES], crafted).unwrap_err(), KdfError::OutOfRange);
        }
    }

    #[test]
    fn calibration_stays_between_floor_and_default() {
        let second = Duration::from_secs(1);
        assert_eq!(KdfParams::scaled(Duration::from_secs(60), second).m_kib, KdfParams::FLOOR.m_kib);
        assert_eq!(KdfParams::scaled(Duration::from_micros(1), second).m_kib, KdfParams::CREATION.m_kib);
        KdfParams::scaled(Duration::from_millis(500), second).check_creation().unwrap();
    }
}
