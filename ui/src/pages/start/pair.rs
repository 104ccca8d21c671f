//! A new passphrase: typed twice, with its strength.

use super::{secret, strength::meter};
use crate::parts::{dom, sending::Sending};
use conclave_domain::{fault::Fault, secret::Secret, t};
use leptos::prelude::*;

/// Both fields. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Pair {
    first: RwSignal<String>,
    again: RwSignal<String>,
    ids: [&'static str; 2],
}

impl Pair {
    /// Empty fields with these ids.
    pub fn new(ids: [&'static str; 2]) -> Self {
        Self { first: RwSignal::new(String::new()), again: RwSignal::new(String::new()), ids }
    }

    /// The passphrase, if both fields hold the same; else the form says that they differ.
    pub fn chosen(self, sending: Sending) -> Option<Secret> {
        if self.first.get_untracked() != self.again.get_untracked() {
            sending.refuse(Fault::invalid_field("again", t!("start.differ")));
            dom::focus_id(self.ids[1]);
            return None;
        }
        Some(Secret::new(self.first.get_untracked()))
    }

    /// Empties both fields.
    pub fn clear(self) {
        for value in [self.first, self.again] {
            let _ = value.try_set(String::new());
        }
    }

    /// The fields. What a vault refuses about the passphrase shows under `key`; `hints` would be guessed first.
    pub fn fields(self, label: String, key: &'static str, hints: Signal<Vec<String>>, sending: Sending) -> AnyView {
        view! {
            {secret(self.first, self.ids[0], label, true)} {sending.at(key)}
            {meter(self.first, hints)}
            {secret(self.again, self.ids[1], t!("start.again"), true)} {sending.at("again")}
        }
        .into_any()
    }
}
