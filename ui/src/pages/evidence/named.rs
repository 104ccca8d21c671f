//! Records that something points to by id, read once so that they can be shown by name.

use crate::call::send;
use conclave_domain::call::record::{Detail, GetRecord};
use leptos::{prelude::*, task::spawn_local};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The records that were found; `None` until all were asked for.
pub type Named = RwSignal<Option<BTreeMap<Uuid, Detail>>>;

/// Reads the records with these ids.
pub fn named(ids: Vec<Uuid>) -> Named {
    let found = RwSignal::new(None);
    spawn_local(async move {
        let _ = found.try_set(Some(read(ids).await));
    });
    found
}

/// The same, awaited.
pub async fn read(mut ids: Vec<Uuid>) -> BTreeMap<Uuid, Detail> {
    ids.sort_unstable();
    ids.dedup();
    let mut all = BTreeMap::new();
    for id in ids {
        // What is not there any more has no name.
        if let Ok(detail) = send(GetRecord { reference: id.to_string() }).await {
            all.insert(id, detail);
        }
    }
    all
}
