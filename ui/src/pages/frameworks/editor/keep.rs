//! Drafts of the editor: what was written and not saved survives leaving the page, the lock and a power cut.

use super::state::Editor;
use crate::{
    call::{send, ticket},
    pages::record::{
        draft::{drop_draft, keep},
        say,
    },
};
use conclave_domain::{
    call::session::GetDraft,
    framework::{About, Framework},
    t,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// Keeps what is written a moment after each pause, and offers an earlier draft; the view is that offer.
pub fn keeper(editor: Editor, about: &About) -> AnyView {
    let key = match about.id.as_str() {
        "" => "framework:new".to_owned(),
        id => format!("framework:{id}:{}", editor.edition_at_start()),
    };
    let found = RwSignal::new(None::<Framework>);
    let asked = key.clone();
    spawn_local(async move {
        let text = send(GetDraft { key: asked }).await.ok().flatten().unwrap_or_default();
        let draft = serde_json::from_str::<Framework>(&text).ok();
        let _ = found.try_set(draft.filter(|d| editor.work.try_with_untracked(|w| w != d).unwrap_or(false)));
    });
    follow(editor, key.clone());
    let drop_key = StoredValue::new(key);
    let take = move |_| {
        if let Some(draft) = found.get_untracked() {
            editor.take(draft);
        }
        found.set(None);
    };
    let drop = move |_| {
        found.set(None);
        drop_draft(&drop_key.get_value());
    };
    let offer = move || {
        found.with(Option::is_some).then(|| view! {
            <div class="note draft" role="status" data-test="draft-offer">
                <p>{t!("record.draft_found")}</p>
                <div class="actions">
                    <button type="button" class="button small" data-test="draft-take" on:click=take>{t!("record.draft_take")}</button>
                    <button type="button" class="link" data-test="draft-drop" on:click=drop>{t!("record.draft_drop")}</button>
                </div>
            </div>
        })
    };
    view! { {offer} }.into_any()
}

fn store(ticket: String, key: String, framework: &Framework) {
    if let Ok(body) = serde_json::to_string(framework) {
        keep(ticket, key, body);
    }
}

fn follow(editor: Editor, key: String) {
    let later = StoredValue::new(None::<TimeoutHandle>);
    let kept = StoredValue::new(false);
    let written_under = StoredValue::new(ticket());
    let leaving = key.clone();
    Effect::new(move |_| {
        let dirty = editor.is_dirty();
        let key = key.clone();
        later.update_value(|l| {
            if let Some(l) = l.take() {
                l.clear();
            }
            if dirty {
                let now = ticket();
                written_under.set_value(now.clone());
                let keep_it = move || {
                    if let Some(work) = editor.unsaved() {
                        kept.set_value(true);
                        store(now, key, &work);
                    }
                };
                *l = set_timeout_with_handle(keep_it, Duration::from_millis(900)).ok();
            } else if kept.get_value() {
                kept.set_value(false);
                drop_draft(&key);
            }
        });
    });
    let href = leptos_router::hooks::use_url().with_untracked(|u| {
        format!("{}{}{}", u.path(), if u.search().is_empty() { "" } else { "?" }, u.search().trim_start_matches('?'))
    });
    on_cleanup(move || {
        later.try_update_value(|l| l.take().map(|l| l.clear()));
        match editor.unsaved() {
            Some(work) => {
                store(written_under.try_get_value().unwrap_or_else(ticket), leaving.clone(), &work);
                say::linked(t!("record.draft_kept"), t!("record.draft_back"), href);
            }
            // Saved in the meantime: the draft has no use any more.
            None if kept.try_get_value() == Some(true) => drop_draft(&leaving),
            None => {}
        }
    });
}
