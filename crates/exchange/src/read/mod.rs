//! From a file of unknown kind to a [`Table`].

mod delimited;
mod shape;
mod sniff;
mod text;
mod workbook;

use crate::error::ExchangeError;
use crate::table::Table;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

/// More cells than this in one table are refused: at 24 bytes and more each they would not fit into memory.
pub(crate) const MAX_CELLS: usize = 6_000_000;
/// No spreadsheet program has more columns than this.
pub(crate) const MAX_COLUMNS: usize = 16_384;
/// A workbook may unpack to this many bytes.
pub(crate) const MAX_UNPACKED: u64 = 256 * 1024 * 1024;

/// How to read. The default detects everything.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The delimiter; `None` detects comma, semicolon, tab or bar.
    pub delimiter: Option<u8>,
    /// The encoding's label (`windows-1252`, `utf-8`, …); `None` detects it.
    pub encoding: Option<String>,
    /// The sheet of a workbook; `None` takes the first visible one with content.
    pub sheet: Option<String>,
    /// Where the headings are.
    pub header: HeaderMode,
    /// Larger files are refused before they are read (bytes).
    pub max_bytes: u64,
    /// More records are refused.
    pub max_rows: usize,
    /// Longer cells are kept, but reported as errors (bytes of UTF-8).
    pub max_cell: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            encoding: None,
            sheet: None,
            header: HeaderMode::Auto,
            max_bytes: 64 * 1024 * 1024,
            max_rows: 100_000,
            max_cell: 1024 * 1024,
        }
    }
}

/// Where the headings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeaderMode {
    /// Decide by the content; a few title lines above the headings are skipped and reported.
    #[default]
    Auto,
    /// The first line with content holds the headings.
    Yes,
    /// There are none: columns are named "Column 1", "Column 2", ….
    No,
}

/// Called now and then with (done, total) in one arbitrary unit; `Break` cancels. The last call may come before the end:
/// the return is what tells that all is done.
pub type Progress<'a> = dyn FnMut(u64, u64) -> ControlFlow<()> + 'a;

/// Reads a CSV file or workbook.
///
/// # Errors
/// Every [`ExchangeError`] but those about mappings and writing.
pub fn read_table(path: &Path, options: &ReadOptions, progress: &mut Progress<'_>) -> Result<Table, ExchangeError> {
    let name = file_name(path);
    let bytes = read_file(path, options.max_bytes, progress)?;
    read_bytes(&name, bytes, options, progress)
}

/// Reads a file, refusing one that is larger than `max_bytes` before reading it. Progress is half done at the end.
///
/// # Errors
/// The file cannot be reached, is no file, is too large, or the caller cancelled.
pub fn read_file(path: &Path, max_bytes: u64, progress: &mut Progress<'_>) -> Result<Vec<u8>, ExchangeError> {
    let name = file_name(path);
    let unreachable = |source| ExchangeError::Unreachable { file: path.display().to_string(), source };
    let about = std::fs::metadata(path).map_err(unreachable)?;
    if !about.is_file() {
        return Err(ExchangeError::NotAFile { file: path.display().to_string() });
    }
    let total = about.len();
    if total > max_bytes {
        return Err(ExchangeError::TooLarge { file: name, bytes: total, limit: max_bytes });
    }
    let mut file = File::open(path).map_err(unreachable)?;
    let mut bytes = Vec::with_capacity(usize::try_from(total).unwrap_or_default());
    loop {
        // The file may grow while it is read: the limit holds for what arrives, not for what was announced.
        let chunk = (&mut file).take(1024 * 1024).read_to_end(&mut bytes).map_err(unreachable)?;
        let done = bytes.len() as u64;
        if done > max_bytes {
            return Err(ExchangeError::TooLarge { file: name, bytes: done, limit: max_bytes });
        }
        if progress(done, total.max(done) * 2).is_break() {
            return Err(ExchangeError::Cancelled { file: name });
        }
        if chunk == 0 {
            return Ok(bytes);
        }
    }
}

/// Reads a table from bytes that are already in memory, for callers that also hash or keep them. Progress starts at half.
///
/// # Errors
/// As [`read_table`].
pub fn read_bytes(
    file_name: &str,
    bytes: Vec<u8>,
    options: &ReadOptions,
    progress: &mut Progress<'_>,
) -> Result<Table, ExchangeError> {
    if bytes.len() as u64 > options.max_bytes {
        let (file, limit) = (file_name.to_string(), options.max_bytes);
        return Err(ExchangeError::TooLarge { file, bytes: bytes.len() as u64, limit });
    }
    match sniff::kind(file_name, &bytes)? {
        sniff::Kind::Text => delimited::read(file_name, bytes, options, progress),
        sniff::Kind::Workbook => workbook::read(file_name, bytes, options, progress),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
