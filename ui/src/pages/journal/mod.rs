//! The journal: every change, filtered by page in the query, with before and after, and verified on wish.

mod entry;
mod subject;

use crate::{
    call::use_reply,
    pages::packs::said,
    parts::{
        act::act_label,
        dom,
        job::{Job, progress},
        loading::{failed, loading},
    },
};
use conclave_domain::{
    call::journal::{JournalLine, JournalPage, ListJournal, Subject, Verdict, VerifyJournal},
    fault::Fault,
    t,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const PAGE: u64 = 50;

/// The filters. They stay as they are while the vault is open, whatever page comes between.
#[derive(Clone, Copy)]
struct Asked {
    actor: RwSignal<String>,
    call: RwSignal<String>,
    from: RwSignal<String>,
    until: RwSignal<String>,
    subject: RwSignal<Option<Subject>>,
    offset: RwSignal<u64>,
}

impl Asked {
    fn new() -> Self {
        let [actor, call, from, until] = std::array::from_fn(|_| RwSignal::new(String::new()));
        Self { actor, call, from, until, subject: RwSignal::new(None), offset: RwSignal::new(0) }
    }

    fn clear(self) {
        for value in [self.actor, self.call, self.from, self.until] {
            value.set(String::new());
        }
        self.about(None);
    }

    fn about(self, subject: Option<Subject>) {
        self.subject.set(subject);
        self.offset.set(0);
    }
}

/// Keeps the journal's filters for the surrounding part of the window.
pub fn provide_filters() {
    provide_context(Asked::new());
}

/// The page.
pub fn journal() -> AnyView {
    let asked = use_context().unwrap_or_else(Asked::new);
    // A record's history leads here with the entry's number.
    let open = RwSignal::new(use_query_map().with_untracked(|q| q.get("entry")).and_then(|n| n.parse::<u64>().ok()));
    let page = use_reply(move || {
        Some(ListJournal {
            subject: asked.subject.with(|s| s.as_ref().map(|s| s.id)),
            actor: asked.actor.get(),
            call: asked.call.get(),
            from: asked.from.get().parse().ok(),
            until: asked.until.get().parse().ok(),
            offset: asked.offset.get(),
            limit: PAGE,
        })
    });
    let head = move || page.with(|p| p.as_ref().and_then(|p| p.as_ref().ok()).map(facts));
    let body = move || {
        page.with(|p| match p {
            None => loading(),
            Some(Err(f)) => failed(f),
            Some(Ok(p)) => lines(p, asked, open),
        })
    };
    let choices = Memo::new(move |_| {
        page.with(|p| {
            p.as_ref().and_then(|p| p.as_ref().ok()).map(|p| (p.actors.clone(), p.calls.clone())).unwrap_or_default()
        })
    });
    view! {
        <div class="page">
            <header class="page-head"><div><h1>{t!("journal.title")}</h1>{head}</div></header>
            {verification()}
            {move || filters(asked, choices.get())}
            <section class="card flush">{body}</section>
            {entry::entry(open)}
        </div>
    }
    .into_any()
}

fn facts(page: &JournalPage) -> AnyView {
    view! {
        <p class="lead">{t!("journal.lead", total = dom::count(page.head_seq))}</p>
        <dl class="facts">
            <dt>{t!("journal.head", seq = page.head_seq)}</dt><dd class="mono hash">{page.head_hash.clone()}</dd>
            <dt>{t!("journal.genesis")}</dt><dd class="mono hash">{page.genesis.clone()}</dd>
        </dl>
    }
    .into_any()
}

fn verification() -> AnyView {
    let verdict = RwSignal::new(None::<Result<Verdict, Fault>>);
    let job = Job::new();
    let answer = move || {
        verdict.get().map(|v| match v {
            Err(f) => failed(&f),
            Ok(v) => {
                said(&if v.sound { t!("journal.sound") } else { t!("journal.unsound") }, v.sound, v.faults, v.checked)
            }
        })
    };
    view! {
        <div class="verify-row">
            <button type="button" class="button" data-test="journal-verify" disabled=move || job.is_busy()
                on:click=move |_| { verdict.set(None); job.run(VerifyJournal {}, move |r| verdict.set(Some(r))); }>
                {move || if job.is_busy() { t!("journal.verifying") } else { t!("journal.verify") }}
            </button>
            {progress(job)}
            {answer}
        </div>
    }
    .into_any()
}

fn filters(asked: Asked, (actors, calls): (Vec<String>, Vec<String>)) -> AnyView {
    let choose = move |value: RwSignal<String>,
                       id: &'static str,
                       label: String,
                       none: String,
                       all: Vec<(String, String)>| {
        view! {
            <div class="field inline"><label for=id>{label}</label>
                <select class="input" id=id data-test=id prop:value=move || value.get()
                    on:change=move |ev| { asked.offset.set(0); value.set(event_target_value(&ev)); }>
                    <option value="">{none}</option>
                    {all.into_iter().map(|(v, l)| { let on = value.with_untracked(|x| *x == v); view! { <option value=v selected=on>{l}</option> } }).collect_view()}
                </select></div>
        }
    };
    let day = move |value: RwSignal<String>, id: &'static str, label: String| {
        view! {
            <div class="field inline"><label for=id>{label}</label>
                <input class="input short" type="date" id=id data-test=id prop:value=move || value.get()
                    on:change=move |ev| { asked.offset.set(0); value.set(event_target_value(&ev)); } /></div>
        }
    };
    let same = |v: Vec<String>| v.into_iter().map(|x| (x.clone(), x)).collect();
    let words = |v: Vec<String>| v.into_iter().map(|x| (x.clone(), act_label(&x))).collect();
    view! {
        <div class="filters">
            {choose(asked.actor, "journal-member", t!("journal.member"), t!("journal.everyone"), same(actors))}
            {choose(asked.call, "journal-call", t!("journal.call"), t!("journal.everything"), words(calls))}
            {day(asked.from, "journal-from", t!("journal.from"))}
            {day(asked.until, "journal-until", t!("journal.until"))}
            {subject::filter(asked)}
            <button type="button" class="link" data-test="journal-clear" on:click=move |_| asked.clear()>{t!("journal.clear")}</button>
        </div>
    }
    .into_any()
}

fn lines(page: &JournalPage, asked: Asked, open: RwSignal<Option<u64>>) -> AnyView {
    if page.lines.is_empty() {
        return view! { <p class="muted pad">{t!("journal.none")}</p> }.into_any();
    }
    let (offset, total) = (asked.offset.get_untracked(), page.total);
    let last = offset + PAGE >= total;
    let row = |l: &JournalLine| line(l, open, asked);
    view! {
        <div class="scroll-x"><table class="records" data-test="journal-table">
            <thead><tr>
                <th scope="col" class="n">{t!("journal.seq")}</th><th scope="col">{t!("journal.at")}</th><th scope="col">{t!("journal.member")}</th>
                <th scope="col">{t!("journal.call")}</th><th scope="col">{t!("journal.subject")}</th><th scope="col">{t!("journal.hash")}</th>
            </tr></thead>
            <tbody>{page.lines.iter().map(row).collect_view()}</tbody>
        </table></div>
        <div class="pager">
            <span class="muted">{format!("{}–{} / {}", offset + 1, offset + page.lines.len() as u64, dom::count(total))}</span>
            <button type="button" class="button small" data-test="journal-newer" disabled={offset == 0}
                on:click=move |_| asked.offset.update(|o| *o = o.saturating_sub(PAGE))>{t!("journal.newer")}</button>
            <button type="button" class="button small" data-test="journal-older" disabled=last
                on:click=move |_| asked.offset.update(|o| *o += PAGE)>{t!("journal.older")}</button>
        </div>
    }
    .into_any()
}

fn line(l: &JournalLine, open: RwSignal<Option<u64>>, asked: Asked) -> AnyView {
    let seq = l.seq;
    let about = l.subjects.iter().map(|s| subject::only(s, asked)).collect_view();
    let more = l.subject_count.saturating_sub(l.subjects.len() as u64);
    let more = (more > 0).then(|| view! { <span class="muted">{t!("journal.more", n = dom::count(more))}</span> });
    let refused =
        l.refused.then(|| crate::parts::status::status(crate::parts::status::Tone::Bad, t!("journal.refused")));
    view! {
        <tr>
            <td class="n"><button type="button" class="link" data-test=format!("journal-{seq}") aria-label=t!("journal.entry", seq = seq)
                on:click=move |_| open.set(Some(seq))>{seq}</button></td>
            <td class="when">{dom::moment(l.at)}</td>
            <td>{l.actor.clone()}</td>
            <td>{act_label(&l.call)}" "{refused}</td>
            <td><span class="subjects">{about}{more}</span></td>
            <td class="mono muted">{l.hash.chars().take(12).collect::<String>()}</td>
        </tr>
    }
    .into_any()
}
