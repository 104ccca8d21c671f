//! Assessments: the list, and the checklist of one.

mod answer_links;
mod bulk;
mod card;
mod drafts;
mod fields;
mod keys;
mod nav;
mod page;
mod proof;
mod review;
mod state;
mod template;
mod typed;

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
