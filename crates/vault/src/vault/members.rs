//! Members of an open vault: inviting, roles, deactivating, resetting, taking turns, a new recovery key.
//!
//! Each change is journalled first and then shown in the header, whose replacement confirms it. A crash between the two
//! leaves a member without a fitting slot, which an administrator mends by resetting the member.

use super::{Vault, grant, new_id, opening::identify};
use crate::{
    audit::{Audited, Event},
    chain::{KeyAction, KeyChange},
    crypto::os_random,
    error::VaultError,
    header::{Header, Who},
    kdf::KdfParams,
    passphrase::{ChosenPassphrase, Passphrase, recovery::RecoveryKey},
    slot::{NewSecret, NewSlot, Secret, SlotKind},
    store::member::StoredMember,
    writer::{Transaction, at_micros},
};
use conclave_domain::{permission::Role, time::Now};
use serde_json::Map;
use std::time::Duration;
use uuid::Uuid;

/// How long unlocking may take on the machine where a slot is made.
const UNLOCK_TARGET: Duration = Duration::from_millis(800);

/// Where the database keeps the public signing key of the recovery key that counts.
pub(super) const RECOVERY_KEY: &str = "recovery_key";

/// The cost of a new slot, measured on this machine once per run.
pub(super) fn cost() -> KdfParams {
    static COST: std::sync::OnceLock<KdfParams> = std::sync::OnceLock::new();
    // Where not even the floor's memory is to be had, making the slot says so.
    *COST.get_or_init(|| KdfParams::calibrated(UNLOCK_TARGET).unwrap_or(KdfParams::FLOOR))
}

fn new_slot<'a>(member_id: Uuid, name: &'a str, secret: NewSecret<'a>, must_change: bool, now: &Now) -> NewSlot<'a> {
    let created_at = at_micros(now);
    NewSlot { slot_id: new_id(), member_id, name, created_at, must_change, kdf: cost(), secret }
}

fn revoke(member: Uuid, public_key: [u8; 32]) -> KeyChange {
    KeyChange { action: KeyAction::Revoke, member, public_key, may_grant: false }
}

impl Vault {
    /// Whether the acting member must choose another passphrase before anything else.
    #[must_use]
    pub fn must_change(&self) -> bool {
        self.unlocked.must_change()
    }

    /// The ids of members whose first passphrase, set by an administrator, was not replaced yet.
    #[must_use]
    pub fn invited(&self) -> Vec<Uuid> {
        self.header.members().filter(|s| s.must_change).map(|s| s.member_id).collect()
    }

    /// Adds a member with a first passphrase.
    ///
    /// # Errors
    /// The name is taken or cannot be kept; the disk refused.
    pub async fn invite(
        &mut self,
        call: &str,
        name: &str,
        role: Role,
        passphrase: &ChosenPassphrase,
    ) -> Result<Uuid, VaultError> {
        let (id, name) = (new_id(), name.trim());
        let mut header = self.header.clone();
        header.add_slot(
            &self.unlocked,
            &new_slot(id, name, NewSecret::Passphrase(passphrase), true, &self.now),
            &mut os_random(),
        )?;
        let signing_key = key_in(&header, id)?;
        let mut transaction = self.begin_header(&header).await?;
        transaction.change_keys(vec![grant(id, signing_key, role == Role::Administrator)]);
        let mut writer = transaction.writer();
        let since = writer.now.moment();
        let member = StoredMember { id, name: name.to_owned(), role, signing_key, active: true, since };
        let event = writer.add_member(&member).await?;
        transaction.commit(call, Audited::new((), event)).await?;
        self.adopt_header(header).await?;
        Ok(id)
    }

    /// Gives a member another role. Administrators may grant keys, others may not, and the journal knows which.
    ///
    /// # Errors
    /// No such member; the disk refused.
    pub async fn change_role(&mut self, call: &str, id: Uuid, role: Role) -> Result<(), VaultError> {
        let member = self.member(id).await?;
        let mut transaction = self.begin_own().await?;
        let grants = (role == Role::Administrator) != (member.role == Role::Administrator);
        if grants && member.active {
            transaction.change_keys(vec![grant(id, member.signing_key, role == Role::Administrator)]);
        }
        let event = transaction.writer().set_role(&member, role).await?;
        transaction.commit(call, Audited::new((), event)).await?;
        if id == self.actor.id {
            self.role = role;
        }
        Ok(())
    }

    /// Takes a member's slot and key away. Until the vault is re-keyed, an old copy of it still opens with the old passphrase.
    ///
    /// # Errors
    /// No such member; the last slot; the disk refused.
    pub async fn deactivate(&mut self, call: &str, id: Uuid) -> Result<(), VaultError> {
        let member = self.member(id).await?;
        let mut header = self.header.clone();
        let slot = header.members().find(|s| s.member_id == id).map(|s| s.slot_id);
        if let Some(slot) = slot {
            header.remove_slot(&self.unlocked, slot)?;
        }
        let mut transaction = self.begin_header(&header).await?;
        transaction.change_keys(vec![revoke(id, member.signing_key)]);
        let event = transaction.writer().set_active(&member, false, member.signing_key).await?;
        transaction.commit(call, Audited::new((), event)).await?;
        self.adopt_header(header).await
    }

    /// Gives a member a new slot and a new signing key. `first` says that somebody else chose the passphrase, so that the member
    /// must replace it.
    ///
    /// # Errors
    /// No such member; the disk refused.
    pub async fn reset_member(
        &mut self,
        call: &str,
        id: Uuid,
        passphrase: &ChosenPassphrase,
        first: bool,
    ) -> Result<(), VaultError> {
        let member = self.member(id).await?;
        let mut header = self.header.clone();
        let new = new_slot(id, &member.name, NewSecret::Passphrase(passphrase), first, &self.now);
        let slot = header.members().find(|s| s.member_id == id).map(|s| s.slot_id);
        match slot {
            Some(slot) => header.replace_slot(&self.unlocked, slot, &new, &mut os_random())?,
            None => header.add_slot(&self.unlocked, &new, &mut os_random())?,
        }
        let key = key_in(&header, id)?;
        let mut transaction = self.begin_header(&header).await?;
        let mut changes = vec![grant(id, key, member.role == Role::Administrator)];
        if member.active {
            changes.insert(0, revoke(id, member.signing_key));
        }
        transaction.change_keys(changes);
        let event = transaction.writer().set_active(&member, true, key).await?;
        transaction.commit(call, Audited::new((), event)).await?;
        self.adopt_header(header).await
    }

    /// Another member takes over: from here on everything is done and signed in their name.
    ///
    /// # Errors
    /// Wrong passphrase; no such member; the member was deactivated. The acting member stays then.
    pub async fn switch(&mut self, member: &str, passphrase: &Passphrase) -> Result<(), VaultError> {
        self.settle().await?;
        let unlocked = self.header.unlock(&Who::Name(member.trim()), Secret::Passphrase(passphrase))?;
        let (actor, role) = identify(&mut self.db, &unlocked).await?;
        (self.unlocked, self.actor, self.role) = (unlocked, actor, role);
        Ok(())
    }

    /// Makes a new recovery key. The old one opens the present vault no longer.
    ///
    /// # Errors
    /// The disk refused.
    pub async fn new_recovery_key(&mut self, call: &str) -> Result<RecoveryKey, VaultError> {
        let key = RecoveryKey::random(&mut os_random());
        let mut header = self.header.clone();
        let old = header.slots().iter().find(|s| s.kind == SlotKind::Recovery).map(|s| (s.slot_id, s.member_id));
        let id = old.map_or_else(new_id, |(_, id)| id);
        let new = new_slot(id, "recovery", NewSecret::Recovery(&key), false, &self.now);
        let mut changes = Vec::new();
        match old {
            Some((slot, _)) => {
                // What the journal granted last counts, even if the header never came to have it.
                let counts = self.read().await?.meta(RECOVERY_KEY).await?.and_then(|k| k.try_into().ok());
                changes.push(revoke(id, counts.map_or_else(|| self.key_of(id), Ok)?));
                header.replace_slot(&self.unlocked, slot, &new, &mut os_random())?;
            }
            None => header.add_slot(&self.unlocked, &new, &mut os_random())?,
        }
        let granted = key_in(&header, id)?;
        changes.push(grant(id, granted, true));
        let vault = self.id();
        let mut transaction = self.begin_header(&header).await?;
        transaction.change_keys(changes);
        let mut writer = transaction.writer();
        writer.set_meta("recovery", id.as_bytes()).await?;
        writer.set_meta(RECOVERY_KEY, &granted).await?;
        let event = Event::new("vault", vault, "recovery_key", Map::new(), Map::new());
        transaction.commit(call, Audited::new((), event)).await?;
        self.adopt_header(header).await?;
        Ok(key)
    }

    pub(super) async fn member(&mut self, id: Uuid) -> Result<StoredMember, VaultError> {
        let members = self.read().await?.members().await?;
        members.into_iter().find(|m| m.id == id).ok_or_else(|| crate::header::HeaderError::NoSuchMember.into())
    }

    /// Begins a change that also replaces the header: both the present and the next header are known to the database, so
    /// that neither is taken for an exchanged one if the program ends in between.
    pub(super) async fn begin_header(&mut self, next: &Header) -> Result<Transaction<'_>, VaultError> {
        let (present, next) = (self.header.hash(), next.hash());
        let mut transaction = self.begin_own().await?;
        let mut writer = transaction.writer();
        writer.set_meta("header", &present).await?;
        writer.set_meta("header_next", &next).await?;
        Ok(transaction)
    }

    /// Writes the header, which confirms the change, and forgets the one before.
    pub(super) async fn adopt_header(&mut self, header: Header) -> Result<(), VaultError> {
        let saved = header.save(&self.folder)?;
        if let Some(error) = saved.copy_error {
            // The next opening heals it; the change itself is durable.
            tracing::warn!(%error, "second copy of the header");
        }
        self.header = header;
        let hash = self.header.hash();
        crate::store::member::know_header(&mut self.db, &hash).await
    }
}

fn key_in(header: &Header, member: Uuid) -> Result<[u8; 32], VaultError> {
    let slot = header.slots().iter().find(|s| s.member_id == member);
    slot.map(|s| s.ed25519_public.0).ok_or_else(|| crate::header::HeaderError::NoSuchMember.into())
}
