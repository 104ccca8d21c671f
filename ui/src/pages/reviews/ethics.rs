//! The ethics questionnaire of a review: areas, questions, and a score whose parts are always shown apart.

use super::work;
use crate::{
    call::use_reply,
    pages::record::{conflict, saving::Saving},
    parts::{
        dom,
        form::control::{grow, rows_for},
        loading::{failed, loading},
    },
};
use conclave_domain::{
    call::{assess::GetQuestionnaire, record::Detail},
    questionnaire::{Area, Question, Questionnaire, Reply, Scores},
    t,
};
use leptos::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct Ethics {
    saving: Saving,
    all: StoredValue<Questionnaire>,
    area: RwSignal<String>,
}

/// The questionnaire.
pub fn ethics(detail: Signal<Detail>) -> AnyView {
    let (saving, keeper) = work(detail);
    let questions = use_reply(move || Some(GetQuestionnaire {}));
    let body = move || {
        questions.with(|q| match q {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(all)) => page(saving, all.clone()),
        })
    };
    view! { {keeper} {conflict::panel(saving)} {body} }.into_any()
}

impl Ethics {
    fn replies(&self) -> BTreeMap<String, Reply> {
        serde_json::from_value(self.saving.form.get("replies")).unwrap_or_default()
    }

    fn reply(&self, id: &str) -> Reply {
        untrack(|| self.replies()).remove(id).unwrap_or_default()
    }

    fn set(&self, id: &str, change: impl FnOnce(&mut Reply)) {
        let mut all = untrack(|| self.replies());
        let mut reply = all.remove(id).unwrap_or_default();
        change(&mut reply);
        if reply != Reply::default() {
            all.insert(id.to_owned(), reply);
        }
        self.saving.form.set("replies", serde_json::to_value(all).unwrap_or(Value::Null));
    }
}

fn page(saving: Saving, all: Questionnaire) -> AnyView {
    let first = all.areas.first().map(|a| a.id.clone()).unwrap_or_default();
    let here = Ethics { saving, all: StoredValue::new(all), area: RwSignal::new(first) };
    let keys = window_event_listener(leptos::ev::keydown, move |ev| {
        if (ev.ctrl_key() || ev.meta_key()) && ev.key().eq_ignore_ascii_case("s") {
            ev.prevent_default();
            saving.save();
        }
    });
    on_cleanup(move || keys.remove());
    let areas = here.all.with_value(|q| q.areas.iter().map(|a| area_button(here, a)).collect_view());
    let questions = move || {
        let id = here.area.get();
        saving.form.shown.track();
        here.all.with_value(|q| q.areas.iter().find(|a| a.id == id).map(|a| area(here, a, q)))
    };
    view! {
        {score(here)}
        <div class="checklist">
            <nav class="card checklist-nav" aria-label=t!("review_page.areas")><ul class="stages"><li><ul>{areas}</ul></li></ul></nav>
            <div class="stack">{questions}{bar(saving)}</div>
        </div>
    }
    .into_any()
}

/// Impact, mitigation and what remains after the discount: four figures, never one.
fn score(here: Ethics) -> AnyView {
    let figures = move || {
        let s = here.all.with_value(|q| q.score(&here.replies()));
        let figure = |key: &'static str, value: String, words: String| {
            view! { <div class="figure-now" data-test=format!("score-{key}")><b>{value}</b><span>{words}</span></div> }
        };
        let share = (s.mitigation * 100).checked_div(s.mitigation_max).unwrap_or(0);
        view! {
            {figure("answered", format!("{} / {}", s.answered, s.required), t!("review_page.answered"))}
            {figure("impact", format!("{} / {}", s.impact, s.impact_max), t!("review_page.impact"))}
            {figure("mitigation", format!("{} / {}", s.mitigation, s.mitigation_max), t!("review_page.mitigation", share = share))}
            {figure("current", s.current.to_string(), t!("review_page.current"))}
            {figure("level", format!("{} / 4", s.level), t!("review_page.level"))}
        }
    };
    let about = here.all.with_value(|q| q.questionnaire.scoring.clone());
    view! {
        <section class="glance" aria-label=t!("review_page.score") data-test="ethics-score">{figures}</section>
        <details class="more"><summary>{t!("review_page.scoring")}</summary><p>{about}</p></details>
    }
    .into_any()
}

fn area_button(here: Ethics, area: &Area) -> AnyView {
    let (name, id) = (area.id.clone(), area.id.clone());
    let on = move || here.area.with(|a| *a == name).then_some("true");
    let of = area.id.clone();
    let progress = Memo::new(move |_| {
        let replies = here.replies();
        here.all.with_value(|q| {
            let needed = q.of(&of).filter(|q| q.required).count();
            let done =
                q.of(&of).filter(|q| q.required && replies.get(&q.id).is_some_and(|r| is_answered(q, r))).count();
            (done, needed)
        })
    });
    view! {
        <li>
            <button type="button" class="guideline" data-test=format!("area-{}", area.id) aria-current=on on:click=move |_| here.area.set(id.clone())>
                <span class="ref">{area.id.clone()}</span>
                <span class="name">{area.title.clone()}</span>
                <span class="n">{move || format!("{}/{}", progress.get().0, progress.get().1)}</span>
            </button>
        </li>
    }
    .into_any()
}

fn is_answered(question: &Question, reply: &Reply) -> bool {
    if question.choices.is_empty() {
        !reply.text.trim().is_empty()
    } else {
        question.choices.iter().any(|c| c.value == reply.choice)
    }
}

fn area(here: Ethics, area: &Area, all: &Questionnaire) -> AnyView {
    let questions = all.of(&area.id).map(|q| question(here, q.clone())).collect_view();
    let informed = area.informed_by.iter().map(|i| view! { <li>{i.clone()}</li> }).collect_view();
    let next = all.areas.iter().skip_while(|a| a.id != area.id).nth(1).map(|a| {
        let (id, words) = (a.id.clone(), t!("review_page.next_area", name = a.title));
        let go = move |_| {
            here.area.set(id.clone());
            dom::focus_id("tab-panel");
        };
        view! { <button type="button" class="button" data-test="area-next" on:click=go>{words}</button> }
    });
    view! {
        <section class="card questions" aria-labelledby="area-title">
            <h2 id="area-title">{area.id.clone()} " " {area.title.clone()}</h2>
            <p class="guidance">{area.about.clone()}</p>
            <details class="more"><summary>{t!("review_page.informed_by")}</summary><ul>{informed}</ul></details>
            {questions}
            {next}
        </section>
    }
    .into_any()
}

fn question(here: Ethics, question: Question) -> AnyView {
    let now = here.reply(&question.id);
    let id = question.id.clone();
    let side = match question.scores {
        Scores::Impact => t!("review_page.scores_impact"),
        Scores::Mitigation => t!("review_page.scores_mitigation"),
        Scores::None => t!("review_page.scores_none"),
    };
    let choices = question
        .choices
        .iter()
        .map(|c| {
            let (id, value) = (id.clone(), c.value.clone());
            let test = format!("reply-{id}-{}", c.value);
            let name = format!("reply-{id}");
            let pick = move |_| here.set(&id, |r| r.choice.clone_from(&value));
            view! {
                <label class="pick">
                    <input type="radio" name=name data-test=test checked={c.value == now.choice} on:change=pick />
                    <span>{c.label.clone()}</span> <span class="n">{t!("review_page.points", n = c.points)}</span>
                </label>
            }
        })
        .collect_view();
    let of_text = id.clone();
    let label = if question.choices.is_empty() { question.question.clone() } else { t!("review_page.note") };
    let rows = rows_for(&now.text, if question.choices.is_empty() { 3 } else { 1 });
    view! {
        <fieldset class="question" data-test=format!("question-{id}")>
            <legend><span class="ref">{id.clone()}</span> " " {question.question.clone()}</legend>
            <p class="help">{question.guidance.clone()} " " <span class="muted">{side}</span></p>
            <div class="options">{choices}</div>
            <textarea class="input" rows=rows aria-label=label.clone() placeholder=label data-test=format!("reply-{id}-text") prop:value=now.text
                on:input=move |ev| { grow(&ev); let text = event_target_value(&ev); here.set(&of_text, |r| r.text = text) }></textarea>
        </fieldset>
    }
    .into_any()
}

fn bar(saving: Saving) -> AnyView {
    let fault = move || {
        saving.fault.get().map(|f| view! { <div class="note bad" role="alert" data-test="form-fault"><p>{f.sentence}</p><p>{f.next}</p></div> })
    };
    let state = move || {
        if saving.busy.get() {
            t!("record.saving")
        } else if saving.form.is_dirty() {
            t!("record.unsaved")
        } else {
            String::new()
        }
    };
    view! {
        {fault}
        <div class="save-bar">
            <span class="muted" role="status">{state}</span>
            <button type="button" class="button primary" data-test="record-save" aria-disabled=move || saving.busy.get().to_string()
                on:click=move |_| saving.save()>{t!("review_page.save_replies")} " " <kbd>"Ctrl S"</kbd></button>
        </div>
    }
    .into_any()
}
