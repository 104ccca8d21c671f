//! Addresses inside the window.

use crate::parts::dom::escape;
use conclave_domain::kind::Kind;

/// The list of a kind: "/systems".
pub fn list_path(kind: Kind) -> String {
    format!("/{}", kind.plural())
}

/// A record: "/systems/AIS-0001".
pub fn record_path(kind: Kind, reference: &str) -> String {
    format!("/{}/{}", kind.plural(), escape(reference))
}

/// A framework, at one of its requirements or groups if `at` is not empty; `edition` is "" for the one that the program
/// brings.
pub fn framework_path(id: &str, edition: &str, at: &str) -> String {
    let mut path = format!("/frameworks/{}", escape(id));
    for (key, value) in [("edition", edition), ("at", at)] {
        if !value.is_empty() {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&format!("{key}={}", escape(value)));
        }
    }
    path
}

/// The editor of a framework of the board's own.
pub fn framework_edit_path(id: &str, edition: &str) -> String {
    format!("/frameworks/{}/edit?edition={}", escape(id), escape(edition))
}

/// The crosswalk between two frameworks.
pub fn crosswalk_path(from: &str, to: &str) -> String {
    format!("/crosswalk?from={}&to={}", escape(from), escape(to))
}

/// A new record of a kind, about a subject if one is given by id.
pub fn new_path(kind: Kind, subject: Option<uuid::Uuid>) -> String {
    match subject {
        Some(id) if kind == Kind::Evidence => format!("/{}/new?system={id}", kind.plural()),
        Some(id) => format!("/{}/new?subject={id}", kind.plural()),
        None => format!("/{}/new", kind.plural()),
    }
}
