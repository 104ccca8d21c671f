//! Reviews: the list, and the page of an ethics or fairness review.

mod ethics;
mod fairness;
mod plan;
mod results;

use crate::{
    pages::record::{
        draft,
        list::list_page,
        new::new_page,
        page::{Special, record_page},
        saving::Saving,
    },
    parts::{form::Form, tabs::Tab},
};
use conclave_domain::{call::record::Detail, charter::Charter, kind::Kind, noun::Body, t};
use leptos::prelude::*;

/// The list of reviews.
pub fn list() -> AnyView {
    list_page(Kind::Review, None, None)
}

/// A new review.
pub fn new() -> AnyView {
    new_page(Kind::Review)
}

/// One review.
pub fn one() -> AnyView {
    let special = Special { tabs: Some(tabs), panel: Some(panel), live: &["ethics", "fairness"], ..Special::default() };
    record_page(Kind::Review, special)
}

fn tabs(detail: &Detail) -> Vec<Tab> {
    match &detail.body {
        Body::Review(r) if r.review_type == "fairness" => vec![Tab::new("fairness", t!("review_page.fairness"))],
        Body::Review(r) if r.review_type == "ethics" => vec![Tab::new("ethics", t!("review_page.ethics"))],
        _ => Vec::new(),
    }
}

fn panel(name: &str, detail: Signal<Detail>, charter: &Charter) -> Option<AnyView> {
    match name {
        "ethics" => Some(ethics::ethics(detail)),
        "fairness" => Some(fairness::fairness(detail, charter.min_group_size)),
        _ => None,
    }
}

/// The work on a part of a review: its form, which takes over what was saved elsewhere while nothing is unsaved here,
/// and the offer of an earlier draft.
fn work(detail: Signal<Detail>) -> (Saving, AnyView) {
    let start = detail.get_untracked();
    let form = Form::new(&start.body);
    let saving = Saving::new(form, Some(&start), Callback::new(|_| {}));
    let keeper = draft::keeper(form, draft::key(Kind::Review, Some(start.head.id)), start.head.revision);
    Effect::new(move |_| {
        let now = detail.get();
        if now.head.revision > saving.revision.get_untracked() && !form.is_dirty_now() && !saving.busy.get_untracked() {
            form.settle(now.body.to_map());
            saving.revision.set(now.head.revision);
        }
    });
    (saving, keeper)
}
