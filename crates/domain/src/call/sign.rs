//! Calls about signed statements: reviewed answers and signed-off packs. Decisions and acceptances are signed when they are
//! saved.

use super::{call, record::Done};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Marks answers as reviewed: a statement, signed by the acting member, over each answer as it is. A later change of the answer
/// ends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewAnswers {
    /// The assessment.
    pub assessment: Uuid,
    /// The requirements whose answers were reviewed.
    pub requirements: Vec<String>,
}
call!(ReviewAnswers, "answer.review", Change, Done, Review, Answers);

/// Signs a pack off: a statement over its id and hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignPack {
    /// The pack.
    pub id: Uuid,
}
call!(SignPack, "pack.sign", Change, Done, Review, Records);

/// A signature as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignatureLine {
    /// What was signed: "decision", "acceptance", "answer" or "pack".
    pub purpose: String,
    /// Who signed.
    pub member: String,
    /// The fingerprint of the key.
    pub fingerprint: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The journal entry that holds it.
    pub entry: u64,
    /// Whether the signature is right.
    pub right: bool,
    /// Whether it is over what stands now; otherwise over an earlier revision.
    pub current: bool,
}

impl SignatureLine {
    /// "Signed by … on …", and what is wrong with it, if anything.
    pub fn sentence(&self) -> String {
        use crate::t;
        let day = self.at.format("%Y-%m-%d %H:%M UTC");
        let signed = t!("signature.signed", member = self.member, at = day, fingerprint = self.fingerprint);
        match (self.right, self.current) {
            (false, _) => format!("{signed} {}", t!("signature.wrong")),
            (true, false) => format!("{signed} {}", t!("signature.earlier")),
            (true, true) => signed,
        }
    }
}
