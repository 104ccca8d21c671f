//! The cover: what the pack is about, from when, and what it claims.

use super::{Dossier, words::moment};
use conclave_domain::t;

pub(super) fn subtitle(d: &Dossier) -> String {
    match d.systems.as_slice() {
        [one] => format!("{} {}", one.head.reference, one.system.name),
        many => t!("told.scope_many", n = many.len(), all = d.portfolio.len()),
    }
}

pub(super) fn cover(d: &Dossier) -> Vec<(String, String)> {
    let mut rows = vec![
        (t!("told.pack_id"), d.pack_id.clone()),
        (t!("told.created"), moment(d.created)),
        (t!("told.as_of"), d.as_of.map_or_else(|| t!("told.now"), moment)),
        (t!("told.profile"), d.profile.label()),
        (t!("told.vault"), format!("{}\n{}", d.vault.name, d.vault.id)),
        (t!("told.head"), t!("told.head_value", seq = d.vault.head_seq, hash = d.vault.head_hash)),
        (t!("told.genesis"), d.vault.genesis.clone()),
        (t!("told.signer"), d.vault.signer_fingerprint.clone()),
        (t!("told.program"), format!("Conclave {}", d.program_version)),
    ];
    if d.profile.names_people() {
        rows.insert(4, (t!("told.made_by"), d.made_by.clone()));
    }
    rows
}

pub(super) fn statement(d: &Dossier) -> Vec<String> {
    let mut all = vec![t!("told.statement_what"), t!("told.statement_verify"), t!("told.statement_claims")];
    if d.as_of.is_some() {
        all.push(t!("told.statement_past"));
    }
    all
}
