//! The frame around all pages: unlock first, then navigation, the page, the palette and messages.

use crate::{
    call::{send, watch},
    pages,
    palette::{Palette, palette},
    parts::{icon::icon, toast},
    state::{Session, provide_session},
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
use leptos::{ev, leptos_dom::helpers::document, prelude::*, task::spawn_local};
use leptos_router::{
    components::{A, Route, Router, Routes},
    hooks::use_location,
    path,
};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;

/// The whole window.
pub fn app() -> AnyView {
    let session = provide_session();
    let open = Memo::new(move |_| {
        let held = session.held.get();
        session.status.with(|s| s.as_ref().map(|s| s.vault.as_ref().filter(|_| !held).map(|v| v.path.clone())))
    });
    let content = move || match open.get() {
        None => view! { <p class="waiting" role="status">{t!("part.loading")}</p> }.into_any(),
        Some(None) => pages::start::start(),
        Some(Some(_)) => shell(),
    };
    view! { <Router>{content}</Router> {toast::toasts()} }.into_any()
}

fn shell() -> AnyView {
    let session = Session::here();
    let palette_state = Palette::new();
    provide_context(palette_state);
    shortcuts(palette_state);
    let narrow = move || session.preferences().narrow;
    view! {
        <a class="skip" href="#main">{t!("nav.skip")}</a>
        <div class="shell" class:narrow=narrow>
            {rail()}
            {top(palette_state)}
            <main id="main" tabindex="-1">{notices()}{routes()}</main>
        </div>
        {palette(palette_state)}
    }
    .into_any()
}

fn routes() -> AnyView {
    follow();
    view! {
        <Routes fallback=pages::missing>
            <Route path=path!("/") view=pages::home::home/>
            <Route path=path!("/index.html") view=pages::home::home/>
            <Route path=path!("/systems") view=pages::systems::list/>
            <Route path=path!("/systems/new") view=pages::systems::new/>
            <Route path=path!("/systems/:reference") view=pages::systems::one/>
            <Route path=path!("/vendors") view=pages::vendors::list/>
            <Route path=path!("/vendors/new") view=pages::vendors::new/>
            <Route path=path!("/vendors/:reference") view=pages::vendors::one/>
            <Route path=path!("/assets") view=pages::assets::list/>
            <Route path=path!("/assets/new") view=pages::assets::new/>
            <Route path=path!("/assets/:reference") view=pages::assets::one/>
            <Route path=path!("/assessments") view=pages::assessments::list/>
            <Route path=path!("/assessments/new") view=pages::assessments::new/>
            <Route path=path!("/assessments/:reference") view=pages::assessments::one/>
            <Route path=path!("/risks") view=pages::risks::list/>
            <Route path=path!("/risks/new") view=pages::risks::new/>
            <Route path=path!("/risks/:reference") view=pages::risks::one/>
            <Route path=path!("/reviews") view=pages::reviews::list/>
            <Route path=path!("/reviews/new") view=pages::reviews::new/>
            <Route path=path!("/reviews/:reference") view=pages::reviews::one/>
            <Route path=path!("/decisions") view=pages::decisions::list/>
            <Route path=path!("/decisions/new") view=pages::decisions::new/>
            <Route path=path!("/decisions/:reference") view=pages::decisions::one/>
            <Route path=path!("/packs") view=pages::packs::packs/>
            <Route path=path!("/packs/:reference") view=pages::packs::one/>
            <Route path=path!("/journal") view=pages::journal::journal/>
            <Route path=path!("/settings") view=pages::settings::settings/>
            <Route path=path!("/trash") view=pages::trash::trash/>
            <Route path=path!("/import") view=pages::import::import/>
        </Routes>
    }
    .into_any()
}

/// After each change of the page the focus goes to its heading and the window's title follows, so that people who listen
/// know where they are.
fn follow() {
    let path = use_location().pathname;
    let first = StoredValue::new(true);
    Effect::new(move |_| {
        path.track();
        let focus = !first.get_value();
        first.set_value(false);
        set_timeout(
            move || {
                let Some(heading) = document().query_selector("main h1").ok().flatten() else { return };
                document().set_title(&format!("{} · Conclave", heading.text_content().unwrap_or_default()));
                if focus {
                    let _ = heading.set_attribute("tabindex", "-1");
                    if let Ok(heading) = heading.dyn_into::<web_sys::HtmlElement>() {
                        let _ = heading.focus();
                    }
                }
            },
            std::time::Duration::from_millis(120),
        );
    });
}

fn shortcuts(palette: Palette) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        match event.key().to_lowercase().as_str() {
            "k" => palette.open(),
            "l" => lock(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

fn lock() {
    spawn_local(async {
        if let Err(fault) = send(LockVault {}).await {
            toast::fault(&fault);
        }
    });
}

/// What was noticed when the vault was opened.
fn notices() -> AnyView {
    let notices = Session::here().vault().map(|v| v.notices).unwrap_or_default();
    notices.into_iter().map(|n| view! { <p class="note" role="status">{n}</p> }).collect_view().into_any()
}

fn top(palette: Palette) -> AnyView {
    view! {
        <header class="top">
            <button type="button" class="find" data-test="palette-open" on:click=move |_| palette.open()>
                {icon("search")}<span>{t!("nav.find")}</span><kbd>"Ctrl K"</kbd>
            </button>
        </header>
    }
    .into_any()
}

/// The groups of the navigation: heading, then path, icon and kind or key of the label.
enum Place {
    Kind(Kind),
    Page(&'static str, &'static str, fn() -> String),
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

fn rail() -> AnyView {
    let counts = RwSignal::new(BTreeMap::<String, u64>::new());
    Effect::new(move |_| {
        watch(Tag::Records);
        spawn_local(async move {
            if let Ok(home) = send(GetHome { today: crate::parts::dom::today() }).await {
                let _ = counts.try_set(home.counts);
            }
        });
    });
    let group = move |(heading, places): (String, Vec<Place>)| {
        let titled = !heading.is_empty();
        view! {
            {titled.then(|| view! { <h2 class="rail-head">{heading}</h2> })}
            <ul>{places.into_iter().map(|p| place(p, counts)).collect_view()}</ul>
        }
    };
    let session = Session::here();
    view! {
        <nav class="rail" aria-label=t!("nav.label")>
            <p class="brand">{icon("key")}<span>"Conclave"</span></p>
            {groups().into_iter().map(group).collect_view()}
            <div class="who">
                {move || session.vault().map(who)}
                <div class="who-acts">
                    <button type="button" class="button small" data-test="lock" on:click=move |_| lock()>
                        {icon("lock")}<span>{t!("nav.lock")}</span>
                    </button>
                    <button type="button" class="icon-button" data-test="nav-narrow" aria-label=t!("nav.narrow")
                        aria-pressed=move || session.preferences().narrow.to_string()
                        on:click=move |_| session.prefer(|p| p.narrow = !p.narrow)>"⇤"</button>
                </div>
            </div>
        </nav>
    }
    .into_any()
}

fn place(place: Place, counts: RwSignal<BTreeMap<String, u64>>) -> AnyView {
    let (path, sign, label, kind) = match place {
        Place::Kind(kind) => (format!("/{}s", kind.name()), format!("{}s", kind.name()), kind.many(), Some(kind)),
        Place::Page(path, sign, label) => (path.to_owned(), sign.to_owned(), label(), None),
    };
    let count = move || kind.and_then(|k| counts.with(|c| c.get(k.name()).copied())).map(crate::parts::dom::count);
    let exact = path == "/";
    let (test, drawing, title) = (format!("nav-{sign}"), icon(&sign), label.clone());
    view! {
        <li><A href=path exact=exact attr:data-test=test attr:title=title>{drawing}<span>{label}</span><b>{count}</b></A></li>
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
        <p class="muted">{lock}" "<kbd>"Ctrl L"</kbd></p>
    }
    .into_any()
}
