//! Long work on a page: run once at a time, shown with how far it is, and cancelled on wish. And the field for a file.

use crate::call::{JobId, run, send};
use conclave_domain::{
    call::{Call, Progress, session::ChooseFile},
    fault::{Fault, FaultKind},
    t,
};
use leptos::{ev, prelude::*, task::spawn_local};

/// One place for long work. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Job {
    id: RwSignal<Option<JobId>>,
    progress: RwSignal<Progress>,
}

impl Job {
    /// A place where nothing runs yet.
    pub fn new() -> Self {
        Self { id: RwSignal::new(None), progress: RwSignal::new(Progress::default()) }
    }

    /// Whether something runs; follows it.
    pub fn is_busy(self) -> bool {
        self.id.with(Option::is_some)
    }

    /// Runs a call and hands over its reply. While one runs, another wish is the same wish. A cancelled job hands over
    /// nothing: the person knows.
    pub fn run<C: Call>(self, call: C, done: impl FnOnce(Result<C::Reply, Fault>) + 'static) {
        if self.id.with_untracked(Option::is_some) {
            return;
        }
        let id = JobId::new();
        self.progress.set(Progress::default());
        self.id.set(Some(id));
        let progress = self.progress;
        let asked = run(call, id, move |p| {
            let _ = progress.try_set(p);
        });
        spawn_local(async move {
            let reply = asked.await;
            // A page that is gone has no use for the reply.
            if self.id.try_set(None).is_some() {
                return;
            }
            if !matches!(&reply, Err(f) if f.kind == FaultKind::Cancelled) {
                done(reply);
            }
        });
    }

    fn cancel(self) {
        if let Some(id) = self.id.get_untracked() {
            id.cancel();
        }
    }
}

/// How far the work is, and a way to stop it; nothing while nothing runs.
pub fn progress(job: Job) -> AnyView {
    let shown = move || {
        job.is_busy().then(|| {
            let stage = move || job.progress.with(|p| p.stage.clone());
            let value = move || job.progress.with(|p| (p.total > 0).then(|| p.done.to_string()));
            let max = move || job.progress.with(|p| p.total.max(1).to_string());
            let words = move || job.progress.with(|p| if p.total > 0 { t!("record.of", done = super::dom::count(p.done), total = super::dom::count(p.total)) } else { String::new() });
            view! {
                <div class="progress-row" role="status" data-test="job-progress">
                    <span>{stage}</span> <progress value=value max=max></progress> <span class="muted">{words}</span>
                    <button type="button" class="button small" data-test="job-cancel" on:click=move |_| job.cancel()>{t!("record.cancel")}</button>
                </div>
            }
        })
    };
    view! { {shown} }.into_any()
}

/// A field for a path, with the platform's dialog beside it; the dialog suggests the name that stands in the field.
pub fn path_field(path: RwSignal<String>, purpose: &'static str, test: &'static str, label: String) -> AnyView {
    path_choice(path, purpose, (test, &format!("{test}-choose")), label, t!("form.choose_file"))
}

/// The same with names of its own: `tests` of field and button, `act` on the button.
pub fn path_choice(
    path: RwSignal<String>,
    purpose: &'static str,
    tests: (&'static str, &str),
    label: String,
    act: String,
) -> AnyView {
    let (test, button) = (tests.0, tests.1.to_owned());
    let choose = move |_| {
        spawn_local(async move {
            let suggested = path.with_untracked(|p| p.rsplit(['/', '\\']).next().unwrap_or_default().to_owned());
            if let Ok(Some(chosen)) = send(ChooseFile { purpose: purpose.into(), suggested }).await {
                let _ = path.try_set(chosen);
            }
        });
    };
    view! {
        <div class="field path-field">
            <label for=test>{label}</label>
            <div class="path-row">
                <input type="text" class="input" id=test data-test=test autocomplete="off" spellcheck="false" prop:value=move || path.get()
                    on:input=move |ev| path.set(event_target_value(&ev)) />
                <button type="button" class="button" data-test=button on:click=choose>{act}</button>
            </div>
        </div>
    }
    .into_any()
}

/// Takes the first file that is dropped on the window while the form is there: its path, as if it had been typed.
pub fn take_dropped(path: RwSignal<String>) {
    let handle = window_event_listener(ev::Custom::<web_sys::Event>::new("conclave-dropped"), move |event| {
        let files = js_sys::Reflect::get(&event, &"detail".into()).ok();
        let first = files.map(|files| js_sys::Array::from(&files).get(0)).and_then(|first| first.as_string());
        if let Some(first) = first {
            path.set(first);
        }
    });
    on_cleanup(move || handle.remove());
}
