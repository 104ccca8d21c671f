//! The crosswalk as a plain table: each requirement on the right with what reaches it.

use crate::parts::{path::framework_path, strength};
use conclave_domain::{
    call::framework::{CrosswalkView, LinkLine},
    t,
};
use leptos::prelude::*;

/// The table, one body per group.
pub fn table(view: &CrosswalkView) -> AnyView {
    let bodies = view.columns.iter().map(|(title, all)| group(view, title, all)).collect_view();
    let label = t!("crosswalk_page.grid", from = view.from.short_title, to = view.to.short_title);
    view! {
        <div class="card flush"><div class="scroll-x">
            <table class="records static crosswalk-plain" data-test="crosswalk-table" aria-label=label>
                <thead><tr><th scope="col">{view.to.short_title.clone()}</th><th scope="col">{view.from.short_title.clone()}</th></tr></thead>
                {bodies}
            </table>
        </div></div>
    }
    .into_any()
}

fn group(view: &CrosswalkView, title: &str, requirements: &[(String, String)]) -> AnyView {
    let rows = requirements
        .iter()
        .map(|(id, title)| {
            let mut links: Vec<&LinkLine> = view.links.iter().filter(|l| l.to == *id).collect();
            links.sort_by_key(|l| l.strength);
            row(view, id, title, &links)
        })
        .collect_view();
    view! { <tbody><tr class="group-row"><th scope="rowgroup" colspan="2">{title.to_owned()}</th></tr>{rows}</tbody> }
        .into_any()
}

fn row(view: &CrosswalkView, id: &str, title: &str, links: &[&LinkLine]) -> AnyView {
    let lines = links
        .iter()
        .map(|l| {
            let href = framework_path(&view.from.id, "", &l.from);
            let note = (!l.note.is_empty()).then(|| view! { <span class="muted">" · " {l.note.clone()}</span> });
            view! {
                <li>{strength::badge(l.strength)} " " <a href=href><span class="ref">{l.from.clone()}</span> " " {l.from_title.clone()}</a>
                    <span class="muted">" · " {strength::source(&l.source)}</span>{note}</li>
            }
        })
        .collect_view();
    let none = links.is_empty().then(|| view! { <span class="muted">{t!("crosswalk_page.not_reached")}</span> });
    view! {
        <tr data-test="crosswalk-row" data-id=id.to_owned()>
            <th scope="row"><a href=framework_path(&view.to.id, "", id)><span class="ref">{id.to_owned()}</span> " " {title.to_owned()}</a></th>
            <td><ul class="plain-list">{lines}</ul>{none}</td>
        </tr>
    }
    .into_any()
}
