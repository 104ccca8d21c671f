//! The content files: they parse, their ids are unique, their links resolve, and their wording keeps to the house rules.
//! The sample portfolio is held by [`sample`].
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "content/sample.rs"]
mod sample;

use conclave_domain::{
    content::{ETHICS, NCSC_CISA, THREATS},
    noun::risk::CATEGORY,
    questionnaire::Scores,
};
use serde_json::Value;
use std::collections::HashSet;

macro_rules! asset {
    ($path:literal) => {
        include_str!(concat!("../../../assets/", $path))
    };
}

// ---------------------------------------------------------------- every file

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(s) => found.push(s.clone()),
        Value::Array(values) => values.iter().for_each(|v| texts(v, found)),
        Value::Object(map) => map.values().for_each(|v| texts(v, found)),
        _ => {}
    }
}

fn all_texts() -> Vec<(&'static str, String)> {
    let files = [
        ("framework", asset!("frameworks/ncsc-cisa-2023.toml")),
        ("questionnaire", asset!("questionnaires/ethics-2026.toml")),
        ("threats", asset!("threats/threats-2026.toml")),
        ("portfolio", asset!("samples/portfolio.toml")),
    ];
    let mut all = Vec::new();
    for (name, source) in files {
        let mut found = Vec::new();
        texts(&toml::from_str(source).expect(name), &mut found);
        all.extend(found.into_iter().map(|t| (name, t)));
    }
    all
}

#[test]
fn no_text_claims_compliance_or_pronounces_a_verdict() {
    for (file, text) in all_texts() {
        let lower = text.to_lowercase();
        for word in lower.split(|c: char| !c.is_alphabetic()) {
            let forbidden = ["compliant", "certified", "endorsed", "fair", "unfair", "fairer", "unfairly"];
            assert!(!forbidden.contains(&word), "{file}: “{word}” in “{text}”");
        }
    }
}

#[test]
fn no_sentence_is_longer_than_400_characters() {
    for (file, text) in all_texts() {
        let longest = text.split_inclusive(['.', '?', '!']).max_by_key(|s| s.chars().count()).unwrap_or_default();
        assert!(longest.chars().count() <= 400, "{file}: {longest}");
    }
}

fn unique<'a>(ids: impl Iterator<Item = &'a str>) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    for id in ids {
        assert!(!id.is_empty() && seen.insert(id), "“{id}” is empty or occurs twice");
    }
    seen
}

// ---------------------------------------------------------------- framework

#[test]
fn the_lead_framework_has_4_stages_17_guidelines_and_113_requirements() {
    let f = &*NCSC_CISA;
    unique(f.groups.iter().map(|g| g.id.as_str()));
    unique(f.requirements.iter().map(|r| r.id.as_str()));
    let guidelines: Vec<usize> = f.stages().map(|s| f.guidelines(&s.id).count()).collect();
    assert_eq!(guidelines, [4, 4, 5, 4]);
    assert_eq!(f.requirements.len(), 113);
    for r in &f.requirements {
        assert!(f.stage_of(r).is_some(), "{} has no stage", r.id);
        assert!(r.id.starts_with(&format!("{}.", r.group)), "{} is not in {}", r.id, r.group);
        assert!(r.question.ends_with('?') && !r.guidance.is_empty() && !r.evidence.is_empty(), "{}", r.id);
    }
    assert!(f.framework.licence.contains("Open Government Licence v3.0"));
}

// ---------------------------------------------------------------- questionnaire

#[test]
fn the_ethics_questionnaire_asks_3_to_6_questions_in_each_of_its_13_areas() {
    let q = &*ETHICS;
    let areas: Vec<String> = (1..=13).map(|n| format!("E{n}")).collect();
    assert_eq!(q.areas.iter().map(|a| a.id.clone()).collect::<Vec<_>>(), areas);
    unique(q.questions.iter().map(|q| q.id.as_str()));
    for area in &q.areas {
        let asked: Vec<_> = q.of(&area.id).collect();
        assert!((3..=6).contains(&asked.len()), "{} has {} questions", area.id, asked.len());
        assert!(asked.iter().any(|q| q.scores == Scores::Mitigation), "{} has no mitigation", area.id);
        assert!(!area.about.is_empty() && !area.informed_by.is_empty(), "{}", area.id);
        for (n, question) in asked.iter().enumerate() {
            assert_eq!(question.id, format!("{}.{}", area.id, n + 1));
        }
    }
    assert_eq!(q.areas.iter().map(|a| q.of(&a.id).count()).sum::<usize>(), q.questions.len());
    let about = &q.questionnaire;
    assert_eq!(about.id, "ethics-2026");
    assert!(
        [&about.title, &about.edition, &about.source, &about.licence, &about.scoring].iter().all(|t| !t.is_empty())
    );
}

#[test]
fn a_choice_question_offers_two_or_more_choices_that_differ_and_a_text_question_none() {
    for question in &ETHICS.questions {
        assert!(question.question.ends_with(['?', '.']) && !question.guidance.is_empty(), "{}", question.id);
        match question.kind.as_str() {
            "choice" => {
                assert!(question.choices.len() >= 2, "{}", question.id);
                unique(question.choices.iter().map(|c| c.value.as_str()));
                unique(question.choices.iter().map(|c| c.label.as_str()));
                assert!(question.choices.iter().all(|c| c.points <= 4), "{}", question.id);
                let scored = question.scores != Scores::None;
                assert_eq!(question.choices.iter().any(|c| c.points > 0), scored, "{}", question.id);
                assert!(!scored || question.choices.iter().any(|c| c.points == 0), "{}: no zero", question.id);
            }
            "text" => assert!(question.choices.is_empty() && question.scores == Scores::None, "{}", question.id),
            other => panic!("{}: unknown kind {other}", question.id),
        }
    }
}

// ---------------------------------------------------------------- threats

#[test]
fn every_threat_names_its_edition_and_a_guideline_and_reads_as_one_sentence() {
    let guidelines: HashSet<&str> =
        NCSC_CISA.groups.iter().filter(|g| !g.parent.is_empty()).map(|g| g.id.as_str()).collect();
    let ids = unique(THREATS.threats.iter().map(|t| t.id.as_str()));
    for n in 1..=10 {
        assert!(ids.contains(format!("LLM{n:02}:2025").as_str()) && ids.contains(format!("ML{n:02}:2023").as_str()));
    }
    for t in &THREATS.threats {
        assert!(CATEGORY.values.contains(&t.category.as_str()), "{}: category {}", t.id, t.category);
        assert!(!t.title.is_empty() && t.gist.ends_with('.'), "{}", t.id);
        assert!(t.source.contains("20"), "{}: the source “{}” names no edition", t.id, t.source);
        assert!(!t.guidelines.is_empty() && t.guidelines.iter().all(|g| guidelines.contains(g.as_str())), "{}", t.id);
        for part in [&t.cause, &t.event, &t.consequence] {
            assert!(part.chars().next().is_some_and(char::is_lowercase), "{}: “{part}”", t.id);
            assert!(!part.ends_with(['.', ',']) && !part.contains(". "), "{}: “{part}”", t.id);
        }
    }
    let about = &THREATS.library;
    assert!([&about.id, &about.title, &about.edition, &about.source, &about.licence].iter().all(|t| !t.is_empty()));
}
