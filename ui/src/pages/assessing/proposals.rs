//! Answer once: what the answers in other frameworks of the same AI system propose here, to be accepted, edited or refused.

use super::proposal_edit::{Editing, editor};
use crate::{
    call::{send, use_reply},
    parts::{
        dom,
        loading::{failed, loading},
        path::framework_path,
        sheet,
        status::result_badge,
        strength, toast,
    },
    state::Session,
};
use conclave_domain::{
    call::assess::{AssessmentView, DecideProposals, ListProposals, OpenAssessment, Proposal, Proposals},
    fault::Fault,
    permission::Permission,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The id of the panel: where the keyboard goes when a line that had it is gone.
const PLACE: &str = "proposals";

/// What the panel's lines share. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    /// The assessment that takes the proposals.
    pub(super) assessment: Uuid,
    framework: StoredValue<String>,
    may: bool,
    /// Whether a decision is under way: another one waits.
    pub(super) busy: RwSignal<bool>,
    picked: RwSignal<BTreeSet<String>>,
    /// The sheet in which a proposal is edited.
    pub(super) editing: Editing,
}

impl Panel {
    /// Sends one decision; while one is under way, another press is the same wish. What was refused shows in the sheet if it
    /// came from there, and else at the window's edge.
    pub(super) fn decide(self, call: DecideProposals, said: String) {
        if self.busy.try_get_untracked() != Some(false) {
            return;
        }
        self.busy.set(true);
        self.editing.fault.set(None);
        let from_sheet = !call.edited.is_empty();
        spawn_local(async move {
            let reply = send(call).await;
            let _ = self.busy.try_set(false);
            match reply {
                Ok(done) => {
                    toast::undoable(said, done.entry);
                    let _ = self.editing.open.try_set(false);
                    dom::focus_id(PLACE);
                }
                Err(fault) if from_sheet && self.editing.open.try_get_untracked() == Some(true) => {
                    self.editing.fault.set(Some(fault));
                }
                Err(fault) => toast::fault(&fault),
            }
        });
    }

    fn accept(self, accept: Vec<String>) {
        let said = t!("proposing.accepted", n = accept.len());
        self.decide(DecideProposals { assessment: self.assessment, accept, ..Default::default() }, said);
    }

    fn refuse(self, refuse: Vec<String>) {
        let said = t!("proposing.refused_now", n = refuse.len());
        self.decide(DecideProposals { assessment: self.assessment, refuse, ..Default::default() }, said);
    }

    fn picks(self) -> Vec<String> {
        self.picked.with_untracked(|p| p.iter().cloned().collect())
    }
}

/// The present answers, for the lines whose origin has changed.
type Present = Signal<Option<Result<AssessmentView, Fault>>>;

/// The panel of an assessment: what is proposed to it, and what can be done about that.
pub fn proposals(assessment: Uuid, framework: String) -> AnyView {
    let panel = Panel {
        assessment,
        framework: StoredValue::new(framework),
        may: untrack(|| Session::here().may(Permission::Assess)),
        busy: RwSignal::new(false),
        picked: RwSignal::new(BTreeSet::new()),
        editing: Editing::new(),
    };
    let found = use_reply(move || Some(ListProposals { assessment }));
    let changed = Memo::new(move |_| found.with(|f| matches!(f, Some(Ok(f)) if !f.changed.is_empty())));
    let present = use_reply(move || changed.get().then(|| OpenAssessment { reference: assessment.to_string() }));
    Effect::new(move |_| {
        // What is not open any more cannot stay chosen.
        found.with(|f| {
            if let Some(Ok(f)) = f {
                panel.picked.update(|p| p.retain(|id| f.open.iter().any(|o| o.requirement == *id)));
            }
        });
    });
    let body = move || {
        found.with(|f| match f {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(found)) => sections(panel, found, present),
        })
    };
    view! {
        <div class="stack proposals" data-test="proposals" id=PLACE tabindex="-1" aria-label=t!("proposing.title")
            role="group" aria-busy=move || panel.busy.get().to_string()>
            {body}
            {editor(panel)}
        </div>
    }
    .into_any()
}

fn sections(panel: Panel, found: &Proposals, present: Present) -> AnyView {
    let nothing = found.open.is_empty() && found.changed.is_empty() && found.refused.is_empty();
    let open = if nothing { empty() } else { open(panel, &found.open) };
    let changed = (!found.changed.is_empty()).then(|| changed(panel, &found.changed, present));
    let refused = (!found.refused.is_empty()).then(|| refused(panel, &found.refused));
    let unreached = (!found.unreached.is_empty()).then(|| unreached(&found.unreached));
    view! { {changed} {open} {refused} {unreached} }.into_any()
}

fn empty() -> AnyView {
    view! {
        <div class="empty" data-test="proposals-empty">
            <p class="empty-title">{t!("proposing.empty")}</p>
            <p class="proposals-about">{t!("proposing.about")}</p>
            <a class="button" data-test="proposals-crosswalk" href="/crosswalk">{t!("proposing.crosswalk")}</a>
        </div>
    }
    .into_any()
}

fn open(panel: Panel, proposals: &[Proposal]) -> AnyView {
    if proposals.is_empty() {
        return view! { <p class="muted" data-test="proposals-none-open">{t!("proposing.none_open")}</p> }.into_any();
    }
    let all: Vec<String> = proposals.iter().map(|p| p.requirement.clone()).collect();
    let rows = proposals.iter().map(|p| open_row(panel, p)).collect_view();
    let title = t!("proposing.open", n = all.len());
    view! {
        <section class="card stack" aria-labelledby="proposals-open">
            <div class="section-head"><h2 id="proposals-open">{title}</h2>{panel.may.then(|| decisions(panel, all))}</div>
            <p class="muted">{t!("proposing.about")} " " <a href="/crosswalk">{t!("proposing.crosswalk")}</a></p>
            {strength::legend()}
            <ul class="proposal-list">{rows}</ul>
        </section>
    }
    .into_any()
}

/// What can be done with several lines at once.
fn decisions(panel: Panel, all: Vec<String>) -> AnyView {
    let chosen = move || panel.picked.with(BTreeSet::len);
    let idle = move || panel.busy.get() || chosen() == 0;
    let n = all.len();
    let ask_all = move |_| {
        let all = all.clone();
        let (question, about) = (t!("proposing.all_question", n = n), t!("proposing.all_about"));
        sheet::ask(question, about, t!("proposing.accept_all", n = n), move || panel.accept(all));
    };
    view! {
        <div class="actions">
            <span class="muted" role="status">{move || t!("proposing.chosen", n = chosen())}</span>
            <button type="button" class="button small primary" data-test="proposals-accept" disabled=idle
                on:click=move |_| panel.accept(panel.picks())>{t!("proposing.accept")}</button>
            <button type="button" class="button small" data-test="proposals-refuse" disabled=idle
                on:click=move |_| panel.refuse(panel.picks())>{t!("proposing.refuse")}</button>
            <button type="button" class="button small" data-test="proposals-accept-all" disabled=move || panel.busy.get()
                on:click=ask_all>{t!("proposing.accept_all", n = n)}</button>
        </div>
    }
    .into_any()
}

fn open_row(panel: Panel, proposal: &Proposal) -> AnyView {
    let id = proposal.requirement.clone();
    let pick = panel.may.then(|| {
        let (is, on) = (id.clone(), id.clone());
        let choose = move |ev| {
            let checked = event_target_checked(&ev);
            panel.picked.update(|p| {
                if checked {
                    p.insert(on.clone());
                } else {
                    p.remove(&on);
                }
            });
        };
        view! {
            <input type="checkbox" class="tick" data-test="proposal-pick" aria-label=t!("proposing.pick", id = id)
                prop:checked=move || panel.picked.with(|p| p.contains(&is)) disabled=move || panel.busy.get() on:change=choose />
        }
    });
    let edit = panel.may.then(|| {
        let (name, proposal) = (t!("proposing.edit_of", id = id), proposal.clone());
        view! {
            <button type="button" class="button small" data-test="proposal-edit" aria-label=name disabled=move || panel.busy.get()
                on:click=move |_| panel.editing.begin(panel.assessment, proposal.clone())>{t!("proposing.edit")}</button>
        }
    });
    view! {
        <li class="proposal-row" data-test="proposal-row" data-requirement=id.clone()>
            <div class="proposal-pick">{pick}</div>
            <div class="proposal-body">{head(panel, proposal, ())} {about(proposal)}</div>
            <div class="actions">{edit}</div>
        </li>
    }
    .into_any()
}

/// Id, title and proposed result; `before` stands between title and result.
fn head(panel: Panel, proposal: &Proposal, before: impl IntoView + 'static) -> AnyView {
    let id = &proposal.requirement;
    let asked = panel.framework.with_value(|f| framework_path(f, "", id));
    view! {
        <p class="proposal-head">
            <a class="ref" href=checklist_at(id) title=t!("proposing.to_answer")>{id.clone()}</a>
            <a class="proposal-title" href=asked title=t!("proposing.what_it_asks")>{proposal.title.clone()}</a>
            {before}
            <span class="fact">{t!("proposing.proposed")} " " {result_badge(proposal.answer.result)}</span>
            {strength::badge(proposal.strength)}
        </p>
    }
    .into_any()
}

/// Where it comes from, and what else it would say.
fn about(proposal: &Proposal) -> AnyView {
    let origins = proposal.origins.iter().map(|o| view! { <li>{o.clone()}</li> }).collect_view();
    let answer = &proposal.answer;
    let texts = [
        (t!("field.comment"), answer.comment.clone()),
        (t!("field.reason"), answer.reason.clone()),
        (t!("field.evidence"), answer.evidence.clone()),
        (t!("field.owner"), answer.owner.clone()),
    ];
    let texts: Vec<_> = texts.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    let preview = (!texts.is_empty()).then(|| {
        let texts =
            texts.into_iter().map(|(name, text)| view! { <dt>{name}</dt><dd class="prose">{text}</dd> }).collect_view();
        view! {
            <details class="proposal-preview"><summary data-test="proposal-preview">{t!("proposing.preview")}</summary><dl class="facts">{texts}</dl></details>
        }
    });
    view! { <ul class="proposal-origins" aria-label=t!("proposing.origins")>{origins}</ul> {preview} }.into_any()
}

fn changed(panel: Panel, proposals: &[Proposal], present: Present) -> AnyView {
    let rows = proposals.iter().map(|p| changed_row(panel, p, present)).collect_view();
    view! {
        <section class="card stack" data-test="proposals-changed" aria-labelledby="proposals-changed">
            <div class="section-head"><h2 id="proposals-changed">{t!("proposing.changed", n = proposals.len())}</h2></div>
            <p class="muted">{t!("proposing.changed_about")}</p>
            <ul class="proposal-list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn changed_row(panel: Panel, proposal: &Proposal, present: Present) -> AnyView {
    let id = proposal.requirement.clone();
    let mine = {
        let id = id.clone();
        let result = move || {
            present
                .with(|p| p.as_ref().and_then(|p| p.as_ref().ok()).and_then(|p| p.answers.get(&id).map(|a| a.result)))
        };
        move || result().map(|r| view! { <span class="fact">{t!("proposing.now")} " " {result_badge(r)}</span> })
    };
    let acts = panel.may.then(|| {
        let (take, keep) = (id.clone(), id.clone());
        let (take_name, keep_name) = (t!("proposing.take_over_of", id = id), t!("proposing.keep_mine_of", id = id));
        view! {
            <button type="button" class="button small primary" data-test="proposal-take-over" aria-label=take_name
                disabled=move || panel.busy.get() on:click=move |_| panel.accept(vec![take.clone()])>{t!("proposing.take_over")}</button>
            <button type="button" class="button small" data-test="proposal-keep-mine" aria-label=keep_name
                disabled=move || panel.busy.get() on:click=move |_| panel.refuse(vec![keep.clone()])>{t!("proposing.keep_mine")}</button>
        }
    });
    view! {
        <li class="proposal-row" data-test="proposal-changed-row" data-requirement=id.clone()>
            <div class="proposal-body">{head(panel, proposal, mine)} {about(proposal)}</div>
            <div class="actions">{acts}</div>
        </li>
    }
    .into_any()
}

fn refused(panel: Panel, proposals: &[Proposal]) -> AnyView {
    let rows = proposals.iter().map(|p| refused_row(panel, p)).collect_view();
    view! {
        <details class="card" data-test="proposals-refused">
            <summary>{t!("proposing.refused", n = proposals.len())}</summary>
            <p class="muted">{t!("proposing.refused_about")}</p>
            <ul class="proposal-list">{rows}</ul>
        </details>
    }
    .into_any()
}

fn refused_row(panel: Panel, proposal: &Proposal) -> AnyView {
    let id = proposal.requirement.clone();
    let act = panel.may.then(|| {
        let (name, id) = (t!("proposing.after_all_of", id = id), id.clone());
        view! {
            <button type="button" class="button small" data-test="proposal-after-all" aria-label=name
                disabled=move || panel.busy.get() on:click=move |_| panel.accept(vec![id.clone()])>{t!("proposing.after_all")}</button>
        }
    });
    view! {
        <li class="proposal-row" data-test="proposal-refused-row" data-requirement=id.clone()>
            <div class="proposal-body">{head(panel, proposal, ())} {about(proposal)}</div>
            <div class="actions">{act}</div>
        </li>
    }
    .into_any()
}

fn unreached(ids: &[String]) -> AnyView {
    let links =
        ids.iter().map(|id| view! { <li><a class="ref" href=checklist_at(id)>{id.clone()}</a></li> }).collect_view();
    view! {
        <section class="card stack" data-test="proposals-unreached" aria-labelledby="proposals-unreached">
            <div class="section-head"><h2 id="proposals-unreached">{t!("proposing.unreached", n = ids.len())}</h2></div>
            <p class="muted">{t!("proposing.unreached_about")}</p>
            <ul class="id-list">{links}</ul>
        </section>
    }
    .into_any()
}

/// A requirement in the checklist of the same page.
pub(super) fn checklist_at(requirement: &str) -> String {
    format!("?tab=checklist&at={}", dom::escape(requirement))
}
