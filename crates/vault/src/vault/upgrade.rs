//! The upgrade act: what an older program wrote otherwise is written anew once, as one journalled and signed change, after a
//! backup. Reading works before it: bodies are read through their types.

use super::Vault;
use crate::{
    audit::{Audited, Event},
    backup::Reason,
    check::{CheckedRecord, Watch, step},
    error::VaultError,
    store::{
        Reader,
        answer::by_stage,
        framework::{CONTENT, subject},
        record::{index, set_columns},
    },
    writer::Writer,
};
use conclave_domain::{
    charter::Charter,
    content,
    fault::{Fault, FaultKind},
    noun::{Assessment, Body, FORM},
    t,
};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Where the database keeps the form of what it holds; absent it is the first.
pub(super) const FORM_KEY: &str = "form";
/// Records that are read at a time.
const PAGE: i64 = 500;

/// The form of what a database holds.
///
/// # Errors
/// It is of a later program.
pub(super) async fn form(db: &mut SqliteConnection) -> Result<u32, VaultError> {
    let kept = Reader::timeless(db).meta(FORM_KEY).await?;
    let found = kept.and_then(|bytes| bytes.try_into().ok()).map_or(1, u32::from_be_bytes);
    if found > FORM {
        let sentence = t!("fault.newer_format", found = found, known = FORM);
        return Err(Fault::new(FaultKind::NewerFormat, sentence, t!("fault.newer_format_next")).into());
    }
    Ok(found)
}

/// What an upgrade did.
#[derive(Default)]
struct Done {
    events: Vec<Event>,
    rewritten: u64,
    derived: u64,
}

impl Vault {
    /// Whether an older program wrote what is to be written anew.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.form < FORM
    }

    /// Writes anew what an older program wrote otherwise, and derives list columns, links and coverage again. One entry; a
    /// backup of what was stands beside the vault. Gives the entry's number.
    ///
    /// # Errors
    /// Cancelled; the disk refused. The vault is as it was then.
    pub async fn upgrade(&mut self, call: &str, watch: Watch<'_>) -> Result<u64, VaultError> {
        let head = self.head.map_or(0, |h| h.seq);
        let backed = self.kept_backups()?.iter().any(|k| k.reason == Reason::Migration && k.head == head);
        if !backed {
            self.keep_backup(Reason::Migration, &mut *watch).await?;
        }
        let (vault, before) = (self.id(), self.form);
        let mut transaction = self.begin_own().await?;
        let mut writer = transaction.writer();
        let mut done = Done::default();
        writer.upgrade_frameworks(&mut done).await?;
        writer.upgrade_records(&mut done, watch).await?;
        writer.set_meta(FORM_KEY, &FORM.to_be_bytes()).await?;
        drop(writer);
        let value = |form: u32| Map::from_iter([("form".to_owned(), Value::from(form))]);
        let event = Event::new("vault", vault, "upgrade", value(before), value(FORM))
            .with("rewritten", Value::from(done.rewritten))
            .with("derived", Value::from(done.derived));
        let ((), entry) = transaction.commit(call, Audited::many((), event, done.events)).await?;
        self.form = FORM;
        Ok(entry)
    }
}

impl Writer<'_> {
    /// The journal is told what the vault holds of frameworks, so that their past can be read.
    async fn upgrade_frameworks(&mut self, done: &mut Done) -> Result<(), VaultError> {
        for line in self.read().own_frameworks().await? {
            let Some(framework) = self.read().framework(&line.id, &line.edition).await? else { continue };
            let state = self.framework_state(&line.id, &line.edition).await?;
            let event = Event::new("framework", subject(&line.id, &line.edition), "upgrade", state.clone(), state);
            done.events.push(event.with(CONTENT, Value::from(serde_json::to_string(&*framework)?)));
        }
        for (id, edition) in self.read().kept_editions().await? {
            // The copy of an older program lacks the names by which lists would show it; its content stays as it is.
            let copy = self.read().framework(&id, &edition).await?;
            if let Some(copy) = copy {
                let about = &copy.framework;
                let count = i64::try_from(copy.requirements.len()).unwrap_or(i64::MAX);
                sqlx::query!(
                    "UPDATE catalogue SET title = ?, short_title = ?, publisher = ?, kind = ?, requirements = ?
                     WHERE id = ? AND edition = ?",
                    about.title,
                    about.short_title,
                    about.publisher,
                    about.kind,
                    count,
                    id,
                    edition
                )
                .execute(&mut *self.db)
                .await?;
            }
            if self.read().history(subject(&id, &edition)).await?.is_empty() {
                done.events.push(self.told_copy(&id, &edition, "upgrade").await?);
            }
        }
        Ok(())
    }

    async fn upgrade_records(&mut self, done: &mut Done, watch: Watch<'_>) -> Result<(), VaultError> {
        let charter = self.charter().await?;
        let (mut after, mut count) = (0, 0);
        loop {
            step(&mut *watch, t!("vault.stage_upgrade"), count, 0)?;
            let page = self.read().bodies_after(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.seq;
            for record in page {
                count += 1;
                self.upgrade_record(&record, &charter, done).await?;
            }
        }
    }

    async fn upgrade_record(
        &mut self,
        record: &CheckedRecord,
        charter: &Charter,
        done: &mut Done,
    ) -> Result<(), VaultError> {
        // What does not read is left for the check to say.
        let Some(body) = &record.body else { return Ok(()) };
        let upgraded = match body {
            Body::Assessment(assessment) => self.with_edition(assessment, done).await?.map(Body::Assessment),
            _ => None,
        };
        if let Some(new) = &upgraded {
            let event = Event::new(record.kind.name(), record.id, "upgrade", body.to_map(), new.to_map());
            done.events.push(event.at(record.revision));
            done.rewritten += 1;
        }
        let body = upgraded.as_ref().unwrap_or(body);
        let gaps = u32::try_from(body.gaps(charter).len()).unwrap_or(u32::MAX);
        let mut links: Vec<(String, Uuid)> = body.links().into_iter().map(|(f, to)| (f.to_owned(), to)).collect();
        links.sort();
        links.dedup();
        let stale_links = self.read().links_from(record.id).await? != links;
        let stale_proofs = match body {
            Body::Evidence(e) => {
                self.read().answers_resting_on(record.seq).await? != e.answers.iter().cloned().collect()
            }
            _ => false,
        };
        let stale_columns = body.columns(charter) != record.columns || gaps != record.gaps;
        if upgraded.is_some() || stale_links || stale_proofs {
            index(self.db, record.seq, record.id, body, charter).await?;
            done.derived += 1;
        } else if stale_columns {
            set_columns(self.db, record.seq, body, charter).await?;
            done.derived += 1;
        }
        if let Body::Assessment(assessment) = body {
            done.derived += u64::from(self.upgrade_coverage(record.seq, assessment).await?);
        }
        Ok(())
    }

    /// An assessment of a built-in framework keeps the edition that the vault has a copy of, or the present one.
    async fn with_edition(
        &mut self,
        assessment: &Assessment,
        done: &mut Done,
    ) -> Result<Option<Assessment>, VaultError> {
        let Some(built_in) = content::framework(&assessment.framework) else { return Ok(None) };
        if !assessment.edition.is_empty() {
            return Ok(None);
        }
        let kept = self.read().kept_editions().await?;
        let edition = match kept.into_iter().rfind(|(id, _)| *id == assessment.framework) {
            Some((_, edition)) => edition,
            None => {
                done.events.extend(self.keep_built_in(built_in).await?);
                built_in.framework.edition.clone()
            }
        };
        Ok(Some(Assessment { edition, ..assessment.clone() }))
    }

    async fn upgrade_coverage(&mut self, seq: i64, assessment: &Assessment) -> Result<bool, VaultError> {
        let framework = self.read().framework(&assessment.framework, &assessment.edition).await?;
        let Some(framework) = framework.filter(|_| !assessment.framework.is_empty()) else { return Ok(false) };
        let answers = self.read().answers(seq).await?;
        let follows = by_stage(&framework, &answers);
        if self.read().coverage_rows(seq).await? == follows {
            return Ok(false);
        }
        self.set_coverage(seq, &follows).await?;
        Ok(true)
    }
}
