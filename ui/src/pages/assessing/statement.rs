//! The statement of applicability of an assessment: which requirements apply and why, and where each stands.

use super::proposals::checklist_at;
use crate::{
    call::{send, use_reply},
    parts::{
        dom,
        job::{Job, path_field, progress},
        loading::{failed, loading},
        status::{Tone, result_badge, status},
        toast,
    },
    state::Session,
};
use conclave_domain::{
    answer::{PROGRESS, Result as Outcome},
    call::{
        assess::{Applicability, ApplicabilityLine, GetStatement},
        exchange::ExportAssessment,
        session::OpenFile,
    },
    fault::Fault,
    permission::Permission,
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// Which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Applicable,
    Excluded,
    WithoutReason,
}

impl Shown {
    const ALL: [Shown; 4] = [Shown::All, Shown::Applicable, Shown::Excluded, Shown::WithoutReason];

    const fn name(self) -> &'static str {
        match self {
            Shown::All => "all",
            Shown::Applicable => "applicable",
            Shown::Excluded => "excluded",
            Shown::WithoutReason => "without-reason",
        }
    }

    fn label(self) -> String {
        match self {
            Shown::All => t!("soa_page.filter_all"),
            Shown::Applicable => t!("soa_page.filter_applicable"),
            Shown::Excluded => t!("soa_page.filter_excluded"),
            Shown::WithoutReason => t!("soa_page.filter_without"),
        }
    }

    fn has(self, line: &ApplicabilityLine) -> bool {
        match self {
            Shown::All => true,
            Shown::Applicable => line.applies,
            Shown::Excluded => !line.applies,
            Shown::WithoutReason => is_unreasoned(line),
        }
    }
}

fn is_unreasoned(line: &ApplicabilityLine) -> bool {
    !line.applies && line.exclusion.trim().is_empty()
}

/// The panel of an assessment: its statement of applicability, and a way to write it to a file.
pub fn statement(reference: String) -> AnyView {
    let asked = reference.clone();
    let found = use_reply(move || Some(GetStatement { reference: asked.clone() }));
    let shown = RwSignal::new(Shown::All);
    let body = move || {
        found.with(|f| match f {
            None => loading(),
            Some(Err(fault)) => failed(fault),
            Some(Ok(found)) => lines(found, shown),
        })
    };
    // The form stands apart from what is read anew, so that nothing vanishes under the person's hands.
    let export = untrack(|| Session::here().may(Permission::Export)).then(|| export(reference));
    view! { <div class="stack statement-page" data-test="statement">{body}{export}</div> }.into_any()
}

fn lines(found: &Applicability, shown: RwSignal<Shown>) -> AnyView {
    let subject = found.subject.as_ref().map(|s| format!("{} {}", s.reference, s.title)).unwrap_or_default();
    let of = t!("soa.of", framework = found.framework, edition = found.edition, subject = subject);
    let without =
        (found.without_reason > 0).then(|| status(Tone::Bad, t!("soa_page.without", n = found.without_reason)));
    let all = StoredValue::new(found.lines.clone());
    let buttons = Shown::ALL.map(|s| {
        view! {
            <button type="button" class="button small" data-test=format!("statement-filter-{}", s.name())
                aria-pressed=move || (shown.get() == s).to_string() on:click=move |_| shown.set(s)>{s.label()}</button>
        }
    });
    let total = found.lines.len();
    let count = move || {
        t!("soa_page.shown", n = all.with_value(|l| l.iter().filter(|l| shown.get().has(l)).count()), total = total)
    };
    view! {
        <section class="card stack" aria-labelledby="statement-title">
            <div class="section-head"><h2 id="statement-title">{t!("soa_page.title")}</h2></div>
            <p class="muted">{of}</p>
            <p class="standing" data-test="statement-counts">
                <span class="fact">{t!("soa_page.applicable", n = found.applicable)}</span>
                <span class="fact">{t!("soa_page.excluded", n = found.excluded)}</span>
                {without}
            </p>
            <div class="actions" role="group" aria-label=t!("soa_page.filters")>
                {buttons.into_iter().collect_view()} <span class="muted" role="status">{count}</span>
            </div>
        </section>
        {move || table(&all.with_value(|l| l.iter().filter(|l| shown.get().has(l)).cloned().collect::<Vec<_>>()))}
    }
    .into_any()
}

/// The table, one body per group.
fn table(lines: &[ApplicabilityLine]) -> AnyView {
    if lines.is_empty() {
        return view! { <div class="empty"><p>{t!("soa_page.none")}</p></div> }.into_any();
    }
    let bodies = lines
        .chunk_by(|a, b| a.group == b.group)
        .map(|group| {
            let title = group.first().map(|l| l.group.clone()).unwrap_or_default();
            let head = (!title.is_empty())
                .then(|| view! { <tr class="group-row"><th scope="rowgroup" colspan="8">{title}</th></tr> });
            view! { <tbody>{head}{group.iter().map(row).collect_view()}</tbody> }
        })
        .collect_view();
    let heads = [
        t!("soa_page.id"),
        t!("soa_page.requirement"),
        t!("soa_page.applies"),
        t!("soa_page.reason"),
        t!("soa_page.status"),
        t!("soa_page.evidence"),
        t!("soa_page.owner"),
        t!("soa_page.changed_due"),
    ];
    let heads = heads.map(|h| view! { <th scope="col">{h}</th> }).into_iter().collect_view();
    view! {
        <div class="card flush"><div class="scroll-x" tabindex="0" role="region" aria-label=t!("soa_page.title")>
            <table class="records static statement-table"><thead><tr>{heads}</tr></thead>{bodies}</table>
        </div></div>
    }
    .into_any()
}

fn row(line: &ApplicabilityLine) -> AnyView {
    let (sign, word) = if line.applies { ("✓ ", t!("soa.yes")) } else { ("– ", t!("soa.no")) };
    let reason = if is_unreasoned(line) {
        status(Tone::Bad, t!("soa_page.no_reason"))
    } else {
        prose(if line.applies { &line.inclusion } else { &line.exclusion })
    };
    let progress = (!line.progress.is_empty())
        .then(|| view! { <span class="statement-progress muted">{PROGRESS.label(&line.progress)}</span> });
    let evidence = line.evidence.iter().map(|e| view! { <li>{e.clone()}</li> }).collect_view();
    let days = [(t!("soa_page.changed"), line.changed_on), (t!("soa_page.due"), line.due_on)];
    let days = days.into_iter().filter_map(|(name, day)| {
        day.map(|d| view! { <span class="statement-day"><span class="muted">{name}</span> " " {dom::day(d)}</span> })
    });
    view! {
        <tr data-test="statement-row" data-requirement=line.requirement.clone() data-applies=line.applies.to_string()>
            <td class="ref"><a href=checklist_at(&line.requirement)>{line.requirement.clone()}</a></td>
            <th scope="row">{line.title.clone()}</th>
            <td class="statement-applies"><span aria-hidden="true">{sign}</span>{word}</td>
            <td class="statement-text">{reason}</td>
            <td class="badges">{result_badge(Outcome::from_name(&line.result))} {progress}</td>
            <td class="statement-text"><ul class="plain-list">{evidence}</ul></td>
            <td>{line.owner.clone()}</td>
            <td class="day">{days.collect_view()}</td>
        </tr>
    }
    .into_any()
}

fn prose(text: &str) -> AnyView {
    if text.trim().is_empty() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    view! { <span class="prose">{text.to_owned()}</span> }.into_any()
}

/// The formats with what they are called and how a file of theirs ends.
fn formats() -> [(&'static str, String); 2] {
    [("soa-xlsx", t!("soa_page.soa_xlsx")), ("oscal-ar", t!("soa_page.oscal_ar"))]
}

fn export(reference: String) -> AnyView {
    let home = Session::here().status.with_untracked(|s| s.as_ref().map(|s| s.home.clone()).unwrap_or_default());
    let name = dom::file_name(&reference);
    let suggested = move |format: &str| match format {
        "oscal-ar" => format!("{home}/{name}-assessment-results.json"),
        _ => format!("{home}/{name}-applicability.xlsx"),
    };
    let format = RwSignal::new("soa-xlsx".to_owned());
    let out = RwSignal::new(suggested("soa-xlsx"));
    let overwrite = RwSignal::new(false);
    let done = RwSignal::new(None::<Result<(String, u64), Fault>>);
    let job = Job::new();
    let choose = move |ev| {
        let chosen: String = event_target_value(&ev);
        // A path that the person chose stays theirs.
        if out.get_untracked() == format.with_untracked(|f| suggested(f)) {
            out.set(suggested(&chosen));
        }
        format.set(chosen);
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if job.is_busy() {
            return;
        }
        done.set(None);
        let path = out.get_untracked();
        let call = ExportAssessment {
            reference: reference.clone(),
            format: format.get_untracked(),
            out: path.clone(),
            overwrite: overwrite.get_untracked(),
        };
        job.run(call, move |reply| done.set(Some(reply.map(|n| (path, n)))));
    };
    let options = formats().map(|(value, label)| view! { <option value=value>{label}</option> });
    view! {
        <section class="card" aria-labelledby="statement-export-title">
            <h2 id="statement-export-title">{t!("soa_page.export")}</h2>
            <form class="stack" on:submit=submit>
                <p class="muted">{t!("soa_page.export_about")}</p>
                <div class="field"><label for="statement-export-format">{t!("soa_page.format")}</label>
                    <select class="input" id="statement-export-format" data-test="statement-export-format" on:change=choose>
                        {options.into_iter().collect_view()}</select></div>
                {path_field(out, "export", "statement-export-path", t!("soa_page.file"))}
                <label class="check"><input type="checkbox" data-test="statement-export-overwrite"
                    on:change=move |ev| overwrite.set(event_target_checked(&ev)) /><span>{t!("packs.overwrite")}</span></label>
                {progress(job)}
                <div class="actions"><button type="submit" class="button" data-test="statement-export" disabled=move || job.is_busy()>
                    {move || if job.is_busy() { t!("soa_page.going") } else { t!("soa_page.go") }}</button></div>
                {move || done.get().map(|d| d.map_or_else(|f| failed(&f), |(path, n)| written(path, n)))}
            </form>
        </section>
    }
    .into_any()
}

fn written(path: String, n: u64) -> AnyView {
    let hand = |path: String, in_folder: bool| {
        spawn_local(async move {
            if let Err(fault) = send(OpenFile { path, in_folder }).await {
                toast::fault(&fault);
            }
        });
    };
    let (file, folder) = (path.clone(), path.clone());
    view! {
        <div class="note good" role="status" data-test="statement-exported">
            <p class="note-title"><span aria-hidden="true">"● "</span>{t!("soa_page.written", n = dom::count(n), path = path)}</p>
            <div class="actions">
                <button type="button" class="button" data-test="statement-export-open" on:click=move |_| hand(file.clone(), false)>{t!("packs.open")}</button>
                <button type="button" class="button" data-test="statement-export-folder" on:click=move |_| hand(folder.clone(), true)>{t!("packs.folder")}</button>
            </div>
        </div>
    }
    .into_any()
}
