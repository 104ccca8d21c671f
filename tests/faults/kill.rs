//! Killing the child while it changes a vault, and comparing what is found with what was confirmed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use conclave_app::App;
use conclave_domain::call::journal::CheckVault;
use conclave_domain::fault::FaultKind;

use super::dice::Dice;
use super::found::{found, slots};
use super::outside::{self, Came, open};
use super::state::{self, Attempt, Facts, Line, PASSPHRASE, Slots, State};

/// How long the child may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A vault, and what was confirmed of it.
pub struct Scene {
    dir: tempfile::TempDir,
    confirmed: Facts,
    references: Facts,
    head: u64,
    passphrase: u64,
    /// Every passphrase that was ever chosen: backups open with those of their day.
    ever: Vec<u64>,
    slots: Slots,
    /// The newest entry of the last confirmed backup beside the vault.
    kept: Option<u64>,
    /// Whether a kill left two headers that differ, which the next opening heals and says.
    unhealed: bool,
}

/// What the child told in one round.
#[derive(Default)]
struct Round {
    /// The change under way when it was killed.
    pending: Option<Attempt>,
    /// The passphrase before the last confirmed change of it.
    was: u64,
    /// Confirmed uploads, and other members' passphrases that were set.
    uploads: Vec<(String, u64, PathBuf)>,
    slots: Slots,
}

/// How often what was found, by operation.
#[derive(Debug, Default)]
pub struct Found {
    /// Processes killed.
    pub kills: u64,
    /// Confirmed changes looked for.
    pub confirmed: u64,
    /// Killed during: operation, then not made, made but not confirmed, only its entry there.
    pub during: BTreeMap<String, [u64; 3]>,
    /// Killed while opening or reading.
    pub between: u64,
    /// Confirmed uploads that came out again, and backups that were restored or kept, each whole.
    pub uploads: u64,
    pub restored: u64,
    pub kept: u64,
    /// How often something half-made lay among the kept backups after the next opening.
    pub left: u64,
    /// How long each operation last took.
    took: BTreeMap<String, Duration>,
}

impl Scene {
    /// A new vault.
    pub async fn new() -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
        found(&dir.path().join("board.conclave")).await.map_err(|f| f.to_string())?;
        let app = open(&dir.path().join("board.conclave"), "", 0).await.map_err(|f| f.to_string())?;
        let state = state::read(&app).await.map_err(|f| f.to_string())?;
        app.lock().await;
        Ok(Self {
            dir,
            confirmed: state.facts,
            references: state.references,
            head: state.head,
            passphrase: 0,
            ever: vec![0],
            slots: slots(),
            kept: None,
            unhealed: false,
        })
    }

    fn vault(&self) -> PathBuf {
        self.dir.path().join("board.conclave")
    }

    fn files(&self) -> &Path {
        self.dir.path()
    }

    /// Starts the child, kills it somewhere, and compares. `run` makes it another somewhere.
    pub async fn round(&mut self, child: &Path, run: u64, found: &mut Found) -> Result<(), String> {
        let mut dice = Dice::new(run);
        let words =
            ["work".to_owned(), self.vault().display().to_string(), self.passphrase.to_string(), run.to_string()];
        let lines = killed(Command::new(child).args(words), &mut dice, &mut found.took)?;
        let mut round = Round { was: self.passphrase, ..Round::default() };
        for line in lines {
            match line {
                Line::Ready => self.unhealed = false,
                Line::Try(attempt) => {
                    self.ever.extend(attempt.facts.get(PASSPHRASE).and_then(|n| n.parse::<u64>().ok()));
                    round.pending = Some(attempt);
                }
                Line::Done(references) => {
                    let attempt = round.pending.take().ok_or("a confirmation without its change")?;
                    self.references.extend(references);
                    self.confirm(attempt, &mut round, found).await?;
                }
            }
        }
        found.kills += 1;
        let compared = self.compare(round, found).await;
        self.tidy().map_err(|e| e.to_string())?;
        compared
    }

    /// Takes down what was confirmed and looks at what lies outside of the vault.
    async fn confirm(&mut self, attempt: Attempt, round: &mut Round, found: &mut Found) -> Result<(), String> {
        if let Some(backup) = attempt.backup {
            outside::whole(&backup).await?;
        }
        if let Some(target) = attempt.restores {
            if !outside::restored(&target, self.ever.iter().rev().copied()).await? {
                return Err(format!("{}: confirmed, and no vault there", target.display()));
            }
            found.restored += 1;
        }
        if attempt.keeps {
            (self.kept, found.kept) = (Some(self.head), found.kept + 1);
        }
        round.slots.extend(attempt.slot);
        round.uploads.extend(attempt.upload);
        self.head += attempt.entries;
        for (key, value) in attempt.facts {
            if key == PASSPHRASE {
                round.was = self.passphrase;
                self.passphrase = value.parse().map_err(|_| format!("passphrase {value}"))?;
            } else {
                self.confirmed.insert(key, value);
            }
        }
        found.confirmed += 1;
        Ok(())
    }

    /// Removes what the child needs no longer. What a killed backup to a file left beside it is the person's.
    fn tidy(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(self.files())? {
            let path = entry?.path();
            match path.extension().and_then(|e| e.to_str()) {
                Some("part") if path.is_dir() => fs::remove_dir_all(path)?,
                Some("upload" | "csv" | "part") => fs::remove_file(path)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Looks at a copy, so that the next child has to cope with exactly what this one left.
    async fn compare(&mut self, round: Round, found: &mut Found) -> Result<(), String> {
        let pending = round.pending;
        let copy = self.files().join("copy.conclave");
        copy_folder(&self.vault(), &copy).map_err(|e| e.to_string())?;
        let wanted = pending.as_ref().and_then(|p| p.facts.get(PASSPHRASE)).and_then(|n| n.parse::<u64>().ok());
        let (app, passphrase) = self.the_one_that_opens(&copy, round.was, wanted).await?;
        let notices = notices(&app).await?;
        let verdict = app.send(CheckVault {}).await.map_err(|f| format!("check: {f}"))?;
        let state = state::read(&app).await.map_err(|f| format!("reading: {f}"))?;
        if !verdict.sound {
            return Err(format!("not sound: {:?}; under way was {pending:?}", verdict.faults));
        }
        // Between the two copies of the header one may be the older; then it is healed, and said.
        if !notices.is_empty() && !self.unhealed && !pending.as_ref().is_some_and(|p| p.header) {
            return Err(format!("something was noticed that had no cause: {notices:?}"));
        }
        self.unhealed = !notices.is_empty();
        let lost: Vec<_> = self.references.iter().filter(|(t, r)| state.references.get(*t) != Some(r)).collect();
        if !lost.is_empty() {
            return Err(format!("confirmed references are gone: {lost:?}"));
        }
        outside::beside(&copy, &state, pending.as_ref()).await?;
        found.left += u64::from(!outside::leftovers(&copy).is_empty());
        for upload in &round.uploads {
            outside::same_content(&app, &state, upload, &self.files().join("out.bin")).await?;
            found.uploads += 1;
        }
        app.lock().await;
        let heads: Vec<u64> = outside::kept(&copy).iter().filter_map(|path| outside::head(path)).collect();
        if self.kept.is_some_and(|head| !heads.contains(&head)) {
            return Err(format!("the backup of entry {:?} is gone; there are those of {heads:?}", self.kept));
        }
        let mut outside_made = pending.as_ref().is_some_and(|p| p.keeps) && heads.contains(&self.head);
        if let Some(target) = pending.as_ref().and_then(|p| p.restores.as_ref()) {
            outside_made = outside::restored(target, self.ever.iter().rev().copied()).await?;
        }
        let slot = pending.as_ref().and_then(|p| p.slot.clone());
        let made = self.judge(pending, outside_made, state, passphrase, found)?;
        self.seats(&copy, round.slots, slot.map(|slot| (slot, made))).await?;
        fs::remove_dir_all(&copy).map_err(|e| e.to_string())
    }

    /// Looks which passphrases of other members open the vault.
    async fn seats(
        &mut self,
        vault: &Path,
        confirmed: Slots,
        pending: Option<((String, Option<u64>), bool)>,
    ) -> Result<(), String> {
        let ada = self.passphrase;
        for (name, after) in confirmed {
            let before = self.slots.insert(name.clone(), after).flatten();
            if pending.as_ref().is_none_or(|((other, _), _)| *other != name) {
                outside::slot(vault, (&name, before, after), Came::Confirmed, ada).await?;
            }
        }
        if let Some(((name, after), made)) = pending {
            let before = self.slots.get(&name).copied().flatten();
            let came = if made { Came::Unconfirmed } else { Came::Nowhere };
            let now = outside::slot(vault, (&name, before, after), came, ada).await?;
            self.slots.insert(name, now);
        }
        Ok(())
    }

    /// Before or after, never between: the state and the journal's length tell the same. Gives whether the change is made.
    fn judge(
        &mut self,
        pending: Option<Attempt>,
        outside_made: bool,
        state: State,
        passphrase: u64,
        found: &mut Found,
    ) -> Result<bool, String> {
        let as_confirmed = state.facts == self.confirmed && passphrase == self.passphrase;
        let Some(pending) = pending else {
            found.between += 1;
            return if as_confirmed && state.head == self.head {
                Ok(false)
            } else {
                Err(self.differs(&state, &Attempt::default()))
            };
        };
        let mut after = self.confirmed.clone();
        after.extend(pending.facts.clone());
        let number = after.remove(PASSPHRASE).and_then(|n| n.parse().ok()).unwrap_or(self.passphrase);
        let longer = self.head + pending.entries;
        let which = if state.head == self.head && as_confirmed {
            usize::from(outside_made)
        } else if state.head == longer && state.facts == after && passphrase == number {
            1
        } else if pending.by_header && state.head == longer && as_confirmed {
            2
        } else {
            return Err(self.differs(&state, &pending));
        };
        found.during.entry(pending.operation).or_default()[which] += 1;
        (self.confirmed, self.references) = (state.facts, state.references);
        (self.head, self.passphrase) = (state.head, passphrase);
        Ok(which == 1)
    }

    fn differs(&self, state: &State, pending: &Attempt) -> String {
        let other = |key: &&String| self.confirmed.get(*key) != state.facts.get(*key);
        let keys: std::collections::BTreeSet<&String> =
            self.confirmed.keys().chain(state.facts.keys()).filter(other).collect();
        let shown: Vec<String> = keys
            .into_iter()
            .map(|key| format!("{key}: confirmed {:?}, found {:?}", self.confirmed.get(key), state.facts.get(key)))
            .collect();
        format!(
            "confirmed up to entry {}, found entry {}; under way was {pending:?}; differences: {shown:#?}",
            self.head, state.head
        )
    }

    /// Of the old and the new passphrase exactly one opens.
    async fn the_one_that_opens(&self, vault: &Path, was: u64, wanted: Option<u64>) -> Result<(App, u64), String> {
        let mut candidates = vec![self.passphrase, was];
        candidates.extend(wanted);
        candidates.sort_unstable();
        candidates.dedup();
        let mut opened = Vec::new();
        for number in &candidates {
            match open(vault, "", *number).await {
                Ok(app) => {
                    app.lock().await;
                    opened.push(*number);
                }
                Err(fault) if fault.kind == FaultKind::WrongPassphrase => {}
                Err(fault) => return Err(format!("does not open: {:?} {fault}", fault.kind)),
            }
        }
        let [number] = opened.as_slice() else {
            return Err(format!("of the passphrases {candidates:?} these open: {opened:?}"));
        };
        // Opened anew from an untouched copy: the notices of the first opening are the ones that count.
        copy_folder(&self.vault(), vault).map_err(|e| e.to_string())?;
        open(vault, "", *number).await.map(|app| (app, *number)).map_err(|f| format!("does not open: {f}"))
    }
}

async fn notices(app: &App) -> Result<Vec<String>, String> {
    let status = app.send(conclave_domain::call::session::GetStatus {}).await.map_err(|f| f.to_string())?;
    Ok(status.vault.map(|vault| vault.notices).unwrap_or_default())
}

/// Copies all files of a folder into another, which holds nothing else afterwards.
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Kills the child after some confirmed changes, or after the beginning of the next, and some microseconds more. Gives what
/// it had told until then.
fn killed(command: &mut Command, dice: &mut Dice, took: &mut BTreeMap<String, Duration>) -> Result<Vec<Line>, String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("the child does not start: {e}"))?;
    let lines = listen(&mut child)?;
    let (changes, begun) = (dice.below(9), dice.below(8) > 0);
    let (mut told, mut done, mut ended) = (Vec::new(), 0, false);
    let mut under_way: Option<(String, Instant)> = None;
    while changes > 0 && !(done == changes && (!begun || under_way.is_some())) {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                match &line {
                    Line::Try(attempt) => under_way = Some((attempt.operation.clone(), Instant::now())),
                    Line::Done(_) => {
                        done += 1;
                        took.extend(under_way.take().map(|(operation, since)| (operation, since.elapsed())));
                    }
                    Line::Ready => {}
                }
                told.push(line);
            }
            Err(RecvTimeoutError::Disconnected) => {
                ended = true;
                break;
            }
            Err(RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                return Err(format!("the child told nothing for {PATIENCE:?}"));
            }
        }
    }
    // Somewhere in the change, as far as is known how long it takes; somewhere in the opening; or a little after a change.
    let longest = match &under_way {
        Some((operation, _)) => took.get(operation).map_or(Duration::from_millis(300), |usual| *usual * 5 / 4),
        None if changes == 0 => Duration::from_millis(60),
        None => Duration::from_millis(9),
    };
    let longest = usize::try_from(longest.as_micros()).unwrap_or(1).max(1);
    let delay = Duration::from_micros(u64::try_from(dice.below(longest)).unwrap_or_default());
    std::thread::sleep(delay);
    child.kill().map_err(|e| format!("kill: {e}"))?;
    told.extend(lines.iter());
    let status = child.wait().map_err(|e| e.to_string())?;
    let mut noise = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut noise);
    }
    use std::os::unix::process::ExitStatusExt as _;
    if ended || status.signal() != Some(9) {
        return Err(format!("the child ended by itself ({status}): {noise}"));
    }
    Ok(told)
}

/// Reads the child's lines as they come, to their end.
fn listen(child: &mut Child) -> Result<Receiver<Line>, String> {
    let stdout = child.stdout.take().ok_or("the child has no standard output")?;
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let line = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"));
            if send.send(line).is_err() {
                break;
            }
        }
    });
    Ok(receive)
}
