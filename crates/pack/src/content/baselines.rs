//! The baselines of an assessment: what it was when it was frozen, and the hash that holds it.

use super::{
    AssessmentFile,
    book::{Book, day, met_share},
    part::Part,
    table::{cell, column, field, lines, marked, number, strong, table},
};
use crate::tree::Mark;
use conclave_domain::t;

/// A small table; nothing where nothing was frozen. Who froze it is not for the public.
pub(super) fn section(book: &Book<'_>, part: &mut Part, file: &AssessmentFile) {
    if file.baselines.is_empty() {
        return;
    }
    part.head(t!("dossier.baselines.title"));
    let mut columns = vec![column(t!("dossier.baselines.baseline"), 2.0), column(t!("dossier.baselines.at"), 1.3)];
    if !book.is_public() {
        columns.push(column(t!("dossier.baselines.by"), 1.4));
    }
    columns.extend([
        number(t!("dossier.baselines.answers"), 0.9),
        number(t!("dossier.assessment.met_of_applicable"), 1.6),
        field("sha256", 3.4),
    ]);
    let mut found = table(t!("dossier.baselines.caption"), columns);
    for line in &file.baselines {
        let hash = if line.sound {
            cell(&*line.sha256)
        } else {
            marked(Mark::Bad, lines([t!("dossier.baselines.not_sound"), line.sha256.clone()]))
        };
        let mut row = vec![strong(&*line.title), cell(day(book.day_of(line.at)))];
        if !book.is_public() {
            row.push(cell(&*line.by));
        }
        row.extend([cell(line.answers.to_string()), cell(met_share(&line.coverage)), hash]);
        found.row(row);
    }
    part.table(found);
}
