//! The bundled fonts and the order in which they stand in for one another.

use rustybuzz::Face as Shape;
use std::sync::OnceLock;

/// What a text is set in; scripts and symbols that it lacks come from the fallback fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Face {
    /// Text.
    Regular,
    /// Headings and strong cells.
    Bold,
}

/// A bundled font.
pub(crate) struct Bundled {
    /// Its name for messages.
    pub name: &'static str,
    /// Six capitals: the tag of its subset in the PDF, and the name of its resource.
    pub tag: &'static str,
    /// The file.
    pub bytes: &'static [u8],
}

macro_rules! bundled {
    ($($name:literal $tag:literal),* $(,)?) => {
        /// All bundled fonts; the index of a font in this list is its number everywhere in this crate.
        pub(crate) static FONTS: &[Bundled] = &[$(Bundled {
            name: $name,
            tag: $tag,
            bytes: include_bytes!(concat!("../../../../assets/fonts/", $name, ".ttf")),
        }),*];
    };
}

bundled!(
    "NotoSans-Regular" "CVNSRG",
    "NotoSans-Bold" "CVNSBD",
    "NotoMono-Regular" "CVMONO",
    "NotoSansArabic-Regular" "CVARAB",
    "NotoSansHebrew-Regular" "CVHEBR",
    "NotoSansDevanagari-Regular" "CVDEVA",
    "NotoSansBengali-Regular" "CVBENG",
    "NotoSansTamil-Regular" "CVTAML",
    "NotoSansThai-Regular" "CVTHAI",
    "DejaVuSans" "CVDEJA",
    "DroidSansFallbackFull" "CVDROI",
    "NanumSquareR" "CVNANU",
    "NotoSansSymbols2-Regular" "CVSYMB",
);

/// The number of the font for hashes.
pub(crate) const MONO: usize = 2;

/// The fonts that are asked when the main one lacks a character, in this order.
const FALLBACKS: std::ops::Range<usize> = 3..13;

/// A font as the shaper sees it. `None` only if a bundled file were damaged, which a test rules out.
pub(crate) fn shape(font: usize) -> Option<&'static Shape<'static>> {
    static SHAPES: [OnceLock<Option<Shape<'static>>>; 13] = [const { OnceLock::new() }; 13];
    SHAPES.get(font)?.get_or_init(|| Shape::from_slice(FONTS.get(font)?.bytes, 0)).as_ref()
}

/// The number of a face's main font.
pub(crate) fn main(face: Face) -> usize {
    match face {
        Face::Regular => 0,
        Face::Bold => 1,
    }
}

/// The first font, starting with `first`, that has all these characters.
pub(crate) fn with_all(first: usize, chars: &str) -> Option<usize> {
    let has = |font: usize| {
        shape(font).is_some_and(|face| {
            chars.chars().all(|c| super::clean::ignorable(c) || face.glyph_index(c).is_some_and(|glyph| glyph.0 != 0))
        })
    };
    std::iter::once(first).chain(FALLBACKS).find(|&font| has(font))
}

/// A glyph's width as the PDF will state it: whole thousandths of an em, cut like the PDF writer cuts them.
pub(crate) fn stated_width(font: usize, glyph: u16) -> f32 {
    shape(font).map_or(0.0, |face| {
        let width = face.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph)).unwrap_or(0);
        (f32::from(width) * (1000.0 / face.units_per_em() as f32)).trunc()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_bundled_font_opens_and_has_outlines_that_can_be_subset() {
        assert_eq!(FONTS.len(), 13);
        for (number, font) in FONTS.iter().enumerate() {
            let face = shape(number).unwrap();
            assert!(face.tables().glyf.is_some(), "{}", font.name);
            assert_eq!(font.tag.len(), 6);
        }
        assert!(FONTS.iter().map(|font| font.bytes.len()).sum::<usize>() < 8 << 20);
    }

    #[test]
    fn scripts_find_a_font() {
        for text in ["ä", "Ж", "ω", "ש", "ع", "क", "ক", "த", "ก", "世", "한", "あ", "⟨", "☃", "😀", "⠿", "🏠"]
        {
            assert!(with_all(0, text).is_some(), "{text}");
        }
    }
}
