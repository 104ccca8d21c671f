//! Filling a vault for measurements: as many rows as a large organisation has in ten years, in seconds. Only in builds with
//! the feature `bench`; no shipped binary has it.

use crate::{chain::Outcome, error::VaultError, store::journal, vault::Vault};

impl Vault {
    /// Gives every assessment an answer to each of these requirements, and its coverage rows by these stages.
    ///
    /// # Errors
    /// The database refused.
    pub async fn fill_answers(&mut self, requirements: &[String], stages: &[String]) -> Result<u64, VaultError> {
        let requirements = serde_json::to_string(requirements)?;
        let stages = serde_json::to_string(stages)?;
        let done = sqlx::query(
            "INSERT INTO answer (assessment, requirement, result, progress, reason, maturity, target, comment, evidence, owner,
               due_on, revision, updated_at, updated_by)
             SELECT seq, value,
               CASE (seq * 7 + key * 13) % 5 WHEN 0 THEN 'met' WHEN 1 THEN 'partly' WHEN 2 THEN 'not_met' WHEN 3 THEN 'met'
                 ELSE 'not_assessed' END,
               'in_progress', '', NULL, NULL, 'Answered in the workshop; see the minutes.', '', 'Owner ' || (seq % 40),
               date('2026-01-01', '+' || ((seq * 31 + key * 17) % 700) || ' days'), 1, 1, 'bench'
             FROM record JOIN json_each(?) WHERE kind = 'assessment'",
        )
        .bind(requirements)
        .execute(&mut self.db)
        .await?;
        sqlx::query(
            "INSERT OR REPLACE INTO coverage (assessment, stage, met, partly, not_met, not_applicable, not_assessed)
             SELECT seq, value, 11, 6, 5, 1, 5 FROM record JOIN json_each(?) WHERE kind = 'assessment'",
        )
        .bind(stages)
        .execute(&mut self.db)
        .await?;
        Ok(done.rows_affected())
    }

    /// Appends signed entries to the journal.
    ///
    /// # Errors
    /// The database refused.
    pub async fn fill_journal(&mut self, entries: u64) -> Result<(), VaultError> {
        const BATCH: u64 = 20_000;
        let mut left = entries;
        while left > 0 {
            let batch = left.min(BATCH);
            sqlx::query("BEGIN IMMEDIATE").execute(&mut self.db).await?;
            let mut head = self.head;
            for _ in 0..batch {
                let entry = journal::NewEntry {
                    at: self.next_moment().moment(),
                    call: "bench.fill",
                    outcome: Outcome::Done,
                    events: &[],
                    key_changes: Vec::new(),
                    facts: Vec::new(),
                };
                head = Some(journal::append(&mut self.db, &self.unlocked, head, &entry).await?);
            }
            sqlx::query("COMMIT").execute(&mut self.db).await?;
            self.head = head;
            left -= batch;
        }
        // One more entry the usual way, so that the anchor stands at the end.
        self.note_refusal("bench.fill").await?;
        Ok(())
    }
}
