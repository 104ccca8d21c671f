//! Plain fields of the editor: a label, an input, and what happens with each change.

use crate::parts::form::control::{grow, rows_for};
use leptos::prelude::*;

/// One line of text; `fault` is what stands against it.
pub fn line(
    id: &'static str,
    label: String,
    value: String,
    fault: Option<AnyView>,
    set: impl Fn(String) + 'static,
) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input type="text" class="input" id=id data-test=id value=value autocomplete="off" on:input=move |ev| set(event_target_value(&ev)) />
            {fault}
        </div>
    }
    .into_any()
}

/// Several lines of text.
pub fn long(
    id: &'static str,
    label: String,
    value: String,
    help: Option<String>,
    set: impl Fn(String) + 'static,
) -> AnyView {
    let rows = rows_for(&value, 2);
    let help_id = format!("{id}-help");
    let described = help.as_ref().map(|_| help_id.clone());
    let help = help.map(|h| view! { <p class="help" id=help_id>{h}</p> });
    let typed = move |ev: web_sys::Event| {
        grow(&ev);
        set(event_target_value(&ev));
    };
    view! {
        <div class="field wide">
            <label for=id>{label}</label>
            <textarea class="input" id=id data-test=id rows=rows prop:value=value aria-describedby=described on:input=typed></textarea>
            {help}
        </div>
    }
    .into_any()
}

/// One of several values, each with its label.
pub fn choice(
    id: &'static str,
    label: String,
    now: &str,
    offered: Vec<(String, String)>,
    set: impl Fn(String) + 'static,
) -> AnyView {
    let options = offered
        .into_iter()
        .map(|(value, label)| view! { <option value=value.clone() selected=value == now>{label}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select class="input" id=id data-test=id on:change=move |ev| set(event_target_value(&ev))>{options}</select>
        </div>
    }
    .into_any()
}

/// Yes or no.
pub fn flag(id: &'static str, label: String, now: bool, set: impl Fn(bool) + 'static) -> AnyView {
    view! {
        <label class="check" for=id>
            <input type="checkbox" class="tick" id=id data-test=id checked=now on:change=move |ev| set(event_target_checked(&ev)) />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// The lines of a text, without blank ones.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}
