//! A risk level as people see it: sign, digit and word on its colour.

use conclave_domain::scale::Level;
use leptos::prelude::*;

/// "▲ 4 High" on the colour of the level.
pub fn level_badge(level: Level) -> AnyView {
    view! {
        <span class="badge level" data-level=level.rank().to_string()>
            <span aria-hidden="true">"▲ "</span>
            {level.rank().to_string()} " " {level.label()}
        </span>
    }
    .into_any()
}
