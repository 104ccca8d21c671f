//! Changing the passphrase.

use crate::pages::start::change::{Change, change};
use conclave_domain::t;
use leptos::prelude::*;

/// The card.
pub fn passphrase() -> AnyView {
    let place = Change {
        ids: ["passphrase-old", "passphrase-new", "passphrase-again"],
        save: "passphrase-change",
        old: t!("settings.old"),
        label: t!("settings.change"),
        primary: false,
    };
    view! {
        <section class="card" aria-labelledby="settings-passphrase">
            <h2 id="settings-passphrase">{t!("settings.passphrase")}</h2>
            {change(place, Callback::new(|()| {}))}
        </section>
    }
    .into_any()
}
