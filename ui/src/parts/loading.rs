//! What stands in place of a reply that is not there: that it is coming, or why it cannot come.

use conclave_domain::{fault::Fault, t};
use leptos::prelude::*;

/// The reply is on its way. Nothing moves for the first moment, so that quick replies do not flicker.
pub fn loading() -> AnyView {
    view! { <p class="loading" aria-live="polite"><span>{t!("record.loading")}</span></p> }.into_any()
}

/// Why there is no reply, and what to do next.
pub fn failed(fault: &Fault) -> AnyView {
    view! {
        <div class="note bad" role="alert" data-test="fault"><p class="note-title">{fault.sentence.clone()}</p><p>{fault.next.clone()}</p></div>
    }
    .into_any()
}
