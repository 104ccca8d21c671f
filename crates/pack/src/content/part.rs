//! A part of the pack while it is written: leaves out what is empty, so that writers need not ask.

use crate::tree::{Block, Chapter, Mark, Table};
use conclave_domain::figure::Figure;

/// A chapter, or a section of a system's chapter.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub title: String,
    pub blocks: Vec<Block>,
    /// The level of its headings, 2 or 3.
    level: u8,
}

impl Part {
    pub fn new(title: impl Into<String>, level: u8) -> Part {
        Part { title: title.into(), blocks: Vec::new(), level: level.clamp(2, 3) }
    }

    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub fn into_chapter(self) -> Chapter {
        Chapter { title: self.title, blocks: self.blocks }
    }

    /// A heading of the part.
    pub fn head(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading { level: self.level, text: text.into() });
    }

    /// A heading below [`Part::head`], of the same level where there is none lower.
    pub fn sub(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading { level: 3, text: text.into() });
    }

    pub fn say(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.blocks.push(Block::Paragraph(text));
        }
    }

    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.blocks.push(Block::Note(text));
        }
    }

    pub fn callout(&mut self, mark: Mark, text: impl Into<String>) {
        self.blocks.push(Block::Callout { mark, text: text.into() });
    }

    pub fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// Label and value; pairs without a value are left out.
    pub fn fields(&mut self, mut pairs: Vec<(String, String)>) {
        pairs.retain(|(_, value)| !value.trim().is_empty());
        if !pairs.is_empty() {
            self.blocks.push(Block::Fields(pairs));
        }
    }

    /// A table; one without rows is left out.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    pub fn figure(&mut self, figure: Figure) {
        self.blocks.push(Block::Figure(figure));
    }
}
