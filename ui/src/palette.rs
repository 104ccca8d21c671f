//! The command palette (Ctrl K): pages, actions, and records as the person types.

use crate::{call::send, parts::path::record_path};
use conclave_domain::{
    call::record::{Head, Search},
    kind::Kind,
    t,
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// Hits that are shown.
const HITS: u64 = 12;

/// Whether the palette is open, and what was typed.
#[derive(Clone, Copy)]
pub struct Palette {
    shown: RwSignal<bool>,
    text: RwSignal<String>,
    at: RwSignal<usize>,
    hits: RwSignal<Vec<Head>>,
}

impl Palette {
    /// A closed palette.
    pub fn new() -> Self {
        Self { shown: RwSignal::new(false), text: RwSignal::default(), at: RwSignal::new(0), hits: RwSignal::default() }
    }

    /// Opens it.
    pub fn open(self) {
        self.text.set(String::new());
        self.hits.set(Vec::new());
        self.at.set(0);
        self.shown.set(true);
    }

    fn choices(self) -> Vec<Choice> {
        let words = self.text.with(|t| t.to_lowercase());
        let fits = |label: &str| words.split_whitespace().all(|w| label.to_lowercase().contains(w));
        let mut all: Vec<Choice> = self.hits.with(|hits| {
            hits.iter()
                .map(|h| Choice {
                    label: h.title.clone(),
                    about: format!("{} {}", h.kind.one(), h.reference),
                    path: record_path(h.kind, &h.reference),
                })
                .collect()
        });
        let kinds =
            [Kind::System, Kind::Vendor, Kind::Asset, Kind::Assessment, Kind::Risk, Kind::Review, Kind::Decision];
        let mut fixed: Vec<Choice> = Vec::new();
        for kind in Kind::ALL {
            fixed.push(Choice { label: kind.many(), about: t!("palette.page"), path: format!("/{}s", kind.name()) });
        }
        for (label, path) in [
            (t!("nav.home"), "/"),
            (t!("nav.journal"), "/journal"),
            (t!("nav.import"), "/import"),
            (t!("nav.trash"), "/trash"),
            (t!("nav.settings"), "/settings"),
        ] {
            fixed.push(Choice { label, about: t!("palette.page"), path: path.into() });
        }
        for kind in kinds {
            fixed.push(Choice {
                label: t!("palette.new", kind = kind.one()),
                about: t!("palette.action"),
                path: format!("/{}s/new", kind.name()),
            });
        }
        all.extend(fixed.into_iter().filter(|c| fits(&c.label)));
        all
    }
}

#[derive(Clone, PartialEq)]
struct Choice {
    label: String,
    about: String,
    path: String,
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
    let go = move |at: usize| {
        if let Some(choice) = choices.with_untracked(|c| c.get(at).cloned()) {
            state.shown.set(false);
            navigate(&choice.path, Default::default());
        }
    };
    let enter = go.clone();
    let keys = move |event: web_sys::KeyboardEvent| {
        let last = choices.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => state.at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => state.at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => enter(state.at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let line = move |(at, choice): (usize, Choice)| {
        let go = go.clone();
        view! {
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
            {move || choices.with(Vec::is_empty).then(|| view! { <p class="muted pad">{t!("palette.nothing")}</p> })}
        </dialog>
    }
    .into_any()
}

/// Asks for records a moment after the last key.
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
                    if state.text.try_get_untracked().as_ref() == Some(&text) {
                        let _ = state.hits.try_set(found.hits);
                    }
                });
            };
            *l = set_timeout_with_handle(ask, Duration::from_millis(90)).ok();
        });
    });
}
