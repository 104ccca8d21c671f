//! What a pack says, as a tree: chapters of headings, paragraphs, tables and figures. It knows no page and no PDF.

use chrono::{DateTime, Utc};
use conclave_domain::figure::Figure;

/// A pack's content.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// The id that every page prints.
    pub id: String,
    /// The title of the cover.
    pub title: String,
    /// The line under the title.
    pub subtitle: String,
    /// The organisation.
    pub organisation: String,
    /// The profile's label, printed on the cover and in the running foot.
    pub profile: String,
    /// When the pack was made; also the dates in the document's metadata, so that the same input gives the same bytes.
    pub created: DateTime<Utc>,
    /// The table of the cover: scope, date, vault, journal head, …
    pub cover: Vec<(String, String)>,
    /// Sentences under the cover's table: what the pack is and is not.
    pub statement: Vec<String>,
    /// The chapters.
    pub chapters: Vec<Chapter>,
    /// Files inside the PDF.
    pub attachments: Vec<Attachment>,
}

/// A chapter begins a page and is a bookmark of the first level.
#[derive(Debug, Clone, Default)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A part of a chapter.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading of level 2 (bookmark, in the contents) or 3 (bookmark only); it never stands alone at a page's end.
    Heading {
        /// 2 or 3.
        level: u8,
        /// What it says.
        text: String,
    },
    /// A paragraph; line breaks in the text are kept.
    Paragraph(String),
    /// A small, muted paragraph.
    Note(String),
    /// A framed, important sentence with a status mark.
    Callout {
        /// Its mark.
        mark: Mark,
        /// What it says.
        text: String,
    },
    /// Short texts with bullets.
    List(Vec<String>),
    /// Label and value in two columns; empty values are left out by whoever builds the tree.
    Fields(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A figure with its caption; it never breaks.
    Figure(Figure),
    /// The next block begins a page.
    PageBreak,
}

/// A table whose head is repeated on every page.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The caption, numbered by the layout; "" for none.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// Its width as a share of the sum of all shares.
    pub share: f64,
    /// Whether its cells are flush right with tabular figures.
    pub number: bool,
}

/// A row.
#[derive(Debug, Clone)]
pub enum Row {
    /// A band over the whole width that stays with the row after it.
    Group(String),
    /// One cell per column.
    Cells(Vec<Cell>),
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// Its text; line breaks are kept.
    pub text: String,
    /// A status shown before the text by shape and colour; the text says it in words.
    pub mark: Option<Mark>,
    /// Whether it is bold.
    pub bold: bool,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell { text, ..Cell::default() }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell { text: text.to_owned(), ..Cell::default() }
    }
}

/// A status by shape and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A filled circle: met, in force, within.
    Good,
    /// A half circle: partly met, due soon.
    Warn,
    /// A diamond: not met, overdue, outside.
    Bad,
    /// An empty circle: not assessed, not computable.
    Open,
    /// A dash: not applicable.
    None,
    /// A risk level 1–5: a square on the level's surface with the digit.
    Level(u8),
}

/// A file inside the PDF.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its media type.
    pub media: String,
    /// `AFRelationship`: Data, Source, Supplement.
    pub relationship: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
