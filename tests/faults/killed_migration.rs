//! Killing the child while its opening migrates a vault of an earlier schema.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::dice::Dice;
use super::old;
use super::outside::{kept, leftovers};
use super::state::State;

/// A fixture, what it holds once it is migrated, and how long that takes.
pub struct Scene {
    dir: tempfile::TempDir,
    fixture: PathBuf,
    whole: State,
    took: Duration,
}

/// How often what was found.
#[derive(Debug, Default)]
pub struct Found {
    pub kills: u64,
    /// The kill came before there was a backup of what it was; after that, before the child had opened it; after that.
    pub before: u64,
    pub during: u64,
    pub after: u64,
    /// How often something half-made lay among the kept backups after the next opening.
    pub left: u64,
}

impl Scene {
    /// Migrates a copy of the fixture without a kill.
    pub async fn new(child: &Path, fixture: &Path) -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
        let vault = dir.path().join("board.conclave");
        old::copy(fixture, &vault).map_err(|e| e.to_string())?;
        let began = Instant::now();
        let status = Command::new(child).arg("migrate").arg(&vault).stdout(Stdio::null()).status();
        if !status.map_err(|e| e.to_string())?.success() {
            return Err(format!("{} is not migrated", fixture.display()));
        }
        let took = began.elapsed();
        Ok(Self { whole: old::look(&vault).await?, dir, fixture: fixture.to_owned(), took })
    }

    /// Kills one or two openings after one another; the next one has everything, migrated, and a backup of what it was.
    pub async fn round(&self, child: &Path, dice: &mut Dice, found: &mut Found) -> Result<(), String> {
        let vault = self.dir.path().join("board.conclave");
        old::copy(&self.fixture, &vault).map_err(|e| e.to_string())?;
        for _ in 0..1 + dice.below(2) {
            let opened = self.killed(child, &vault, dice)?;
            found.kills += 1;
            match (kept(&vault).is_empty(), opened) {
                (true, _) => found.before += 1,
                (false, false) => found.during += 1,
                (false, true) => found.after += 1,
            }
        }
        let state = old::look(&vault).await?;
        if state.facts != self.whole.facts || state.head != self.whole.head {
            return Err(format!("something else is there: entry {}, {:?}", state.head, state.facts));
        }
        found.left += u64::from(!leftovers(&vault).is_empty());
        Ok(())
    }

    /// Whether the child told that it had opened the vault before it was killed.
    fn killed(&self, child: &Path, vault: &Path, dice: &mut Dice) -> Result<bool, String> {
        let mut command = Command::new(child);
        command.arg("migrate").arg(vault).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| format!("the child does not start: {e}"))?;
        let longest = usize::try_from(self.took.as_micros()).unwrap_or(1).max(1);
        std::thread::sleep(Duration::from_micros(u64::try_from(dice.below(longest)).unwrap_or_default()));
        child.kill().map_err(|e| format!("kill: {e}"))?;
        let output = child.wait_with_output().map_err(|e| e.to_string())?;
        Ok(!output.stdout.is_empty())
    }
}
