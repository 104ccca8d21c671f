//! Filters of a list: one popover per column with its values and their counts, and a chip for each value in force.

use crate::parts::{columns::value_label, dom};
use conclave_domain::{kind::Kind, t, text};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The values in force by column.
pub type Filters = BTreeMap<String, Vec<String>>;

/// A filter: its column, what it is called, its values with counts (`None` where nobody counts).
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The column.
    pub column: &'static str,
    /// What it is called.
    pub label: String,
    /// What it offers.
    pub values: Vec<(String, Option<u64>)>,
}

/// The row of filters.
pub fn filter_bar(
    kind: Kind,
    offered: Signal<Vec<Filter>>,
    now: Signal<Filters>,
    set: Callback<(String, Vec<String>)>,
) -> AnyView {
    // A click elsewhere closes an open popover.
    let handle = window_event_listener(leptos::ev::click, |ev| {
        let inside = dom::closest(&ev, "details.filter");
        close_others(inside.as_ref());
    });
    on_cleanup(move || handle.remove());
    let all = move || offered.get().into_iter().map(|f| popover(kind, f, now, set)).collect_view();
    view! { <div class="list-filters" role="group" aria-label=t!("list.filters")>{all}</div> }.into_any()
}

fn close_others(inside: Option<&web_sys::Element>) {
    let open = leptos::leptos_dom::helpers::document().query_selector_all("details.filter[open]");
    let Ok(open) = open else { return };
    for at in 0..open.length() {
        if let Some(node) = open.get(at)
            && inside.is_none_or(|i| !i.is_same_node(Some(&node)))
            && let Ok(details) = wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(node)
        {
            let _ = details.remove_attribute("open");
        }
    }
}

fn popover(kind: Kind, filter: Filter, now: Signal<Filters>, set: Callback<(String, Vec<String>)>) -> AnyView {
    let column = filter.column;
    let chosen = move || now.with(|n| n.get(column).cloned().unwrap_or_default());
    let count = move || match chosen().len() {
        0 => String::new(),
        n => format!(" · {n}"),
    };
    let words = RwSignal::new(String::new());
    let search = (filter.values.len() > 12).then(|| {
        view! {
            <input type="search" class="input" aria-label=t!("list.filter_find") placeholder=t!("list.filter_find")
                on:input=move |ev| words.set(event_target_value(&ev).to_lowercase()) />
        }
    });
    let values = StoredValue::new(filter.values);
    let options = move || {
        let (now, words) = (chosen(), words.get());
        let offered = values.get_value();
        let gone = now.iter().filter(|n| !offered.iter().any(|(v, _)| v == *n)).map(|n| (n.clone(), None));
        gone.chain(offered.iter().cloned())
            .filter_map(|(value, n)| {
                let label = value_label(kind, column, &value);
                if !label.to_lowercase().contains(&words) {
                    return None;
                }
                let (on, test) = (now.contains(&value), format!("filter-{column}-{value}"));
                let change = move |ev| {
                    let mut values = untrack(chosen);
                    values.retain(|v| *v != value);
                    if event_target_checked(&ev) {
                        values.push(value.clone());
                    }
                    set.run((column.to_owned(), values));
                };
                let n = n.map(|n| view! { <span class="n">{dom::count(n)}</span> });
                Some(view! {
                    <label class="pick"><input type="checkbox" class="tick" data-test=test checked=on on:change=change /><span>{label}</span>{n}</label>
                })
            })
            .collect_view()
    };
    let escape = |ev: web_sys::KeyboardEvent| {
        if ev.key() == "Escape" {
            ev.stop_propagation();
            let details = dom::closest(&ev, "details.filter");
            let summary = details.as_ref().and_then(|d| d.query_selector("summary").ok().flatten());
            close_others(None);
            dom::focus(summary);
        }
    };
    view! {
        <details class="filter" on:keydown=escape>
            <summary class="button small" data-test=format!("filter-{column}") class:on=move || !chosen().is_empty()>
                {filter.label} {count} <span aria-hidden="true">" ▾"</span>
            </summary>
            <div class="popover">{search}<div class="options">{options}</div></div>
        </details>
    }
    .into_any()
}

/// The values in force, each to be taken away.
pub fn chips(kind: Kind, now: Signal<Filters>, set: Callback<(String, Vec<String>)>, clear: Callback<()>) -> AnyView {
    let all = move || {
        let filters = now.get();
        if filters.is_empty() {
            return None;
        }
        let chips = filters
            .iter()
            .flat_map(|(column, values)| values.iter().map(move |v| (column.clone(), v.clone(), values.clone())))
            .map(|(column, value, all)| {
                let label = format!("{}: {}", column_label(kind, &column), value_label(kind, &column, &value));
                let name = t!("form.remove", name = label);
                let remove = move |_| set.run((column.clone(), all.iter().filter(|v| **v != value).cloned().collect()));
                view! {
                    <li class="chip">{label}<button type="button" class="icon-button" aria-label=name on:click=remove>"✕"</button></li>
                }
            })
            .collect_view();
        Some(view! {
            <ul class="chips">
                {chips}
                <li><button type="button" class="link" data-test="filter-clear" on:click=move |_| clear.run(())>{t!("list.clear")}</button></li>
            </ul>
        })
    };
    view! { {all} }.into_any()
}

/// What a filter column is called.
pub fn column_label(kind: Kind, column: &str) -> String {
    use crate::parts::columns::Column as C;
    match column {
        "status" => C::Status.label(kind),
        "class" => C::Class.label(kind),
        "owner" => C::Owner.label(kind),
        "unit" => C::Unit.label(kind),
        "due" => C::Due.label(kind),
        "score" => t!("list.level"),
        other => text::label(&format!("list.column_{other}")),
    }
}
