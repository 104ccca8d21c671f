//! The frame around all pages: unlock first, then navigation, the page, the palette and messages.

use crate::{
    call::touch,
    pages,
    palette::{Palette, palette},
    parts::{dom, icon::icon, loading::failed, toast},
    rail,
    state::{Session, provide_session},
};
use conclave_domain::{call::Tag, fault::Fault, t};
use leptos::{ev, leptos_dom::helpers::document, prelude::*};
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// How long the heading of a page is waited for: this often, after this long.
const LOOKS: u32 = 40;
const LOOK: Duration = Duration::from_millis(50);

/// The whole window.
pub fn app() -> AnyView {
    let session = provide_session();
    let open = Memo::new(move |_| {
        let held = session.held.get();
        session.status.with(|s| s.as_ref().map(|s| s.vault.as_ref().filter(|_| !held).map(|v| v.path.clone())))
    });
    // Texts are plain words once they are on the page, so another language draws the page anew.
    let language = Memo::new(move |_| session.preferences().language);
    let content = move || {
        language.track();
        match open.get() {
            None => session.fault.get().map_or_else(waiting, |fault| unreachable(&fault)),
            Some(None) => pages::start::start(),
            Some(Some(_)) => shell(),
        }
    };
    view! { <Router>{content}</Router> {toast::toasts()} }.into_any()
}

fn waiting() -> AnyView {
    view! { <p class="waiting" role="status">{t!("part.loading")}</p> }.into_any()
}

/// The shell gives no answer: the page was opened in a browser, or the program is in trouble.
fn unreachable(fault: &Fault) -> AnyView {
    view! {
        <main class="alone">
            <h1>"Conclave"</h1>
            {failed(fault)}
            <p><button type="button" class="button" data-test="again" on:click=move |_| touch(Tag::Session)>{t!("part.again")}</button></p>
        </main>
    }
    .into_any()
}

fn shell() -> AnyView {
    let palette_state = Palette::new();
    provide_context(palette_state);
    pages::journal::provide_filters();
    shortcuts(palette_state);
    let narrow = rail::is_narrow();
    view! {
        <a class="skip" href="#main" on:click=skip>{t!("nav.skip")}</a>
        <div class="shell" class:narrow=move || narrow.get()>
            {rail::rail()}
            {top(palette_state)}
            <main id="main" tabindex="-1">{notices()}{routes()}</main>
        </div>
        {palette(palette_state)}
    }
    .into_any()
}

/// The router would take the address of the link for a page.
fn skip(event: web_sys::MouseEvent) {
    event.prevent_default();
    dom::focus(document().get_element_by_id("main"));
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
    let visit = StoredValue::new(0_u32);
    Effect::new(move |_| {
        path.track();
        let mine = visit.get_value().wrapping_add(1);
        visit.set_value(mine);
        greet(visit, mine, LOOKS);
    });
}

/// Looks for the heading until it is there: a page may still be waiting for its reply.
fn greet(visit: StoredValue<u32>, mine: u32, looks: u32) {
    let look = move || {
        if visit.try_get_value() != Some(mine) {
            return;
        }
        let Some(heading) = document().query_selector("main h1").ok().flatten() else {
            if looks > 0 {
                greet(visit, mine, looks - 1);
            }
            return;
        };
        entitle(&heading.text_content().unwrap_or_default());
        if !is_writing()
            && let Ok(heading) = heading.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = heading.set_attribute("tabindex", "-1");
            let _ = heading.focus();
        }
    };
    set_timeout(look, LOOK);
}

/// Whether the page, or the person, has put the cursor into a field already.
fn is_writing() -> bool {
    document().active_element().is_some_and(|e| {
        matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            && e.closest("main, dialog").is_ok_and(|m| m.is_some())
    })
}

/// Names the window after what it shows.
pub fn entitle(page: &str) {
    document().set_title(&format!("{page} · Conclave"));
}

fn shortcuts(palette: Palette) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        match event.key().to_lowercase().as_str() {
            "k" => palette.open(),
            "l" => rail::lock(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// What was noticed when the vault was opened.
fn notices() -> AnyView {
    let notices = Session::here().vault().map(|v| v.notices).unwrap_or_default();
    notices.into_iter().map(|n| view! { <p class="note" role="status">{n}</p> }).collect_view().into_any()
}

fn top(palette: Palette) -> AnyView {
    view! {
        <header class="top">
            {rail::place()}
            <button type="button" class="find" data-test="palette-open" on:click=move |_| palette.open()>
                {icon("search")}<span>{t!("nav.find")}</span><kbd>"Ctrl K"</kbd>
            </button>
        </header>
    }
    .into_any()
}
