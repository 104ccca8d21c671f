//! What can be wrong with a header, told apart so that each gets its own sentence and its own way forward.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::canon::Damage;
use crate::crypto::CryptoError;
use crate::kdf::KdfError;
use crate::slot::SlotError;

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFile {
    /// `keys.json`.
    Primary,
    /// `keys.json.bak`.
    Copy,
}

impl HeaderFile {
    /// Its file name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => super::HEADER_NAME,
            Self::Copy => super::COPY_NAME,
        }
    }
}

impl fmt::Display for HeaderFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a header could not be read, unlocked, changed or written.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// The folder holds no vault.
    #[error("There is no vault at {}.", .path.display())]
    NotAVault {
        /// The folder that was looked into.
        path: PathBuf,
    },
    /// The vault was written by a newer program.
    #[error("This vault has format {found}; this program knows formats up to {known}.")]
    NewerFormat {
        /// The format of the file.
        found: u64,
        /// The newest format of this program.
        known: u64,
    },
    /// The header is not as it was written.
    #[error("{which} is damaged: {detail}.")]
    Damaged {
        /// The file that was read.
        which: HeaderFile,
        /// What is wrong with it.
        detail: Damage,
        /// Whether the second copy is intact. It is used on its own accord where that is safe; where this is true
        /// nevertheless, it opened with this secret no better.
        copy_usable: bool,
    },
    /// The header is intact, and the secret is not the slot's.
    #[error("The passphrase is wrong.")]
    WrongPassphrase,
    /// No slot for whom was asked for.
    #[error("This vault has no such member.")]
    NoSuchMember,
    /// A name or a change that the header cannot take.
    #[error("The {field} cannot be used: {reason}.")]
    Invalid {
        /// What it is about.
        field: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// The unlocked vault is of another vault or generation than the header.
    #[error("The vault was re-keyed or exchanged since it was unlocked.")]
    Outdated,
    /// The key derivation could not run, or is too cheap for a new slot.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// A key could not be sealed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The file system refused.
    #[error("{which} could not be {action}.")]
    Io {
        /// The file.
        which: HeaderFile,
        /// "read" or "written".
        action: &'static str,
        /// What the file system said.
        source: io::Error,
    },
}

impl HeaderError {
    /// Damage that shows after unlocking; the caller adds which file it was.
    pub(super) fn damaged(detail: Damage) -> Self {
        Self::Damaged { which: HeaderFile::Primary, detail, copy_usable: false }
    }
}

impl From<SlotError> for HeaderError {
    fn from(error: SlotError) -> Self {
        match error {
            SlotError::WrongSecret => Self::WrongPassphrase,
            SlotError::Damaged => Self::damaged(Damage::Slot),
            SlotError::Kdf(error) => Self::Kdf(error),
            SlotError::Crypto(error) => Self::Crypto(error),
        }
    }
}
