//! A small pen for figures: shapes in a row, and texts that fit.

use crate::figure::{Anchor, Figure, Ink, Shape};
use std::f64::consts::TAU;

/// The width of every figure in points: the text column of a printed page.
pub(super) const WIDTH: f64 = 480.0;
/// The size of labels.
pub(super) const LABEL: f64 = 9.0;
/// The size of everything that explains: ticks, legends, notes.
pub(super) const SMALL: f64 = 8.0;

/// A figure while it is drawn.
#[derive(Default)]
pub(super) struct Pen {
    shapes: Vec<Shape>,
}

/// The approximate width of a letter in em, on the safe side for sans-serif faces; the renderers measure, this does not.
fn advance(letter: char) -> f64 {
    match letter {
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 0.9,
        'A'..='Z' | '0'..='9' | '+' | '−' | '=' | '<' | '>' => 0.66,
        // Ideographs, kana, Hangul, full-width forms and pictographs fill a square.
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' => 1.0,
        '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffe6}' | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}' => {
            1.0
        }
        '\u{80}'..='\u{24f}' | '\u{0}'..='\u{7f}' => 0.52,
        _ => 0.66,
    }
}

/// The approximate width of a text in points.
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The text in one line, cut with … where it is wider than `room` points. Line breaks and other control characters
/// become spaces.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if width_of(&line, size) <= room {
        return line;
    }
    let mut left = room - width_of("…", size);
    let kept = line.chars().take_while(|c| {
        left -= advance(*c) * size;
        left >= 0.0
    });
    let mut cut: String = kept.collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

impl Pen {
    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: Ink) {
        self.shapes.push(Shape::Rect { x, y, width, height, fill, hatched: false });
    }

    pub(super) fn hatched(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: Ink) {
        self.shapes.push(Shape::Rect { x, y, width, height, fill, hatched: true });
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, ink: Ink) {
        self.shapes.push(Shape::Line { from, to, width, ink, dashed: false });
    }

    /// The edges of a rectangle.
    pub(super) fn frame(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), ink: Ink, dashed: bool) {
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)];
        for side in corners.windows(2) {
            self.shapes.push(Shape::Line { from: side[0], to: side[1], width: 0.75, ink, dashed });
        }
    }

    /// A disc, as a polygon that looks round at the sizes of charts.
    pub(super) fn disc(&mut self, (x, y): (f64, f64), radius: f64, fill: Ink) {
        const CORNERS: u32 = 20;
        let corner = |n| {
            let angle = TAU * f64::from(n) / f64::from(CORNERS);
            (x + radius * angle.cos(), y + radius * angle.sin())
        };
        self.shapes.push(Shape::Polygon { points: (0..CORNERS).map(corner).collect(), fill });
    }

    /// A square that stands on its side.
    pub(super) fn square(&mut self, (x, y): (f64, f64), reach: f64, fill: Ink) {
        self.rect((x - reach, y - reach), (2.0 * reach, 2.0 * reach), fill);
    }

    /// A square that stands on its corner.
    pub(super) fn diamond(&mut self, (x, y): (f64, f64), reach: f64, fill: Ink) {
        let points = vec![(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)];
        self.shapes.push(Shape::Polygon { points, fill });
    }

    /// A triangle that points left (`to` < 0) or right: the value lies beyond the scale.
    pub(super) fn arrow(&mut self, (x, y): (f64, f64), to: f64, fill: Ink) {
        let points = vec![(x + to, y), (x - to, y - to.abs()), (x - to, y + to.abs())];
        self.shapes.push(Shape::Polygon { points, fill });
    }

    /// A line of text as it is; its baseline starts, centres or ends at the point.
    pub(super) fn text(&mut self, at: (f64, f64), size: f64, anchor: Anchor, ink: Ink, text: impl Into<String>) {
        self.shapes.push(Shape::Text { at, size, bold: false, anchor, ink, text: text.into() });
    }

    /// A bold line of text.
    pub(super) fn bold(&mut self, at: (f64, f64), size: f64, anchor: Anchor, ink: Ink, text: impl Into<String>) {
        self.shapes.push(Shape::Text { at, size, bold: true, anchor, ink, text: text.into() });
    }

    /// The figure, `height` points high.
    pub(super) fn done(self, height: f64, title: String, description: String) -> Figure {
        Figure { width: WIDTH, height, title, description, shapes: self.shapes }
    }
}

/// A number with a true minus sign and no minus before a zero.
pub(super) fn decimal(value: f64, places: usize) -> String {
    let shown = format!("{value:.places$}");
    match shown.strip_prefix('-') {
        Some(zero) if zero.chars().all(|c| matches!(c, '0' | '.')) => zero.to_owned(),
        Some(number) => format!("−{number}"),
        None => shown,
    }
}

/// A count with a no-break space between thousands.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push('\u{a0}');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_wide_is_cut_with_an_ellipsis_and_then_fits() {
        assert_eq!(fit("Women", 9.0, 100.0), "Women");
        for text in [
            "A very long group name, and more of it",
            "WWWWWWWWWWWWWWW",
            "日本語の長い名前です",
            "a\nb\tc d e f g h i j k",
        ] {
            let cut = fit(text, 9.0, 60.0);
            assert!(cut.ends_with('…') && width_of(&cut, 9.0) <= 60.0, "{cut}");
            assert!(!cut.contains(char::is_control));
        }
    }

    #[test]
    fn numbers_have_a_true_minus_and_zero_has_none() {
        assert_eq!(decimal(-0.25, 2), "−0.25");
        assert_eq!(decimal(-0.0004, 3), "0.000");
        assert_eq!(decimal(1.0, 2), "1.00");
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1\u{a0}234\u{a0}567");
    }
}
