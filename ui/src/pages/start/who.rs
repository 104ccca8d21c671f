//! Which member unlocks: asked only where a vault has more than one.

use crate::call::send;
use conclave_domain::{call::session::PeekVault, t};
use leptos::{prelude::*, task::spawn_local};

/// The members of the vault that a path leads to, and the chosen one. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Who {
    members: RwSignal<Vec<String>>,
    /// The chosen name; "" for the only or last one.
    pub name: RwSignal<String>,
}

impl Who {
    /// Asks the vault's header for the names, again whenever the path changes.
    pub fn of(path: RwSignal<String>) -> Self {
        let who = Self { members: RwSignal::new(Vec::new()), name: RwSignal::new(String::new()) };
        Effect::new(move |_| {
            let asked = path.get();
            if asked.trim().is_empty() {
                who.members.set(Vec::new());
                return;
            }
            spawn_local(async move {
                let found = send(PeekVault { path: asked.clone() }).await.map(|p| p.members).unwrap_or_default();
                if path.try_get_untracked().as_ref() == Some(&asked) {
                    let _ = who.name.try_set(String::new());
                    let _ = who.members.try_set(found);
                }
            });
        });
        who
    }

    /// The field; nothing while there is no choice.
    pub fn field(self, id: &'static str) -> AnyView {
        let choice = move || {
            let names = self.members.get();
            let options = names.iter().map(|m| view! { <option value=m.clone()>{m.clone()}</option> }).collect_view();
            (names.len() > 1).then(|| {
                view! {
                    <div class="field">
                        <label for=id>{t!("start.member")}</label>
                        <select class="input" id=id data-test=id on:change=move |ev| self.name.set(event_target_value(&ev))>
                            <option value="">"–"</option>
                            {options}
                        </select>
                    </div>
                }
            })
        };
        view! { {choice} }.into_any()
    }
}
