//! For a table: which column goes to which field. A change reads the file again.

use super::import::Import;
use conclave_domain::{call::framework::FrameworkPreview, t};
use leptos::prelude::*;

/// The card; nothing for files that are no tables.
pub fn columns(here: Import, preview: &FrameworkPreview) -> AnyView {
    if preview.columns.is_empty() {
        return ().into_any();
    }
    let lines = preview.columns.iter().enumerate();
    let lines = lines.map(|(n, (header, to))| line(here, n, (header, to), &preview.fields)).collect_view();
    view! {
        <section class="card flush" aria-labelledby="framework-columns">
            <h2 class="table-title" id="framework-columns">{t!("import.columns")}</h2>
            <div class="scroll-x scroll-y"><table class="records static" data-test="framework-import-columns">
                <thead><tr><th scope="col">{t!("import.column")}</th><th scope="col">{t!("import.field")}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

fn line(here: Import, n: usize, (header, to): (&str, &str), fields: &[(String, String)]) -> AnyView {
    let options = fields
        .iter()
        .map(|(key, label)| view! { <option value=key.clone() selected=key == to>{label.clone()}</option> })
        .collect_view();
    let (key, test) = (header.to_owned(), format!("framework-column-{header}"));
    let id = format!("framework-column-at-{n}");
    let back = id.clone();
    let set = move |ev| {
        let chosen = event_target_value(&ev);
        here.columns.update(|c| {
            // A field has one source: the column that filled it so far goes nowhere.
            for other in c.values_mut().filter(|v| !chosen.is_empty() && **v == chosen) {
                other.clear();
            }
            c.insert(key.clone(), chosen);
        });
        here.back.set(back.clone());
        here.read(false);
    };
    view! {
        <tr>
            <th scope="row">{header.to_owned()}</th>
            <td><select class="input" id=id data-test=test aria-label=t!("import.field_for", column = header) disabled=move || here.job.is_busy() on:change=set>
                <option value="" selected=to.is_empty()>{t!("frameworks_page.no_field")}</option>{options}</select></td>
        </tr>
    }
    .into_any()
}
