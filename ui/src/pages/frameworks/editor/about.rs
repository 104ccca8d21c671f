//! What the framework is: id, titles, edition, publisher, source, licence, note.

use super::{
    input::{choice, line, long},
    state::Editor,
};
use crate::pages::frameworks::kind_label;
use conclave_domain::{framework::About, t};
use leptos::prelude::*;

/// The place of a text.
type Slot = fn(&mut About) -> &mut String;

/// The card.
pub fn about(editor: Editor) -> AnyView {
    // Built anew only when an earlier draft is taken over.
    let fields = move || {
        editor.shown.track();
        fields(editor)
    };
    view! { <section class="card form-section" aria-labelledby="framework-about"><h2 id="framework-about">{t!("frameworks_page.about")}</h2>{fields}</section> }
        .into_any()
}

fn fields(editor: Editor) -> AnyView {
    let mut now = editor.work.with_untracked(|w| w.framework.clone());
    let text = |id: &'static str, label: String, slot: Slot, now: &mut About, fault: Option<&'static str>| {
        let value = slot(now).clone();
        let fault = fault.map(|key| editor.faults_at(key));
        line(id, label, value, fault, move |v| editor.work.update(|w| *slot(&mut w.framework) = v))
    };
    let more = |id: &'static str, label: String, slot: Slot, now: &mut About| {
        let value = slot(now).clone();
        long(id, label, value, None, move |v| editor.work.update(|w| *slot(&mut w.framework) = v))
    };
    let id = if editor.names {
        text("framework-id", t!("frameworks_page.id"), |a| &mut a.id, &mut now, Some("id"))
    } else {
        let fault = editor.faults_at("id");
        view! { <div class="field" id="framework-id" tabindex="-1"><span class="help">{t!("frameworks_page.id")}</span><span class="ref">{now.id.clone()}</span>{fault}</div> }
            .into_any()
    };
    let kinds = ["checklist", "reference"].map(|k| (k.to_owned(), kind_label(k))).to_vec();
    let kind = choice("framework-kind", t!("frameworks_page.kind"), &now.kind, kinds, move |v| {
        editor.work.update(|w| w.framework.kind = v);
    });
    view! {
        <div class="fields">
            {id}
            {text("framework-edition", t!("field.edition"), |a| &mut a.edition, &mut now, Some("edition"))}
            {text("framework-title", t!("field.title"), |a| &mut a.title, &mut now, Some("title"))}
            {text("framework-short-title", t!("frameworks_page.short_title"), |a| &mut a.short_title, &mut now, None)}
            {text("framework-publisher", t!("frameworks_page.publisher"), |a| &mut a.publisher, &mut now, None)}
            {kind}
            {more("framework-licence", t!("field.licence"), |a| &mut a.licence, &mut now)}
            {more("framework-source", t!("field.source"), |a| &mut a.source, &mut now)}
            {more("framework-note", t!("frameworks_page.note"), |a| &mut a.note, &mut now)}
        </div>
    }
    .into_any()
}
