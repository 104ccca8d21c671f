//! What changed between two editions of a framework of the board's own.

use crate::{
    call::use_reply,
    parts::{
        loading::{failed, loading},
        path::framework_path,
    },
};
use conclave_domain::{
    call::framework::{CompareEditions, EditionReport, FrameworkLine},
    t,
};
use leptos::prelude::*;

/// The card with two choices and the report; nothing where there is only one edition.
pub fn compare(line: &FrameworkLine, lines: Memo<Vec<FrameworkLine>>) -> AnyView {
    let id = line.id.clone();
    let editions: Vec<String> =
        lines.with(|l| l.iter().filter(|l| l.own && l.id == id).map(|l| l.edition.clone()).collect());
    // The list has the newest first.
    let Some(earlier) = editions.iter().find(|e| **e != line.edition).cloned() else { return ().into_any() };
    let (from, to) = (RwSignal::new(earlier), RwSignal::new(line.edition.clone()));
    let open = RwSignal::new(false);
    let (asked, linked) = (id.clone(), id);
    let reply =
        use_reply(move || open.get().then(|| CompareEditions { id: asked.clone(), from: from.get(), to: to.get() }));
    let shown = move || {
        open.get().then(|| {
            reply.with(|r| match r {
                None => loading(),
                Some(Err(fault)) => failed(fault),
                Some(Ok(report)) => self::report(report, &linked, &from.get_untracked(), &to.get_untracked()),
            })
        })
    };
    let toggled = move |ev: web_sys::Event| {
        let details = ev.target().and_then(|t| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(t).ok());
        open.set(details.is_some_and(|d| d.has_attribute("open")));
    };
    view! {
        <details class="card more" data-test="framework-compare" on:toggle=toggled>
            <summary data-test="framework-changes">{t!("frameworks_page.changes")}</summary>
            <div class="stack">
                <div class="filters">
                    {choice("compare-from", t!("frameworks_page.earlier"), &editions, from)}
                    {choice("compare-to", t!("frameworks_page.later"), &editions, to)}
                </div>
                {shown}
            </div>
        </details>
    }
    .into_any()
}

fn choice(id: &'static str, label: String, editions: &[String], now: RwSignal<String>) -> AnyView {
    let chosen = now.get_untracked();
    let options = editions
        .iter()
        .map(|e| view! { <option value=e.clone() selected=*e == chosen>{e.clone()}</option> })
        .collect_view();
    view! {
        <div class="field"><label for=id>{label}</label>
            <select class="input short" id=id data-test=id on:change=move |ev| now.set(event_target_value(&ev))>{options}</select></div>
    }
    .into_any()
}

fn report(report: &EditionReport, id: &str, from: &str, to: &str) -> AnyView {
    let part = |title: String, test: &'static str, edition: &str, all: &[(String, String)]| {
        let lines = all
            .iter()
            .map(|(requirement, title)| {
                let href = framework_path(id, edition, requirement);
                view! { <li><a href=href><span class="ref">{requirement.clone()}</span> " " {title.clone()}</a></li> }
            })
            .collect_view();
        let body = (!all.is_empty()).then(|| view! { <ul class="plain-list scroll-y">{lines}</ul> });
        view! { <section data-test=test><h3>{title} " " <span class="n">{all.len()}</span></h3>{body}</section> }
    };
    view! {
        <div class="three">
            {part(t!("compare.added"), "edition-added", to, &report.added)}
            {part(t!("compare.other"), "edition-changed", to, &report.changed)}
            {part(t!("compare.removed"), "edition-removed", from, &report.removed)}
        </div>
        <p class="muted" data-test="edition-same">{t!("frameworks_page.same", n = report.same)}</p>
    }
    .into_any()
}
