//! Tables: widths of columns, heads that are shown again, group rows that stay with what they announce.

use super::block::{Column, Setting, by_line, place, row, rule};
use super::look::{self, CELL, COLUMN, INK, LINE, MARGIN, MUTED, RULE, SMALL, SUNKEN, WIDTH};
use super::page::{Head, Item, Strip};
use super::{Flush, mark};
use crate::error::PackError;
use crate::progress::Progress;
use crate::text::font::Face;
use crate::text::{Line, Setter};
use crate::tree::{Cell, Row, Table};
use conclave_domain::t;
use std::rc::Rc;

/// The space after a column.
const GAP: f32 = 9.0;
/// The space between figures, which end at the right, and a text that begins at the left.
const WIDE_GAP: f32 = 20.0;
/// Texts up to this many letters are labels, dates and numbers: a column has room for them in one line.
const LABEL: usize = 16;
const PAD: f32 = 3.6;

/// Left end and width of a column's text.
type Span = (f32, f32);

/// Adds a table to the column of strips.
pub(crate) fn table(column: &mut Column<'_>, table: &Table, progress: &mut Progress<'_>) -> Result<(), PackError> {
    if table.columns.is_empty() {
        return Ok(());
    }
    let spans = spans(column.setter, table);
    let flush: Vec<Flush> =
        table.columns.iter().map(|column| if column.number { Flush::Right } else { Flush::Start }).collect();
    let mut strips = Vec::new();
    let mut continued = None;
    if !table.caption.trim().is_empty() {
        column.tables += 1;
        let number = column.tables.to_string();
        strips.extend(caption(column.setter, &t!("layout.table_caption", number = number), &table.caption));
        strips.last_mut().into_iter().for_each(|last| last.height += 3.0);
        continued = Some(t!("layout.table_continued", number = number));
    }
    let mut head = head_strips(column.setter, table, &spans, &flush);
    // A head that fills pages is said once.
    let again = match head.as_slice() {
        [head] => Some(Rc::new(repeated(column.setter, head, continued))),
        _ => None,
    };
    strips.append(&mut head);
    for row in &table.rows {
        let mut next = match row {
            Row::Group(text) => {
                progress.step(1)?;
                group(column.setter, text)
            }
            Row::Cells(cells) => {
                progress.step(cells.len() as u64)?;
                cells_row(column.setter, cells, &spans, &flush)
            }
        };
        next.iter_mut().for_each(|strip| strip.head.clone_from(&again));
        strips.append(&mut next);
    }
    // A head is never the last thing on a page, but a table without rows ends with it.
    if table.rows.is_empty() {
        strips.last_mut().into_iter().for_each(|head| head.keep = false);
    }
    column.add(strips, 10.0, 13.0);
    Ok(())
}

/// A caption: its number strong, its text muted; stays with what follows.
pub(crate) fn caption(setter: &mut Setter, number: &str, text: &str) -> Vec<Strip> {
    let label = setter.line(number, Face::Bold);
    let indent = label.points(SMALL.letters) + 4.0;
    let setting = Setting { face: Face::Regular, size: SMALL, ink: MUTED, x: MARGIN + indent, width: WIDTH - indent };
    let mut lines = setter.lines(text, Face::Regular, SMALL.letters, setting.width);
    if lines.is_empty() {
        lines.push(Line::default());
    }
    let mut strips = by_line(lines, &setting);
    if let Some(first) = strips.first_mut() {
        let setting = Setting { face: Face::Bold, ink: INK, x: MARGIN, width: indent, ..setting };
        first.items.extend(place(vec![label], &setting, 0.0, Flush::Start));
    }
    strips.last_mut().into_iter().for_each(|last| last.keep = true);
    strips
}

/// The heads of the columns: one strip, unless they are taller than a repeated head may be.
fn head_strips(setter: &mut Setter, table: &Table, spans: &[Span], flush: &[Flush]) -> Vec<Strip> {
    const TALLEST: f32 = 160.0;
    let mut cells = Vec::new();
    for (column, &(x, width)) in table.columns.iter().zip(spans) {
        let lines = setter.lines(&column.title, Face::Bold, COLUMN.letters, width);
        cells.push((lines, Setting { face: Face::Bold, size: COLUMN, ink: MUTED, x, width }));
    }
    let count = cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0);
    let height = COLUMN.leading * count as f32 + 6.0;
    if height > TALLEST {
        let all = cells.into_iter().flat_map(|(lines, setting)| by_line(lines, &setting));
        return all
            .map(|strip| Strip { keep: false, ..strip })
            .chain([Strip { height: 3.0, items: vec![rule(3.0, 0.9, RULE)], ..Strip::default() }])
            .collect();
    }
    let mut items = Vec::new();
    for (index, (lines, setting)) in cells.into_iter().enumerate() {
        // Heads stand on the rule, whatever their number of lines.
        let top = 2.0 + COLUMN.leading * (count - lines.len()) as f32;
        items.extend(place(lines, &setting, top, flush.get(index).copied().unwrap_or(Flush::Start)));
    }
    items.push(rule(height, 0.9, RULE));
    vec![Strip { height, items, keep: true, ..Strip::default() }]
}

fn repeated(setter: &mut Setter, head: &Strip, continued: Option<String>) -> Head {
    let Some(text) = continued else {
        return Head { height: head.height, items: head.items.clone() };
    };
    let line = setter.line(&text, Face::Regular);
    let setting = Setting { face: Face::Regular, size: SMALL, ink: MUTED, x: MARGIN, width: WIDTH };
    let mut items = place(vec![line], &setting, 0.0, Flush::Start);
    let down = SMALL.leading + 2.0;
    items.extend(head.items.iter().cloned().map(|mut item| {
        match &mut item {
            Item::Text { y, .. } => *y += down,
            Item::Rule { from, to, .. } => (from.1, to.1) = (from.1 + down, to.1 + down),
            Item::Rect { .. } | Item::Shape { .. } | Item::Link { .. } => {}
        }
        item
    }));
    Head { height: head.height + down, items }
}

fn group(setter: &mut Setter, text: &str) -> Vec<Strip> {
    let setting = Setting { face: Face::Bold, size: CELL, ink: INK, x: MARGIN + 4.0, width: WIDTH - 8.0 };
    let lines = setter.lines(text, Face::Bold, CELL.letters, setting.width);
    let mut strips = row(vec![(lines, setting)], &[Flush::Start], CELL.leading, PAD, LINE);
    for strip in &mut strips {
        strip.items.insert(0, Item::Rect { x: MARGIN, y: 0.0, width: WIDTH, height: strip.height, fill: SUNKEN });
    }
    strips.last_mut().into_iter().for_each(|last| last.keep = true);
    strips
}

fn cells_row(setter: &mut Setter, cells: &[Cell], spans: &[Span], flush: &[Flush]) -> Vec<Strip> {
    let mut marks = Vec::new();
    let mut set = Vec::new();
    for (index, &(x, width)) in spans.iter().enumerate() {
        let Some(cell) = cells.get(index) else { break };
        let room = if cell.mark.is_some() { mark::ROOM } else { 0.0 };
        // The words beside a mark share its colour and weight as long as they are a label and not a text.
        let label = cell.mark.is_some() && cell.text.chars().count() <= 32;
        let face = if cell.bold || label { Face::Bold } else { Face::Regular };
        let ink = cell.mark.filter(|_| label).map_or(INK, look::mark);
        let lines = setter.lines(&cell.text, face, CELL.letters, (width - room).max(8.0));
        if let Some(kind) = cell.mark {
            let at = match (flush.get(index), lines.first()) {
                (Some(Flush::Right), Some(line)) => x + width - line.points(CELL.letters) - room + 4.2,
                _ => x + 4.2,
            };
            marks.extend(mark::draw(setter, kind, at, PAD + CELL.leading / 2.0, 1.0));
        }
        set.push((lines, Setting { face, size: CELL, ink, x: x + room, width: width - room }));
    }
    let mut strips = row(set, flush, CELL.leading, PAD, LINE);
    if let Some(first) = strips.first_mut() {
        first.items.extend(marks);
    }
    strips
}

/// The columns' places: by their shares, but none narrower than what should not be broken in it.
fn spans(setter: &mut Setter, table: &Table) -> Vec<Span> {
    /// Rows that are looked at for the widest word.
    const SAMPLE: usize = 120;
    let count = table.columns.len();
    let gaps: Vec<f32> = table
        .columns
        .windows(2)
        .map(|pair| if matches!(pair, [left, right] if left.number && !right.number) { WIDE_GAP } else { GAP })
        .collect();
    let room = WIDTH - gaps.iter().sum::<f32>();
    let shares: Vec<f32> = table.columns.iter().map(|column| (column.share as f32).max(0.01)).collect();
    let sum: f32 = shares.iter().sum();
    let cap = (room / count as f32).max(room * 0.2);
    let mut least = vec![0.0f32; count];
    for (index, column) in table.columns.iter().enumerate() {
        let mut widest = setter.widest_word(&column.title, Face::Bold, COLUMN.letters);
        for row in table.rows.iter().take(SAMPLE) {
            if let Row::Cells(cells) = row
                && let Some(cell) = cells.get(index)
            {
                let mark = if cell.mark.is_some() { mark::ROOM } else { 0.0 };
                let head: String = cell.text.chars().take(160).collect();
                let face = if cell.bold || cell.mark.is_some() { Face::Bold } else { Face::Regular };
                let word = if head.chars().count() <= LABEL {
                    setter.line(&head, face).points(CELL.letters)
                } else {
                    setter.widest_word(&head, face, CELL.letters)
                };
                // Longer than any word of a language: may be broken anywhere.
                if word <= cap {
                    widest = widest.max(word + mark);
                }
            }
        }
        if let Some(slot) = least.get_mut(index) {
            *slot = (widest + 1.0).min(cap);
        }
    }
    let widths = share_out(room, &shares.iter().map(|share| share / sum).collect::<Vec<_>>(), &least);
    let mut x = MARGIN;
    widths
        .into_iter()
        .enumerate()
        .map(|(index, width)| {
            let span = (x, width);
            x += width + gaps.get(index).copied().unwrap_or(0.0);
            span
        })
        .collect()
}

/// Widths that sum up to `room`: each at least its least, the rest by shares.
fn share_out(room: f32, shares: &[f32], least: &[f32]) -> Vec<f32> {
    let mut fixed = vec![false; shares.len()];
    loop {
        let taken: f32 = least.iter().zip(&fixed).filter(|(_, fixed)| **fixed).map(|(least, _)| least).sum();
        let open: f32 = shares.iter().zip(&fixed).filter(|(_, fixed)| !**fixed).map(|(share, _)| share).sum();
        let unit = if open > 0.0 { (room - taken) / open } else { 0.0 };
        let mut changed = false;
        for ((share, least), fixed) in shares.iter().zip(least).zip(&mut fixed) {
            if !*fixed && share * unit < *least {
                *fixed = true;
                changed = true;
            }
        }
        if fixed.iter().all(|fixed| *fixed) {
            let sum: f32 = least.iter().sum::<f32>().max(1.0);
            return least.iter().map(|least| least * room / sum).collect();
        }
        if !changed {
            let width = |((share, least), fixed): ((&f32, &f32), &bool)| if *fixed { *least } else { share * unit };
            return shares.iter().zip(least).zip(&fixed).map(width).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_width_and_none_is_narrower_than_its_longest_word() {
        for least in [[10.0, 80.0, 10.0], [0.0, 0.0, 0.0], [300.0, 300.0, 300.0]] {
            let widths = share_out(400.0, &[0.8, 0.1, 0.1], &least);
            assert!((widths.iter().sum::<f32>() - 400.0).abs() < 0.1, "{widths:?}");
            assert!(least.iter().sum::<f32>() > 400.0 || widths.iter().zip(least).all(|(w, l)| *w >= l - 0.1));
        }
    }
}
