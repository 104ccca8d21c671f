//! A comparison line by line, grouped by what became of each requirement.

use crate::parts::{dom, path::record_path, status::result_badge};
use conclave_domain::{
    answer::Result as Outcome,
    call::over_time::Comparison,
    compare::{Change, Line},
    kind::Kind,
    t,
};
use leptos::prelude::*;

/// What a reader looks for first comes first; what stayed as it was comes last, and only when it is asked for.
const ORDER: [Change; 7] =
    [Change::Slipped, Change::Improved, Change::Other, Change::Added, Change::Removed, Change::Edited, Change::Same];

/// The sign of a change.
pub const fn sign(change: Change) -> &'static str {
    match change {
        Change::Improved => "▲",
        Change::Slipped => "▼",
        Change::Other => "◆",
        Change::Edited => "~",
        Change::Same => "=",
        Change::Added => "+",
        Change::Removed => "−",
    }
}

/// The lines; `all` says whether those without a change show too.
pub fn lines(comparison: &Comparison, all: RwSignal<bool>) -> AnyView {
    let (left, right) = (comparison.left.head.reference.clone(), comparison.right.head.reference.clone());
    let lines = comparison.lines.clone();
    let nothing = lines.iter().all(|l| l.change == Change::Same);
    let groups = move || {
        let all = all.get();
        ORDER
            .into_iter()
            .filter(|c| all || *c != Change::Same)
            .map(|change| group(change, &lines, if change == Change::Removed { &left } else { &right }))
            .collect_view()
    };
    let nothing =
        nothing.then(|| view! { <p class="muted" data-test="compare-nothing">{t!("over_time_page.nothing")}</p> });
    view! {
        <section class="stack" aria-labelledby="compare-lines">
            <header class="section-head">
                <h3 id="compare-lines">{t!("over_time_page.lines")}</h3>
                <label class="check"><input type="checkbox" data-test="compare-all" prop:checked=move || all.get()
                    on:change=move |ev| all.set(event_target_checked(&ev)) /><span>{t!("over_time_page.show_all")}</span></label>
            </header>
            {nothing}
            {groups}
        </section>
    }
    .into_any()
}

fn group(change: Change, lines: &[Line], reference: &str) -> Option<AnyView> {
    let of: Vec<&Line> = lines.iter().filter(|l| l.change == change).collect();
    if of.is_empty() {
        return None;
    }
    let id = format!("compare-{}", change.name());
    let group = view! {
        <section aria-labelledby=id.clone() data-test="compare-group" data-change=change.name()>
            <h4 class="move" id=id.clone() data-change=change.name()>
                <span aria-hidden="true">{sign(change)}</span> " " {change.label()} " " <span class="n">{of.len()}</span>
            </h4>
            <div class="scroll-x"><table class="records static compare-lines">
                <thead><tr>
                    <th scope="col">{t!("over_time_page.requirement")}</th>
                    <th scope="col">{t!("over_time_page.result_before")}</th><th scope="col">{t!("over_time_page.result_after")}</th>
                </tr></thead>
                <tbody>{of.into_iter().map(|l| row(l, reference)).collect_view()}</tbody>
            </table></div>
        </section>
    };
    Some(group.into_any())
}

fn row(line: &Line, reference: &str) -> AnyView {
    let href =
        format!("{}?tab=checklist&at={}", record_path(Kind::Assessment, reference), dom::escape(&line.requirement));
    view! {
        <tr data-test="compare-line" data-change=line.change.name() data-requirement=line.requirement.clone()>
            <th scope="row"><a href=href>{line.requirement.clone()}</a> " " <span class="line-title">{line.title.clone()}</span></th>
            {side(line.change != Change::Added, line.left, &line.left_comment)}
            {side(line.change != Change::Removed, line.right, &line.right_comment)}
        </tr>
    }
    .into_any()
}

fn side(there: bool, result: Outcome, comment: &str) -> AnyView {
    if !there {
        return view! { <td class="muted">{t!("over_time_page.not_there")}</td> }.into_any();
    }
    let said = (!comment.trim().is_empty()).then(|| view! { <p class="line-comment">{comment.to_owned()}</p> });
    view! { <td>{result_badge(result)}{said}</td> }.into_any()
}
