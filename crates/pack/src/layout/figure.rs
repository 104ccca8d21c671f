//! Figures: the shapes of `conclave_domain::figure` in the print palette, with their caption below.

use super::block::Column;
use super::look::{self, BOTTOM, MARGIN, TOP, WIDTH};
use super::page::{Item, Strip};
use super::table::caption;
use crate::text::Setter;
use crate::text::font::Face;
use conclave_domain::figure::{Anchor, Figure, Ink, Shape};
use conclave_domain::t;
use std::rc::Rc;

/// Adds a figure; one that is larger than the page is made smaller as a whole.
pub(crate) fn figure(column: &mut Column<'_>, figure: &Figure) {
    let (width, height) = (figure.width as f32, figure.height as f32);
    if !(width > 0.0 && height > 0.0 && width.is_finite() && height.is_finite()) {
        return;
    }
    column.figures += 1;
    let text = if figure.title.trim().is_empty() { &figure.description } else { &figure.title };
    let mut below = caption(column.setter, &t!("layout.figure_caption", number = column.figures.to_string()), text);
    below.last_mut().into_iter().for_each(|last| last.keep = false);
    let tall: f32 = below.iter().map(|strip| strip.height).sum();
    let scale = (WIDTH / width).min((BOTTOM - TOP - tall - 60.0).max(200.0) / height).min(1.0);
    let mut items = Vec::new();
    for shape in &figure.shapes {
        draw(column.setter, shape, scale, &mut items);
    }
    let drawing = Strip { height: height * scale + 7.0, items, keep: true, ..Strip::default() };
    below.insert(0, drawing);
    column.add(below, 11.0, 15.0);
}

fn draw(setter: &mut Setter, shape: &Shape, scale: f32, items: &mut Vec<Item>) {
    let at = |x: f64, y: f64| (MARGIN + x as f32 * scale, y as f32 * scale);
    match shape {
        Shape::Rect { x, y, width, height, fill, hatched } => {
            let (x, y) = at(*x, *y);
            let (width, height) = (*width as f32 * scale, *height as f32 * scale);
            if width > 0.0 && height > 0.0 {
                items.push(Item::Rect { x, y, width, height, fill: look::ink(*fill) });
                if *hatched {
                    hatch((x, y), (width, height), items);
                }
            }
        }
        Shape::Line { from, to, width, ink, dashed } => items.push(Item::Rule {
            from: at(from.0, from.1),
            to: at(to.0, to.1),
            width: *width as f32 * scale,
            ink: look::ink(*ink),
            dash: dashed.then_some((2.4, 2.0)),
        }),
        Shape::Polygon { points, fill } => items.push(Item::Shape {
            points: points.iter().map(|&(x, y)| at(x, y)).collect(),
            ink: look::ink(*fill),
            outline: None,
        }),
        Shape::Text { at: point, size, bold, anchor, ink, text } => {
            let line = setter.line(text, if *bold { Face::Bold } else { Face::Regular });
            let size = *size as f32 * scale;
            let (x, y) = at(point.0, point.1);
            let width = line.points(size);
            let x = match anchor {
                Anchor::Start => x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            if !line.pieces.is_empty() && size > 0.0 {
                items.push(Item::Text { x, y, size, ink: look::ink(*ink), line: Rc::new(line) });
            }
        }
    }
}

/// Diagonal lines over a rectangle, cut at its edges.
fn hatch((x, y): (f32, f32), (width, height): (f32, f32), items: &mut Vec<Item>) {
    const STEP: f32 = 4.2;
    const MOST: usize = 400;
    let mut reach = STEP * 0.5;
    for _ in 0..MOST {
        if reach >= width + height {
            break;
        }
        // The line on which (px - x) + (py - y) = reach.
        let from = if reach <= height { (x, y + reach) } else { (x + reach - height, y + height) };
        let to = if reach <= width { (x + reach, y) } else { (x + width, y + reach - width) };
        items.push(Item::Rule { from, to, width: 0.9, ink: look::ink(Ink::Surface), dash: None });
        reach += STEP;
    }
}
