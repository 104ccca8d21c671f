//! The federal inventory's excerpt: real bytes, from the file to mapped records.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{data, go_on, system_fields, unmapped};
use conclave_exchange::{Format, MappedRow, Mapping, ReadOptions, Table, apply, propose, propose_key, read_table};

fn table() -> Table {
    read_table(&data("federal-excerpt.csv"), &ReadOptions::default(), &mut go_on).unwrap()
}

fn rows() -> Vec<MappedRow> {
    let (table, fields) = (table(), system_fields());
    let applied = apply(&table, &propose(&table, &fields), &fields);
    assert_eq!(applied.problems, []);
    applied.rows
}

#[test]
fn encoding_delimiter_and_headings_are_detected() {
    let table = table();
    let format = Format::Csv { delimiter: ',', encoding: "windows-1252".into(), had_bom: false };
    assert_eq!((&table.source.format, table.source.has_header), (&format, true));
    assert_eq!((table.rows.len(), table.headers.len()), (14, 62));
    assert_eq!(table.problems, []);
    assert_eq!(table.headers[8].name, "Describe the AI system’s outputs.");
    assert!(table.headers.iter().any(|header| header.name.len() > 190));
}

#[test]
fn repeated_headings_become_unique_and_keep_their_original() {
    let table = table();
    let others: Vec<&str> =
        table.headers.iter().filter(|h| h.original == "If Other, please explain.").map(|h| h.name.as_str()).collect();
    assert_eq!(
        others[..3],
        ["If Other, please explain.", "If Other, please explain. (2)", "If Other, please explain. (3)"]
    );
    assert_eq!(others.len(), 9);
}

#[test]
fn every_record_knows_the_line_on_which_it_starts() {
    let text = std::fs::read(data("federal-excerpt.csv")).unwrap();
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    for row in &table().rows {
        let line = lines[row.line as usize - 1];
        let name = row.cells[0].split('"').next().unwrap();
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(name);
        let at = usize::from(line.starts_with(b"\""));
        assert!(line[at..].starts_with(&bytes), "line {} does not start with {name}", row.line);
    }
}

#[test]
fn cells_keep_line_breaks_quotation_marks_and_foreign_letters() {
    let table = table();
    assert!(table.rows[0].cells[7].contains('\n'));
    assert_eq!(table.rows[5].cells[0], "ServiceNow GenAI \"Now Assist\"");
    assert!(table.rows[7].cells[0].starts_with("Amazonía Mia"));
    assert!(table.rows.iter().any(|row| row.cells.iter().any(|cell| cell.contains('–'))));
}

#[test]
fn the_proposed_mapping_is_the_reviewed_one() {
    let proposed = propose(&table(), &system_fields());
    let text = proposed.to_toml().unwrap();
    assert_eq!(text, std::fs::read_to_string(data("federal-excerpt.mapping.toml")).unwrap());
    assert_eq!(Mapping::from_toml(&text).unwrap(), proposed);
}

#[test]
fn records_are_mapped_to_the_fields() {
    let rows = rows();
    let (line, values) = (rows[0].line, &rows[0].values);
    assert_eq!((line, rows[0].key.as_str()), (2, "babel | cbp"));
    assert_eq!(values["organisation"], "Department of Homeland Security");
    assert!(values["purpose"].starts_with("CBP uses this tool to conduct targeted queries"));
    assert_eq!((values["stage"].as_str(), values["impact"].as_str()), ("deployment", "rights"));
    assert_eq!((values["initiated"].as_str(), values["personal_data"].as_str()), ("2023-08-29", "true"));
    assert_eq!(rows[3].values["contracts"], "1605DC19A0004\nNNG15SD60B");
}

#[test]
fn every_cell_has_a_home() {
    let (table, rows) = (table(), rows());
    let mapping = propose(&table, &system_fields());
    for (row, mapped) in table.rows.iter().zip(&rows) {
        for (header, cell) in table.headers.iter().zip(&row.cells).filter(|(_, cell)| !cell.trim().is_empty()) {
            let kept = unmapped(mapped, &header.name) == Some(cell.as_str());
            let target = mapping.columns[header.index].target.as_ref();
            let used = target.is_some_and(|target| mapped.values.contains_key(target));
            assert!(kept || used, "line {} lost {}", row.line, header.name);
        }
    }
}

#[test]
fn doubtful_dates_stay_source_values_with_a_word_about_them() {
    let rows = rows();
    let doubtful = &rows[8];
    assert_eq!(unmapped(doubtful, "Date Initiated"), Some("24-Aug"));
    assert!(!doubtful.values.contains_key("initiated"));
    assert!(doubtful.problems.iter().any(|p| p.excerpt == "24-Aug" && p.field.as_deref() == Some("initiated")));
    let mistyped = &rows[7];
    assert_eq!(mistyped.values["initiated"], "2023-01-01");
    assert_eq!(unmapped(mistyped, "Date Initiated"), Some("7/15/1905"));
    assert!(mistyped.problems[0].sentence.contains("a year that a spreadsheet turned into a date"));
    let fiscal = &rows[4];
    assert_eq!(fiscal.values["initiated"], "2025-07-01");
    assert_eq!(unmapped(fiscal, "Date Retired"), Some("N/A"));
    assert_eq!(fiscal.problems.len(), 1, "a cell that only says “not applicable” is no problem");
}

#[test]
fn the_key_is_made_of_what_does_not_change() {
    let key = propose_key(&table());
    assert_eq!((key.headers, key.duplicates), (vec!["Use Case Name".to_string(), "Bureau".to_string()], 0));
}
