//! The journal of one record: chosen by its reference, or by a click on it in the table.

use super::Asked;
use crate::call::send;
use conclave_domain::{
    call::{
        journal::{Subject, subject_label},
        record::GetRecord,
    },
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The field, or the record that was chosen.
pub fn filter(asked: Asked) -> AnyView {
    let fault = RwSignal::new(None::<String>);
    let find = move |ev: web_sys::Event| {
        let reference = event_target_value(&ev).trim().to_uppercase();
        fault.set(None);
        if reference.is_empty() {
            return;
        }
        spawn_local(async move {
            match send(GetRecord { reference }).await {
                Ok(found) => {
                    let (id, kind) = (found.head.id, found.head.kind.name().to_owned());
                    let name = format!("{} {}", found.head.reference, found.head.title);
                    asked.about(Some(Subject { kind, id, name }));
                }
                Err(refused) => drop(fault.try_set(Some(refused.sentence))),
            }
        });
    };
    let shown = move || {
        match asked.subject.get() {
        Some(subject) => view! {
            <span class="chip" data-test="journal-about"><span>{name(&subject)}</span>
                <button type="button" class="icon-button" aria-label=t!("journal.everything") on:click=move |_| asked.about(None)>"×"</button></span>
        }
        .into_any(),
        None => view! {
            <input class="input short" type="text" id="journal-subject" data-test="journal-subject" placeholder="AIS-0001" autocomplete="off"
                spellcheck="false" aria-describedby="journal-subject-fault" on:change=find />
        }
        .into_any(),
    }
    };
    view! {
        <div class="field inline"><label for="journal-subject">{t!("journal.subject")}</label>{shown}
            <p class="fault" id="journal-subject-fault" role="alert">{move || fault.get()}</p></div>
    }
    .into_any()
}

/// A subject in the table; a click shows the journal of it alone.
pub fn only(subject: &Subject, asked: Asked) -> AnyView {
    if subject.name.is_empty() {
        return subject_label(&subject.kind).into_any();
    }
    let chosen = subject.clone();
    view! {
        <button type="button" class="link quiet" title=t!("journal.only") on:click=move |_| asked.about(Some(chosen.clone()))>{subject.name.clone()}</button>
    }
    .into_any()
}

fn name(subject: &Subject) -> String {
    if subject.name.is_empty() { subject_label(&subject.kind) } else { subject.name.clone() }
}
