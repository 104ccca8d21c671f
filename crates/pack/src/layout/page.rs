//! Strips and pages: a chapter is a column of strips, and this module cuts the column into pages.

use super::look::{BOTTOM, Colour, TOP};
use crate::text::Line;
use std::rc::Rc;

/// Something to print; lengths in points, y downwards from the top of the strip or page.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// A line of text with its baseline at `y`.
    Text { x: f32, y: f32, size: f32, ink: Colour, line: Rc<Line> },
    /// A filled rectangle.
    Rect { x: f32, y: f32, width: f32, height: f32, fill: Colour },
    /// A straight line.
    Rule { from: (f32, f32), to: (f32, f32), width: f32, ink: Colour, dash: Option<(f32, f32)> },
    /// A polygon, filled or drawn as an outline of this thickness.
    Shape { points: Vec<(f32, f32)>, ink: Colour, outline: Option<f32> },
    /// An area that leads to a page (0 is the first) and a height on it.
    Link { x: f32, y: f32, width: f32, height: f32, page: usize, top: f32 },
}

impl Item {
    fn moved(&self, dy: f32) -> Item {
        let mut item = self.clone();
        match &mut item {
            Item::Text { y, .. } | Item::Rect { y, .. } | Item::Link { y, .. } => *y += dy,
            Item::Rule { from, to, .. } => {
                from.1 += dy;
                to.1 += dy;
            }
            Item::Shape { points, .. } => points.iter_mut().for_each(|point| point.1 += dy),
        }
        item
    }
}

/// A place that the outline leads to.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// 1 chapter, 2 and 3 headings.
    pub level: u8,
    /// What it says.
    pub title: String,
    /// The page; 0 is the first.
    pub page: usize,
    /// The height on the page.
    pub top: f32,
}

/// The head that a table shows again on each page.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Its height.
    pub height: f32,
    /// What it shows.
    pub items: Vec<Item>,
}

/// A slice of the column, as wide as the text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strip {
    /// The space before it; dropped at the top of a page.
    pub before: f32,
    /// Its height.
    pub height: f32,
    /// What it shows.
    pub items: Vec<Item>,
    /// Whether it must stand on one page with the strip after it.
    pub keep: bool,
    /// The head to show again when a page begins with this strip.
    pub head: Option<Rc<Head>>,
    /// The heading that it is: level and text.
    pub place: Option<(u8, String)>,
    /// Whether it begins a page.
    pub breaks: bool,
}

/// A page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// What it shows.
    pub items: Vec<Item>,
    /// The chapter that it belongs to, for the running head.
    pub chapter: Option<usize>,
}

/// Cuts a column into pages, beginning with a new one whose text starts at `start`.
pub(crate) fn paginate(strips: &[Strip], start: f32, pages: &mut Vec<Page>, places: &mut Vec<Place>) {
    let mut press = Press { pages, places, y: start, fresh: start <= TOP };
    press.pages.push(Page::default());
    let mut at = 0;
    while at < strips.len() {
        let chain = strips.get(at..).unwrap_or_default();
        let length = (chain.iter().take_while(|strip| strip.keep).count() + 1).min(chain.len());
        let chain = chain.get(..length).unwrap_or_default();
        let Some(first) = chain.first() else { break };
        let height: f32 = chain.iter().map(|strip| strip.before + strip.height).sum();
        let room = BOTTOM - press.y + if press.fresh { first.before } else { 0.0 };
        if (first.breaks || height > room) && !press.fresh {
            press.turn(first.head.as_deref());
        }
        for strip in chain {
            press.put(strip);
        }
        at += length;
    }
}

struct Press<'a> {
    pages: &'a mut Vec<Page>,
    places: &'a mut Vec<Place>,
    y: f32,
    /// Whether nothing but a repeated head stands on the page.
    fresh: bool,
}

impl Press<'_> {
    fn turn(&mut self, head: Option<&Head>) {
        let mut page = Page::default();
        self.y = TOP;
        if let Some(head) = head {
            page.items.extend(head.items.iter().map(|item| item.moved(TOP)));
            self.y += head.height;
        }
        self.pages.push(page);
        self.fresh = true;
    }

    fn put(&mut self, strip: &Strip) {
        let before = if self.fresh { 0.0 } else { strip.before };
        // A chain longer than a page breaks where it must.
        if self.y + before + strip.height > BOTTOM + 0.01 && !self.fresh {
            self.turn(strip.head.as_deref());
        } else {
            self.y += before;
        }
        let number = self.pages.len() - 1;
        if let Some((level, title)) = &strip.place {
            self.places.push(Place { level: *level, title: title.clone(), page: number, top: self.y });
        }
        if let Some(page) = self.pages.last_mut() {
            page.items.extend(strip.items.iter().map(|item| item.moved(self.y)));
        }
        self.y += strip.height;
        self.fresh = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(height: f32, keep: bool) -> Strip {
        Strip { height, keep, ..Strip::default() }
    }

    fn cut(strips: &[Strip]) -> Vec<Page> {
        let mut pages = Vec::new();
        paginate(strips, TOP, &mut pages, &mut Vec::new());
        pages
    }

    #[test]
    fn a_strip_that_is_kept_with_the_next_one_moves_to_its_page() {
        let place = |level| Some((level, String::new()));
        let mut strips = vec![strip(BOTTOM - TOP - 30.0, false), strip(20.0, true), strip(40.0, false)];
        strips[1].place = place(2);
        let (mut pages, mut places) = (Vec::new(), Vec::new());
        paginate(&strips, TOP, &mut pages, &mut places);
        assert_eq!((pages.len(), places[0].page), (2, 1));
    }

    #[test]
    fn a_chain_taller_than_a_page_still_ends() {
        assert_eq!(cut(&vec![strip(200.0, true); 10]).len(), 4);
    }

    #[test]
    fn a_strip_taller_than_a_page_stands_alone() {
        assert_eq!(cut(&[strip(10.0, false), strip(5000.0, false), strip(10.0, false)]).len(), 3);
    }
}
