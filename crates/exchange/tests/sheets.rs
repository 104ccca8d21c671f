//! Workbooks hold text, look as asked for and open everywhere.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use calamine::{Data, Reader, Xlsx};
use conclave_exchange::{Sheet, write_sheets};
use proptest::prelude::*;
use std::io::{Cursor, Read};

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_string()).collect()
}

fn sheet(name: &str, rows: Vec<Vec<String>>) -> Sheet {
    Sheet { name: name.into(), headers: texts(&["Name", "Note"]), rows, widths: Vec::new(), notes: Vec::new() }
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn names(sheets: &[Sheet]) -> Vec<String> {
    open(write_sheets("T", sheets).unwrap()).sheet_names()
}

/// A part of the package, as it lies there.
fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    package.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn cell(bytes: &[u8], row: u32, column: u32) -> Data {
    let mut book = open(bytes.to_vec());
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.get_value((row, column)).cloned().unwrap_or_default()
}

#[test]
fn cells_are_text_never_formulas_numbers_or_links() {
    let risky =
        ["=1+1", "+49", "-5", "@SUM(A1)", "{=1}", "1.10", "2024-01-02", "TRUE", "https://a.example", "'x", "\t=1"];
    let rows: Vec<Vec<String>> = risky.iter().map(|text| texts(&["x", text])).collect();
    let bytes = write_sheets("T", &[sheet("S", rows)]).unwrap();
    for (row, text) in (1_u32..).zip(risky) {
        assert_eq!(cell(&bytes, row, 1), Data::String(text.into()));
    }
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!xml.contains("<f>") && !xml.contains("<f ") && !xml.contains("hyperlink"), "{xml}");
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""), "an edited cell stays text");
}

#[test]
fn a_table_is_ready_to_read_and_to_print() {
    let mut wanted = sheet("Findings", vec![texts(&["a", "b"]), texts(&["c"])]);
    (wanted.notes, wanted.widths) = (texts(&["Made on 1 March", "For the board"]), vec![12.0, f64::NAN]);
    let bytes = write_sheets("R&D", &[wanted]).unwrap();
    assert_eq!(cell(&bytes, 1, 0), Data::String("For the board".into()));
    assert_eq!(cell(&bytes, 3, 0), Data::String("Name".into()));
    assert_eq!(cell(&bytes, 5, 0), Data::String("c".into()));
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    for expected in [
        "<pane ySplit=\"4\" topLeftCell=\"A5\"",
        "state=\"frozen\"",
        "<autoFilter ref=\"A4:B6\"/>",
        "paperSize=\"9\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "<pageSetUpPr fitToPage=\"1\"/>",
        "numberStoredAsText=\"1\"",
        "&amp;LR&amp;&amp;D&amp;R&amp;A",
    ] {
        assert!(xml.contains(expected), "{expected} is not in {xml}");
    }
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("_xlnm.Print_Titles") && book.contains("Findings!$4:$4"), "{book}");
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("<b/>") && styles.contains("wrapText=\"1\""), "{styles}");
    assert!(part(&bytes, "docProps/core.xml").contains("<dc:title>R&amp;D</dc:title>"));
}

#[test]
fn widths_follow_the_content_within_bounds() {
    let rows = vec![texts(&["x", &"long ".repeat(100)]), texts(&["y", "z", "a third column"])];
    let bytes = write_sheets("T", &[sheet("S", rows)]).unwrap();
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    let widths: Vec<f64> =
        xml.split(" width=\"").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
    assert_eq!(widths.iter().map(|width| width.round()).collect::<Vec<_>>(), [10.0, 61.0, 17.0]);
}

#[test]
fn names_of_sheets_become_legal_and_differ() {
    let wanted =
        ["A/B:C*?[x]\\", "", "'quoted'", "History", "a b c x", "  ", &"é".repeat(40), &"é".repeat(40), "📈📈\0📈"];
    let sheets: Vec<Sheet> = wanted.iter().map(|name| sheet(name, Vec::new())).collect();
    let found = names(&sheets);
    let long = "é".repeat(31);
    let second = format!("{} (2)", "é".repeat(27));
    assert_eq!(
        found,
        ["A B C x", "Sheet", "quoted", "History (2)", "a b c x (2)", "Sheet (2)", &long, &second, "📈📈 📈"]
    );
    assert!(names(&[sheet(&"📈".repeat(20), Vec::new())])[0].encode_utf16().count() <= 31);
}

#[test]
fn a_cell_that_is_too_long_is_cut_with_a_mark() {
    let whole = "x".repeat(32_767);
    let rows = vec![texts(&[&whole, &format!("{whole}y")]), texts(&[&"📈".repeat(20_000)])];
    let bytes = write_sheets("T", &[sheet("S", rows)]).unwrap();
    assert_eq!(cell(&bytes, 1, 0), Data::String(whole));
    for (row, column) in [(1, 1), (2, 0)] {
        let Data::String(cut) = cell(&bytes, row, column) else { panic!("no text") };
        assert!(cut.encode_utf16().count() <= 32_767);
        let (kept, mark) = cut.split_once("… [").unwrap();
        let more: usize = mark.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(kept.chars().count() + more, if row == 1 { 32_768 } else { 20_000 });
        assert!(mark.ends_with("more characters do not fit into a cell]"));
    }
}

#[test]
fn control_characters_become_visible_and_line_breaks_stay() {
    let rows = vec![texts(&["a\0b\u{1b}[0m\u{7f}\u{85}\u{ffff}", "one\r\ntwo\rthree\n_x0041_"])];
    let bytes = write_sheets("T\u{1}", &[sheet("S", rows)]).unwrap();
    assert_eq!(cell(&bytes, 1, 0), Data::String("a␀b␛[0m␡\u{fffd}\u{fffd}".into()));
    assert_eq!(cell(&bytes, 1, 1), Data::String("one\ntwo\nthree\n_x0041_".into()));
}

#[test]
fn a_sheet_may_have_no_rows_or_no_table() {
    let notes = Sheet { name: "About".into(), notes: texts(&["=only this"]), ..Sheet::default() };
    let bytes = write_sheets("", &[notes, sheet("Empty", Vec::new()), Sheet::default()]).unwrap();
    assert_eq!(cell(&bytes, 0, 0), Data::String("=only this".into()));
    assert_eq!(open(bytes).sheet_names(), ["About", "Empty", "Sheet"]);
}

#[test]
fn what_no_workbook_holds_is_refused() {
    let error = write_sheets("T", &[]).unwrap_err().to_string();
    assert!(error.starts_with("A workbook without sheets cannot be written. Nothing was written;"), "{error}");
    let wide = sheet("W", vec![vec![String::new(); 16_385]]);
    let error = write_sheets("T", &[wide]).unwrap_err().to_string();
    assert!(error.starts_with("The sheet “W” has 16385 columns; a worksheet has at most 16384."), "{error}");
    let error = write_sheets("T", &[sheet("L", vec![Vec::new(); 1_048_576])]).unwrap_err().to_string();
    assert!(error.contains("has 1048577 rows"), "{error}");
}

proptest! {
    #[test]
    fn any_text_comes_back(rows in prop::collection::vec(prop::collection::vec("\\PC{0,12}|[=+@'\\-&<>\"_x0041\n ]{0,12}", 2), 1..6)) {
        let bytes = write_sheets("T", &[sheet("S", rows.clone())]).unwrap();
        for (row, cells) in (1_u32..).zip(&rows) {
            for (column, text) in (0_u32..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                prop_assert_eq!(cell(&bytes, row, column), Data::String(text.clone()));
            }
        }
    }
}
