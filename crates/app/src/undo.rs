//! Taking a change back: its inverse is made from the journal's before and after, and is itself a journalled change.

use crate::{bulk::Sheet, handle::Changes, records::changed};
use conclave_domain::{
    answer::Answer,
    call::{
        Call,
        record::{Done, SaveRecord, UndoChange},
    },
    charter::Charter,
    fault::Fault,
    kind::Kind,
    noun::Body,
    permission::Permission,
    t,
};
use conclave_vault::{Audited, Event, Writer, audit::Payload, store::journal::SubjectChange};
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
        let charter = writer.read().charter().await?;
        let mut events = Vec::new();
        // The answers of an assessment are read once, however many were changed.
        let mut sheets: BTreeMap<Uuid, Sheet> = BTreeMap::new();
        for change in &changes {
            let Some(payload) = &change.payload else { continue };
            if payload.act != "answer" {
                events.extend(inverse(writer, change, payload, &charter).await?);
                continue;
            }
            let sheet = match sheets.entry(change.id) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(free) => free.insert(Sheet::open(writer, change.id).await?),
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
        (known && matches!(act, "create" | "update" | "trash" | "restore" | "answer")) || c.kind == "import"
    };
    !changes.is_empty() && changes.iter().all(undoable) && changes.iter().any(|c| c.kind != "import")
}

async fn inverse(
    writer: &mut Writer<'_>,
    change: &SubjectChange,
    payload: &Payload,
    charter: &Charter,
) -> Result<Option<Event>, Fault> {
    match payload.act.as_str() {
        "create" | "restore" => {
            // What the board took stays, whether or not its record came with a signature.
            if matches!(writer.read().record(change.id).await?.body, Body::Decision(d) if d.is_decided()) {
                return Err(Fault::bad_request(t!("app.cannot_undo")));
            }
            Ok(writer.set_trashed(change.id, true).await?)
        }
        "trash" => Ok(writer.set_trashed(change.id, false).await?),
        "update" => update(writer, change.id, payload, charter).await.map(Some),
        _ => Ok(None),
    }
}

async fn update(writer: &mut Writer<'_>, id: Uuid, payload: &Payload, charter: &Charter) -> Result<Event, Fault> {
    let now = writer.read().record(id).await?;
    let mut map = now.body.to_map();
    patch(&mut map, payload);
    let body = Body::from_map(now.head.kind, map)?;
    if let Body::Decision(_) = &now.body {
        // What the board took cannot be untaken.
        if let Body::Decision(d) = &now.body
            && d.is_decided()
        {
            return Err(Fault::invalid_field("status", t!("rule.decided_frozen")));
        }
    }
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
    let mut body = body;
    if let Body::System(system) = &mut body {
        crate::gates::hold(writer, system, Some(&now), charter).await?;
    }
    body.check(charter)?;
    let save = SaveRecord { id: Some(id), revision: now.head.revision, body };
    allowed(save.permission())?;
    let (_, event) = writer.save_record(id, now.head.revision, &save.body, charter).await?;
    Ok(event)
}

/// The permission table was asked for the undo itself; what nobody but a chair may set, nobody brings back by undoing.
fn allowed(permission: Permission) -> Result<(), Fault> {
    match permission {
        Permission::AcceptRisk | Permission::Decide => Err(Fault::bad_request(t!("app.cannot_undo"))),
        _ => Ok(()),
    }
}

/// Puts the values before over the values after; fields that were not there before go.
pub(crate) fn patch(map: &mut Map<String, Value>, payload: &Payload) {
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
    sheet.put(writer, Answer { requirement, revision: now.revision, ..before }).await
}
