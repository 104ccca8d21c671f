//! The page of an assessment: the checklist, and the assessment's own fields in tabs beside it.

use super::{
    bulk,
    card::card,
    fields::Wish,
    keys, nav, review,
    state::{Checklist, View},
    template,
};
use crate::{
    call::{send, use_reply, watch},
    pages::{
        assessing,
        record::{head, history, overview::overview, page::reference, say},
    },
    parts::{
        coverage_bar,
        loading::{failed, loading},
        sheet,
        tabs::{Tab, current, tabs},
    },
};
use conclave_domain::{
    call::{
        Tag,
        assess::{AssessmentView, OpenAssessment},
        framework::GetFramework,
        journal::{GetCharter, ListMembers, Member},
        record::{Detail, GetRecord, UndoChange},
    },
    fault::Fault,
    framework::Framework,
    kind::Kind,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

/// The page.
pub fn assessment_page() -> AnyView {
    let reference = reference();
    let editing = Memo::new({
        let query = use_query_map();
        move |_| query.with(|q| q.get("edit").is_some())
    });
    view! {
        {move || {
            let now = reference.get();
            if editing.get() {
                crate::pages::record::page::record_page(Kind::Assessment, Default::default())
            } else {
                loaded(now)
            }
        }}
    }
    .into_any()
}

/// Assessment and framework, read once: what changes afterwards changes here.
fn loaded(reference: String) -> AnyView {
    let found = RwSignal::new(None::<Result<(AssessmentView, Framework), Fault>>);
    spawn_local(async move {
        let reply = read(reference).await;
        let _ = found.try_set(Some(reply));
    });
    let at = use_query_map().with_untracked(|q| q.get("at"));
    let body = move || {
        found.with(|f| match f {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok((view, framework))) => page(view.clone(), framework.clone(), at.clone()),
        })
    };
    view! { <div class="page checklist-page">{body}</div> }.into_any()
}

async fn read(reference: String) -> Result<(AssessmentView, Framework), Fault> {
    let view = send(OpenAssessment { reference }).await?;
    let (id, edition) = (view.assessment.framework.clone(), view.assessment.edition.clone());
    let framework = send(GetFramework { id, edition }).await?;
    Ok((view, framework))
}

fn page(view: AssessmentView, framework: Framework, at: Option<String>) -> AnyView {
    let (id, reference) = (view.head.id, view.head.reference.clone());
    let (subject, edition) = (view.assessment.subject, view.assessment.edition.clone());
    let framework_id = framework.framework.id.clone();
    let assessed = reference.clone();
    let list = Checklist::new(framework, view, at);
    let tab = current("checklist");
    let charter = use_reply(move || tab.with(|t| t == "overview").then_some(GetCharter {}));
    let detail = follow_record(reference.clone());
    let totals = nav::totals(list);
    // A link to a requirement of this page opens it.
    let wanted = Memo::new({
        let query = use_query_map();
        move |_| query.with(|q| q.get("at"))
    });
    Effect::new(move |before: Option<Option<String>>| {
        let now = wanted.get();
        if let (Some(before), Some(id)) = (before, now.as_deref())
            && before.as_deref() != Some(id)
            && list.framework.with_value(|f| f.requirement(id).is_some())
        {
            list.open(id);
        }
        now
    });
    // Other tabs change answers, too: whoever comes back from one sees them.
    Effect::new(move |before: Option<String>| {
        let now = tab.get();
        if now == "checklist" && before.is_some_and(|b| b != "checklist") {
            spawn_local(list.read_again());
        }
        now
    });
    let top = move || detail.with(|d| d.as_ref().and_then(|d| d.as_ref().ok()).map(|d| head::head(d, None)));
    let all = Signal::derive(move || {
        vec![
            Tab::new("checklist", t!("checklist.checklist")),
            Tab::new("proposals", t!("checklist_more.origin_tab")),
            Tab::new("statement", t!("soa.sheet")),
            Tab::new("over-time", t!("assess.over_time")),
            Tab::new("overview", t!("record.overview")),
            Tab::new("history", t!("record.history")),
        ]
    });
    let panel = move || match tab.get().as_str() {
        "history" => history::history(id),
        "proposals" => assessing::proposals::proposals(id, framework_id.clone()),
        "statement" => assessing::statement::statement(assessed.clone()),
        "over-time" => {
            assessing::over_time::over_time(id, assessed.clone(), subject, framework_id.clone(), edition.clone())
        }
        "overview" => {
            let method =
                charter.with(|c| c.as_ref().and_then(|c| c.as_ref().ok()).map(|c| c.risk_method)).unwrap_or_default();
            detail.with(|d| match d {
                Some(Ok(d)) => overview(d, method, &[]),
                Some(Err(f)) => failed(f),
                None => loading(),
            })
        }
        _ => checklist(list),
    };
    view! {
        {top}
        {move || figures(totals.get())}
        {tabs(reference, all, tab)}
        <div role="tabpanel" id="tab-panel" tabindex="-1">{panel}</div>
    }
    .into_any()
}

/// The record of the assessment, read again when records change: an answer changes no record.
fn follow_record(reference: String) -> RwSignal<Option<Result<Detail, Fault>>> {
    let detail = RwSignal::new(None);
    Effect::new(move |_| {
        watch(Tag::Records);
        let reference = reference.clone();
        spawn_local(async move {
            let reply = send(GetRecord { reference }).await;
            let _ = detail.try_set(Some(reply));
        });
    });
    detail
}

/// The figures at a glance.
fn figures(all: conclave_domain::answer::Coverage) -> AnyView {
    let share = all.percent_met().map_or_else(|| "–".to_owned(), |p| format!("{p} %"));
    view! {
        <div class="glance" data-test="checklist-figures">
            <div class="figure-now"><b>{share}</b><span>{coverage_bar::short(all)}</span></div>
            <div class="grow">{coverage_bar::bar(all)}<p class="muted" data-test="checklist-counts">{coverage_bar::words(all)}</p></div>
        </div>
    }
    .into_any()
}

fn checklist(list: Checklist) -> AnyView {
    let wish: Wish = RwSignal::new(None);
    provide_context(wish);
    let help = RwSignal::new(false);
    let undo = Callback::new(move |()| undo(list));
    keys::listen(list, wish, help, undo);
    let members = RwSignal::new(Vec::<Member>::new());
    spawn_local(async move {
        let _ = members.try_set(send(ListMembers {}).await.unwrap_or_default());
    });
    let people =
        move || members.with(|m| m.iter().map(|m| view! { <option value=m.name.clone()></option> }).collect_view());
    let title = move || match list.view.get() {
        View::Open => t!("checklist.open"),
        View::Filtered => t!("checklist_more.filtered"),
        View::Guideline(id) => list.framework.with_value(|f| {
            f.groups.iter().find(|g| g.id == id).map(|g| format!("{} {}", g.id, g.title)).unwrap_or_default()
        }),
    };
    let cards = move || {
        let listed = list.listed();
        if listed.is_empty() {
            return view! { <div class="empty"><p class="empty-title">{t!("checklist.nothing_open")}</p></div> }
                .into_any();
        }
        list.framework
            .with_value(|f| {
                listed.iter().filter_map(|id| f.requirement(id)).map(|r| card(list, r.clone())).collect_view()
            })
            .into_any()
    };
    let last = move || {
        list.last.get().map(|(id, _)| view! {
            <span role="status" data-test="answer-saved">{t!("checklist.last", id = id)} " "
                <button type="button" class="link" data-test="answer-undo" on:click=move |_| undo.run(())>{t!("checklist.undo")} " " <kbd>"z"</kbd></button>
            </span>
        })
    };
    // Before the first answer a template is the first thing to do; afterwards it stands among what is set on many.
    let blank = list.answers.with_untracked(|a| a.is_empty());
    let offer = blank.then(|| template::template(list));
    view! {
        <div class="checklist">
            {nav::nav(list)}
            <section class="card requirements" aria-label=t!("checklist.requirements")>
                <div class="section-head">
                    <h2>{title}</h2>
                    <span class="muted">{last}</span>
                    {offer}
                    {bulk::switch(list)}
                    {review::many(list)}
                    <button type="button" class="button small" data-test="checklist-keys" on:click=move |_| help.set(true)>{t!("checklist.keys")} " " <kbd>"?"</kbd></button>
                </div>
                {bulk::bar(list)}
                {cards}
            </section>
        </div>
        <datalist id="people">{people}</datalist>
        {sheet::sheet(help, t!("checklist.keys"), keys::help)}
    }
    .into_any()
}

/// Takes the last answer back and shows what the vault holds then.
fn undo(list: Checklist) {
    let Some((id, entry)) = list.last.get_untracked() else { return };
    list.last.set(None);
    spawn_local(async move {
        let undone = send(UndoChange { entry }).await;
        let view = send(OpenAssessment { reference: list.id.to_string() }).await;
        if let Ok(view) = view {
            list.reload(view);
        }
        match undone {
            Ok(_) => {
                say::note(t!("checklist.undone", id = id));
                list.open(&id);
            }
            Err(fault) => say::fault(&fault),
        }
    });
}
