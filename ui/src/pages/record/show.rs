//! The values of a record as people read them.

use crate::parts::{columns::due_text, dom, form::Form, level::level_badge, path::record_path};
use conclave_domain::{
    call::record::Head,
    field::{Field, FieldKind},
    kind::Kind,
    scale::Method,
    t, text,
};
use leptos::prelude::*;
use serde_json::Value;

/// Whether there is nothing to show.
pub fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => true,
        Some(Value::String(s)) => s.trim().is_empty(),
        Some(Value::Array(a)) => a.is_empty(),
        Some(Value::Object(o)) => {
            o.get("likelihood").is_some_and(|l| l.as_u64() == Some(0)) && is_blank(o.get("rationale"))
        }
        Some(_) => false,
    }
}

/// A value as plain text, links by their names.
pub fn value_text(form: Form, field: &Field, value: &Value) -> String {
    let name = |v: &Value| {
        let id = v.as_str().unwrap_or_default();
        form.names
            .with_untracked(|n| n.get(id).map_or_else(|| id.to_owned(), |h| format!("{} {}", h.reference, h.title)))
    };
    match (field.kind, value) {
        (FieldKind::Link(_), Value::String(s)) if !s.is_empty() => name(value),
        (FieldKind::Links(_), Value::Array(all)) => all.iter().map(name).collect::<Vec<_>>().join("\n"),
        _ => field.show(value),
    }
}

/// A value on a page.
pub fn value(field: &Field, value: &Value, linked: &[Head], method: Method) -> AnyView {
    match (field.kind, value) {
        (FieldKind::Link(kind), Value::String(id)) => link(kind, id, linked),
        (FieldKind::Links(kind), Value::Array(ids)) => {
            let all = ids.iter().filter_map(Value::as_str).map(|id| view! { <li>{link(kind, id, linked)}</li> });
            view! { <ul class="plain-list">{all.collect_view()}</ul> }.into_any()
        }
        (FieldKind::List, Value::Array(lines)) => {
            let all = lines.iter().filter_map(Value::as_str).map(|line| view! { <li>{line.to_owned()}</li> });
            view! { <ul class="plain-list">{all.collect_view()}</ul> }.into_any()
        }
        (FieldKind::Rows(fields), Value::Array(rows)) => table(fields, rows),
        (FieldKind::Rating, rating) => rating_view(rating, method),
        (FieldKind::Date, Value::String(day)) => day.parse().map_or_else(|_| day.clone(), dom::day).into_any(),
        _ => view! { <span class="prose">{field.show(value)}</span> }.into_any(),
    }
}

fn link(kind: Kind, id: &str, linked: &[Head]) -> AnyView {
    match linked.iter().find(|h| h.id.to_string() == id) {
        Some(head) => head_link(head),
        None => {
            let _ = kind;
            view! { <span class="muted">{t!("form.unknown_record")}</span> }.into_any()
        }
    }
}

/// Reference and name, as a link; a record in the trash says so.
pub fn head_link(head: &Head) -> AnyView {
    let gone = head.trashed_at.is_some().then(|| view! { " " <span class="muted">{t!("record.in_trash")}</span> });
    view! {
        <a href=record_path(head.kind, &head.reference)><span class="ref">{head.reference.clone()}</span> " " {head.title.clone()}</a>{gone}
    }
    .into_any()
}

fn table(fields: &'static [Field], rows: &[Value]) -> AnyView {
    let heads = fields.iter().map(|f| view! { <th scope="col">{f.label()}</th> }).collect_view();
    let lines = rows
        .iter()
        .map(|row| {
            let cells = fields.iter().map(|f| {
                let value = row.get(f.key).unwrap_or(&Value::Null);
                let shown = match (f.key, value) {
                    ("due_on" | "expires_on", Value::String(day)) => {
                        day.parse().map_or_else(|_| day.clone().into_any(), |d| due_text(Some(d)))
                    }
                    (_, Value::String(day)) if matches!(f.kind, FieldKind::Date) => {
                        day.parse().map_or_else(|_| day.clone(), dom::day).into_any()
                    }
                    _ => f.show(value).into_any(),
                };
                view! { <td class="prose">{shown}</td> }
            });
            view! { <tr>{cells.collect_view()}</tr> }
        })
        .collect_view();
    view! { <div class="scroll-x"><table class="grid-table"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div> }.into_any()
}

/// "▲ 4 High · 4 Likely × 3 Serious" with the rationale under it.
pub fn rating_view(rating: &Value, method: Method) -> AnyView {
    let number = |k: &str| rating.get(k).and_then(Value::as_u64).and_then(|n| u8::try_from(n).ok()).unwrap_or(0);
    let (l, i) = (number("likelihood"), number("impact"));
    let rationale = rating.get("rationale").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(level) = method.level(l, i) else {
        return view! { <span class="muted">{t!("risk_page.not_rated")}</span> }.into_any();
    };
    view! {
        <span class="rating-shown">{level_badge(level)} " " {steps(l, i)}</span>
        <span class="prose muted">{rationale}</span>
    }
    .into_any()
}

/// "4 Likely × 3 Serious".
pub fn steps(likelihood: u8, impact: u8) -> String {
    let step = |axis: &str, n: u8| format!("{n} {}", text::label(&format!("choice.{axis}.{n}")));
    format!("{} × {}", step("likelihood", likelihood), step("impact", impact))
}
