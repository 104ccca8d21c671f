//! Building a pack: subject, profile, moment, file; progress, cancel, then open and show in folder.

use crate::{
    call::{send, use_reply},
    parts::{
        dom,
        job::{Job, path_field, progress},
        loading::failed,
        path::record_path,
        sending::field_fault,
        toast,
    },
    state::Session,
};
use conclave_domain::{
    call::{
        pack::{BuildPack, PackBuilt},
        record::ListRecords,
        session::OpenFile,
    },
    fault::Fault,
    kind::Kind,
    t,
    time::AsOf,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

/// The form.
pub fn build() -> AnyView {
    let session = Session::here();
    let home = session.status.with_untracked(|s| s.as_ref().map(|s| s.home.clone()).unwrap_or_default());
    let name = session.vault().map(|v| v.organisation).unwrap_or_default();
    let out = RwSignal::new(format!("{home}/{}-audit-pack-{}.pdf", dom::file_name(&name), dom::today()));
    // A system's page leads here with its reference.
    let asked = use_query_map().with_untracked(|q| q.get("system")).unwrap_or_default();
    let chosen = RwSignal::new(if asked.is_empty() { Vec::new() } else { vec![asked] });
    let profile = RwSignal::new("auditor".to_owned());
    let [title, as_of] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let overwrite = RwSignal::new(false);
    let fault = RwSignal::new(None::<Fault>);
    let built = RwSignal::new(None::<PackBuilt>);
    let job = Job::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fault.set(None);
        built.set(None);
        let moment = match as_of.with_untracked(|text| meant(text)) {
            Ok(moment) => moment,
            Err(refused) => {
                fault.set(Some(refused));
                dom::focus_id("pack-as-of");
                return;
            }
        };
        let call = BuildPack {
            systems: chosen.get_untracked(),
            profile: profile.get_untracked(),
            title: title.get_untracked(),
            as_of: moment,
            out: out.get_untracked(),
            overwrite: overwrite.get_untracked(),
        };
        job.run(call, move |reply| match reply {
            Ok(done) => built.set(Some(done)),
            Err(refused) => fault.set(Some(refused)),
        });
    };
    view! {
        <section class="card" aria-labelledby="packs-build">
            <h2 id="packs-build">{t!("packs.build")}</h2>
            <form class="stack" on:submit=submit>
                <div class="field"><label for="pack-title">{t!("packs.name")}</label>
                    <input class="input" type="text" id="pack-title" data-test="pack-title" on:input=move |ev| title.set(event_target_value(&ev)) /></div>
                {systems(chosen)}
                <div class="field"><label for="pack-profile">{t!("packs.profile")}</label>
                    <select class="input" id="pack-profile" data-test="pack-profile" prop:value=move || profile.get()
                        on:change=move |ev| profile.set(event_target_value(&ev))>
                        <option value="board">{t!("packs.profile_board")}</option>
                        <option value="auditor" selected>{t!("packs.profile_auditor")}</option>
                        <option value="public">{t!("packs.profile_public")}</option>
                    </select></div>
                <div class="field"><label for="pack-as-of">{t!("packs.as_of")}</label>
                    <input class="input short" type="date" id="pack-as-of" data-test="pack-as-of" on:input=move |ev| as_of.set(event_target_value(&ev)) />
                    {field_fault(fault, "as_of")}</div>
                {path_field(out, "pack", "pack-out", t!("packs.out"))}
                <label class="check"><input type="checkbox" data-test="pack-overwrite" on:change=move |ev| overwrite.set(event_target_checked(&ev)) />
                    <span>{t!("packs.overwrite")}</span></label>
                {move || fault.get().filter(|f| f.about("as_of").is_none()).map(|f| failed(&f))}
                {progress(job)}
                <div class="actions"><button type="submit" class="button primary" data-test="pack-build" disabled=move || job.is_busy()>
                    {move || if job.is_busy() { t!("packs.making") } else { t!("packs.make") }}</button></div>
                {move || built.get().map(result)}
            </form>
        </section>
    }
    .into_any()
}

/// The moment that the field means; `None` is now. What cannot be read is refused: it must not quietly mean now.
fn meant(text: &str) -> Result<Option<AsOf>, Fault> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { text.parse::<AsOf>().map(Some) }
}

fn systems(chosen: RwSignal<Vec<String>>) -> AnyView {
    let text = RwSignal::new(String::new());
    let list = use_reply(move || Some(ListRecords { text: text.get(), limit: 50, ..ListRecords::default() }));
    let some = RwSignal::new(!chosen.with_untracked(Vec::is_empty));
    let toggle = move |reference: String| {
        chosen.update(|all| match all.iter().position(|r| *r == reference) {
            Some(at) => {
                all.remove(at);
            }
            None => all.push(reference),
        });
    };
    let rows = move || {
        let found = list.with(|l| l.as_ref().and_then(|l| l.as_ref().ok()).map(|p| p.rows.clone()).unwrap_or_default());
        found
            .into_iter()
            .map(|row| {
                let (is, on) = (row.head.reference.clone(), row.head.reference.clone());
                view! {
                    <label class="check"><input type="checkbox" data-test=format!("pack-system-{is}") prop:checked=move || chosen.with(|c| c.contains(&is))
                        on:change=move |_| toggle(on.clone()) /><span><span class="ref">{row.head.reference}</span>" "{row.head.title}</span></label>
                }
            })
            .collect_view()
    };
    view! {
        <fieldset class="choose">
            <legend>{t!("packs.which")}</legend>
            <label class="check"><input type="radio" name="which" data-test="pack-all" prop:checked=move || !some.get()
                on:change=move |_| { some.set(false); chosen.set(Vec::new()); } /><span>{t!("packs.all")}</span></label>
            <label class="check"><input type="radio" name="which" data-test="pack-some" prop:checked=move || some.get()
                on:change=move |_| some.set(true) /><span>{t!("packs.some")}</span></label>
            {move || some.get().then(|| view! {
                <input class="input" type="search" aria-label=t!("nav.find") placeholder=t!("nav.find") on:input=move |ev| text.set(event_target_value(&ev)) />
                <div class="pick-list">{rows}</div>
            })}
        </fieldset>
    }
    .into_any()
}

fn result(built: PackBuilt) -> AnyView {
    let open = |path: String, in_folder: bool| {
        spawn_local(async move {
            if let Err(fault) = send(OpenFile { path, in_folder }).await {
                toast::fault(&fault);
            }
        });
    };
    let (file, folder) = (built.path.clone(), built.path.clone());
    let record = record_path(Kind::Pack, &built.reference);
    view! {
        <div class="note good" role="status" data-test="pack-built">
            <p class="note-title">{t!("packs.built", pages = built.pages, path = built.path)}</p>
            <p>{t!("packs.recorded", reference = built.reference, id = built.pack_id)}</p>
            <p class="mono hash">{t!("packs.sha")}" "{built.sha256}</p>
            {built.warnings.into_iter().map(|w| view! { <p>{w}</p> }).collect_view()}
            <div class="actions">
                <button type="button" class="button" data-test="pack-open" on:click=move |_| open(file.clone(), false)>{t!("packs.open")}</button>
                <button type="button" class="button" data-test="pack-folder" on:click=move |_| open(folder.clone(), true)>{t!("packs.folder")}</button>
                <a class="button" data-test="pack-record" href=record>{t!("signature_card.look_and_sign")}</a>
            </div>
        </div>
    }
    .into_any()
}
