//! The controls of plain fields: one line, several lines, dates, choices, people.

use super::state::{Form, field_id};
use conclave_domain::{
    field::{ChoiceGroup, Field, FieldKind},
    t,
};
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;

/// What every control of a field needs.
#[derive(Clone)]
pub struct Place {
    /// The form.
    pub form: Form,
    /// The path of the value.
    pub path: String,
    /// What the field is called: the accessible name inside tables, where no label stands beside it.
    pub label: Option<String>,
    /// Whether a record cannot be saved without it.
    pub required: bool,
}

impl Place {
    fn id(&self) -> String {
        field_id(&self.path)
    }

    fn describedby(&self) -> String {
        format!("{0}-help {0}-fault", self.id())
    }

    fn invalid(&self) -> Signal<bool> {
        let place = self.clone();
        Signal::derive(move || place.form.fault_at(&place.path).is_some())
    }

    fn set(&self, value: Value) {
        self.form.set(&self.path, value);
    }
}

/// The control of a plain field; `None` for kinds that need more than one control.
pub fn control(place: Place, field: &'static Field) -> Option<AnyView> {
    Some(match field.kind {
        FieldKind::Text => line(place, "text", None),
        FieldKind::Number { .. } => number(place),
        FieldKind::Person => line(place, "text", Some("people")),
        FieldKind::Date => date(place),
        FieldKind::Long => long(place, false),
        FieldKind::List => long(place, true),
        FieldKind::Choice(group) => choice(place, group),
        FieldKind::Flag => flag(place),
        _ => return None,
    })
}

fn line(place: Place, kind: &'static str, list: Option<&'static str>) -> AnyView {
    let (id, test, invalid) = (place.id(), place.id(), place.invalid());
    let (described, label) = (place.describedby(), place.label.clone());
    let (shown, required) = (place.form.text(&place.path), place.required);
    view! {
        <input type=kind id=id data-test=test class="input" value=shown list=list autocomplete="off" aria-label=label
            aria-describedby=described aria-required=required.to_string() aria-invalid=move || invalid.get().to_string()
            on:input=move |ev| place.set(Value::from(event_target_value(&ev))) />
    }
    .into_any()
}

fn number(place: Place) -> AnyView {
    let (id, test, label) = (place.id(), place.id(), place.label.clone());
    let shown = place.form.text(&place.path);
    view! {
        <input type="text" inputmode="numeric" id=id data-test=test class="input" value=shown aria-label=label
            on:input=move |ev| place.set(event_target_value(&ev).trim().parse::<i64>().map_or(Value::Null, Value::from)) />
    }
    .into_any()
}

/// A date is typed, so that it looks the same everywhere; what people write instead of a date is understood on leaving.
fn date(place: Place) -> AnyView {
    let (id, test, invalid) = (place.id(), place.id(), place.invalid());
    let (described, label) = (place.describedby(), place.label.clone());
    let shown = place.form.text(&place.path);
    let (typed, left) = (place.clone(), place);
    view! {
        <input type="text" inputmode="numeric" id=id data-test=test class="input date" value=shown
            placeholder=t!("form.date_hint") title=t!("form.date_about") autocomplete="off" aria-label=label
            aria-describedby=described aria-invalid=move || invalid.get().to_string()
            on:input=move |ev| typed.set(Value::from(event_target_value(&ev).trim()))
            on:change=move |ev| {
                let written = event_target_value(&ev);
                if let Some(date) = understood(written.trim()) {
                    let text = date.to_string();
                    if let Some(input) = ev.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                        input.set_value(&text);
                    }
                    left.set(Value::from(text));
                }
            } />
    }
    .into_any()
}

/// The date that a person means: "2026-11-20", "20.11.2026", "20 Nov 2026", "today", "+90" (days from today).
pub fn understood(text: &str) -> Option<chrono::NaiveDate> {
    let today = crate::parts::dom::today();
    if text.eq_ignore_ascii_case(&t!("form.today")) {
        return Some(today);
    }
    if let Some(days) = text.strip_prefix('+') {
        return today.checked_add_days(chrono::Days::new(days.trim().parse().ok()?));
    }
    ["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%Y/%m/%d"]
        .iter()
        .find_map(|format| chrono::NaiveDate::parse_from_str(text, format).ok())
}

fn long(place: Place, list: bool) -> AnyView {
    let (id, test, invalid) = (place.id(), place.id(), place.invalid());
    let (described, label) = (place.describedby(), place.label.clone());
    let shown = match place.form.peek(&place.path) {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Value::String(s) => s,
        _ => String::new(),
    };
    let rows = rows_for(&shown, if list { 2 } else { 3 });
    view! {
        <textarea id=id data-test=test class="input" rows=rows prop:value=shown aria-label=label aria-describedby=described
            aria-invalid=move || invalid.get().to_string()
            on:input=move |ev| {
                let text = event_target_value(&ev);
                grow(&ev);
                place.set(if list { lines(&text) } else { Value::from(text) });
            }>
        </textarea>
    }
    .into_any()
}

fn lines(text: &str) -> Value {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().into()
}

/// About as many rows as a text takes, between `least` and 14.
pub fn rows_for(text: &str, least: usize) -> usize {
    let rows: usize = text.lines().map(|l| 1 + l.len() / 90).sum();
    rows.clamp(least, 14)
}

/// Lets a text area grow with its text.
pub fn grow(event: &web_sys::Event) {
    if let Some(area) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlTextAreaElement>().ok())
        && area.scroll_height() > area.client_height()
        && area.rows() < 24
    {
        area.set_rows(area.rows() + 1);
    }
}

/// The options of a choice group, the present value chosen; "" is offered first as "not stated".
pub fn options(group: &'static ChoiceGroup, present: &str) -> AnyView {
    let known = present.is_empty() || group.values.contains(&present);
    let other = (!known).then(|| {
        let value = present.to_owned();
        view! { <option value=value.clone() selected=true>{value.clone()}</option> }
    });
    let offered = std::iter::once(&"").chain(group.values).map(|value| {
        view! { <option value=*value selected=*value == present>{group.label(value)}</option> }
    });
    (offered.collect_view(), other).into_any()
}

fn choice(place: Place, group: &'static ChoiceGroup) -> AnyView {
    let (id, test, invalid) = (place.id(), place.id(), place.invalid());
    let (described, label) = (place.describedby(), place.label.clone());
    let (present, required) = (place.form.text(&place.path), place.required);
    view! {
        <select id=id data-test=test class="input" aria-label=label aria-describedby=described aria-required=required.to_string()
            aria-invalid=move || invalid.get().to_string()
            on:change=move |ev| place.set(Value::from(event_target_value(&ev)))>
            {options(group, &present)}
        </select>
    }
    .into_any()
}

fn flag(place: Place) -> AnyView {
    let (id, test, label) = (place.id(), place.id(), place.label.clone());
    let on = place.form.peek(&place.path).as_bool().unwrap_or(false);
    view! {
        <input type="checkbox" id=id data-test=test class="tick" checked=on aria-label=label
            on:change=move |ev| place.set(Value::from(event_target_checked(&ev))) />
    }
    .into_any()
}

/// Several of a group: one checkbox each, in the order of the group.
pub fn choices(form: Form, path: String, group: &'static ChoiceGroup) -> AnyView {
    let chosen = move |path: &str| match form.peek(path) {
        Value::Array(values) => values.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let present = chosen(&path);
    let id = field_id(&path);
    let boxes = group.values.iter().map(|value| {
        let (path, test) = (path.clone(), format!("{id}-{value}"));
        let on = present.iter().any(|v| v == value);
        let toggle = move |ev| {
            let mut now = chosen(&path);
            now.retain(|v| v != value);
            if event_target_checked(&ev) {
                now.push((*value).to_owned());
            }
            let ordered = group.values.iter().filter(|v| now.iter().any(|n| n == *v)).copied().collect::<Vec<_>>();
            form.set(&path, ordered.into());
        };
        view! {
            <label class="pick">
                <input type="checkbox" class="tick" data-test=test checked=on on:change=toggle />
                {group.label(value)}
            </label>
        }
    });
    view! { <div class="options" id=id.clone()>{boxes.collect_view()}</div> }.into_any()
}
