//! The independent reader of `tests/reader`, which knows only docs/vault-format.md, opens the vaults that the program makes and
//! comes to the same journal; and it notices a changed bit.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_tests::{Cli, Home, Output, project};
use serde_json::Value;

const WORDS: &str = "violet harbour counts nine lanterns";
const FIRST: &str = "amber bridges hum at seven tides";
const OWN: &str = "quiet granite owls measure noon";
const ADMINISTRATOR: &str = "Administrator";

fn place() -> (Home, Cli) {
    let home = Home::new();
    let cli = Cli::new(&home).passphrase(WORDS);
    cli.run(&["new", "board", "--sample"]).done();
    (home, cli)
}

/// Runs the reader on a closed vault.
#[track_caller]
fn read(home: &Home, vault: &str, member: &str, passphrase: &str) -> Output {
    let script = project().join("tests/reader/read_vault.py").display().to_string();
    Cli::of(home, "/usr/bin/python3").passphrase(passphrase).run(&[&script, vault, member])
}

/// The number of the newest journal entry, as `conclave check` tells it.
#[track_caller]
fn checked_entries(cli: &Cli, vault: &str) -> u64 {
    let verdict = cli.run(&["check", vault, "--json", "--member", ADMINISTRATOR]).done().json();
    assert_eq!((&verdict["sound"], &verdict["faults"]), (&true.into(), &Value::Array(Vec::new())), "{verdict}");
    let lines = verdict["checked"].as_array().unwrap().iter().map(|l| l.as_str().unwrap());
    let journal = lines.into_iter().find(|l| l.starts_with("Journal: ")).expect("a line about the journal");
    journal.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The reader finds nothing wrong, and what it finds is what the program finds.
#[track_caller]
fn agrees(home: &Home, cli: &Cli, vault: &str, members: &[(&str, &str)]) -> Value {
    let entries = checked_entries(cli, vault);
    let listed = cli.run(&["list", vault, "members", "--json", "--member", ADMINISTRATOR]).done().json();
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    let mut first = None;
    for (member, passphrase) in members {
        let found = read(home, vault, member, passphrase).done().json();
        assert_eq!(found["problems"], Value::Array(Vec::new()), "{found}");
        assert_eq!(found["entries"], entries, "{found}");
        let slots: Vec<&str> = found["members"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
        assert!(listed.iter().all(|name| slots.contains(name)), "{listed:?} {slots:?}");
        assert_eq!(slots.len(), listed.len() + 1, "each member and the recovery key: {slots:?}");
        assert_eq!(*first.get_or_insert_with(|| found.clone()), found, "every member reads the same");
    }
    first.expect("a member")
}

/// The list at the end of a backup.
fn list(backup: &[u8]) -> Value {
    let (rest, length) = backup.split_last_chunk().expect("a length");
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
    serde_json::from_slice(&rest[rest.len() - length..]).unwrap()
}

#[test]
fn a_fresh_vault_reads_the_same_with_passphrase_and_recovery_key() {
    let home = Home::new();
    let cli = Cli::new(&home).passphrase(WORDS);
    let made = cli.run(&["new", "board", "--sample"]).done().stdout;
    let key = made.split_whitespace().last().unwrap();
    let found = agrees(&home, &cli, "board.conclave", &[(ADMINISTRATOR, WORDS), ("recovery", key)]);
    assert!(found["entries"].as_u64().unwrap() > 50, "{found}");
    assert_eq!(found["generation"], 1);
    // The list of a backup says which entry the program holds for the newest.
    cli.run(&["backup", "board", "b.conclave-backup"]).done();
    let list = list(&std::fs::read(home.file("b.conclave-backup")).unwrap());
    assert_eq!((&list["seq"], &list["hash"]), (&found["entries"], &found["head"]));
    let later = agrees(&home, &cli, "board.conclave", &[(ADMINISTRATOR, WORDS)]);
    assert_eq!(later["entries"].as_u64(), found["entries"].as_u64().map(|n| n + 1), "the backup has its entry");
    assert_eq!((&later["genesis"], &later["vault_id"]), (&found["genesis"], &found["vault_id"]));
    assert_ne!(later["head"], found["head"]);
}

#[test]
fn a_vault_with_a_second_member_and_a_re_key_reads_the_same() {
    let (home, cli) = place();
    let inviting = cli.clone().env("CONCLAVE_NEW_PASSPHRASE", FIRST);
    inviting.run(&["member", "board", "invite", "Lukas Brandt", "--role", "contributor"]).done();
    let changing = Cli::new(&home).passphrase(FIRST).env("CONCLAVE_NEW_PASSPHRASE", OWN);
    changing.run(&["passphrase", "board", "--member", "Lukas Brandt"]).done();
    std::fs::write(home.file("more.csv"), "Name,Purpose\nTide tables,Forecast\n").unwrap();
    let lukas = Cli::new(&home).passphrase(OWN);
    lukas.run(&["import", "board", "more.csv", "--member", "Lukas Brandt"]).done();
    let both = [(ADMINISTRATOR, WORDS), ("Lukas Brandt", OWN)];
    let before = agrees(&home, &cli, "board.conclave", &both);
    cli.run(&["rekey", "board", "--member", ADMINISTRATOR]).done();
    let after = agrees(&home, &cli, "board.conclave", &both);
    assert_eq!((&before["generation"], &after["generation"]), (&1.into(), &2.into()));
    assert_eq!(after["genesis"], before["genesis"]);
    assert_eq!(after["entries"].as_u64(), before["entries"].as_u64().map(|n| n + 1), "the re-key has its entry");
}

#[test]
fn a_vault_restored_from_a_backup_reads_the_same_up_to_the_backup() {
    let (home, cli) = place();
    let before = agrees(&home, &cli, "board.conclave", &[(ADMINISTRATOR, WORDS)]);
    cli.run(&["backup", "board", "b.conclave-backup"]).done();
    cli.run(&["restore", "b.conclave-backup", "second"]).done();
    let found = read(&home, "second.conclave", ADMINISTRATOR, WORDS).done().json();
    assert_eq!(found, before, "as it was before the entry that notes the backup");
    agrees(&home, &cli, "second.conclave", &[(ADMINISTRATOR, WORDS)]);
}

#[test]
fn one_changed_bit_anywhere_in_the_database_shows() {
    let (home, _cli) = place();
    let database = home.file("board.conclave/vault-1.db");
    let whole = std::fs::read(&database).unwrap();
    let page = 4096;
    // The salt, the first page, its authentication code, the middle of the file, the last byte.
    for at in [0, 15, 16, page - 1, whole.len() / 2, whole.len() - page, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&database, &bytes).unwrap();
        let found = read(&home, "board.conclave", ADMINISTRATOR, WORDS).ended_with(1).json();
        let problems = found["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 1, "byte {at}: {found}");
        assert!(problems[0].as_str().unwrap().contains("vault-1.db"), "byte {at}: {found}");
    }
    std::fs::write(&database, &whole).unwrap();
    read(&home, "board.conclave", ADMINISTRATOR, WORDS).done();
    read(&home, "board.conclave", ADMINISTRATOR, OWN).ended_with(1);
    read(&home, "board.conclave", "Nobody", WORDS).ended_with(2);
}
