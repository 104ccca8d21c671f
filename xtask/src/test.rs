//! `test`: everything that continuous integration runs, in one command, with one closing line.
//!
//! Lints, program and tests are compiled with the same packages and features, so that Cargo compiles nothing twice.

use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};
use std::time::Instant;

use crate::args::Args;
use crate::error::{At, Error};
use crate::process::{Program, files, find, root, spell};
use crate::shell::keep_test_program;
use crate::tally::Tally;
use crate::{setup, ui};

/// Everything that tests need: the program as [`crate::shell::TEST_FEATURES`] builds it, and the child of the fault tests.
const FEATURES: &str = "conclave/custom-protocol,conclave/test-build,conclave-tests/faults";
const NATIVE: [&str; 6] = ["--workspace", "--exclude", "conclave-ui", "--all-targets", "--features", FEATURES];

/// Runs the checks and the tests; the exit code says whether all of them held.
pub fn command(mut args: Args) -> Result<ExitCode, Error> {
    let journeys = !args.flag("--no-journeys");
    let filter = args.word();
    args.finish()?;
    let started = Instant::now();
    setup::ensure(setup::Purpose::Test)?;
    let mut tally = Tally::default();
    if filter.is_none() {
        check(&mut tally, "formatting (cargo fmt)", Program::cargo("fmt").args(["--all", "--", "--check"]));
    }
    // The interface comes before everything native: the shell embeds it, even when it is only linted.
    let interface = ui::build(ui::Profile::Dev);
    if settle(&mut tally, "the interface's build", interface) {
        if filter.is_none() {
            lints(&mut tally);
        }
        let built = Program::cargo("build").args(NATIVE).run().and_then(|()| keep_test_program());
        if settle(&mut tally, "the test build", built) {
            let before = tally.failed;
            let status = tests(&mut tally, filter.as_deref(), journeys)?;
            // A test program that crashed reports no failure of its own.
            if !status && tally.failed == before {
                tally.fail("cargo test");
            }
        }
    }
    close(&tally, started)
}

fn lints(tally: &mut Tally) {
    let wasm = ["-p", "conclave-ui", "--target", "wasm32-unknown-unknown", "--profile", "ui-dev"];
    let strict = ["--", "-D", "warnings"];
    check(tally, "lints of the interface (clippy)", Program::cargo("clippy").args(wasm).args(strict));
    check(tally, "lints (clippy)", Program::cargo("clippy").args(NATIVE).args(strict));
}

fn check(tally: &mut Tally, what: &str, program: Program) {
    let result = program.run();
    settle(tally, what, result);
}

/// Counts a failure and goes on: one run should show everything that is wrong.
fn settle<T>(tally: &mut Tally, what: &str, result: Result<T, Error>) -> bool {
    if let Err(error) = &result {
        eprintln!("xtask: {what}: {error}");
        tally.fail(what);
    }
    result.is_ok()
}

fn tests(tally: &mut Tally, filter: Option<&str>, journeys: bool) -> Result<bool, Error> {
    let mut cargo = Program::cargo("test").args(["--workspace", "--exclude", "conclave-ui", "--features", FEATURES]);
    cargo = cargo.arg("--no-fail-fast");
    if !journeys {
        cargo = cargo.args(["--lib", "--bins"]);
        for name in tests_of_crates()? {
            cargo = cargo.args(["--test", &name]);
        }
    }
    if let Some(filter) = filter {
        cargo = cargo.arg(filter);
    }
    cargo = cargo.env("CONCLAVE_TEST_BINARY", crate::shell::test_program());
    for (variable, program) in [("CONCLAVE_TAURI_DRIVER", "tauri-driver"), ("CONCLAVE_XVFB", "Xvfb")] {
        if let Some(path) = find(program) {
            cargo = cargo.env(variable, path);
        }
    }
    let shown = cargo.shown();
    eprintln!("$ {shown}");
    let start = |source| Error::Start { command: shown.clone(), source };
    let mut child = cargo.into_command().stdout(Stdio::piped()).spawn().map_err(start)?;
    if let Some(output) = child.stdout.take() {
        // A test may print bytes that are no text; they must not stop the count.
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(start)?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.read(&line);
        }
    }
    Ok(child.wait().map_err(start)?.success())
}

/// The integration tests of all crates but the one that drives the window.
fn tests_of_crates() -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let crates = root().join("crates");
    for entry in std::fs::read_dir(&crates).at(&crates)? {
        let folder = entry.at(&crates)?.path().join("tests");
        for path in files(&folder)? {
            let direct = path.parent() == Some(&folder) && path.extension().is_some_and(|ending| ending == "rs");
            if let (true, Some(stem)) = (direct, path.file_stem()) {
                names.push(stem.to_string_lossy().into_owned());
            }
        }
    }
    names.sort();
    Ok(names)
}

fn close(tally: &Tally, started: Instant) -> Result<ExitCode, Error> {
    println!();
    for name in &tally.failures {
        println!("failed: {name}");
    }
    if tally.ignored > 0 {
        println!("not run: {}", tally.ignored);
    }
    println!("took {}", spell(started.elapsed()));
    println!("{}", tally.line());
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
