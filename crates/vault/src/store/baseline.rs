//! Baselines: assessments as they were at a moment, bound to their hash; and proposals that were refused.

use super::{Reader, uuid};
use crate::{
    audit::Event,
    crypto::sha256,
    error::VaultError,
    time::{micros, moment},
    writer::Writer,
};
use conclave_domain::{
    answer::{Answer, Coverage},
    call::over_time::BaselineLine,
    noun::Assessment,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a baseline holds: the assessment, its framework's names, its answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Frozen {
    /// The assessment's reference when it was frozen.
    pub reference: String,
    /// The assessment.
    pub assessment: Assessment,
    /// The framework's edition, also of a built-in one.
    pub edition: String,
    /// The answers by requirement.
    pub answers: BTreeMap<String, Answer>,
}

impl Reader<'_> {
    /// The baselines of an assessment, the newest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn baselines(&mut self, assessment: Uuid) -> Result<Vec<BaselineLine>, VaultError> {
        let of = assessment.as_bytes().to_vec();
        let rows = sqlx::query!("SELECT * FROM baseline WHERE assessment = ? ORDER BY at DESC", of)
            .fetch_all(&mut *self.db)
            .await?;
        rows.into_iter()
            .map(|r| line(&r.id, &r.assessment, r.title, r.at, r.by, r.answers, &r.coverage, &r.sha256, Some(&r.body)))
            .collect()
    }

    /// The baselines of a system under a framework, the oldest first, without reading what they hold.
    ///
    /// # Errors
    /// The database refused.
    pub async fn baselines_about(&mut self, subject: Uuid, framework: &str) -> Result<Vec<BaselineLine>, VaultError> {
        let of = subject.as_bytes().to_vec();
        let rows = sqlx::query!(
            "SELECT id, assessment, title, at, by, answers, coverage, sha256 FROM baseline
             WHERE subject = ? AND framework = ? ORDER BY at",
            of,
            framework
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter()
            .map(|r| line(&r.id, &r.assessment, r.title, r.at, r.by, r.answers, &r.coverage, &r.sha256, None))
            .collect()
    }

    /// A baseline with what it holds; `None` if there is none of that id.
    ///
    /// # Errors
    /// The database refused; the content does not read.
    pub async fn baseline(&mut self, id: Uuid) -> Result<Option<(BaselineLine, Frozen)>, VaultError> {
        let key = id.as_bytes().to_vec();
        let row = sqlx::query!("SELECT * FROM baseline WHERE id = ?", key).fetch_optional(&mut *self.db).await?;
        let Some(r) = row else { return Ok(None) };
        let frozen = serde_json::from_str(&r.body)?;
        let line = line(&r.id, &r.assessment, r.title, r.at, r.by, r.answers, &r.coverage, &r.sha256, Some(&r.body))?;
        Ok(Some((line, frozen)))
    }

    /// All baselines: id, title, what the journal must say of each, and whether the content gives its hash.
    pub(crate) async fn baseline_states(
        &mut self,
    ) -> Result<Vec<(Uuid, String, Map<String, Value>, bool)>, VaultError> {
        let rows = sqlx::query!("SELECT * FROM baseline").fetch_all(&mut *self.db).await?;
        rows.into_iter()
            .map(|r| {
                let right = sha256(&[r.body.as_bytes()]).as_slice() == r.sha256;
                let frozen: Frozen = serde_json::from_str(&r.body).unwrap_or_default();
                let said = state(&frozen.reference, &r.title, &r.by, r.at, &r.coverage, &r.sha256);
                Ok((uuid(&r.id)?, r.title, said, right))
            })
            .collect()
    }

    /// The proposals that were refused, by requirement with the hash of what they rested on.
    ///
    /// # Errors
    /// The database refused.
    pub async fn refused_proposals(&mut self, seq: i64) -> Result<BTreeMap<String, String>, VaultError> {
        let rows = sqlx::query!("SELECT requirement, digest FROM proposal_refused WHERE assessment = ?", seq)
            .fetch_all(&mut *self.db)
            .await?;
        Ok(rows.into_iter().map(|r| (r.requirement, r.digest)).collect())
    }
}

/// What the journal says of a baseline.
fn state(reference: &str, title: &str, by: &str, at: i64, coverage: &str, hash: &[u8]) -> Map<String, Value> {
    Map::from_iter([
        ("assessment".to_owned(), Value::from(reference)),
        ("title".to_owned(), Value::from(title)),
        ("by".to_owned(), Value::from(by)),
        ("at".to_owned(), Value::from(at)),
        ("coverage".to_owned(), Value::from(coverage)),
        ("sha256".to_owned(), Value::from(crate::hex(hash))),
    ])
}

#[allow(clippy::too_many_arguments, reason = "one row, column by column: its two queries give different types")]
fn line(
    id: &[u8],
    assessment: &[u8],
    title: String,
    at: i64,
    by: String,
    answers: i64,
    coverage: &str,
    hash: &[u8],
    body: Option<&str>,
) -> Result<BaselineLine, VaultError> {
    Ok(BaselineLine {
        id: uuid(id)?,
        assessment: uuid(assessment)?,
        title,
        at: moment(at),
        by,
        sha256: crate::hex(hash),
        answers: usize::try_from(answers).unwrap_or(0),
        coverage: serde_json::from_str(coverage)?,
        sound: body.is_none_or(|body| sha256(&[body.as_bytes()]).as_slice() == hash),
    })
}

impl Writer<'_> {
    /// Keeps an assessment as it is.
    pub(crate) async fn add_baseline(
        &mut self,
        assessment: Uuid,
        title: &str,
        coverage: Coverage,
        frozen: &Frozen,
    ) -> Result<(BaselineLine, Event), VaultError> {
        let id = Uuid::now_v7();
        let body = serde_json::to_string(frozen)?;
        let hash = sha256(&[body.as_bytes()]).to_vec();
        let (key, of) = (id.as_bytes().to_vec(), assessment.as_bytes().to_vec());
        let subject = frozen.assessment.subject.map(|s| s.as_bytes().to_vec());
        let (now, answers) = (micros(self.now.moment()), i64::try_from(frozen.answers.len()).unwrap_or(i64::MAX));
        let counted = serde_json::to_string(&coverage)?;
        sqlx::query!(
            "INSERT INTO baseline (id, assessment, subject, framework, title, at, by, answers, coverage, sha256, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            key,
            of,
            subject,
            frozen.assessment.framework,
            title,
            now,
            self.actor.name,
            answers,
            counted,
            hash,
            body
        )
        .execute(&mut *self.db)
        .await?;
        let after = state(&frozen.reference, title, &self.actor.name, now, &counted, &hash);
        let event = Event::new("baseline", id, "create", Map::new(), after);
        let line = BaselineLine {
            id,
            assessment,
            title: title.to_owned(),
            at: self.now.moment(),
            by: self.actor.name.clone(),
            sha256: crate::hex(&hash),
            answers: frozen.answers.len(),
            coverage,
            sound: true,
        };
        Ok((line, event))
    }

    /// Notes that a proposal was refused as it stands.
    pub(crate) async fn refuse_proposal(
        &mut self,
        assessment: Uuid,
        seq: i64,
        requirement: &str,
        digest: &str,
    ) -> Result<Event, VaultError> {
        sqlx::query!(
            "INSERT OR REPLACE INTO proposal_refused (assessment, requirement, digest) VALUES (?, ?, ?)",
            seq,
            requirement,
            digest
        )
        .execute(&mut *self.db)
        .await?;
        let after = Map::from_iter([
            ("requirement".to_owned(), Value::from(requirement)),
            ("digest".to_owned(), Value::from(digest)),
        ]);
        Ok(Event::new("proposal", assessment, "refuse", Map::new(), after))
    }
}
