//! A new record: an empty form, with the subject filled in where the person came from one.

use super::edit::{Edit, edit};
use crate::{
    call::send,
    parts::path::{list_path, record_path},
};
use conclave_domain::{
    call::{
        framework::GetFramework,
        record::{GetRecord, Head, Saved},
    },
    kind::Kind,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use serde_json::{Map, Value};

/// What a new record starts with.
type Start = (Map<String, Value>, Vec<Head>);

/// The page for a new record of a kind.
pub fn new_page(kind: Kind) -> AnyView {
    let query = use_query_map();
    let (subject, review_type) =
        query.with_untracked(|q| (q.get("subject").unwrap_or_default(), q.get("type").unwrap_or_default()));
    let place =
        query.with_untracked(|q| (q.get("assessment").unwrap_or_default(), q.get("requirement").unwrap_or_default()));
    let start = RwSignal::new(None::<Start>);
    spawn_local(async move {
        let mut prepared = prepare(kind, subject, review_type).await;
        if kind == Kind::Finding {
            about_answer(&mut prepared, place).await;
        }
        let _ = start.try_set(Some(prepared));
    });
    let navigate = use_navigate();
    let go =
        Callback::new(move |path: String| navigate(&path, NavigateOptions { replace: true, ..Default::default() }));
    let saved = Callback::new(move |saved: Saved| go.run(record_path(kind, &saved.head.reference)));
    let cancel = Callback::new(move |()| go.run(list_path(kind)));
    let form = move || {
        start
            .get()
            .map(|(start, names)| edit(Edit { kind, detail: None, start, names, focus: String::new(), saved, cancel }))
    };
    view! {
        <div class="page record-page">
            <header class="page-head">
                <div>
                    <p class="crumbs"><a href=list_path(kind)>{kind.many()}</a></p>
                    <h1>{t!("list.new", kind = kind.one())}</h1>
                    <p class="lead">{t!("record.new_lead")}</p>
                </div>
            </header>
            {form}
        </div>
    }
    .into_any()
}

async fn prepare(kind: Kind, subject: String, review_type: String) -> Start {
    let mut map = Map::new();
    let mut names = Vec::new();
    if !subject.is_empty()
        && let Ok(detail) = send(GetRecord { reference: subject }).await
    {
        map.insert("subject".into(), detail.head.id.to_string().into());
        let version = match &detail.body {
            conclave_domain::noun::Body::System(system) => system.current_version().map(|v| v.label.clone()),
            _ => None,
        };
        if let Some(version) = version.filter(|_| matches!(kind, Kind::Review | Kind::Decision)) {
            map.insert("version".into(), version.into());
        }
        names.push(detail.head);
    }
    let about = names.first().map(|h: &Head| h.title.clone()).unwrap_or_default();
    let today = Value::from(crate::parts::dom::today().to_string());
    match kind {
        Kind::Assessment => {
            if let Ok(framework) = send(GetFramework { id: String::new(), edition: String::new() }).await {
                map.insert("framework".into(), framework.framework.id.into());
                if !about.is_empty() {
                    map.insert("title".into(), format!("{} · {about}", framework.framework.short_title).into());
                }
            }
            map.insert("as_of".into(), today);
            map.insert("status".into(), "in_progress".into());
        }
        Kind::Review => {
            map.insert("status".into(), "draft".into());
            if !review_type.is_empty() {
                map.insert("review_type".into(), review_type.into());
            }
        }
        Kind::Decision => {
            map.insert("status".into(), "draft".into());
            map.insert("route".into(), "full_board".into());
            if !about.is_empty() {
                map.insert("title".into(), t!("record.decision_title", name = about).into());
            }
        }
        Kind::Risk | Kind::Finding => {
            map.insert("status".into(), "open".into());
        }
        _ => {}
    }
    (map, names)
}

/// A finding that begins at an answer: assessment and requirement as the address names them, the system from the assessment.
async fn about_answer((map, names): &mut Start, (assessment, requirement): (String, String)) {
    if !requirement.is_empty() {
        map.insert("requirement".into(), requirement.clone().into());
    }
    if assessment.is_empty() {
        return;
    }
    let Ok(detail) = send(GetRecord { reference: assessment }).await else { return };
    let conclave_domain::noun::Body::Assessment(body) = detail.body else { return };
    map.insert("assessment".into(), detail.head.id.to_string().into());
    if let Some(subject) = body.subject {
        map.entry("subject").or_insert_with(|| subject.to_string().into());
    }
    names.extend(detail.linked);
    names.push(detail.head);
    if let Ok(framework) = send(GetFramework { id: body.framework, edition: body.edition }).await
        && let Some(found) = framework.requirement(&requirement)
    {
        map.insert("title".into(), found.title.clone().into());
    }
}
