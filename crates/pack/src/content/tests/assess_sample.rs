//! What assessing adds to the first system: a statement of applicability, findings, gates, baselines, and an assessment
//! against the second edition of a framework of the board's own.

use super::sample::{at, day, head};
use crate::content::{AssessmentFile, SystemFile};
use conclave_domain::{
    answer::{Answer, Coverage, Origin, OriginPart, Result},
    call::{
        assess::{Applicability, ApplicabilityLine},
        over_time::BaselineLine,
        record::Head,
    },
    framework::Framework,
    gate::{Gate, Need, Override},
    noun::{Assessment, Finding},
};
use std::collections::BTreeMap;

/// Fills a system.
pub(super) fn fill(file: &mut SystemFile) {
    let first = &mut file.assessments[0];
    first.statement = Some(statement());
    first.baselines = baselines(&first.head);
    let about = first.head.clone();
    file.assessments.push(own_assessment());
    file.findings = findings(&about);
    file.system.overrides = overrides();
    file.gates = gates();
}

/// An edition of the board's own framework. R2 is asked after "weekly", R3 after "never"; R4's wording is not certain.
pub(super) fn own_framework(edition: &str) -> Framework {
    serde_json::from_value(serde_json::json!({
        "framework": { "id": "house-rules", "title": "House rules of the board", "short_title": "House rules", "edition": edition, "kind": "reference" },
        "group": [{ "id": "R", "title": "Rules" }],
        "requirement": [
            { "id": "R1", "group": "R", "title": "Rhythm", "question": format!("Edition {edition}: how often is it tested?"),
              "asks": { "kind": "choice", "choices": [{ "value": "weekly", "label": "Every single week", "result": "met" }, { "value": "never", "label": "Never", "result": "not_met" }] } },
            { "id": "R2", "group": "R", "title": "Delay", "question": "How long until it is mended?", "asks": { "kind": "number", "unit": "days" },
              "when": { "requirement": "R1", "is": ["weekly"] } },
            { "id": "R3", "group": "R", "title": "Excuse", "question": "Why is it never tested?", "when": { "requirement": "R1", "is": ["never"] } },
            { "id": "R4", "group": "R", "title": "Article 33", "question": "Are incidents told?", "doubt": "Stated from memory: check the text." },
            { "id": "R5", "group": "R", "title": "Article 34", "question": "Are people told?", "doubt": "Stated from memory: check the text." },
        ],
    }))
    .unwrap()
}

fn own_assessment() -> AssessmentFile {
    let answer = |id: &str, value: &str, result| {
        let (requirement, value) = (id.to_owned(), value.to_owned());
        (id.to_owned(), Answer { requirement, result, value, owner: "Grace Hopper".into(), ..Answer::default() })
    };
    let mut answers = BTreeMap::from([
        answer("R1", "weekly", Result::Met),
        answer("R2", "3", Result::Partly),
        answer("R3", "", Result::NotMet),
    ]);
    let set =
        |answers: &mut BTreeMap<String, Answer>, id: &str, f: &dyn Fn(&mut Answer)| f(answers.get_mut(id).unwrap());
    set(&mut answers, "R1", &|a| {
        a.comment = "The owner says so".into();
        a.observation = "Two runs were missing".into();
    });
    set(&mut answers, "R2", &|a| {
        let part = OriginPart {
            reference: "ASM-0001".into(),
            framework: "ncsc".into(),
            place: "2.1".into(),
            strength: "partial".into(),
            ..OriginPart::default()
        };
        a.origin = Some(Origin { digest: "d1".into(), from: vec![part] });
    });
    set(&mut answers, "R3", &|a| a.comment = "Answered before the rhythm changed".into());
    AssessmentFile {
        head: head("assessment", 11, "ASM-0002", "House check"),
        assessment: Assessment {
            title: "House check".into(),
            framework: "house-rules".into(),
            edition: "2".into(),
            ..Assessment::default()
        },
        answers,
        gaps: BTreeMap::new(),
        statement: None,
        baselines: Vec::new(),
    }
}

fn statement() -> Applicability {
    let line = |id: &str, group: &str, result: &str| ApplicabilityLine {
        requirement: id.into(),
        title: format!("Title {id}"),
        group: group.into(),
        applies: result != "not_applicable",
        result: result.into(),
        owner: "Barbara Liskov".into(),
        changed_on: Some(day("2026-10-01")),
        ..ApplicabilityLine::default()
    };
    let lines = vec![
        ApplicabilityLine {
            inclusion: "The staff handles untrusted files".into(),
            progress: "done".into(),
            evidence: vec!["EVD-0001 Training record".into(), "Wiki page 12".into()],
            ..line("1.1.a", "Awareness", "met")
        },
        ApplicabilityLine { due_on: Some(day("2026-10-31")), ..line("1.1.b", "Awareness", "partly") },
        ApplicabilityLine {
            exclusion: "A batch run once a year, says Rosa Parks".into(),
            ..line("2.1.a", "Monitoring", "not_applicable")
        },
        line("2.1.b", "Monitoring", "not_applicable"),
    ];
    Applicability {
        head: head("assessment", 10, "ASM-0001", "Checklist 2026"),
        subject: Some(head("system", 1, "AIS-0001", "Hiring screener")),
        framework: "Guidelines".into(),
        edition: "2023".into(),
        lines,
        applicable: 2,
        excluded: 2,
        without_reason: 1,
    }
}

fn baselines(about: &Head) -> Vec<BaselineLine> {
    let line = |n: u32, title: &str, sound| BaselineLine {
        id: head("assessment", n, "", "").id,
        assessment: about.id,
        title: title.into(),
        at: at("2026-09-30T08:00:00Z"),
        by: "Radia Perlman".into(),
        sha256: format!("{n:02x}").repeat(32),
        answers: 4,
        coverage: Coverage { met: 1, not_met: 3, ..Coverage::default() },
        sound,
    };
    vec![line(60, "Audit 2026, for Rosa Parks", true), line(61, "Audit 2025", false)]
}

fn findings(about: &Head) -> Vec<(Head, Finding)> {
    let finding = |title: &str, severity: &str, status: &str, due: Option<&str>| Finding {
        title: title.into(),
        severity: severity.into(),
        status: status.into(),
        owner: "Hedy Lamarr".into(),
        due_on: due.map(day),
        ..Finding::default()
    };
    let all = [
        Finding {
            action: "Wrote the plan".into(),
            closure: "Minutes of 3 March".into(),
            closed_on: Some(day("2026-03-03")),
            ..finding("No response plan", "major", "closed", Some("2026-02-01"))
        },
        finding("Logs are hard to read", "observation", "", None),
        Finding {
            action: "Order a second test".into(),
            ..finding("One tester only", "minor", "in_progress", Some("2027-05-01"))
        },
        Finding {
            description: "Nobody answers for the model after hours".into(),
            assessment: Some(about.id),
            requirement: "2.1.b".into(),
            ..finding("No owner at night", "major", "open", Some("2026-11-01"))
        },
    ];
    let numbered = all.into_iter().zip(70u32..);
    numbered.map(|(f, n)| (head("finding", n, &format!("FND-00{n}"), &f.title), f)).collect()
}

fn given(to: &str, on: &str, until: &str, reason: &str) -> Override {
    Override {
        to: to.into(),
        reason: reason.into(),
        by: "Annie Easley".into(),
        given_on: Some(day(on)),
        expires_on: Some(day(until)),
        open: vec!["3 risks were above tolerance.".into()],
    }
}

fn overrides() -> Vec<Override> {
    vec![
        given("deployment", "2026-01-10", "2026-02-10", "A pilot with ten users"),
        given("deployment", "2026-03-10", "2026-06-30", "The pilot goes on, asks Rosa Parks"),
    ]
}

/// Development is clear, deployment rests on an override that ended, operation on one that only its gate names.
fn gates() -> Vec<Gate> {
    let need = |sort: &str, met, sentence: &str, records: &[&str], requirements: &[&str]| Need {
        sort: sort.into(),
        sentence: sentence.into(),
        met,
        records: records.iter().map(|s| (*s).to_owned()).collect(),
        requirements: requirements.iter().map(|s| (*s).to_owned()).collect(),
    };
    let gate = |to: &str, needs, overridden| Gate { to: to.into(), needs, overridden, passed: true };
    let clear = need("risks", true, "All risks are within tolerance or accepted.", &[], &[]);
    let open = need("requirements", false, "1 of 4 requirements are not met.", &["ASM-0001"], &["2.1.b"]);
    let found = need("findings", false, "1 major findings are open.", &["FND-0073"], &[]);
    vec![
        gate("development", vec![clear.clone()], None),
        gate("deployment", vec![open.clone(), clear.clone()], overrides().pop()),
        gate(
            "operation",
            vec![open, found, clear],
            Some(given("operation", "2026-07-01", "2026-12-31", "Peak season")),
        ),
    ]
}
