//! What the whole window knows: the session and the theme.

use crate::{
    call::{adopt, send, touch, watch},
    pages,
    parts::{dom, sheet, toast},
};
use conclave_domain::{
    call::{
        Tag,
        session::{GetStatus, OpenVaultInfo, Preferences, SavePreferences, Status, StayAwake},
    },
    permission::Permission,
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

    /// Whether the acting member may do this, by role and charter: what they may not is not offered. The app works it out.
    pub fn may(self, permission: Permission) -> bool {
        self.status.with(|s| {
            let vault = s.as_ref().and_then(|s| s.vault.as_ref());
            vault.is_some_and(|v| v.may.contains(&permission))
        })
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

/// Takes over the opening that a reply speaks of; says whether it is another one than before. What was said about the one
/// before, and what could still be pressed about it, goes with it.
fn belong(ticket: &str) -> bool {
    let other = adopt(ticket.to_owned());
    if other {
        toast::clear();
        sheet::withdraw();
        pages::evidence::forget_same();
    }
    other
}

/// Says that a vault was opened, or that another member took over: at once, so that no call goes out under the ticket before.
pub fn entered(vault: &OpenVaultInfo) {
    belong(&vault.ticket);
}

/// Takes over where the session stands. What pages asked as somebody else, or on another day, they ask again: after the day
/// is known here, because their words are set against it.
fn told(session: Session, status: Status) {
    text::set_pseudo_locale(status.preferences.language == "pseudo");
    let ticket = status.vault.as_ref().map_or("", |v| v.ticket.as_str());
    let moved = belong(ticket) && !ticket.is_empty();
    let turned = dom::set_today(status.today);
    session.status.set(Some(status));
    if moved || turned {
        touch(Tag::Records);
        touch(Tag::Answers);
    }
}

/// Asks where the session stands, again whenever it was touched, and when members were: what a member may do depends on
/// how many there are.
fn follow_status(session: Session) {
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        watch(Tag::Session);
        watch(Tag::Members);
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        let asked = send(GetStatus {});
        spawn_local(async move {
            let reply = asked.await;
            // An answer to an older question may speak of an opening that is over.
            if let Ok(status) = reply
                && turn.try_get_value() == Some(mine)
            {
                told(session, status);
            }
        });
    });
}

/// Keeps the session true: asks again when it was touched, and listens to the shell and to the person.
pub fn provide_session() -> Session {
    let session =
        Session { status: RwSignal::new(None), locked_itself: RwSignal::new(false), held: RwSignal::new(false) };
    provide_context(session);
    follow_status(session);
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
    // The status brings the new day, and what pages show is asked again once it is there.
    window_event_listener(ev::Custom::<web_sys::Event>::new("conclave-day"), move |_| touch(Tag::Session));
    keep_awake(session);
    session
}

/// Tells the shell that the person is there, so that the vault does not lock.
fn keep_awake(session: Session) {
    let last = StoredValue::new(f64::NEG_INFINITY);
    let awake = move || {
        // How long the window has been there: a clock that nobody sets.
        let now = window().performance().map_or(0.0, |p| p.now());
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
}
