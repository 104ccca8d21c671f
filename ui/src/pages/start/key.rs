//! The recovery key: shown once, and gone on only when the person has shown that it was kept.

use conclave_domain::{secret::Secret, t};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// How long a copy of the key stays in the clipboard.
const CLIPBOARD: Duration = Duration::from_secs(20);

/// The page that shows a new vault's key.
pub fn key(recovery: &Secret, done: Callback<()>) -> AnyView {
    view! {
        <h1>{t!("start.key_title")}</h1>
        <p class="lead">{t!("start.key_lead")}</p>
        {keep(recovery, done)}
    }
    .into_any()
}

/// The key itself, and the proof that it was kept.
pub fn keep(recovery: &Secret, done: Callback<()>) -> AnyView {
    let key = StoredValue::new(recovery.reveal().to_owned());
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let copied = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let last: String = key.with_value(|k| k.chars().rev().take(5).collect::<Vec<_>>().into_iter().rev().collect());
        if typed.with_untracked(|t| t.trim().eq_ignore_ascii_case(&last)) {
            done.run(());
        } else {
            wrong.set(true);
            crate::parts::dom::focus_id("key-confirm");
        }
    };
    view! {
        <p class="recovery-key" data-test="recovery-key">{key.get_value()}</p>
        <p><button type="button" class="button" on:click=move |_| copy(key, copied)>{t!("start.key_copy")}</button>
            <span role="status" class="muted">{move || copied.get().then(|| t!("start.key_copied"))}</span></p>
        <form class="stack" on:submit=submit>
            <div class="field">
                <label for="key-confirm">{t!("start.key_confirm")}</label>
                <input class="input short" type="text" id="key-confirm" data-test="key-confirm" autocomplete="off" spellcheck="false"
                    on:input=move |ev| { typed.set(event_target_value(&ev)); wrong.set(false); } />
                {move || wrong.get().then(|| view! { <p class="fault" role="alert">{t!("start.key_wrong")}</p> })}
            </div>
            <div class="actions"><button type="submit" class="button primary" data-test="key-done">{t!("start.key_done")}</button></div>
        </form>
    }
    .into_any()
}

fn copy(key: StoredValue<String>, copied: RwSignal<bool>) {
    let clipboard = window().navigator().clipboard();
    let write = clipboard.write_text(&key.get_value());
    spawn_local(async move {
        if JsFuture::from(write).await.is_ok() {
            let _ = copied.try_set(true);
            set_timeout(
                || {
                    let clear = window().navigator().clipboard().write_text("");
                    spawn_local(async move {
                        let _ = JsFuture::from(clear).await;
                    });
                },
                CLIPBOARD,
            );
        }
    });
}
