//! The left side of a checklist: stages and guidelines with what is answered, and the way to what is open.

use super::state::{Checklist, View};
use crate::parts::coverage_bar;
use conclave_domain::{answer::Coverage, framework::Group, t};
use leptos::prelude::*;

/// The list of stages and guidelines.
pub fn nav(list: Checklist) -> AnyView {
    let stages = list.framework.with_value(|f| {
        f.stages()
            .map(|stage| {
                // Requirements may lie right under a stage.
                let own = f.of(&stage.id).next().is_some().then(|| guideline(list, stage));
                let guidelines = f.guidelines(&stage.id).map(|g| guideline(list, g)).collect_view();
                view! { <li class="stage">{stage_head(list, stage)}<ul>{own}{guidelines}</ul></li> }
            })
            .collect_view()
    });
    let ids = list.framework.with_value(|f| f.requirements.iter().map(|r| r.id.clone()).collect::<Vec<_>>());
    let open = move || ids.iter().filter(|id| list.is_open(id)).count();
    view! {
        <nav class="card checklist-nav" aria-label=t!("checklist.guidelines")>
            <button type="button" class="guideline open-view" data-test="checklist-open" aria-current=move || current(list.view.get() == View::Open)
                on:click=move |_| list.show_open()>
                <span class="name">{t!("checklist.open")}</span><span class="n">{open}</span>
            </button>
            <ul class="stages">{stages}</ul>
            {coverage_bar::legend()}
        </nav>
    }
    .into_any()
}

fn current(on: bool) -> Option<&'static str> {
    on.then_some("true")
}

fn stage_head(list: Checklist, stage: &Group) -> AnyView {
    let id = stage.id.clone();
    let coverage = move || list.coverage.with(|c| c.get(&id).copied().unwrap_or_default());
    let words = coverage.clone();
    let title = coverage.clone();
    view! {
        <div class="stage-head" data-test=format!("stage-{}", stage.id) title=move || coverage_bar::words(title())>
            <h2>{stage.id.clone()} " " {stage.short_title.clone()}</h2>
            <span class="n">{move || coverage_bar::short(words())}</span>
            {move || coverage_bar::bar(coverage())}
        </div>
    }
    .into_any()
}

fn guideline(list: Checklist, group: &Group) -> AnyView {
    let id = group.id.clone();
    let coverage = Memo::new(move |_| list.coverage.with(|c| c.get(&id).copied().unwrap_or_default()));
    let (name, go) = (group.id.clone(), group.id.clone());
    let on = move || current(list.view.with(|v| matches!(v, View::Guideline(g) if *g == name)));
    let open = move |_| {
        let first = list.framework.with_value(|f| f.of(&go).next().map(|r| r.id.clone()));
        list.view.set(View::Guideline(go.clone()));
        if let Some(first) = first {
            list.open(&first);
        }
    };
    let words = move || t!("checklist.answered", done = coverage.get().answered(), all = coverage.get().total());
    view! {
        <li>
            <button type="button" class="guideline" data-test=format!("guideline-{}", group.id) title=group.title.clone()
                aria-current=on on:click=open>
                <span class="ref">{group.id.clone()}</span>
                <span class="name">{group.short_title.clone()}</span>
                <span class="n" aria-hidden="true">{move || format!("{}/{}", coverage.get().answered(), coverage.get().total())}</span>
                <span class="sr-only">{words}</span>
                {move || coverage_bar::bar(coverage.get())}
            </button>
        </li>
    }
    .into_any()
}

/// The figures over all guidelines.
pub fn totals(list: Checklist) -> Memo<Coverage> {
    let stages: Vec<String> = list.framework.with_value(|f| f.stages().map(|s| s.id.clone()).collect());
    Memo::new(move |_| {
        let mut all = Coverage::default();
        list.coverage.with(|c| stages.iter().filter_map(|s| c.get(s)).for_each(|c| all.merge(*c)));
        all
    })
}
