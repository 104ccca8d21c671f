//! Passphrases and keys of an open vault: changing the own passphrase, setting a new one by recovery, signing packs.

use super::{Vault, grant, new_id, now_micros};
use crate::{
    audit::{Audited, Event},
    chain::{KeyAction, KeyChange},
    crypto::os_random,
    error::VaultError,
    header::Who,
    kdf::KdfParams,
    passphrase::{ChosenPassphrase, MAX_BYTES, MIN_CHARS, Passphrase, Refusal},
    slot::{NewSecret, NewSlot, Secret},
    writer::Actor,
};
use conclave_domain::{fault::Fault, t};
use serde_json::Map;

/// Signs in a member's name. Its key is wiped when it is dropped, and it prints nothing.
pub struct StatementSigner(pub(super) ed25519_dalek::SigningKey);

impl StatementSigner {
    /// The public key that verifies its signatures.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs a message, which must begin with a label of its own purpose.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        use ed25519_dalek::Signer as _;
        self.0.sign(message).to_bytes()
    }
}

/// Accepts a passphrase for a new slot, or says why not. `hints` are words that would be guessed first.
///
/// # Errors
/// A fault at the field `passphrase`.
pub fn chosen_passphrase(typed: &str, hints: &[&str]) -> Result<ChosenPassphrase, Fault> {
    ChosenPassphrase::new(Passphrase::new(typed), hints).map_err(|refusal| {
        let sentence = match refusal {
            Refusal::TooShort => t!("vault.refused_short", n = MIN_CHARS),
            Refusal::TooLong => t!("vault.refused_long", n = MAX_BYTES),
            Refusal::Weak(_) => t!("vault.refused_weak"),
        };
        Fault::invalid_field("passphrase", sentence)
    })
}

impl Vault {
    /// Sets a new key slot for a member; the old passphrase and the old signing key count no longer.
    pub(super) async fn reset(&mut self, member: &str, passphrase: &ChosenPassphrase) -> Result<(), VaultError> {
        let wanted = member.trim().to_lowercase();
        let slot = self.header.members().find(|s| wanted.is_empty() || s.name.to_lowercase() == wanted).cloned();
        let slot = slot.ok_or_else(|| VaultError::from(crate::header::HeaderError::NoSuchMember))?;
        let new = NewSlot {
            slot_id: new_id(),
            member_id: slot.member_id,
            name: &slot.name,
            created_at: now_micros(),
            must_change: false,
            kdf: KdfParams::CREATION,
            secret: NewSecret::Passphrase(passphrase),
        };
        let mut header = self.header.clone();
        header.replace_slot(&self.unlocked, slot.slot_id, &new, &mut os_random())?;
        let old_key = slot.ed25519_public.0;
        let new_key = header.members().find(|s| s.member_id == slot.member_id).map_or(old_key, |s| s.ed25519_public.0);
        let mut transaction = self.begin().await?;
        let revoke =
            KeyChange { action: KeyAction::Revoke, member: slot.member_id, public_key: old_key, may_grant: false };
        transaction.change_keys(vec![revoke, grant(slot.member_id, new_key, true)]);
        let mut writer = transaction.writer();
        let event = writer.set_signing_key(slot.member_id, new_key).await?;
        writer.set_meta("header_next", &header.hash()).await?;
        transaction.commit("vault.recover", Audited::new((), event)).await?;
        let _ = header.save(&self.folder)?;
        self.header = header;
        self.actor = Actor { id: slot.member_id, name: slot.name };
        Ok(())
    }

    /// Changes the acting member's passphrase. The old one must be given again.
    ///
    /// # Errors
    /// The old passphrase is wrong; the disk refused.
    pub async fn change_passphrase(&mut self, old: &Passphrase, new: &ChosenPassphrase) -> Result<(), VaultError> {
        self.header.unlock(&Who::Member(self.unlocked.member_id()), Secret::Passphrase(old))?;
        let mut header = self.header.clone();
        header.change_secret(&mut self.unlocked, NewSecret::Passphrase(new), KdfParams::CREATION, &mut os_random())?;
        let (present, next, id) = (self.header.hash(), header.hash(), self.actor.id);
        let mut transaction = self.begin().await?;
        let mut writer = transaction.writer();
        writer.set_meta("header", &present).await?;
        writer.set_meta("header_next", &next).await?;
        let event = Event::new("member", id, "passphrase", Map::new(), Map::new());
        transaction.commit("vault.passphrase", Audited::new((), event)).await?;
        let _ = header.save(&self.folder)?;
        self.header = header;
        Ok(())
    }
}
