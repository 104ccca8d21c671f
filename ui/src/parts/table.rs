//! A table of records: sortable heads, rows that the arrow keys walk through, and a selection.

use crate::parts::{columns::Column, dom, path::record_path};
use conclave_domain::{call::record::Row, kind::Kind, t};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a table needs from its page.
#[derive(Clone, Copy)]
pub struct Table {
    /// The kind of its rows.
    pub kind: Kind,
    /// Its columns.
    pub columns: &'static [Column],
    /// What it sorts by, and whether the largest comes first.
    pub sort: Signal<(String, bool)>,
    /// Sorts by a column; a second time the other way round.
    pub sort_by: Callback<&'static str>,
    /// The chosen records; `None` for a table without selection.
    pub chosen: Option<RwSignal<BTreeSet<Uuid>>>,
}

/// A table that only lists: no sorting, no selection.
pub fn plain(kind: Kind, columns: &'static [Column], rows: Vec<Row>) -> AnyView {
    let sort = Signal::stored((String::new(), false));
    table(Table { kind, columns, sort, sort_by: Callback::new(|_| {}), chosen: None }, Signal::stored(rows))
}

/// The table.
pub fn table(table: Table, rows: Signal<Vec<Row>>) -> AnyView {
    let navigate = use_navigate();
    let open = move |at: usize| {
        let path = rows.with_untracked(|r| r.get(at).map(|r| record_path(r.head.kind, &r.head.reference)));
        if let Some(path) = path {
            navigate(&path, Default::default());
        }
    };
    let opened = open.clone();
    // One listener for all rows.
    let clicked = move |ev: web_sys::MouseEvent| {
        if dom::closest(&ev, "a, button, input, label").is_none()
            && let Some(at) = row_of(&ev)
        {
            opened(at);
        }
    };
    let keys = move |ev: web_sys::KeyboardEvent| {
        let Some(at) = row_of(&ev) else { return };
        match ev.key().as_str() {
            "ArrowDown" => focus_row(at + 1),
            "ArrowUp" => focus_row(at.saturating_sub(1)),
            "Home" => focus_row(0),
            "End" => focus_row(rows.with_untracked(Vec::len).saturating_sub(1)),
            "Enter" if dom::closest(&ev, "a, button, input").is_none() => open(at),
            " " if dom::closest(&ev, "a, button, input").is_none() => {
                let id = rows.with_untracked(|r| r.get(at).map(|r| r.head.id));
                if let (Some(chosen), Some(id)) = (table.chosen, id) {
                    toggle(chosen, id);
                }
            }
            _ => return,
        }
        ev.prevent_default();
    };
    let lines = move || rows.with(|rows| rows.iter().enumerate().map(|(at, row)| line(table, at, row)).collect_view());
    view! {
        <div class="table-scroll">
            <table class="records" data-test="list-table">
                <thead><tr>{choose_all(table, rows)}{table.columns.iter().map(|c| head(table, *c)).collect_view()}</tr></thead>
                <tbody on:click=clicked on:keydown=keys>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row_of(event: &web_sys::Event) -> Option<usize> {
    dom::closest(event, "tr[data-at]")?.get_attribute("data-at")?.parse().ok()
}

/// Moves the keyboard to a row.
pub fn focus_row(at: usize) {
    let row = leptos::leptos_dom::helpers::document().query_selector(&format!("tr[data-at='{at}']")).ok().flatten();
    dom::focus(row);
}

fn toggle(chosen: RwSignal<BTreeSet<Uuid>>, id: Uuid) {
    chosen.update(|c| {
        if !c.remove(&id) {
            c.insert(id);
        }
    });
}

fn choose_all(table: Table, rows: Signal<Vec<Row>>) -> Option<AnyView> {
    let chosen = table.chosen?;
    let all = move || rows.with(|r| !r.is_empty() && chosen.with(|c| r.iter().all(|r| c.contains(&r.head.id))));
    let change = move |ev| {
        let on = event_target_checked(&ev);
        let ids: Vec<Uuid> = rows.with_untracked(|r| r.iter().map(|r| r.head.id).collect());
        chosen.update(|c| {
            for id in ids {
                if on {
                    c.insert(id)
                } else {
                    c.remove(&id)
                };
            }
        });
    };
    Some(
        view! {
            <th scope="col" class="cell-choose">
                <input type="checkbox" class="tick" data-test="list-choose-all" aria-label=t!("list.choose_all") prop:checked=all on:change=change />
            </th>
        }
        .into_any(),
    )
}

fn head(table: Table, column: Column) -> AnyView {
    let (label, key) = (column.label(table.kind), column.sort());
    if key.is_empty() || table.sort.with_untracked(|s| s.0.is_empty()) {
        return view! { <th scope="col" class=column.class()>{label}</th> }.into_any();
    }
    let way = move || {
        table.sort.with(|(by, down)| {
            if by != key {
                "none"
            } else if *down {
                "descending"
            } else {
                "ascending"
            }
        })
    };
    let arrow = move || match way() {
        "ascending" => "↑",
        "descending" => "↓",
        _ => "",
    };
    view! {
        <th scope="col" class=column.class() aria-sort=way>
            <button type="button" class="sort" data-test=format!("sort-{key}") on:click=move |_| table.sort_by.run(key)>
                {label} <span aria-hidden="true" class="arrow">{arrow}</span>
            </button>
        </th>
    }
    .into_any()
}

fn line(table: Table, at: usize, row: &Row) -> AnyView {
    let id = row.head.id;
    let check = table.chosen.map(|chosen| {
        let label = t!("list.choose", name = row.head.reference);
        view! {
            <td class="cell-choose">
                <input type="checkbox" class="tick" data-test="list-choose" aria-label=label
                    prop:checked=move || chosen.with(|c| c.contains(&id)) on:change=move |_| toggle(chosen, id) />
            </td>
        }
    });
    let selected = move || table.chosen.is_some_and(|c| c.with(|c| c.contains(&id)));
    let cells = table.columns.iter().map(|c| view! { <td class=c.class()>{c.cell(row)}</td> }).collect_view();
    view! {
        <tr tabindex={if at == 0 { "0" } else { "-1" }} data-at=at.to_string() data-test="list-row"
            data-reference=row.head.reference.clone() class:selected=selected>
            {check}{cells}
        </tr>
    }
    .into_any()
}
