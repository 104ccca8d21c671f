//! The sheet in which a proposed answer is changed before it is saved.

use super::proposals::Panel;
use crate::{
    call::send,
    parts::{
        form::control::{grow, rows_for},
        loading::failed,
        sheet::sheet,
        toast,
    },
};
use conclave_domain::{
    answer::{Answer, RESULT, Result as Outcome},
    call::{
        assess::{DecideProposals, OpenAssessment, Proposal},
        journal::{ListMembers, Member},
    },
    fault::Fault,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

/// The sheet's state; it is about one proposal at a time. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    /// Whether the sheet is open.
    pub(super) open: RwSignal<bool>,
    /// Why the edited answer was not saved.
    pub(super) fault: RwSignal<Option<Fault>>,
    /// What the fields begin with: the proposal, over what the present answer says besides.
    start: RwSignal<Answer>,
    /// How far the work was before.
    progress: StoredValue<String>,
    asked: StoredValue<u32>,
}

impl Editing {
    /// The sheet, closed.
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            fault: RwSignal::new(None),
            start: RwSignal::new(Answer::default()),
            progress: StoredValue::new(String::new()),
            asked: StoredValue::new(0),
        }
    }

    /// Opens the sheet for a proposal. An edited answer is saved as a whole, so what the present one says besides (its day,
    /// its maturity, …) is read first and stays.
    pub(super) fn begin(self, assessment: Uuid, proposal: Proposal) {
        self.asked.update_value(|n| *n = n.wrapping_add(1));
        let mine = self.asked.get_value();
        spawn_local(async move {
            let view = send(OpenAssessment { reference: assessment.to_string() }).await;
            if self.asked.try_get_value() != Some(mine) {
                return;
            }
            match view {
                Ok(mut view) => {
                    let now = view.answers.remove(&proposal.requirement).unwrap_or_default();
                    self.fault.set(None);
                    self.progress.set_value(now.progress.clone());
                    self.start.set(over(now, proposal.answer));
                    self.open.set(true);
                }
                Err(fault) => toast::fault(&fault),
            }
        });
    }
}

/// A proposal over the present answer: what it does not speak of stays.
fn over(now: Answer, proposed: Answer) -> Answer {
    let filled = |new: String, old: &str| if new.trim().is_empty() { old.to_owned() } else { new };
    Answer {
        requirement: proposed.requirement,
        result: proposed.result,
        progress: filled(proposed.progress, &now.progress),
        comment: filled(proposed.comment, &now.comment),
        reason: filled(proposed.reason, &now.reason),
        evidence: filled(proposed.evidence, &now.evidence),
        owner: if now.owner.is_empty() { proposed.owner } else { now.owner },
        origin: proposed.origin,
        ..now
    }
}

/// The sheet.
pub(super) fn editor(panel: Panel) -> AnyView {
    let start = panel.editing.start;
    let title = Signal::derive(move || start.with(|a| t!("proposing.edit_of", id = a.requirement)));
    sheet(panel.editing.open, title, move || form(panel))
}

fn form(panel: Panel) -> AnyView {
    let start = panel.editing.start.get_untracked();
    let result = RwSignal::new(start.result);
    let [comment, reason, owner] =
        [start.comment.clone(), start.reason.clone(), start.owner.clone()].map(RwSignal::new);
    let members = RwSignal::new(Vec::<Member>::new());
    spawn_local(async move {
        let _ = members.try_set(send(ListMembers {}).await.unwrap_or_default());
    });
    let people =
        move || members.with(|m| m.iter().map(|m| view! { <option value=m.name.clone()></option> }).collect_view());
    let results = RESULT.values.iter().map(|value| {
        let chosen = *value == start.result.name();
        view! { <option value=*value selected=chosen>{RESULT.label(value)}</option> }
    });
    let results = results.collect_view();
    let (comment_area, reason_area) =
        (area("proposal-comment", t!("field.comment"), comment), area("proposal-reason", t!("field.reason"), reason));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let judged = result.get_untracked();
        let edited = Answer {
            result: judged,
            // The proposed progress belongs to the proposed result; with another one, the work stays where it was.
            progress: if judged == start.result { start.progress.clone() } else { panel.editing.progress.get_value() },
            comment: comment.get_untracked(),
            reason: reason.get_untracked(),
            owner: owner.with_untracked(|o| o.trim().to_owned()),
            ..start.clone()
        };
        let said = t!("proposing.edited", id = edited.requirement);
        let call = DecideProposals { assessment: panel.assessment, edited: vec![edited], ..Default::default() };
        panel.decide(call, said);
    };
    let fault = move || panel.editing.fault.get().map(|f| refusal(&f));
    view! {
        <form class="stack" data-test="proposal-form" on:submit=save>
            <p class="muted">{t!("proposing.edit_about")}</p>
            <div class="field"><label for="proposal-result">{t!("field.result")}</label>
                <select class="input" id="proposal-result" data-test="proposal-result"
                    on:change=move |ev| result.set(Outcome::from_name(&event_target_value(&ev)))>{results}</select></div>
            {comment_area}
            {reason_area}
            <div class="field"><label for="proposal-owner">{t!("field.owner")}</label>
                <input type="text" class="input" id="proposal-owner" data-test="proposal-owner" list="proposal-people" autocomplete="off"
                    prop:value=move || owner.get() on:input=move |ev| owner.set(event_target_value(&ev)) />
                <datalist id="proposal-people">{people}</datalist></div>
            {fault}
            <div class="actions">
                <button type="submit" class="button primary" data-test="proposal-edit-save" disabled=move || panel.busy.get()>{t!("proposing.edit_save")}</button>
                <button type="button" class="button" data-test="proposal-edit-cancel" on:click=move |_| panel.editing.open.set(false)>{t!("record.cancel")}</button>
            </div>
        </form>
    }
    .into_any()
}

fn area(id: &'static str, label: String, text: RwSignal<String>) -> AnyView {
    let rows = text.with_untracked(|t| rows_for(t, 2));
    let start = text.get_untracked();
    let typed = move |ev: web_sys::Event| {
        text.set(event_target_value(&ev));
        grow(&ev);
    };
    view! {
        <div class="field"><label for=id>{label}</label>
            <textarea class="input" id=id data-test=id rows=rows prop:value=start on:input=typed></textarea></div>
    }
    .into_any()
}

/// Why the answer was not saved: what stands against its fields, or else the refusal itself.
fn refusal(fault: &Fault) -> AnyView {
    if fault.fields.is_empty() {
        return failed(fault);
    }
    let lines = fault.fields.iter().map(|f| view! { <p class="fault">{f.sentence.clone()}</p> }).collect_view();
    view! { <div role="alert" data-test="fault">{lines}</div> }.into_any()
}
