//! The strength of a passphrase while it is typed: bars and a word, and what would make it stronger.

use crate::call::send;
use conclave_domain::{
    call::session::{RateStrength, Strength},
    secret::Secret,
    t,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// The meter. `hints` are words that would be guessed first.
pub fn meter(passphrase: RwSignal<String>, hints: Signal<Vec<String>>) -> AnyView {
    let found = RwSignal::new(None::<Strength>);
    let later = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let (typed, hints) = (passphrase.get(), hints.get());
        later.update_value(|l| {
            if let Some(l) = l.take() {
                l.clear();
            }
            if typed.is_empty() {
                found.set(None);
                return;
            }
            let ask = move || {
                spawn_local(async move {
                    let rated = send(RateStrength { passphrase: Secret::new(typed), hints }).await.ok();
                    let _ = found.try_set(rated);
                });
            };
            *l = set_timeout_with_handle(ask, Duration::from_millis(150)).ok();
        });
    });
    let word = |score: u8| match score {
        0 => t!("start.s0"),
        1 => t!("start.s1"),
        2 => t!("start.s2"),
        3 => t!("start.s3"),
        _ => t!("start.s4"),
    };
    let shown = move || {
        let s = found.get().unwrap_or_default();
        let typed = !passphrase.with(String::is_empty);
        let lit = if typed { s.score } else { 0 };
        let bars = (0..4_u8)
            .map(|n| {
                let on = n < lit;
                view! { <i class:on=on></i> }
            })
            .collect_view();
        view! {
            <div class="meter" data-score=s.score data-accepted=s.accepted.to_string() data-test="strength">
                <span class="bars" aria-hidden="true">{bars}</span>
                <span role="status">{t!("start.strength")}": "{if typed { word(s.score) } else { "–".into() }}</span>
                {(!s.advice.is_empty()).then(|| view! { <p class="help">{s.advice.clone()}</p> })}
            </div>
        }
    };
    view! { {shown} }.into_any()
}
