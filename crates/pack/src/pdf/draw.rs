//! A page's items to printpdf operations.

use super::font_id;
use crate::layout::{Colour, Item, PAGE, Page};
use crate::text::font::stated_width;
use crate::text::{Glyph, Line, Piece};
use printpdf::graphics::{LinePoint, PaintMode, Point, Polygon, PolygonRing, WindingOrder};
use printpdf::ops::PdfFontHandle;
use printpdf::text::Codepoint;
use printpdf::{Color, DictItem, LineDashPattern, Op, Pt, Rect, Rgb, TextItem};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use unicode_segmentation::UnicodeSegmentation;

/// Draws pages; knows what each glyph means in the whole document, since a PDF font can say that only once.
#[derive(Default)]
pub(crate) struct Pen {
    meaning: HashMap<(usize, u16), (String, f32)>,
    used: BTreeSet<usize>,
    ops: Vec<Op>,
    state: State,
}

#[derive(Default, PartialEq)]
struct State {
    font: Option<(usize, f32)>,
    fill: Option<Colour>,
    stroke: Option<Colour>,
    width: Option<f32>,
    dash: Option<Option<(f32, f32)>>,
}

/// Glyphs of one font on one height, ready to be shown.
struct Run {
    font: usize,
    x: f32,
    rise: f32,
    pen: f32,
    rtl: bool,
    glyphs: Vec<Codepoint>,
}

impl Pen {
    /// The numbers of the fonts that were used.
    pub fn fonts(&self) -> impl Iterator<Item = usize> + '_ {
        self.used.iter().copied()
    }

    /// The operations of a page.
    pub fn draw(&mut self, page: &Page) -> Vec<Op> {
        self.state = State::default();
        // Surfaces first, text last: nothing that was placed later covers a word.
        for item in
            page.items.iter().filter(|item| matches!(item, Item::Rect { .. } | Item::Shape { .. } | Item::Rule { .. }))
        {
            self.surface(item);
        }
        for item in &page.items {
            if let Item::Text { x, y, size, ink, line } = item {
                self.text(line, *x, PAGE.1 - y, *size, *ink);
            }
        }
        std::mem::take(&mut self.ops)
    }

    fn surface(&mut self, item: &Item) {
        match item {
            Item::Rect { x, y, width, height, fill } => {
                self.fill(*fill);
                self.ops.push(Op::DrawRectangle {
                    rectangle: Rect {
                        x: Pt(round(*x)),
                        y: Pt(round(PAGE.1 - y - height)),
                        width: Pt(round(*width)),
                        height: Pt(round(*height)),
                        mode: Some(PaintMode::Fill),
                        winding_order: Some(WindingOrder::NonZero),
                    },
                });
            }
            Item::Rule { from, to, width, ink, dash } => {
                self.stroke(*ink, *width, *dash);
                let line = printpdf::Line { points: vec![point(*from), point(*to)], is_closed: false };
                self.ops.push(Op::DrawLine { line });
            }
            Item::Shape { points, ink, outline } => {
                let mode = match outline {
                    Some(width) => {
                        self.stroke(*ink, *width, None);
                        PaintMode::Stroke
                    }
                    None => {
                        self.fill(*ink);
                        PaintMode::Fill
                    }
                };
                let rings = vec![PolygonRing { points: points.iter().copied().map(point).collect() }];
                self.ops
                    .push(Op::DrawPolygon { polygon: Polygon { rings, mode, winding_order: WindingOrder::NonZero } });
            }
            Item::Text { .. } | Item::Link { .. } => {}
        }
    }

    fn fill(&mut self, ink: Colour) {
        if self.state.fill != Some(ink) {
            self.state.fill = Some(ink);
            self.ops.push(Op::SetFillColor { col: colour(ink) });
        }
    }

    fn stroke(&mut self, ink: Colour, width: f32, dash: Option<(f32, f32)>) {
        if self.state.stroke != Some(ink) {
            self.state.stroke = Some(ink);
            self.ops.push(Op::SetOutlineColor { col: colour(ink) });
        }
        if self.state.width != Some(width) {
            self.state.width = Some(width);
            self.ops.push(Op::SetOutlineThickness { pt: Pt(width) });
        }
        if self.state.dash.unwrap_or(None) != dash {
            self.state.dash = Some(dash);
            let pattern = dash.map_or_else(Vec::new, |(on, off)| vec![on, off]);
            self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern { offset: 0.0, pattern: pattern.into() } });
        }
    }

    fn text(&mut self, line: &Line, x: f32, y: f32, size: f32, ink: Colour) {
        self.fill(ink);
        let mut run: Option<Run> = None;
        for piece in line.in_reading_order() {
            let Some(glyphs) = piece.shaped.glyphs.get(piece.glyphs.clone()) else { continue };
            self.learn(piece.shaped.font, piece.shaped.rtl, glyphs);
            let spoken = self.needs_words(piece, glyphs);
            if let Some(words) = &spoken {
                self.show(run.take(), x, y, size);
                let text = DictItem::String { data: utf16(words), literal: false };
                let properties = DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), text)]) };
                self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties });
            }
            let mut at = piece.x;
            // A run goes on only where the pen stands: in mixed directions the next piece may lie elsewhere.
            if run.as_ref().is_some_and(|run| (run.pen - at).abs() > 300.0 || piece.shaped.rtl || run.rtl) {
                self.show(run.take(), x, y, size);
            }
            for glyph in glyphs {
                let (font, rise) = (piece.shaped.font, glyph.shift.1);
                let want = at + glyph.shift.0;
                if run.as_ref().is_none_or(|run| run.font != font || run.rise != rise) {
                    self.show(run.take(), x, y, size);
                    run = Some(Run { font, x: want, rise, pen: want, rtl: piece.shaped.rtl, glyphs: Vec::new() });
                }
                if let (Some(run), Some((text, width))) = (&mut run, self.meaning.get(&(font, glyph.id))) {
                    run.add(glyph.id, want, *width, text);
                }
                at += glyph.advance;
            }
            if spoken.is_some() {
                self.show(run.take(), x, y, size);
                self.ops.push(Op::EndMarkedContent);
            }
        }
        self.show(run, x, y, size);
    }

    /// The first meaning of a glyph is the one that the font states.
    fn learn(&mut self, font: usize, rtl: bool, glyphs: &[Glyph]) {
        self.used.insert(font);
        for glyph in glyphs {
            self.meaning.entry((font, glyph.id)).or_insert_with(|| {
                // Readers turn round what runs from right to left letter by letter, also inside a ligature.
                let text = match &*glyph.text {
                    "" => "\u{fffd}".to_owned(),
                    text if rtl => text.graphemes(true).rev().collect(),
                    text => text.to_owned(),
                };
                (text, stated_width(font, glyph.id))
            });
        }
    }

    /// The words of a piece whose glyphs alone would read as something else. A piece that runs from right to left goes
    /// without: readers turn its letters round themselves, but would turn such words round as well.
    fn needs_words(&self, piece: &Piece, glyphs: &[Glyph]) -> Option<String> {
        let same = |glyph: &Glyph| {
            self.meaning.get(&(piece.shaped.font, glyph.id)).is_some_and(|(text, _)| *text == *glyph.text)
        };
        if piece.shaped.rtl || glyphs.iter().all(same) {
            return None;
        }
        Some(glyphs.iter().map(|glyph| &*glyph.text).collect())
    }

    fn show(&mut self, run: Option<Run>, x: f32, y: f32, size: f32) {
        let Some(run) = run.filter(|run| !run.glyphs.is_empty()) else { return };
        self.ops.push(Op::StartTextSection);
        if self.state.font != Some((run.font, size)) {
            self.state.font = Some((run.font, size));
            self.ops.push(Op::SetFont { font: PdfFontHandle::External(font_id(run.font)), size: Pt(size) });
        }
        let at = Point { x: Pt(round(x + run.x * size / 1000.0)), y: Pt(round(y + run.rise * size / 1000.0)) };
        self.ops.push(Op::SetTextCursor { pos: at });
        self.ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(run.glyphs)] });
        self.ops.push(Op::EndTextSection);
    }
}

impl Run {
    /// Adds a glyph at a place; the step from where the stated widths have led the reader's pen goes after the last glyph.
    fn add(&mut self, glyph: u16, at: f32, width: f32, text: &str) {
        if let Some(last) = self.glyphs.last_mut() {
            let step = (at - self.pen).round();
            if step != 0.0 {
                last.offset = -step;
                self.pen += step;
            }
        }
        self.glyphs.push(Codepoint { gid: glyph, offset: 0.0, cid: Some(text.to_owned()) });
        self.pen += width;
    }
}

fn colour((r, g, b): Colour) -> Color {
    let part = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    Color::Rgb(Rgb { r: part(r), g: part(g), b: part(b), icc_profile: None })
}

fn point((x, y): (f32, f32)) -> LinePoint {
    LinePoint { p: Point { x: Pt(round(x)), y: Pt(round(PAGE.1 - y)) }, bezier: false }
}

/// Hundredths of a point are finer than any printer, and short.
fn round(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

/// A text string of a PDF.
pub(crate) fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    bytes
}
