//! Findings and the actions that mend them: the gravest open ones first. The public sees how many there are.

use super::{
    SystemFile,
    book::{Book, called, day},
    part::Part,
    table::{cell, column, field, field_label, labelled, lines, marked, number, table},
};
use crate::tree::{Cell, Mark};
use conclave_domain::{
    call::record::Head,
    field::choice_label,
    noun::{Finding, Noun, finding::SEVERITY},
    t,
};
use std::cmp::Reverse;

/// How many findings there are, and how many of them press.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub total: usize,
    pub open: usize,
    /// Open and major.
    pub major: usize,
    /// Open, with an action past its date.
    pub overdue: usize,
}

/// Counts findings.
pub(super) fn counts<'f>(book: &Book<'_>, findings: impl Iterator<Item = &'f Finding>) -> Counts {
    findings.fold(Counts::default(), |c, finding| Counts {
        total: c.total + 1,
        open: c.open + usize::from(!finding.is_closed()),
        major: c.major + usize::from(finding.is_open_major()),
        overdue: c.overdue + usize::from(is_overdue(book, finding)),
    })
}

fn is_overdue(book: &Book<'_>, finding: &Finding) -> bool {
    !finding.is_closed() && finding.due_on.is_some_and(|due| due < book.today())
}

pub(super) fn part(book: &Book<'_>, file: &SystemFile, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.findings.title"), level);
    if file.findings.is_empty() {
        part.say(t!("dossier.findings.none"));
        return part;
    }
    let n = counts(book, file.findings.iter().map(|(_, f)| f));
    let mark = match n {
        Counts { major: 0, overdue: 0, open: 0, .. } => Mark::Good,
        Counts { major: 0, overdue: 0, .. } => Mark::Open,
        _ => Mark::Bad,
    };
    let lead = t!("dossier.findings.lead", total = n.total, open = n.open, major = n.major, overdue = n.overdue);
    part.callout(mark, lead);
    if book.is_public() {
        by_severity(book, &mut part, file);
        return part;
    }
    register(book, &mut part, file);
    part.list(file.findings.iter().flat_map(|(head, f)| gaps(book, head, f)).collect());
    part
}

/// What a finding lacks.
fn gaps(book: &Book<'_>, head: &Head, finding: &Finding) -> Vec<String> {
    let say = |sentence: String| t!("dossier.findings.missing", reference = head.reference, sentence = sentence);
    finding.gaps(book.charter()).into_iter().map(|g| say(g.sentence)).collect()
}

fn by_severity(book: &Book<'_>, part: &mut Part, file: &SystemFile) {
    let columns = vec![
        field("severity", 2.0),
        number(t!("dossier.findings.open"), 1.0),
        number(t!("dossier.findings.overdue"), 1.4),
        number(t!("dossier.findings.closed"), 1.0),
    ];
    let mut found = table(t!("dossier.findings.by_severity"), columns);
    let known = |severity: &str| SEVERITY.values.contains(&severity);
    for severity in SEVERITY.values.iter().copied().chain([""]) {
        let of_it = |f: &&Finding| f.severity == severity || (severity.is_empty() && !known(&f.severity));
        let n = counts(book, file.findings.iter().map(|(_, f)| f).filter(of_it));
        if n.total > 0 || !severity.is_empty() {
            let counted = [n.open, n.overdue, n.total - n.open].map(|n| cell(n.to_string()));
            found.row([severity_cell(severity)].into_iter().chain(counted).collect());
        }
    }
    part.table(found);
}

fn register(book: &Book<'_>, part: &mut Part, file: &SystemFile) {
    let columns = vec![
        field("severity", 1.3),
        column(t!("dossier.findings.finding_and_action"), 4.8),
        field("owner", 1.4),
        field("due_on", 1.6),
        field("status", 1.5),
    ];
    let mut found = table(t!("dossier.findings.caption"), columns);
    let mut findings: Vec<&(Head, Finding)> = file.findings.iter().collect();
    let grave = |f: &Finding| SEVERITY.values.iter().rev().position(|s| *s == f.severity);
    findings.sort_by_key(|(_, f)| (f.is_closed(), Reverse(grave(f)), f.due_on.is_none(), f.due_on));
    for (head, finding) in findings {
        found.row(vec![
            severity_cell(&finding.severity),
            cell(told(file, head, finding)),
            cell(&*finding.owner),
            book.due(finding.due_on, !finding.is_closed()),
            status(finding),
        ]);
    }
    part.table(found);
}

/// What was found, about which requirement, what is done about it, and what shows that it is done.
fn told(file: &SystemFile, head: &Head, finding: &Finding) -> String {
    let assessment = file.assessments.iter().find(|a| Some(a.head.id) == finding.assessment);
    let about = match assessment.map(|a| &a.head.reference) {
        Some(reference) if finding.requirement.trim().is_empty() => reference.clone(),
        Some(reference) => format!("{} ({reference})", finding.requirement),
        None => finding.requirement.clone(),
    };
    lines([
        called(head),
        finding.description.clone(),
        labelled(&field_label("requirement"), &about),
        labelled(&field_label("action"), &finding.action),
        labelled(&field_label("closure"), &finding.closure),
    ])
}

fn severity_cell(severity: &str) -> Cell {
    let mark = match severity {
        "major" => Mark::Bad,
        "minor" => Mark::Warn,
        _ => Mark::Open,
    };
    marked(mark, choice_label("severity", severity))
}

fn status(finding: &Finding) -> Cell {
    let (mark, value) = match finding.status.as_str() {
        "closed" => (Mark::Good, "closed"),
        "in_progress" => (Mark::Warn, "in_progress"),
        _ => (Mark::Open, "open"),
    };
    let label = choice_label("finding_status", value);
    let text = match finding.closed_on.filter(|_| finding.is_closed()) {
        Some(on) => t!("dossier.findings.closed_on", status = label, day = day(on)),
        None => label,
    };
    marked(mark, text)
}
