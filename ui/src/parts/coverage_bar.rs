//! How many requirements of a group are met: a bar with patterns, and the same in words.

use conclave_domain::{answer::Coverage, t};
use leptos::prelude::*;

/// The bar alone, hidden from people who listen: the words stand beside it.
pub fn bar(coverage: Coverage) -> AnyView {
    let total = coverage.applicable().max(1);
    let part = |class: &'static str, n: u32| {
        (n > 0).then(
            || view! { <i class=class style=format!("width:{:.2}%", f64::from(n) * 100.0 / f64::from(total))></i> },
        )
    };
    view! {
        <span class="cover-bar" aria-hidden="true">
            {part("c-met", coverage.met)} {part("c-partly", coverage.partly)} {part("c-not", coverage.not_met)}
        </span>
    }
    .into_any()
}

/// Bar with "31 of 38 met".
pub fn small_bar(coverage: Coverage) -> AnyView {
    view! { <span class="cover" title=words(coverage)>{bar(coverage)}<span class="cover-words">{short(coverage)}</span></span> }.into_any()
}

/// "31 of 38 met": of the requirements that apply.
pub fn short(coverage: Coverage) -> String {
    if coverage.applicable() == 0 {
        t!("figure.none_apply")
    } else {
        t!("figure.met_of", met = coverage.met, applicable = coverage.applicable())
    }
}

/// All counts in words: "31 met · 4 partly met · …".
pub fn words(c: Coverage) -> String {
    let mut parts = Vec::new();
    for (n, said) in [
        (c.met, t!("figure.n_met", n = c.met)),
        (c.partly, t!("figure.n_partly", n = c.partly)),
        (c.not_met, t!("figure.n_not_met", n = c.not_met)),
        (c.not_assessed, t!("figure.n_not_assessed", n = c.not_assessed)),
        (c.not_applicable, t!("figure.n_not_applicable", n = c.not_applicable)),
    ] {
        if n > 0 {
            parts.push(said);
        }
    }
    parts.join(" · ")
}

/// The signs and colours explained once.
pub fn legend() -> AnyView {
    view! {
        <p class="cover-legend">
            <span><i class="swatch c-met"></i>{t!("choice.result.met")}</span>
            <span><i class="swatch c-partly"></i>{t!("choice.result.partly")}</span>
            <span><i class="swatch c-not"></i>{t!("choice.result.not_met")}</span>
            <span><i class="swatch"></i>{t!("choice.result.not_assessed")}</span>
        </p>
    }
    .into_any()
}
