//! The sample portfolio: the program's own rules accept it, and it shows what a board has to find.

use chrono::{Days, NaiveDate};
use conclave_domain::{
    answer::Answer,
    approval::stand,
    call::record::Approval,
    charter::Charter,
    content::{ETHICS, NCSC_CISA, TEMPLATES, THREATS},
    fairness::{Counter, Standing},
    field::FieldKind,
    kind::Kind,
    noun::{self, Body, Decision, Noun, Review, Risk, System},
    scale::Level,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

const PORTFOLIO: &str = include_str!("../../../../assets/samples/portfolio.toml");
const SCREENING: &str = include_str!("../../../../assets/samples/hiring-screening.csv");

/// The day on which the tests create the sample.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Portfolio {
    charter: Map<String, Value>,
    record: Vec<Record>,
    answer: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    kind: Kind,
    key: String,
    #[serde(default)]
    measure: String,
    #[serde(default)]
    freeze: Option<Freeze>,
    #[serde(default)]
    template: String,
    body: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Freeze {
    title: String,
    after: usize,
}

struct Sample {
    charter: Charter,
    records: Vec<(Record, Body)>,
    ids: BTreeMap<String, Uuid>,
    answers: Vec<(String, Answer)>,
}

/// "D-30" and "@key" stand for a date and an id; the keys must have been seen before.
fn resolve(value: &mut Value, ids: &BTreeMap<String, Uuid>) {
    match value {
        Value::String(s) => {
            if let Some(key) = s.strip_prefix('@') {
                *s = ids.get(key).unwrap_or_else(|| panic!("“{s}” points to no earlier record")).to_string();
            } else if let Some(days) = s.strip_prefix('D').and_then(|d| d.parse::<i64>().ok()) {
                let far = Days::new(days.unsigned_abs());
                *s = if days < 0 { today() - far } else { today() + far }.to_string();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|v| resolve(v, ids)),
        Value::Object(map) => map.values_mut().for_each(|v| resolve(v, ids)),
        _ => {}
    }
}

/// Holds that everything written in the file arrived in the body: a mistyped key would be dropped in silence.
fn arrived(path: &str, written: &Value, read: &Value) {
    match (written, read) {
        (Value::Object(w), Value::Object(r)) => {
            for (key, value) in w {
                arrived(
                    &format!("{path}.{key}"),
                    value,
                    r.get(key).unwrap_or_else(|| panic!("{path}.{key} is unknown")),
                );
            }
        }
        (Value::Array(w), Value::Array(r)) => {
            assert_eq!(w.len(), r.len(), "{path}");
            w.iter().zip(r).for_each(|(w, r)| arrived(path, w, r));
        }
        (Value::Number(w), Value::Number(r)) => assert_eq!(w.as_f64(), r.as_f64(), "{path}"),
        _ => assert_eq!(written, read, "{path}"),
    }
}

fn sample() -> Sample {
    let portfolio: Portfolio = toml::from_str(PORTFOLIO).unwrap();
    let charter: Charter = serde_json::from_value(Value::Object(portfolio.charter.clone())).unwrap();
    arrived("charter", &Value::Object(portfolio.charter), &serde_json::to_value(&charter).unwrap());
    let (mut ids, mut records) = (BTreeMap::new(), Vec::new());
    for record in portfolio.record {
        let mut map = Value::Object(record.body.clone());
        resolve(&mut map, &ids);
        let Value::Object(map) = map else { unreachable!() };
        let body = Body::from_map(record.kind, map.clone()).unwrap_or_else(|f| panic!("{}: {f}", record.key));
        arrived(&record.key, &Value::Object(map), &Value::Object(body.to_map()));
        let id = Uuid::from_u128(ids.len() as u128 + 1);
        assert!(ids.insert(record.key.clone(), id).is_none(), "the key {} occurs twice", record.key);
        records.push((record, body));
    }
    let answers = portfolio.answer.into_iter().map(|mut map| {
        let Some(Value::String(of)) = map.remove("assessment") else { panic!("an answer names no assessment") };
        let mut value = Value::Object(map);
        resolve(&mut value, &ids);
        let answer: Answer = serde_json::from_value(value.clone()).unwrap();
        arrived(&format!("{of} {}", answer.requirement), &value, &serde_json::to_value(&answer).unwrap());
        (of, answer)
    });
    Sample { charter, answers: answers.collect(), records, ids }
}

macro_rules! of {
    ($sample:expr, $kind:ident) => {
        $sample.records.iter().filter_map(|(r, b)| if let Body::$kind(n) = b { Some((r, n)) } else { None })
    };
}

impl Sample {
    fn risks(&self) -> Vec<&Risk> {
        of!(self, Risk).map(|(_, r)| r).collect()
    }
}

#[test]
fn every_record_of_the_sample_passes_the_rules_and_its_links_point_to_the_right_kind() {
    let s = sample();
    s.charter.check().unwrap();
    assert!(s.charter.loosened().is_empty(), "the sample loosens no rule");
    let kind_of: BTreeMap<Uuid, Kind> = s.records.iter().map(|(r, b)| (s.ids[&r.key], b.kind())).collect();
    for (record, body) in &s.records {
        body.check(&s.charter).unwrap_or_else(|f| panic!("{}: {f}", record.key));
        for (key, id) in body.links() {
            let field = noun::fields(body.kind()).iter().find(|f| f.key == key).unwrap();
            let (FieldKind::Link(kind) | FieldKind::Links(kind)) = field.kind else { unreachable!() };
            assert_eq!(kind_of[&id], kind, "{}.{key}", record.key);
        }
    }
}

#[test]
fn the_sample_is_as_large_as_a_tour_needs() {
    let s = sample();
    let count = |kind: Kind| s.records.iter().filter(|(_, b)| b.kind() == kind).count();
    assert_eq!(count(Kind::System), 10);
    assert!((5..=6).contains(&count(Kind::Vendor)) && (12..=14).contains(&count(Kind::Asset)));
    assert!((3..=4).contains(&count(Kind::Assessment)) && (17..=20).contains(&count(Kind::Risk)));
    assert_eq!((count(Kind::Review), count(Kind::Decision)), (4, 5));
    let stages: BTreeSet<_> = of!(s, System).map(|(_, n)| n.stage.as_str()).collect();
    let classes: BTreeSet<_> = of!(s, System).map(|(_, n)| n.risk_class.as_str()).collect();
    assert_eq!(stages.len(), 5);
    assert!(classes.len() >= 4 && !classes.contains(""));
}

#[test]
fn answers_exist_in_the_framework_and_only_two_are_left_open_on_purpose() {
    let s = sample();
    let mut seen = HashSet::new();
    let (mut counts, mut gaps) = (BTreeMap::<&str, (usize, usize)>::new(), Vec::new());
    for (of, answer) in &s.answers {
        let Some((_, Body::Assessment(assessment))) = s.records.iter().find(|(r, _)| r.key == *of) else {
            panic!("{of} is no assessment")
        };
        assert_eq!(assessment.framework, NCSC_CISA.framework.id, "answers of the sample are to the guidelines");
        let requirement =
            NCSC_CISA.requirement(&answer.requirement).unwrap_or_else(|| panic!("{}", answer.requirement));
        assert!(seen.insert((of, &answer.requirement)), "{of} {} is answered twice", answer.requirement);
        assert!(answer.check().is_empty() && !answer.owner.is_empty(), "{of} {}", answer.requirement);
        gaps.extend(answer.gap(requirement, &s.charter).map(|_| answer.requirement.as_str()));
        let count = counts.entry(of).or_default();
        count.0 += 1;
        count.1 += usize::from(!answer.comment.is_empty());
    }
    assert_eq!(gaps, ["1.1.e", "4.3.b"]);
    let mut sizes: Vec<_> = counts.values().copied().collect();
    sizes.sort_unstable();
    let [begun, half, nearly] = sizes[..] else { panic!("{sizes:?}") };
    assert!(begun.0 <= 15 && (45..=65).contains(&half.0), "{sizes:?}");
    assert!((95..113).contains(&nearly.0) && nearly.1 >= 30, "{sizes:?}");
}

#[test]
fn risks_of_the_sample_lie_on_every_level_and_show_what_a_board_must_find() {
    let s = sample();
    let risks = s.risks();
    let levels: BTreeSet<Level> = risks.iter().filter_map(|r| r.current().level(&s.charter)).collect();
    assert_eq!(levels.len(), 5);
    assert!(risks.iter().any(|r| r.acceptance_in_force(today())));
    assert!(risks.iter().any(|r| r.status == "accepted" && !r.acceptance_in_force(today())), "an acceptance ran out");
    let unplanned = risks.iter().filter(|r| r.gaps(&s.charter).iter().any(|g| g.field == "plan")).count();
    assert!(unplanned >= 2, "above tolerance without a plan: {unplanned}");
    let overdue = risks.iter().filter(|r| r.next_date().is_some_and(|d| d < today())).count();
    assert!(overdue >= 3, "overdue: {overdue}");
    let threats: HashSet<&str> = THREATS.threats.iter().map(|t| t.id.as_str()).collect();
    for r in risks {
        assert!(r.threats.iter().all(|t| threats.contains(t.as_str())), "{}: {:?}", r.title, r.threats);
        assert!(r.guidelines.iter().all(|g| NCSC_CISA.groups.iter().any(|n| n.id == *g && !n.parent.is_empty())));
        assert!(!r.owner.is_empty() && !r.cause.is_empty() && !r.event.is_empty() && !r.consequence.is_empty());
    }
}

#[test]
fn decisions_of_the_sample_show_every_standing_and_those_taken_have_no_gaps() {
    let s = sample();
    let decisions: Vec<(&str, &Decision)> = of!(s, Decision).map(|(r, d)| (r.key.as_str(), d)).collect();
    for (key, d) in decisions.iter().filter(|(_, d)| d.is_decided()) {
        assert!(d.gaps(&s.charter).is_empty(), "{key}: {:?}", d.gaps(&s.charter));
        assert!(d.decided_on.is_some_and(|on| on <= today()), "{key}");
    }
    assert_eq!(decisions.iter().filter(|(_, d)| !d.is_decided()).count(), 1);
    let approval = |key: &str| {
        let (_, system): (_, &System) = of!(s, System).find(|(r, _)| r.key == key).unwrap();
        let about = decisions.iter().filter(|(_, d)| d.subject == Some(s.ids[key]));
        let about: Vec<_> = about.map(|(k, d)| ((*k).to_owned(), (*d).clone())).collect();
        for (_, d) in &about {
            assert!(system.versions.iter().any(|v| v.label == d.version), "{key} has no version {}", d.version);
        }
        stand(system, &about, today())
    };
    assert!(approval("credit").is_good());
    assert!(matches!(approval("hiring"), Approval::InForce { open_conditions: 3, overdue_conditions: 1, .. }));
    assert!(matches!(approval("assistant"), Approval::Expired { .. }));
    assert!(matches!(approval("triage"), Approval::Deferred { .. }));
    assert_eq!(approval("fraud"), Approval::None);
}

#[test]
fn reviews_of_the_sample_answer_most_questions_and_plan_before_they_measure() {
    let s = sample();
    let reviews: Vec<(&Record, &Review)> = of!(s, Review).collect();
    let of_type = |t: &'static str| reviews.iter().filter(move |(_, r)| r.review_type == t);
    assert_eq!((of_type("ethics").count(), of_type("fairness").count()), (2, 2));
    for (record, review) in of_type("ethics") {
        assert!(review.replies.len() * 3 >= ETHICS.questions.len() * 2, "{}", record.key);
        for (id, reply) in &review.replies {
            let question = ETHICS.questions.iter().find(|q| q.id == *id).unwrap_or_else(|| panic!("{id}"));
            let chosen = question.choices.iter().any(|c| c.value == reply.choice);
            assert!(chosen || (question.choices.is_empty() && !reply.text.is_empty()), "{} {id}", record.key);
        }
    }
    for (record, review) in of_type("fairness") {
        assert!(review.fairness.is_none() && review.fairness_plan.is_some(), "{}", record.key);
        let plan = review.fairness_plan.as_ref().unwrap();
        assert!(plan.recorded_on.is_some_and(|d| d < today()) && !plan.reason.is_empty() && !plan.bands.is_empty());
        assert!(plan.check().is_empty(), "{}: {:?}", record.key, plan.check());
    }
    let measured: Vec<_> = reviews.iter().filter(|(r, _)| !r.measure.is_empty()).collect();
    assert_eq!(measured.len(), 1);
    assert_eq!((measured[0].0.measure.as_str(), measured[0].1.status.as_str()), ("hiring-screening.csv", "measured"));
}

#[test]
fn findings_of_the_sample_are_about_requirements_and_a_baseline_lies_within_its_answers() {
    let s = sample();
    let found: Vec<_> = of!(s, Finding).collect();
    let severities: BTreeSet<&str> = found.iter().map(|(_, f)| f.severity.as_str()).collect();
    assert_eq!(severities.len(), 3, "one of each severity");
    assert!(found.iter().any(|(_, f)| f.is_closed()) && found.iter().any(|(_, f)| f.is_open_major()));
    for (record, finding) in found {
        let known = finding.requirement.is_empty() || NCSC_CISA.requirement(&finding.requirement).is_some();
        assert!(known && finding.gaps(&s.charter).is_empty(), "{}", record.key);
    }
    for (record, _) in &s.records {
        assert!(record.template.is_empty() || TEMPLATES.kinds.iter().any(|t| t.id == record.template));
        let Some(freeze) = &record.freeze else { continue };
        let answers = s.answers.iter().filter(|(of, _)| *of == record.key).count();
        assert!(
            record.kind == Kind::Assessment && freeze.after < answers && !freeze.title.is_empty(),
            "{}",
            record.key
        );
    }
}

#[test]
fn the_screening_data_show_what_the_review_concludes_from_them() {
    let s = sample();
    let (record, review) = of!(s, Review).find(|(r, _)| !r.measure.is_empty()).unwrap();
    let plan = review.fairness_plan.as_ref().unwrap();
    let mut lines = SCREENING.lines();
    let head: Vec<String> = lines.next().unwrap().split(',').map(str::to_owned).collect();
    let mut counter = Counter::new(plan, &head).unwrap();
    for line in lines {
        counter.push(&line.split(',').collect::<Vec<_>>()).unwrap();
    }
    assert!(counter.doubts().is_empty(), "{:?}", counter.doubts());
    let noon = today().and_hms_opt(12, 0, 0).unwrap().and_utc();
    let measured = counter.finish(&record.measure, "", noon, &plan.recorded_by);
    assert_eq!((measured.rows, measured.left_out), (1200, 6));
    let small: Vec<&str> = measured.groups.iter().filter(|g| g.counts.is_none()).map(|g| g.name.as_str()).collect();
    assert_eq!(small, ["65 and over"]);
    let judged: Vec<_> = measured.metrics.iter().filter(|m| m.band.is_some()).collect();
    assert_eq!(judged.len(), plan.bands.len());
    let outside: Vec<_> = judged.iter().filter(|m| m.standing == Standing::Outside).collect();
    let [ratio] = outside[..] else { panic!("{outside:?}") };
    assert_eq!(
        (ratio.metric.as_str(), ratio.value.map(|v| format!("{v:.2}"))),
        ("demographic_parity_ratio", Some("0.63".into()))
    );
    assert!(judged.iter().all(|m| matches!(m.standing, Standing::Within | Standing::Outside)));
    assert!(review.conclusion.contains("0.63") && review.conclusion.contains("65 and over"));
}
