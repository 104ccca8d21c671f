//! Home: what needs attention first, then the portfolio in figures.

use crate::{
    call::use_reply,
    parts::{
        coverage_bar::{bar, legend, short},
        dom,
        loading::{failed, loading},
        path::record_path,
        status::{Tone, status},
    },
    state::Session,
};
use conclave_domain::{
    call::record::{Attention, GetHome, Home},
    field::choice_label,
    kind::Kind,
    noun::system::STAGE,
    t,
};
use leptos::prelude::*;

/// The page.
pub fn home() -> AnyView {
    let reply = use_reply(|| Some(GetHome {}));
    let organisation = Session::here().vault().map(|v| v.organisation).unwrap_or_default();
    let body = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(home)) if home.counts.get(Kind::System.name()).copied().unwrap_or(0) == 0 => first_steps(),
            Some(Ok(home)) => content(home),
        })
    };
    let lead = move || {
        reply.with(|r| match r {
            Some(Ok(home)) => match home.attention_total {
                0 => t!("home.calm"),
                1 => t!("home.one"),
                n => t!("home.lead", n = n),
            },
            _ => String::new(),
        })
    };
    view! {
        <div class="page">
            <header class="page-head">
                <div><h1>{organisation}</h1><p class="lead" data-test="home-lead">{lead}</p></div>
                <div class="actions">
                    <a class="button" href="/import">{t!("home.import")}</a>
                    <a class="button primary" href="/packs">{t!("home.pack")}</a>
                </div>
            </header>
            {body}
        </div>
    }
    .into_any()
}

fn first_steps() -> AnyView {
    view! {
        <div class="empty" data-test="home-empty">
            <p class="empty-title">{t!("home.empty")}</p>
            <p>{t!("home.empty_about")}</p>
            <div class="actions">
                <a class="button primary" href="/import">{t!("home.import")}</a>
                <a class="button" href="/systems/new">{t!("home.first")}</a>
            </div>
        </div>
    }
    .into_any()
}

fn content(home: &Home) -> AnyView {
    let count = |kind: Kind| home.counts.get(kind.name()).copied().unwrap_or(0);
    let running = home.stages.get("deployment").unwrap_or(&0) + home.stages.get("operation").unwrap_or(&0);
    let figures = [
        (
            "/systems",
            count(Kind::System),
            t!("home.systems"),
            t!("home.systems_more", high = home.high_risk, owners = home.without_owner),
        ),
        (
            "/systems?status=operation",
            home.without_approval,
            t!("home.unapproved"),
            t!("home.unapproved_more", running = running),
        ),
        (
            "/risks?tolerance=above",
            home.above_tolerance,
            t!("home.above"),
            t!("home.above_more", all = dom::count(count(Kind::Risk))),
        ),
        (
            "/decisions",
            count(Kind::Decision),
            t!("home.decisions"),
            t!("home.decisions_more", reviews = count(Kind::Review)),
        ),
    ];
    let card = |(href, n, what, more): (&'static str, u64, String, String)| {
        view! {
            <a class="card figure-card" href=href>
                <span class="figure-number">{dom::count(n)}</span>" "<span>{what}</span>
                <span class="muted figure-more">{more}</span>
            </a>
        }
    };
    view! {
        <div class="figures">{figures.map(card).into_iter().collect_view()}</div>
        <div class="home-columns">
            {attention(home)}
            <div class="stack">{coverage(home)}{stages(home)}</div>
        </div>
    }
    .into_any()
}

fn attention(home: &Home) -> AnyView {
    let rows = home.attention.iter().map(line).collect_view();
    let shown = home.attention.len() as u64;
    let more = (home.attention_total > shown).then(|| t!("home.more", n = home.attention_total - shown));
    let table = if home.attention.is_empty() {
        view! { <p class="muted">{t!("home.calm")}</p> }.into_any()
    } else {
        view! {
            <table class="records attention">
                <thead><tr>
                    <th scope="col">{t!("home.what")}</th>
                    <th scope="col">{t!("field.owner")}</th><th scope="col">{t!("field.due_on")}</th>
                    <th scope="col">{t!("field.status")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="attention-title">
            <h2 id="attention-title">{t!("home.attention")}</h2>
            <div class="scroll-x" data-test="home-attention">{table}</div>
            {more.map(|m| view! { <p class="muted">{m}</p> })}
        </section>
    }
    .into_any()
}

fn line(item: &Attention) -> AnyView {
    // What is past its day is overdue; what has no day, or one to come, is held up by something else.
    let late = item.due.is_some_and(|due| due < dom::today());
    let (tone, word) = match (item.overdue, late) {
        (true, true) => (Tone::Bad, t!("home.overdue")),
        (true, false) => (Tone::Bad, t!("home.blocked")),
        (false, _) => (Tone::Part, t!("home.soon")),
    };
    let due = item.due.map(dom::day).unwrap_or_default();
    view! {
        <tr>
            <td><a href=record_path(item.head.kind, &item.head.reference)>{item.sentence.clone()}</a>" "
                <span class="ref">{item.head.reference.clone()}</span></td>
            <td>{item.owner.clone()}</td>
            <td class="when">{due}</td>
            <td>{status(tone, word)}</td>
        </tr>
    }
    .into_any()
}

fn coverage(home: &Home) -> AnyView {
    let stages = home.coverage.iter().map(|(_, title, c)| {
        view! { <div class="stage-line"><span>{title.clone()}</span>{bar(*c)}<span class="n">{short(*c)}</span></div> }
    });
    view! {
        <section class="card" aria-labelledby="coverage-title">
            <h2 id="coverage-title">{t!("home.coverage")}</h2>
            {stages.collect_view()}
            {legend()}
            <p class="muted">{t!("home.coverage_about")}</p>
        </section>
    }
    .into_any()
}

/// The systems by stage of life, each leading to its list.
fn stages(home: &Home) -> AnyView {
    let most = home.stages.values().copied().max().unwrap_or(0).max(1);
    let line = |stage: &&'static str| {
        let n = home.stages.get(*stage).copied().unwrap_or(0);
        let width = format!("width:{:.1}%", n as f64 * 100.0 / most as f64);
        view! {
            <a class="stage-line" href=format!("/systems?status={stage}") data-test=format!("home-stage-{stage}")>
                <span>{choice_label(STAGE.name, stage)}</span>
                <span class="count-bar" aria-hidden="true"><i style=width></i></span>
                <span class="n">{dom::count(n)}</span>
            </a>
        }
    };
    view! {
        <section class="card" aria-labelledby="stages-title">
            <h2 id="stages-title">{t!("home.stages")}</h2>
            {STAGE.values.iter().map(line).collect_view()}
        </section>
    }
    .into_any()
}
