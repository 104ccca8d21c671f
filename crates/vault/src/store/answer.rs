//! Answers and coverage.

use super::Reader;
use crate::{
    audit::Event,
    error::VaultError,
    time::{micros, moment},
    writer::Writer,
};
use chrono::{DateTime, NaiveDate, Utc};
use conclave_domain::{
    answer::{Answer, Coverage, Result as Outcome},
    framework::Framework,
};
use serde_json::{Map, Value};
use sqlx::{QueryBuilder, Row, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

/// An answer whose due date matters.
#[derive(Debug, Clone)]
pub struct DueAnswer {
    /// The assessment's id.
    pub assessment: Uuid,
    /// The requirement.
    pub requirement: String,
    /// Who owns it.
    pub owner: String,
    /// Until when.
    pub due_on: NaiveDate,
}

impl Reader<'_> {
    /// The answers of an assessment by requirement id. `seq` is the assessment's row.
    ///
    /// # Errors
    /// The database refused.
    pub async fn answers(&mut self, seq: i64) -> Result<BTreeMap<String, Answer>, VaultError> {
        let rows = sqlx::query!("SELECT * FROM answer WHERE assessment = ?", seq).fetch_all(&mut *self.db).await?;
        let level = |n: Option<i64>| n.and_then(|n| u8::try_from(n).ok());
        let attached = self.attached(seq).await?;
        rows.into_iter()
            .map(|r| {
                let answer = Answer {
                    requirement: r.requirement.clone(),
                    result: Outcome::from_name(&r.result),
                    progress: r.progress,
                    reason: r.reason,
                    maturity: level(r.maturity),
                    target: level(r.target),
                    comment: r.comment,
                    evidence: r.evidence,
                    owner: r.owner,
                    due_on: r.due_on.and_then(|d| d.parse().ok()),
                    revision: r.revision,
                    updated_at: Some(moment(r.updated_at)),
                    updated_by: r.updated_by,
                    attached: attached.get(&r.requirement).copied().unwrap_or(0),
                    value: r.value,
                    observation: r.observation,
                    inclusion: r.inclusion,
                    origin: (!r.origin.is_empty()).then(|| serde_json::from_str(&r.origin)).transpose()?,
                };
                Ok((r.requirement, answer))
            })
            .collect()
    }

    /// How much evidence in force each answer rests on, by requirement.
    async fn attached(&mut self, seq: i64) -> Result<BTreeMap<String, u64>, VaultError> {
        let today = self.now.day().to_string();
        let rows = sqlx::query!(
            r#"SELECT requirement, count(*) AS "count!: i64" FROM evidence_answer
               JOIN record AS assessment ON assessment.id = evidence_answer.assessment
               JOIN record AS evidence ON evidence.seq = evidence_answer.evidence
               WHERE assessment.seq = ? AND evidence.trashed_at IS NULL AND evidence.due >= ? GROUP BY requirement"#,
            seq,
            today
        )
        .fetch_all(&mut *self.db)
        .await?;
        Ok(rows.into_iter().map(|r| (r.requirement, super::count(r.count))).collect())
    }

    /// The coverage rows of an assessment, by stage.
    pub(crate) async fn coverage_rows(&mut self, seq: i64) -> Result<BTreeMap<String, Coverage>, VaultError> {
        let rows = sqlx::query!("SELECT * FROM coverage WHERE assessment = ?", seq).fetch_all(&mut *self.db).await?;
        let n = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(rows
            .into_iter()
            .map(|r| {
                let coverage = Coverage {
                    met: n(r.met),
                    partly: n(r.partly),
                    not_met: n(r.not_met),
                    not_applicable: n(r.not_applicable),
                    not_assessed: n(r.not_assessed),
                };
                (r.stage, coverage)
            })
            .collect())
    }

    /// The coverage of assessments, summed over stages, by assessment id.
    ///
    /// # Errors
    /// The database refused.
    pub async fn coverage_of(&mut self, assessments: &[Uuid]) -> Result<BTreeMap<Uuid, Coverage>, VaultError> {
        let mut found = BTreeMap::new();
        for some in assessments.chunks(400) {
            let mut query = QueryBuilder::new(
                "SELECT record.id, SUM(met), SUM(partly), SUM(not_met), SUM(not_applicable), SUM(not_assessed)
                 FROM coverage JOIN record ON record.seq = coverage.assessment WHERE record.id IN (",
            );
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_bytes().to_vec());
            }
            query.push(") GROUP BY record.id");
            for row in query.build().fetch_all(&mut *self.db).await? {
                let id: Vec<u8> = row.try_get(0)?;
                let n = |i: usize| row.try_get::<i64, _>(i).map(|n| u32::try_from(n).unwrap_or(0));
                let coverage =
                    Coverage { met: n(1)?, partly: n(2)?, not_met: n(3)?, not_applicable: n(4)?, not_assessed: n(5)? };
                found.insert(super::uuid(&id)?, coverage);
            }
        }
        Ok(found)
    }

    /// Coverage by stage over the newest live assessment of each system with this framework.
    ///
    /// # Errors
    /// The database refused.
    pub async fn portfolio_coverage(&mut self, framework: &str) -> Result<BTreeMap<String, Coverage>, VaultError> {
        let rows = sqlx::query!(
            r#"SELECT stage, SUM(met) as "met!: i64", SUM(partly) as "partly!: i64", SUM(not_met) as "not_met!: i64",
                      SUM(not_applicable) as "na!: i64", SUM(not_assessed) as "open!: i64"
               FROM coverage WHERE assessment IN
                 (SELECT MAX(seq) FROM record WHERE kind = 'assessment' AND class = ? AND trashed_at IS NULL GROUP BY subject)
               GROUP BY stage"#,
            framework
        )
        .fetch_all(&mut *self.db)
        .await?;
        let n = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(rows
            .into_iter()
            .map(|r| {
                let coverage = Coverage {
                    met: n(r.met),
                    partly: n(r.partly),
                    not_met: n(r.not_met),
                    not_applicable: n(r.na),
                    not_assessed: n(r.open),
                };
                (r.stage, coverage)
            })
            .collect())
    }

    /// Open answers that are due up to a day, the earliest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn due_answers(&mut self, until: NaiveDate, limit: i64) -> Result<Vec<DueAnswer>, VaultError> {
        let until = until.to_string();
        let rows = sqlx::query!(
            r#"SELECT record.id, answer.requirement, answer.owner, answer.due_on as "due_on!"
               FROM answer JOIN record ON record.seq = answer.assessment
               WHERE answer.due_on <= ? AND answer.due_on IS NOT NULL AND answer.progress <> 'done'
                 AND answer.result NOT IN ('met', 'not_applicable') AND record.trashed_at IS NULL
               ORDER BY answer.due_on LIMIT ?"#,
            until,
            limit
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter()
            .map(|r| {
                let due_on = r.due_on.parse().map_err(|_| VaultError::Malformed("a due date".into()))?;
                Ok(DueAnswer { assessment: super::uuid(&r.id)?, requirement: r.requirement, owner: r.owner, due_on })
            })
            .collect()
    }
}

/// The answers counted by stage.
pub fn by_stage(framework: &Framework, answers: &BTreeMap<String, Answer>) -> BTreeMap<String, Coverage> {
    let mut stages: BTreeMap<String, Coverage> =
        framework.stages().map(|s| (s.id.clone(), Coverage::default())).collect();
    for requirement in framework.asked(answers) {
        let result = answers.get(&requirement.id).map_or(Outcome::NotAssessed, |a| a.result);
        if let Some(stage) = framework.stage_of(requirement) {
            stages.entry(stage.id.clone()).or_default().add(result, 1);
        }
    }
    stages
}

impl Writer<'_> {
    /// Saves one answer over the one that the gate knows to be there.
    pub(crate) async fn put_answer(
        &mut self,
        assessment: Uuid,
        seq: i64,
        before: Option<&Answer>,
        answer: &Answer,
    ) -> Result<(Answer, Event), VaultError> {
        let found = before.map_or(0, |b| b.revision);
        if found != answer.revision {
            let newer = before.cloned().unwrap_or_default();
            return Err(VaultError::Conflict {
                what: answer.requirement.clone(),
                who: newer.updated_by,
                when: newer.updated_at.unwrap_or_default(),
                revision: found,
            });
        }
        let saved = Answer {
            revision: found + 1,
            updated_at: Some(self.now.moment()),
            updated_by: self.actor.name.clone(),
            ..answer.clone()
        };
        write_answer(self.db, seq, &saved, self.now.moment()).await?;
        let event = Event::new("answer", assessment, "answer", fields(before)?, fields(Some(&saved))?)
            .at(saved.revision)
            .with("requirement", Value::String(saved.requirement.clone()));
        Ok((saved, event))
    }

    /// Writes an assessment's coverage rows anew from its answers.
    pub(crate) async fn set_coverage(
        &mut self,
        seq: i64,
        stages: &BTreeMap<String, Coverage>,
    ) -> Result<(), VaultError> {
        set_coverage(self.db, seq, stages).await
    }
}

/// Writes an assessment's coverage rows anew.
pub(crate) async fn set_coverage(
    db: &mut SqliteConnection,
    seq: i64,
    stages: &BTreeMap<String, Coverage>,
) -> Result<(), VaultError> {
    sqlx::query!("DELETE FROM coverage WHERE assessment = ?", seq).execute(&mut *db).await?;
    for (stage, c) in stages {
        sqlx::query!(
            "INSERT INTO coverage (assessment, stage, met, partly, not_met, not_applicable, not_assessed)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            seq,
            stage,
            c.met,
            c.partly,
            c.not_met,
            c.not_applicable,
            c.not_assessed
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Writes an answer's row as it is.
pub(crate) async fn write_answer(
    db: &mut SqliteConnection,
    seq: i64,
    answer: &Answer,
    at: DateTime<Utc>,
) -> Result<(), VaultError> {
    let (result, due) = (answer.result.name(), answer.due_on.map(|d| d.to_string()));
    let (maturity, target) = (answer.maturity.map(i64::from), answer.target.map(i64::from));
    let at = micros(at);
    let origin = answer.origin.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
    sqlx::query!(
        "INSERT OR REPLACE INTO answer (assessment, requirement, result, progress, reason, maturity, target, comment, evidence,
           owner, due_on, revision, updated_at, updated_by, value, observation, inclusion, origin)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seq, answer.requirement, result, answer.progress, answer.reason, maturity, target, answer.comment, answer.evidence,
        answer.owner, due, answer.revision, at, answer.updated_by, answer.value, answer.observation, answer.inclusion, origin
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An answer as the journal keeps it: without the bookkeeping that every save changes.
pub(crate) fn fields(answer: Option<&Answer>) -> Result<Map<String, Value>, VaultError> {
    let Some(answer) = answer else { return Ok(Map::new()) };
    let mut map = match serde_json::to_value(answer)? {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    for key in ["requirement", "revision", "updated_at", "updated_by", "attached"] {
        map.remove(key);
    }
    Ok(map)
}
