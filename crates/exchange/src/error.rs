//! Why a file could not be read, mapped or written, said so that a person can act on it.

use std::fmt;
use thiserror::Error;

/// A refusal: one sentence with what happened and where, one with what to do next. Nothing was changed anywhere.
#[derive(Debug, Error)]
pub enum ExchangeError {
    /// The file or folder cannot be opened or read.
    Unreachable {
        /// The file's name or path.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The path is a folder, device or pipe.
    NotAFile {
        /// The path.
        file: String,
    },
    /// The file is larger than the limit; it was not read.
    TooLarge {
        /// The file's name.
        file: String,
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A workbook that grows beyond the limit when it is unpacked.
    Swells {
        /// The file's name.
        file: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// Nothing but white space.
    Empty {
        /// The file's name.
        file: String,
    },
    /// Zero bytes where text should be.
    ZeroBytes {
        /// The file's name.
        file: String,
        /// The 1-based line of the first one; `None` when the whole file is zero bytes.
        line: Option<u64>,
    },
    /// Some other kind of file.
    NotATable {
        /// The file's name.
        file: String,
        /// What it is, with its article ("a PDF document").
        what: String,
    },
    /// The name promises a workbook, the content is none.
    NotAWorkbook {
        /// The file's name.
        file: String,
        /// What it is instead, with its article.
        what: String,
    },
    /// A workbook of a format that is not read: the ways into it cannot be bounded in memory.
    OtherWorkbook {
        /// The file's name.
        file: String,
        /// Its format, with its article.
        what: String,
    },
    /// A workbook whose content cannot be followed.
    DamagedWorkbook {
        /// The file's name.
        file: String,
        /// What the reader stumbled over.
        detail: String,
    },
    /// A workbook that needs a password.
    PasswordProtected {
        /// The file's name.
        file: String,
    },
    /// The sheet that was asked for does not exist.
    NoSuchSheet {
        /// The file's name.
        file: String,
        /// The name that was asked for.
        sheet: String,
        /// The sheets that exist.
        sheets: Vec<String>,
    },
    /// The encoding that was asked for is not one of the known ones.
    UnknownEncoding {
        /// The name that was asked for.
        label: String,
    },
    /// Headings, but no record below them.
    NoRecords {
        /// The file's name.
        file: String,
        /// The line that was read as headings.
        line: u64,
    },
    /// More records than the limit.
    TooManyRows {
        /// The file's name.
        file: String,
        /// The limit.
        limit: usize,
        /// The line of the first record beyond it.
        line: u64,
    },
    /// A line with more cells than any table of this kind has, or more cells in all than fit into memory.
    TooManyCells {
        /// The file's name.
        file: String,
        /// The limit.
        limit: usize,
        /// The line at which it was passed.
        line: u64,
    },
    /// The caller cancelled.
    Cancelled {
        /// The file's name.
        file: String,
    },
    /// A mapping file that cannot be followed.
    BadMapping {
        /// The 1-based line, where one is known.
        line: Option<usize>,
        /// What is wrong.
        detail: String,
    },
    /// A mapping file of a newer format.
    NewerMapping {
        /// The version it names.
        found: u32,
        /// The newest version that is understood.
        known: u32,
    },
    /// The output could not be written.
    NotWritten {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Text that stops being JSON somewhere.
    NotJson {
        /// The file's name.
        file: String,
        /// The 1-based line.
        line: usize,
        /// The 1-based column, in bytes.
        column: usize,
        /// What is wrong there.
        detail: String,
    },
    /// JSON, but no OSCAL catalogue.
    NotACatalogue {
        /// The file's name.
        file: String,
        /// What it is instead, with its article ("an OSCAL profile").
        what: String,
    },
    /// A field of a document that holds something else than it must.
    BadField {
        /// The file's name.
        file: String,
        /// The field's JSON path (`catalog.groups[0].title`).
        path: String,
        /// What is wrong with it, as the end of a sentence.
        detail: String,
    },
    /// Groups, controls, parts or parameters inside each other, deeper than is read.
    TooDeep {
        /// The file's name.
        file: String,
        /// Where the limit is passed.
        place: String,
        /// The limit.
        limit: usize,
    },
    /// More of something than is read.
    OverLimit {
        /// The file's name.
        file: String,
        /// What there is too much of, with the limit ("50,000 controls").
        limit: String,
    },
    /// Two controls or two groups with one id.
    SameId {
        /// The file's name.
        file: String,
        /// What they are, in the plural.
        what: &'static str,
        /// The id.
        id: String,
        /// The JSON path of the first.
        first: String,
        /// The JSON path of the second.
        second: String,
    },
    /// Parameters that insert each other without end.
    ParameterCircle {
        /// The file's name.
        file: String,
        /// The parameters in the order in which they insert each other; the first is the last one's next.
        ids: Vec<String>,
    },
    /// A catalogue without a single control.
    NoControls {
        /// The file's name.
        file: String,
    },
    /// What was handed over for writing cannot be written in this format.
    NotWritable {
        /// The reason, as a whole sentence.
        reason: String,
    },
}

impl ExchangeError {
    /// What happened, and where.
    pub fn sentence(&self) -> String {
        match self {
            Self::Unreachable { file, source } => format!("{file} cannot be read: {}.", io_words(source)),
            Self::NotAFile { file } => format!("{file} is not a file but a folder or device."),
            Self::TooLarge { file, bytes, limit } => {
                format!("{file} has {}, more than the limit of {}.", size(*bytes), size(*limit))
            }
            Self::Swells { file, limit } => {
                format!("{file} unpacks to more than the limit of {}.", size(*limit))
            }
            Self::Empty { file } => format!("{file} is empty."),
            Self::ZeroBytes { file, line: None } => {
                format!("{file} holds nothing but zero bytes: its content has been lost.")
            }
            Self::ZeroBytes { file, line: Some(line) } => {
                format!("{file} holds zero bytes from line {line} on: it is damaged or not a text file.")
            }
            Self::NotATable { file, what } => format!("{file} is {what}, not a table."),
            Self::NotAWorkbook { file, what } => format!("{file} is named like a workbook, but is {what}."),
            Self::OtherWorkbook { file, what } => format!("{file} is {what}, which cannot be read."),
            Self::DamagedWorkbook { file, detail } => format!("The workbook {file} is damaged ({detail})."),
            Self::PasswordProtected { file } => format!("The workbook {file} is protected by a password."),
            Self::NoSuchSheet { file, sheet, sheets } => {
                format!("{file} has no sheet named “{sheet}”; its sheets are {}.", quoted_list(sheets))
            }
            Self::UnknownEncoding { label } => format!("The encoding “{label}” is not known."),
            Self::NoRecords { file, line } => {
                format!("{file} has headings on line {line} but no record below them.")
            }
            Self::TooManyRows { file, limit, line } => {
                format!("{file} has more than {limit} records; the limit is passed on line {line}.")
            }
            Self::TooManyCells { file, limit, line } => {
                format!("{file} has more than {limit} cells; the limit is passed on line {line}.")
            }
            Self::Cancelled { file } => format!("Reading {file} was cancelled."),
            Self::BadMapping { line: Some(line), detail } => format!("Line {line} of the mapping file: {detail}."),
            Self::BadMapping { line: None, detail } => format!("The mapping file cannot be followed: {detail}."),
            Self::NewerMapping { found, known } => {
                format!("The mapping file has format version {found}; this program understands up to {known}.")
            }
            Self::NotWritten { source } => format!("The file could not be written: {}.", io_words(source)),
            Self::NotJson { file, line, column, detail } => {
                format!("{file} cannot be read as JSON: line {line}, column {column}: {detail}.")
            }
            Self::NotACatalogue { file, what } => format!("{file} is {what}, not an OSCAL catalogue."),
            Self::BadField { file, path, detail } => format!("In {file}, {path} {detail}."),
            Self::TooDeep { file, place, limit } => {
                format!("{file} is nested deeper than {limit} levels; the limit is passed {place}.")
            }
            Self::OverLimit { file, limit } => format!("{file} has more than {limit}."),
            Self::SameId { file, what, id, first, second } => {
                format!("{file} has two {what} with the id “{id}”: {first} and {second}.")
            }
            Self::ParameterCircle { file, ids } => format!("In {file}, {}.", circle(ids)),
            Self::NoControls { file } => format!("{file} is an OSCAL catalogue without any control."),
            Self::NotWritable { reason } => reason.clone(),
        }
    }

    /// What to do next.
    pub fn next(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "Check the path and your permissions, then try again.",
            Self::NotAFile { .. } => "Choose a CSV or XLSX file.",
            Self::TooLarge { .. } | Self::TooManyRows { .. } => "Split it into smaller files and import them in turn.",
            Self::TooManyCells { .. } => "Check the delimiter, or split the file into smaller ones.",
            Self::Swells { .. } => "Save the sheet that you need as CSV and import that.",
            Self::Empty { .. } | Self::NoRecords { .. } => "Choose a file with at least one record.",
            Self::ZeroBytes { .. } => "Fetch the file again from where it came from.",
            Self::NotATable { .. } => "Export the table as CSV (UTF-8) or XLSX and import that.",
            Self::NotAWorkbook { .. } => "Open it in the program that made it and save it as XLSX or CSV.",
            Self::OtherWorkbook { .. } => "Open it in a spreadsheet program, save it as XLSX and import that.",
            Self::DamagedWorkbook { .. } => {
                "Open it in a spreadsheet program, save it again as XLSX and try that copy."
            }
            Self::PasswordProtected { .. } => "Save a copy without password and import the copy.",
            Self::NoSuchSheet { .. } => "Choose one of these sheets.",
            Self::UnknownEncoding { .. } => {
                "Use a name such as UTF-8, windows-1252 or UTF-16LE, or leave it to detection."
            }
            Self::Cancelled { .. } => "Nothing was changed; start again when you are ready.",
            Self::BadMapping { .. } => "Correct the file, or map the columns anew.",
            Self::NewerMapping { .. } => "Update the program, or map the columns anew.",
            Self::NotWritten { .. } => "Check the folder, its permissions and the free space, then try again.",
            Self::NotJson { .. } => "Fetch the file again, and choose the JSON form: OSCAL in XML or YAML is not read.",
            Self::NotACatalogue { .. } => "Choose a catalogue; a profile must be resolved to a catalogue first.",
            Self::BadField { .. } | Self::SameId { .. } | Self::ParameterCircle { .. } => {
                "Correct the file, or ask its publisher for a corrected one."
            }
            Self::TooDeep { .. } | Self::OverLimit { .. } => {
                "Choose a smaller or flatter catalogue, or a part of this one."
            }
            Self::NoControls { .. } => "Choose a catalogue with at least one control.",
            Self::NotWritable { .. } => "Nothing was written; change what is to be written and try again.",
        }
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sentence(), self.next())
    }
}

/// A size as a person says it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

fn io_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::PermissionDenied => "permission is denied".into(),
        ErrorKind::StorageFull => "the disk is full".into(),
        _ => error.to_string().trim_end_matches('.').to_string(),
    }
}

/// Who inserts whom, back to the start.
fn circle(ids: &[String]) -> String {
    match ids {
        [alone] => format!("the parameter “{alone}” inserts itself"),
        _ => {
            let chain: Vec<String> = ids.iter().chain(ids.first()).map(|id| format!("“{id}”")).collect();
            format!("the parameters {} insert each other in a circle", chain.join(" → "))
        }
    }
}

/// Names in quotation marks, joined for a sentence.
pub(crate) fn quoted_list(names: &[String]) -> String {
    names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ")
}
