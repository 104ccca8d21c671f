//! Each operation while no more can be written, at several amounts of room that is left: a full disk (a small tmpfs that a
//! file fills up) and a limit on the size of files, which cuts a write off in its middle.
//!
//! Whatever fails must fail in plain words, leave everything that was confirmed, and work again once there is room.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use conclave_app::{App, Headless};
use conclave_domain::call::journal::CheckVault;
use conclave_domain::call::record::SaveRecord;
use conclave_domain::fault::{Fault, FaultKind};
use conclave_domain::noun::{Body, System};

use crate::found::{creating, found, slots};
use crate::operations::{OPERATIONS, Operation, Plan, Worker};
use crate::outside::{self, Came};
use crate::squeeze::{Squeeze, Tally};
use crate::state::{self, Attempt, Facts, PASSPHRASE, Slots};
use crate::{old, open, told, worker};

/// Runs all of it in this folder and prints what came of it. Goes on after a failure: one run shows all that is wrong.
pub async fn run(how: &str, folder: &Path) -> Result<(), String> {
    let squeeze = Squeeze::new(how, folder)?;
    let vault = folder.join("board.conclave");
    let mut wrong = Vec::new();
    creation(how, &squeeze, &vault, &mut wrong).await?;
    for operation in OPERATIONS {
        let mut scene = Scene::new(&squeeze, &vault, operation.name).await?;
        let mut tally = Tally::default();
        let mut rooms: VecDeque<u64> = squeeze.steps().into();
        while let Some(room) = rooms.pop_front() {
            scene.run += 1;
            scene.room = room;
            let after = scene.once(operation, &mut tally).await;
            squeeze.loosen()?;
            if let Err(why) = after {
                wrong.push(why);
                // Whatever is wrong with this one should not be found again and again.
                scene = Scene { run: scene.run, ..Scene::new(&squeeze, &vault, operation.name).await? };
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
    for fixture in old::fixtures() {
        migrating(how, &squeeze, &fixture, &vault, &mut wrong).await?;
    }
    clear(folder)?;
    found(&vault).await.map_err(|f| told("create", &f))?;
    opening(how, &squeeze, &vault, 0, &mut wrong).await?;
    clear(folder)?;
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} wrong:\n{}", wrong.len(), wrong.join("\n"))) }
}

/// Empties the folder: evidence and backups of one operation leave no room for the next.
fn clear(folder: &Path) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|e| e.to_string())?.flatten() {
        let path = entry.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// One operation on a vault of its own.
struct Scene<'a> {
    squeeze: &'a Squeeze,
    vault: &'a Path,
    name: &'a str,
    room: u64,
    run: u64,
    passphrase: u64,
    slots: Slots,
}

impl<'a> Scene<'a> {
    async fn new(squeeze: &'a Squeeze, vault: &'a Path, name: &'a str) -> Result<Self, String> {
        clear(vault.parent().ok_or("a folder above the vault")?)?;
        found(vault).await.map_err(|f| told("create", &f))?;
        Ok(Self { squeeze, vault, name, room: 0, run: 0, passphrase: 0, slots: slots() })
    }

    fn wrong(&self, what: impl std::fmt::Display) -> String {
        format!("{} with room {}: {what}", self.name, self.room)
    }

    /// The operation once, without room, and everything after it.
    async fn once(&mut self, operation: &Operation, tally: &mut Tally) -> Result<(), String> {
        let app = App::new(Arc::new(Headless));
        open(&app, self.vault, self.passphrase).await.map_err(|f| self.wrong(told("open", &f)))?;
        let mut worker = worker(&app, self.vault, self.passphrase, self.run).await.map_err(|f| told("read", &f))?;
        // All of the same size, so that the room in which it just fits stays the same; large ones take their time.
        worker.large = usize::from(crate::squeeze::long());
        let plan = self.plan(&app, operation, &mut worker).await?;
        self.squeeze.tighten(self.room)?;
        let result = (plan.work)(&app).await;
        tally.note(self.room, result.is_ok());
        let after = self.after(&app, &worker, &plan.attempt, result, tally).await;
        app.lock().await;
        if let Some((_, _, path)) = &plan.attempt.upload {
            fs::remove_file(path).map_err(|e| e.to_string())?;
        }
        after
    }

    /// What the operation would do. If there is nothing left to do it to, another one makes it.
    async fn plan(&mut self, app: &App, operation: &Operation, worker: &mut Worker) -> Result<Plan, String> {
        if let Some(plan) = (operation.plan)(worker) {
            return Ok(plan);
        }
        let other = OPERATIONS.iter().find(|o| o.name == operation.needs).ok_or_else(|| self.wrong("no plan"))?;
        let plan = (other.plan)(worker).ok_or_else(|| self.wrong(format!("no plan for {}", other.name)))?;
        self.slots.extend(plan.attempt.slot);
        (plan.work)(app).await.map_err(|f| self.wrong(told(other.name, &f)))?;
        worker.state = state::read(app).await.map_err(|f| told("read", &f))?;
        (operation.plan)(worker).ok_or_else(|| self.wrong(format!("no plan after {}", other.name)))
    }

    /// Looks while there is no room, with room again, and after opening again.
    async fn after(
        &mut self,
        app: &App,
        worker: &Worker,
        attempt: &Attempt,
        result: Result<Facts, Fault>,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let confirmed = result.is_ok();
        match &result {
            Err(fault) if !self.squeeze.fits(&fault.kind) || fault.sentence.is_empty() || fault.next.is_empty() => {
                return Err(self.wrong(told("not in plain words", fault)));
            }
            Err(_) => tally.refused += 1,
            Ok(_) => tally.done += 1,
        }
        let half = attempt.backup.iter().chain(&attempt.restores).find(|path| !confirmed && path.exists());
        if let Some(half) = half {
            return Err(self.wrong(format!("{} was not confirmed and lies there", half.display())));
        }
        let left = outside::leftovers(self.vault);
        if !left.is_empty() {
            return Err(self.wrong(format!("left among the kept backups: {left:?}")));
        }
        let number = attempt.facts.get(PASSPHRASE).and_then(|n| n.parse().ok());
        let before = &worker.state;
        let mut changed = before.facts.clone();
        changed.extend(attempt.facts.iter().filter(|(key, _)| *key != PASSPHRASE).map(|(k, v)| (k.clone(), v.clone())));
        // What was confirmed can be read even while nothing can be written.
        let now = state::read(app).await.map_err(|f| self.wrong(told("reading without room", &f)))?;
        let made = now.facts == changed && now.head == before.head + attempt.entries;
        if !(made || (!confirmed && now.facts == before.facts && now.head == before.head)) {
            return Err(self.wrong(format!("neither the state before nor after: {:?}", now.facts)));
        }
        let came = match (confirmed, made && attempt.entries > 0) {
            (true, _) => Came::Confirmed,
            (false, true) => Came::Unconfirmed,
            (false, false) => Came::Nowhere,
        };
        tally.unconfirmed += u64::from(came == Came::Unconfirmed);
        self.squeeze.loosen()?;
        self.again(app, &format!("{} {}", self.name, self.room)).await?;
        app.lock().await;
        self.passphrase = self.the_one_that_opens(worker.passphrase, number, confirmed).await?;
        self.reopened(attempt, &now.facts, confirmed).await?;
        if let Some((name, after)) = &attempt.slot {
            let was = self.slots.get(name).copied().flatten();
            let found = outside::slot(self.vault, (name, was, *after), came, self.passphrase).await;
            self.slots.insert(name.clone(), found.map_err(|why| self.wrong(why))?);
        }
        Ok(())
    }

    /// A passphrase that was not confirmed may or may not be in force: exactly one of the two is.
    async fn the_one_that_opens(&self, was: u64, number: Option<u64>, confirmed: bool) -> Result<u64, String> {
        let mut opened = Vec::new();
        for candidate in [Some(was), number.filter(|n| *n != was)].into_iter().flatten() {
            match outside::open(self.vault, "", candidate).await {
                // One process, one vault: it is let go before the other passphrase is tried.
                Ok(app) => {
                    app.lock().await;
                    opened.push(candidate);
                }
                Err(fault) if fault.kind == FaultKind::WrongPassphrase => {}
                Err(fault) => return Err(self.wrong(told("opening again", &fault))),
            }
        }
        let [passphrase] = opened.as_slice() else {
            return Err(self.wrong(format!("{} of two passphrases open it", opened.len())));
        };
        if confirmed && number.is_some_and(|n| n != *passphrase) {
            return Err(self.wrong("the confirmed passphrase does not open it"));
        }
        Ok(*passphrase)
    }

    /// After opening again everything is still there, and beside the vault nothing that nobody needs.
    async fn reopened(&self, attempt: &Attempt, facts: &Facts, confirmed: bool) -> Result<(), String> {
        let app = outside::open(self.vault, "", self.passphrase).await;
        let app = app.map_err(|f| self.wrong(told("opening again", &f)))?;
        let later = state::read(&app).await.map_err(|f| self.wrong(told("read", &f)))?;
        app.lock().await;
        if facts.iter().any(|(key, value)| later.facts.get(key) != Some(value)) {
            return Err(self.wrong(format!("what was there is gone after opening again: {facts:?} {:?}", later.facts)));
        }
        outside::beside(self.vault, &later, Some(attempt)).await.map_err(|why| self.wrong(why))?;
        if attempt.keeps && confirmed && outside::kept(self.vault).is_empty() {
            return Err(self.wrong("confirmed, and no backup there"));
        }
        if let Some(target) = attempt.restores.as_ref().filter(|_| confirmed) {
            let whole = outside::restored(target, [self.passphrase]).await.map_err(|why| self.wrong(why))?;
            if !whole {
                return Err(self.wrong("confirmed, and no vault there"));
            }
        }
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
        squeeze.tighten(room)?;
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

/// A vault of an earlier schema stays what it was, or is migrated.
async fn migrating(
    how: &str,
    squeeze: &Squeeze,
    fixture: &Path,
    vault: &Path,
    wrong: &mut Vec<String>,
) -> Result<(), String> {
    clear(vault.parent().ok_or("a folder above the vault")?)?;
    old::copy(fixture, vault).map_err(|e| e.to_string())?;
    let whole = old::look(vault).await?;
    let (mut tally, mut rooms, mut put_off) = (Tally::default(), VecDeque::from(squeeze.steps()), 0);
    while let Some(room) = rooms.pop_front() {
        let mut fault = |what: String| wrong.push(format!("migrating with room {room}: {what}"));
        old::copy(fixture, vault).map_err(|e| e.to_string())?;
        squeeze.tighten(room)?;
        let app = App::new(Arc::new(Headless));
        let result = old::open(&app, vault).await;
        app.lock().await;
        tally.note(room, matches!(result, Ok(true)));
        match &result {
            Ok(true) => tally.done += 1,
            // It opens all the same, and the next opening tries again.
            Ok(false) => put_off += 1,
            Err(refused) => {
                tally.refused += 1;
                if !squeeze.fits(&refused.kind) {
                    fault(told("not in plain words", refused));
                }
                let left = outside::leftovers(vault);
                if !left.is_empty() {
                    fault(format!("left among the kept backups: {left:?}"));
                }
            }
        }
        squeeze.loosen()?;
        match old::look(vault).await {
            Ok(state) if state.facts == whole.facts && state.head == whole.head => {}
            Ok(state) => fault(format!("something else is there: {:?}", state.facts)),
            Err(why) => fault(why),
        }
        if rooms.is_empty() {
            rooms.extend(squeeze.between(&tally));
        }
    }
    println!(
        "FAULTS {} times no room ({how}) during a migration or upgrade: {} refused in plain words, {put_off} put off, {} done",
        tally.refused + put_off + tally.done,
        tally.refused,
        tally.done
    );
    if tally.refused + put_off == 0 || tally.done == 0 {
        wrong.push("migration: never held up or never done, so this shows nothing".to_owned());
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
        squeeze.tighten(room)?;
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
