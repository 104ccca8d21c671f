//! Workbooks to be read and printed: text only, so that nothing in them is executed.

use crate::error::ExchangeError;
use crate::read::MAX_COLUMNS;
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError};
use std::borrow::Cow;
use std::collections::HashSet;

/// No worksheet has more rows.
const MAX_ROWS: usize = 1_048_576;
/// A cell holds no more (UTF-16 units, as spreadsheet programs count).
const MAX_CELL: usize = 32_767;
/// A sheet's name is no longer (UTF-16 units).
const MAX_NAME: usize = 31;
/// Between these lie widths that are chosen here (characters).
const WIDTHS: std::ops::RangeInclusive<f64> = 8.0..=60.0;
/// Rows that are looked at for a width.
const SAMPLED: usize = 500;
/// The number of the format A4 in a workbook.
const A4: u8 = 9;

/// One sheet of a workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// The name on its tab; made legal where it is not.
    pub name: String,
    /// The headings; none for a sheet of notes only.
    pub headers: Vec<String>,
    /// The rows, cell by cell as text.
    pub rows: Vec<Vec<String>>,
    /// The widths of the columns in characters; missing or impossible ones are chosen by the content.
    pub widths: Vec<f64>,
    /// Lines above the table. They stay in view with the headings, so keep them few.
    pub notes: Vec<String>,
}

/// Writes an XLSX workbook. Every cell is text, never a formula or a link, with line breaks; headings are bold, stay in
/// view, have filters and are repeated on every printed page (A4, landscape, as wide as the page). `title` goes into the
/// document's properties and the printed page's head.
///
/// # Errors
/// [`ExchangeError::NotWritable`] without sheets, or with more rows or columns than a worksheet has.
pub fn write_sheets(title: &str, sheets: &[Sheet]) -> Result<Vec<u8>, ExchangeError> {
    if sheets.is_empty() {
        return Err(refused("A workbook without sheets cannot be written."));
    }
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_title(legible(title).replace('\n', " ")));
    let mut taken = HashSet::new();
    for sheet in sheets {
        let page = book.add_worksheet();
        let name = legal_name(&sheet.name, &mut taken);
        check_size(sheet, &name)?;
        fill(page, sheet).map_err(|error| failed(&name, &error))?;
        set_up_print(page, title, sheet).map_err(|error| failed(&name, &error))?;
        page.set_name(&name).map_err(|error| failed(&name, &error))?;
    }
    book.save_to_buffer().map_err(|error| failed(title, &error))
}

fn refused(reason: impl Into<String>) -> ExchangeError {
    ExchangeError::NotWritable { reason: reason.into() }
}

fn failed(what: &str, error: &XlsxError) -> ExchangeError {
    ExchangeError::NotWritten { source: std::io::Error::other(format!("“{what}”: {error}")) }
}

fn check_size(sheet: &Sheet, name: &str) -> Result<(), ExchangeError> {
    let columns = sheet.rows.iter().map(Vec::len).max().unwrap_or_default().max(sheet.headers.len());
    let rows = header_row(sheet) + 1 + sheet.rows.len();
    if columns > MAX_COLUMNS {
        return Err(refused(format!(
            "The sheet “{name}” has {columns} columns; a worksheet has at most {MAX_COLUMNS}."
        )));
    }
    if rows > MAX_ROWS {
        return Err(refused(format!("The sheet “{name}” has {rows} rows; a worksheet has at most {MAX_ROWS}.")));
    }
    Ok(())
}

/// The 0-based row of the headings: below the notes and an empty row.
fn header_row(sheet: &Sheet) -> usize {
    if sheet.notes.is_empty() { 0 } else { sheet.notes.len() + 1 }
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let plain = Format::new().set_align(FormatAlign::Top);
    let cell = plain.clone().set_text_wrap();
    let heading = cell.clone().set_bold().set_background_color(0x00E7_E6E6).set_border_bottom(FormatBorder::Thin);
    for (row, note) in (0_u32..).zip(&sheet.notes) {
        put(page, row, 0, note, &plain)?;
    }
    let top = header_row(sheet);
    for (row, cells) in (row_number(top)..).zip(std::iter::once(&sheet.headers).chain(&sheet.rows)) {
        let format = if row == row_number(top) { &heading } else { &cell };
        for (column, text) in (0_u16..).zip(cells) {
            put(page, row, column, text, format)?;
        }
    }
    let columns = sheet.rows.iter().map(Vec::len).max().unwrap_or_default().max(sheet.headers.len());
    for (column, index) in (0_u16..).zip(0..columns) {
        page.set_column_width(column, width(sheet, index))?;
    }
    if columns > 0 {
        let last = row_number(top + sheet.rows.len());
        // A text such as "1.1" is meant as one; without this every such cell carries a warning triangle.
        page.ignore_error_range(0, 0, last, column_number(columns - 1), IgnoreError::NumberStoredAsText)?;
    }
    if !sheet.headers.is_empty() {
        let (first, last) = (row_number(top), row_number(top + sheet.rows.len()));
        page.autofilter(first, 0, last, column_number(sheet.headers.len() - 1))?;
        page.set_freeze_panes(first + 1, 0)?;
    }
    Ok(())
}

fn put(page: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let text = fitting(&legible(text)).into_owned();
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        // It is text already; the mark keeps it so when somebody edits the cell.
        page.write_string_with_format(row, column, text, &format.clone().set_quote_prefix())?;
    } else {
        page.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

// Sizes are checked before: these never cut.
fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn column_number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// The width that was asked for, else that of the longest line within bounds.
fn width(sheet: &Sheet, column: usize) -> f64 {
    if let Some(width) = sheet.widths.get(column).filter(|width| (1.0..=255.0).contains(*width)) {
        return *width;
    }
    let cells = sheet.rows.iter().take(SAMPLED).filter_map(|row| row.get(column));
    let longest = |text: &String| text.lines().map(|line| line.chars().take(100).count()).max().unwrap_or_default();
    let content = cells.map(longest).max().unwrap_or_default();
    // The heading also needs room for the filter's button.
    let heading = sheet.headers.get(column).map_or(0, |heading| longest(heading) + 3);
    (content.max(heading) as f64 + 2.0).clamp(*WIDTHS.start(), *WIDTHS.end())
}

fn set_up_print(page: &mut Worksheet, title: &str, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    // In heads and feet "&" starts a code; a head holds 255 characters, the codes among them.
    let title: String = legible(title).replace('\n', " ").chars().take(80).collect();
    page.set_header(format!("&L{}&R&A", title.replace('&', "&&")));
    page.set_footer("&RPage &P of &N");
    if !sheet.headers.is_empty() {
        let top = row_number(header_row(sheet));
        page.set_repeat_rows(top, top)?;
    }
    Ok(())
}

/// Line breaks as workbooks have them, and control characters as their pictures.
fn legible(text: &str) -> Cow<'_, str> {
    let odd = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    if !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let picture = |c: char| match c {
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '␡',
        _ => '\u{FFFD}',
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.chars().map(|c| if odd(c) { picture(c) } else { c }).collect())
}

/// As much as a cell holds; what is cut leaves a mark that says how much.
fn fitting(text: &str) -> Cow<'_, str> {
    let units: usize = text.chars().map(char::len_utf16).sum();
    if units <= MAX_CELL {
        return Cow::Borrowed(text);
    }
    let mark = |cut: usize| format!("… [{cut} more characters do not fit into a cell]");
    let room = MAX_CELL - mark(usize::MAX).encode_utf16().count();
    let kept = first_units(text, room);
    Cow::Owned(format!("{kept}{}", mark(text[kept.len()..].chars().count())))
}

/// The longest beginning of at most so many UTF-16 units.
fn first_units(text: &str, room: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > room
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// A name that spreadsheet programs accept, and that no earlier sheet has in any case.
fn legal_name(wanted: &str, taken: &mut HashSet<String>) -> String {
    let space =
        |c: char| c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\u{FFFE}' | '\u{FFFF}');
    let plain: String = wanted.chars().map(|c| if space(c) { ' ' } else { c }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let edge = |c: char| c == '\'' || c.is_whitespace();
    let base = match plain.trim_matches(edge) {
        "" => "Sheet",
        name => name,
    };
    for number in 1_usize.. {
        let suffix = if number == 1 { String::new() } else { format!(" ({number})") };
        let name = first_units(base, MAX_NAME - suffix.len()).trim_matches(edge).to_string() + &suffix;
        // Excel keeps the name "History" for itself.
        if !name.eq_ignore_ascii_case("history") && taken.insert(name.to_lowercase()) {
            return name;
        }
    }
    base.to_string()
}
