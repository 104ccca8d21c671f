//! Forms made from the fields of a noun: one editor per kind of field, in sections.

pub mod control;
mod link;
mod rating;
mod rows;
mod state;

pub use state::{Form, field_id, focus_field};

use conclave_domain::{
    field::{Field, FieldKind},
    t, text,
};
use control::{Place, control};
use leptos::prelude::*;

/// All sections of a form.
pub fn sections(form: Form) -> AnyView {
    let fields = conclave_domain::noun::fields(form.kind);
    let mut names: Vec<&'static str> = Vec::new();
    for field in fields.iter().filter(|f| !matches!(f.kind, FieldKind::Own)) {
        if !names.contains(&field.section) {
            names.push(field.section);
        }
    }
    let all = move || {
        form.shown.track();
        names.iter().map(|name| section(form, name)).collect_view()
    };
    let people = move || form.people.get().into_iter().map(|p| view! { <option value=p></option> }).collect_view();
    view! { <div class="form">{all}<datalist id="people">{people}</datalist></div> }.into_any()
}

fn section(form: Form, name: &'static str) -> AnyView {
    let fields = conclave_domain::noun::fields(form.kind).iter().filter(|f| f.section == name);
    let editors =
        fields.filter(|f| !matches!(f.kind, FieldKind::Own)).map(|f| editor(form, f, f.key.to_owned())).collect_view();
    let heading = format!("section-{name}");
    view! {
        <section class="card form-section" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{text::label(&format!("section.{name}"))}</h2>
            <div class="fields">{editors}</div>
        </section>
    }
    .into_any()
}

/// One field with its label, help and fault.
pub fn editor(form: Form, field: &'static Field, path: String) -> AnyView {
    let place = Place { form, path: path.clone(), label: None, required: field.required };
    let label = field.label();
    let many = match field.kind {
        FieldKind::Choices(group) => Some(control::choices(form, path.clone(), group)),
        FieldKind::Link(kind) => Some(link::links(form, path.clone(), label.clone(), kind, false)),
        FieldKind::Links(kind) => Some(link::links(form, path.clone(), label.clone(), kind, true)),
        FieldKind::Rows(fields) => Some(rows::rows(form, path.clone(), label.clone(), fields)),
        FieldKind::Rating => Some(rating::rating(form, path.clone())),
        _ => None,
    };
    let class = match field.kind {
        FieldKind::Long | FieldKind::Rows(_) | FieldKind::Links(_) | FieldKind::Rating | FieldKind::Choices(_) => {
            "field wide"
        }
        FieldKind::Flag => "field flag",
        _ => "field",
    };
    let id = field_id(&path);
    let help_id = format!("{id}-help");
    let required = field.required.then(|| view! { <span class="needed">{t!("form.needed")}</span> });
    let help = field.help().map(|h| view! { <p class="help" id=help_id>{h}</p> });
    let fault = fault_line(form, path);
    let frozen = form.frozen.with_untracked(|f| f.contains(&field.key));
    match many {
        Some(many) => view! {
            <fieldset class=class disabled=frozen><legend>{label}{required}</legend>{help}{many}{fault}</fieldset>
        }
        .into_any(),
        None => view! {
            <fieldset class=format!("{class} bare") disabled=frozen>
                <label for=id>{label}{required}</label>
                {control(place, field)}
                {help}
                {fault}
            </fieldset>
        }
        .into_any(),
    }
}

/// The sentence against a path, announced when it comes.
pub fn fault_line(form: Form, path: String) -> AnyView {
    let id = format!("{}-fault", field_id(&path));
    view! { <p class="fault" id=id role="alert">{move || form.fault_at(&path).unwrap_or_default()}</p> }.into_any()
}
