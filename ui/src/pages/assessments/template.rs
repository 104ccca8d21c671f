//! Preselecting what applies: by kind of system and role, with reasons that a person can change.

use super::state::Checklist;
use crate::{
    call::{send, use_reply},
    pages::record::say,
    parts::{
        loading::{failed, loading},
        sheet::sheet,
    },
};
use conclave_domain::{
    call::{assess::ApplyTemplate, framework::GetTemplates},
    t,
    template::{Template, Templates},
};
use leptos::{prelude::*, task::spawn_local};

/// The button, and the sheet behind it; nothing for a framework that no template speaks of.
pub fn template(list: Checklist) -> AnyView {
    let open = RwSignal::new(false);
    let lead = list.framework.with_value(|f| f.framework.kind == "checklist");
    if !lead {
        return ().into_any();
    }
    view! {
        <button type="button" class="button small" data-test="template" on:click=move |_| open.set(true)>{t!("template_page.open")}</button>
        {sheet(open, t!("template_page.title"), move || content(list, open))}
    }
    .into_any()
}

fn content(list: Checklist, open: RwSignal<bool>) -> AnyView {
    let reply = use_reply(|| Some(GetTemplates {}));
    let body = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(templates)) => form(list, open, templates.clone()),
        })
    };
    view! { {body} }.into_any()
}

fn form(list: Checklist, open: RwSignal<bool>, templates: Templates) -> AnyView {
    let (kind, role) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let framework = list.framework.with_value(|f| f.framework.id.clone());
    let all = StoredValue::new(templates.clone());
    let left = move || {
        let (kind, role) = (kind.get(), role.get());
        let picked = all.with_value(|t| {
            let chosen = t.kinds.iter().filter(|k| k.id == kind).chain(t.roles.iter().filter(|r| r.id == role));
            let parts = chosen.flat_map(|t| t.leave_out.clone()).filter(|p| p.framework == framework);
            parts.collect::<Vec<_>>()
        });
        let lines = picked.iter().map(|p| view! { <li><b>{p.requirements.join(", ")}</b> " " {p.reason.clone()}</li> });
        let n: usize = picked.iter().map(|p| p.requirements.len()).sum();
        view! {
            <p data-test="template-count">{t!("template_page.left", n = n)}</p>
            <ul class="plain-list lines">{lines.collect_view()}</ul>
        }
    };
    let apply = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let call = ApplyTemplate { assessment: list.id, kind: kind.get_untracked(), role: role.get_untracked() };
        spawn_local(async move {
            let reply = send(call).await;
            list.read_again().await;
            let _ = busy.try_set(false);
            match reply {
                Ok(done) => {
                    let _ = open.try_set(false);
                    say::note(t!("template_page.done", n = done.count));
                }
                Err(fault) => say::fault(&fault),
            }
        });
    };
    let about = move || {
        let (kind, role) = (kind.get(), role.get());
        all.with_value(|t| {
            let of = |list: &[Template], id: &str| list.iter().find(|t| t.id == id).map(|t| t.about.clone());
            [of(&t.kinds, &kind), of(&t.roles, &role)].into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
    };
    view! {
        <p class="prose">{t!("template_page.about")}</p>
        <div class="fields">
            {choice("template-kind", t!("field.system_kind"), templates.kinds, kind)}
            {choice("template-role", t!("field.org_role"), templates.roles, role)}
        </div>
        <p class="muted">{about}</p>
        {left}
        <div class="actions">
            <button type="button" class="button" on:click=move |_| open.set(false)>{t!("record.cancel")}</button>
            <button type="button" class="button primary" data-test="template-apply"
                disabled=move || busy.get() || (kind.with(String::is_empty) && role.with(String::is_empty)) on:click=apply>{t!("template_page.apply")}</button>
        </div>
    }
    .into_any()
}

fn choice(id: &'static str, label: String, templates: Vec<Template>, to: RwSignal<String>) -> AnyView {
    let options = templates.into_iter().map(|t| view! { <option value=t.id>{t.title}</option> }).collect_view();
    view! {
        <div class="field"><label for=id>{label}</label>
            <select class="input" id=id data-test=id on:change=move |ev| to.set(event_target_value(&ev))><option value="">{t!("choice.none")}</option>{options}</select></div>
    }
    .into_any()
}
