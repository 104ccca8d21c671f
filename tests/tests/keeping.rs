//! The verbs that keep the vault itself: members, passphrases, new keys, backups, rescue; and outputs that must not harm.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_tests::{Cli, Home, Output, project};

const WORDS: &str = "violet harbour counts nine lanterns";
const FIRST: &str = "amber bridges hum at seven tides";
const OWN: &str = "quiet granite owls measure noon";

fn place() -> (Home, Cli) {
    let home = Home::new();
    let cli = Cli::new(&home).passphrase(WORDS);
    cli.run(&["new", "board", "--sample"]).done();
    (home, cli)
}

#[track_caller]
fn refused(output: Output, about: &str) {
    let output = output.ended_with(2);
    assert!(output.stderr.contains(about), "{about:?} is not in {:?}", output.stderr);
}

fn names(cli: &Cli, kind: &str) -> Vec<String> {
    let json = cli.run(&["list", "board", kind, "--json"]).done().json();
    let all = json.as_array().unwrap().iter();
    all.map(|r| r["head"]["title"].as_str().or(r["name"].as_str()).unwrap().to_owned()).collect()
}

#[test]
fn two_members_work_in_turn_and_a_removed_one_is_out_after_re_keying() {
    let (home, cli) = place();
    let inviting = cli.clone().env("CONCLAVE_NEW_PASSPHRASE", FIRST);
    inviting.run(&["member", "board", "invite", "Lukas Brandt", "--role", "contributor"]).done();
    refused(inviting.run(&["member", "board", "invite", "lukas brandt", "--role", "chair"]), "already");
    refused(inviting.run(&["member", "board", "invite", "Ada", "--role", "king"]), "king");
    let lukas = Cli::new(&home).passphrase(FIRST);
    // The first passphrase is somebody else's: nothing goes before an own one.
    refused(lukas.run(&["list", "board", "systems", "--member", "Lukas Brandt"]), "An administrator chose");
    let changing = lukas.env("CONCLAVE_NEW_PASSPHRASE", OWN);
    changing.run(&["passphrase", "board", "--member", "Lukas Brandt"]).done();
    let lukas = Cli::new(&home).passphrase(OWN);
    let rows = home.file("more.csv");
    std::fs::write(&rows, "Name,Purpose\nTide tables,Forecast\n").unwrap();
    lukas.run(&["import", "board", "more.csv", "--member", "Lukas Brandt"]).done();
    refused(lukas.run(&["rekey", "board", "--member", "Lukas Brandt"]), "may not");
    assert!(cli.run(&["check", "board", "--member", "Administrator"]).done().stdout.contains("sound"));
    cli.run(&["member", "board", "deactivate", "Lukas Brandt", "--member", "Administrator"]).done();
    refused(cli.run(&["member", "board", "deactivate", "Administrator"]), "Another administrator");
    refused(cli.run(&["member", "board", "role", "Administrator", "auditor"]), "at least one");
    let rekeyed = cli.run(&["rekey", "board"]).done();
    assert!(rekeyed.stdout.contains("generation 2"), "{}", rekeyed.stdout);
    refused(lukas.run(&["list", "board", "systems", "--member", "Lukas Brandt"]), "no such member");
    cli.run(&["check", "board"]).done();
    assert!(names(&cli, "systems").contains(&"Tide tables".to_owned()));
}

#[test]
fn a_backup_is_restored_elsewhere_checked_and_never_put_over_a_vault() {
    let (home, cli) = place();
    let before = names(&cli, "systems");
    cli.run(&["backup", "board", "b.conclave-backup"]).done();
    refused(cli.run(&["backup", "board", "b.conclave-backup"]), "exists");
    refused(cli.run(&["backup", "board", "board.conclave/keys.json", "--overwrite"]), "inside a vault");
    cli.run(&["check", "b.conclave-backup"]).done();
    refused(cli.run(&["restore", "b.conclave-backup", "board"]), "exists");
    cli.run(&["restore", "b.conclave-backup", "elsewhere/../second"]).ended_with(2);
    cli.run(&["restore", "b.conclave-backup", "second"]).done();
    std::fs::remove_dir_all(home.file("board.conclave")).unwrap();
    std::fs::rename(home.file("second.conclave"), home.file("board.conclave")).unwrap();
    assert_eq!(names(&cli, "systems"), before);
    assert!(cli.run(&["check", "board"]).done().stdout.contains("sound"));
    let mut bytes = std::fs::read(home.file("b.conclave-backup")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(home.file("b.conclave-backup"), &bytes).unwrap();
    cli.run(&["check", "b.conclave-backup"]).ended_with(1);
    refused(cli.run(&["restore", "b.conclave-backup", "third"]), "cannot be used");
    assert!(!home.file("third.conclave").exists());
    refused(cli.run(&["restore", "nothing.conclave-backup", "third"]), "cannot be read");
}

#[test]
fn a_kept_backup_is_restored_with_its_evidence_from_wherever_it_is_named_and_a_rescue_names_what_is_gone() {
    let (home, cli) = place();
    std::fs::write(home.file("report.txt"), "Accuracy is 0.93.\n").unwrap();
    cli.run(&["evidence", "board", "add", "report.txt"]).done();
    cli.run(&["rekey", "board"]).done();
    let folder = home.file("board.conclave").join("backups");
    let kept = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().file_name();
    let within = |command: &str| {
        let program = conclave_tests::test_program().display().to_string();
        let script = format!("cd '{}' && '{program}' {command}", folder.display());
        Cli::of(&home, "/bin/sh").passphrase(WORDS).run(&["-c", &script])
    };
    within(&format!("check {}", kept.display())).done();
    let elsewhere = home.file("elsewhere");
    within(&format!("restore {} '{}'", kept.display(), elsewhere.display())).done();
    cli.run(&["check", "elsewhere"]).done();
    refused(within("new inner"), "inside a vault");
    // Without its file the rest comes back, and what is gone is named.
    for entry in std::fs::read_dir(home.file("board.conclave").join("evidence")).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let rescued = cli.run(&["rescue", "board", "saved"]).ended_with(1);
    assert!(rescued.stdout.contains("EVD-0001"), "{}", rescued.stdout);
    let restored = within(&format!("restore {} '{}'", kept.display(), home.file("third").display())).done();
    assert!(restored.stderr.contains("1 evidence file"), "{}", restored.stderr);
    cli.run(&["check", "third"]).ended_with(1);
    let same = cli.clone().env("CONCLAVE_NEW_PASSPHRASE", WORDS);
    refused(same.run(&["passphrase", "board"]), "so far");
}

#[test]
fn a_forgotten_passphrase_is_replaced_with_the_recovery_key() {
    let home = Home::new();
    let cli = Cli::new(&home).passphrase(WORDS);
    let made = cli.run(&["new", "board"]).done().stdout;
    let key = made.split_whitespace().last().unwrap().to_owned();
    let recovering = Cli::new(&home).env("CONCLAVE_RECOVERY_KEY", &key).env("CONCLAVE_NEW_PASSPHRASE", OWN);
    recovering.run(&["recover", "board"]).done();
    refused(cli.run(&["list", "board", "systems"]), "does not open");
    let own = Cli::new(&home).passphrase(OWN);
    own.run(&["check", "board"]).done();
    let next = own.run(&["recovery-key", "board"]).done().stdout;
    assert!(!next.contains(&key));
    refused(recovering.run(&["recover", "board"]), "does not open");
}

#[test]
fn a_rescue_copies_what_still_reads() {
    let (home, cli) = place();
    let database = home.file("board.conclave").join("vault-1.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let place = bytes.len() - 4096 * 3 + 100;
    bytes[place] ^= 1;
    std::fs::write(&database, &bytes).unwrap();
    cli.run(&["check", "board"]).ended_with(1);
    let rescued = cli.run(&["rescue", "board", "saved"]);
    assert!(rescued.status == 0 || rescued.status == 1, "{rescued:?}");
    assert!(rescued.stdout.contains("Records"), "{rescued:?}");
    assert_eq!(std::fs::read(&database).unwrap(), bytes, "the damaged vault stays as it is");
    cli.run(&["list", "saved", "systems"]).done();
}

#[test]
fn no_output_takes_the_place_of_a_vaults_file_or_of_anything_but_a_file() {
    let (home, cli) = place();
    let database = "board.conclave/vault-1.db";
    refused(cli.run(&["export", "board", "--format", "json", "--out", database, "--overwrite"]), "inside a vault");
    refused(cli.run(&["pack", "board", "--out", database, "--overwrite"]), "inside a vault");
    let rows = home.file("x.csv");
    std::fs::write(&rows, "Name,Purpose\nTide tables,Forecast\n").unwrap();
    refused(cli.run(&["import", "board", "x.csv", "--dry-run", "--save-map", "x.csv"]), "exists");
    refused(cli.run(&["import", "board", "x.csv", "--save-map", "board.conclave/map.toml"]), "inside a vault");
    assert_eq!(std::fs::read_to_string(&rows).unwrap(), "Name,Purpose\nTide tables,Forecast\n");
    std::os::unix::fs::symlink("x.csv", home.file("link")).unwrap();
    refused(cli.run(&["export", "board", "--format", "json", "--out", "link", "--overwrite"]), "no ordinary file");
    cli.run(&["check", "board"]).done();
}

#[test]
fn a_newer_edition_without_a_key_is_not_guessed() {
    let (home, cli) = place();
    std::fs::write(home.file("reg2024.csv"), "Name,Description\nChatbot,HR\nChatbot,Sales\nScorer,Loans\n").unwrap();
    std::fs::write(home.file("reg2025.csv"), "Name,Description\nScorer,Loans\nChatbot,HR\nChatbot,Sales\n").unwrap();
    cli.run(&["import", "board", "reg2024.csv"]).done();
    let before = names(&cli, "systems");
    refused(cli.run(&["import", "board", "reg2025.csv"]), "Chatbot");
    assert_eq!(names(&cli, "systems"), before);
    // Names that tell rows apart are key enough, in whatever order.
    std::fs::write(home.file("list2024.csv"), "Name,Purpose\nOne,a\nTwo,b\n").unwrap();
    std::fs::write(home.file("list2025.csv"), "Name,Purpose\nTwo,b\nOne,c\nThree,d\n").unwrap();
    cli.run(&["import", "board", "list2024.csv"]).done();
    let report = cli.run(&["import", "board", "list2025.csv", "--json"]).done().json();
    assert_eq!((&report["added"], &report["changed"], &report["unchanged"]), (&1.into(), &1.into(), &1.into()));
}

#[test]
fn passphrase_files_outputs_and_moments_are_taken_with_care() {
    let (home, cli) = place();
    std::fs::write(home.file("words"), format!("\u{feff}{WORDS}\r\nnot this\n")).unwrap();
    let bare = Cli::new(&home);
    bare.run(&["list", "board", "systems", "--passphrase-file", "words"]).done();
    std::fs::write(home.file("empty"), "\n").unwrap();
    refused(bare.run(&["list", "board", "systems", "--passphrase-file", "empty"]), "holds no passphrase");
    refused(bare.run(&["list", "board", "systems", "--passphrase-file", "/dev/zero"]), "");
    refused(cli.run(&["pack", "board", "--out", "p.pdf", "--as-of", "2999-01-01"]), "future");
    refused(cli.run(&["pack", "board", "--out", "p.pdf", "--as-of", "26-1-1"]), "26-1-1");
    refused(cli.run(&["new", "."]), "name");
    refused(cli.run(&["new", "/"]), "name");
    refused(cli.run(&["verify", "/dev/zero"]), "no ordinary file");
    let shell = Cli::of(&home, "/bin/sh").passphrase(WORDS);
    let program = conclave_tests::test_program().display().to_string();
    refused(shell.run(&["-c", &format!("{program} list board systems > /dev/full")]), "could not be written");
    let pdf = project().join("README.md");
    refused(cli.run(&["verify", &pdf.display().to_string()]), "");
    refused(bare.run(&[]), "no display");
}

#[test]
fn evidence_comes_in_backs_an_answer_goes_out_and_stands_in_the_pack() {
    let (home, cli) = place();
    std::fs::write(home.file("report.txt"), "Accuracy is 0.93.\n").unwrap();
    let added = cli
        .run(&[
            "evidence",
            "board",
            "add",
            "report.txt",
            "--title",
            "Test report",
            "--type",
            "test_report",
            "--dated",
            "2026-01-31",
            "--answer",
            "ASM-0001:1.1.a",
        ])
        .done();
    assert!(added.stdout.starts_with("EVD-0001 Test report: 18 bytes"), "{}", added.stdout);
    refused(cli.run(&["evidence", "board", "add", "report.txt", "--answer", "ASM-0001"]), "names no answer");
    refused(cli.run(&["evidence", "board", "add", "nothing.txt"]), "nothing.txt");
    let again = cli.run(&["evidence", "board", "add", "report.txt"]).done();
    assert!(again.stderr.contains("EVD-0001 Test report"), "{}", again.stderr);
    cli.run(&["evidence", "board", "save", "EVD-0001", "copy.txt"]).done();
    assert_eq!(std::fs::read_to_string(home.file("copy.txt")).unwrap(), "Accuracy is 0.93.\n");
    assert_eq!(names(&cli, "evidence"), ["Test report", "report.txt"]);
    cli.run(&["pack", "board", "--out", "p.pdf"]).done();
    let text = Cli::of(&home, "pdftotext").run(&["p.pdf", "-"]).done().stdout;
    for word in ["EVD-0001", "Evidence and signatures"] {
        assert!(text.contains(word), "{word} is not in the pack");
    }
    cli.run(&["sign", "board", "PCK-0001"]).done();
    assert!(cli.run(&["show", "board", "PCK-0001"]).done().stdout.contains("Signed by Administrator"));
    assert!(cli.run(&["show", "board", "DEC-0001"]).done().stdout.contains("Signed by Administrator"));
    assert!(cli.run(&["verify", "p.pdf", "--vault", "board"]).done().stdout.contains("unbroken"));
    cli.run(&["check", "board"]).done();
}

#[test]
fn a_pack_shows_when_the_vault_was_put_back_to_an_earlier_state() {
    let (home, cli) = place();
    cli.run(&["backup", "board", "old.conclave-backup"]).done();
    std::fs::write(home.file("x.csv"), "Name,Purpose\nTide tables,Forecast\n").unwrap();
    cli.run(&["import", "board", "x.csv"]).done();
    cli.run(&["pack", "board", "--out", "p.pdf", "--system", "AIS-0001"]).done();
    std::fs::remove_dir_all(home.file("board.conclave")).unwrap();
    cli.run(&["restore", "old.conclave-backup", "board"]).done();
    // From inside the older state is sound; what was handed over tells.
    cli.run(&["check", "board"]).done();
    let verdict = cli.run(&["verify", "p.pdf", "--vault", "board"]).ended_with(1);
    assert!(verdict.stdout.contains("does not bear it out"), "{}", verdict.stdout);
}

#[test]
fn no_secret_and_no_evidence_text_is_found_in_any_file() {
    let home = Home::new();
    let temporary = home.file("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let with = |passphrase: &str| {
        let folder = temporary.display().to_string();
        Cli::new(&home).passphrase(passphrase).env("TMPDIR", &folder).env("RUST_LOG", "trace")
    };
    let cli = with(WORDS).env("CONCLAVE_NEW_PASSPHRASE", FIRST);
    let made = cli.run(&["new", "board", "--sample"]).done().stdout;
    let key = made.split_whitespace().last().unwrap().to_owned();
    cli.run(&["member", "board", "invite", "Lukas Brandt", "--role", "chair"]).done();
    with(FIRST).env("CONCLAVE_NEW_PASSPHRASE", OWN).run(&["passphrase", "board", "--member", "Lukas Brandt"]).done();
    let text = "Accuracy of the marked model is 0.93";
    std::fs::write(home.file("report.txt"), text).unwrap();
    cli.run(&["evidence", "board", "add", "report.txt", "--title", "Marked evidence"]).done();
    std::fs::remove_file(home.file("report.txt")).unwrap();
    cli.run(&["backup", "board", "b.conclave-backup"]).done();
    cli.run(&["rekey", "board"]).done();
    cli.run(&["restore", "b.conclave-backup", "second"]).done();
    cli.run(&["rescue", "board", "third"]).done();
    let bare = key.replace('-', "");
    let mut looked_at = 0;
    for needle in [WORDS, FIRST, OWN, &key, &bare, text, "Marked evidence", "Applicant shortlisting"] {
        looked_at += nowhere(home.path(), needle.as_bytes());
    }
    assert!(looked_at > 100, "looked at {looked_at} files");
}

/// Looks into every file below a folder and gives how many there were.
#[track_caller]
fn nowhere(folder: &std::path::Path, needle: &[u8]) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count += nowhere(&path, needle);
        } else if let Ok(bytes) = std::fs::read(&path) {
            count += 1;
            assert!(!bytes.windows(needle.len()).any(|w| w == needle), "{} holds a secret", path.display());
        }
    }
    count
}
