//! The heat map as a table of links: each cell leads to its risks, and says its count and level in digits and words.

use crate::parts::dom;
use conclave_domain::{call::record::Matrix, charter::Charter, scale::Level, t, text};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The map of open risks, likelihood upwards and impact to the right.
pub fn matrix(counts: &Matrix, charter: &Charter) -> AnyView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|q| q.get("cell")).unwrap_or_default());
    let heads = (1..=5_u8)
        .map(|i| view! { <th scope="col">{i.to_string()} " " {text::label(&format!("choice.impact.{i}"))}</th> })
        .collect_view();
    let rows = (1..=5_u8)
        .rev()
        .map(|l| {
            let cells = (1..=5_u8).map(|i| cell(counts, charter, (l, i), chosen)).collect_view();
            view! { <tr><th scope="row">{l.to_string()} " " {text::label(&format!("choice.likelihood.{l}"))}</th>{cells}</tr> }
        })
        .collect_view();
    let tolerance = t!("figure.tolerance_line", level = charter.tolerance.label());
    view! {
        <section class="card matrix-card" aria-labelledby="matrix-title">
            <div class="matrix-wrap">
                <table class="matrix" data-test="matrix" on:keydown=walk>
                    <caption id="matrix-title">{t!("figure.heat_map")}</caption>
                    <thead><tr><th class="corner"><span>{t!("figure.likelihood")} " ↑"</span><span>{t!("figure.impact")} " →"</span></th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                {side(counts)}
            </div>
            <p class="muted matrix-note"><span class="tolerance-key" aria-hidden="true"></span>{tolerance}</p>
        </section>
    }
    .into_any()
}

fn level(charter: &Charter, (l, i): (u8, u8)) -> Level {
    charter.risk_method.level(l, i).unwrap_or_default()
}

fn cell(counts: &Matrix, charter: &Charter, (l, i): (u8, u8), chosen: Memo<String>) -> AnyView {
    let n = counts.cells[usize::from(l - 1)][usize::from(i - 1)];
    let here = level(charter, (l, i));
    let above = |l: u8, i: u8| level(charter, (l, i)) > charter.tolerance;
    // The thick line runs where a neighbour to the left or below lies within the tolerance.
    let left = i > 1 && above(l, i) && !above(l, i - 1);
    let below = l > 1 && above(l, i) && !above(l - 1, i);
    let key = format!("{l}{i}");
    let on = {
        let key = key.clone();
        move || chosen.with(|c| *c == key)
    };
    let shown = if n > 0 { n.to_string() } else { String::new() };
    // The name begins with what is seen, so that people who speak to the window can say it.
    let seen = format!("{shown} {} {}", here.rank(), here.label());
    let said = t!("figure.heat_map_cell", likelihood = l, impact = i, level = here.label(), n = n);
    let label = format!("{}: {said}", seen.trim());
    let current = on.clone();
    view! {
        <td data-level=here.rank().to_string() class:edge-left=left class:edge-below=below class:chosen=on>
            <a href=format!("/risks?cell={key}&open=yes") data-test=format!("matrix-cell-{l}-{i}") data-cell=key aria-label=label
                aria-current=move || current().then_some("true")>
                <b>{shown}</b>" "
                <span>{here.rank().to_string()} " " {here.label()}</span>
            </a>
        </td>
    }
    .into_any()
}

/// The arrow keys walk over the cells.
fn walk(event: web_sys::KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowUp" => 10,
        "ArrowDown" => -10,
        "ArrowRight" => 1,
        "ArrowLeft" => -1,
        _ => return,
    };
    let here = dom::closest(&event, "a[data-cell]")
        .and_then(|a| a.get_attribute("data-cell"))
        .and_then(|c| c.parse::<i32>().ok());
    if let Some(here) = here {
        event.prevent_default();
        let next = format!("a[data-cell='{}']", here + step);
        dom::focus(leptos::leptos_dom::helpers::document().query_selector(&next).ok().flatten());
    }
}

fn side(counts: &Matrix) -> AnyView {
    let figure = |n: u32, words: String, href: &'static str, test: &'static str| {
        view! { <a class="figure-now" href=href data-test=test><b>{n.to_string()}</b><span>{words}</span></a> }
    };
    view! {
        <div class="matrix-side">
            {figure(counts.open, t!("risk_page.open"), "/risks?open=yes", "matrix-open")}
            {figure(counts.above_tolerance, t!("risk_page.above_tolerance"), "/risks?tolerance=above", "matrix-above")}
            {figure(counts.unrated, t!("risk_page.unrated"), "/risks?cell=0&open=yes", "matrix-unrated")}
        </div>
    }
    .into_any()
}
