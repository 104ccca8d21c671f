//! From a table and a mapping to values for fields, with a home for every cell and a word about every doubt.

use crate::date::{DateReading, read_date};
use crate::key::{self, KeyCounter};
use crate::mapping::{ColumnMap, FieldKind, Mapping, TargetField, column_named};
use crate::propose::exact_choice;
use crate::table::{Problem, Row, Severity, Table};
use crate::words;
use std::collections::{BTreeMap, HashMap};

/// The outcome for the whole table.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// One entry per record, in the order of the source.
    pub rows: Vec<MappedRow>,
    /// Where mapping, table and fields do not fit together (see [`Mapping::check`]). With an error among them, no
    /// row should be used.
    pub problems: Vec<Problem>,
}

/// One record, mapped.
#[derive(Debug, Clone, PartialEq)]
pub struct MappedRow {
    /// The record's line in the source.
    pub line: u64,
    /// The cells of the mapping's key columns, lower-case and joined by ` | `; repeated keys are numbered ` #2`.
    /// Empty when the mapping has no key.
    pub key: String,
    /// Values by field key: dates `YYYY-MM-DD`, choices by value, `true` or `false`, lists one item per line.
    pub values: BTreeMap<String, String>,
    /// Every cell that is not blank and has no home, or whose value says less than the cell: column and cell.
    pub unmapped: Vec<(String, String)>,
    /// What a person should know about this record.
    pub problems: Vec<Problem>,
}

/// Applies a mapping. Nothing is dropped: what cannot become a value stays in [`MappedRow::unmapped`], with a warning
/// unless the cell only says "not applicable" or the like.
pub fn apply(table: &Table, mapping: &Mapping, fields: &[TargetField]) -> Applied {
    let by_key: HashMap<&str, &TargetField> = fields.iter().map(|field| (field.key.as_str(), field)).collect();
    let plan: Vec<Option<Plan<'_>>> = table
        .headers
        .iter()
        .map(|header| {
            let column = mapping.entry(&header.name)?;
            let field = by_key.get(column.target.as_deref()?)?;
            let choices = column.choices.iter().map(|(from, to)| (words::normal(from), to.as_str())).collect();
            Some(Plan { field, column, choices })
        })
        .collect();
    let key_columns: Vec<usize> = mapping.key.iter().filter_map(|name| column_named(table, name)).collect();
    let whole_key = key_columns.len() == mapping.key.len() && !mapping.key.is_empty();
    let mut counter = KeyCounter::default();
    let rows = table
        .rows
        .iter()
        .map(|row| {
            let mut mapped = map_row(table, row, &plan, fields);
            if whole_key {
                let parts = key_columns.iter().map(|index| row.cell(*index));
                let (key, earlier) = counter.number(key::join(parts), row.line);
                mapped.key = key;
                if let Some(earlier) = earlier {
                    let sentence = format!(
                        "The record has the same key as the one on line {earlier}; newer editions are matched in order."
                    );
                    mapped.problems.push(Problem::warning(Some(row.line), sentence));
                }
            }
            mapped
        })
        .collect();
    Applied { rows, problems: mapping.check(table, fields) }
}

/// What happens to the cells of one column.
struct Plan<'a> {
    field: &'a TargetField,
    column: &'a ColumnMap,
    /// The mapping's choices by their normal form.
    choices: HashMap<String, &'a str>,
}

/// What became of one cell.
struct Outcome {
    value: Option<String>,
    /// Whether the cell stays as a source value.
    keep: bool,
    warning: Option<String>,
}

impl Outcome {
    fn value(value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), keep: false, warning: None }
    }

    fn source_only() -> Self {
        Self { value: None, keep: true, warning: None }
    }

    fn doubt(warning: impl Into<String>) -> Self {
        Self { value: None, keep: true, warning: Some(warning.into()) }
    }
}

fn map_row(table: &Table, row: &Row, plan: &[Option<Plan<'_>>], fields: &[TargetField]) -> MappedRow {
    let mut mapped = MappedRow {
        line: row.line,
        key: String::new(),
        values: BTreeMap::new(),
        unmapped: Vec::new(),
        problems: Vec::new(),
    };
    for (index, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        let Some(Some(plan)) = plan.get(index) else {
            mapped.unmapped.push((table.column_name(index), cell.clone()));
            continue;
        };
        let outcome = read_cell(cell, plan);
        if let Some(value) = outcome.value {
            add(&mut mapped.values, plan.field, value);
        }
        if outcome.keep {
            mapped.unmapped.push((table.column_name(index), cell.clone()));
        }
        if let Some(sentence) = outcome.warning {
            let problem = Problem::warning(Some(row.line), sentence).at(table.column_name(index), cell);
            mapped.problems.push(Problem { field: Some(plan.field.key.clone()), ..problem });
        }
    }
    for field in fields.iter().filter(|field| field.required && !mapped.values.contains_key(&field.key)) {
        let column =
            plan.iter().flatten().find(|plan| plan.field.key == field.key).map(|plan| plan.column.header.clone());
        mapped.problems.push(Problem {
            severity: Severity::Error,
            line: Some(row.line),
            column,
            field: Some(field.key.clone()),
            sentence: format!("The record has no “{}”, which every record needs.", field.label),
            excerpt: String::new(),
        });
    }
    mapped
}

/// Sets a value or appends it: paragraphs with a blank line between, list items each on its line.
fn add(values: &mut BTreeMap<String, String>, field: &TargetField, value: String) {
    let between = if field.kind == FieldKind::List { "\n" } else { "\n\n" };
    values
        .entry(field.key.clone())
        .and_modify(|old| {
            old.push_str(between);
            old.push_str(&value);
        })
        .or_insert(value);
}

fn read_cell(cell: &str, plan: &Plan<'_>) -> Outcome {
    let text = cell.trim();
    if spreadsheet_error(text) {
        return Outcome::doubt(format!("The cell holds the spreadsheet error {text} instead of a value."));
    }
    match &plan.field.kind {
        FieldKind::Choice(choices) => read_choice(text, plan, choices),
        _ if words::placeholder(text) => Outcome::source_only(),
        FieldKind::Text => Outcome::value(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        FieldKind::LongText => Outcome::value(text.replace("\r\n", "\n").replace('\r', "\n")),
        FieldKind::List => read_list(text),
        FieldKind::Date | FieldKind::Bool if words::nothing(text) => Outcome::source_only(),
        FieldKind::Date => read_day(text, plan),
        FieldKind::Bool => match read_bool(text) {
            Some((value, whole)) => Outcome { keep: !whole, ..Outcome::value(value.to_string()) },
            None => {
                Outcome::doubt(format!("“{}” takes yes or no; the cell was kept as a source value.", plan.field.label))
            }
        },
    }
}

fn spreadsheet_error(text: &str) -> bool {
    matches!(
        text,
        "#REF!"
            | "#VALUE!"
            | "#NAME?"
            | "#DIV/0!"
            | "#NULL!"
            | "#NUM!"
            | "#SPILL!"
            | "#CALC!"
            | "#GETTING_DATA"
            | "#DATA!"
    )
}

fn read_day(text: &str, plan: &Plan<'_>) -> Outcome {
    match read_date(text, plan.column.date_order) {
        DateReading::Day { date, more } => Outcome { keep: more, ..Outcome::value(date.to_string()) },
        DateReading::Period { date, stated } => Outcome {
            value: Some(date.to_string()),
            keep: true,
            warning: Some(format!("The cell states {stated}; it was read as its first day, {date}.")),
        },
        DateReading::Ambiguous => Outcome::doubt(
            "Day and month of this date cannot be told apart; it was kept as a source value. Set the column's date order.",
        ),
        DateReading::Not => Outcome::doubt("This is no date that can be read; it was kept as a source value."),
    }
}

fn read_choice(text: &str, plan: &Plan<'_>, choices: &[crate::mapping::ChoiceTarget]) -> Outcome {
    if let Some(value) = plan.choices.get(&words::normal(text)) {
        // What a person or the proposal translated may say more than the choice: the words stay beside it.
        return if value.is_empty() {
            Outcome::source_only()
        } else {
            Outcome { keep: true, ..Outcome::value(*value) }
        };
    }
    match exact_choice(text, choices) {
        Some(value) => Outcome::value(value),
        None if words::nothing(text) => Outcome::source_only(),
        None => Outcome::doubt(format!("This is no choice of “{}”; it was kept as a source value.", plan.field.label)),
    }
}

/// Items from a JSON list of texts, or separated by line breaks, semicolons or bars.
fn read_list(text: &str) -> Outcome {
    let items: Vec<String> = if text.starts_with('[') {
        serde_json::from_str(text).unwrap_or_else(|_| vec![text.to_string()])
    } else {
        text.split(['\n', '\r', ';', '|']).map(str::to_string).collect()
    };
    let one_line = |item: &String| item.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = items.iter().map(one_line).filter(|item| !item.is_empty()).collect();
    if lines.is_empty() { Outcome::source_only() } else { Outcome::value(lines.join("\n")) }
}

/// Yes or no, and whether that is all the text says ("Yes – on request" says more).
pub(crate) fn read_bool(text: &str) -> Option<(bool, bool)> {
    let text = text.trim();
    let word = |text: &str| match text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" | "on" | "ja" | "oui" | "si" | "sí" => Some(true),
        "no" | "n" | "false" | "0" | "off" | "nein" | "non" => Some(false),
        _ => None,
    };
    let marks = |text: &str| match text {
        "✓" | "✔" | "☑" => Some(true),
        "✗" | "✘" | "☐" => Some(false),
        _ => None,
    };
    if text.len() <= 16
        && let Some(value) = word(text).or_else(|| marks(text))
    {
        return Some((value, true));
    }
    let end = text.find(|c: char| !c.is_alphabetic())?;
    let (first, rest) = text.split_at(end);
    let separated = rest.trim_start().starts_with(['–', '—', '-', ',', '.', ':', ';', '(']);
    let value = if first.len() >= 2 && separated { word(first)? } else { return None };
    Some((value, false))
}
