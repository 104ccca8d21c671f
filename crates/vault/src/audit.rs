//! What a change leaves behind: events with before and after. A write without one does not compile, because only the
//! writer's methods make events and only [`Audited`] leaves a change.

use serde_json::{Map, Value};
use uuid::Uuid;

/// What happened to one subject. Made by the writer's methods only.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "an event that is not handed on leaves the journal without it"]
pub struct Event {
    pub(crate) kind: String,
    pub(crate) id: Uuid,
    pub(crate) payload: Payload,
}

/// The values that changed.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Payload {
    /// What was done: create, update, trash, restore, remove, or a call's own word.
    pub act: String,
    /// The record's revision after the change; 0 where there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: i64,
    /// The values before, only of the fields that differ.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub before: Map<String, Value>,
    /// The values after, only of the fields that differ.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub after: Map<String, Value>,
    /// Where a record that was removed had its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A record's place in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The number of its reference.
    pub number: i64,
    /// Its row.
    pub seq: i64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &i64) -> bool {
    *n == 0
}

impl Event {
    pub(crate) fn new(
        kind: impl Into<String>,
        id: Uuid,
        act: &str,
        before: Map<String, Value>,
        after: Map<String, Value>,
    ) -> Self {
        let (before, after) = differing(before, after);
        Self { kind: kind.into(), id, payload: Payload { act: act.into(), before, after, ..Payload::default() } }
    }

    pub(crate) fn at(mut self, revision: i64) -> Self {
        self.payload.revision = revision;
        self
    }

    pub(crate) fn placed(mut self, place: Place) -> Self {
        self.payload.place = Some(place);
        self
    }

    /// Adds a value that the change also wrote, such as the source row of an imported record.
    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        self.payload.after.insert(key.into(), value);
        self
    }
}

/// Keeps only the fields whose values differ.
fn differing(
    mut before: Map<String, Value>,
    mut after: Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let same: Vec<String> = before.iter().filter(|(k, v)| after.get(*k) == Some(v)).map(|(k, _)| k.clone()).collect();
    for key in same {
        before.remove(&key);
        after.remove(&key);
    }
    (before, after)
}

/// A change's reply together with at least one event.
#[derive(Debug)]
pub struct Audited<T> {
    pub(crate) reply: T,
    pub(crate) events: Vec<Event>,
}

impl<T> Audited<T> {
    /// A reply and its event.
    pub fn new(reply: T, event: Event) -> Self {
        Self { reply, events: vec![event] }
    }

    /// A reply, its first event and all others.
    pub fn many(reply: T, first: Event, others: impl IntoIterator<Item = Event>) -> Self {
        let mut events = vec![first];
        events.extend(others);
        Self { reply, events }
    }

    /// A reply and its events; `None` if there are none, because then nothing was changed.
    pub fn all(reply: T, events: Vec<Event>) -> Option<Self> {
        (!events.is_empty()).then_some(Self { reply, events })
    }
}
