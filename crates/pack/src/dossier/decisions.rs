//! Decisions: who was there, who voted how, what was decided on what conditions, until when.

use super::{
    Dossier, Profile, SystemFile,
    words::{column, filled, heading, marked, optional_day, table},
};
use crate::tree::{Block, Cell, Mark, Row};
use conclave_domain::{call::record::Head, field::choice_label, noun::Decision, t};

pub(super) fn decisions(d: &Dossier, s: &SystemFile) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (head, decision) in s.decisions.iter().filter(|(_, x)| x.is_decided() || d.profile == Profile::Auditor) {
        blocks.push(heading(2, format!("{} {}", head.reference, decision.title)));
        blocks.extend(one(d, head, decision));
    }
    blocks
}

fn one(d: &Dossier, _: &Head, decision: &Decision) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !decision.is_decided() {
        blocks.push(Block::Callout { mark: Mark::Open, text: t!("told.draft_decision") });
    }
    let tally = decision.tally();
    let attendance = t!(
        "told.attendance",
        present = tally.present,
        seats = d.charter.voting_seats,
        votes = tally.votes_for,
        against = tally.against,
        abstain = tally.abstain,
        recused = tally.recused
    );
    let public = d.profile == Profile::Public;
    blocks.push(Block::Fields(filled(vec![
        (t!("field.outcome"), choice_label("outcome", &decision.outcome)),
        (t!("field.version"), decision.version.clone()),
        (t!("field.decided_on"), optional_day(decision.decided_on)),
        (t!("field.valid_until"), optional_day(decision.valid_until)),
        (t!("field.route"), if decision.route.is_empty() { String::new() } else { choice_label("route", &decision.route) }),
        (t!("field.requested_by"), d.person(&decision.requested_by)),
        (t!("told.attendance_label"), attendance),
        (t!("field.rationale"), decision.rationale.clone()),
        (t!("field.dissent"), if public { String::new() } else { decision.dissent.clone() }),
        (t!("field.derogation"), decision.derogation.clone()),
        (t!("told.charter_edition"), if decision.charter_edition > 0 { decision.charter_edition.to_string() } else { String::new() }),
        (t!("told.reviewed_hash"), decision.reviewed_hash.clone()),
    ])));
    if !decision.seats.is_empty() && !public {
        blocks.push(seats(decision));
    }
    if !decision.conditions.is_empty() {
        blocks.push(conditions(d, decision));
    }
    blocks
}

fn seats(decision: &Decision) -> Block {
    let rows = decision.seats.iter().map(|s| {
        let vote = if s.recused { t!("field.recused") } else { choice_label("vote", &s.vote) };
        let lay = if s.lay { t!("field.lay") } else { String::new() };
        Row::Cells(vec![Cell::from(s.name.clone()), Cell::from(lay), Cell::from(vote), Cell::from(s.note.clone())])
    });
    table(
        t!("told.seats"),
        vec![column(t!("field.name"), 2.5), column(t!("told.seat"), 1.8), column(t!("field.vote"), 1.5), column(t!("field.note"), 4.0)],
        rows.collect(),
    )
}

fn conditions(d: &Dossier, decision: &Decision) -> Block {
    let rows = decision.conditions.iter().map(|c| {
        let overdue = c.is_open() && c.due_on.is_some_and(|due| due < d.today);
        let state = choice_label("condition_status", if c.status.is_empty() { "open" } else { &c.status });
        let mark = match (c.status.as_str(), overdue) {
            ("met", _) => Mark::Good,
            ("waived", _) => Mark::None,
            (_, true) => Mark::Bad,
            _ => Mark::Open,
        };
        let state = if overdue { t!("told.overdue", due = state) } else { state };
        Row::Cells(vec![
            Cell::from(c.text.clone()),
            Cell::from(d.person(&c.owner)),
            Cell::from(d.person(&c.verifier)),
            Cell::from(optional_day(c.due_on)),
            marked(mark, state),
            Cell::from(c.note.clone()),
        ])
    });
    table(
        t!("field.conditions"),
        vec![
            column(t!("field.text"), 3.8),
            column(t!("field.owner"), 1.7),
            column(t!("field.verifier"), 1.7),
            column(t!("field.due_on"), 1.4),
            column(t!("field.status"), 1.6),
            column(t!("field.note"), 2.4),
        ],
        rows.collect(),
    )
}
