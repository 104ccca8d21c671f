//! Signed statements: what is signed when, and in which words. A statement holds every value that the signature stands for.

use crate::{handle::Changes, rules::separation};
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
    Audited, Desk, Sheet, Writer,
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

/// What saving a record says in the acting member's name: that the board decided, that a risk is accepted.
pub(crate) fn on_save(stored: &Stored) -> Option<NewStatement> {
    let purpose = match &stored.body {
        Body::Decision(decision) if decision.is_decided() => Purpose::Decision,
        Body::Risk(risk) if risk.status == "accepted" => Purpose::Acceptance,
        _ => return None,
    };
    let (head, said) = (&stored.head, stored.body.to_map());
    let content = content(&head.reference, head.id, head.revision, said);
    Some(NewStatement { purpose, subject: head.id, part: String::new(), revision: head.revision, content })
}

/// What reviewing an answer says.
///
/// # Errors
/// There is no such answer; the rules keep its author from reviewing it.
pub(crate) fn review(desk: &Desk<'_>, sheet: &Sheet, requirement: &str) -> Result<NewStatement, Fault> {
    let answer = sheet
        .answers
        .get(requirement)
        .ok_or_else(|| Fault::invalid_field("requirements", t!("rule.review_unanswered", id = requirement)))?;
    separation::may_review(desk, answer)?;
    let said = match serde_json::to_value(answer) {
        Ok(Value::Object(map)) => map.into_iter().filter(|(k, _)| k != "attached" && k != "revision").collect(),
        _ => return Err(Fault::internal()),
    };
    let head = &sheet.head;
    let content = content(&head.reference, head.id, answer.revision, said);
    Ok(NewStatement {
        purpose: Purpose::Answer,
        subject: head.id,
        part: requirement.to_owned(),
        revision: answer.revision,
        content,
    })
}

/// What signing a pack off says.
///
/// # Errors
/// It is no pack.
pub(crate) fn off(stored: &Stored) -> Result<NewStatement, Fault> {
    let Body::Pack(pack) = &stored.body else { return Err(Fault::refused(t!("app.other_kind_sentence"))) };
    let said = Map::from_iter([
        ("pack_id".to_owned(), Value::from(pack.pack_id.clone())),
        ("sha256".to_owned(), Value::from(pack.sha256.clone())),
    ]);
    let head = &stored.head;
    let content = content(&head.reference, head.id, head.revision, said);
    let part = String::new();
    Ok(NewStatement { purpose: Purpose::Pack, subject: head.id, part, revision: head.revision, content })
}

impl Changes for ReviewAnswers {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let sheet = writer.sheet(self.assessment).await?;
        let mut events = Vec::new();
        for requirement in &self.requirements {
            events.push(writer.review(&sheet, requirement).await?);
        }
        crate::records::changed(events)
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

impl Changes for SignPack {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        crate::records::changed(vec![writer.sign_off(self.id).await?])
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
