//! Assessments: the list, and the checklist of one.

mod card;
mod fields;
mod keys;
mod nav;
mod page;
mod proof;
mod review;
mod state;

use crate::pages::record::{list::list_page, new::new_page};
use conclave_domain::kind::Kind;
use leptos::prelude::*;

/// The list of assessments.
pub fn list() -> AnyView {
    list_page(Kind::Assessment, None, None)
}

/// A new assessment.
pub fn new() -> AnyView {
    new_page(Kind::Assessment)
}

/// One assessment.
pub fn one() -> AnyView {
    page::assessment_page()
}
