//! Processes that a test started: ended as a group and by id, and looked at through `/proc`.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::holds_within;

/// A program and everything that it starts. Dropping it ends all of them.
#[derive(Debug)]
pub(crate) struct Group {
    leader: Child,
}

impl Group {
    /// Starts a program as the first of a new process group.
    pub(crate) fn start(command: &mut Command) -> std::io::Result<Self> {
        use std::os::unix::process::CommandExt;
        command.process_group(0).spawn().map(|leader| Self { leader })
    }

    /// The first process, to read its output or to ask whether it still runs.
    pub(crate) fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// The ids of all its living processes.
    pub(crate) fn members(&self) -> Vec<u32> {
        let group = self.leader.id();
        all().into_iter().filter(|process| process.group == group && !process.ended).map(|process| process.id).collect()
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = pid(self.leader.id()) {
            // No such group any more: then there is nothing to end.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The leader is waited for last: until then its id, and so the group's, cannot become another process's.
        self.signal(Signal::TERM);
        holds_within(Duration::from_secs(2), || self.members().is_empty());
        self.signal(Signal::KILL);
        holds_within(Duration::from_secs(2), || self.members().is_empty());
        let _ = self.leader.wait();
    }
}

/// Ends one process at once, as a power cut would.
pub(crate) fn kill(id: u32) {
    if let Some(id) = pid(id) {
        let _ = kill_process(id, Signal::KILL);
    }
}

fn pid(id: u32) -> Option<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw)
}

/// Whether a process runs this program.
pub(crate) fn runs(id: u32, program: &Path) -> bool {
    std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|path| path == program)
}

/// Whether a process is still there and has not ended. A process whose first thread has ended keeps its files and locks
/// until its last one has.
#[must_use]
pub fn alive(id: u32) -> bool {
    one(id).is_some_and(|process| !process.ended || threads(id) > 1)
}

fn threads(id: u32) -> usize {
    std::fs::read_dir(format!("/proc/{id}/task")).map_or(0, Iterator::count)
}

/// The memory that a process and all its descendants use together, in bytes: pages that several share count once.
#[must_use]
pub fn memory(id: u32) -> u64 {
    let processes = all();
    let mut family = vec![id];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(processes.iter().filter(|process| process.parent == parent).map(|process| process.id));
        next += 1;
    }
    family.into_iter().map(share).sum()
}

/// A process's proportional share of memory in bytes; 0 if it has just ended.
fn share(id: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kibibytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|number| number.trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}

struct Process {
    id: u32,
    parent: u32,
    group: u32,
    ended: bool,
}

fn all() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(one).collect()
}

fn one(id: u32) -> Option<Process> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in brackets and may itself hold brackets and blanks.
    let mut fields = text.get(text.rfind(')')? + 1..)?.split_whitespace();
    let ended = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    Some(Process { id, parent, group, ended })
}
