//! `keys.json`: what a vault is called, which generation of its database counts, and the slots that open it.
//!
//! A plain checksum tells damage from a wrong passphrase before any secret is tried; a keyed checksum tells, after
//! unlocking, whether somebody without the data key changed the file. A second copy is kept beside it. Replacing
//! `keys.json` is the one moment at which a re-key or a restore is committed.

pub mod canon;
mod edit;
mod error;
mod files;
mod unlocked;

use chrono::{DateTime, Utc};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::crypto::hex::Hex;
use crate::crypto::{self, KEY_BYTES, SecretKey};
use crate::slot::{NewSlot, Secret, Slot, SlotKind};
use canon::{Damage, EnvelopeError, EnvelopeKind};

pub use edit::MAX_NAME_CHARS;
pub use error::{HeaderError, HeaderFile};
pub use files::{COPY_NAME, FileState, HEADER_NAME, HeaderFiles, Saved};
pub use unlocked::{STATEMENT_LABEL, SUBKEY_INFO, Subkeys, Unlocked, verify_statement};

/// The format of `keys.json`, the slots and everything sealed in them.
pub const FORMAT: u64 = 1;

/// Type, format and labels of the file.
pub const KIND: EnvelopeKind = EnvelopeKind {
    name: "conclave vault",
    format: FORMAT,
    checksum_label: "conclave header checksum v1",
    mac_label: "conclave header mac v1",
};

/// The content of `keys.json`. A value of this type is intact: its checksum was right when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    #[serde(rename = "type")]
    kind: String,
    format: u64,
    vault_id: Uuid,
    generation: u64,
    created_at: u64,
    name: String,
    slots: Vec<Slot>,
    mac: Hex<KEY_BYTES>,
    checksum: Hex<KEY_BYTES>,
}

/// What a new vault is made from.
#[derive(Clone, Copy, Debug)]
pub struct NewVault<'a> {
    /// Id of the vault.
    pub vault_id: Uuid,
    /// Name of the organisation or vault. Plain text in `keys.json`.
    pub name: &'a str,
    /// Microseconds since 1970, UTC.
    pub created_at: u64,
    /// The founding administrator.
    pub founder: NewSlot<'a>,
}

/// Who wants to unlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who<'a> {
    /// The member with this id.
    Member(Uuid),
    /// The member with this name, exactly or, if only one fits, in another case.
    Name(&'a str),
    /// Whoever holds the recovery key.
    Recovery,
}

impl Header {
    /// Makes the header of a new vault with one slot, and the unlocked vault with it. Nothing is written.
    ///
    /// # Errors
    /// [`HeaderError::Invalid`] for a name that cannot be kept, [`HeaderError::Kdf`] if the derivation is too cheap or cannot run.
    pub fn create(new: &NewVault<'_>, rng: &mut impl CryptoRng) -> Result<(Self, Unlocked), HeaderError> {
        edit::check_name("name", new.name)?;
        edit::check_name("member name", new.founder.name)?;
        let data_key = SecretKey::random(rng);
        let (slot, keys) = Slot::create(new.vault_id, 1, &data_key, &new.founder, rng)?;
        let unlocked = Unlocked::new(new.vault_id, 1, &slot, keys, data_key);
        let mut header = Self {
            kind: KIND.name.to_owned(),
            format: FORMAT,
            vault_id: new.vault_id,
            generation: 1,
            created_at: new.created_at,
            name: new.name.to_owned(),
            slots: vec![slot],
            mac: Hex([0; KEY_BYTES]),
            checksum: Hex([0; KEY_BYTES]),
        };
        header.close(&unlocked)?;
        Ok((header, unlocked))
    }

    /// Reads the bytes of a `keys.json`.
    ///
    /// # Errors
    /// Whether it is damaged, and how, or of a newer format. Never anything about a passphrase: none is needed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let object = KIND.open(bytes)?;
        let header: Self = serde_json::from_value(Value::Object(object))
            .map_err(|_| EnvelopeError::Damaged(Damage::Content("header")))?;
        // What reads the same must also be spelled the same (an id in capitals, say, is not).
        if header.to_bytes() != bytes {
            return Err(EnvelopeError::Damaged(Damage::Spelling));
        }
        header.check_content().map_err(EnvelopeError::Damaged)?;
        Ok(header)
    }

    /// The bytes of `keys.json`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // The type holds only texts, whole numbers and booleans, and each has a canonical spelling.
        canon::file_bytes(&self.object()).unwrap_or_default()
    }

    /// SHA-256 of the bytes of `keys.json`, to be kept inside the database: an exchanged or rolled-back header shows.
    #[must_use]
    pub fn hash(&self) -> [u8; KEY_BYTES] {
        crypto::sha256(&[&self.to_bytes()])
    }

    /// Id of the vault.
    #[must_use]
    pub fn vault_id(&self) -> Uuid {
        self.vault_id
    }

    /// The generation of the database that counts; it grows by one with every re-key and restore.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// File name of the database that counts: `vault-N.db`.
    #[must_use]
    pub fn database_name(&self) -> String {
        format!("vault-{}.db", self.generation)
    }

    /// Name of the organisation or vault.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When the vault was made. None if the stated moment is beyond the calendar.
    #[must_use]
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(i64::try_from(self.created_at).ok()?)
    }

    /// The slots, in the order in which they were added.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The slots of members, without the recovery key.
    pub fn members(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.kind == SlotKind::Member)
    }

    /// Opens the vault with a secret. Takes as long as the slot's key derivation.
    ///
    /// # Errors
    /// [`HeaderError::NoSuchMember`]; [`HeaderError::WrongPassphrase`]; [`HeaderError::Damaged`] if the secret is right but the
    /// header was changed by somebody without the data key; [`HeaderError::Kdf`] if the derivation could not run.
    pub fn unlock(&self, who: &Who<'_>, secret: Secret<'_>) -> Result<Unlocked, HeaderError> {
        let slot = self.find(who)?;
        let (keys, data_key) = slot.open(self.vault_id, self.generation, secret)?;
        let unlocked = Unlocked::new(self.vault_id, self.generation, slot, keys, data_key);
        if !KIND.mac_matches(&self.object(), &unlocked.subkeys().header_mac, &self.mac.0) {
            return Err(HeaderError::damaged(Damage::Mac));
        }
        Ok(unlocked)
    }

    fn find(&self, who: &Who<'_>) -> Result<&Slot, HeaderError> {
        match who {
            Who::Member(id) => self.members().find(|slot| slot.member_id == *id),
            Who::Recovery => self.slots.iter().find(|slot| slot.kind == SlotKind::Recovery),
            Who::Name(name) => self.members().find(|slot| slot.name == *name).or_else(|| {
                let wanted = name.to_lowercase();
                let mut close = self.members().filter(|slot| slot.name.to_lowercase() == wanted);
                close.next().filter(|_| close.next().is_none())
            }),
        }
        .ok_or(HeaderError::NoSuchMember)
    }

    /// Sets both checksums after a change.
    fn close(&mut self, unlocked: &Unlocked) -> Result<(), HeaderError> {
        let unspelled = || HeaderError::damaged(Damage::Spelling);
        let mac = KIND.mac(&self.object(), &unlocked.subkeys().header_mac).ok_or_else(unspelled)?;
        self.mac = Hex(mac);
        self.checksum = Hex(KIND.checksum(&self.object()).ok_or_else(unspelled)?);
        Ok(())
    }

    fn object(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            // A struct of texts and whole numbers is always an object.
            _ => Map::new(),
        }
    }

    fn check_content(&self) -> Result<(), Damage> {
        if self.generation == 0 {
            return Err(Damage::Content("generation"));
        }
        if self.members().next().is_none() {
            return Err(Damage::Content("slots"));
        }
        for (index, slot) in self.slots.iter().enumerate() {
            slot.kdf.check_opening().map_err(|_| Damage::Content("kdf"))?;
            let repeats = |other: &Slot| other.slot_id == slot.slot_id || other.member_id == slot.member_id;
            if self.slots[..index].iter().any(repeats) {
                return Err(Damage::Content("slots"));
            }
        }
        Ok(())
    }
}
