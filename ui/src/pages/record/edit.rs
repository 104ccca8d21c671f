//! Editing a record, or writing a new one: the form, its save bar, its draft and its conflicts.

use super::{conflict, draft, saving::Saving};
use crate::{
    call::use_reply,
    parts::{
        form::{Form, focus_field, sections},
        framework_choice::framework_choice,
    },
};
use conclave_domain::{
    call::{
        journal::{GetCharter, ListMembers},
        record::{Detail, GetFacets, Head, Saved},
    },
    kind::Kind,
    noun::Body,
    t,
};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// What is edited, and where the person goes from there.
pub struct Edit {
    /// The kind.
    pub kind: Kind,
    /// The record; `None` for a new one.
    pub detail: Option<Detail>,
    /// Values that a new record starts with.
    pub start: Map<String, Value>,
    /// Records that the start links to.
    pub names: Vec<Head>,
    /// The field that gets the keyboard; "" for the first one.
    pub focus: String,
    /// After a save.
    pub saved: Callback<Saved>,
    /// Without saving.
    pub cancel: Callback<()>,
}

/// The form.
pub fn edit(edit: Edit) -> AnyView {
    let kind = edit.kind;
    let body = edit.detail.as_ref().map_or_else(|| Body::empty(kind), |d| d.body.clone());
    let form = Form::new(&body);
    let linked = edit.detail.iter().flat_map(|d| d.linked.iter()).chain(&edit.names);
    form.names.update(|n| n.extend(linked.map(|h| (h.id.to_string(), h.clone()))));
    if let Some(frozen) = edit.detail.as_ref().map(frozen) {
        form.frozen.set(frozen);
    }
    offers(form, kind);
    let saving = Saving::new(form, edit.detail.as_ref(), edit.saved);
    let key = draft::key(kind, edit.detail.as_ref().map(|d| d.head.id));
    let keeper = draft::keeper(form, key, edit.detail.as_ref().map_or(0, |d| d.head.revision));
    if edit.detail.is_none() && !edit.start.is_empty() {
        form.fill(edit.start);
    }
    on_save_key(move || saving.save());
    let first = if edit.focus.is_empty() {
        conclave_domain::noun::fields(kind).first().map_or("", |f| f.key).to_owned()
    } else {
        edit.focus
    };
    // The frame gives the keyboard to the heading of a new page first.
    set_timeout(move || focus_field(&first), std::time::Duration::from_millis(180));
    let extra = match kind {
        Kind::Risk => Some(crate::pages::risks::threats::chooser(form)),
        // An assessment stays with its framework: only a new one chooses.
        Kind::Assessment if edit.detail.is_none() => Some(framework_choice(form)),
        _ => None,
    };
    view! {
        <form class="edit" novalidate=true data-test="record-form" on:submit=move |ev| { ev.prevent_default(); saving.save() }>
            {keeper}
            {conflict::panel(saving)}
            {extra}
            {sections(form)}
            {save_bar(saving, saving.busy.into(), "record-save", edit.cancel)}
        </form>
    }
    .into_any()
}

/// Saves on Ctrl S while the form is there.
pub fn on_save_key(save: impl Fn() + 'static) {
    let keys = window_event_listener(leptos::ev::keydown, move |ev| {
        if (ev.ctrl_key() || ev.meta_key()) && ev.key().eq_ignore_ascii_case("s") {
            ev.prevent_default();
            save();
        }
    });
    on_cleanup(move || keys.remove());
}

/// What the form offers: the charter's method, the names of members and of people known from the list.
pub fn offers(form: Form, kind: Kind) {
    let charter = use_reply(move || Some(GetCharter {}));
    let members = use_reply(move || Some(ListMembers {}));
    let facets = use_reply(move || Some(GetFacets { kind }));
    Effect::new(move |_| {
        if let Some(method) = charter.with(|c| c.as_ref().and_then(|c| c.as_ref().ok()).map(|c| c.risk_method)) {
            form.method.set(method);
        }
        let mut people: Vec<String> = Vec::new();
        members.with(|m| {
            if let Some(Ok(members)) = m {
                people.extend(members.iter().filter(|m| m.active).map(|m| m.name.clone()));
            }
        });
        facets.with(|f| {
            if let Some(Ok(facets)) = f {
                people.extend(facets.get("owner").into_iter().flatten().map(|(name, _)| name.clone()));
            }
        });
        people.retain(|p| !p.is_empty());
        people.sort();
        people.dedup();
        form.people.set(people);
    });
}

/// What can no longer change: a decision that was taken is history but for its conditions and notes; an assessment stays
/// with its system.
fn frozen(detail: &Detail) -> Vec<&'static str> {
    let kept: &[&str] = match &detail.body {
        Body::Decision(d) if d.is_decided() => &["conditions", "notes"],
        Body::Assessment(_) => return vec!["subject"],
        Body::Pack(_) => &["title"],
        _ => return Vec::new(),
    };
    conclave_domain::noun::fields(detail.head.kind).iter().map(|f| f.key).filter(|k| !kept.contains(k)).collect()
}

/// What stands against saving, whether something is unsaved, and the buttons; `test` names the one that saves.
pub fn save_bar(saving: Saving, busy: Signal<bool>, test: &'static str, cancel: Callback<()>) -> AnyView {
    let fault = move || {
        saving.fault.get().map(|f| view! {
            <div class="note bad" role="alert" id="form-fault" tabindex="-1" data-test="form-fault"><p>{f.sentence}</p><p>{f.next}</p></div>
        })
    };
    let state = move || {
        if busy.get() {
            t!("record.saving")
        } else if saving.form.is_dirty() {
            t!("record.unsaved")
        } else {
            String::new()
        }
    };
    view! {
        {fault}
        <div class="save-bar">
            <span class="muted" role="status">{state}</span>
            <button type="button" class="button" data-test="record-cancel" on:click=move |_| cancel.run(())>{t!("record.cancel")}</button>
            <button type="submit" class="button primary" id="record-save" data-test=test aria-keyshortcuts="Control+S"
                aria-disabled=move || busy.get().to_string()>{t!("record.save")} " " <kbd>"Ctrl S"</kbd></button>
        </div>
    }
    .into_any()
}
