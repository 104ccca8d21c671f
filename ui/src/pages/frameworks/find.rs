//! The search over the requirements of all frameworks: each hit leads to its place.

use crate::{
    call::use_reply,
    parts::{
        dom,
        loading::{failed, loading},
        path::framework_path,
    },
};
use conclave_domain::{
    call::framework::{FindRequirements, RequirementHit},
    t,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use std::time::Duration;

/// How many hits are shown; more words find fewer.
const HITS: usize = 60;

/// The search box with its hits; `found` says whether hits stand in place of the list. The words lie in the address, so
/// that going back from a hit brings the same hits again.
pub fn find(found: RwSignal<bool>) -> AnyView {
    let query = use_query_map();
    let words = Memo::new(move |_| query.with(|q| q.get("find")).unwrap_or_default());
    let hits = use_reply(move || {
        let text = words.get();
        Some(FindRequirements { text, limit: HITS })
    });
    Effect::new(move |_| found.set(words.with(|w| !w.trim().is_empty())));
    let navigate = use_navigate();
    let go = Callback::new(move |text: String| {
        let path = if text.trim().is_empty() {
            "/frameworks".into()
        } else {
            format!("/frameworks?find={}", dom::escape(&text))
        };
        navigate(&path, NavigateOptions { replace: true, scroll: false, ..Default::default() });
    });
    let later = StoredValue::new(None::<TimeoutHandle>);
    let typed = move |ev| {
        let text = event_target_value(&ev);
        later.update_value(|l| {
            if let Some(l) = l.take() {
                l.clear();
            }
            *l = set_timeout_with_handle(move || go.run(text.clone()), Duration::from_millis(180)).ok();
        });
    };
    let list = move || {
        let text = words.get();
        (!text.trim().is_empty()).then(|| {
            hits.with(|h| match h {
                None => loading(),
                Some(Err(fault)) => failed(fault),
                Some(Ok(hits)) if hits.is_empty() => none(go),
                Some(Ok(hits)) => shown(hits),
            })
        })
    };
    slash();
    view! {
        <div class="search-row" role="search">
            <input type="search" id="find-requirements" data-test="find-requirements" class="input" aria-keyshortcuts="/"
                aria-label=t!("frameworks_page.find") placeholder=t!("frameworks_page.find_hint")
                prop:value=move || words.get() on:input=typed />
        </div>
        {list}
    }
    .into_any()
}

/// The slash key goes to the search.
fn slash() {
    let keys = window_event_listener(leptos::ev::keydown, move |ev| {
        if !dom::is_typing(&ev) && ev.key() == "/" {
            dom::focus_id("find-requirements");
            ev.prevent_default();
        }
    });
    on_cleanup(move || keys.remove());
}

fn none(go: Callback<String>) -> AnyView {
    view! {
        <div class="empty" data-test="find-nothing">
            <p class="empty-title">{t!("frameworks_page.find_nothing")}</p>
            <p>{t!("frameworks_page.find_nothing_next")}</p>
            <button type="button" class="button" on:click=move |_| go.run(String::new())>{t!("frameworks_page.find_clear")}</button>
        </div>
    }
    .into_any()
}

fn shown(hits: &[RequirementHit]) -> AnyView {
    let more = (hits.len() == HITS).then(|| t!("frameworks_page.find_first", n = HITS));
    let count = more.unwrap_or_else(|| t!("frameworks_page.find_count", n = hits.len()));
    let lines = hits.iter().map(hit).collect_view();
    view! {
        <section class="card" aria-label=t!("frameworks_page.find_results")>
            <p class="muted" role="status" data-test="find-count">{count}</p>
            <ul class="hits">{lines}</ul>
        </section>
    }
    .into_any()
}

fn hit(hit: &RequirementHit) -> AnyView {
    let href = framework_path(&hit.framework, &hit.edition, &hit.id);
    let question = (hit.question != hit.title).then(|| view! { <p class="muted">{hit.question.clone()}</p> });
    view! {
        <li data-test="requirement-hit" data-framework=hit.framework.clone() data-id=hit.id.clone()>
            <p><a href=href><span class="ref">{hit.id.clone()}</span> " " {hit.title.clone()}</a> <span class="muted">" · " {hit.short_title.clone()}</span></p>
            {question}
        </li>
    }
    .into_any()
}
