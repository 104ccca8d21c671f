//! Bringing an inventory in: a file is read and mapped without the vault, then compared with what earlier editions of the
//! same source brought, then written, all or nothing, as one change.

mod mapping;
mod plan;
mod targets;

use crate::{
    app::App,
    handle::{Runs, Work},
    job::Job,
};
use conclave_domain::{
    call::{
        Call,
        exchange::{ColumnPreview, ImportPreview, ImportProblem, ImportReport, PreviewImport, ReadAs, RunImport},
    },
    fault::{Fault, FaultKind},
    kind::Kind,
    t,
};
use conclave_exchange::{
    ExchangeError, Format, HeaderMode, Mapping, Problem, ReadOptions, Severity, Table, apply, propose, read_table,
};
use conclave_vault::{Audited, Writer};
use plan::Plan;
use std::{collections::BTreeSet, ops::ControlFlow, path::Path};

/// Records that one file may bring.
const ROWS: usize = 100_000;
/// Problems that a reply carries.
const PROBLEMS: usize = 1_000;

pub(crate) fn exchange(e: &ExchangeError) -> Fault {
    let kind = match e {
        ExchangeError::Cancelled { .. } => return Fault::cancelled(),
        _ => FaultKind::Unreachable,
    };
    Fault::new(kind, e.sentence(), e.next())
}

/// Reads a table file with progress and cancel, off the async threads. More than `max_rows` rows are refused.
pub(crate) async fn read_file(path: &str, read_as: &ReadAs, max_rows: usize, job: &Job) -> Result<Table, Fault> {
    let options = ReadOptions {
        max_rows,
        delimiter: match read_as.delimiter.as_str() {
            "" => None,
            "tab" | "\t" => Some(b'\t'),
            other => other.bytes().next(),
        },
        encoding: Some(read_as.encoding.clone()).filter(|e| !e.is_empty()),
        sheet: Some(read_as.sheet.clone()).filter(|s| !s.is_empty()),
        header: match read_as.header.as_str() {
            "yes" => HeaderMode::Yes,
            "no" => HeaderMode::No,
            _ => HeaderMode::Auto,
        },
        ..ReadOptions::default()
    };
    let (path, job) = (path.trim().to_owned(), job.clone());
    let stage = t!("app.stage_reading");
    let read = move || {
        let mut go_on = |done, total| match job.step(&stage, done, total) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        read_table(Path::new(&path), &options, &mut go_on)
    };
    let result = tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())?;
    result.map_err(|e| exchange(&e))
}

/// How a file was read, in words.
fn described(table: &Table) -> String {
    let format = match &table.source.format {
        Format::Csv { delimiter, encoding, .. } => {
            let delimiter = match delimiter {
                ',' => "comma".to_owned(),
                ';' => "semicolon".to_owned(),
                '\t' => "tab".to_owned(),
                other => other.to_string(),
            };
            format!("CSV, {delimiter}, {encoding}")
        }
        Format::Workbook { sheet, .. } => format!("XLSX, {sheet}"),
    };
    t!("app.import_read", format = format, rows = table.rows.len(), columns = table.headers.len())
}

/// The mapping that counts: the one given, the one in the file, or the proposal.
fn choose_mapping(table: &Table, fields: &[conclave_exchange::TargetField], file: &str) -> Result<Mapping, Fault> {
    if file.trim().is_empty() {
        return Ok(propose(table, fields));
    }
    let text = std::fs::read_to_string(file.trim()).map_err(|e| Fault::unreadable(file, why(&e)))?;
    Mapping::from_toml(&text).map_err(|e| exchange(&e))
}

/// Why a file cannot be read or written, in a few words.
pub(crate) fn why(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::NotFound => t!("app.file_missing"),
        std::io::ErrorKind::PermissionDenied => t!("app.file_denied"),
        std::io::ErrorKind::IsADirectory => t!("app.file_folder"),
        std::io::ErrorKind::InvalidData => t!("app.file_no_text"),
        std::io::ErrorKind::ReadOnlyFilesystem => t!("app.file_read_only"),
        other => other.to_string(),
    }
}

fn shown(problem: &Problem) -> ImportProblem {
    ImportProblem {
        line: problem.line.unwrap_or(0),
        column: problem.column.clone().unwrap_or_default(),
        error: problem.severity == Severity::Error,
        sentence: if problem.excerpt.is_empty() {
            problem.sentence.clone()
        } else {
            format!("{} “{}”", problem.sentence, problem.excerpt)
        },
    }
}

/// Only what an inventory holds comes in by a file: packs are built, decisions are taken, reviews and assessments are made.
fn importable(kind: Kind) -> Result<(), Fault> {
    match kind {
        Kind::System | Kind::Vendor | Kind::Asset | Kind::Risk => Ok(()),
        _ => Err(Fault::bad_request(t!("app.not_importable", kind = kind.many()))),
    }
}

impl Runs for PreviewImport {
    async fn run(self, app: &App, job: &Job) -> Result<ImportPreview, Fault> {
        importable(self.kind)?;
        let table = read_file(&self.path, &self.read_as, ROWS, job).await?;
        job.step(&t!("app.stage_mapping"), 0, 0)?;
        let fields = targets::fields(self.kind);
        let mapping = choose_mapping(&table, &fields, &self.mapping_path)?;
        let columns = table.headers.iter().map(|header| {
            let mut filled = 0;
            let mut examples = BTreeSet::new();
            for cell in table.rows.iter().map(|r| r.cell(header.index).trim()).filter(|c| !c.is_empty()) {
                filled += 1;
                if examples.len() < 3 {
                    examples.insert(excerpt(cell));
                }
            }
            ColumnPreview { header: header.name.clone(), examples: examples.into_iter().collect(), filled }
        });
        let sheets = match &table.source.format {
            Format::Workbook { sheets, .. } if sheets.len() > 1 => sheets.clone(),
            _ => Vec::new(),
        };
        let mut problems: Vec<Problem> = table.problems.clone();
        problems.extend(mapping.check(&table, &fields));
        app.still(job).await?;
        Ok(ImportPreview {
            read_as: described(&table),
            rows: table.rows.len() as u64,
            columns: columns.collect(),
            mapping: mapping::to_wire(&mapping),
            sheets,
            problems: problems.iter().take(PROBLEMS).map(shown).collect(),
        })
    }
}

fn excerpt(cell: &str) -> String {
    const CHARS: usize = 80;
    let line: String = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= CHARS { line } else { line.chars().take(CHARS).chain(['…']).collect() }
}

impl Runs for RunImport {
    async fn run(self, app: &App, job: &Job) -> Result<ImportReport, Fault> {
        importable(self.kind)?;
        let table = read_file(&self.path, &self.read_as, ROWS, job).await?;
        job.step(&t!("app.stage_mapping"), 0, 0)?;
        let fields = targets::fields(self.kind);
        let base = choose_mapping(&table, &fields, if self.mapping.is_some() { "" } else { &self.mapping_path })?;
        let mapping = match &self.mapping {
            Some(wanted) => mapping::from_wire(wanted, &base),
            None => base,
        };
        if !self.save_mapping_to.trim().is_empty() {
            let text = mapping.to_toml().map_err(|e| exchange(&e))?;
            app.hand_over(job, Path::new(self.save_mapping_to.trim()), text.as_bytes(), false).await?;
        }
        let mut found: Vec<Problem> = table.problems.clone();
        let applied = apply(&table, &mapping, &fields);
        found.extend(applied.problems.iter().cloned());
        found.extend(applied.rows.iter().flat_map(|r| r.problems.iter().cloned()));
        let charter = app.vault(job).await?.read().await?.charter().await?;
        let mut plan = Plan::new(self.kind, &table, &mapping, applied.rows, &charter);
        found.append(&mut plan.problems);
        found.extend(homeless(&mapping));
        let rows = table.rows.len() as u64;
        if self.dry_run {
            let mut vault = app.vault(job).await?;
            let comparison = plan.compare(&mut vault.read().await?, job).await?;
            found.extend(comparison.problems.iter().cloned());
            let mut report = report(rows, &found, true);
            comparison.into_report(&mut report);
            return Ok(report);
        }
        blocked(&found)?;
        let permission = self.permission();
        let report = report(rows, &found, false);
        let work = Importing { plan, job: job.clone(), report: report.clone() };
        match app.transact(job, Self::NAME, permission, work).await {
            Ok((mut report, entry)) => {
                report.entry = entry;
                Ok(report)
            }
            // Nothing differs: no change, no journal entry, and the report says so.
            Err(fault) if fault.kind == FaultKind::Exists => Ok(ImportReport { unchanged: report.rows, ..report }),
            Err(fault) => Err(fault),
        }
    }
}

fn report(rows: u64, found: &[Problem], dry_run: bool) -> ImportReport {
    ImportReport {
        dry_run,
        rows,
        problems: found.iter().take(PROBLEMS).map(shown).collect(),
        problems_total: found.len() as u64,
        blocked: found.iter().any(|p| p.severity == Severity::Error),
        ..ImportReport::default()
    }
}

/// A file with an error writes nothing.
fn blocked(found: &[Problem]) -> Result<(), Fault> {
    let mut errors = found.iter().filter(|p| p.severity == Severity::Error);
    let Some(first) = errors.next() else { return Ok(()) };
    let sentence = t!("app.import_blocked", count = errors.count() + 1, first = first.sentence);
    Err(Fault::new(FaultKind::Invalid, sentence, t!("app.import_blocked_next")))
}

/// Columns that no field takes: they are not dropped, and the report says where they are.
fn homeless(mapping: &Mapping) -> Option<Problem> {
    const NAMED: usize = 6;
    let without: Vec<String> =
        mapping.columns.iter().filter(|c| c.target.is_none()).map(|c| format!("“{}”", excerpt(&c.header))).collect();
    let more = without.len().saturating_sub(NAMED);
    let mut named = without.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        named.push_str(&t!("app.import_homeless_more", n = more));
    }
    (!without.is_empty()).then(|| Problem {
        severity: Severity::Warning,
        line: None,
        column: None,
        field: None,
        sentence: t!("app.import_homeless", columns = named),
        excerpt: String::new(),
    })
}

struct Importing {
    plan: Plan,
    job: Job,
    report: ImportReport,
}

impl Work for Importing {
    type Reply = ImportReport;

    async fn work(self, writer: &mut Writer<'_>) -> Result<Audited<ImportReport>, Fault> {
        let Self { plan, job, mut report } = self;
        let comparison = plan.compare(&mut writer.read(), &job).await?;
        blocked(&comparison.problems)?;
        let events = comparison.write(writer, &job).await?;
        comparison.into_report(&mut report);
        Audited::all(report, events).ok_or_else(|| Fault::new(FaultKind::Exists, t!("app.nothing_to_import"), ""))
    }
}
