//! What a person sees when something cannot be done: one sentence, and what to do next.

use crate::t;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A refusal or failure, as shown to a person and sent to the window. It never carries key material or record text
/// other than what the person just entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{sentence} {next}")]
pub struct Fault {
    /// The machine-readable kind: callers decide by it, never by the sentence.
    pub kind: FaultKind,
    /// What happened, and where.
    pub sentence: String,
    /// What to do next.
    pub next: String,
    /// The fields that need another look (only for [`FaultKind::Invalid`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldFault>,
}

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum FaultKind {
    /// No such record, member, file section or call.
    NotFound,
    /// The acting member's role may not do this.
    NotAllowed,
    /// A field breaks an invariant.
    Invalid,
    /// Somebody saved a newer revision in between.
    Conflict {
        /// Who saved the newer revision.
        who: String,
        /// When it was saved.
        when: DateTime<Utc>,
        /// The newer revision's number.
        revision: i64,
    },
    /// The vault is locked.
    Locked,
    /// The call belongs to an opening or a member that is over.
    Stale,
    /// The passphrase or recovery key fits no slot of an intact header.
    WrongPassphrase,
    /// A file of the vault is not as it was written.
    Damaged,
    /// The vault's format is newer than this program.
    NewerFormat,
    /// Another process has the vault open.
    Held,
    /// The disk is full.
    Full,
    /// A file or folder cannot be read or written.
    Unreachable,
    /// Something of that name exists already.
    Exists,
    /// The person cancelled.
    Cancelled,
    /// The request itself is malformed, unknown or too large.
    BadRequest,
    /// A defect of the program; the log has the cause.
    Internal,
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The field's key; rows of a table field as `versions.2.date`.
    pub field: String,
    /// What is wrong with it.
    pub sentence: String,
}

impl FieldFault {
    /// A field and what is wrong with it.
    pub fn new(field: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { field: field.into(), sentence: sentence.into() }
    }
}

impl Fault {
    /// A fault of a kind with its two sentences.
    pub fn new(kind: FaultKind, sentence: impl Into<String>, next: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into(), next: next.into(), fields: Vec::new() }
    }

    /// `what` was not found.
    pub fn not_found(what: &str) -> Self {
        Self::new(FaultKind::NotFound, t!("fault.not_found", what = what), t!("fault.not_found_next"))
    }

    /// Fields that break an invariant.
    pub fn invalid(fields: Vec<FieldFault>) -> Self {
        let mut sentence = t!("fault.invalid");
        for f in &fields {
            sentence.push(' ');
            sentence.push_str(&f.sentence);
        }
        Self { fields, ..Self::new(FaultKind::Invalid, sentence, t!("fault.invalid_next")) }
    }

    /// One field that breaks an invariant.
    pub fn invalid_field(field: &str, sentence: impl Into<String>) -> Self {
        Self::invalid(vec![FieldFault::new(field, sentence)])
    }

    /// A malformed or unknown request.
    pub fn bad_request(why: impl std::fmt::Display) -> Self {
        Self::new(FaultKind::BadRequest, t!("fault.bad_request", why = why), t!("fault.bad_request_next"))
    }

    /// What was asked for is understood, and a rule refuses it.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::new(FaultKind::BadRequest, sentence, "")
    }

    /// The vault is locked.
    pub fn locked() -> Self {
        Self::new(FaultKind::Locked, t!("fault.locked"), t!("fault.locked_next"))
    }

    /// The vault was locked, or another member took over, since the call was made.
    pub fn stale() -> Self {
        Self::new(FaultKind::Stale, t!("fault.stale"), t!("fault.stale_next"))
    }

    /// The person cancelled a job.
    pub fn cancelled() -> Self {
        Self::new(FaultKind::Cancelled, t!("fault.cancelled"), t!("fault.cancelled_next"))
    }

    /// A defect of the program; the cause belongs in the log, not here.
    pub fn internal() -> Self {
        Self::new(FaultKind::Internal, t!("fault.internal"), t!("fault.internal_next"))
    }

    /// A file that cannot be read.
    pub fn unreadable(path: &str, why: impl std::fmt::Display) -> Self {
        let sentence = t!("fault.unreadable", path = path, why = why);
        Self::new(FaultKind::Unreachable, sentence, t!("fault.unreadable_next"))
    }

    /// A file or folder that cannot be written.
    pub fn not_writable(path: &str, why: impl std::fmt::Display) -> Self {
        let sentence = t!("fault.not_writable", path = path, why = why);
        Self::new(FaultKind::Unreachable, sentence, t!("fault.not_writable_next"))
    }

    /// The sentence about one field, if it is among the faulty ones.
    pub fn about(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|f| f.field == field).map(|f| f.sentence.as_str())
    }
}
