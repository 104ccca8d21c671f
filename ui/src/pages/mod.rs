//! The pages, a folder per noun.

pub mod assessing;
pub mod assessments;
pub mod assets;
pub mod crosswalk;
pub mod decisions;
pub mod evidence;
pub mod findings;
pub mod frameworks;
pub mod home;
pub mod import;
pub mod journal;
pub mod packs;
pub mod record;
pub mod reviews;
pub mod risks;
pub mod settings;
pub mod start;
pub mod systems;
pub mod trash;
pub mod vendors;

use conclave_domain::t;
use leptos::prelude::*;

/// An address that no page has.
pub fn missing() -> AnyView {
    view! {
        <div class="page">
            <header class="page-head"><h1>{t!("part.missing")}</h1></header>
            <div class="empty"><p>{t!("part.missing_about")}</p><a class="button" href="/">{t!("nav.home")}</a></div>
        </div>
    }
    .into_any()
}
