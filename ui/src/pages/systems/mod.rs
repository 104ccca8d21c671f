//! AI systems: the list, and the page of one with its gates, its risks and what the board can begin for it.

mod gates;

use crate::{
    call::use_reply,
    pages::record::{
        list::list_page,
        new::new_page,
        page::{Special, record_page},
        show::head_link,
    },
    parts::{
        coverage_bar::small_bar,
        path::{new_path, record_path},
        tabs::Tab,
    },
};
use conclave_domain::{
    call::record::{Detail, GetMatrix, Row},
    charter::Charter,
    kind::Kind,
    noun::Body,
    t,
};
use leptos::prelude::*;

/// The list of systems.
pub fn list() -> AnyView {
    list_page(Kind::System, None, None)
}

/// A new system.
pub fn new() -> AnyView {
    new_page(Kind::System)
}

/// One system.
pub fn one() -> AnyView {
    let special = Special {
        above: Some(above),
        actions: Some(begin),
        tabs: Some(tabs),
        panel: Some(panel),
        ..Special::default()
    };
    record_page(Kind::System, special)
}

fn tabs(detail: &Detail) -> Vec<Tab> {
    let parts = detail.linked.iter().filter(|h| matches!(h.kind, Kind::Vendor | Kind::Asset)).count();
    vec![Tab::new("gates", t!("gate_page.tab")), Tab::counted("parts", t!("system_page.parts"), parts)]
}

fn panel(name: &str, detail: Signal<Detail>, _: &Charter) -> Option<AnyView> {
    match name {
        "gates" => detail.with_untracked(|d| match &d.body {
            Body::System(system) => Some(gates::gates(d.head.clone(), system.clone())),
            _ => None,
        }),
        "parts" => Some(detail.with_untracked(parts)),
        _ => None,
    }
}

/// What the system is made of.
fn parts(detail: &Detail) -> AnyView {
    let edit = format!("{}?edit=", record_path(Kind::System, &detail.head.reference));
    let group = |kind: Kind, field: &str| {
        let lines =
            detail.linked.iter().filter(|h| h.kind == kind).map(|h| view! { <li>{head_link(h)}</li> }).collect_view();
        let none = !detail.linked.iter().any(|h| h.kind == kind);
        let none = none.then(|| view! { <p class="muted">{t!("record.none_yet", kind = kind.many())}</p> });
        view! {
            <section class="card">
                <div class="section-head"><h2>{kind.many()}</h2><a class="button small" href=format!("{edit}{field}")>{t!("system_page.choose")}</a></div>
                {none}<ul class="plain-list">{lines}</ul>
            </section>
        }
    };
    view! { <div class="two">{group(Kind::Vendor, "vendors")}{group(Kind::Asset, "assets")}</div> }.into_any()
}

/// The state of assurance in one row: coverage, risks, reviews, the decision.
fn above(detail: &Detail, _: &Charter) -> AnyView {
    let id = detail.head.id;
    let matrix = use_reply(move || Some(GetMatrix { subject: Some(id) }));
    let of = |kind: Kind| detail.used_by.iter().filter(move |r| r.head.kind == kind && r.head.trashed_at.is_none());
    let newest = of(Kind::Assessment).max_by_key(|r| r.head.created_at).cloned();
    let assessment = match newest {
        Some(row) => coverage(&row),
        None => start(Kind::Assessment, id, t!("system_page.no_assessment")),
    };
    let risks = of(Kind::Risk).count();
    let risk_card = if risks == 0 {
        start(Kind::Risk, id, t!("system_page.no_risk"))
    } else {
        let words = move || {
            matrix.with(|m| match m {
                Some(Ok(m)) => t!("system_page.risks", open = m.open, above = m.above_tolerance),
                _ => String::new(),
            })
        };
        view! { <a class="figure-now" href=format!("/risks?subject={id}") data-test="system-risks"><b>{risks}</b><span>{words}</span></a> }.into_any()
    };
    let reviews = of(Kind::Review).count();
    let review_card = if reviews == 0 {
        start(Kind::Review, id, t!("system_page.no_review"))
    } else {
        view! { <a class="figure-now" href=format!("{}?tab=reviews", record_path(Kind::System, &detail.head.reference))><b>{reviews}</b><span>{Kind::Review.many()}</span></a> }.into_any()
    };
    let decision = of(Kind::Decision).max_by_key(|r| r.head.created_at).cloned();
    let decision = match decision {
        Some(row) => view! {
            <a class="figure-now" href=record_path(Kind::Decision, &row.head.reference)><b class="ref">{row.head.reference.clone()}</b><span>{row.head.title.clone()}</span></a>
        }
        .into_any(),
        None => start(Kind::Decision, id, t!("system_page.no_decision")),
    };
    view! { <div class="glance" data-test="system-figures">{assessment}{risk_card}{review_card}{decision}</div> }
        .into_any()
}

fn coverage(row: &Row) -> AnyView {
    let share = row.coverage.and_then(|c| c.percent_met()).map_or_else(|| "–".to_owned(), |p| format!("{p} %"));
    view! {
        <a class="figure-now" data-test="system-assessment" href=record_path(Kind::Assessment, &row.head.reference)>
            <b>{share}</b><span>{row.head.title.clone()}</span>{row.coverage.map(small_bar)}
        </a>
    }
    .into_any()
}

fn start(kind: Kind, id: uuid::Uuid, words: String) -> AnyView {
    view! {
        <a class="figure-now begin" href=new_path(kind, Some(id)) data-test=format!("begin-{}", kind.name())>
            <b aria-hidden="true">"+"</b><span>{words}</span>
        </a>
    }
    .into_any()
}

/// What can be begun for a system.
fn begin(detail: &Detail, _: &Charter) -> AnyView {
    let id = detail.head.id;
    let links = [Kind::Assessment, Kind::Risk, Kind::Review, Kind::Decision]
        .map(|k| view! { <a class="pick" href=new_path(k, Some(id)) data-test=format!("new-{}", k.name())>{t!("list.new", kind = k.one())}</a> })
        .into_iter()
        .collect_view();
    view! {
        <details class="filter menu" data-test="system-begin">
            <summary class="button" data-test="system-new">{t!("system_page.begin")} <span aria-hidden="true">" ▾"</span></summary>
            <div class="popover">{links}</div>
        </details>
    }
    .into_any()
}
