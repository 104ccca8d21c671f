//! Evidence: the list, bringing it in, and the page of one with its file, its versions and what rests on it.

mod attached;
mod chosen;
mod copy_out;
mod file;
pub mod known;
pub mod named;
mod new;
mod newer;
mod preview;
mod same;
pub mod target;
mod versions;

pub use same::forget as forget_same;

use crate::pages::record::{
    list::list_page,
    page::{Special, record_page},
};
use conclave_domain::{call::record::Detail, charter::Charter, kind::Kind, noun::Body};
use leptos::prelude::*;

/// The list.
pub fn list() -> AnyView {
    list_page(Kind::Evidence, None, None)
}

/// New evidence.
pub fn new() -> AnyView {
    new::new_page()
}

/// One evidence.
pub fn one() -> AnyView {
    record_page(Kind::Evidence, Special { above: Some(above), ..Special::default() })
}

/// The file with its versions and its beginning, and what rests on it.
fn above(detail: &Detail, _: &Charter) -> AnyView {
    let Body::Evidence(evidence) = &detail.body else { return ().into_any() };
    view! {
        <div class="stack">
            {same::note(detail.head.id)}
            {versions::versions(&detail.head, evidence)}
            {preview::preview(&detail.head, evidence)}
            {attached::attached(&detail.head, evidence)}
        </div>
    }
    .into_any()
}
