//! The state of a form: the values as a map of fields, addressed by path ("versions.2.date"), as faults name them too.

use conclave_domain::{
    call::record::Head,
    fault::{Fault, FaultKind, FieldFault},
    kind::Kind,
    noun::Body,
    scale::Method,
};
use leptos::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A form. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Form {
    /// What is edited.
    pub kind: Kind,
    values: RwSignal<Map<String, Value>>,
    base: RwSignal<Map<String, Value>>,
    /// Counts up when values were set from outside, so that the editors are built anew.
    pub shown: RwSignal<u32>,
    /// What stands against saving, by path.
    pub faults: RwSignal<Vec<FieldFault>>,
    /// Names of linked records by id.
    pub names: RwSignal<BTreeMap<String, Head>>,
    /// How likelihood and impact give a level.
    pub method: RwSignal<Method>,
    /// Names that are offered where a person is asked for.
    pub people: RwSignal<Vec<String>>,
    /// Fields that cannot be changed now, and are shown as text.
    pub frozen: RwSignal<Vec<&'static str>>,
}

impl Form {
    /// A form that starts from a body.
    pub fn new(body: &Body) -> Self {
        let map = body.to_map();
        Self {
            kind: body.kind(),
            values: RwSignal::new(map.clone()),
            base: RwSignal::new(map),
            shown: RwSignal::new(0),
            faults: RwSignal::new(Vec::new()),
            names: RwSignal::new(BTreeMap::new()),
            method: RwSignal::new(Method::default()),
            people: RwSignal::new(Vec::new()),
            frozen: RwSignal::new(Vec::new()),
        }
    }

    /// The value at a path; follows changes.
    pub fn get(&self, path: &str) -> Value {
        self.values.with(|map| at(map, path))
    }

    /// The value at a path as it is now.
    pub fn peek(&self, path: &str) -> Value {
        self.values.with_untracked(|map| at(map, path))
    }

    /// The text at a path as it is now; "" where there is none.
    pub fn text(&self, path: &str) -> String {
        match self.peek(path) {
            Value::String(s) => s,
            Value::Number(n) => n.to_string(),
            _ => String::new(),
        }
    }

    /// Sets a value that a person entered.
    pub fn set(&self, path: &str, value: Value) {
        self.values.update(|map| put(map, path, value));
        if self.faults.with_untracked(|f| f.iter().any(|f| f.field == path)) {
            self.faults.update(|f| f.retain(|f| f.field != path));
        }
    }

    /// Sets several values from outside and builds the editors anew.
    pub fn fill(&self, values: Map<String, Value>) {
        self.values.update(|map| map.extend(values));
        self.shown.update(|n| *n += 1);
    }

    /// Takes over a state that was saved or loaded: nothing is unsaved afterwards.
    pub fn settle(&self, map: Map<String, Value>) {
        self.base.set(map.clone());
        self.values.set(map);
        self.faults.set(Vec::new());
        self.shown.update(|n| *n += 1);
    }

    /// Marks the present values as saved.
    pub fn settled(&self) {
        self.base.set(self.values.get_untracked());
    }

    /// Whether there are unsaved changes; follows them.
    pub fn is_dirty(&self) -> bool {
        self.values.with(|v| self.base.with(|b| v != b))
    }

    /// The values as they are now.
    pub fn map(&self) -> Map<String, Value> {
        self.values.get_untracked()
    }

    /// Whether there are unsaved changes, also while the page is being left.
    pub fn is_dirty_now(&self) -> bool {
        self.values.try_with_untracked(|v| self.base.try_with_untracked(|b| v != b)).flatten().unwrap_or(false)
    }

    /// The values, also while the page is being left.
    pub fn map_now(&self) -> Map<String, Value> {
        self.values.try_get_untracked().unwrap_or_default()
    }

    /// The values; follows changes.
    pub fn watch(&self) -> Map<String, Value> {
        self.values.get()
    }

    /// The values as they were loaded.
    pub fn base(&self) -> Map<String, Value> {
        self.base.get_untracked()
    }

    /// The body as it is now.
    ///
    /// # Errors
    /// A value has the wrong shape.
    pub fn body(&self) -> Result<Body, Fault> {
        let mut map = self.map();
        let mut faults = Vec::new();
        conclave_domain::field::check_fields(conclave_domain::noun::fields(self.kind), &map, "", &mut faults);
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        // A cleared row cell or a half-typed number is "nothing", not a wrong shape.
        map.retain(|_, v| !v.is_null());
        Body::from_map(self.kind, map)
    }

    /// Shows what stands against saving and moves the focus to the first faulty field.
    pub fn show_fault(&self, fault: &Fault) {
        if fault.kind == FaultKind::Invalid {
            self.faults.set(fault.fields.clone());
            if let Some(first) = fault.fields.first() {
                focus_field(&first.field);
            }
        }
    }

    /// The sentence against a path.
    pub fn fault_at(&self, path: &str) -> Option<String> {
        self.faults.with(|f| f.iter().find(|f| f.field == path).map(|f| f.sentence.clone()))
    }
}

/// The id of a field's control.
pub fn field_id(path: &str) -> String {
    format!("field-{path}")
}

/// Moves the focus to a field once it is on the page; of a table field or rating, to its first control.
pub fn focus_field(path: &str) {
    let path = path.to_owned();
    leptos::leptos_dom::helpers::request_animation_frame(move || {
        let document = leptos::leptos_dom::helpers::document();
        let mut wanted = path.as_str();
        loop {
            if let Some(element) = document.get_element_by_id(&field_id(wanted)) {
                let inner = element.query_selector("input, select, textarea, button").ok().flatten();
                let is_control = matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA" | "BUTTON");
                crate::parts::dom::focus(if is_control { Some(element) } else { inner.or(Some(element)) });
                return;
            }
            match wanted.rsplit_once('.') {
                Some((front, _)) => wanted = front,
                None => return,
            }
        }
    });
}

fn at(map: &Map<String, Value>, path: &str) -> Value {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut value = map.get(first).unwrap_or(&Value::Null);
    for step in rest.split('.').filter(|s| !s.is_empty()) {
        value = match value {
            Value::Array(a) => step.parse::<usize>().ok().and_then(|i| a.get(i)).unwrap_or(&Value::Null),
            Value::Object(o) => o.get(step).unwrap_or(&Value::Null),
            _ => &Value::Null,
        };
    }
    value.clone()
}

fn put(map: &mut Map<String, Value>, path: &str, new: Value) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut value = map.entry(first).or_insert(Value::Null);
    for step in rest.split('.').filter(|s| !s.is_empty()) {
        value = match step.parse::<usize>() {
            Ok(i) => {
                if !value.is_array() {
                    *value = Value::Array(Vec::new());
                }
                let Value::Array(a) = value else { return };
                while a.len() <= i {
                    a.push(Value::Object(Map::new()));
                }
                &mut a[i]
            }
            Err(_) => {
                if !value.is_object() {
                    *value = Value::Object(Map::new());
                }
                let Value::Object(o) = value else { return };
                o.entry(step).or_insert(Value::Null)
            }
        };
    }
    *value = new;
}
