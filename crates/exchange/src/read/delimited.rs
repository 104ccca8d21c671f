//! Delimited text: finds the delimiter, splits the records and remembers the line each one starts on.

use super::shape::{self, RawRow};
use super::text::{self, lines_in};
use super::{MAX_CELLS, MAX_COLUMNS, Progress, ReadOptions};
use crate::error::ExchangeError;
use crate::table::{Format, Problem, Problems, Table};
use csv::{ReaderBuilder, StringRecord};
use std::collections::HashMap;

/// Delimiters that are tried, the usual one first.
const DELIMITERS: &[u8] = b",;\t|";
/// How much text decides about the delimiter.
const SAMPLE: usize = 256 * 1024;

pub(super) fn read(
    file: &str,
    bytes: Vec<u8>,
    options: &ReadOptions,
    progress: &mut Progress<'_>,
) -> Result<Table, ExchangeError> {
    let mut problems = Problems::default();
    let decoded = text::decode(file, bytes, options.encoding.as_deref(), &mut problems)?;
    let declared = if options.delimiter.is_none() { declared_delimiter(&decoded.text) } else { None };
    let skip = declared.map_or(0, |(_, length)| length);
    let delimiter =
        options.delimiter.or(declared.map(|(delimiter, _)| delimiter)).unwrap_or_else(|| sniff(&decoded.text));
    let rows = split(file, &decoded.text, skip, delimiter, options, &mut problems, progress)?;
    let format = Format::Csv {
        delimiter: char::from(delimiter),
        encoding: decoded.encoding.to_string(),
        had_bom: decoded.had_bom,
    };
    shape::table(file, format, rows, options, problems)
}

/// A first line `sep=;`, as spreadsheet programs write it: the delimiter and the length of the line.
fn declared_delimiter(text: &str) -> Option<(u8, usize)> {
    let line = text.lines().next()?;
    let bytes = line.as_bytes();
    let named = bytes.len() == 5 && line.get(..4)?.eq_ignore_ascii_case("sep=") && bytes[4].is_ascii();
    named.then(|| (bytes[4], line.len()))
}

/// The delimiter that splits the sample into the most regular and widest records.
fn sniff(text: &str) -> u8 {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = end < text.len();
    let mut best = (0.0, b',');
    for delimiter in DELIMITERS {
        let score = regularity(&text[..end], *delimiter, cut);
        if score > best.0 {
            best = (score, *delimiter);
        }
    }
    best.1
}

/// 0 when the delimiter does not occur; otherwise the share of records with the usual width, weighted by that width.
fn regularity(sample: &str, delimiter: u8, cut: bool) -> f64 {
    let mut reader = reader(sample, delimiter);
    let mut widths: Vec<usize> = Vec::new();
    let mut record = StringRecord::new();
    while matches!(reader.read_record(&mut record), Ok(true)) {
        widths.push(record.len());
    }
    if cut && widths.len() > 1 {
        widths.pop();
    }
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for width in widths.iter().filter(|width| **width > 1) {
        *counts.entry(*width).or_default() += 1;
    }
    counts
        .iter()
        .map(|(width, count)| *count as f64 / widths.len() as f64 * (*width as f64).ln_1p())
        .fold(0.0, f64::max)
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

fn split(
    file: &str,
    text: &str,
    skip: usize,
    delimiter: u8,
    options: &ReadOptions,
    problems: &mut Problems,
    progress: &mut Progress<'_>,
) -> Result<Vec<RawRow>, ExchangeError> {
    let body = &text[skip..];
    let bytes = body.as_bytes();
    let total = bytes.len() as u64;
    let mut reader = reader(body, delimiter);
    let mut record = StringRecord::new();
    let mut rows = Vec::new();
    let (mut line, mut counted, mut cells, mut tell) = (1, 0, 0, 0);
    loop {
        let start = reader.position().byte() as usize;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // The text is in memory and valid UTF-8 and records may be ragged: nothing is left that could fail.
            Err(error) => {
                return Err(ExchangeError::Unreachable { file: file.to_string(), source: error.into() });
            }
        }
        let start = past_line_ends(bytes, start);
        line += lines_in(&bytes[counted..start]);
        counted = start;
        if start >= tell {
            tell = start + 256 * 1024;
            if progress(total + start as u64, total * 2).is_break() {
                return Err(ExchangeError::Cancelled { file: file.to_string() });
            }
        }
        cells += record.len();
        if record.len() > MAX_COLUMNS {
            return Err(ExchangeError::TooManyCells { file: file.to_string(), limit: MAX_COLUMNS, line });
        }
        if cells > MAX_CELLS {
            return Err(ExchangeError::TooManyCells { file: file.to_string(), limit: MAX_CELLS, line });
        }
        // One more than the limit for the headings; a few more for title lines.
        if rows.len() > options.max_rows + shape::TITLE_LINES {
            return Err(ExchangeError::TooManyRows { file: file.to_string(), limit: options.max_rows, line });
        }
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(RawRow { line, cells: record.iter().map(str::to_string).collect() });
        }
    }
    if let Some(at) = unclosed_quote(&bytes[counted..], delimiter) {
        let line = line + lines_in(&bytes[counted..counted + at]);
        let sentence = "The quotation mark opened on this line is never closed, so everything from there to the end \
                        of the file became one cell; close it and read the file again.";
        problems.push(Problem::error(Some(line), sentence));
    }
    Ok(rows)
}

/// The reader's position lies before the line ends that it skips; a record starts after them.
fn past_line_ends(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// Where the last record opens a quotation mark that nothing closes.
fn unclosed_quote(record: &[u8], delimiter: u8) -> Option<usize> {
    let mut at = 0;
    let mut field_start = true;
    while at < record.len() {
        if field_start && record[at] == b'"' {
            let open = at;
            at += 1;
            loop {
                match (record.get(at), record.get(at + 1)) {
                    (None, _) => return Some(open),
                    (Some(b'"'), Some(b'"')) => at += 2,
                    (Some(b'"'), _) => break,
                    _ => at += 1,
                }
            }
            field_start = false;
        } else {
            field_start = record[at] == delimiter || matches!(record[at], b'\r' | b'\n');
        }
        at += 1;
    }
    None
}
