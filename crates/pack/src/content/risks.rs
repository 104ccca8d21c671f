//! Risks: the heat map, the register, and each risk in full. The public sees how many there are at each level.

use super::{
    SystemFile,
    book::{Book, called, day, maybe_day},
    part::Part,
    sheet::saved,
    table::{cell, column, dotted, field, field_label, marked, number, strong, table},
};
use crate::tree::{Cell, Mark};
use conclave_domain::{
    call::record::{Head, Matrix},
    charter::Charter,
    field::choice_label,
    figures::heat_map,
    noun::{Noun, Risk, risk::Rating},
    scale::Level,
    t,
};

pub(super) fn part(book: &Book<'_>, file: &SystemFile, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.risks.title"), level);
    if file.risks.is_empty() {
        part.say(t!("dossier.risks.none"));
        return part;
    }
    let counts = matrix(file.risks.iter().map(|(_, r)| r), book.charter());
    let (open, above, unrated) = (counts.open, counts.above_tolerance, counts.unrated);
    let (total, tolerance) = (file.risks.len(), book.charter().tolerance.label());
    part.say(t!(
        "dossier.risks.lead",
        total = total,
        open = open,
        above = above,
        tolerance = tolerance,
        unrated = unrated
    ));
    if book.is_public() {
        by_level(book, &mut part, file);
        return part;
    }
    part.figure(heat_map(&counts, book.charter()));
    register(book, &mut part, file);
    part.head(t!("dossier.risks.details"));
    for (head, risk) in &file.risks {
        details(book, &mut part, head, risk);
    }
    part
}

/// Counts open risks by the rating that counts now.
pub(super) fn matrix<'r>(risks: impl Iterator<Item = &'r Risk>, charter: &Charter) -> Matrix {
    let mut matrix = Matrix::default();
    for risk in risks.filter(|r| is_open(r)) {
        matrix.open += 1;
        matrix.above_tolerance += u32::from(risk.above_tolerance(charter));
        let place = |n: u8| usize::from(n).checked_sub(1);
        let rating = risk.current();
        let cell = place(rating.likelihood).zip(place(rating.impact));
        match cell.and_then(|(l, i)| matrix.cells.get_mut(l)?.get_mut(i)) {
            Some(cell) => *cell += 1,
            None => matrix.unrated += 1,
        }
    }
    matrix
}

pub(super) fn is_open(risk: &Risk) -> bool {
    risk.status != "closed"
}

/// How the acceptance of a risk stands today, in words; "" without one.
pub(super) fn acceptance(book: &Book<'_>, risk: &Risk) -> Cell {
    if risk.status != "accepted" {
        return Cell::default();
    }
    let until = maybe_day(risk.acceptance_until);
    if risk.acceptance_in_force(book.today()) {
        marked(Mark::Good, t!("dossier.risks.accepted", by = risk.accepted_by, until = until))
    } else {
        marked(Mark::Bad, t!("dossier.risks.acceptance_over", by = risk.accepted_by, until = until))
    }
}

fn by_level(book: &Book<'_>, part: &mut Part, file: &SystemFile) {
    let columns = vec![column(t!("dossier.risks.level"), 2.0), number(t!("dossier.risks.open"), 1.0)];
    let mut found = table(t!("dossier.risks.by_level"), columns);
    let open = || file.risks.iter().filter(|(_, r)| is_open(r));
    for level in Level::ALL.into_iter().rev() {
        let n = open().filter(|(_, r)| r.current().level(book.charter()) == Some(level)).count();
        found.row(vec![marked(Mark::Level(level.rank()), level.label()), cell(n.to_string())]);
    }
    let unrated = open().filter(|(_, r)| !r.current().is_rated()).count();
    found.row(vec![marked(Mark::Open, t!("dossier.not_rated")), cell(unrated.to_string())]);
    part.table(found);
}

fn register(book: &Book<'_>, part: &mut Part, file: &SystemFile) {
    part.head(t!("dossier.risks.register"));
    let columns = vec![
        column(t!("dossier.risks.risk"), 3.0),
        field("status", 1.2),
        field("inherent", 1.6),
        field("residual", 1.6),
        field("target", 1.6),
        field("owner", 1.5),
        column(t!("dossier.risks.next_date"), 2.0),
    ];
    let mut found = table(t!("dossier.risks.register_caption"), columns);
    let mut risks: Vec<&(Head, Risk)> = file.risks.iter().collect();
    // The worst first, as a board reads it.
    risks.sort_by_key(|(_, r)| (!is_open(r), std::cmp::Reverse(r.current().level(book.charter()))));
    for (head, risk) in risks {
        found.row(vec![
            strong(called(head)),
            cell(status(risk)),
            book.rating(&risk.inherent),
            book.rating(&risk.residual),
            book.rating(&risk.target),
            cell(&*risk.owner),
            book.due(risk.next_date(), is_open(risk)),
        ]);
    }
    part.table(found);
    part.note(t!("dossier.risks.register_note"));
}

pub(super) fn status(risk: &Risk) -> String {
    choice_label("risk_status", if risk.status.is_empty() { "open" } else { &risk.status })
}

fn details(book: &Book<'_>, part: &mut Part, head: &Head, risk: &Risk) {
    part.sub(called(head));
    part.say(risk.statement());
    if risk.above_tolerance(book.charter()) {
        part.callout(Mark::Bad, t!("dossier.risks.above", tolerance = book.charter().tolerance.label()));
    }
    let gaps = risk.gaps(book.charter());
    part.list(gaps.into_iter().map(|g| g.sentence).collect());
    let choice = |group: &str, value: &str| if value.is_empty() { String::new() } else { choice_label(group, value) };
    part.fields(vec![
        (field_label("status"), status(risk)),
        (field_label("category"), choice("risk_category", &risk.category)),
        (field_label("owner"), risk.owner.clone()),
        (field_label("threats"), dotted(risk.threats.clone())),
        (field_label("guidelines"), guidelines(book, &risk.guidelines)),
        (field_label("inherent"), rated(book, &risk.inherent)),
        (field_label("controls"), risk.controls.join("\n")),
        (field_label("residual"), rated(book, &risk.residual)),
        (field_label("treatment"), choice("treatment", &risk.treatment)),
        (field_label("plan"), risk.plan.clone()),
        (field_label("target"), rated(book, &risk.target)),
        (field_label("rating_reason"), risk.rating_reason.clone()),
        (field_label("review_on"), maybe_day(risk.review_on)),
        (t!("dossier.risks.acceptance"), acceptance(book, risk).text),
        (field_label("accepted_by"), risk.accepted_by.clone()),
        (field_label("acceptance_until"), risk.acceptance_until.map(day).unwrap_or_default()),
        (field_label("acceptance_reason"), risk.acceptance_reason.clone()),
        (field_label("notes"), risk.notes.clone()),
        (t!("dossier.sheet.saved"), saved(head)),
    ]);
}

/// "High: Likely (4) × Serious (3). Why."
fn rated(book: &Book<'_>, rating: &Rating) -> String {
    let Some(level) = rating.level(book.charter()) else { return t!("dossier.not_rated") };
    let step = |axis: &str, n: u8| choice_label(axis, &n.to_string());
    t!(
        "dossier.risks.rated",
        level = level.label(),
        likelihood = step("likelihood", rating.likelihood),
        l = rating.likelihood,
        impact = step("impact", rating.impact),
        i = rating.impact,
        rationale = rating.rationale
    )
}

/// Guideline ids with their titles.
fn guidelines(book: &Book<'_>, ids: &[String]) -> String {
    let titled = |id: &String| {
        let groups = book.dossier.frameworks.iter().flat_map(|f| &f.groups);
        groups.into_iter().find(|g| g.id == *id).map_or_else(|| id.clone(), |g| format!("{id} {}", g.title))
    };
    ids.iter().map(titled).collect::<Vec<_>>().join("\n")
}
