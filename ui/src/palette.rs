//! The command palette (Ctrl K): pages, actions, and records as the person types.

use crate::{
    call::send,
    parts::path::{framework_path, list_path, new_path, record_path},
    rail,
    state::Session,
};
use conclave_domain::{
    call::{
        framework::{FindRequirements, RequirementHit},
        record::{Head, Search},
    },
    kind::Kind,
    t,
};
use leptos::{html, leptos_dom::helpers::document, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// Hits that are shown.
const HITS: u64 = 12;
/// Requirements that are shown.
const REQUIREMENTS: usize = 8;

/// Whether the palette is open, and what was typed.
#[derive(Clone, Copy)]
pub struct Palette {
    shown: RwSignal<bool>,
    text: RwSignal<String>,
    at: RwSignal<usize>,
    hits: RwSignal<Vec<Head>>,
    requirements: RwSignal<Vec<RequirementHit>>,
}

impl Palette {
    /// A closed palette.
    pub fn new() -> Self {
        Self {
            shown: RwSignal::new(false),
            text: RwSignal::default(),
            at: RwSignal::new(0),
            hits: RwSignal::default(),
            requirements: RwSignal::default(),
        }
    }

    /// Opens it.
    pub fn open(self) {
        self.text.set(String::new());
        self.hits.set(Vec::new());
        self.requirements.set(Vec::new());
        self.at.set(0);
        self.shown.set(true);
    }

    /// What fits the words: pages and actions that begin with them, then records, then what else contains them, then
    /// requirements under a heading of their own.
    fn choices(self) -> Vec<Choice> {
        let words = self.text.with(|t| t.trim().to_lowercase());
        let fits = |label: &str| words.split_whitespace().all(|w| label.contains(w));
        let (mut first, mut last) = (Vec::new(), Vec::new());
        for choice in fixed() {
            let label = choice.label.to_lowercase();
            if label.starts_with(&words) {
                first.push(choice);
            } else if fits(&label) {
                last.push(choice);
            }
        }
        self.hits.with(|hits| {
            first.extend(hits.iter().map(|h| Choice {
                label: h.title.clone(),
                about: format!("{} {}", h.kind.one(), h.reference),
                go: Go::To(record_path(h.kind, &h.reference)),
                heading: None,
            }));
        });
        first.extend(last);
        self.requirements.with(|hits| {
            first.extend(hits.iter().enumerate().map(|(n, h)| Choice {
                label: format!("{} {}", h.id, h.title),
                about: h.short_title.clone(),
                go: Go::To(framework_path(&h.framework, &h.edition, &h.id)),
                heading: (n == 0).then(|| t!("frameworks_page.requirements")),
            }));
        });
        first
    }
}

/// Where a choice leads, or what it does.
#[derive(Clone, PartialEq)]
enum Go {
    To(String),
    Lock,
    Theme(&'static str),
}

#[derive(Clone, PartialEq)]
struct Choice {
    label: String,
    about: String,
    go: Go,
    /// What stands above it, where a new sort of choices begins.
    heading: Option<String>,
}

/// Pages, then actions.
fn fixed() -> Vec<Choice> {
    let page = |label, path: String| Choice { label, about: t!("palette.page"), go: Go::To(path), heading: None };
    let act = |label, go| Choice { label, about: t!("palette.action"), go, heading: None };
    let mut all = vec![page(t!("nav.home"), "/".into())];
    all.extend(Kind::ALL.into_iter().map(|kind| page(kind.many(), list_path(kind))));
    for (label, path) in [
        (t!("frameworks_page.title"), "/frameworks"),
        (t!("crosswalk_page.title"), "/crosswalk"),
        (t!("nav.journal"), "/journal"),
        (t!("nav.import"), "/import"),
        (t!("nav.trash"), "/trash"),
        (t!("nav.settings"), "/settings"),
    ] {
        all.push(page(label, path.into()));
    }
    let kinds = Kind::ALL.into_iter().filter(|k| *k != Kind::Pack);
    all.extend(kinds.map(|kind| act(t!("palette.new", kind = kind.one()), Go::To(new_path(kind, None)))));
    all.extend([
        act(t!("home.pack"), Go::To("/packs".into())),
        act(t!("journal.verify"), Go::To("/journal".into())),
        act(t!("settings.check"), Go::To("/settings".into())),
        act(t!("settings.backup_write"), Go::To("/settings".into())),
        act(t!("palette.lock"), Go::Lock),
        act(t!("palette.theme", theme = t!("settings.theme_light")), Go::Theme("light")),
        act(t!("palette.theme", theme = t!("settings.theme_dark")), Go::Theme("dark")),
        act(t!("palette.theme", theme = t!("settings.theme_system")), Go::Theme("system")),
    ]);
    all
}

/// The palette's dialog.
pub fn palette(state: Palette) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let (Some(dialog), shown) = (dialog.get(), state.shown.get()) else { return };
        if shown && !dialog.open() {
            let _ = dialog.show_modal();
            if let Some(input) = input.get_untracked() {
                input.set_value("");
                let _ = input.focus();
            }
        } else if !shown && dialog.open() {
            dialog.close();
        }
    });
    search(state);
    let choices = Memo::new(move |_| state.choices());
    let session = Session::here();
    let go = move |at: usize| {
        let Some(choice) = choices.with_untracked(|c| c.get(at).cloned()) else { return };
        state.shown.set(false);
        match choice.go {
            Go::To(path) => navigate(&path, Default::default()),
            Go::Lock => rail::lock(),
            Go::Theme(theme) => session.prefer(|p| p.theme = theme.into()),
        }
    };
    Effect::new(move |_| {
        let at = state.at.get();
        show(at);
    });
    let enter = go.clone();
    let keys = move |event: web_sys::KeyboardEvent| {
        let last = choices.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => state.at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => state.at.update(|at| *at = at.saturating_sub(1)),
            "PageDown" => state.at.update(|at| *at = (*at + 8).min(last)),
            "PageUp" => state.at.update(|at| *at = at.saturating_sub(8)),
            "Enter" => enter(state.at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let line = move |(at, choice): (usize, Choice)| {
        let go = go.clone();
        let heading = choice
            .heading
            .map(|h| view! { <li role="presentation" class="palette-head" data-test="palette-heading">{h}</li> });
        view! {
            {heading}
            <li role="option" id=format!("palette-{at}") aria-selected=move || (state.at.get() == at).to_string()
                data-test="palette-choice" on:click=move |_| go(at)>
                <span>{choice.label}</span><span class="muted">{choice.about}</span>
            </li>
        }
    };
    view! {
        <dialog class="palette" node_ref=dialog aria-label=t!("palette.label") on:close=move |_| state.shown.set(false)>
            <input node_ref=input class="input" type="text" role="combobox" aria-expanded="true" aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", state.at.get()) aria-label=t!("palette.label")
                placeholder=t!("palette.hint") data-test="palette-input" autocomplete="off" spellcheck="false"
                on:input=move |ev| { state.text.set(event_target_value(&ev)); state.at.set(0); } on:keydown=keys/>
            <ul id="palette-list" role="listbox" aria-label=t!("palette.results")>
                {move || choices.get().into_iter().enumerate().map(line.clone()).collect_view()}
            </ul>
            <p class="sr-only" role="status">{move || t!("palette.count", n = choices.with(Vec::len))}</p>
            {move || choices.with(Vec::is_empty).then(|| view! { <p class="muted pad">{t!("palette.nothing")}</p> })}
        </dialog>
    }
    .into_any()
}

/// Brings a line of the list into sight.
fn show(at: usize) {
    let found = document().get_element_by_id(&format!("palette-{at}"));
    if let Some(line) = found {
        let into = web_sys::ScrollIntoViewOptions::new();
        into.set_block(web_sys::ScrollLogicalPosition::Nearest);
        line.scroll_into_view_with_scroll_into_view_options(&into);
    }
}

/// Asks for records and requirements a moment after the last key.
fn search(state: Palette) {
    let later = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let text = state.text.get();
        later.update_value(|l| {
            if let Some(l) = l.take() {
                l.clear();
            }
            let ask = move || {
                spawn_local(async move {
                    let found = send(Search { text: text.clone(), limit: HITS }).await.unwrap_or_default();
                    let is_now = || state.text.try_get_untracked().as_ref() == Some(&text);
                    if is_now() {
                        let _ = state.hits.try_set(found.hits);
                    }
                    let call = FindRequirements { text: text.clone(), limit: REQUIREMENTS };
                    let found = send(call).await.unwrap_or_default();
                    if is_now() {
                        let _ = state.requirements.try_set(found);
                    }
                });
            };
            *l = set_timeout_with_handle(ask, Duration::from_millis(90)).ok();
        });
    });
}
