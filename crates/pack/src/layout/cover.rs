//! The cover and the contents list.

use super::block::{Column, Setting, by_line, place, row, rule};
use super::look::{
    ACCENT, BODY, BOTTOM, CELL, CHAPTER, INK, LINE, MARGIN, MUTED, ORGANISATION, RULE, SMALL, SUBTITLE, Size, TITLE,
    TOP, WIDTH,
};
use super::page::{Item, Page, Place, Strip, paginate};
use super::{Flush, left_end};
use crate::text::Setter;
use crate::text::font::Face;
use crate::tree::Pack;
use conclave_domain::t;
use std::rc::Rc;

/// Where the organisation stands on the cover.
const HIGH: f32 = 68.0;

/// The cover; more than one page only if its table is longer than a page.
pub(crate) fn cover(setter: &mut Setter, pack: &Pack) -> Vec<Page> {
    let parts = [
        (&pack.organisation, Face::Bold, ORGANISATION, ACCENT, WIDTH),
        (&pack.title, Face::Bold, TITLE, INK, WIDTH * 0.86),
        (&pack.subtitle, Face::Regular, SUBTITLE, MUTED, WIDTH * 0.86),
    ];
    let [organisation, title, subtitle] = parts.map(|(text, face, size, ink, width)| {
        let lines = setter.lines(text, face, size.letters, width);
        by_line(lines, &Setting { face, size, ink, x: MARGIN, width })
    });
    let tall = |strips: &[Strip]| strips.iter().map(|strip| strip.before + strip.height).sum::<f32>();
    let mut strips = organisation;
    let mut drop = (178.0 - tall(&strips)).max(40.0);
    for (mut part, before) in [(title, 0.0), (subtitle, 12.0)] {
        if let Some(first) = part.first_mut() {
            first.before = std::mem::take(&mut drop) + before;
        }
        strips.append(&mut part);
    }
    let mut below = facts(setter, pack);
    // The facts end at the foot of the page, however few they are; a hair of room, since sums of lengths are rounded.
    let rest = BOTTOM - 0.1 - HIGH - tall(&strips) - tall(&below) - drop;
    if let Some(first) = below.first_mut() {
        first.before += drop + rest.max(28.0);
    }
    strips.append(&mut below);
    let mut pages = Vec::new();
    paginate(&strips, HIGH, &mut pages, &mut Vec::new());
    pages
}

/// The table of the cover and the sentences under it.
fn facts(setter: &mut Setter, pack: &Pack) -> Vec<Strip> {
    let mut column = Column::new(setter, 0, 0);
    if !pack.cover.is_empty() {
        let line = Strip { height: 6.0, items: vec![rule(0.0, 0.7, RULE)], keep: true, ..Strip::default() };
        column.add(vec![line], 0.0, 0.0);
    }
    let split = 118.0;
    for (label, value) in &pack.cover {
        let labels = Setting { face: Face::Regular, size: CELL, ink: MUTED, x: MARGIN, width: split - 10.0 };
        let values = Setting { face: Face::Regular, size: CELL, ink: INK, x: MARGIN + split, width: WIDTH - split };
        let left = column.setter.lines(label, Face::Regular, CELL.letters, labels.width);
        let right = column.setter.lines(value, Face::Regular, CELL.letters, values.width);
        let mut strips = row(vec![(left, labels), (right, values)], &[Flush::Start; 2], CELL.leading, 1.7, LINE);
        // The cover's facts stand in white space, without hairlines.
        for strip in &mut strips {
            strip.items.retain(|item| !matches!(item, Item::Rule { .. }));
        }
        column.add(strips, 0.0, 0.0);
    }
    for (index, sentence) in pack.statement.iter().enumerate() {
        let setting = Setting { face: Face::Regular, size: SMALL, ink: MUTED, x: MARGIN, width: WIDTH };
        let lines = column.setter.lines(sentence, Face::Regular, SMALL.letters, WIDTH);
        column.add(by_line(lines, &setting), if index == 0 { 12.0 } else { 3.0 }, 0.0);
    }
    column.strips
}

/// The contents list of chapters and headings of level 2; pages in `places` count from the first chapter on.
pub(crate) fn contents(setter: &mut Setter, places: &[Place], before: usize) -> Vec<Page> {
    // How many pages the list takes does not depend on the numbers in it: lay it out once to count, once to print.
    let mut pages = Vec::new();
    for shift in [0, 1] {
        let shift = if shift == 0 { 0 } else { before + pages.len() };
        let strips = entries(setter, places, shift);
        pages.clear();
        paginate(&strips, TOP, &mut pages, &mut Vec::new());
    }
    pages
}

fn entries(setter: &mut Setter, places: &[Place], shift: usize) -> Vec<Strip> {
    let mut column = Column::new(setter, 0, 0);
    let title = t!("layout.contents");
    let lines = column.setter.lines(&title, Face::Bold, CHAPTER.letters, WIDTH);
    let setting = Setting { face: Face::Bold, size: CHAPTER, ink: INK, x: MARGIN, width: WIDTH };
    let mut items = place(lines, &setting, 0.0, Flush::Start);
    items.push(rule(CHAPTER.leading + 5.0, 1.1, ACCENT));
    column.add(vec![Strip { height: CHAPTER.leading + 8.0, items, keep: true, ..Strip::default() }], 0.0, 16.0);
    let mut number = 0;
    for (index, entry) in places.iter().enumerate().filter(|(_, place)| place.level <= 2) {
        let chapter = entry.level == 1;
        number += usize::from(chapter);
        // A chapter's entry stays with the first of its sections.
        let next = places.get(index + 1..).unwrap_or_default().iter().find(|place| place.level <= 2);
        let keep = chapter && next.is_some_and(|place| place.level == 2);
        let strip = contents_entry(column.setter, entry, chapter.then_some(number), shift, keep);
        column.add(vec![strip], if chapter { 5.0 } else { 0.0 }, 0.0);
    }
    column.strips
}

fn contents_entry(setter: &mut Setter, entry: &Place, number: Option<usize>, shift: usize, keep: bool) -> Strip {
    const NUMBERS: f32 = 26.0;
    const PAGES: f32 = 40.0;
    let chapter = number.is_some();
    let (size, ink) = if chapter { (BODY, INK) } else { (Size { letters: 8.2, leading: 12.4 }, MUTED) };
    let face = if chapter { Face::Bold } else { Face::Regular };
    let x = MARGIN + NUMBERS;
    let width = WIDTH - NUMBERS - PAGES;
    let lines = setter.lines(&entry.title, face, size.letters, width);
    let count = lines.len().max(1) as f32;
    let height = size.leading * count + 1.2;
    let last = size.leading * (count - 1.0);
    let end =
        lines.last().map_or(x, |line| left_end(line, Flush::Start, size.letters, x, width) + line.points(size.letters));
    let mut items = place(lines, &Setting { face, size, ink, x, width }, 0.0, Flush::Start);
    let target = entry.page + shift;
    let page = setter.line(&(target + 1).to_string(), face);
    let begin = MARGIN + WIDTH - page.points(size.letters);
    let baseline = last + size.rise();
    let (from, to) = (end + 5.0, begin - 5.0);
    if to > from {
        // Both ends on one grid, so that the dots of all lines stand under one another.
        let from = (from / 3.0).ceil() * 3.0;
        let rule = Item::Rule {
            from: (from, baseline - 0.4),
            to: (to, baseline - 0.4),
            width: 0.7,
            ink: RULE,
            dash: Some((0.7, 2.3)),
        };
        items.push(rule);
    }
    items.push(Item::Text { x: begin, y: baseline, size: size.letters, ink, line: Rc::new(page) });
    if let Some(number) = number {
        let label = setter.line(&number.to_string(), face);
        let setting = Setting { face, size, ink: ACCENT, x: MARGIN, width: NUMBERS };
        items.extend(place(vec![label], &setting, 0.0, Flush::Start));
    }
    items.push(Item::Link { x: MARGIN, y: 0.0, width: WIDTH, height, page: target, top: entry.top });
    Strip { height, items, keep, ..Strip::default() }
}
