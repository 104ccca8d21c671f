//! Drafts: what was typed and not saved survives leaving the page, the lock and a power cut.

use super::say;
use crate::{
    call::{send, send_under, ticket},
    parts::form::Form,
};
use conclave_domain::{
    call::session::{GetDraft, KeepDraft},
    kind::Kind,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::{Map, Value};
use std::time::Duration;
use uuid::Uuid;

/// The key under which a form's draft lies.
pub fn key(kind: Kind, id: Option<Uuid>) -> String {
    id.map_or_else(|| format!("{}:new", kind.name()), |id| format!("{}:{id}", kind.name()))
}

/// Drops a draft.
pub fn drop_draft(key: &str) {
    keep(ticket(), key.to_owned(), String::new());
}

/// Keeps a draft in the opening in which it was written: that may be over by the time it is sent.
pub fn keep(ticket: String, key: String, body: String) {
    spawn_local(async move {
        // A draft that cannot be kept (too large, or the vault locked meanwhile) is no reason to interrupt the person.
        let _ = send_under(ticket, KeepDraft { key, body }).await;
    });
}

/// Keeps what is typed into a form a moment after each pause, and offers an earlier draft; the view is that offer.
pub fn keeper(form: Form, key: String, revision: i64) -> AnyView {
    let found = RwSignal::new(None::<Map<String, Value>>);
    let asked = key.clone();
    spawn_local(async move {
        let text = send(GetDraft { key: asked }).await.ok().flatten().unwrap_or_default();
        if let Ok(Value::Object(mut draft)) = serde_json::from_str::<Value>(&text)
            && let Some(Value::Object(values)) = draft.remove("values")
            && form.base() != values
        {
            let _ = found.try_set(Some(values));
        }
    });
    let later = StoredValue::new(None::<TimeoutHandle>);
    let kept = StoredValue::new(false);
    let written_under = StoredValue::new(ticket());
    let for_effect = key.clone();
    Effect::new(move |_| {
        let (values, dirty) = (form.watch(), form.is_dirty());
        let key = for_effect.clone();
        later.update_value(|l| {
            if let Some(l) = l.take() {
                l.clear();
            }
            if dirty {
                let now = ticket();
                written_under.set_value(now.clone());
                let store = move || {
                    kept.set_value(true);
                    let body = serde_json::json!({ "revision": revision, "values": values }).to_string();
                    keep(now, key, body);
                };
                *l = set_timeout_with_handle(store, Duration::from_millis(700)).ok();
            } else if kept.get_value() {
                kept.set_value(false);
                drop_draft(&key);
            }
        });
    });
    let on_leave = key.clone();
    let href = leptos_router::hooks::use_url().with_untracked(|u| {
        format!("{}{}{}", u.path(), if u.search().is_empty() { "" } else { "?" }, u.search().trim_start_matches('?'))
    });
    on_cleanup(move || {
        later.try_update_value(|l| l.take().map(|l| l.clear()));
        if form.is_dirty_now() {
            let body = serde_json::json!({ "revision": revision, "values": form.map_now() }).to_string();
            keep(written_under.try_get_value().unwrap_or_else(ticket), on_leave, body);
            say::linked(t!("record.draft_kept"), t!("record.draft_back"), href);
        }
    });
    let drop_key = StoredValue::new(key);
    let take = move |_| {
        if let Some(values) = found.get_untracked() {
            form.fill(values);
        }
        found.set(None);
    };
    let offer = move || {
        found.with(Option::is_some).then(|| view! {
            <div class="note draft" role="status" data-test="draft-offer">
                <p>{t!("record.draft_found")}</p>
                <div class="actions">
                    <button type="button" class="button small" data-test="draft-take" on:click=take>{t!("record.draft_take")}</button>
                    <button type="button" class="link" data-test="draft-drop"
                        on:click=move |_| { found.set(None); drop_draft(&drop_key.get_value()); }>{t!("record.draft_drop")}</button>
                </div>
            </div>
        })
    };
    view! { {offer} }.into_any()
}
