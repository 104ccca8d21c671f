//! Stage coverage: one stacked bar per stage.

use super::draw::{LABEL, Pen, SMALL, WIDTH, fit, width_of};
use crate::{
    answer::{Coverage, Result},
    figure::{Anchor, Figure, Ink},
    t,
};

const LEFT: f64 = 176.0;
const BAR: (f64, f64) = (214.0, 11.0);
const ROW: f64 = 31.0;
const ORDER: [Result; 5] = [Result::Met, Result::Partly, Result::NotMet, Result::NotAssessed, Result::NotApplicable];

/// Stacked horizontal bars: of the requirements of each group, how many are met, partly met, not met, not assessed, not
/// applicable. Each part differs by its pattern too, its count is written below the bar, and "n of m met" (m: those that
/// apply) stands at the right.
pub fn stage_coverage(groups: &[(String, Coverage)]) -> Figure {
    let mut pen = Pen::default();
    let mut y = 4.0;
    for (label, coverage) in groups {
        row(&mut pen, y, label, coverage);
        y += ROW;
    }
    if groups.is_empty() {
        pen.text((0.0, y + LABEL), LABEL, Anchor::Start, Ink::Muted, t!("figure.coverage_none"));
        y += ROW;
    }
    if !groups.is_empty() {
        y = legend(&mut pen, y + 8.0);
    }
    let mut description = t!("figure.coverage_about");
    if groups.is_empty() {
        description = t!("figure.coverage_none");
    }
    for (label, coverage) in groups {
        description.push(' ');
        description.push_str(&sentence(label, coverage));
    }
    pen.done(y + 6.0, t!("figure.coverage"), description)
}

fn row(pen: &mut Pen, y: f64, label: &str, coverage: &Coverage) {
    let baseline = y + 9.0;
    pen.text((0.0, baseline), LABEL, Anchor::Start, Ink::Text, fit(label, LABEL, LEFT - 8.0));
    let total = coverage.total();
    let mut x = LEFT;
    for result in ORDER {
        let n = count(coverage, result);
        if n > 0 {
            let width = BAR.0 * f64::from(n) / f64::from(total);
            part(pen, (x, y), (width, BAR.1), result);
            x += width;
        }
    }
    if total == 0 {
        pen.frame((LEFT, y), BAR, Ink::Line, true);
    }
    let (met, applicable) = (coverage.met, coverage.applicable());
    let share = match (total, applicable) {
        (0, _) => t!("figure.no_requirements"),
        (_, 0) => t!("figure.none_apply"),
        _ => t!("figure.met_of", met = met, applicable = applicable),
    };
    pen.text((WIDTH, baseline), LABEL, Anchor::End, Ink::Text, fit(&share, LABEL, WIDTH - LEFT - BAR.0 - 6.0));
    if total > 0 {
        let words = fit(&parts(coverage, " · "), SMALL, WIDTH);
        // Below the bar; long words end at the right margin instead and reach under the label.
        let long = width_of(&words, SMALL) > WIDTH - LEFT;
        let (x, anchor) = if long { (WIDTH, Anchor::End) } else { (LEFT, Anchor::Start) };
        pen.text((x, y + BAR.1 + 9.0), SMALL, anchor, Ink::Muted, words);
    }
}

/// Met is solid, partly met hatched, not met has a stripe along its middle, not assessed is pale with an edge, not
/// applicable an empty dashed box.
fn part(pen: &mut Pen, at: (f64, f64), size: (f64, f64), result: Result) {
    match result {
        Result::Met => pen.rect(at, size, Ink::Good),
        Result::Partly => pen.hatched(at, size, Ink::Warn),
        Result::NotMet => {
            pen.rect(at, size, Ink::Bad);
            let middle = at.1 + size.1 / 2.0;
            pen.line((at.0, middle), (at.0 + size.0, middle), 2.0, Ink::Surface);
        }
        Result::NotAssessed => {
            pen.rect(at, size, Ink::Sunken);
            pen.frame(at, size, Ink::Line, false);
        }
        Result::NotApplicable => pen.frame(at, size, Ink::Neutral, true),
    }
}

fn legend(pen: &mut Pen, y: f64) -> f64 {
    let mut x = 0.0;
    for result in ORDER {
        let word = result.label();
        part(pen, (x, y), (14.0, 9.0), result);
        pen.text((x + 19.0, y + 7.5), SMALL, Anchor::Start, Ink::Text, &*word);
        x += 19.0 + width_of(&word, SMALL) + 16.0;
    }
    y + 9.0
}

fn count(coverage: &Coverage, result: Result) -> u32 {
    match result {
        Result::Met => coverage.met,
        Result::Partly => coverage.partly,
        Result::NotMet => coverage.not_met,
        Result::NotAssessed => coverage.not_assessed,
        Result::NotApplicable => coverage.not_applicable,
    }
}

/// "28 met · 4 partly met": what occurs, in words.
fn parts(coverage: &Coverage, between: &str) -> String {
    let word = |result| match (count(coverage, result), result) {
        (0, _) => None,
        (n, Result::Met) => Some(t!("figure.n_met", n = n)),
        (n, Result::Partly) => Some(t!("figure.n_partly", n = n)),
        (n, Result::NotMet) => Some(t!("figure.n_not_met", n = n)),
        (n, Result::NotAssessed) => Some(t!("figure.n_not_assessed", n = n)),
        (n, Result::NotApplicable) => Some(t!("figure.n_not_applicable", n = n)),
    };
    ORDER.into_iter().filter_map(word).collect::<Vec<_>>().join(between)
}

fn sentence(label: &str, coverage: &Coverage) -> String {
    let (met, applicable, total) = (coverage.met, coverage.applicable(), coverage.total());
    match (total, applicable) {
        (0, _) => t!("figure.coverage_row_empty", label = label),
        (_, 0) => t!("figure.coverage_row_na", label = label, total = total),
        _ => {
            let parts = parts(coverage, ", ");
            t!("figure.coverage_row", label = label, met = met, applicable = applicable, parts = parts)
        }
    }
}
