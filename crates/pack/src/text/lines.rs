//! Line breaking and direction: a paragraph to lines whose pieces stand in the order in which they are seen.

use super::Setter;
use super::clean::{ignorable, spell};
use super::font::{self, Face};
use super::shape::Shaped;
use std::borrow::Cow;
use std::rc::Rc;
use unicode_bidi::{BidiInfo, Level};
use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;

/// A stretch of glyphs of one font.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Where it begins, in thousandths of the letter size from the line's left end.
    pub x: f32,
    /// What was shaped.
    pub shaped: Rc<Shaped>,
    /// Which of its glyphs belong here.
    pub glyphs: std::ops::Range<usize>,
    /// Its place in the order in which the line is read.
    pub order: usize,
}

/// A line; measures in thousandths of the letter size.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// Its pieces from left to right.
    pub pieces: Vec<Piece>,
    /// Its width.
    pub width: f32,
    /// Whether its paragraph runs from right to left and so stands flush right.
    pub rtl: bool,
}

impl Line {
    /// Its width in points.
    pub fn points(&self, size: f32) -> f32 {
        self.width * size / 1000.0
    }

    /// Its pieces in the order in which they are read: so the file is in order for readers that follow the drawing.
    pub fn in_reading_order(&self) -> Vec<&Piece> {
        let mut pieces: Vec<&Piece> = self.pieces.iter().collect();
        pieces.sort_by_key(|piece| piece.order);
        pieces
    }

    /// Its characters, in the order in which its pieces are seen.
    pub fn text(&self) -> String {
        self.pieces
            .iter()
            .flat_map(|piece| piece.shaped.glyphs.get(piece.glyphs.clone()).unwrap_or_default())
            .map(|glyph| &*glyph.text)
            .collect()
    }
}

/// A stretch of one font and direction inside a unit.
struct Part {
    shaped: Rc<Shaped>,
    level: u8,
}

/// What stays together when lines are broken, and the space after it.
struct Unit {
    parts: Vec<Part>,
    width: f32,
    space: Option<Part>,
}

struct Placed {
    shaped: Rc<Shaped>,
    glyphs: std::ops::Range<usize>,
    width: f32,
    level: u8,
    order: usize,
}

/// Longer words are shaped in parts, so that time and memory stay bounded whatever the input.
const LONGEST_STRETCH: usize = 240;

/// Breaks one paragraph without line breaks of its own; `measure` in thousandths of the letter size.
pub(super) fn break_line(setter: &mut Setter, text: &str, face: Face, measure: f32) -> Vec<Line> {
    if text.is_empty() {
        return vec![Line::default()];
    }
    let bidi = text.chars().any(may_turn).then(|| BidiInfo::new(text, None));
    let levels = bidi.as_ref().map(|bidi| bidi.levels.as_slice());
    let rtl = bidi.as_ref().and_then(|bidi| bidi.paragraphs.first()).is_some_and(|paragraph| paragraph.level.is_rtl());
    let mut filler = Filler { lines: Vec::new(), line: Vec::new(), width: 0.0, measure, rtl };
    let mut start = 0;
    for (end, _) in linebreaks(text) {
        let unit = unit(setter, text, start..end, face, levels, rtl);
        filler.add(unit);
        start = end;
    }
    filler.close();
    filler.lines
}

/// Whether a character may belong to a script that runs from right to left.
fn may_turn(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

fn unit(
    setter: &mut Setter,
    text: &str,
    range: std::ops::Range<usize>,
    face: Face,
    levels: Option<&[Level]>,
    rtl: bool,
) -> Unit {
    let whole = text.get(range.clone()).unwrap_or_default();
    let core = whole.trim_end_matches([' ', '\u{200b}']);
    let level_at = |byte: usize| levels.and_then(|levels| levels.get(byte)).map_or(0, |level| level.number());
    let main = if is_hash(core) { font::MONO } else { font::main(face) };
    let mut parts = Vec::new();
    let mut from = 0;
    while from < core.len() {
        // As far as one direction reaches.
        let level = level_at(range.start + from);
        let rest = core.get(from..).unwrap_or_default();
        let length = match levels {
            None => rest.len(),
            Some(_) => rest
                .char_indices()
                .map(|(at, _)| at)
                .find(|at| level_at(range.start + from + at) != level)
                .unwrap_or(rest.len()),
        };
        add_parts(setter, rest.get(..length).unwrap_or_default(), main, level, &mut parts);
        from += length.max(1);
    }
    let spaces = whole.len() - whole.trim_end_matches(' ').len();
    let space = (spaces > 0).then(|| {
        let blanks = whole.get(whole.len() - spaces..).unwrap_or_default();
        let level = if levels.is_some() { level_at(range.end - 1) } else { u8::from(rtl) };
        Part { shaped: setter.shaper.shape(font::main(face), level % 2 == 1, blanks), level }
    });
    let width = parts.iter().map(|part| part.shaped.width).sum();
    Unit { parts, width, space }
}

/// A long word of hexadecimal digits: such are compared digit by digit, so they are set in a font that invites that.
fn is_hash(word: &str) -> bool {
    let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
    word.len() >= 16
        && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        && word.bytes().any(|b| b.is_ascii_digit())
}

/// Shapes a stretch of one direction, font by font.
fn add_parts(setter: &mut Setter, text: &str, main: usize, level: u8, parts: &mut Vec<Part>) {
    let rtl = level % 2 == 1;
    if text.len() <= LONGEST_STRETCH && font::with_all(main, text) == Some(main) {
        let text = without_hard_spaces(text);
        parts.push(Part { shaped: setter.shaper.shape(main, rtl, &text), level });
        return;
    }
    let mut stretch = String::new();
    let mut font_of_stretch = main;
    for cluster in text.graphemes(true) {
        for (cluster, font) in fonts_of(setter, cluster, main) {
            if !stretch.is_empty() && (font != font_of_stretch || stretch.len() + cluster.len() > LONGEST_STRETCH) {
                parts.push(Part { shaped: setter.shaper.shape(font_of_stretch, rtl, &stretch), level });
                stretch.clear();
            }
            font_of_stretch = font;
            stretch.push_str(&without_hard_spaces(&cluster));
        }
    }
    if !stretch.is_empty() {
        parts.push(Part { shaped: setter.shaper.shape(font_of_stretch, rtl, &stretch), level });
    }
}

/// Fixed spaces have done their work once the units are known; printed and copied they are plain spaces.
fn without_hard_spaces(text: &str) -> Cow<'_, str> {
    if text.contains(['\u{a0}', '\u{202f}']) { text.replace(['\u{a0}', '\u{202f}'], " ").into() } else { text.into() }
}

/// The fonts that show a cluster: one for all of it if there is one, else one for each of its characters; a character
/// that no font has is spelled out.
fn fonts_of<'t>(setter: &mut Setter, cluster: &'t str, main: usize) -> Vec<(Cow<'t, str>, usize)> {
    if let Some(font) = font::with_all(main, cluster) {
        return vec![(cluster.into(), font)];
    }
    let mut out = Vec::new();
    for c in cluster.chars().filter(|&c| !ignorable(c)) {
        let alone = c.to_string();
        match font::with_all(main, &alone) {
            Some(font) => out.push((alone.into(), font)),
            None => {
                setter.shaper.missing.insert(c);
                let mut code = String::new();
                spell(c, &mut code);
                for part in code.chars().map(String::from) {
                    let font = font::with_all(main, &part).unwrap_or(main);
                    out.push((part.into(), font));
                }
            }
        }
    }
    out
}

struct Filler {
    lines: Vec<Line>,
    line: Vec<Placed>,
    width: f32,
    measure: f32,
    rtl: bool,
}

impl Filler {
    fn add(&mut self, unit: Unit) {
        // Shaping leaves rounding errors far below what an eye can see.
        if self.width + unit.width > self.measure + 0.5 && !self.line.is_empty() {
            self.close();
        }
        if unit.width > self.measure + 0.5 {
            for part in unit.parts {
                self.add_anywhere(&part);
            }
        } else {
            for part in unit.parts {
                self.place(&part, 0..part.shaped.glyphs.len(), part.shaped.width);
            }
        }
        if let Some(space) = unit.space {
            self.place(&space, 0..space.shaped.glyphs.len(), space.shaped.width);
        }
    }

    fn place(&mut self, part: &Part, glyphs: std::ops::Range<usize>, width: f32) {
        self.width += width;
        self.line.push(Placed {
            shaped: Rc::clone(&part.shaped),
            glyphs,
            width,
            level: part.level,
            order: self.line.len(),
        });
    }

    /// Sets a stretch that is wider than the column, broken between any two letters.
    fn add_anywhere(&mut self, part: &Part) {
        let mut from: Option<std::ops::Range<usize>> = None;
        let mut width = 0.0;
        for (glyphs, advance) in letters(&part.shaped) {
            if self.width + width + advance > self.measure && (from.is_some() || !self.line.is_empty()) {
                if let Some(range) = from.take() {
                    self.place(part, range, width);
                }
                width = 0.0;
                self.close();
            }
            width += advance;
            from = Some(match from {
                None => glyphs,
                Some(range) => range.start.min(glyphs.start)..range.end.max(glyphs.end),
            });
        }
        if let Some(range) = from {
            self.place(part, range, width);
        }
    }

    /// Ends the line: spaces at its end go, its pieces are put in the order in which they are seen.
    fn close(&mut self) {
        let mut placed = std::mem::take(&mut self.line);
        self.width = 0.0;
        while placed.last().is_some_and(|last| last.shaped.text.chars().all(|c| c == ' ')) {
            placed.pop();
        }
        reorder(&mut placed);
        let mut x = 0.0;
        let pieces = placed
            .into_iter()
            .map(|piece| {
                let at = x;
                x += piece.width;
                Piece { x: at, shaped: piece.shaped, glyphs: piece.glyphs, order: piece.order }
            })
            .collect();
        self.lines.push(Line { pieces, width: x, rtl: self.rtl });
    }
}

/// The letters (with their marks) of a stretch in reading order: their glyphs and width.
fn letters(shaped: &Shaped) -> Vec<(std::ops::Range<usize>, f32)> {
    let starts: std::collections::BTreeSet<usize> = shaped.text.grapheme_indices(true).map(|(at, _)| at).collect();
    let mut out: Vec<(std::ops::Range<usize>, f32)> = Vec::new();
    let count = shaped.glyphs.len();
    let mut last = usize::MAX;
    for step in 0..count {
        let at = if shaped.rtl { count - 1 - step } else { step };
        let Some(glyph) = shaped.glyphs.get(at) else { continue };
        // A glyph may begin in the middle of a letter: what counts is the letter that it begins in.
        let letter = starts.range(..=glyph.cluster as usize).next_back().copied().unwrap_or(0);
        match out.last_mut() {
            Some((range, width)) if letter == last => {
                *range = range.start.min(at)..range.end.max(at + 1);
                *width += glyph.advance;
            }
            _ => out.push((at..at + 1, glyph.advance)),
        }
        last = letter;
    }
    out
}

/// Rule L2 of the Unicode bidirectional algorithm, on pieces instead of characters.
fn reorder(pieces: &mut [Placed]) {
    let highest = pieces.iter().map(|piece| piece.level).max().unwrap_or(0);
    let lowest_odd = pieces.iter().map(|piece| piece.level).filter(|level| level % 2 == 1).min();
    let Some(lowest_odd) = lowest_odd else { return };
    for level in (lowest_odd..=highest).rev() {
        let mut at = 0;
        while at < pieces.len() {
            let length = pieces.get(at..).unwrap_or_default().iter().take_while(|piece| piece.level >= level).count();
            if let Some(run) = pieces.get_mut(at..at + length) {
                run.reverse();
            }
            at += length.max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn set(text: &str, width: f32) -> Vec<String> {
        Setter::default().lines(text, Face::Regular, 10.0, width).iter().map(Line::text).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_never_exceed_the_column() {
        let text = "The quick brown fox jumps over the lazy dog again and again.";
        let lines = Setter::default().lines(text, Face::Regular, 10.0, 80.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| line.points(10.0) <= 80.1));
        assert_eq!(lines.iter().map(Line::text).collect::<Vec<_>>().join(" "), text);
    }

    #[test]
    fn a_word_wider_than_the_column_is_broken_and_nothing_of_it_is_lost() {
        let word = "https://example.org/".to_owned() + &"0123456789abcdef".repeat(12);
        let lines = Setter::default().lines(&word, Face::Regular, 10.0, 60.0);
        assert!(lines.len() > 5 && lines.iter().all(|line| line.points(10.0) <= 60.1));
        assert_eq!(lines.iter().map(Line::text).collect::<String>(), word);
    }

    #[test]
    fn marks_stay_with_their_letter_when_a_word_is_broken() {
        let word = "e\u{301}\u{323}".repeat(40);
        for line in set(&word, 30.0) {
            assert!(line.starts_with('e') || line.starts_with('é') || line.starts_with('ẹ'), "{line:?}");
        }
    }

    #[test]
    fn hebrew_words_stand_in_visual_order_and_flush_right() {
        let lines = Setter::default().lines("שלום עולם", Face::Regular, 10.0, 200.0);
        assert!(lines[0].rtl);
        assert_eq!(lines[0].text(), "םלוע םולש");
    }

    #[test]
    fn line_breaks_in_the_text_are_kept_also_empty_lines() {
        assert_eq!(set("a\n\nb\n", 100.0), ["a", "", "b"]);
    }

    #[test]
    fn a_character_that_no_font_has_is_spelled_out_and_reported_once() {
        let mut setter = Setter::default();
        let lines = setter.lines("x\u{13000}\u{13000}y", Face::Regular, 10.0, 400.0);
        assert_eq!(lines[0].text(), "x⟨U+13000⟩⟨U+13000⟩y");
        assert_eq!(setter.warnings().len(), 1);
    }

    #[test]
    fn a_megabyte_without_a_space_is_set_in_bounded_time() {
        let lines = Setter::default().lines(&"x".repeat(1 << 20), Face::Regular, 10.0, 400.0);
        assert!(lines.len() > 10_000);
    }
}
