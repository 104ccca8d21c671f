//! Evidence: which contents there are with which key, and which answers rest on which evidence.

use super::{Reader, count};
use crate::{
    crypto::SecretKey,
    error::VaultError,
    evidence::{StoreId, Stored},
    time::micros,
    writer::Writer,
};
use chrono::NaiveDate;
use conclave_domain::{
    call::assess::Attached,
    kind::Kind,
    noun::{Evidence, evidence::AnswerRef},
};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A content as the database knows it.
#[derive(Debug, Clone)]
pub struct Content {
    /// Its id in the store.
    pub id: StoreId,
    /// Its key.
    pub key: SecretKey,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl Writer<'_> {
    /// Notes a content that was written to the store.
    pub(crate) async fn put_content(&mut self, stored: &Stored) -> Result<(), VaultError> {
        let (id, key, sha256) = (stored.id.to_vec(), stored.key.expose().to_vec(), stored.sha256.to_vec());
        let (size, at) = (i64::try_from(stored.size).unwrap_or(i64::MAX), micros(self.now.moment()));
        sqlx::query!(
            "INSERT INTO evidence_file (id, key, size, sha256, added_at) VALUES (?, ?, ?, ?, ?)",
            id,
            key,
            size,
            sha256,
            at
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }
}

impl Writer<'_> {
    /// Forgets the contents of evidence that was removed, unless other evidence has the same. Their files go at the next opening
    /// at which no backup beside the vault needs them.
    pub(crate) async fn drop_contents(&mut self, evidence: &Evidence) -> Result<(), VaultError> {
        for version in &evidence.versions {
            let pattern = format!("%\"{}\"%", version.file);
            let row = sqlx::query!(
                r#"SELECT count(*) AS "count!: i64" FROM body JOIN record ON record.seq = body.record
                   WHERE record.kind = 'evidence' AND body.json LIKE ?"#,
                pattern
            )
            .fetch_one(&mut *self.db)
            .await?;
            let id = crate::crypto::hex::decode::<16>(&version.file).map(|id| id.to_vec());
            if let Some(id) = id.filter(|_| row.count == 0) {
                sqlx::query!("DELETE FROM evidence_file WHERE id = ?", id).execute(&mut *self.db).await?;
            }
        }
        Ok(())
    }
}

/// Derives which answers an evidence record is attached to.
pub(crate) async fn index_answers(
    db: &mut SqliteConnection,
    seq: i64,
    answers: &[AnswerRef],
) -> Result<(), VaultError> {
    sqlx::query!("DELETE FROM evidence_answer WHERE evidence = ?", seq).execute(&mut *db).await?;
    for answer in answers {
        let assessment = answer.assessment.as_bytes().to_vec();
        sqlx::query!(
            "INSERT OR IGNORE INTO evidence_answer (evidence, assessment, requirement) VALUES (?, ?, ?)",
            seq,
            assessment,
            answer.requirement
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

impl Reader<'_> {
    /// A content by its id.
    ///
    /// # Errors
    /// There is none; the database refused.
    pub async fn content(&mut self, id: &StoreId) -> Result<Content, VaultError> {
        let found = self.contents().await?.into_iter().find(|c| c.id == *id);
        found.ok_or_else(|| VaultError::NotFound(conclave_domain::t!("subject.content")))
    }

    /// A content with these bytes, if there is one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn content_of(&mut self, sha256: &[u8; 32]) -> Result<Option<Content>, VaultError> {
        Ok(self.contents().await?.into_iter().find(|c| c.sha256 == *sha256))
    }

    /// Every content.
    ///
    /// # Errors
    /// The database refused.
    pub async fn contents(&mut self) -> Result<Vec<Content>, VaultError> {
        let rows = sqlx::query!("SELECT id, key, size, sha256 FROM evidence_file ORDER BY added_at")
            .fetch_all(&mut *self.db)
            .await?;
        let wrong = |_| VaultError::Malformed("an evidence row".into());
        rows.into_iter()
            .map(|r| {
                let key: [u8; 32] = r.key.try_into().map_err(wrong)?;
                Ok(Content {
                    id: r.id.try_into().map_err(wrong)?,
                    key: SecretKey::from_bytes(&key),
                    size: count(r.size),
                    sha256: r.sha256.try_into().map_err(wrong)?,
                })
            })
            .collect()
    }

    /// The ids of every content: what the store may hold.
    ///
    /// # Errors
    /// The database refused.
    pub async fn content_ids(&mut self) -> Result<BTreeSet<StoreId>, VaultError> {
        Ok(self.contents().await?.into_iter().map(|c| c.id).collect())
    }

    /// The answers that rest on an evidence record, as the database derived them.
    pub(crate) async fn answers_resting_on(&mut self, seq: i64) -> Result<BTreeSet<AnswerRef>, VaultError> {
        let rows = sqlx::query!("SELECT assessment, requirement FROM evidence_answer WHERE evidence = ?", seq)
            .fetch_all(&mut *self.db)
            .await?;
        rows.into_iter()
            .map(|r| Ok(AnswerRef { assessment: super::uuid(&r.assessment)?, requirement: r.requirement }))
            .collect()
    }

    /// The evidence on which an assessment's answers rest, by requirement.
    ///
    /// # Errors
    /// The database refused.
    pub async fn evidence_of(&mut self, assessment: Uuid) -> Result<BTreeMap<String, Vec<Attached>>, VaultError> {
        let today = self.now.day();
        let id = assessment.as_bytes().to_vec();
        let rows = sqlx::query!(
            "SELECT requirement, number, title, due FROM evidence_answer JOIN record ON record.seq = evidence
             WHERE assessment = ? AND trashed_at IS NULL ORDER BY requirement, number",
            id
        )
        .fetch_all(&mut *self.db)
        .await?;
        let mut found: BTreeMap<String, Vec<Attached>> = BTreeMap::new();
        for r in rows {
            let expires_on: Option<NaiveDate> = r.due.parse().ok().filter(|_| r.due != "9999-12-31");
            found.entry(r.requirement).or_default().push(Attached {
                reference: Kind::Evidence.reference(r.number),
                title: r.title,
                expires_on,
                expired: expires_on.is_some_and(|day| day < today),
            });
        }
        Ok(found)
    }
}
