//! Verifying a pack: hash first, then what is inside, read with care since anyone can write such a file.

mod scan;

use crate::error::PackError;
use crate::manifest::{self, Manifest};
use crate::seal::{self, hex, sha256_hex};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;

/// Larger files are no packs of this program.
const LARGEST: u64 = 1 << 30;

/// What a pack turned out to be.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// Whether every byte is as it was written, and the signature, if there is one, is right. It does not say by whom.
    pub unbroken: bool,
    /// The id that the manifest names.
    pub pack_id: Option<String>,
    /// When the pack was made, as the manifest says.
    pub created: Option<DateTime<Utc>>,
    /// The public key of the signature, in hex digits.
    pub signed_by: Option<String>,
    /// Whether the signature is right; `None` if there is none.
    pub signature_ok: Option<bool>,
    /// What was checked and found right, in sentences.
    pub checked: Vec<String>,
    /// What was found wrong, in sentences.
    pub faults: Vec<String>,
    /// The files inside.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// The journal head that `head.json` names: number and hash of the last entry.
    pub head: Option<(u64, String)>,
}

/// What is read of `head.json`.
#[derive(Deserialize)]
struct Head {
    seq: u64,
    hash: String,
}

/// Recomputes the hashes of a pack and says what differs. Never panics, whatever the bytes.
///
/// # Errors
/// [`PackError::NotAPdf`], [`PackError::NoSeal`] and [`PackError::BadSeal`] if there is nothing to compare with,
/// [`PackError::TooLarge`] beyond one gigabyte.
pub fn verify(bytes: &[u8]) -> Result<Verified, PackError> {
    if bytes.len() as u64 > LARGEST {
        return Err(PackError::TooLarge { what: "a size", bytes: bytes.len() as u64, limit: LARGEST });
    }
    if !bytes.starts_with(b"%PDF-") {
        return Err(PackError::NotAPdf);
    }
    let seal = seal::open(bytes)?;
    let mut verified = Verified::default();
    let whole = seal.stated == seal.found;
    if whole {
        verified.checked.push("Every byte of the file is as it was when the pack was made.".into());
    } else {
        verified
            .faults
            .push("The file was changed after the pack was made: its hash differs from the one in its seal.".into());
    }
    check_signature(&seal, &mut verified);
    let inside = scan::scan(bytes.get(..seal.start).unwrap_or_default());
    check_inside(inside, whole, &mut verified);
    verified.unbroken = whole && verified.signature_ok != Some(false) && verified.faults.is_empty();
    Ok(verified)
}

fn check_signature(seal: &seal::Seal, verified: &mut Verified) {
    let Some((key, signature)) = &seal.signature else {
        verified.checked.push("The pack carries no signature.".into());
        return;
    };
    // Over the hash that the bytes have: a changed file has no right signature, whatever its seal states.
    let ok = VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify_strict(&seal::message(&seal.found), &Signature::from_bytes(signature)).is_ok());
    let key = hex(key);
    if ok {
        verified.checked.push(format!("The signature by the key {key} is right."));
    } else {
        verified.faults.push(format!("The signature by the key {key} does not belong to this content."));
    }
    verified.signed_by = Some(key);
    verified.signature_ok = Some(ok);
}

/// Compares attachments and pages with the manifest.
fn check_inside(inside: scan::Inside, whole: bool, verified: &mut Verified) {
    verified.attachments = inside.attachments;
    let found =
        |name: &str| verified.attachments.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.as_slice());
    let head = found("head.json").and_then(|bytes| serde_json::from_slice::<Head>(bytes).ok());
    let manifest = found(manifest::NAME).and_then(|bytes| serde_json::from_slice::<Manifest>(bytes).ok());
    verified.head = head.map(|head| (head.seq, head.hash));
    let Some(manifest) = manifest else {
        verified.faults.push("The manifest is missing or damaged, so it cannot be said which part was changed.".into());
        return;
    };
    if manifest.format > manifest::FORMAT {
        verified.faults.push(format!(
            "The manifest has format {}; this program understands up to {}.",
            manifest.format,
            manifest::FORMAT
        ));
        return;
    }
    let mut faults = compare_attachments(&manifest, &verified.attachments);
    faults.extend(compare_pages(&manifest.pages, &inside.pages));
    if verified.signed_by != manifest.signer {
        faults.push("The manifest names another signer than the seal: the signature was removed or replaced.".into());
    }
    if faults.is_empty() {
        let (files, pages) = (manifest.attachments.len(), manifest.pages.len());
        verified.checked.push(format!("The hashes of {files} attachments and {pages} pages agree with the manifest."));
        if !whole {
            verified.faults.push("Attachments and pages agree with the manifest; the change lies in fonts, outline, metadata or structure.".into());
        }
    }
    verified.faults.append(&mut faults);
    verified.pack_id = Some(manifest.pack);
    verified.created = Some(manifest.created);
}

fn compare_attachments(manifest: &Manifest, attachments: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut faults = Vec::new();
    for entry in &manifest.attachments {
        match attachments.iter().find(|(name, _)| *name == entry.name) {
            None => faults.push(format!("The attachment {} is missing or cannot be read.", entry.name)),
            Some((_, bytes)) if sha256_hex(bytes) != entry.sha256 || bytes.len() as u64 != entry.size => {
                faults.push(format!("The attachment {} was changed.", entry.name));
            }
            Some(_) => {}
        }
    }
    for (name, _) in attachments {
        if name != manifest::NAME && !manifest.attachments.iter().any(|entry| entry.name == *name) {
            faults.push(format!("The attachment {name} is not in the manifest."));
        }
    }
    faults
}

fn compare_pages(stated: &[String], found: &[Option<String>]) -> Vec<String> {
    /// More are counted, not listed.
    const LISTED: usize = 10;
    if stated.len() != found.len() {
        return vec![format!("The manifest names {} pages; {} can be read.", stated.len(), found.len())];
    }
    let changed: Vec<usize> = stated
        .iter()
        .zip(found)
        .enumerate()
        .filter(|(_, (stated, found))| found.as_ref() != Some(stated))
        .map(|(index, _)| index + 1)
        .collect();
    let mut faults: Vec<String> = changed.iter().take(LISTED).map(|page| format!("Page {page} was changed.")).collect();
    if changed.len() > LISTED {
        faults.push(format!("{} more pages were changed.", changed.len() - LISTED));
    }
    faults
}
