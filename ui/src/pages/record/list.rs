//! The list page of any kind: search, filters, table, pager; its state lies in the address.

use super::{
    empty::nothing,
    query::{Listing, PAGE},
};
use crate::{
    call::{send, use_reply},
    parts::{
        columns::columns,
        dom,
        filter::{Filter, chips, filter_bar},
        path::new_path,
        table::{Table, focus_row, table},
    },
};
use conclave_domain::{
    call::record::{Facets, GetFacets, Page, TrashRecord},
    fault::Fault,
    kind::Kind,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use std::{collections::BTreeSet, time::Duration};
use uuid::Uuid;

/// The list page of a kind. `above` stands between the head and the search, `lead` is the sentence under the title.
pub fn list_page(kind: Kind, lead: Option<Signal<String>>, above: Option<AnyView>) -> AnyView {
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(|q| Listing::read(kind, q)));
    let page = use_reply(move || Some(state.get().call(kind)));
    let facets = use_reply(move || Some(GetFacets { kind }));
    let navigate = use_navigate();
    let go = Callback::new(move |listing: Listing| {
        navigate(&listing.path(kind), NavigateOptions { replace: true, scroll: false, ..Default::default() });
    });
    let chosen = RwSignal::new(BTreeSet::<Uuid>::new());
    let rows = Signal::derive(move || {
        page.with(|p| p.as_ref().and_then(|p| p.as_ref().ok()).map(|p| p.rows.clone()).unwrap_or_default())
    });
    let sort_by = Callback::new(move |key: &'static str| {
        let mut next = state.get_untracked();
        next.descending = next.sort == key && !next.descending;
        next.sort = key.to_owned();
        next.page = 0;
        go.run(next);
    });
    let sort = Signal::derive(move || state.with(|s| (s.sort.clone(), s.descending)));
    let records = table(Table { kind, columns: columns(kind), sort, sort_by, chosen: Some(chosen) }, rows);
    let facets_now =
        Signal::derive(move || facets.with(|f| f.as_ref().and_then(|f| f.as_ref().ok()).cloned().unwrap_or_default()));
    let lead = lead.unwrap_or_else(|| Signal::derive(move || about(kind, &facets_now.get())));
    view! {
        <div class="page list-page">
            {head(kind, lead)}
            {above}
            {search_row(kind, state, facets_now, go)}
            {bulk(chosen)}
            <div class="list-body card flush">
                <div hidden=move || rows.with(Vec::is_empty)>{records}</div>
                {move || page.with(|p| under(kind, state, p.as_ref(), go))}
            </div>
            {move || page.with(|p| p.as_ref().and_then(|p| p.as_ref().ok()).map(|p| pager(state, p.total, go)))}
        </div>
    }
    .into_any()
}

/// "42 records · 3 without an owner".
fn about(kind: Kind, facets: &Facets) -> String {
    let Some(status) = facets.get("status") else { return String::new() };
    let all: u64 = status.iter().map(|(_, n)| n).sum();
    let blank =
        |column: &str| facets.get(column).and_then(|v| v.iter().find(|(v, _)| v.is_empty())).map_or(0, |(_, n)| *n);
    let mut parts = vec![t!("list.in_all", n = dom::count(all))];
    if all > 0 && blank("owner") > 0 && kind != Kind::Pack {
        parts.push(t!("list.without_owner", n = dom::count(blank("owner"))));
    }
    if all > 0 && kind == Kind::System && blank("class") > 0 {
        parts.push(t!("list.without_class", n = dom::count(blank("class"))));
    }
    parts.join(" · ")
}

fn head(kind: Kind, lead: Signal<String>) -> AnyView {
    let import = matches!(kind, Kind::System | Kind::Vendor | Kind::Asset | Kind::Risk).then(|| {
        view! { <a class="button" data-test="list-import" href=format!("/import?kind={}", kind.name())>{t!("list.import")}</a> }
    });
    let (act, test) = match kind {
        Kind::Evidence => (t!("evidence_page.add"), "evidence-add"),
        _ => (t!("list.new", kind = kind.one()), "list-new"),
    };
    view! {
        <header class="page-head">
            <div><h1>{kind.many()}</h1><p class="lead" data-test="list-lead">{move || lead.get()}</p></div>
            <div class="actions">
                {import}
                <a class="button primary" id="list-new" data-test=test href=new_path(kind, None)>{act}</a>
            </div>
        </header>
    }
    .into_any()
}

fn search_row(kind: Kind, state: Memo<Listing>, facets: Signal<Facets>, go: Callback<Listing>) -> AnyView {
    let keys = window_event_listener(leptos::ev::keydown, move |ev| {
        if dom::is_typing(&ev) {
            return;
        }
        match ev.key().as_str() {
            "/" => dom::focus_id("list-search"),
            "n" => dom::focus_id("list-new"),
            "j" => focus_row(0),
            _ => return,
        }
        ev.prevent_default();
    });
    on_cleanup(move || keys.remove());
    let later = StoredValue::new(None::<TimeoutHandle>);
    let typed = move |ev| {
        let text = event_target_value(&ev);
        later.update_value(|l| {
            if let Some(l) = l.take() {
                l.clear();
            }
            let send = move || {
                if let Some(now) = state.try_get_untracked() {
                    go.run(Listing { text: text.clone(), page: 0, ..now });
                }
            };
            *l = set_timeout_with_handle(send, Duration::from_millis(180)).ok();
        });
    };
    let down = |ev: web_sys::KeyboardEvent| {
        if ev.key() == "ArrowDown" {
            ev.prevent_default();
            focus_row(0);
        }
    };
    let now = Signal::derive(move || state.with(|s| s.filters.clone()));
    let set = Callback::new(move |(column, values)| go.run(state.get_untracked().with(column, values)));
    let clear = Callback::new(move |()| {
        go.run(Listing { filters: Default::default(), text: String::new(), page: 0, ..state.get_untracked() })
    });
    let offered = Signal::derive(move || offered(kind, &facets.get()));
    view! {
        <div class="search-row" role="search">
            <input type="search" id="list-search" data-test="list-search" class="input" aria-keyshortcuts="/"
                aria-label=t!("list.search", kind = kind.many()) placeholder=t!("list.search_hint")
                prop:value=move || state.with(|s| s.text.clone()) on:input=typed on:keydown=down />
            {filter_bar(kind, offered, now, set)}
        </div>
        {chips(kind, now, set, clear)}
    }
    .into_any()
}

/// The filters of a kind: what its columns hold, and what follows from dates and rules.
fn offered(kind: Kind, facets: &Facets) -> Vec<Filter> {
    let mut filters = Vec::new();
    for column in ["status", "class", "owner", "unit"] {
        let values = facets.get(column).cloned().unwrap_or_default();
        if values.len() > 1 || values.first().is_some_and(|(v, _)| !v.is_empty()) {
            let values = values.into_iter().map(|(v, n)| (v, Some(n))).collect();
            filters.push(Filter { column, label: crate::parts::filter::column_label(kind, column), values });
        }
    }
    let mut add = |column: &'static str, values: &[&str]| {
        let values = values.iter().map(|v| ((*v).to_owned(), None)).collect();
        filters.push(Filter { column, label: crate::parts::filter::column_label(kind, column), values });
    };
    if kind == Kind::Risk {
        add("tolerance", &["above"]);
        add("score", &["5", "4", "3", "2", "1", "0"]);
        add("subject_stage", conclave_domain::noun::system::STAGE.values);
    }
    if !matches!(kind, Kind::System | Kind::Asset | Kind::Pack) {
        add("due", &["overdue", "soon"]);
    }
    if matches!(kind, Kind::Risk | Kind::Review | Kind::Finding | Kind::Decision) {
        add("gaps", &["yes"]);
    }
    filters
}

/// What stands under an empty table: what to do next, or why it cannot be shown.
fn under(kind: Kind, state: Memo<Listing>, page: Option<&Result<Page, Fault>>, go: Callback<Listing>) -> AnyView {
    match page {
        None => crate::parts::loading::loading(),
        Some(Err(fault)) => crate::parts::loading::failed(fault),
        Some(Ok(page)) if page.rows.is_empty() => {
            let narrowed = state.with_untracked(Listing::is_narrowed);
            let first =
                Callback::new(move |()| go.run(Listing { sort: state.get_untracked().sort, ..Listing::default() }));
            nothing(kind, narrowed || page.total > 0, first)
        }
        Some(Ok(_)) => ().into_any(),
    }
}

fn pager(state: Memo<Listing>, total: u64, go: Callback<Listing>) -> AnyView {
    let page = state.with_untracked(|s| s.page);
    let (from, to) = (page * PAGE + 1, ((page + 1) * PAGE).min(total));
    if total == 0 || from > total {
        return ().into_any();
    }
    let step = move |page: u64| move |_| go.run(Listing { page, ..state.get_untracked() });
    let words = t!("list.shown", from = dom::count(from), to = dom::count(to), total = dom::count(total));
    view! {
        <nav class="pager" aria-label=t!("list.pages")>
            <span role="status" data-test="list-count">{words}</span>
            <button type="button" class="button small" data-test="list-previous" disabled=page == 0 on:click=step(page.saturating_sub(1))>{t!("list.previous")}</button>
            <button type="button" class="button small" data-test="list-next" disabled={to >= total} on:click=step(page + 1)>{t!("list.next")}</button>
        </nav>
    }
    .into_any()
}

/// What can be done with the chosen records at once.
fn bulk(chosen: RwSignal<BTreeSet<Uuid>>) -> AnyView {
    let busy = RwSignal::new(false);
    let trash = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let ids: Vec<Uuid> = chosen.with_untracked(|c| c.iter().copied().collect());
        spawn_local(async move {
            match send(TrashRecord { ids }).await {
                Ok(done) => {
                    chosen.update(BTreeSet::clear);
                    super::say::undoable(t!("list.trashed", n = done.count), done.entry);
                }
                Err(fault) => super::say::fault(&fault),
            }
            busy.set(false);
        });
    };
    let bar = move || {
        let n = chosen.with(BTreeSet::len);
        (n > 0).then(|| view! {
            <div class="bulk" role="status">
                <span>{t!("list.chosen", n = n)}</span>
                <button type="button" class="button small" data-test="list-trash" disabled=busy on:click=trash>{t!("list.to_trash")}</button>
                <button type="button" class="link" on:click=move |_| chosen.update(BTreeSet::clear)>{t!("list.choose_none")}</button>
            </div>
        })
    };
    view! { {bar} }.into_any()
}
