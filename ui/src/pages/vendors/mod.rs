//! Vendors: the list, a new one, and the page of one.

use crate::pages::record::{list::list_page, new::new_page, page::record_page};
use conclave_domain::kind::Kind;
use leptos::prelude::*;

/// The list.
pub fn list() -> AnyView {
    list_page(Kind::Vendor, None, None)
}

/// A new record.
pub fn new() -> AnyView {
    new_page(Kind::Vendor)
}

/// One record.
pub fn one() -> AnyView {
    record_page(Kind::Vendor, Default::default())
}
