//! Creating a vault: names, place, passphrase, and how to begin; then the recovery key, once.

use super::{Form, Start, field_fault, key, restore, secret, strength::meter};
use crate::{
    parts::{
        dom,
        job::{Job, path_field, progress},
        loading::failed,
    },
    state::{Session, entered},
};
use conclave_domain::{
    call::session::{CreateVault, Created},
    fault::Fault,
    secret::Secret,
    t,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The form, and after it the key.
pub fn create(start: Start) -> AnyView {
    let created = RwSignal::new(None::<Created>);
    let begin = RwSignal::new("sample".to_owned());
    let navigate = use_navigate();
    let done = Callback::new(move |()| {
        let path = match begin.get_untracked().as_str() {
            "import" => "/import",
            "empty" => "/systems",
            _ => "/",
        };
        navigate(path, Default::default());
        Session::here().held.set(false);
    });
    let body = move || match created.get() {
        Some(created) => key::key(&created.recovery_key, done),
        None => form(start, begin, created),
    };
    view! { {body} }.into_any()
}

fn form(start: Start, begin: RwSignal<String>, created: RwSignal<Option<Created>>) -> AnyView {
    let session = Session::here();
    let status = session.status.get_untracked().unwrap_or_default();
    let [organisation, member, passphrase, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    // The place follows the organisation's name until the person chooses another one.
    let path = RwSignal::new(String::new());
    let proposed = StoredValue::new(String::new());
    let home = status.home.clone();
    Effect::new(move |_| {
        let name = organisation.with(|o| dom::file_name(o));
        if path.with_untracked(|p| p.is_empty() || *p == proposed.get_value()) {
            let place = if name.is_empty() { String::new() } else { format!("{home}/{name}.conclave") };
            proposed.set_value(place.clone());
            path.set(place);
        }
    });
    let fault = RwSignal::new(None::<Fault>);
    let job = Job::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fault.set(None);
        if passphrase.get_untracked() != again.get_untracked() {
            fault.set(Some(Fault::invalid_field("again", t!("start.differ"))));
            return;
        }
        let call = CreateVault {
            path: path.get_untracked(),
            organisation: organisation.get_untracked(),
            member: member.get_untracked(),
            passphrase: Secret::new(passphrase.get_untracked()),
            sample: begin.with_untracked(|b| b == "sample"),
        };
        // The vault is open as soon as it is made; the page stays until the key was kept.
        session.held.set(true);
        job.run(call, move |reply| match reply {
            Ok(made) => {
                entered(&made.vault);
                created.set(Some(made));
            }
            Err(refused) => {
                session.held.set(false);
                fault.set(Some(refused));
            }
        });
    };
    let hints = Signal::derive(move || vec![organisation.get(), member.get()]);
    let text = |value: RwSignal<String>, id: &'static str, label: String| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input class="input" type="text" id=id data-test=id autocomplete="off" prop:value=move || value.get()
                    on:input=move |ev| value.set(event_target_value(&ev)) />
            </div>
        }
    };
    let general = move || fault.get().filter(|f| f.fields.is_empty()).map(|f| failed(&f));
    let can_unlock = !status.recent.is_empty();
    view! {
        <h1>{t!("start.create_title")}</h1>
        <p class="lead">{t!("start.create_lead")}</p>
        <form class="stack" on:submit=submit>
            {text(organisation, "create-organisation", t!("start.organisation"))} {field_fault(fault, "organisation")}
            {text(member, "create-member", t!("start.you"))} {field_fault(fault, "member")}
            {path_field(path, "new_vault", "create-path", t!("start.path_new"))} {field_fault(fault, "path")}
            {secret(passphrase, "create-passphrase", t!("start.passphrase"), true)} {field_fault(fault, "passphrase")}
            {meter(passphrase, hints)}
            {secret(again, "create-again", t!("start.again"), true)} {field_fault(fault, "again")}
            <fieldset class="choose">
                <legend>{t!("start.begin")}</legend>
                {way(begin, "sample", t!("start.begin_sample"), t!("start.begin_sample_about"))}
                {way(begin, "import", t!("start.begin_import"), t!("start.begin_import_about"))}
                {way(begin, "empty", t!("start.begin_empty"), t!("start.begin_empty_about"))}
            </fieldset>
            {general}
            {progress(job)}
            <div class="actions">
                <button type="submit" class="button primary" data-test="create-submit" disabled=move || job.is_busy()>
                    {move || if job.is_busy() { t!("start.creating") } else { t!("start.create_title") }}
                </button>
                <button type="button" class="link" data-test="go-unlock" on:click=move |_| start.form.set(Form::Unlock)>
                    {if can_unlock { t!("start.back") } else { t!("start.title") }}
                </button>
                {restore::link(start)}
            </div>
        </form>
    }
    .into_any()
}

fn way(begin: RwSignal<String>, value: &'static str, label: String, about: String) -> AnyView {
    view! {
        <label class="option">
            <input type="radio" name="begin" value=value data-test=format!("begin-{value}") prop:checked=move || begin.with(|b| b == value)
                on:change=move |_| begin.set(value.to_owned()) />
            <span><b>{label}</b><span class="muted">{about}</span></span>
        </label>
    }
    .into_any()
}
