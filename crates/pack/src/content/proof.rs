//! What a system's records rest on: the evidence with its hashes, and who signed what.

use super::{
    SystemFile,
    book::{Book, called, maybe_day, moment},
    part::Part,
    table::{cell, column, field, lines, marked, strong, table},
};
use crate::tree::{Mark, Table};
use conclave_domain::{call::record::Head, field::choice_label, noun::Evidence, t};

/// Evidence and signatures; empty where there is neither.
pub(super) fn part(book: &Book<'_>, file: &SystemFile, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.proof.title"), level);
    if !file.evidence.is_empty() {
        part.table(evidence(book, &file.evidence));
    }
    if !file.signatures.is_empty() {
        part.table(signatures(file));
        part.note(t!("dossier.proof.note"));
    }
    part
}

fn evidence(book: &Book<'_>, all: &[(Head, Evidence)]) -> Table {
    let columns = vec![
        field("evidence", 2.6),
        field("dated_on", 1.2),
        field("expires_on", 1.4),
        column(t!("dossier.proof.file"), 3.4),
    ];
    let mut found = table(t!("dossier.proof.evidence"), columns);
    for (head, evidence) in all {
        let sort = if evidence.evidence_type.is_empty() {
            String::new()
        } else {
            choice_label("evidence_type", &evidence.evidence_type)
        };
        let file = evidence.newest().map(|v| t!("dossier.proof.version", name = v.name, n = evidence.versions.len()));
        let hash = evidence.newest().map(|v| v.sha256.clone()).unwrap_or_default();
        found.row(vec![
            strong(lines([called(head), sort])),
            cell(maybe_day(evidence.dated_on)),
            book.due(evidence.expires_on, true),
            cell(lines([file.unwrap_or_default(), hash, evidence.link.clone()])),
        ]);
    }
    found
}

fn signatures(file: &SystemFile) -> Table {
    let columns = vec![
        column(t!("dossier.proof.signed"), 2.6),
        column(t!("dossier.proof.by"), 1.6),
        column(t!("dossier.proof.at"), 1.5),
        column(t!("dossier.proof.key"), 2.6),
        column(t!("dossier.proof.standing"), 1.5),
    ];
    let mut found = table(t!("dossier.proof.signatures"), columns);
    for (what, line) in &file.signatures {
        let standing = match (line.right, line.current) {
            (false, _) => marked(Mark::Bad, t!("dossier.proof.wrong")),
            (true, false) => marked(Mark::Open, t!("dossier.proof.earlier")),
            (true, true) => marked(Mark::Good, t!("dossier.proof.right")),
        };
        found.row(vec![
            strong(&**what),
            cell(&*line.member),
            cell(moment(line.at)),
            cell(&*line.fingerprint),
            standing,
        ]);
    }
    found
}
