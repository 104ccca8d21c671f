//! The page of a framework: what it is, its groups on the left, the requirements of one group in the middle.

use super::{
    editions, kind_label, origin,
    requirement::{Shown, card},
};
use crate::{
    call::use_reply,
    pages::record::say,
    parts::{
        dom,
        loading::{failed, loading},
        path::{crosswalk_path, framework_edit_path, framework_path},
    },
    state::Session,
};
use conclave_domain::{
    call::framework::{FrameworkLine, GetFramework, ListFrameworks, RemoveFramework},
    framework::{Framework, Group},
    permission::Permission,
    t,
};
use leptos::{leptos_dom::helpers::document, prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use std::{collections::BTreeMap, time::Duration};

/// Requirements that are shown at once: more have pages.
pub const PAGE: usize = 40;

/// The page.
pub fn one() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    let edition = Memo::new(move |_| query.with(|q| q.get("edition")).unwrap_or_default());
    let at = Memo::new(move |_| query.with(|q| q.get("at")).unwrap_or_default());
    let asked = use_reply(move || Some(GetFramework { id: id.get(), edition: edition.get() }));
    let listed = use_reply(move || Some(ListFrameworks {}));
    // The page is built anew only when what it shows is another: not with every change of the vault.
    let framework = Memo::new(move |_| asked.get());
    let lines =
        Memo::new(move |_| listed.with(|l| l.as_ref().and_then(|l| l.as_ref().ok()).cloned().unwrap_or_default()));
    let body = move || {
        framework.with(|f| match f {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(framework)) => page(framework.clone(), lines, at),
        })
    };
    view! { <div class="page framework-page">{body}</div> }.into_any()
}

fn page(framework: Framework, lines: Memo<Vec<FrameworkLine>>, at: Memo<String>) -> AnyView {
    let (id, edition) = (framework.framework.id.clone(), framework.framework.edition.clone());
    let line = Memo::new(move |_| {
        lines.with(|l| l.iter().find(|l| l.id == id && (!l.own || l.edition == edition)).cloned()).unwrap_or_default()
    });
    let framework = StoredValue::new(framework);
    let head = framework.with_value(|f| head(f, line, lines));
    let about = framework.with_value(|f| about(f, at.with_untracked(String::is_empty)));
    let compare = move || line.with(|l| l.own.then(|| editions::compare(l, lines)));
    view! { {head} {about} {compare} {body(framework, line, lines, at)} }.into_any()
}

fn head(framework: &Framework, line: Memo<FrameworkLine>, lines: Memo<Vec<FrameworkLine>>) -> AnyView {
    let about = &framework.framework;
    let n = framework.requirements.len();
    let words = t!("frameworks_page.about_line", edition = about.edition, publisher = about.publisher, n = n);
    let actions = move || line.with(actions);
    let other = move || {
        let now = line.get();
        let all: Vec<FrameworkLine> = lines.with(|l| l.iter().filter(|l| l.own && l.id == now.id).cloned().collect());
        (all.len() > 1).then(|| others(&now, &all))
    };
    view! {
        <header class="page-head">
            <div>
                <p class="crumbs"><a href="/frameworks">{t!("frameworks_page.title")}</a> " / " <span class="ref">{about.id.clone()}</span></p>
                <h1 data-test="framework-title">{about.title.clone()}</h1>
                <p class="lead" data-test="framework-lead">{words}</p>
                <p class="standing">{kind_label(&about.kind)} " · " {move || origin(line.with(|l| l.own))} {other}</p>
            </div>
            <div class="actions">{actions}</div>
        </header>
    }
    .into_any()
}

/// The other editions of a framework, each as a link.
fn others(now: &FrameworkLine, all: &[FrameworkLine]) -> AnyView {
    let links = all
        .iter()
        .map(|l| {
            let current = (l.edition == now.edition).then_some("page");
            view! { <a href=framework_path(&l.id, &l.edition, "") aria-current=current data-test="framework-edition">{l.edition.clone()}</a> " " }
        })
        .collect_view();
    view! { <span class="fact"><span class="muted">{t!("frameworks_page.editions")}</span> {links}</span> }.into_any()
}

fn actions(line: &FrameworkLine) -> AnyView {
    let session = Session::here();
    let crosswalk = (line.links > 0).then(|| {
        view! { <a class="button" data-test="framework-crosswalk" href=crosswalk_path("", &line.id)>{t!("crosswalk_page.title")}</a> }
    });
    let own = line.own && session.may(Permission::KeepFrameworks);
    let kept = line.clone();
    let navigate = use_navigate();
    let own = own.then(move || {
        let edit = framework_edit_path(&kept.id, &kept.edition);
        let newer = format!("{edit}&new=1");
        let remove = move |_| remove(&kept, navigate.clone());
        view! {
            <button type="button" class="button" data-test="framework-remove" on:click=remove>{t!("frameworks_page.remove")}</button>
            <a class="button" data-test="framework-new-edition" href=newer>{t!("frameworks_page.new_edition")}</a>
            <a class="button primary" data-test="framework-edit" href=edit>{t!("record.edit")}</a>
        }
    });
    view! { {crosswalk} {own} }.into_any()
}

/// Asks, removes the edition, and goes back to the list.
fn remove(line: &FrameworkLine, navigate: impl Fn(&str, leptos_router::NavigateOptions) + 'static) {
    let (id, edition) = (line.id.clone(), line.edition.clone());
    let question = t!("frameworks_page.remove_question", name = line.short_title, edition = edition);
    say::ask(question, t!("frameworks_page.remove_about"), t!("frameworks_page.remove"), move || {
        let done = t!("frameworks_page.removed", id = id, edition = edition);
        spawn_local(async move {
            match crate::call::send(RemoveFramework { id, edition }).await {
                Ok(()) => {
                    navigate("/frameworks", Default::default());
                    say::note(done);
                }
                Err(fault) => say::fault(&fault),
            }
        });
    });
}

/// Publisher, licence, source and note: open unless the person came for one requirement.
fn about(framework: &Framework, open: bool) -> AnyView {
    let about = &framework.framework;
    let pair = |label: String, value: &str, test: &'static str| {
        let value = value.to_owned();
        (!value.is_empty())
            .then(|| view! { <div class="pair" data-test=test><dt>{label}</dt><dd class="prose">{value}</dd></div> })
    };
    view! {
        <details class="card more framework-about" open=open data-test="framework-about">
            <summary>{t!("frameworks_page.about")}</summary>
            <dl class="pairs">
                {pair(t!("frameworks_page.publisher"), &about.publisher, "framework-publisher")}
                {pair(t!("field.licence"), &about.licence, "framework-licence")}
                {pair(t!("field.source"), &about.source, "framework-source")}
                {pair(t!("frameworks_page.note"), &about.note, "framework-note")}
            </dl>
        </details>
    }
    .into_any()
}

/// The group that an address speaks of, by its own id or that of one of its requirements; the first otherwise.
fn group_at(framework: &Framework, at: &str) -> String {
    let of = framework.requirement(at).map(|r| r.group.clone());
    let filled = |g: &&Group| framework.of(&g.id).next().is_some();
    let inside = |id: &str| framework.guidelines(id).find(filled).map(|g| g.id.clone());
    let named = framework.group(at).map(|g| if filled(&g) { g.id.clone() } else { inside(&g.id).unwrap_or_default() });
    of.or(named)
        .filter(|id| !id.is_empty())
        .or_else(|| framework.groups.iter().find(filled).map(|g| g.id.clone()))
        .unwrap_or_default()
}

fn body(
    framework: StoredValue<Framework>,
    line: Memo<FrameworkLine>,
    lines: Memo<Vec<FrameworkLine>>,
    at: Memo<String>,
) -> AnyView {
    let group = Memo::new(move |_| at.with(|at| framework.with_value(|f| group_at(f, at))));
    let nav = move || line.with(|l| framework.with_value(|f| nav(f, l, group)));
    let names = Memo::new(move |_| {
        lines.with(|l| l.iter().map(|l| (l.id.clone(), l.short_title.clone())).collect::<BTreeMap<_, _>>())
    });
    let linked = Memo::new(move |_| line.with(|l| l.links > 0));
    let cards = move || {
        let (group, linked) = (group.get(), linked.get());
        framework.with_value(|f| cards(f, &group, at, linked, names))
    };
    Effect::new(move |_| {
        let at = at.get();
        if !at.is_empty() {
            // The frame gives the keyboard to the heading of a new page first.
            set_timeout(move || show(&at), Duration::from_millis(200));
        }
    });
    view! { <div class="framework-body">{nav}<div class="stack" data-test="framework-requirements">{cards}</div></div> }
        .into_any()
}

/// Brings the requirement of an id to the top of the page and gives it the keyboard.
fn show(id: &str) {
    let all = document().query_selector_all("[data-requirement]").ok();
    let found = all.and_then(|all| {
        (0..all.length()).filter_map(|n| all.get(n)).find_map(|node| {
            let element = wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(node).ok()?;
            (element.get_attribute("data-requirement").as_deref() == Some(id)).then_some(element)
        })
    });
    if let Some(found) = found {
        dom::focus(Some(found.clone()));
        found.scroll_into_view();
    }
}

/// The edition by which the shown framework is addressed: "" only for the one that the program brings, because an older one
/// of the same framework may be kept in the vault.
fn edition_in_address(framework: &Framework, line: &FrameworkLine) -> String {
    let shown = &framework.framework.edition;
    if line.own || line.edition != *shown { shown.clone() } else { String::new() }
}

/// The groups, each a link with the number of its requirements.
fn nav(framework: &Framework, line: &FrameworkLine, now: Memo<String>) -> AnyView {
    let edition = edition_in_address(framework, line);
    let id = framework.framework.id.clone();
    let link = |group: &Group| {
        let n = framework.of(&group.id).count();
        (n > 0).then(|| {
            let key = group.id.clone();
            let current = move || now.with(|now| *now == key).then_some("true");
            view! {
                <li><a class="guideline" href=framework_path(&id, &edition, &group.id) aria-current=current data-test="framework-group" data-group=group.id.clone()>
                    <span class="ref">{group.id.clone()}</span><span class="name">{group.title.clone()}</span><span class="n">{n}</span>
                </a></li>
            }
        })
    };
    let stages = framework
        .stages()
        .map(|stage| {
            let inner: Vec<_> = framework.guidelines(&stage.id).collect();
            let head = (!inner.is_empty()).then(|| view! { <li class="stage-name">{stage.title.clone()}</li> });
            let inner = inner.into_iter().map(link).collect_view();
            view! { {head} {link(stage)} {inner} }
        })
        .collect_view();
    view! { <nav class="card checklist-nav framework-nav" aria-label=t!("frameworks_page.groups")><ul>{stages}</ul></nav> }.into_any()
}

fn cards(
    framework: &Framework,
    group: &str,
    at: Memo<String>,
    linked: bool,
    names: Memo<BTreeMap<String, String>>,
) -> AnyView {
    let title = framework.group(group).map(|g| g.title.clone()).unwrap_or_default();
    let all: Vec<Shown> = framework
        .of(group)
        .map(|r| Shown {
            framework: framework.framework.id.clone(),
            edition: framework.framework.edition.clone(),
            evidence: framework.evidence_of(r).to_vec(),
            open: at.with_untracked(|at| r.id == *at),
            linked,
            requirement: r.clone(),
        })
        .collect();
    let (page, total) = (RwSignal::new(0), all.len());
    let all = StoredValue::new(all);
    Effect::new(move |_| {
        let place = at.with(|at| all.with_value(|all| all.iter().position(|s| s.requirement.id == *at)));
        if let Some(place) = place {
            page.set(place / PAGE);
        }
    });
    let shown = move || {
        let from = page.get() * PAGE;
        all.with_value(|all| all.iter().skip(from).take(PAGE).map(|s| card(s, at, names)).collect_view())
    };
    view! {
        <div class="section-head" data-requirement=group.to_owned() tabindex="-1">
            <h2><span class="ref">{group.to_owned()}</span> " " {title}</h2><span class="muted">{t!("frameworks_page.in_group", n = total)}</span>
        </div>
        {shown}
        {(total > PAGE).then(|| pager(page, total))}
    }
    .into_any()
}

/// The pages of a long group.
pub fn pager(page: RwSignal<usize>, total: usize) -> AnyView {
    let last = total.saturating_sub(1) / PAGE;
    let words = move || {
        let from = page.get() * PAGE;
        t!("list.shown", from = from + 1, to = (from + PAGE).min(total), total = total)
    };
    view! {
        <nav class="pager" aria-label=t!("list.pages")>
            <span role="status">{words}</span>
            <button type="button" class="button small" data-test="requirements-previous" disabled=move || page.get() == 0
                on:click=move |_| page.update(|p| *p = p.saturating_sub(1))>{t!("list.previous")}</button>
            <button type="button" class="button small" data-test="requirements-next" disabled=move || last <= page.get()
                on:click=move |_| page.update(|p| *p += 1)>{t!("list.next")}</button>
        </nav>
    }
    .into_any()
}
