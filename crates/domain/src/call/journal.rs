//! Calls about the journal, the charter, the members and the vault's integrity.

use super::call;
use crate::{charter::Charter, kind::Kind};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One page of the journal, the newest entries first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListJournal {
    /// Only entries about this record.
    pub subject: Option<Uuid>,
    /// Only entries of this member.
    pub actor: String,
    /// Only entries of this call.
    pub call: String,
    /// Only entries from this local day on.
    pub from: Option<NaiveDate>,
    /// Only entries up to and including this local day.
    pub until: Option<NaiveDate>,
    /// How many to pass over.
    pub offset: u64,
    /// How many to give, at most 500.
    pub limit: u64,
}
call!(ListJournal, "journal.list", Read, JournalPage, View);

/// A page of the journal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JournalPage {
    /// How many entries match in all.
    pub total: u64,
    /// The entries.
    pub lines: Vec<JournalLine>,
    /// The number of the newest entry.
    pub head_seq: u64,
    /// Its hash, in hex.
    pub head_hash: String,
    /// The first entry's hash in short groups: what packs print.
    pub genesis: String,
    /// All actors that occur, for the filter.
    pub actors: Vec<String>,
    /// All calls that occur, for the filter.
    pub calls: Vec<String>,
}

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalLine {
    /// Its number, from 1.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// By which call.
    pub call: String,
    /// The first subjects (at most 3).
    pub subjects: Vec<Subject>,
    /// How many subjects in all.
    pub subject_count: u64,
    /// Its hash, in hex.
    pub hash: String,
    /// Whether it was refused: nothing was changed.
    pub refused: bool,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// The kind's name, or "answer", "charter", "member", "vault".
    pub kind: String,
    /// The id.
    pub id: Uuid,
    /// Reference and title, if the record still exists.
    pub name: String,
}

/// One entry with before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetEntry {
    /// Its number.
    pub seq: u64,
    /// How many subjects to pass over.
    #[serde(default)]
    pub offset: u64,
}
call!(GetEntry, "journal.entry", Read, Entry, View);

/// An entry in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The line.
    pub line: JournalLine,
    /// The hash of the entry before.
    pub previous: String,
    /// The signature, in hex.
    pub signature: String,
    /// The subjects' changes (at most 100 from the offset on).
    pub changes: Vec<Change>,
    /// Whether the change can be taken back.
    pub undoable: bool,
}

/// What happened to one subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The subject.
    pub subject: Subject,
    /// The fields that differ: label, before, after.
    pub fields: Vec<(String, String, String)>,
    /// Whether the values were erased.
    pub erased: bool,
}

/// Recomputes the whole chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerifyJournal {}
call!(VerifyJournal, "journal.verify", Job, Verdict, View);

/// Checks the vault: cipher pages, structure, journal, records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckVault {}
call!(CheckVault, "vault.check", Job, Verdict, View);

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// What was checked, one sentence each.
    pub checked: Vec<String>,
    /// What is wrong, one sentence each, with entry or page numbers.
    pub faults: Vec<String>,
}

/// The charter in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCharter {}
call!(GetCharter, "charter.get", Read, Charter, View);

/// Saves a new edition of the charter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveCharter {
    /// The new charter; its edition is the one that was edited.
    pub charter: Charter,
}
call!(SaveCharter, "charter.save", Change, Charter, EditCharter, Charter, Records, Session);

/// The members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListMembers {}
call!(ListMembers, "member.list", Read, Vec<Member>, View);

/// A member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The id.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// The fingerprint of the signing key.
    pub fingerprint: String,
    /// Whether the member may act.
    pub active: bool,
    /// Whether a first passphrase, set by an administrator, has not been replaced yet.
    #[serde(default)]
    pub invited: bool,
    /// When the member joined.
    pub since: DateTime<Utc>,
}

/// The kinds that the journal's subjects can have besides record kinds.
pub fn subject_label(kind: &str) -> String {
    Kind::from_name(kind).map_or_else(|| crate::text::label(&format!("subject.{kind}")), Kind::one)
}
