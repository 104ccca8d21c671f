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
#[path = "../faults/killed_migration.rs"]
mod killed_migration;
#[path = "../faults/old.rs"]
mod old;
#[path = "../faults/outside.rs"]
mod outside;
#[allow(dead_code, reason = "the child uses the rest")]
#[path = "../faults/state.rs"]
mod state;
#[path = "../faults/trace.rs"]
mod trace;

use std::path::Path;
use std::process::{Command, Output};

const CHILD: &str = env!("CARGO_BIN_EXE_faults");
/// Changes of vault and journal grow, and with them each check: after so many kills a new vault is taken.
const KILLS_PER_VAULT: u64 = 25;

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
    println!(
        "FAULTS {} confirmed uploads came out the same, {} restored and {} kept backups were whole",
        all.uploads, all.restored, all.kept
    );
    println!("FAULTS {} times something half-made lay among the kept backups after the next opening", all.left);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_is_killed_leaves_the_old_vault_or_the_new_one() {
    let rounds = if long() { 300 } else { 8 };
    let fixtures = old::fixtures();
    assert!(!fixtures.is_empty(), "vaults of earlier schemas");
    for fixture in fixtures {
        let scene = killed_migration::Scene::new(Path::new(CHILD), &fixture).await.unwrap();
        let (mut dice, mut found) = (dice::Dice::new(seed()), killed_migration::Found::default());
        for n in 0..rounds {
            let result = scene.round(Path::new(CHILD), &mut dice, &mut found).await;
            assert!(result.is_ok(), "round {n} of {}: {}", fixture.display(), result.unwrap_err());
        }
        let name = fixture.file_name().unwrap_or_default().display();
        println!("FAULTS {} kills, all while {name} was opened and migrated", found.kills);
        println!(
            "FAULTS {} of them before the backup, {} after it, {} after the opening",
            found.before, found.during, found.after
        );
        println!("FAULTS {} times something half-made lay among the kept backups after the next opening", found.left);
    }
}

/// What a killed backup leaves is as large as the vault, twice.
#[tokio::test]
async fn what_a_killed_backup_left_beside_the_vault_is_removed_by_the_next_opening_or_backup() {
    let dir = tempfile::tempdir().unwrap();
    let vault = dir.path().join("board.conclave");
    found::found(&vault).await.unwrap();
    let half = vault.join("backups/daily-20260102T030405Z-17.conclave-backup.0123456789abcdef0123456789abcdef.part");
    let trial = half.with_added_extension("fedcba9876543210fedcba9876543210.part");
    std::fs::create_dir_all(&trial).unwrap();
    std::fs::write(&half, "half").unwrap();
    std::fs::write(trial.join("vault-1.db"), "half").unwrap();
    assert_eq!(outside::leftovers(&vault).len(), 2);
    let app = outside::open(&vault, "", 0).await.unwrap();
    app.send(conclave_domain::call::backup::KeepBackups {}).await.unwrap().expect("a backup is due");
    app.lock().await;
    assert_eq!(outside::leftovers(&vault), Vec::<String>::new());
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

/// The child on a disk of its own, which only this process sees and which ends with it.
fn on_a_disk(size: &str, before: &str, how: &str) -> Output {
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    let script =
        format!("mount -t tmpfs -o size={size} conclave-faults \"$1\" && {before} exec \"$0\" full {how} \"$1\"");
    command.args(["--mount", "sh", "-c", &script, CHILD]).arg(place.path());
    let output = command.output().expect("unshare, of util-linux, starts");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "the disk was one of its own");
    output
}

#[test]
fn on_a_full_disk_changes_fail_in_plain_words_and_nothing_confirmed_is_lost() {
    // Filling a larger one takes longer; the evidence of the long form needs it.
    held(&on_a_disk(if long() { "96m" } else { "24m" }, "", "disk"));
}

#[test]
fn a_write_that_is_cut_off_in_its_middle_fails_in_plain_words_and_nothing_confirmed_is_lost() {
    // A process may ignore the signal and get an error instead; ignoring is inherited.
    held(&on_a_disk("256m", "trap '' XFSZ;", "limit"));
}

/// A full disk between commit and anchor leaves a change made and unconfirmed. Here another file stands in the anchor's way.
#[tokio::test]
async fn evidence_that_was_brought_in_but_not_confirmed_has_its_file() {
    use conclave_domain::call::{evidence::AddEvidence, journal::CheckVault};
    let dir = tempfile::tempdir().unwrap();
    let vault = dir.path().join("board.conclave");
    found::found(&vault).await.unwrap();
    let path = dir.path().join("report.txt");
    std::fs::write(&path, "Accuracy is 0.93.").unwrap();
    let app = outside::open(&vault, "", 0).await.unwrap();
    std::fs::create_dir(vault.join("anchor-1.new")).unwrap();
    let body = serde_json::Map::new();
    let add = AddEvidence { id: None, revision: 0, path: path.display().to_string(), body };
    app.send(add).await.expect_err("the anchor cannot be written");
    app.lock().await;
    std::fs::remove_dir(vault.join("anchor-1.new")).unwrap();
    let app = outside::open(&vault, "", 0).await.unwrap();
    let evidence = state::read(&app).await.unwrap().evidence;
    assert!(evidence.contains_key("report.txt"), "made, though not confirmed: {evidence:?}");
    assert_eq!(app.send(CheckVault {}).await.unwrap().faults, Vec::<String>::new());
    let upload = ("report.txt".to_owned(), 17, path);
    let state = state::read(&app).await.unwrap();
    outside::same_content(&app, &state, &upload, &dir.path().join("out")).await.unwrap();
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
