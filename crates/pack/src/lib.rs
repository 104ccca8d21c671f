//! The audit pack: what it says as a tree, laid out on pages, printed as a PDF, made an archive file, sealed and verified.
//!
//! [`tree`] is the input: chapters of headings, texts, tables and figures that know no page. [`build`] makes the PDF,
//! [`verify`] recomputes its hashes. The steps in between know nothing of each other's insides: `text` turns text into
//! lines of glyphs, `layout` lines into pages, `pdf` pages into a file, `seal` adds hash and signature.

mod check;
pub mod content;
mod error;
mod layout;
mod manifest;
mod pdf;
mod progress;
mod seal;
mod text;
pub mod tree;

pub use check::{Verified, verify};
pub use error::PackError;

use progress::Progress;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// A pack with more attached bytes is refused.
const MOST_ATTACHED: u64 = 512 << 20;

/// Whoever signs a pack.
pub trait Signer {
    /// The Ed25519 public key.
    fn public_key(&self) -> [u8; 32];
    /// The Ed25519 signature of a message.
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

/// A finished pack.
#[derive(Debug, Clone)]
pub struct Built {
    /// The file.
    pub bytes: Vec<u8>,
    /// The number of its pages.
    pub pages: u32,
    /// The SHA-256 of the whole file, seal included, in hex digits.
    pub sha256: String,
    /// What a person should know, in sentences: characters that could only be shown as their codes.
    pub warnings: Vec<String>,
}

/// Makes the PDF of a pack. The same pack and signer give the same bytes.
///
/// `progress` gets the work done and the work in all, in units of its own, and may break off.
///
/// # Errors
/// [`PackError::Cancelled`] if `progress` breaks off; the other kinds if the pack cannot be printed as it should be, since
/// a bad file must not leave the house.
pub fn build(
    pack: &tree::Pack,
    signer: Option<&dyn Signer>,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Built, PackError> {
    check_attachments(pack)?;
    // Laying out is about half of the work.
    let mut progress = Progress::new(progress, layout::work(pack) * 2);
    let laid = layout::lay_out(pack, &mut progress)?;
    let document = pdf::print(&laid, &mut progress)?;
    let key = signer.map(|signer| seal::hex(&signer.public_key()));
    let bytes = pdf::archive(document, pack, &laid, key)?;
    let bytes = seal::seal(bytes, signer)?;
    progress.share(1.0)?;
    let pages = laid.pages.len() as u32;
    tracing::debug!(pages, bytes = bytes.len(), "audit pack built");
    Ok(Built { sha256: seal::sha256_hex(&bytes), bytes, pages, warnings: laid.warnings })
}

fn check_attachments(pack: &tree::Pack) -> Result<(), PackError> {
    let size: u64 = pack.attachments.iter().map(|file| file.bytes.len() as u64).sum();
    if size > MOST_ATTACHED {
        return Err(PackError::TooLarge { what: "attachments", bytes: size, limit: MOST_ATTACHED });
    }
    let mut names = BTreeSet::from([manifest::NAME]);
    match pack.attachments.iter().find(|file| !names.insert(&file.name)) {
        Some(file) => Err(PackError::SameName { name: file.name.clone() }),
        None => Ok(()),
    }
}
