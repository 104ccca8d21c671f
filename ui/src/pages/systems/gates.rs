//! The stage gates of a system: what each asks for, moving on, and the chair's override.

use crate::{
    call::use_reply,
    pages::record::say,
    parts::{
        dom,
        form::control::{grow, understood},
        loading::{failed, loading},
        path::record_path,
        sending::Sending,
        sheet::sheet,
    },
    state::Session,
};
use chrono::NaiveDate;
use conclave_domain::{
    call::{
        assess::{GetGates, OverrideGate, PassGate},
        record::Head,
    },
    fault::{Fault, FieldFault},
    gate::{self, Gate, Need, Override},
    kind::Kind,
    noun::{System, system::STAGE},
    permission::Permission,
    t,
    time::AsOf,
};
use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsCast;

/// So many requirements of a need are links; the others are counted.
const NAMED: usize = 12;
const FIELDS: &[&str] = &["reason", "expires_on"];

/// What can be done at the gates. It is a handle: copies share one state.
#[derive(Clone, Copy)]
struct Acts {
    system: Uuid,
    name: StoredValue<String>,
    stage: StoredValue<String>,
    /// Whether the acting member may move the system on, and may override.
    may: (bool, bool),
    passing: Sending,
    /// The system has moved on: the page is about to show it anew.
    moved: RwSignal<bool>,
    /// The day of which the gates are shown; `None` for today. What was cannot be passed.
    as_of: RwSignal<Option<NaiveDate>>,
    /// The gate that the sheet is about.
    chosen: RwSignal<Option<Gate>>,
    open: RwSignal<bool>,
}

impl Acts {
    fn pass(self, to: &str) {
        if self.moved.get_untracked() {
            return;
        }
        let (name, stage) = (self.name.get_value(), STAGE.label(to));
        self.passing.send(PassGate { system: self.system, to: to.to_owned() }, move |saved| {
            let _ = self.moved.try_set(true);
            dom::focus_id("tab-gates");
            say::undoable(t!("gate_page.passed", name = name, stage = stage), saved.entry);
        });
    }
}

/// The gates of a system as steps, and the overrides so far.
pub fn gates(head: Head, system: System) -> AnyView {
    let session = Session::here();
    let id = head.id;
    let acts = Acts {
        system: id,
        name: StoredValue::new(head.reference),
        stage: StoredValue::new(system.stage.clone()),
        may: untrack(|| (session.may(Permission::KeepInventory), session.may(Permission::OverrideGate))),
        passing: Sending::new(),
        moved: RwSignal::new(false),
        as_of: RwSignal::new(None),
        chosen: RwSignal::new(None),
        open: RwSignal::new(false),
    };
    // Asked anew for each day, so that no gates of another day stand under it while the answer is awaited.
    let steps = move || {
        let as_of = acts.as_of.get().map(AsOf::Day);
        let found = use_reply(move || Some(GetGates { reference: id.to_string(), as_of }));
        view! { {move || found.with(|f| steps(f.as_ref(), acts))} }.into_any()
    };
    let title = Signal::derive(move || {
        acts.chosen.with(|g| g.as_ref().map(|g| t!("gate_page.override_title", stage = STAGE.label(&g.to))))
    });
    let title = Signal::derive(move || title.get().unwrap_or_default());
    let now = if system.stage.is_empty() {
        t!("gate_page.stage_unknown")
    } else {
        t!("gate_page.stage_now", stage = STAGE.label(&system.stage))
    };
    view! {
        <section class="stack" data-test="gates" aria-label=t!("gate_page.tab")>
            <div>
                <p><strong data-test="gates-stage"><span aria-hidden="true">"▸ "</span>{now}</strong></p>
                <p class="muted">{t!("gate_page.lead")}</p>
            </div>
            {acts.passing.rest(&[])}
            {of_a_day(acts)}
            {steps}
            {overrides(&system.overrides)}
        </section>
        {sheet(acts.open, title, move || override_form(acts))}
    }
    .into_any()
}

fn steps(found: Option<&Result<Vec<Gate>, Fault>>, acts: Acts) -> AnyView {
    match found {
        None => loading(),
        Some(Err(fault)) => failed(fault),
        Some(Ok(all)) => {
            let steps = (1..).zip(all).map(|(number, gate)| step(number, gate, acts)).collect_view();
            view! { <ol class="gate-row">{steps}</ol> }.into_any()
        }
    }
}

/// Chooses the day of which the gates are shown.
fn of_a_day(acts: Acts) -> AnyView {
    let choose = move |ev: web_sys::Event| acts.as_of.set(understood(event_target_value(&ev).trim()));
    let told = move || {
        acts.as_of
            .get()
            .map(|day| view! { <p class="note" data-test="gates-then">{t!("gate_page.then", day = dom::day(day))}</p> })
    };
    view! {
        <div class="field"><label for="gates-as-of">{t!("gate_page.as_of")}</label>
            <input class="input short" type="date" id="gates-as-of" data-test="gates-as-of" max=dom::today().to_string() on:change=choose /></div>
        <div role="status">{told}</div>
    }
    .into_any()
}

impl Acts {
    /// The day by which overrides are judged.
    fn day(self) -> NaiveDate {
        self.as_of.get().unwrap_or_else(dom::today)
    }
}

/// Sign and tone of a gate on a day: clear, held open by an override, shut.
fn sign(gate: &Gate, day: NaiveDate) -> (&'static str, &'static str) {
    if gate.is_clear() {
        ("✓ ", "good")
    } else if gate.lets_pass(day) {
        ("◐ ", "part")
    } else {
        ("◆ ", "bad")
    }
}

fn step(number: u32, gate: &Gate, acts: Acts) -> AnyView {
    let day = acts.day();
    let (sign, tone) = sign(gate, day);
    let past = acts.as_of.get().is_some();
    let here = !past && acts.stage.with_value(|s| *s == gate.to);
    let mark = here
        .then(|| view! { <span class="gate-here"><span aria-hidden="true">"▸ "</span>{t!("gate_page.here")}</span> });
    let needs = needs(&gate.needs, true);
    view! {
        <li class="card gate-step" data-tone=tone data-test=format!("gate-{}", gate.to) aria-current=here.then_some("step")>
            <h3><span class="gate-number">{number}</span>{STAGE.label(&gate.to)}{mark}</h3>
            <p class="gate-word" data-tone=tone><span aria-hidden="true">{sign}</span>{gate.sentence(day)}</p>
            {needs}
            {(!past).then(|| view! { <div class="actions">{pass_button(gate, acts)}{override_button(gate, acts)}</div> })}
        </li>
    }
    .into_any()
}

/// Each need with its sign; with the ways to what it is about if asked for.
fn needs(all: &[Need], links: bool) -> AnyView {
    let line = |need: &Need| {
        let (sign, word) = if need.met { ("✓", t!("gate_page.met")) } else { ("◆", t!("gate_page.not_met")) };
        let test = links.then_some("gate-need");
        let about = links.then(|| (records(need), requirements(need)));
        view! {
            <li class="gate-need" data-test=test data-met=need.met.to_string() data-sort=need.sort.clone()>
                <span title=word.clone()><span aria-hidden="true">{sign}</span><span class="sr-only">{word.clone()}": "</span></span>
                <div><span>{need.sentence.clone()}</span>{about}</div>
            </li>
        }
    };
    view! { <ul class="gate-needs">{all.iter().map(line).collect_view()}</ul> }.into_any()
}

fn records(need: &Need) -> Option<AnyView> {
    let link = |reference: &String| match Kind::from_reference(reference) {
        Some((kind, _)) => {
            view! { <a class="ref" href=record_path(kind, reference)>{reference.clone()}</a> }.into_any()
        }
        None => view! { <span class="ref">{reference.clone()}</span> }.into_any(),
    };
    let links = need.records.iter().map(link).collect_view();
    (!need.records.is_empty()).then(|| view! { <div class="gate-links">{links}</div> }.into_any())
}

/// The first requirements of a need as ways into the assessment, and how many more there are.
fn requirements(need: &Need) -> Option<AnyView> {
    let path = record_path(Kind::Assessment, need.records.first()?);
    let link = |id: &String| view! { <a href=format!("{path}?at={}", dom::escape(id))>{id.clone()}</a> };
    let links = need.requirements.iter().take(NAMED).map(link).collect_view();
    let more = need.requirements.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| view! { <span class="muted">{t!("gate_page.more", n = more)}</span> });
    let label = t!("gate_page.requirements");
    (!need.requirements.is_empty())
        .then(|| view! { <div class="gate-links" role="group" aria-label=label>{links}{more}</div> }.into_any())
}

/// The way on, where the gate is ahead and lets the system pass.
fn pass_button(gate: &Gate, acts: Acts) -> Option<AnyView> {
    let ahead = acts.stage.with_value(|s| gate::leads_through(s, &gate.to));
    (acts.may.0 && ahead && gate.lets_pass(dom::today())).then(|| {
        let to = gate.to.clone();
        view! {
            <button type="button" class="button primary" data-test=format!("gate-pass-{to}")
                disabled=move || acts.passing.is_busy() || acts.moved.get() on:click=move |_| acts.pass(&to)>
                {t!("gate_page.pass", stage = STAGE.label(&gate.to))}
            </button>
        }
        .into_any()
    })
}

fn override_button(gate: &Gate, acts: Acts) -> Option<AnyView> {
    (acts.may.1 && !gate.is_clear()).then(|| {
        let chosen = gate.clone();
        let choose = move |_| {
            acts.chosen.set(Some(chosen.clone()));
            acts.open.set(true);
        };
        view! {
            <button type="button" class="button" data-test=format!("gate-override-{}", gate.to)
                aria-label=t!("gate_page.override_name", stage = STAGE.label(&gate.to)) on:click=choose>
                {t!("gate_page.override")}
            </button>
        }
        .into_any()
    })
}

/// The form of an override: why, and up to which day.
fn override_form(acts: Acts) -> AnyView {
    let Some(gate) = acts.chosen.get_untracked() else { return ().into_any() };
    let (reason, until) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let unmet: Vec<Need> = gate.needs.iter().filter(|n| !n.met).cloned().collect();
    let (system, open, to) = (acts.system, acts.open, gate.to);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let written = until.get_untracked();
        let expires_on = understood(written.trim());
        if expires_on.is_none() && !written.trim().is_empty() {
            let sentence = t!("rule.date", field = t!("gate_page.until"), value = written.trim());
            sending.refuse(Fault::invalid(vec![FieldFault::new("expires_on", sentence)]));
            return;
        }
        let stage = STAGE.label(&to);
        let call = OverrideGate { system, to: to.clone(), reason: reason.get_untracked(), expires_on };
        sending.send(call, move |_| {
            let _ = open.try_set(false);
            dom::focus_id("tab-gates");
            // An override stays on record: there is no way back to offer.
            say::note(t!("gate_page.overridden", stage = stage));
        });
    };
    // What was meant stands in the field on leaving it.
    let left = move |event: web_sys::Event| {
        let Some(date) = understood(event_target_value(&event).trim()) else { return };
        if let Some(input) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok()) {
            input.set_value(&date.to_string());
        }
        until.set(date.to_string());
    };
    dom::focus_id("override-reason");
    view! {
        <form class="stack" on:submit=submit>
            <p class="prose">{t!("gate_page.override_about")}</p>
            {needs(&unmet, false)}
            <div class="field">
                <label for="override-reason">{t!("gate_page.reason")}</label>
                <textarea class="input" id="override-reason" data-test="override-reason" rows="4" aria-required="true" aria-describedby="override-reason-fault"
                    on:input=move |ev| { grow(&ev); reason.set(event_target_value(&ev)); }></textarea>
                <div id="override-reason-fault">{sending.at("reason")}</div>
            </div>
            <div class="field">
                <label for="override-until">{t!("gate_page.until")}</label>
                <input type="text" inputmode="numeric" class="input date" id="override-until" data-test="override-until" autocomplete="off"
                    placeholder=t!("form.date_hint") title=t!("form.date_about") aria-required="true" aria-describedby="override-until-help override-until-fault"
                    on:input=move |ev| until.set(event_target_value(&ev)) on:change=left />
                <p class="help" id="override-until-help">{t!("gate_page.until_help")}</p>
                <div id="override-until-fault">{sending.at("expires_on")}</div>
            </div>
            {sending.rest(FIELDS)}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
                <button type="submit" class="button primary" data-test="override-save" disabled=move || sending.is_busy()>{t!("gate_page.override_save")}</button>
            </div>
        </form>
    }
    .into_any()
}

/// Every override so far, the newest first; nothing where there is none.
fn overrides(all: &[Override]) -> Option<AnyView> {
    let line = |o: &Override| {
        let open = o.open.iter().map(|s| view! { <li>{s.clone()}</li> }).collect_view();
        view! {
            <tr><th scope="row">{STAGE.label(&o.to)}</th><td class="prose">{o.reason.clone()}</td><td>{o.by.clone()}</td>
                <td class="day">{o.given_on.map(dom::day)}</td><td class="day">{o.expires_on.map(dom::day)}</td>
                <td class="prose"><ul class="plain-list">{open}</ul></td></tr>
        }
    };
    let lines = all.iter().rev().map(line).collect_view();
    (!all.is_empty()).then(|| {
        view! {
            <section class="card flush">
                <div class="table-title"><h2 id="gate-overrides-title">{t!("gate_page.overrides")}</h2></div>
                <div class="scroll-x"><table class="records static" data-test="gate-overrides" aria-labelledby="gate-overrides-title">
                    <thead><tr><th scope="col">{t!("gate_page.gate")}</th><th scope="col">{t!("gate_page.reason")}</th><th scope="col">{t!("gate_page.by")}</th>
                        <th scope="col">{t!("gate_page.given")}</th><th scope="col">{t!("gate_page.until")}</th><th scope="col">{t!("gate_page.open")}</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table></div>
            </section>
        }
        .into_any()
    })
}
