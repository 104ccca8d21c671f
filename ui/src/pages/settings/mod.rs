//! Settings: this window, the charter, members and permissions, backups, passphrase, check, export.

mod backups;
mod charter;
mod keys;
mod members;
mod permissions;
mod work;

use crate::state::Session;
use conclave_domain::t;
use leptos::prelude::*;

/// The page.
pub fn settings() -> AnyView {
    view! {
        <div class="page">
            <header class="page-head"><div><h1>{t!("settings.title")}</h1><p class="lead">{t!("settings.lead")}</p></div></header>
            <div class="two-columns">
                <div>{charter::charter()}{work::export()}</div>
                <div>{window_card()}{keys::passphrase()}{work::check()}</div>
            </div>
            {members::members()}
            {permissions::permissions()}
            {backups::backups()}
        </div>
    }
    .into_any()
}

fn window_card() -> AnyView {
    let session = Session::here();
    let theme = session.preferences().theme;
    let language = session.preferences().language;
    let version = session.status.with_untracked(|s| s.as_ref().map(|s| s.version.clone()).unwrap_or_default());
    let option = |value: &'static str, label: String, now: &str| view! { <option value=value selected=value == now>{label}</option> };
    view! {
        <section class="card" aria-labelledby="settings-window">
            <h2 id="settings-window">{t!("settings.window")}</h2>
            <div class="field"><label for="theme">{t!("settings.theme")}</label>
                <select class="input" id="theme" data-test="theme" on:change=move |ev| { let v = event_target_value(&ev); session.prefer(|p| p.theme = v); }>
                    {option("system", t!("settings.theme_system"), &theme)}
                    {option("light", t!("settings.theme_light"), &theme)}
                    {option("dark", t!("settings.theme_dark"), &theme)}
                </select></div>
            <div class="field"><label for="language">{t!("settings.language")}</label>
                <select class="input" id="language" data-test="language" on:change=move |ev| {
                    let v = event_target_value(&ev);
                    conclave_domain::text::set_pseudo_locale(v == "pseudo");
                    session.prefer(|p| p.language = v);
                }>
                    {option("en", t!("settings.language_en"), &language)}
                    {option("pseudo", t!("settings.language_pseudo"), &language)}
                </select></div>
            <p class="muted">{t!("settings.version", version = version)}</p>
        </section>
    }
    .into_any()
}
