//! Faults from outside: a killed process, a full disk, and whether what is confirmed has reached the disk.
//!
//! The short form runs in a minute. `cargo xtask faults` runs the long one (`CONCLAVE_FAULTS=long`). A line that begins with
//! FAULTS is a total, which that command collects.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../faults/dice.rs"]
mod dice;
#[path = "../faults/found.rs"]
mod found;
#[path = "../faults/kill.rs"]
mod kill;
#[path = "../faults/state.rs"]
mod state;
#[path = "../faults/trace.rs"]
mod trace;

use std::path::Path;
use std::process::{Command, Output};

const CHILD: &str = env!("CARGO_BIN_EXE_faults");
/// Changes of vault and journal grow, and with them each check: after so many kills a new vault is taken.
const KILLS_PER_VAULT: u64 = 50;

fn long() -> bool {
    std::env::var("CONCLAVE_FAULTS").is_ok_and(|form| form == "long")
}

/// Another seed is another run; the same one repeats it, but for the moments, which the machine decides.
fn seed() -> u64 {
    std::env::var("CONCLAVE_FAULTS_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_every_confirmed_change_is_there_and_no_half_one() {
    let kills = if long() { 1_000 } else { 25 };
    let mut all = kill::Found::default();
    let mut scene = kill::Scene::new().await.unwrap();
    for n in 0..kills {
        if n > 0 && n % KILLS_PER_VAULT == 0 {
            scene = kill::Scene::new().await.unwrap();
        }
        let run = seed() * 1_000_000 + n;
        let result = scene.round(Path::new(CHILD), run, &mut all).await;
        assert!(result.is_ok(), "kill {n} (run {run}): {}", result.unwrap_err());
    }
    println!("FAULTS {} kills, {} confirmed changes all there", all.kills, all.confirmed);
    println!("FAULTS {} of the kills between two changes or during an opening", all.between);
    for (operation, [not_made, made, half]) in &all.during {
        let entry = if *half > 0 { format!(", {half} with the entry alone") } else { String::new() };
        println!(
            "FAULTS {} kills during {operation}: {not_made} not made, {made} made whole{entry}",
            not_made + made + half
        );
    }
    assert!(all.confirmed > kills, "the children got to work");
    assert!(all.during.len() > 3, "kills fell into changes: {:?}", all.during);
}

/// Prints the totals of the child, so that they are collected, and fails with what it told.
#[track_caller]
fn held(output: &Output) {
    let told = String::from_utf8_lossy(&output.stdout);
    print!("{told}");
    let noise = String::from_utf8_lossy(&output.stderr);
    // SQLCipher tells its own story of each failed write; what matters is what the child says.
    let said: Vec<&str> = noise.lines().filter(|line| !line.contains(" CORE ")).collect();
    assert!(output.status.success(), "{}\n{}", output.status, said.join("\n"));
    assert!(told.lines().filter(|line| line.starts_with("FAULTS")).count() > 8, "every operation was tried: {told}");
}

#[test]
fn on_a_full_disk_changes_fail_in_plain_words_and_nothing_confirmed_is_lost() {
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    // A disk of its own, which only this process sees and which ends with it.
    let script = "mount -t tmpfs -o size=24m conclave-faults \"$1\" && exec \"$0\" full disk \"$1\"";
    command.args(["--mount", "sh", "-c", script, CHILD]).arg(place.path());
    held(&command.output().expect("unshare, of util-linux, starts"));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "the disk was a small one of its own");
}

#[test]
fn a_write_that_is_cut_off_in_its_middle_fails_in_plain_words_and_nothing_confirmed_is_lost() {
    let place = tempfile::tempdir().unwrap();
    // A process may ignore the signal and get an error instead; ignoring is inherited.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" full limit \"$1\"", CHILD]).arg(place.path());
    held(&command.output().unwrap());
}

#[tokio::test]
async fn a_change_is_confirmed_only_when_journal_anchor_and_folder_are_on_the_disk() {
    let traced = trace::changes(Path::new(CHILD), "save,edit,answer,import", 3).await;
    assert_eq!(traced.confirmed(), 3);
    assert_eq!(traced.durable(), Ok(3));
    assert_eq!(traced.nothing_later(), Ok(3));
    // The rule would notice if any one of the steps were missing.
    for step in trace::STEPS {
        let without = traced.without(step);
        assert!(without.durable().is_err(), "nobody would notice a missing {step:?}");
    }
    println!("FAULTS 3 confirmed changes traced, each on the disk before its confirmation");
}

#[tokio::test]
async fn a_passphrase_change_is_confirmed_only_when_the_header_is_on_the_disk() {
    let traced = trace::changes(Path::new(CHILD), "passphrase", 3).await;
    assert_eq!((traced.confirmed(), traced.durable(), traced.header_durable()), (3, Ok(3), Ok(3)));
    println!("FAULTS 3 changes of the passphrase traced, each on the disk before its confirmation");
}
