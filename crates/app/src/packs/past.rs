//! The register as it was at an earlier moment: the changes since are taken back by the journal's before and after.
//!
//! Records that were removed from the trash since, and values that were erased, cannot be brought back; a pack says so.

use crate::undo::patch;
use chrono::{DateTime, Utc};
use conclave_domain::{answer::Answer, fault::Fault, kind::Kind, noun::Body};
use conclave_vault::store::{Reader, journal::SubjectChange, record::Stored};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What was changed since a moment, by subject, the newest change first. Empty for the present.
#[derive(Default)]
pub(super) struct Since {
    at: Option<DateTime<Utc>>,
    changes: HashMap<Uuid, Vec<SubjectChange>>,
}

impl Since {
    /// Reads what was changed since a moment; `None` is now.
    pub async fn read(reader: &mut Reader<'_>, at: Option<DateTime<Utc>>) -> Result<Self, Fault> {
        let mut since = Self { at, ..Self::default() };
        let Some(at) = at else { return Ok(since) };
        for change in reader.changes_after(at).await? {
            since.changes.entry(change.id).or_default().push(change);
        }
        Ok(since)
    }

    /// Whether it is the present: what cannot be brought back is left out of the past.
    pub fn is_now(&self) -> bool {
        self.at.is_none()
    }

    /// Whether something that happened at a moment had happened by then.
    pub fn holds(&self, moment: DateTime<Utc>) -> bool {
        self.at.is_none_or(|at| moment <= at)
    }

    /// The records of a kind as they were, those of one subject if one is given.
    pub async fn records(
        &self,
        reader: &mut Reader<'_>,
        kind: Kind,
        subject: Option<Uuid>,
    ) -> Result<Vec<Stored>, Fault> {
        let mut found = reader.records(kind, if self.changes.is_empty() { subject } else { None }).await?;
        let trashed_since: Vec<Uuid> = self
            .changes
            .values()
            .flatten()
            .filter(|c| c.kind == kind.name() && act(c) == "trash")
            .map(|c| c.id)
            .collect();
        found.extend(reader.records_by(&trashed_since).await?.into_iter().filter(|r| r.head.trashed_at.is_some()));
        if self.changes.is_empty() {
            return Ok(found);
        }
        let mut past: Vec<Stored> = found.into_iter().filter_map(|r| self.as_it_was(r)).collect();
        past.retain(|r| subject.is_none_or(|s| r.body.subject() == Some(s)));
        past.sort_by(|a, b| a.head.reference.cmp(&b.head.reference));
        past.dedup_by(|a, b| a.head.id == b.head.id);
        Ok(past)
    }

    /// Records by id as they were.
    pub async fn records_by(&self, reader: &mut Reader<'_>, ids: &[Uuid]) -> Result<Vec<Stored>, Fault> {
        let mut found: Vec<Stored> =
            reader.records_by(ids).await?.into_iter().filter_map(|r| self.as_it_was(r)).collect();
        found.sort_by(|a, b| a.head.reference.cmp(&b.head.reference));
        Ok(found)
    }

    fn as_it_was(&self, mut record: Stored) -> Option<Stored> {
        let kind = record.head.kind;
        let Some(changes) = self.changes.get(&record.head.id) else { return Some(record) };
        let mut map = record.body.to_map();
        for change in changes.iter().filter(|c| c.kind == kind.name()) {
            let Some(payload) = &change.payload else { continue };
            match payload.act.as_str() {
                "create" => return None,
                "trash" => record.head.trashed_at = None,
                "restore" => record.head.trashed_at = Some(record.head.updated_at),
                "update" => {
                    patch(&mut map, payload);
                    record.head.revision = payload.revision - 1;
                }
                _ => {}
            }
        }
        record.body = Body::from_map(kind, map).ok()?;
        record.head.title = record.body.title();
        record.head.trashed_at.is_none().then_some(record)
    }

    /// The answers of an assessment as they were.
    pub async fn answers(
        &self,
        reader: &mut Reader<'_>,
        assessment: &Stored,
    ) -> Result<BTreeMap<String, Answer>, Fault> {
        let mut answers = reader.answers(assessment.seq).await?;
        for change in self.changes.get(&assessment.head.id).into_iter().flatten().filter(|c| c.kind == "answer") {
            let Some(payload) = &change.payload else { continue };
            let Some(id) = payload.after.get("requirement").and_then(Value::as_str).map(str::to_owned) else {
                continue;
            };
            if payload.revision <= 1 {
                answers.remove(&id);
                continue;
            }
            let Some(Ok(Value::Object(mut map))) = answers.get(&id).map(serde_json::to_value) else { continue };
            let mut payload = payload.clone();
            payload.after.remove("requirement");
            patch(&mut map, &payload);
            keep_id(&mut map, &id);
            if let Ok(answer) = serde_json::from_value(Value::Object(map)) {
                answers.insert(id, answer);
            }
        }
        Ok(answers)
    }
}

fn keep_id(map: &mut Map<String, Value>, id: &str) {
    map.insert("requirement".into(), Value::String(id.to_owned()));
}

fn act(change: &SubjectChange) -> &str {
    change.payload.as_ref().map_or("", |p| p.act.as_str())
}
