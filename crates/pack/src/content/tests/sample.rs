//! A dossier of two systems: one with everything, one with nothing decided.

use super::assess_sample;
use crate::content::{AssessmentFile, Dossier, JournalEntry, Profile, SystemFile, VaultFacts};
use chrono::{DateTime, NaiveDate, Utc};
use conclave_domain::{
    answer::{Answer, Result},
    call::record::{Approval, Head, SourceRow},
    charter::Charter,
    fairness::{Counter, Plan},
    framework::Framework,
    noun::{
        Assessment, Asset, Decision, Gap, Review, Risk, System, Vendor,
        decision::{Condition, Seat},
        risk::Rating,
        system::Version,
        vendor::Certification,
    },
    questionnaire::{Area, Choice, Question, Questionnaire, Reply, Scores},
    time::Place,
};
use std::collections::BTreeMap;

/// Everybody who occurs in the dossier.
pub(super) const PERSONS: [&str; 14] = [
    "Mary Somerville",
    "Ada Lovelace",
    "Grace Hopper",
    "Alan Turing",
    "Emmy Noether",
    "王小明",
    "Rosa Parks",
    "Katherine Johnson",
    "Mary Jackson",
    "Dorothy Vaughan",
    "Hedy Lamarr",
    "Annie Easley",
    "Radia Perlman",
    "Barbara Liskov",
];

pub(super) fn day(s: &str) -> NaiveDate {
    s.parse().unwrap()
}

pub(super) fn at(s: &str) -> DateTime<Utc> {
    s.parse().unwrap()
}

pub(super) fn head(kind: &str, n: u32, reference: &str, title: &str) -> Head {
    serde_json::from_value(serde_json::json!({
        "id": format!("00000000-0000-7000-8000-{n:012}"), "kind": kind, "reference": reference, "title": title, "revision": 3,
        "created_at": "2026-01-01T08:00:00Z", "updated_at": "2026-11-01T08:00:00Z", "updated_by": "Dorothy Vaughan",
        "trashed_at": null,
    }))
    .unwrap()
}

fn framework() -> Framework {
    let requirement = |id: &str, group: &str| serde_json::json!({ "id": id, "group": group, "title": format!("Title {id}"), "question": format!("Is {id} done?"), "asks_evidence": true });
    serde_json::from_value(serde_json::json!({
        "framework": { "id": "ncsc", "title": "Guidelines", "edition": "2023", "source": "Mapped to the guidelines.", "licence": "OGL" },
        "group": [
            { "id": "1", "title": "Design" }, { "id": "1.1", "parent": "1", "title": "Awareness" },
            { "id": "2", "title": "Operation" }, { "id": "2.1", "parent": "2", "title": "Monitoring" },
        ],
        "requirement": [
            requirement("1.1.a", "1.1"), requirement("1.1.b", "1.1"), requirement("2.1.a", "2.1"), requirement("2.1.b", "2.1"),
        ],
    }))
    .unwrap()
}

fn questionnaire() -> Questionnaire {
    let choice = |value: &str, label: &str, points| Choice { value: value.into(), label: label.into(), points };
    let question = |id: &str, scores| Question {
        id: id.into(),
        area: "E1".into(),
        question: format!("How is {id}?"),
        scores,
        choices: vec![choice("low", "Low stakes", 0), choice("high", "High stakes", 4)],
        required: true,
        ..Question::default()
    };
    Questionnaire {
        areas: vec![Area { id: "E1".into(), title: "Purpose".into(), ..Area::default() }],
        questions: vec![question("E1.1", Scores::Impact), question("E1.2", Scores::Mitigation)],
        ..Questionnaire::default()
    }
}

fn assessment() -> AssessmentFile {
    let answer = |id: &str, result, comment: &str| {
        let answer = Answer {
            requirement: id.into(),
            result,
            comment: comment.into(),
            owner: "Grace Hopper".into(),
            updated_at: Some(at("2026-10-01T08:00:00Z")),
            updated_by: "Mary Jackson".into(),
            ..Answer::default()
        };
        (id.to_owned(), answer)
    };
    let mut answers = BTreeMap::from([
        answer("1.1.a", Result::Met, "Trained since spring"),
        answer("1.1.b", Result::Partly, "=HYPERLINK half of the staff, مرحبا 👩‍⚖️"),
        answer("2.1.a", Result::NotApplicable, "No monitoring here"),
        answer("9.9.z", Result::NotMet, "A stray answer"),
    ]);
    let set =
        |answers: &mut BTreeMap<String, Answer>, id: &str, f: &dyn Fn(&mut Answer)| f(answers.get_mut(id).unwrap());
    set(&mut answers, "1.1.a", &|a| a.evidence = "Training record 2026".into());
    set(&mut answers, "1.1.b", &|a| a.due_on = Some(day("2026-10-31")));
    set(&mut answers, "2.1.a", &|a| a.reason = "Batch use, once a year".into());
    answers.insert(
        "2.1.b".into(),
        Answer {
            requirement: "2.1.b".into(),
            result: Result::Met,
            comment: "Met without proof".into(),
            ..Answer::default()
        },
    );
    let gap = Gap { field: "evidence".into(), sentence: "2.1.b: evidence is missing.".into() };
    AssessmentFile {
        head: head("assessment", 10, "ASM-0001", "Checklist 2026"),
        assessment: Assessment {
            title: "Checklist 2026".into(),
            framework: "ncsc".into(),
            as_of: Some(day("2026-11-01")),
            ..Assessment::default()
        },
        answers,
        gaps: BTreeMap::from([("2.1.b".to_owned(), gap)]),
        statement: None,
        baselines: Vec::new(),
    }
}

fn risks() -> Vec<(Head, Risk)> {
    let rating = |likelihood, impact, why: &str| Rating { likelihood, impact, rationale: why.into() };
    let bare = Risk {
        title: "Prompt injection by applicants".into(),
        owner: "Alan Turing".into(),
        cause: "texts are read as instructions".into(),
        event: "a prompt injection succeeds".into(),
        consequence: "a wrong ranking".into(),
        inherent: rating(5, 5, "Seen in tests"),
        ..Risk::default()
    };
    let accepted = Risk {
        title: "Poisoned upload".into(),
        status: "accepted".into(),
        inherent: rating(5, 4, "Any file is read"),
        accepted_by: "Emmy Noether".into(),
        acceptance_reason: "Ends with release 5".into(),
        acceptance_until: Some(day("2027-01-31")),
        ..Risk::default()
    };
    vec![(head("risk", 20, "RSK-0001", &bare.title), bare), (head("risk", 21, "RSK-0002", &accepted.title), accepted)]
}

/// Group a selects 40 of 50, group b 20 of 50 and has no unfavourable label, group c has three rows.
fn fairness() -> Review {
    let mut plan = Plan {
        label_column: "y".into(),
        favourable_label: "1".into(),
        prediction_column: "p".into(),
        favourable_prediction: "1".into(),
        group_column: "g".into(),
        bands: Plan::default_bands(),
        reason: "Selection matters most".into(),
        min_group_size: 30,
        recorded_by: "Katherine Johnson".into(),
        recorded_on: Some(day("2026-09-01")),
        ..Plan::default()
    };
    plan.bands.retain(|b| matches!(b.metric.as_str(), "demographic_parity_difference"));
    for metric in ["equalized_odds_difference", "accuracy_difference"] {
        plan.bands.push(conclave_domain::fairness::Band { metric: metric.into(), low: 0.0, high: 1.0 });
    }
    let mut counter = Counter::new(&plan, &["y", "p", "g"].map(str::to_owned)).unwrap();
    for n in 0..50 {
        counter.push(&[if n % 2 == 0 { "1" } else { "0" }, if n < 40 { "1" } else { "0" }, "a"]).unwrap();
        counter.push(&["1", if n < 20 { "1" } else { "0" }, "b"]).unwrap();
    }
    (0..3).for_each(|_| counter.push(&["1", "1", "c"]).unwrap());
    let measured = counter.finish("scores.csv", "ab12", at("2026-09-02T08:00:00Z"), "Katherine Johnson");
    Review {
        title: "Selection by group".into(),
        review_type: "fairness".into(),
        reviewer: "Katherine Johnson".into(),
        status: "measured".into(),
        fairness_plan: Some(plan),
        fairness: Some(measured),
        ..Review::default()
    }
}

fn reviews() -> Vec<(Head, Review)> {
    let reply = Reply { choice: "high".into(), text: "Livelihoods, says Rosa Parks".into() };
    let ethics = Review {
        title: "Impact on applicants".into(),
        review_type: "ethics".into(),
        reviewer: "Rosa Parks".into(),
        status: "concluded".into(),
        replies: BTreeMap::from([("E1.1".to_owned(), reply)]),
        conclusion: "The ethics conclusion".into(),
        concluded_by: "Mary Somerville".into(),
        ..Review::default()
    };
    let fairness = fairness();
    vec![
        (head("review", 30, "REV-0001", &ethics.title), ethics),
        (head("review", 31, "REV-0002", &fairness.title), fairness),
    ]
}

fn decision() -> Decision {
    let seat = |name: &str, vote: &str, recused| Seat {
        name: name.into(),
        vote: vote.into(),
        recused,
        note: "Owns the system".into(),
        ..Seat::default()
    };
    Decision {
        title: "Go-live of version 3.1".into(),
        status: "decided".into(),
        outcome: "approve_with_conditions".into(),
        version: "3.1".into(),
        requested_by: "Ada Lovelace".into(),
        seats: vec![seat("Emmy Noether", "for", false), seat("Ada Lovelace", "", true)],
        rationale: "Emmy Noether is convinced".into(),
        dissent: "A dissent on record".into(),
        conditions: vec![Condition {
            text: "Publish the appeal route".into(),
            owner: "Grace Hopper".into(),
            verifier: "Rosa Parks".into(),
            due_on: Some(day("2026-11-01")),
            ..Condition::default()
        }],
        decided_on: Some(day("2026-06-01")),
        valid_until: Some(day("2027-06-01")),
        derogation: "the quorum was set aside on the word of EMMY NOETHER and Mary Somerville".into(),
        charter_edition: 2,
        ..Decision::default()
    }
}

fn system() -> System {
    System {
        name: "Hiring screener <b>bold</b> & {curly}".into(),
        owner: "Ada Lovelace".into(),
        purpose: "Ranks applications; ask 王小明 or hr@example.org".into(),
        stage: "operation".into(),
        versions: vec![Version {
            label: "3.1".into(),
            date: Some(day("2026-05-01")),
            changed: "New ranking model".into(),
            ..Version::default()
        }],
        notes: "A secret note".into(),
        ..System::default()
    }
}

fn first() -> SystemFile {
    let head_of = |system: &System| head("system", 1, "AIS-0001", &system.name);
    let vendor = Vendor {
        name: "Northwind".into(),
        owner: "王小明".into(),
        contact: "sales@example.org".into(),
        certifications: vec![Certification {
            title: "ISO 27001".into(),
            issuer: "A body".into(),
            expires_on: Some(day("2026-03-01")),
        }],
        ..Vendor::default()
    };
    let asset =
        Asset { name: "ranker".into(), asset_type: "model".into(), owner: "Alan Turing".into(), ..Asset::default() };
    let values = vec![("Contact column".to_owned(), "Rosa Parks".to_owned())];
    let decided = decision();
    SystemFile {
        head: head_of(&system()),
        system: system(),
        approval: Approval::InForce {
            decision: "DEC-0001".into(),
            until: Some(day("2027-06-01")),
            open_conditions: 1,
            overdue_conditions: 1,
        },
        gaps: Vec::new(),
        vendors: vec![(head("vendor", 40, "VEN-0001", "Northwind"), vendor)],
        assets: vec![(head("asset", 41, "AST-0001", "ranker"), asset)],
        assessments: vec![assessment()],
        risks: risks(),
        reviews: reviews(),
        decisions: vec![(head("decision", 50, "DEC-0001", &decided.title), decided)],
        findings: Vec::new(),
        gates: Vec::new(),
        evidence: Vec::new(),
        signatures: Vec::new(),
        source: vec![SourceRow {
            file: "inventory.csv".into(),
            imported_at: at("2026-02-01T08:00:00Z"),
            line: 17,
            values,
        }],
    }
}

fn second() -> SystemFile {
    SystemFile {
        head: head("system", 2, "AIS-0002", "Chat helper"),
        system: System {
            name: "Chat helper".into(),
            stage: "operation".into(),
            owner: "Grace Hopper".into(),
            ..System::default()
        },
        approval: Approval::None,
        gaps: Vec::new(),
        vendors: Vec::new(),
        assets: Vec::new(),
        assessments: Vec::new(),
        risks: Vec::new(),
        reviews: Vec::new(),
        decisions: Vec::new(),
        findings: Vec::new(),
        gates: Vec::new(),
        evidence: Vec::new(),
        signatures: Vec::new(),
        source: Vec::new(),
    }
}

/// The dossier, for a profile.
pub(super) fn dossier(profile: Profile) -> Dossier {
    let mut systems = vec![first(), second()];
    assess_sample::fill(&mut systems[0]);
    let change = ("Purpose".to_owned(), "old value".to_owned(), "x".repeat(400));
    let entry = JournalEntry {
        seq: 7,
        at: at("2026-05-01T08:00:00Z"),
        actor: "Mary Jackson".into(),
        call: "record.save".into(),
        subject: "AIS-0001 Hiring screener".into(),
        changes: vec![change],
        hash: "ab".repeat(32),
        refused: false,
    };
    Dossier {
        pack_id: "7f3a 91c2".into(),
        title: "Audit pack".into(),
        profile,
        created: at("2026-11-20T14:05:00Z"),
        today: day("2026-11-20"),
        place: Place::default(),
        made_by: "Mary Jackson".into(),
        program_version: "0.1.0".into(),
        vault: VaultFacts {
            name: "Board".into(),
            id: "vault-id".into(),
            head_seq: 18204,
            head_hash: "c0de77a1".into(),
            genesis: "AAAA BBBB".into(),
            signer_fingerprint: "CCCC".into(),
        },
        charter: Charter {
            edition: 2,
            organisation: "Meridian".into(),
            lay_seat_required: false,
            ..Charter::default()
        },
        frameworks: vec![framework(), assess_sample::own_framework("1"), assess_sample::own_framework("2")],
        questionnaire: questionnaire(),
        portfolio: systems.iter().map(|f| (f.head.clone(), f.system.clone(), f.approval.clone())).collect(),
        systems,
        journal: vec![entry],
        journal_total: 1,
        ..Dossier::default()
    }
}
