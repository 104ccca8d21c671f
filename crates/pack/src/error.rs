//! Why a pack could not be made or read, said so that a person can act on it.

use std::fmt;
use thiserror::Error;

/// A refusal: one sentence with what happened, one with what to do next. No file was written.
#[derive(Debug, Error)]
pub enum PackError {
    /// The caller cancelled.
    Cancelled,
    /// The pack would be larger than the limit.
    TooLarge {
        /// What is too large, with its article.
        what: &'static str,
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Two attachments of one name: a reader could not tell them apart.
    SameName {
        /// The name.
        name: String,
    },
    /// A font of this program cannot be read.
    Font {
        /// Its name.
        name: &'static str,
    },
    /// The PDF writer gave a warning, or its result is not what was asked for.
    Printing {
        /// What it said.
        detail: String,
    },
    /// Not a PDF at all.
    NotAPdf,
    /// A PDF without a seal: no pack, or its end is missing.
    NoSeal,
    /// A seal that cannot be followed.
    BadSeal {
        /// What is wrong with it.
        detail: &'static str,
    },
}

impl PackError {
    /// What happened.
    pub fn sentence(&self) -> String {
        match self {
            Self::Cancelled => "The pack was cancelled.".into(),
            Self::TooLarge { what, bytes, limit } => {
                format!("The pack has {what} of {}, more than the limit of {}.", size(*bytes), size(*limit))
            }
            Self::SameName { name } => format!("Two attachments of the pack have the name “{name}”."),
            Self::Font { name } => format!("The built-in font {name} cannot be read."),
            Self::Printing { detail } => format!("The PDF could not be written as it should be: {detail}."),
            Self::NotAPdf => "This file is not a PDF.".into(),
            Self::NoSeal => "This PDF carries no Conclave seal: it is not an audit pack, or its end is missing.".into(),
            Self::BadSeal { detail } => format!("The seal of this pack is damaged: {detail}."),
        }
    }

    /// What to do next.
    pub fn next(&self) -> &'static str {
        match self {
            Self::Cancelled => "Nothing was written; start again when you are ready.",
            Self::TooLarge { .. } => "Choose fewer systems or leave out attachments.",
            Self::SameName { .. } => "Rename one of them and try again.",
            Self::Font { .. } => "Install the program again.",
            Self::Printing { .. } => "Try again; if it happens again, report this sentence. No file was written.",
            Self::NotAPdf => "Choose the PDF file of an audit pack.",
            Self::NoSeal | Self::BadSeal { .. } => "Fetch the file again from whoever gave it to you.",
        }
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sentence(), self.next())
    }
}

/// A size as a person says it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
