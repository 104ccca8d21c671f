//! What lies beside the database and what others see of a vault: backups, evidence files, restored vaults, members' slots.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use conclave_app::{App, Headless};
use conclave_domain::call::backup::CheckBackup;
use conclave_domain::call::evidence::ExportEvidence;
use conclave_domain::call::journal::CheckVault;
use conclave_domain::call::member::ResetMember;
use conclave_domain::call::session::{OpenVault, PeekVault};
use conclave_domain::fault::{Fault, FaultKind};
use conclave_domain::secret::Secret;
use serde_json::Value;

use crate::dice::Dice;
use crate::found::ADA;
use crate::state::{Attempt, State, words};

/// How the name of every backup ends.
const ENDING: &str = ".conclave-backup";

/// The content of a file of this size: another size is another content.
pub fn content(size: u64) -> Vec<u8> {
    let mut dice = Dice::new(size);
    let length = usize::try_from(size).unwrap_or_default();
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend_from_slice(&dice.any().to_be_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The names in a folder; none if it is not there.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The backups that are kept beside a vault.
pub fn kept(vault: &Path) -> Vec<PathBuf> {
    let folder = vault.join("backups");
    names(&folder).into_iter().filter(|name| name.ends_with(ENDING)).map(|name| folder.join(name)).collect()
}

/// What else lies in the folder of the kept backups.
pub fn leftovers(vault: &Path) -> Vec<String> {
    names(&vault.join("backups")).into_iter().filter(|name| !name.ends_with(ENDING)).collect()
}

/// The number of the newest entry in a kept backup, as its name says.
pub fn head(backup: &Path) -> Option<u64> {
    backup.file_name()?.to_str()?.strip_suffix(ENDING)?.rsplit('-').next()?.parse().ok()
}

/// A backup that is there is whole.
pub async fn whole(backup: &Path) -> Result<(), String> {
    let app = App::new(Arc::new(Headless));
    let path = backup.display().to_string();
    let verdict = app.send(CheckBackup { path }).await.map_err(|f| format!("{}: {f}", backup.display()))?;
    if verdict.sound { Ok(()) } else { Err(format!("{}: {:?}", backup.display(), verdict.faults)) }
}

/// The evidence files that a kept backup needs beside it, by content id.
fn needed(backup: &Path) -> Option<BTreeSet<String>> {
    let bytes = fs::read(backup).ok()?;
    let (rest, length) = bytes.split_last_chunk()?;
    let start = rest.len().checked_sub(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let list: Value = serde_json::from_slice(&rest[start..]).ok()?;
    let id = |name: &Value| Some(name.as_str()?.strip_prefix("evidence/")?.split('.').next()?.to_owned());
    list["beside"].as_array()?.iter().map(id).collect()
}

/// After an opening there is no evidence file that neither the vault nor a kept backup needs.
pub fn no_orphans(vault: &Path, state: &State) -> Result<(), String> {
    let mut wanted: BTreeSet<String> =
        state.evidence.values().flat_map(|held| held.versions.iter().map(|(_, file)| file.clone())).collect();
    for backup in kept(vault) {
        wanted.extend(needed(&backup).ok_or_else(|| format!("{} has no list", backup.display()))?);
    }
    let orphan = |name: &String| {
        name.ends_with(".new") || !name.split('.').next().is_some_and(|content| wanted.contains(content))
    };
    let found: Vec<String> = names(&vault.join("evidence")).into_iter().filter(orphan).collect();
    if found.is_empty() { Ok(()) } else { Err(format!("orphans in the evidence folder: {found:?}")) }
}

/// An upload that is there is what was uploaded.
pub async fn same_content(app: &App, state: &State, upload: &(String, u64, PathBuf), out: &Path) -> Result<(), String> {
    let (title, size, source) = upload;
    let missing = || format!("evidence {title:?} has no version of {size} bytes");
    let held = state.evidence.get(title).ok_or_else(missing)?;
    let at = held.versions.iter().position(|(length, _)| length == size).ok_or_else(missing)?;
    let version = u32::try_from(at + 1).map_err(|e| e.to_string())?;
    let (reference, path) = (held.reference.clone(), out.display().to_string());
    let call = ExportEvidence { reference, version, out: path, overwrite: true };
    app.send(call).await.map_err(|f| format!("{title}: {f}"))?;
    let same = fs::read(out).ok() == fs::read(source).ok();
    let _ = fs::remove_file(out);
    if same { Ok(()) } else { Err(format!("evidence {title:?} comes out as something else")) }
}

/// Whether there is a vault where a backup was being restored. If so it is whole, opens with one of these passphrases, and is
/// removed again; otherwise nobody takes what is there for a vault.
pub async fn restored(target: &Path, passphrases: impl IntoIterator<Item = u64>) -> Result<bool, String> {
    let (app, path) = (App::new(Arc::new(Headless)), target.display().to_string());
    let there = match app.send(PeekVault { path }).await {
        Ok(_) => true,
        Err(fault) if fault.kind == FaultKind::NotFound => false,
        Err(fault) => return Err(format!("half a vault was restored: {:?} {fault}", fault.kind)),
    };
    if there {
        let mut opened = None;
        for number in passphrases {
            match open(target, ADA, number).await {
                Ok(app) => opened = Some(app),
                Err(fault) if fault.kind == FaultKind::WrongPassphrase => continue,
                Err(fault) => return Err(format!("the restored vault: {:?} {fault}", fault.kind)),
            }
            break;
        }
        let app = opened.ok_or("no passphrase of any day opens the restored vault")?;
        let verdict = app.send(CheckVault {}).await.map_err(|f| format!("check of the restored vault: {f}"))?;
        let state = crate::state::read(&app).await.map_err(|f| format!("the restored vault: {f}"))?;
        app.lock().await;
        if !verdict.sound {
            return Err(format!("the restored vault is not sound: {:?}", verdict.faults));
        }
        no_orphans(target, &state)?;
    }
    if target.exists() {
        fs::remove_dir_all(target).map_err(|e| e.to_string())?;
    }
    Ok(there)
}

/// Opens a vault with the passphrase of a number, in a member's name or that of the first.
pub async fn open(vault: &Path, member: &str, number: u64) -> Result<App, Fault> {
    let app = App::new(Arc::new(Headless));
    let path = vault.display().to_string();
    app.send(OpenVault { path, member: member.into(), passphrase: Secret::new(words(number)) }).await?;
    Ok(app)
}

/// Whether a member's passphrase opens the vault. Every refusal but those that are meant for a member is wrong.
async fn opens(vault: &Path, member: &str, number: u64, interrupted: bool) -> Result<bool, String> {
    match open(vault, member, number).await {
        Ok(app) => {
            app.lock().await;
            Ok(true)
        }
        Err(fault) => match fault.kind {
            FaultKind::WrongPassphrase | FaultKind::NotAllowed | FaultKind::Invalid => Ok(false),
            // The slot is the one of before, the key in force is not: said so, and mended by another reset.
            FaultKind::Damaged if interrupted => Ok(false),
            ref kind => Err(format!("{member}: {kind:?} {fault}")),
        },
    }
}

/// How far a change came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// Nothing of it is there.
    Nowhere,
    /// Its entry is there and its facts are; it was not confirmed.
    Unconfirmed,
    /// It was confirmed.
    Confirmed,
}

/// Looks which passphrase opens a member's slot after a change of it. Gives its number. Changes the vault if the change was
/// interrupted between journal and header: then an administrator, whose passphrase has the number `ada`, can mend it.
pub async fn slot(
    vault: &Path,
    (name, before, after): (&str, Option<u64>, Option<u64>),
    came: Came,
    ada: u64,
) -> Result<Option<u64>, String> {
    let interrupted = came == Came::Unconfirmed;
    let mut found = Vec::new();
    let mut candidates: Vec<u64> = before.into_iter().chain(after).collect();
    candidates.dedup();
    for number in candidates {
        if opens(vault, name, number, interrupted).await? {
            found.push(number);
        }
    }
    let wrong = || format!("{name}: {came:?}, before {before:?}, meant {after:?}, these open: {found:?}");
    match (came, found.as_slice()) {
        (Came::Nowhere, [one]) if Some(*one) == before => Ok(before),
        (Came::Nowhere, []) if before.is_none() => Ok(None),
        (Came::Confirmed | Came::Unconfirmed, [one]) if Some(*one) == after => Ok(after),
        (Came::Confirmed | Came::Unconfirmed, []) if after.is_none() => Ok(None),
        (Came::Unconfirmed, []) => {
            mended(vault, name, ada).await.map_err(|why| format!("{} and not to be mended: {why}", wrong()))?;
            Ok(None)
        }
        _ => Err(wrong()),
    }
}

/// Resets a member whose slot does not fit, after which the new passphrase opens and everything is sound.
async fn mended(vault: &Path, name: &str, ada: u64) -> Result<(), String> {
    const MENDED: u64 = 900_000_003;
    let app = open(vault, "", ada).await.map_err(|f| f.to_string())?;
    let state = crate::state::read(&app).await.map_err(|f| f.to_string())?;
    let (id, ..) = state.members.get(name).ok_or("not a member")?;
    let reset = ResetMember { id: *id, passphrase: Secret::new(words(MENDED)) };
    app.send(reset).await.map_err(|f| f.to_string())?;
    let verdict = app.send(CheckVault {}).await.map_err(|f| f.to_string())?;
    app.lock().await;
    if !verdict.sound {
        return Err(format!("not sound: {:?}", verdict.faults));
    }
    if opens(vault, name, MENDED, false).await? { Ok(()) } else { Err("the new passphrase does not open".to_owned()) }
}

/// Everything beside the database after a change and the next opening.
pub async fn beside(vault: &Path, state: &State, attempt: Option<&Attempt>) -> Result<(), String> {
    if let Some(backup) = attempt.and_then(|a| a.backup.as_ref()).filter(|path| path.exists()) {
        whole(backup).await?;
    }
    for backup in kept(vault) {
        whole(&backup).await?;
    }
    no_orphans(vault, state)
}
