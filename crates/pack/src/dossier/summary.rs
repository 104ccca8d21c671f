//! The summary: decision, conditions and exceptions first, then the figures behind them, every numerator named.

use super::{
    Dossier, SystemFile, coverage,
    words::{approval_mark, bold, column, heading, marked, number, optional_day, table},
};
use crate::tree::{Block, Cell, Chapter, Mark, Row};
use conclave_domain::{answer::Coverage, call::record::Approval, field::choice_label, figures, t};

pub(super) fn summary(d: &Dossier) -> Chapter {
    let mut blocks = vec![Block::Paragraph(lead(d))];
    blocks.push(heading(2, t!("told.stands_out")));
    blocks.extend(stands_out(d));
    blocks.push(heading(2, t!("told.decisions")));
    blocks.push(standing(d));
    let conditions = conditions(d);
    if !conditions.is_empty() {
        blocks.push(heading(2, t!("told.open_conditions")));
        blocks.push(table(
            t!("told.open_conditions"),
            vec![column(t!("field.subject"), 3.0), column(t!("field.text"), 5.0), column(t!("field.owner"), 2.0), column(t!("field.due_on"), 1.7)],
            conditions,
        ));
    }
    blocks.push(heading(2, t!("told.coverage")));
    blocks.extend(coverage_of(d));
    Chapter { title: t!("told.summary"), blocks }
}

fn lead(d: &Dossier) -> String {
    let good = d.systems.iter().filter(|s| matches!(s.approval, Approval::InForce { .. })).count();
    let risks: usize = d.systems.iter().map(|s| s.risks.iter().filter(|(_, r)| r.status != "closed").count()).sum();
    let above: usize = d.systems.iter().map(|s| above(d, s)).sum();
    t!("told.lead", systems = d.systems.len(), good = good, risks = risks, above = above, tolerance = d.charter.tolerance.label().to_lowercase())
}

fn above(d: &Dossier, s: &SystemFile) -> usize {
    s.risks.iter().filter(|(_, r)| r.above_tolerance(&d.charter)).count()
}

fn stands_out(d: &Dossier) -> Vec<Block> {
    let mut found = Vec::new();
    let mut bad = |text: String| found.push(Block::Callout { mark: Mark::Bad, text });
    for s in &d.systems {
        let name = &s.system.name;
        let running = matches!(s.system.stage.as_str(), "deployment" | "operation");
        match &s.approval {
            Approval::None if running => bad(t!("told.out_none", name = name)),
            Approval::Expired { .. } | Approval::Stale { .. } | Approval::Refused { .. } => {
                bad(t!("told.out_approval", name = name, state = s.approval.sentence(d.today)));
            }
            Approval::InForce { overdue_conditions, .. } if *overdue_conditions > 0 => {
                bad(t!("told.out_approval", name = name, state = s.approval.sentence(d.today)));
            }
            _ => {}
        }
        let unplanned = s.risks.iter().filter(|(_, r)| {
            r.above_tolerance(&d.charter) && r.plan.trim().is_empty() && !r.acceptance_in_force(d.today)
        });
        let unplanned = unplanned.count();
        if unplanned > 0 {
            bad(t!("told.out_risks", name = name, n = unplanned));
        }
        for (head, decision) in s.decisions.iter().filter(|(_, x)| !x.derogation.trim().is_empty()) {
            bad(t!("told.out_derogation", name = name, reference = head.reference, reason = decision.derogation));
        }
        let outside: usize = s.reviews.iter().map(|(_, r)| r.outside()).sum();
        if outside > 0 {
            bad(t!("told.out_fairness", name = name, n = outside));
        }
    }
    found.extend(d.charter.loosened().into_iter().map(|s| Block::Callout { mark: Mark::Warn, text: t!("told.out_charter", sentence = s) }));
    if found.is_empty() {
        found.push(Block::Callout { mark: Mark::Good, text: t!("told.out_nothing") });
    }
    found
}

fn standing(d: &Dossier) -> Block {
    let rows = d.systems.iter().map(|s| {
        Row::Cells(vec![
            Cell::from(s.head.reference.clone()),
            bold(s.system.name.clone()),
            Cell::from(choice_label("stage", &s.system.stage)),
            Cell::from(choice_label("risk_class", &s.system.risk_class)),
            marked(approval_mark(&s.approval), s.approval.sentence(d.today)),
            Cell::from(above(d, s).to_string()),
        ])
    });
    table(
        t!("told.standing"),
        vec![
            column(t!("told.reference"), 1.4),
            column(t!("field.name"), 3.4),
            column(t!("field.stage"), 1.7),
            column(t!("field.risk_class"), 1.8),
            column(t!("told.approval"), 3.0),
            number(t!("told.above"), 1.2),
        ],
        rows.collect(),
    )
}

fn conditions(d: &Dossier) -> Vec<Row> {
    let mut rows = Vec::new();
    for s in &d.systems {
        for (_, decision) in s.decisions.iter().filter(|(_, x)| x.is_decided()) {
            for condition in decision.conditions.iter().filter(|c| c.is_open()) {
                let overdue = condition.due_on.is_some_and(|due| due < d.today);
                let due = optional_day(condition.due_on);
                rows.push(Row::Cells(vec![
                    Cell::from(s.system.name.clone()),
                    Cell::from(condition.text.clone()),
                    Cell::from(d.person(&condition.owner)),
                    if overdue { marked(Mark::Bad, t!("told.overdue", due = due)) } else { Cell::from(due) },
                ]));
            }
        }
    }
    rows
}

fn coverage_of(d: &Dossier) -> Vec<Block> {
    let mut sums: Vec<(String, Coverage)> = Vec::new();
    let mut systems = 0;
    for s in &d.systems {
        let Some(newest) = s.assessments.last() else { continue };
        let Some(framework) = d.framework(&newest.assessment.framework) else { continue };
        systems += 1;
        for (title, c) in coverage(framework, &newest.answers).0 {
            match sums.iter_mut().find(|(t, _)| *t == title) {
                Some((_, sum)) => sum.merge(c),
                None => sums.push((title, c)),
            }
        }
    }
    if sums.is_empty() {
        return vec![Block::Paragraph(t!("told.no_assessment"))];
    }
    vec![Block::Paragraph(t!("told.coverage_about", n = systems, all = d.systems.len())), Block::Figure(figures::stage_coverage(&sums))]
}
