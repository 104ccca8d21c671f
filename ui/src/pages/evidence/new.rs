//! Bringing evidence in: a file or only a link, its fields, and what it is attached to from the start.

use super::{chosen, file, named, same, target::Target};
use crate::{
    pages::record::{
        draft,
        edit::{offers, on_save_key, save_bar},
        saving::Saving,
    },
    parts::{
        dom,
        form::{Form, sections},
        job::{Job, progress},
        path::{list_path, record_path},
        sending::field_fault,
    },
};
use conclave_domain::{
    call::{
        evidence::AddEvidence,
        record::{Head, Saved},
    },
    kind::Kind,
    noun::{Body, Evidence, evidence::clean_name},
    t,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use serde_json::{Map, Value};
use std::time::Duration;

/// What the address asks to attach it to, with the names of those records.
type Start = (Evidence, Vec<Head>);

/// The page.
pub fn new_page() -> AnyView {
    let asked = use_query_map().with_untracked(Target::read);
    let start = RwSignal::new(None::<Start>);
    spawn_local(async move {
        let _ = start.try_set(Some(prepare(asked).await));
    });
    let body = move || start.get().map(form);
    view! {
        <div class="page record-page" data-kind=Kind::Evidence.name()>
            <header class="page-head">
                <div>
                    <p class="crumbs"><a href=list_path(Kind::Evidence)>{Kind::Evidence.many()}</a></p>
                    <h1>{t!("evidence_page.add")}</h1>
                    <p class="lead">{t!("evidence_page.lead")}</p>
                </div>
            </header>
            {body}
        </div>
    }
    .into_any()
}

async fn prepare(asked: Vec<Target>) -> Start {
    let found = named::read(asked.iter().map(Target::record).collect()).await;
    let mut evidence = Evidence::default();
    for target in asked.iter().filter(|t| found.contains_key(&t.record())) {
        target.attach(&mut evidence);
    }
    (evidence, found.into_values().map(|d| d.head).collect())
}

/// The form on its way into the vault. It is a handle: copies share one state.
#[derive(Clone, Copy)]
struct Adding {
    saving: Saving,
    path: RwSignal<String>,
    job: Job,
}

impl Adding {
    fn is_busy(self) -> bool {
        self.saving.busy.get() || self.job.is_busy()
    }

    /// With a file it is brought in; without one the fields are saved.
    fn add(self) {
        if untrack(|| self.is_busy()) {
            return;
        }
        let path = self.path.get_untracked().trim().to_owned();
        let saving = self.saving;
        if path.is_empty() {
            return saving.save();
        }
        if saving.form.text("title").trim().is_empty() {
            saving.form.fill(Map::from_iter([("title".to_owned(), Value::from(clean_name(&path)))]));
        }
        saving.fault.set(None);
        let body = match saving.form.body() {
            Ok(body) => body.to_map(),
            Err(fault) => return saving.refuse(fault),
        };
        self.job.run(AddEvidence { id: None, revision: 0, path, body }, move |reply| match reply {
            Ok(added) => {
                same::remember(&added.saved.head, added.same_as);
                saving.done(added.saved);
            }
            Err(fault) => {
                let about_file = fault.about("path").is_some();
                saving.refuse(fault);
                if about_file {
                    dom::focus_id("evidence-path");
                }
            }
        });
    }
}

fn form((evidence, names): Start) -> AnyView {
    let form = Form::new(&Body::empty(Kind::Evidence));
    let back = names.first().map_or_else(|| list_path(Kind::Evidence), |h| record_path(h.kind, &h.reference));
    form.names.update(|n| n.extend(names.into_iter().map(|h| (h.id.to_string(), h))));
    offers(form, Kind::Evidence);
    let navigate = use_navigate();
    let go =
        Callback::new(move |path: String| navigate(&path, NavigateOptions { replace: true, ..Default::default() }));
    let saved = Callback::new(move |saved: Saved| go.run(record_path(Kind::Evidence, &saved.head.reference)));
    let cancel = Callback::new(move |()| go.run(back.clone()));
    let saving = Saving::new(form, None, saved);
    let keeper = draft::keeper(form, draft::key(Kind::Evidence, None), 0);
    form.fill(Body::Evidence(evidence).to_map());
    let adding = Adding { saving, path: RwSignal::new(String::new()), job: Job::new() };
    on_save_key(move || adding.add());
    // The frame gives the keyboard to the heading of a new page first.
    set_timeout(|| dom::focus_id("evidence-path"), Duration::from_millis(180));
    let fault_at = |key: &'static str| field_fault(saving.fault, key);
    view! {
        <form class="edit" novalidate=true data-test="evidence-form" on:submit=move |ev| { ev.prevent_default(); adding.add() }>
            {keeper}
            {file::file(adding.path, fault_at("path"))}
            {chosen::chosen(form)}
            {fault_at("answers")}
            {fault_at("conditions")}
            {sections(form)}
            {progress(adding.job)}
            {save_bar(saving, Signal::derive(move || adding.is_busy()), "evidence-save", cancel)}
        </form>
    }
    .into_any()
}
