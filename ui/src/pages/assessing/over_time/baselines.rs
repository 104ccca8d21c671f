//! The baselines of an assessment, and freezing one more.

use super::{Held, next, percent};
use crate::parts::{
    copy::copy_button,
    coverage_bar, dom,
    loading::{failed, loading},
    sending::Sending,
    sheet::sheet,
    status::{Tone, status},
    toast,
};
use conclave_domain::{
    call::over_time::{BaselineLine, FreezeAssessment},
    t,
};
use leptos::prelude::*;
use uuid::Uuid;

/// How many characters of a hash show while nobody asks for all of it.
const SHORT: usize = 12;
const FIELDS: &[&str] = &["title"];

/// The card with the list and what can be done.
pub fn card(assessment: Uuid, kept: Held<Vec<BaselineLine>>, may: Memo<bool>, start: next::Start) -> AnyView {
    let (freezing, starting) = (RwSignal::new(false), RwSignal::new(false));
    let body = move || {
        kept.with(|k| match k {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(lines)) if lines.is_empty() => empty(),
            Some(Ok(lines)) => table(lines),
        })
    };
    let acts = move || {
        may.get().then(|| {
            view! {
                <div class="actions">
                    <button type="button" class="button" data-test="freeze" on:click=move |_| freezing.set(true)>{t!("over_time_page.freeze")}</button>
                    <button type="button" class="button" data-test="next-assessment" on:click=move |_| starting.set(true)>{t!("over_time_page.next")}</button>
                </div>
            }
        })
    };
    view! {
        <section class="card stack" aria-labelledby="over-time-baselines" data-test="baselines">
            <header class="section-head"><h2 id="over-time-baselines">{t!("over_time_page.baselines")}</h2>{acts}</header>
            {body}
            {freeze(assessment, freezing)}
            {next::dialog(start, starting)}
        </section>
    }
    .into_any()
}

fn empty() -> AnyView {
    view! {
        <div class="empty" data-test="baselines-none">
            <p class="empty-title">{t!("over_time_page.none")}</p>
            <p class="about">{t!("over_time_page.none_about")}</p>
        </div>
    }
    .into_any()
}

fn table(lines: &[BaselineLine]) -> AnyView {
    view! {
        <p class="muted">{t!("over_time_page.baselines_lead")}</p>
        <div class="scroll-x"><table class="records static">
            <thead><tr>
                <th scope="col">{t!("over_time_page.baseline_title")}</th><th scope="col">{t!("over_time_page.at")}</th>
                <th scope="col">{t!("over_time_page.by")}</th><th scope="col" class="n">{t!("over_time_page.answers")}</th>
                <th scope="col">{t!("over_time_page.met")}</th><th scope="col">{t!("over_time_page.hash")}</th>
                <th scope="col">{t!("over_time_page.state")}</th>
            </tr></thead>
            <tbody>{lines.iter().map(row).collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}

fn row(line: &BaselineLine) -> AnyView {
    let sound = if line.sound {
        status(Tone::Good, t!("over_time_page.sound"))
    } else {
        status(Tone::Bad, t!("over_time_page.damaged"))
    };
    view! {
        <tr data-test="baseline-row" data-id=line.id.to_string() data-sound=line.sound.to_string()>
            <th scope="row" class="baseline-title">{line.title.clone()}</th>
            <td class="when">{dom::moment(line.at)}</td><td>{line.by.clone()}</td>
            <td class="n">{dom::count(u64::try_from(line.answers).unwrap_or(u64::MAX))}</td>
            <td><span class="baseline-met"><b class="n">{percent(line.coverage.percent_met())}</b>{coverage_bar::small_bar(line.coverage)}</span></td>
            <td>{hash(&line.sha256)}</td><td>{sound}</td>
        </tr>
    }
    .into_any()
}

/// The first characters, all of them for who points at it or goes to it by keyboard, and a button that copies all.
fn hash(sha256: &str) -> AnyView {
    let short: String = sha256.chars().take(SHORT).chain(['…']).collect();
    view! {
        <span class="copyable">
            <span class="mono baseline-hash" tabindex="0" title=sha256.to_owned() data-test="baseline-hash">
                <span class="short">{short}</span><span class="full hash">{sha256.to_owned()}</span>
            </span>
            {copy_button(sha256.to_owned(), t!("over_time_page.hash"))}
        </span>
    }
    .into_any()
}

fn freeze(assessment: Uuid, open: RwSignal<bool>) -> AnyView {
    sheet(open, t!("over_time_page.freeze"), move || form(assessment, open))
}

fn form(assessment: Uuid, open: RwSignal<bool>) -> AnyView {
    let title = RwSignal::new(String::new());
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        sending.send(FreezeAssessment { assessment, title: title.get_untracked() }, move |line| {
            let _ = open.try_set(false);
            toast::note(t!("over_time_page.frozen", title = line.title));
        });
    };
    dom::focus_id("freeze-title");
    view! {
        <form class="stack" on:submit=submit>
            <p class="muted">{t!("over_time_page.freeze_lead")}</p>
            <div class="field">
                <label for="freeze-title">{t!("over_time_page.baseline_title")}</label>
                <input class="input" type="text" id="freeze-title" data-test="freeze-title" autocomplete="off" aria-describedby="freeze-title-help"
                    on:input=move |ev| title.set(event_target_value(&ev)) />
                <p class="help" id="freeze-title-help">{t!("over_time_page.freeze_title_help")}</p>
                {sending.at("title")}
            </div>
            {sending.rest(FIELDS)}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
                <button type="submit" class="button primary" data-test="freeze-save" disabled=move || sending.is_busy()>{t!("over_time_page.freeze_go")}</button>
            </div>
        </form>
    }
    .into_any()
}
