//! The heat map: open risks by likelihood and impact.

use super::draw::{LABEL, Pen, SMALL, WIDTH, fit};
use crate::{
    call::record::Matrix,
    charter::Charter,
    figure::{Anchor, Figure, Ink},
    scale::Level,
    t, text,
};

const LEFT: f64 = 100.0;
const TOP: f64 = 18.0;
const CELL: (f64, f64) = (75.5, 36.0);
const THICK: f64 = 2.5;

/// The 5 × 5 matrix with the likelihood upwards and the impact to the right. Each cell names its level, so that colour is
/// never alone, and the number of its open risks if there are any. A thick line runs where the level rises above the
/// tolerance of the charter.
pub fn heat_map(matrix: &Matrix, charter: &Charter) -> Figure {
    let mut pen = Pen::default();
    pen.bold((0.0, 10.0), LABEL, Anchor::Start, Ink::Text, t!("figure.likelihood"));
    for step in 1..=5 {
        for impact in 1..=5 {
            cell(&mut pen, matrix, charter, step, impact);
        }
        let middle = corner(step, 1).1 + CELL.1 / 2.0 + 3.0;
        let likelihood = step_label("likelihood", step);
        pen.text((0.0, middle), LABEL, Anchor::Start, Ink::Text, fit(&likelihood, LABEL, LEFT - 6.0));
        let (x, below) = (corner(1, step).0 + CELL.0 / 2.0, TOP + 5.0 * CELL.1 + 12.0);
        let impact = fit(&step_label("impact", step), LABEL, CELL.0 - 4.0);
        pen.text((x, below), LABEL, Anchor::Middle, Ink::Text, impact);
    }
    boundary(&mut pen, charter);
    let mut y = TOP + 5.0 * CELL.1 + 26.0;
    pen.bold((LEFT + 5.0 * CELL.0, y), LABEL, Anchor::End, Ink::Text, t!("figure.impact"));
    y += 16.0;
    legend(&mut pen, y, matrix, charter);
    pen.done(y + 6.0, t!("figure.heat_map"), description(matrix, charter))
}

/// The top left corner of a cell.
fn corner(likelihood: u8, impact: u8) -> (f64, f64) {
    (LEFT + f64::from(impact - 1) * CELL.0, TOP + f64::from(5 - likelihood) * CELL.1)
}

fn level(charter: &Charter, likelihood: u8, impact: u8) -> Level {
    charter.risk_method.level(likelihood, impact).unwrap_or_default()
}

fn risks(matrix: &Matrix, likelihood: u8, impact: u8) -> u32 {
    matrix.cells[usize::from(likelihood - 1)][usize::from(impact - 1)]
}

/// "3 Possible".
fn step_label(axis: &str, step: u8) -> String {
    format!("{step} {}", text::look_up(&format!("choice.{axis}.{step}")).unwrap_or_default())
}

fn cell(pen: &mut Pen, matrix: &Matrix, charter: &Charter, likelihood: u8, impact: u8) {
    let (x, y) = corner(likelihood, impact);
    let level = level(charter, likelihood, impact);
    let (surface, ink) = (Ink::Level(level.rank()), Ink::OnLevel(level.rank()));
    pen.rect((x, y), CELL, surface);
    pen.frame((x, y), CELL, Ink::Surface, false);
    let name = fit(&level.label(), SMALL, CELL.0 - 6.0);
    let middle = x + CELL.0 / 2.0;
    match risks(matrix, likelihood, impact) {
        0 => pen.text((middle, y + CELL.1 / 2.0 + 3.0), SMALL, Anchor::Middle, ink, name),
        n => {
            pen.bold((middle, y + 15.0), LABEL, Anchor::Middle, ink, n.to_string());
            pen.text((middle, y + 28.0), SMALL, Anchor::Middle, ink, name);
        }
    }
}

/// Draws the edges between cells within and above the tolerance.
fn boundary(pen: &mut Pen, charter: &Charter) {
    let above = |likelihood, impact| level(charter, likelihood, impact) > charter.tolerance;
    // Half the thickness longer at both ends, so that corners are full.
    let more = THICK / 2.0;
    for step in 1..=5 {
        for next in 2..=5 {
            if above(step, next) != above(step, next - 1) {
                let (x, y) = corner(step, next);
                pen.line((x, y - more), (x, y + CELL.1 + more), THICK, Ink::Text);
            }
            if above(next, step) != above(next - 1, step) {
                let (x, y) = corner(next - 1, step);
                pen.line((x - more, y), (x + CELL.0 + more, y), THICK, Ink::Text);
            }
        }
    }
}

fn legend(pen: &mut Pen, y: f64, matrix: &Matrix, charter: &Charter) {
    let tolerance = charter.tolerance.label();
    let covers_all = (1..=5).all(|l| (1..=5).all(|i| level(charter, l, i) <= charter.tolerance));
    let (start, words) = if covers_all {
        (0.0, t!("figure.tolerance_none", level = tolerance))
    } else {
        pen.line((0.0, y - 3.0), (20.0, y - 3.0), THICK, Ink::Text);
        (26.0, t!("figure.tolerance_line", level = tolerance))
    };
    pen.text((start, y), SMALL, Anchor::Start, Ink::Muted, fit(&words, SMALL, WIDTH - 100.0 - start));
    if matrix.unrated > 0 {
        pen.text((WIDTH, y), SMALL, Anchor::End, Ink::Muted, t!("figure.unrated", n = matrix.unrated));
    }
}

fn description(matrix: &Matrix, charter: &Charter) -> String {
    let (open, above, unrated) = (matrix.open, matrix.above_tolerance, matrix.unrated);
    let mut words = t!("figure.heat_map_about", open = open, above = above, unrated = unrated);
    let mut empty = true;
    for likelihood in (1..=5).rev() {
        for impact in 1..=5 {
            let n = risks(matrix, likelihood, impact);
            if n > 0 {
                empty = false;
                let level = level(charter, likelihood, impact).label();
                words.push(' ');
                words += &t!("figure.heat_map_cell", likelihood = likelihood, impact = impact, level = level, n = n);
            }
        }
    }
    if empty {
        words.push(' ');
        words += &t!("figure.heat_map_empty");
    }
    words
}
