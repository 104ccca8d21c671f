//! Canonical JSON and the checked envelope that `keys.json` and the anchor share.
//!
//! A file is one JSON object in its only allowed spelling, followed by a line feed: members sorted by the bytes of their
//! names, no white space, whole numbers from 0 to 2^64 − 1, lowercase `\u00xx` escapes for control characters only. Whoever
//! finds another spelling finds a damaged file, so every changed byte shows, even one that means the same. The rules of
//! this page hold for all formats to come: a newer format is told from a damaged file by its intact checksum.

use serde_json::{Map, Value};

use crate::crypto::{self, KEY_BYTES, SecretKey, hex};

/// Larger files are not read.
pub const MAX_BYTES: u64 = 4 << 20;

/// What is wrong with a file of the vault folder. It never repeats the file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The file is not there.
    #[error("the file is missing")]
    Missing,
    /// The device could not read it.
    #[error("the file cannot be read from the disk")]
    Unreadable,
    /// Larger than such a file can be.
    #[error("the file is larger than it can be")]
    TooLarge,
    /// Not a JSON object.
    #[error("the file is not readable text of the expected form")]
    Syntax,
    /// JSON, but not in its one allowed spelling.
    #[error("the file is not spelled as this program writes it")]
    Spelling,
    /// The checksum does not match the content.
    #[error("the checksum does not match")]
    Checksum,
    /// The content is intact but makes no sense.
    #[error("the content of \"{0}\" is not valid")]
    Content(&'static str),
    /// The keyed checksum does not match: written by somebody without the data key.
    #[error("the content was changed by somebody who does not hold the key")]
    Mac,
    /// The parts of a key slot do not belong together.
    #[error("the parts of a key slot do not belong together")]
    Slot,
}

/// Why an envelope was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeError {
    /// Intact, but of a format that this program does not know.
    Newer(u64),
    /// Anything else.
    Damaged(Damage),
}

/// What an envelope is: its `type` member and the labels of its checksums.
#[derive(Clone, Copy, Debug)]
pub struct EnvelopeKind {
    /// Value of the member `type`.
    pub name: &'static str,
    /// The newest format that this program knows.
    pub format: u64,
    /// First bytes of what the plain checksum is taken over.
    pub checksum_label: &'static str,
    /// First bytes of what the keyed checksum is taken over.
    pub mac_label: &'static str,
}

impl EnvelopeKind {
    /// Reads a file: spelling, type, checksum, format, in this order.
    pub fn open(self, bytes: &[u8]) -> Result<Map<String, Value>, EnvelopeError> {
        use EnvelopeError::{Damaged, Newer};
        let value: Value = serde_json::from_slice(bytes).map_err(|_| Damaged(Damage::Syntax))?;
        let Value::Object(object) = value else {
            return Err(Damaged(Damage::Syntax));
        };
        if file_bytes(&object).as_deref() != Some(bytes) {
            return Err(Damaged(Damage::Spelling));
        }
        let stated = object.get("checksum").and_then(Value::as_str).and_then(hex::decode::<KEY_BYTES>);
        if stated.is_none() || stated != self.checksum(&object) {
            return Err(Damaged(Damage::Checksum));
        }
        if object.get("type").and_then(Value::as_str) != Some(self.name) {
            return Err(Damaged(Damage::Content("type")));
        }
        match object.get("format").and_then(Value::as_u64) {
            Some(found) if found > self.format => Err(Newer(found)),
            Some(found) if found > 0 => Ok(object),
            _ => Err(Damaged(Damage::Content("format"))),
        }
    }

    /// The plain checksum: SHA-256 over the label and the canonical object without `checksum`.
    pub fn checksum(self, object: &Map<String, Value>) -> Option<[u8; KEY_BYTES]> {
        let bytes = canonical(object, &["checksum"])?;
        Some(crypto::sha256(&[self.checksum_label.as_bytes(), &bytes]))
    }

    /// The keyed checksum: HMAC-SHA256 over the label and the canonical object without `checksum` and `mac`.
    pub fn mac(self, object: &Map<String, Value>, key: &SecretKey) -> Option<[u8; KEY_BYTES]> {
        let bytes = canonical(object, &["checksum", "mac"])?;
        Some(crypto::mac(key, &[self.mac_label.as_bytes(), &bytes]))
    }

    /// Whether `expected` is the keyed checksum of the object; compared in constant time.
    pub fn mac_matches(self, object: &Map<String, Value>, key: &SecretKey, expected: &[u8; KEY_BYTES]) -> bool {
        canonical(object, &["checksum", "mac"])
            .is_some_and(|bytes| crypto::mac_matches(key, &[self.mac_label.as_bytes(), &bytes], expected))
    }
}

/// The bytes of a file that holds this object. None if it holds what the format has no spelling for.
pub fn file_bytes(object: &Map<String, Value>) -> Option<Vec<u8>> {
    let mut bytes = canonical(object, &[])?;
    bytes.push(b'\n');
    Some(bytes)
}

/// The canonical bytes of an object without some of its members.
pub fn canonical(object: &Map<String, Value>, without: &[&str]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(2048);
    write_object(object, without, &mut bytes)?;
    Some(bytes)
}

fn write_object(object: &Map<String, Value>, without: &[&str], out: &mut Vec<u8>) -> Option<()> {
    // Sorted here and not by the map: another crate may switch serde_json to keeping the order of insertion.
    let mut members: Vec<_> = object.iter().filter(|(name, _)| !without.contains(&name.as_str())).collect();
    members.sort_unstable_by_key(|(name, _)| name.as_bytes());
    out.push(b'{');
    for (index, (name, value)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(name, out);
        out.push(b':');
        write_value(value, out)?;
    }
    out.push(b'}');
    Some(())
}

fn write_value(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => out.extend_from_slice(number.as_u64()?.to_string().as_bytes()),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(object) => write_object(object, &[], out)?,
    }
    Some(())
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for character in text.chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\0'..='\u{1f}' => out.extend_from_slice(format!("\\u{:04x}", u32::from(character)).as_bytes()),
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn canon(text: &str) -> Option<String> {
        let Value::Object(object) = serde_json::from_str(text).unwrap() else { panic!("an object") };
        canonical(&object, &["out"]).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn one_object_has_one_spelling() {
        let spelled =
            canon(r#" {"b": [1, true, null], "out": 5, "a\u0062": "\u00e9\n\"/", "B": {"z":1,"y":2}} "#).unwrap();
        assert_eq!(spelled, r#"{"B":{"y":2,"z":1},"ab":"é\u000a\"/","b":[1,true,null]}"#);
    }

    #[test]
    fn numbers_without_a_spelling_are_refused() {
        assert_eq!(canon(r#"{"a":1.5}"#), None);
        assert_eq!(canon(r#"{"a":-1}"#), None);
        assert_eq!(canon(r#"{"a":1e3}"#), None);
    }
}
