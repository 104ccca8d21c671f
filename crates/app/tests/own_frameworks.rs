//! Frameworks of the board's own, finding a requirement, what is exported.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_domain::answer::Result as Outcome;
use conclave_domain::call::assess::AnswerPatch;
use conclave_domain::call::assess::Mark;
use conclave_domain::call::exchange::ExportAssessment;
use conclave_domain::call::framework::FindRequirements;
use conclave_domain::call::framework::GetCrosswalk;
use conclave_domain::call::framework::PreviewFramework;
use conclave_domain::call::framework::RemoveFramework;
use conclave_domain::call::framework::SaveFramework;
use conclave_domain::call::over_time::NextAssessment;
use conclave_domain::content;
use conclave_domain::fault::FaultKind;
use conclave_domain::framework::About;
use conclave_domain::framework::Asks;
use conclave_domain::framework::Framework;
use conclave_domain::framework::Group;
use conclave_domain::framework::Offered;
use conclave_domain::framework::Requirement;
use conclave_domain::framework::When;
use support::assess::own;
use support::place;

// ---------------------------------------------------------------- frameworks

#[tokio::test]
async fn a_new_edition_migrates_an_assessment_and_reports_what_changed() {
    let place = place(false).await;
    let keep = |framework, replace| place.app.send(SaveFramework { framework, replace });
    keep(own("1", &[("a", "Is it a?"), ("b", "Is it b?"), ("c", "Is it c?")]), false).await.unwrap();
    assert!(
        keep(own("1", &[("a", "?")]), false).await.unwrap_err().about("edition").is_some(),
        "an edition is there once"
    );
    keep(own("1", &[("a", "Is it a?"), ("b", "Is it b?"), ("c", "Is it c?")]), true).await.unwrap();
    let system = place.system("Triage").await.head.id;
    let first = place.assess(system, "house-rules").await;
    place
        .set(
            first,
            vec!["a".into(), "b".into(), "c".into()],
            AnswerPatch { result: Some(Outcome::Met), ..AnswerPatch::default() },
        )
        .await;
    let used = keep(own("1", &[("a", "Is it another a?")]), true).await.unwrap_err();
    assert!(used.about("edition").is_some(), "an edition that is answered does not change");
    keep(own("2", &[("a", "Is it a?"), ("b", "Is it really b?"), ("d", "Is it d?")]), false).await.unwrap();
    let next = NextAssessment { assessment: first, title: "Second".into(), as_of: None, edition: "2".into() };
    let report = place.app.send(next).await.unwrap();
    let ids = |list: &[(String, String)]| list.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    assert_eq!(report.carried, 2);
    assert_eq!(
        (ids(&report.editions.added), ids(&report.editions.changed), ids(&report.editions.removed)),
        (vec!["d".into()], vec!["b".into()], vec!["c".into()])
    );
    let view = place.view(report.head.id).await;
    assert_eq!((view.marks["a"], view.marks["b"]), (Mark::Carried, Mark::Reworded));
    assert_eq!(view.coverage["A"].total(), 3);
    assert_eq!(place.view(first).await.coverage["A"].met, 3, "the first keeps its edition");
    let remove = |edition: &str| place.app.send(RemoveFramework { id: "house-rules".into(), edition: edition.into() });
    assert!(remove("1").await.is_err(), "what is answered stays");
    keep(own("3", &[("a", "Is it a?")]), false).await.unwrap();
    remove("3").await.unwrap();
    let built_in = Framework {
        framework: About { id: content::LEAD.into(), ..own("9", &[]).framework },
        ..own("9", &[("a", "?")])
    };
    assert!(keep(built_in, false).await.unwrap_err().about("id").is_some());
    place.sound().await;
    place.reopen().await.unwrap();
    place.sound().await;
}

#[tokio::test]
async fn a_framework_that_cannot_be_answered_is_refused() {
    let place = place(false).await;
    let spoilt = [
        own("1", &[]),
        own("1", &[("a", "?"), ("a", "?")]),
        own("", &[("a", "?")]),
        Framework { groups: Vec::new(), ..own("1", &[("a", "?")]) },
        Framework {
            groups: vec![Group { id: "A".into(), parent: "A".into(), ..Group::default() }],
            ..own("1", &[("a", "?")])
        },
    ];
    for framework in spoilt {
        let refused = place.app.send(SaveFramework { framework: framework.clone(), replace: false }).await;
        assert_eq!(refused.unwrap_err().kind, FaultKind::Invalid, "{framework:?}");
    }
}

#[tokio::test]
async fn a_table_becomes_a_framework_by_its_headers_or_by_what_a_person_says() {
    let place = place(false).await;
    let csv =
        "Ref;Family;Name;Text\nX-1;Access;Who may enter;Is entry controlled?\nX-2;Access;Log;Is entry logged?\n;;;\n";
    let path = place.file("rules.csv", csv);
    let preview = place
        .app
        .send(PreviewFramework { path: path.clone(), edition: "1".into(), ..PreviewFramework::default() })
        .await
        .unwrap();
    let ids: Vec<&str> = preview.framework.requirements.iter().map(|r| r.id.as_str()).collect();
    assert_eq!((ids, preview.framework.groups.len()), (vec!["X-1", "X-2"], 1));
    assert_eq!(preview.framework.requirements[0].question, "Is entry controlled?");
    let columns = [("Ref", "id"), ("Text", "title")].map(|(h, f)| (h.to_owned(), f.to_owned())).into();
    let call = PreviewFramework { path, columns, ..PreviewFramework::default() };
    let mapped = place.app.send(call).await.unwrap();
    assert_eq!(mapped.framework.requirements[0].title, "Is entry controlled?");
    let toml = toml_of(&own("4", &[("a", "Is it a?")]));
    let path = place.file("house.toml", toml);
    let preview = place.app.send(PreviewFramework { path, ..PreviewFramework::default() }).await.unwrap();
    let read = preview.framework;
    assert_eq!((read.requirements, read.groups), (own("4", &[("a", "Is it a?")]).requirements, own("4", &[]).groups));
    assert_eq!((read.framework.id.as_str(), read.framework.edition.as_str()), ("house-rules", "4"));
    let bare =
        "[framework]\nid = \"bare\"\ntitle = \"Bare\"\nedition = \"1\"\n[[requirement]]\nid = \"a\"\ntitle = \"A\"\n";
    let path = place.file("bare.toml", bare);
    let preview = place.app.send(PreviewFramework { path, ..PreviewFramework::default() }).await.unwrap();
    assert!(!preview.blocked && preview.framework.groups.len() == 1, "without groups there is one");
    for (name, content) in
        [("x.toml", "group = 3"), ("x.json", "{\"profile\": {}}"), ("y.json", "{\"catalog\": "), ("x.csv", "")]
    {
        let path = place.file(name, content);
        let refused = place.app.send(PreviewFramework { path, ..PreviewFramework::default() }).await;
        assert!(refused.is_err(), "{name}: {refused:?}");
    }
}

fn toml_of(framework: &Framework) -> String {
    let mut text = String::new();
    let about = &framework.framework;
    text.push_str(&format!(
        "[framework]\nid = {:?}\ntitle = {:?}\nedition = {:?}\n",
        about.id, about.title, about.edition
    ));
    for g in &framework.groups {
        text.push_str(&format!("[[group]]\nid = {:?}\ntitle = {:?}\n", g.id, g.title));
    }
    for r in &framework.requirements {
        text.push_str(&format!(
            "[[requirement]]\nid = {:?}\ngroup = {:?}\ntitle = {:?}\nquestion = {:?}\n",
            r.id, r.group, r.title, r.question
        ));
    }
    text
}

#[tokio::test]
async fn every_name_of_the_founding_texts_is_found() {
    let place = place(false).await;
    let names = include_str!("../../../assets/crosswalks/founding-names.txt");
    for name in names.lines().filter(|l| !l.trim().is_empty()) {
        let hits = place.app.send(FindRequirements { text: name.into(), limit: 5 }).await.unwrap();
        assert!(!hits.is_empty(), "nothing is found for “{name}”");
    }
    let walk = place.app.send(GetCrosswalk { from: String::new(), to: "nist-ai-rmf-1.0".into() }).await.unwrap();
    assert_eq!((walk.rows.len(), walk.unreached.len()), (17, 14));
}

// ---------------------------------------------------------------- exports

#[tokio::test]
async fn an_assessment_is_written_as_oscal_and_as_a_workbook() {
    let place = place(true).await;
    for (format, name) in [("oscal-ar", "results.json"), ("soa-xlsx", "soa.xlsx")] {
        let out = place.dir.path().join(name).display().to_string();
        let call = ExportAssessment {
            reference: "ASM-0001".into(),
            format: format.into(),
            out: out.clone(),
            overwrite: false,
        };
        assert_eq!(place.app.send(call.clone()).await.unwrap(), 113, "{format}");
        assert!(std::fs::metadata(&out).unwrap().len() > 10_000);
        assert_eq!(place.app.send(call).await.unwrap_err().kind, FaultKind::Exists);
    }
    let json = std::fs::read(place.dir.path().join("results.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert!(json["assessment-results"]["results"][0]["observations"].as_array().unwrap().len() >= 100);
}

#[tokio::test]
async fn a_table_that_swallowed_rows_is_not_kept_and_columns_are_named() {
    let place = place(false).await;
    let rows = |n: usize| {
        if n == 20 { format!("A{n},title {n},\"question {n}\n") } else { format!("A{n},title {n},question {n}\n") }
    };
    let torn: String = std::iter::once("id,title,question\n".to_owned()).chain((0..100).map(rows)).collect();
    let preview = |path: String, columns: &[(&str, &str)]| {
        let columns = columns.iter().map(|(h, f)| ((*h).to_owned(), (*f).to_owned())).collect();
        place.app.send(PreviewFramework { path, columns, edition: "1".into(), ..PreviewFramework::default() })
    };
    let found = preview(place.file("torn.csv", torn), &[]).await.unwrap();
    assert!(found.blocked, "79 requirements must not vanish in one cell");
    let path = place.file("extra.csv", "id,title,question,Applies?\nA1,one,q,yes\n");
    let found = preview(path.clone(), &[]).await.unwrap();
    assert!(!found.blocked && found.problems.iter().any(|p| p.contains("Applies?")), "{:?}", found.problems);
    for wrong in [("Nope", "id"), ("id", "nope")] {
        assert!(preview(path.clone(), &[wrong]).await.unwrap_err().about("columns").is_some());
    }
}

#[tokio::test]
async fn a_question_that_could_never_be_asked_or_answered_is_refused() {
    let place = place(false).await;
    let with = |change: &dyn Fn(&mut Requirement)| {
        let mut framework = own("1", &[("a", "Is it a?"), ("b", "Is it b?")]);
        change(&mut framework.requirements[0]);
        framework
    };
    let when = |is: &[&str]| Some(When { requirement: "b".into(), is: is.iter().map(|s| (*s).to_owned()).collect() });
    let choice =
        |value: &str, result: &str| Offered { value: value.into(), label: value.into(), result: result.into() };
    let asks = |asks: Asks| move |r: &mut Requirement| r.asks = Some(asks.clone());
    let twice =
        Asks { kind: "choice".into(), choices: vec![choice("x", "met"), choice("x", "not_met")], ..Asks::default() };
    let none = Asks { kind: "choice".into(), ..Asks::default() };
    let odd = Asks { kind: "choice".into(), choices: vec![choice("x", "banana")], ..Asks::default() };
    let bounds = Asks { kind: "number".into(), min: Some(10.0), max: Some(1.0), ..Asks::default() };
    let spoilt = [
        with(&|r| r.when = when(&["banana"])),
        with(&|r| r.when = when(&[])),
        with(&asks(twice)),
        with(&asks(none)),
        with(&asks(odd)),
        with(&asks(bounds)),
        with(&|r| r.id = "A\u{200b}1".into()),
        with(&|r| r.title = "x".repeat(2_000_000)),
    ];
    for framework in spoilt {
        let refused = place.app.send(SaveFramework { framework, replace: false }).await.unwrap_err();
        assert!(refused.about("requirements").is_some() && refused.sentence.len() < 2_000, "{}", refused.sentence);
    }
    let lookalike = Framework {
        framework: About { id: "NCSC-CISA-2023".into(), ..own("1", &[]).framework },
        ..own("1", &[("a", "?")])
    };
    assert!(
        place.app.send(SaveFramework { framework: lookalike, replace: false }).await.unwrap_err().about("id").is_some()
    );
    let good = with(&|r| r.when = when(&["met"]));
    place.app.send(SaveFramework { framework: good, replace: false }).await.unwrap();
}
