//! Links to other records: chosen by words, shown by reference and name.

use super::state::{Form, field_id, focus_field};
use crate::parts::{path::record_path, picker::picker};
use conclave_domain::{call::record::Head, kind::Kind, t};
use leptos::prelude::*;
use serde_json::Value;

/// The editor of a link field; `many` for a list of links.
pub fn links(form: Form, path: String, label: String, kind: Kind, many: bool) -> AnyView {
    let ids = {
        let path = path.clone();
        move || match form.get(&path) {
            Value::Array(a) => a.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect::<Vec<_>>(),
            Value::String(s) if !s.is_empty() => vec![s],
            _ => Vec::new(),
        }
    };
    let write = {
        let path = path.clone();
        move |ids: Vec<String>| {
            let value = if many { ids.into() } else { ids.into_iter().next().map_or(Value::Null, Value::from) };
            form.set(&path, value);
        }
    };
    let (ids_now, write_now) = (ids.clone(), write.clone());
    let chosen = Callback::new(move |head: Head| {
        let id = head.id.to_string();
        form.names.update(|n| {
            n.insert(id.clone(), head);
        });
        let mut now = if many { untrack(&ids_now) } else { Vec::new() };
        if !now.contains(&id) {
            now.push(id);
        }
        write_now(now);
    });
    let id = field_id(&path);
    let chips = {
        let (ids, id, path) = (ids.clone(), id.clone(), path.clone());
        move || {
            let all = ids();
            all.iter()
                .map(|one| {
                    let (one, others, write, path) = (one.clone(), all.clone(), write.clone(), path.clone());
                    let gone = one.clone();
                    let remove = move |_| {
                        write(others.iter().filter(|o| **o != gone).cloned().collect());
                        focus_field(&path);
                    };
                    chip(form, kind, &id, &one, remove)
                })
                .collect_view()
        }
    };
    let is_empty = move || many || ids().is_empty();
    let search = {
        let id = id.clone();
        move || {
            is_empty().then(|| {
                picker(kind, format!("{id}-search"), label.clone(), t!("form.find", kind = kind.many()), chosen)
            })
        }
    };
    view! { <div class="links" id=id data-test=field_id(&path)><ul class="chips">{chips}</ul>{search}</div> }.into_any()
}

fn chip(form: Form, kind: Kind, id: &str, one: &str, remove: impl Fn(web_sys::MouseEvent) + 'static) -> AnyView {
    let head = form.names.with(|n| n.get(one).cloned());
    let name = match &head {
        Some(head) => view! {
            <a href=record_path(kind, &head.reference)><span class="ref">{head.reference.clone()}</span> " " {head.title.clone()}</a>
        }
        .into_any(),
        None => view! { <span class="muted">{t!("form.unknown_record")}</span> }.into_any(),
    };
    let label = t!("form.remove", name = head.map_or_else(|| one.to_owned(), |h| h.title));
    view! {
        <li class="chip">
            {name}
            <button type="button" class="icon-button" data-test=format!("{id}-remove") aria-label=label on:click=remove>"✕"</button>
        </li>
    }
    .into_any()
}
