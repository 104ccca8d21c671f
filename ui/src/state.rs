//! What the whole window knows: the session and the theme.

use crate::call::{send, touch, watch};
use conclave_domain::{
    call::{
        Tag,
        session::{GetStatus, OpenVaultInfo, Preferences, SavePreferences, Status, StayAwake},
    },
    permission::{Permission, Role},
    text,
};
use leptos::{ev, leptos_dom::helpers::document, prelude::*, task::spawn_local};

/// Activity is told to the shell at most this often, in milliseconds.
const AWAKE: f64 = 20_000.0;

/// The session as the shell last told it.
#[derive(Clone, Copy)]
pub struct Session {
    /// `None` until the first answer.
    pub status: RwSignal<Option<Status>>,
    /// Whether the vault locked itself, so that the start page can say so.
    pub locked_itself: RwSignal<bool>,
    /// Whether the start page stays although a vault is open: while the recovery key is shown.
    pub held: RwSignal<bool>,
}

impl Session {
    /// The session of this window.
    pub fn here() -> Self {
        // Provided by `app` around everything.
        use_context().unwrap_or_else(|| Self {
            status: RwSignal::new(None),
            locked_itself: RwSignal::new(false),
            held: RwSignal::new(false),
        })
    }

    /// The open vault.
    pub fn vault(self) -> Option<OpenVaultInfo> {
        self.status.with(|s| s.as_ref().and_then(|s| s.vault.clone()))
    }

    /// Whether the acting member's role may do this: what it may not is not offered. The rule itself is the domain's.
    pub fn may(self, permission: Permission) -> bool {
        let role = self.status.with(|s| s.as_ref().and_then(|s| Role::from_name(&s.vault.as_ref()?.role)));
        role.is_some_and(|role| permission.check(role).is_ok())
    }

    /// The preferences.
    pub fn preferences(self) -> Preferences {
        self.status.with(|s| s.as_ref().map(|s| s.preferences.clone()).unwrap_or_default())
    }

    /// Changes the preferences, at once in the window and for the next time.
    pub fn prefer(self, change: impl FnOnce(&mut Preferences)) {
        let mut preferences = self.preferences();
        change(&mut preferences);
        self.status.update(|s| {
            if let Some(s) = s {
                s.preferences = preferences.clone();
            }
        });
        spawn_local(async move {
            let _ = send(SavePreferences { preferences }).await;
        });
    }
}

/// Keeps the session true: asks again when it was touched, and listens to the shell and to the person.
pub fn provide_session() -> Session {
    let session =
        Session { status: RwSignal::new(None), locked_itself: RwSignal::new(false), held: RwSignal::new(false) };
    provide_context(session);
    Effect::new(move |_| {
        watch(Tag::Session);
        spawn_local(async move {
            if let Ok(status) = send(GetStatus {}).await {
                text::set_pseudo_locale(status.preferences.language == "pseudo");
                session.status.set(Some(status));
            }
        });
    });
    Effect::new(move |_| {
        let theme = session.preferences().theme;
        if let Some(root) = document().document_element() {
            let _ = match theme.as_str() {
                "light" | "dark" => root.set_attribute("data-theme", &theme),
                _ => root.remove_attribute("data-theme"),
            };
        }
    });
    window_event_listener(ev::Custom::<web_sys::Event>::new("conclave-locked"), move |_| {
        session.locked_itself.set(true);
        touch(Tag::Session);
    });
    window_event_listener(ev::Custom::<web_sys::Event>::new("conclave-backed-up"), move |_| touch(Tag::Backups));
    let last = StoredValue::new(0.0);
    let awake = move || {
        let now = js_sys::Date::now();
        if now - last.get_value() > AWAKE
            && session.status.with_untracked(|s| s.as_ref().is_some_and(|s| s.vault.is_some()))
        {
            last.set_value(now);
            spawn_local(async {
                let _ = send(StayAwake {}).await;
            });
        }
    };
    window_event_listener(ev::keydown, move |_| awake());
    window_event_listener(ev::pointerdown, move |_| awake());
    session
}
