//! What is written comes back as it was, and harmless.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::go_on;
use conclave_exchange::{CsvOptions, HeaderMode, ReadOptions, inert, plain, read_bytes, read_date, write_csv};
use proptest::prelude::*;

/// Any text without zero bytes, with the characters that hurt more often than by chance.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\0]{0,12}",
        "[\"',;=+@\\-\t\r\n a-c]{0,10}",
        Just("شكرا 👩‍⚖️ e\u{301} 漢字".to_string()),
        Just("'=1".to_string())
    ]
}

fn written(headers: &[String], rows: &[Vec<String>], options: CsvOptions) -> Vec<u8> {
    let mut out = Vec::new();
    write_csv(&mut out, headers, rows, options).unwrap();
    out
}

proptest! {
    #[test]
    fn a_written_table_reads_back_cell_by_cell(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..8),
        delimiter in prop::sample::select(vec![b',', b';', b'\t']),
    ) {
        let headers = ["Name", "=sum", "line\nbreak"].map(String::from);
        let bytes = written(&headers, &rows, CsvOptions { bom: true, delimiter });
        let options = ReadOptions { delimiter: Some(delimiter), header: HeaderMode::Yes, ..ReadOptions::default() };
        // Records without any content are not records.
        let kept: Vec<&Vec<String>> = rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        let Ok(table) = read_bytes("t.csv", bytes, &options, &mut go_on) else {
            prop_assert!(kept.is_empty());
            return Ok(());
        };
        prop_assert_eq!(table.headers[1].original.as_str(), "'=sum");
        prop_assert_eq!(table.rows.len(), kept.len());
        for (read, wrote) in table.rows.iter().zip(kept) {
            prop_assert!(read.cells.len() <= wrote.len());
            for (column, original) in wrote.iter().enumerate() {
                let cell = read.cell(column);
                prop_assert_eq!(cell, inert(original));
                prop_assert_eq!(plain(cell), original);
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }
        prop_assert_eq!(table.problems, vec![]);
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(table) = read_bytes("t.csv", bytes, &ReadOptions::default(), &mut go_on) {
            prop_assert!(!table.rows.is_empty() && !table.headers.is_empty());
        }
    }

    #[test]
    fn any_text_gets_an_answer_as_a_date(text in "[0-9a-zA-Z/.:, \\-]{0,20}|\\PC{0,20}") {
        let _ = read_date(&text, None);
    }
}

#[test]
fn the_mark_and_the_line_ends_are_those_that_spreadsheets_expect() {
    let headers = ["Name".to_string(), "Note".to_string()];
    let rows = [vec!["Zürich".to_string(), "a\0b".to_string()]];
    assert_eq!(written(&headers, &rows, CsvOptions::default()), "\u{FEFF}Name,Note\r\nZürich,a␀b\r\n".as_bytes());
    assert!(written(&headers, &rows, CsvOptions { bom: false, delimiter: b';' }).starts_with(b"Name;Note\r\n"));
}
