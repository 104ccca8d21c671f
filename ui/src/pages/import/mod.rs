//! Bringing records in: choose a file, map its columns, see what would happen, and only then do it.

mod mapping;
mod report;

use crate::parts::{
    job::{Job, path_field, progress, take_dropped},
    loading::failed,
};
use conclave_domain::{
    call::exchange::{ImportMapping, ImportPreview, ImportReport, PreviewImport, ReadAs, RunImport},
    fault::Fault,
    field::FieldKind,
    kind::Kind,
    t,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The kinds that tables can bring.
const KINDS: [Kind; 4] = [Kind::System, Kind::Vendor, Kind::Asset, Kind::Risk];

/// What the steps share.
#[derive(Clone, Copy)]
pub struct Import {
    /// The file.
    pub path: RwSignal<String>,
    /// What its rows are.
    pub kind: RwSignal<Kind>,
    /// How it is read; empty parts are detected.
    pub read_as: RwSignal<ReadAs>,
    /// A saved mapping to load.
    pub mapping_path: RwSignal<String>,
    /// Where to save the mapping.
    pub save_to: RwSignal<String>,
    /// What the file holds.
    pub preview: RwSignal<Option<ImportPreview>>,
    /// Which column fills which field.
    pub mapping: RwSignal<ImportMapping>,
    /// What would happen, or what happened.
    pub report: RwSignal<Option<ImportReport>>,
    /// What went wrong.
    pub fault: RwSignal<Option<Fault>>,
    /// The step, from 1.
    pub step: RwSignal<u8>,
    /// The work under way.
    pub job: Job,
}

/// The page.
pub fn import() -> AnyView {
    let wanted = use_query_map().with_untracked(|q| q.get("kind")).and_then(|k| Kind::from_name(&k));
    let here = Import {
        path: RwSignal::new(String::new()),
        kind: RwSignal::new(wanted.filter(|k| KINDS.contains(k)).unwrap_or(Kind::System)),
        read_as: RwSignal::new(ReadAs::default()),
        mapping_path: RwSignal::new(String::new()),
        save_to: RwSignal::new(String::new()),
        preview: RwSignal::new(None),
        mapping: RwSignal::new(ImportMapping::default()),
        report: RwSignal::new(None),
        fault: RwSignal::new(None),
        step: RwSignal::new(1),
        job: Job::new(),
    };
    let body = move || match here.step.get() {
        1 => file(here),
        2 => mapping::mapping(here),
        3 => report::dry_run(here),
        _ => report::done(here),
    };
    let fault = move || here.fault.get().map(|f| failed(&f));
    view! {
        <div class="page import-page">
            <header class="page-head"><div><h1>{t!("import.title")}</h1><p class="lead">{t!("import.lead")}</p></div></header>
            {steps(here)}
            {body}
            {progress(here.job)}
            {fault}
        </div>
    }
    .into_any()
}

fn steps(here: Import) -> AnyView {
    let names = [t!("import.step_file"), t!("import.step_mapping"), t!("import.step_dry"), t!("import.step_done")];
    let all = (1..=4_u8)
        .zip(names)
        .map(|(n, name)| {
            let current = move || (here.step.get() == n).then_some("step");
            view! { <li aria-current=current class:done={move || here.step.get() > n}><span class="step-n">{n}</span>{name}</li> }
        })
        .collect_view();
    view! { <ol class="step-list">{all}</ol> }.into_any()
}

impl Import {
    /// Whether a field can be filled from a table.
    pub fn takes(kind: &FieldKind) -> bool {
        !matches!(
            kind,
            FieldKind::Link(_) | FieldKind::Links(_) | FieldKind::Rows(_) | FieldKind::Rating | FieldKind::Own
        )
    }

    /// Reads the file and goes to the mapping.
    pub fn read(self) {
        self.fault.set(None);
        let call = PreviewImport {
            path: self.path.get_untracked(),
            kind: self.kind.get_untracked(),
            read_as: self.read_as.get_untracked(),
            mapping_path: self.mapping_path.get_untracked(),
        };
        self.job.run(call, move |reply| match reply {
            Ok(preview) => {
                self.mapping.set(preview.mapping.clone());
                self.preview.set(Some(preview));
                self.step.set(2);
                crate::parts::dom::focus_id("import-step");
            }
            Err(fault) => self.fault.set(Some(fault)),
        });
    }

    /// Runs the import, or only says what would happen.
    pub fn run(self, dry_run: bool) {
        self.fault.set(None);
        let call = RunImport {
            path: self.path.get_untracked(),
            kind: self.kind.get_untracked(),
            read_as: self.read_as.get_untracked(),
            mapping: Some(self.mapping.get_untracked()),
            mapping_path: String::new(),
            save_mapping_to: if dry_run { String::new() } else { self.save_to.get_untracked() },
            dry_run,
        };
        self.job.run(call, move |reply| match reply {
            Ok(report) => {
                if report.entry > 0 {
                    crate::pages::record::say::undoable(
                        t!("import.imported", n = report.added + report.changed),
                        report.entry,
                    );
                }
                self.report.set(Some(report));
                self.step.set(if dry_run { 3 } else { 4 });
                crate::parts::dom::focus_id("import-step");
            }
            Err(fault) => self.fault.set(Some(fault)),
        });
    }
}

/// The first step: the file, what its rows are, and how to read it where detecting is not enough.
fn file(here: Import) -> AnyView {
    let kinds = KINDS
        .map(|k| view! { <option value=k.name() selected={here.kind.get_untracked() == k}>{k.many()}</option> })
        .into_iter()
        .collect_view();
    let set_kind = move |ev| {
        if let Some(kind) = Kind::from_name(&event_target_value(&ev)) {
            here.kind.set(kind);
        }
    };
    take_dropped(here.path);
    view! {
        <form class="card step" id="import-step" tabindex="-1" on:submit=move |ev| { ev.prevent_default(); here.read() }>
            <div class="fields">
                <div class="wide">{path_field(here.path, "import", "import-path", t!("import.file"))}<p class="help">{t!("import.file_about")}</p></div>
                <div class="field"><label for="import-kind">{t!("import.kind")}</label>
                    <select class="input" id="import-kind" data-test="import-kind" on:change=set_kind>{kinds}</select></div>
            </div>
            <details class="more">
                <summary>{t!("import.load_mapping")}</summary>
                {path_field(here.mapping_path, "mapping", "import-mapping-path", t!("import.mapping_file"))}
            </details>
            {reading(here)}
            <div class="actions">
                <button type="submit" class="button primary" data-test="import-next"
                    disabled=move || here.path.with(|p| p.trim().is_empty()) || here.job.is_busy()>{t!("import.read")}</button>
            </div>
        </form>
    }
    .into_any()
}

/// How the file is read: nothing is asked unless the person says otherwise.
pub fn reading(here: Import) -> AnyView {
    let select = |id: &'static str,
                  label: String,
                  now: String,
                  offered: Vec<(String, String)>,
                  set: Callback<String>| {
        let options = offered
            .into_iter()
            .map(|(v, l)| view! { <option value=v.clone() selected=v == now>{l}</option> })
            .collect_view();
        view! {
            <div class="field"><label for=id>{label}</label>
                <select class="input" id=id data-test=id on:change=move |ev| set.run(event_target_value(&ev))>{options}</select></div>
        }
    };
    let now = here.read_as.get_untracked();
    let pairs = |all: &[(&str, String)]| all.iter().map(|(v, l)| ((*v).to_owned(), l.clone())).collect::<Vec<_>>();
    let delimiters = pairs(&[
        ("", t!("import.detected")),
        (",", t!("import.comma")),
        (";", t!("import.semicolon")),
        ("tab", t!("import.tab")),
        ("|", t!("import.bar")),
    ]);
    let encodings = pairs(&[
        ("", t!("import.detected")),
        ("utf-8", "UTF-8".into()),
        ("windows-1252", "Windows-1252".into()),
        ("utf-16le", "UTF-16 LE".into()),
        ("iso-8859-2", "ISO-8859-2".into()),
    ]);
    let headers = pairs(&[("", t!("import.detected")), ("yes", t!("choice.yes")), ("no", t!("choice.no"))]);
    let sheets = here.preview.with_untracked(|p| p.as_ref().map(|p| p.sheets.clone()).unwrap_or_default());
    let sheet = (sheets.len() > 1).then(|| {
        let offered = std::iter::once((String::new(), t!("import.detected")))
            .chain(sheets.iter().map(|s| (s.clone(), s.clone())))
            .collect();
        select(
            "import-sheet",
            t!("import.sheet"),
            now.sheet.clone(),
            offered,
            Callback::new(move |v| here.read_as.update(|r| r.sheet = v)),
        )
    });
    view! {
        <details class="more">
            <summary data-test="import-reading">{t!("import.reading")}</summary>
            <div class="fields">
                {select("import-delimiter", t!("import.delimiter"), now.delimiter.clone(), delimiters, Callback::new(move |v| here.read_as.update(|r| r.delimiter = v)))}
                {select("import-encoding", t!("import.encoding"), now.encoding.clone(), encodings, Callback::new(move |v| here.read_as.update(|r| r.encoding = v)))}
                {select("import-header", t!("import.header"), now.header.clone(), headers, Callback::new(move |v| here.read_as.update(|r| r.header = v)))}
                {sheet}
            </div>
        </details>
    }
    .into_any()
}
