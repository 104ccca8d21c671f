//! The crosswalk: which requirement of one framework answers which of another, as a matrix or as a table.

mod matrix;
mod plain;
mod starts;

use crate::{
    call::use_reply,
    parts::{
        dom,
        loading::{failed, loading},
        path::{crosswalk_path, framework_path},
        strength,
    },
};
use conclave_domain::{
    call::framework::{CrosswalkView, FrameworkLine, GetCrosswalk},
    crosswalk::Strength,
    t,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use starts::{Starts, resolve, starts};

/// Below this width of the window the table comes first.
const NARROW: i32 = 900;

/// The page.
pub fn crosswalk() -> AnyView {
    let query = use_query_map();
    let wanted =
        Memo::new(move |_| query.with(|q| (q.get("from").unwrap_or_default(), q.get("to").unwrap_or_default())));
    let as_table = Memo::new(move |_| query.with(|q| q.get("view")).map_or_else(is_narrow, |v| v == "table"));
    let starts = starts();
    let ends = Memo::new(move |_| starts.with(|s| s.as_ref().map(|s| wanted.with(|(from, to)| resolve(s, from, to)))));
    let asked = use_reply(move || ends.get().map(|(from, to)| GetCrosswalk { from, to }));
    let reply = Memo::new(move |_| asked.get());
    let navigate = use_navigate();
    let go = Callback::new(move |(from, to, table): (String, String, bool)| {
        let view = if table { "table" } else { "matrix" };
        let path = format!("{}&view={view}", crosswalk_path(&from, &to));
        navigate(&path, NavigateOptions { replace: true, scroll: false, ..Default::default() });
    });
    let body = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(view)) => page(view, starts, as_table.get(), go),
        })
    };
    view! {
        <div class="page crosswalk-page">
            <header class="page-head"><div>
                <p class="crumbs"><a href="/frameworks">{t!("frameworks_page.title")}</a></p>
                <h1>{t!("crosswalk_page.title")}</h1>
                <p class="lead">{t!("crosswalk_page.lead")}</p>
            </div></header>
            {body}
        </div>
    }
    .into_any()
}

fn is_narrow() -> bool {
    let width = window().inner_width().ok().and_then(|w| w.as_f64()).unwrap_or(1280.0);
    width < f64::from(NARROW)
}

fn page(
    view: &CrosswalkView,
    starts: RwSignal<Option<Starts>>,
    as_table: bool,
    go: Callback<(String, String, bool)>,
) -> AnyView {
    let work = if view.links.is_empty() {
        none(view)
    } else if as_table {
        plain::table(view)
    } else {
        matrix::matrix(view)
    };
    view! { {choices(view, starts, as_table, go)} {reading(view)} {work} {unreached(view)} {source(view)} }.into_any()
}

/// From, to, and how it is shown.
fn choices(
    view: &CrosswalkView,
    starts: RwSignal<Option<Starts>>,
    as_table: bool,
    go: Callback<(String, String, bool)>,
) -> AnyView {
    let (from, to) = (view.from.id.clone(), view.to.id.clone());
    let froms: Vec<FrameworkLine> =
        starts.with_untracked(|s| s.iter().flatten().map(|(line, _)| line.clone()).collect());
    let set_to = {
        let from = from.clone();
        move |ev| go.run((from.clone(), event_target_value(&ev), as_table))
    };
    // Another framework on the left has other targets: the first of them is taken.
    let set_from = move |ev| go.run((event_target_value(&ev), String::new(), as_table));
    let toggle = |test: &'static str, label: String, table: bool| {
        let (from, to) = (from.clone(), to.clone());
        view! {
            <button type="button" class="button small" data-test=test aria-pressed=(as_table == table).to_string()
                on:click=move |_| go.run((from.clone(), to.clone(), table))>{label}</button>
        }
    };
    view! {
        <div class="filters">
            <div class="field"><label for="crosswalk-from">{t!("crosswalk_page.from")}</label>
                <select class="input" id="crosswalk-from" data-test="crosswalk-from" on:change=set_from>{options(&froms, &from)}</select></div>
            <div class="field"><label for="crosswalk-to">{t!("crosswalk_page.to")}</label>
                <select class="input" id="crosswalk-to" data-test="crosswalk-to" on:change=set_to>{options(&view.others, &to)}</select></div>
            <div class="actions" role="group" aria-label=t!("crosswalk_page.shown_as")>
                {toggle("crosswalk-as-matrix", t!("crosswalk_page.as_matrix"), false)}
                {toggle("crosswalk-as-table", t!("crosswalk_page.as_table"), true)}
            </div>
        </div>
    }
    .into_any()
}

fn options(lines: &[FrameworkLine], now: &str) -> AnyView {
    let option =
        |l: &FrameworkLine| view! { <option value=l.id.clone() selected=l.id == now>{l.short_title.clone()}</option> };
    lines.iter().map(option).collect_view().into_any()
}

/// "43 links: 12 equivalent, 20 partial, 11 related. 31 of 38 requirements are reached."
fn reading(view: &CrosswalkView) -> AnyView {
    let count = |s: Strength| view.links.iter().filter(|l| l.strength == s).count();
    let all = view.to.requirements;
    let words = t!(
        "crosswalk_page.reading",
        n = view.links.len(),
        equivalent = count(Strength::Equivalent),
        partial = count(Strength::Partial),
        related = count(Strength::Related),
        reached = all.saturating_sub(view.unreached.len()),
        all = all
    );
    view! { <p data-test="crosswalk-reading">{words}</p> {strength::legend()} }.into_any()
}

fn none(view: &CrosswalkView) -> AnyView {
    let words = t!("crosswalk_page.none", from = view.from.short_title, to = view.to.short_title);
    view! {
        <div class="empty" data-test="crosswalk-empty"><p class="empty-title">{words}</p><p>{t!("crosswalk_page.none_next")}</p>
            <a class="button" href="/frameworks">{t!("frameworks_page.title")}</a></div>
    }
    .into_any()
}

/// What no link reaches, by group.
fn unreached(view: &CrosswalkView) -> AnyView {
    if view.unreached.is_empty() {
        return view! { <p class="note good" data-test="crosswalk-all-reached"><span><span aria-hidden="true">"● "</span>{t!("crosswalk_page.all_reached")}</span></p> }
            .into_any();
    }
    let groups = view
        .columns
        .iter()
        .filter_map(|(title, requirements)| {
            let lines: Vec<_> = requirements.iter().filter(|(id, _)| view.unreached.contains(id)).collect();
            (!lines.is_empty()).then(|| {
                let lines = lines
                    .into_iter()
                    .map(|(id, title)| {
                        let href = framework_path(&view.to.id, "", id);
                        view! { <li data-test="crosswalk-unreached-line"><a href=href><span class="ref">{id.clone()}</span> " " {title.clone()}</a></li> }
                    })
                    .collect_view();
                view! { <section><h3>{title.clone()}</h3><ul class="plain-list">{lines}</ul></section> }
            })
        })
        .collect_view();
    let n = dom::count(view.unreached.len() as u64);
    view! {
        <section class="card" data-test="crosswalk-unreached" aria-labelledby="crosswalk-unreached">
            <h2 id="crosswalk-unreached">{t!("crosswalk_page.unreached", n = n)}</h2>
            <p class="muted">{t!("crosswalk_page.unreached_about")} " " <a href=framework_path("conclave-tracks-2026", "", "")>{t!("crosswalk_page.tracks")}</a></p>
            <div class="two">{groups}</div>
        </section>
    }
    .into_any()
}

fn source(view: &CrosswalkView) -> AnyView {
    if view.source.is_empty() && view.note.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="card" data-test="crosswalk-source" aria-labelledby="crosswalk-source">
            <h2 id="crosswalk-source">{t!("crosswalk_page.source")}</h2>
            <p class="prose">{view.source.clone()}</p><p class="prose muted">{view.note.clone()}</p>
        </section>
    }
    .into_any()
}
