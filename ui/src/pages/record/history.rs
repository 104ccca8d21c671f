//! What happened to a record: its journal entries, each with what changed.

use crate::{
    call::{send, use_reply},
    parts::{
        dom,
        loading::{failed, loading},
    },
};
use conclave_domain::{
    call::journal::{Entry, GetEntry, JournalLine, ListJournal},
    t,
};
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

/// The newest entries about a record.
pub fn history(id: Uuid) -> AnyView {
    let page = use_reply(move || Some(ListJournal { subject: Some(id), limit: 100, ..ListJournal::default() }));
    let shown = move || {
        page.with(|p| match p {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(page)) => {
                let lines = page.lines.iter().map(|l| line(l, id)).collect_view();
                let more = (page.total > 100)
                    .then(|| view! { <p class="muted">{t!("record.history_more", n = page.total)}</p> });
                view! { <ol class="history" data-test="history">{lines}</ol>{more} }.into_any()
            }
        })
    };
    view! { <section class="card"><h2>{t!("record.history")}</h2>{shown}</section> }.into_any()
}

fn line(line: &JournalLine, id: Uuid) -> AnyView {
    let (seq, refused) = (line.seq, line.refused);
    let entry = RwSignal::new(None::<Entry>);
    let opened = move |_| {
        if entry.with_untracked(Option::is_none) {
            spawn_local(async move {
                if let Ok(found) = send(GetEntry { seq, offset: 0 }).await {
                    let _ = entry.try_set(Some(found));
                }
            });
        }
    };
    let act = crate::parts::act::act_label(&line.call);
    let refused = refused.then(|| view! { <span class="badge" data-tone="bad"><span aria-hidden="true">"■ "</span>{t!("record.refused")}</span> });
    let body = move || entry.with(|e| e.as_ref().map(|e| changes(e, id)));
    view! {
        <li>
            <details on:toggle=opened>
                <summary>
                    <span class="when">{dom::moment(line.at)}</span>
                    <span>{line.actor.clone()}</span>
                    <span>{act}</span>
                    {refused}
                    <a class="ref" href=format!("/journal?entry={seq}") title=line.hash.clone()>{format!("#{seq}")}</a>
                </summary>
                {body}
            </details>
        </li>
    }
    .into_any()
}

fn changes(entry: &Entry, id: Uuid) -> AnyView {
    let of_this = entry.changes.iter().filter(|c| c.subject.id == id);
    let fields = of_this.flat_map(|c| c.fields.iter()).map(|(label, before, after)| {
        view! { <tr><th scope="row">{label.clone()}</th><td class="prose">{before.clone()}</td><td class="prose">{after.clone()}</td></tr> }
    });
    view! {
        <div class="scroll-x">
            <table class="grid-table">
                <thead><tr><th scope="col">{t!("record.field")}</th><th scope="col">{t!("record.before")}</th><th scope="col">{t!("record.after")}</th></tr></thead>
                <tbody>{fields.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
