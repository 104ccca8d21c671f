//! The threat library: published threats to start a risk from.

use crate::{
    call::use_reply,
    parts::{
        form::Form,
        loading::{failed, loading},
        sheet,
    },
};
use conclave_domain::{call::assess::ListThreats, field::choice_label, t, threat::Threat};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// A button that opens the library; a chosen threat fills the statement.
pub fn chooser(form: Form) -> AnyView {
    let open = RwSignal::new(false);
    view! {
        <div class="note">
            <p>{t!("risk_page.library_about")}</p>
            <button type="button" class="button" data-test="threat-library" on:click=move |_| open.set(true)>{t!("risk_page.library")}</button>
        </div>
        {sheet::sheet(open, t!("risk_page.library"), move || library(form, open))}
    }
    .into_any()
}

fn library(form: Form, open: RwSignal<bool>) -> AnyView {
    let words = RwSignal::new(String::new());
    let threats = use_reply(move || Some(ListThreats { text: words.get() }));
    let list = move || {
        threats.with(|t| match t {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(all)) if all.is_empty() => view! { <p class="muted">{t!("form.no_hit")}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.iter().map(|t| line(t.clone(), form, open)).collect_view();
                view! { <ul class="threats">{lines}</ul> }.into_any()
            }
        })
    };
    view! {
        <input type="search" class="input" data-test="threat-search" aria-label=t!("risk_page.library_search") placeholder=t!("risk_page.library_search")
            on:input=move |ev| words.set(event_target_value(&ev)) />
        {list}
    }
    .into_any()
}

fn line(threat: Threat, form: Form, open: RwSignal<bool>) -> AnyView {
    let test = format!("threat-{}", threat.id);
    let (id, source, title, gist) =
        (threat.id.clone(), threat.source.clone(), threat.title.clone(), threat.gist.clone());
    let category = choice_label("risk_category", &threat.category);
    let take = move |_| {
        fill(form, &threat);
        open.set(false);
    };
    view! {
        <li>
            <button type="button" class="threat" data-test=test on:click=take>
                <span class="threat-title">{title}</span>
                <span class="muted">{id} " · " {category} " · " {source}</span>
                <span>{gist}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Fills what the threat says; a title and a category that somebody wrote stay.
fn fill(form: Form, threat: &Threat) {
    let mut values = Map::new();
    let mut put = |key: &str, value: Value| {
        values.insert(key.to_owned(), value);
    };
    if form.text("title").trim().is_empty() {
        put("title", threat.title.clone().into());
    }
    put("cause", threat.cause.clone().into());
    put("event", threat.event.clone().into());
    put("consequence", threat.consequence.clone().into());
    put("category", threat.category.clone().into());
    put("threats", added(form, "threats", std::slice::from_ref(&threat.id)));
    put("guidelines", added(form, "guidelines", &threat.guidelines));
    form.fill(values);
}

fn added(form: Form, key: &str, more: &[String]) -> Value {
    let mut all: Vec<String> = match form.peek(key) {
        Value::Array(a) => a.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all.into()
}
