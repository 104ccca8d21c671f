//! Proposing, keeping and applying a mapping.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{read, system_fields, unmapped};
use conclave_exchange::{
    ChoiceTarget, ColumnMap, ExchangeError, FieldKind, Mapping, Severity, Table, TargetField, apply, choices_seen,
    propose, propose_key,
};
use std::collections::BTreeMap;

fn targets(table: &Table, fields: &[TargetField]) -> Vec<Option<String>> {
    propose(table, fields).columns.into_iter().map(|column| column.target).collect()
}

fn mapping(columns: &[(&str, &str)]) -> Mapping {
    let columns = columns
        .iter()
        .map(|(header, target)| ColumnMap { target: Some((*target).to_string()), ..ColumnMap::unmapped(*header) })
        .collect();
    Mapping { format_version: 1, name: "test".into(), key: Vec::new(), columns }
}

#[test]
fn columns_of_another_inventory_are_recognised() {
    let table = read(
        "t.csv",
        "AI system;Department;Description;Status;Start date;Contains PII;Supplier;Cost centre\n\
         Triage;Health;Sorts letters.;Live;14.3.2024;ja;Acme;77\nScreening;People;Ranks letters.;Pilot;1.2.2024;nein;Bolt;78\n",
    )
    .unwrap();
    let wanted = ["name", "organisation", "purpose", "stage", "initiated", "personal_data", "contracts"];
    let found = targets(&table, &system_fields());
    assert_eq!(found[..7], wanted.map(|key| Some(key.to_string())));
    assert_eq!(found[7], None);
}

#[test]
fn a_column_whose_cells_contradict_the_field_is_not_proposed() {
    let fields = [TargetField::new("started", "Start date", FieldKind::Date, &["start"])];
    let table = read("t.csv", "Name,Start of work\nA,in the north hall\nB,in the south hall\n").unwrap();
    assert_eq!(targets(&table, &fields), [None, None]);
}

#[test]
fn a_mapping_survives_its_file_and_can_be_written_by_hand() {
    let table = read("t.csv", "Name,Stage of Development\nA,Acquisition and early Development\nB,Retired\n").unwrap();
    let proposed = propose(&table, &system_fields());
    assert_eq!(proposed.columns[1].choices["Acquisition and early Development"], "development");
    assert_eq!(Mapping::from_toml(&proposed.to_toml().unwrap()).unwrap(), proposed);
    let short = "format_version = 1\n[[columns]]\nheader = \"Name\"\ntarget = \"name\"\n";
    assert_eq!(Mapping::from_toml(short).unwrap().columns[0].confidence, 1.0);
}

#[test]
fn a_broken_mapping_file_is_refused_with_its_line() {
    let error = Mapping::from_toml("format_version = 1\nname = \"x\"\n[[columns]]\nheadr = \"Name\"\n").unwrap_err();
    assert!(matches!(error, ExchangeError::BadMapping { line: Some(4), .. }), "{error}");
    let error = Mapping::from_toml("format_version = 1\nname = \n").unwrap_err().to_string();
    assert!(error.starts_with("Line 2 of the mapping file"), "{error}");
    let newer = Mapping::from_toml("format_version = 9\nnovelty = true\n").unwrap_err();
    assert!(matches!(newer, ExchangeError::NewerMapping { found: 9, known: 1 }));
    let twice = "format_version = 1\n[[columns]]\nheader = \"A\"\n[[columns]]\nheader = \"A\"\n";
    assert!(Mapping::from_toml(twice).unwrap_err().to_string().contains("“A” is named twice"));
}

#[test]
fn a_mapping_that_does_not_fit_the_table_says_where() {
    let table = read("t.csv", "Name,Owner,Remarks\nA,B,C\n").unwrap();
    let fields = system_fields();
    let mut wrong = mapping(&[
        ("Gone", "bureau"),
        ("Owner", "no_such_field"),
        ("Remarks", "organisation"),
        ("NAME", "organisation"),
    ]);
    wrong.key = vec!["Number".into()];
    let found: Vec<(Severity, String)> =
        wrong.check(&table, &fields).into_iter().map(|problem| (problem.severity, problem.sentence)).collect();
    let has = |severity, part: &str| found.iter().any(|(s, text)| *s == severity && text.contains(part));
    assert!(has(Severity::Error, "the field “no_such_field”, which does not exist"));
    assert!(has(Severity::Warning, "takes “bureau” from this column, but the file has none"));
    assert!(has(Severity::Error, "2 columns are mapped to “organisation”"));
    assert!(has(Severity::Error, "No column is mapped to “Name”"));
    assert!(has(Severity::Error, "identifies records by this column"));
    assert_eq!(found.len(), 5, "{found:?}");
    let applied = apply(&table, &wrong, &fields);
    assert_eq!(applied.rows[0].key, "");
    assert_eq!(unmapped(&applied.rows[0], "Owner"), Some("B"));
}

#[test]
fn columns_unknown_to_the_mapping_stay_source_values() {
    let table = read("t.csv", "Name,New column\nA,B\n").unwrap();
    let applied = apply(&table, &mapping(&[("name", "name")]), &system_fields());
    assert_eq!(applied.rows[0].values["name"], "A");
    assert_eq!(unmapped(&applied.rows[0], "New column"), Some("B"));
    assert_eq!(applied.problems.len(), 1);
}

#[test]
fn several_columns_append_to_paragraphs_and_lists_only() {
    let table = read("t.csv", "Name,Why,Benefit,Contract,Other contract\nA,Because.,Faster.,X1; X2,\"[\"\"X3\"\"]\"\n")
        .unwrap();
    let map = mapping(&[
        ("Name", "name"),
        ("Why", "purpose"),
        ("Benefit", "purpose"),
        ("Contract", "contracts"),
        ("Other contract", "contracts"),
    ]);
    let applied = apply(&table, &map, &system_fields());
    assert_eq!(applied.problems, []);
    assert_eq!(applied.rows[0].values["purpose"], "Because.\n\nFaster.");
    assert_eq!(applied.rows[0].values["contracts"], "X1\nX2\nX3");
}

#[test]
fn a_record_without_a_required_field_is_an_error() {
    let table = read("t.csv", "Name,Owner\n,B\nC,D\n").unwrap();
    let applied = apply(&table, &mapping(&[("Name", "name"), ("Owner", "bureau")]), &system_fields());
    let problem = &applied.rows[0].problems[0];
    assert_eq!((problem.severity, problem.line, problem.column.as_deref()), (Severity::Error, Some(2), Some("Name")));
    assert!(applied.rows[1].problems.is_empty());
}

#[test]
fn dates_whose_day_and_month_cannot_be_told_apart_are_kept_unless_the_mapping_decides() {
    let table = read("t.csv", "Name,Started\nA,3/4/2024\nB,5/6/2024\n").unwrap();
    let mut map = mapping(&[("Name", "name"), ("Started", "initiated")]);
    let row = apply(&table, &map, &system_fields()).rows.remove(0);
    assert_eq!((row.values.get("initiated"), unmapped(&row, "Started")), (None, Some("3/4/2024")));
    assert!(row.problems[0].sentence.contains("cannot be told apart"));
    map.columns[1].date_order = Some(conclave_exchange::DateOrder::DayFirst);
    let row = apply(&table, &map, &system_fields()).rows.remove(0);
    assert_eq!((row.values["initiated"].as_str(), row.unmapped.len()), ("2024-04-03", 0));
}

#[test]
fn the_order_of_one_date_column_helps_the_others() {
    let table = read("t.csv", "Name,Date initiated,Date retired\nA,3/24/2024,5/6/2024\n").unwrap();
    let fields = system_fields();
    let rows = apply(&table, &propose(&table, &fields), &fields).rows;
    assert_eq!(rows[0].values["retired"], "2024-05-06");
}

#[test]
fn choices_are_read_by_name_and_by_the_mappings_words() {
    let table = read("t.csv", "Name,Stage\nA,OPERATION\nB,Zombie\nC,Unknown\nD,Ideation\nE,Limbo\n").unwrap();
    let mut map = mapping(&[("Name", "name"), ("Stage", "stage")]);
    map.columns[1].choices = BTreeMap::from([("zombie".into(), "retired".into()), ("Limbo".into(), String::new())]);
    let rows = apply(&table, &map, &system_fields()).rows;
    let stages: Vec<Option<&str>> = rows.iter().map(|row| row.values.get("stage").map(String::as_str)).collect();
    assert_eq!(stages, [Some("operation"), Some("retired"), None, Some("design"), None]);
    assert_eq!(unmapped(&rows[1], "Stage"), Some("Zombie"), "translated words stay beside the choice");
    assert_eq!(rows.iter().map(|row| row.problems.len()).sum::<usize>(), 0);
    map.columns[1].choices.insert("Ideation".into(), "nonsense".into());
    assert!(map.check(&table, &system_fields())[0].sentence.contains("no choice of “Lifecycle stage”"));
}

#[test]
fn denied_words_are_not_taken_for_the_choice() {
    let choices = [ChoiceTarget::new("safety", "Safety-impacting", &[])];
    let table = read("t.csv", "Name,Impact\nA,Not safety-impacting\nB,safety impacting (new)\n").unwrap();
    let seen = choices_seen(&table, 1, &choices);
    assert_eq!(seen[0], ("Not safety-impacting".to_string(), 1, None));
    assert_eq!(seen[1].2.as_deref(), Some("safety"));
}

#[test]
fn yes_and_no_that_say_more_keep_their_words() {
    let table = read("t.csv", "Name,PII\nA,Yes – on request\nB,No.\nC,perhaps\nD,X\n").unwrap();
    let rows = apply(&table, &mapping(&[("Name", "name"), ("PII", "personal_data")]), &system_fields()).rows;
    assert_eq!(
        (rows[0].values["personal_data"].as_str(), unmapped(&rows[0], "PII")),
        ("true", Some("Yes – on request"))
    );
    assert_eq!((rows[1].values["personal_data"].as_str(), rows[1].unmapped.len()), ("false", 0));
    assert_eq!(rows[2].problems[0].excerpt, "perhaps");
    assert_eq!(rows[3].values["personal_data"], "true");
}

#[test]
fn spreadsheet_errors_never_become_values() {
    let table = read("t.csv", "Name,Bureau\nA,#REF!\n").unwrap();
    let rows = apply(&table, &mapping(&[("Name", "name"), ("Bureau", "bureau")]), &system_fields()).rows;
    assert!(!rows[0].values.contains_key("bureau"));
    assert!(rows[0].problems[0].sentence.contains("#REF!"));
}

#[test]
fn cells_beyond_the_last_heading_stay_with_the_record() {
    let table = read("t.csv", "Name,Owner\nA,B,C\n").unwrap();
    let rows = apply(&table, &mapping(&[("Name", "name"), ("Owner", "bureau")]), &system_fields()).rows;
    assert_eq!(unmapped(&rows[0], "Column 3"), Some("C"));
}

#[test]
fn keys_prefer_identifiers_then_names_then_names_with_owners() {
    let key = |text: &str| propose_key(&read("t.csv", text).unwrap());
    assert_eq!(key("Name,System ID\nA,1\nA,2\n").headers, ["System ID"]);
    assert_eq!(key("Owner,Name\nX,A\nX,B\n").headers, ["Name"]);
    assert_eq!(key("Owner,Name,Started\nX,A,a\nY,A,b\nY,B,c\n").headers, ["Owner", "Name"]);
    assert_eq!(key("Remark,Stage\nx,1a\nx,1a\n").headers, Vec::<String>::new());
}

#[test]
fn repeated_keys_are_numbered_and_reported() {
    let table = read("t.csv", "Name,Owner\nChat  bot,X|Y\nCHAT BOT,x|y\n").unwrap();
    let mut map = mapping(&[("Name", "name"), ("Owner", "bureau")]);
    map.key = vec!["Name".into(), "Owner".into()];
    let rows = apply(&table, &map, &system_fields()).rows;
    assert_eq!(rows[0].key, "chat bot | x\\|y");
    assert_eq!(rows[1].key, "chat bot | x\\|y #2");
    assert!(rows[1].problems[0].sentence.contains("the one on line 2"));
}
