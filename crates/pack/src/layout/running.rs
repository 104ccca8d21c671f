//! Running heads and feet: every page names its pack, and its place in it.

use super::look::{FOOT, HEAD, LINE, MARGIN, MUTED, RUNNING, WIDTH};
use super::page::{Item, Page};
use crate::text::font::Face;
use crate::text::{Line, Setter};
use crate::tree::Pack;
use conclave_domain::t;
use std::rc::Rc;

/// Adds head and foot to every page but the cover.
pub(crate) fn heads_and_feet(setter: &mut Setter, pack: &Pack, pages: &mut [Page]) {
    let whole = WIDTH - 14.0;
    let head = Rc::new(setter.line_within(
        &joined(&pack.organisation, &pack.title),
        Face::Regular,
        RUNNING.letters,
        whole * 0.56,
    ));
    let foot =
        Rc::new(setter.line_within(&joined(&pack.id, &pack.profile), Face::Regular, RUNNING.letters, whole * 0.7));
    let chapters: Vec<Rc<Line>> = pack
        .chapters
        .iter()
        .map(|chapter| Rc::new(setter.line_within(&chapter.title, Face::Regular, RUNNING.letters, whole * 0.44)))
        .collect();
    let contents = Rc::new(setter.line(&t!("layout.contents"), Face::Regular));
    let total = pages.len().to_string();
    for (index, page) in pages.iter_mut().enumerate().skip(1) {
        let title = page.chapter.and_then(|chapter| chapters.get(chapter)).unwrap_or(&contents);
        let count = t!("layout.page_of", page = (index + 1).to_string(), pages = total);
        let count = Rc::new(setter.line(&count, Face::Regular));
        page.items.extend([left(&head, HEAD), right(title, HEAD), left(&foot, FOOT), right(&count, FOOT)]);
        let y = FOOT - 12.0;
        page.items.push(Item::Rule { from: (MARGIN, y), to: (MARGIN + WIDTH, y), width: 0.45, ink: LINE, dash: None });
    }
}

fn joined(first: &str, second: &str) -> String {
    [first.trim(), second.trim()].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

fn left(line: &Rc<Line>, y: f32) -> Item {
    Item::Text { x: MARGIN, y, size: RUNNING.letters, ink: MUTED, line: Rc::clone(line) }
}

fn right(line: &Rc<Line>, y: f32) -> Item {
    Item::Text {
        x: MARGIN + WIDTH - line.points(RUNNING.letters),
        y,
        size: RUNNING.letters,
        ink: MUTED,
        line: Rc::clone(line),
    }
}
