//! Choosing a record by words: a combobox over one kind, driven by keyboard or mouse.

use crate::call::send;
use conclave_domain::{
    call::record::{Head, ListRecords},
    kind::Kind,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How many records are offered at once.
const OFFERED: u64 = 8;

/// A combobox. `chosen` gets the record; the field is cleared for the next one.
pub fn picker(kind: Kind, id: String, label: String, placeholder: String, chosen: Callback<Head>) -> AnyView {
    let hits = RwSignal::new(Vec::<Head>::new());
    let open = RwSignal::new(false);
    let active = RwSignal::new(0_usize);
    let words = RwSignal::new(String::new());
    // Answers may overtake each other: only the one to the latest question counts.
    let asked = StoredValue::new(0_u32);
    let ask = move || {
        asked.update_value(|n| *n += 1);
        let (mine, text) = (asked.get_value(), words.get_untracked());
        let sort = if text.trim().is_empty() { "updated" } else { "title" };
        spawn_local(async move {
            let list = ListRecords {
                kind,
                text,
                sort: sort.into(),
                descending: sort == "updated",
                limit: OFFERED,
                ..ListRecords::default()
            };
            if let Ok(page) = send(list).await
                && asked.try_get_value() == Some(mine)
            {
                hits.set(page.rows.into_iter().map(|r| r.head).collect());
                active.set(0);
                open.set(true);
            }
        });
    };
    let later = StoredValue::new(None::<TimeoutHandle>);
    let typed = move |ev| {
        words.set(event_target_value(&ev));
        later.update_value(|l| {
            if let Some(l) = l.take() {
                l.clear();
            }
            *l = set_timeout_with_handle(ask, Duration::from_millis(120)).ok();
        });
    };
    let take = move |at: usize| {
        if let Some(head) = hits.with_untracked(|h| h.get(at).cloned()) {
            open.set(false);
            words.set(String::new());
            chosen.run(head);
        }
    };
    let keys = move |ev: web_sys::KeyboardEvent| {
        let count = hits.with_untracked(Vec::len);
        match ev.key().as_str() {
            "ArrowDown" if !open.get_untracked() => ask(),
            "ArrowDown" if count > 0 => active.update(|a| *a = (*a + 1) % count),
            "ArrowUp" if count > 0 => active.update(|a| *a = (*a + count - 1) % count),
            "Enter" if open.get_untracked() => take(active.get_untracked()),
            "Escape" if open.get_untracked() => {
                open.set(false);
                ev.stop_propagation();
            }
            _ => return,
        }
        ev.prevent_default();
    };
    let list_id = format!("{id}-list");
    let (option_id, active_id) = (list_id.clone(), list_id.clone());
    let options = move || {
        let now = active.get();
        hits.get()
            .into_iter()
            .enumerate()
            .map(|(at, head)| {
                view! {
                    <li role="option" id=format!("{option_id}-{at}") aria-selected=(at == now).to_string()
                        data-test=format!("pick-{}", head.reference)
                        on:mousedown=move |ev| { ev.prevent_default(); take(at) }>
                        <span class="ref">{head.reference.clone()}</span> " " {head.title.clone()}
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="picker">
            <input type="text" class="input" id=id.clone() data-test=id.clone() role="combobox" autocomplete="off"
                aria-label=label aria-autocomplete="list" aria-controls=list_id.clone()
                aria-expanded=move || open.get().to_string()
                aria-activedescendant=move || open.get().then(|| format!("{active_id}-{}", active.get()))
                placeholder=placeholder prop:value=move || words.get() on:input=typed on:keydown=keys
                on:focus=move |_| ask() on:blur=move |_| open.set(false) />
            <ul class="picker-list" role="listbox" id=list_id hidden=move || !open.get()>
                {options}
                {move || hits.with(Vec::is_empty).then(|| view! { <li class="muted" role="presentation">{t!("form.no_hit")}</li> })}
            </ul>
        </div>
    }
    .into_any()
}
