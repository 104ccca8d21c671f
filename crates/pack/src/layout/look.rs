//! Measures and colours of the printed report; lengths in points.

use crate::tree::Mark;
use conclave_domain::figure::Ink;

/// Red, green, blue.
pub(crate) type Colour = (u8, u8, u8);

/// A4.
pub(crate) const PAGE: (f32, f32) = (595.276, 841.89);
/// Left and right margin: 22 mm.
pub(crate) const MARGIN: f32 = 62.36;
/// The width of the text.
pub(crate) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Where the text of a page begins and ends.
pub(crate) const TOP: f32 = 76.0;
/// The lower end of the text.
pub(crate) const BOTTOM: f32 = 771.0;
/// The baseline of the running head.
pub(crate) const HEAD: f32 = 48.0;
/// The baseline of the running foot.
pub(crate) const FOOT: f32 = 800.0;

/// A size of letters and the distance of its lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// The letters.
    pub letters: f32,
    /// From baseline to baseline.
    pub leading: f32,
}

impl Size {
    const fn new(letters: f32, leading: f32) -> Size {
        Size { letters, leading }
    }

    /// The distance of the first baseline from the top of the first line.
    pub fn rise(self) -> f32 {
        self.leading / 2.0 + self.letters * 0.355
    }
}

/// Paragraphs.
pub(crate) const BODY: Size = Size::new(9.2, 13.6);
/// Notes and captions.
pub(crate) const SMALL: Size = Size::new(7.8, 11.2);
/// Cells.
pub(crate) const CELL: Size = Size::new(8.2, 11.4);
/// Heads of columns.
pub(crate) const COLUMN: Size = Size::new(7.4, 10.4);
/// Titles of chapters.
pub(crate) const CHAPTER: Size = Size::new(19.0, 25.0);
/// Headings of level 2.
pub(crate) const SECTION: Size = Size::new(12.0, 16.5);
/// Headings of level 3.
pub(crate) const SUBSECTION: Size = Size::new(9.8, 14.0);
/// The title on the cover.
pub(crate) const TITLE: Size = Size::new(29.0, 38.0);
/// The line under it.
pub(crate) const SUBTITLE: Size = Size::new(13.0, 19.0);
/// The organisation on the cover.
pub(crate) const ORGANISATION: Size = Size::new(11.0, 15.0);
/// Running head and foot.
pub(crate) const RUNNING: Size = Size::new(7.2, 10.0);

/// Body text.
pub(crate) const INK: Colour = (0x17, 0x21, 0x2b);
/// Secondary text.
pub(crate) const MUTED: Colour = (0x4a, 0x58, 0x66);
/// Hairlines.
pub(crate) const LINE: Colour = (0xd5, 0xdc, 0xe3);
/// Stronger lines.
pub(crate) const RULE: Colour = (0x9a, 0xa7, 0xb3);
/// Bands and the empty parts of bars.
pub(crate) const SUNKEN: Colour = (0xf1, 0xf4, 0xf7);
/// The one accent.
pub(crate) const ACCENT: Colour = (0x0d, 0x5c, 0x73);
const GOOD: Colour = (0x1e, 0x70, 0x45);
const WARN: Colour = (0x8a, 0x5a, 0x00);
const BAD: Colour = (0xb0, 0x2a, 0x30);
const NEUTRAL: Colour = (0x6b, 0x78, 0x85);
const WHITE: Colour = (0xff, 0xff, 0xff);

/// The surface of a risk level; neighbours differ clearly also in grey.
pub(crate) fn level(level: u8) -> Colour {
    match level {
        0 | 1 => (0xe1, 0xec, 0xf0),
        2 => (0xf6, 0xe7, 0xb8),
        3 => (0xf0, 0xc1, 0x82),
        4 => (0xd9, 0x7b, 0x5a),
        _ => (0xa3, 0x26, 0x2e),
    }
}

fn on_level(level: u8) -> Colour {
    if level >= 5 { WHITE } else { INK }
}

/// The print palette of figures.
pub(crate) fn ink(ink: Ink) -> Colour {
    match ink {
        Ink::Text => INK,
        Ink::Muted => MUTED,
        Ink::Line => RULE,
        Ink::Surface => WHITE,
        Ink::Sunken => (0xe4, 0xe9, 0xee),
        Ink::Accent => ACCENT,
        Ink::Good => GOOD,
        Ink::Warn => (0xc9, 0x8a, 0x1b),
        Ink::Bad => BAD,
        Ink::Neutral => NEUTRAL,
        Ink::Level(n) => level(n),
        Ink::OnLevel(n) => on_level(n),
    }
}

/// The colour of a mark and of the words beside it.
pub(crate) fn mark(mark: Mark) -> Colour {
    match mark {
        Mark::Good => GOOD,
        Mark::Warn => WARN,
        Mark::Bad => BAD,
        Mark::Open | Mark::None => MUTED,
        Mark::Level(_) => INK,
    }
}

/// The pale surface behind a callout.
pub(crate) fn pale(mark: Mark) -> Colour {
    match mark {
        Mark::Good => (0xec, 0xf6, 0xf0),
        Mark::Warn | Mark::Level(2 | 3) => (0xfc, 0xf4, 0xe3),
        Mark::Bad | Mark::Level(4..) => (0xfb, 0xec, 0xec),
        Mark::Open | Mark::None | Mark::Level(_) => SUNKEN,
    }
}

/// The ink of the digit on a level's square.
pub(crate) fn digit(level: u8) -> Colour {
    on_level(level)
}
