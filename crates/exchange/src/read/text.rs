//! From bytes to text: byte order marks, valid UTF-8, then an educated guess. What cannot be decoded is reported.

use crate::error::ExchangeError;
use crate::table::{Problem, Problems};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Decoded text and how it was understood.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) encoding: &'static str,
    pub(super) had_bom: bool,
}

/// Decodes the bytes by the wanted encoding or by detection.
pub(super) fn decode(
    file: &str,
    bytes: Vec<u8>,
    wanted: Option<&str>,
    problems: &mut Problems,
) -> Result<Decoded, ExchangeError> {
    let wanted = match wanted.map(str::trim).filter(|label| !label.is_empty()) {
        Some(label) => Some(
            Encoding::for_label(label.as_bytes())
                .ok_or_else(|| ExchangeError::UnknownEncoding { label: label.to_string() })?,
        ),
        None => None,
    };
    if let Some((encoding, length)) = Encoding::for_bom(&bytes)
        && wanted.is_none_or(|wanted| wanted == encoding)
    {
        return with(file, encoding, &bytes[length..], true, problems);
    }
    if let Some(encoding) = wanted {
        return with(file, encoding, &bytes, false, problems);
    }
    if let Some(encoding) = unmarked_utf16(&bytes) {
        return with(file, encoding, &bytes, false, problems);
    }
    refuse_zero_bytes(file, &bytes)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text, encoding: UTF_8.name(), had_bom: false }),
        Err(error) => guess(file, error.as_bytes(), problems),
    }
}

fn guess(file: &str, bytes: &[u8], problems: &mut Problems) -> Result<Decoded, ExchangeError> {
    let (valid, broken) = utf8_share(bytes);
    if valid >= 10 * broken {
        return Ok(mostly_utf8(bytes, problems));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // The detector is slow on very long text; a window from shortly before the first foreign byte says enough.
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    let start = first.saturating_sub(1024);
    let end = bytes.len().min(start + 512 * 1024);
    detector.feed(&bytes[start..end], end == bytes.len());
    with(file, detector.guess(None, Utf8Detection::Deny), bytes, false, problems)
}

fn with(
    file: &str,
    encoding: &'static Encoding,
    bytes: &[u8],
    had_bom: bool,
    problems: &mut Problems,
) -> Result<Decoded, ExchangeError> {
    if encoding != UTF_16LE && encoding != UTF_16BE {
        refuse_zero_bytes(file, bytes)?;
    }
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    if let Some(at) = text.find('\0') {
        return Err(ExchangeError::ZeroBytes { file: file.to_string(), line: Some(line_of(text.as_bytes(), at)) });
    }
    let name = encoding.name();
    if failed {
        let line = text.find('\u{FFFD}').map(|at| line_of(text.as_bytes(), at));
        let sentence = format!(
            "Some bytes are not valid {name} and were read as “\u{FFFD}”; choose another encoding or correct the file."
        );
        problems.push(Problem::error(line, sentence));
    } else if encoding == WINDOWS_1252
        && let Some(at) = text.find(|c: char| ('\u{80}'..='\u{9F}').contains(&c))
    {
        let sentence = format!(
            "This line holds characters that no text in {name} should have; check the encoding before you import."
        );
        problems.push(Problem::warning(Some(line_of(text.as_bytes(), at)), sentence));
    }
    Ok(Decoded { text, encoding: name, had_bom })
}

/// UTF-16 without its mark shows by zero bytes that all lie on one side.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |side: usize| sample.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = sample.len() / 2;
    if pairs < 4 {
        None
    } else if odd * 2 > pairs && even * 20 < pairs {
        Some(UTF_16LE)
    } else if even * 2 > pairs && odd * 20 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn refuse_zero_bytes(file: &str, bytes: &[u8]) -> Result<(), ExchangeError> {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => Err(ExchangeError::ZeroBytes { file: file.to_string(), line: Some(line_of(bytes, at)) }),
        None => Ok(()),
    }
}

/// Characters beyond ASCII that are valid UTF-8, and places that are not.
fn utf8_share(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(valid, broken), chunk| {
        let foreign = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (valid + foreign, broken + usize::from(!chunk.invalid().is_empty()))
    })
}

/// A UTF-8 file into which somebody pasted a few bytes of another encoding: keeps both readable and says where.
fn mostly_utf8(bytes: &[u8], problems: &mut Problems) -> Decoded {
    let mut text = String::with_capacity(bytes.len());
    let mut line = 1;
    for chunk in bytes.utf8_chunks() {
        line += chunk.valid().bytes().filter(|byte| *byte == b'\n').count() as u64;
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
            let sentence = "This line mixes encodings: bytes that are not UTF-8 were read as windows-1252.";
            problems.push(Problem::warning(Some(line), sentence));
        }
    }
    Decoded { text, encoding: UTF_8.name(), had_bom: false }
}

/// The 1-based line of a byte.
pub(super) fn line_of(bytes: &[u8], at: usize) -> u64 {
    1 + lines_in(&bytes[..at.min(bytes.len())])
}

/// Line ends in the bytes: LF, CR LF and lone CR count one each.
pub(super) fn lines_in(bytes: &[u8]) -> u64 {
    let mut count = 0;
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' => count += 1,
            b'\r' if bytes.get(index + 1) != Some(&b'\n') => count += 1,
            _ => {}
        }
    }
    count
}
