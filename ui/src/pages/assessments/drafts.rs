//! What was typed into an answer and not saved yet: kept in the vault a moment after each pause, so that a lock or a power
//! cut loses no word, and gone once the field is left and saved.

use crate::{
    call::{send, ticket},
    pages::record::draft,
};
use conclave_domain::call::session::GetDraft;
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, time::Duration};
use uuid::Uuid;

/// A pause of this length keeps what was typed.
const PAUSE: Duration = Duration::from_millis(800);

/// The drafts of one assessment. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Drafts {
    key: StoredValue<String>,
    /// Text by "requirement/field".
    texts: RwSignal<BTreeMap<String, String>>,
    later: StoredValue<Option<TimeoutHandle>>,
}

fn place(requirement: &str, field: &str) -> String {
    format!("{requirement}/{field}")
}

impl Drafts {
    /// The drafts of an assessment; what was kept arrives a moment later.
    pub fn new(assessment: Uuid) -> Self {
        let key = format!("answers:{assessment}");
        let texts = RwSignal::new(BTreeMap::new());
        let asked = key.clone();
        spawn_local(async move {
            let kept = send(GetDraft { key: asked }).await.ok().flatten().unwrap_or_default();
            if let Ok(found) = serde_json::from_str::<BTreeMap<String, String>>(&kept) {
                let _ = texts.try_set(found);
            }
        });
        Self { key: StoredValue::new(key), texts, later: StoredValue::new(None) }
    }

    /// What was typed into a field and not saved; follows changes.
    pub fn get(&self, requirement: &str, field: &str) -> Option<String> {
        self.texts.with(|t| t.get(&place(requirement, field)).cloned())
    }

    /// The fields of a requirement that have a draft; follows changes.
    pub fn of(&self, requirement: &str) -> Vec<String> {
        let start = place(requirement, "");
        self.texts.with(|t| t.keys().filter_map(|k| k.strip_prefix(&start).map(str::to_owned)).collect())
    }

    /// Notes what is typed; it is kept after a pause.
    pub fn typed(self, requirement: &str, field: &str, text: String) {
        let place = place(requirement, field);
        // The editor shows the text itself; telling it would move the cursor.
        self.texts.update_untracked(|t| {
            t.insert(place, text);
        });
        self.keep_later();
    }

    /// Forgets a field that was saved.
    pub fn saved(self, requirement: &str, field: &str) {
        let place = place(requirement, field);
        if self.texts.with_untracked(|t| t.contains_key(&place)) {
            self.texts.update(|t| {
                t.remove(&place);
            });
            self.keep(ticket());
        }
    }

    fn keep_later(self) {
        let written_under = ticket();
        self.later.update_value(|later| {
            if let Some(later) = later.take() {
                later.clear();
            }
            *later = set_timeout_with_handle(move || self.keep(written_under), PAUSE).ok();
        });
    }

    fn keep(self, ticket: String) {
        let Some(texts) = self.texts.try_get_untracked() else { return };
        let body = if texts.is_empty() { String::new() } else { serde_json::to_string(&texts).unwrap_or_default() };
        let Some(key) = self.key.try_get_value() else { return };
        draft::keep(ticket, key, body);
    }
}
