//! The links of the crosswalk that touch one requirement, by the framework at their other end.

use crate::{
    call::use_reply,
    parts::{
        loading::{failed, loading},
        path::framework_path,
        strength,
    },
};
use conclave_domain::{
    call::framework::{GetLinks, LinkLine},
    crosswalk::Strength,
    t,
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;

/// The links, asked for when the person unfolds them; at once where `open` says so.
pub fn links(framework: String, requirement: String, open: bool, names: Memo<BTreeMap<String, String>>) -> AnyView {
    let wanted = RwSignal::new(open);
    let (asked, here) = ((framework.clone(), requirement.clone()), framework);
    let reply =
        use_reply(move || wanted.get().then(|| GetLinks { framework: asked.0.clone(), requirement: asked.1.clone() }));
    let toggled = move |ev: web_sys::Event| {
        let details = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        if details.is_some_and(|d| d.has_attribute("open")) {
            wanted.set(true);
        }
    };
    let body = move || {
        wanted.get().then(|| {
            reply.with(|r| match r {
                None => loading(),
                Some(Err(fault)) => failed(fault),
                Some(Ok(links)) if links.is_empty() => {
                    view! { <p class="muted">{t!("frameworks_page.no_links")}</p> }.into_any()
                }
                Some(Ok(links)) => names.with(|names| grouped(links, &here, &requirement, names)),
            })
        })
    };
    view! {
        <details class="more" open=open data-test="requirement-links" on:toggle=toggled>
            <summary data-test="requirement-crosswalk">{t!("crosswalk_page.title")}</summary>
            {body}
        </details>
    }
    .into_any()
}

/// A link as it is seen from one of its ends.
struct Seen<'a> {
    /// The place at this end: the requirement, or its guideline.
    near: &'a str,
    /// The framework at the other end.
    framework: &'a str,
    /// The place there.
    far: &'a str,
    /// Its title.
    title: &'a str,
}

fn seen<'a>(link: &'a LinkLine, here: &str) -> Seen<'a> {
    if link.from_framework == here {
        Seen { near: &link.from, framework: &link.to_framework, far: &link.to, title: &link.to_title }
    } else {
        Seen { near: &link.to, framework: &link.from_framework, far: &link.from, title: &link.from_title }
    }
}

/// What the links of one line have in common: strength, the place at this end, who says so, what a reader should know.
type Common<'a> = (Strength, &'a str, &'a str, &'a str);

fn grouped(links: &[LinkLine], here: &str, requirement: &str, names: &BTreeMap<String, String>) -> AnyView {
    let mut by: BTreeMap<&str, BTreeMap<Common<'_>, Vec<Seen<'_>>>> = BTreeMap::new();
    for link in links {
        let seen = seen(link, here);
        let common = (link.strength, seen.near, link.source.as_str(), link.note.as_str());
        by.entry(seen.framework).or_default().entry(common).or_default().push(seen);
    }
    by.into_iter()
        .map(|(framework, lines)| {
            let name = names.get(framework).cloned().unwrap_or_else(|| framework.to_owned());
            let lines = lines.iter().map(|(common, all)| line(*common, all, requirement)).collect_view();
            view! { <section class="link-group"><h4>{name}</h4>{lines}</section> }
        })
        .collect_view()
        .into_any()
}

fn line((strength, near, source, note): Common<'_>, all: &[Seen<'_>], requirement: &str) -> AnyView {
    let mut about = vec![strength::source(source)];
    if near != requirement {
        about.push(t!("frameworks_page.through", place = near));
    }
    if !note.is_empty() {
        about.push(note.to_owned());
    }
    let links = all
        .iter()
        .map(|s| {
            let href = framework_path(s.framework, "", s.far);
            view! {
                <li data-test="requirement-link" data-framework=s.framework.to_owned() data-id=s.far.to_owned() data-strength=strength.name()>
                    <a href=href><span class="ref">{s.far.to_owned()}</span> " " {s.title.to_owned()}</a>
                </li>
            }
        })
        .collect_view();
    view! { <div class="link-line">{strength::badge(strength)}<ul>{links}</ul><p class="muted">{about.join(" · ")}</p></div> }.into_any()
}
