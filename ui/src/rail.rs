//! The navigation at the left, and the place that it names at the top.

use crate::{
    call::{send, watch},
    parts::{dom, icon::icon},
    state::Session,
};
use conclave_domain::{
    call::{
        Tag,
        record::GetHome,
        session::{LockVault, OpenVaultInfo},
    },
    field::choice_label,
    kind::Kind,
    t,
};
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::{components::A, hooks::use_location};
use std::collections::BTreeMap;

/// Windows narrower than this have a narrow navigation; so have those that are zoomed in.
const NARROW: f64 = 900.0;

/// What the home page counts, under a name that no kind has.
const ATTENTION: &str = "attention";

/// A page that the navigation leads to.
enum Place {
    Kind(Kind),
    Page(&'static str, &'static str, fn() -> String),
}

impl Place {
    fn path(&self) -> String {
        match self {
            Place::Kind(kind) => format!("/{}s", kind.name()),
            Place::Page(path, ..) => (*path).to_owned(),
        }
    }

    /// The name of its icon, and of its link for tests.
    fn sign(&self) -> String {
        match self {
            Place::Kind(kind) => format!("{}s", kind.name()),
            Place::Page(_, sign, _) => (*sign).to_owned(),
        }
    }

    fn label(&self) -> String {
        match self {
            Place::Kind(kind) => kind.many(),
            Place::Page(.., label) => label(),
        }
    }

    /// The name of what is counted beside it.
    fn counted(&self) -> Option<&'static str> {
        match self {
            Place::Kind(kind) => Some(kind.name()),
            Place::Page("/", ..) => Some(ATTENTION),
            Place::Page(..) => None,
        }
    }
}

fn groups() -> Vec<(String, Vec<Place>)> {
    use Place::{Kind as K, Page as P};
    vec![
        (String::new(), vec![P("/", "home", || t!("nav.home"))]),
        (t!("nav.inventory"), vec![K(Kind::System), K(Kind::Vendor), K(Kind::Asset)]),
        (t!("nav.assurance"), vec![K(Kind::Assessment), K(Kind::Risk), K(Kind::Review)]),
        (t!("nav.board"), vec![K(Kind::Decision)]),
        (
            t!("nav.record"),
            vec![
                K(Kind::Pack),
                P("/journal", "journal", || t!("nav.journal")),
                P("/import", "import", || t!("nav.import")),
                P("/trash", "trash", || t!("nav.trash")),
                P("/settings", "settings", || t!("nav.settings")),
            ],
        ),
    ]
}

/// Whether the navigation is narrow: because the person wants it so, or because the window leaves no room.
pub fn is_narrow() -> Signal<bool> {
    let session = Session::here();
    let width = || window().inner_width().ok().and_then(|w| w.as_f64()).unwrap_or(NARROW);
    let small = RwSignal::new(width() < NARROW);
    let handle = window_event_listener(ev::resize, move |_| {
        let now = width() < NARROW;
        if small.get_untracked() != now {
            small.set(now);
        }
    });
    on_cleanup(move || handle.remove());
    Memo::new(move |_| small.get() || session.preferences().narrow).into()
}

/// Locks the vault.
pub fn lock() {
    spawn_local(async {
        if let Err(fault) = send(LockVault {}).await {
            crate::parts::toast::fault(&fault);
        }
    });
}

/// The navigation.
pub fn rail() -> AnyView {
    let counts = RwSignal::new(BTreeMap::<String, u64>::new());
    Effect::new(move |_| {
        watch(Tag::Records);
        watch(Tag::Answers);
        spawn_local(async move {
            if let Ok(home) = send(GetHome { today: dom::today() }).await {
                let mut found = home.counts;
                found.insert(ATTENTION.into(), home.attention_total);
                let _ = counts.try_set(found);
            }
        });
    });
    let group = move |(heading, places): (String, Vec<Place>)| {
        let titled = !heading.is_empty();
        view! {
            {titled.then(|| view! { <h2 class="rail-head">{heading}</h2> })}
            <ul>{places.into_iter().map(|p| link(&p, counts)).collect_view()}</ul>
        }
    };
    let session = Session::here();
    view! {
        <nav class="rail" aria-label=t!("nav.label")>
            <p class="brand">{icon("key")}<span class="word">"Conclave"</span></p>
            {groups().into_iter().map(group).collect_view()}
            <div class="who">
                {move || session.vault().map(who)}
                <div class="who-acts">
                    <button type="button" class="button small" data-test="lock" title=format!("{} (Ctrl L)", t!("nav.lock")) on:click=move |_| lock()>
                        {icon("lock")}<span class="word">{t!("nav.lock")}</span><kbd aria-hidden="true">"Ctrl L"</kbd>
                    </button>
                    <button type="button" class="icon-button narrower" data-test="nav-narrow" aria-label=t!("nav.narrow") title=t!("nav.narrow")
                        aria-pressed=move || session.preferences().narrow.to_string()
                        on:click=move |_| session.prefer(|p| p.narrow = !p.narrow)>{icon("narrow")}</button>
                </div>
            </div>
        </nav>
    }
    .into_any()
}

fn link(place: &Place, counts: RwSignal<BTreeMap<String, u64>>) -> AnyView {
    let (path, sign, label, counted) = (place.path(), place.sign(), place.label(), place.counted());
    let urgent = counted == Some(ATTENTION);
    let found = move || counted.and_then(|name| counts.with(|c| c.get(name).copied())).filter(|n| !urgent || *n > 0);
    let count = move || {
        found().map(|n| {
            let words = urgent.then(|| view! { <span class="sr-only">" "{t!("nav.attention")}</span> });
            view! { <b class:urgent=urgent>{dom::count(n)}{words}</b> }
        })
    };
    let exact = path == "/";
    let (test, drawing, title) = (format!("nav-{sign}"), icon(&sign), label.clone());
    view! {
        <li><A href=path exact=exact attr:data-test=test attr:title=title>{drawing}<span class="word">{label}</span>{count}</A></li>
    }
    .into_any()
}

fn who(vault: OpenVaultInfo) -> AnyView {
    let lock = match vault.auto_lock_minutes {
        0 => t!("nav.locks_never"),
        minutes => t!("nav.locks", minutes = minutes),
    };
    view! {
        <p class="who-vault" title=vault.path>{vault.organisation}</p>
        <p>{vault.member}" · "{choice_label("role", &vault.role)}</p>
        <p>{lock}</p>
    }
    .into_any()
}

/// Where the person is: the group and the page, which is a link from what lies below it.
pub fn place() -> AnyView {
    let path = use_location().pathname;
    let here = move || {
        let now = path.get();
        let first = format!("/{}", now.trim_start_matches('/').split('/').next().unwrap_or_default());
        let (group, place) =
            groups().into_iter().find_map(|(g, all)| all.into_iter().find(|p| p.path() == first).map(|p| (g, p)))?;
        let group = (!group.is_empty()).then(|| view! { <span>{group}</span><span aria-hidden="true">"›"</span> });
        let page = if now == first {
            view! { <span>{place.label()}</span> }.into_any()
        } else {
            view! { <a href=first>{place.label()}</a> }.into_any()
        };
        Some(view! { {group}{page} })
    };
    view! { <p class="place">{here}</p> }.into_any()
}
