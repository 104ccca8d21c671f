//! The charter, and the list of what is attached.

use super::{
    book::{Book, yes_no},
    part::Part,
    table::{cell, column, number, strong, table},
};
use crate::{
    manifest,
    tree::{Attachment, Mark},
};
use conclave_domain::{field::choice_label, scale::Method, t, text::label};

/// The board's rules, and what is looser than the strict default.
pub(super) fn charter(book: &Book<'_>) -> Part {
    let c = book.charter();
    let mut part = Part::new(t!("charter"), 2);
    part.say(t!("dossier.charter.lead", edition = c.edition));
    let loosened = c.loosened();
    if loosened.is_empty() {
        part.callout(Mark::Good, t!("dossier.charter.strict"));
    } else {
        part.callout(Mark::Warn, t!("dossier.charter.loosened", n = loosened.len()));
        part.list(loosened);
    }
    let name = |key: &str| label(&format!("charter.{key}"));
    let seats = t!("dossier.charter.seats", seats = c.voting_seats, quorum = c.quorum());
    part.fields(vec![
        (t!("dossier.charter.edition"), c.edition.to_string()),
        (name("organisation"), c.organisation.clone()),
        (name("risk_method"), choice_label("method", method(c.risk_method))),
        (name("tolerance"), c.tolerance.label()),
        (name("voting_seats"), seats),
        (name("lay_seat_required"), yes_no(c.lay_seat_required)),
        (name("requester_may_vote"), yes_no(c.requester_may_vote)),
        (name("evidence_for_met"), yes_no(c.evidence_for_met)),
        (name("gates_bind"), yes_no(c.gates_bind)),
        (name("review_own_answers"), yes_no(c.review_own_answers)),
        (name("conclude_own_reviews"), yes_no(c.conclude_own_reviews)),
        (name("administrators_decide"), yes_no(c.administrators_decide)),
        (name("approval_days"), c.approval_days.to_string()),
        (name("soon_days"), c.soon_days.to_string()),
        (name("min_group_size"), c.min_group_size.to_string()),
        (name("auto_lock_minutes"), c.auto_lock_minutes.to_string()),
    ]);
    part.note(t!("dossier.charter.note"));
    part
}

pub(super) fn method(method: Method) -> &'static str {
    match method {
        Method::Table => "table",
        Method::Product => "product",
    }
}

/// What is inside the file besides its pages.
pub(super) fn manifest(attachments: &[Attachment]) -> Part {
    let mut part = Part::new(t!("dossier.manifest.title"), 2);
    part.say(t!("dossier.manifest.lead"));
    let columns = vec![
        column(t!("dossier.manifest.name"), 2.0),
        column(t!("dossier.manifest.description"), 5.0),
        number(t!("dossier.manifest.bytes"), 1.2),
    ];
    let mut found = table(t!("dossier.manifest.caption"), columns);
    for file in attachments {
        found.row(vec![strong(&*file.name), cell(&*file.description), cell(file.bytes.len().to_string())]);
    }
    // Written when the pages are known, so that its size is not.
    found.row(vec![strong(manifest::NAME), cell(t!("layout.manifest")), cell("–")]);
    part.table(found);
    if attachments.iter().any(|file| file.media == "text/csv") {
        part.note(t!("dossier.manifest.note"));
    }
    part
}
