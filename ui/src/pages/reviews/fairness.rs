//! A fairness review in three steps: the file's columns, the plan with its reason, and only then the figures.

use super::{plan, results, work};
use crate::{
    pages::record::{conflict, saving::Saving, say},
    parts::job::{Job, path_field, progress},
};
use conclave_domain::{
    call::{
        exchange::{FairnessColumn, MeasureFairness, PreviewFairness, ReadAs},
        record::Detail,
    },
    fairness::Plan,
    fault::Fault,
    noun::{Body, Review},
    t,
};
use leptos::prelude::*;

/// What the steps share.
#[derive(Clone, Copy)]
pub struct Fairness {
    /// The review on its way into the vault.
    pub saving: Saving,
    /// The review as it is stored.
    pub detail: Signal<Detail>,
    /// The file.
    pub path: RwSignal<String>,
    /// Its columns, once read.
    pub columns: RwSignal<Vec<FairnessColumn>>,
    /// Whether a recorded plan is opened for a change.
    pub changing: RwSignal<bool>,
    /// The smallest group of the charter.
    pub smallest: u32,
}

impl Fairness {
    /// The stored review; follows changes.
    pub fn review(&self) -> Review {
        self.detail.with(|d| match &d.body {
            Body::Review(review) => review.clone(),
            _ => Review::default(),
        })
    }

    /// The recorded plan; follows changes.
    pub fn recorded(&self) -> Option<Plan> {
        self.review().fairness_plan.filter(|p| p.recorded_on.is_some())
    }
}

/// The steps.
pub fn fairness(detail: Signal<Detail>, smallest: u32) -> AnyView {
    let (saving, keeper) = work(detail);
    let here = Fairness {
        saving,
        detail,
        path: RwSignal::new(String::new()),
        columns: RwSignal::new(Vec::new()),
        changing: RwSignal::new(false),
        smallest,
    };
    let measured = Memo::new(move |_| here.review().fairness);
    let planned = Memo::new(move |_| here.recorded());
    let body = move || match (measured.get(), planned.get()) {
        (Some(measured), plan) => results::results(&measured, plan.as_ref()),
        (None, Some(plan)) if !here.changing.get() => {
            view! { {file(here)} {plan::shown(here, &plan)} {measure(here)} }.into_any()
        }
        _ => view! { {file(here)} {plan::editor(here)} }.into_any(),
    };
    view! { {keeper} {conflict::panel(saving)} <div class="stack steps">{body}</div> }.into_any()
}

/// The first step: the file and what its columns are.
fn file(here: Fairness) -> AnyView {
    let job = Job::new();
    let fault = RwSignal::new(None::<Fault>);
    let read = Callback::new(move |()| {
        fault.set(None);
        let call = PreviewFairness { path: here.path.get_untracked(), read_as: ReadAs::default() };
        job.run(call, move |reply| match reply {
            Ok(columns) => here.columns.set(columns),
            Err(f) => fault.set(Some(f)),
        });
    });
    let found = move || {
        here.columns.with(|c| (!c.is_empty()).then(|| view! { <p role="status" data-test="fairness-columns">{t!("review_page.columns_found", n = c.len())}</p> }))
    };
    view! {
        <section class="card step" data-test="fairness-file">
            <h2><span class="step-n">"1"</span>{t!("review_page.step_file")}</h2>
            <p class="help">{t!("review_page.file_about")}</p>
            {path_field(here.path, "fairness", "fairness-path", t!("review_page.file"))}
            <div class="actions">
                <button type="button" class="button primary" data-test="fairness-read" disabled=move || here.path.with(|p| p.trim().is_empty())
                    on:click=move |_| read.run(())>{t!("review_page.read_columns")}</button>
            </div>
            {progress(job)}
            {found}
            {move || fault.get().map(|f| crate::parts::loading::failed(&f))}
        </section>
    }
    .into_any()
}

/// The third step: counting, by the plan that is in the vault now.
fn measure(here: Fairness) -> AnyView {
    let job = Job::new();
    let fault = RwSignal::new(None::<Fault>);
    let run = move |_| {
        fault.set(None);
        let (review, revision) = here.detail.with_untracked(|d| (d.head.id, d.head.revision));
        let call = MeasureFairness { review, revision, path: here.path.get_untracked(), read_as: ReadAs::default() };
        job.run(call, move |reply| match reply {
            Ok(saved) => say::undoable(t!("review_page.measured"), saved.entry),
            Err(f) => fault.set(Some(f)),
        });
    };
    view! {
        <section class="card step" data-test="fairness-measure-step">
            <h2><span class="step-n">"3"</span>{t!("review_page.step_measure")}</h2>
            <p class="help">{t!("review_page.measure_about")}</p>
            <div class="actions">
                <button type="button" class="button primary" data-test="fairness-measure" disabled=move || here.path.with(|p| p.trim().is_empty())
                    on:click=run>{t!("review_page.measure")}</button>
            </div>
            {progress(job)}
            {move || fault.get().map(|f| crate::parts::loading::failed(&f))}
        </section>
    }
    .into_any()
}
