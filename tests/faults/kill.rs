//! Killing the child while it changes a vault, and comparing what is found with what was confirmed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use conclave_app::{App, Headless};
use conclave_domain::call::backup::CheckBackup;
use conclave_domain::call::journal::CheckVault;
use conclave_domain::call::session::OpenVault;
use conclave_domain::fault::{Fault, FaultKind};
use conclave_domain::secret::Secret;

use super::dice::Dice;
use super::found::found;
use super::state::{self, Attempt, Facts, Line, PASSPHRASE, State};

/// How long the child may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A vault, and what was confirmed of it.
pub struct Scene {
    dir: tempfile::TempDir,
    confirmed: Facts,
    references: Facts,
    head: u64,
    passphrase: u64,
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
    /// How long each operation last took.
    took: BTreeMap<String, Duration>,
}

impl Scene {
    /// A new vault.
    pub async fn new() -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
        found(&dir.path().join("board.conclave")).await.map_err(|f| f.to_string())?;
        let scene = Self { dir, confirmed: Facts::new(), references: Facts::new(), head: 0, passphrase: 0 };
        let app = open(&scene.vault(), 0).await.map_err(|f| f.to_string())?;
        let state = state::read(&app).await.map_err(|f| f.to_string())?;
        app.lock().await;
        Ok(Self { confirmed: state.facts, references: state.references, head: state.head, ..scene })
    }

    fn vault(&self) -> PathBuf {
        self.dir.path().join("board.conclave")
    }

    /// Starts the child, kills it somewhere, and compares. `run` makes it another somewhere.
    pub async fn round(&mut self, child: &Path, run: u64, found: &mut Found) -> Result<(), String> {
        let mut dice = Dice::new(run);
        let words =
            ["work".to_owned(), self.vault().display().to_string(), self.passphrase.to_string(), run.to_string()];
        let lines = killed(Command::new(child).args(words), &mut dice, &mut found.took)?;
        let mut pending: Option<Attempt> = None;
        let mut was = self.passphrase;
        for line in lines {
            match line {
                Line::Ready => {}
                Line::Try(attempt) => pending = Some(attempt),
                Line::Done(references) => {
                    let Some(attempt) = pending.take() else { return Err("a confirmation without its change".into()) };
                    self.head += attempt.entries;
                    if let Some(backup) = attempt.backup {
                        whole(&backup).await?;
                    }
                    self.references.extend(references);
                    for (key, value) in attempt.facts {
                        if key == PASSPHRASE {
                            was = self.passphrase;
                            self.passphrase = value.parse().map_err(|_| format!("passphrase {value}"))?;
                        } else {
                            self.confirmed.insert(key, value);
                        }
                    }
                    found.confirmed += 1;
                }
            }
        }
        found.kills += 1;
        self.compare(pending, was, found).await
    }

    /// Looks at a copy, so that the next child has to cope with exactly what this one left.
    async fn compare(&mut self, pending: Option<Attempt>, was: u64, found: &mut Found) -> Result<(), String> {
        if let Some(backup) = pending.as_ref().and_then(|p| p.backup.as_ref()).filter(|path| path.exists()) {
            whole(backup).await?;
        }
        let copy = self.dir.path().join("copy.conclave");
        copy_folder(&self.vault(), &copy).map_err(|e| e.to_string())?;
        let wanted = pending.as_ref().and_then(|p| p.facts.get(PASSPHRASE)).and_then(|n| n.parse::<u64>().ok());
        let (app, passphrase) = self.the_one_that_opens(&copy, was, wanted).await?;
        let notices = notices(&app).await?;
        let verdict = app.send(CheckVault {}).await.map_err(|f| format!("check: {f}"))?;
        let state = state::read(&app).await.map_err(|f| format!("reading: {f}"))?;
        app.lock().await;
        fs::remove_dir_all(&copy).map_err(|e| e.to_string())?;
        if !verdict.sound {
            return Err(format!("not sound: {:?}", verdict.faults));
        }
        // Between the two copies of the header one may be the older; then it is healed, and said.
        if !notices.is_empty() && !pending.as_ref().is_some_and(|p| p.header) {
            return Err(format!("something was noticed that had no cause: {notices:?}"));
        }
        let lost: Vec<_> = self.references.iter().filter(|(t, r)| state.references.get(*t) != Some(r)).collect();
        if !lost.is_empty() {
            return Err(format!("confirmed references are gone: {lost:?}"));
        }
        self.judge(pending, state, passphrase, found)
    }

    /// Before or after, never between: the state and the journal's length tell the same.
    fn judge(
        &mut self,
        pending: Option<Attempt>,
        state: State,
        passphrase: u64,
        found: &mut Found,
    ) -> Result<(), String> {
        let as_confirmed = state.facts == self.confirmed && passphrase == self.passphrase;
        let Some(pending) = pending else {
            found.between += 1;
            return if as_confirmed && state.head == self.head {
                Ok(())
            } else {
                Err(self.differs(&state, &Attempt::default()))
            };
        };
        let mut after = self.confirmed.clone();
        after.extend(pending.facts.clone());
        let number = after.remove(PASSPHRASE).and_then(|n| n.parse().ok()).unwrap_or(self.passphrase);
        let longer = self.head + pending.entries;
        let which = if state.head == self.head && as_confirmed {
            0
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
        Ok(())
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
            match open(vault, *number).await {
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
        open(vault, *number).await.map(|app| (app, *number)).map_err(|f| format!("does not open: {f}"))
    }
}

async fn open(vault: &Path, passphrase: u64) -> Result<App, Fault> {
    let app = App::new(Arc::new(Headless));
    let path = vault.display().to_string();
    let call = OpenVault { path, member: String::new(), passphrase: Secret::new(state::words(passphrase)) };
    app.send(call).await?;
    Ok(app)
}

/// A backup that is there is whole.
async fn whole(backup: &Path) -> Result<(), String> {
    let app = App::new(Arc::new(Headless));
    let path = backup.display().to_string();
    let verdict = app.send(CheckBackup { path }).await.map_err(|f| format!("{}: {f}", backup.display()))?;
    if verdict.sound { Ok(()) } else { Err(format!("{}: {:?}", backup.display(), verdict.faults)) }
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
