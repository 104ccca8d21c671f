//! The form by which a member replaces the own passphrase.

use super::{pair::Pair, secret};
use crate::{
    parts::{sending::Sending, toast},
    state::Session,
};
use conclave_domain::{call::session::ChangePassphrase, secret::Secret, t};
use leptos::prelude::*;

/// What differs between the places of the form.
pub struct Change {
    /// The ids of the fields: the old passphrase, the new one, the new one again.
    pub ids: [&'static str; 3],
    /// The id by which tests find the button.
    pub save: &'static str,
    /// What the field for the old passphrase is called.
    pub old: String,
    /// What the button says.
    pub label: String,
    /// Whether the button is the page's main one.
    pub primary: bool,
}

/// The form; `done` runs when the new passphrase is in force.
pub fn change(place: Change, done: Callback<()>) -> AnyView {
    let Change { ids: [old_id, new_id, again_id], save, old: old_label, label, primary } = place;
    let old = RwSignal::new(String::new());
    let pair = Pair::new([new_id, again_id]);
    let sending = Sending::with_secret("old");
    let hints = Session::here().vault().map(|v| vec![v.name, v.member]).unwrap_or_default();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(new) = pair.chosen(sending) else { return };
        sending.send(ChangePassphrase { old: Secret::new(old.get_untracked()), new }, move |()| {
            let _ = old.try_set(String::new());
            pair.clear();
            toast::note(t!("settings.changed"));
            done.run(());
        });
    };
    view! {
        <form class="stack" on:submit=submit>
            {secret(old, old_id, old_label, false)} {sending.at("old")}
            {pair.fields(t!("settings.new"), "new", Signal::stored(hints), sending)}
            {sending.rest(&["old", "new", "again"])}
            <div class="actions"><button type="submit" class="button" class:primary=primary data-test=save disabled=move || sending.is_busy()>{label}</button></div>
        </form>
    }
    .into_any()
}
