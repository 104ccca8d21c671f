//! The page of one record of any kind: head, tabs, and editing in place.

use super::{
    edit::{Edit, edit},
    head, history,
    overview::overview,
    proof::has_evidence,
    related::{related, sources},
};
use crate::{
    call::use_reply,
    parts::{
        loading::{failed, loading},
        path::record_path,
        tabs::{Tab, current, tabs},
    },
};
use conclave_domain::{
    call::{
        journal::GetCharter,
        record::{Detail, GetRecord},
    },
    charter::Charter,
    kind::Kind,
    t,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};

/// Draws the panel of a tab by its name.
pub type Panel = fn(&str, Signal<Detail>, &Charter) -> Option<AnyView>;

/// What a kind adds to the page of its records.
#[derive(Clone, Copy, Default)]
pub struct Special {
    /// Tabs that come after the overview.
    pub tabs: Option<fn(&Detail) -> Vec<Tab>>,
    /// The panel of such a tab; `None` for a tab of another name.
    pub panel: Option<Panel>,
    /// Tabs in which people work: they follow the record by themselves and are not built anew when it changes.
    pub live: &'static [&'static str],
    /// What stands above the fields of the overview.
    pub above: Option<fn(&Detail, &Charter) -> AnyView>,
    /// Fields that stand above and not among the others.
    pub without: &'static [&'static str],
    /// More actions in the head.
    pub actions: Option<fn(&Detail, &Charter) -> AnyView>,
}

/// The reference in the address.
pub fn reference() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|p| p.latest_values().next().map(|(_, v)| v.to_owned())).unwrap_or_default())
}

/// The page.
pub fn record_page(kind: Kind, special: Special) -> AnyView {
    let reference = reference();
    let detail = use_reply(move || Some(GetRecord { reference: reference.get() }));
    let charter = use_reply(move || Some(GetCharter {}));
    let query = use_query_map();
    let editing = Memo::new(move |_| query.with(|q| q.get("edit")));
    let tab = current("overview");
    let charter =
        Memo::new(move |_| charter.with(|c| c.as_ref().and_then(|c| c.as_ref().ok()).cloned().unwrap_or_default()));
    // The form is built when editing begins, and not again when the record changes: typing survives a reload.
    let known =
        Memo::new(move |_| detail.with(|d| d.as_ref().map(|d| d.as_ref().map(|d| d.head.id).map_err(Clone::clone))));
    let body = move || match known.get() {
        None => loading(),
        Some(Err(fault)) => failed(&fault),
        Some(Ok(_)) => {
            let Some(now) = detail.with_untracked(|d| d.as_ref().and_then(|d| d.as_ref().ok()).cloned()) else {
                return loading();
            };
            match editing.get() {
                Some(focus) => editor(kind, now, focus),
                None => {
                    let live = Memo::new(move |last: Option<&Detail>| {
                        let fresh = detail.with(|d| d.as_ref().and_then(|d| d.as_ref().ok()).cloned());
                        fresh.or_else(|| last.cloned()).unwrap_or_else(|| now.clone())
                    });
                    reading(live.into(), charter, tab, special)
                }
            }
        }
    };
    view! { <div class="page record-page" data-kind=kind.name()>{body}</div> }.into_any()
}

fn editor(kind: Kind, detail: Detail, focus: String) -> AnyView {
    let navigate = use_navigate();
    let path = record_path(kind, &detail.head.reference);
    let back = Callback::new(move |()| navigate(&path, NavigateOptions { replace: true, ..Default::default() }));
    let saved = Callback::new(move |_| back.run(()));
    let focus = if focus == "1" { String::new() } else { focus };
    let title = t!("record.edit_title", name = detail.head.title);
    view! {
        <header class="page-head"><div><p class="crumbs"><span class="ref">{detail.head.reference.clone()}</span></p><h1>{title}</h1></div></header>
        {edit(Edit { kind, detail: Some(detail), start: Default::default(), names: Vec::new(), focus, saved, cancel: back })}
    }
    .into_any()
}

fn reading(detail: Signal<Detail>, charter: Memo<Charter>, tab: Memo<String>, special: Special) -> AnyView {
    let all = Memo::new(move |_| detail.with(|d| all_tabs(d, special)));
    let label = detail.with_untracked(|d| d.head.reference.clone());
    let top = move || detail.with(|d| head::head(d, special.actions.map(|a| a(d, &charter.get()))));
    // What decides whether the panel is built anew.
    let shown = Memo::new(move |_| {
        let name = tab.get();
        let known = all.with(|all| all.iter().any(|t| t.name == name));
        let name = if known { name } else { "overview".to_owned() };
        let follows = special.live.contains(&name.as_str());
        (name, (!follows).then(|| (detail.get(), charter.get())))
    });
    let panel = move || {
        let name = shown.with(|s| s.0.clone());
        let content = panel(&name, detail, &charter.get_untracked(), special);
        view! { <div role="tabpanel" id="tab-panel" tabindex="-1" aria-labelledby=format!("tab-{name}")>{content}</div> }
    };
    view! { {top} {tabs(label, all.into(), tab)} {panel} }.into_any()
}

fn panel(name: &str, detail: Signal<Detail>, charter: &Charter, special: Special) -> AnyView {
    if let Some(view) = special.panel.and_then(|p| p(name, detail, charter)) {
        return view;
    }
    detail.with_untracked(|d| match name {
        "history" => history::history(d.head.id),
        "source" => sources(d),
        _ => match Kind::ALL.into_iter().find(|k| k.plural() == name) {
            Some(kind) => related(d, kind),
            None => {
                let above = special.above.map(|a| a(d, charter));
                view! { {above} {overview(d, charter.risk_method, special.without)} }.into_any()
            }
        },
    })
}

/// The tabs of a record: overview, what the kind adds, what points to it, where it came from, what happened to it.
fn all_tabs(detail: &Detail, special: Special) -> Vec<Tab> {
    let mut all = vec![Tab::new("overview", t!("record.overview"))];
    all.extend(special.tabs.map(|t| t(detail)).unwrap_or_default());
    // Where the overview has a card of the evidence, a tab would say the same.
    for kind in Kind::ALL.into_iter().filter(|k| *k != Kind::Evidence || !has_evidence(detail.head.kind)) {
        let n = detail.used_by.iter().filter(|r| r.head.kind == kind && r.head.trashed_at.is_none()).count();
        let always = detail.head.kind == Kind::System
            && matches!(kind, Kind::Assessment | Kind::Risk | Kind::Review | Kind::Decision);
        if n > 0 || always {
            all.push(Tab::counted(kind.plural(), kind.many(), n));
        }
    }
    if !detail.sources.is_empty() {
        all.push(Tab::counted("source", t!("record.source"), detail.sources.len()));
    }
    all.push(Tab::new("history", t!("record.history")));
    all
}
