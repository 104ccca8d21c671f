//! The trash: what was moved there by kind, the way back, and emptying it for good.

use crate::{
    call::{send, use_reply},
    pages::record::say,
    parts::{
        dom,
        loading::{failed, loading},
    },
};
use conclave_domain::{
    call::record::{EmptyTrash, ListRecords, RestoreRecord, Row},
    kind::Kind,
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The page.
pub fn trash() -> AnyView {
    let kinds = Kind::ALL.map(group).into_iter().collect_view();
    let empty = move |_| {
        say::ask(t!("trash.empty_question"), t!("trash.empty_about"), t!("trash.empty"), || {
            spawn_local(async {
                match send(EmptyTrash {}).await {
                    Ok(done) => say::note(t!("trash.emptied", n = done.count)),
                    Err(fault) => say::fault(&fault),
                }
            });
        });
    };
    view! {
        <div class="page trash-page">
            <header class="page-head">
                <div><h1>{t!("trash.title")}</h1><p class="lead">{t!("trash.lead")}</p></div>
                <div class="actions"><button type="button" class="button danger" data-test="trash-empty" on:click=empty>{t!("trash.empty")}</button></div>
            </header>
            <div class="stack trash-list">{kinds}</div>
            <p class="empty-note muted">{t!("trash.nothing")}</p>
        </div>
    }
    .into_any()
}

fn group(kind: Kind) -> AnyView {
    let limit = RwSignal::new(50_u64);
    let page = use_reply(move || {
        Some(ListRecords {
            kind,
            trashed: true,
            sort: "trashed".into(),
            descending: true,
            limit: limit.get(),
            ..ListRecords::default()
        })
    });
    let shown = move || {
        page.with(|p| match p {
            None if kind == Kind::System => loading(),
            Some(Err(fault)) if kind == Kind::System => failed(fault),
            Some(Ok(page)) if page.total > 0 => {
                let lines = page.rows.iter().map(line).collect_view();
                let more = (page.total > page.rows.len() as u64 && page.rows.len() < 500).then(|| {
                    view! { <button type="button" class="button small" on:click=move |_| limit.update(|l| *l = (*l * 4).min(500))>{t!("trash.more")}</button> }
                });
                view! {
                    <section class="card flush" data-test=format!("trash-{}", kind.name())>
                        <h2 class="table-title">{kind.many()} " " <span class="n">{dom::count(page.total)}</span></h2>
                        <table class="records static"><thead class="sr-only"><tr><th>{t!("list.reference")}</th><th>{t!("list.name")}</th><th>{t!("trash.when")}</th><th>{t!("trash.restore")}</th></tr></thead>
                            <tbody>{lines}</tbody></table>
                        {more}
                    </section>
                }
                .into_any()
            }
            _ => ().into_any(),
        })
    };
    view! { {shown} }.into_any()
}

fn line(row: &Row) -> AnyView {
    let (id, name) = (row.head.id, row.head.reference.clone());
    let restore = move |_| {
        let name = name.clone();
        spawn_local(async move {
            match send(RestoreRecord { ids: vec![id] }).await {
                Ok(done) => say::undoable(t!("trash.restored", name = name), done.entry),
                Err(fault) => say::fault(&fault),
            }
        });
    };
    let when = row.head.trashed_at.map(dom::moment);
    view! {
        <tr>
            <td class="ref">{row.head.reference.clone()}</td><td class="title">{row.head.title.clone()}</td><td class="day">{when}</td>
            <td class="cell-acts"><button type="button" class="button small" data-test=format!("restore-{}", row.head.reference) on:click=restore>{t!("trash.restore")}</button></td>
        </tr>
    }
    .into_any()
}
