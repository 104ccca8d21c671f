//! One vault, one process. The second is told who holds it; what a crash left behind is no obstacle.
//!
//! The operating system's lock on `holder.lock` decides, and it ends with the process. The file `holder` only says who it
//! is. They are two files because some systems let nobody read a locked one.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::atomic;

/// File that carries the lock. It stays; only the lock on it counts.
pub const LOCK_NAME: &str = "holder.lock";
/// File that says who holds the vault.
pub const HOLDER_NAME: &str = "holder";

/// Who holds a vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Process id on that machine.
    pub pid: u32,
    /// Name of the machine, or "unknown".
    pub host: String,
    /// Name of the program.
    pub program: String,
    /// Since when: microseconds since 1970, UTC.
    pub since: u64,
}

/// A vault held by this process until the value is dropped.
#[derive(Debug)]
pub struct Hold {
    folder: PathBuf,
    left_behind: Option<Holder>,
    // Dropped last: the lock ends after the file `holder` is gone.
    _lock: File,
}

/// Why a vault could not be held.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// Another process holds it.
    #[error("{}", held_sentence(.0.as_ref()))]
    Held(Option<Holder>),
    /// The file system refused, for example because the folder is not writable.
    #[error("The vault folder could not be locked for this program.")]
    Io(#[from] io::Error),
}

fn held_sentence(holder: Option<&Holder>) -> String {
    match holder {
        Some(holder) => {
            format!("{} has this vault open on {} (process {}).", holder.program, holder.host, holder.pid)
        }
        None => "Another program has this vault open.".to_owned(),
    }
}

impl Hold {
    /// Takes the vault for this process. `now` is in microseconds since 1970, UTC.
    ///
    /// # Errors
    /// [`HoldError::Held`] if another process (or this one, elsewhere) holds it; [`HoldError::Io`].
    pub fn take(folder: &Path, program: &str, now: u64) -> Result<Self, HoldError> {
        let lock =
            atomic::private().read(true).write(true).create(true).truncate(false).open(folder.join(LOCK_NAME))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(HoldError::Held(read_holder(folder))),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // The lock is ours, so whoever is named here is no longer running.
        let left_behind = read_holder(folder);
        let holder = Holder { pid: std::process::id(), host: host_name(), program: program.to_owned(), since: now };
        let bytes = serde_json::to_vec(&holder).map_err(io::Error::from)?;
        atomic::atomic_write(&folder.join(HOLDER_NAME), &bytes)?;
        Ok(Self { folder: folder.to_owned(), left_behind, _lock: lock })
    }

    /// Whoever held the vault last and did not let go of it: its process ended without closing the vault.
    #[must_use]
    pub fn left_behind(&self) -> Option<&Holder> {
        self.left_behind.as_ref()
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // A leftover harms nobody: without the lock it only says that the last end was not a clean one.
        let _ = fs::remove_file(self.folder.join(HOLDER_NAME));
    }
}

fn read_holder(folder: &Path) -> Option<Holder> {
    serde_json::from_slice(&fs::read(folder.join(HOLDER_NAME)).ok()?).ok()
}

fn host_name() -> String {
    let from_file =
        ["/proc/sys/kernel/hostname", "/etc/hostname"].iter().find_map(|path| fs::read_to_string(path).ok());
    let from_environment = || ["COMPUTERNAME", "HOSTNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = from_file.or_else(from_environment).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "unknown".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_the_vault() {
        let folder = tempfile::tempdir().unwrap();
        let first = Hold::take(folder.path(), "conclave", 7).unwrap();
        assert_eq!(first.left_behind(), None);
        let HoldError::Held(Some(holder)) = Hold::take(folder.path(), "second", 8).unwrap_err() else {
            panic!("held by the first")
        };
        assert_eq!((holder.pid, holder.program.as_str(), holder.since), (std::process::id(), "conclave", 7));
        assert!(!holder.host.is_empty());
        drop(first);
        assert!(!folder.path().join(HOLDER_NAME).exists());
        Hold::take(folder.path(), "second", 9).unwrap();
    }

    #[test]
    fn what_a_crash_left_behind_is_no_obstacle_and_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let crashed = Holder { pid: 1, host: "elsewhere".into(), program: "conclave".into(), since: 1 };
        fs::write(folder.path().join(HOLDER_NAME), serde_json::to_vec(&crashed).unwrap()).unwrap();
        fs::write(folder.path().join(LOCK_NAME), "").unwrap();
        let hold = Hold::take(folder.path(), "conclave", 2).unwrap();
        assert_eq!(hold.left_behind(), Some(&crashed));
    }

    #[test]
    fn an_unreadable_holder_file_hides_only_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Hold::take(folder.path(), "conclave", 7).unwrap();
        fs::write(folder.path().join(HOLDER_NAME), "not json").unwrap();
        let error = Hold::take(folder.path(), "second", 8).unwrap_err();
        assert!(matches!(error, HoldError::Held(None)));
        assert_eq!(error.to_string(), "Another program has this vault open.");
    }
}
