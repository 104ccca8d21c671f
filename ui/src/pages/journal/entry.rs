//! One entry with before and after, in a dialog.

use crate::{
    call::{send, use_reply},
    parts::{
        act::act_label,
        dom,
        loading::{failed, loading},
        path::record_path,
        toast,
    },
};
use conclave_domain::{
    call::{
        journal::{Change, Entry, GetEntry, subject_label},
        record::UndoChange,
    },
    fault::Fault,
    kind::Kind,
    t,
};
use leptos::{html, prelude::*, task::spawn_local};

/// How many changes an entry gives at once.
const CHANGES: u64 = 100;

/// The dialog; it opens when an entry's number is set.
pub fn entry(open: RwSignal<Option<u64>>) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    let offset = RwSignal::new(0_u64);
    let found = use_reply(move || open.get().map(|seq| GetEntry { seq, offset: offset.get() }));
    let fault = RwSignal::new(None::<Fault>);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match open.get() {
            Some(_) if !dialog.open() => drop(dialog.show_modal()),
            None if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let body = move || {
        let seq = open.get()?;
        Some(found.with(|f| match f {
            Some(Ok(e)) if e.line.seq == seq => content(e, open, offset, fault),
            Some(Err(f)) => failed(f),
            _ => loading(),
        }))
    };
    view! {
        <dialog class="wide" node_ref=dialog aria-labelledby="entry-title" on:close=move |_| { open.set(None); offset.set(0); fault.set(None); }>
            <form method="dialog" class="dialog-close"><button class="icon-button" data-test="entry-close" aria-label=t!("part.close")>"×"</button></form>
            {body}
        </dialog>
    }
    .into_any()
}

fn content(
    entry: &Entry,
    open: RwSignal<Option<u64>>,
    offset: RwSignal<u64>,
    fault: RwSignal<Option<Fault>>,
) -> AnyView {
    let l = &entry.line;
    let seq = l.seq;
    let undo = move |_| {
        spawn_local(async move {
            match send(UndoChange { entry: seq }).await {
                Ok(_) => {
                    open.set(None);
                    toast::note(t!("part.undone"));
                }
                // Here and not at the window's edge, which lies behind the dialog.
                Err(refused) => drop(fault.try_set(Some(refused))),
            }
        });
    };
    view! {
        <h2 id="entry-title">{t!("journal.entry", seq = seq)}" · "{act_label(&l.call)}</h2>
        <p class="muted">{l.actor.clone()}", "{dom::moment(l.at)}</p>
        {entry.changes.iter().map(change).collect_view()}
        {pager(l.subject_count, entry.changes.len() as u64, offset)}
        <dl class="facts">
            <dt>{t!("journal.hash")}</dt><dd class="mono hash">{l.hash.clone()}</dd>
            <dt>{t!("journal.previous")}</dt><dd class="mono hash">{entry.previous.clone()}</dd>
            <dt>{t!("journal.signature")}</dt><dd class="mono hash">{entry.signature.clone()}</dd>
        </dl>
        {move || fault.get().map(|f| failed(&f))}
        {entry.undoable.then(|| view! { <div class="actions"><button type="button" class="button" data-test="entry-undo" on:click=undo>{t!("journal.undo")}</button></div> })}
    }
    .into_any()
}

/// An import touches thousands of records: they are shown a hundred at a time.
fn pager(total: u64, shown: u64, offset: RwSignal<u64>) -> AnyView {
    let from = offset.get_untracked();
    if from == 0 && shown >= total {
        return ().into_any();
    }
    view! {
        <div class="pager">
            <span class="muted">{format!("{}–{} / {}", dom::count(from + 1), dom::count(from + shown), dom::count(total))}</span>
            <button type="button" class="button small" data-test="entry-before" disabled={from == 0}
                on:click=move |_| offset.update(|o| *o = o.saturating_sub(CHANGES))>{t!("journal.changes_before")}</button>
            <button type="button" class="button small" data-test="entry-after" disabled={from + shown >= total}
                on:click=move |_| offset.update(|o| *o += CHANGES)>{t!("journal.changes_after")}</button>
        </div>
    }
    .into_any()
}

fn change(change: &Change) -> AnyView {
    let name =
        if change.subject.name.is_empty() { subject_label(&change.subject.kind) } else { change.subject.name.clone() };
    let body = if change.erased {
        view! { <p class="muted">{t!("journal.erased")}</p> }.into_any()
    } else if change.fields.is_empty() {
        view! { <p class="muted">{t!("journal.no_values")}</p> }.into_any()
    } else {
        let rows = change.fields.iter().map(|(field, before, after)| {
            view! { <tr><th scope="row">{field.clone()}</th><td class="prose before">{before.clone()}</td><td class="prose after">{after.clone()}</td></tr> }
        });
        view! {
            <div class="scroll-x"><table class="records differences">
                <thead><tr><th scope="col">{t!("journal.field")}</th><th scope="col">{t!("journal.before")}</th><th scope="col">{t!("journal.after")}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
        }
        .into_any()
    };
    // A name begins with the reference.
    let kind = Kind::from_name(&change.subject.kind).filter(|_| !change.subject.name.is_empty());
    let name = match (kind, name.split_once(' ')) {
        (Some(kind), Some((reference, _))) => {
            view! { <a href=record_path(kind, reference)>{name.clone()}</a> }.into_any()
        }
        _ => name.into_any(),
    };
    view! { <section><h3>{name}</h3>{body}</section> }.into_any()
}
