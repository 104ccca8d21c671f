//! Small helpers around the page's elements.

use chrono::NaiveDate;
use leptos::leptos_dom::helpers::document;
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    /// The day that the shell told last.
    static TODAY: Cell<NaiveDate> = Cell::new(NaiveDate::default());
}

/// Moves the focus to an element and brings it into sight.
pub fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
        let into = web_sys::ScrollIntoViewOptions::new();
        into.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&into);
    }
}

/// Moves the focus to the element with an id, after the page has settled; not away from a field into which the person is
/// typing already, nor from one that the person has gone to in the meantime.
pub fn focus_id(id: &str) {
    let id = id.to_owned();
    let before = document().active_element();
    leptos::leptos_dom::helpers::request_animation_frame(move || {
        let now = document().active_element();
        let moved = now != before && now.as_ref().is_some_and(is_field);
        if !moved && !is_written(now) {
            focus(document().get_element_by_id(&id));
        }
    });
}

fn is_field(element: &web_sys::Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA")
}

/// Whether the person has written something into the field that has the keyboard.
fn is_written(active: Option<web_sys::Element>) -> bool {
    let input = active.and_then(|a| a.dyn_into::<web_sys::HtmlInputElement>().ok());
    input.is_some_and(|input| !input.value().is_empty())
}

/// Whether what has the keyboard takes text, so that single letters are no commands.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return true;
    }
    let dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    dialog
        || target.is_some_and(|t| match t.tag_name().as_str() {
            "INPUT" => !matches!(t.get_attribute("type").as_deref(), Some("checkbox" | "radio")),
            "TEXTAREA" | "SELECT" => true,
            _ => false,
        })
}

/// The element nearest to an event's target (itself included) that matches a selector.
pub fn closest(event: &web_sys::Event, selector: &str) -> Option<web_sys::Element> {
    event.target()?.dyn_into::<web_sys::Element>().ok()?.closest(selector).ok().flatten()
}

/// The calendar day where the person sits, as the shell told it: the window asks no clock, so that page, app and rules never
/// disagree about the day. Nothing is shown before it is told.
pub fn today() -> NaiveDate {
    TODAY.get()
}

/// Takes over the day that the shell told; says whether it is another one than before.
pub fn set_today(day: NaiveDate) -> bool {
    TODAY.replace(day) != day
}

/// A date as people read it: "20 Nov 2026".
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// A moment as people read it, in local time: "20 Nov 2026, 09:41".
pub fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    at.with_timezone(&chrono::Local).format("%-d %b %Y, %H:%M").to_string()
}

/// A number with thin gaps between thousands.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut shown = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

/// A size in bytes as people read it: "12.4 MB".
pub fn size(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, "B");
    for larger in ["kB", "MB", "GB", "TB"] {
        if value < 1000.0 {
            break;
        }
        (value, unit) = (value / 1000.0, larger);
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") }
}

/// The calendar day of a moment where the person sits.
pub fn local_day(at: chrono::DateTime<chrono::Utc>) -> NaiveDate {
    at.with_timezone(&chrono::Local).date_naive()
}

/// A name as part of a file name: whatever is no letter or digit becomes a hyphen.
pub fn file_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    name.trim_matches('-').to_owned()
}

/// A text as part of a URL.
pub fn escape(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}
