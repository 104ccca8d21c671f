//! Calls about the session: creating, opening and locking a vault, preferences, files.

use super::call;
use crate::{permission::Permission, secret::Secret};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where the session stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetStatus {}
call!(GetStatus, "session.status", Session, Status, Anyone);

/// The session: whether a vault is open, whose, and the preferences.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The open vault, if any.
    pub vault: Option<OpenVaultInfo>,
    /// The vault that was locked or is to be opened next, if known.
    pub last: Option<String>,
    /// Vaults opened before, as paths, the latest first.
    pub recent: Vec<Recent>,
    /// The preferences.
    pub preferences: Preferences,
    /// The program's version.
    pub version: String,
    /// The folder in which a new vault is offered.
    pub home: String,
    /// The calendar day where the person sits: the window has no clock of its own.
    pub today: NaiveDate,
}

/// A vault opened before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recent {
    /// Its folder.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Whether the folder is still there.
    pub present: bool,
}

/// What is known of the open vault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenVaultInfo {
    /// Its folder.
    pub path: String,
    /// Its name.
    pub name: String,
    /// The organisation (from the charter).
    pub organisation: String,
    /// The acting member.
    pub member: String,
    /// The acting member's id.
    pub member_id: Uuid,
    /// The role's name.
    pub role: String,
    /// What the member may do, by role and charter: what is missing here is refused.
    #[serde(default)]
    pub may: Vec<Permission>,
    /// Stands for this opening and this member: every call names the one it belongs to, and one that is over is refused.
    #[serde(default)]
    pub ticket: String,
    /// After how many idle minutes it locks; 0 never.
    pub auto_lock_minutes: u32,
    /// Whether the member must choose another passphrase before anything else.
    #[serde(default)]
    pub must_change: bool,
    /// Things noticed at opening, such as a healed header.
    pub notices: Vec<String>,
}

/// What the person prefers; kept in the platform's folder, never in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// "system", "light" or "dark".
    pub theme: String,
    /// "en" or "pseudo".
    pub language: String,
    /// Whether the side list is narrow.
    pub narrow: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { theme: "system".into(), language: "en".into(), narrow: false }
    }
}

/// Saves the preferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavePreferences {
    /// The preferences.
    pub preferences: Preferences,
}
call!(SavePreferences, "session.preferences", Session, (), Anyone, Session);

/// Creates a vault and opens it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateVault {
    /// Where: a folder that does not exist; `.conclave` is appended if missing.
    pub path: String,
    /// The organisation.
    pub organisation: String,
    /// The first member, an administrator.
    pub member: String,
    /// The passphrase.
    pub passphrase: Secret,
    /// Whether to fill it with the sample portfolio.
    #[serde(default)]
    pub sample: bool,
}
call!(CreateVault, "vault.create", Job, Created, Anyone, Session, Records);

/// A created vault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Created {
    /// The open vault.
    pub vault: OpenVaultInfo,
    /// The recovery key: shown once, then known to nobody but the person.
    pub recovery_key: Secret,
}

/// What a vault's header says without a passphrase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeekVault {
    /// Its folder.
    pub path: String,
}
call!(PeekVault, "vault.peek", Session, Peek, Anyone);

/// The plain part of a header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Peek {
    /// The vault's name.
    pub name: String,
    /// The members who have a key slot.
    pub members: Vec<String>,
}

/// Opens a vault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenVault {
    /// Its folder.
    pub path: String,
    /// Which member; "" tries the only or last one.
    #[serde(default)]
    pub member: String,
    /// The passphrase.
    pub passphrase: Secret,
}
call!(OpenVault, "vault.open", Session, OpenVaultInfo, Anyone, Session, Records, Answers, Charter);

/// Opens a vault with the recovery key and sets a new passphrase for a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecoverVault {
    /// Its folder.
    pub path: String,
    /// Whose passphrase is set; "" for the only member.
    #[serde(default)]
    pub member: String,
    /// The recovery key.
    pub recovery_key: Secret,
    /// The new passphrase.
    pub passphrase: Secret,
}
call!(RecoverVault, "vault.recover", Session, OpenVaultInfo, Anyone, Session, Records, Answers, Charter);

/// Locks the vault: keys leave memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LockVault {}
call!(LockVault, "vault.lock", Session, (), Anyone, Session);

/// Changes the acting member's passphrase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangePassphrase {
    /// The passphrase so far.
    pub old: Secret,
    /// The new one.
    pub new: Secret,
}
call!(ChangePassphrase, "vault.passphrase", Session, (), View);

/// Rates a passphrase while it is typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RateStrength {
    /// The passphrase.
    pub passphrase: Secret,
    /// Words that would be guessed first: names, organisation.
    #[serde(default)]
    pub hints: Vec<String>,
}
call!(RateStrength, "passphrase.strength", Session, Strength, Anyone);

/// How strong a passphrase is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Strength {
    /// 0 (guessed at once) … 4 (very strong).
    pub score: u8,
    /// Whether a vault accepts it.
    pub accepted: bool,
    /// What would make it stronger, in words.
    pub advice: String,
}

/// Asks the person for a file or folder by the platform's dialog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChooseFile {
    /// What for: "open_vault", "new_vault", "import", "mapping", "fairness", "pack", "verify", "export".
    pub purpose: String,
    /// A suggested file name, for saving.
    #[serde(default)]
    pub suggested: String,
}
call!(ChooseFile, "file.choose", Session, Option<String>, Anyone);

/// Opens a file that Conclave wrote with the platform's program for it, or shows it in its folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenFile {
    /// The file.
    pub path: String,
    /// Whether to show it in its folder instead.
    #[serde(default)]
    pub in_folder: bool,
}
call!(OpenFile, "file.open", Session, (), Anyone);

/// Keeps a half-written form inside the vault, unjournalled: drafts survive the lock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeepDraft {
    /// Which form: kind and id, or kind and "new".
    pub key: String,
    /// The form's state as JSON text; "" drops the draft.
    pub body: String,
}
call!(KeepDraft, "draft.keep", Session, (), View);

/// A kept draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetDraft {
    /// Which form.
    pub key: String,
}
call!(GetDraft, "draft.get", Session, Option<String>, View);

/// Says that the person is there, so that the vault does not lock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StayAwake {}
call!(StayAwake, "session.awake", Session, (), Anyone);
