//! The first unlock: nothing goes on until the passphrase that an administrator chose is replaced.

use super::{
    change::{Change, change},
    frame,
};
use crate::{
    call::touch,
    parts::{dom, icon::icon},
    rail,
    state::Session,
};
use conclave_domain::{call::Tag, t};
use leptos::prelude::*;

/// The page.
pub fn own() -> AnyView {
    let name = Session::here().vault().map(|v| v.member).unwrap_or_default();
    let place = Change {
        ids: ["own-old", "own-new", "own-repeat"],
        save: "own-save",
        old: t!("start.own_old"),
        label: t!("start.own_save"),
        primary: true,
    };
    dom::focus_id("own-old");
    let content = view! {
        <h1>{t!("start.own_title")}</h1>
        <p class="lead">{t!("start.own_lead", name = name)}</p>
        {change(place, Callback::new(|()| touch(Tag::Session)))}
        <p class="start-other">
            <button type="button" class="button" data-test="lock" on:click=move |_| rail::lock()>{icon("lock")}<span>{t!("nav.lock")}</span></button>
        </p>
    };
    frame("own", content.into_any())
}
