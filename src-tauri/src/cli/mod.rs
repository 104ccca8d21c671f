//! The command line: the same calls as the window, for automation and for tests. Results go to standard output, progress
//! and messages to standard error. Exit status 0 done, 1 the answer is no, 2 wrong use or bad input.

mod ask;
mod assessing;
mod commands;
mod keeping;
mod print;
mod proof;

use clap::{Parser, Subcommand};
use conclave_domain::{fault::Fault, t};
use std::{path::PathBuf, process::ExitCode};

/// Conclave: AI governance for security and ethics review boards, in one encrypted vault.
#[derive(Parser)]
#[command(name = "conclave", version, about, long_about = None, disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    /// Who acts: a member's name (the first member by default).
    #[arg(long, global = true, default_value = "", value_name = "NAME", hide_default_value = true)]
    member: String,
    /// Read the passphrase from the first line of this file. Otherwise CONCLAVE_PASSPHRASE, otherwise the terminal asks.
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Open this vault in the window.
    #[arg(long, value_name = "VAULT")]
    open: Option<PathBuf>,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Create a vault; prints its recovery key once.
    New {
        /// Its folder; .conclave is appended if missing.
        vault: String,
        /// With the sample portfolio.
        #[arg(long)]
        sample: bool,
        /// The organisation's name.
        #[arg(long, default_value = "Our organisation")]
        organisation: String,
    },
    /// Import a CSV or XLSX file, all or nothing.
    Import {
        /// The vault's folder.
        vault: String,
        /// The file.
        file: String,
        /// What it is: rows of systems, vendors, assets, risks, …, or a framework.
        #[arg(long = "as", default_value = "systems", value_name = "KIND")]
        kind: String,
        /// A saved mapping (TOML).
        #[arg(long, value_name = "FILE")]
        map: Option<String>,
        /// Write the mapping that was used to this file.
        #[arg(long, value_name = "FILE")]
        save_map: Option<String>,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// The report as JSON.
        #[arg(long)]
        json: bool,
        /// For a framework: the edition to give it.
        #[arg(long, default_value = "", hide_default_value = true)]
        edition: String,
    },
    /// List the records of a kind.
    List {
        /// The vault's folder.
        vault: String,
        /// systems, vendors, assets, assessments, risks, reviews, decisions, findings, evidence, packs or members.
        kind: String,
        /// Only records with these words.
        #[arg(long, default_value = "", hide_default_value = true)]
        text: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one record.
    Show {
        /// The vault's folder.
        vault: String,
        /// Its reference, such as AIS-0001.
        reference: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Build an audit pack.
    Pack {
        /// The vault's folder.
        vault: String,
        /// The PDF to write.
        #[arg(long)]
        out: String,
        /// Only these systems (AIS-0001); may be given several times.
        #[arg(long = "system", value_name = "REF")]
        systems: Vec<String>,
        /// board, auditor or public.
        #[arg(long, default_value = "auditor")]
        profile: String,
        /// The state of an earlier moment: 2026-01-31 (the end of that day here) or 2026-01-31T12:00:00Z.
        #[arg(long, value_name = "TIME")]
        as_of: Option<String>,
        /// Write over an existing file.
        #[arg(long)]
        overwrite: bool,
    },
    /// Verify an audit pack; with a vault, also against its journal.
    Verify {
        /// The PDF.
        file: String,
        /// The vault that it was made from.
        #[arg(long)]
        vault: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write the records of a kind to a file.
    Export {
        /// The vault's folder.
        vault: String,
        /// csv or json; of an assessment oscal-ar (OSCAL assessment results) or soa-xlsx (statement of applicability).
        #[arg(long)]
        format: String,
        /// The file to write.
        #[arg(long)]
        out: String,
        /// systems, vendors, …
        #[arg(long = "as", default_value = "systems", value_name = "KIND")]
        kind: String,
        /// For oscal-ar and soa-xlsx: which assessment (ASM-0001); the newest otherwise.
        #[arg(long, value_name = "REF")]
        assessment: Option<String>,
        /// Write over an existing file.
        #[arg(long)]
        overwrite: bool,
    },
    /// List, find, import and remove frameworks.
    Framework {
        /// The vault's folder.
        vault: String,
        /// What to do.
        #[command(subcommand)]
        act: assessing::FrameworkAct,
    },
    /// Freeze, go on from, and compare assessments; list what is proposed.
    Assessment {
        /// The vault's folder.
        vault: String,
        /// What to do.
        #[command(subcommand)]
        act: assessing::AssessmentAct,
    },
    /// Show a system's stage gates; exit status 1 if one is not clear. With a stage, move the system on.
    Gate {
        /// The vault's folder.
        vault: String,
        /// The system's reference, such as AIS-0001.
        reference: String,
        /// The stage to move to: development, deployment or operation.
        #[arg(long, value_name = "STAGE")]
        to: Option<String>,
        /// Override a gate that is not clear, for this reason.
        #[arg(long = "override", value_name = "REASON", requires = "to", requires = "until")]
        reason: Option<String>,
        /// The last day of the override.
        #[arg(long, default_value = "", hide_default_value = true, value_name = "DATE")]
        until: String,
        /// As the gates stood on a day (its end, where you are) or at a moment such as 2026-01-31T12:00:00Z.
        #[arg(long, value_name = "WHEN", conflicts_with = "to")]
        as_of: Option<String>,
    },
    /// Check cipher, structure, journal and records; or, of a backup, that every byte is as it was written.
    Check {
        /// The vault's folder, or a backup.
        vault: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write the whole vault to one file, and check it by opening it.
    Backup {
        /// The vault's folder.
        vault: String,
        /// The file to write.
        file: String,
        /// Write over an existing file.
        #[arg(long)]
        overwrite: bool,
    },
    /// Restore a backup into a new vault, never over one.
    Restore {
        /// The backup.
        file: String,
        /// The new vault's folder.
        vault: String,
    },
    /// Copy everything that a damaged vault still gives into a new one; exit status 1 if something was lost.
    Rescue {
        /// The damaged vault's folder.
        damaged: String,
        /// The new vault's folder.
        new: String,
    },
    /// Invite, deactivate and reset members, and change their roles.
    Member {
        /// The vault's folder.
        vault: String,
        /// What to do.
        #[command(subcommand)]
        act: keeping::MemberAct,
    },
    /// Bring evidence in, or take a copy of it out.
    Evidence {
        /// The vault's folder.
        vault: String,
        /// What to do.
        #[command(subcommand)]
        act: proof::EvidenceAct,
    },
    /// Sign a pack off: a statement over its id and hash.
    Sign {
        /// The vault's folder.
        vault: String,
        /// The pack's reference, such as PCK-0001.
        reference: String,
    },
    /// Change the acting member's passphrase.
    Passphrase {
        /// The vault's folder.
        vault: String,
    },
    /// Set a new passphrase for a member with the recovery key.
    Recover {
        /// The vault's folder.
        vault: String,
    },
    /// Encrypt the whole vault anew, so that whoever left can open it no longer.
    Rekey {
        /// The vault's folder.
        vault: String,
    },
    /// Make a new recovery key; the old one no longer works.
    RecoveryKey {
        /// The vault's folder.
        vault: String,
    },
}

/// What the arguments ask for.
pub enum Asked {
    /// The window, perhaps with a vault to open.
    Window(Option<PathBuf>),
    /// A command.
    Command(Box<Run>),
    /// Nothing more: help or the version was printed, or the arguments were wrong.
    Nothing(ExitCode),
}

/// A command and who runs it.
pub struct Run {
    command: Command,
    who: ask::Who,
}

/// Reads the arguments.
pub fn parse() -> Asked {
    match Line::try_parse() {
        Ok(Line { command: Some(command), member, passphrase_file, .. }) => {
            Asked::Command(Box::new(Run { command, who: ask::Who { member, passphrase_file } }))
        }
        Ok(Line { open, .. }) => Asked::Window(open),
        Err(error) => {
            let _ = error.print();
            Asked::Nothing(if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS })
        }
    }
}

/// Runs a command to its end.
pub fn run(run: Box<Run>) -> ExitCode {
    let Run { command, who } = *run;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("conclave: {error}.");
            return ExitCode::from(2);
        }
    };
    let answer = runtime.block_on(commands::run(command, &who));
    drop(runtime);
    conclave_app::await_threads();
    match answer {
        Ok(_) if !print::arrived() => {
            eprintln!("conclave: {}", t!("cli.output_lost"));
            ExitCode::from(2)
        }
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(fault) => {
            complain(&fault);
            ExitCode::from(2)
        }
    }
}

fn complain(fault: &Fault) {
    print::clear_progress();
    // Here are no marked fields to correct: what is wrong with the arguments says enough.
    if !fault.fields.is_empty() {
        for field in &fault.fields {
            eprintln!("conclave: {}", print::inert(&field.sentence));
        }
        return;
    }
    eprintln!("conclave: {}", print::inert(&fault.sentence));
    if !fault.next.is_empty() {
        eprintln!("  {}", fault.next);
    }
}
