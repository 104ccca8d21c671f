//! OSCAL catalogues: NIST's own example in full, what the format allows beside it, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::data;
use conclave_exchange::{Catalog, CatalogControl, CatalogGroup, ExchangeError, read_catalog};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(document: &Value) -> Result<Catalog, ExchangeError> {
    read_catalog("c.json", document.to_string().as_bytes())
}

fn refusal(document: &Value) -> String {
    read(document).unwrap_err().to_string()
}

fn catalog(body: Value) -> Value {
    let mut whole = json!({"uuid": "74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724", "metadata": {
        "title": "T", "last-modified": "2024-02-01T13:57:28Z", "version": "1", "oscal-version": "1.1.2"
    }});
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    json!({"catalog": whole})
}

fn one(control: Value) -> CatalogControl {
    read(&catalog(json!({"controls": [control]}))).unwrap().controls.remove(0)
}

fn said(prose: &str, params: Value) -> Result<Catalog, ExchangeError> {
    let parts = json!([{"name": "statement", "prose": prose}]);
    read(&catalog(json!({"controls": [{"id": "c", "title": "C", "params": params, "parts": parts}]})))
}

#[test]
fn the_basic_catalogue_is_read_in_full() {
    let bytes = std::fs::read(data("oscal-basic-catalog.json")).unwrap();
    let read = read_catalog("oscal-basic-catalog.json", &bytes).unwrap();
    assert_eq!(read.uuid, "74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724");
    assert_eq!(read.title, "Sample Security Catalog *for Demonstration* and Testing");
    assert_eq!((read.version.as_str(), read.oscal_version.as_str()), ("1.1", "1.1.2"));
    assert_eq!(read.published, "2023-10-12T00:00:00.000000-04:00");
    assert_eq!(read.last_modified, "2024-02-01T13:57:28.355446-04:00");
    let groups: Vec<_> = read.groups.iter().map(|g| (g.id.as_str(), g.parent.as_str(), g.title.as_str())).collect();
    assert_eq!(
        groups,
        [
            ("s1", "", "Organization of Information Security"),
            ("s1.1", "s1", "Internal Organization"),
            ("s2", "", "Access control"),
            ("s2.1", "s2", "Business requirements of access control"),
        ]
    );
    let controls: Vec<_> = read.controls.iter().map(|c| (c.id.as_str(), c.label.as_str(), c.group.as_str())).collect();
    let (first, second) = (("s1.1.1", "1.1.1", "s1.1"), ("s1.1.2", "1.1.2", "s1.1"));
    assert_eq!(controls, [first, second, ("s2.1.1", "2.1.1", "s2.1"), ("s2.1.2", "2.1.2", "s2.1")]);
    let roles = &read.controls[0];
    assert_eq!((roles.title.as_str(), roles.withdrawn), ("Information security roles and responsibilities", false));
    assert_eq!(
        roles.statement,
        "All information security responsibilities should be defined and allocated.\n\nA value has been assigned to \
         [Selection (one or more): initiating a device lock after [a duration] of inactivity; requiring the user to \
         initiate a device lock before leaving the system unattended].\n\nA cross link has been established with a \
         choppy syntax: [(choppy)](#s1.2)."
    );
    assert!(roles.guidance.starts_with("Allocation of information security responsibilities should be done"));
    assert!(roles.guidance.contains("\nOther information: Many organizations appoint"));
    assert_eq!(read.problems, ["Texts of groups were not taken over; groups that have some: 1."]);
}

/// In the manner of NIST SP 800-53 revision 5.
fn nist_control(family: usize, number: usize) -> Value {
    let id = format!("f{family}-{number}");
    let long = "Guidance in the length of the real one. ".repeat(80);
    let enhancement = json!({
        "id": format!("{id}.1"), "class": "SP800-53-enhancement", "title": "Automation",
        "props": [{"name": "label", "value": format!("F{family}-{number}(1)")}, {"name": "sort-id", "value": "x"}],
        "links": [{"href": format!("#{id}"), "rel": "required"}],
        "parts": [{"id": format!("{id}.1_smt"), "name": "statement", "prose": "Automate it."}]
    });
    let item = |label: &str, prose: String, parts: Value| json!({"name": "item", "props": [{"name": "label", "value": label}], "prose": prose, "parts": parts});
    let inner = item("1.", format!("{{{{ insert: param, {id}_prm_2 }}}} policy:"), json!([]));
    json!({
        "id": id, "class": "SP800-53", "title": format!("Control {number}"),
        "params": [
            {"id": format!("{id}_prm_1"), "label": "organisation-defined personnel"},
            {"id": format!("{id}_prm_2"), "select": {"how-many": "one-or-more", "choice": [
                "organisation-level", format!("system of {{{{ insert: param, {id}_prm_1 }}}}")]}}
        ],
        "props": [
            {"name": "label", "class": "sp800-53a", "value": format!("F{family}-0{number}")},
            {"name": "label", "value": format!("F{family}-{number}")}
        ],
        "links": [{"href": "#f0-1", "rel": "related"}, {"href": "#f0-1_smt", "rel": "related"},
            {"href": "#b4ab2de8", "rel": "reference"}, {"href": "https://a.example", "rel": "related"}],
        "parts": [
            {"id": format!("{id}_smt"), "name": "statement", "parts": [
                item("a.", format!("Tell {{{{ insert: param, {id}_prm_1 }}}}:"), json!([inner]))]},
            {"name": "guidance", "prose": long},
            {"name": "assessment-objective", "prose": "Determine if it is so."}
        ],
        "controls": [enhancement]
    })
}

#[test]
fn a_catalogue_of_1200_controls_and_5_mb_is_read() {
    let groups: Vec<Value> = (0..20)
        .map(|family| {
            let controls: Vec<Value> = (1..=60).map(|number| nist_control(family, number)).collect();
            json!({"id": format!("f{family}"), "class": "family", "title": format!("Family {family}"), "controls": controls})
        })
        .collect();
    let bytes = serde_json::to_vec_pretty(&catalog(json!({"groups": groups}))).unwrap();
    assert!(bytes.len() > 5_000_000, "{}", bytes.len());
    let read = read_catalog("c.json", &bytes).unwrap();
    assert_eq!((read.groups.len(), read.controls.len()), (20, 2_400));
    let control = read.controls.iter().find(|control| control.id == "f7-3").unwrap();
    assert_eq!((control.label.as_str(), control.group.as_str(), control.parent.as_str()), ("F7-3", "f7", ""));
    assert_eq!(
        control.statement,
        "a. Tell [organisation-defined personnel]:\n1. [Selection (one or more): organisation-level; system of \
         [organisation-defined personnel]] policy:"
    );
    assert_eq!(control.related, ["f0-1"]);
    let enhancement = read.controls.iter().find(|control| control.id == "f7-3.1").unwrap();
    assert_eq!((enhancement.group.as_str(), enhancement.parent.as_str()), ("f7", "f7-3"));
    assert_eq!((enhancement.label.as_str(), enhancement.related.as_slice()), ("F7-3(1)", &["f7-3".to_string()][..]));
    assert_eq!(
        read.problems,
        ["Assessment objectives and methods were not taken over; controls that have some: 1200."]
    );
}

#[test]
fn withdrawn_controls_are_kept_and_marked_with_where_they_went() {
    let gone = json!({"id": "a-2", "title": "Gone", "props": [{"name": "status", "value": "withdrawn"}],
        "links": [{"rel": "moved-to", "href": "#a-1_smt.a"}, {"rel": "incorporated-into", "href": "#z-9"}]});
    let stays = json!({"id": "a-1", "title": "Stays", "props": [
        {"name": "status", "ns": "https://other.example", "value": "withdrawn"}],
        "parts": [{"name": "statement", "prose": "S", "parts": [{"name": "item", "id": "a-1_smt.a", "prose": "x"}]}]});
    let read = read(&catalog(json!({"controls": [stays, gone]}))).unwrap();
    assert_eq!((read.controls[0].withdrawn, read.controls[1].withdrawn), (false, true));
    assert_eq!(read.controls[1].related, ["a-1"]);
    assert_eq!(read.problems, ["Links to controls that this catalogue does not have were left out; their number: 1."]);
}

#[test]
fn groups_are_flattened_to_two_levels_with_their_titles_as_path() {
    let control = |id: &str| json!([{"id": id, "title": id}]);
    let fourth = json!({"title": "Four", "controls": control("c4")});
    let third = json!({"id": "g3", "title": "Three", "groups": [fourth], "controls": control("c3")});
    let second = json!({"id": "g2", "title": "Two", "groups": [third], "controls": control("c2")});
    let groups = json!([{"id": "group-4", "title": "One", "groups": [second]}, {"title": "Other"}]);
    let read = read(&catalog(json!({"groups": groups, "controls": control("c0")}))).unwrap();
    let group = |id: &str, parent: &str, title: &str| {
        let [id, parent, title] = [id, parent, title].map(String::from);
        CatalogGroup { id, parent, title }
    };
    let expected = [
        group("group-4", "", "One"),
        group("g2", "group-4", "Two"),
        group("g3", "group-4", "Two / Three"),
        group("group-4-2", "group-4", "Two / Three / Four"),
        group("group-5", "", "Other"),
        group("controls", "", "Controls"),
    ];
    assert_eq!(read.groups, expected);
    let homes: Vec<_> = read.controls.iter().map(|control| (control.id.as_str(), control.group.as_str())).collect();
    assert_eq!(homes, [("c2", "g2"), ("c3", "g3"), ("c4", "group-4-2"), ("c0", "controls")]);
}

#[test]
fn a_control_without_statement_label_or_title_still_reads() {
    let control = one(json!({"id": "x", "parts": [{"name": "requirement", "title": "Log", "prose": "Keep logs."}]}));
    assert_eq!((control.label.as_str(), control.title.as_str()), ("x", "x"));
    assert_eq!((control.statement.as_str(), control.guidance.as_str()), ("Log Keep logs.", ""));
}

#[test]
fn parameters_show_value_choices_label_or_guideline() {
    let params = json!([
        {"id": "a", "label": "L", "values": ["30 days", "{{ insert: param, b }}"]},
        {"id": "b", "label": "frequency"},
        {"id": "d", "guidelines": [{"prose": "how often"}]},
        {"id": "e", "select": {"choice": ["x", "y"]}},
        {"id": "f", "label": "[Assignment: who]"}
    ]);
    let prose = "{{ insert: param, a }} {{insert: param,b}} {{ insert: param, d }} {{ insert: param, e }} {{ f }}";
    let read = said(prose, params).unwrap();
    assert_eq!(
        read.controls[0].statement,
        "30 days, [frequency] [frequency] [how often] [Selection: x; y] [Assignment: who]"
    );
    assert!(read.problems.is_empty(), "{:?}", read.problems);
}

#[test]
fn an_unknown_parameter_is_shown_and_reported() {
    let read =
        said("A {{ insert: param, q }}.", json!([{"id": "p", "label": "x {{ insert: param, r }}"}, {"id": "s"}]));
    let read = read.unwrap();
    assert_eq!(read.controls[0].statement, "A [parameter q].");
    assert_eq!(
        read.problems,
        [
            "The control “c” inserts the parameter “q”, which the catalogue does not define.",
            "The parameter “p” inserts the parameter “r”, which the catalogue does not define.",
            "The parameter “s” has neither a label nor choices.",
        ]
    );
}

#[test]
fn parameters_in_a_circle_are_refused_by_name() {
    let param = |id: &str, to: &str| json!({"id": id, "label": format!("x {{{{ insert: param, {to} }}}}")});
    let error = said("", json!([param("a", "b"), param("b", "c"), param("c", "b")])).unwrap_err().to_string();
    assert_eq!(
        error,
        "In c.json, the parameters “b” → “c” → “b” insert each other in a circle. Correct the file, or ask its publisher \
         for a corrected one."
    );
    let error = said("", json!([param("a", "a")])).unwrap_err().to_string();
    assert!(error.contains("the parameter “a” inserts itself"), "{error}");
}

#[test]
fn parameters_that_multiply_or_chain_stay_within_bounds() {
    let double = |n: usize| {
        let next = format!("{{{{ insert: param, p{} }}}}", n + 1);
        json!({"id": format!("p{n}"), "select": {"choice": [next, next, next]}})
    };
    let mut params: Vec<Value> = (0..30).map(double).collect();
    params.push(json!({"id": "p30", "label": "end"}));
    let read = said("{{ insert: param, p0 }}", json!(params)).unwrap();
    assert!(read.controls[0].statement.len() < 5_000);
    assert!(read.problems.iter().any(|problem| problem.contains("“p0” unfolds to more than 4000 characters")));
    let error = said("", json!((0..5_000).map(double).collect::<Vec<_>>())).unwrap_err();
    assert!(matches!(error, ExchangeError::TooDeep { .. }), "{error}");
    let error = said(&"{{ insert: param, p0 }}".repeat(40_000), json!(params)).unwrap_err().to_string();
    assert!(error.contains("more than 64 MB of text once its parameters are filled in"), "{error}");
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    let error = read_catalog("c.json", b"{\n  \"catalog\": {,}\n}").unwrap_err();
    assert!(matches!(error, ExchangeError::NotJson { line: 2, column: 15, .. }), "{error}");
    assert!(error.to_string().starts_with("c.json cannot be read as JSON: line 2, column 15: key must be a string."));
    let xml = read_catalog("c.xml", b"<?xml version=\"1.0\"?><catalog/>").unwrap_err().to_string();
    assert!(xml.contains("it looks like XML. Fetch the file again, and choose the JSON form"), "{xml}");
    assert!(matches!(read_catalog("c.json", b" \n"), Err(ExchangeError::Empty { .. })));
    let twice = read_catalog("c.json", br#"{"catalog": {"controls": [], "controls": []}}"#).unwrap_err().to_string();
    assert!(twice.contains("the field “controls” occurs twice in one object"), "{twice}");
}

#[test]
fn a_truncated_catalogue_breaks_off_wherever_it_is_cut() {
    let bytes = std::fs::read(data("oscal-basic-catalog.json")).unwrap();
    let whole = bytes.trim_ascii_end().len();
    for end in (1..whole).step_by(97) {
        let error = read_catalog("c.json", &bytes[..end]).unwrap_err();
        assert!(matches!(&error, ExchangeError::NotJson { .. }), "{end}: {error}");
        assert!(error.to_string().contains("the text breaks off there"), "{end}: {error}");
    }
}

#[test]
fn other_oscal_models_and_other_documents_are_named() {
    for (field, words) in [
        ("profile", "an OSCAL profile"),
        ("component-definition", "an OSCAL component definition"),
        ("assessment-results", "OSCAL assessment results"),
        ("bomFormat", "a JSON document of another kind"),
    ] {
        let error = refusal(&json!({field: {}}));
        let expected = format!("c.json is {words}, not an OSCAL catalogue. Choose a catalogue; ");
        assert!(error.starts_with(&expected), "{error}");
    }
    assert!(matches!(read(&json!([1])), Err(ExchangeError::NotACatalogue { .. })));
}

#[test]
fn two_controls_or_groups_with_one_id_are_refused_with_both_places() {
    let control = json!({"id": "ac-1", "title": "x"});
    let groups = json!([{"title": "a", "controls": [control]}, {"title": "b", "controls": [
        {"id": "ac-2", "title": "y", "controls": [control]}]}]);
    let error = refusal(&catalog(json!({"groups": groups})));
    assert!(
        error.starts_with(
            "c.json has two controls with the id “ac-1”: catalog.groups[0].controls[0] and \
             catalog.groups[1].controls[0].controls[0]."
        ),
        "{error}"
    );
    let groups = json!([{"id": "g", "title": "a"}, {"id": "g", "title": "b", "controls": [control]}]);
    assert!(refusal(&catalog(json!({"groups": groups}))).contains("two groups with the id “g”"));
}

#[test]
fn a_wrong_type_is_refused_with_its_path() {
    let cases = [
        (json!({"controls": [{"id": "a", "title": 5}]}), "catalog.controls[0].title is a number, but should be a text"),
        (json!({"controls": {"id": "a"}}), "catalog.controls is an object, but should be a list"),
        (json!({"groups": ["x"]}), "catalog.groups[0] is a text, but should be an object"),
        (json!({"groups": [{"controls": [{"title": "x"}]}]}), "catalog.groups[0].controls[0].id is missing"),
        (json!({"controls": [{"id": "a"}], "metadata": 1}), "catalog.metadata is a number, but should be an object"),
        (
            json!({"controls": [{"id": "a", "params": [{"id": "p", "select": {"choice": [true]}}]}]}),
            "catalog.controls[0].params[0].select.choice[0] is true or false, but should be a text",
        ),
        (
            json!({"controls": [{"id": "a", "parts": [{"name": "statement", "parts": [{"prose": []}]}]}]}),
            "catalog.controls[0].parts[0].parts[0].prose is a list, but should be a text",
        ),
    ];
    for (body, expected) in cases {
        let error = refusal(&catalog(body));
        assert!(error.starts_with(&format!("In c.json, {expected}.")), "{error}");
    }
}

fn nested(field: &str, levels: usize) -> Value {
    let mut inner = json!({"id": "end", "title": "x", "name": "item"});
    for level in 0..levels {
        inner = json!({"id": format!("n{level}"), "title": "x", "name": "item", field: [inner]});
    }
    inner
}

#[test]
fn nesting_beyond_40_levels_is_refused_in_plain_words() {
    for field in ["groups", "controls", "parts"] {
        let outer = if field == "parts" { "controls" } else { field };
        for (levels, deep) in [(38, false), (41, true), (45, true), (100, true)] {
            let body = json!({outer: [nested(field, levels)], "metadata": {}});
            let error = refusal_or_none(&catalog(body));
            assert_eq!(error.contains("is nested deeper than 40 levels"), deep, "{field} {levels}: {error}");
        }
    }
    let brackets = [&b"{\"catalog\":"[..], &b"[".repeat(100_000)].concat();
    let error = read_catalog("c.json", &brackets).unwrap_err();
    assert!(matches!(error, ExchangeError::TooDeep { limit: 40, .. }), "{error}");
    let quoted = json!({"controls": [{"id": "a", "title": format!("\\\"{}", "[".repeat(500))}]});
    assert_eq!(refusal_or_none(&catalog(quoted)), "");
}

fn refusal_or_none(document: &Value) -> String {
    match read(document) {
        Ok(_) | Err(ExchangeError::NoControls { .. }) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn huge_catalogues_are_refused_by_size_and_number() {
    let controls: Vec<Value> = (0..50_001).map(|number| json!({"id": format!("c{number}"), "title": "x"})).collect();
    let error = refusal(&catalog(json!({"controls": controls})));
    assert!(error.starts_with("c.json has more than 50,000 controls."), "{error}");
    let error = read_catalog("c.json", &vec![b' '; 64 * 1024 * 1024 + 1]).unwrap_err().to_string();
    assert!(error.starts_with("c.json has 67 MB, more than the limit of 67 MB."), "{error}");
    let many = format!("[{}0]", "0,".repeat(5_000_001));
    assert!(read_catalog("c.json", many.as_bytes()).unwrap_err().to_string().contains("more than 5,000,000 values"));
}

#[test]
fn a_catalogue_without_controls_is_refused() {
    let error = refusal(&catalog(json!({"groups": [{"id": "g", "title": "G"}]})));
    assert_eq!(
        error,
        "c.json is an OSCAL catalogue without any control. Choose a catalogue with at least one control."
    );
}

proptest! {
    #[test]
    fn any_damage_gets_an_answer(at in 0_usize..15_000, bytes in prop::collection::vec(any::<u8>(), 1..6)) {
        let mut file = std::fs::read(data("oscal-basic-catalog.json")).unwrap();
        let end = (at + bytes.len()).min(file.len());
        file.splice(at.min(end)..end, bytes);
        if let Err(error) = read_catalog("c.json", &file) {
            let sentence = error.to_string();
            prop_assert!(sentence.contains("c.json") && !sentence.contains("recursion"), "{}", sentence);
        }
    }
}
