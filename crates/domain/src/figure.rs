//! A figure: shapes described once, drawn by two small renderers, SVG for the screen and PDF operations for print.
//!
//! Units are points (1/72 inch) with the origin at the top left and y growing downwards, as in SVG.

/// A drawing with a text alternative.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// The caption.
    pub title: String,
    /// What the figure shows, in words, for people who do not see it.
    pub description: String,
    /// The shapes, painted in this order.
    pub shapes: Vec<Shape>,
}

/// A role of colour; each renderer has its own palette (light, dark, print).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Body text.
    Text,
    /// Secondary text.
    Muted,
    /// Rules and axes.
    Line,
    /// The page's surface.
    Surface,
    /// A slightly sunken surface: the empty part of a bar.
    Sunken,
    /// The accent colour.
    Accent,
    /// Met, within, low.
    Good,
    /// Partly met, due soon, moderate.
    Warn,
    /// Not met, outside, high.
    Bad,
    /// Not assessed, not computable.
    Neutral,
    /// The surface of a risk level 1 (very low) … 5 (very high).
    Level(u8),
    /// Text on the surface of a risk level.
    OnLevel(u8),
}

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The point is its left end.
    Start,
    /// The point is its middle.
    Middle,
    /// The point is its right end.
    End,
}

/// A shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A filled rectangle with its top left corner at x, y; `hatched` marks it by a pattern too, not by colour alone.
    Rect {
        /// Left.
        x: f64,
        /// Top.
        y: f64,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
        /// Its colour.
        fill: Ink,
        /// Diagonal lines in `Ink::Surface` over the fill.
        hatched: bool,
    },
    /// A straight line.
    Line {
        /// Start.
        from: (f64, f64),
        /// End.
        to: (f64, f64),
        /// Thickness.
        width: f64,
        /// Its colour.
        ink: Ink,
        /// Whether it is dashed.
        dashed: bool,
    },
    /// A filled polygon: circles and diamonds of charts are drawn with it too.
    Polygon {
        /// Its corners.
        points: Vec<(f64, f64)>,
        /// Its colour.
        fill: Ink,
    },
    /// One line of text, with its baseline at `at`.
    Text {
        /// The point on the baseline.
        at: (f64, f64),
        /// The size of the letters.
        size: f64,
        /// Whether it is bold.
        bold: bool,
        /// Where it stands relative to the point.
        anchor: Anchor,
        /// Its colour.
        ink: Ink,
        /// What it says.
        text: String,
    },
}
