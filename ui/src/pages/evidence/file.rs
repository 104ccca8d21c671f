//! The file that is brought in: chosen by the platform's dialog, or named by its path.

use crate::parts::job::{path_choice, take_dropped};
use conclave_domain::t;
use leptos::prelude::*;

/// The card with the file of new evidence.
pub fn file(path: RwSignal<String>, fault: AnyView) -> AnyView {
    take_dropped(path);
    let choice = path_choice(
        path,
        "evidence",
        ("evidence-path", "evidence-choose"),
        t!("evidence_page.path"),
        t!("evidence_page.choose"),
    );
    view! {
        <section class="card stack" aria-labelledby="evidence-file">
            <h2 id="evidence-file">{t!("evidence_page.file")}</h2>
            {choice}
            {fault}
            <p class="help">{t!("evidence_page.file_about")} " " {t!("evidence_page.no_drop")}</p>
        </section>
    }
    .into_any()
}
