//! Calls about evidence: bringing a file in, looking at it, taking a copy out.

use super::{
    call,
    record::{Head, Saved},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Brings a file in: as new evidence, or as the newest version of evidence that is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddEvidence {
    /// The evidence of which it is a newer version; `None` makes a new one.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// The revision that the person saw; 0 for new evidence.
    #[serde(default)]
    pub revision: i64,
    /// The file.
    pub path: String,
    /// For new evidence: its fields, as forms fill them. An empty title becomes the file's name.
    #[serde(default)]
    pub body: Map<String, Value>,
}
call!(AddEvidence, "evidence.add", Job, AddedEvidence, KeepEvidence, Records, Answers);

/// Evidence that was brought in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddedEvidence {
    /// What was saved.
    pub saved: Saved,
    /// Other evidence with exactly the same content.
    pub same_as: Vec<Head>,
}

/// Shows the beginning of a file inside the window, where that is safe: text and pictures, never anything that runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewEvidence {
    /// The evidence's reference or id.
    pub reference: String,
    /// Which version, from 1; 0 is the newest.
    #[serde(default)]
    pub version: u32,
}
call!(PreviewEvidence, "evidence.preview", Read, Preview, View);

/// What can be shown of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// "text", "image" or "none".
    pub kind: String,
    /// The text, at most 64 KiB of it.
    pub text: String,
    /// Whether the text goes on.
    pub cut: bool,
    /// The picture as a `data:` address.
    pub image: String,
    /// Why there is nothing to see, in a sentence.
    pub why: String,
}

/// Writes a copy of a file, under a name that leads nowhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportEvidence {
    /// The evidence's reference or id.
    pub reference: String,
    /// Which version, from 1; 0 is the newest.
    #[serde(default)]
    pub version: u32,
    /// The file to write; if it is a folder, the cleaned name is added.
    pub out: String,
    /// Whether an existing file is replaced.
    #[serde(default)]
    pub overwrite: bool,
}
call!(ExportEvidence, "evidence.export", Job, String, Export);
