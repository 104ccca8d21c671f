//! Audit packs: build one, verify one, and what was built.

mod build;
mod sign;
mod verify;

pub use verify::said;

use crate::{
    call::use_reply,
    pages::record::page::{Special, record_page},
    parts::{
        dom,
        loading::{failed, loading},
        path::record_path,
    },
};
use conclave_domain::{
    call::record::{ListRecords, Row},
    field::choice_label,
    kind::Kind,
    t,
};
use leptos::prelude::*;

/// The page.
pub fn packs() -> AnyView {
    view! {
        <div class="page">
            <header class="page-head"><div><h1>{t!("packs.title")}</h1><p class="lead">{t!("packs.lead")}</p></div></header>
            <div class="two-columns">{build::build()}{verify::verify()}</div>
            {history()}
        </div>
    }
    .into_any()
}

/// The record of one pack.
pub fn one() -> AnyView {
    record_page(Kind::Pack, Special { actions: Some(sign::sign), ..Special::default() })
}

fn history() -> AnyView {
    let list = use_reply(move || {
        Some(ListRecords {
            kind: Kind::Pack,
            sort: "reference".into(),
            descending: true,
            limit: 100,
            ..ListRecords::default()
        })
    });
    let body = move || {
        list.with(|l| match l {
            None => loading(),
            Some(Err(f)) => failed(f),
            Some(Ok(page)) if page.rows.is_empty() => view! { <p class="muted">{t!("packs.none")}</p> }.into_any(),
            Some(Ok(page)) => table(&page.rows),
        })
    };
    view! { <section class="card" aria-labelledby="packs-history"><h2 id="packs-history">{t!("packs.history")}</h2>{body}</section> }.into_any()
}

fn table(rows: &[Row]) -> AnyView {
    let line = |r: &Row| {
        view! {
            <tr>
                <td class="ref"><a href=record_path(Kind::Pack, &r.head.reference)>{r.head.reference.clone()}</a></td>
                <td>{r.head.title.clone()}</td>
                <td>{choice_label("profile", &r.columns.class)}</td>
                <td>{r.columns.unit.clone()}</td>
                <td class="n">{r.columns.score}</td>
                <td class="when">{dom::moment(r.head.created_at)}</td>
                <td>{r.head.updated_by.clone()}</td>
            </tr>
        }
    };
    view! {
        <div class="scroll-x"><table class="records" data-test="packs-table">
            <thead><tr>
                <th scope="col">{t!("list.reference")}</th><th scope="col">{t!("packs.name")}</th><th scope="col">{t!("packs.profile")}</th>
                <th scope="col">{t!("packs.out")}</th><th scope="col" class="n">{t!("packs.pages")}</th>
                <th scope="col">{t!("packs.when")}</th><th scope="col">{t!("journal.member")}</th>
            </tr></thead>
            <tbody>{rows.iter().map(line).collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}
