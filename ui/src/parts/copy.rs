//! A text that is long and exact, such as a path, with a button that copies it.

use conclave_domain::t;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// The text and its button; `what` says to people who listen what is copied.
pub fn copyable(text: String, what: String) -> AnyView {
    view! { <span class="copyable"><span class="mono hash">{text.clone()}</span> {copy_button(text, what)}</span> }
        .into_any()
}

/// The button alone, for a text that is shown shortened.
pub fn copy_button(text: String, what: String) -> AnyView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let write = window().navigator().clipboard().write_text(&text);
        spawn_local(async move {
            let _ = copied.try_set(JsFuture::from(write).await.is_ok());
        });
    };
    view! {
        <button type="button" class="button small" data-test="copy" aria-label=t!("part.copy_what", what = what) on:click=copy>{t!("part.copy")}</button>
        <span role="status" class="muted">{move || copied.get().then(|| t!("part.copied"))}</span>
    }
    .into_any()
}
