//! OSCAL assessment results satisfy NIST's schema and say what was answered.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use common::data;
use conclave_exchange::{
    AssessmentRef, Due, EvidenceRef, FindingRow, FrameworkRef, OSCAL_VERSION, Party, ResultRow, ResultStatus, Results,
    SubjectRef, write_results,
};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use uuid::Uuid;

fn schema() -> Value {
    serde_json::from_slice(&std::fs::read(data("oscal-assessment-results.schema.json")).unwrap()).unwrap()
}

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::options().should_validate_formats(true).build(&schema()).unwrap());

fn at(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 3, day, 9, 30, 0).unwrap()
}

/// A UUID of version 7, as our records have.
fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0195_5555_0000_7000_8000_0000_0000_0000 + number)
}

fn row(number: u128, requirement: &str, status: ResultStatus) -> ResultRow {
    ResultRow {
        uuid: id(number),
        requirement: requirement.into(),
        title: format!("Requirement {requirement}"),
        status,
        statement: "Is it so?".into(),
        comment: String::new(),
        observation: String::new(),
        reason: String::new(),
        owner: String::new(),
        due: None,
        maturity: String::new(),
        target: String::new(),
        reviewed_by: None,
        evidence: Vec::new(),
        collected: None,
    }
}

/// Due on a day that ends an hour before that of Greenwich.
fn due(year: i32, month: u32, day: u32) -> Option<Due> {
    let day = NaiveDate::from_ymd_opt(year, month, day)?;
    Some(Due { day, ends: day.and_hms_opt(22, 59, 59)?.and_utc() })
}

fn sample() -> Results {
    let mut met = row(10, "1.1.a", ResultStatus::Met);
    met.observation = "*Seen* on site:\n- the log".into();
    met.comment = "Good.".into();
    met.reviewed_by = Some(("Ada Byron".into(), at(4)));
    let sha256 = Some("AB".repeat(32));
    met.evidence = vec![EvidenceRef { uuid: id(50), title: "Log".into(), sha256, href: "evidence/the log.txt".into() }];
    let mut partly = row(11, "1.1 b", ResultStatus::Partly);
    (partly.owner, partly.due) = ("Grace Hopper".into(), due(2025, 9, 30));
    (partly.maturity, partly.target, partly.reason) = ("2".into(), "4".into(), "Half of it is missing.".into());
    partly.evidence = met.evidence.clone();
    let finding = FindingRow {
        uuid: id(30),
        title: "No log".into(),
        description: "Nobody keeps one.".into(),
        severity: "high".into(),
        requirement: "1.1.a".into(),
        owner: "Ada Byron".into(),
        due: due(2025, 6, 1),
        closed: false,
    };
    Results {
        uuid: id(1),
        title: "Assessment of Triage".into(),
        version: "3".into(),
        last_modified: at(10),
        parties: vec![Party { uuid: id(2), name: "Ada Byron".into(), organisation: false }],
        assessment: AssessmentRef { uuid: id(3), title: "Spring".into(), start: at(1), end: Some(at(9)) },
        framework: FrameworkRef {
            id: "eu-ai-act".into(),
            title: "AI Act".into(),
            edition: "2024".into(),
            source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj".into(),
        },
        subject: SubjectRef { uuid: id(4), title: "Triage".into() },
        rows: vec![
            met,
            partly,
            row(12, "1.2", ResultStatus::NotMet),
            row(13, "ac-1", ResultStatus::NotApplicable),
            row(14, "1.3", ResultStatus::NotAssessed),
        ],
        findings: vec![finding],
    }
}

fn written(input: &Results) -> Value {
    let value = serde_json::from_slice(&write_results(input).unwrap()).unwrap();
    let wrong: Vec<String> =
        VALIDATOR.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    value
}

fn result(value: &Value) -> &Value {
    &value["assessment-results"]["results"][0]
}

fn all<'v>(value: &'v Value, list: &str, pointer: &str) -> Vec<&'v str> {
    let items = result(value)[list].as_array().unwrap();
    items.iter().map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or("-")).collect()
}

fn prop<'v>(value: &'v Value, name: &str) -> &'v str {
    let found = value["props"].as_array().unwrap().iter().find(|prop| prop["name"] == name);
    found.map_or("-", |prop| prop["value"].as_str().unwrap())
}

#[test]
fn the_schema_is_a_judge_and_of_the_version_that_is_written() {
    assert!(schema()["$id"].as_str().unwrap().contains(&format!("/{OSCAL_VERSION}/")));
    let mut value = written(&sample());
    value["assessment-results"]["metadata"]["title"] = "".into();
    assert!(!VALIDATOR.is_valid(&value));
    let mut value = written(&sample());
    value["assessment-results"]["back-matter"]["resources"][2]["rlinks"][0]["href"] = "a b".into();
    assert!(!VALIDATOR.is_valid(&value), "formats are judged too");
}

#[test]
fn every_status_has_its_state() {
    let value = written(&sample());
    let states = ["satisfied", "not-satisfied", "not-satisfied", "satisfied", "not-satisfied"];
    assert_eq!(all(&value, "findings", "/target/status/state"), states);
    let targets = ["r-1.1.a_obj", "r-1.1-b_obj", "r-1.2_obj", "ac-1_obj", "r-1.1.a_obj"];
    assert_eq!(all(&value, "findings", "/target/target-id"), targets);
    let implemented = ["implemented", "partial", "-", "not-applicable", "-"];
    assert_eq!(all(&value, "findings", "/target/implementation-status/state"), implemented);
    let observed: Vec<_> =
        result(&value)["observations"].as_array().unwrap().iter().map(|o| prop(o, "status")).collect();
    assert_eq!(observed, ["met", "partly-met", "not-met", "not-applicable", "not-assessed"]);
}

#[test]
fn what_nobody_assessed_is_no_finding_and_not_reviewed() {
    let value = written(&sample());
    let selection = &result(&value)["reviewed-controls"]["control-selections"][0];
    let ids = |list: &str| -> Vec<&str> {
        selection[list].as_array().unwrap().iter().map(|c| c["control-id"].as_str().unwrap()).collect()
    };
    assert_eq!(ids("include-controls"), ["r-1.1.a", "r-1.1-b", "r-1.2", "ac-1", "r-1.3"]);
    assert_eq!(ids("exclude-controls"), ["r-1.3"]);
    let mut none = sample();
    none.rows.truncate(1);
    none.rows[0].status = ResultStatus::NotAssessed;
    none.findings.clear();
    assert!(result(&written(&none)).get("findings").is_none());
}

#[test]
fn our_ids_and_words_are_kept_in_properties() {
    let value = written(&sample());
    let finding = &result(&value)["findings"][1];
    let kept = ["id", "requirement", "status", "maturity", "target-maturity", "owner", "due"].map(|n| prop(finding, n));
    assert_eq!(kept, [&id(11).to_string(), "1.1 b", "partly-met", "2", "4", "Grace Hopper", "2025-09-30"]);
    let namespaces: BTreeSet<&str> =
        finding["props"].as_array().unwrap().iter().map(|prop| prop["ns"].as_str().unwrap()).collect();
    assert_eq!(namespaces, BTreeSet::from(["urn:conclave:oscal"]));
    let objective = &value["assessment-results"]["local-definitions"]["objectives-and-methods"][0];
    assert_eq!((prop(objective, "requirement"), &objective["parts"][0]["prose"]), ("1.1.a", &"Is it so?".into()));
}

#[test]
fn what_is_missing_is_a_risk_with_deadline_and_owner() {
    let value = written(&sample());
    assert_eq!(all(&value, "risks", "/deadline"), ["2025-09-30T22:59:59Z", "-", "2025-06-01T22:59:59Z"]);
    assert_eq!(
        all(&value, "risks", "/statement"),
        ["Half of it is missing.", "The requirement is not met.", "Nobody keeps one."]
    );
    let party = &result(&value)["risks"][0]["remediations"][0]["tasks"][0]["responsible-roles"][0]["party-uuids"][0];
    let parties = value["assessment-results"]["metadata"]["parties"].as_array().unwrap();
    let names: Vec<&str> = parties.iter().map(|party| party["name"].as_str().unwrap()).collect();
    assert_eq!((names.as_slice(), &parties[1]["uuid"]), (&["Ada Byron", "Grace Hopper"][..], party));
}

#[test]
fn a_closed_finding_does_not_make_good_an_unmet_requirement() {
    let mut input = sample();
    input.findings[0].closed = true;
    assert_eq!(all(&written(&input), "findings", "/target/status/state")[4], "satisfied");
    input.findings[0].requirement = "1.2".into();
    let value = written(&input);
    assert_eq!(all(&value, "findings", "/target/status/state")[4], "not-satisfied");
    assert_eq!(all(&value, "risks", "/status"), ["open", "open", "closed"]);
}

#[test]
fn a_finding_about_no_requirement_has_an_objective_of_its_own() {
    let mut input = sample();
    input.findings[0].requirement = String::new();
    let value = written(&input);
    let target = all(&value, "findings", "/target/target-id")[4];
    let objectives = value["assessment-results"]["local-definitions"]["objectives-and-methods"].as_array().unwrap();
    assert_eq!(objectives[5]["parts"][0]["id"], target);
    assert_eq!(objectives[5]["parts"][0]["title"], "No single requirement");
}

#[test]
fn evidence_is_one_resource_with_link_and_hash() {
    let value = written(&sample());
    let resources = value["assessment-results"]["back-matter"]["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 3, "plan, framework, one piece for two rows");
    let link = &resources[2]["rlinks"][0];
    assert_eq!(
        (&link["href"], &link["hashes"][0]["value"]),
        (&"evidence/the%20log.txt".into(), &"ab".repeat(32).into())
    );
    let href = format!("#{}", resources[2]["uuid"].as_str().unwrap());
    assert_eq!(all(&value, "observations", "/relevant-evidence/0/href"), [href.as_str(), &href, "-", "-", "-"]);
    assert_eq!(all(&value, "observations", "/methods/0"), ["EXAMINE", "EXAMINE", "UNKNOWN", "UNKNOWN", "UNKNOWN"]);
}

#[test]
fn a_hash_without_a_link_and_a_hash_that_is_none_are_kept_as_said() {
    let mut input = sample();
    input.rows[0].evidence[0].href = String::new();
    input.rows[1].evidence[0].sha256 = Some("unknown".into());
    let value = written(&input);
    let resources = value["assessment-results"]["back-matter"]["resources"].as_array().unwrap();
    assert_eq!((prop(&resources[2], "sha256"), resources[2].get("rlinks")), ("AB".repeat(32).as_str(), None));
    assert_eq!((prop(&resources[3], "sha256"), resources[3]["rlinks"][0].get("hashes")), ("unknown", None));
}

#[test]
fn text_stays_text() {
    let value = written(&sample());
    assert_eq!(all(&value, "observations", "/description")[0], "\\*Seen\\* on site:\n\n\\- the log");
    assert_eq!(all(&value, "observations", "/remarks")[0], "Good.");
    assert_eq!(all(&value, "observations", "/description")[4], "The requirement has not been assessed.");
}

#[test]
fn the_same_input_gives_the_same_bytes_and_every_uuid_once() {
    assert_eq!(write_results(&sample()).unwrap(), write_results(&sample()).unwrap());
    let mut input = sample();
    input.rows[1].uuid = input.rows[0].uuid;
    input.assessment.uuid = input.uuid;
    let value = written(&input);
    let mut seen = BTreeSet::new();
    let mut stack = vec![&value];
    while let Some(value) = stack.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(uuid) = fields.get("uuid").and_then(Value::as_str) {
                    assert!(seen.insert(uuid), "{uuid} stands for two things");
                }
                stack.extend(fields.values());
            }
            Value::Array(items) => stack.extend(items),
            _ => {}
        }
    }
    assert!(seen.len() > 15);
}

#[test]
fn random_uuids_are_kept() {
    let mut input = sample();
    input.uuid = "5a1b7c9e-1f2a-4b3c-8d4e-5f6a7b8c9d0e".parse().unwrap();
    assert_eq!(written(&input)["assessment-results"]["uuid"], input.uuid.to_string());
}

#[test]
fn empty_texts_are_left_out_and_missing_titles_have_a_stand_in() {
    let mut input = sample();
    (input.title, input.version) = (String::new(), " ".into());
    input.rows[0].title = "\n".into();
    input.rows[2].requirement = String::new();
    input.rows[2].title = String::new();
    input.subject.title = "\t".into();
    input.parties[0].name = String::new();
    input.framework = FrameworkRef { id: "".into(), title: "".into(), edition: "".into(), source: "".into() };
    let value = written(&input);
    assert_eq!(value["assessment-results"]["metadata"]["title"], "Assessment results");
    assert_eq!(all(&value, "observations", "/title")[0], "1.1.a");
}

#[test]
fn nothing_to_write_and_impossible_moments_are_refused() {
    let mut input = sample();
    input.rows[0].collected = Some(Utc.with_ymd_and_hms(12, 1, 1, 0, 0, 0).unwrap());
    let error = write_results(&input).unwrap_err().to_string();
    assert!(error.contains("lies outside the years 1900 to 2999"), "{error}");
    input.rows.clear();
    let error = write_results(&input).unwrap_err().to_string();
    assert!(error.starts_with("An assessment without requirements cannot be written"), "{error}");
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,20}",
        "[\0\t\r\n\u{1c}\u{85}\u{a0}\u{2028}\u{feff}\u{fffe} a*\\[{]{0,8}",
        "(https?|file|x)?(:|//|:[0-9]|/|#|%|\\[|@| |a|é|\\\\){0,8}",
    ]
}

proptest! {
    #[test]
    fn any_text_satisfies_the_schema(texts in prop::collection::vec(any_text(), 24), year in -3000_i32..4000) {
        let mut input = sample();
        let mut texts = texts.into_iter();
        for row in input.rows.iter_mut().take(2) {
            let fields = [
                &mut row.requirement, &mut row.title, &mut row.statement, &mut row.comment, &mut row.observation,
                &mut row.reason, &mut row.owner, &mut row.maturity,
            ];
            fields.into_iter().zip(texts.by_ref()).for_each(|(field, text)| *field = text);
            row.due = due(year, 2, 28);
            for piece in &mut row.evidence {
                [&mut piece.title, &mut piece.href].into_iter().zip(texts.by_ref()).for_each(|(field, text)| *field = text);
            }
        }
        let finding = &mut input.findings[0];
        let fields = [&mut finding.title, &mut finding.description, &mut finding.severity, &mut input.framework.source];
        fields.into_iter().zip(texts).for_each(|(field, text)| *field = text);
        written(&input);
    }
}
