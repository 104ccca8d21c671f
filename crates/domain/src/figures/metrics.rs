//! Metrics against their screening bands.

use super::draw::{LABEL, Pen, SMALL, WIDTH, decimal, fit, width_of};
use crate::{
    fairness::{Measured, MetricValue, Standing, metric::metric, rate::rate},
    figure::{Anchor, Figure, Ink},
    intervals::newcombe,
    t, text,
};

const LEFT: f64 = 180.0;
const AXIS: f64 = 166.0;
const VALUE: f64 = 388.0;
const READING: f64 = 394.0;
const TOP: f64 = 20.0;
const ROW: f64 = 15.0;
/// More rows do not fit on a page; the table beside the figure has them all.
const MOST: usize = 36;

/// Each judged value against its screening band. All share one axis, the distance from the metric's ideal value (0 for
/// differences, 1 for ratios), so that differences and ratios can stand in one picture. Values of single differences to
/// the reference group carry their Newcombe interval. Without any judged metric, all values are shown as they are.
pub fn fairness_metrics(measured: &Measured) -> Figure {
    let judged: Vec<&MetricValue> = measured.metrics.iter().filter(|m| m.band.is_some()).collect();
    let all = if judged.is_empty() { measured.metrics.iter().collect() } else { judged.clone() };
    let shown = select(&all);
    let scale = Scale::of(&shown);
    let mut pen = Pen::default();
    let mut rows: Vec<Row> = Vec::new();
    let mut y = TOP;
    for value in &shown {
        if !value.group.is_empty() && rows.last().is_none_or(|r| r.value.metric != value.metric) {
            rows.push(Row { value, y, heading: true });
            y += ROW;
        }
        rows.push(Row { value, y, heading: false });
        y += ROW;
    }
    let bottom = y.max(TOP + ROW);
    head(&mut pen);
    // Bands first, so that the grid and the points lie on top of them.
    rows.iter().filter(|r| !r.heading).for_each(|r| band(&mut pen, &scale, r));
    grid(&mut pen, &scale, bottom);
    rows.iter().for_each(|r| row(&mut pen, &scale, measured, r));
    let mut y = bottom + 12.0;
    let intervals = shown.iter().any(|v| interval(measured, v).is_some());
    if legend(&mut pen, y + 14.0, !judged.is_empty(), intervals) {
        y += 14.0;
    }
    let note = match all.len() - shown.len() {
        _ if all.is_empty() => Some(t!("figure.metrics_empty")),
        0 => None,
        n => Some(t!("figure.metrics_more", n = n)),
    };
    if let Some(note) = &note {
        y += 13.0;
        pen.text((0.0, y), SMALL, Anchor::Start, Ink::Muted, &**note);
    }
    pen.done(y + 6.0, t!("figure.metrics"), description(&judged, &shown, note))
}

struct Row<'a> {
    value: &'a MetricValue,
    y: f64,
    /// A line that names the metric of the groups below it.
    heading: bool,
}

/// At most as many values as fit. Those outside their band never give way to those within.
fn select<'a>(all: &[&'a MetricValue]) -> Vec<&'a MetricValue> {
    let mut outside = all.iter().filter(|v| v.standing == Standing::Outside).count();
    let mut room = MOST;
    let mut keep = |value: &&&MetricValue| {
        let first = value.standing == Standing::Outside;
        let kept = room > 0 && (first || room > outside);
        outside -= usize::from(first);
        room -= usize::from(kept);
        kept
    };
    all.iter().filter(|v| keep(v)).copied().collect()
}

/// The axis: distances from the ideal value up to `reach` to both sides.
struct Scale {
    reach: f64,
}

fn ideal(value: &MetricValue) -> f64 {
    metric(&value.metric).map_or(0.0, |m| m.ideal)
}

impl Scale {
    /// The smallest of a few round reaches that holds all values and bands; what lies beyond 1 gets an arrow.
    fn of(values: &[&MetricValue]) -> Scale {
        let distances = values.iter().flat_map(|v| {
            let (low, high) = v.band.unwrap_or((ideal(v), ideal(v)));
            [v.value.unwrap_or(ideal(v)), low, high].map(|x| (x - ideal(v)).abs())
        });
        let most = distances.fold(0.0, f64::max);
        let reach = [0.2, 0.5].into_iter().find(|r| most <= *r * 0.98).unwrap_or(1.0);
        Scale { reach }
    }

    fn at(&self, distance: f64) -> f64 {
        LEFT + AXIS / 2.0 * (1.0 + (distance / self.reach).clamp(-1.0, 1.0))
    }

    fn beyond(&self, distance: f64) -> bool {
        distance.abs() > self.reach
    }
}

fn head(pen: &mut Pen) {
    let y = 10.0;
    pen.bold((0.0, y), SMALL, Anchor::Start, Ink::Muted, t!("figure.metric"));
    let over = fit(&t!("figure.distance"), SMALL, AXIS);
    pen.bold((LEFT + AXIS / 2.0, y), SMALL, Anchor::Middle, Ink::Muted, over);
    pen.bold((VALUE, y), SMALL, Anchor::End, Ink::Muted, t!("figure.value"));
    pen.bold((READING, y), SMALL, Anchor::Start, Ink::Muted, t!("figure.reading"));
}

fn grid(pen: &mut Pen, scale: &Scale, bottom: f64) {
    for step in -2..=2 {
        let distance = scale.reach * f64::from(step) / 2.0;
        let x = scale.at(distance);
        let (width, ink) = if step == 0 { (1.0, Ink::Muted) } else { (0.5, Ink::Line) };
        pen.line((x, TOP - 3.0), (x, bottom), width, ink);
        let places = if scale.reach < 1.0 { 2 } else { 1 };
        let words = match step {
            0 => t!("figure.ideal"),
            1.. => format!("+{}", decimal(distance, places)),
            _ => decimal(distance, places),
        };
        pen.text((x, bottom + 11.0), SMALL, Anchor::Middle, Ink::Muted, words);
    }
}

fn band(pen: &mut Pen, scale: &Scale, row: &Row) {
    let Some((low, high)) = row.value.band else { return };
    let (from, to) = (scale.at(low - ideal(row.value)), scale.at(high - ideal(row.value)));
    pen.rect((from, row.y + 1.5), (to - from, ROW - 3.0), Ink::Sunken);
    for x in [from, to] {
        pen.line((x, row.y + 1.5), (x, row.y + ROW - 1.5), 1.0, Ink::Neutral);
    }
}

fn row(pen: &mut Pen, scale: &Scale, measured: &Measured, row: &Row) {
    let (value, y) = (row.value, row.y + ROW / 2.0);
    let name = text::label(&format!("metric.{}", value.metric));
    if row.heading {
        return pen.bold((0.0, y + 3.0), SMALL, Anchor::Start, Ink::Text, fit(&name, SMALL * 1.06, LEFT - 12.0));
    }
    let (indent, label) = if value.group.is_empty() { (0.0, name) } else { (10.0, value.group.clone()) };
    let room = LEFT - 12.0 - indent;
    pen.text((indent, y + 3.0), LABEL, Anchor::Start, Ink::Text, fit(&label, LABEL, room));
    if let Some(v) = value.value {
        if let Some((low, high)) = interval(measured, value) {
            let (from, to) = (scale.at(low - ideal(value)), scale.at(high - ideal(value)));
            pen.line((from, y), (to, y), 1.2, mark_ink(value.standing));
        }
        let distance = v - ideal(value);
        if scale.beyond(distance) {
            pen.arrow((scale.at(distance), y), 3.4_f64.copysign(distance), mark_ink(value.standing));
        } else {
            mark(pen, (scale.at(distance), y), value.standing);
        }
        pen.text((VALUE, y + 3.0), LABEL, Anchor::End, Ink::Text, decimal(v, 3));
    }
    mark(pen, (READING + 4.0, y), value.standing);
    let words = fit(&reading(value.standing), SMALL, WIDTH - READING - 11.0);
    pen.text((READING + 11.0, y + 3.0), SMALL, Anchor::Start, Ink::Text, words);
}

fn mark_ink(standing: Standing) -> Ink {
    match standing {
        Standing::Within => Ink::Good,
        Standing::Outside => Ink::Bad,
        _ => Ink::Neutral,
    }
}

/// A disc within the band, a square outside it, a diamond where nothing was judged.
fn mark(pen: &mut Pen, at: (f64, f64), standing: Standing) {
    let ink = mark_ink(standing);
    match standing {
        Standing::Within => pen.disc(at, 3.2, ink),
        Standing::Outside => pen.square(at, 3.0, ink),
        _ => pen.diamond(at, 3.6, ink),
    }
}

fn reading(standing: Standing) -> String {
    match standing {
        Standing::Within => t!("figure.within"),
        Standing::Outside => t!("figure.outside"),
        Standing::NotComputable => t!("figure.not_computable"),
        Standing::Insufficient => t!("figure.insufficient"),
        Standing::NotJudged => t!("figure.not_judged"),
    }
}

/// Explains the marks that occur; whether any does.
fn legend(pen: &mut Pen, y: f64, bands: bool, intervals: bool) -> bool {
    let mut x = 0.0;
    if bands {
        pen.rect((x, y - 8.0), (18.0, 9.0), Ink::Sunken);
        for edge in [x, x + 18.0] {
            pen.line((edge, y - 8.0), (edge, y + 1.0), 1.0, Ink::Neutral);
        }
        let words = t!("figure.legend_band");
        let next = x + 24.0 + width_of(&words, SMALL) + 16.0;
        pen.text((x + 24.0, y), SMALL, Anchor::Start, Ink::Muted, words);
        x = next;
    }
    if intervals {
        pen.line((x, y - 3.0), (x + 18.0, y - 3.0), 1.2, Ink::Neutral);
        pen.text((x + 24.0, y), SMALL, Anchor::Start, Ink::Muted, t!("figure.legend_interval"));
    }
    bands || intervals
}

/// The interval of a metric that is simply the difference of a rate to the reference group's.
fn interval(measured: &Measured, value: &MetricValue) -> Option<(f64, f64)> {
    let rate = rate(metric(&value.metric)?.difference_of?)?;
    let group = measured.groups.iter().find(|g| g.name == value.group)?;
    let reference = measured.reference()?;
    newcombe(rate.part(&group.counts?), rate.part(&reference.counts?))
}

fn description(judged: &[&MetricValue], shown: &[&MetricValue], note: Option<String>) -> String {
    let of = |standing| judged.iter().filter(|v| v.standing == standing).count();
    let (within, outside) = (of(Standing::Within), of(Standing::Outside));
    let open = judged.len() - within - outside;
    let mut words = match (judged.is_empty(), shown.len()) {
        (true, 0) => String::new(),
        (true, shown) => t!("figure.metrics_unjudged_about", shown = shown),
        _ => t!("figure.metrics_about", judged = judged.len(), within = within, outside = outside, open = open),
    };
    for sentence in shown.iter().map(|v| sentence(v)).chain(note) {
        if !words.is_empty() {
            words.push(' ');
        }
        words += &sentence;
    }
    words
}

fn sentence(value: &MetricValue) -> String {
    let name = text::label(&format!("metric.{}", value.metric));
    let name = match value.group.as_str() {
        "" => name,
        group => t!("figure.metrics_of", metric = name, group = group),
    };
    let standing = value.standing.label().to_lowercase();
    match (value.value, value.band) {
        (Some(v), Some((low, high))) => {
            let [v, low, high] = [v, low, high].map(|v| decimal(v, 3));
            t!("figure.metrics_row_band", metric = name, value = v, standing = standing, low = low, high = high)
        }
        (Some(v), None) => t!("figure.metrics_row", metric = name, value = decimal(v, 3), standing = standing),
        (None, _) => t!("figure.metrics_row_none", metric = name, standing = standing),
    }
}
