//! `faults`: the long form of the tests that tamper with a vault, flip its bits, migrate it, kill the program, fill the disk and
//! trace what reaches it.

use std::io::{BufRead, BufReader, Read};
use std::process::{ExitCode, Stdio};
use std::time::Instant;

use crate::args::Args;
use crate::error::Error;
use crate::process::{Program, spell};
use crate::setup;
use crate::tally::Tally;

/// How a line of a test begins that gives a total.
const MARK: &str = "FAULTS ";

/// What is added up at the end: words that occur in a total's line, and what they are called.
const SUMS: [(&str, &str); 5] = [
    (" kills, ", "kills"),
    (" flips of ", "flips"),
    (" truncations of ", "truncations"),
    (" times no room ", "times without room on the disk"),
    (" traced, ", "traced changes"),
];

/// Runs everything, the quick parts first, and goes on after a failure: one run shows all that is wrong.
pub fn command(mut args: Args) -> Result<ExitCode, Error> {
    let short = args.flag("--short");
    args.finish()?;
    let started = Instant::now();
    setup::ensure(setup::Purpose::Test)?;
    let parts = [
        ["-p", "conclave-vault", "--test", "tampering", "--test", "tampering_state", "--test", "bit_flips"].as_slice(),
        ["-p", "conclave-vault", "--test", "migration"].as_slice(),
        ["-p", "conclave-tests", "--features", "faults", "--test", "faults"].as_slice(),
    ];
    let (mut tally, mut totals) = (Tally::default(), Vec::new());
    for part in parts {
        let before = tally.failed;
        let mut cargo = Program::cargo("test").args(part).args(["--no-fail-fast", "--", "--nocapture"]);
        if !short {
            cargo = cargo.env("CONCLAVE_FAULTS", "long");
        }
        let held = listen(cargo, &mut tally, &mut totals)?;
        // A test program that crashed or does not compile reports no failure of its own.
        if !held && tally.failed == before {
            tally.fail(part[1]);
        }
    }
    close(&tally, &totals, started)
}

/// Runs the tests and reads along.
fn listen(cargo: Program, tally: &mut Tally, totals: &mut Vec<String>) -> Result<bool, Error> {
    let command = cargo.shown();
    eprintln!("$ {command}");
    let start = |source| Error::Start { command: command.clone(), source };
    let mut child = cargo.into_command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(start)?;
    let noise = child.stderr.take().map(|stderr| std::thread::spawn(move || quieten(stderr)));
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(start)?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.read(&line);
            // Without capture a test's name and its first line share one line.
            if let Some(at) = line.find(MARK) {
                totals.push(line[at + MARK.len()..].to_owned());
            }
        }
    }
    if let Some(noise) = noise {
        let _ = noise.join();
    }
    Ok(child.wait().map_err(start)?.success())
}

/// Passes on what is written to standard error but for SQLCipher's own lines about every damaged page.
fn quieten(stderr: impl Read) {
    for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if !line.contains(" ERROR CORE ") {
            eprintln!("{line}");
        }
    }
}

/// The sums of the totals, in the words of [`SUMS`].
fn sums(totals: &[String]) -> String {
    let sum = |word: &str| -> u64 {
        let fitting = totals.iter().filter(|line| line.contains(word));
        fitting.filter_map(|line| line.split(' ').next()?.parse::<u64>().ok()).sum()
    };
    SUMS.map(|(word, name)| format!("{} {name}", sum(word))).join(", ")
}

fn close(tally: &Tally, totals: &[String], started: Instant) -> Result<ExitCode, Error> {
    println!();
    for line in totals {
        println!("{line}");
    }
    for name in &tally.failures {
        println!("failed: {name}");
    }
    println!("took {}", spell(started.elapsed()));
    println!("{}", sums(totals));
    println!("{}", tally.line());
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::sums;

    #[test]
    fn totals_of_one_sort_add_up() {
        let totals = [
            "1000 kills, 3000 confirmed changes all there",
            "12 kills during save: 2 not made, 10 made whole",
            "60 flips of keys.json, all detected",
            "40 flips of anchor-1, all detected",
            "20 truncations of anchor-1, all detected",
        ];
        let line = sums(&totals.map(str::to_owned));
        assert_eq!(line, "1000 kills, 100 flips, 20 truncations, 0 times without room on the disk, 0 traced changes");
    }
}
