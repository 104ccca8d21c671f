//! What can go wrong with evidence files.

use std::fmt;
use std::io;

use crate::crypto::CryptoError;

/// An error of the evidence store. It names no path and no content.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The source gave more than was allowed. Nothing was kept.
    #[error("The file is larger than {limit} bytes: it has at least {found}.")]
    TooLarge {
        /// How many bytes were allowed.
        limit: u64,
        /// How many were read when that was noticed: the file has at least so many.
        found: u64,
    },
    /// The watch said stop. A write kept nothing.
    #[error("It was cancelled.")]
    Cancelled,
    /// A chunk file is not there.
    #[error("Chunk {index} of the evidence file is missing.")]
    Missing {
        /// Its number, from 0.
        index: u32,
    },
    /// A chunk is not as it was written, or belongs elsewhere, or key or size are another's.
    #[error("Chunk {index} of the evidence file is damaged.")]
    Damaged {
        /// Its number, from 0.
        index: u32,
    },
    /// All chunks are intact, but together they do not have the expected SHA-256.
    #[error("The evidence file is not the one that was recorded.")]
    OtherContent,
    /// The source, the sink or the file system refused.
    #[error("{action}: {source}")]
    Io {
        /// What was being done.
        action: IoAction,
        /// The cause.
        source: io::Error,
    },
    /// The cipher refused, which it does not for chunks.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl EvidenceError {
    /// Whether there is no room for what was to be written: disk full, quota used up, or file too large for the file system.
    #[must_use]
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        matches!(self, Self::Io { source, .. } if matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge))
    }
}

/// What was being done when the source, the sink or the file system refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IoAction {
    /// Reading the file that is to be stored.
    ReadSource,
    /// Writing the content to where it was asked for.
    WriteSink,
    /// Writing a chunk into the vault, or making it durable.
    WriteChunk,
    /// Reading a chunk of the vault.
    ReadChunk,
    /// Listing the chunks.
    List,
    /// Removing chunks.
    Remove,
}

impl IoAction {
    pub(super) fn error(self) -> impl FnOnce(io::Error) -> EvidenceError {
        move |source| EvidenceError::Io { action: self, source }
    }
}

impl fmt::Display for IoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadSource => "The file could not be read",
            Self::WriteSink => "The copy could not be written",
            Self::WriteChunk => "The evidence file could not be written into the vault",
            Self::ReadChunk => "The evidence file could not be read from the vault",
            Self::List => "The evidence folder could not be listed",
            Self::Remove => "The evidence file could not be removed from the vault",
        })
    }
}
