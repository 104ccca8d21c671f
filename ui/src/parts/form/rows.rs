//! A small table inside a record: rows to add, remove and move, one control per cell.

use super::{
    control::{Place, control},
    state::{Form, field_id, focus_field},
};
use conclave_domain::{
    field::{Field, FieldKind},
    t,
};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The editor of a table field.
pub fn rows(form: Form, path: String, label: String, fields: &'static [Field]) -> AnyView {
    // Counts up when rows come, go or move; typing in a cell does not build the table anew.
    let shape = RwSignal::new(0_u32);
    let id = field_id(&path);
    let heads = fields.iter().map(|f| view! { <th scope="col">{f.label()}</th> }).collect_view();
    let body = {
        let path = path.clone();
        move || {
            shape.track();
            let count = form.peek(&path).as_array().map_or(0, Vec::len);
            (0..count).map(|at| row(form, &path, at, count, fields, shape)).collect_view()
        }
    };
    let add = {
        let (path, first) = (path.clone(), fields.first().map_or("", |f| f.key));
        move |_| {
            let mut rows = as_rows(form, &path);
            rows.push(empty_row(fields));
            let at = rows.len() - 1;
            change(form, &path, rows, shape);
            focus_field(&format!("{path}.{at}.{first}"));
        }
    };
    view! {
        <div class="rows" id=id.clone()>
            <div class="scroll-x">
                <table class="grid-table" aria-label=label>
                    <thead><tr>{heads}<th scope="col"><span class="sr-only">{t!("form.row_actions")}</span></th></tr></thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
            <button type="button" class="button small" data-test=format!("{id}-add") on:click=add>{t!("form.row_add")}</button>
        </div>
    }
    .into_any()
}

fn row(form: Form, path: &str, at: usize, count: usize, fields: &'static [Field], shape: RwSignal<u32>) -> AnyView {
    let cells = fields.iter().map(|f| {
        let place =
            Place { form, path: format!("{path}.{at}.{}", f.key), label: Some(f.label()), required: f.required };
        let for_fault = place.path.clone();
        let fault = move || form.fault_at(&for_fault).map(|s| view! { <p class="fault" role="alert">{s}</p> });
        let class = match f.kind {
            FieldKind::Flag => "cell-flag",
            FieldKind::Date => "cell-date",
            FieldKind::Choice(_) => "cell-choice",
            _ => "cell-text",
        };
        view! { <td class=class>{control(place, f)}{fault}</td> }
    });
    let act = move |path: String, act: fn(&mut Vec<Value>, usize)| {
        move |_| {
            let mut rows = as_rows(form, &path);
            if at < rows.len() {
                act(&mut rows, at);
                change(form, &path, rows, shape);
            }
        }
    };
    let id = field_id(path);
    view! {
        <tr>
            {cells.collect_view()}
            <td class="cell-acts">
                <button type="button" class="icon-button" data-test=format!("{id}-{at}-up") disabled=at == 0 title=t!("form.row_up")
                    aria-label=t!("form.row_up") on:click=act(path.to_owned(), |rows, at| if at > 0 { rows.swap(at, at - 1) })>"↑"</button>
                <button type="button" class="icon-button" data-test=format!("{id}-{at}-down") disabled={at + 1 == count}
                    title=t!("form.row_down") aria-label=t!("form.row_down")
                    on:click=act(path.to_owned(), |rows, at| if at + 1 < rows.len() { rows.swap(at, at + 1) })>"↓"</button>
                <button type="button" class="icon-button" data-test=format!("{id}-{at}-remove") title=t!("form.row_remove")
                    aria-label=t!("form.row_remove") on:click=act(path.to_owned(), |rows, at| { rows.remove(at); })>"✕"</button>
            </td>
        </tr>
    }
    .into_any()
}

fn as_rows(form: Form, path: &str) -> Vec<Value> {
    match form.peek(path) {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}

fn change(form: Form, path: &str, rows: Vec<Value>, shape: RwSignal<u32>) {
    form.set(path, Value::Array(rows));
    shape.update(|n| *n += 1);
}

fn empty_row(fields: &[Field]) -> Value {
    let empty = |f: &Field| match f.kind {
        FieldKind::Flag => Value::Bool(false),
        _ => Value::String(String::new()),
    };
    Value::Object(fields.iter().map(|f| (f.key.to_owned(), empty(f))).collect::<Map<_, _>>())
}
