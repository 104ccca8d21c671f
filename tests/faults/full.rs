//! Each operation while no more can be written, at several amounts of room that is left: a full disk (a small tmpfs that a
//! file fills up) and a limit on the size of files, which cuts a write off in its middle.
//!
//! Whatever fails must fail in plain words, leave everything that was confirmed, and work again once there is room.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use conclave_app::{App, Headless};
use conclave_domain::call::journal::CheckVault;
use conclave_domain::call::record::SaveRecord;
use conclave_domain::fault::{Fault, FaultKind};
use conclave_domain::noun::{Body, System};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::found::{creating, found};
use crate::operations::{OPERATIONS, Worker};
use crate::state::{self, Attempt, Facts, PASSPHRASE};
use crate::{open, told, worker};

/// Pages that are left on the disk; bytes to which files may grow.
const PAGES: [u64; 14] = [0, 1, 2, 3, 4, 6, 9, 13, 18, 25, 40, 80, 250, 1_500];
const LIMITS: [u64; 14] =
    [0, 33, 500, 1_200, 4_000, 4_152, 8_300, 20_000, 41_000, 70_001, 120_000, 300_000, 900_000, 9_000_000];

/// The way in which room is taken away.
enum Squeeze {
    Disk { filler: PathBuf },
    Limit { usual: Rlimit },
}

impl Squeeze {
    fn new(how: &str, folder: &Path) -> Result<Self, String> {
        match how {
            "disk" => Ok(Self::Disk { filler: folder.join("filler") }),
            "limit" => Ok(Self::Limit { usual: getrlimit(Resource::Fsize) }),
            _ => Err(format!("there is no way \"{how}\" to fill a disk")),
        }
    }

    fn steps(&self) -> &'static [u64] {
        match self {
            Self::Disk { .. } => &PAGES,
            Self::Limit { .. } => &LIMITS,
        }
    }

    /// The room to try next, to come close to where it just fits: there the database's commit succeeds and the anchor, which
    /// is written after it, finds no room.
    fn between(&self, tally: &Tally) -> Option<u64> {
        let least = tally.least?;
        let close = matches!(self, Self::Limit { .. }) || tally.most + 1 >= least;
        (!close).then(|| tally.most.midpoint(least))
    }

    /// Leaves only so much room.
    fn tighten(&self, room: u64) -> Result<(), String> {
        match self {
            Self::Disk { filler } => fill(filler, room * 4096).map_err(|e| format!("the filler: {e}")),
            Self::Limit { usual } => setrlimit(Resource::Fsize, Rlimit { current: Some(room), maximum: usual.maximum })
                .map_err(|e| format!("the limit: {e}")),
        }
    }

    fn loosen(&self) -> Result<(), String> {
        match self {
            Self::Disk { filler } => match fs::remove_file(filler) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(format!("the filler: {error}")),
                _ => Ok(()),
            },
            Self::Limit { usual } => setrlimit(Resource::Fsize, *usual).map_err(|e| format!("the limit: {e}")),
        }
    }

    /// What a person may be told.
    fn fits(&self, kind: &FaultKind) -> bool {
        match self {
            Self::Disk { .. } => *kind == FaultKind::Full,
            // The system calls this "file too large", not "no space left".
            Self::Limit { .. } => matches!(kind, FaultKind::Full | FaultKind::Unreachable),
        }
    }
}

/// Writes a file until the disk is full, then gives back so many bytes.
fn fill(path: &Path, free: u64) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    let page = [0x5a_u8; 4096];
    let full = loop {
        if let Err(error) = file.write_all(&page) {
            break error;
        }
    };
    if full.kind() != std::io::ErrorKind::StorageFull {
        return Err(full);
    }
    let length = file.metadata()?.len();
    OpenOptions::new().write(true).open(path)?.set_len(length.saturating_sub(free))
}

/// How often what happened.
#[derive(Default)]
struct Tally {
    refused: u64,
    done: u64,
    unconfirmed: u64,
    /// The most room in which it was refused, and the least in which it was done.
    most: u64,
    least: Option<u64>,
}

impl Tally {
    fn note(&mut self, room: u64, done: bool) {
        if done {
            self.least = Some(self.least.map_or(room, |least| least.min(room)));
        } else {
            self.most = self.most.max(room);
        }
    }
}

/// Runs all of it in this folder and prints what came of it. Goes on after a failure: one run shows all that is wrong.
pub async fn run(how: &str, folder: &Path) -> Result<(), String> {
    let squeeze = Squeeze::new(how, folder)?;
    let vault = folder.join("board.conclave");
    let mut wrong = Vec::new();
    creation(how, &squeeze, &vault, &mut wrong).await?;
    found(&vault).await.map_err(|f| told("create", &f))?;
    let (mut passphrase, mut run) = (0, 0);
    for operation in OPERATIONS {
        let mut tally = Tally::default();
        let mut rooms: VecDeque<u64> = squeeze.steps().iter().copied().collect();
        while let Some(room) = rooms.pop_front() {
            run += 1;
            let scene = Scene { squeeze: &squeeze, vault: &vault, name: operation.name, room };
            let app = App::new(Arc::new(Headless));
            open(&app, &vault, passphrase).await.map_err(|f| told("open", &f))?;
            let mut worker = worker(&app, &vault, passphrase, run).await.map_err(|f| told("read", &f))?;
            let Some(plan) = (operation.plan)(&mut worker) else { return Err(format!("{}: no plan", operation.name)) };
            squeeze.tighten(room)?;
            let result = (plan.work)(&app).await;
            tally.note(room, result.is_ok());
            let after = scene.after(&app, &mut worker, &plan.attempt, result, &mut tally).await;
            squeeze.loosen()?;
            app.lock().await;
            passphrase = worker.passphrase;
            if let Err(why) = after {
                wrong.push(why);
                // Whatever is wrong with this one should not be found again and again.
                fs::remove_dir_all(&vault).map_err(|e| e.to_string())?;
                found(&vault).await.map_err(|f| told("create", &f))?;
                passphrase = 0;
            }
            if rooms.is_empty() {
                rooms.extend(squeeze.between(&tally));
            }
        }
        if tally.refused == 0 {
            wrong.push(format!("{}: there was always room enough, so this shows nothing", operation.name));
        }
        if tally.done == 0 {
            wrong.push(format!("{}: never done, even where there was room enough", operation.name));
        }
        println!(
            "FAULTS {} times no room ({how}) during {}: {} refused in plain words, {} done, {} made but not confirmed",
            tally.refused + tally.done,
            operation.name,
            tally.refused,
            tally.done,
            tally.unconfirmed
        );
    }
    opening(how, &squeeze, &vault, passphrase, &mut wrong).await?;
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} wrong:\n{}", wrong.len(), wrong.join("\n"))) }
}

struct Scene<'a> {
    squeeze: &'a Squeeze,
    vault: &'a Path,
    name: &'a str,
    room: u64,
}

impl Scene<'_> {
    fn wrong(&self, what: impl std::fmt::Display) -> String {
        format!("{} with room {}: {what}", self.name, self.room)
    }

    /// Looks while there is no room, with room again, and after opening again.
    async fn after(
        &self,
        app: &App,
        worker: &mut Worker,
        attempt: &Attempt,
        result: Result<Facts, Fault>,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let confirmed = result.is_ok();
        if let Err(fault) = result {
            if !self.squeeze.fits(&fault.kind) || fault.sentence.is_empty() || fault.next.is_empty() {
                return Err(self.wrong(told("not in plain words", &fault)));
            }
            tally.refused += 1;
        }
        if !confirmed && attempt.backup.as_ref().is_some_and(|path| path.exists()) {
            return Err(self.wrong("a backup that was not confirmed lies there"));
        }
        let attempt = &attempt.facts;
        let number = attempt.get(PASSPHRASE).and_then(|n| n.parse().ok());
        let before = worker.state.facts.clone();
        let mut changed = before.clone();
        changed.extend(attempt.iter().filter(|(key, _)| *key != PASSPHRASE).map(|(k, v)| (k.clone(), v.clone())));
        // What was confirmed can be read even while nothing can be written.
        let now = state::read(app).await.map_err(|f| self.wrong(told("reading without room", &f)))?.facts;
        let made = now == changed && ((number.is_none() && !attempt.is_empty()) || confirmed);
        if !(made || (!confirmed && now == before)) {
            return Err(self.wrong(format!("neither the state before nor after: {now:?}")));
        }
        match (confirmed, made) {
            (true, _) => tally.done += 1,
            (false, true) if number.is_none() => tally.unconfirmed += 1,
            _ => {}
        }
        self.squeeze.loosen()?;
        self.again(app, &format!("{} {}", self.name, self.room)).await?;
        app.lock().await;
        // A passphrase that was not confirmed may or may not be in force: exactly one of the two is.
        let candidates = [Some(worker.passphrase), number.filter(|n| *n != worker.passphrase)];
        let mut opened = Vec::new();
        for candidate in candidates.into_iter().flatten() {
            let fresh = App::new(Arc::new(Headless));
            match open(&fresh, self.vault, candidate).await {
                Ok(()) => opened.push((candidate, fresh)),
                Err(fault) if fault.kind == FaultKind::WrongPassphrase => {}
                Err(fault) => return Err(self.wrong(told("opening again", &fault))),
            }
            // One process, one vault: it is let go before the other passphrase is tried.
            if let Some((_, app)) = opened.last() {
                app.lock().await;
            }
        }
        let [(passphrase, app)] = opened.as_slice() else {
            return Err(self.wrong(format!("{} of two passphrases open it", opened.len())));
        };
        if confirmed && number.is_some_and(|n| n != *passphrase) {
            return Err(self.wrong("the confirmed passphrase does not open it"));
        }
        worker.passphrase = *passphrase;
        open(app, self.vault, *passphrase).await.map_err(|f| self.wrong(told("opening again", &f)))?;
        let later = state::read(app).await.map_err(|f| self.wrong(told("read", &f)))?.facts;
        if now.iter().any(|(key, value)| later.get(key) != Some(value)) {
            return Err(self.wrong(format!("what was there is gone after opening again: {now:?} {later:?}")));
        }
        app.lock().await;
        Ok(())
    }

    /// With room again, the next change is made and the vault is sound.
    async fn again(&self, app: &App, title: &str) -> Result<(), String> {
        let body = Body::System(System { name: format!("After {title}"), ..System::default() });
        app.send(SaveRecord { id: None, revision: 0, body })
            .await
            .map_err(|f| self.wrong(told("a change with room again", &f)))?;
        let verdict = app.send(CheckVault {}).await.map_err(|f| self.wrong(told("check", &f)))?;
        if verdict.sound { Ok(()) } else { Err(self.wrong(format!("not sound: {:?}", verdict.faults))) }
    }
}

/// A vault that cannot be created leaves nothing behind.
async fn creation(how: &str, squeeze: &Squeeze, vault: &Path, wrong: &mut Vec<String>) -> Result<(), String> {
    let mut refused = 0;
    for room in squeeze.steps() {
        squeeze.tighten(*room)?;
        let app = App::new(Arc::new(Headless));
        let result = app.send(creating(vault)).await;
        squeeze.loosen()?;
        app.lock().await;
        if result.is_err() && vault.exists() {
            wrong.push(format!("create with room {room}: a half-made vault stays"));
        }
        if vault.exists() {
            fs::remove_dir_all(vault).map_err(|e| e.to_string())?;
        }
        if let Err(fault) = result {
            refused += 1;
            if !squeeze.fits(&fault.kind) {
                wrong.push(told(&format!("create with room {room}: not in plain words"), &fault));
            }
        }
    }
    println!("FAULTS {} times no room ({how}) during the creation: {refused} refused", squeeze.steps().len());
    if refused == 0 {
        wrong.push("create: there was always room enough, so this shows nothing".to_owned());
    }
    Ok(())
}

/// Opening while there is no room is refused in plain words or works, and spoils nothing.
async fn opening(
    how: &str,
    squeeze: &Squeeze,
    vault: &Path,
    passphrase: u64,
    wrong: &mut Vec<String>,
) -> Result<(), String> {
    let mut refused = 0;
    for room in squeeze.steps() {
        squeeze.tighten(*room)?;
        let app = App::new(Arc::new(Headless));
        let result = open(&app, vault, passphrase).await;
        app.lock().await;
        squeeze.loosen()?;
        if let Err(fault) = result {
            refused += 1;
            if !squeeze.fits(&fault.kind) {
                wrong.push(told(&format!("open with room {room}: not in plain words"), &fault));
            }
        }
        open(&app, vault, passphrase).await.map_err(|f| told("open with room again", &f))?;
        let verdict = app.send(CheckVault {}).await.map_err(|f| told("check", &f))?;
        if !verdict.sound {
            wrong.push(format!("not sound after an opening with room {room}: {:?}", verdict.faults));
        }
        app.lock().await;
    }
    println!("FAULTS {} times no room ({how}) during an opening: {refused} refused", squeeze.steps().len());
    Ok(())
}
