//! The verbs about frameworks, assessments over time and gates, on real catalogues.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_tests::{Cli, Home, Output, project};
use serde_json::{Value, json};

const WORDS: &str = "violet harbour counts nine lanterns";

fn place() -> (Home, Cli) {
    let home = Home::new();
    let cli = Cli::new(&home).passphrase(WORDS);
    cli.run(&["new", "board", "--sample"]).done();
    (home, cli)
}

#[track_caller]
fn refused(output: Output, about: &str) {
    let output = output.ended_with(2);
    assert!(output.stderr.contains(about), "{about:?} is not in {:?}", output.stderr);
    assert!(!output.stderr.contains("panicked"), "{}", output.stderr);
}

fn data(name: &str) -> std::path::PathBuf {
    project().join("crates/exchange/tests/data").join(name)
}

/// A catalogue as large as NIST SP 800-53: 20 families with 60 controls each, parameters and guidance.
fn large_catalogue() -> Value {
    let control = |family: usize, n: usize| {
        let id = format!("f{family}-{n}");
        json!({
            "id": id, "title": format!("Control {n} of family {family}"),
            "params": [{"id": format!("{id}_prm_1"), "label": "frequency decided by the organisation"}],
            "props": [{"name": "label", "value": id.to_uppercase()}],
            "parts": [
                {"id": format!("{id}_smt"), "name": "statement", "prose": format!("Do this {{{{ insert: param, {id}_prm_1 }}}}.")},
                {"id": format!("{id}_gdn"), "name": "guidance", "prose": "What it means in practice. ".repeat(150)},
            ],
        })
    };
    let group = |f: usize| {
        let controls: Vec<Value> = (1..=60).map(|n| control(f, n)).collect();
        json!({"id": format!("f{f}"), "class": "family", "title": format!("Family {f}"), "controls": controls})
    };
    json!({"catalog": {
        "uuid": "a0000000-0000-4000-8000-000000000001",
        "metadata": {"title": "Large catalogue", "last-modified": "2026-01-02T03:04:05Z", "version": "5.2", "oscal-version": "1.1.2"},
        "groups": (1..=20).map(group).collect::<Vec<_>>(),
    }})
}

#[test]
fn catalogues_become_frameworks_that_can_be_assessed() {
    let (home, cli) = place();
    std::fs::copy(data("oscal-basic-catalog.json"), home.file("basic.json")).unwrap();
    let large = serde_json::to_vec(&large_catalogue()).unwrap();
    assert!(large.len() > 4_000_000);
    std::fs::write(home.file("large.json"), large).unwrap();
    let dry = cli.run(&["framework", "board", "import", "basic.json", "--dry-run"]).done();
    assert!(dry.stdout.contains("nothing was kept"), "{}", dry.stdout);
    cli.run(&["import", "board", "basic.json", "--as", "framework"]).done();
    let kept = cli.run(&["framework", "board", "import", "large.json"]).done();
    assert!(kept.stdout.contains("1200 requirements"), "{}", kept.stdout);
    refused(cli.run(&["framework", "board", "import", "large.json"]), "already holds");
    let list = cli.run(&["framework", "board", "list", "--json"]).done().json();
    let own: Vec<&Value> = list.as_array().unwrap().iter().filter(|l| l["own"] == true).collect();
    assert_eq!((own.len(), list.as_array().unwrap().len() - own.len()), (2, 17));
    let found = cli.run(&["framework", "board", "find", "decided by the organisation", "--json"]).done().json();
    assert!(!found.as_array().unwrap().is_empty(), "parameters are put into the text");
    cli.run(&["framework", "board", "remove", "large-catalogue", "5.2"]).done();
    cli.run(&["check", "board"]).done();
}

#[test]
fn what_is_no_catalogue_is_refused_in_a_sentence() {
    let (home, cli) = place();
    let whole = std::fs::read_to_string(data("oscal-basic-catalog.json")).unwrap();
    let mut circle: Value = large_catalogue();
    circle["catalog"]["groups"][0]["controls"][0]["params"] = json!([
        {"id": "p-1", "label": "{{ insert: param, p-2 }}"}, {"id": "p-2", "label": "{{ insert: param, p-1 }}"},
    ]);
    circle["catalog"]["groups"][0]["controls"][0]["parts"][0]["prose"] = json!("Do {{ insert: param, p-1 }}.");
    let mut twice = large_catalogue();
    twice["catalog"]["groups"][1]["controls"][0]["id"] = json!("f1-1");
    let mut deep = json!({"id": "c", "title": "deepest"});
    for n in 0..100 {
        deep = json!({"id": format!("c{n}"), "title": "deeper", "controls": [deep]});
    }
    let mut nested = large_catalogue();
    nested["catalog"]["groups"] = json!([{"id": "g", "title": "G", "controls": [deep]}]);
    let cases: [(&str, String, &str); 6] = [
        ("torn.json", whole[..whole.len() / 2].to_owned(), "line"),
        ("profile.json", "{\"profile\": {\"uuid\": \"x\"}}".into(), "profile"),
        ("circle.json", circle.to_string(), "p-1"),
        ("twice.json", twice.to_string(), "f1-1"),
        ("deep.json", nested.to_string(), "deep"),
        ("empty.json", String::new(), "empty.json"),
    ];
    for (name, content, about) in cases {
        std::fs::write(home.file(name), content).unwrap();
        refused(cli.run(&["framework", "board", "import", name]), about);
    }
    // Larger than anything that is a catalogue: refused before it is read.
    let huge = std::fs::File::create(home.file("huge.json")).unwrap();
    huge.set_len(200 * 1024 * 1024).unwrap();
    refused(cli.run(&["framework", "board", "import", "huge.json"]), "huge.json");
    refused(cli.run(&["framework", "board", "import", "nowhere.json"]), "nowhere.json");
}

#[test]
fn assessment_results_follow_the_oscal_schema_and_the_workbook_holds_every_requirement() {
    let (home, cli) = place();
    let schema: Value =
        serde_json::from_slice(&std::fs::read(data("oscal-assessment-results.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (reference, out) in [("ASM-0001", "one.json"), ("ASM-0002", "two.json"), ("ASM-0003", "three.json")] {
        cli.run(&["export", "board", "--format", "oscal-ar", "--assessment", reference, "--out", out]).done();
        let results: Value = serde_json::from_slice(&std::fs::read(home.file(out)).unwrap()).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&results).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{reference}: {faults:#?}");
    }
    let newest = cli.run(&["export", "board", "--format", "soa-xlsx", "--out", "soa.xlsx"]).done();
    assert!(newest.stderr.contains("ASM-0004") && newest.stdout.contains("72"), "{newest:?}");
    assert!(std::fs::read(home.file("soa.xlsx")).unwrap().starts_with(b"PK"));
    refused(cli.run(&["export", "board", "--format", "soa-xlsx", "--out", "soa.xlsx"]), "soa.xlsx");
    refused(
        cli.run(&["export", "board", "--format", "oscal-xml", "--assessment", "ASM-0001", "--out", "x"]),
        "oscal-xml",
    );
    refused(
        cli.run(&["export", "board", "--format", "oscal-ar", "--assessment", "AIS-0001", "--out", "x"]),
        "AIS-0001",
    );
}

#[test]
fn an_assessment_goes_on_and_gates_hold() {
    let (_home, cli) = place();
    let frozen = cli.run(&["assessment", "board", "freeze", "ASM-0001", "Audit 2026"]).done();
    assert!(frozen.stdout.contains("SHA-256"), "{}", frozen.stdout);
    let next = cli.run(&["assessment", "board", "next", "ASM-0001", "Audit 2027"]).done();
    assert!(next.stdout.contains("ASM-0005"), "{}", next.stdout);
    let same = cli.run(&["assessment", "board", "compare", "ASM-0001", "ASM-0005"]).done();
    assert_eq!(same.stdout.trim(), "", "what was carried over is the same");
    refused(cli.run(&["assessment", "board", "compare", "ASM-0001", "ASM-0003"]), "different");
    let gates = cli.run(&["gate", "board", "AIS-0001"]).ended_with(1);
    assert!(gates.stdout.contains("Gate to") || gates.stdout.contains("gate to"), "{}", gates.stdout);
    let systems = cli.run(&["list", "board", "systems", "--json"]).done().json();
    let early = systems
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["columns"]["status"] == "design" || s["columns"]["status"] == "development");
    let early = early.expect("a system that is not deployed yet")["head"]["reference"].as_str().unwrap().to_owned();
    refused(cli.run(&["gate", "board", &early, "--to", "operation"]), "gate");
    refused(cli.run(&["gate", "board", &early, "--to", "operation", "--override", "Pilot", "--until", "soon"]), "soon");
    refused(
        cli.run(&["gate", "board", &early, "--to", "operation", "--override", "Pilot", "--until", "2020-01-01"]),
        "future",
    );
    let until = (chrono::Utc::now().date_naive() + chrono::Days::new(30)).to_string();
    cli.run(&["gate", "board", &early, "--to", "operation", "--override", "Pilot with ten users", "--until", &until])
        .done();
    let shown = cli.run(&["gate", "board", &early]).ended_with(1);
    assert!(shown.stdout.contains("overridden"), "{}", shown.stdout);
    cli.run(&["check", "board"]).done();
    cli.run(&["pack", "board", "--out", "pack.pdf", "--system", &early]).done();
    cli.run(&["verify", "pack.pdf", "--vault", "board"]).done();
}
