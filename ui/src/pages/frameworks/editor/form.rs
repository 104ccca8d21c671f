//! The form of one requirement.

use super::{
    asks::{asks, condition},
    input::{choice, flag, line, lines, long},
    state::Editor,
};
use crate::parts::dom;
use conclave_domain::{framework::Requirement, t, text};
use leptos::prelude::*;

/// The place of a text.
type Slot = fn(&mut Requirement) -> &mut String;
/// The place of several lines.
type Lines = fn(&mut Requirement) -> &mut Vec<String>;

/// The form of the requirement at a place.
pub fn form(editor: Editor, at: usize) -> AnyView {
    let Some(now) = editor.requirement(at) else { return ().into_any() };
    view! {
        <fieldset class="stack requirement-form">
            <legend><span class="ref">{now.id.clone()}</span></legend>
            {acts(editor, at)}
            <div class="fields">{fields(editor, at, &now)}</div>
            {asks(editor, at, now.asks.clone())}
            {condition(editor, at, now.when.clone())}
        </fieldset>
    }
    .into_any()
}

fn acts(editor: Editor, at: usize) -> AnyView {
    let remove = move |_| {
        editor.work.update(|w| {
            w.requirements.remove(at);
        });
        editor.chosen.set(None);
        editor.rebuild();
    };
    view! {
        <div class="actions">
            <button type="button" class="button small" id="requirement-up" data-test="requirement-up" on:click=move |_| step(editor, at, true)>"↑ " {t!("frameworks_page.up")}</button>
            <button type="button" class="button small" id="requirement-down" data-test="requirement-down" on:click=move |_| step(editor, at, false)>"↓ " {t!("frameworks_page.down")}</button>
            <button type="button" class="button small" data-test="requirement-remove" on:click=remove>{t!("frameworks_page.remove_requirement")}</button>
        </div>
    }
    .into_any()
}

/// Changes places with the next requirement of the same group.
fn step(editor: Editor, at: usize, up: bool) {
    let other = editor.work.with_untracked(|w| {
        let group = &w.requirements.get(at)?.group;
        let near = |n: &usize| w.requirements[*n].group == *group;
        if up { (0..at).rev().find(near) } else { (at + 1..w.requirements.len()).find(near) }
    });
    if let Some(other) = other {
        editor.work.update(|w| w.requirements.swap(at, other));
        editor.chosen.set(Some(other));
        dom::focus_id(if up { "requirement-up" } else { "requirement-down" });
    }
}

fn fields(editor: Editor, at: usize, now: &Requirement) -> AnyView {
    let mut r = now.clone();
    let groups =
        editor.groups().into_iter().map(|g| (g.id.clone(), if g.title.is_empty() { g.id } else { g.title })).collect();
    let group = choice("requirement-group", t!("frameworks_page.group"), &now.group, groups, move |v| {
        editor.change(at, |r| r.group = v);
    });
    let text = |id, label, slot: Slot, r: &mut Requirement| {
        line(id, label, slot(r).clone(), None, move |v| editor.change(at, |r| *slot(r) = v))
    };
    let more = |id, label, slot: Slot, r: &mut Requirement| {
        long(id, label, slot(r).clone(), None, move |v| editor.change(at, |r| *slot(r) = v))
    };
    let several = |id, label, slot: Lines, r: &mut Requirement| {
        let help = Some(t!("frameworks_page.one_per_line"));
        long(id, label, slot(r).join("\n"), help, move |v| editor.change(at, |r| *slot(r) = lines(&v)))
    };
    view! {
        {id(editor, at, &now.id)}
        {group}
        {text("requirement-title", t!("field.title"), |r| &mut r.title, &mut r)}
        {text("requirement-answered-by", t!("frameworks_page.answered_by"), |r| &mut r.answered_by, &mut r)}
        {more("requirement-question", t!("frameworks_page.question"), |r| &mut r.question, &mut r)}
        {more("requirement-guidance", t!("frameworks_page.guidance"), |r| &mut r.guidance, &mut r)}
        {several("requirement-evidence", t!("frameworks_page.evidence"), |r| &mut r.evidence, &mut r)}
        {more("requirement-weak", t!("frameworks_page.weak"), |r| &mut r.weak, &mut r)}
        {several("requirement-names", t!("frameworks_page.names"), |r| &mut r.names, &mut r)}
        {more("requirement-doubt", t!("frameworks_page.doubt"), |r| &mut r.doubt, &mut r)}
        {flags(editor, at, now)}
    }
    .into_any()
}

/// The id is taken over when the field is left: conditions of other requirements that name it follow.
fn id(editor: Editor, at: usize, now: &str) -> AnyView {
    let set = move |ev| {
        let id = event_target_value(&ev).trim().to_owned();
        editor.work.update(|w| {
            let Some(before) = w.requirements.get(at).map(|r| r.id.clone()) else { return };
            let alone = w.requirements.iter().filter(|r| r.id == before).count() == 1;
            for when in w.requirements.iter_mut().filter_map(|r| r.when.as_mut()).filter(|_| alone) {
                if when.requirement == before {
                    when.requirement.clone_from(&id);
                }
            }
            w.requirements[at].id = id;
        });
    };
    view! {
        <div class="field">
            <label for="requirement-id">{t!("frameworks_page.id")}</label>
            <input type="text" class="input" id="requirement-id" data-test="requirement-id" value=now.to_owned() autocomplete="off" on:change=set />
        </div>
    }
    .into_any()
}

fn flags(editor: Editor, at: usize, now: &Requirement) -> AnyView {
    let addressed = |id: &'static str, role: &'static str| {
        let on = now.addressed_to.iter().any(|a| a == role);
        flag(id, text::label(&format!("choice.org_role.{role}")), on, move |on| {
            editor.change(at, |r| {
                r.addressed_to.retain(|a| a != role);
                if on {
                    r.addressed_to.push(role.to_owned());
                }
            });
        })
    };
    let evidence =
        flag("requirement-asks-evidence", t!("frameworks_page.asks_evidence"), now.asks_evidence, move |on| {
            editor.change(at, |r| r.asks_evidence = on);
        });
    view! {
        <fieldset class="field">
            <legend>{t!("frameworks_page.addressed_to")}</legend>
            {addressed("requirement-provider", "provider")}
            {addressed("requirement-deployer", "deployer")}
            <p class="help">{t!("frameworks_page.addressed_help")}</p>
        </fieldset>
        <div class="field">{evidence}</div>
    }
    .into_any()
}
