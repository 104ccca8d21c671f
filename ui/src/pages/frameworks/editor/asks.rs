//! The kind of reply that a requirement asks for, and the condition under which it appears.

use super::{
    input::{choice, flag, line, lines, long},
    state::Editor,
};
use crate::pages::frameworks::typed::{KINDS, RESULTS, kind_label, result_label};
use conclave_domain::{
    framework::{Asks, Offered, When},
    t, text,
};
use leptos::prelude::*;

/// The results that a condition can name.
const NAMED: [(&str, &str); 4] = [
    ("condition-met", "met"),
    ("condition-partly", "partly"),
    ("condition-not-met", "not_met"),
    ("condition-not-applicable", "not_applicable"),
];

/// The place of a number.
type Bound = fn(&mut Asks) -> &mut Option<f64>;

/// The part of the form about the reply.
pub fn asks(editor: Editor, at: usize, now: Option<Asks>) -> AnyView {
    let kind = RwSignal::new(now.map(|a| a.kind).unwrap_or_default());
    let kinds = KINDS.map(|k| (k.to_owned(), kind_label(k))).to_vec();
    let chosen = kind.get_untracked();
    let select = choice("requirement-asks", t!("frameworks_page.asks"), &chosen, kinds, move |v| {
        editor.change(at, |r| {
            r.asks = (!v.is_empty()).then(|| Asks { kind: v.clone(), ..r.asks.take().unwrap_or_default() });
        });
        kind.set(v);
    });
    let more = move || match kind.get().as_str() {
        "choice" => choices(editor, at),
        "number" => numbers(editor, at),
        _ => ().into_any(),
    };
    view! { <div class="stack">{select}{more}</div> }.into_any()
}

fn change(editor: Editor, at: usize, change: impl FnOnce(&mut Asks)) {
    editor.change(at, |r| change(r.asks.get_or_insert_with(Asks::default)));
}

fn now(editor: Editor, at: usize) -> Asks {
    editor.requirement(at).and_then(|r| r.asks).unwrap_or_default()
}

fn choices(editor: Editor, at: usize) -> AnyView {
    let version = RwSignal::new(0_u32);
    let again = move || version.update(|n| *n += 1);
    let rows = move || {
        version.track();
        now(editor, at).choices.into_iter().enumerate().map(|(n, c)| offered(editor, at, n, c, again)).collect_view()
    };
    let add = move |_| {
        change(editor, at, |a| {
            let value = format!("c{}", a.choices.len() + 1);
            a.choices.push(Offered { value, ..Offered::default() });
        });
        again();
    };
    view! {
        <table class="grid-table" data-test="requirement-choices">
            <thead><tr><th scope="col">{t!("frameworks_page.choice_label")}</th><th scope="col">{t!("frameworks_page.choice_value")}</th><th scope="col">{t!("frameworks_page.choice_result")}</th><th></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <button type="button" class="button small" data-test="choice-add" on:click=add>{t!("frameworks_page.add_choice")}</button>
    }
    .into_any()
}

fn offered(editor: Editor, at: usize, n: usize, offered: Offered, again: impl Fn() + Copy + 'static) -> AnyView {
    let set = move |put: fn(&mut Offered, String), value: String| {
        change(editor, at, |a| {
            if let Some(choice) = a.choices.get_mut(n) {
                put(choice, value);
            }
        });
    };
    let remove = move |_| {
        change(editor, at, |a| {
            a.choices.remove(n);
        });
        again();
    };
    let results = RESULTS
        .map(|r| view! { <option value=r selected=offered.result == r>{result_label(r)}</option> })
        .into_iter()
        .collect_view();
    let name = t!("frameworks_page.choice_n", n = n + 1);
    let named = |what: String| format!("{name}: {what}");
    view! {
        <tr data-test="choice-row">
            <td><input type="text" class="input" data-test="choice-label" aria-label=named(t!("frameworks_page.choice_label")) value=offered.label.clone()
                on:input=move |ev| set(|c, v| c.label = v, event_target_value(&ev)) /></td>
            <td><input type="text" class="input" data-test="choice-value" aria-label=named(t!("frameworks_page.choice_value")) value=offered.value.clone()
                on:input=move |ev| set(|c, v| c.value = v, event_target_value(&ev)) /></td>
            <td><select class="input" data-test="choice-result" aria-label=named(t!("frameworks_page.choice_result"))
                on:change=move |ev| set(|c, v| c.result = v, event_target_value(&ev))>{results}</select></td>
            <td class="cell-acts"><button type="button" class="icon-button" data-test="choice-remove" aria-label=t!("form.remove", name = name) on:click=remove>"✕"</button></td>
        </tr>
    }
    .into_any()
}

fn numbers(editor: Editor, at: usize) -> AnyView {
    let mut shown = now(editor, at);
    let number = |id: &'static str, label: String, slot: Bound, shown: &mut Asks| {
        let value = slot(shown).map(|n| n.to_string()).unwrap_or_default();
        let put = move |v: String| change(editor, at, |a| *slot(a) = v.trim().replace(',', ".").parse().ok());
        line(id, label, value, None, put)
    };
    let unit = line("requirement-unit", t!("frameworks_page.unit"), shown.unit.clone(), None, move |v| {
        change(editor, at, |a| a.unit = v);
    });
    view! {
        <div class="fields" data-test="requirement-bands">
            {unit}
            {number("requirement-min", t!("frameworks_page.min"), |a| &mut a.min, &mut shown)}
            {number("requirement-max", t!("frameworks_page.max"), |a| &mut a.max, &mut shown)}
            {number("requirement-met-from", t!("frameworks_page.met_from"), |a| &mut a.met_from, &mut shown)}
            {number("requirement-met-to", t!("frameworks_page.met_to"), |a| &mut a.met_to, &mut shown)}
            {number("requirement-partly-from", t!("frameworks_page.partly_from"), |a| &mut a.partly_from, &mut shown)}
            {number("requirement-partly-to", t!("frameworks_page.partly_to"), |a| &mut a.partly_to, &mut shown)}
        </div>
    }
    .into_any()
}

/// The part of the form about the condition: no other requirement named means that the question always appears.
pub fn condition(editor: Editor, at: usize, now: Option<When>) -> AnyView {
    let now = now.unwrap_or_default();
    let is_result = |v: &str| NAMED.iter().any(|(_, name)| *name == v);
    let other: Vec<String> = now.is.iter().filter(|v| !is_result(v)).cloned().collect();
    let results = NAMED
        .map(|(id, name)| {
            let on = now.is.iter().any(|v| v == name);
            flag(id, text::label(&format!("choice.result.{name}")), on, move |on| {
                when(editor, at, |w| {
                    w.is.retain(|v| v != name);
                    if on {
                        w.is.push(name.to_owned());
                    }
                });
            })
        })
        .into_iter()
        .collect_view();
    let place =
        line("condition-requirement", t!("frameworks_page.when_requirement"), now.requirement, None, move |v| {
            when(editor, at, |w| v.trim().clone_into(&mut w.requirement));
        });
    let help = Some(t!("frameworks_page.one_per_line"));
    let replies = long("condition-replies", t!("frameworks_page.when_replies"), other.join("\n"), help, move |v| {
        when(editor, at, |w| {
            w.is.retain(|v| NAMED.iter().any(|(_, name)| name == v));
            w.is.extend(lines(&v));
        });
    });
    view! {
        <details class="more" open=!now.is.is_empty()>
            <summary data-test="requirement-condition">{t!("frameworks_page.when")}</summary>
            <div class="fields">
                {place}
                <fieldset class="field"><legend>{t!("frameworks_page.when_results")}</legend>{results}</fieldset>
                {replies}
            </div>
        </details>
    }
    .into_any()
}

/// Changes the condition; one that says nothing is none.
fn when(editor: Editor, at: usize, change: impl FnOnce(&mut When)) {
    editor.change(at, |r| {
        let mut when = r.when.take().unwrap_or_default();
        change(&mut when);
        r.when = (when != When::default()).then_some(when);
    });
}
