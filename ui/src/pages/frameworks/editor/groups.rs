//! The groups: added, renamed, moved, removed. Ids stay as they are: requirements refer to them.

use super::state::Editor;
use crate::{pages::record::say, parts::dom};
use conclave_domain::{
    framework::{Framework, Group},
    t,
};
use leptos::prelude::*;

/// The section.
pub fn groups(editor: Editor) -> AnyView {
    let rows = move || {
        editor.shown.track();
        editor.groups().iter().enumerate().map(|(at, group)| row(editor, at, group)).collect_view()
    };
    let count = move || editor.work.with(|w| w.groups.len());
    view! {
        <details class="card more" data-test="framework-groups" open=true>
            <summary id="framework-groups" tabindex="0">{t!("frameworks_page.groups")} " " <span class="n">{count}</span></summary>
            {editor.faults_at("groups")}
            <div class="scroll-x scroll-y"><table class="grid-table">
                <thead><tr>
                    <th scope="col">{t!("frameworks_page.id")}</th><th scope="col">{t!("field.title")}</th>
                    <th scope="col">{t!("frameworks_page.parent")}</th><th scope="col" class="number">{t!("frameworks_page.requirements")}</th><th></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            <button type="button" class="button small" data-test="group-add" on:click=move |_| add(editor)>{t!("frameworks_page.add_group")}</button>
        </details>
    }
    .into_any()
}

fn row(editor: Editor, at: usize, group: &Group) -> AnyView {
    let (id, title) = (group.id.clone(), group.title.clone());
    let name = if title.is_empty() { id.clone() } else { title.clone() };
    let (n, top) = editor.work.with_untracked(|w| {
        let top: Vec<(String, String)> = w
            .stages()
            .filter(|g| g.id != id)
            .map(|g| (g.id.clone(), if g.title.is_empty() { g.id.clone() } else { g.title.clone() }))
            .collect();
        (w.of(&id).count(), top)
    });
    let parents = top
        .into_iter()
        .map(|(id, title)| view! { <option value=id.clone() selected=id == group.parent>{title}</option> })
        .collect_view();
    let set_parent = move |ev| {
        let parent = event_target_value(&ev);
        editor.work.update(|w| {
            if let Some(group) = w.groups.get_mut(at) {
                group.parent = parent;
            }
        });
        editor.rebuild();
    };
    let rename = move |ev| rename(editor, at, event_target_value(&ev));
    let gone = name.clone();
    view! {
        <tr data-test="group-row" data-group=id.clone()>
            <td class="ref">{id.clone()}</td>
            <td><input type="text" class="input" data-test="group-title" id=format!("group-title-{at}") aria-label=t!("frameworks_page.title_of", name = name) value=title on:input=rename /></td>
            <td><select class="input" data-test="group-parent" aria-label=t!("frameworks_page.parent_of", name = name) on:change=set_parent>
                <option value="" selected=group.parent.is_empty()>{t!("frameworks_page.top_level")}</option>{parents}</select></td>
            <td class="number">{n}</td>
            <td class="cell-acts">
                <button type="button" class="icon-button" data-test="group-up" aria-label=t!("frameworks_page.up_of", name = name) on:click=move |_| swap(editor, at, true)>"↑"</button>
                <button type="button" class="icon-button" data-test="group-down" aria-label=t!("frameworks_page.down_of", name = name) on:click=move |_| swap(editor, at, false)>"↓"</button>
                <button type="button" class="icon-button" data-test="group-remove" aria-label=t!("form.remove", name = name) on:click=move |_| ask_remove(editor, at, &gone, n)>"✕"</button>
            </td>
        </tr>
    }
    .into_any()
}

/// A short title that was the title goes on being the title.
fn rename(editor: Editor, at: usize, title: String) {
    editor.work.update(|w| {
        if let Some(group) = w.groups.get_mut(at) {
            if group.short_title == group.title {
                group.short_title.clone_from(&title);
            }
            group.title = title;
        }
    });
}

fn swap(editor: Editor, at: usize, up: bool) {
    let other = editor.work.with_untracked(|w| {
        let parent = &w.groups.get(at)?.parent;
        let near = |n: &usize| w.groups[*n].parent == *parent;
        if up { (0..at).rev().find(near) } else { (at + 1..w.groups.len()).find(near) }
    });
    if let Some(other) = other {
        editor.work.update(|w| w.groups.swap(at, other));
        editor.rebuild();
        dom::focus_id(&format!("group-title-{other}"));
    }
}

/// A group that holds something is asked about first: its requirements go with it.
fn ask_remove(editor: Editor, at: usize, name: &str, n: usize) {
    if n == 0 {
        return remove(editor, at);
    }
    let question = t!("frameworks_page.remove_group", name = name);
    let about = t!("frameworks_page.remove_group_about", n = n);
    say::ask(question, about, t!("frameworks_page.remove"), move || remove(editor, at));
}

fn remove(editor: Editor, at: usize) {
    editor.work.update(|w| {
        let gone = w.groups.remove(at).id;
        w.requirements.retain(|r| r.group != gone);
        for group in w.groups.iter_mut().filter(|g| g.parent == gone) {
            group.parent.clear();
        }
    });
    editor.chosen.set(None);
    editor.rebuild();
}

fn add(editor: Editor) {
    let at = editor.work.with_untracked(|w| w.groups.len());
    editor.work.update(|w| {
        let id = free_id(w);
        w.groups.push(Group { id, ..Group::default() });
    });
    editor.rebuild();
    dom::focus_id(&format!("group-title-{at}"));
}

/// The next id that no group has.
fn free_id(framework: &Framework) -> String {
    let mut n = framework.groups.len() + 1;
    while framework.group(&format!("g{n}")).is_some() {
        n += 1;
    }
    format!("g{n}")
}
