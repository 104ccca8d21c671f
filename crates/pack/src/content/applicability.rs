//! The statement of applicability of an assessment: every requirement that is asked, whether it applies and why.

use super::{
    book::{Book, maybe_day, result_mark},
    part::Part,
    table::{cell, column, field, lines, marked, strong, table},
};
use crate::tree::{Cell, Mark, Table};
use conclave_domain::{
    answer::{PROGRESS, Result},
    call::assess::{Applicability, ApplicabilityLine},
    t,
};

/// Counts, what stands out, and the table. The public learns whether a requirement applies, and nothing that was said.
pub(super) fn section(book: &Book<'_>, part: &mut Part, statement: &Applicability) {
    part.head(t!("dossier.statement_of_applicability.title"));
    part.say(lead(book, statement));
    let bare: Vec<&str> = statement.lines.iter().filter(|l| is_bare(l)).map(|l| l.requirement.as_str()).collect();
    if !bare.is_empty() {
        part.callout(Mark::Bad, t!("dossier.statement_of_applicability.without_reason", ids = bare.join(", ")));
    }
    if book.is_public() {
        part.table(rows(statement, public_table(), public_row));
        part.note(t!("dossier.statement_of_applicability.public_note"));
    } else {
        part.table(rows(statement, full_table(), |line| full_row(book, line)));
    }
}

/// Whether a line is excluded and nobody said why.
fn is_bare(line: &ApplicabilityLine) -> bool {
    !line.applies && line.exclusion.trim().is_empty()
}

/// The counts, taken from the lines that are shown.
fn lead(book: &Book<'_>, statement: &Applicability) -> String {
    let count = |f: &dyn Fn(&ApplicabilityLine) -> bool| statement.lines.iter().filter(|l| f(l)).count();
    let (total, applicable) = (statement.lines.len(), count(&|l| l.applies));
    let (excluded, without) = (count(&|l| !l.applies), count(&is_bare));
    let (title, edition) = (&statement.framework, &statement.edition);
    if book.is_public() {
        return t!(
            "dossier.statement_of_applicability.public_lead",
            title = title,
            edition = edition,
            total = total,
            applicable = applicable,
            excluded = excluded,
            without = without
        );
    }
    t!(
        "dossier.statement_of_applicability.lead",
        title = title,
        edition = edition,
        total = total,
        applicable = applicable,
        unstated = count(&|l| l.applies && l.inclusion.trim().is_empty()),
        excluded = excluded,
        without = without
    )
}

/// The lines in their order, under a band for each group.
fn rows(statement: &Applicability, mut found: Table, row: impl Fn(&ApplicabilityLine) -> Vec<Cell>) -> Table {
    let mut group = "";
    for line in &statement.lines {
        if line.group != group {
            group = &line.group;
            found.group(group);
        }
        found.row(row(line));
    }
    found
}

fn full_table() -> Table {
    let columns = vec![
        column(t!("dossier.assessment.id"), 0.8),
        column(t!("dossier.assessment.requirement"), 2.2),
        column(t!("dossier.statement_of_applicability.applies"), 0.9),
        column(t!("dossier.statement_of_applicability.reason"), 2.6),
        field("status", 1.4),
        field("evidence", 2.2),
        column(t!("dossier.statement_of_applicability.owner_and_date"), 1.7),
    ];
    table(t!("dossier.statement_of_applicability.caption"), columns)
}

fn full_row(book: &Book<'_>, line: &ApplicabilityLine) -> Vec<Cell> {
    let reason = if line.applies {
        let stated = !line.inclusion.trim().is_empty();
        if stated { cell(&*line.inclusion) } else { cell(t!("choice.none")) }
    } else {
        exclusion(line)
    };
    vec![
        strong(&*line.requirement),
        cell(&*line.title),
        applies(line),
        reason,
        status(line),
        cell(lines(line.evidence.iter().cloned())),
        cell(lines([line.owner.clone(), maybe_day(line.changed_on), due(book, line)])),
    ]
}

fn public_table() -> Table {
    let columns = vec![
        column(t!("dossier.assessment.id"), 0.8),
        column(t!("dossier.assessment.requirement"), 4.0),
        column(t!("dossier.statement_of_applicability.applies"), 1.0),
        column(t!("dossier.statement_of_applicability.public_reason"), 2.4),
    ];
    table(t!("dossier.statement_of_applicability.public_caption"), columns)
}

fn public_row(line: &ApplicabilityLine) -> Vec<Cell> {
    let reason = if line.applies { Cell::default() } else { exclusion(line) };
    vec![strong(&*line.requirement), cell(&*line.title), applies(line), reason]
}

fn applies(line: &ApplicabilityLine) -> Cell {
    if line.applies { marked(Mark::Good, t!("choice.yes")) } else { marked(Mark::None, t!("choice.no")) }
}

fn exclusion(line: &ApplicabilityLine) -> Cell {
    if is_bare(line) { marked(Mark::Bad, t!("dossier.assessment.no_reason")) } else { cell(&*line.exclusion) }
}

/// Result and progress.
fn status(line: &ApplicabilityLine) -> Cell {
    let result = Result::from_name(&line.result);
    let progress = if line.progress.is_empty() { String::new() } else { PROGRESS.label(&line.progress) };
    marked(result_mark(result), lines([result.label(), progress]))
}

/// Until when it shall be done, as long as something is to be done.
fn due(book: &Book<'_>, line: &ApplicabilityLine) -> String {
    let open = !matches!(Result::from_name(&line.result), Result::Met | Result::NotApplicable);
    match book.due(line.due_on.filter(|_| open), open).text {
        shown if shown.is_empty() => shown,
        shown => t!("dossier.statement_of_applicability.due", day = shown),
    }
}
