//! Decisions: the list, and the page of one with seats, votes and conditions.

mod board;
mod conditions;

use crate::pages::record::{
    list::list_page,
    new::new_page,
    page::{Special, record_page},
};
use conclave_domain::kind::Kind;
use leptos::prelude::*;

/// The list of decisions.
pub fn list() -> AnyView {
    list_page(Kind::Decision, None, None)
}

/// A new decision.
pub fn new() -> AnyView {
    new_page(Kind::Decision)
}

/// One decision.
pub fn one() -> AnyView {
    let special = Special {
        above: Some(board::board),
        actions: Some(board::decide),
        without: &["seats", "conditions"],
        ..Special::default()
    };
    record_page(Kind::Decision, special)
}
