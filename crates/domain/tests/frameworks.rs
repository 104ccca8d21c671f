//! The linter of frameworks, crosswalks and templates: ids unique, links resolve, guidance and evidence everywhere, counts as
//! stated, sentences within length, no claim that nobody can make.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_domain::{
    content::{self, CROSSWALKS, TEMPLATES},
    crosswalk::Strength,
    framework::{Framework, Requirement},
};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Who can answer a requirement.
const ANSWERERS: [&str; 12] = [
    "leadership",
    "system owner",
    "engineering",
    "data science",
    "security",
    "operations",
    "procurement",
    "user support",
    "privacy",
    "legal",
    "compliance",
    "ethics board",
];
/// The longest sentence, in characters: longer ones are not read.
const SENTENCE: usize = 300;

fn each(mut holds: impl FnMut(&Framework, &Requirement) -> Result<(), String>) {
    let mut wrong = Vec::new();
    for f in content::frameworks() {
        for r in &f.requirements {
            if let Err(why) = holds(f, r) {
                wrong.push(format!("{} {}: {why}", f.framework.id, r.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

fn unless(good: bool, why: &str) -> Result<(), String> {
    if good { Ok(()) } else { Err(why.to_owned()) }
}

#[test]
fn every_framework_says_what_it_is_where_it_comes_from_and_under_which_licence() {
    let mut ids = HashSet::new();
    for f in content::frameworks() {
        let a = &f.framework;
        assert!(ids.insert(&a.id), "{} occurs twice", a.id);
        let said = [&a.title, &a.short_title, &a.edition, &a.publisher, &a.source, &a.licence, &a.language, &a.note];
        assert!(said.iter().all(|t| !t.trim().is_empty()), "{} lacks a field of [framework]", a.id);
        assert!(["checklist", "reference"].contains(&a.kind.as_str()), "{}: kind {}", a.id, a.kind);
        assert_eq!(f.requirements.len(), a.stated, "{}: requirements as stated", a.id);
    }
}

/// As the publishers count, or as content-facts 1.2, 2.1, 3.1, 3.2, 3.4, 3.7 state.
#[test]
fn counts_are_as_published() {
    let counts = BTreeMap::from([
        ("ncsc-cisa-2023", 113),
        ("founding-practices-2026", 85),
        ("nist-ai-rmf-1.0", 72),
        ("iso-42001-2023-annex-a", 38),
        ("etsi-en-304-223", 13),
        ("owasp-ml-2023", 10),
        ("owasp-llm-2025", 10),
        ("owasp-llm-2026", 10),
        ("owasp-asi-2026", 10),
        ("deploying-ai-2024", 15),
        ("ai-data-security-2025", 10),
    ]);
    for (id, count) in counts {
        assert_eq!(content::framework(id).expect(id).requirements.len(), count, "{id}");
    }
    let nist = content::framework("nist-ai-rmf-1.0").unwrap();
    let by: Vec<usize> = ["GOVERN", "MAP", "MEASURE", "MANAGE"]
        .iter()
        .map(|f| nist.requirements.iter().filter(|r| r.id.starts_with(&format!("{f} "))).count())
        .collect();
    assert_eq!(by, [19, 18, 22, 13]);
    assert_eq!(
        content::framework("mitre-atlas-5.6.1")
            .unwrap()
            .requirements
            .iter()
            .filter(|r| r.id.starts_with("AML.TA"))
            .count(),
        16
    );
}

#[test]
fn ids_are_unique_and_groups_resolve() {
    for f in content::frameworks() {
        let id = &f.framework.id;
        let mut groups = HashSet::new();
        for g in &f.groups {
            assert!(!g.id.is_empty() && groups.insert(g.id.as_str()), "{id}: group {}", g.id);
            let parent = f.group(&g.parent);
            assert!(
                g.parent.is_empty() || parent.is_some_and(|p| p.parent.is_empty()),
                "{id}: {} in {}",
                g.id,
                g.parent
            );
            assert!(!g.title.is_empty() && !g.short_title.is_empty(), "{id}: {} has no title", g.id);
        }
        let mut seen = HashSet::new();
        for r in &f.requirements {
            assert!(!r.id.is_empty() && seen.insert(r.id.as_str()), "{id}: {} occurs twice", r.id);
            assert!(f.stage_of(r).is_some(), "{id}: {} lies in no group", r.id);
        }
    }
}

#[test]
fn every_requirement_has_a_title_a_question_or_gist_guidance_evidence_and_somebody_who_answers() {
    each(|f, r| {
        let end = if f.framework.kind == "checklist" { '?' } else { '.' };
        unless(!r.title.is_empty(), "no title")?;
        unless(r.question.ends_with(end), &format!("the question does not end with {end}"))?;
        unless(!r.guidance.trim().is_empty(), "no guidance")?;
        unless(f.evidence_of(r).len() >= 2, "fewer than two evidence examples")?;
        unless(ANSWERERS.contains(&r.answered_by.as_str()), &format!("answered by “{}”", r.answered_by))?;
        unless(r.addressed_to.iter().all(|a| ["provider", "deployer"].contains(&a.as_str())), "addressed to whom?")
    });
}

#[test]
fn a_checklist_names_a_typical_weak_answer_for_every_question() {
    each(|f, r| unless(f.framework.kind != "checklist" || !r.weak.is_empty(), "no weak answer"));
}

#[test]
fn no_sentence_is_too_long_and_none_claims_what_nobody_can() {
    let forbidden = ["compliant", "certified", "fair", "unfair", "fairer", "unfairly"];
    let mut texts: Vec<(String, String)> = Vec::new();
    for f in content::frameworks() {
        let a = &f.framework;
        texts.push((a.id.clone(), [&a.source, &a.note].map(String::as_str).join("\n")));
        for r in &f.requirements {
            let all = [&r.question, &r.guidance, &r.weak, &r.doubt, &r.title].map(String::as_str).join("\n");
            texts.push((format!("{} {}", a.id, r.id), format!("{all}\n{}", r.evidence.join("\n"))));
        }
    }
    for walk in CROSSWALKS.iter() {
        texts.push((walk.crosswalk.id.clone(), [walk.crosswalk.source.as_str(), &walk.crosswalk.note].join("\n")));
        texts.extend(walk.rows.iter().map(|r| (format!("{} {}", walk.crosswalk.id, r.from), r.note.clone())));
    }
    for t in TEMPLATES.kinds.iter().chain(&TEMPLATES.roles) {
        let reasons = t.leave_out.iter().chain(&t.stress).map(|p| p.reason.as_str()).collect::<Vec<_>>().join("\n");
        texts.push((t.id.clone(), format!("{}\n{}\n{reasons}", t.about, t.inclusion)));
    }
    for (place, text) in texts {
        for word in text.to_lowercase().split(|c: char| !c.is_alphabetic()) {
            assert!(!forbidden.contains(&word), "{place}: “{word}”");
        }
        assert!(!text.to_lowercase().contains("endorsed by"), "{place} claims an endorsement");
        for line in text.lines() {
            let longest = line.split_inclusive(['.', '?', '!']).map(|s| s.chars().count()).max().unwrap_or(0);
            assert!(longest <= SENTENCE, "{place}: a sentence of {longest} characters");
        }
    }
}

#[test]
fn typed_questions_and_conditions_hold_together() {
    let mut typed = BTreeSet::new();
    each(|f, r| {
        if let Some(asks) = &r.asks {
            typed.insert(asks.kind.clone());
            unless(["yes_no", "choice", "number", "text"].contains(&asks.kind.as_str()), "unknown kind of reply")?;
            unless((asks.kind == "choice") != asks.choices.is_empty(), "choices without a choice, or the reverse")?;
            for choice in &asks.choices {
                unless(asks.judge(&choice.value).is_ok(), "a choice that is not taken")?;
                unless(
                    ["", "met", "partly", "not_met"].contains(&choice.result.as_str()),
                    "a result that does not exist",
                )?;
            }
        }
        if let Some(when) = &r.when {
            let other = f.requirement(&when.requirement).ok_or("the condition leads nowhere")?;
            unless(other.id != r.id && other.when.is_none(), "a condition on itself or on a conditional question")?;
            let results = ["met", "partly", "not_met", "not_applicable"];
            let values = |w: &String| other.asks.as_ref().is_some_and(|a| a.judge(w).is_ok());
            unless(
                !when.is.is_empty() && when.is.iter().all(|w| results.contains(&w.as_str()) || values(w)),
                "a condition that never holds",
            )?;
        }
        Ok(())
    });
    assert!(["yes_no", "choice", "number"].iter().all(|k| typed.contains(*k)), "{typed:?}");
}

#[test]
fn every_link_resolves_and_none_is_said_twice() {
    for walk in CROSSWALKS.iter() {
        let about = &walk.crosswalk;
        assert!([&about.id, &about.title, &about.edition, &about.source, &about.licence].iter().all(|t| !t.is_empty()));
        assert!(content::framework(&about.from).is_some(), "{} starts nowhere", about.id);
        assert!(walk.rows.iter().all(|r| ["ours", "published"].contains(&r.source.as_str())), "{}: whose?", about.id);
    }
    let mut seen = HashSet::new();
    for l in content::links() {
        let (from, to) = (content::framework(&l.from_framework).unwrap(), content::framework(&l.to_framework));
        let to = to.unwrap_or_else(|| panic!("{} leads to {}", l.from, l.to_framework));
        assert!(
            from.requirement(&l.from).is_some() || from.group(&l.from).is_some(),
            "{} {}",
            l.from_framework,
            l.from
        );
        assert!(to.requirement(&l.to).is_some(), "{} → {} {}", l.from, l.to_framework, l.to);
        assert!(seen.insert((&l.from_framework, &l.from, &l.to_framework, &l.to)), "{} → {} twice", l.from, l.to);
    }
}

#[test]
fn every_founding_practice_has_a_home() {
    for r in &content::framework("founding-practices-2026").unwrap().requirements {
        let home = content::links().iter().any(|l| l.from_framework == "founding-practices-2026" && l.from == r.id);
        assert!(home, "{} is homeless", r.id);
    }
    // The homeless of the guidelines are asked about in the tracks (content-facts 2.4).
    let tracks = content::framework("conclave-tracks-2026").unwrap();
    assert_eq!(tracks.stages().count(), 6);
    for (practice, track) in
        [("FP74", "E2"), ("FP70", "E1"), ("FP69", "E3"), ("FP77", "E4"), ("FP80", "E5"), ("FP36", "E6")]
    {
        let there = content::links().iter().any(|l| {
            l.from == practice && l.to_framework == tracks.framework.id && l.to.starts_with(&format!("{track}."))
        });
        assert!(there, "{practice} does not lead to {track}");
    }
}

#[test]
fn the_two_editions_of_the_llm_list_convert_into_each_other() {
    let to_2026: BTreeSet<&str> = content::links()
        .iter()
        .filter(|l| {
            l.from_framework == "owasp-llm-2025" && l.to_framework == "owasp-llm-2026" && l.strength < Strength::Related
        })
        .map(|l| l.to.as_str())
        .collect();
    assert_eq!(to_2026.len(), 10);
    let of = |from: &str| {
        content::links().iter().find(|l| l.from == from && l.to_framework == "owasp-llm-2026").map(|l| l.to.as_str())
    };
    assert_eq!((of("LLM06:2025"), of("LLM05:2025")), (Some("LLM03:2026"), Some("LLM10:2026")));
}

#[test]
fn templates_name_requirements_that_are_there_and_give_every_kind_and_role_its_reason() {
    let ids = |list: &[conclave_domain::template::Template]| list.iter().map(|t| t.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&TEMPLATES.kinds), ["predictive", "generative_api", "generative_own", "agent", "embedded"]);
    assert_eq!(ids(&TEMPLATES.roles), ["provider", "deployer"]);
    for t in TEMPLATES.kinds.iter().chain(&TEMPLATES.roles) {
        assert!([&t.title, &t.about, &t.inclusion].iter().all(|s| !s.is_empty()), "{}", t.id);
        for part in t.leave_out.iter().chain(&t.stress) {
            let framework = content::framework(&part.framework).unwrap();
            assert!(
                part.requirements.iter().all(|r| framework.requirement(r).is_some()) && !part.reason.is_empty(),
                "{}",
                t.id
            );
        }
    }
}
