//! An assessment: coverage by stage, then the answers in the order of the framework.

use super::{
    AssessmentFile, Dossier, Profile, coverage,
    words::{bold, column, heading, marked, number, optional_day, outcome_mark, table},
};
use crate::tree::{Block, Cell, Mark, Row};
use conclave_domain::{
    answer::{Answer, Coverage, PROGRESS, Result as Outcome},
    figures,
    framework::{Framework, Requirement},
    t,
};

pub(super) fn assessment(d: &Dossier, file: &AssessmentFile) -> Vec<Block> {
    let Some(framework) = d.framework(&file.assessment.framework) else { return Vec::new() };
    let (stages, all) = coverage(framework, &file.answers);
    let mut blocks = vec![
        heading(2, format!("{} {}", file.head.reference, file.assessment.title)),
        Block::Paragraph(t!(
            "told.assessed",
            framework = framework.framework.title,
            edition = framework.framework.edition,
            as_of = optional_day(file.assessment.as_of),
            met = all.met,
            applicable = all.applicable(),
            open = all.not_assessed
        )),
        Block::Figure(figures::stage_coverage(&stages)),
        stage_table(&stages, all),
    ];
    if d.profile == Profile::Public {
        return blocks;
    }
    if !file.gaps.is_empty() {
        blocks.push(heading(3, t!("told.gaps")));
        blocks.push(Block::List(file.gaps.values().map(|g| g.sentence.clone()).collect()));
    }
    let only_open = d.profile == Profile::Board;
    blocks.push(heading(3, if only_open { t!("told.open_answers") } else { t!("told.answers") }));
    if only_open {
        blocks.push(Block::Note(t!("told.open_answers_about")));
    }
    blocks.push(answers(d, framework, file, only_open));
    blocks
}

fn stage_table(stages: &[(String, Coverage)], all: Coverage) -> Block {
    let row = |title: Cell, c: Coverage| {
        let share = c.percent_met().map_or_else(|| "–".to_owned(), |p| format!("{p} %"));
        let numbers = [c.met, c.partly, c.not_met, c.not_assessed, c.not_applicable];
        let mut cells = vec![title];
        cells.extend(numbers.map(|n| Cell::from(n.to_string())));
        cells.push(Cell::from(share));
        Row::Cells(cells)
    };
    let mut rows: Vec<Row> = stages.iter().map(|(title, c)| row(Cell::from(title.clone()), *c)).collect();
    rows.push(row(bold(t!("told.total")), all));
    table(
        t!("told.stage_table"),
        vec![
            column(t!("told.stage"), 3.0),
            number(t!("choice.result.met"), 1.0),
            number(t!("choice.result.partly"), 1.1),
            number(t!("choice.result.not_met"), 1.1),
            number(t!("choice.result.not_assessed"), 1.3),
            number(t!("choice.result.not_applicable"), 1.4),
            number(t!("told.share"), 1.3),
        ],
        rows,
    )
}

fn answers(d: &Dossier, framework: &Framework, file: &AssessmentFile, only_open: bool) -> Block {
    let mut rows = Vec::new();
    for stage in framework.stages() {
        for guideline in framework.guidelines(&stage.id) {
            let mut lines = Vec::new();
            for requirement in framework.of(&guideline.id) {
                let answer = file.answers.get(&requirement.id).cloned().unwrap_or_default();
                let settled = matches!(answer.result, Outcome::Met | Outcome::NotApplicable) && !file.gaps.contains_key(&requirement.id);
                if !(only_open && settled) {
                    lines.push(line(d, requirement, &answer));
                }
            }
            if !lines.is_empty() {
                rows.push(Row::Group(format!("{} {}", guideline.id, guideline.title)));
                rows.extend(lines);
            }
        }
    }
    if rows.is_empty() {
        return Block::Paragraph(t!("told.no_open_answers"));
    }
    table(
        t!("told.answers"),
        vec![
            column(t!("told.id"), 1.0),
            column(t!("told.question"), 4.0),
            column(t!("field.result"), 1.9),
            column(t!("told.said"), 4.4),
            column(t!("told.by_whom"), 1.9),
        ],
        rows,
    )
}

fn line(d: &Dossier, requirement: &Requirement, answer: &Answer) -> Row {
    let mut said = Vec::new();
    for (label, value) in [
        (None, &answer.comment),
        (Some(t!("field.reason")), &answer.reason),
        (Some(t!("field.evidence")), &answer.evidence),
    ] {
        if !value.trim().is_empty() {
            said.push(label.map_or_else(|| value.clone(), |l| format!("{l}: {value}")));
        }
    }
    let mut result = answer.result.label();
    if !answer.progress.is_empty() {
        result = format!("{result}\n{}", PROGRESS.label(&answer.progress));
    }
    if let Some(level) = answer.maturity {
        let target = answer.target.map(|t| format!(" → {t}")).unwrap_or_default();
        result = format!("{result}\n{} {level}{target}", t!("field.maturity"));
    }
    let (mut owner, mut mark) = (answer.owner.clone(), None);
    if let Some(due) = answer.due_on {
        let open = !matches!(answer.result, Outcome::Met | Outcome::NotApplicable) && answer.progress != "done";
        let text = optional_day(Some(due));
        let overdue = open && due < d.today;
        owner = format!("{owner}\n{}", if overdue { t!("told.overdue", due = text) } else { text });
        mark = overdue.then_some(Mark::Bad);
    }
    Row::Cells(vec![
        Cell::from(requirement.id.clone()),
        Cell::from(requirement.question.clone()),
        marked(outcome_mark(answer.result), result),
        Cell::from(said.join("\n")),
        Cell { text: owner.trim().to_owned(), mark, bold: false },
    ])
}
