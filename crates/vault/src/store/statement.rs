//! Signed statements: what a member put their name to, in its canonical form, verified whenever it is shown.

use super::{Reader, count, uuid};
use crate::{
    audit::Event,
    chain::{self, KeyDirectory},
    error::VaultError,
    header::{canon, verify_statement},
    time::{micros, moment},
    writer::Writer,
};
use conclave_domain::call::sign::SignatureLine;
use serde_json::{Map, Value};
use uuid::Uuid;

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A decision as taken.
    Decision,
    /// The acceptance of a risk.
    Acceptance,
    /// An answer as reviewed.
    Answer,
    /// A pack as signed off.
    Pack,
}

impl Purpose {
    /// Its name in the database and under the signature.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Acceptance => "acceptance",
            Self::Answer => "answer",
            Self::Pack => "pack",
        }
    }
}

/// What is to be signed.
#[derive(Debug)]
pub struct NewStatement {
    /// The kind of statement.
    pub purpose: Purpose,
    /// The record.
    pub subject: Uuid,
    /// The requirement, where the subject is an assessment; otherwise "".
    pub part: String,
    /// The revision that is signed.
    pub revision: i64,
    /// What is said, as people would read it: every value that the signature stands for.
    pub content: Map<String, Value>,
}

/// A statement as stored.
pub(crate) struct Stored {
    pub id: Uuid,
    pub purpose: String,
    pub subject: Uuid,
    pub part: String,
    pub revision: i64,
    pub member: Uuid,
    pub public_key: Vec<u8>,
    pub content: String,
    pub signature: Vec<u8>,
    pub entry: u64,
    pub at: i64,
}

impl Stored {
    /// Whether the signature is over this content, by this key, in this vault, and in canonical spelling.
    pub fn is_right(&self, vault: Uuid) -> bool {
        let (Ok(key), Ok(signature)) = (self.public_key.as_slice().try_into(), self.signature.as_slice().try_into())
        else {
            return false;
        };
        let spelled = serde_json::from_str::<Map<String, Value>>(&self.content)
            .ok()
            .and_then(|content| canon::canonical(&content, &[]))
            .is_some_and(|bytes| bytes == self.content.as_bytes());
        spelled && verify_statement(vault, key, &self.purpose, self.content.as_bytes(), signature)
    }

    /// Whether the key was the member's when the statement was made.
    pub fn is_granted(&self, keys: &KeyDirectory) -> bool {
        let key = self.public_key.as_slice().try_into().ok();
        key.and_then(|key: &[u8; 32]| keys.at(key, self.entry)).is_some_and(|span| span.member == self.member)
    }
}

impl Writer<'_> {
    /// Signs a statement in the acting member's name.
    pub(crate) async fn sign(&mut self, new: &NewStatement) -> Result<Event, VaultError> {
        let unspelled = || VaultError::Malformed("a statement without a canonical form".into());
        let bytes = canon::canonical(&new.content, &[]).ok_or_else(unspelled)?;
        let content = String::from_utf8(bytes).map_err(|_| unspelled())?;
        let purpose = new.purpose.name();
        let signature = self.unlocked.sign_statement(purpose, content.as_bytes());
        let id = Uuid::now_v7();
        let (raw, subject, member) =
            (id.as_bytes().to_vec(), new.subject.as_bytes().to_vec(), self.actor.id.as_bytes().to_vec());
        let (key, signed) = (self.unlocked.public_key().to_vec(), signature.to_vec());
        let (entry, at) = (i64::try_from(self.entry).unwrap_or(i64::MAX), micros(self.now.moment()));
        sqlx::query!(
            "INSERT INTO statement (id, purpose, subject, part, revision, member, public_key, content, signature, entry, at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            raw, purpose, subject, new.part, new.revision, member, key, content, signed, entry, at
        )
        .execute(&mut *self.db)
        .await?;
        let after = Map::from_iter([
            ("purpose".to_owned(), Value::from(purpose)),
            ("subject".to_owned(), Value::from(new.subject.to_string())),
            ("part".to_owned(), Value::from(new.part.clone())),
            ("content".to_owned(), Value::from(crate::hex(&crate::crypto::sha256(&[content.as_bytes()])))),
            ("signature".to_owned(), Value::from(crate::hex(&signature))),
        ]);
        Ok(Event::new("statement", id, "sign", Map::new(), after))
    }
}

impl Reader<'_> {
    /// The statements about a subject, the newest first.
    pub(crate) async fn statements(&mut self, subject: Option<Uuid>) -> Result<Vec<Stored>, VaultError> {
        let wanted = subject.map(|s| s.as_bytes().to_vec());
        let rows = sqlx::query!(
            "SELECT * FROM statement WHERE ? IS NULL OR subject = ? ORDER BY entry DESC, part",
            wanted,
            wanted
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter()
            .map(|r| {
                Ok(Stored {
                    id: uuid(&r.id)?,
                    purpose: r.purpose,
                    subject: uuid(&r.subject)?,
                    part: r.part,
                    revision: r.revision,
                    member: uuid(&r.member)?,
                    public_key: r.public_key,
                    content: r.content,
                    signature: r.signature,
                    entry: count(r.entry),
                    at: r.at,
                })
            })
            .collect()
    }

    /// The signatures about a subject as people see them, with the part and revision that each is over, the newest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn signatures(
        &mut self,
        vault: Uuid,
        subject: Uuid,
    ) -> Result<Vec<(String, i64, SignatureLine)>, VaultError> {
        let found = self.statements(Some(subject)).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let names = self.members().await?;
        Ok(found
            .into_iter()
            .map(|s| {
                let line = SignatureLine {
                    member: names.iter().find(|m| m.id == s.member).map(|m| m.name.clone()).unwrap_or_default(),
                    fingerprint: chain::fingerprint(s.public_key.as_slice().try_into().unwrap_or(&[0; 32])),
                    at: moment(s.at),
                    entry: s.entry,
                    right: s.is_right(vault),
                    current: true,
                    purpose: s.purpose,
                };
                (s.part, s.revision, line)
            })
            .collect())
    }
}
