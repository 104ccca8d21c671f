//! The risk register of a system: heat map, table, and each risk in full.

use super::{
    Dossier, Profile, SystemFile,
    words::{column, filled, heading, level_cell, optional_day, table},
};
use crate::tree::{Block, Cell, Row};
use conclave_domain::{
    call::record::{Head, Matrix},
    field::choice_label,
    figures,
    noun::{Risk, risk::Rating},
    t,
};

pub(super) fn risks(d: &Dossier, s: &SystemFile) -> Vec<Block> {
    if s.risks.is_empty() {
        return Vec::new();
    }
    let matrix = matrix(d, s);
    let mut blocks = vec![
        heading(2, t!("told.risks")),
        Block::Paragraph(t!(
            "told.risk_lead",
            open = matrix.open,
            above = matrix.above_tolerance,
            tolerance = d.charter.tolerance.label().to_lowercase(),
            unrated = matrix.unrated
        )),
        Block::Figure(figures::heat_map(&matrix, &d.charter)),
    ];
    if d.profile == Profile::Public {
        return blocks;
    }
    blocks.push(register(d, s));
    for (head, risk) in &s.risks {
        blocks.push(heading(3, format!("{} {}", head.reference, risk.title)));
        blocks.extend(detail(d, head, risk));
    }
    blocks
}

fn matrix(d: &Dossier, s: &SystemFile) -> Matrix {
    let mut matrix = Matrix::default();
    for (_, risk) in s.risks.iter().filter(|(_, r)| r.status != "closed") {
        matrix.open += 1;
        matrix.above_tolerance += u32::from(risk.above_tolerance(&d.charter));
        let now = risk.current();
        let place = |n: u8| usize::from(n).checked_sub(1).filter(|n| *n < 5);
        match (place(now.likelihood), place(now.impact)) {
            (Some(l), Some(i)) => matrix.cells[l][i] += 1,
            _ => matrix.unrated += 1,
        }
    }
    matrix
}

fn register(d: &Dossier, s: &SystemFile) -> Block {
    let level = |rating: &Rating| level_cell(rating.level(&d.charter), t!("told.unrated"));
    let rows = s.risks.iter().map(|(head, risk)| {
        Row::Cells(vec![
            Cell::from(head.reference.clone()),
            Cell::from(risk.title.clone()),
            level(&risk.inherent),
            level(&risk.residual),
            level(&risk.target),
            Cell::from(choice_label("treatment", &risk.treatment)),
            Cell::from(format!("{}\n{}", choice_label("risk_status", if risk.status.is_empty() { "open" } else { &risk.status }), risk.owner).trim().to_owned()),
        ])
    });
    table(
        t!("told.register"),
        vec![
            column(t!("told.reference"), 1.5),
            column(t!("field.title"), 3.4),
            column(t!("field.inherent"), 1.8),
            column(t!("field.residual"), 1.8),
            column(t!("field.target"), 1.8),
            column(t!("field.treatment"), 1.7),
            column(t!("told.status_owner"), 2.0),
        ],
        rows.collect(),
    )
}

fn detail(d: &Dossier, _: &Head, risk: &Risk) -> Vec<Block> {
    let mut blocks = Vec::new();
    let statement = risk.statement();
    if !statement.is_empty() {
        blocks.push(Block::Paragraph(statement));
    }
    let rating = |r: &Rating| {
        let level = r.level(&d.charter).map(|l| l.label());
        level.map(|l| t!("told.rating", level = l, likelihood = r.likelihood, impact = r.impact, rationale = r.rationale)).unwrap_or_default()
    };
    let acceptance = if risk.accepted_by.is_empty() {
        String::new()
    } else {
        t!("told.accepted", by = risk.accepted_by, until = optional_day(risk.acceptance_until), reason = risk.acceptance_reason)
    };
    blocks.push(Block::Fields(filled(vec![
        (t!("field.category"), choice_label("risk_category", &risk.category)),
        (t!("field.inherent"), rating(&risk.inherent)),
        (t!("field.controls"), risk.controls.join("\n")),
        (t!("field.residual"), rating(&risk.residual)),
        (t!("field.plan"), risk.plan.clone()),
        (t!("field.target"), rating(&risk.target)),
        (t!("field.rating_reason"), risk.rating_reason.clone()),
        (t!("field.review_on"), optional_day(risk.review_on)),
        (t!("section.acceptance"), acceptance),
        (t!("field.threats"), risk.threats.join(", ")),
        (t!("field.guidelines"), risk.guidelines.join(", ")),
        (t!("field.notes"), risk.notes.clone()),
    ])));
    blocks
}
