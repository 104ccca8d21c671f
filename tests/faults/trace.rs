//! What the child asks of the system while it confirms changes, recorded by strace, and the rule about its order.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::found::found;

/// What must have happened before a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The write-ahead log is synced after its last write.
    LogSynced,
    /// The new anchor is synced after its last write.
    AnchorSynced,
    /// The new anchor is renamed over the old one.
    AnchorRenamed,
    /// The folder is synced after that.
    FolderSynced,
}

/// All of them.
pub const STEPS: [Step; 4] = [Step::LogSynced, Step::AnchorSynced, Step::AnchorRenamed, Step::FolderSynced];

/// One call to the system: the lines on which it began and ended.
#[derive(Clone, Debug)]
struct Call {
    name: String,
    text: String,
    begun: usize,
    ended: usize,
}

/// A recorded run.
#[derive(Clone, Debug)]
pub struct Trace {
    calls: Vec<Call>,
    folder: String,
}

/// Runs the child for some changes under strace.
///
/// # Panics
/// If strace is missing or may not trace: a test that cannot run is a failure.
pub async fn changes(child: &Path, operations: &str, count: u64) -> Trace {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (vault, log) = (dir.path().join("board.conclave"), dir.path().join("strace.log"));
    found(&vault).await.expect("a vault");
    let output = Command::new("strace")
        .args(["-f", "-y", "-s", "64", "-o"])
        .arg(&log)
        .args(["-e", "trace=fsync,fdatasync,rename,renameat,renameat2,write,pwrite64,writev,pwritev", "--"])
        .arg(child)
        .args(["work", &vault.display().to_string(), "0", "1", &count.to_string(), operations])
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|e| {
            panic!("strace does not start ({e}). `cargo xtask setup --test` installs what the tests need.")
        });
    let noise = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "the child under strace: {}. If it says that ptrace is not permitted, this machine forbids tracing, and then this \
         test cannot hold.\n{noise}",
        output.status
    );
    let folder = fs::canonicalize(&vault).expect("the vault's folder").display().to_string();
    Trace::read(&fs::read_to_string(&log).expect("strace's log"), folder)
}

impl Trace {
    fn read(log: &str, folder: String) -> Self {
        let (mut calls, mut open) = (Vec::new(), HashMap::<String, Call>::new());
        for (at, line) in log.lines().enumerate() {
            let Some((process, rest)) = line.split_once(char::is_whitespace) else { continue };
            let rest = rest.trim_start();
            if let Some(resumed) = rest.strip_prefix("<... ") {
                // A call that another thread interrupted in the log ends here.
                if let Some(mut call) = open.remove(process) {
                    call.ended = at;
                    call.text += resumed;
                    calls.push(call);
                }
                continue;
            }
            let Some((name, text)) = rest.split_once('(') else { continue };
            let call = Call { name: name.to_owned(), text: text.to_owned(), begun: at, ended: at };
            if text.contains("<unfinished ...>") {
                open.insert(process.to_owned(), call);
            } else {
                calls.push(call);
            }
        }
        calls.sort_by_key(|call| call.begun);
        Self { calls, folder }
    }

    fn tells(call: &Call, word: &str) -> bool {
        call.name == "write" && call.text.starts_with("1<") && call.text.contains(&format!("\"{{\\\"{word}\\\""))
    }

    /// How many changes were confirmed on standard output.
    pub fn confirmed(&self) -> usize {
        self.calls.iter().filter(|call| Self::tells(call, "done")).count()
    }

    fn syncs(call: &Call) -> bool {
        matches!(call.name.as_str(), "fsync" | "fdatasync") && call.text.trim_end().ends_with("= 0")
    }

    fn writes(call: &Call) -> bool {
        matches!(call.name.as_str(), "write" | "pwrite64" | "writev" | "pwritev")
    }

    fn renames(call: &Call) -> bool {
        call.name.starts_with("rename") && call.text.trim_end().ends_with("= 0")
    }

    /// Whether the call is about a file of the vault, through a descriptor, whose name has this ending.
    fn on(&self, call: &Call, ending: &str) -> bool {
        let path = call.text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path);
        path.and_then(|p| p.strip_prefix(&self.folder)).is_some_and(|name| name.ends_with(ending))
    }

    fn is(&self, call: &Call, step: Step) -> bool {
        match step {
            Step::LogSynced => Self::syncs(call) && self.on(call, "-wal"),
            Step::AnchorSynced => Self::syncs(call) && self.on(call, ".new") && call.text.contains("/anchor-"),
            Step::AnchorRenamed => Self::renames(call) && call.text.contains("/anchor-"),
            Step::FolderSynced => {
                Self::syncs(call) && self.on(call, "") && call.text.contains(&format!("{}>", self.folder))
            }
        }
    }

    /// The same run without the calls of one step.
    pub fn without(&self, step: Step) -> Self {
        let calls = self.calls.iter().filter(|call| !self.is(call, step)).cloned().collect();
        Self { calls, folder: self.folder.clone() }
    }

    /// For each confirmation, the calls since the change began.
    fn changes(&self) -> Vec<(&Call, Vec<&Call>)> {
        let mut found = Vec::new();
        let mut since = 0;
        for call in &self.calls {
            if Self::tells(call, "try") {
                since = call.ended;
            } else if Self::tells(call, "done") {
                let within = self.calls.iter().filter(|c| c.begun > since && c.ended < call.begun).collect();
                found.push((call, within));
            }
        }
        found
    }

    /// Write of the log, its sync, then the anchor: written, synced, renamed, and the folder synced; then the confirmation.
    /// Gives how many confirmations kept to it.
    ///
    /// # Errors
    /// Which one did not, and what was missing.
    pub fn durable(&self) -> Result<usize, String> {
        let changes = self.changes();
        for (n, (_, calls)) in changes.iter().enumerate() {
            let missing = |what: &str| format!("change {}: no {what} before the confirmation", n + 1);
            let last = |what: &str, wanted: &dyn Fn(&Call) -> bool| {
                calls.iter().rev().find(|c| wanted(c)).ok_or_else(|| missing(what)).copied()
            };
            let after = |what: &str, call: &Call, step: Step| {
                calls.iter().find(|c| c.begun > call.ended && self.is(c, step)).ok_or_else(|| missing(what)).copied()
            };
            let anchor =
                last("write of the anchor", &|c| Self::writes(c) && self.on(c, ".new") && c.text.contains("/anchor-"))?;
            let written = last("write of the log before the anchor", &|c| {
                c.ended < anchor.begun && Self::writes(c) && self.on(c, "-wal")
            })?;
            let synced = after("sync of the log", written, Step::LogSynced)?;
            if anchor.begun < synced.ended {
                return Err(format!("change {}: the anchor runs ahead of the database", n + 1));
            }
            let anchored = after("sync of the anchor", anchor, Step::AnchorSynced)?;
            let renamed = after("rename of the anchor", anchored, Step::AnchorRenamed)?;
            after("sync of the folder", renamed, Step::FolderSynced)?;
        }
        Ok(changes.len())
    }

    /// Between anchor and confirmation the database is not written any more: the anchor confirms all of the change. Gives how
    /// many changes kept to it.
    ///
    /// # Errors
    /// Which one did not.
    pub fn nothing_later(&self) -> Result<usize, String> {
        let changes = self.changes();
        for (n, (_, calls)) in changes.iter().enumerate() {
            let anchored = calls.iter().position(|c| self.is(c, Step::AnchorRenamed)).unwrap_or_default();
            if calls[anchored..].iter().any(|c| Self::writes(c) && self.on(c, "-wal")) {
                return Err(format!("change {}: the log is written after the anchor", n + 1));
            }
        }
        Ok(changes.len())
    }

    /// The header, too, is renamed and its folder synced before the confirmation.
    ///
    /// # Errors
    /// Which confirmation did not wait.
    pub fn header_durable(&self) -> Result<usize, String> {
        let changes = self.changes();
        for (n, (_, calls)) in changes.iter().enumerate() {
            let renamed = calls.iter().find(|c| Self::renames(c) && c.text.contains("/keys.json\""));
            let synced =
                renamed.and_then(|r| calls.iter().find(|c| c.begun > r.ended && self.is(c, Step::FolderSynced)));
            if synced.is_none() {
                return Err(format!("change {}: the header is not on the disk before the confirmation", n + 1));
            }
        }
        Ok(changes.len())
    }
}
