//! The rules that every pack holds, on a dossier of two systems made by hand.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod assess;
mod assess_sample;
mod sample;

use super::{Dossier, Profile, pack};
use crate::tree::{Block, Pack, Row};
use chrono::{FixedOffset, NaiveDate};
use conclave_domain::{answer::Result, time::Now};
use sample::{PERSONS, dossier};
use std::{collections::BTreeSet, ops::ControlFlow, sync::Arc};

/// Every text that a reader sees, figures included.
fn texts(pack: &Pack) -> Vec<String> {
    let mut out = vec![pack.title.clone(), pack.subtitle.clone(), pack.organisation.clone(), pack.profile.clone()];
    out.extend(pack.cover.iter().flat_map(|(a, b)| [a.clone(), b.clone()]));
    out.extend(pack.statement.clone());
    for chapter in &pack.chapters {
        out.push(chapter.title.clone());
        chapter.blocks.iter().for_each(|b| block_texts(b, &mut out));
    }
    out
}

fn block_texts(block: &Block, out: &mut Vec<String>) {
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) | Block::Note(text) | Block::Callout { text, .. } => {
            out.push(text.clone())
        }
        Block::List(items) => out.extend(items.clone()),
        Block::Fields(pairs) => out.extend(pairs.iter().flat_map(|(a, b)| [a.clone(), b.clone()])),
        Block::Table(table) => {
            out.push(table.caption.clone());
            out.extend(table.columns.iter().map(|c| c.title.clone()));
            for row in &table.rows {
                match row {
                    Row::Group(text) => out.push(text.clone()),
                    Row::Cells(cells) => out.extend(cells.iter().map(|c| c.text.clone())),
                }
            }
        }
        Block::Figure(figure) => out.extend([figure.title.clone(), figure.description.clone()]),
        Block::PageBreak => {}
    }
}

fn all_text(pack: &Pack) -> String {
    texts(pack).join("\n")
}

fn of(profile: Profile) -> Pack {
    pack(&dossier(profile))
}

fn attachment(pack: &Pack, name: &str) -> Option<String> {
    pack.attachments.iter().find(|a| a.name == name).map(|a| String::from_utf8(a.bytes.clone()).unwrap())
}

/// Every profile, with both systems and with one alone.
fn every_pack() -> Vec<Pack> {
    let mut packs: Vec<Pack> = Profile::ALL.into_iter().map(of).collect();
    for profile in Profile::ALL {
        let mut one = dossier(profile);
        one.systems.truncate(1);
        packs.push(pack(&one));
    }
    packs
}

#[test]
fn every_comment_reason_and_piece_of_evidence_is_in_the_auditors_pack_and_its_file() {
    let dossier = dossier(Profile::Auditor);
    let made = pack(&dossier);
    let (text, csv) = (all_text(&made), attachment(&made, "answers.csv").unwrap());
    let mut seen = 0;
    for answer in dossier.systems.iter().flat_map(|s| &s.assessments).flat_map(|a| a.answers.values()) {
        for said in [&answer.comment, &answer.reason, &answer.evidence, &answer.owner, &answer.observation] {
            assert!(text.contains(said.as_str()), "{said}");
            assert!(csv.contains(&said.replace('"', "\"\"")), "{said}");
            seen += usize::from(!said.is_empty());
        }
    }
    assert!(seen > 8);
}

#[test]
fn every_requirement_is_listed_for_the_auditor_even_without_an_answer() {
    let dossier = dossier(Profile::Auditor);
    let text = all_text(&pack(&dossier));
    for requirement in &dossier.frameworks[0].requirements {
        assert!(text.contains(&requirement.question), "{}", requirement.id);
    }
}

#[test]
fn the_board_sees_open_answers_and_gaps_and_not_what_is_settled() {
    let dossier = dossier(Profile::Board);
    let made = pack(&dossier);
    let all =
        all_text(&made) + &attachment(&made, "answers.csv").unwrap() + &attachment(&made, "systems.json").unwrap();
    for file in dossier.systems.iter().flat_map(|s| &s.assessments) {
        for (id, answer) in file.answers.iter().filter(|(_, a)| !a.comment.is_empty()) {
            let settled = matches!(answer.result, Result::Met | Result::NotApplicable) && !file.gaps.contains_key(id);
            // In JSON a quotation mark is escaped, so the plain words stand for the comment.
            assert_eq!(all.contains(answer.comment.as_str()), !settled, "{}", answer.comment);
        }
        file.gaps.values().for_each(|g| assert!(all.contains(&g.sentence), "{}", g.sentence));
    }
}

#[test]
fn the_public_pack_names_no_person_anywhere() {
    for pack in [of(Profile::Public), every_pack().remove(5)] {
        let files: String = pack.attachments.iter().map(|a| String::from_utf8_lossy(&a.bytes).into_owned()).collect();
        let all = (all_text(&pack) + &files).to_lowercase();
        for person in PERSONS {
            assert!(!all.contains(&person.to_lowercase()), "{person}");
        }
        for secret in
            ["secret note", "prompt injection", "poisoned upload", "old value", "example.org", "the ethics conclusion"]
        {
            assert!(!all.contains(secret), "{secret}");
        }
        assert!(all.contains("[withheld]"), "what was taken out of a text leaves a mark");
    }
    let auditor = all_text(&of(Profile::Auditor));
    PERSONS.iter().for_each(|p| assert!(auditor.contains(p), "{p}"));
}

#[test]
fn the_public_pack_keeps_coverage_outcome_and_counts() {
    let text = all_text(&of(Profile::Public));
    for kept in [
        "Approved with conditions",
        "Coverage by stage",
        "Hiring screener",
        "Open risks above the tolerance",
        "2 of 3 (66 %)",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    assert!(attachment(&of(Profile::Public), "risks.csv").is_none());
    assert!(attachment(&of(Profile::Public), "answers.csv").is_none());
}

#[test]
fn what_cannot_be_computed_or_has_too_little_data_is_said_in_words() {
    let text = all_text(&of(Profile::Auditor));
    for words in
        ["not computable", "insufficient data", "Not computable", "Insufficient data", "Outside the screening band"]
    {
        assert!(text.contains(words), "{words}");
    }
    assert!(text.contains("before the measurement"));
}

/// Both happened on the same morning of Auckland, which at Greenwich was the evening before.
#[test]
fn a_plan_of_the_day_of_its_measurement_came_first_wherever_the_board_sits() {
    let mut dossier = dossier(Profile::Auditor);
    let hours = |n: i32| Arc::new(FixedOffset::east_opt(n * 3600).unwrap());
    let greenwich = Now::utc("2026-09-01T21:00:00Z".parse().unwrap());
    for review in dossier.systems.iter_mut().flat_map(|s| &mut s.reviews).map(|(_, r)| r) {
        if let (Some(plan), Some(measured)) = (&mut review.fairness_plan, &mut review.fairness) {
            (plan.recorded_on, measured.measured_at) = (NaiveDate::from_ymd_opt(2026, 9, 2), Some(greenwich.moment()));
        }
    }
    dossier.place = Now::new(greenwich.moment(), hours(12)).place();
    assert!(all_text(&pack(&dossier)).contains("before the measurement of 2\u{a0}Sep"));
    dossier.place = greenwich.place();
    assert!(all_text(&pack(&dossier)).contains("after the measurement of 1\u{a0}Sep"), "at Greenwich it did not");
}

#[test]
fn no_pack_claims_what_it_cannot_know() {
    for pack in every_pack() {
        for text in texts(&pack) {
            let words: BTreeSet<String> = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
            for claim in ["compliant", "compliance", "certified", "endorsed", "authentic", "unfair"] {
                assert!(!words.contains(claim), "{claim}: {text}");
            }
        }
    }
}

#[test]
fn every_row_has_as_many_cells_as_its_table_has_columns() {
    let mut tables = 0;
    for pack in every_pack() {
        for block in pack.chapters.iter().flat_map(|c| &c.blocks) {
            let Block::Table(table) = block else { continue };
            tables += 1;
            for row in &table.rows {
                if let Row::Cells(cells) = row {
                    assert_eq!(cells.len(), table.columns.len(), "{}", table.caption);
                }
            }
            assert!(table.columns.iter().all(|c| c.share > 0.0));
        }
    }
    assert!(tables > 60, "{tables}");
}

#[test]
fn no_text_key_and_no_unfilled_mark_reaches_the_page() {
    let keys =
        ["dossier.", "field.", "section.", "choice.", "charter.", "fairness.", "metric.", "rate.", "gate.", "assess."];
    for pack in every_pack() {
        for text in texts(&pack) {
            assert!(!keys.iter().any(|k| text.starts_with(k) && !text.contains(' ')), "{text}");
            assert!(!text.contains('{') || text.contains("{curly}"), "{text}");
        }
    }
}

#[test]
fn markup_direction_and_pictographs_pass_through_untouched() {
    let text = all_text(&of(Profile::Auditor));
    for raw in ["<b>bold</b> & {curly}", "مرحبا", "👩‍⚖️", "王小明"] {
        assert!(text.contains(raw), "{raw}");
    }
}

#[test]
fn the_summary_says_decision_conditions_and_exceptions_first() {
    for pack in [of(Profile::Board), of(Profile::Auditor)] {
        let headings: Vec<&str> = pack.chapters[0]
            .blocks
            .iter()
            .filter_map(|b| if let Block::Heading { text, .. } = b { Some(&**text) } else { None })
            .collect();
        assert_eq!(
            headings[..4],
            ["Decision", "Open conditions", "Exceptions and derogations", "Risks above tolerance"]
        );
        let first: Vec<String> = {
            let mut out = Vec::new();
            pack.chapters[0].blocks.iter().for_each(|b| block_texts(b, &mut out));
            out
        };
        let first = first.join("\n");
        for fact in
            ["Publish the appeal route", "the quorum was set aside", "No non-technical seat is required.", "overdue"]
        {
            assert!(first.contains(fact), "{fact}");
        }
    }
}

#[test]
fn a_lapsed_approval_untreated_risk_and_metric_outside_its_band_stand_out() {
    let text = all_text(&of(Profile::Board));
    for fact in [
        "AIS-0002 is in use and no decision has been taken about it.",
        "AIS-0001: risks above tolerance with neither plan nor acceptance in force: 1 of 2.",
        "AIS-0001, REV-0002: metrics outside their screening band: 1 of 3 judged.",
        "AIS-0001: open conditions past their date: 1 of 1.",
    ] {
        assert!(text.contains(fact), "{fact}");
    }
}

#[test]
fn long_journal_values_are_shortened_and_the_pack_says_so() {
    let text = all_text(&of(Profile::Auditor));
    assert!(text.contains("old value"));
    assert!(!text.contains(&"x".repeat(161)));
    assert!(text.contains(&format!("{}…", "x".repeat(160))));
    assert!(text.contains("the vault keeps both in full"));
}

#[test]
fn head_json_names_the_entry_that_the_cover_prints() {
    let made = of(Profile::Auditor);
    let head: serde_json::Value = serde_json::from_str(&attachment(&made, "head.json").unwrap()).unwrap();
    assert_eq!(
        head,
        serde_json::json!({ "seq": 18204, "hash": "c0de77a1", "vault": "vault-id", "genesis": "AAAA BBBB" })
    );
    assert!(made.cover.iter().any(|(_, value)| value.contains("18204") && value.contains("c0de77a1")));
}

#[test]
fn cells_that_look_like_formulas_are_inert_in_the_files() {
    let csv = attachment(&of(Profile::Auditor), "answers.csv").unwrap();
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
}

#[test]
fn several_systems_have_a_chapter_each_and_one_alone_has_a_chapter_for_each_part() {
    let titles = |pack: &Pack| pack.chapters.iter().map(|c| c.title.clone()).collect::<Vec<_>>();
    assert_eq!(
        titles(&of(Profile::Auditor))[..3],
        ["Summary", "AIS-0001 Hiring screener <b>bold</b> & {curly}", "AIS-0002 Chat helper"]
    );
    let mut one = dossier(Profile::Auditor);
    one.systems.truncate(1);
    let alone = titles(&pack(&one));
    assert!(alone.contains(&"System sheet".to_owned()) && alone.contains(&"Risks".to_owned()), "{alone:?}");
}

#[test]
fn the_same_dossier_gives_the_same_pack_and_an_empty_one_still_gives_a_pack() {
    assert_eq!(all_text(&of(Profile::Auditor)), all_text(&of(Profile::Auditor)));
    for profile in Profile::ALL {
        let empty = pack(&Dossier { profile, ..Dossier::default() });
        assert!(empty.chapters.len() >= 5);
    }
}

#[test]
fn every_profile_is_printed_and_verifies() {
    for pack in every_pack() {
        let built = crate::build(&pack, None, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let verified = crate::verify(&built.bytes).unwrap();
        assert!(verified.unbroken, "{:?}", verified.faults);
        assert_eq!(verified.head.map(|h| h.0), Some(18204));
    }
}
