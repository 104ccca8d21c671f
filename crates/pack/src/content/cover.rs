//! The cover: what is covered, from which state of which vault, and what the pack is and is not.

use super::{
    Profile,
    book::{Book, moment},
};
use conclave_domain::t;

/// The line under the title: the system with its version, or how many systems.
pub(super) fn subtitle(book: &Book<'_>) -> String {
    match book.dossier.systems.as_slice() {
        [] => String::new(),
        [one] => {
            let (name, reference) = (&one.head.title, &one.head.reference);
            match one.system.current_version() {
                Some(version) => {
                    t!("dossier.cover.version", name = name, reference = reference, version = version.label)
                }
                None => t!("dossier.cover.system", name = name, reference = reference),
            }
        }
        several => t!("dossier.cover.systems", n = several.len()),
    }
}

/// The table of the cover.
pub(super) fn facts(book: &Book<'_>) -> Vec<(String, String)> {
    let d = book.dossier;
    let scope = t!("dossier.cover.scope_of", n = d.systems.len(), of = d.portfolio.len().max(d.systems.len()));
    let mut facts = vec![
        (t!("dossier.cover.pack"), d.pack_id.clone()),
        (t!("dossier.cover.scope"), scope),
        (t!("dossier.cover.profile"), d.profile.label()),
        (t!("dossier.cover.date"), moment(d.created)),
        (t!("dossier.cover.as_of"), moment(d.as_of.unwrap_or(d.created))),
        (t!("dossier.cover.vault"), t!("dossier.cover.vault_id", name = d.vault.name, id = d.vault.id)),
        (t!("dossier.cover.head"), t!("dossier.cover.head_entry", seq = d.vault.head_seq, hash = d.vault.head_hash)),
        (t!("dossier.cover.genesis"), d.vault.genesis.clone()),
        (t!("dossier.cover.signer"), d.vault.signer_fingerprint.clone()),
        (t!("dossier.cover.made_by"), d.made_by.clone()),
        (t!("dossier.cover.program"), t!("dossier.cover.program_version", version = d.program_version)),
    ];
    facts.retain(|(_, value)| !value.trim().is_empty());
    facts
}

/// What the pack is, how to check it, and what it does not say.
pub(super) fn statement(book: &Book<'_>) -> Vec<String> {
    let mut sentences = vec![t!("dossier.statement.what")];
    if !book.dossier.frameworks.is_empty() {
        sentences.push(t!("dossier.statement.mapped"));
    }
    sentences.push(t!("dossier.statement.verify"));
    sentences.push(t!("dossier.statement.hashes"));
    match book.dossier.profile {
        Profile::Auditor => {}
        Profile::Board => sentences.push(t!("dossier.statement.board")),
        Profile::Public => sentences.push(t!("dossier.statement.public")),
    }
    if book.dossier.as_of.is_some() {
        sentences.push(t!("dossier.statement.past"));
    }
    sentences
}
