//! Measuring a fairness review: the file is read, counted by the plan that was recorded before, and forgotten.

use crate::{
    app::App,
    handle::{Runs, Work},
    import::{read_file, why},
    job::Job,
};
use chrono::{DateTime, Utc};
use conclave_domain::{
    call::{
        Call,
        exchange::{FairnessColumn, MeasureFairness, PreviewFairness},
        record::Saved,
    },
    fairness::{Counter, Measured, Plan},
    fault::Fault,
    noun::{Body, Review},
    t,
};
use conclave_exchange::Table;
use conclave_vault::{Audited, How, Writer, crypto, store::record::Stored};
use std::collections::HashMap;

/// Rows that a measurement may count.
const ROWS: usize = 2_000_000;
/// Values of a column that the preview names.
const VALUES: usize = 20;
/// Different values after which a column is only called "many".
const DISTINCT: usize = 2_001;
/// Rows between two steps of progress.
const STEP: usize = 20_000;

impl Runs for PreviewFairness {
    async fn run(self, app: &App, job: &Job) -> Result<Vec<FairnessColumn>, Fault> {
        let table = read_file(&self.path, &self.read_as, ROWS, job).await?;
        job.step(&t!("app.stage_measuring"), 0, 0)?;
        let columns = table.headers.iter().map(|h| column(&table, h.index, &h.name)).collect();
        app.still(job).await?;
        Ok(columns)
    }
}

fn column(table: &Table, index: usize, header: &str) -> FairnessColumn {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    let mut numeric = true;
    for cell in table.rows.iter().map(|r| r.cell(index).trim()).filter(|c| !c.is_empty()) {
        numeric &= cell.parse::<f64>().is_ok();
        if counts.len() < DISTINCT || counts.contains_key(cell) {
            *counts.entry(cell).or_default() += 1;
        }
    }
    let distinct = counts.len() as u64;
    let mut values: Vec<(String, u64)> = counts.into_iter().map(|(v, n)| (v.to_owned(), n)).collect();
    values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values.truncate(VALUES);
    FairnessColumn { header: header.to_owned(), values, distinct, numeric: numeric && distinct > 0 }
}

impl Runs for MeasureFairness {
    async fn run(self, app: &App, job: &Job) -> Result<Saved, Fault> {
        let (plan, actor) = {
            let mut vault = app.vault(job).await?;
            let actor = vault.actor().name.clone();
            let stored = vault.read().await?.record(self.review).await?;
            (planned(&stored, self.revision)?.1, actor)
        };
        let table = read_file(&self.path, &self.read_as, ROWS, job).await?;
        let sha256 = hash_file(&self.path)?;
        let measured = measure(&plan, &table, &sha256, (&actor, job.now().moment()), job)?;
        let permission = self.permission();
        let work = Measuring { call: self, measured };
        let (mut saved, entry) = app.transact(job, MeasureFairness::NAME, permission, work).await?;
        saved.entry = entry;
        Ok(saved)
    }
}

/// The review and its plan, if it can be measured.
fn planned(stored: &Stored, revision: i64) -> Result<(Review, Plan), Fault> {
    let Body::Review(review) = &stored.body else { return Err(Fault::not_found(&stored.head.reference)) };
    if review.review_type != "fairness" {
        return Err(Fault::invalid_field("review_type", t!("app.review_not_fairness")));
    }
    if review.fairness.is_some() {
        return Err(Fault::invalid_field("fairness_plan", t!("rule.plan_frozen")));
    }
    stored.is_at(revision)?;
    let plan = review
        .fairness_plan
        .clone()
        .ok_or_else(|| Fault::invalid_field("fairness_plan", t!("app.review_unplanned")))?;
    Ok((review.clone(), plan))
}

fn hash_file(path: &str) -> Result<String, Fault> {
    let bytes = std::fs::read(path.trim()).map_err(|e| Fault::unreadable(path, why(&e)))?;
    Ok(crypto::hex::encode(&crypto::sha256(&[&bytes])))
}

/// Counts a table by a plan.
pub(crate) fn measure(
    plan: &Plan,
    table: &Table,
    sha256: &str,
    (by, at): (&str, DateTime<Utc>),
    job: &Job,
) -> Result<Measured, Fault> {
    let headers: Vec<String> = table.headers.iter().map(|h| h.name.clone()).collect();
    let mut counter = Counter::new(plan, &headers).map_err(Fault::invalid)?;
    let total = table.rows.len() as u64;
    for (done, row) in table.rows.iter().enumerate() {
        if done % STEP == 0 {
            job.step(&t!("app.stage_measuring"), done as u64, total)?;
        }
        counter.push(&row.cells).map_err(|f| Fault::invalid(vec![f]))?;
    }
    let doubts = counter.doubts();
    if !doubts.is_empty() {
        return Err(Fault::invalid(doubts));
    }
    Ok(counter.finish(&table.source.file_name, sha256, at, by))
}

struct Measuring {
    call: MeasureFairness,
    measured: Measured,
}

impl Work for Measuring {
    type Reply = Saved;

    async fn work(self, writer: &mut Writer<'_>) -> Result<Audited<Saved>, Fault> {
        let stored = writer.read().record(self.call.review).await?;
        let (review, _) = planned(&stored, self.call.revision)?;
        let status = "measured".to_owned();
        let body = Body::Review(Review { fairness: Some(self.measured), status, ..review });
        let (stored, events) = writer.save(self.call.review, self.call.revision, body, How::Measure).await?;
        crate::records::saved(writer, stored, events).await
    }
}
