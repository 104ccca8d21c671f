//! The seal: two comment lines of the PDF that hold the hash of everything else and a signature over it.
//!
//! An archive file must end with its end-of-file mark, so the lines stand before the last `startxref`:
//!
//! ```text
//! …
//! %CONCLAVE-SHA256 <64 hex digits>
//! %CONCLAVE-SIGNATURE ed25519 <64 hex digits: public key> <128 hex digits: signature>     (only if signed)
//! startxref
//! <offset>
//! %%EOF
//! ```
//!
//! Hashed are all bytes before the first of these lines followed by all bytes after the last of them. The signature is
//! over `conclave-pack-v1`, a zero byte and the 32 bytes of the hash. Digits are lower case; the file ends with one
//! line feed after the end-of-file mark. Anything else is no seal.

use crate::Signer;
use crate::error::PackError;
use sha2::{Digest, Sha256};
use std::fmt::Write;

const HASH: &[u8] = b"%CONCLAVE-SHA256 ";
const SIGNATURE: &[u8] = b"%CONCLAVE-SIGNATURE ed25519 ";
const TAIL: &[u8] = b"startxref\n";
const END: &[u8] = b"\n%%EOF\n";
/// The seal, the offset and the end-of-file mark are shorter than this.
const LONGEST: usize = 512;

/// A seal that was found.
pub(crate) struct Seal {
    /// The hash that it states.
    pub stated: [u8; 32],
    /// The hash that the bytes have.
    pub found: [u8; 32],
    /// Public key and signature.
    pub signature: Option<([u8; 32], [u8; 64])>,
    /// Where the seal begins.
    pub start: usize,
}

/// What a signature is over.
pub(crate) fn message(hash: &[u8; 32]) -> Vec<u8> {
    let mut message = b"conclave-pack-v1\0".to_vec();
    message.extend_from_slice(hash);
    message
}

/// Seals a PDF: the whole file, and its hash in hex digits.
pub(crate) fn seal(pdf: Vec<u8>, signer: Option<&dyn Signer>) -> Result<Vec<u8>, PackError> {
    let unusual = || PackError::Printing { detail: "the end of the file is not where it should be".to_owned() };
    let at = pdf.windows(TAIL.len()).rposition(|window| window == TAIL).ok_or_else(unusual)?;
    let (front, tail) = pdf.split_at(at);
    let offset: String =
        tail.iter().skip(TAIL.len()).take_while(|b| b.is_ascii_digit()).map(|&b| char::from(b)).collect();
    if offset.is_empty() || !front.ends_with(b"\n") {
        return Err(unusual());
    }
    let tail = [TAIL, offset.as_bytes(), END].concat();
    let hash = hash_of(front, &tail);
    let mut bytes = front.to_vec();
    bytes.extend_from_slice(HASH);
    bytes.extend_from_slice(hex(&hash).as_bytes());
    bytes.push(b'\n');
    if let Some(signer) = signer {
        bytes.extend_from_slice(SIGNATURE);
        bytes.extend_from_slice(hex(&signer.public_key()).as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(hex(&signer.sign(&message(&hash))).as_bytes());
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(&tail);
    Ok(bytes)
}

/// Finds the seal at the end of a file and computes the hash anew.
pub(crate) fn open(bytes: &[u8]) -> Result<Seal, PackError> {
    let bad = |detail| PackError::BadSeal { detail };
    let from = bytes.len().saturating_sub(LONGEST);
    let end = bytes.get(from..).unwrap_or_default();
    let at = end.windows(HASH.len()).rposition(|window| window == HASH).ok_or(PackError::NoSeal)?;
    let start = from + at;
    if start == 0 || bytes.get(start - 1) != Some(&b'\n') {
        return Err(bad("it does not begin a line"));
    }
    let mut rest = bytes.get(start + HASH.len()..).unwrap_or_default();
    let stated = take_hex::<32>(&mut rest).ok_or(bad("its hash is not readable"))?;
    take(&mut rest, b"\n").ok_or(bad("its first line is not readable"))?;
    let mut signature = None;
    if take(&mut rest, SIGNATURE).is_some() {
        let key = take_hex::<32>(&mut rest).ok_or(bad("its public key is not readable"))?;
        take(&mut rest, b" ").ok_or(bad("its signature is not readable"))?;
        let signed = take_hex::<64>(&mut rest).ok_or(bad("its signature is not readable"))?;
        take(&mut rest, b"\n").ok_or(bad("its signature is not readable"))?;
        signature = Some((key, signed));
    }
    let tail = rest;
    take(&mut rest, TAIL).ok_or(bad("the end of the file does not follow it"))?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || rest.get(digits..) != Some(END) {
        return Err(bad("the end of the file is not as it was written"));
    }
    let found = hash_of(bytes.get(..start).unwrap_or_default(), tail);
    Ok(Seal { stated, found, signature, start })
}

fn hash_of(front: &[u8], tail: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(front);
    hasher.update(tail);
    hasher.finalize().into()
}

fn take(rest: &mut &[u8], what: &[u8]) -> Option<()> {
    *rest = rest.strip_prefix(what)?;
    Some(())
}

fn take_hex<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    for (index, byte) in out.iter_mut().enumerate() {
        let digit = |at: usize| match rest.get(at)? {
            b @ b'0'..=b'9' => Some(b - b'0'),
            b @ b'a'..=b'f' => Some(b - b'a' + 10),
            _ => None,
        };
        *byte = digit(2 * index)? << 4 | digit(2 * index + 1)?;
    }
    *rest = rest.get(2 * N..)?;
    Some(out)
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        // Writing into a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The SHA-256 of bytes in hex digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
