//! The second step: which column fills which field, which columns tell rows apart, and what the file's words mean.

use super::{Import, reading};
use crate::parts::{dom, job::path_field};
use conclave_domain::{
    call::exchange::{ColumnPreview, ImportPreview},
    field::{Field, FieldKind},
    noun::fields,
    t,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The step.
pub fn mapping(here: Import) -> AnyView {
    let body = move || here.preview.with(|p| p.as_ref().map(|p| page(here, p)));
    view! { {body} }.into_any()
}

fn page(here: Import, preview: &ImportPreview) -> AnyView {
    let lines = preview.columns.iter().map(|c| line(here, c.clone())).collect_view();
    let mapped = move || here.mapping.with(|m| m.columns.values().filter(|v| !v.is_empty()).count());
    let all = preview.columns.len();
    let missing = move || {
        let wanted: Vec<String> = here.mapping.with(|m| {
            let filled = |f: &&Field| f.required && Import::takes(&f.kind) && !m.columns.values().any(|v| v == f.key);
            fields(here.kind.get_untracked()).iter().filter(filled).map(Field::label).collect()
        });
        (!wanted.is_empty()).then(|| view! {
            <p class="note bad" role="status" data-test="mapping-missing"><span aria-hidden="true">"■ "</span>{t!("import.missing_field", fields = wanted.join(", "))}</p>
        })
    };
    let problems = super::report::problems(&preview.problems, preview.problems.len() as u64);
    view! {
        <section class="card step" id="import-step" tabindex="-1">
            <p class="read-as" data-test="import-read-as">{t!("import.read_as", how = preview.read_as)}</p>
            {reading(here)}
            <button type="button" class="button small" data-test="import-reread" on:click=move |_| here.read()>{t!("import.reread")}</button>
        </section>
        <section class="card flush">
            <div class="table-title section-head"><h2>{t!("import.columns")}</h2>
                <span class="muted" data-test="mapping-count">{move || t!("import.mapped", n = mapped(), all = all)}</span></div>
            <div class="scroll-x"><table class="records static mapping" data-test="import-mapping">
                <thead><tr><th scope="col">{t!("import.column")}</th><th scope="col">{t!("import.examples")}</th><th scope="col" class="number">{t!("import.filled")}</th>
                    <th scope="col">{t!("import.field")}</th><th scope="col">{t!("import.key")}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
            <p class="help table-title">{t!("import.key_about")} " " {t!("import.source_about")}</p>
        </section>
        {missing}
        {problems}
        <details class="more card">
            <summary>{t!("import.save_mapping")}</summary>
            {path_field(here.save_to, "export", "import-save-mapping", t!("import.mapping_file"))}
            <p class="help">{t!("import.save_about")}</p>
        </details>
        <div class="actions">
            <button type="button" class="button" data-test="import-back" on:click=move |_| here.step.set(1)>{t!("import.back")}</button>
            <button type="button" class="button primary" data-test="import-next" disabled=move || here.job.is_busy()
                on:click=move |_| here.run(true)>{t!("import.try")}</button>
        </div>
    }
    .into_any()
}

fn line(here: Import, column: ColumnPreview) -> AnyView {
    let header = column.header.clone();
    let target = {
        let header = header.clone();
        Memo::new(move |_| here.mapping.with(|m| m.columns.get(&header).cloned().unwrap_or_default()))
    };
    let now = target.get_untracked();
    let options = fields(here.kind.get_untracked())
        .iter()
        .filter(|f| Import::takes(&f.kind))
        .map(|f| {
            let label = if f.required { t!("import.required_field", field = f.label()) } else { f.label() };
            view! { <option value=f.key selected=f.key == now>{label}</option> }
        })
        .collect_view();
    let set = {
        let header = header.clone();
        move |ev| {
            let chosen = event_target_value(&ev);
            here.mapping.update(|m| {
                m.values.remove(&header);
                if chosen.is_empty() {
                    m.columns.remove(&header);
                } else {
                    // A field has one source: the column that filled it so far stays with the record as a source value.
                    m.columns.retain(|_, v| *v != chosen);
                    m.columns.insert(header.clone(), chosen);
                }
            });
        }
    };
    let key_header = header.clone();
    let is_key = here.mapping.with_untracked(|m| m.key.contains(&header));
    let set_key = move |ev| {
        let on = event_target_checked(&ev);
        here.mapping.update(|m| {
            m.key.retain(|k| *k != key_header);
            if on {
                m.key.push(key_header.clone());
            }
        });
    };
    let for_values = column.clone();
    let values = move || {
        let key = target.get();
        let field = fields(here.kind.get_untracked()).iter().find(|f| f.key == key)?;
        match field.kind {
            FieldKind::Choice(_) => Some(words(here, field, for_values.clone())),
            _ => None,
        }
    };
    let shown = move || target.get();
    let examples = column.examples.iter().map(|e| view! { <li>{e.clone()}</li> }).collect_view();
    let (label, key_label) = (t!("import.field_for", column = header), t!("import.key_for", column = header));
    view! {
        <tr data-test="mapping-row" data-column=header.clone()>
            <th scope="row" class="prose">{header.clone()}</th>
            <td><ul class="examples">{examples}</ul></td>
            <td class="number">{dom::count(column.filled)}</td>
            <td>
                <select class="input" aria-label=label data-test=format!("map-{header}") prop:value=shown on:change=set>
                    <option value="" selected=now.is_empty()>{t!("import.as_source")}</option>{options}
                </select>
                {values}
            </td>
            <td><input type="checkbox" class="tick" aria-label=key_label data-test=format!("key-{header}") checked=is_key on:change=set_key /></td>
        </tr>
    }
    .into_any()
}

/// What the words of a column mean among the choices of its field.
fn words(here: Import, field: &'static Field, column: ColumnPreview) -> AnyView {
    let FieldKind::Choice(group) = field.kind else { return ().into_any() };
    let known = here.mapping.with_untracked(|m| m.values.get(&column.header).cloned()).unwrap_or_default();
    let mut all: BTreeMap<String, String> = column.examples.iter().map(|e| (e.clone(), String::new())).collect();
    all.extend(known);
    let lines = all
        .into_iter()
        .map(|(word, value)| {
            let options = std::iter::once(&"").chain(group.values).map(|v| {
                view! { <option value=*v selected=*v == value>{if v.is_empty() { t!("import.by_word") } else { group.label(v) }}</option> }
            });
            let (header, said) = (column.header.clone(), word.clone());
            let set = move |ev| {
                let chosen = event_target_value(&ev);
                here.mapping.update(|m| {
                    let of = m.values.entry(header.clone()).or_default();
                    if chosen.is_empty() { of.remove(&said) } else { of.insert(said.clone(), chosen) };
                });
            };
            view! { <li><span class="word">{word.clone()}</span> <select class="input small" aria-label=word on:change=set>{options.collect_view()}</select></li> }
        })
        .collect_view();
    view! { <details class="more"><summary>{t!("import.words")}</summary><ul class="words">{lines}</ul></details> }
        .into_any()
}
