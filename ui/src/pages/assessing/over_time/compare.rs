//! Two moments side by side: stage by stage, then line by line.

use super::{Choice, lines};
use crate::{
    call::use_reply,
    parts::{
        coverage_bar, dom,
        loading::{failed, loading},
    },
};
use chrono::NaiveDate;
use conclave_domain::{
    answer::Coverage,
    call::over_time::{CompareAssessments, ComparedSide, Comparison},
    compare::{Change, Stage},
    fault::Fault,
    t,
    time::AsOf,
};
use leptos::prelude::*;

type Choices = Memo<Option<Result<Vec<Choice>, Fault>>>;

/// The card. Earlier is the newest baseline and later this assessment until the person chooses; with a day, earlier is this
/// assessment as it was then.
pub fn card(reference: String, choices: Choices, newest: Memo<Option<String>>) -> AnyView {
    let (left, right) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let day = RwSignal::new(None::<NaiveDate>);
    let pair = Memo::new(move |_| {
        choices.with(|c| {
            let choices = c.as_ref()?.as_ref().ok()?;
            pair(choices, &reference, (left.get(), right.get()), newest.get(), day.get().is_some())
        })
    });
    let asked = use_reply(move || {
        let as_of = day.get().map(AsOf::Day);
        pair.get().map(|(left, right)| CompareAssessments { left, right, as_of })
    });
    let reply = Memo::new(move |_| asked.get());
    let all = RwSignal::new(false);
    let result = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(comparison)) => shown(comparison, all),
        })
    };
    let there = Memo::new(move |_| pair.with(Option::is_some));
    let body = move || {
        choices.with(|c| match c {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(choices)) if choices.len() < 2 => {
                let none = view! { <p class="muted" data-test="compare-none">{t!("over_time_page.compare_none")}</p> };
                view! { {none}<div class="compare-choice">{of_a_day(day)}</div> }.into_any()
            }
            Some(Ok(choices)) => selects(choices, pair, (left, right), day),
        })
    };
    view! {
        <section class="card stack" aria-labelledby="over-time-compare" data-test="compare">
            <h2 id="over-time-compare">{t!("over_time_page.compare")}</h2>
            {body}
            {move || there.get().then(|| view! { {result} })}
        </section>
    }
    .into_any()
}

/// What is compared: what the person chose as long as it is there, else what is proposed.
fn pair(
    choices: &[Choice],
    reference: &str,
    (left, right): (Option<String>, Option<String>),
    newest: Option<String>,
    dated: bool,
) -> Option<(String, String)> {
    if choices.len() < 2 && !dated {
        return None;
    }
    let known = |value: Option<String>| value.filter(|v| choices.iter().any(|c| c.value == *v));
    let last = choices.last()?.value.clone();
    let right = known(right).or_else(|| known(Some(reference.to_owned()))).unwrap_or(last);
    let other = || choices.iter().rev().find(|c| c.value != right).map(|c| c.value.clone());
    // A baseline does not change: what a day is asked of is an assessment.
    let own = || dated.then(|| reference.to_owned());
    let left = known(left).or_else(own).or_else(|| known(newest)).or_else(other)?;
    Some((left, right))
}

/// Built anew only when there are other choices, so that a select keeps the keyboard.
fn selects(
    choices: &[Choice],
    pair: Memo<Option<(String, String)>>,
    (left, right): (RwSignal<Option<String>>, RwSignal<Option<String>>),
    day: RwSignal<Option<NaiveDate>>,
) -> AnyView {
    let (from, to) = pair.get_untracked().unwrap_or_default();
    let select = |id: &'static str, label: String, now: String, to: RwSignal<Option<String>>| {
        let options = choices
            .iter()
            .map(|c| view! { <option value=c.value.clone() selected=c.value == now>{c.label.clone()}</option> })
            .collect_view();
        view! {
            <div class="field"><label for=id>{label}</label>
                <select class="input" id=id data-test=id on:change=move |ev| to.set(Some(event_target_value(&ev)))>{options}</select></div>
        }
    };
    view! {
        <p class="muted">{t!("over_time_page.compare_lead")}</p>
        <div class="compare-choice">
            {select("compare-left", t!("over_time_page.earlier"), from, left)}
            {select("compare-right", t!("over_time_page.later"), to, right)}
            {of_a_day(day)}
        </div>
    }
    .into_any()
}

/// Chooses the day of which the earlier side is read.
fn of_a_day(day: RwSignal<Option<NaiveDate>>) -> AnyView {
    let choose = move |ev: web_sys::Event| day.set(event_target_value(&ev).trim().parse().ok());
    view! {
        <div class="field"><label for="compare-as-of">{t!("over_time_page.compare_as_of")}</label>
            <input class="input short" type="date" id="compare-as-of" data-test="compare-as-of" max=dom::today().to_string() on:change=choose /></div>
    }
    .into_any()
}

fn shown(comparison: &Comparison, all: RwSignal<bool>) -> AnyView {
    let (left, right) = (&comparison.left, &comparison.right);
    let editions = (left.edition != right.edition).then(|| {
        view! { <p class="note" data-test="compare-editions">{t!("over_time_page.editions", left = left.edition, right = right.edition)}</p> }
    });
    view! {
        {editions}
        <section class="stack" aria-labelledby="compare-stages"><h3 id="compare-stages">{t!("over_time_page.stages")}</h3>{stages(comparison)}</section>
        {lines::lines(comparison, all)}
    }
    .into_any()
}

fn stages(comparison: &Comparison) -> AnyView {
    let total = |of: fn(&Stage) -> u32| comparison.stages.iter().map(of).sum::<u32>();
    let (improved, slipped) = (total(|s| s.improved), total(|s| s.slipped));
    let side = |word: String, side: &ComparedSide| {
        view! { <th scope="col"><span class="side-word">{word}</span> " " <span class="side-name">{name(side)}</span></th> }
    };
    let rows = comparison
        .stages
        .iter()
        .map(|s| {
            view! {
                <tr data-test="compare-stage" data-stage=s.id.clone()>
                    <th scope="row">{s.title.clone()}</th>{covered(s.left)}{covered(s.right)}{moves(s.improved, s.slipped)}
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll-x"><table class="records static compare-stages">
            <thead><tr>
                <th scope="col">{t!("over_time_page.stage")}</th>
                {side(t!("over_time_page.earlier"), &comparison.left)}{side(t!("over_time_page.later"), &comparison.right)}
                <th scope="col">{Change::Improved.label()}</th><th scope="col">{Change::Slipped.label()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
            <tfoot><tr data-test="compare-total">
                <th scope="row">{t!("over_time_page.total")}</th>
                {covered(comparison.left.coverage)}{covered(comparison.right.coverage)}{moves(improved, slipped)}
            </tr></tfoot>
        </table></div>
        {coverage_bar::legend()}
    }
    .into_any()
}

fn covered(coverage: Coverage) -> AnyView {
    view! { <td>{coverage_bar::small_bar(coverage)}</td> }.into_any()
}

/// How many improved and how many slipped, each with its sign and word.
fn moves(improved: u32, slipped: u32) -> AnyView {
    let cell = |change: Change, n: u32| {
        view! {
            <td><span class="move" data-change=change.name() data-none=(n == 0).to_string()>
                <span aria-hidden="true">{lines::sign(change)}</span> " " <b>{n}</b> " " <span class="move-word">{change.label()}</span>
            </span></td>
        }
    };
    view! { {cell(Change::Improved, improved)}{cell(Change::Slipped, slipped)} }.into_any()
}

/// A side as its column says it.
fn name(side: &ComparedSide) -> String {
    match &side.baseline {
        Some(line) => {
            t!("over_time_page.choice", date = dom::day(dom::local_day(line.at)), title = line.title)
        }
        None => {
            let name = format!("{} {}", side.head.reference, side.head.title);
            match side.as_of {
                Some(at) => t!("over_time_page.as_it_was", name = name, day = dom::day(dom::local_day(at))),
                None => name,
            }
        }
    }
}
