//! A fairness review: the plan as it was recorded before the measurement, then groups, rates and metrics with words for
//! what cannot be computed.

use super::{
    book::{Book, day, decimal, maybe_day, moment},
    ethics::facts,
    part::Part,
    table::{cell, column, marked, number, strong, table},
};
use crate::tree::{Cell, Mark};
use conclave_domain::{
    call::record::Head,
    fairness::{Group, Measured, MetricValue, Plan, RATES, Rate, Scope, Standing, metric, metric::metric as metric_of},
    figures::{fairness_metrics, fairness_rates},
    noun::Review,
    t, text,
};

pub(super) fn part(book: &Book<'_>, head: &Head, review: &Review, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.reviews.title", title = review.title), level);
    facts(book, &mut part, head, review);
    match &review.fairness_plan {
        Some(recorded) => plan(&mut part, recorded),
        None => part.callout(Mark::Open, t!("dossier.fairness.no_plan")),
    }
    let Some(measured) = &review.fairness else {
        part.callout(Mark::Open, t!("dossier.fairness.not_measured"));
        return part;
    };
    part.head(t!("dossier.fairness.measurement"));
    order(&mut part, book, review.fairness_plan.as_ref(), measured);
    part.fields(vec![
        (t!("dossier.fairness.file"), measured.file.clone()),
        (t!("dossier.fairness.sha256"), measured.sha256.clone()),
        (t!("dossier.fairness.rows"), measured.rows.to_string()),
        (t!("dossier.fairness.left_out"), measured.left_out.to_string()),
        (t!("dossier.fairness.measured_at"), measured.measured_at.map(moment).unwrap_or_default()),
        (t!("dossier.fairness.measured_by"), measured.measured_by.clone()),
    ]);
    groups(&mut part, measured);
    part.figure(fairness_rates(measured, "selection_rate"));
    if measured.groups.iter().any(|g| g.rates.iter().any(|r| r.id == "tpr" && r.value.is_some())) {
        part.figure(fairness_rates(measured, "tpr"));
    }
    metrics(&mut part, review.fairness_plan.as_ref(), measured);
    part.figure(fairness_metrics(measured));
    part.note(t!("dossier.fairness.note"));
    part
}

fn plan(part: &mut Part, plan: &Plan) {
    part.head(t!("dossier.fairness.plan"));
    let name = |key: &str| text::label(&format!("fairness.{key}"));
    let prediction = if plan.uses_threshold() { String::new() } else { plan.favourable_prediction.clone() };
    let way = if plan.uses_threshold() { &*plan.threshold_way } else { "value" };
    let reference = if plan.reference_group.trim().is_empty() {
        t!("dossier.fairness.largest")
    } else {
        plan.reference_group.clone()
    };
    part.fields(vec![
        (name("label_column"), plan.label_column.clone()),
        (name("favourable_label"), plan.favourable_label.clone()),
        (name("prediction_column"), plan.prediction_column.clone()),
        (name("threshold_way"), text::label(&format!("fairness.way.{way}"))),
        (
            name("threshold"),
            plan.threshold.filter(|_| plan.uses_threshold()).map(|t| t.to_string()).unwrap_or_default(),
        ),
        (t!("dossier.fairness.favourable_prediction"), prediction),
        (name("group_column"), plan.group_column.clone()),
        (name("reference_group"), reference),
        (name("min_group_size"), plan.smallest_group().to_string()),
        (name("reason"), plan.reason.clone()),
        (t!("dossier.fairness.recorded_by"), plan.recorded_by.clone()),
        (t!("dossier.fairness.recorded_on"), maybe_day(plan.recorded_on)),
    ]);
    let columns = vec![
        column(t!("figure.metric"), 2.4),
        number(t!("dossier.fairness.low"), 0.9),
        number(t!("dossier.fairness.high"), 0.9),
        column(t!("dossier.fairness.about"), 4.6),
    ];
    let mut bands = table(t!("dossier.fairness.bands_caption"), columns);
    for band in &plan.bands {
        let known = metric_of(&band.metric);
        let about = known.map(metric::Metric::about).unwrap_or_default();
        bands.row(vec![
            strong(metric_name(&band.metric)),
            cell(decimal(band.low, 2)),
            cell(decimal(band.high, 2)),
            cell(about),
        ]);
    }
    part.table(bands);
}

/// Whether the plan came first is what makes a measurement worth something: the pack says it either way.
fn order(part: &mut Part, book: &Book, plan: Option<&Plan>, measured: &Measured) {
    let recorded = plan.and_then(|p| p.recorded_on);
    match (recorded, measured.measured_at.map(|at| book.day_of(at))) {
        (Some(recorded), Some(on)) if recorded <= on => {
            part.callout(Mark::Good, t!("dossier.fairness.plan_first", recorded = day(recorded), measured = day(on)));
        }
        (Some(recorded), Some(on)) => {
            part.callout(Mark::Bad, t!("dossier.fairness.plan_late", recorded = day(recorded), measured = day(on)));
        }
        _ => part.callout(Mark::Warn, t!("dossier.fairness.plan_undated")),
    }
}

fn groups(part: &mut Part, measured: &Measured) {
    part.head(t!("dossier.fairness.groups"));
    let mut columns = vec![column(t!("figure.group"), 1.9), number(t!("figure.n"), 0.9)];
    columns.extend(RATES.iter().map(|r| number(r.label(), 1.3)));
    let mut found = table(t!("dossier.fairness.groups_caption"), columns);
    for group in &measured.groups {
        let mut row = vec![strong(&*group.name), cell(group.n.to_string())];
        row.extend(RATES.iter().map(|kind| rate(group, kind.id)));
        found.row(row);
    }
    part.table(found);
    part.note(t!("dossier.fairness.groups_note"));
    counts(part, measured);
}

/// A rate over its interval; in words where there is none.
fn rate(group: &Group, id: &str) -> Cell {
    if group.counts.is_none() {
        return cell(t!("figure.insufficient"));
    }
    match group.rates.iter().find(|r| r.id == id) {
        Some(Rate { value: Some(value), interval: Some((low, high)), .. }) => {
            cell(format!("{}\n{}–{}", decimal(*value, 3), decimal(*low, 3), decimal(*high, 3)))
        }
        Some(Rate { value: Some(value), interval: None, .. }) => cell(decimal(*value, 3)),
        _ => cell(t!("figure.not_computable")),
    }
}

/// The counts that every rate and metric follows from, so that an outsider can compute them again.
fn counts(part: &mut Part, measured: &Measured) {
    let columns = vec![
        column(t!("figure.group"), 2.4),
        number(t!("dossier.fairness.tp"), 1.6),
        number(t!("dossier.fairness.fp"), 1.6),
        number(t!("dossier.fairness.fn"), 1.6),
        number(t!("dossier.fairness.tn"), 1.6),
    ];
    let mut found = table(t!("dossier.fairness.counts_caption"), columns);
    for group in &measured.groups {
        let mut row = vec![strong(&*group.name)];
        match group.counts {
            Some(c) => row.extend([c.tp, c.fp, c.fn_, c.tn].map(|n| cell(n.to_string()))),
            None => row.extend(std::iter::repeat_n(cell(t!("figure.insufficient")), 4)),
        }
        found.row(row);
    }
    part.table(found);
}

fn metrics(part: &mut Part, plan: Option<&Plan>, measured: &Measured) {
    part.head(t!("dossier.fairness.metrics"));
    let columns = vec![
        column(t!("figure.metric"), 3.2),
        column(t!("figure.group"), 1.8),
        number(t!("figure.value"), 1.2),
        column(t!("dossier.fairness.band"), 1.7),
        column(t!("figure.reading"), 2.2),
    ];
    let mut found = table(t!("dossier.fairness.metrics_caption"), columns);
    for value in &measured.metrics {
        let shown = value.value.map_or_else(|| text::label(standing_key(value.standing)), |v| decimal(v, 3));
        let band = value
            .band
            .map(|(low, high)| t!("dossier.fairness.from_to", low = decimal(low, 2), high = decimal(high, 2)));
        found.row(vec![
            strong(metric_name(&value.metric)),
            cell(compared(value)),
            cell(shown),
            cell(band.unwrap_or_default()),
            marked(standing_mark(value.standing), text::label(standing_key(value.standing))),
        ]);
    }
    part.table(found);
    let reference = plan.map(|p| p.reference_group.trim()).filter(|r| !r.is_empty());
    // The largest group stands first.
    let reference = reference.or_else(|| measured.groups.first().map(|g| &*g.name));
    part.note(t!("dossier.fairness.reference", group = reference.unwrap_or_default()));
}

/// What a value is about: a group, all groups, or all rows.
fn compared(value: &MetricValue) -> String {
    if !value.group.is_empty() {
        return value.group.clone();
    }
    match metric_of(&value.metric).map(metric::Metric::scope) {
        Some(Scope::AllRows) => t!("dossier.fairness.all_rows"),
        Some(Scope::AllGroups) => t!("dossier.fairness.all_groups"),
        Some(Scope::PerGroup) | None => String::new(),
    }
}

pub(super) fn metric_name(id: &str) -> String {
    metric_of(id).map_or_else(|| id.to_owned(), metric::Metric::label)
}

pub(super) fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Within => "fairness.standing.within",
        Standing::Outside => "fairness.standing.outside",
        Standing::NotComputable => "fairness.standing.not_computable",
        Standing::Insufficient => "fairness.standing.insufficient",
        Standing::NotJudged => "fairness.standing.not_judged",
    }
}

fn standing_mark(standing: Standing) -> Mark {
    match standing {
        Standing::Within => Mark::Good,
        Standing::Outside => Mark::Bad,
        Standing::NotComputable | Standing::Insufficient => Mark::Open,
        Standing::NotJudged => Mark::None,
    }
}
