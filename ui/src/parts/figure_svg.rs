//! A figure on the screen: the same shapes that print draws, as SVG in the window's colours.

use conclave_domain::figure::{Anchor, Figure, Ink, Shape};
use leptos::prelude::*;
use std::fmt::Write as _;

fn ink(ink: Ink) -> String {
    match ink {
        Ink::Text => "var(--ink)".into(),
        Ink::Muted => "var(--ink-2)".into(),
        Ink::Line => "var(--line-2)".into(),
        Ink::Surface => "var(--paper)".into(),
        Ink::Sunken => "var(--none-soft)".into(),
        Ink::Accent => "var(--accent)".into(),
        Ink::Good => "var(--ok)".into(),
        Ink::Warn => "var(--part)".into(),
        Ink::Bad => "var(--bad)".into(),
        Ink::Neutral => "var(--none)".into(),
        Ink::Level(n) => format!("var(--r{})", n.clamp(1, 5)),
        Ink::OnLevel(n) => format!("var(--on-r{}, var(--ink))", n.clamp(1, 5)),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn shape(out: &mut String, shape: &Shape) {
    // Writing to a String cannot fail.
    let _ = match shape {
        Shape::Rect { x, y, width, height, fill, hatched } => {
            let box_of = |fill: &str| {
                format!(
                    "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" style=\"fill:{fill}\"/>"
                )
            };
            out.push_str(&box_of(&ink(*fill)));
            if *hatched {
                out.push_str(&box_of("url(#hatch)"));
            }
            Ok(())
        }
        Shape::Line { from, to, width, ink: colour, dashed } => write!(
            out,
            "<line x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{:.2}\" style=\"stroke:{};stroke-width:{width:.2}{}\"/>",
            from.0,
            from.1,
            to.0,
            to.1,
            ink(*colour),
            if *dashed { ";stroke-dasharray:3 2" } else { "" }
        ),
        Shape::Polygon { points, fill } => {
            let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
            write!(out, "<polygon points=\"{}\" style=\"fill:{}\"/>", points.join(" "), ink(*fill))
        }
        Shape::Text { at, size, bold, anchor, ink: colour, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let weight = if *bold { 600 } else { 400 };
            write!(
                out,
                "<text x=\"{:.2}\" y=\"{:.2}\" text-anchor=\"{anchor}\" style=\"font-size:{size}px;font-weight:{weight};fill:{}\">{}</text>",
                at.0,
                at.1,
                ink(*colour),
                escape(text)
            )
        }
    };
}

/// The figure with its caption; what it shows is told in words too.
pub fn figure(figure: &Figure) -> AnyView {
    let mut svg = String::from(
        "<defs><pattern id=\"hatch\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"1.4\" height=\"4\" style=\"fill:var(--paper);opacity:.65\"/></pattern></defs>",
    );
    for one in &figure.shapes {
        shape(&mut svg, one);
    }
    let size = format!("0 0 {:.1} {:.1}", figure.width, figure.height);
    view! {
        <figure class="figure">
            <svg viewBox=size role="img" aria-label=figure.description.clone() inner_html=svg></svg>
            <figcaption class="muted">{figure.title.clone()}</figcaption>
        </figure>
    }
    .into_any()
}
