//! Reading a backup: checked to the last byte, then unpacked into a folder that did not exist.

use super::{BackupError, Bytes, List, MAGIC, belongs, write::BUFFER};
use crate::{
    atomic::{self, sync_folder},
    header::{COPY_NAME, HEADER_NAME},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{Read, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// The list at the end is no longer than this.
const MAX_LIST: u32 = 64 << 20;

/// Checks every byte of a backup. Needs no passphrase.
///
/// # Errors
/// Each kind of [`BackupError`].
pub fn check(backup: &Path, watch: Bytes<'_>) -> Result<List, BackupError> {
    let (mut file, list) = open(backup)?;
    let total = list.parts.iter().map(|p| p.size).sum();
    let mut done = 0;
    for part in &list.parts {
        copy(&mut file, part, &mut std::io::sink(), backup, &mut |n| watch(done + n, total))?;
        done += part.size;
    }
    let vault = beside_of(backup);
    match list.beside.iter().find(|name| !vault.as_ref().is_some_and(|v| v.join(name).is_file())) {
        Some(name) => Err(BackupError::Missing(name.clone())),
        None => Ok(list),
    }
}

/// The vault beside which a kept backup lies.
fn beside_of(backup: &Path) -> Option<PathBuf> {
    let whole = backup.canonicalize().ok()?;
    whole.parent().and_then(Path::parent).map(Path::to_owned)
}

/// What a backup says that it holds.
///
/// # Errors
/// Its list is not as it was written.
pub fn list(backup: &Path) -> Result<List, BackupError> {
    open(backup).map(|(_, list)| list)
}

/// Restores a backup into the folder `to`, which must not exist. The header is written last: until then the folder is no vault.
/// Evidence that was left beside the vault is taken from `evidence`, the evidence folder of that vault.
///
/// # Errors
/// Each kind of [`BackupError`]; nothing is left at `to` then.
///
/// Evidence that is nowhere is no reason to leave the rest: it is counted.
pub fn restore(backup: &Path, to: &Path, watch: Bytes<'_>) -> Result<(List, u64), BackupError> {
    unpack(backup, to, beside_of(backup).as_deref(), true, watch)
}

pub(super) fn unpack(
    backup: &Path,
    to: &Path,
    vault: Option<&Path>,
    durable: bool,
    watch: Bytes<'_>,
) -> Result<(List, u64), BackupError> {
    let (file, list) = open(backup)?;
    fs::create_dir(to).map_err(BackupError::io(to))?;
    crate::vault::private(to);
    let result = fill(file, &list, (backup, to), vault, durable, watch);
    if result.is_err() {
        // The folder is ours: it did not exist a moment ago.
        let _ = fs::remove_dir_all(to);
    }
    result.map(|missing| (list, missing))
}

fn fill(
    mut file: File,
    list: &List,
    (backup, to): (&Path, &Path),
    vault: Option<&Path>,
    durable: bool,
    watch: Bytes<'_>,
) -> Result<u64, BackupError> {
    let total = list.parts.iter().map(|p| p.size).sum();
    let (mut done, mut header) = (0, Vec::new());
    for part in &list.parts {
        let mut step = |n| watch(done + n, total);
        if part.name == HEADER_NAME {
            copy(&mut file, part, &mut header, backup, &mut step)?;
        } else {
            let path = to.join(&part.name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(BackupError::io(parent))?;
            }
            let mut target =
                atomic::private().write(true).create_new(true).open(&path).map_err(BackupError::io(&path))?;
            copy(&mut file, part, &mut target, backup, &mut step)?;
            // What is only tried and removed again need not outlast a power cut.
            if durable {
                target.sync_all().map_err(BackupError::io(&path))?;
            }
        }
        done += part.size;
    }
    let mut missing = 0;
    if let Some(vault) = vault {
        for name in &list.beside {
            match take(&vault.join(name), &to.join(name), name) {
                Err(BackupError::Missing(_)) => missing += 1,
                other => other?,
            }
        }
    }
    for folder in [to.join("evidence"), to.to_owned()] {
        if folder.is_dir() {
            sync_folder(&folder).map_err(BackupError::io(&folder))?;
        }
    }
    for name in [HEADER_NAME, COPY_NAME] {
        let path = to.join(name);
        atomic::atomic_write(&path, &header).map_err(BackupError::io(&path))?;
    }
    Ok(missing)
}

/// Copies an evidence file that lies beside the vault. Its content carries its own authentication code.
fn take(from: &Path, to: &Path, name: &str) -> Result<(), BackupError> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(BackupError::io(parent))?;
    }
    match fs::copy(from, to) {
        Ok(_) => File::open(to).and_then(|f| f.sync_all()).map_err(BackupError::io(to)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(BackupError::Missing(name.to_owned())),
        Err(e) => Err(BackupError::io(to)(e)),
    }
}

/// The file, standing at its first part, and its list.
fn open(backup: &Path) -> Result<(File, List), BackupError> {
    let io = || BackupError::io(backup);
    let mut file = File::open(backup).map_err(|source| BackupError::Read { path: backup.to_owned(), source })?;
    let size = file.metadata().map_err(io())?.len();
    let mut magic = vec![0; MAGIC.len()];
    let begins = file.read_exact(&mut magic).is_ok() && magic == MAGIC;
    let least = MAGIC.len() as u64 + 4;
    if !begins || size < least {
        return Err(BackupError::NotABackup);
    }
    let mut length = [0; 4];
    file.seek(SeekFrom::End(-4)).and_then(|_| file.read_exact(&mut length)).map_err(io())?;
    let length = u32::from_be_bytes(length);
    let start = size.checked_sub(4 + u64::from(length)).filter(|s| length <= MAX_LIST && *s >= MAGIC.len() as u64);
    let start = start.ok_or(BackupError::Damaged(crate::header::canon::Damage::Syntax))?;
    let mut bytes = vec![0; length as usize];
    file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut bytes)).map_err(io())?;
    let list = List::open(&bytes)?;
    let held: u64 = list.parts.iter().map(|p| p.size).fold(0, u64::saturating_add);
    let expected = held.saturating_add(least).saturating_add(u64::from(length));
    if expected != size {
        return Err(BackupError::Length { found: size, expected });
    }
    let mut seen = BTreeSet::new();
    let names = list.parts.iter().map(|p| &p.name).chain(&list.beside);
    if !names.into_iter().all(|n| belongs(n) && seen.insert(n.clone())) {
        return Err(BackupError::Foreign);
    }
    file.seek(SeekFrom::Start(MAGIC.len() as u64)).map_err(io())?;
    Ok((file, list))
}

fn copy(
    file: &mut File,
    part: &super::Part,
    target: &mut dyn Write,
    backup: &Path,
    watch: &mut dyn FnMut(u64) -> bool,
) -> Result<(), BackupError> {
    let (mut hash, mut left, mut buffer) = (Sha256::new(), part.size, vec![0; BUFFER]);
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(BUFFER);
        let chunk = &mut buffer[..wanted];
        file.read_exact(chunk).map_err(|_| BackupError::Part(part.name.clone()))?;
        hash.update(&*chunk);
        target.write_all(chunk).map_err(BackupError::io(backup))?;
        left -= wanted as u64;
        if !watch(part.size - left) {
            return Err(BackupError::Cancelled);
        }
    }
    if <[u8; 32]>::from(hash.finalize()) == part.sha256.0 { Ok(()) } else { Err(BackupError::Part(part.name.clone())) }
}
