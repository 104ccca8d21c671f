//! The verbs about frameworks, assessments over time, and stage gates.

use super::{
    ask::Who,
    commands::{as_json, open, work},
    print,
};
use clap::{Args, Subcommand};
use conclave_app::App;
use conclave_domain::{
    answer::Coverage,
    call::{
        assess::{GetGates, ListProposals, OverrideGate, PassGate},
        exchange::ExportAssessment,
        framework::{
            FindRequirements, FrameworkLine, ListFrameworks, PreviewFramework, RemoveFramework, SaveFramework,
        },
        over_time::{CompareAssessments, FreezeAssessment, ListBaselines, NextAssessment},
        record::{Detail, GetRecord, ListRecords},
    },
    compare::Change,
    fault::Fault,
    gate::Gate,
    kind::Kind,
    noun::system::STAGE,
    t,
    time::AsOf,
};

/// What a framework file is read as.
#[derive(Args)]
pub struct FrameworkFile {
    /// An OSCAL catalogue (JSON), a table (CSV, XLSX) or a framework of ours (TOML).
    pub file: String,
    /// The id to give it.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub id: String,
    /// The title to give it.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub title: String,
    /// The edition to give it.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub edition: String,
    /// For a table: which column holds what (HEADER=FIELD with id, title, question, guidance, group, parent, evidence,
    /// answered_by); may be given several times.
    #[arg(long = "column", value_name = "HEADER=FIELD")]
    pub columns: Vec<String>,
    /// Replace an edition that nothing answers yet.
    #[arg(long)]
    pub replace: bool,
    /// Only say what would be kept.
    #[arg(long)]
    pub dry_run: bool,
    /// What was kept, as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to do with frameworks.
#[derive(Subcommand)]
pub enum FrameworkAct {
    /// List them.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Find requirements of any framework by their words.
    Find {
        /// The words.
        text: Vec<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Keep a framework of your own.
    Import(FrameworkFile),
    /// Remove an edition that nothing answers.
    Remove {
        /// Its id.
        id: String,
        /// Its edition.
        edition: String,
    },
}

/// What to do with assessments.
#[derive(Subcommand)]
pub enum AssessmentAct {
    /// Freeze an assessment as a baseline.
    Freeze {
        /// Its reference, such as ASM-0001.
        reference: String,
        /// What the baseline is called.
        title: String,
    },
    /// List its baselines.
    Baselines {
        /// Its reference.
        reference: String,
    },
    /// Start the next one from it, with its answers carried over.
    Next {
        /// Its reference.
        reference: String,
        /// The new one's title.
        title: String,
        /// The edition of the framework; the same otherwise.
        #[arg(long, default_value = "", hide_default_value = true)]
        edition: String,
    },
    /// Compare two assessments or baselines line by line.
    Compare {
        /// The earlier one: a reference, or a baseline's id.
        left: String,
        /// The later one.
        right: String,
        /// The earlier one as it was on a day (its end, where you are) or at a moment such as 2026-01-31T12:00:00Z.
        #[arg(long, value_name = "WHEN")]
        as_of: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// List what the answers of other frameworks propose for it.
    Proposals {
        /// Its reference.
        reference: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

pub async fn framework(app: &App, who: &Who, vault: String, act: FrameworkAct) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    match act {
        FrameworkAct::List { json } => {
            let lines = app.send(ListFrameworks {}).await?;
            if json {
                as_json(&lines)?;
            } else {
                print::columns(&lines.iter().map(framework_row).collect::<Vec<_>>());
            }
        }
        FrameworkAct::Find { text, json } => {
            let hits = app.send(FindRequirements { text: text.join(" "), limit: 0 }).await?;
            if json {
                as_json(&hits)?;
            } else {
                let row = |h: &conclave_domain::call::framework::RequirementHit| {
                    vec![h.framework.clone(), h.id.clone(), h.title.clone()]
                };
                print::columns(&hits.iter().map(row).collect::<Vec<_>>());
            }
            return Ok(!hits.is_empty());
        }
        FrameworkAct::Import(file) => return keep(app, file).await,
        FrameworkAct::Remove { id, edition } => {
            app.send(RemoveFramework { id: id.clone(), edition: edition.clone() }).await?;
            print::line(&t!("cli.framework_removed", id = id, edition = edition));
        }
    }
    Ok(true)
}

fn framework_row(line: &FrameworkLine) -> Vec<String> {
    let own = if line.own { t!("cli.framework_own") } else { t!("cli.framework_built_in") };
    vec![line.id.clone(), line.edition.clone(), own, line.requirements.to_string(), line.short_title.clone()]
}

/// Reads a framework from a file and keeps it; `false` if a dry run found something to look at.
pub async fn keep(app: &App, file: FrameworkFile) -> Result<bool, Fault> {
    let columns = file
        .columns
        .iter()
        .map(|c| c.rsplit_once('=').map(|(h, f)| (h.to_owned(), f.to_owned())))
        .collect::<Option<_>>()
        .ok_or_else(|| Fault::invalid_field("columns", t!("cli.column_form")))?;
    let call = PreviewFramework { path: file.file, columns, id: file.id, title: file.title, edition: file.edition };
    let preview = work(app, call).await?;
    // What keeps it from being kept is said by the refusal.
    let taken = preview.editions.contains(&preview.framework.framework.edition) && !file.replace;
    let blocked = preview.refused || taken;
    let word = if blocked { t!("cli.error") } else { t!("cli.note") };
    for problem in &preview.problems {
        eprintln!("{word} {}", print::inert(problem));
    }
    let about = &preview.framework.framework;
    let (id, edition, count) = (about.id.clone(), about.edition.clone(), preview.framework.requirements.len());
    if file.dry_run {
        print::line(&print::inert(&t!("cli.framework_read", id = id, edition = edition, count = count)));
        if taken {
            eprintln!("{word} {}", print::inert(&t!("framework.there", id = id, edition = edition)));
        }
        return Ok(!blocked);
    }
    if preview.refused {
        return Err(Fault::invalid_field("path", t!("cli.framework_blocked")));
    }
    let kept = app.send(SaveFramework { framework: preview.framework, replace: file.replace }).await?;
    app.keep_backups_if_due().await;
    if file.json {
        as_json(&kept)?;
        return Ok(true);
    }
    print::line(&print::inert(&t!("cli.framework_kept", id = id, edition = edition, count = count)));
    Ok(true)
}

pub async fn assessment(app: &App, who: &Who, vault: String, act: AssessmentAct) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    match act {
        AssessmentAct::Freeze { reference, title } => {
            let assessment = found(app, reference).await?.head.id;
            let line = app.send(FreezeAssessment { assessment, title }).await?;
            print::line(&t!("cli.frozen", id = line.id, count = line.answers, sha256 = line.sha256));
        }
        AssessmentAct::Baselines { reference } => {
            let assessment = found(app, reference).await?.head.id;
            let lines = app.send(ListBaselines { assessment }).await?;
            let row = |l: &conclave_domain::call::over_time::BaselineLine| {
                vec![l.id.to_string(), app.day_of(l.at).to_string(), l.by.clone(), share(l.coverage), l.title.clone()]
            };
            print::columns(&lines.iter().map(row).collect::<Vec<_>>());
        }
        AssessmentAct::Next { reference, title, edition } => {
            let assessment = found(app, reference).await?.head.id;
            let report = app.send(NextAssessment { assessment, title, as_of: None, edition }).await?;
            let e = &report.editions;
            print::line(&print::inert(&t!(
                "cli.next",
                reference = report.head.reference,
                carried = report.carried,
                added = e.added.len(),
                changed = e.changed.len(),
                removed = e.removed.len()
            )));
        }
        AssessmentAct::Compare { left, right, as_of, json } => {
            let as_of = as_of.map(|text| text.parse::<AsOf>()).transpose()?;
            let compared = app.send(CompareAssessments { left, right, as_of }).await?;
            if json {
                as_json(&compared)?;
            } else {
                let changed = compared.lines.iter().filter(|l| l.change != Change::Same);
                let row = |l: &conclave_domain::compare::Line| {
                    vec![l.requirement.clone(), l.left.label(), l.right.label(), l.change.label(), l.title.clone()]
                };
                print::columns(&changed.map(row).collect::<Vec<_>>());
            }
        }
        AssessmentAct::Proposals { reference, json } => {
            let assessment = found(app, reference).await?.head.id;
            let proposals = app.send(ListProposals { assessment }).await?;
            if json {
                as_json(&proposals)?;
            } else {
                let row = |p: &conclave_domain::call::assess::Proposal| {
                    vec![p.requirement.clone(), p.answer.result.label(), p.strength.label(), p.origins.join("; ")]
                };
                print::columns(&proposals.open.iter().chain(&proposals.changed).map(row).collect::<Vec<_>>());
            }
        }
    }
    Ok(true)
}

fn share(coverage: Coverage) -> String {
    coverage.percent_met().map_or_else(|| "–".to_owned(), |p| format!("{p} %"))
}

/// Shows a system's gates, as they stand or as they stood; `false` if one is not clear.
pub async fn gates(
    app: &App,
    who: &Who,
    vault: String,
    reference: String,
    as_of: Option<String>,
) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    let as_of = as_of.map(|text| text.parse::<AsOf>()).transpose()?;
    let day = match as_of {
        None => app.today(),
        Some(AsOf::Day(day)) => day,
        Some(AsOf::Moment(moment)) => app.day_of(moment),
    };
    let gates = app.send(GetGates { reference, as_of }).await?;
    gates.iter().for_each(|g| shown(g, day));
    Ok(gates.iter().all(Gate::is_clear))
}

/// Moves a system on, or overrides a gate.
pub async fn pass(
    app: &App,
    who: &Who,
    vault: String,
    reference: String,
    (to, reason, until): (String, Option<String>, String),
) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    let head = found(app, reference).await?.head;
    let today = app.today();
    let overridden = reason.is_some();
    if let Some(reason) = reason {
        let day = if until.is_empty() { None } else { Some(until.parse()) };
        let wrong = |_| Fault::invalid_field("until", t!("rule.date", field = "--until", value = until));
        let expires_on = day.transpose().map_err(wrong)?;
        app.send(OverrideGate { system: head.id, to: to.clone(), reason, expires_on }).await?;
    }
    // A gate that an import led past is overridden without a move.
    let gates = app.send(GetGates { reference: head.reference.clone(), as_of: None }).await?;
    if overridden && gates.iter().any(|g| g.to == to && g.passed) {
        gates.iter().filter(|g| g.to == to).for_each(|g| shown(g, today));
        return Ok(true);
    }
    app.send(PassGate { system: head.id, to: to.clone() }).await?;
    print::line(&t!("cli.moved", reference = head.reference, stage = STAGE.label(&to)));
    Ok(true)
}

fn shown(gate: &Gate, today: chrono::NaiveDate) {
    print::line(&print::inert(&gate.sentence(today)));
    for need in &gate.needs {
        let sign = if need.met { '+' } else { '-' };
        print::line(&print::inert(&format!("  {sign} {} {}", need.sentence, need.records.join(", "))));
    }
}

async fn found(app: &App, reference: String) -> Result<Detail, Fault> {
    app.send(GetRecord { reference }).await
}

/// Writes an assessment; without a reference the newest one, and says which.
pub async fn export(
    app: &App,
    reference: Option<String>,
    format: String,
    out: String,
    overwrite: bool,
) -> Result<bool, Fault> {
    let reference = match reference {
        Some(reference) => reference,
        None => {
            let ask = ListRecords {
                kind: Kind::Assessment,
                sort: "number".into(),
                descending: true,
                limit: 1,
                ..ListRecords::default()
            };
            let newest =
                app.send(ask).await?.rows.pop().ok_or_else(|| Fault::bad_request(t!("cli.no_assessment")))?.head;
            eprintln!(
                "conclave: {}",
                print::inert(&t!("cli.exporting", reference = newest.reference, title = newest.title))
            );
            newest.reference
        }
    };
    let count = work(app, ExportAssessment { reference, format, out: out.clone(), overwrite }).await?;
    print::line(&t!("cli.exported_requirements", count = count, path = out));
    Ok(true)
}
