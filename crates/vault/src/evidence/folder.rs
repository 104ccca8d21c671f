//! The folder of the chunks: names, writing and reading one file, listing, removing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::chunk::file_bytes;
use super::plan::Plan;
use super::{EvidenceError, EvidenceStore, IoAction, StoreId};
use crate::atomic::{private, sync_folder};
use crate::crypto::hex;

/// End of the name of a chunk whose writing did not finish.
const BESIDE: &str = ".new";

impl EvidenceStore {
    /// The contents of which there is at least one chunk. Those that the database does not know are orphans.
    ///
    /// # Errors
    /// [`EvidenceError::Io`] if the folder cannot be listed; a folder that does not exist holds nothing.
    pub fn ids(&self) -> Result<BTreeSet<StoreId>, EvidenceError> {
        Ok(self.names()?.into_iter().filter(|name| !name.unfinished).map(|name| name.id).collect())
    }

    /// The files of a content of `size` bytes in order, for a backup. Their presence and lengths are looked at, their bytes not.
    ///
    /// # Errors
    /// [`EvidenceError::Missing`] or [`EvidenceError::Damaged`] for the first file that is not there or has another length.
    pub fn files(&self, id: &StoreId, size: u64) -> Result<Vec<PathBuf>, EvidenceError> {
        let plan = Plan::new(size, self.chunk_bytes);
        let mut files = Vec::new();
        for index in 0..plan.chunks() {
            let path = self.path(id, index);
            look(&path, index, file_bytes(plan.content_bytes(index)))?;
            files.push(path);
        }
        Ok(files)
    }

    /// The names of a content's files in order, whether or not they are there.
    #[must_use]
    pub fn chunk_names(&self, id: &StoreId, size: u64) -> Vec<String> {
        let name = |index| Name { id: *id, index, unfinished: false }.to_string();
        (0..Plan::new(size, self.chunk_bytes).chunks()).map(name).collect()
    }

    /// Removes all chunks of a content, durably. One that is not there is removed already.
    ///
    /// # Errors
    /// [`EvidenceError::Io`] if a file could not be removed; the others are.
    pub fn remove(&self, id: &StoreId) -> Result<(), EvidenceError> {
        self.remove_if(|name| name.id == *id).map(drop)
    }

    /// Removes what a crash left between writing and the database row: chunks of contents that are not `known`, and unfinished
    /// files. Returns how many files.
    ///
    /// Call it while nothing is being written, and name every content that still has a row: what is not named is lost.
    /// Files with other names are left alone.
    ///
    /// # Errors
    /// [`EvidenceError::Io`] if a file could not be removed; the others are.
    pub fn sweep(&self, known: &BTreeSet<StoreId>) -> Result<u64, EvidenceError> {
        self.remove_if(|name| name.unfinished || !known.contains(&name.id))
    }

    fn remove_if(&self, goes: impl Fn(&Name) -> bool) -> Result<u64, EvidenceError> {
        let (mut removed, mut failed) = (0, None);
        for name in self.names()?.iter().filter(|name| goes(name)) {
            match fs::remove_file(self.folder.join(name.to_string())) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if removed > 0
            && let Err(error) = sync_folder(&self.folder)
        {
            failed = failed.or(Some(error));
        }
        failed.map_or(Ok(removed), |error| Err(IoAction::Remove.error()(error)))
    }

    /// Every file that is named as a chunk is, finished or not, in the order of ids and numbers.
    fn names(&self) -> Result<BTreeSet<Name>, EvidenceError> {
        let list = || -> io::Result<BTreeSet<Name>> {
            let mut names = BTreeSet::new();
            for entry in fs::read_dir(&self.folder)? {
                let entry = entry?;
                if let Some(name) = entry.file_name().to_str().and_then(Name::parse)
                    && !entry.file_type().is_ok_and(|kind| kind.is_dir())
                {
                    names.insert(name);
                }
            }
            Ok(names)
        };
        match list() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.folder.exists() => Ok(BTreeSet::new()),
            listed => listed.map_err(IoAction::List.error()),
        }
    }

    /// Makes the folder, for its owner alone, if there is none.
    pub(super) fn make_folder(&self) -> Result<(), EvidenceError> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && self.folder.is_dir() => Ok(()),
            made => made.map_err(IoAction::WriteChunk.error()),
        }
    }

    /// Reads the file of a chunk into `room`, which is as long as the file has to be.
    pub(super) fn load(&self, id: &StoreId, index: u32, room: &mut [u8]) -> Result<(), EvidenceError> {
        let path = self.path(id, index);
        look(&path, index, room.len())?;
        File::open(&path).and_then(|mut file| file.read_exact(room)).map_err(|error| refused(error, index))
    }

    fn path(&self, id: &StoreId, index: u32) -> PathBuf {
        self.folder.join(Name { id: *id, index, unfinished: false }.to_string())
    }
}

/// A look at a chunk's file before it is opened: anything else in its place (a pipe would block) is damage.
fn look(path: &Path, index: u32, bytes: usize) -> Result<(), EvidenceError> {
    let found = fs::symlink_metadata(path).map_err(|error| refused(error, index))?;
    if found.is_file() && found.len() == bytes as u64 { Ok(()) } else { Err(EvidenceError::Damaged { index }) }
}

fn refused(error: io::Error, index: u32) -> EvidenceError {
    match error.kind() {
        io::ErrorKind::NotFound => EvidenceError::Missing { index },
        io::ErrorKind::UnexpectedEof => EvidenceError::Damaged { index },
        _ => IoAction::ReadChunk.error()(error),
    }
}

/// Name of a chunk's file: `ID.INDEX`, 32 hexadecimal and 8 decimal digits, or that with `.new`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    id: StoreId,
    index: u32,
    unfinished: bool,
}

impl Name {
    fn parse(text: &str) -> Option<Self> {
        let (text, unfinished) = text.strip_suffix(BESIDE).map_or((text, false), |text| (text, true));
        let (id, index) = text.split_once('.')?;
        if index.len() != 8 || !index.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        Some(Self { id: hex::decode(id)?, index: index.parse().ok()?, unfinished })
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:08}{}", hex::encode(&self.id), self.index, if self.unfinished { BESIDE } else { "" })
    }
}

/// The chunks of a content that is being written. Dropped before [`Unfinished::keep`], it removes them.
pub(super) struct Unfinished<'s> {
    store: &'s EvidenceStore,
    id: StoreId,
    begun: u32,
}

impl<'s> Unfinished<'s> {
    pub(super) fn new(store: &'s EvidenceStore, id: StoreId) -> Self {
        Self { store, id, begun: 0 }
    }

    /// Writes the file of a chunk: beside, durable, renamed. The name itself is made durable with the folder, at the end.
    pub(super) fn put(&mut self, index: u32, bytes: &[u8]) -> Result<(), EvidenceError> {
        self.begun = index + 1;
        let beside = self.beside(index);
        let write = || {
            let mut file = private().write(true).create_new(true).open(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            drop(file);
            fs::rename(&beside, self.store.path(&self.id, index))
        };
        write().map_err(IoAction::WriteChunk.error())
    }

    /// The content is durable and stays.
    pub(super) fn keep(mut self) {
        self.begun = 0;
    }

    fn beside(&self, index: u32) -> PathBuf {
        self.store.folder.join(Name { id: self.id, index, unfinished: true }.to_string())
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // What cannot be removed now goes with the next sweep; the error that led here is the one that matters.
        for index in (0..self.begun).rev() {
            let _ = fs::remove_file(self.store.path(&self.id, index));
            let _ = fs::remove_file(self.beside(index));
        }
    }
}
