//! What cannot be read gets a plain sentence with what, where and what to do next.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{go_on, read};
use conclave_exchange::{ExchangeError, Format, HeaderMode, ReadOptions, Severity, Table, read_bytes, read_table};
use std::ops::ControlFlow;

fn refusal(name: &str, bytes: impl Into<Vec<u8>>) -> String {
    read(name, bytes).unwrap_err().to_string()
}

fn with(bytes: &[u8], options: &ReadOptions) -> Result<Table, ExchangeError> {
    read_bytes("t.csv", bytes.to_vec(), options, &mut go_on)
}

fn csv(table: &Table) -> (char, &str, bool) {
    match &table.source.format {
        Format::Csv { delimiter, encoding, had_bom } => (*delimiter, encoding, *had_bom),
        Format::Workbook { .. } => panic!("a workbook"),
    }
}

#[test]
fn an_empty_file_is_refused() {
    for bytes in [&b""[..], b"\n\r\n  \t", b"\xEF\xBB\xBF", b",,,\n,,,\n"] {
        assert!(matches!(read("t.csv", bytes), Err(ExchangeError::Empty { .. })), "{bytes:?}");
    }
    assert_eq!(refusal("t.csv", ""), "t.csv is empty. Choose a file with at least one record.");
}

#[test]
fn headings_without_records_are_refused() {
    assert!(refusal("t.csv", "Name,Owner\r\n").starts_with("t.csv has headings on line 1 but no record"));
}

#[test]
fn other_kinds_of_files_are_named() {
    assert!(refusal("a.csv", &b"%PDF-1.7\n..."[..]).starts_with("a.csv is a PDF document, not a table."));
    assert!(refusal("a.csv", "<!DOCTYPE html><table>").contains("a web page"));
    assert!(refusal("a.csv", "{\"a\": 1}").contains("a JSON document"));
    assert!(refusal("a.csv", (1..=8).cycle().take(500).collect::<Vec<u8>>()).contains("a binary file"));
}

#[test]
fn zero_bytes_are_refused_with_their_line() {
    assert!(
        refusal("a.csv", vec![0; 4096]).starts_with("a.csv holds nothing but zero bytes: its content has been lost.")
    );
    let mut lost = b"Name,Owner\nTriage,Board\n".to_vec();
    lost.extend([0; 100]);
    assert!(refusal("a.csv", lost).contains("zero bytes from line 3 on"));
}

#[test]
fn a_missing_file_and_a_folder_are_refused_with_their_path() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.csv");
    let error = read_table(&missing, &ReadOptions::default(), &mut go_on).unwrap_err().to_string();
    assert!(error.contains("none.csv cannot be read: there is no such file."), "{error}");
    let error = read_table(folder.path(), &ReadOptions::default(), &mut go_on).unwrap_err().to_string();
    assert!(error.contains("is not a file but a folder"), "{error}");
}

#[test]
fn a_file_of_200_mb_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.csv");
    std::fs::File::create(&path).unwrap().set_len(200_000_000).unwrap();
    let mut calls = 0;
    let mut progress = |_, _| {
        calls += 1;
        ControlFlow::Continue(())
    };
    let error = read_table(&path, &ReadOptions::default(), &mut progress).unwrap_err().to_string();
    assert_eq!(calls, 0);
    assert!(error.starts_with("large.csv has 200 MB, more than the limit of 67 MB. Split it"), "{error}");
}

#[test]
fn too_many_records_and_cells_are_refused_with_their_line() {
    let options = ReadOptions { max_rows: 3, ..ReadOptions::default() };
    assert_eq!(with(b"a,b\n1,x\n2,y\n3,z\n", &options).unwrap().rows.len(), 3);
    let error = with(b"a,b\n1,x\n2,y\n3,z\n4,w\n", &options).unwrap_err();
    assert!(matches!(error, ExchangeError::TooManyRows { limit: 3, line: 5, .. }), "{error}");
    let wide = format!("a,b\n{}\n", ",".repeat(20_000));
    assert!(matches!(read("t.csv", wide), Err(ExchangeError::TooManyCells { line: 2, .. })));
}

#[test]
fn many_columns_and_many_short_records_cost_no_grid() {
    let heads: Vec<String> = (0..16_000).map(|index| format!("H{index}")).collect();
    let table = read("t.csv", format!("{}\n{}", heads.join(","), "a,b\n".repeat(50_000))).unwrap();
    assert_eq!((table.rows.len(), table.rows[9].cells.capacity() < 8), (50_000, true));
}

#[test]
fn reading_can_be_cancelled() {
    let mut stop = |_, _| ControlFlow::Break(());
    let error = read_bytes("t.csv", b"a,b\n1,2\n".to_vec(), &ReadOptions::default(), &mut stop);
    assert!(matches!(error, Err(ExchangeError::Cancelled { .. })));
}

#[test]
fn ragged_records_are_reported_and_nothing_is_lost() {
    let table = read("t.csv", "Name,Owner,Place\nA,B,C\nD,E\nF,G,H,I\nJ,K,L,\n").unwrap();
    assert_eq!((table.rows[1].cell(1), table.rows[1].cell(2)), ("E", ""));
    assert_eq!(table.rows[2].cells, ["F", "G", "H", "I"]);
    assert_eq!(table.column_name(3), "Column 4");
    let found: Vec<_> = table.problems.iter().map(|p| (p.severity, p.line)).collect();
    assert_eq!(found, [(Severity::Warning, Some(3)), (Severity::Error, Some(4))]);
    assert!(table.problems[1].sentence.contains("has 4 cells, but there are 3 columns"));
}

#[test]
fn a_flood_of_problems_stays_readable() {
    let table = read("t.csv", format!("Name,Owner\n{}", "a,b,c\n".repeat(5000))).unwrap();
    assert_eq!(table.problems.len(), 1001);
    assert!(table.problems[1000].sentence.contains("4000 more problems are not listed, 4000 of them errors"));
}

#[test]
fn an_unclosed_quotation_mark_is_found() {
    let table = read("t.csv", "Name,Note\nA,fine\nB,\"open\nC,x\nD,y\n").unwrap();
    let error = table.problems.iter().find(|p| p.severity == Severity::Error).unwrap();
    assert_eq!(error.line, Some(3));
    assert!(error.sentence.contains("never closed"));
    assert_eq!(read("t.csv", "Name,Size\nA,5\" disk\nB,\"say \"\"hi\"\"\"\n").unwrap().problems, []);
}

#[test]
fn a_huge_cell_is_reported_with_line_and_column_and_kept() {
    let table = read("t.csv", format!("Name,Note\nA,x\nB,{}\n", "ä".repeat(600_000))).unwrap();
    assert_eq!(table.rows[1].cells[1].len(), 1_200_000);
    let problem = &table.problems[0];
    assert_eq!((problem.line, problem.column.as_deref()), (Some(3), Some("Note")));
    assert!(problem.excerpt.len() < 200);
}

#[test]
fn missing_headings_are_noticed() {
    let table = read("t.csv", "Triage,3,2024-01-05\nScreening,7,2023-02-11\nChat,1,2022-12-01\n").unwrap();
    assert!(!table.source.has_header);
    assert_eq!((table.rows.len(), table.headers[2].name.as_str()), (3, "Column 3"));
    assert!(table.problems[0].sentence.contains("looks like a record, not like headings"));
    let options = ReadOptions { header: HeaderMode::Yes, ..ReadOptions::default() };
    assert_eq!(with(b"Triage,3\nScreening,7\n", &options).unwrap().rows.len(), 1);
    let options = ReadOptions { header: HeaderMode::No, ..ReadOptions::default() };
    assert_eq!(with(b"Name,Owner\nA,B\n", &options).unwrap().rows.len(), 2);
}

#[test]
fn years_as_headings_are_headings() {
    let table = read("t.csv", "System,Owner,Unit,Contact,2023\nA,B,C,D,5\nE,F,G,H,6\n").unwrap();
    assert!(table.source.has_header);
}

#[test]
fn title_lines_above_the_headings_are_skipped_and_quoted() {
    let table = read("t.csv", "Inventory of 2024,,,\n,,,\nName,Owner,Place,Stage\nA,B,C,D\nE,F,G,H\n").unwrap();
    assert_eq!((table.headers[0].name.as_str(), table.rows[0].line), ("Name", 4));
    assert!(table.problems[0].sentence.contains("“Inventory of 2024”"));
}

#[test]
fn repeated_heading_lines_are_no_records() {
    let table = read("t.csv", "Name,Owner\nA,B\nName,Owner\nC,D\n").unwrap();
    assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(table.problems[0].line, Some(3));
}

#[test]
fn headings_are_made_unique_even_against_each_other() {
    let table = read("t.csv", "A,A,A (2),,A\n1,2,3,4,5\n").unwrap();
    let names: Vec<&str> = table.headers.iter().map(|header| header.name.as_str()).collect();
    assert_eq!(names, ["A", "A (3)", "A (2)", "Column 4", "A (4)"]);
}

#[test]
fn delimiters_are_detected_around_quotation_marks() {
    for (text, wanted) in [
        ("Name;Price;Note\nA;1,5;\"x;y\"\nB;2,7;z\n", ';'),
        ("Name\tOwner\nA, B\tC\nD\tE\n", '\t'),
        ("Name|Owner\nA|B\n", '|'),
        ("Name,Tags\nA,x;y;z\nB,u;v\nC,w\n", ','),
        ("Name\nA\nB, C\n", ','),
        ("sep=;\nName;Owner\nA;B\n", ';'),
    ] {
        let table = read("t.csv", text).unwrap();
        assert_eq!(csv(&table).0, wanted, "{text}");
        assert_eq!(table.headers[0].name, "Name", "{text}");
    }
    assert_eq!(read("t.csv", "sep=;\nName;Owner\nA;B\n").unwrap().rows[0].line, 3);
}

#[test]
fn encodings_are_detected_or_obeyed() {
    let text = "Name,Ort\nPrüfung,Zürich – Süd\n";
    let wide = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
    for (bytes, encoding, bom) in [
        (text.as_bytes().to_vec(), "UTF-8", false),
        (marked(b"\xEF\xBB\xBF", text.as_bytes().to_vec()), "UTF-8", true),
        (marked(b"\xFF\xFE", wide(text, false)), "UTF-16LE", true),
        (marked(b"\xFE\xFF", wide(text, true)), "UTF-16BE", true),
        (wide(text, false), "UTF-16LE", false),
        (encoding_rs::WINDOWS_1252.encode(text).0.into_owned(), "windows-1252", false),
    ] {
        let table = read("t.csv", bytes).unwrap();
        assert_eq!((csv(&table).1, csv(&table).2), (encoding, bom));
        assert_eq!((table.headers[0].name.as_str(), table.rows[0].cells[1].as_str()), ("Name", "Zürich – Süd"));
    }
    let greek = encoding_rs::ISO_8859_7.encode("Όνομα,Τόπος\nΑθήνα,Βόλος\n").0.into_owned();
    let options = ReadOptions { encoding: Some("iso-8859-7".into()), ..ReadOptions::default() };
    assert_eq!(with(&greek, &options).unwrap().headers[0].name, "Όνομα");
    let options = ReadOptions { encoding: Some("klingon".into()), ..ReadOptions::default() };
    assert!(matches!(with(&greek, &options), Err(ExchangeError::UnknownEncoding { .. })));
}

#[test]
fn a_wrong_encoding_is_reported_with_its_line() {
    let options = ReadOptions { encoding: Some("utf-8".into()), ..ReadOptions::default() };
    let table = with(b"Name,Ort\nA,B\nC,Z\xFCrich\n", &options).unwrap();
    assert_eq!((table.problems[0].severity, table.problems[0].line), (Severity::Error, Some(3)));
    let mixed = format!("Name,Ort\n{}", "Müller,Zürich\n".repeat(20)).into_bytes();
    let table = read("t.csv", [mixed, b"Z\xFCrcher,Bern\n".to_vec()].concat()).unwrap();
    assert_eq!((csv(&table).1, table.rows[20].cells[0].as_str()), ("UTF-8", "Zürcher"));
    assert_eq!(table.problems[0].line, Some(22));
}

#[test]
fn line_ends_of_every_age_are_counted() {
    for end in ["\n", "\r\n", "\r"] {
        let table = read("t.csv", ["Name,Note", "A,\"x\ny\"", "", "B,z"].join(end)).unwrap();
        assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 5], "{end:?}");
    }
}

#[test]
fn markup_and_formulas_are_text() {
    let cells = ["<script>alert(1)</script>", "=HYPERLINK(\"x\")", "{{7*7}}", "שלום 👩‍⚖️ é 漢字"];
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    let table = read("t.csv", format!("A,B,C,D\n{}\n", quoted.join(","))).unwrap();
    assert_eq!(table.rows[0].cells, cells);
}
