//! Calls about records of any kind: lists, details, saving, trash, search, home.

use super::{call, sign::SignatureLine};
use crate::{
    answer::Coverage,
    call::{Call, Tag, Way},
    kind::Kind,
    noun::{Body, Columns, Gap},
    permission::{Permission, of_save},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What every record has besides its body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Its id (UUIDv7).
    pub id: Uuid,
    /// Its kind.
    pub kind: Kind,
    /// What people see: AIS-0001.
    pub reference: String,
    /// Its name.
    pub title: String,
    /// Counts up with every save; saving over a newer one is a conflict.
    pub revision: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
    /// Who saved it last.
    pub updated_by: String,
    /// When it went to the trash.
    pub trashed_at: Option<DateTime<Utc>>,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Id, reference, title and dates.
    pub head: Head,
    /// What the list filters and sorts by.
    pub columns: Columns,
    /// The name of the subject, if any.
    pub subject: String,
    /// For systems: where the board's approval stands. For others `None`.
    pub approval: Option<Approval>,
    /// For assessments: the coverage. For others `None`.
    pub coverage: Option<Coverage>,
    /// For systems: the gate that was overridden or passed although it is not clear, in a sentence. For others "".
    #[serde(default)]
    pub gate: String,
    /// Whether it has gaps.
    pub gaps: u32,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// How many records match in all.
    pub total: u64,
    /// The rows from the offset on.
    pub rows: Vec<Row>,
}

/// One page of the records of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListRecords {
    /// The kind.
    pub kind: Kind,
    /// Words to find (full text); "" for all.
    pub text: String,
    /// Column → accepted values: status, class, owner, unit, subject (id), cell ("34"), score; `due` accepts "overdue"
    /// and "soon"; `tolerance` accepts "above"; `subject_stage` the lifecycle stage of the subject; `gaps` accepts "yes".
    pub filters: BTreeMap<String, Vec<String>>,
    /// The column to sort by: reference, title, status, class, owner, unit, due, score, updated.
    pub sort: String,
    /// Largest first.
    pub descending: bool,
    /// How many to pass over.
    pub offset: u64,
    /// How many to give, at most 500.
    pub limit: u64,
    /// The trash instead of the register.
    pub trashed: bool,
}

impl Default for ListRecords {
    fn default() -> Self {
        Self {
            kind: Kind::System,
            text: String::new(),
            filters: BTreeMap::new(),
            sort: "reference".into(),
            descending: false,
            offset: 0,
            limit: 50,
            trashed: false,
        }
    }
}
call!(ListRecords, "record.list", Read, Page, View);

/// The values that a kind's columns have, with counts: what a filter can offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetFacets {
    /// The kind.
    pub kind: Kind,
}
/// Column → values with counts, the most frequent first (at most 200 per column).
pub type Facets = BTreeMap<String, Vec<(String, u64)>>;
call!(GetFacets, "record.facets", Read, Facets, View);

/// One record with what it is connected to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetRecord {
    /// Its id or its reference (AIS-0001).
    pub reference: String,
}
call!(GetRecord, "record.get", Read, Detail, View);

/// A record in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// Id, reference, title and dates.
    pub head: Head,
    /// The body.
    pub body: Body,
    /// What keeps it from progressing.
    pub gaps: Vec<Gap>,
    /// The records that it points to, for showing links by name.
    pub linked: Vec<Head>,
    /// The records that point to it.
    pub used_by: Vec<Row>,
    /// The source rows that it was imported from, newest first.
    pub sources: Vec<SourceRow>,
    /// For systems: where the board's approval stands.
    pub approval: Option<Approval>,
    /// For systems: the gate that was overridden and is not clear, in a sentence. For others "".
    #[serde(default)]
    pub gate: String,
    /// What was signed about it, the newest first.
    #[serde(default)]
    pub signatures: Vec<SignatureLine>,
}

/// The line of a file that a record came from, with the cells that have no field of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceRow {
    /// The file's name.
    pub file: String,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
    /// The line (CSV) or row (spreadsheet), from 1.
    pub line: u64,
    /// Column → value, in the order of the file.
    pub values: Vec<(String, String)>,
}

/// Creates a record (no id) or saves a new revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveRecord {
    /// The record; `None` creates one.
    pub id: Option<Uuid>,
    /// The revision that was edited; 0 for a new record.
    #[serde(default)]
    pub revision: i64,
    /// The new body.
    #[serde(flatten)]
    pub body: Body,
}
impl Call for SaveRecord {
    type Reply = Saved;
    const NAME: &'static str = "record.save";
    const WAY: Way = Way::Change;
    const TOUCHES: &'static [Tag] = &[Tag::Records];
    fn permission(&self) -> Permission {
        // Only what it asks for by itself; what is there before is asked for where it is known.
        of_save(None, &self.body)[0]
    }
}

/// What was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The record as it now is.
    pub head: Head,
    /// What keeps it from progressing.
    pub gaps: Vec<Gap>,
    /// The journal entry of the change, by which it can be undone.
    pub entry: u64,
}

/// Moves records to the trash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrashRecord {
    /// The records.
    pub ids: Vec<Uuid>,
}
call!(TrashRecord, "record.trash", Change, Done, Trash, Records);

/// Takes records out of the trash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoreRecord {
    /// The records.
    pub ids: Vec<Uuid>,
}
call!(RestoreRecord, "record.restore", Change, Done, Trash, Records);

/// Removes what lies in the trash for good; the journal keeps the fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmptyTrash {}
call!(EmptyTrash, "trash.empty", Change, Done, EmptyTrash, Records);

/// Takes a change back: writes the state before it as a new revision, if nothing was changed since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoChange {
    /// The journal entry of the change.
    pub entry: u64,
}
call!(UndoChange, "record.undo", Change, Done, Trash, Records, Answers);

/// How many records a change touched, and its journal entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Records.
    pub count: u64,
    /// The journal entry.
    pub entry: u64,
}

/// Finds records by words in any of their fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// The words; the last may be the beginning of one.
    pub text: String,
    /// How many hits at most.
    pub limit: u64,
}
call!(Search, "search", Read, SearchPage, View);

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchPage {
    /// The best hits first.
    pub hits: Vec<Head>,
    /// Whether the words are so common that only the newest matches were ranked.
    pub partial: bool,
}

/// Where the board's approval of a system stands: the reality, not the label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Approval {
    /// No decision yet.
    None,
    /// In force, with this many open conditions, of which some may be overdue.
    InForce {
        /// The decision's reference.
        decision: String,
        /// Until when.
        until: Option<NaiveDate>,
        /// Conditions not yet met.
        open_conditions: u32,
        /// Of these, past their date.
        overdue_conditions: u32,
    },
    /// Ran out, while the system goes on.
    Expired {
        /// The decision's reference.
        decision: String,
        /// The day on which it ran out.
        since: NaiveDate,
    },
    /// The system was changed materially after the decision.
    Stale {
        /// The decision's reference.
        decision: String,
        /// What changed: the newer version's label, or "" for another material change.
        version: String,
    },
    /// Rejected, suspended or terminated.
    Refused {
        /// The decision's reference.
        decision: String,
        /// The outcome.
        outcome: String,
    },
    /// Deferred.
    Deferred {
        /// The decision's reference.
        decision: String,
    },
}

/// What needs attention, and the portfolio's figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetHome {}
call!(GetHome, "home", Read, Home, View);

/// The home page's content.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// Records in the register, by kind name.
    pub counts: BTreeMap<String, u64>,
    /// Systems by lifecycle stage.
    pub stages: BTreeMap<String, u64>,
    /// Systems classed as high-risk or prohibited.
    pub high_risk: u64,
    /// Systems without an owner.
    pub without_owner: u64,
    /// Risks above tolerance and not closed.
    pub above_tolerance: u64,
    /// Systems whose approval ran out, went stale or was never given while they are in operation.
    pub without_approval: u64,
    /// Coverage of the lead framework by stage id, over each system's newest assessment.
    pub coverage: Vec<(String, String, Coverage)>,
    /// What needs attention, the most urgent first (at most 50).
    pub attention: Vec<Attention>,
    /// How many things need attention in all.
    pub attention_total: u64,
}

/// One thing that needs attention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attention {
    /// What sort of thing: approval_expired, approval_stale, approval_ending, condition, risk_above, risk_review,
    /// acceptance_ending, answer_due, vendor_due, review_draft.
    pub sort: String,
    /// One sentence.
    pub sentence: String,
    /// The record it is about.
    pub head: Head,
    /// Who owns it.
    pub owner: String,
    /// When it is or was due.
    pub due: Option<NaiveDate>,
    /// Whether it is past due or blocked.
    pub overdue: bool,
}

/// The 5 × 5 matrix of risks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GetMatrix {
    /// The system; `None` for the whole register.
    pub subject: Option<Uuid>,
}
call!(GetMatrix, "risk.matrix", Read, Matrix, View);

/// Counts of open risks by likelihood and impact of their current rating.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// `cells[likelihood - 1][impact - 1]`.
    pub cells: [[u32; 5]; 5],
    /// Open risks without a rating.
    pub unrated: u32,
    /// Open risks above tolerance.
    pub above_tolerance: u32,
    /// Open risks.
    pub open: u32,
}
