//! Signed statements: what is signed when, and in which words. A statement holds every value that the signature stands for.

use crate::handle::Changes;
use conclave_domain::{
    call::{
        record::Done,
        sign::{ReviewAnswers, SignPack, SignatureLine},
    },
    fault::Fault,
    noun::Body,
    t,
};
use conclave_vault::{
    Audited, Event, Writer,
    store::{
        Reader,
        record::Stored,
        statement::{NewStatement, Purpose},
    },
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

fn content(reference: &str, id: Uuid, revision: i64, said: Map<String, Value>) -> Map<String, Value> {
    Map::from_iter([
        ("reference".to_owned(), Value::from(reference)),
        ("id".to_owned(), Value::from(id.to_string())),
        ("revision".to_owned(), Value::from(revision.to_string())),
        ("said".to_owned(), Value::Object(said)),
    ])
}

/// Signs what saving a record says in the acting member's name: that the board decided, that a risk is accepted.
pub(crate) async fn on_save(writer: &mut Writer<'_>, stored: &Stored) -> Result<Vec<Event>, Fault> {
    let purpose = match &stored.body {
        Body::Decision(decision) if decision.is_decided() => Purpose::Decision,
        Body::Risk(risk) if risk.status == "accepted" => Purpose::Acceptance,
        _ => return Ok(Vec::new()),
    };
    let (head, said) = (&stored.head, stored.body.to_map());
    let content = content(&head.reference, head.id, head.revision, said);
    let new = NewStatement { purpose, subject: head.id, part: "", revision: head.revision, content };
    Ok(vec![writer.sign(&new).await?])
}

impl Changes for ReviewAnswers {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let stored = writer.read().record(self.assessment).await?;
        if !matches!(stored.body, Body::Assessment(_)) || stored.head.trashed_at.is_some() {
            return Err(Fault::not_found(&stored.head.reference));
        }
        let answers = writer.read().answers(stored.seq).await?;
        let mut events = Vec::new();
        for requirement in &self.requirements {
            let answer = answers
                .get(requirement)
                .ok_or_else(|| Fault::invalid_field("requirements", t!("rule.review_unanswered", id = requirement)))?;
            // Nobody reviews what they answered themselves.
            if answer.updated_by == writer.actor().name {
                return Err(Fault::invalid_field("requirements", t!("rule.review_own", id = requirement)));
            }
            let said = match serde_json::to_value(answer) {
                Ok(Value::Object(map)) => map.into_iter().filter(|(k, _)| k != "attached" && k != "revision").collect(),
                _ => return Err(Fault::internal()),
            };
            let content = content(&stored.head.reference, stored.head.id, answer.revision, said);
            let new = NewStatement {
                purpose: Purpose::Answer,
                subject: stored.head.id,
                part: requirement,
                revision: answer.revision,
                content,
            };
            events.push(writer.sign(&new).await?);
        }
        crate::records::changed(events)
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

impl Changes for SignPack {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let stored = writer.read().record(self.id).await?;
        let Body::Pack(pack) = &stored.body else { return Err(Fault::refused(t!("app.other_kind_sentence"))) };
        let said = Map::from_iter([
            ("pack_id".to_owned(), Value::from(pack.pack_id.clone())),
            ("sha256".to_owned(), Value::from(pack.sha256.clone())),
        ]);
        let head = &stored.head;
        let content = content(&head.reference, head.id, head.revision, said);
        let new = NewStatement { purpose: Purpose::Pack, subject: head.id, part: "", revision: head.revision, content };
        crate::records::changed(vec![writer.sign(&new).await?])
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

/// The signatures about a record, the newest first. One over a pack stays current: its hash never changes.
pub(crate) async fn about(reader: &mut Reader<'_>, vault: Uuid, stored: &Stored) -> Result<Vec<SignatureLine>, Fault> {
    let found = reader.signatures(vault, stored.head.id).await?;
    let own = found.into_iter().filter(|(part, ..)| part.is_empty());
    Ok(own
        .map(|(_, revision, line)| SignatureLine {
            current: revision == stored.head.revision || line.purpose == Purpose::Pack.name(),
            ..line
        })
        .collect())
}

/// Who reviewed the answers of an assessment as they stand, by requirement.
pub(crate) async fn reviewed(
    reader: &mut Reader<'_>,
    vault: Uuid,
    assessment: Uuid,
    revisions: &BTreeMap<String, i64>,
) -> Result<BTreeMap<String, SignatureLine>, Fault> {
    let found = reader.signatures(vault, assessment).await?;
    // The oldest first, so that the newest of several stays.
    let standing = found.into_iter().rev().filter(|(part, revision, _)| revisions.get(part) == Some(revision));
    Ok(standing.map(|(part, _, line)| (part, line)).collect())
}
