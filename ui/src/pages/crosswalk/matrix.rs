//! The crosswalk as a grid: one cell for each pair, walked with the arrow keys, both ends named where the person is.

use crate::parts::{dom, path::framework_path, strength};
use conclave_domain::{
    call::framework::{CrosswalkView, LinkLine},
    t,
};
use leptos::{leptos_dom::helpers::document, prelude::*};
use leptos_router::hooks::use_navigate;
use std::collections::HashMap;

/// What the grid knows about its places.
struct Places {
    /// Rows: id and title.
    rows: Vec<(String, String)>,
    /// Columns in order: id and title.
    columns: Vec<(String, String)>,
    /// The links by row and column.
    links: HashMap<(usize, usize), LinkLine>,
    /// The framework on the right.
    to: String,
}

impl Places {
    fn of(view: &CrosswalkView) -> Self {
        let columns: Vec<(String, String)> = view.columns.iter().flat_map(|(_, all)| all.iter().cloned()).collect();
        let index = |all: &[(String, String)]| -> HashMap<String, usize> {
            all.iter().enumerate().map(|(n, (id, _))| (id.clone(), n)).collect()
        };
        let (by_row, by_column) = (index(&view.rows), index(&columns));
        let links = view
            .links
            .iter()
            .filter_map(|l| Some(((*by_row.get(&l.from)?, *by_column.get(&l.to)?), l.clone())))
            .collect();
        Self { rows: view.rows.clone(), columns, links, to: view.to.id.clone() }
    }

    /// Both ends in words, and what lies between them.
    fn sentence(&self, (row, column): (usize, usize)) -> String {
        let (Some(from), Some(to)) = (self.rows.get(row), self.columns.get(column)) else { return String::new() };
        let between = self.links.get(&(row, column)).map_or_else(
            || t!("crosswalk_page.no_link"),
            |l| {
                let source = strength::source(&l.source);
                let note = if l.note.is_empty() { String::new() } else { format!(" · {}", l.note) };
                format!("{} {} ({source}){note}", strength::sign(l.strength), l.strength.label())
            },
        );
        format!("{} {} → {} {}: {between}", from.0, from.1, to.0, to.1)
    }
}

/// The grid with the line that names where the person is.
pub fn matrix(view: &CrosswalkView) -> AnyView {
    let places = Places::of(view);
    let rows = places.rows.iter().enumerate().map(|(n, _)| row(view, &places, n)).collect_view();
    let heads = heads(view);
    let label = t!("crosswalk_page.grid", from = view.from.short_title, to = view.to.short_title);
    let places = StoredValue::new(places);
    let now = RwSignal::new(String::new());
    let name = move |ev: &web_sys::Event| {
        if let Some(place) = place_of(ev) {
            let sentence = places.with_value(|p| p.sentence(place));
            if now.with_untracked(|n| *n != sentence) {
                now.set(sentence);
            }
        }
    };
    let navigate = use_navigate();
    let keys = move |ev: web_sys::KeyboardEvent| {
        let Some((row, column)) = place_of(&ev) else { return };
        let (last_row, last_column) =
            places.with_value(|p| (p.rows.len().saturating_sub(1), p.columns.len().saturating_sub(1)));
        let whole = ev.ctrl_key();
        let next = match ev.key().as_str() {
            "ArrowDown" => ((row + 1).min(last_row), column),
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowRight" => (row, (column + 1).min(last_column)),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "Home" => (if whole { 0 } else { row }, 0),
            "End" => (if whole { last_row } else { row }, last_column),
            "PageDown" => ((row + 8).min(last_row), column),
            "PageUp" => (row.saturating_sub(8), column),
            "Enter" => {
                let path = places.with_value(|p| p.columns.get(column).map(|(id, _)| framework_path(&p.to, "", id)));
                if let Some(path) = path {
                    navigate(&path, Default::default());
                }
                return;
            }
            _ => return,
        };
        ev.prevent_default();
        walk((row, column), next);
    };
    view! {
        <div class="crosswalk-scroll card flush" data-test="crosswalk-matrix">
            <table class="crosswalk" role="grid" aria-label=label aria-describedby="crosswalk-keys" on:keydown=keys
                on:mouseover=move |ev| name(&ev) on:focusin=move |ev| name(&ev)>
                <thead>{heads}</thead><tbody>{rows}</tbody>
            </table>
        </div>
        <p class="crosswalk-now" aria-live="polite" data-test="crosswalk-now">{move || now.get()}</p>
        <p class="help" id="crosswalk-keys">{t!("crosswalk_page.keys")}</p>
    }
    .into_any()
}

fn place_of(event: &web_sys::Event) -> Option<(usize, usize)> {
    let cell = dom::closest(event, "td[data-row]")?;
    let number = |name: &str| cell.get_attribute(name)?.parse().ok();
    Some((number("data-row")?, number("data-column")?))
}

fn cell_at((row, column): (usize, usize)) -> Option<web_sys::Element> {
    document().query_selector(&format!("td[data-row='{row}'][data-column='{column}']")).ok().flatten()
}

/// The keyboard goes from one cell to another; only the one where it is can be tabbed to.
fn walk(before: (usize, usize), next: (usize, usize)) {
    if let Some(old) = cell_at(before) {
        let _ = old.set_attribute("tabindex", "-1");
    }
    let cell = cell_at(next);
    if let Some(cell) = &cell {
        let _ = cell.set_attribute("tabindex", "0");
    }
    dom::focus(cell);
}

/// Two rows of heads: the groups, then the requirements, their ids upright.
fn heads(view: &CrosswalkView) -> AnyView {
    let groups = view
        .columns
        .iter()
        .map(|(title, all)| view! { <th scope="colgroup" class="group" colspan=all.len().to_string() title=title.clone()><span>{title.clone()}</span></th> })
        .collect_view();
    let requirements = view
        .columns
        .iter()
        .flat_map(|(_, all)| {
            all.iter().enumerate().map(|(n, (id, title))| {
                let href = framework_path(&view.to.id, "", id);
                let name = format!("{id} {title}");
                view! { <th scope="col" class="upright" class:first={n == 0}><a href=href title=name.clone() aria-label=name tabindex="-1">{id.clone()}</a></th> }
            })
        })
        .collect_view();
    let corner = view! { <th class="corner" rowspan="2" scope="col">{view.from.short_title.clone()} " → " {view.to.short_title.clone()}</th> };
    view! { <tr>{corner}{groups}</tr><tr class="second">{requirements}</tr> }.into_any()
}

fn row(view: &CrosswalkView, places: &Places, at: usize) -> AnyView {
    let (id, title) = places.rows[at].clone();
    let href = framework_path(&view.from.id, "", &id);
    let mut column = 0;
    let mut cells = Vec::with_capacity(places.columns.len());
    for (_, all) in &view.columns {
        for n in 0..all.len() {
            cells.push(cell(places, (at, column), n == 0));
            column += 1;
        }
    }
    view! {
        <tr>
            <th scope="row"><a href=href title=title.clone() tabindex="-1"><span class="ref">{id}</span> " " {title.clone()}</a></th>
            {cells}
        </tr>
    }
    .into_any()
}

fn cell(places: &Places, place: (usize, usize), first: bool) -> AnyView {
    let tab = if place == (0, 0) { "0" } else { "-1" };
    let (row, column) = (place.0.to_string(), place.1.to_string());
    match places.links.get(&place) {
        Some(link) => view! {
            <td role="gridcell" tabindex=tab class="linked" class:first=first data-row=row data-column=column data-strength=link.strength.name()
                data-test="crosswalk-cell" data-from=link.from.clone() data-to=link.to.clone() aria-label=places.sentence(place)>{strength::sign(link.strength)}</td>
        }
        .into_any(),
        None => view! { <td role="gridcell" tabindex=tab class:first=first data-row=row data-column=column></td> }.into_any(),
    }
}
