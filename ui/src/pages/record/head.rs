//! The head of a record's page: what it is, where it stands, what can be done.

use super::say;
use crate::{
    call::send,
    parts::{
        columns::{Column, columns, expiry},
        dom,
        path::{list_path, record_path},
        status::approval_badge,
    },
};
use conclave_domain::{
    call::record::{Detail, Row, TrashRecord},
    charter::Charter,
    kind::Kind,
    noun::Body,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

/// Reference, name, status and actions.
pub fn head(detail: &Detail, actions: Option<AnyView>) -> AnyView {
    let head = &detail.head;
    let edit = format!("{}?edit=1", record_path(head.kind, &head.reference));
    let navigate = use_navigate();
    view! {
        <header class="page-head">
            <div>
                <p class="crumbs"><a href=list_path(head.kind)>{head.kind.many()}</a> " / " <span class="ref">{head.reference.clone()}</span></p>
                <h1 data-test="record-title">{head.title.clone()}</h1>
                <p class="standing" data-test="record-standing">{standing(detail)}</p>
            </div>
            <div class="actions">
                {actions}
                <button type="button" class="button" data-test="record-trash" on:click=trash(detail, navigate)>{t!("record.trash")}</button>
                <a class="button primary" data-test="record-edit" href=edit>{t!("record.edit")}</a>
            </div>
        </header>
        {gate_note(detail)}
    }
    .into_any()
}

/// Under which override a system stands at a gate that is not clear, on every tab.
fn gate_note(detail: &Detail) -> Option<AnyView> {
    let gates = format!("{}?tab=gates", record_path(detail.head.kind, &detail.head.reference));
    (!detail.gate.is_empty()).then(|| {
        view! {
            <p class="note part gate-note" data-test="gate-note">
                <span><span aria-hidden="true">"◆ "</span>{detail.gate.clone()}</span><a href=gates>{t!("gate_page.show")}</a>
            </p>
        }
        .into_any()
    })
}

/// Status, class and approval as badges.
fn standing(detail: &Detail) -> AnyView {
    let kind = detail.head.kind;
    let row = Row {
        head: detail.head.clone(),
        columns: detail.body.columns(&Charter::default()),
        subject: String::new(),
        approval: None,
        coverage: None,
        gaps: 0,
        gate: String::new(),
    };
    let subject =
        row.columns.subject.and_then(|id| detail.linked.iter().find(|h| h.id == id)).map(super::show::head_link);
    let owner = (!row.columns.owner.is_empty()).then(|| view! { <span class="fact"><span class="muted">{Column::Owner.label(kind)} " "</span>{row.columns.owner.clone()}</span> });
    let facts = columns(kind)
        .iter()
        .filter(|c| match c {
            Column::Status => !row.columns.status.is_empty(),
            Column::Class => !row.columns.class.is_empty() && kind != Kind::Assessment,
            _ => false,
        })
        .map(|c| view! { <span class="fact"><span class="muted">{c.label(kind)} " "</span>{c.cell(&row)}</span> })
        .collect_view();
    let approval = detail.approval.as_ref().map(|a| {
        let badge = approval_badge(a);
        match a.decision() {
            Some(reference) => view! { <a class="fact" data-test="record-approval" href=record_path(Kind::Decision, reference)>{badge}</a> }.into_any(),
            None => view! { <span class="fact" data-test="record-approval">{badge}</span> }.into_any(),
        }
    });
    let expired = match &detail.body {
        Body::Evidence(e) if e.is_expired(dom::today()) => {
            Some(view! { <span class="fact" data-test="evidence-expired">{expiry(e.expires_on)}</span> })
        }
        _ => None,
    };
    view! { {expired} {approval} {facts} {owner} {subject.map(|s| view! { <span class="fact">{s}</span> })} }.into_any()
}

/// Asks, moves to the trash, and goes back to the list, with a way to take it back.
fn trash(
    detail: &Detail,
    navigate: impl Fn(&str, leptos_router::NavigateOptions) + Clone + 'static,
) -> impl Fn(web_sys::MouseEvent) + 'static {
    let (id, kind, name) =
        (detail.head.id, detail.head.kind, format!("{} {}", detail.head.reference, detail.head.title));
    let used = detail.used_by.len();
    move |_| {
        let navigate = navigate.clone();
        let question = t!("record.trash_question", name = name);
        let about = if used > 0 { t!("record.trash_used", n = used) } else { t!("record.trash_about") };
        let name = name.clone();
        say::ask(question, about, t!("record.trash"), move || {
            let (navigate, name) = (navigate.clone(), name.clone());
            spawn_local(async move {
                match send(TrashRecord { ids: vec![id] }).await {
                    Ok(done) => {
                        navigate(&list_path(kind), Default::default());
                        say::undoable(t!("record.trashed", name = name), done.entry);
                    }
                    Err(fault) => say::fault(&fault),
                }
            });
        });
    }
}
