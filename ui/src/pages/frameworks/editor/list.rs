//! The requirements: a list by group and words on the left, the one that is edited on the right.

use super::{form::form, state::Editor};
use crate::{
    pages::frameworks::page::{PAGE, pager},
    parts::dom,
};
use conclave_domain::{
    framework::{Framework, Requirement},
    t,
};
use leptos::prelude::*;

/// A line of the list: place, id, title.
type Line = (usize, String, String);

/// The section.
pub fn requirements(editor: Editor) -> AnyView {
    let (group, words, page) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(0_usize));
    let all = Memo::new(move |_| {
        let (group, words) = (group.get(), words.get().to_lowercase());
        editor.work.with(|w| fitting(w, &group, &words))
    });
    let total = Memo::new(move |_| all.with(Vec::len));
    let shown = Memo::new(move |_| {
        let from = page.get() * PAGE;
        all.with(|all| all.iter().skip(from).take(PAGE).cloned().collect::<Vec<Line>>())
    });
    let rows = move || shown.get().into_iter().map(|l| line(editor, l)).collect_view();
    let pages = move || (total.get() > PAGE).then(|| pager(page, total.get()));
    let edited = move || {
        editor.shown.track();
        match editor.chosen.get() {
            Some(at) => form(editor, at),
            None => view! { <p class="muted">{t!("frameworks_page.choose_requirement")}</p> }.into_any(),
        }
    };
    let narrowed = move |text: String| {
        words.set(text);
        page.set(0);
    };
    view! {
        <section class="card stack" aria-labelledby="framework-requirements">
            <div class="section-head"><h2 id="framework-requirements" tabindex="-1">{t!("frameworks_page.requirements")} " " <span class="n">{total}</span></h2>
                <button type="button" class="button small" data-test="requirement-add" on:click=move |_| add(editor, &group.get_untracked())>{t!("frameworks_page.add_requirement")}</button></div>
            {editor.faults_at("requirements")}
            <div class="framework-body">
                <div class="stack">
                    {by_group(editor, group, page)}
                    <input type="search" class="input" data-test="requirements-find" aria-label=t!("frameworks_page.find_here") placeholder=t!("frameworks_page.find_here")
                        on:input=move |ev| narrowed(event_target_value(&ev)) />
                    <ul class="requirement-list" data-test="requirement-list">{rows}</ul>
                    {pages}
                </div>
                <div data-test="requirement-form">{edited}</div>
            </div>
        </section>
    }
    .into_any()
}

fn fitting(framework: &Framework, group: &str, words: &str) -> Vec<Line> {
    let fits = |r: &Requirement| {
        (group.is_empty() || r.group == group)
            && (words.is_empty() || [&r.id, &r.title, &r.question].iter().any(|t| t.to_lowercase().contains(words)))
    };
    let all = framework.requirements.iter().enumerate().filter(|(_, r)| fits(r));
    all.map(|(at, r)| (at, r.id.clone(), if r.title.is_empty() { r.question.clone() } else { r.title.clone() }))
        .collect()
}

fn by_group(editor: Editor, group: RwSignal<String>, page: RwSignal<usize>) -> AnyView {
    let options = move || {
        editor.shown.track();
        let now = group.get_untracked();
        editor
            .groups()
            .into_iter()
            .map(|g| {
                let label = if g.title.is_empty() { g.id.clone() } else { g.title };
                view! { <option value=g.id.clone() selected=g.id == now>{label}</option> }
            })
            .collect_view()
    };
    let set = move |ev| {
        group.set(event_target_value(&ev));
        page.set(0);
    };
    view! {
        <select class="input" data-test="requirements-group" aria-label=t!("frameworks_page.group") on:change=set>
            <option value="">{t!("framework.all")}</option>{options}
        </select>
    }
    .into_any()
}

fn line(editor: Editor, (at, id, title): Line) -> AnyView {
    let current = move || (editor.chosen.get() == Some(at)).then_some("true");
    view! {
        <li><button type="button" class="guideline" aria-current=current data-test="requirement-line" data-id=id.clone() on:click=move |_| editor.chosen.set(Some(at))>
            <span class="ref">{id.clone()}</span><span class="name">{title}</span>
        </button></li>
    }
    .into_any()
}

/// A new requirement at the end of a group: the chosen one, that of the edited requirement, or the last.
fn add(editor: Editor, group: &str) {
    let at = editor.work.with_untracked(|w| w.requirements.len());
    let near = editor.chosen.get_untracked().and_then(|at| editor.requirement(at)).map(|r| r.group);
    editor.work.update(|w| {
        let last = w.groups.last().map(|g| g.id.clone()).unwrap_or_default();
        let group = if group.is_empty() { near.unwrap_or(last) } else { group.to_owned() };
        let id = free_id(w);
        w.requirements.push(Requirement { id, group, ..Requirement::default() });
    });
    editor.chosen.set(Some(at));
    editor.rebuild();
    dom::focus_id("requirement-title");
}

/// The next id that no requirement has.
fn free_id(framework: &Framework) -> String {
    let mut n = framework.requirements.len() + 1;
    while framework.requirement(&format!("R{n}")).is_some() {
        n += 1;
    }
    format!("R{n}")
}
