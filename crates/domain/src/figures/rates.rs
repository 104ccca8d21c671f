//! A rate of each group with its confidence interval.

use super::draw::{LABEL, Pen, SMALL, WIDTH, count, decimal, fit};
use crate::{
    fairness::{Group, Measured, Rate, rate},
    figure::{Anchor, Figure, Ink},
    t,
};

const LEFT: f64 = 148.0;
const AXIS: f64 = 230.0;
const VALUE: f64 = 424.0;
const TOP: f64 = 20.0;
const ROW: f64 = 16.0;
/// More rows do not fit on a page; the table beside the figure has them all.
const MOST: usize = 30;

/// One row per group, the largest first: the rate as a point with its 95 % interval on an axis from 0 to 1, the value and
/// the number of rows at the right. Groups below the minimum size are named as insufficient data.
pub fn fairness_rates(measured: &Measured, rate_id: &str) -> Figure {
    let label = rate::rate(rate_id).map_or_else(|| rate_id.to_owned(), rate::RateKind::label);
    let shown = &measured.groups[..measured.groups.len().min(MOST)];
    let mut pen = Pen::default();
    let bottom = TOP + ROW * shown.len().max(1) as f64;
    head(&mut pen, &label);
    axis(&mut pen, bottom);
    for (at, group) in shown.iter().enumerate() {
        row(&mut pen, TOP + ROW * (at as f64 + 0.5), group, rate_id);
    }
    let mut description = t!("figure.rates_about", rate = label);
    for group in shown {
        description.push(' ');
        description += &sentence(group, rate_id);
    }
    let mut height = bottom + 16.0;
    let note = match measured.groups.len() {
        0 => Some(t!("figure.rates_empty")),
        all if all > MOST => Some(t!("figure.rates_more", n = all - MOST)),
        _ => None,
    };
    if let Some(note) = note {
        description.push(' ');
        description += &note;
        height += 12.0;
        pen.text((0.0, height - 5.0), SMALL, Anchor::Start, Ink::Muted, note);
    }
    pen.done(height, t!("figure.rates", rate = label), description)
}

fn head(pen: &mut Pen, label: &str) {
    let y = 10.0;
    pen.bold((0.0, y), SMALL, Anchor::Start, Ink::Muted, t!("figure.group"));
    let over = fit(label, SMALL, AXIS);
    pen.bold((LEFT + AXIS / 2.0, y), SMALL, Anchor::Middle, Ink::Muted, over);
    pen.bold((VALUE, y), SMALL, Anchor::End, Ink::Muted, t!("figure.rate"));
    pen.bold((WIDTH, y), SMALL, Anchor::End, Ink::Muted, t!("figure.n"));
}

fn axis(pen: &mut Pen, bottom: f64) {
    for tick in 0..=5 {
        let x = at(f64::from(tick) / 5.0);
        pen.line((x, TOP - 3.0), (x, bottom), 0.5, Ink::Line);
        pen.text((x, bottom + 11.0), SMALL, Anchor::Middle, Ink::Muted, decimal(f64::from(tick) / 5.0, 1));
    }
    pen.line((at(0.0), bottom), (at(1.0), bottom), 0.75, Ink::Muted);
}

fn at(share: f64) -> f64 {
    LEFT + AXIS * share.clamp(0.0, 1.0)
}

fn rate_of<'a>(group: &'a Group, id: &str) -> Option<&'a Rate> {
    group.rates.iter().find(|r| r.id == id)
}

fn row(pen: &mut Pen, y: f64, group: &Group, id: &str) {
    let baseline = y + 3.0;
    let ink = if group.counts.is_some() { Ink::Text } else { Ink::Muted };
    pen.text((0.0, baseline), LABEL, Anchor::Start, ink, fit(&group.name, LABEL, LEFT - 12.0));
    pen.text((WIDTH, baseline), LABEL, Anchor::End, ink, count(group.n));
    let mut say = |words: String| {
        // The words stand on a surface of their own, so that the grid does not cross them.
        let middle = LEFT + AXIS / 2.0;
        pen.rect((middle - 42.0, y - 6.0), (84.0, 12.0), Ink::Surface);
        pen.text((middle, baseline), SMALL, Anchor::Middle, Ink::Muted, words);
    };
    if group.counts.is_none() {
        return say(t!("figure.insufficient"));
    }
    let Some((value, rate)) = rate_of(group, id).and_then(|r| Some((r.value?, r))) else {
        return say(t!("figure.not_computable"));
    };
    if let Some((low, high)) = rate.interval {
        pen.line((at(low), y), (at(high), y), 1.5, Ink::Accent);
        for end in [low, high] {
            pen.line((at(end), y - 3.0), (at(end), y + 3.0), 1.0, Ink::Accent);
        }
    }
    pen.disc((at(value), y), 3.2, Ink::Accent);
    pen.text((VALUE, baseline), LABEL, Anchor::End, Ink::Text, decimal(value, 3));
}

fn sentence(group: &Group, id: &str) -> String {
    let (name, n) = (&group.name, count(group.n));
    if group.counts.is_none() {
        return t!("figure.rates_row_small", group = name, n = n);
    }
    match rate_of(group, id).map(|r| (r.value, r.interval)) {
        Some((Some(value), Some((low, high)))) => {
            let [value, low, high] = [value, low, high].map(|v| decimal(v, 3));
            t!("figure.rates_row", group = name, value = value, low = low, high = high, n = n)
        }
        _ => t!("figure.rates_row_none", group = name, n = n),
    }
}
