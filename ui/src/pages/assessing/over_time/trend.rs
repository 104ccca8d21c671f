//! How coverage went: a small line chart, and its values as a table.

use super::{Held, percent};
use crate::parts::{
    dom,
    loading::{failed, loading},
    path::record_path,
};
use conclave_domain::{answer::Coverage, call::over_time::TrendPoint, kind::Kind, t};
use leptos::prelude::*;

/// The chart's size and the edges of its plot, in units of the drawing.
const SIZE: (f64, f64) = (720.0, 250.0);
const PLOT: [f64; 4] = [52.0, 26.0, 676.0, 196.0];
/// Dates closer than this would run into each other.
const APART: f64 = 84.0;

/// The card.
pub fn card(has_subject: bool, points: Held<Vec<TrendPoint>>) -> AnyView {
    let body = move || {
        if !has_subject {
            return view! { <p class="muted" data-test="trend-few">{t!("over_time_page.trend_no_subject")}</p> }
                .into_any();
        }
        points.with(|p| match p {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(points)) if points.len() < 2 => {
                view! { <p class="muted" data-test="trend-few">{t!("over_time_page.trend_few")}</p> }.into_any()
            }
            Some(Ok(points)) => {
                view! { <p class="muted">{t!("over_time_page.trend_lead")}</p> {chart(points)} {values(points)} }
                    .into_any()
            }
        })
    };
    view! {
        <section class="card stack" aria-labelledby="over-time-trend">
            <h2 id="over-time-trend">{t!("over_time_page.trend")}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// Answered as a share of all, in whole percent; `None` if there are none.
fn answered(coverage: Coverage) -> Option<u32> {
    (coverage.answered() * 100).checked_div(coverage.total())
}

fn height(percent: u32) -> f64 {
    PLOT[3] - (PLOT[3] - PLOT[1]) * f64::from(percent) / 100.0
}

/// Where each moment stands: by its day, or evenly if all are of one day.
fn places(points: &[TrendPoint]) -> Vec<f64> {
    let first = points.iter().map(|p| p.on).min().unwrap_or_default();
    let days = |p: &TrendPoint| f64::from(i32::try_from((p.on - first).num_days()).unwrap_or(i32::MAX));
    let span = points.iter().map(days).fold(0.0, f64::max);
    let width = PLOT[2] - PLOT[0];
    let even = width / f64::from(u32::try_from(points.len().saturating_sub(1)).unwrap_or(1).max(1));
    let mut next = PLOT[0] - even;
    points
        .iter()
        .map(|p| {
            next += even;
            if span > 0.0 { PLOT[0] + width * days(p) / span } else { next }
        })
        .collect()
}

fn chart(points: &[TrendPoint]) -> AnyView {
    let places = places(points);
    let line = |of: fn(Coverage) -> Option<u32>| {
        let at = points.iter().zip(&places).filter_map(|(p, x)| Some(format!("{x:.1},{:.1}", height(of(p.coverage)?))));
        at.collect::<Vec<_>>().join(" ")
    };
    let (met, all) = (line(|c| c.percent_met()), line(answered));
    let marks = points.iter().zip(&places).map(|(p, x)| mark(p, *x)).collect_view();
    view! {
        <figure class="figure trend" data-test="trend">
            <svg viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1) role="img" aria-label=about(points)>
                {grid()}{dates(points, &places)}
                <polyline class="trend-line answered" points=all></polyline>
                <polyline class="trend-line met" points=met></polyline>
                {marks}
            </svg>
            <figcaption class="trend-legend">{legend(false)}{legend(true)}</figcaption>
        </figure>
    }
    .into_any()
}

/// What the chart shows, in words.
fn about(points: &[TrendPoint]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    t!(
        "over_time_page.trend_about",
        n = points.len(),
        from = dom::day(first.on),
        to = dom::day(last.on),
        met_from = percent(first.coverage.percent_met()),
        met_to = percent(last.coverage.percent_met()),
        answered_from = percent(answered(first.coverage)),
        answered_to = percent(answered(last.coverage))
    )
}

fn grid() -> AnyView {
    let lines = [0, 25, 50, 75, 100]
        .into_iter()
        .map(|n| {
            let y = height(n);
            view! {
                <line class="trend-grid" x1=PLOT[0] x2=PLOT[2] y1=y y2=y></line>
                <text class="trend-text" x=PLOT[0] - 8.0 y=y + 4.0 text-anchor="end">{percent(Some(n))}</text>
            }
        })
        .collect_view();
    view! {
        {lines}
        <text class="trend-text" x="4" y="12">{t!("over_time_page.trend_share")}</text>
        <text class="trend-text" x=PLOT[2] y=SIZE.1 - 8.0 text-anchor="end">{t!("over_time_page.trend_date")}</text>
    }
    .into_any()
}

/// The dates along the axis, the newest first: one that would run into a later one is left out.
fn dates(points: &[TrendPoint], places: &[f64]) -> AnyView {
    let mut free = f64::INFINITY;
    let mut shown = Vec::new();
    for (point, x) in points.iter().zip(places).rev() {
        if free - x >= APART {
            free = *x;
            shown.push((*x, dom::day(point.on)));
        }
    }
    shown
        .into_iter()
        .map(|(x, day)| {
            view! {
                <line class="trend-grid" x1=x x2=x y1=PLOT[3] y2=PLOT[3] + 5.0></line>
                <text class="trend-text" x=x y=PLOT[3] + 20.0 text-anchor="middle">{day}</text>
            }
        })
        .collect_view()
        .into_any()
}

/// A moment: a filled circle for what is met, a hollow square for what is answered.
fn mark(point: &TrendPoint, x: f64) -> AnyView {
    let (met, all) = (point.coverage.percent_met(), answered(point.coverage));
    let words = t!(
        "over_time_page.trend_point",
        date = dom::day(point.on),
        title = point.label,
        met = percent(met),
        answered = percent(all)
    );
    view! {
        <g data-test="trend-point" data-baseline=point.baseline.is_some().to_string()>
            {leptos::svg::title().child(words)}
            {all.map(|n| square(x, height(n)))}
            {met.map(|n| circle(x, height(n)))}
        </g>
    }
    .into_any()
}

fn square(x: f64, y: f64) -> AnyView {
    view! { <rect class="trend-mark answered" x=x - 5.0 y=y - 5.0 width="10" height="10"></rect> }.into_any()
}

fn circle(x: f64, y: f64) -> AnyView {
    view! { <circle class="trend-mark met" cx=x cy=y r="4"></circle> }.into_any()
}

fn legend(all: bool) -> AnyView {
    let (class, word) = if all {
        ("trend-line answered", t!("over_time_page.trend_answered"))
    } else {
        ("trend-line met", t!("over_time_page.trend_met"))
    };
    let mark = if all { square(18.0, 8.0) } else { circle(18.0, 8.0) };
    view! {
        <span><svg class="trend-key" viewBox="0 0 36 16" aria-hidden="true"><line class=class x1="0" x2="36" y1="8" y2="8"></line>{mark}</svg>{word}</span>
    }
    .into_any()
}

fn values(points: &[TrendPoint]) -> AnyView {
    let row = |p: &TrendPoint| {
        let what = if p.baseline.is_some() {
            t!("over_time_page.trend_baseline")
        } else {
            t!("over_time_page.trend_assessment")
        };
        let c = p.coverage;
        view! {
            <tr>
                <td class="when">{dom::day(p.on)}</td><th scope="row">{p.label.clone()}</th>
                <td>{what} " " <a href=record_path(Kind::Assessment, &p.reference)>{p.reference.clone()}</a></td>
                <td class="n">{percent(c.percent_met())} " · " {t!("over_time_page.trend_of", n = c.met, total = c.applicable())}</td>
                <td class="n">{percent(answered(c))} " · " {t!("over_time_page.trend_of", n = c.answered(), total = c.total())}</td>
            </tr>
        }
    };
    view! {
        <details class="more" data-test="trend-values"><summary>{t!("over_time_page.trend_values")}</summary>
            <div class="scroll-x"><table class="records static">
                <thead><tr>
                    <th scope="col">{t!("over_time_page.trend_date")}</th><th scope="col">{t!("over_time_page.trend_title")}</th>
                    <th scope="col">{t!("over_time_page.trend_what")}</th>
                    <th scope="col" class="n">{t!("over_time_page.trend_met")}</th><th scope="col" class="n">{t!("over_time_page.trend_answered")}</th>
                </tr></thead>
                <tbody>{points.iter().map(row).collect_view()}</tbody>
            </table></div>
        </details>
    }
    .into_any()
}
