//! Workbooks as spreadsheet programs write them, and files that only look like one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{go_on, read};
use conclave_exchange::{ExchangeError, Format, ReadOptions, Table, read_bytes};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Formula, Workbook};
use std::io::Write;

fn sheet_of(table: &Table) -> &str {
    match &table.source.format {
        Format::Workbook { sheet, .. } => sheet,
        Format::Csv { .. } => panic!("no workbook"),
    }
}

fn sample() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cover").unwrap();
    let sheet = book.add_worksheet().set_name("Systems").unwrap();
    let date = CellFormat::new().set_num_format("yyyy-mm-dd");
    let moment = CellFormat::new().set_num_format("yyyy-mm-dd hh:mm");
    sheet.write(1, 0, "Name").unwrap().write(1, 1, "Count").unwrap().write(1, 2, "Since").unwrap();
    sheet.write(1, 3, "Seen").unwrap().write(1, 4, "Share").unwrap().write(1, 5, "Live").unwrap();
    sheet.write(1, 6, "Name").unwrap();
    sheet.write(2, 0, "Triage\nsecond line").unwrap().write(2, 1, 42).unwrap();
    sheet.write_with_format(2, 2, ExcelDateTime::from_ymd(2024, 2, 29).unwrap(), &date).unwrap();
    let seen = ExcelDateTime::from_ymd(2024, 3, 1).unwrap().and_hms(13, 30, 0).unwrap();
    sheet.write_with_format(2, 3, seen, &moment).unwrap();
    sheet.write(2, 4, 0.1 + 0.2).unwrap().write(2, 5, true).unwrap();
    sheet.write(4, 0, "Screening").unwrap().write(4, 6, "=not a formula").unwrap();
    sheet.write_formula(4, 1, Formula::new("=A9").set_result("#REF!")).unwrap();
    sheet.write_formula(4, 4, Formula::new("=1/3").set_result("0.333333333333333")).unwrap();
    let other = book.add_worksheet().set_name("Notes").unwrap();
    other.write(0, 0, "A").unwrap().write(0, 1, "B").unwrap().write(1, 0, "x").unwrap().write(1, 1, "y").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn cells_are_text_as_a_person_sees_them() {
    let table = read("inventory.xlsx", sample()).unwrap();
    assert_eq!(sheet_of(&table), "Systems");
    let row = &table.rows[0];
    assert_eq!(row.line, 3);
    assert_eq!(row.cells, ["Triage\nsecond line", "42", "2024-02-29", "2024-03-01T13:30:00", "0.3", "TRUE"]);
    assert_eq!((table.rows[1].line, table.rows[1].cells[6].as_str()), (5, "=not a formula"));
    assert_eq!(table.headers[6].name, "Name (2)");
}

#[test]
fn formulas_give_their_stored_results_and_errors_stay_text() {
    let table = read("inventory.xlsx", sample()).unwrap();
    assert_eq!(table.rows[1].cells[1], "#REF!");
    assert!(table.rows[1].cells[4].starts_with("0.3333"));
}

#[test]
fn the_first_sheet_with_content_is_read_and_the_others_are_named() {
    let table = read("inventory.xlsx", sample()).unwrap();
    assert!(
        table.problems[0]
            .sentence
            .contains("Only the sheet “Systems” was read; the workbook also has “Cover”, “Notes”")
    );
    let options = ReadOptions { sheet: Some("notes".into()), ..ReadOptions::default() };
    let table = read_bytes("inventory.xlsx", sample(), &options, &mut go_on).unwrap();
    assert_eq!((sheet_of(&table), table.problems.len()), ("Notes", 0));
    let options = ReadOptions { sheet: Some("None".into()), ..ReadOptions::default() };
    let error = read_bytes("inventory.xlsx", sample(), &options, &mut go_on).unwrap_err().to_string();
    assert!(error.contains("no sheet named “None”; its sheets are “Cover”, “Systems”, “Notes”"), "{error}");
}

#[test]
fn a_workbook_is_known_by_its_content_not_by_its_name() {
    assert_eq!(sheet_of(&read("inventory.csv", sample()).unwrap()), "Systems");
    let error = read("inventory.xlsx", "Name,Owner\nA,B\n").unwrap_err().to_string();
    assert!(error.starts_with("inventory.xlsx is named like a workbook, but is a text file."), "{error}");
    let error = read("old.xls", "<html><table></table></html>").unwrap_err().to_string();
    assert!(error.contains("is a web page (HTML)"), "{error}");
}

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn other_packages_are_named() {
    let word = package(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]);
    assert!(read("a.xlsx", word).unwrap_err().to_string().contains("but is a Word document"));
    let archive = package(&[("readme.txt", b"hello")]);
    assert!(read("a.csv", archive).unwrap_err().to_string().contains("is a ZIP archive, not a table"));
    let hollow = package(&[("[Content_Types].xml", b"<x/>"), ("xl/styles.xml", b"<x/>")]);
    assert!(matches!(read("a.xlsx", hollow), Err(ExchangeError::DamagedWorkbook { .. })));
}

#[test]
fn workbooks_of_other_formats_and_with_passwords_are_named() {
    let open_document =
        package(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<x/>")]);
    let error = read("a.ods", open_document).unwrap_err().to_string();
    assert_eq!(
        error,
        "a.ods is an OpenDocument file (ODS), which cannot be read. Open it in a spreadsheet program, save it as XLSX \
         and import that."
    );
    let binary = package(&[("xl/workbook.bin", b"x")]);
    assert!(read("a.xlsb", binary).unwrap_err().to_string().contains("a binary workbook (XLSB)"));
    // A compound file as far as it matters: its mark, and one entry of its directory.
    let compound = |part: &str| -> Vec<u8> {
        let name: Vec<u8> = part.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 1016], &name].concat()
    };
    let error = read("a.xlsx", compound("EncryptedPackage")).unwrap_err();
    assert!(matches!(error, ExchangeError::PasswordProtected { .. }), "{error}");
    assert!(read("a.xls", compound("Workbook")).unwrap_err().to_string().contains("before 2007 (XLS)"));
    assert!(read("a.csv", compound("WordDocument")).unwrap_err().to_string().contains("an old Office document"));
}

#[test]
fn a_formula_without_a_stored_result_is_read_as_its_text() {
    let sheet = br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="inlineStr"><is><t>Sum</t></is></c></row>
        <row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c><c r="B2"><f>1+1</f></c></row>
        </sheetData></worksheet>"#;
    let book = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
        <sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let root = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
        Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        Target="xl/workbook.xml"/></Relationships>"#;
    let links = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
        Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        Target="worksheets/sheet1.xml"/></Relationships>"#;
    let bytes = package(&[
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    let table = read("a.xlsx", bytes).unwrap();
    assert_eq!(table.rows[0].cells, ["A", "=1+1"]);
    assert_eq!((table.problems[0].line, table.problems[0].column.as_deref()), (Some(2), Some("Sum")));
}

#[test]
fn a_damaged_workbook_is_refused_at_every_cut_and_never_panics() {
    let bytes = sample();
    for cut in (4..bytes.len()).step_by(bytes.len() / 40) {
        let error = read("a.xlsx", &bytes[..cut]).unwrap_err();
        assert!(matches!(error, ExchangeError::DamagedWorkbook { .. }), "cut at {cut}: {error}");
    }
    for at in (0..bytes.len()).step_by(bytes.len() / 60) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0xFF;
        // A flipped byte in a time stamp harms nothing: all that is asked is an answer.
        let _ = read("a.xlsx", flipped);
    }
}

#[test]
fn a_workbook_that_swells_is_refused() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let fast = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    zip.start_file("xl/workbook.xml", fast).unwrap();
    let block = vec![b' '; 1024 * 1024];
    for _ in 0..260 {
        zip.write_all(&block).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 4_000_000);
    let error = read("bomb.xlsx", bytes).unwrap_err();
    assert!(matches!(error, ExchangeError::Swells { .. }), "{error}");
}

#[test]
fn a_cell_in_the_far_corner_costs_no_grid() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Name").unwrap().write(1, 0, "A").unwrap().write(1_048_575, 0, "Z").unwrap();
    let table = read("a.xlsx", book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 1_048_576]);
}

#[test]
fn an_empty_workbook_is_refused() {
    let mut book = Workbook::new();
    book.add_worksheet();
    assert!(matches!(read("a.xlsx", book.save_to_buffer().unwrap()), Err(ExchangeError::Empty { .. })));
}
