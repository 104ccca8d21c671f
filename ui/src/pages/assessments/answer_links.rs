//! What an answer is connected with: where it was derived from, the findings about it, and what the crosswalk says of its
//! requirement.

use super::state::Checklist;
use crate::{
    call::use_reply,
    parts::{
        path::{framework_path, list_path, record_path},
        status::{Tone, status},
        strength,
    },
    state::Session,
};
use conclave_domain::{
    answer::Answer,
    call::{
        assess::Mark,
        framework::{GetLinks, LinkLine},
    },
    kind::Kind,
    permission::Permission,
    t,
};
use leptos::prelude::*;

/// Carried, changed, new, reworded; and whether what it was derived from has changed.
pub fn marks(list: Checklist, id: &str) -> AnyView {
    let (mark_of, stale_of) = (id.to_owned(), id.to_owned());
    let mark = move || {
        list.marks.with(|m| m.get(&mark_of).copied()).map(|m| {
            let tone = match m {
                Mark::Reworded => Tone::Part,
                Mark::Changed | Mark::New => Tone::Good,
                Mark::Carried => Tone::None,
            };
            view! { <span data-test="answer-mark">{status(tone, m.label())}</span> }
        })
    };
    let stale = move || {
        list.stale.with(|s| s.contains(&stale_of)).then(|| {
            view! { <span data-test="answer-stale">{status(Tone::Part, t!("checklist_more.stale"))}</span> }
        })
    };
    view! { {mark} {stale} }.into_any()
}

/// Where a derived answer comes from, and the way to what is proposed when that has changed.
pub fn origin(list: Checklist, id: &str, answer: Memo<Answer>) -> AnyView {
    let id = id.to_owned();
    let line = move || {
        let origin = answer.with(|a| a.origin.clone())?;
        let from = origin.from.iter().map(|p| format!("{} ({})", p.place, p.reference)).collect::<Vec<_>>().join(", ");
        let stale = list.stale.with(|s| s.contains(&id)).then(|| {
            view! { " " <a href="?tab=proposals" data-test="answer-proposals">{t!("checklist_more.stale_see")}</a> }
        });
        Some(view! { <p class="said" data-test="answer-origin">{t!("checklist_more.derived", from = from)}{stale}</p> })
    };
    view! { {line} }.into_any()
}

/// The findings about a requirement, and the way to raise one.
pub fn findings(list: Checklist, id: &str) -> AnyView {
    let of = id.to_owned();
    let lines = move || {
        list.findings.with(|all| {
            let ours = all.iter().filter(|(requirement, _)| *requirement == of);
            ours.map(|(_, head)| {
                let href = record_path(Kind::Finding, &head.reference);
                view! { <li><a href=href data-test="answer-finding">{head.reference.clone()} " " {head.title.clone()}</a></li> }
            })
            .collect_view()
        })
    };
    let may = untrack(|| Session::here().may(Permission::Assess));
    let subject = list.subject.get_value().map(|s| format!("subject={s}&")).unwrap_or_default();
    let requirement = crate::parts::dom::escape(id);
    let new = format!("{}/new?{subject}assessment={}&requirement={requirement}", list_path(Kind::Finding), list.id);
    let raise = may
        .then(|| view! { <a class="button small" href=new data-test="raise-finding">{t!("checklist_more.raise")}</a> });
    view! { <ul class="plain-list finding-links">{lines}</ul> <div class="actions proof-ways">{raise}</div> }.into_any()
}

/// What the crosswalk says of a requirement; read when it is unfolded.
pub fn crosswalk(list: Checklist, id: &str) -> AnyView {
    let open = RwSignal::new(false);
    let framework = list.framework.with_value(|f| f.framework.id.clone());
    let id = id.to_owned();
    let reply =
        use_reply(move || open.get().then(|| GetLinks { framework: framework.clone(), requirement: id.clone() }));
    let here = list.framework.with_value(|f| f.framework.id.clone());
    let lines = move || {
        reply.with(|r| match r {
            Some(Ok(links)) if links.is_empty() => {
                view! { <p class="muted">{t!("checklist_more.no_links")}</p> }.into_any()
            }
            Some(Ok(links)) => {
                let lines = links.iter().map(|l| link(l, &here)).collect_view();
                view! { <ul class="plain-list lines">{lines}</ul> }.into_any()
            }
            _ => ().into_any(),
        })
    };
    let unfold = move |ev: web_sys::Event| {
        use wasm_bindgen::JsCast;
        let details = ev.target().and_then(|t| t.dyn_into::<web_sys::HtmlDetailsElement>().ok());
        open.set(details.is_some_and(|d| d.open()));
    };
    view! {
        <details class="more" data-test="answer-crosswalk" on:toggle=unfold><summary>{t!("checklist_more.links")}</summary>{lines}</details>
    }
    .into_any()
}

fn link(line: &LinkLine, here: &str) -> AnyView {
    let (framework, id, title) = if line.from_framework == here {
        (&line.to_framework, &line.to, &line.to_title)
    } else {
        (&line.from_framework, &line.from, &line.from_title)
    };
    view! {
        <li>{strength::badge(line.strength)} " " <a href=framework_path(framework, "", id)>{framework.clone()} " " {id.clone()}</a> " " {title.clone()}</li>
    }
    .into_any()
}
