//! Editions and typed questions, statement of applicability, findings, gates and baselines.

use super::{all_text, assess_sample::own_framework, attachment, block_texts, of, sample::dossier};
use crate::{
    content::{Profile, pack},
    tree::{Block, Cell, Mark, Pack, Row, Table},
};

fn blocks(pack: &Pack) -> Vec<&Block> {
    pack.chapters.iter().flat_map(|c| &c.blocks).collect()
}

/// The table whose caption begins so.
fn table<'p>(pack: &'p Pack, caption: &str) -> &'p Table {
    let tables = blocks(pack).into_iter().filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None });
    tables.into_iter().find(|t| t.caption.starts_with(caption)).unwrap_or_else(|| panic!("no table “{caption}”"))
}

fn cells(table: &Table) -> Vec<&[Cell]> {
    table.rows.iter().filter_map(|r| if let Row::Cells(cells) = r { Some(&**cells) } else { None }).collect()
}

/// The cells of the row whose first or second cell holds these words.
fn row<'t>(table: &'t Table, words: &str) -> &'t [Cell] {
    let found = cells(table).into_iter().find(|r| r.iter().take(2).any(|c| c.text.contains(words)));
    found.unwrap_or_else(|| panic!("no row “{words}” in “{}”", table.caption))
}

/// The blocks after a heading, up to the next one of a level that is not lower.
fn under<'p>(pack: &'p Pack, heading: &str) -> Vec<&'p Block> {
    let all = blocks(pack);
    let at = all.iter().position(|b| matches!(b, Block::Heading { text, .. } if text == heading)).unwrap();
    let Block::Heading { level: own, .. } = all[at] else { unreachable!() };
    let ends = |b: &&&Block| !matches!(b, Block::Heading { level, .. } if level <= own);
    all[at + 1..].iter().take_while(ends).copied().collect()
}

fn words(blocks: &[&Block]) -> String {
    let mut out = Vec::new();
    blocks.iter().for_each(|b| block_texts(b, &mut out));
    out.join("\n")
}

/// What stands out, one sentence each.
fn stand_out(pack: &Pack) -> Vec<String> {
    let lists = under(pack, "What stands out").into_iter();
    lists.filter_map(|b| if let Block::List(items) = b { Some(items.clone()) } else { None }).flatten().collect()
}

#[test]
fn the_statement_lists_what_applies_and_an_exclusion_without_a_reason_stands_out() {
    for profile in [Profile::Board, Profile::Auditor] {
        let made = of(profile);
        let section = under(&made, "Statement of applicability");
        assert!(words(&section).contains("Requirements asked: 4. Applicable: 2, of these without a stated reason for inclusion: 1. Excluded: 2, of these without a reason: 1."));
        let alert = |b: &&Block| matches!(b, Block::Callout { mark: Mark::Bad, text } if text == "Excluded without a reason: 2.1.b.");
        assert!(section.iter().any(alert));
        let table = table(&made, "Every requirement that is asked: whether");
        let groups =
            table.rows.iter().filter(|r| matches!(r, Row::Group(g) if ["Awareness", "Monitoring"].contains(&&**g)));
        assert_eq!((groups.count(), cells(table).len()), (2, 4));
        let met = row(table, "1.1.a");
        assert_eq!(met[2].mark, Some(Mark::Good));
        assert_eq!(met[3].text, "The staff handles untrusted files");
        assert_eq!((met[4].mark, &*met[4].text), (Some(Mark::Good), "Met\nDone"));
        assert_eq!(met[5].text, "EVD-0001 Training record\nWiki page 12");
        assert!(met[6].text.starts_with("Barbara Liskov\n1\u{a0}Oct"));
        assert!(row(table, "1.1.b")[6].text.ends_with("due 31\u{a0}Oct\u{a0}2026 (overdue)"));
        assert_eq!(row(table, "2.1.a")[3].mark, None);
        let bare = row(table, "2.1.b");
        assert_eq!((bare[2].mark, &*bare[2].text), (Some(Mark::None), "No"));
        assert_eq!((bare[3].mark, &*bare[3].text), (Some(Mark::Bad), "No reason is given"));
    }
}

#[test]
fn the_statement_follows_the_answers() {
    let made = of(Profile::Auditor);
    let titles: Vec<&str> = blocks(&made)
        .iter()
        .filter_map(|b| if let Block::Heading { text, .. } = b { Some(&**text) } else { None })
        .collect();
    let place = |title: &str| titles.iter().position(|t| *t == title).unwrap();
    assert!(place("All answers") < place("Statement of applicability"));
    assert!(place("Statement of applicability") < place("Baselines"));
}

#[test]
fn findings_come_gravest_first_and_what_is_overdue_stands_out() {
    let made = of(Profile::Board);
    let section = words(&under(&made, "Findings and actions"));
    assert!(
        section.contains("Findings recorded: 4. Open: 3; of these major: 1, actions past their date: 1."),
        "{section}"
    );
    let table = table(&made, "Findings, the open ones first");
    let order: Vec<&str> = cells(table).iter().map(|r| r[1].text.split(' ').next().unwrap()).collect();
    assert_eq!(order, ["FND-0073", "FND-0072", "FND-0071", "FND-0070"]);
    let major = row(table, "FND-0073");
    assert_eq!((major[0].mark, &*major[0].text), (Some(Mark::Bad), "Major"));
    let said = "FND-0073 No owner at night\nNobody answers for the model after hours\nRequirement: 2.1.b (ASM-0001)";
    assert_eq!(major[1].text, said);
    assert_eq!((major[2].text.as_str(), major[3].mark), ("Hedy Lamarr", Some(Mark::Bad)));
    assert!(major[3].text.contains("overdue"));
    let minor = row(table, "FND-0072");
    assert_eq!((minor[0].mark, minor[4].mark), (Some(Mark::Warn), Some(Mark::Warn)));
    let closed = row(table, "FND-0070");
    assert!(
        closed[1].text.ends_with("Action: Wrote the plan\nWhat shows that it is done: Minutes of 3 March"),
        "{}",
        closed[1].text
    );
    assert_eq!((closed[3].mark, closed[4].mark), (None, Some(Mark::Good)));
    assert!(closed[4].text.starts_with("Closed on 3"));
    assert!(section.contains("FND-0073: "), "what a finding lacks is named");
}

#[test]
fn the_summary_counts_open_major_findings_and_overdue_actions() {
    for profile in Profile::ALL {
        let made = of(profile);
        let said = stand_out(&made);
        assert!(said.contains(&"AIS-0001: open major findings: 1 of 4 findings.".to_owned()), "{said:?}");
        assert!(said.contains(&"AIS-0001: actions of open findings past their date: 1 of 3.".to_owned()));
        assert!(all_text(&made).contains("4, of which 3 open (1 major); actions past their date: 1"));
        assert!(all_text(&made).contains("No finding is recorded."), "the second system has none");
    }
}

#[test]
fn each_gate_says_where_it_stands_what_it_asks_for_and_who_overrode_it_why() {
    let made = of(Profile::Auditor);
    let section = under(&made, "Stage gates");
    let marks: Vec<Mark> =
        section.iter().filter_map(|b| if let Block::Callout { mark, .. } = b { Some(*mark) } else { None }).collect();
    assert_eq!(marks, [Mark::Good, Mark::Bad, Mark::Warn]);
    let told = words(&section);
    assert!(told.contains("Gate to Deployment: the override by Annie Easley ended on 30 Jun 2026. Needs not met: 1."));
    let needs = table(&made, "What the gate to Operation asks for.");
    let marks: Vec<_> = cells(needs).iter().map(|r| r[0].mark).collect();
    assert_eq!(marks, [Some(Mark::Bad), Some(Mark::Bad), Some(Mark::Good)]);
    assert_eq!(cells(needs)[0][2].text, "ASM-0001\n2.1.b");
    let overrides = table(&made, "Every override");
    let reasons: Vec<&str> = cells(overrides).iter().map(|r| &*r[1].text).collect();
    assert_eq!(reasons, ["Peak season", "The pilot goes on, asks Rosa Parks", "A pilot with ten users"]);
    let marks: Vec<_> = cells(overrides).iter().map(|r| r[4].mark).collect();
    assert_eq!(marks, [Some(Mark::Warn), Some(Mark::Bad), Some(Mark::None)]);
    let first = cells(overrides)[0];
    assert_eq!((first[2].text.as_str(), first[5].text.as_str()), ("Annie Easley", "3 risks were above tolerance."));
}

#[test]
fn an_override_shows_on_the_sheet_and_in_what_stands_out() {
    let mut one = dossier(Profile::Board);
    one.systems.truncate(1);
    let made = pack(&one);
    let sheet = made.chapters.iter().find(|c| c.title == "System sheet").unwrap();
    let alerts: Vec<Mark> = sheet
        .blocks
        .iter()
        .filter_map(|b| if let Block::Callout { mark, .. } = b { Some(*mark) } else { None })
        .collect();
    assert_eq!(alerts, [Mark::Bad, Mark::Warn]);
    let said = stand_out(&made).join("\n");
    assert!(said.contains("AIS-0001, Gate to Deployment: the override by Annie Easley ended on 30 Jun 2026"), "{said}");
    assert!(said.contains("AIS-0001, Gate to Operation: overridden by Annie Easley until 31 Dec 2026"));
    // A gate that is clear by now needs no override: one in force is still told, one that ended is history.
    one.systems[0].gates[1].needs.iter_mut().for_each(|n| n.met = true);
    one.systems[0].gates[2].needs.iter_mut().for_each(|n| n.met = true);
    let said = stand_out(&pack(&one)).join("\n");
    assert!(said.contains("Gate to Operation: everything is met; an override by Annie Easley is in force"), "{said}");
    assert!(!said.contains("Gate to Deployment"));
}

#[test]
fn of_an_earlier_state_the_overrides_are_told_though_its_gates_are_not_known() {
    let mut one = dossier(Profile::Auditor);
    one.systems.truncate(1);
    one.systems[0].gates.clear();
    let made = pack(&one);
    assert!(all_text(&made).contains("What the gates asked for at the moment of this pack was not kept"));
    assert_eq!(cells(table(&made, "Every override")).len(), 2);
    let told = "AIS-0001, Gate to Deployment: the override by Annie Easley ended on 30\u{a0}Jun\u{a0}2026; whether everything was met is not known.";
    assert!(stand_out(&made).contains(&told.to_owned()));
    let sheet = made.chapters.iter().find(|c| c.title == "System sheet").unwrap();
    assert!(sheet.blocks.iter().any(|b| matches!(b, Block::Callout { mark: Mark::Open, .. })));
}

#[test]
fn baselines_are_listed_with_their_hash_and_one_that_does_not_give_it_stands_out() {
    let made = of(Profile::Auditor);
    let table = table(&made, "The assessment as it was frozen");
    let sound = row(table, "Audit 2026");
    let texts: Vec<&str> = sound.iter().skip(2).map(|c| &*c.text).collect();
    assert_eq!(texts, ["Radia Perlman", "4", "1 of 4 (25 %)", &*"3c".repeat(32)]);
    assert_eq!(row(table, "Audit 2025")[5].mark, Some(Mark::Bad));
    let told = "AIS-0001, Checklist 2026: baselines whose content does not give their hash: 1.".to_owned();
    assert!(stand_out(&made).contains(&told));
}

#[test]
fn an_assessment_is_answered_under_its_own_edition_and_only_what_is_asked_is_listed() {
    let made = of(Profile::Auditor);
    let text = all_text(&made);
    assert!(text.contains("House rules of the board, edition 2"));
    assert!(text.contains("Edition 2: how often is it tested?") && !text.contains("Edition 1: how often"));
    let answers = table(&made, "Answers: Rules.");
    let ids: Vec<&str> = cells(answers).iter().map(|r| &*r[0].text).collect();
    assert_eq!(ids, ["R1", "R2", "R4", "R5"]);
    let kept = table(&made, "Answers to questions whose condition");
    assert!(row(kept, "R3")[1].text.contains("Answered before the rhythm changed"));
    assert!(text.contains("1 of 4 (25 %)"), "R3 counts nowhere");
    let csv = attachment(&made, "answers.csv").unwrap();
    let line = |id: &str| csv.lines().find(|l| l.contains(&format!(",{id},"))).unwrap_or_default().to_owned();
    assert!(line("R1").contains(",2,yes,weekly,Two runs were missing,"), "{csv}");
    assert!(line("R2").ends_with("ncsc 2.1 ASM-0001 partial") && line("R3").contains(",2,no,"));
}

#[test]
fn replies_origin_observation_and_doubt_are_told_apart() {
    let made = of(Profile::Auditor);
    let answers = table(&made, "Answers: Rules.");
    let first = &row(answers, "R1")[1].text;
    assert!(
        first.contains("Reply: Every single week\nComment: The owner says so\nAssessor: Two runs were missing"),
        "{first}"
    );
    let second = &row(answers, "R2")[1].text;
    assert!(second.contains("Reply: 3 days\nDerived from Guidelines 2.1 (ASM-0001, partial)"), "{second}");
    let note = "Wording that is not certain:\nR4, R5: Stated from memory: check the text.";
    assert!(blocks(&made).iter().any(|b| matches!(b, Block::Note(text) if text == note)));
}

#[test]
fn an_edition_that_is_not_at_hand_is_named_and_its_answers_are_shown() {
    let mut dossier = dossier(Profile::Auditor);
    dossier.frameworks.retain(|f| f.framework.id != "house-rules" || f.framework.edition != "2");
    let text = all_text(&pack(&dossier));
    assert!(text.contains("The framework house-rules, edition 2 is not at hand"), "{text}");
    assert!(text.contains("The owner says so") && !text.contains("Edition 1: how often"));
}

#[test]
fn the_public_learns_counts_and_what_applies_and_no_more() {
    let made = of(Profile::Public);
    let files: String = made.attachments.iter().map(|a| String::from_utf8_lossy(&a.bytes).into_owned()).collect();
    let all = all_text(&made) + &files;
    for secret in [
        "untrusted files",
        "A batch run",
        "EVD-0001",
        "Wiki page",
        "No owner at night",
        "after hours",
        "Order a second test",
        "Minutes of 3 March",
        "FND-0073",
        "Two runs were missing",
        "The owner says so",
        "Every single week",
        "weekly",
        "ASM-0001\n2.1.b",
    ] {
        assert!(!all.contains(secret), "{secret}");
    }
    let table_of = |caption: &str| table(&made, caption);
    let statement = table_of("Every requirement that is asked, and");
    assert_eq!(row(statement, "2.1.a")[3].text, "[withheld]");
    assert_eq!(row(statement, "2.1.b")[3].mark, Some(Mark::Bad));
    let severities: Vec<Vec<&str>> =
        cells(table_of("Findings by severity.")).iter().map(|r| r.iter().map(|c| &*c.text).collect()).collect();
    assert_eq!(severities[0], ["Major", "1", "1", "1"]);
    assert!(all.contains("the override by [withheld] ended on 30 Jun 2026"));
    assert!(!all.contains("The pilot goes on") && all.contains("Audit 2026, for [withheld]"));
    assert_eq!(cells(table_of("The assessment as it was frozen"))[0].len(), 5, "without who froze it");
}

#[test]
fn the_public_coverage_is_that_of_the_auditor_though_replies_are_taken_out() {
    let share = |profile| {
        let made = of(profile);
        let table = table(&made, "Requirements by result, per assessment.");
        row(table, "House check").iter().map(|c| c.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(share(Profile::Public), share(Profile::Auditor));
}

#[test]
fn the_data_file_carries_findings_gates_statement_and_baselines() {
    let made = of(Profile::Board);
    let data: serde_json::Value = serde_json::from_str(&attachment(&made, "systems.json").unwrap()).unwrap();
    let system = &data["systems"][0];
    assert_eq!(system["findings"].as_array().map(Vec::len), Some(4));
    assert_eq!(system["gates"][1]["overridden"]["by"], "Annie Easley");
    assert_eq!(system["assessments"][0]["statement"]["without_reason"], 1);
    assert_eq!(system["assessments"][0]["baselines"][1]["sound"], false);
}

#[test]
fn several_editions_of_a_framework_are_told_apart_in_the_method_chapter() {
    let text = all_text(&of(Profile::Public));
    for edition in ["1", "2"] {
        let title = own_framework(edition).framework.title;
        assert!(text.contains(&format!("{title}, edition {edition}")));
    }
}
