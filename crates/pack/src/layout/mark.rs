//! Status marks: a shape of its own for each, so that colour is never the only sign.

use super::look;
use super::page::Item;
use crate::text::Setter;
use crate::text::font::Face;
use crate::tree::Mark;
use std::rc::Rc;

/// The room that a mark takes before a text, in points.
pub(crate) const ROOM: f32 = 11.0;

/// A mark around a point; `scale` 1 for cells.
pub(crate) fn draw(setter: &mut Setter, mark: Mark, x: f32, y: f32, scale: f32) -> Vec<Item> {
    let ink = look::mark(mark);
    let radius = 2.7 * scale;
    let shape = |points, outline| Item::Shape { points, ink, outline };
    match mark {
        Mark::Good => vec![shape(arc(x, y, radius, 0.0, 1.0), None)],
        Mark::Warn => {
            vec![shape(arc(x, y, radius - 0.3, 0.0, 1.0), Some(0.7)), shape(arc(x, y, radius - 0.3, 0.25, 0.5), None)]
        }
        Mark::Bad => {
            let reach = radius * 1.22;
            vec![shape(vec![(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], None)]
        }
        Mark::Open => vec![shape(arc(x, y, radius - 0.3, 0.0, 1.0), Some(0.8))],
        Mark::None => {
            vec![Item::Rule { from: (x - radius, y), to: (x + radius, y), width: 1.0 * scale, ink, dash: None }]
        }
        Mark::Level(level) => {
            let side = 8.4 * scale;
            let size = 6.6 * scale;
            let line = setter.line(&level.to_string(), Face::Bold);
            vec![
                Item::Rect {
                    x: x - side / 2.0,
                    y: y - side / 2.0,
                    width: side,
                    height: side,
                    fill: look::level(level),
                },
                Item::Text {
                    x: x - line.points(size) / 2.0,
                    y: y + size * 0.36,
                    size,
                    ink: look::digit(level),
                    line: Rc::new(line),
                },
            ]
        }
    }
}

/// Part of a circle from `start`, both as shares of a turn, clockwise from the right.
fn arc(x: f32, y: f32, radius: f32, start: f32, share: f32) -> Vec<(f32, f32)> {
    const STEPS: u16 = 20;
    (0..=STEPS)
        .map(|step| {
            let angle = (start + share * f32::from(step) / f32::from(STEPS)) * std::f32::consts::TAU;
            (x + radius * angle.cos(), y + radius * angle.sin())
        })
        .collect()
}
