//! What a file is, by its bytes and not by its name.

use super::MAX_UNPACKED;
use crate::error::ExchangeError;
use std::io::{Cursor, Read};

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, probably delimited.
    Text,
    /// An Office Open XML workbook (XLSX, XLSM).
    Workbook,
}

/// First bytes of files that are no tables, and what to call them.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7FELF", "a program"),
    (b"MZ\x90", "a Windows program"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"7z\xBC\xAF", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xFD7zXZ", "an xz archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a rich-text document"),
    (b"\xFF\xFE\0\0", "text in UTF-32"),
    (b"\0\0\xFE\xFF", "text in UTF-32"),
];

/// Recognises the file, or refuses it with what it is.
pub(super) fn kind(file: &str, bytes: &[u8]) -> Result<Kind, ExchangeError> {
    let named_workbook = [".xlsx", ".xlsm", ".xls", ".ods"].iter().any(|end| file.to_lowercase().ends_with(end));
    let refuse = |what: &str| {
        let (file, what) = (file.to_string(), what.to_string());
        if named_workbook {
            ExchangeError::NotAWorkbook { file, what }
        } else {
            ExchangeError::NotATable { file, what }
        }
    };
    if bytes.iter().all(u8::is_ascii_whitespace) || bytes == b"\xEF\xBB\xBF" {
        return Err(ExchangeError::Empty { file: file.to_string() });
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Err(ExchangeError::ZeroBytes { file: file.to_string(), line: None });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return package(file, bytes)?.map_or(Ok(Kind::Workbook), |other| Err(refuse(other)));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        // An encrypted XLSX lies in the same container as an old XLS.
        return Err(if names_part(bytes, "EncryptedPackage") {
            ExchangeError::PasswordProtected { file: file.to_string() }
        } else if names_part(bytes, "Workbook") || names_part(bytes, "Book") {
            ExchangeError::OtherWorkbook {
                file: file.to_string(),
                what: "a workbook of the format before 2007 (XLS)".into(),
            }
        } else {
            refuse("an old Office document")
        });
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(refuse(what));
    }
    if let Some(what) = markup(bytes) {
        return Err(refuse(what));
    }
    let controls = bytes.iter().take(64 * 1024).filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31)).count();
    if controls * 20 > bytes.len().min(64 * 1024) {
        return Err(refuse("a binary file of unknown kind"));
    }
    if named_workbook && !bytes.contains(&0) {
        return Err(refuse("a text file"));
    }
    Ok(Kind::Text)
}

/// Markup and other structured text that would make a nonsensical table.
fn markup(bytes: &[u8]) -> Option<&'static str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start: String = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]).trim_start().to_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        Some("a web page (HTML)")
    } else if start.starts_with("<?xml") {
        Some("an XML document")
    } else if start.starts_with("{\"")
        || start.starts_with("{\n")
        || start.starts_with("{\r")
        || start.starts_with("[{")
    {
        Some("a JSON document")
    } else {
        None
    }
}

/// Whether a compound file has a part of that name, which its directory holds in UTF-16.
fn names_part(bytes: &[u8], name: &str) -> bool {
    let wanted: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

/// Looks into a zip package: `None` for a workbook, otherwise what it is.
fn package(file: &str, bytes: &[u8]) -> Result<Option<&'static str>, ExchangeError> {
    let damaged = |detail: String| ExchangeError::DamagedWorkbook { file: file.to_string(), detail };
    let other = |what: &str| ExchangeError::OtherWorkbook { file: file.to_string(), what: what.to_string() };
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(format!("its directory cannot be read: {e}")))?;
    let names: Vec<String> =
        archive.file_names().filter_map(|name| name.ok().map(|name| name.to_lowercase())).collect();
    let has = |name: &str| names.iter().any(|entry| entry == name);
    if has("xl/workbook.xml") {
        unpack_into_nothing(file, &mut archive)?;
        Ok(None)
    } else if has("xl/workbook.bin") {
        Err(other("a binary workbook (XLSB)"))
    } else if has("content.xml") && has("mimetype") {
        Err(other("an OpenDocument file (ODS)"))
    } else if has("word/document.xml") {
        Ok(Some("a Word document"))
    } else if has("ppt/presentation.xml") {
        Ok(Some("a presentation"))
    } else if names.iter().any(|name| name.starts_with("xl/")) || has("[content_types].xml") {
        Err(damaged("its list of sheets is missing".to_string()))
    } else {
        Ok(Some("a ZIP archive"))
    }
}

/// Unpacks a package once without keeping anything, so that a small file which swells without end is refused before
/// its content costs memory. (The sizes that the package declares may lie.)
fn unpack_into_nothing(file: &str, archive: &mut zip::ZipArchive<Cursor<&[u8]>>) -> Result<(), ExchangeError> {
    let damaged = |detail: String| ExchangeError::DamagedWorkbook { file: file.to_string(), detail };
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|e| damaged(e.to_string()))?;
        let name = entry.name().unwrap_or_default().to_string();
        let got = std::io::copy(&mut (&mut entry).take(left + 1), &mut std::io::sink())
            .map_err(|e| damaged(format!("its part {name} cannot be unpacked: {e}")))?;
        left = left
            .checked_sub(got)
            .ok_or_else(|| ExchangeError::Swells { file: file.to_string(), limit: MAX_UNPACKED })?;
    }
    Ok(())
}
