//! The two files of a header, and which of them is believed.
//!
//! `keys.json` counts. Its copy is written after it and read only when `keys.json` is missing, damaged or, after
//! unlocking, found to be changed by somebody without the key. A wrong passphrase is no reason to look into the copy:
//! it may be the older one, with an older passphrase.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::canon::{Damage, EnvelopeError, MAX_BYTES};
use super::{FORMAT, Header, HeaderError, HeaderFile, Unlocked, Who};
use crate::atomic::atomic_write;
use crate::slot::Secret;

/// File name of the header.
pub const HEADER_NAME: &str = "keys.json";
/// File name of its second copy.
pub const COPY_NAME: &str = "keys.json.bak";

/// How one of the two files was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Intact, and the same as the header in use.
    Good,
    /// Intact, but another content than the header in use: left behind by a crash between two writes.
    Differs,
    /// Not usable.
    Damaged(Damage),
    /// Intact, of a newer format than this program knows.
    Newer(u64),
}

/// A header as it was found in its folder.
#[derive(Debug)]
pub struct HeaderFiles {
    header: Header,
    source: HeaderFile,
    primary: FileState,
    copy: FileState,
    /// The intact copy, where it is another than the header in use.
    other: Option<Header>,
}

/// What came of saving. `keys.json` is durable whatever happened to the copy.
#[derive(Debug)]
#[must_use]
pub struct Saved {
    /// Why the copy could not be written. The change is committed nevertheless; the next save or heal writes it.
    pub copy_error: Option<io::Error>,
}

impl HeaderFiles {
    /// Reads both files of a vault folder. Needs no secret.
    ///
    /// # Errors
    /// [`HeaderError::NotAVault`], [`HeaderError::NewerFormat`], [`HeaderError::Damaged`] if neither file is usable,
    /// [`HeaderError::Io`] if the folder may not be read.
    pub fn read(folder: &Path) -> Result<Self, HeaderError> {
        let primary = read_bytes(folder, HeaderFile::Primary)?;
        let copy = read_bytes(folder, HeaderFile::Copy)?;
        if !looks_like_a_header(&primary) && !looks_like_a_header(&copy) {
            return Err(HeaderError::NotAVault { path: folder.to_owned() });
        }
        match (parse(primary), parse(copy)) {
            (Err(EnvelopeError::Newer(found)), _)
            | (Err(EnvelopeError::Damaged(_)), Err(EnvelopeError::Newer(found))) => {
                Err(HeaderError::NewerFormat { found, known: FORMAT })
            }
            (Ok(header), Ok(copy)) if header == copy => Ok(Self {
                header,
                source: HeaderFile::Primary,
                primary: FileState::Good,
                copy: FileState::Good,
                other: None,
            }),
            // A re-key is committed by a higher generation; whatever names a lower one is older.
            (Ok(older), Ok(header)) if older.generation() < header.generation() => Ok(Self {
                header,
                source: HeaderFile::Copy,
                primary: FileState::Differs,
                copy: FileState::Good,
                other: Some(older),
            }),
            (Ok(header), copy) => {
                let state = copy.as_ref().map_or_else(|error| FileState::from(*error), |_| FileState::Differs);
                let other = copy.ok();
                Ok(Self { header, source: HeaderFile::Primary, primary: FileState::Good, copy: state, other })
            }
            (Err(error), Ok(header)) => {
                Ok(Self { header, source: HeaderFile::Copy, primary: error.into(), copy: FileState::Good, other: None })
            }
            (Err(EnvelopeError::Damaged(detail)), Err(_)) => {
                Err(HeaderError::Damaged { which: HeaderFile::Primary, detail, copy_usable: false })
            }
        }
    }

    /// The header in use.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The intact file of the two that is not in use and says something else.
    #[must_use]
    pub fn other(&self) -> Option<&Header> {
        self.other.as_ref()
    }

    /// Whether one of the two files was found damaged or missing.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        [self.primary, self.copy].iter().any(|s| matches!(s, FileState::Damaged(_)))
    }

    /// The header in use, on its own.
    #[must_use]
    pub fn into_header(self) -> Header {
        self.header
    }

    /// The file that the header in use came from.
    #[must_use]
    pub fn source(&self) -> HeaderFile {
        self.source
    }

    /// How `keys.json` was found.
    #[must_use]
    pub fn primary(&self) -> FileState {
        self.primary
    }

    /// How the copy was found.
    #[must_use]
    pub fn copy(&self) -> FileState {
        self.copy
    }

    /// Whether the two files should be written again: save the header after it was unlocked.
    #[must_use]
    pub fn needs_healing(&self) -> bool {
        self.primary != FileState::Good || self.copy != FileState::Good
    }

    /// Unlocks with the header in use or, if that turns out to be changed by somebody without the key, with the intact
    /// copy, which is the header in use from then on.
    ///
    /// # Errors
    /// As [`Header::unlock`].
    pub fn unlock(&mut self, who: &Who<'_>, secret: Secret<'_>) -> Result<Unlocked, HeaderError> {
        let detail = match self.header.unlock(who, secret) {
            Err(HeaderError::Damaged { detail, .. }) => detail,
            result => return result,
        };
        if let Some(other) = self.other.take() {
            if let Ok(unlocked) = other.unlock(who, secret) {
                self.header = other;
                self.source = HeaderFile::Copy;
                (self.primary, self.copy) = (FileState::Damaged(detail), FileState::Good);
                return Ok(unlocked);
            }
            self.other = Some(other);
        }
        Err(HeaderError::Damaged { which: self.source, detail, copy_usable: self.other.is_some() })
    }
}

impl Header {
    /// Writes `keys.json`, which commits, and then its copy. Each is written beside, made durable and renamed.
    ///
    /// # Errors
    /// [`HeaderError::Io`] if `keys.json` could not be replaced; the old one is then in place.
    pub fn save(&self, folder: &Path) -> Result<Saved, HeaderError> {
        let bytes = self.to_bytes();
        atomic_write(&folder.join(HEADER_NAME), &bytes).map_err(|source| HeaderError::Io {
            which: HeaderFile::Primary,
            action: "written",
            source,
        })?;
        Ok(Saved { copy_error: atomic_write(&folder.join(COPY_NAME), &bytes).err() })
    }
}

impl From<EnvelopeError> for FileState {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Newer(found) => Self::Newer(found),
            EnvelopeError::Damaged(damage) => Self::Damaged(damage),
        }
    }
}

type Found = Result<Vec<u8>, Damage>;

fn parse(found: Found) -> Result<Header, EnvelopeError> {
    Header::from_bytes(&found.map_err(EnvelopeError::Damaged)?)
}

/// Reads one file. A file that is missing or unreadable is damage, for which there is the copy; a file that may not be read
/// is the person's to solve.
fn read_bytes(folder: &Path, which: HeaderFile) -> Result<Found, HeaderError> {
    let io_error = |source| HeaderError::Io { which, action: "read", source };
    let file = match File::open(folder.join(which.name())) {
        Ok(file) => file,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(Err(Damage::Missing)),
                io::ErrorKind::PermissionDenied => Err(io_error(error)),
                _ => Ok(Err(Damage::Unreadable)),
            };
        }
    };
    let mut bytes = Vec::new();
    Ok(match file.take(MAX_BYTES + 1).read_to_end(&mut bytes) {
        Err(_) => Err(Damage::Unreadable),
        Ok(_) if bytes.len() as u64 > MAX_BYTES => Err(Damage::TooLarge),
        Ok(_) => Ok(bytes),
    })
}

/// Whether a file was a header once. Two marks far apart, so that one damaged byte does not hide a vault; what is too short to
/// tell counts as cut off.
fn looks_like_a_header(found: &Found) -> bool {
    let has = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    match found {
        Err(Damage::Missing) => false,
        Err(_) => true,
        Ok(bytes) => bytes.len() < 64 || has(bytes, b"\"checksum\"") || has(bytes, b"conclave vault"),
    }
}
