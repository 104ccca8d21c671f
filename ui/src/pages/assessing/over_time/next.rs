//! Starting the next assessment from one.

use crate::{
    call::use_reply,
    parts::{dom, form::control::understood, path::record_path, sending::Sending, sheet::sheet, toast},
};
use conclave_domain::{
    call::{
        framework::{FrameworkLine, ListFrameworks},
        over_time::{NextAssessment, NextReport},
    },
    kind::Kind,
    t,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

const FIELDS: &[&str] = &["title", "as_of", "edition"];

/// The assessment to go on from.
#[derive(Debug, Clone)]
pub struct Start {
    /// The assessment.
    pub assessment: Uuid,
    /// Its framework.
    pub framework: String,
    /// The edition that it answers.
    pub edition: String,
}

/// The dialog.
pub fn dialog(start: Start, open: RwSignal<bool>) -> AnyView {
    let asked = use_reply(|| Some(ListFrameworks {}));
    let id = start.framework.clone();
    let editions = Memo::new(move |_| {
        asked.with(|r| {
            let lines = r.as_ref().and_then(|r| r.as_ref().ok());
            lines.into_iter().flatten().filter(|l| l.id == id).cloned().collect::<Vec<_>>()
        })
    });
    let navigate = use_navigate();
    let go = Callback::new(move |reference: String| {
        navigate(&record_path(Kind::Assessment, &reference), Default::default());
    });
    sheet(open, t!("over_time_page.next"), move || form(&start, editions, open, go))
}

fn form(start: &Start, editions: Memo<Vec<FrameworkLine>>, open: RwSignal<bool>, go: Callback<String>) -> AnyView {
    let today = dom::today();
    let named = editions.with_untracked(|e| e.first().map(|l| l.short_title.clone()));
    let named = named.unwrap_or_else(|| start.framework.clone());
    let proposed = t!("over_time_page.next_proposed", framework = named, month = today.format("%b %Y"));
    let title = RwSignal::new(proposed.clone());
    let as_of = RwSignal::new(today.to_string());
    let edition = RwSignal::new(String::new());
    let sending = Sending::new();
    let assessment = start.assessment;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let chosen = edition.get_untracked();
        let call = NextAssessment {
            assessment,
            title: title.get_untracked(),
            as_of: understood(as_of.get_untracked().trim()),
            edition: chosen.clone(),
        };
        sending.send(call, move |report| {
            let _ = open.try_set(false);
            toast::note(said(&report, &chosen));
            go.run(report.head.reference);
        });
    };
    dom::focus_id("next-title");
    view! {
        <form class="stack" on:submit=submit>
            <p class="muted">{t!("over_time_page.next_lead")}</p>
            <div class="field">
                <label for="next-title">{t!("over_time_page.baseline_title")}</label>
                <input class="input" type="text" id="next-title" data-test="next-title" autocomplete="off" value=proposed
                    on:input=move |ev| title.set(event_target_value(&ev)) />
                {sending.at("title")}
            </div>
            <div class="field">
                <label for="next-as-of">{t!("over_time_page.next_as_of")}</label>
                <input class="input short" type="date" id="next-as-of" data-test="next-as-of" value=today.to_string()
                    on:input=move |ev| as_of.set(event_target_value(&ev)) />
                {sending.at("as_of")}
            </div>
            {choice(start.edition.clone(), editions, edition, sending)}
            {sending.rest(FIELDS)}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
                <button type="submit" class="button primary" data-test="next-save" disabled=move || sending.is_busy()>{t!("over_time_page.next_go")}</button>
            </div>
        </form>
    }
    .into_any()
}

/// The choice of an edition, where there is another than the one that is answered now.
fn choice(now: String, editions: Memo<Vec<FrameworkLine>>, edition: RwSignal<String>, sending: Sending) -> AnyView {
    let field = move || {
        let lines = editions.get();
        // Without an edition of its own an assessment answers one of those that are there: a single one is no choice.
        let is_choice = lines.iter().any(|l| l.edition != now) && (lines.len() > 1 || !now.is_empty());
        is_choice.then(|| {
            let same = if now.is_empty() {
                t!("over_time_page.next_edition_same")
            } else {
                t!("over_time_page.next_edition_now", edition = now)
            };
            let chosen = edition.get_untracked();
            let others = lines
                .into_iter()
                .map(|l| l.edition)
                .filter(|e| *e != now)
                .map(|e| view! { <option value=e.clone() selected=e == chosen>{e.clone()}</option> })
                .collect_view();
            view! {
                <div class="field">
                    <label for="next-edition">{t!("over_time_page.next_edition")}</label>
                    <select class="input short" id="next-edition" data-test="next-edition" aria-describedby="next-edition-help"
                        on:change=move |ev| edition.set(event_target_value(&ev))>
                        <option value="">{same}</option>{others}
                    </select>
                    <p class="help" id="next-edition-help">{t!("over_time_page.next_edition_help")}</p>
                    {sending.at("edition")}
                </div>
            }
        })
    };
    view! { {field} }.into_any()
}

/// What was carried over, and what another edition changes.
fn said(report: &NextReport, edition: &str) -> String {
    if edition.is_empty() {
        t!("over_time_page.next_done", reference = report.head.reference, carried = report.carried)
    } else {
        t!(
            "over_time_page.next_done_edition",
            reference = report.head.reference,
            edition = edition,
            carried = report.carried,
            added = report.editions.added.len(),
            changed = report.editions.changed.len(),
            removed = report.editions.removed.len()
        )
    }
}
