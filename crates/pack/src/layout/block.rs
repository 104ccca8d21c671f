//! The simple blocks: headings, paragraphs, notes, callouts, lists, fields.

use super::look::{
    self, ACCENT, BODY, CELL, CHAPTER, Colour, INK, LINE, MARGIN, MUTED, SECTION, SMALL, SUBSECTION, Size, WIDTH,
};
use super::page::{Item, Strip};
use super::{Flush, figure, left_end, mark, table};
use crate::error::PackError;
use crate::progress::Progress;
use crate::text::font::Face;
use crate::text::{Line, Setter};
use crate::tree::{Block, Mark};
use std::rc::Rc;

/// The column of strips of one chapter, being built.
pub(crate) struct Column<'a> {
    pub setter: &'a mut Setter,
    pub strips: Vec<Strip>,
    pub tables: u32,
    pub figures: u32,
    /// The space that the last block wants after itself.
    after: f32,
    breaks: bool,
}

/// How a run of lines is set.
pub(crate) struct Setting {
    pub face: Face,
    pub size: Size,
    pub ink: Colour,
    pub x: f32,
    pub width: f32,
}

/// The height above which a row or callout may be cut between its lines: two thirds of a page.
pub(crate) const TALL: f32 = (look::BOTTOM - look::TOP) * 2.0 / 3.0;

impl<'a> Column<'a> {
    pub fn new(setter: &'a mut Setter, tables: u32, figures: u32) -> Column<'a> {
        Column { setter, strips: Vec::new(), tables, figures, after: 0.0, breaks: false }
    }

    /// Adds a block's strips with space around them.
    pub fn add(&mut self, mut strips: Vec<Strip>, before: f32, after: f32) {
        if let Some(first) = strips.first_mut() {
            first.before = before.max(self.after);
            first.breaks = std::mem::take(&mut self.breaks);
            self.after = after;
            self.strips.append(&mut strips);
        }
    }

    /// The title of a chapter with its rule.
    pub fn chapter(&mut self, number: usize, title: &str) {
        let label = self.setter.line(&number.to_string(), Face::Bold);
        let indent = label.points(CHAPTER.letters) + 12.0;
        let text = if title.trim().is_empty() { "–" } else { title };
        let lines = self.setter.lines(text, Face::Bold, CHAPTER.letters, WIDTH - indent);
        let setting = Setting { face: Face::Bold, size: CHAPTER, ink: INK, x: MARGIN + indent, width: WIDTH - indent };
        let mut strips = heading_strips(lines, &setting, 1, text);
        if let Some(first) = strips.first_mut() {
            let setting = Setting { ink: ACCENT, x: MARGIN, width: indent, ..setting };
            first.items.extend(place(vec![label], &setting, 0.0, Flush::Start));
        }
        if let Some(last) = strips.last_mut() {
            last.items.push(rule(last.height + 5.0, 1.1, ACCENT));
            last.height += 8.0;
        }
        self.add(strips, 0.0, 17.0);
    }

    /// Adds a block.
    pub fn block(&mut self, block: &Block, progress: &mut Progress<'_>) -> Result<(), PackError> {
        progress.step(1)?;
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Paragraph(text) => self.paragraph(text, BODY, INK),
            Block::Note(text) => self.paragraph(text, SMALL, MUTED),
            Block::Callout { mark, text } => self.callout(*mark, text),
            Block::List(items) => {
                progress.step(items.len() as u64)?;
                self.list(items);
            }
            Block::Fields(fields) => self.fields(fields, progress)?,
            Block::Table(table) => table::table(self, table, progress)?,
            Block::Figure(drawing) => figure::figure(self, drawing),
            Block::PageBreak => self.breaks = true,
        }
        Ok(())
    }

    fn heading(&mut self, level: u8, text: &str) {
        let (size, before, after) = if level <= 2 { (SECTION, 19.0, 6.0) } else { (SUBSECTION, 13.0, 4.0) };
        let lines = self.setter.lines(text, Face::Bold, size.letters, WIDTH);
        if lines.is_empty() {
            return;
        }
        let setting = Setting { face: Face::Bold, size, ink: INK, x: MARGIN, width: WIDTH };
        let strips = heading_strips(lines, &setting, level.clamp(2, 3), text);
        self.add(strips, before, after);
    }

    fn paragraph(&mut self, text: &str, size: Size, ink: Colour) {
        let setting = Setting { face: Face::Regular, size, ink, x: MARGIN, width: WIDTH };
        let lines = self.setter.lines(text, setting.face, size.letters, WIDTH);
        let strips = by_line(lines, &setting);
        self.add(strips, 7.0, 7.0);
    }

    fn callout(&mut self, kind: Mark, text: &str) {
        const INDENT: f32 = 26.0;
        const PAD: f32 = 8.0;
        let width = WIDTH - INDENT - 12.0;
        let lines = self.setter.lines(text, Face::Regular, BODY.letters, width);
        let setting = Setting { face: Face::Regular, size: BODY, ink: INK, x: MARGIN + INDENT, width };
        let count = lines.len();
        let whole = BODY.leading * count as f32 + 2.0 * PAD < TALL;
        let mut strips = by_line(lines, &setting);
        for (index, strip) in strips.iter_mut().enumerate() {
            strip.keep = index + 1 < count && (whole || strip.keep);
            if index == 0 {
                shift(strip, PAD);
                strip.items.extend(mark::draw(self.setter, kind, MARGIN + 13.0, PAD + BODY.leading / 2.0, 1.15));
            }
            if index + 1 == count {
                strip.height += PAD;
            }
            let height = strip.height;
            let band = |x, width, fill| Item::Rect { x, y: 0.0, width, height, fill };
            let surface = [band(MARGIN, WIDTH, look::pale(kind)), band(MARGIN, 2.4, look::mark(kind))];
            strip.items.splice(0..0, surface);
        }
        self.add(strips, 9.0, 10.0);
    }

    fn list(&mut self, items: &[String]) {
        const INDENT: f32 = 13.0;
        let setting = Setting { face: Face::Regular, size: BODY, ink: INK, x: MARGIN + INDENT, width: WIDTH - INDENT };
        for (index, text) in items.iter().enumerate() {
            let lines = self.setter.lines(text, Face::Regular, BODY.letters, setting.width);
            let mut strips = by_line(lines, &setting);
            if let Some(first) = strips.first_mut() {
                let bullet = self.setter.line("•", Face::Regular);
                let setting = Setting { ink: ACCENT, x: MARGIN + 2.0, width: INDENT, ..setting };
                first.items.extend(place(vec![bullet], &setting, 0.0, Flush::Start));
            }
            let before = if index == 0 { 5.0 } else { 2.6 };
            let after = if index + 1 == items.len() { 8.0 } else { 2.6 };
            self.add(strips, before, after);
        }
    }

    fn fields(&mut self, fields: &[(String, String)], progress: &mut Progress<'_>) -> Result<(), PackError> {
        const LABELS: f32 = 0.29;
        const PAD: f32 = 3.4;
        let split = WIDTH * LABELS;
        for (index, (label, value)) in fields.iter().enumerate() {
            progress.step(1)?;
            let labels = Setting { face: Face::Regular, size: CELL, ink: MUTED, x: MARGIN, width: split - 12.0 };
            let values = Setting { face: Face::Regular, size: CELL, ink: INK, x: MARGIN + split, width: WIDTH - split };
            let left = self.setter.lines(label, labels.face, CELL.letters, labels.width);
            let right = self.setter.lines(value, values.face, CELL.letters, values.width);
            let cells = vec![(left, labels), (right, values)];
            let (before, after) =
                (if index == 0 { 4.0 } else { 0.0 }, if index + 1 == fields.len() { 10.0 } else { 0.0 });
            self.add(row(cells, &[Flush::Start; 2], CELL.leading, PAD, LINE), before, after);
        }
        Ok(())
    }
}

/// The lines of a heading, kept with what follows; one that fills pages (anything can be pasted into a name) may break.
fn heading_strips(lines: Vec<Line>, setting: &Setting, level: u8, text: &str) -> Vec<Strip> {
    let mut strips = by_line(lines, setting);
    let whole = strips.len() as f32 * setting.size.leading < TALL / 2.0;
    let last = strips.len().saturating_sub(1);
    for (index, strip) in strips.iter_mut().enumerate() {
        strip.keep = whole || strip.keep || index == last;
    }
    if let Some(first) = strips.first_mut() {
        first.place = Some((level, shortened(text)));
    }
    strips
}

/// A heading as bookmarks and the contents list repeat it: in one line, and not without end.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 220;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default().trim_end()),
        None => words,
    }
}

/// One strip for a row of cells, or one per line when the row is too tall for a page; ends with a hairline.
pub(crate) fn row(
    cells: Vec<(Vec<Line>, Setting)>,
    flush: &[Flush],
    leading: f32,
    pad: f32,
    ink: Colour,
) -> Vec<Strip> {
    let count = cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0).max(1);
    let height = leading * count as f32 + 2.0 * pad;
    let flush = |index: usize| flush.get(index).copied().unwrap_or(Flush::Start);
    if height <= TALL {
        let mut items = Vec::new();
        for (index, (lines, setting)) in cells.into_iter().enumerate() {
            items.extend(place(lines, &setting, pad, flush(index)));
        }
        items.push(rule(height, 0.45, ink));
        return vec![Strip { height, items, ..Strip::default() }];
    }
    let mut strips: Vec<Strip> =
        (0..count).map(|at| Strip { height: leading, keep: at == 0 || at + 2 == count, ..Strip::default() }).collect();
    for (index, (lines, setting)) in cells.into_iter().enumerate() {
        for (line, strip) in lines.into_iter().zip(&mut strips) {
            strip.items.extend(place(vec![line], &setting, 0.0, flush(index)));
        }
    }
    if let Some(first) = strips.first_mut() {
        shift(first, pad);
    }
    if let Some(last) = strips.last_mut() {
        last.height += pad;
        last.items.push(rule(last.height, 0.45, ink));
    }
    strips
}

/// Moves a strip's content down and makes room for that.
fn shift(strip: &mut Strip, by: f32) {
    strip.height += by;
    for item in &mut strip.items {
        if let Item::Text { y, .. } = item {
            *y += by;
        }
    }
}

/// One strip per line; neither the first nor the last line of a paragraph stands alone, short ones stay whole.
pub(crate) fn by_line(lines: Vec<Line>, setting: &Setting) -> Vec<Strip> {
    let count = lines.len();
    lines
        .into_iter()
        .enumerate()
        .map(|(index, line)| Strip {
            height: setting.size.leading,
            items: place(vec![line], setting, 0.0, Flush::Start),
            keep: index + 1 < count && (count <= 3 || index == 0 || index + 2 == count),
            ..Strip::default()
        })
        .collect()
}

/// Lines under one another, the first beginning at `top`.
pub(crate) fn place(lines: Vec<Line>, setting: &Setting, top: f32, flush: Flush) -> Vec<Item> {
    let size = setting.size;
    lines
        .into_iter()
        .enumerate()
        .filter(|(_, line)| !line.pieces.is_empty())
        .map(|(index, line)| Item::Text {
            x: left_end(&line, flush, size.letters, setting.x, setting.width),
            y: top + size.leading * index as f32 + size.rise(),
            size: size.letters,
            ink: setting.ink,
            line: Rc::new(line),
        })
        .collect()
}

/// A line over the whole width.
pub(crate) fn rule(y: f32, width: f32, ink: Colour) -> Item {
    Item::Rule { from: (MARGIN, y), to: (MARGIN + WIDTH, y), width, ink, dash: None }
}
