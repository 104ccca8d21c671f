//! Wrong passphrases slow down: after three in a row a vault takes no further one for a second, then two, four, … up to a
//! minute. The key derivation is slow by itself; this is for somebody who sits at the keyboard and guesses.

use crate::app::lock;
use conclave_domain::{
    fault::{Fault, FaultKind},
    t,
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, Instant},
};

/// Attempts that cost nothing.
const FREE: u32 = 3;
/// The longest wait.
const MOST: Duration = Duration::from_secs(60);

/// Wrong attempts by vault, since this program started.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<PathBuf, (u32, Instant)>>);

impl Attempts {
    /// Refuses an attempt that comes too early.
    pub fn may_try(&self, folder: &Path) -> Result<(), Fault> {
        let left = lock(&self.0)
            .get(&one_name(folder))
            .map(|(n, at)| pause(*n).saturating_sub(at.elapsed()))
            .unwrap_or_default();
        if left.is_zero() {
            return Ok(());
        }
        let seconds = left.as_secs() + 1;
        Err(Fault::new(FaultKind::WrongPassphrase, t!("app.too_many", n = seconds), t!("app.too_many_next")))
    }

    /// Counts a wrong passphrase; a right one makes a fresh start. Anything else says nothing about the passphrase.
    pub fn tried<T>(&self, folder: &Path, result: Result<T, Fault>) -> Result<T, Fault> {
        let mut all = lock(&self.0);
        match &result {
            Ok(_) => drop(all.remove(&one_name(folder))),
            Err(fault) if fault.kind == FaultKind::WrongPassphrase => {
                let folder = one_name(folder);
                let count = all.get(&folder).map_or(0, |(n, _)| *n) + 1;
                all.insert(folder, (count, Instant::now()));
            }
            Err(_) => {}
        }
        result
    }
}

/// One vault has one name here, however it was spelled.
fn one_name(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

fn pause(failures: u32) -> Duration {
    match failures.checked_sub(FREE) {
        Some(n) => Duration::from_secs(1_u64 << n.min(6)).min(MOST),
        None => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_wrong_passphrase_costs_a_pause_that_doubles_up_to_a_minute() {
        assert_eq!(pause(0), Duration::ZERO);
        assert_eq!(pause(2), Duration::ZERO);
        assert_eq!([3, 4, 5, 8, 9, 40].map(|n| pause(n).as_secs()), [1, 2, 4, 32, 60, 60]);
    }

    #[test]
    fn a_right_passphrase_makes_a_fresh_start_and_other_faults_do_not_count() {
        let (attempts, folder) = (Attempts::default(), Path::new("v"));
        let wrong = || Fault::new(FaultKind::WrongPassphrase, "", "");
        for _ in 0..3 {
            assert!(attempts.tried::<()>(folder, Err(wrong())).is_err());
        }
        assert!(attempts.may_try(folder).is_err());
        assert!(attempts.may_try(Path::new("w")).is_ok());
        assert!(attempts.tried(folder, Ok(())).is_ok());
        assert!(attempts.may_try(folder).is_ok());
        for _ in 0..9 {
            assert!(attempts.tried::<()>(folder, Err(Fault::locked())).is_err());
        }
        assert!(attempts.may_try(folder).is_ok());
    }
}
