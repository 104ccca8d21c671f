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

/// A new record of a kind, about a subject if one is given by id.
pub fn new_path(kind: Kind, subject: Option<uuid::Uuid>) -> String {
    match subject {
        Some(id) if kind == Kind::Evidence => format!("/{}/new?system={id}", kind.plural()),
        Some(id) => format!("/{}/new?subject={id}", kind.plural()),
        None => format!("/{}/new", kind.plural()),
    }
}
