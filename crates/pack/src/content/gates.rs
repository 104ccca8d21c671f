//! Stage gates: where each stands, what it asks for, and every override with its reason and its last day.

use super::{
    SystemFile,
    book::{Book, day, maybe_day},
    part::Part,
    table::{cell, column, field, lines, marked, strong, table},
};
use crate::tree::{Cell, Mark, Table};
use conclave_domain::{
    gate::{GATES, Gate, Need, Override},
    noun::system::STAGE,
    t,
};
use std::cmp::Reverse;

/// More requirements of a need are counted only; the assessment's chapter has them all.
const NAMED: usize = 40;

/// The gates of a system; empty where there are neither gates nor overrides.
pub(super) fn part(book: &Book<'_>, file: &SystemFile, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.gates.title"), level);
    let overrides = overrides(file);
    if file.gates.is_empty() && overrides.is_empty() {
        return part;
    }
    if file.gates.is_empty() {
        part.say(t!("dossier.gates.unseen"));
    } else {
        part.say(t!("dossier.gates.lead", day = day(book.today())));
    }
    if !book.charter().gates_bind {
        part.callout(Mark::Warn, t!("dossier.gates.loose"));
    }
    for gate in &file.gates {
        part.head(t!("dossier.gates.gate", stage = STAGE.label(&gate.to)));
        part.callout(mark(book, gate), gate.sentence(book.today()));
        part.table(needs(book, gate));
    }
    part.head(t!("dossier.gates.overrides"));
    if overrides.is_empty() {
        part.say(t!("dossier.gates.no_overrides"));
    }
    part.table(override_table(book, file, &overrides));
    part
}

/// The mark of a gate.
fn mark(book: &Book<'_>, gate: &Gate) -> Mark {
    match &gate.overridden {
        _ if gate.is_clear() => Mark::Good,
        Some(o) if o.in_force(book.today()) => Mark::Warn,
        Some(_) => Mark::Bad,
        None if gate.passed => Mark::Bad,
        None => Mark::Open,
    }
}

/// Where an overridden gate stands.
pub(super) struct Standing {
    pub mark: Mark,
    pub sentence: String,
    /// Among what stands out; `None` for what is history.
    pub urgency: Option<u8>,
}

/// Every gate that was overridden, by its newest override; of an earlier state only the overrides are known.
pub(super) fn overridden(book: &Book<'_>, file: &SystemFile) -> Vec<Standing> {
    let at_gates = file.gates.iter().filter_map(|g| g.overridden.as_ref().map(|o| at_gate(book, g, o)));
    let newest = |stage: &str| file.system.overrides.iter().rfind(|o| o.to == stage);
    let unseen = GATES.iter().filter(|stage| file.gates.iter().all(|g| g.to != **stage));
    at_gates.chain(unseen.filter_map(|stage| newest(stage)).map(|o| alone(book, o))).collect()
}

fn at_gate(book: &Book<'_>, gate: &Gate, o: &Override) -> Standing {
    let (stage, until) = (STAGE.label(&gate.to), maybe_day(o.expires_on));
    let (sentence, urgency) = match (gate.is_clear(), o.in_force(book.today())) {
        // The most pressing: the system is past the gate, and the word that let it pass is over.
        (false, false) if gate.passed => (gate.sentence(book.today()), Some(1)),
        (false, _) => (gate.sentence(book.today()), Some(2)),
        (true, true) => (t!("dossier.gates.clear_in_force", stage = stage, by = o.by, until = until), Some(7)),
        (true, false) => (t!("dossier.gates.clear_ended", stage = stage, by = o.by, until = until), None),
    };
    Standing { mark: mark(book, gate), sentence, urgency }
}

fn alone(book: &Book<'_>, o: &Override) -> Standing {
    let (stage, until) = (STAGE.label(&o.to), maybe_day(o.expires_on));
    if o.in_force(book.today()) {
        let sentence = t!("dossier.gates.unseen_in_force", stage = stage, by = o.by, until = until);
        Standing { mark: Mark::Warn, sentence, urgency: Some(2) }
    } else {
        let sentence = t!("dossier.gates.unseen_ended", stage = stage, by = o.by, until = until);
        Standing { mark: Mark::Open, sentence, urgency: Some(3) }
    }
}

fn needs(book: &Book<'_>, gate: &Gate) -> Table {
    let mut columns = vec![column(t!("dossier.gates.standing"), 1.3), column(t!("dossier.gates.need"), 4.6)];
    if !book.is_public() {
        columns.push(column(t!("dossier.gates.about"), 3.4));
    }
    let mut found = table(t!("dossier.gates.needs_caption", stage = STAGE.label(&gate.to)), columns);
    for need in &gate.needs {
        let standing = if need.met {
            marked(Mark::Good, t!("dossier.gates.met"))
        } else {
            marked(Mark::Bad, t!("dossier.gates.not_met"))
        };
        let mut row = vec![standing, cell(&*need.sentence)];
        if !book.is_public() {
            row.push(about(need));
        }
        found.row(row);
    }
    found
}

/// The records, and the first of the requirements.
fn about(need: &Need) -> Cell {
    let mut ids = need.requirements.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if need.requirements.len() > NAMED {
        ids = format!("{ids}, {}", t!("dossier.more", n = need.requirements.len() - NAMED));
    }
    cell(lines([need.records.join(", "), ids]))
}

/// All overrides, the newest first: those of the system's record, and what a gate names besides.
fn overrides(file: &SystemFile) -> Vec<&Override> {
    let kept = &file.system.overrides;
    let besides = file.gates.iter().filter_map(|g| g.overridden.as_ref()).filter(|o| !kept.contains(o));
    let mut all: Vec<&Override> = kept.iter().chain(besides).collect();
    // Of one day, the one that was written last comes first.
    all.reverse();
    all.sort_by_key(|o| Reverse(o.given_on));
    all
}

fn override_table(book: &Book<'_>, file: &SystemFile, overrides: &[&Override]) -> Table {
    let columns = vec![
        column(t!("dossier.gates.to"), 1.3),
        field("reason", 2.8),
        column(t!("dossier.gates.by"), 1.3),
        column(t!("dossier.gates.given_on"), 1.2),
        column(t!("dossier.gates.last_day"), 1.6),
        column(t!("dossier.gates.was_open"), 2.8),
    ];
    let mut found = table(t!("dossier.gates.overrides_caption"), columns);
    for o in overrides {
        found.row(vec![
            strong(STAGE.label(&o.to)),
            cell(&*o.reason),
            cell(&*o.by),
            cell(maybe_day(o.given_on)),
            last_day(book, file, o),
            cell(o.open.join("\n")),
        ]);
    }
    found
}

/// The last day, and whether it is past; that stands out where the gate rests on it and is not clear.
fn last_day(book: &Book<'_>, file: &SystemFile, o: &Override) -> Cell {
    let rests = |g: &Gate| g.overridden.as_ref() == Some(o) && !g.is_clear();
    let shown = maybe_day(o.expires_on);
    if o.in_force(book.today()) {
        marked(Mark::Warn, t!("dossier.gates.in_force", day = shown))
    } else if file.gates.iter().any(rests) {
        marked(Mark::Bad, t!("dossier.gates.ended", day = shown))
    } else {
        marked(Mark::None, t!("dossier.gates.ended", day = shown))
    }
}
