//! What points to a record, and where it came from.

use crate::parts::{columns::columns, dom, path::new_path, table::plain};
use conclave_domain::{
    call::record::{Detail, Row, SourceRow},
    kind::Kind,
    t,
};
use leptos::prelude::*;

/// The records of a kind that point to this one, with a way to add another where that makes sense.
pub fn related(detail: &Detail, kind: Kind) -> AnyView {
    let rows: Vec<Row> =
        detail.used_by.iter().filter(|r| r.head.kind == kind && r.head.trashed_at.is_none()).cloned().collect();
    let about =
        matches!(kind, Kind::Assessment | Kind::Risk | Kind::Review | Kind::Finding | Kind::Decision | Kind::Evidence)
            && detail.head.kind == Kind::System;
    let create = about.then(|| {
        let href = new_path(kind, Some(detail.head.id));
        view! { <a class="button" data-test=format!("related-new-{}", kind.name()) href=href>{t!("list.new", kind = kind.one())}</a> }
    });
    let body = if rows.is_empty() {
        view! { <div class="empty"><p>{t!("record.none_yet", kind = kind.many())}</p></div> }.into_any()
    } else {
        plain(kind, columns(kind), rows)
    };
    view! {
        <section class="stack">
            <div class="section-head"><h2>{kind.many()}</h2>{create}</div>
            <div class="card flush">{body}</div>
        </section>
    }
    .into_any()
}

/// The rows of files that a record was imported from, with every cell that has no field of its own.
pub fn sources(detail: &Detail) -> AnyView {
    let all = detail.sources.iter().map(source).collect_view();
    view! { <div class="stack">{all}</div> }.into_any()
}

fn source(row: &SourceRow) -> AnyView {
    let cells = row
        .values
        .iter()
        .filter(|(_, v)| !v.trim().is_empty())
        .map(|(column, value)| view! { <div class="pair"><dt>{column.clone()}</dt><dd class="prose">{value.clone()}</dd></div> })
        .collect_view();
    view! {
        <section class="card">
            <h2>{t!("record.from_line", line = row.line, file = row.file)}</h2>
            <p class="muted">{t!("record.imported_at", when = dom::moment(row.imported_at))}</p>
            <p class="help">{t!("record.source_about")}</p>
            <dl class="pairs" data-test="source-values">{cells}</dl>
        </section>
    }
    .into_any()
}
