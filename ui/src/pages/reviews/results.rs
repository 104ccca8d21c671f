//! What was measured: rates per group with intervals, and metrics against their screening bands. Never a verdict.

use super::plan::summary;
use crate::parts::{
    dom,
    figure_svg::figure,
    status::{Tone, status},
};
use conclave_domain::{
    fairness::{Group, Measured, MetricValue, Plan, RATES, Standing, metric::metric},
    figures::{fairness_metrics, fairness_rates},
    t, text,
};
use leptos::prelude::*;

/// The rates that the table shows.
const SHOWN: [&str; 4] = ["selection_rate", "tpr", "fpr", "ppv"];

/// Tables and figures of a measurement.
pub fn results(measured: &Measured, plan: Option<&Plan>) -> AnyView {
    let when = measured.measured_at.map(dom::moment).unwrap_or_default();
    let lead = t!(
        "review_page.measured_lead",
        rows = dom::count(measured.rows),
        left = dom::count(measured.left_out),
        file = measured.file,
        when = when,
        who = measured.measured_by
    );
    let figures = SHOWN
        .iter()
        .take(2)
        .map(|id| view! { <div class="card">{figure(&fairness_rates(measured, id))}</div> })
        .collect_view();
    let plan =
        plan.map(|p| view! { <section class="card"><h2>{t!("review_page.step_plan")}</h2>{summary(p)}</section> });
    view! {
        <p class="lead" data-test="fairness-lead">{lead}</p>
        <p class="help">{t!("review_page.no_verdict")}</p>
        {groups(measured)}
        {metrics(measured)}
        <div class="two">{figures}</div>
        <div class="card">{figure(&fairness_metrics(measured))}</div>
        {plan}
        <p class="muted hash">{t!("review_page.file_hash")} " " <code>{measured.sha256.clone()}</code></p>
    }
    .into_any()
}

fn groups(measured: &Measured) -> AnyView {
    let heads = RATES
        .iter()
        .filter(|r| SHOWN.contains(&r.id))
        .map(|r| view! { <th scope="col" class="number" title=r.about()>{r.label()}</th> })
        .collect_view();
    let lines = measured.groups.iter().map(group).collect_view();
    view! {
        <section class="card flush">
            <h2 class="table-title">{t!("review_page.groups")}</h2>
            <div class="scroll-x"><table class="records static" data-test="fairness-groups">
                <thead><tr><th scope="col">{t!("figure.group")}</th><th scope="col" class="number">{t!("figure.n")}</th>{heads}</tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
            <p class="help table-title">{t!("review_page.intervals")}</p>
        </section>
    }
    .into_any()
}

fn group(group: &Group) -> AnyView {
    let cells = if group.counts.is_none() {
        view! { <td colspan=SHOWN.len().to_string()><span class="muted">{t!("figure.insufficient")}</span></td> }
            .into_any()
    } else {
        SHOWN
            .iter()
            .map(|id| {
                let rate = group.rates.iter().find(|r| r.id == *id);
                match rate.and_then(|r| Some((r.value?, r.interval))) {
                    Some((value, interval)) => {
                        let interval = interval.map(|(low, high)| format!("{low:.3} – {high:.3}"));
                        view! { <td class="number">{format!("{value:.3}")}<span class="interval">{interval}</span></td> }.into_any()
                    }
                    None => view! { <td class="number"><span class="muted">{t!("figure.not_computable")}</span></td> }.into_any(),
                }
            })
            .collect_view()
            .into_any()
    };
    view! { <tr><th scope="row">{group.name.clone()}</th><td class="number">{dom::count(group.n)}</td>{cells}</tr> }
        .into_any()
}

fn metrics(measured: &Measured) -> AnyView {
    let lines = measured.metrics.iter().map(line).collect_view();
    view! {
        <section class="card flush">
            <h2 class="table-title">{t!("review_page.metrics")}</h2>
            <div class="scroll-x"><table class="records static" data-test="fairness-metrics">
                <thead><tr>
                    <th scope="col">{t!("review_page.metric")}</th><th scope="col">{t!("figure.group")}</th>
                    <th scope="col" class="number">{t!("review_page.value")}</th><th scope="col" class="number">{t!("review_page.band")}</th>
                    <th scope="col">{t!("review_page.standing")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

fn line(value: &MetricValue) -> AnyView {
    let known = metric(&value.metric);
    let label = known.map_or_else(|| value.metric.clone(), |m| m.label());
    let about = known.map(|m| m.about());
    let (tone, name) = match value.standing {
        Standing::Within => (Tone::Good, "within"),
        Standing::Outside => (Tone::Bad, "outside"),
        Standing::NotComputable => (Tone::None, "not_computable"),
        Standing::Insufficient => (Tone::None, "insufficient"),
        Standing::NotJudged => (Tone::Open, "not_judged"),
    };
    let word = text::label(&format!("fairness.standing.{name}"));
    let band = value.band.map(|(low, high)| format!("{low} … {high}"));
    let shown = value.value.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}").replace('-', "−"));
    view! {
        <tr data-test=format!("metric-{}", value.metric)>
            <th scope="row" title=about>{label}</th>
            <td>{value.group.clone()}</td>
            <td class="number">{shown}</td>
            <td class="number">{band}</td>
            <td title=text::label(&format!("fairness.standing_about.{name}"))>{status(tone, word)}</td>
        </tr>
    }
    .into_any()
}
