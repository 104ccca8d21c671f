//! Shaping: a stretch of text in one font and one direction to glyphs with advances.

use super::clean::ignorable;
use super::font;
use rustybuzz::{
    BufferClusterLevel, BufferFlags, Direction, Feature, ShapePlan, UnicodeBuffer, script, ttf_parser::Tag,
};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// A glyph; measures in thousandths of an em.
#[derive(Debug, Clone)]
pub(crate) struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// How far the pen moves.
    pub advance: f32,
    /// Where it is drawn relative to the pen.
    pub shift: (f32, f32),
    /// The place of its first character in the text that was shaped.
    pub cluster: u32,
    /// The characters that it stands for; empty for the second glyph of a character.
    pub text: Box<str>,
}

/// Shaped text: glyphs from left to right, whatever the direction.
#[derive(Debug)]
pub(crate) struct Shaped {
    /// The number of the font.
    pub font: usize,
    /// Whether the text runs from right to left.
    pub rtl: bool,
    /// The text.
    pub text: Box<str>,
    /// Its glyphs.
    pub glyphs: Vec<Glyph>,
    /// The sum of the advances.
    pub width: f32,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    font: usize,
    rtl: bool,
    text: Box<str>,
}

/// Shapes, and remembers short results.
#[derive(Default)]
pub(crate) struct Shaper {
    cache: HashMap<Key, Rc<Shaped>>,
    plans: HashMap<(usize, bool, Option<rustybuzz::Script>), Rc<ShapePlan>>,
    buffer: Option<UnicodeBuffer>,
    /// Characters that no font has.
    pub missing: BTreeSet<char>,
}

/// Longer stretches are rarely met twice.
const REMEMBERED: usize = 48;
/// Bounds the memory of the cache.
const MOST_REMEMBERED: usize = 60_000;

impl Shaper {
    /// Shapes a text whose characters the font has.
    pub fn shape(&mut self, font: usize, rtl: bool, text: &str) -> Rc<Shaped> {
        if text.len() > REMEMBERED {
            return Rc::new(self.shape_now(font, rtl, text));
        }
        let key = Key { font, rtl, text: text.into() };
        if let Some(known) = self.cache.get(&key) {
            return Rc::clone(known);
        }
        let shaped = Rc::new(self.shape_now(font, rtl, text));
        if self.cache.len() >= MOST_REMEMBERED {
            self.cache.clear();
        }
        self.cache.insert(key, Rc::clone(&shaped));
        shaped
    }

    fn shape_now(&mut self, font: usize, rtl: bool, text: &str) -> Shaped {
        let Some(face) = font::shape(font) else {
            return Shaped { font, rtl, text: text.into(), glyphs: Vec::new(), width: 0.0 };
        };
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let direction = if rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        buffer.set_direction(direction);
        let script = buffer.script();
        let script = (script != script::UNKNOWN).then_some(script);
        let plan = self.plans.entry((font, rtl, script)).or_insert_with(|| {
            // Ligatures such as “fi” gain little in print and cost searchability in weak readers.
            let features =
                [Feature::new(Tag::from_bytes(b"liga"), 0, ..), Feature::new(Tag::from_bytes(b"clig"), 0, ..)];
            let latin =
                matches!(script, None | Some(script::LATIN | script::GREEK | script::CYRILLIC | script::COMMON));
            Rc::new(ShapePlan::new(face, direction, script, None, if latin { &features } else { &[] }))
        });
        let shaped = rustybuzz::shape_with_plan(face, plan, buffer);
        let scale = 1000.0 / face.units_per_em() as f32;
        let mut glyphs: Vec<Glyph> = shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, at)| Glyph {
                id: info.glyph_id as u16,
                advance: at.x_advance as f32 * scale,
                shift: (at.x_offset as f32 * scale, at.y_offset as f32 * scale),
                cluster: info.cluster,
                text: Box::default(),
            })
            .collect();
        self.buffer = Some(shaped.clear());
        give_text(&mut glyphs, rtl, text);
        let width = glyphs.iter().map(|glyph| glyph.advance).sum();
        Shaped { font, rtl, text: text.into(), glyphs, width }
    }
}

/// Shares the text among the glyphs: a cluster's characters go to its first glyph in reading order.
fn give_text(glyphs: &mut [Glyph], rtl: bool, text: &str) {
    let mut end = text.len();
    let count = glyphs.len();
    // From the last cluster of the text to the first, each reaching as far as the one after it begins.
    for step in 0..count {
        let at = if rtl { step } else { count - 1 - step };
        let before = if rtl { at.checked_add(1).filter(|&i| i < count) } else { at.checked_sub(1) };
        let start = glyphs.get(at).map_or(end, |glyph| glyph.cluster as usize);
        let shares = before.and_then(|i| glyphs.get(i)).is_some_and(|other| other.cluster as usize == start);
        if shares {
            continue;
        }
        if let (Some(part), Some(glyph)) = (text.get(start..end), glyphs.get_mut(at)) {
            glyph.text = part.chars().filter(|&c| !ignorable(c)).collect::<String>().into();
            end = start;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(shaped: &Shaped) -> Vec<&str> {
        shaped.glyphs.iter().map(|glyph| &*glyph.text).collect()
    }

    #[test]
    fn every_glyph_knows_its_characters_in_both_directions() {
        let mut shaper = Shaper::default();
        assert_eq!(texts(&shaper.shape(0, false, "office")), ["o", "f", "f", "i", "c", "e"]);
        let hebrew = shaper.shape(4, true, "שלום");
        assert_eq!(texts(&hebrew), ["ם", "ו", "ל", "ש"]);
    }

    #[test]
    fn a_mark_adds_no_width() {
        let mut shaper = Shaper::default();
        let plain = shaper.shape(0, false, "x").width;
        assert!((shaper.shape(0, false, "x\u{301}").width - plain).abs() < 1.0);
    }
}
