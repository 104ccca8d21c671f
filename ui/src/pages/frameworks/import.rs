//! Bringing a framework in: choose a file, look at what it holds, give it its names, and only then keep it.

use super::columns::columns;
use crate::{
    call::use_reply,
    pages::record::say,
    parts::{
        dom,
        job::{Job, path_field, progress, take_dropped},
        loading::failed,
        path::framework_path,
        sending::Sending,
    },
};
use conclave_domain::{
    call::framework::{FrameworkPreview, ListFrameworks, PreviewFramework, SaveFramework},
    fault::Fault,
    framework::{Framework, Requirement},
    t,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::collections::BTreeMap;

/// Requirements of each group that the preview shows.
const FIRST: usize = 3;
/// Groups that the preview shows.
const GROUPS: usize = 12;
/// Problems that the preview shows at once.
const PROBLEMS: usize = 100;

/// What the steps share. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Import {
    path: RwSignal<String>,
    /// For a table: which column goes to which field; empty lets the program propose.
    pub columns: RwSignal<BTreeMap<String, String>>,
    id: RwSignal<String>,
    title: RwSignal<String>,
    edition: RwSignal<String>,
    replace: RwSignal<bool>,
    /// What the file holds.
    pub preview: RwSignal<Option<FrameworkPreview>>,
    fault: RwSignal<Option<Fault>>,
    /// The reading of the file.
    pub job: Job,
    sending: Sending,
    /// The control that gets the keyboard back when the file was read again.
    pub back: RwSignal<String>,
}

impl Import {
    fn new() -> Self {
        Self {
            path: RwSignal::new(String::new()),
            columns: RwSignal::new(BTreeMap::new()),
            id: RwSignal::new(String::new()),
            title: RwSignal::new(String::new()),
            edition: RwSignal::new(String::new()),
            replace: RwSignal::new(false),
            preview: RwSignal::new(None),
            fault: RwSignal::new(None),
            job: Job::new(),
            sending: Sending::new(),
            back: RwSignal::new(String::new()),
        }
    }

    /// Reads the file; `fresh` forgets names and columns of an earlier one.
    pub fn read(self, fresh: bool) {
        if fresh {
            self.columns.set(BTreeMap::new());
            self.replace.set(false);
            for name in [self.id, self.title, self.edition] {
                name.set(String::new());
            }
        }
        self.fault.set(None);
        let call = PreviewFramework {
            path: self.path.get_untracked(),
            columns: self.columns.get_untracked(),
            id: self.id.get_untracked(),
            title: self.title.get_untracked(),
            edition: self.edition.get_untracked(),
        };
        self.job.run(call, move |reply| match reply {
            Ok(preview) => {
                let about = &preview.framework.framework;
                self.id.set(about.id.clone());
                self.title.set(about.title.clone());
                self.edition.set(about.edition.clone());
                self.columns.set(preview.columns.iter().cloned().collect());
                self.preview.set(Some(preview));
                let back = self.back.try_update(std::mem::take).unwrap_or_default();
                if fresh || !back.is_empty() {
                    dom::focus_id(if fresh { "framework-preview" } else { &back });
                }
            }
            Err(fault) => {
                if fresh {
                    self.preview.set(None);
                }
                self.fault.set(Some(fault));
            }
        });
    }

    /// The framework with the names that stand in the fields.
    fn named(self) -> Option<Framework> {
        let mut framework = self.preview.with_untracked(|p| p.as_ref().map(|p| p.framework.clone()))?;
        let about = &mut framework.framework;
        about.id = self.id.get_untracked();
        let title = self.title.get_untracked();
        if about.short_title == about.title {
            about.short_title.clone_from(&title);
        }
        about.title = title;
        about.edition = self.edition.get_untracked();
        Some(framework)
    }
}

/// The page.
pub fn import() -> AnyView {
    let here = Import::new();
    let fault = move || here.fault.get().map(|f| failed(&f));
    let is_read = Memo::new(move |_| here.preview.with(Option::is_some));
    let preview = move || is_read.get().then(|| untrack(|| shown(here)));
    view! {
        <div class="page import-page framework-import-page">
            <header class="page-head"><div>
                <p class="crumbs"><a href="/frameworks">{t!("frameworks_page.title")}</a></p>
                <h1>{t!("frameworks_page.bring")}</h1>
                <p class="lead">{t!("frameworks_page.bring_lead")}</p>
            </div></header>
            {file(here)}
            {progress(here.job)}
            {fault}
            {preview}
        </div>
    }
    .into_any()
}

fn file(here: Import) -> AnyView {
    take_dropped(here.path);
    let path = path_field(here.path, "framework", "framework-import-path", t!("import.file"));
    let nothing = move || here.path.with(|p| p.trim().is_empty()) || here.job.is_busy();
    view! {
        <form class="card step" on:submit=move |ev| { ev.prevent_default(); here.read(true) }>
            {path}
            <p class="help">{t!("frameworks_page.file_about")}</p>
            <div class="actions">
                <button type="submit" class="button" class:primary=move || here.preview.with(Option::is_none) data-test="framework-import-read" disabled=nothing>{t!("import.read")}</button>
            </div>
        </form>
    }
    .into_any()
}

/// What the file holds, and what it shall be called. The fields stay while the file is read again.
fn shown(here: Import) -> AnyView {
    let part = move |draw: fn(Import, &FrameworkPreview) -> AnyView| {
        move || here.preview.with(|p| p.as_ref().map(|p| untrack(|| draw(here, p))))
    };
    view! {
        <section class="card step" id="framework-preview" tabindex="-1" data-test="framework-preview" aria-labelledby="framework-preview-title">
            <h2 id="framework-preview-title">{t!("frameworks_page.preview")}</h2>
            {part(figures)}
            {names(here)}
        </section>
        {part(columns)}
        {part(problems)}
        {part(first)}
        {keep(here)}
    }
    .into_any()
}

fn figures(_: Import, preview: &FrameworkPreview) -> AnyView {
    let figure = |test: &'static str, n: usize, words: String| {
        view! { <div class="figure-now" data-test=test><b>{dom::count(n as u64)}</b><span>{words}</span></div> }
    };
    view! {
        <div class="glance">
            {figure("preview-requirements", preview.framework.requirements.len(), t!("frameworks_page.requirements"))}
            {figure("preview-groups", preview.framework.groups.len(), t!("frameworks_page.groups"))}
            {figure("preview-problems", preview.problems.len(), t!("import.problems"))}
        </div>
    }
    .into_any()
}

fn names(here: Import) -> AnyView {
    // Which editions are there depends on the id: the file is read again when a field is left.
    let field = |id: &'static str, label: String, now: RwSignal<String>, key: &'static str| {
        view! {
            <div class="field"><label for=id>{label}</label>
                <input type="text" class="input" id=id data-test=id autocomplete="off" prop:value=move || now.get()
                    on:input=move |ev| now.set(event_target_value(&ev)) on:change=move |_| here.read(false) />
                {here.sending.at(key)}
            </div>
        }
    };
    let editions =
        Memo::new(move |_| here.preview.with(|p| p.as_ref().map(|p| p.editions.clone()).unwrap_or_default()));
    let there = move || {
        let all = editions.get();
        (!all.is_empty()).then(|| {
            let words = t!("frameworks_page.editions_there", editions = all.join(", "));
            view! { <p class="help" data-test="framework-import-editions">{words}</p> }
        })
    };
    let taken_edition = Memo::new(move |_| {
        let edition = here.edition.with(|e| e.trim().to_owned());
        editions.with(|all| all.contains(&edition)).then_some(edition)
    });
    let replace = move || {
        taken_edition.get().map(|edition| view! {
            <label class="check wide"><input type="checkbox" class="tick" data-test="framework-import-replace" prop:checked=move || here.replace.get()
                on:change=move |ev| here.replace.set(event_target_checked(&ev)) /><span>{t!("frameworks_page.replace", edition = edition)}</span></label>
        })
    };
    view! {
        <div class="fields">
            {field("framework-import-id", t!("frameworks_page.id"), here.id, "id")}
            {field("framework-import-edition", t!("field.edition"), here.edition, "edition")}
            {field("framework-import-title", t!("field.title"), here.title, "title")}
            {taken(here)}
            {replace}
        </div>
        {there}
    }
    .into_any()
}

/// A built-in framework has this id already: better known before the wish to save it.
fn taken(here: Import) -> AnyView {
    let lines = use_reply(move || Some(ListFrameworks {}));
    let words = move || {
        let id = here.id.with(|id| id.trim().to_owned());
        let built_in = lines.with(|l| matches!(l, Some(Ok(l)) if l.iter().any(|l| !l.own && l.id == id)));
        built_in.then(|| view! { <p class="fault wide" role="status" data-test="framework-import-taken">{t!("framework.built_in", id = id)}</p> })
    };
    view! { {words} }.into_any()
}

fn problems(_: Import, preview: &FrameworkPreview) -> AnyView {
    if preview.problems.is_empty() {
        return ().into_any();
    }
    let title = if preview.blocked { t!("frameworks_page.blocked") } else { t!("frameworks_page.problems") };
    let (tone, sign) = if preview.blocked { ("note bad", "■ ") } else { ("note part", "◇ ") };
    let lines = preview
        .problems
        .iter()
        .take(PROBLEMS)
        .map(|p| view! { <li data-test="framework-import-problem">{p.clone()}</li> })
        .collect_view();
    view! {
        <section class=tone role="status" data-test="framework-import-problems" aria-label=t!("import.problems")>
            <p class="note-title"><span aria-hidden="true">{sign}</span>{title}</p>
            <ul class="scroll-y">{lines}</ul>
        </section>
    }
    .into_any()
}

/// The first requirements of the first groups, so that a person sees whether the columns are right.
fn first(_: Import, preview: &FrameworkPreview) -> AnyView {
    let framework = &preview.framework;
    let line = |r: &Requirement| {
        let more = (!r.question.is_empty() && !r.title.is_empty())
            .then(|| view! { <p class="muted clamp">{r.question.clone()}</p> });
        let title = if r.title.is_empty() { r.question.clone() } else { r.title.clone() };
        view! { <li><span class="ref">{r.id.clone()}</span> " " {title} {more}</li> }
    };
    let filled = framework.groups.iter().filter(|g| framework.of(&g.id).next().is_some());
    let groups = filled
        .take(GROUPS)
        .map(|g| {
            let n = framework.of(&g.id).count();
            let lines = framework.of(&g.id).take(FIRST).map(line).collect_view();
            let more = (n > FIRST).then(|| view! { <li class="muted">{t!("home.more", n = n - FIRST)}</li> });
            view! { <section><h3>{g.title.clone()}</h3><ul class="plain-list">{lines}{more}</ul></section> }
        })
        .collect_view();
    view! { <section class="card" data-test="framework-import-first"><h2>{t!("frameworks_page.first")}</h2><div class="two">{groups}</div></section> }
        .into_any()
}

fn keep(here: Import) -> AnyView {
    let navigate = use_navigate();
    let blocked = move || here.preview.with(|p| p.as_ref().is_some_and(|p| p.blocked));
    let save = move |_| {
        let Some(framework) = here.named() else { return };
        let navigate = navigate.clone();
        let call = SaveFramework { framework, replace: here.replace.get_untracked() };
        here.sending.send(call, move |line| {
            say::note(t!("frameworks_page.saved", name = line.short_title, edition = line.edition));
            navigate(&framework_path(&line.id, &line.edition, ""), Default::default());
        });
    };
    here.sending.when_refused(|| dom::focus_id("framework-preview"));
    view! {
        {here.sending.rest(&["id", "edition", "title"])}
        <div class="actions">
            <button type="button" class="button primary" data-test="framework-import-save" disabled=move || blocked() || here.sending.is_busy() || here.job.is_busy() on:click=save>{t!("frameworks_page.keep")}</button>
        </div>
    }
    .into_any()
}
