//! Tabs whose choice lies in the address.

use crate::parts::dom;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

/// One tab.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// Its name in the address and for tests.
    pub name: String,
    /// What it says.
    pub label: String,
    /// A count beside it.
    pub count: Option<usize>,
}

impl Tab {
    /// A tab without a count.
    pub fn new(name: &str, label: String) -> Self {
        Self { name: name.to_owned(), label, count: None }
    }

    /// A tab with a count.
    pub fn counted(name: &str, label: String, count: usize) -> Self {
        Self { count: Some(count), ..Self::new(name, label) }
    }
}

/// The tab that the address names; the first one otherwise.
pub fn current(first: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|q| q.get("tab")).unwrap_or_else(|| first.to_owned()))
}

/// The row of tabs. The panel that they choose stands in an element with the id "tab-panel".
pub fn tabs(label: String, tabs: Signal<Vec<Tab>>, now: Memo<String>) -> AnyView {
    let navigate = use_navigate();
    let path = use_location().pathname;
    let go = Callback::new(move |name: String| {
        let to = format!("{}?tab={}", path.get_untracked(), dom::escape(&name));
        navigate(&to, NavigateOptions { replace: true, scroll: false, ..Default::default() });
    });
    let keys = move |ev: web_sys::KeyboardEvent| {
        let names: Vec<String> = tabs.with_untracked(|t| t.iter().map(|t| t.name.clone()).collect());
        let at = names.iter().position(|n| *n == now.get_untracked()).unwrap_or(0);
        let next = match ev.key().as_str() {
            "ArrowRight" => (at + 1) % names.len(),
            "ArrowLeft" => (at + names.len() - 1) % names.len(),
            "Home" => 0,
            "End" => names.len() - 1,
            _ => return,
        };
        ev.prevent_default();
        dom::focus_id(&format!("tab-{}", names[next]));
        go.run(names[next].clone());
    };
    let all = move || {
        tabs.get()
            .into_iter()
            .map(|tab| {
                let (name, chosen) = (tab.name.clone(), tab.name.clone());
                let on = Memo::new(move |_| now.with(|n| *n == name));
                let count = tab.count.map(|n| view! { <span class="n">{n}</span> });
                view! {
                    <button type="button" role="tab" class="tab" id=format!("tab-{}", tab.name) data-test=format!("tab-{}", tab.name)
                        aria-selected=move || on.get().to_string() aria-controls="tab-panel"
                        tabindex=move || if on.get() { "0" } else { "-1" } on:click=move |_| go.run(chosen.clone())>
                        {tab.label.clone()} {count}
                    </button>
                }
            })
            .collect_view()
    };
    view! { <div class="tabs" role="tablist" aria-label=label on:keydown=keys>{all}</div> }.into_any()
}
