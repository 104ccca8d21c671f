//! Decisions: outcome, reasons, attendance, votes, recusals, dissent, derogation, validity and conditions.

use super::{
    SystemFile,
    book::{Book, called, maybe_day, yes_no},
    part::Part,
    sheet::saved,
    table::{cell, column, field, field_label, marked, strong, table},
};
use crate::tree::{Cell, Mark, Table};
use conclave_domain::{
    call::record::Head,
    field::choice_label,
    noun::{Decision, Noun, decision::Condition},
    t,
};

pub(super) fn part(book: &Book<'_>, file: &SystemFile, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.decisions.title"), level);
    part.callout(super::book::approval_mark(&file.approval), file.approval.sentence(book.today()));
    if file.decisions.is_empty() {
        part.say(t!("dossier.decisions.none"));
    }
    let mut decisions: Vec<&(Head, Decision)> = file.decisions.iter().collect();
    // The newest first; drafts, which have no day yet, before them.
    decisions.sort_by_key(|(_, d)| (d.is_decided(), std::cmp::Reverse(d.decided_on)));
    for (head, decision) in decisions {
        part.head(called(head));
        one(book, &mut part, head, decision);
    }
    part
}

fn one(book: &Book<'_>, part: &mut Part, head: &Head, decision: &Decision) {
    if !decision.is_decided() {
        part.callout(Mark::Open, t!("dossier.decisions.draft"));
        part.list(decision.gaps(book.charter()).into_iter().map(|g| g.sentence).collect());
    }
    if !decision.derogation.trim().is_empty() {
        part.callout(Mark::Warn, t!("dossier.decisions.derogation", reason = decision.derogation));
    }
    let choice = |group: &str, value: &str| if value.is_empty() { String::new() } else { choice_label(group, value) };
    let reviews = decision.reviews.iter().map(|id| book.name_of(&id.to_string())).collect::<Vec<_>>().join("\n");
    let edition = if decision.is_decided() { decision.charter_edition.to_string() } else { String::new() };
    let mut pairs = vec![
        (field_label("outcome"), choice("outcome", &decision.outcome)),
        (field_label("decided_on"), maybe_day(decision.decided_on)),
        (field_label("valid_until"), maybe_day(decision.valid_until)),
        (field_label("version"), decision.version.clone()),
        (field_label("route"), choice("route", &decision.route)),
        (field_label("requested_by"), decision.requested_by.clone()),
        (field_label("reviews"), reviews),
        (field_label("rationale"), decision.rationale.clone()),
        (field_label("dissent"), decision.dissent.clone()),
        (t!("dossier.decisions.edition"), edition),
        (t!("dossier.decisions.reviewed_hash"), decision.reviewed_hash.clone()),
        (field_label("notes"), decision.notes.clone()),
    ];
    if book.is_public() {
        let open = decision.conditions.iter().filter(|c| c.is_open()).count();
        let conditions = t!("dossier.decisions.open_of", open = open, of = decision.conditions.len());
        pairs.push((field_label("conditions"), conditions));
    } else {
        pairs.push((t!("dossier.sheet.saved"), saved(head)));
    }
    part.fields(pairs);
    if !book.is_public() {
        part.table(seats(decision));
        if !decision.seats.is_empty() {
            part.say(tally(book, decision));
        }
        part.table(conditions(book, decision));
    }
}

fn seats(decision: &Decision) -> Table {
    let columns = vec![
        column(t!("dossier.decisions.seat"), 2.2),
        field("vote", 1.3),
        field("lay", 1.2),
        field("recused", 1.1),
        field("note", 3.4),
    ];
    let mut found = table(t!("dossier.decisions.seats_caption"), columns);
    for seat in &decision.seats {
        let vote = if seat.recused { marked(Mark::None, t!("dossier.decisions.recused")) } else { vote(&seat.vote) };
        found.row(vec![
            strong(&*seat.name),
            vote,
            cell(yes_no(seat.lay)),
            cell(yes_no(seat.recused)),
            cell(&*seat.note),
        ]);
    }
    found
}

fn vote(vote: &str) -> Cell {
    let mark = match vote {
        "for" => Mark::Good,
        "against" => Mark::Bad,
        "abstain" => Mark::Open,
        _ => Mark::None,
    };
    marked(mark, choice_label("vote", vote))
}

/// Attendance against the quorum of the charter's edition, if that edition is the one at hand.
fn tally(book: &Book<'_>, decision: &Decision) -> String {
    let tally = decision.tally();
    let charter = book.charter();
    let votes = t!(
        "dossier.decisions.tally",
        votes_for = tally.votes_for,
        against = tally.against,
        abstain = tally.abstain,
        present = tally.present,
        lay = tally.lay_present,
        recused = tally.recused
    );
    if decision.charter_edition != charter.edition || !decision.is_decided() {
        return votes;
    }
    let needed = charter.quorum();
    let quorum = if charter.has_quorum(&tally) {
        t!("dossier.decisions.quorum", needed = needed, seats = charter.voting_seats)
    } else {
        t!("dossier.decisions.no_quorum", needed = needed, seats = charter.voting_seats)
    };
    format!("{votes} {quorum}")
}

fn conditions(book: &Book<'_>, decision: &Decision) -> Table {
    let columns = vec![
        field("text", 3.6),
        field("owner", 1.5),
        field("verifier", 1.5),
        field("due_on", 2.0),
        field("status", 1.1),
        field("note", 2.2),
    ];
    let mut found = table(t!("dossier.decisions.conditions_caption"), columns);
    for condition in &decision.conditions {
        found.row(vec![
            cell(&*condition.text),
            cell(&*condition.owner),
            cell(&*condition.verifier),
            book.due(condition.due_on, condition.is_open()),
            condition_status(condition),
            cell(&*condition.note),
        ]);
    }
    found
}

/// Where a condition stands.
pub(super) fn condition_status(condition: &Condition) -> Cell {
    let (mark, value) = match condition.status.as_str() {
        "met" => (Mark::Good, "met"),
        "waived" => (Mark::None, "waived"),
        _ => (Mark::Open, "open"),
    };
    marked(mark, choice_label("condition_status", value))
}
