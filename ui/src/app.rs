//! The frame around all pages: unlock first, then navigation, the page, the palette and messages.

use crate::{
    pages,
    palette::{Palette, palette},
    parts::{icon::icon, sheet, toast},
    rail,
    state::{Session, provide_session},
};
use conclave_domain::{call::session::Status, t};
use leptos::{ev, leptos_dom::helpers::document, prelude::*};
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use wasm_bindgen::JsCast;

/// The whole window.
pub fn app() -> AnyView {
    let session = provide_session();
    let open = Memo::new(move |_| {
        let held = session.held.get();
        let of = |s: &Status| s.vault.as_ref().filter(|_| !held).map(|v| (v.path.clone(), v.must_change));
        session.status.with(|s| s.as_ref().map(of))
    });
    // Built once for each of these: what is read while it is built must not build the window anew under the person's hands.
    let content = move || {
        let open = open.get();
        untrack(|| match open {
            None => view! { <p class="waiting" role="status">{t!("part.loading")}</p> }.into_any(),
            Some(None) => pages::start::start(),
            Some(Some((_, true))) => pages::start::own::own(),
            Some(Some((_, false))) => shell(),
        })
    };
    view! { <Router>{content}</Router> {sheet::questions()} {toast::toasts()} }.into_any()
}

fn shell() -> AnyView {
    let session = Session::here();
    let palette_state = Palette::new();
    provide_context(palette_state);
    pages::journal::provide_filters();
    shortcuts(palette_state);
    let narrow = move || session.preferences().narrow;
    view! {
        <a class="skip" href="#main">{t!("nav.skip")}</a>
        <div class="shell" class:narrow=narrow>
            {rail::rail()}
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
            <Route path=path!("/") view=once(pages::home::home)/>
            <Route path=path!("/index.html") view=once(pages::home::home)/>
            <Route path=path!("/systems") view=once(pages::systems::list)/>
            <Route path=path!("/systems/new") view=once(pages::systems::new)/>
            <Route path=path!("/systems/:reference") view=once(pages::systems::one)/>
            <Route path=path!("/vendors") view=once(pages::vendors::list)/>
            <Route path=path!("/vendors/new") view=once(pages::vendors::new)/>
            <Route path=path!("/vendors/:reference") view=once(pages::vendors::one)/>
            <Route path=path!("/assets") view=once(pages::assets::list)/>
            <Route path=path!("/assets/new") view=once(pages::assets::new)/>
            <Route path=path!("/assets/:reference") view=once(pages::assets::one)/>
            <Route path=path!("/assessments") view=once(pages::assessments::list)/>
            <Route path=path!("/assessments/new") view=once(pages::assessments::new)/>
            <Route path=path!("/assessments/:reference") view=once(pages::assessments::one)/>
            <Route path=path!("/risks") view=once(pages::risks::list)/>
            <Route path=path!("/risks/new") view=once(pages::risks::new)/>
            <Route path=path!("/risks/:reference") view=once(pages::risks::one)/>
            <Route path=path!("/reviews") view=once(pages::reviews::list)/>
            <Route path=path!("/reviews/new") view=once(pages::reviews::new)/>
            <Route path=path!("/reviews/:reference") view=once(pages::reviews::one)/>
            <Route path=path!("/findings") view=once(pages::findings::list)/>
            <Route path=path!("/findings/new") view=once(pages::findings::new)/>
            <Route path=path!("/findings/:reference") view=once(pages::findings::one)/>
            <Route path=path!("/frameworks") view=once(pages::frameworks::list)/>
            <Route path=path!("/frameworks/import") view=once(pages::frameworks::import)/>
            <Route path=path!("/frameworks/new") view=once(pages::frameworks::new)/>
            <Route path=path!("/frameworks/:id") view=once(pages::frameworks::one)/>
            <Route path=path!("/frameworks/:id/edit") view=once(pages::frameworks::edit)/>
            <Route path=path!("/crosswalk") view=once(pages::crosswalk::crosswalk)/>
            <Route path=path!("/decisions") view=once(pages::decisions::list)/>
            <Route path=path!("/decisions/new") view=once(pages::decisions::new)/>
            <Route path=path!("/decisions/:reference") view=once(pages::decisions::one)/>
            <Route path=path!("/evidence") view=once(pages::evidence::list)/>
            <Route path=path!("/evidence/new") view=once(pages::evidence::new)/>
            <Route path=path!("/evidence/:reference") view=once(pages::evidence::one)/>
            <Route path=path!("/packs") view=once(pages::packs::packs)/>
            <Route path=path!("/packs/:reference") view=once(pages::packs::one)/>
            <Route path=path!("/journal") view=once(pages::journal::journal)/>
            <Route path=path!("/settings") view=once(pages::settings::settings)/>
            <Route path=path!("/trash") view=once(pages::trash::trash)/>
            <Route path=path!("/import") view=once(pages::import::import)/>
        </Routes>
    }
    .into_any()
}

/// A page, built once while its address is the same: what it reads while it is built must not build it anew under the person's
/// hands. What is to follow a change stands in a closure of its own.
fn once(page: fn() -> AnyView) -> impl Fn() -> AnyView + Clone + Send + 'static {
    move || untrack(page)
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
            <button type="button" class="find" data-test="palette-open" on:click=move |_| palette.open()>
                {icon("search")}<span>{t!("nav.find")}</span><kbd>"Ctrl K"</kbd>
            </button>
        </header>
    }
    .into_any()
}
