//! The evidence on which an answer rests, and the ways to attach more.

use super::state::Checklist;
use crate::{
    pages::evidence::{known::attach, target::Target},
    parts::{columns::expiry, path::record_path},
};
use conclave_domain::{call::assess::Attached, kind::Kind};
use leptos::{prelude::*, task::spawn_local};

/// The evidence of an answer as links; nothing where there is none.
pub fn evidence(list: Checklist, id: &str) -> AnyView {
    let id = id.to_owned();
    let test = format!("answer-evidence-{id}");
    let all = Memo::new(move |_| list.evidence.with(|e| e.get(&id).cloned().unwrap_or_default()));
    let shown = move || {
        let all = all.get();
        (!all.is_empty()).then(|| {
            let lines = all.iter().map(line).collect_view();
            view! { <ul class="plain-list proof" data-test=test.clone() aria-label=Kind::Evidence.many()>{lines}</ul> }
        })
    };
    view! { {shown} }.into_any()
}

fn line(one: &Attached) -> AnyView {
    let expired = one.expired.then(|| expiry(one.expires_on));
    view! {
        <li><a href=record_path(Kind::Evidence, &one.reference)><span class="ref">{one.reference.clone()}</span> " " {one.title.clone()}</a> " " {expired}</li>
    }
    .into_any()
}

/// Attaching new evidence, or some that is there.
pub fn ways(list: Checklist, id: &str) -> AnyView {
    let refresh = Callback::new(move |()| spawn_local(list.refresh()));
    let target = Target::Answer(list.id, id.to_owned());
    let name = target.name(&list.reference.get_value());
    attach(&target, &name, format!("answer-attach-{id}"), refresh)
}
