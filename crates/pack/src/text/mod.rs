//! Text to lines of placed glyphs: harmless characters, fonts with fallback, shaping, line breaking, direction.

mod clean;
pub(crate) mod font;
mod lines;
mod shape;

pub(crate) use clean::clean;
pub(crate) use lines::{Line, Piece};
pub(crate) use shape::Glyph;

use font::Face;
use shape::Shaper;
use std::collections::BTreeSet;

/// Sets text in lines. Keeps shaped words, since a report says the same words again and again.
#[derive(Default)]
pub(crate) struct Setter {
    shaper: Shaper,
    unprintable: BTreeSet<char>,
}

impl Setter {
    /// The lines of a text in a column; `width` and `size` in points. An empty text has no line.
    pub fn lines(&mut self, text: &str, face: Face, size: f32, width: f32) -> Vec<Line> {
        let text = clean(text, &mut self.unprintable);
        let text = text.trim_end();
        if text.is_empty() {
            return Vec::new();
        }
        let measure = (width * 1000.0 / size).max(1.0);
        text.split('\n').flat_map(|line| lines::break_line(self, line, face, measure)).collect()
    }

    /// A text in one line of whatever width.
    pub fn line(&mut self, text: &str, face: Face) -> Line {
        let text = clean(text, &mut self.unprintable).replace('\n', " ");
        lines::break_line(self, text.trim(), face, f32::INFINITY).into_iter().next().unwrap_or_default()
    }

    /// A text in one line of a bounded width; what does not fit gives way to an ellipsis.
    pub fn line_within(&mut self, text: &str, face: Face, size: f32, width: f32) -> Line {
        let whole = self.line(text, face);
        if whole.points(size) <= width {
            return whole;
        }
        let ellipsis = self.line("…", face).points(size);
        let text = clean(text, &mut self.unprintable).replace('\n', " ");
        let mut lines = lines::break_line(self, text.trim(), face, (width - ellipsis).max(1.0) * 1000.0 / size);
        let first = if lines.is_empty() { String::new() } else { lines.swap_remove(0).text() };
        self.line(&format!("{}…", first.trim_end()), face)
    }

    /// The width in points of the widest piece of a text that does not break by itself.
    pub fn widest_word(&mut self, text: &str, face: Face, size: f32) -> f32 {
        let text = clean(text, &mut self.unprintable);
        let mut widest = 0.0f32;
        for word in text.split_whitespace().take(200) {
            widest = widest.max(self.line(word, face).points(size));
        }
        widest
    }

    /// A sentence for each character that is shown as its code.
    pub fn warnings(&self) -> Vec<String> {
        let mut all: BTreeSet<char> = self.unprintable.clone();
        all.extend(&self.shaper.missing);
        all.iter()
            .map(|c| {
                format!("The character U+{:04X} cannot be printed and is shown as ⟨U+{:04X}⟩.", *c as u32, *c as u32)
            })
            .collect()
    }
}
