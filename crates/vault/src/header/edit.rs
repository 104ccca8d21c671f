//! Changes of a header. Each takes the unlocked vault, leaves the header complete (both checksums set) and writes nothing:
//! saving is the caller's step.

use rand_core::CryptoRng;
use uuid::Uuid;

use super::{Header, HeaderError, Unlocked};
use crate::crypto::SecretKey;
use crate::kdf::KdfParams;
use crate::slot::{NewSecret, NewSlot, Slot, SlotKind};

/// The most characters of a vault's or member's name.
pub const MAX_NAME_CHARS: usize = 200;
/// The most slots of a vault.
pub const MAX_SLOTS: usize = 1000;

pub(super) fn check_name(field: &'static str, name: &str) -> Result<(), HeaderError> {
    let invalid = |reason| Err(HeaderError::Invalid { field, reason });
    if name.trim().is_empty() {
        return invalid("it is empty");
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return invalid("it is too long");
    }
    if name.chars().any(char::is_control) {
        return invalid("it contains control characters");
    }
    Ok(())
}

impl Header {
    /// Adds a slot: a member invited by an administrator, or the recovery key. Needs nobody else's secret.
    ///
    /// # Errors
    /// [`HeaderError::Invalid`] if the member or slot exists, a recovery key exists, or the name cannot be kept;
    /// [`HeaderError::Outdated`]; [`HeaderError::Kdf`].
    pub fn add_slot(&mut self, by: &Unlocked, new: &NewSlot<'_>, rng: &mut impl CryptoRng) -> Result<(), HeaderError> {
        self.check_current(by)?;
        check_name("member name", new.name)?;
        let kind = new.secret.secret().kind();
        if self.slots.iter().any(|slot| slot.slot_id == new.slot_id || slot.member_id == new.member_id) {
            return Err(HeaderError::Invalid { field: "member", reason: "it has a key slot already" });
        }
        if kind == SlotKind::Member && self.members().any(|slot| slot.name == new.name) {
            return Err(HeaderError::Invalid { field: "member name", reason: "another member has it" });
        }
        if kind == SlotKind::Recovery && self.slots.iter().any(|slot| slot.kind == kind) {
            return Err(HeaderError::Invalid { field: "recovery key", reason: "the vault has one already" });
        }
        if self.slots.len() >= MAX_SLOTS {
            return Err(HeaderError::Invalid { field: "member", reason: "the vault has as many as it can hold" });
        }
        let (slot, _) = Slot::create(self.vault_id, self.generation, by.data_key(), new, rng)?;
        self.slots.push(slot);
        self.close(by)
    }

    /// Removes a slot. Until the vault is re-keyed, whoever kept an old `keys.json` and knows its passphrase still opens the
    /// database.
    ///
    /// # Errors
    /// [`HeaderError::NoSuchMember`]; [`HeaderError::Invalid`] for the last member; [`HeaderError::Outdated`].
    pub fn remove_slot(&mut self, by: &Unlocked, slot_id: Uuid) -> Result<(), HeaderError> {
        self.check_current(by)?;
        let index = self.position(slot_id)?;
        let last = self.slots[index].kind == SlotKind::Member && self.members().count() == 1;
        if last {
            return Err(HeaderError::Invalid { field: "member", reason: "it is the last one of this vault" });
        }
        self.slots.remove(index);
        self.close(by)
    }

    /// Replaces a slot by a new one with fresh keys, in one step and at the same place: a passphrase reset by an administrator
    /// or by recovery, or a new recovery key. The member keeps the id; the journal grants the new public key.
    ///
    /// # Errors
    /// As [`Header::add_slot`] and [`Header::remove_slot`]; [`HeaderError::Invalid`] if the kinds differ.
    pub fn replace_slot(
        &mut self,
        by: &Unlocked,
        slot_id: Uuid,
        new: &NewSlot<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<(), HeaderError> {
        self.check_current(by)?;
        check_name("member name", new.name)?;
        let index = self.position(slot_id)?;
        let kind = new.secret.secret().kind();
        if self.slots[index].kind != kind {
            return Err(HeaderError::Invalid { field: "key slot", reason: "it is of another kind" });
        }
        let clashes = |slot: &Slot| {
            slot.slot_id == new.slot_id
                || slot.member_id == new.member_id
                || (kind == SlotKind::Member && slot.kind == kind && slot.name == new.name)
        };
        if self.slots.iter().enumerate().any(|(other, slot)| other != index && clashes(slot)) {
            return Err(HeaderError::Invalid { field: "member", reason: "another member has the same id or name" });
        }
        let (slot, _) = Slot::create(self.vault_id, self.generation, by.data_key(), new, rng)?;
        self.slots[index] = slot;
        self.close(by)
    }

    /// Gives the unlocked member another secret and another exchange pair, so that a former secret with a former header opens
    /// nothing that is sealed later; signing key and data key stay, and no other slot is touched. Clears `must_change`. Ask for the present secret before (see [`Header::unlock`]).
    ///
    /// # Errors
    /// [`HeaderError::NoSuchMember`] if the slot is gone; [`HeaderError::Kdf`]; [`HeaderError::Outdated`].
    pub fn change_secret(
        &mut self,
        by: &mut Unlocked,
        secret: NewSecret<'_>,
        params: KdfParams,
        rng: &mut impl CryptoRng,
    ) -> Result<(), HeaderError> {
        self.check_current(by)?;
        let index = self.position(by.slot_id())?;
        let mut slot = self.slots[index].clone();
        let held = (by.keys(), by.data_key());
        let fresh = slot.renew(self.vault_id, self.generation, held, secret, params, rng)?;
        slot.must_change = false;
        self.slots[index] = slot;
        self.close(by)?;
        by.changed(fresh);
        Ok(())
    }

    /// Renames the vault.
    ///
    /// # Errors
    /// [`HeaderError::Invalid`] for a name that cannot be kept; [`HeaderError::Outdated`].
    pub fn rename(&mut self, by: &Unlocked, name: &str) -> Result<(), HeaderError> {
        self.check_current(by)?;
        check_name("name", name)?;
        name.clone_into(&mut self.name);
        self.close(by)
    }

    /// Renames a member.
    ///
    /// # Errors
    /// [`HeaderError::Invalid`] for a name that cannot be kept or is taken; [`HeaderError::NoSuchMember`];
    /// [`HeaderError::Outdated`].
    pub fn rename_member(&mut self, by: &Unlocked, slot_id: Uuid, name: &str) -> Result<(), HeaderError> {
        self.check_current(by)?;
        check_name("member name", name)?;
        if self.members().any(|slot| slot.name == name && slot.slot_id != slot_id) {
            return Err(HeaderError::Invalid { field: "member name", reason: "another member has it" });
        }
        let index = self.position(slot_id)?;
        name.clone_into(&mut self.slots[index].name);
        self.close(by)
    }

    /// A header of the next generation with a fresh data key, sealed to every slot that is left. Nobody else need be
    /// present. Saving it commits; until then the present header stays the one that counts.
    ///
    /// # Errors
    /// [`HeaderError::Outdated`]; [`HeaderError::Crypto`].
    pub fn rekeyed(&self, by: &Unlocked, rng: &mut impl CryptoRng) -> Result<(Self, Unlocked), HeaderError> {
        self.check_current(by)?;
        let data_key = SecretKey::random(rng);
        let mut header = self.clone();
        header.generation += 1;
        for slot in &mut header.slots {
            slot.seal_data_key(header.vault_id, header.generation, &data_key, rng)?;
        }
        let unlocked = by.with_data_key(header.generation, data_key);
        header.close(&unlocked)?;
        Ok((header, unlocked))
    }

    fn position(&self, slot_id: Uuid) -> Result<usize, HeaderError> {
        self.slots.iter().position(|slot| slot.slot_id == slot_id).ok_or(HeaderError::NoSuchMember)
    }

    fn check_current(&self, by: &Unlocked) -> Result<(), HeaderError> {
        let current = by.vault_id() == self.vault_id && by.generation() == self.generation;
        if current { Ok(()) } else { Err(HeaderError::Outdated) }
    }
}
