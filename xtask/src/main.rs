//! Every command of a developer's day, in one place: `cargo xtask help` lists them.
//!
//! Each command is one file. This file only picks the command; `process` starts programs; `error` holds what can go wrong.

use std::process::ExitCode;

mod args;
mod dist;
mod error;
mod faults;
mod process;
mod programs;
mod run;
mod setup;
mod shell;
mod sql;
mod tally;
mod test;
mod ui;

use args::Args;
use error::Error;

const HELP: &str = "\
cargo xtask COMMAND

  run [--release] [--no-window]   build everything and open the window; without a display, do the main job
                                  by command line in target/run and say where the results lie
  test [FILTER] [--no-journeys]   everything the continuous integration runs; ends with one line of totals.
                                  FILTER runs only the tests whose name contains it, without the lints
  setup [--test]                  install what this machine lacks to build (and, with --test, to test)
  ui [--dev]                      compile the interface to ui/dist
  build [--release|--test-build]  compile the interface and the program; print where the program lies
  sql [--check]                   write .sqlx anew from the migrations and the queries, or only compare
  content                         check the frameworks, questionnaires and other content under assets
  bench [ARGUMENT]…               measure speed and memory on the real program
  faults [--short]                tamper, flip bits, kill, fill the disk, trace: the long form of these tests
  shots [ARGUMENT]…               take a picture of every page and of every page of the sample pack
  dist                            the release program and a Debian package, in target/dist
  help                            this page
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_else(|| "help".to_owned());
    match dispatch(&command, Args::new(words.collect())) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(if matches!(error, Error::Use(_)) { 2 } else { 1 })
        }
    }
}

fn dispatch(command: &str, mut args: Args) -> Result<ExitCode, Error> {
    match command {
        "help" | "--help" | "-h" => print!("{HELP}"),
        "setup" => {
            let purpose = if args.flag("--test") { setup::Purpose::Test } else { setup::Purpose::Build };
            args.finish()?;
            setup::ensure(purpose)?;
            println!("Everything that is needed is installed.");
        }
        "ui" => {
            let profile = if args.flag("--dev") { ui::Profile::Dev } else { ui::Profile::Release };
            args.finish()?;
            setup::ensure(setup::Purpose::Interface)?;
            ui::build(profile)?;
        }
        "build" => println!("{}", shell::command(args)?.display()),
        "run" => run::command(args)?,
        "test" => return test::command(args),
        "sql" => sql::command(args)?,
        // The half of `sql` that needs a database library; see that file.
        "sql-apply" => sql::apply(args)?,
        "content" => programs::content(args)?,
        "bench" => programs::bench(args)?,
        "faults" => return faults::command(args),
        "shots" => programs::shots(args)?,
        "dist" => dist::command(args)?,
        other => return Err(Error::Use(format!("there is no command \"{other}\"; `cargo xtask help` lists them."))),
    }
    Ok(ExitCode::SUCCESS)
}
