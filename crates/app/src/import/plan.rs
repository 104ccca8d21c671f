//! What an import would do: rows as bodies, compared with what earlier editions of the same source brought.

use crate::job::Job;
use conclave_domain::{
    call::exchange::ImportReport,
    charter::Charter,
    fault::{Fault, FaultKind},
    field::{Field, FieldKind},
    kind::Kind,
    noun::{Body, fields},
    t,
};
use conclave_exchange::{MappedRow, Mapping, Problem, Severity, Table};
use conclave_vault::{
    Event, How, Writer,
    store::{
        Reader,
        record::Stored,
        source::{NewSource, NewSourceRow},
    },
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Names and changes that a report lists.
const LISTED: usize = 200;

/// A row, ready to become a record.
struct Planned {
    values: Map<String, Value>,
    row: NewSourceRow,
    /// Whether nothing tells it from another row: no key was chosen, and another row has the same name.
    ambiguous: bool,
}

/// What the key of a row begins with that nothing but its place tells from others.
const PLACE: &str = "line ";

/// A whole file, ready to be compared.
pub(super) struct Plan {
    kind: Kind,
    source: NewSource,
    rows: Vec<Planned>,
    /// Rows that cannot become a record.
    pub problems: Vec<Problem>,
}

impl Plan {
    pub fn new(kind: Kind, table: &Table, mapping: &Mapping, mapped: Vec<MappedRow>, charter: &Charter) -> Self {
        let headers: Vec<String> = table.headers.iter().map(|h| h.name.clone()).collect();
        let place: HashMap<&str, usize> = headers.iter().enumerate().map(|(i, h)| (h.as_str(), i)).collect();
        let mut problems = Vec::new();
        let mut rows = Vec::with_capacity(mapped.len());
        for row in mapped {
            let values = values(kind, &row.values);
            let body = Body::from_map(kind, values.clone());
            let title = body.as_ref().map(|b| b.title().trim().to_lowercase()).unwrap_or_default();
            let told = row.problems.iter().any(|p| p.severity == Severity::Error);
            if let Err(fault) = body.and_then(|b| acceptable(&b, None, charter))
                && !told
            {
                problems.push(problem(row.line, &fault));
            }
            let cells = row.unmapped.into_iter().map(|(header, cell)| {
                // Cells beyond the last heading keep a column of their own behind all others.
                (place.get(header.as_str()).copied().unwrap_or(headers.len()), cell)
            });
            // Without a chosen key the name tells rows apart, as long as it does.
            let key = if row.key.is_empty() { title } else { row.key };
            rows.push(Planned {
                values,
                row: NewSourceRow { line: row.line, key, cells: cells.collect() },
                ambiguous: false,
            });
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        for planned in &rows {
            *seen.entry(planned.row.key.clone()).or_default() += 1;
        }
        for planned in rows.iter_mut().filter(|p| p.row.key.is_empty() || seen.get(&p.row.key) != Some(&1)) {
            planned.row.key = format!("{PLACE}{}", planned.row.line);
            planned.ambiguous = true;
        }
        let source = NewSource {
            name: source_name(&mapping.name, &table.source.file_name),
            file: table.source.file_name.clone(),
            kind,
            headers,
            rows: rows.len() as u64,
        };
        Self { kind, source, rows, problems }
    }

    /// Compares with the register.
    pub async fn compare(self, reader: &mut Reader<'_>, job: &Job) -> Result<Comparison, Fault> {
        let charter = reader.charter().await?;
        let mut problems = Vec::new();
        let mut known = reader.known_rows(&self.source.name, self.kind).await?;
        let placed = known.keys().any(|k| k.starts_with(PLACE));
        let unclear = self.rows.iter().find(|p| p.ambiguous).or_else(|| self.rows.first().filter(|_| placed));
        if let Some(row) = unclear.filter(|_| !known.is_empty()) {
            // A guess would write one record's values into another.
            let title = Body::from_map(self.kind, row.values.clone())?.title();
            return Err(Fault::new(
                FaultKind::Invalid,
                t!("app.import_ambiguous", name = title, line = row.row.line),
                t!("app.import_ambiguous_next"),
            ));
        }
        let ids: Vec<Uuid> = known.values().map(|k| k.id).collect();
        let mut stored: HashMap<Uuid, Stored> =
            reader.records_by(&ids).await?.into_iter().map(|s| (s.head.id, s)).collect();
        let total = self.rows.len() as u64;
        let (mut added, mut changed, mut unchanged) = (Vec::new(), Vec::new(), 0);
        for (done, planned) in self.rows.into_iter().enumerate() {
            job.step(&t!("app.stage_mapping"), done as u64, total)?;
            let before = known.remove(&planned.row.key).and_then(|k| Some((stored.remove(&k.id)?, k.cells)));
            let Some((before, cells)) = before else {
                added.push((Body::from_map(self.kind, planned.values)?, planned.row));
                continue;
            };
            let mut map = before.body.to_map();
            map.extend(planned.values);
            let body = Body::from_map(self.kind, map)?;
            let new_cells = serde_json::to_string(&planned.row.cells).map_err(|_| Fault::internal())?;
            if body == before.body && cells == new_cells {
                unchanged += 1;
                continue;
            }
            // What is there already bears upon what a row may bring: an acceptance, and rules over several fields.
            if let Err(fault) = acceptable(&body, Some(&before), &charter) {
                problems.push(problem(planned.row.line, &fault));
            }
            changed.push((before, body, planned.row));
        }
        let mut missing: Vec<String> = known
            .values()
            .filter_map(|k| stored.get(&k.id))
            .map(|s| format!("{} {}", s.head.reference, s.head.title))
            .collect();
        missing.sort();
        Ok(Comparison { source: self.source, added, changed, unchanged, missing, problems })
    }
}

/// What is new, what differs, what stays, what the file no longer has.
pub(super) struct Comparison {
    source: NewSource,
    added: Vec<(Body, NewSourceRow)>,
    changed: Vec<(Stored, Body, NewSourceRow)>,
    unchanged: u64,
    missing: Vec<String>,
    /// Rows that cannot be saved over what is there.
    pub problems: Vec<Problem>,
}

impl Comparison {
    /// Writes all of it; gives the events, none if nothing differs.
    pub async fn write(&self, writer: &mut Writer<'_>, job: &Job) -> Result<Vec<Event>, Fault> {
        if self.added.is_empty() && self.changed.is_empty() {
            return Ok(Vec::new());
        }
        let total = (self.added.len() + self.changed.len()) as u64;
        let (source, noted) = writer.begin_import(&self.source).await?;
        let mut events = vec![noted];
        let rows = self.added.iter().map(|(body, row)| (None, body, row));
        for (before, body, row) in rows.chain(self.changed.iter().map(|(before, body, row)| (Some(before), body, row)))
        {
            job.step(&t!("app.stage_writing"), events.len() as u64, total)?;
            events.extend(writer.import(before, body.clone(), (source, row)).await?);
        }
        Ok(events)
    }

    pub fn into_report(self, report: &mut ImportReport) {
        report.added = self.added.len() as u64;
        report.changed = self.changed.len() as u64;
        report.unchanged = self.unchanged;
        report.missing_total = self.missing.len() as u64;
        report.missing = self.missing.into_iter().take(LISTED).collect();
        report.added_names = self.added.iter().take(LISTED).map(|(b, _)| b.title()).collect();
        for (before, body, _) in &self.changed {
            report.changes.extend(differences(before, body));
            if report.changes.len() >= LISTED {
                report.changes.truncate(LISTED);
                break;
            }
        }
    }
}

/// Record, field, before, after.
fn differences(before: &Stored, after: &Body) -> Vec<(String, String, String, String)> {
    let (old, new) = (before.body.to_map(), after.to_map());
    let name = format!("{} {}", before.head.reference, before.head.title);
    fields(before.head.kind)
        .iter()
        .map(|f| {
            let show = |map: &Map<String, Value>| map.get(f.key).map(|v| f.show(v)).unwrap_or_default();
            (name.clone(), f.label(), show(&old), show(&new))
        })
        .filter(|(_, _, a, b)| a != b)
        .collect()
}

/// What the writer would refuse, said before anything is written and with the row's line.
fn acceptable(body: &Body, before: Option<&Stored>, charter: &Charter) -> Result<(), Fault> {
    if let Body::Risk(risk) = body {
        crate::rules::prepare::risk_rules(risk, before, How::Import)?;
    }
    body.check(charter)
}

/// The mapped texts as values of the body.
fn values(kind: Kind, texts: &BTreeMap<String, String>) -> Map<String, Value> {
    fields(kind).iter().filter_map(|f| Some((f.key.to_owned(), value(f, texts.get(f.key)?)))).collect()
}

fn value(field: &Field, text: &str) -> Value {
    let lines = || text.lines().map(str::trim).filter(|l| !l.is_empty());
    match field.kind {
        FieldKind::Flag => Value::Bool(text == "true"),
        FieldKind::List => lines().map(Value::from).collect(),
        FieldKind::Choices(group) => {
            let named = |l: &str| group.values.iter().find(|v| l == **v || l.eq_ignore_ascii_case(&group.label(v)));
            lines().filter_map(named).map(|v| Value::from(*v)).collect()
        }
        FieldKind::Number { .. } => text.trim().parse::<i64>().map_or(Value::Null, Value::from),
        // A line break inside one line of text would be invisible in lists.
        FieldKind::Text | FieldKind::Person => Value::from(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => Value::from(text),
    }
}

fn problem(line: u64, fault: &Fault) -> Problem {
    let field = fault.fields.first();
    Problem {
        severity: Severity::Error,
        line: Some(line),
        column: None,
        field: field.map(|f| f.field.clone()),
        sentence: field.map_or_else(|| fault.sentence.clone(), |f| f.sentence.clone()),
        excerpt: String::new(),
    }
}

/// The name by which editions of one source match: the mapping's or the file's, without the digits that tell editions
/// apart ("inventory-2024.csv" and "Inventory 2025.xlsx" are one source).
fn source_name(mapping: &str, file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let name = if mapping.trim().is_empty() { stem } else { mapping };
    let words: String = name.chars().map(|c| if c.is_alphabetic() { c } else { ' ' }).collect();
    words.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::source_name;

    #[test]
    fn editions_of_one_source_differ_only_in_their_digits() {
        assert_eq!(
            source_name("", "federal-ai-use-cases-2024.csv"),
            source_name("", "Federal AI Use Cases (2025).xlsx")
        );
        assert_ne!(source_name("", "vendors.csv"), source_name("", "systems.csv"));
        assert_eq!(source_name("Our inventory", "anything.csv"), "our inventory");
    }
}
