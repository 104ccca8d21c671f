//! Shared by the format tests: a repeatable generator and a vault with known ids.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, missing_docs)]

pub mod journal;

use std::convert::Infallible;

use conclave_vault::header::{Header, NewVault, Unlocked};
use conclave_vault::kdf::KdfParams;
use conclave_vault::passphrase::recovery::RecoveryKey;
use conclave_vault::passphrase::{ChosenPassphrase, Passphrase};
use conclave_vault::slot::{NewSecret, NewSlot};
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Repeatable bytes: SHA-256 of a name and a counter. For tests only.
pub struct Repeatable(pub &'static str, pub u64);

impl TryRng for Repeatable {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(32) {
            let block = Sha256::new().chain_update(self.0).chain_update(self.1.to_be_bytes()).finalize();
            self.1 += 1;
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Repeatable {}

pub const ANNA: &str = "lantern oblique harvest 47";
pub const BORIS: &str = "copper meadow unfolds 812";
pub const AT: u64 = 1_767_225_600_000_000;

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub fn chosen(text: &str) -> ChosenPassphrase {
    ChosenPassphrase::new(Passphrase::new(text), &[]).unwrap()
}

pub fn member<'a>(n: u128, name: &'a str, secret: &'a ChosenPassphrase) -> NewSlot<'a> {
    NewSlot {
        slot_id: id(100 + n),
        member_id: id(200 + n),
        name,
        created_at: AT,
        must_change: false,
        kdf: KdfParams::FLOOR,
        secret: NewSecret::Passphrase(secret),
    }
}

pub fn recovery<'a>(key: &'a RecoveryKey) -> NewSlot<'a> {
    NewSlot {
        slot_id: id(199),
        member_id: id(299),
        name: "Recovery key",
        created_at: AT,
        must_change: false,
        kdf: KdfParams::FLOOR,
        secret: NewSecret::Recovery(key),
    }
}

/// A vault founded by Anna.
pub fn vault(rng: &mut Repeatable) -> (Header, Unlocked) {
    let anna = chosen(ANNA);
    let new = NewVault { vault_id: id(1), name: "Meridian Trust", created_at: AT, founder: member(1, "Anna", &anna) };
    Header::create(&new, rng).unwrap()
}
