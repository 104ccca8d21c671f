//! Passphrases and keys of an open vault: changing the own passphrase, setting a new one by recovery, signing packs.

use super::Vault;
use crate::{
    audit::{Audited, Event},
    crypto::os_random,
    error::VaultError,
    header::Who,
    passphrase::{ChosenPassphrase, MAX_BYTES, MIN_CHARS, Passphrase, Refusal},
    slot::{NewSecret, Secret},
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
    /// Sets a member's passphrase by the recovery key and makes them an active member again, if they were not.
    pub(super) async fn recover_member(
        &mut self,
        member: &str,
        passphrase: &ChosenPassphrase,
    ) -> Result<String, VaultError> {
        let wanted = member.trim().to_lowercase();
        let members = self.read().await?.members().await?;
        let mut fitting =
            members.into_iter().filter(|m| wanted.is_empty() && m.active || m.name.to_lowercase() == wanted);
        let found = match (fitting.next(), fitting.next()) {
            (Some(found), None) => found,
            _ => return Err(crate::header::HeaderError::NoSuchMember.into()),
        };
        self.reset_member("vault.recover", found.id, passphrase, false).await?;
        Ok(found.name)
    }

    /// Changes the acting member's passphrase. The old one must be given again.
    ///
    /// # Errors
    /// The old passphrase is wrong; the disk refused.
    pub async fn change_passphrase(&mut self, old: &Passphrase, new: &ChosenPassphrase) -> Result<(), VaultError> {
        self.header.unlock(&Who::Member(self.unlocked.member_id()), Secret::Passphrase(old))?;
        let mut header = self.header.clone();
        header.change_secret(
            &mut self.unlocked,
            NewSecret::Passphrase(new),
            super::members::cost(),
            &mut os_random(),
        )?;
        let id = self.actor.id;
        let transaction = self.begin_header(&header).await?;
        let event = Event::new("member", id, "passphrase", Map::new(), Map::new());
        transaction.commit("vault.passphrase", Audited::new((), event)).await?;
        self.adopt_header(header).await
    }
}
