//! Taking a change back: its inverse is made from the journal's before and after, and is itself a journalled change.

use crate::{handle::Changes, records::changed};
use conclave_domain::{
    answer::Answer,
    call::record::{Done, UndoChange},
    fault::Fault,
    kind::Kind,
    noun::Body,
    t,
};
use conclave_vault::{Audited, Event, How, Sheet, Writer, audit::Payload, store::journal::SubjectChange};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, btree_map::Entry};
use uuid::Uuid;

impl Changes for UndoChange {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let changes = writer.read().changes(self.entry, 0, u64::MAX >> 1).await?;
        if !can_undo(&changes) {
            return Err(Fault::bad_request(t!("app.cannot_undo")));
        }
        if writer.read().touched_since(self.entry).await? {
            return Err(Fault::bad_request(t!("app.changed_since")));
        }
        let mut events = Vec::new();
        // The answers of an assessment are read once, however many were changed.
        let mut sheets: BTreeMap<Uuid, Sheet> = BTreeMap::new();
        for change in &changes {
            let Some(payload) = &change.payload else { continue };
            if payload.act != "answer" {
                events.extend(inverse(writer, change, payload).await?);
                continue;
            }
            let sheet = match sheets.entry(change.id) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(free) => free.insert(writer.sheet(change.id).await?),
            };
            answer(writer, sheet, payload).await?;
        }
        for sheet in sheets.into_values() {
            events.extend(sheet.settle(writer).await?);
        }
        changed(events)
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

/// Whether all that an entry did can be taken back: records and answers, nothing about the vault itself, nothing removed.
pub(crate) fn can_undo(changes: &[SubjectChange]) -> bool {
    let undoable = |c: &SubjectChange| {
        let known = Kind::from_name(&c.kind).is_some() || c.kind == "answer";
        let act = c.payload.as_ref().map_or("", |p| p.act.as_str());
        let beside = c.kind == "import" || (c.kind == "framework" && act == "copy");
        (known && matches!(act, "create" | "update" | "trash" | "restore" | "answer")) || beside
    };
    !changes.is_empty()
        && changes.iter().all(undoable)
        && changes.iter().any(|c| !matches!(c.kind.as_str(), "import" | "framework"))
}

async fn inverse(writer: &mut Writer<'_>, change: &SubjectChange, payload: &Payload) -> Result<Vec<Event>, Fault> {
    Ok(match payload.act.as_str() {
        "create" | "restore" => writer.trash(change.id, true).await.map_err(irrevocable)?.into_iter().collect(),
        "trash" => writer.trash(change.id, false).await?.into_iter().collect(),
        "update" => update(writer, change.id, payload).await?,
        _ => Vec::new(),
    })
}

/// What a rule keeps where it is cannot be taken back.
fn irrevocable(error: conclave_vault::VaultError) -> Fault {
    match Fault::from(error) {
        fault if fault.kind == conclave_domain::fault::FaultKind::Invalid => Fault::bad_request(t!("app.cannot_undo")),
        other => other,
    }
}

/// The values before over those after, saved through the gate like any other change.
async fn update(writer: &mut Writer<'_>, id: Uuid, payload: &Payload) -> Result<Vec<Event>, Fault> {
    let now = writer.read().record(id).await?;
    let mut map = now.body.to_map();
    patch(&mut map, payload);
    let body = Body::from_map(now.head.kind, map)?;
    if let (Body::Review(seen), Body::Review(before)) = (&now.body, &body)
        && seen.fairness != before.fairness
    {
        // Figures that were seen cannot be unseen: the plan stays frozen.
        return Err(Fault::invalid_field("fairness_plan", t!("rule.plan_frozen")));
    }
    if payload.before.contains_key("overrides") || payload.after.contains_key("overrides") {
        // The chair's word at a gate stays on record; it ends on its day.
        return Err(Fault::bad_request(t!("app.cannot_undo")));
    }
    Ok(writer.save(id, now.head.revision, body, How::Undo).await?.1)
}

/// Puts the values before over the values after; fields that were not there before go.
fn patch(map: &mut Map<String, Value>, payload: &Payload) {
    for key in payload.after.keys().filter(|k| !payload.before.contains_key(*k)) {
        map.remove(key);
    }
    for (key, value) in &payload.before {
        map.insert(key.clone(), value.clone());
    }
}

/// An answer as it was before a change.
async fn answer(writer: &mut Writer<'_>, sheet: &mut Sheet, payload: &Payload) -> Result<(), Fault> {
    let requirement = payload.after.get("requirement").and_then(Value::as_str).unwrap_or_default().to_owned();
    let now = sheet.answer(&requirement)?;
    let mut map = match serde_json::to_value(&now) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    let payload = Payload {
        after: payload.after.iter().filter(|(k, _)| *k != "requirement").map(|(k, v)| (k.clone(), v.clone())).collect(),
        ..payload.clone()
    };
    patch(&mut map, &payload);
    let before: Answer = serde_json::from_value(Value::Object(map)).map_err(|_| Fault::internal())?;
    Ok(sheet.put(writer, Answer { requirement, revision: now.revision, ..before }, How::Undo).await?)
}
