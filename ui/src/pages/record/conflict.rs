//! Somebody saved a newer revision in between: both values of each field, and two ways on.

use super::{saving::Saving, show::value_text};
use crate::parts::dom;
use conclave_domain::{call::record::Detail, noun::fields, t};
use leptos::prelude::*;
use serde_json::Value;

/// The panel; nothing while there is no conflict.
pub fn panel(saving: Saving) -> AnyView {
    let shown = move || saving.newer.get().map(|newer| both(saving, &newer));
    view! { {shown} }.into_any()
}

fn both(saving: Saving, newer: &Detail) -> AnyView {
    let (mine, theirs) = (saving.form.map(), newer.body.to_map());
    let lines = fields(saving.form.kind)
        .iter()
        .filter(|f| mine.get(f.key) != theirs.get(f.key))
        .map(|f| {
            let words = |v: Option<&Value>| v.map(|v| value_text(saving.form, f, v)).unwrap_or_default();
            view! {
                <tr data-test=format!("conflict-{}", f.key)>
                    <th scope="row">{f.label()}</th>
                    <td class="prose">{words(theirs.get(f.key))}</td>
                    <td class="prose">{words(mine.get(f.key))}</td>
                </tr>
            }
        })
        .collect_view();
    let about = t!("record.conflict", who = newer.head.updated_by, when = dom::moment(newer.head.updated_at));
    view! {
        <section class="note bad" id="conflict" tabindex="-1" data-test="conflict" aria-labelledby="conflict-title">
            <h2 id="conflict-title">{t!("record.conflict_title")}</h2>
            <p>{about}</p>
            <div class="scroll-x">
                <table class="grid-table">
                    <thead><tr>
                        <th scope="col">{t!("record.field")}</th>
                        <th scope="col">{t!("record.theirs")}</th>
                        <th scope="col">{t!("record.mine")}</th>
                    </tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            <div class="actions">
                <button type="button" class="button" data-test="conflict-theirs" on:click=move |_| saving.take_theirs()>{t!("record.take_theirs")}</button>
                <button type="button" class="button primary" data-test="conflict-mine" on:click=move |_| saving.keep_mine()>{t!("record.keep_mine")}</button>
            </div>
            <p class="help">{t!("record.conflict_next")}</p>
        </section>
    }
    .into_any()
}
