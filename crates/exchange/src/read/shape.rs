//! From split records to a table: where the headings are, what the columns are called, which records are ragged.

use super::{HeaderMode, ReadOptions};
use crate::date;
use crate::error::ExchangeError;
use crate::table::{Format, Header, Problem, Problems, Row, SourceInfo, Table};
use crate::words::excerpt;
use std::collections::{HashMap, HashSet};

/// How many title lines above the headings are looked through.
pub(super) const TITLE_LINES: usize = 20;

/// A record as it was split, with at least one cell that is not blank.
pub(super) struct RawRow {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

impl RawRow {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }
}

/// Builds the table.
pub(super) fn table(
    file: &str,
    format: Format,
    mut raw: Vec<RawRow>,
    options: &ReadOptions,
    mut problems: Problems,
) -> Result<Table, ExchangeError> {
    if raw.is_empty() {
        return Err(ExchangeError::Empty { file: file.to_string() });
    }
    let sheet = matches!(format, Format::Workbook { .. });
    if options.header == HeaderMode::Auto {
        skip_titles(&mut raw, &mut problems);
    }
    let first = raw[0].line;
    let has_header = match options.header {
        HeaderMode::Yes => true,
        HeaderMode::No => false,
        HeaderMode::Auto => has_header(&raw, &mut problems),
    };
    let widest = raw.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let mut heads = if has_header { raw.remove(0).cells } else { Vec::new() };
    if options.header == HeaderMode::Auto {
        drop_repeated_headings(&heads, &mut raw, &mut problems);
    }
    if raw.is_empty() {
        return Err(ExchangeError::NoRecords { file: file.to_string(), line: first });
    }
    if raw.len() > options.max_rows {
        let line = raw[options.max_rows].line;
        return Err(ExchangeError::TooManyRows { file: file.to_string(), limit: options.max_rows, line });
    }
    if sheet || !has_header {
        // A sheet's rows end where their content ends, and without headings no width is the right one.
        heads.resize(heads.len().max(if sheet { widest } else { usual_width(&raw) }), String::new());
    }
    drop_blank_tail(&mut heads, &mut raw);
    let headers = name_columns(heads);
    let rows = raw.into_iter().map(|row| check_row(row, &headers, sheet, options.max_cell, &mut problems)).collect();
    let source = SourceInfo { file_name: file.to_string(), format, has_header };
    Ok(Table { source, headers, rows, problems: problems.finish() })
}

/// The most frequent number of cells; of equally frequent ones the larger.
fn usual_width(rows: &[RawRow]) -> usize {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for row in rows {
        *counts.entry(row.cells.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
}

/// Removes title lines above the headings. They are quoted in a warning: nothing disappears unseen.
fn skip_titles(raw: &mut Vec<RawRow>, problems: &mut Problems) {
    let usual = usual_width(raw);
    if usual < 3 {
        return;
    }
    let few = (usual / 4).max(1);
    let titles = raw.iter().take(TITLE_LINES).take_while(|row| row.filled() <= few).count();
    let heads = raw.get(titles).is_some_and(|row| row.filled() * 2 >= usual);
    if titles == 0 || !heads {
        return;
    }
    for row in raw.drain(..titles) {
        let text: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        let sentence =
            format!("This line above the headings was not read as a record: “{}”.", excerpt(&text.join(" ")));
        problems.push(Problem::warning(Some(row.line), sentence));
    }
}

/// Files that were glued together repeat their headings; those lines are no records.
fn drop_repeated_headings(heads: &[String], raw: &mut Vec<RawRow>, problems: &mut Problems) {
    raw.retain(|row| {
        let repeated = row.cells == heads;
        if repeated {
            problems
                .push(Problem::warning(Some(row.line), "This line repeats the headings; it was not read as a record."));
        }
        !repeated
    });
}

/// Whether the first row holds headings: it does not when its cells look like the values below them.
fn has_header(raw: &[RawRow], problems: &mut Problems) -> bool {
    let (first, rest) = (&raw[0], &raw[1..raw.len().min(201)]);
    if rest.is_empty() || raw[1..].iter().any(|row| row.cells == first.cells) {
        return true;
    }
    let filled = first.filled();
    let suspects = first.cells.iter().enumerate().filter(|(index, cell)| value_like(cell, *index, rest)).count();
    if suspects * 4 >= filled.max(1) && suspects > 0 {
        let sentence = "The first line looks like a record, not like headings; it was read as a record and the columns \
                        are named “Column 1”, “Column 2” and so on.";
        problems.push(Problem::warning(Some(first.line), sentence));
        return false;
    }
    true
}

/// Whether a cell of the first row is the same kind of thing as the cells below it, and not a name.
fn value_like(cell: &str, index: usize, rest: &[RawRow]) -> bool {
    let cell = cell.trim();
    if cell.is_empty() {
        return false;
    }
    let below = rest.iter().filter_map(|row| row.cells.get(index)).map(|text| text.trim()).filter(|t| !t.is_empty());
    let kind = data_kind(cell);
    let (mut same_kind, mut same_text, mut all) = (0, 0, 0);
    for text in below {
        all += 1;
        same_kind += usize::from(kind.is_some() && data_kind(text) == kind);
        same_text += usize::from(text == cell);
    }
    all > 0 && (same_kind * 2 > all || same_text * 20 > all)
}

/// Kinds of cells that are hardly ever headings.
fn data_kind(text: &str) -> Option<&'static str> {
    if text.parse::<f64>().is_ok() {
        Some("number")
    } else if text.len() <= 40 && date::looks_like_date(text) {
        Some("date")
    } else if text.contains("://") && !text.contains(' ') {
        Some("link")
    } else if !text.contains(' ')
        && text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
    {
        Some("address")
    } else {
        None
    }
}

/// Columns at the end without heading and without content are left out.
fn drop_blank_tail(heads: &mut Vec<String>, raw: &mut [RawRow]) {
    let used = raw
        .iter()
        .map(|row| row.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1))
        .max()
        .unwrap_or_default();
    while heads.len() > used && heads.last().is_some_and(|head| head.trim().is_empty()) {
        heads.pop();
    }
    for row in raw {
        while row.cells.len() > heads.len() && row.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            row.cells.pop();
        }
    }
}

/// Unique one-line names.
fn name_columns(heads: Vec<String>) -> Vec<Header> {
    let one_line = |text: &str| {
        let text = text.trim_start_matches('\u{FEFF}');
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let plain: HashSet<String> = heads.iter().map(|head| one_line(head)).collect();
    let mut taken: HashSet<String> = HashSet::new();
    let mut uses: HashMap<String, usize> = HashMap::new();
    let mut headers = Vec::with_capacity(heads.len());
    for (index, original) in heads.into_iter().enumerate() {
        let mut base = one_line(&original);
        if base.is_empty() {
            base = format!("Column {}", index + 1);
        }
        let count = uses.entry(base.clone()).or_insert(0);
        *count += 1;
        let mut name = if *count == 1 { base.clone() } else { format!("{base} ({count})") };
        // A file may itself have a heading "Name (2)": keep counting until the name is free.
        while taken.contains(&name) || (*count > 1 && plain.contains(&name)) {
            *count += 1;
            name = format!("{base} ({count})");
        }
        taken.insert(name.clone());
        headers.push(Header { index, name, original });
    }
    headers
}

/// Reports a record that is too short or too long, and cells that are too large.
fn check_row(raw: RawRow, headers: &[Header], sheet: bool, max_cell: usize, problems: &mut Problems) -> Row {
    let RawRow { line, cells } = raw;
    let (has, wants) = (cells.len(), headers.len());
    if has > wants {
        let sentence = format!(
            "This line has {has} cells, but there are {wants} columns; look for a delimiter or quotation mark inside a cell."
        );
        problems.push(Problem::error(Some(line), sentence));
    } else if has < wants && !sheet {
        let sentence = format!("This line has {has} cells, but there are {wants} columns; the rest was read as empty.");
        problems.push(Problem::warning(Some(line), sentence));
    }
    for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.len() > max_cell) {
        let name = headers.get(index).map_or_else(|| format!("Column {}", index + 1), |header| header.name.clone());
        let sentence = format!("The cell has {} kB, more than the limit of {} kB.", cell.len() / 1000, max_cell / 1000);
        problems.push(Problem::error(Some(line), sentence).at(name, cell));
    }
    Row { line, cells }
}
