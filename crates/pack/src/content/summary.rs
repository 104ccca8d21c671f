//! The summary: decision, open conditions, exceptions, risks above tolerance, coverage, and what stands out.

use super::{
    SystemFile,
    assessment::{coverage_columns, coverage_row},
    book::{Book, approval_mark, called, coverage, day, maybe_day},
    findings,
    part::Part,
    risks::{acceptance, is_open, matrix},
    stand_out::stand_out,
    table::{cell, column, field, lines, marked, number, strong, table},
};
use crate::tree::Mark;
use conclave_domain::{
    call::record::Head,
    field::choice_label,
    noun::{Decision, Risk},
    t,
};

/// More systems are shown in the table only.
const CALLOUTS: usize = 3;
/// More names of systems out of scope are counted only.
const OUT_OF_SCOPE: usize = 60;

pub(super) fn part(book: &Book<'_>) -> Part {
    let mut part = Part::new(t!("dossier.summary.title"), 2);
    decisions(book, &mut part);
    conditions(book, &mut part);
    exceptions(book, &mut part);
    above_tolerance(book, &mut part);
    part.head(t!("dossier.summary.stand_out"));
    let items = stand_out(book);
    if items.is_empty() {
        part.callout(Mark::Good, t!("dossier.stand_out.nothing"));
    }
    part.list(items);
    numbers(book, &mut part);
    scope(book, &mut part);
    part
}

/// The decision that an approval rests on.
pub(super) fn relied_on(file: &SystemFile) -> Option<&(Head, Decision)> {
    let reference = file.approval.decision()?;
    file.decisions.iter().find(|(head, _)| head.reference == reference)
}

fn decisions(book: &Book<'_>, part: &mut Part) {
    let d = book.dossier;
    let at = day(d.today);
    part.say(t!("dossier.summary.covers", n = d.systems.len(), of = d.portfolio.len().max(d.systems.len()), day = at));
    part.head(t!("dossier.summary.decisions"));
    if d.systems.len() <= CALLOUTS {
        for file in &d.systems {
            part.callout(approval_mark(&file.approval), lines([headline(book, file), taken(file)]));
        }
    }
    let columns = vec![
        column(t!("dossier.summary.system"), 3.0),
        column(t!("dossier.summary.standing"), 2.8),
        field("valid_until", 1.4),
        number(t!("dossier.summary.open_conditions"), 1.2),
        number(t!("dossier.summary.exceptions"), 1.2),
        number(t!("dossier.summary.above"), 1.3),
    ];
    let mut found = table(t!("dossier.summary.decisions_caption"), columns);
    for file in &d.systems {
        let decision = relied_on(file).map(|(_, d)| d);
        let open = decision.map_or(0, |d| d.conditions.iter().filter(|c| c.is_open()).count());
        let above = matrix(file.risks.iter().map(|(_, r)| r), book.charter()).above_tolerance;
        found.row(vec![
            strong(called(&file.head)),
            marked(approval_mark(&file.approval), file.approval.sentence(book.today())),
            cell(maybe_day(decision.and_then(|d| d.valid_until))),
            cell(open.to_string()),
            cell(exceptions_of(book, file).len().to_string()),
            cell(above.to_string()),
        ]);
    }
    part.table(found);
}

fn headline(book: &Book<'_>, file: &SystemFile) -> String {
    let (name, state) = (called(&file.head), file.approval.sentence(book.today()));
    t!("dossier.summary.headline", name = name, state = state)
}

/// Which decision, when, about which version.
fn taken(file: &SystemFile) -> String {
    let Some((head, decision)) = relied_on(file) else { return String::new() };
    let (on, outcome) = (maybe_day(decision.decided_on), choice_label("outcome", &decision.outcome));
    if decision.version.trim().is_empty() {
        t!("dossier.summary.taken", reference = head.reference, outcome = outcome, on = on)
    } else {
        t!(
            "dossier.summary.taken_version",
            reference = head.reference,
            outcome = outcome,
            on = on,
            version = decision.version
        )
    }
}

fn conditions(book: &Book<'_>, part: &mut Part) {
    part.head(t!("dossier.summary.open_conditions"));
    let columns = vec![
        column(t!("dossier.summary.system"), 1.2),
        field("text", 4.2),
        field("owner", 1.7),
        field("due_on", 1.8),
        column(t!("dossier.summary.decision"), 1.2),
    ];
    let mut found = table(t!("dossier.summary.conditions_caption"), columns);
    let mut open = 0;
    for file in &book.dossier.systems {
        let Some((head, decision)) = relied_on(file) else { continue };
        for condition in decision.conditions.iter().filter(|c| c.is_open()) {
            open += 1;
            found.row(vec![
                cell(&*file.head.reference),
                strong(&*condition.text),
                cell(&*condition.owner),
                book.due(condition.due_on, true),
                cell(&*head.reference),
            ]);
        }
    }
    match (open, book.is_public()) {
        (0, _) => part.say(t!("dossier.summary.no_conditions")),
        (n, true) => part.say(t!("dossier.summary.n_conditions", n = n)),
        _ => part.table(found),
    }
}

fn exceptions(book: &Book<'_>, part: &mut Part) {
    part.head(t!("dossier.summary.exceptions_title"));
    let items: Vec<String> = book.dossier.systems.iter().flat_map(|f| exceptions_of(book, f)).collect();
    if items.is_empty() {
        part.say(t!("dossier.summary.no_exceptions"));
    }
    part.list(items);
    let loosened = book.charter().loosened();
    if loosened.is_empty() {
        part.say(t!("dossier.charter.strict"));
    } else {
        part.say(t!("dossier.charter.loosened", n = loosened.len()));
        part.list(loosened);
    }
}

/// What was decided or accepted outside the rules: exemptions, derogations, the short route, accepted risks above
/// tolerance.
fn exceptions_of(book: &Book<'_>, file: &SystemFile) -> Vec<String> {
    let name = &file.head.reference;
    let mut found = Vec::new();
    for (head, decision) in file.decisions.iter().filter(|(_, d)| d.is_decided()) {
        let reference = &head.reference;
        if decision.outcome == "exempt" {
            found.push(t!("dossier.summary.exempt", name = name, reference = reference));
        }
        if decision.route == "expedited" {
            found.push(t!("dossier.summary.expedited", name = name, reference = reference));
        }
        if !decision.derogation.trim().is_empty() {
            found.push(t!(
                "dossier.summary.derogation",
                name = name,
                reference = reference,
                reason = decision.derogation
            ));
        }
    }
    for gate in file.gates.iter().filter(|g| !g.is_clear() && g.overridden.is_some()) {
        found.push(t!("dossier.summary.overridden", name = name, gate = gate.sentence(book.today())));
    }
    for (head, risk) in file.risks.iter().filter(|(_, r)| r.above_tolerance(book.charter()) && r.status == "accepted") {
        let until = maybe_day(risk.acceptance_until);
        if risk.acceptance_in_force(book.today()) {
            found.push(t!("dossier.summary.accepted", name = name, risk = called(head), until = until));
        } else {
            found.push(t!("dossier.summary.accepted_ended", name = name, risk = called(head), until = until));
        }
    }
    found
}

fn above_tolerance(book: &Book<'_>, part: &mut Part) {
    part.head(t!("dossier.summary.above_title"));
    let above = |file: &SystemFile| -> Vec<(Head, Risk)> {
        file.risks.iter().filter(|(_, r)| r.above_tolerance(book.charter())).cloned().collect()
    };
    let columns = vec![
        column(t!("dossier.summary.system"), 1.1),
        column(t!("dossier.risks.risk"), 3.0),
        column(t!("dossier.risks.level"), 1.6),
        column(t!("dossier.summary.response"), 3.0),
        field("owner", 1.6),
    ];
    let mut found = table(t!("dossier.summary.above_caption"), columns);
    let mut n = 0;
    for file in &book.dossier.systems {
        for (head, risk) in above(file) {
            n += 1;
            let response = match acceptance(book, &risk) {
                empty if empty.text.is_empty() && risk.plan.trim().is_empty() => {
                    marked(Mark::Bad, t!("dossier.summary.no_response"))
                }
                empty if empty.text.is_empty() => cell(&*risk.plan),
                accepted => accepted,
            };
            let level = book.rating(risk.current());
            found.row(vec![cell(&*file.head.reference), strong(called(&head)), level, response, cell(&*risk.owner)]);
        }
    }
    let tolerance = book.charter().tolerance.label();
    match (n, book.is_public()) {
        (0, _) => part.say(t!("dossier.summary.none_above", tolerance = tolerance)),
        (n, true) => part.say(t!("dossier.summary.n_above", n = n, tolerance = tolerance)),
        _ => part.table(found),
    }
}

/// Coverage of each assessment: every numerator is named, and "not applicable" leaves the denominator.
fn numbers(book: &Book<'_>, part: &mut Part) {
    part.head(t!("dossier.summary.numbers"));
    let mut found =
        table(t!("dossier.summary.numbers_caption"), coverage_columns(column(t!("dossier.summary.assessment"), 3.4)));
    for file in &book.dossier.systems {
        for assessed in &file.assessments {
            let Some(framework) = book.framework(&assessed.assessment) else { continue };
            let counts = coverage(&assessed.answers, framework.asked(&assessed.answers));
            let as_of =
                assessed.assessment.as_of.map(|d| t!("dossier.summary.as_of", day = day(d))).unwrap_or_default();
            let name = lines([format!("{} {}", file.head.reference, assessed.assessment.title), as_of]);
            found.row(coverage_row(strong(name), &counts));
        }
    }
    let unassessed: Vec<String> =
        book.dossier.systems.iter().filter(|f| f.assessments.is_empty()).map(|f| f.head.reference.clone()).collect();
    part.table(found);
    if !unassessed.is_empty() {
        part.say(t!("dossier.summary.without_assessment", names = unassessed.join(", ")));
    }
    part.note(t!("dossier.assessment.coverage_note"));
    let risks = || book.dossier.systems.iter().flat_map(|f| &f.risks).map(|(_, r)| r);
    let reviews = || book.dossier.systems.iter().flat_map(|f| &f.reviews).map(|(_, r)| r);
    let found = findings::counts(book, book.dossier.systems.iter().flat_map(|f| &f.findings).map(|(_, f)| f));
    let (n, open, major, overdue) = (found.total, found.open, found.major, found.overdue);
    let count = |n: usize| n.to_string();
    part.fields(vec![
        (
            t!("dossier.summary.risks"),
            t!("dossier.summary.of_which_open", n = risks().count(), open = risks().filter(|r| is_open(r)).count()),
        ),
        (
            t!("dossier.findings.summary"),
            t!("dossier.findings.summary_of", n = n, open = open, major = major, overdue = overdue),
        ),
        (t!("dossier.summary.ethics"), count(reviews().filter(|r| r.review_type == "ethics").count())),
        (t!("dossier.summary.fairness"), count(reviews().filter(|r| r.review_type == "fairness").count())),
        (t!("dossier.summary.concluded"), count(reviews().filter(|r| r.status == "concluded").count())),
    ]);
}

/// The population that the pack is drawn from.
fn scope(book: &Book<'_>, part: &mut Part) {
    let inside = |head: &Head| book.dossier.systems.iter().any(|f| f.head.id == head.id);
    let outside: Vec<&Head> = book.dossier.portfolio.iter().map(|(h, _, _)| h).filter(|h| !inside(h)).collect();
    if outside.is_empty() || book.is_public() {
        return;
    }
    part.head(t!("dossier.summary.outside"));
    part.say(t!("dossier.summary.outside_lead", n = outside.len()));
    let mut names: Vec<String> = outside.iter().take(OUT_OF_SCOPE).map(|h| called(h)).collect();
    if outside.len() > OUT_OF_SCOPE {
        names.push(t!("dossier.more", n = outside.len() - OUT_OF_SCOPE));
    }
    part.say(names.join(" · "));
}
