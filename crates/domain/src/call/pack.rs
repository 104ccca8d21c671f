//! Calls about audit packs.

use super::{Call, Way, call};
use crate::{permission::Permission, time::AsOf};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Builds an audit pack into a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildPack {
    /// The systems, by id or reference; empty for all.
    #[serde(default)]
    pub systems: Vec<String>,
    /// board, auditor or public.
    pub profile: String,
    /// The title; "" for the default.
    #[serde(default)]
    pub title: String,
    /// What the pack speaks of; `None` is now. The vault is shown as it was after the last entry up to then.
    #[serde(default)]
    pub as_of: Option<AsOf>,
    /// The file to write.
    pub out: String,
    /// Whether an existing file may be written over (the save dialog has asked).
    #[serde(default)]
    pub overwrite: bool,
}
call!(BuildPack, "pack.build", Job, PackBuilt, Export, Records);

/// What was built.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackBuilt {
    /// The record of the pack.
    pub reference: String,
    /// Its id in the vault.
    pub id: Uuid,
    /// The pack id that every page prints.
    pub pack_id: String,
    /// The file.
    pub path: String,
    /// Pages.
    pub pages: u32,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// What could not be set as written, such as characters without a glyph.
    pub warnings: Vec<String>,
}

/// Verifies a pack's file. With an open vault, also against its journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerifyPack {
    /// The file.
    pub path: String,
    /// Whether to compare with the journal of the open vault.
    #[serde(default)]
    pub with_vault: bool,
}
impl Call for VerifyPack {
    type Reply = PackVerdict;
    const NAME: &'static str = "pack.verify";
    const WAY: Way = Way::Job;
    fn permission(&self) -> Permission {
        if self.with_vault { Permission::View } else { Permission::Anyone }
    }
}

/// What the verifier found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PackVerdict {
    /// Whether every hash is as it was written, and (with a vault) the journal head is among its entries.
    pub unbroken: bool,
    /// The answer in one sentence.
    pub sentence: String,
    /// The pack id.
    pub pack_id: String,
    /// The fingerprint of the signing key, if signed.
    pub signed_by: String,
    /// What was compared, one sentence each.
    pub checked: Vec<String>,
    /// What is wrong, one sentence each.
    pub faults: Vec<String>,
}
