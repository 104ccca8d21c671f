//! Taking room away: a disk that a file fills up, or a limit on the size of files.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use conclave_domain::fault::FaultKind;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Pages that are left on the disk; bytes to which files may grow. The short form takes every third.
const PAGES: [u64; 14] = [0, 1, 2, 3, 4, 6, 9, 13, 18, 25, 40, 80, 250, 1_500];
const LIMITS: [u64; 14] =
    [0, 33, 500, 1_200, 4_000, 4_152, 8_300, 20_000, 41_000, 70_001, 120_000, 300_000, 900_000, 9_000_000];

/// Whether this is the long form.
pub fn long() -> bool {
    std::env::var("CONCLAVE_FAULTS").is_ok_and(|form| form == "long")
}

/// The way in which room is taken away.
pub enum Squeeze {
    Disk { filler: PathBuf },
    Limit { usual: Rlimit },
}

impl Squeeze {
    pub fn new(how: &str, folder: &Path) -> Result<Self, String> {
        match how {
            "disk" => Ok(Self::Disk { filler: folder.join("filler") }),
            "limit" => Ok(Self::Limit { usual: getrlimit(Resource::Fsize) }),
            _ => Err(format!("there is no way \"{how}\" to fill a disk")),
        }
    }

    pub fn steps(&self) -> Vec<u64> {
        let all = match self {
            Self::Disk { .. } => PAGES,
            Self::Limit { .. } => LIMITS,
        };
        let taken = |n: usize| long() || n % 3 == 1;
        all.into_iter().enumerate().filter(|(n, _)| taken(*n)).map(|(_, room)| room).collect()
    }

    /// The room to try next, to come close to where it just fits: there the database's commit succeeds and the anchor, which
    /// is written after it, finds no room.
    pub fn between(&self, tally: &Tally) -> Option<u64> {
        let least = tally.least?;
        let close = matches!(self, Self::Limit { .. }) || tally.most + 1 >= least;
        (!close).then(|| tally.most.midpoint(least))
    }

    /// Leaves only so much room.
    pub fn tighten(&self, room: u64) -> Result<(), String> {
        match self {
            Self::Disk { filler } => fill(filler, room * 4096).map_err(|e| format!("the filler: {e}")),
            Self::Limit { usual } => setrlimit(Resource::Fsize, Rlimit { current: Some(room), maximum: usual.maximum })
                .map_err(|e| format!("the limit: {e}")),
        }
    }

    pub fn loosen(&self) -> Result<(), String> {
        match self {
            Self::Disk { filler } => match fs::remove_file(filler) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(format!("the filler: {error}")),
                _ => Ok(()),
            },
            Self::Limit { usual } => setrlimit(Resource::Fsize, *usual).map_err(|e| format!("the limit: {e}")),
        }
    }

    /// What a person may be told.
    pub fn fits(&self, kind: &FaultKind) -> bool {
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
    let block = vec![0x5a_u8; 1 << 20];
    let full = loop {
        // A write at the end of the disk takes what still fits; the next one tells that it is full.
        if let Err(error) = file.write_all(&block) {
            break error;
        }
    };
    if full.kind() != std::io::ErrorKind::StorageFull {
        return Err(full);
    }
    let length = file.metadata()?.len();
    if length < free {
        return Err(std::io::Error::other("the disk has less room than is to be left"));
    }
    OpenOptions::new().write(true).open(path)?.set_len(length - free)
}

/// How often what happened.
#[derive(Default)]
pub struct Tally {
    pub refused: u64,
    pub done: u64,
    pub unconfirmed: u64,
    /// The most room in which it was refused, and the least in which it was done.
    pub most: u64,
    pub least: Option<u64>,
}

impl Tally {
    pub fn note(&mut self, room: u64, done: bool) {
        if done {
            self.least = Some(self.least.map_or(room, |least| least.min(room)));
        } else {
            self.most = self.most.max(room);
        }
    }
}
