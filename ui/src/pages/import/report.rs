//! What an import would do, and what it did.

use super::Import;
use crate::parts::{dom, path::list_path};
use conclave_domain::{
    call::exchange::{ImportProblem, ImportReport},
    t,
};
use leptos::prelude::*;

/// The third step: nothing is written yet.
pub fn dry_run(here: Import) -> AnyView {
    let body = move || here.report.with(|r| r.as_ref().map(|r| page(here, r)));
    view! { {body} }.into_any()
}

fn page(here: Import, report: &ImportReport) -> AnyView {
    let to_write = report.added + report.changed;
    let (blocked, nothing) = (report.blocked, to_write == 0);
    let note = if blocked {
        view! { <p class="note bad" data-test="import-blocked"><span aria-hidden="true">"■ "</span>{t!("import.blocked")}</p> }.into_any()
    } else if nothing {
        view! { <p class="note">{t!("import.nothing")}</p> }.into_any()
    } else {
        ().into_any()
    };
    view! {
        <section class="card step" id="import-step" tabindex="-1" data-test="import-report">
            <h2>{t!("import.would")}</h2>
            {figures(report)}
            {note}
            {names(report)}
            {changes(report)}
            {missing(report)}
        </section>
        {problems(&report.problems, report.problems_total)}
        <div class="actions">
            <button type="button" class="button" data-test="import-back" on:click=move |_| here.step.set(2)>{t!("import.back")}</button>
            <button type="button" class="button primary" data-test="import-run" disabled=move || blocked || nothing || here.job.is_busy()
                on:click=move |_| here.run(false)>{t!("import.run", n = dom::count(to_write))}</button>
        </div>
    }
    .into_any()
}

fn figures(report: &ImportReport) -> AnyView {
    let figure = |n: u64, words: String, test: &'static str| {
        view! { <div class="figure-now" data-test=test><b>{dom::count(n)}</b><span>{words}</span></div> }
    };
    view! {
        <div class="glance">
            {figure(report.rows, t!("import.rows"), "import-rows")}
            {figure(report.added, t!("import.added"), "import-added")}
            {figure(report.changed, t!("import.changed"), "import-changed")}
            {figure(report.unchanged, t!("import.unchanged"), "import-unchanged")}
            {figure(report.missing_total, t!("import.missing"), "import-missing")}
            {figure(report.problems_total, t!("import.problems"), "import-problems-count")}
        </div>
    }
    .into_any()
}

fn listed(title: String, lines: Vec<String>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let lines = lines.into_iter().map(|l| view! { <li>{l}</li> }).collect_view();
    view! { <details class="more"><summary>{title}</summary><ul class="plain-list scroll-y">{lines}</ul></details> }
        .into_any()
}

fn names(report: &ImportReport) -> AnyView {
    listed(t!("import.first_added", n = report.added_names.len()), report.added_names.clone())
}

fn missing(report: &ImportReport) -> AnyView {
    listed(t!("import.missing_names", n = report.missing.len()), report.missing.clone())
}

fn changes(report: &ImportReport) -> AnyView {
    if report.changes.is_empty() {
        return ().into_any();
    }
    let lines = report
        .changes
        .iter()
        .map(|(record, field, before, after)| {
            view! { <tr><th scope="row">{record.clone()}</th><td>{field.clone()}</td><td class="prose">{before.clone()}</td><td class="prose">{after.clone()}</td></tr> }
        })
        .collect_view();
    view! {
        <details class="more">
            <summary>{t!("import.changes", n = report.changes.len())}</summary>
            <div class="scroll-x scroll-y"><table class="grid-table">
                <thead><tr><th scope="col">{t!("list.name")}</th><th scope="col">{t!("record.field")}</th><th scope="col">{t!("record.before")}</th><th scope="col">{t!("record.after")}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
        </details>
    }
    .into_any()
}

/// What is wrong with which line.
pub fn problems(problems: &[ImportProblem], total: u64) -> AnyView {
    if problems.is_empty() {
        return ().into_any();
    }
    let lines = problems
        .iter()
        .take(300)
        .map(|p| {
            let sort = if p.error { t!("import.error") } else { t!("import.warning") };
            let (tone, sign) = if p.error { ("bad", "■ ") } else { ("part", "◇ ") };
            let line = if p.line == 0 { t!("import.whole_file") } else { p.line.to_string() };
            view! {
                <tr data-test="import-problem">
                    <td class="number">{line}</td><td>{p.column.clone()}</td>
                    <td><span class="badge" data-tone=tone><span aria-hidden="true">{sign}</span>{sort}</span></td>
                    <td class="prose">{p.sentence.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let shown = problems.len().min(300) as u64;
    let more = (total > shown).then(
        || view! { <p class="table-title muted">{t!("import.more_problems", n = dom::count(total - shown))}</p> },
    );
    view! {
        <section class="card flush">
            <h2 class="table-title">{t!("import.problems_title")}</h2>
            <div class="scroll-x scroll-y"><table class="records static" data-test="import-problems">
                <thead><tr><th scope="col" class="number">{t!("import.line")}</th><th scope="col">{t!("import.column")}</th><th scope="col">{t!("import.sort")}</th><th scope="col">{t!("import.what")}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
            {more}
        </section>
    }
    .into_any()
}

/// The last step: what was written, and where to go from here.
pub fn done(here: Import) -> AnyView {
    let body = move || {
        here.report.with(|r| {
            r.as_ref().map(|r| {
                let kind = here.kind.get_untracked();
                view! {
                    <section class="card step" id="import-step" tabindex="-1" data-test="import-done">
                        <h2>{t!("import.imported", n = dom::count(r.added + r.changed))}</h2>
                        {figures(r)}
                        <div class="actions">
                            <a class="button primary" data-test="import-list" href=list_path(kind)>{t!("import.to_list", kind = kind.many())}</a>
                            <button type="button" class="button" on:click=move |_| { here.path.set(String::new()); here.step.set(1) }>{t!("import.another")}</button>
                        </div>
                    </section>
                    {problems(&r.problems, r.problems_total)}
                }
            })
        })
    };
    view! { {body} }.into_any()
}
