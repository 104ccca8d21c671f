//! The sheets of a system, its vendors and its assets: every field that is filled, in the sections of the form.

use super::{
    SystemFile,
    book::{Book, called, maybe_day, moment},
    gates,
    part::Part,
    table::{cell, column, dotted, field, strong, table},
};
use chrono::NaiveDate;
use conclave_domain::{
    call::record::Head,
    field::{Field, FieldKind, choice_label},
    kind::Kind,
    noun::{self, Asset, Vendor},
    t, text,
};
use serde::Serialize;
use serde_json::{Map, Value};

/// The sheet of a system.
pub(super) fn system(book: &Book<'_>, file: &SystemFile, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.sheet.title"), level);
    part.fields(vec![
        (t!("dossier.reference"), file.head.reference.clone()),
        (t!("dossier.sheet.approval"), file.approval.sentence(book.today())),
        (t!("dossier.sheet.saved"), saved(&file.head)),
    ]);
    for standing in gates::overridden(book, file) {
        part.callout(standing.mark, standing.sentence);
    }
    part.list(file.gaps.iter().map(|g| g.sentence.clone()).collect());
    fill(book, &mut part, Kind::System, &map(&file.system));
    if book.is_auditor() {
        sources(&mut part, file);
    }
    part
}

/// Vendors and assets: the register for all, each sheet for the auditor.
pub(super) fn supply(book: &Book<'_>, file: &SystemFile, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.sheet.supply"), level);
    part.table(vendors(book, &file.vendors));
    part.table(assets(&file.assets));
    if book.is_auditor() {
        for (head, vendor) in &file.vendors {
            part.head(called(head));
            part.note(saved(head));
            fill(book, &mut part, Kind::Vendor, &map(vendor));
        }
        for (head, asset) in &file.assets {
            part.head(called(head));
            part.note(saved(head));
            fill(book, &mut part, Kind::Asset, &map(asset));
        }
    }
    part
}

/// "Revision 4, 20 Nov 2026 by Ada".
pub(super) fn saved(head: &Head) -> String {
    let at = moment(head.updated_at);
    if head.updated_by.trim().is_empty() {
        t!("dossier.sheet.revision", revision = head.revision, at = at)
    } else {
        t!("dossier.sheet.revision_by", revision = head.revision, at = at, by = head.updated_by)
    }
}

fn vendors(book: &Book<'_>, vendors: &[(Head, Vendor)]) -> crate::tree::Table {
    let columns = vec![
        field("vendor", 2.6),
        field("criticality", 1.2),
        field("vendor_risk", 1.2),
        field("owner", 1.6),
        field("review_on", 1.9),
        field("contract_end", 1.9),
    ];
    let mut found = table(t!("dossier.sheet.vendors"), columns);
    for (head, vendor) in vendors {
        let choice = |value: &str| cell(choice_label("criticality", value));
        found.row(vec![
            strong(called(head)),
            choice(&vendor.criticality),
            choice(&vendor.vendor_risk),
            cell(&*vendor.owner),
            book.due(vendor.review_on, true),
            book.due(vendor.contract_end, true),
        ]);
    }
    found
}

fn assets(assets: &[(Head, Asset)]) -> crate::tree::Table {
    let columns = vec![
        column(t!("dossier.sheet.asset"), 2.4),
        field("asset_type", 1.1),
        field("source", 1.6),
        field("licence", 1.3),
        field("hash", 2.4),
    ];
    let mut found = table(t!("dossier.sheet.assets"), columns);
    for (head, asset) in assets {
        found.row(vec![
            strong(called(head)),
            cell(choice_label("asset_type", &asset.asset_type)),
            cell(&*asset.source),
            cell(&*asset.licence),
            cell(&*asset.hash),
        ]);
    }
    found
}

pub(super) fn map<N: Serialize>(noun: &N) -> Map<String, Value> {
    match serde_json::to_value(noun) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// All filled fields of a record, by section.
fn fill(book: &Book<'_>, part: &mut Part, kind: Kind, map: &Map<String, Value>) {
    let fields = noun::fields(kind);
    let mut sections: Vec<&str> = Vec::new();
    for field in fields {
        if !sections.contains(&field.section) {
            sections.push(field.section);
        }
    }
    for section in sections {
        let of_section = fields.iter().filter(|f| f.section == section);
        let mut pairs = Vec::new();
        let mut tables = Vec::new();
        for field in of_section {
            let Some(value) = map.get(field.key) else { continue };
            match field.kind {
                FieldKind::Own => {}
                FieldKind::Rows(inner) => tables.extend(rows(field, inner, value)),
                _ => {
                    let shown = show(book, field, value);
                    if !shown.trim().is_empty() {
                        pairs.push((field.label(), shown));
                    }
                }
            }
        }
        if pairs.is_empty() && tables.is_empty() {
            continue;
        }
        part.sub(text::label(&format!("section.{section}")));
        part.fields(pairs);
        tables.into_iter().for_each(|t| part.table(t));
    }
}

/// A value in words: links by name, dates as dates.
fn show(book: &Book<'_>, field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (FieldKind::Link(_), Value::String(id)) => book.name_of(id),
        (FieldKind::Links(_), Value::Array(ids)) => {
            ids.iter().filter_map(Value::as_str).map(|id| book.name_of(id)).collect::<Vec<_>>().join("\n")
        }
        (FieldKind::List, Value::Array(items)) => dotted(items.iter().filter_map(Value::as_str).map(str::to_owned)),
        (FieldKind::Date, Value::String(date)) => {
            date.parse::<NaiveDate>().map_or_else(|_| date.clone(), |d| maybe_day(Some(d)))
        }
        _ => field.show(value),
    }
}

/// A field that is a small table, as one.
fn rows(field: &Field, inner: &[Field], value: &Value) -> Option<crate::tree::Table> {
    let rows: Vec<&Map<String, Value>> = value.as_array()?.iter().filter_map(Value::as_object).collect();
    let wide = |f: &Field| matches!(f.key, "changed" | "note" | "text" | "question" | "title");
    let columns = inner.iter().map(|f| column(f.label(), if wide(f) { 3.0 } else { 1.4 })).collect();
    let mut found = table(field.label(), columns);
    for row in rows {
        let shown = |f: &Field| match (f.kind, row.get(f.key)) {
            (_, None) => String::new(),
            (FieldKind::Date, Some(Value::String(date))) => {
                date.parse::<NaiveDate>().map_or_else(|_| date.clone(), |d| maybe_day(Some(d)))
            }
            (_, Some(value)) => f.show(value),
        };
        found.row(inner.iter().map(|f| cell(shown(f))).collect());
    }
    (!found.rows.is_empty()).then_some(found)
}

/// The rows of files that the system came from, so that each can be traced.
fn sources(part: &mut Part, file: &SystemFile) {
    if file.source.is_empty() {
        return;
    }
    part.sub(t!("dossier.sheet.source"));
    for row in &file.source {
        part.note(t!("dossier.sheet.source_line", file = row.file, line = row.line, at = moment(row.imported_at)));
        let columns =
            vec![column(t!("dossier.sheet.source_column"), 1.4), column(t!("dossier.sheet.source_value"), 3.0)];
        let mut values = table("", columns);
        for (name, value) in row.values.iter().filter(|(_, v)| !v.trim().is_empty()) {
            values.row(vec![cell(&**name), cell(&**value)]);
        }
        part.table(values);
    }
    part.note(t!("dossier.sheet.source_note"));
}
