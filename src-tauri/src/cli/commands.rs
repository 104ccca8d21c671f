//! One function per verb: it sends calls and prints their replies.

use super::{Command, ask::Who, assessing, keeping, print, proof};
use chrono::NaiveDate;
use conclave_app::{App, Handle, Headless, Job};
use conclave_domain::{
    call::{
        exchange::{ExportList, ImportReport, RunImport},
        journal::{CheckVault, ListMembers, Verdict},
        pack::{BuildPack, VerifyPack},
        record::{Detail, GetRecord, ListRecords, Row},
        session::{CreateVault, OpenVault},
    },
    fault::{Fault, FaultKind},
    field::FieldKind,
    kind::Kind,
    noun::fields,
    secret::Secret,
    t,
    time::AsOf,
};
use serde::Serialize;
use serde_json::Value;
use std::{path::Path, sync::Arc};

/// Rows that one call gives.
const PAGE: u64 = 500;

/// Runs a command; `false` means that the answer is no.
pub async fn run(command: Command, who: &Who) -> Result<bool, Fault> {
    let app = App::new(Arc::new(Headless));
    let answer = dispatch(&app, command, who).await;
    print::clear_progress();
    app.lock().await;
    answer
}

async fn dispatch(app: &App, command: Command, who: &Who) -> Result<bool, Fault> {
    match command {
        Command::New { vault, sample, organisation } => new(app, who, vault, sample, organisation).await,
        Command::Import { vault, file, kind, map, save_map, dry_run, json, edition }
            if ["framework", "frameworks"].contains(&kind.to_lowercase().as_str()) =>
        {
            if map.is_some() || save_map.is_some() {
                return Err(Fault::bad_request(t!("cli.framework_map")));
            }
            open(app, who, vault).await?;
            let (id, title) = (String::new(), String::new());
            let (columns, replace) = (Vec::new(), false);
            assessing::keep(app, assessing::FrameworkFile { file, id, title, edition, columns, replace, dry_run, json })
                .await
        }
        Command::Import { vault, file, kind, map, save_map, dry_run, json, .. } => {
            open(app, who, vault).await?;
            let call = RunImport {
                path: file,
                kind: kind_of(&kind)?,
                read_as: Default::default(),
                mapping: None,
                mapping_path: map.unwrap_or_default(),
                save_mapping_to: save_map.unwrap_or_default(),
                dry_run,
            };
            let report = work(app, call).await?;
            if !dry_run {
                app.keep_backups_if_due().await;
            }
            if json {
                as_json(&report)?
            } else {
                import_report(&report)
            }
            Ok(!(dry_run && report.blocked))
        }
        Command::List { vault, kind, text, json } => {
            open(app, who, vault).await?;
            list(app, &kind, text, json).await
        }
        Command::Show { vault, reference, json } => {
            open(app, who, vault).await?;
            let detail = app.send(GetRecord { reference }).await?;
            if json {
                as_json(&detail)?
            } else {
                show(&detail, app.today())
            }
            Ok(true)
        }
        Command::Pack { vault, out, systems, profile, as_of, overwrite } => {
            open(app, who, vault).await?;
            let as_of = as_of.map(|text| text.parse::<AsOf>()).transpose()?;
            let built = work(app, BuildPack { systems, profile, title: String::new(), as_of, out, overwrite }).await?;
            for warning in &built.warnings {
                eprintln!("{}", print::inert(warning));
            }
            print::line(&t!(
                "cli.pack_built",
                path = built.path,
                pages = built.pages,
                id = built.pack_id,
                reference = built.reference
            ));
            print::line(&format!("SHA-256 {}", built.sha256));
            Ok(true)
        }
        Command::Verify { file, vault, json } => {
            let with_vault = vault.is_some();
            if let Some(vault) = vault {
                open(app, who, vault).await?;
            }
            let verdict = work(app, VerifyPack { path: file, with_vault }).await?;
            if json {
                as_json(&verdict)?;
            } else {
                print::line(&verdict.sentence);
                findings(&verdict.checked, &verdict.faults);
            }
            Ok(verdict.unbroken)
        }
        Command::Export { vault, format, out, kind, assessment, overwrite } => {
            open(app, who, vault).await?;
            if assessment.is_some() || matches!(format.as_str(), "oscal-ar" | "soa-xlsx") {
                return assessing::export(app, assessment, format, out, overwrite).await;
            }
            let count = work(app, ExportList { kind: kind_of(&kind)?, format, out: out.clone(), overwrite }).await?;
            print::line(&t!("cli.exported", count = count, path = out));
            Ok(true)
        }
        Command::Check { vault, json } => {
            let verdict = if Path::new(&vault).is_file() {
                keeping::check_backup(app, vault).await?
            } else {
                match open(app, who, vault).await {
                    Ok(_) => work(app, CheckVault {}).await?,
                    // That it is too damaged to be opened is an answer, too.
                    Err(fault) if fault.kind == FaultKind::Damaged => {
                        eprintln!("conclave: {}", fault.next);
                        Verdict { sound: false, checked: Vec::new(), faults: vec![fault.sentence] }
                    }
                    Err(fault) => return Err(fault),
                }
            };
            if json {
                as_json(&verdict)?
            } else {
                check(&verdict)
            }
            Ok(verdict.sound)
        }
        Command::Framework { vault, act } => assessing::framework(app, who, vault, act).await,
        Command::Assessment { vault, act } => assessing::assessment(app, who, vault, act).await,
        Command::Gate { vault, reference, to: None, as_of, .. } => {
            assessing::gates(app, who, vault, reference, as_of).await
        }
        Command::Gate { vault, reference, to: Some(to), reason, until, .. } => {
            assessing::pass(app, who, vault, reference, (to, reason, until)).await
        }
        Command::Backup { vault, file, overwrite } => keeping::backup(app, who, vault, file, overwrite).await,
        Command::Restore { file, vault } => keeping::restore(app, file, vault).await,
        Command::Rescue { damaged, new } => keeping::rescue(app, who, damaged, new).await,
        Command::Member { vault, act } => keeping::member(app, who, vault, act).await,
        Command::Evidence { vault, act } => proof::evidence(app, who, vault, act).await,
        Command::Sign { vault, reference } => proof::sign(app, who, vault, reference).await,
        Command::Passphrase { vault } => keeping::passphrase(app, who, vault).await,
        Command::Recover { vault } => keeping::recover(app, who, vault).await,
        Command::Rekey { vault } => keeping::rekey(app, who, vault).await,
        Command::RecoveryKey { vault } => keeping::recovery_key(app, who, vault).await,
    }
}

pub(super) async fn work<C: Handle>(app: &App, call: C) -> Result<C::Reply, Fault> {
    let job = Job::new(|p| print::progress(&p));
    let reply = app.work(call, &job).await;
    print::clear_progress();
    reply
}

/// Opens the vault; gives the passphrase that opened it.
pub(super) async fn open(app: &App, who: &Who, path: String) -> Result<Secret, Fault> {
    let passphrase = who.passphrase(false)?;
    let info = app.send(OpenVault { path, member: who.member.clone(), passphrase: passphrase.clone() }).await?;
    for notice in info.notices {
        eprintln!("conclave: {notice}");
    }
    Ok(passphrase)
}

async fn new(app: &App, who: &Who, path: String, sample: bool, organisation: String) -> Result<bool, Fault> {
    let passphrase = who.passphrase(true)?;
    let member = if who.member.is_empty() { t!("cli.first_member") } else { who.member.clone() };
    let created = work(app, CreateVault { path, organisation, member, passphrase, sample }).await?;
    print::line(&t!("cli.created", path = created.vault.path, member = created.vault.member));
    let key = t!("cli.recovery_key", key = created.recovery_key.reveal());
    if print::shown(&key) { Ok(true) } else { Err(Fault::bad_request(t!("cli.key_unseen"))) }
}

/// A kind by the words that people use for it: "systems", "AI systems", "system".
fn kind_of(word: &str) -> Result<Kind, Fault> {
    let wanted = word.trim().to_lowercase();
    let matches = |kind: &Kind| {
        let name = kind.name();
        [name.to_owned(), kind.plural().to_owned(), kind.one().to_lowercase(), kind.many().to_lowercase()]
            .contains(&wanted)
    };
    Kind::ALL.into_iter().find(matches).ok_or_else(|| {
        let kinds = Kind::ALL.map(Kind::plural).join(", ") + ", members";
        Fault::bad_request(t!("cli.kind_unknown", kind = word, kinds = kinds))
    })
}

async fn list(app: &App, kind: &str, text: String, json: bool) -> Result<bool, Fault> {
    if kind.eq_ignore_ascii_case("members") {
        let members = app.send(ListMembers {}).await?;
        if json {
            as_json(&members)?;
        } else {
            let rows: Vec<_> = members.into_iter().map(keeping::member_line).collect();
            print::columns(&rows);
        }
        return Ok(true);
    }
    let kind = kind_of(kind)?;
    let today = app.today();
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let ask =
            ListRecords { kind, text: text.clone(), offset: rows.len() as u64, limit: PAGE, ..ListRecords::default() };
        let page = app.send(ask).await?;
        let last = page.rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        rows.extend(page.rows);
        if last {
            break;
        }
    }
    if json {
        as_json(&rows)?;
    } else {
        let shown = rows.iter().map(|r| {
            let status = r.approval.as_ref().map(|a| a.sentence(today)).unwrap_or_else(|| r.columns.status.clone());
            vec![r.head.reference.clone(), r.head.title.clone(), status, r.columns.owner.clone()]
        });
        print::columns(&shown.collect::<Vec<_>>());
    }
    Ok(true)
}

fn show(detail: &Detail, today: NaiveDate) {
    print::line(&print::inert(&format!("{} {}", detail.head.reference, detail.head.title)));
    if let Some(approval) = &detail.approval {
        print::line(&approval.sentence(today));
    }
    if !detail.gate.is_empty() {
        print::line(&print::inert(&detail.gate));
    }
    let map = detail.body.to_map();
    let name = |value: &Value| {
        let id = value.as_str().unwrap_or_default();
        let found = detail.linked.iter().find(|h| h.id.to_string() == id);
        found.map(|h| format!("{} {}", h.reference, h.title)).unwrap_or_default()
    };
    for field in fields(detail.head.kind) {
        let Some(value) = map.get(field.key) else { continue };
        let text = match (field.kind, value) {
            (FieldKind::Own, _) => continue,
            (FieldKind::Link(_), _) => name(value),
            (FieldKind::Links(_), Value::Array(items)) => items.iter().map(name).collect::<Vec<_>>().join(", "),
            _ => field.show(value),
        };
        if !text.is_empty() {
            print::line(&format!("{}: {}", field.label(), print::inert(&text)));
        }
    }
    for gap in &detail.gaps {
        print::line(&format!("! {}", gap.sentence));
    }
    for signature in &detail.signatures {
        print::line(&print::inert(&format!("✎ {}", signature.sentence())));
    }
    for row in &detail.used_by {
        print::line(&print::inert(&format!("← {} {}", row.head.reference, row.head.title)));
    }
    for source in &detail.sources {
        print::line(&print::inert(&t!("cli.source", file = source.file, line = source.line)));
        for (column, value) in &source.values {
            print::line(&print::inert(&format!("  {column}: {value}")));
        }
    }
}

fn import_report(report: &ImportReport) {
    for problem in &report.problems {
        let place =
            if problem.line > 0 { format!("{} ", t!("app.import_line", line = problem.line)) } else { String::new() };
        let sort = if problem.error { t!("cli.error") } else { t!("cli.note") };
        eprintln!("{}", print::inert(&format!("{sort} {place}{} {}", problem.column, problem.sentence)));
    }
    let summary = t!(
        "cli.imported",
        rows = report.rows,
        added = report.added,
        changed = report.changed,
        unchanged = report.unchanged,
        missing = report.missing_total
    );
    print::line(&match (report.dry_run, report.blocked) {
        (true, true) => t!("cli.dry_run_blocked"),
        (true, false) => t!("cli.dry_run", summary = summary),
        (false, _) => summary,
    });
    for (record, field, before, after) in report.changes.iter().take(20) {
        print::line(&print::inert(&format!("  {record}: {field}: “{before}” → “{after}”")));
    }
    for missing in report.missing.iter().take(20) {
        print::line(&print::inert(&format!("  – {missing}")));
    }
}

fn check(verdict: &Verdict) {
    print::line(&if verdict.sound { t!("cli.sound") } else { t!("cli.unsound") });
    findings(&verdict.checked, &verdict.faults);
}

fn findings(checked: &[String], faults: &[String]) {
    for fault in faults {
        print::line(&print::inert(&format!("  ✗ {fault}")));
    }
    for sentence in checked {
        print::line(&print::inert(&format!("  · {sentence}")));
    }
}

pub(super) fn as_json<T: Serialize>(value: &T) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(value).map_err(|_| Fault::internal())?;
    print::line(&text);
    Ok(())
}
