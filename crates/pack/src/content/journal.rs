//! The journal's extract: entries with before and after, long values shortened; the vault keeps them in full.

use super::{
    JournalEntry, Profile,
    book::{Book, moment},
    part::Part,
    table::{cell, column, lines, marked, number, table},
};
use crate::tree::{Cell, Mark};
use conclave_domain::t;

/// The longest value that is printed, in characters.
const VALUE: usize = 160;
/// The most changed fields of one entry that are printed.
const FIELDS: usize = 24;
/// How many digits of an entry's hash are printed.
const HASH: usize = 16;

pub(super) fn part(book: &Book<'_>) -> Part {
    let d = book.dossier;
    let mut part = Part::new(t!("dossier.journal.title"), 2);
    let most = match d.profile {
        Profile::Auditor => usize::MAX,
        Profile::Board => 40,
        Profile::Public => 20,
    };
    let shown = &d.journal[d.journal.len().saturating_sub(most)..];
    part.say(t!("dossier.journal.lead", n = shown.len(), of = d.journal_total.max(shown.len() as u64)));
    part.fields(vec![
        (t!("dossier.cover.head"), t!("dossier.cover.head_entry", seq = d.vault.head_seq, hash = d.vault.head_hash)),
        (t!("dossier.cover.genesis"), d.vault.genesis.clone()),
    ]);
    if shown.is_empty() {
        part.say(t!("dossier.journal.none"));
    } else if book.is_public() {
        events(&mut part, shown);
    } else {
        entries(&mut part, shown);
    }
    part.note(t!("dossier.journal.note", digits = HASH));
    part
}

fn entries(part: &mut Part, shown: &[JournalEntry]) {
    let columns = vec![
        number(t!("dossier.journal.seq"), 0.8),
        column(t!("dossier.journal.when"), 2.1),
        column(t!("dossier.journal.what"), 2.5),
        column(t!("dossier.journal.change"), 5.4),
    ];
    let mut found = table(t!("dossier.journal.caption"), columns);
    for entry in shown {
        let what = lines([entry.subject.clone(), act(&entry.call), hash(entry)]);
        found.row(vec![
            cell(entry.seq.to_string()),
            cell(lines([moment(entry.at), entry.actor.clone()])),
            cell(what),
            change(entry),
        ]);
    }
    part.table(found);
}

/// That something happened, and its hash; the public sees no values.
fn events(part: &mut Part, shown: &[JournalEntry]) {
    let columns = vec![
        number(t!("dossier.journal.seq"), 0.8),
        column(t!("dossier.journal.when"), 2.4),
        column(t!("dossier.journal.call"), 2.4),
        column(t!("dossier.journal.hash"), 3.0),
    ];
    let mut found = table(t!("dossier.journal.caption"), columns);
    for entry in shown {
        // An attempt that was refused is no act.
        let what = act(&entry.call);
        let what =
            if entry.refused { marked(Mark::Bad, t!("dossier.journal.refused_act", what = what)) } else { cell(what) };
        found.row(vec![cell(entry.seq.to_string()), cell(moment(entry.at)), what, cell(hash(entry))]);
    }
    part.table(found);
}

fn hash(entry: &JournalEntry) -> String {
    shorten(&entry.hash, HASH)
}

fn change(entry: &JournalEntry) -> Cell {
    if entry.refused {
        return marked(Mark::Bad, t!("dossier.journal.refused"));
    }
    let value = |text: &str| if text.trim().is_empty() { t!("dossier.journal.empty") } else { shorten(text, VALUE) };
    let changed = entry.changes.iter().take(FIELDS);
    let mut shown: Vec<String> = changed
        .map(|(field, before, after)| {
            t!("dossier.journal.from_to", field = field, before = value(before), after = value(after))
        })
        .collect();
    if entry.changes.len() > FIELDS {
        shown.push(t!("dossier.journal.more", n = entry.changes.len() - FIELDS));
    }
    if shown.is_empty() { cell(t!("dossier.journal.no_values")) } else { cell(lines(shown)) }
}

/// The text, cut with … after this many characters.
fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// What a call did, in the words that the window uses; its own name where there are none.
fn act(call: &str) -> String {
    conclave_domain::text::look_up(&format!("record.act_{}", call.replace('.', "_"))).unwrap_or_else(|| call.to_owned())
}
