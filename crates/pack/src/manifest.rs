//! The manifest: what is inside a pack, with hashes, as one of its attachments.

use crate::seal::sha256_hex;
use crate::tree::{Block, Chapter, Pack, Row};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The name of the attachment.
pub(crate) const NAME: &str = "manifest.json";
/// The version of the format that this program writes.
pub(crate) const FORMAT: u32 = 1;

/// The manifest's content.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub format: u32,
    pub pack: String,
    pub created: DateTime<Utc>,
    /// The public key that signed the pack, so that a removed signature is missed.
    pub signer: Option<String>,
    pub attachments: Vec<Entry>,
    pub chapters: Vec<ChapterEntry>,
    /// SHA-256 of the drawing of each page, as it stands in the file.
    pub pages: Vec<String>,
}

/// An attachment.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub name: String,
    pub size: u64,
    pub sha256: String,
}

/// A chapter.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ChapterEntry {
    pub title: String,
    /// SHA-256 of its canonical text.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of a pack whose pages have these hashes.
    pub fn of(pack: &Pack, pages: Vec<String>, signer: Option<String>) -> Manifest {
        let mut attachments: Vec<Entry> = pack
            .attachments
            .iter()
            .map(|file| Entry {
                name: file.name.clone(),
                size: file.bytes.len() as u64,
                sha256: sha256_hex(&file.bytes),
            })
            .collect();
        attachments.sort_by(|a, b| a.name.cmp(&b.name));
        let chapters = pack
            .chapters
            .iter()
            .map(|chapter| ChapterEntry {
                title: chapter.title.clone(),
                sha256: sha256_hex(canonical(chapter).as_bytes()),
            })
            .collect();
        Manifest { format: FORMAT, pack: pack.id.clone(), created: pack.created, signer, attachments, chapters, pages }
    }

    /// The bytes of the attachment.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A struct of strings and numbers always has a JSON form.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }
}

/// A chapter's text without its layout: one line per text, preceded by its kind, line breaks and backslashes escaped.
pub(crate) fn canonical(chapter: &Chapter) -> String {
    let mut out = String::new();
    let mut line = |kind: &str, text: &str| {
        out.push_str(kind);
        out.push('\t');
        out.push_str(&text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r"));
        out.push('\n');
    };
    line("chapter", &chapter.title);
    for block in &chapter.blocks {
        match block {
            Block::Heading { level, text } => line(&format!("heading {level}"), text),
            Block::Paragraph(text) => line("paragraph", text),
            Block::Note(text) => line("note", text),
            Block::Callout { mark, text } => line(&format!("callout {mark:?}"), text),
            Block::List(items) => items.iter().for_each(|item| line("item", item)),
            Block::Fields(fields) => {
                for (label, value) in fields {
                    line("label", label);
                    line("value", value);
                }
            }
            Block::Table(table) => {
                line("table", &table.caption);
                table.columns.iter().for_each(|column| line("column", &column.title));
                for row in &table.rows {
                    match row {
                        Row::Group(text) => line("group", text),
                        Row::Cells(cells) => {
                            line("row", "");
                            for cell in cells {
                                let kind = cell.mark.map_or_else(|| "cell".to_owned(), |mark| format!("cell {mark:?}"));
                                line(&kind, &cell.text);
                            }
                        }
                    }
                }
            }
            Block::Figure(figure) => {
                line("figure", &figure.title);
                line("description", &figure.description);
            }
            Block::PageBreak => {}
        }
    }
    out
}
