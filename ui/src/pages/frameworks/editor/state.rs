//! What the editor's parts share: the framework as it is being written, and what stands against saving it.

use crate::{
    call::send,
    parts::{dom, loading::failed},
};
use conclave_domain::{
    call::framework::{FrameworkLine, SaveFramework},
    fault::Fault,
    framework::{Framework, Group, Requirement},
};
use leptos::{leptos_dom::helpers::document, prelude::*, task::spawn_local};

/// The fields of which a fault stands at its place.
const PLACES: [&str; 5] = ["id", "title", "edition", "groups", "requirements"];

/// What the editor starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Nothing.
    New,
    /// An edition that is changed.
    Edition,
    /// An edition from which the next one is written.
    NewEdition,
}

/// The editor. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Editor {
    /// The framework as it is now.
    pub work: RwSignal<Framework>,
    /// The framework as it was loaded.
    base: StoredValue<Framework>,
    /// The edition that saving replaces; "" for none.
    loaded: StoredValue<String>,
    /// Whether the id can still be chosen.
    pub names: bool,
    /// The requirement that is edited, by its place.
    pub chosen: RwSignal<Option<usize>>,
    /// Counts up when groups or requirements came, went or moved, so that what lists them is built anew.
    pub shown: RwSignal<u32>,
    /// What stands against saving.
    pub fault: RwSignal<Option<Fault>>,
    /// Whether a save is under way.
    pub busy: RwSignal<bool>,
}

impl Editor {
    /// An editor of a framework.
    pub fn new(framework: Framework, start: Start) -> Self {
        let mut work = framework.clone();
        let loaded = if start == Start::Edition { framework.framework.edition.clone() } else { String::new() };
        if start == Start::NewEdition {
            work.framework.edition.clear();
        }
        let chosen = (!work.requirements.is_empty()).then_some(0);
        let editor = Self {
            base: StoredValue::new(work.clone()),
            work: RwSignal::new(work),
            loaded: StoredValue::new(loaded),
            names: start == Start::New,
            chosen: RwSignal::new(chosen),
            shown: RwSignal::new(0),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        if start == Start::NewEdition {
            set_timeout(move || editor.ask_edition(), std::time::Duration::from_millis(180));
        }
        editor
    }

    /// The edition as it is written now; follows it.
    pub fn edition(self) -> String {
        self.work.with(|w| w.framework.edition.trim().to_owned())
    }

    /// Whether saving replaces the edition that was loaded; follows what is written.
    pub fn replaces(self) -> bool {
        let edition = self.edition();
        self.loaded.with_value(|l| !l.is_empty() && *l == edition)
    }

    /// The edition that saving replaces; "" for a new one.
    pub fn edition_at_start(self) -> String {
        self.loaded.get_value()
    }

    /// Goes to the field of the edition: another edition there is what makes the save a new one.
    pub fn ask_edition(self) {
        go_to("framework-edition");
    }

    /// Whether anything is unsaved; follows changes.
    pub fn is_dirty(self) -> bool {
        self.work.with(|w| self.base.with_value(|b| w != b))
    }

    /// What is unsaved, also while the page is being left.
    pub fn unsaved(self) -> Option<Framework> {
        let work = self.work.try_get_untracked()?;
        self.base.try_with_value(|b| *b != work)?.then_some(work)
    }

    /// Takes a framework over as it was written before.
    pub fn take(self, framework: Framework) {
        self.work.set(framework);
        self.chosen.set(None);
        self.rebuild();
    }

    /// Builds anew what lists groups and requirements.
    pub fn rebuild(self) {
        self.shown.update(|n| *n = n.wrapping_add(1));
    }

    /// Changes the requirement at a place.
    pub fn change(self, at: usize, change: impl FnOnce(&mut Requirement)) {
        self.work.update(|w| {
            if let Some(requirement) = w.requirements.get_mut(at) {
                change(requirement);
            }
        });
    }

    /// The requirement at a place as it is now.
    pub fn requirement(self, at: usize) -> Option<Requirement> {
        self.work.with_untracked(|w| w.requirements.get(at).cloned())
    }

    /// The groups as they are now.
    pub fn groups(self) -> Vec<Group> {
        self.work.with_untracked(|w| w.groups.clone())
    }

    /// Saves; a second wish while the first is under way is the same wish.
    pub fn save(self, saved: Callback<FrameworkLine>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.fault.set(None);
        let call = SaveFramework { framework: self.work.get_untracked(), replace: untrack(|| self.replaces()) };
        spawn_local(async move {
            let reply = send(call).await;
            let _ = self.busy.try_set(false);
            match reply {
                Ok(line) => {
                    if let Some(work) = self.work.try_get_untracked() {
                        self.base.set_value(work);
                    }
                    saved.run(line);
                }
                Err(fault) => self.refuse(fault),
            }
        });
    }

    fn refuse(self, fault: Fault) {
        if let Some(first) = PLACES.iter().find(|p| fault.about(p).is_some()) {
            go_to(&format!("framework-{first}"));
        }
        let _ = self.fault.try_set(Some(fault));
    }

    /// All sentences about one part.
    pub fn faults_at(self, key: &'static str) -> AnyView {
        let all = move || {
            let sentences = self.fault.with(|f| {
                let all = f.iter().flat_map(|f| f.fields.iter());
                all.filter(|f| f.field == key).map(|f| f.sentence.clone()).collect::<Vec<_>>()
            });
            let lines =
                sentences.into_iter().map(|s| view! { <p class="fault" data-test=format!("fault-{key}")>{s}</p> });
            lines.collect_view()
        };
        view! { <div role="alert">{all}</div> }.into_any()
    }

    /// What stands against saving and has no place of its own.
    pub fn rest(self) -> AnyView {
        let shown = move || {
            let fault = self.fault.get().filter(|f| !PLACES.iter().any(|p| f.about(p).is_some()));
            fault.map(|f| failed(&f))
        };
        view! { {shown} }.into_any()
    }
}

/// Gives the keyboard to a place although the person may be in another field: a wish to save was refused.
fn go_to(id: &str) {
    dom::focus(document().get_element_by_id(id));
}
