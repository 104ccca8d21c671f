//! The fields of a noun as data: one list serves the form, the import, the command line and the pack.

use crate::{
    fault::FieldFault,
    kind::Kind,
    t,
    text::{self, label},
};
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// The longest accepted single field, in bytes: room for 1 MB of text, and no more than a window can show.
pub const FIELD_LIMIT: usize = 1_200_000;

/// One field of a noun.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key in the noun's JSON body.
    pub key: &'static str,
    /// What it holds and how it is edited.
    pub kind: FieldKind,
    /// The group under which forms and sheets show it; its heading is `section.<name>`.
    pub section: &'static str,
    /// Whether a record can be saved without it.
    pub required: bool,
    /// Other words by which spreadsheets name this field, for the import.
    pub synonyms: &'static [&'static str],
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Long,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// One of a group of choices; "" means not stated. Labels: `choice.<group>.<value>`.
    Choice(&'static ChoiceGroup),
    /// Several of a group of choices.
    Choices(&'static ChoiceGroup),
    /// Short texts, one per line.
    List,
    /// A person: a member's name or any other name.
    Person,
    /// A whole number in a range.
    Number {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// Yes or no.
    Flag,
    /// Another record of this kind, by id.
    Link(Kind),
    /// Several other records of this kind, by id.
    Links(Kind),
    /// A small table.
    Rows(&'static [Field]),
    /// A rating: likelihood, impact and rationale.
    Rating,
    /// Edited by a part of its own (questionnaire answers, fairness results); forms and imports pass it by.
    Own,
}

/// A closed list of values.
#[derive(Debug)]
pub struct ChoiceGroup {
    /// The name of the group, part of its text keys.
    pub name: &'static str,
    /// The values, in the order in which they are offered.
    pub values: &'static [&'static str],
}

impl ChoiceGroup {
    /// What a value is called.
    pub fn label(&self, value: &str) -> String {
        choice_label(self.name, value)
    }
}

/// What a value of a choice group is called; the empty value is "not stated".
pub fn choice_label(group: &str, value: &str) -> String {
    if value.is_empty() { t!("choice.none") } else { label(&format!("choice.{group}.{value}")) }
}

impl Field {
    /// The kind of record that the field points to, if it points.
    pub const fn links_to(&self) -> Option<Kind> {
        match self.kind {
            FieldKind::Link(kind) | FieldKind::Links(kind) => Some(kind),
            _ => None,
        }
    }

    /// What the field is called.
    pub fn label(&self) -> String {
        label(&format!("field.{}", self.key))
    }

    /// A sentence of help, where there is one.
    pub fn help(&self) -> Option<String> {
        text::look_up(&format!("help.{}", self.key))
    }

    /// A value as plain text, for sheets, command line and search. Links show as their id.
    pub fn show(&self, value: &Value) -> String {
        match (self.kind, value) {
            (FieldKind::Choice(group), Value::String(s)) => {
                if s.is_empty() {
                    String::new()
                } else {
                    group.label(s)
                }
            }
            (FieldKind::Choices(group), Value::Array(values)) => {
                join(values.iter().filter_map(Value::as_str).map(|v| group.label(v)))
            }
            (FieldKind::Rows(fields), Value::Array(rows)) => rows
                .iter()
                .filter_map(Value::as_object)
                .map(|row| {
                    join(fields.iter().filter_map(|f| row.get(f.key).map(|v| f.show(v))).filter(|s| !s.is_empty()))
                })
                .collect::<Vec<_>>()
                .join("\n"),
            (FieldKind::Flag, Value::Bool(b)) => {
                if *b {
                    t!("choice.yes")
                } else {
                    t!("choice.no")
                }
            }
            (FieldKind::Rating, Value::Object(r)) => show_rating(r),
            (_, Value::Array(values)) => join(values.iter().filter_map(Value::as_str).map(str::to_owned)),
            (_, Value::String(s)) => s.clone(),
            (_, Value::Number(n)) => n.to_string(),
            _ => String::new(),
        }
    }

    fn check(&self, path: &str, value: &Value, faults: &mut Vec<FieldFault>) {
        let mut say = |sentence: String| faults.push(FieldFault::new(path, sentence));
        match (self.kind, value) {
            (_, Value::String(s)) if s.len() > FIELD_LIMIT => say(t!("rule.too_long", field = self.label())),
            (FieldKind::Date, Value::String(s)) if !s.is_empty() && s.parse::<NaiveDate>().is_err() => {
                say(t!("rule.date", field = self.label(), value = s));
            }
            (FieldKind::Choice(group), Value::String(s)) if !s.is_empty() && !group.values.contains(&s.as_str()) => {
                say(t!("rule.choice", field = self.label(), value = s));
            }
            (FieldKind::Number { min, max }, Value::Number(n))
                if !n.as_i64().is_some_and(|n| (min..=max).contains(&n)) =>
            {
                say(t!("rule.number", field = self.label(), min = min, max = max));
            }
            (FieldKind::Rating, Value::Object(r)) => {
                let out_of_scale = |k| r.get(k).and_then(Value::as_i64).is_some_and(|n| !(0..=5).contains(&n));
                if out_of_scale("likelihood") || out_of_scale("impact") {
                    say(t!("rule.number", field = self.label(), min = 1, max = 5));
                }
            }
            (FieldKind::Rows(fields), Value::Array(rows)) => {
                for (i, row) in rows.iter().enumerate() {
                    if let Value::Object(row) = row {
                        check_fields(fields, row, &format!("{path}.{i}."), faults);
                    }
                }
            }
            _ => {}
        }
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" · ")
}

fn show_rating(rating: &Map<String, Value>) -> String {
    let number = |k| rating.get(k).and_then(Value::as_i64).unwrap_or(0);
    let (l, i) = (number("likelihood"), number("impact"));
    if l == 0 || i == 0 {
        return String::new();
    }
    let mut shown = format!("{} × {}", label(&format!("choice.likelihood.{l}")), label(&format!("choice.impact.{i}")));
    if let Some(rationale) = rating.get("rationale").and_then(Value::as_str).filter(|r| !r.is_empty()) {
        shown.push_str(" · ");
        shown.push_str(rationale);
    }
    shown
}

/// The rules that every field list holds: required fields are filled, dates are dates, choices are among the offered.
pub fn check_fields(fields: &[Field], body: &Map<String, Value>, prefix: &str, faults: &mut Vec<FieldFault>) {
    for field in fields {
        let path = format!("{prefix}{}", field.key);
        let value = body.get(field.key).unwrap_or(&Value::Null);
        if field.required && is_blank(value) {
            faults.push(FieldFault::new(path, t!("rule.required", field = field.label())));
        } else {
            field.check(&path, value, faults);
        }
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => s.trim().is_empty(),
        Value::Array(a) => a.is_empty(),
        _ => false,
    }
}

/// A short form to write field lists with.
pub const fn field(key: &'static str, kind: FieldKind, section: &'static str) -> Field {
    Field { key, kind, section, required: false, synonyms: &[] }
}

impl Field {
    /// The same field, required for saving.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field with other words for it.
    pub const fn or(mut self, synonyms: &'static [&'static str]) -> Self {
        self.synonyms = synonyms;
        self
    }
}
