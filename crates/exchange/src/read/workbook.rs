//! XLSX workbooks, read as a stream of cells.

use super::shape::{self, RawRow};
use super::{MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED, Progress, ReadOptions};
use crate::error::{ExchangeError, quoted_list};
use crate::table::{Format, Problem, Problems, Table};
use calamine::{Data, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Bytes = Cursor<Vec<u8>>;

pub(super) fn read(
    file: &str,
    bytes: Vec<u8>,
    options: &ReadOptions,
    progress: &mut Progress<'_>,
) -> Result<Table, ExchangeError> {
    let read = || read_guarded(file, bytes, options, progress);
    // A crafted workbook may make the format library panic; for the person that is a damaged file like any other.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged(file, "its structure contradicts itself")))
}

fn read_guarded(
    file: &str,
    bytes: Vec<u8>,
    options: &ReadOptions,
    progress: &mut Progress<'_>,
) -> Result<Table, ExchangeError> {
    let size = bytes.len() as u64;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => ExchangeError::PasswordProtected { file: file.to_string() },
        other => damaged(file, other.to_string()),
    })?;
    let all = sheets(&book);
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let wanted = wanted_sheets(file, &all, options)?;
    let mut take = Take { file, size, text: 0, options, progress, problems: Problems::default() };
    let mut found = None;
    for sheet in wanted {
        let rows = stream(&mut book, &sheet, &mut take)?;
        if !rows.is_empty() {
            found = Some((sheet, rows));
            break;
        }
    }
    let Some((sheet, rows)) = found else {
        return Err(ExchangeError::Empty { file: file.to_string() });
    };
    let mut problems = take.problems;
    if options.sheet.is_none() && names.len() > 1 {
        let others: Vec<String> = names.iter().filter(|name| **name != sheet).cloned().collect();
        let sentence = format!("Only the sheet “{sheet}” was read; the workbook also has {}.", quoted_list(&others));
        problems.push(Problem::warning(None, sentence));
    }
    let mut table = shape::table(file, Format::Workbook { sheet, sheets: names }, rows, options, problems)?;
    name_columns_of_problems(&mut table);
    Ok(table)
}

/// While cells stream in, their columns have no names yet.
fn name_columns_of_problems(table: &mut Table) {
    let names: Vec<String> = table.headers.iter().map(|header| header.name.clone()).collect();
    for column in table.problems.iter_mut().filter_map(|problem| problem.column.as_mut()) {
        let number: Option<usize> = column.strip_prefix("Column ").and_then(|number| number.parse().ok());
        if let Some(name) = number.and_then(|number| names.get(number.wrapping_sub(1))) {
            column.clone_from(name);
        }
    }
}

/// The sheets to try in turn.
fn wanted_sheets(file: &str, all: &[(String, bool)], options: &ReadOptions) -> Result<Vec<String>, ExchangeError> {
    let Some(sheet) = &options.sheet else {
        return Ok(all.iter().filter(|(_, visible)| *visible).map(|(name, _)| name.clone()).collect());
    };
    let same = |name: &str| name.trim().to_lowercase() == sheet.trim().to_lowercase();
    let exact = all.iter().find(|(name, _)| name == sheet).or_else(|| all.iter().find(|(name, _)| same(name)));
    match exact {
        Some((name, _)) => Ok(vec![name.clone()]),
        None => Err(ExchangeError::NoSuchSheet {
            file: file.to_string(),
            sheet: sheet.clone(),
            sheets: all.iter().map(|(name, _)| name.clone()).collect(),
        }),
    }
}

fn damaged(file: &str, detail: impl Into<String>) -> ExchangeError {
    ExchangeError::DamagedWorkbook { file: file.to_string(), detail: detail.into() }
}

/// Worksheets with whether they are visible.
fn sheets(book: &Xlsx<Bytes>) -> Vec<(String, bool)> {
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
}

/// What taking rows out of a sheet needs to know and to keep.
struct Take<'a, 'p> {
    file: &'a str,
    size: u64,
    text: u64,
    options: &'a ReadOptions,
    progress: &'a mut Progress<'p>,
    problems: Problems,
}

impl Take<'_, '_> {
    /// Adds a cell to the rows, within the limits. Cells come in order of rows; a row's gaps are filled.
    fn put(
        &mut self,
        rows: &mut Vec<RawRow>,
        cells: &mut usize,
        row: u32,
        column: u32,
        text: String,
    ) -> Result<(), ExchangeError> {
        let line = u64::from(row) + 1;
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(damaged(self.file, format!("row {line} has a cell beyond the last possible column")));
        }
        self.text += text.len() as u64;
        if self.text > MAX_UNPACKED {
            return Err(ExchangeError::Swells { file: self.file.to_string(), limit: MAX_UNPACKED });
        }
        if rows.last().is_none_or(|last| last.line != line) {
            if rows.last().is_some_and(|last| last.line > line) {
                return Err(damaged(self.file, format!("its rows are out of order at row {line}")));
            }
            if rows.len() > self.options.max_rows + shape::TITLE_LINES {
                return Err(ExchangeError::TooManyRows {
                    file: self.file.to_string(),
                    limit: self.options.max_rows,
                    line,
                });
            }
            rows.push(RawRow { line, cells: Vec::new() });
        }
        let Some(last) = rows.last_mut() else { return Ok(()) };
        if last.cells.len() <= column {
            *cells += column + 1 - last.cells.len();
            if *cells > MAX_CELLS {
                return Err(ExchangeError::TooManyCells { file: self.file.to_string(), limit: MAX_CELLS, line });
            }
            last.cells.resize(column + 1, String::new());
        }
        last.cells[column] = text;
        Ok(())
    }

    fn tick(&mut self, row: u32, rows: u32) -> Result<(), ExchangeError> {
        let done = self.size * u64::from(row.min(rows)) / u64::from(rows.max(1));
        match (self.progress)(self.size + done, self.size * 2) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(ExchangeError::Cancelled { file: self.file.to_string() }),
        }
    }
}

/// Reads a sheet cell by cell, so that one cell in the far corner does not cost a whole grid.
fn stream(book: &mut Xlsx<Bytes>, sheet: &str, take: &mut Take<'_, '_>) -> Result<Vec<RawRow>, ExchangeError> {
    let file = take.file;
    let broken = |error: XlsxError| damaged(file, format!("sheet “{sheet}”: {error}"));
    let mut reader = book.worksheet_cells_reader(sheet).map_err(broken)?;
    let end = reader.dimensions().end.0;
    let (mut rows, mut cells, mut seen) = (Vec::new(), 0, 0_u32);
    while let Some(cell) = reader.next_cell_with_formula().map_err(broken)? {
        let (row, column) = cell.pos;
        seen += 1;
        if seen % 4096 == 1 {
            take.tick(row, end)?;
        }
        let mut text = cell_text(&Data::from(cell.value));
        if text.is_empty()
            && let Some(formula) = cell.formula.filter(|formula| !formula.is_empty())
        {
            text = format!("={formula}");
            let sentence = "The cell holds a formula without a stored result; its text was read. Open and save the \
                            workbook in a spreadsheet program to store results.";
            let problem = Problem::warning(Some(u64::from(row) + 1), sentence);
            take.problems.push(problem.at(format!("Column {}", column + 1), &text));
        }
        if !text.trim().is_empty() {
            take.put(&mut rows, &mut cells, row, column, text)?;
        }
    }
    Ok(rows)
}

/// A cell as text: what a person sees in it, dates in ISO form, numbers without a needless ".0".
fn cell_text(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(true) => "TRUE".into(),
        Data::Bool(false) => "FALSE".into(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(moment) => moment_text(moment),
    }
}

/// Fifteen significant digits, as spreadsheet programs show them: 0.1 + 0.2 is stored as 0.30000000000000004.
fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if (1e-7..1e15).contains(&rounded.abs()) { rounded.to_string() } else { format!("{rounded:E}") }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        let seconds = (moment.as_f64() * 86_400.0).round() as i64;
        let sign = if seconds < 0 { "-" } else { "" };
        let seconds = seconds.abs();
        return format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.as_f64() < 1.0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
