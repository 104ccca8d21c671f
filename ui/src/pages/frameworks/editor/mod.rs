//! The editor of a framework of the board's own: what it is, its groups, and its requirements one at a time.

mod about;
mod asks;
mod form;
mod groups;
mod input;
mod keep;
mod list;
mod state;

use crate::{
    call::send,
    pages::record::{edit::on_save_key, say},
    parts::{
        loading::{failed, loading},
        path::framework_path,
    },
};
use conclave_domain::{
    call::framework::{FrameworkLine, GetFramework},
    fault::Fault,
    framework::{About, Framework, Group},
    t,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use state::{Editor, Start};

/// A framework that is written by hand.
pub fn new() -> AnyView {
    let group =
        Group { id: "1".into(), title: t!("framework.all"), short_title: t!("framework.all"), ..Group::default() };
    let framework = Framework {
        framework: About { kind: "checklist".into(), language: "en".into(), ..About::default() },
        groups: vec![group],
        requirements: Vec::new(),
    };
    view! { <div class="page framework-edit-page">{page(framework, Start::New)}</div> }.into_any()
}

/// The editor of the framework that the address names.
pub fn edit() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let id = params.with(|p| p.get("id")).unwrap_or_default();
        let (edition, newer) = query.with(|q| (q.get("edition").unwrap_or_default(), q.get("new").is_some()));
        (id, edition, newer)
    });
    let body = move || {
        let (id, edition, newer) = asked.get();
        loaded(id, edition, if newer { Start::NewEdition } else { Start::Edition })
    };
    view! { <div class="page framework-edit-page">{body}</div> }.into_any()
}

/// The framework, read once: what changes elsewhere does not change what is being edited.
fn loaded(id: String, edition: String, start: Start) -> AnyView {
    let found = RwSignal::new(None::<Result<Framework, Fault>>);
    spawn_local(async move {
        let reply = send(GetFramework { id, edition }).await;
        let _ = found.try_set(Some(reply));
    });
    let body = move || {
        found.with(|f| match f {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(framework)) => untrack(|| page(framework.clone(), start)),
        })
    };
    view! { {body} }.into_any()
}

fn page(framework: Framework, start: Start) -> AnyView {
    let about = framework.framework.clone();
    let editor = Editor::new(framework, start);
    let navigate = use_navigate();
    let go =
        Callback::new(move |path: String| navigate(&path, NavigateOptions { replace: true, ..Default::default() }));
    let saved = Callback::new(move |line: FrameworkLine| {
        say::note(t!("frameworks_page.saved", name = line.short_title, edition = line.edition));
        go.run(framework_path(&line.id, &line.edition, ""));
    });
    let back = match start {
        Start::New => "/frameworks".to_owned(),
        _ => framework_path(&about.id, &about.edition, ""),
    };
    let title = match start {
        Start::New => t!("frameworks_page.write"),
        Start::NewEdition => t!("frameworks_page.new_edition_of", name = about.short_title),
        Start::Edition => t!("record.edit_title", name = about.short_title),
    };
    on_save_key(move || editor.save(saved));
    let keeper = keep::keeper(editor, &about);
    let cancel = Callback::new(move |()| go.run(back.clone()));
    view! {
        <header class="page-head"><div>
            <p class="crumbs"><a href="/frameworks">{t!("frameworks_page.title")}</a></p>
            <h1>{title}</h1>
            <p class="lead">{t!("frameworks_page.edit_lead")}</p>
        </div></header>
        <form class="framework-form" novalidate=true data-test="framework-form" on:submit=move |ev| { ev.prevent_default(); editor.save(saved) }>
            {keeper}
            {about::about(editor)}
            {groups::groups(editor)}
            {list::requirements(editor)}
            {bar(editor, cancel)}
        </form>
    }
    .into_any()
}

/// What stands against saving, and the buttons. The one that saves says which edition it writes.
fn bar(editor: Editor, cancel: Callback<()>) -> AnyView {
    let act = move || {
        let edition = editor.edition();
        if editor.replaces() || edition.is_empty() {
            t!("record.save")
        } else {
            t!("frameworks_page.save_as", edition = edition)
        }
    };
    let state = move || {
        if editor.busy.get() {
            t!("record.saving")
        } else if editor.is_dirty() {
            t!("record.unsaved")
        } else {
            String::new()
        }
    };
    let other = move || {
        editor.replaces().then(|| view! {
        <button type="button" class="button" data-test="framework-as-new" on:click=move |_| editor.ask_edition()>{t!("frameworks_page.save_as_new")}</button>
    })
    };
    view! {
        {editor.rest()}
        <div class="save-bar">
            <span class="muted" role="status">{state}</span>
            <button type="button" class="button" data-test="framework-cancel" on:click=move |_| cancel.run(())>{t!("record.cancel")}</button>
            {other}
            <button type="submit" class="button primary" data-test="framework-save" aria-keyshortcuts="Control+S"
                aria-disabled=move || editor.busy.get().to_string()>{act} " " <kbd>"Ctrl S"</kbd></button>
        </div>
    }
    .into_any()
}
