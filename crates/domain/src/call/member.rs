//! Calls about the members: inviting, roles, deactivating, resetting, taking turns, new keys for the whole vault.

use super::{call, journal::Member, session::OpenVaultInfo};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Invites a member: a key slot of their own, opened with a first passphrase that they must replace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InviteMember {
    /// The name; unique whatever its case. It stands readable in the header.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// The first passphrase, to be handed over by another way.
    pub passphrase: Secret,
}
call!(InviteMember, "member.invite", Session, Member, ManageVault, Members);

/// Gives a member another role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeRole {
    /// The member.
    pub id: Uuid,
    /// The role's name.
    pub role: String,
}
call!(ChangeRole, "member.role", Session, Member, ManageVault, Members, Session);

/// Deactivates a member: the key slot goes, the name and everything signed stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeactivateMember {
    /// The member.
    pub id: Uuid,
}
call!(DeactivateMember, "member.deactivate", Session, Member, ManageVault, Members);

/// Gives a member a new key slot with a first passphrase: forgotten passphrases, and members who come back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResetMember {
    /// The member.
    pub id: Uuid,
    /// The first passphrase, to be handed over by another way.
    pub passphrase: Secret,
}
call!(ResetMember, "member.reset", Session, Member, ManageVault, Members);

/// Another member takes over without the vault being closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwitchMember {
    /// The member's name.
    pub member: String,
    /// The member's passphrase.
    pub passphrase: Secret,
}
call!(SwitchMember, "member.switch", Session, OpenVaultInfo, View, Session, Members, Records);

/// Makes a new recovery key; the old one opens the vault no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRecoveryKey {}
call!(NewRecoveryKey, "vault.recovery_key", Session, Secret, ManageVault, Members);

/// Encrypts the whole vault anew under another data key, so that whoever left can open it no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RekeyVault {}
call!(RekeyVault, "vault.rekey", Job, Rekeyed, ManageVault, Members);

/// A vault that was encrypted anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rekeyed {
    /// The database generation that counts now.
    pub generation: u64,
    /// The backup that was made before; it still opens with the passphrases of its day.
    pub backup: String,
}
