//! The same for many: which requirements are listed, which are selected, what is set on them.

use super::state::{Checklist, View, is_overdue};
use crate::{
    call::send,
    pages::record::say,
    parts::form::control::{options, understood},
};
use conclave_domain::{
    answer::{PROGRESS, Result as Outcome},
    call::assess::{AnswerPatch, Mark, SetAnswers},
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// Selects a requirement, or no longer.
pub fn toggle(list: Checklist, id: &str) {
    list.chosen.update(|c| {
        if !c.remove(id) {
            c.insert(id.to_owned());
        }
    });
}

/// The box by which a card is selected, while selecting is on.
pub fn pick(list: Checklist, id: &str) -> AnyView {
    let id = id.to_owned();
    let pick = move || {
        list.choosing.get().then(|| {
            let (of, to) = (id.clone(), id.clone());
            let label = t!("checklist_more.pick", id = id);
            view! {
                <input type="checkbox" class="pick" data-test="answer-pick" aria-label=label prop:checked=move || list.chosen.with(|c| c.contains(&of))
                    on:click=|ev| ev.stop_propagation() on:change=move |_| toggle(list, &to) />
            }
        })
    };
    view! { {pick} }.into_any()
}

/// The bar with filter and settings; it is there while selecting is on.
pub fn bar(list: Checklist) -> AnyView {
    let bar = move || list.choosing.get().then(|| panel(list));
    view! { {bar} }.into_any()
}

/// What the filter can list, by name.
const FILTERS: [&str; 8] = ["all", "open", "not_assessed", "not_met", "partly", "unowned", "carried", "stale"];

fn holds(list: Checklist, id: &str, filter: &str, words: &str) -> bool {
    let answer = list.peek(id);
    let listed = match filter {
        "open" => untrack(|| list.is_open(id)),
        "not_assessed" => answer.result == Outcome::NotAssessed,
        "not_met" => answer.result == Outcome::NotMet,
        "partly" => answer.result == Outcome::Partly,
        "unowned" => answer.owner.trim().is_empty(),
        "overdue" => is_overdue(&answer),
        "carried" => list.marks.with_untracked(|m| matches!(m.get(id), Some(Mark::Carried | Mark::Reworded))),
        "stale" => list.stale.with_untracked(|s| s.contains(id)),
        _ => true,
    };
    let text = || {
        let about = list.framework.with_value(|f| {
            f.requirement(id).map(|r| format!("{} {} {}", r.id, r.title, r.question)).unwrap_or_default()
        });
        format!("{about} {} {} {}", answer.comment, answer.owner, answer.evidence).to_lowercase()
    };
    listed && (words.is_empty() || words.split_whitespace().all(|w| text().contains(w)))
}

fn filtered(list: Checklist, filter: &str, words: &str) -> Vec<String> {
    let all = list.framework.with_value(|f| f.requirements.iter().map(|r| r.id.clone()).collect::<Vec<_>>());
    let words = words.trim().to_lowercase();
    all.into_iter().filter(|id| untrack(|| list.is_asked(id)) && holds(list, id, filter, &words)).collect()
}

fn panel(list: Checklist) -> AnyView {
    let (filter, words) = (RwSignal::new("all".to_owned()), RwSignal::new(String::new()));
    let show = move || list.show_filtered(filter.with_untracked(|f| words.with_untracked(|w| filtered(list, f, w))));
    let offered = FILTERS.into_iter().map(|f| {
        view! { <option value=f>{conclave_domain::text::label(&format!("checklist_more.filter_{f}"))}</option> }
    });
    let all = move |_| {
        let listed = untrack(|| list.listed());
        list.chosen.update(|c| c.extend(listed));
    };
    let count = move || t!("checklist_more.selected", n = list.chosen.with(|c| c.len()));
    view! {
        <section class="bulk" data-test="bulk" aria-label=t!("checklist_more.bulk")>
            <div class="bulk-row">
                <label for="bulk-filter">{t!("checklist_more.filter")}</label>
                <select class="input" id="bulk-filter" data-test="bulk-filter" on:change=move |ev| { filter.set(event_target_value(&ev)); show(); }>{offered.collect_view()}</select>
                <label class="sr-only" for="bulk-words">{t!("checklist_more.words")}</label>
                <input type="search" class="input" id="bulk-words" data-test="bulk-words" placeholder=t!("checklist_more.words")
                    on:change=move |ev| { words.set(event_target_value(&ev)); show(); } />
                <button type="button" class="button small" data-test="bulk-all" on:click=all>{t!("checklist_more.all_shown")}</button>
                <button type="button" class="button small" data-test="bulk-none" on:click=move |_| list.chosen.update(|c| c.clear())>{t!("checklist_more.none")}</button>
                <span role="status" data-test="bulk-count">{count}</span>
                {super::template::template(list)}
            </div>
            {settings(list)}
        </section>
    }
    .into_any()
}

/// What is set on everything that is selected.
fn settings(list: Checklist) -> AnyView {
    let result = RwSignal::new(String::new());
    let progress = RwSignal::new(String::new());
    let (owner, due, reason) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let patch = move || {
        let some = |s: RwSignal<String>| Some(s.get_untracked()).filter(|t| !t.trim().is_empty());
        AnswerPatch {
            result: some(result).map(|r| Outcome::from_name(&r)),
            progress: some(progress),
            owner: some(owner),
            // A day that is not understood goes as it was typed: the vault says what is wrong with it.
            due_on: some(due).map(|d| understood(d.trim()).map_or(d, |day| day.to_string())),
            reason: some(reason),
            ..AnswerPatch::default()
        }
    };
    let set = move |_| {
        let requirements: Vec<String> = list.chosen.with_untracked(|c| c.iter().cloned().collect());
        let set = patch();
        if busy.get_untracked() || requirements.is_empty() || set == AnswerPatch::default() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let reply = send(SetAnswers { assessment: list.id, requirements, set }).await;
            list.read_again().await;
            let _ = busy.try_set(false);
            match reply {
                Ok(done) => {
                    let _ = list.last.try_set(Some((t!("checklist_more.many", n = done.count), done.entry)));
                    say::note(t!("checklist_more.set_done", n = done.count));
                }
                Err(fault) => say::fault(&fault),
            }
        });
    };
    let results = ["met", "partly", "not_met", "not_applicable", "not_assessed"];
    let results = results.map(|r| view! { <option value=r>{Outcome::from_name(r).label()}</option> }).collect_view();
    let keep = || view! { <option value="">{t!("checklist_more.keep")}</option> };
    let none = move || list.chosen.with(|c| c.is_empty());
    view! {
        <div class="bulk-row">
            <label for="bulk-result">{t!("field.result")}</label>
            <select class="input" id="bulk-result" data-test="bulk-result" on:change=move |ev| result.set(event_target_value(&ev))>{keep()}{results}</select>
            <label for="bulk-progress">{t!("field.progress")}</label>
            <select class="input" id="bulk-progress" data-test="bulk-progress" on:change=move |ev| progress.set(event_target_value(&ev))>{options(&PROGRESS, "")}</select>
            <label for="bulk-owner">{t!("field.owner")}</label>
            <input type="text" class="input" id="bulk-owner" data-test="bulk-owner" list="people" autocomplete="off" on:input=move |ev| owner.set(event_target_value(&ev)) />
            <label for="bulk-due">{t!("field.due_on")}</label>
            <input type="text" class="input" id="bulk-due" data-test="bulk-due" placeholder=t!("form.date_hint") autocomplete="off" on:input=move |ev| due.set(event_target_value(&ev)) />
            <label for="bulk-reason">{t!("field.reason")}</label>
            <input type="text" class="input" id="bulk-reason" data-test="bulk-reason" autocomplete="off" on:input=move |ev| reason.set(event_target_value(&ev)) />
            <button type="button" class="button primary" data-test="bulk-set" disabled=move || busy.get() || none() on:click=set>{t!("checklist_more.set")}</button>
        </div>
    }
    .into_any()
}

/// The button that turns selecting on and off.
pub fn switch(list: Checklist) -> AnyView {
    let press = move |_| {
        list.choosing.update(|c| *c = !*c);
        if !list.choosing.get_untracked() {
            list.chosen.update(|c| c.clear());
            if list.view.get_untracked() == View::Filtered {
                let at = list.at.get_untracked();
                list.view.set(View::Guideline(String::new()));
                list.open(&at);
            }
        }
    };
    view! {
        <button type="button" class="button small" data-test="bulk-switch" aria-pressed=move || list.choosing.get().to_string()
            on:click=press>{t!("checklist_more.select")} " " <kbd>"s"</kbd></button>
    }
    .into_any()
}
