//! Which framework a new assessment answers: checklists first, then references, then the vault's own.

use crate::{
    call::use_reply,
    parts::form::{Form, fault_line},
};
use conclave_domain::{
    call::framework::{FrameworkLine, ListFrameworks},
    t,
};
use leptos::prelude::*;

/// The choice; the title follows it as long as nobody changed the title.
pub fn framework_choice(form: Form) -> AnyView {
    let reply = use_reply(|| Some(ListFrameworks {}));
    let lines = move || reply.with(|r| r.as_ref().and_then(|r| r.as_ref().ok()).cloned()).unwrap_or_default();
    let groups = move || {
        let lines = lines();
        let now = value(&form.text("framework"), &form.text("edition"));
        let of = |own: bool, kind: &'static str| {
            let some: Vec<&FrameworkLine> = lines.iter().filter(|l| l.own == own && (own || l.kind == kind)).collect();
            some.iter().map(|l| option(l, &now)).collect_view()
        };
        view! {
            <optgroup label=t!("framework_choice.checklists")>{of(false, "checklist")}</optgroup>
            <optgroup label=t!("framework_choice.references")>{of(false, "reference")}</optgroup>
            {lines.iter().any(|l| l.own).then(|| view! { <optgroup label=t!("framework_choice.own")>{of(true, "")}</optgroup> })}
        }
    };
    let choose = move |event: web_sys::Event| {
        let chosen = event_target_value(&event);
        let known = lines();
        let Some(line) = known.iter().find(|l| value_of(l) == chosen) else { return };
        retitle(form, &known, line);
        form.set("framework", line.id.clone().into());
        form.set("edition", if line.own { line.edition.clone() } else { String::new() }.into());
    };
    view! {
        <section class="card form-section" aria-labelledby="section-framework">
            <h2 id="section-framework">{t!("field.framework")}</h2>
            <div class="fields"><div class="field wide">
                <label for="assessment-framework">{t!("framework_choice.label")}</label>
                <select class="input" id="assessment-framework" data-test="assessment-framework" on:change=choose>{groups}</select>
                <p class="help">{t!("framework_choice.help")} " " <a href="/frameworks">{t!("framework_choice.all")}</a></p>
                {fault_line(form, "framework".into())}
            </div></div>
        </section>
    }
    .into_any()
}

/// Puts the new framework's name in the place of the old one in a title that begins with it.
fn retitle(form: Form, lines: &[FrameworkLine], to: &FrameworkLine) {
    let (id, edition) = (form.text("framework"), form.text("edition"));
    let Some(from) = lines.iter().find(|l| l.id == id && (!l.own || l.edition == edition)) else { return };
    let title = form.text("title");
    if let Some(rest) = title.strip_prefix(from.short_title.as_str()) {
        let title = format!("{}{rest}", to.short_title);
        form.fill(serde_json::Map::from_iter([("title".to_owned(), title.into())]));
    }
}

fn value(id: &str, edition: &str) -> String {
    format!("{id}\n{edition}")
}

fn value_of(line: &FrameworkLine) -> String {
    value(&line.id, if line.own { &line.edition } else { "" })
}

fn option(line: &FrameworkLine, now: &str) -> AnyView {
    let value = value_of(line);
    let words = t!("framework_choice.option", title = line.short_title, edition = line.edition, n = line.requirements);
    view! { <option value=value.clone() selected=value == now>{words}</option> }.into_any()
}
