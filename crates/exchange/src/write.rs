//! Writes delimited text that no spreadsheet program executes.

use crate::error::ExchangeError;
use std::borrow::Cow;
use std::io::Write;

/// How to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    /// Start with a byte order mark, without which some spreadsheet programs misread UTF-8.
    pub bom: bool,
    /// The delimiter.
    pub delimiter: u8,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { bom: true, delimiter: b',' }
    }
}

/// Writes a table as UTF-8 with CR LF line ends. Cells, headings too, that a spreadsheet program would take for a
/// formula are made inert (see [`inert`]); a zero byte is written as `␀`.
///
/// # Errors
/// [`ExchangeError::NotWritten`].
pub fn write_csv<W, H, R, C>(out: W, headers: &[H], rows: R, options: CsvOptions) -> Result<(), ExchangeError>
where
    W: Write,
    H: AsRef<str>,
    R: IntoIterator,
    R::Item: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut out = out;
    if options.bom {
        out.write_all("\u{FEFF}".as_bytes()).map_err(|source| ExchangeError::NotWritten { source })?;
    }
    let mut writer = csv::WriterBuilder::new()
        .delimiter(options.delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(out);
    let failed = |error: csv::Error| ExchangeError::NotWritten { source: error.into() };
    writer.write_record(headers.iter().map(|cell| safe(cell.as_ref()).into_owned())).map_err(failed)?;
    for row in rows {
        let cells: Vec<String> = row.into_iter().map(|cell| safe(cell.as_ref()).into_owned()).collect();
        writer.write_record(cells).map_err(failed)?;
    }
    writer.flush().map_err(|source| ExchangeError::NotWritten { source })
}

fn safe(cell: &str) -> Cow<'_, str> {
    match inert(cell) {
        text if text.contains('\0') => Cow::Owned(text.replace('\0', "␀")),
        text => text,
    }
}

/// Whether a text, apart from apostrophes in front, starts like a formula.
fn formula_like(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell that no spreadsheet program executes: one `'` is put in front of a text that starts with `=`, `+`, `-`, `@`,
/// tab or CR, also after apostrophes, so that [`plain`] can undo it without guessing.
pub fn inert(cell: &str) -> Cow<'_, str> {
    if formula_like(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Undoes [`inert`]: for cells that come back from our own export.
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if formula_like(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_leave_inert_and_come_back_as_they_were() {
        for text in ["=1+1", "+49", "-5", "@user", "\tx", "\rx", "'=1", "''@", "plain", "'quoted'", "", "a=b"] {
            assert!(!inert(text).starts_with(['=', '+', '-', '@', '\t', '\r']), "{text:?}");
            assert_eq!(plain(&inert(text)), text);
        }
    }
}
