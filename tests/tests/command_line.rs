//! The command line as a process: the main job from an empty folder to a verified pack, and every bad input in one
//! sentence.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use conclave_tests::{Cli, Home, Output, project};

const WORDS: &str = "violet harbour counts nine lanterns";

fn cli(home: &Home) -> Cli {
    Cli::new(home).passphrase(WORDS)
}

fn excerpt() -> String {
    project().join("assets/samples/federal-ai-use-cases-excerpt.csv").display().to_string()
}

/// A home with a vault in it.
fn with_vault(arguments: &[&str]) -> (Home, Cli) {
    let home = Home::new();
    let cli = cli(&home);
    let mut words = vec!["new", "board"];
    words.extend(arguments);
    cli.run(&words).done();
    (home, cli)
}

/// Wrong use or bad input: status 2, one sentence, nothing on standard output.
#[track_caller]
fn refused(output: Output, about: &str) {
    let output = output.ended_with(2);
    assert_eq!(output.stdout, "", "results only on standard output");
    assert!(output.stderr.to_lowercase().contains(&about.to_lowercase()), "{about:?} is not in {:?}", output.stderr);
    for word in ["panicked", "RUST_BACKTRACE", "Error {", "unwrap"] {
        assert!(!output.stderr.contains(word), "{}", output.stderr);
    }
}

/// A check that finds a fault answers no, on standard output.
#[track_caller]
fn damaged(output: Output) {
    let output = output.ended_with(1);
    assert!(output.stdout.contains('✗'), "{output:?}");
    assert!(!output.stderr.contains("ERROR CORE"), "{}", output.stderr);
}

fn count(cli: &Cli, kind: &str) -> usize {
    let listed = cli.run(&["list", "board.conclave", kind, "--json"]).done();
    serde_json::from_str::<serde_json::Value>(&listed.stdout).unwrap().as_array().unwrap().len()
}

#[test]
fn the_main_job_runs_from_nothing_to_a_verified_pack() {
    let (home, cli) = with_vault(&["--sample"]);
    let sample = count(&cli, "systems");
    cli.run(&["import", "board.conclave", &excerpt()]).done();
    let added = count(&cli, "systems") - sample;
    assert_eq!(added, 14, "every row of the excerpt");
    let built =
        cli.run(&["pack", "board.conclave", "--out", "p.pdf", "--system", "AIS-0001", "--system", "AIS-0011"]).done();
    assert!(built.stdout.contains("p.pdf"), "{}", built.stdout);
    let tool = |name: &str| Cli::of(&home, name);
    tool("qpdf").run(&["--check", "p.pdf"]).done();
    let fonts = tool("pdffonts").run(&["p.pdf"]).done().stdout;
    let lines: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!lines.is_empty());
    for line in lines {
        let flags: Vec<&str> = line.split_whitespace().rev().skip(2).take(3).collect();
        assert_eq!(flags, ["yes", "yes", "yes"], "embedded, subset and with Unicode text: {line}");
    }
    let text = tool("pdftotext").run(&["-layout", "p.pdf", "-"]).done().stdout;
    assert!(text.contains("Applicant shortlisting") && text.contains("AIS-0011"));
    let verdict = cli.run(&["verify", "p.pdf"]).done();
    assert!(
        verdict.stdout.contains("unbroken") && !verdict.stdout.to_lowercase().contains("authentic"),
        "{}",
        verdict.stdout
    );
    cli.run(&["verify", "p.pdf", "--vault", "board.conclave"]).done();
    let pdf = std::fs::read(home.file("p.pdf")).unwrap();
    for place in [200, pdf.len() / 2, pdf.len() - 40] {
        let mut changed = pdf.clone();
        changed[place] ^= 1;
        std::fs::write(home.file("changed.pdf"), changed).unwrap();
        let verdict = cli.run(&["verify", "changed.pdf"]).ended_with(1);
        assert!(verdict.stdout.contains("changed"), "{}", verdict.stdout);
    }
    cli.run(&["check", "board.conclave"]).done();
}

#[test]
fn importing_twice_adds_nothing_and_a_dry_run_writes_nothing() {
    let (_home, cli) = with_vault(&[]);
    let dry = cli.run(&["import", "board.conclave", &excerpt(), "--dry-run"]).done();
    assert!(dry.stdout.contains("14 added"), "{}", dry.stdout);
    assert_eq!(count(&cli, "systems"), 0);
    cli.run(&["import", "board.conclave", &excerpt(), "--save-map", "map.toml"]).done();
    let again = cli.run(&["import", "board.conclave", &excerpt(), "--map", "map.toml"]).done();
    assert!(again.stdout.contains("0 added, 0 changed, 14 unchanged"), "{}", again.stdout);
    let shown = cli.run(&["show", "board.conclave", "AIS-0001"]).done();
    assert!(shown.stdout.contains("line 2") && shown.stdout.contains("Agency Abbreviation"), "{}", shown.stdout);
}

#[test]
fn wrong_use_and_bad_input_get_one_plain_sentence_and_status_two() {
    let (home, cli) = with_vault(&[]);
    let before = folder_state(&home.file("board.conclave"));
    refused(Cli::new(&home).passphrase("another long sentence").run(&["check", "board.conclave"]), "does not open");
    refused(Cli::new(&home).run(&["check", "board.conclave"]), "passphrase");
    refused(cli.run(&["check", "nowhere.conclave"]), "no vault");
    refused(cli.run(&["new", "board"]), "exists");
    refused(Cli::new(&home).passphrase("password1").run(&["new", "weak"]), "passphrase");
    assert!(!home.file("weak.conclave").exists(), "a refused vault leaves no folder");
    refused(cli.run(&["list", "board.conclave", "unicorns"]), "unicorns");
    refused(cli.run(&["show", "board.conclave", "AIS-9999"]), "AIS-9999");
    refused(cli.run(&["pack", "board.conclave", "--out", "p.pdf"]), "no AI system");
    refused(cli.run(&["verify", "nothing.pdf"]), "nothing.pdf");
    refused(cli.run(&["import", "board.conclave", "nothing.csv"]), "nothing.csv");
    refused(cli.run(&["export", "board.conclave", "--format", "docx", "--out", "x"]), "docx");
    refused(cli.run(&["frobnicate"]), "frobnicate");
    assert_eq!(folder_state(&home.file("board.conclave")), before, "the vault is left as it was");
}

#[test]
fn bad_files_are_refused_and_say_what_is_wrong() {
    let (home, cli) = with_vault(&[]);
    let write = |name: &str, bytes: &[u8]| std::fs::write(home.file(name), bytes).unwrap();
    write("empty.csv", b"");
    write("heads.csv", b"Use Case Name,Agency\n");
    write("fake.xlsx", b"PK\x03\x04 this is no workbook");
    write("ragged.csv", b"Use Case Name,Agency\nA,X,one,too,many\nB\n");
    refused(cli.run(&["import", "board.conclave", "empty.csv"]), "empty.csv");
    refused(cli.run(&["import", "board.conclave", "heads.csv"]), "heads.csv");
    refused(cli.run(&["import", "board.conclave", "fake.xlsx"]), "fake.xlsx");
    let ragged = cli.run(&["import", "board.conclave", "ragged.csv", "--dry-run"]);
    assert!(ragged.stderr.contains("line 2"), "{}", ragged.stderr);
    let huge = std::fs::File::create(home.file("huge.csv")).unwrap();
    huge.set_len(200 * 1024 * 1024).unwrap();
    refused(cli.run(&["import", "board.conclave", "huge.csv"]), "huge.csv");
    assert_eq!(count(&cli, "systems"), 0);
}

#[test]
fn damage_and_newer_formats_are_called_by_their_names() {
    let (home, cli) = with_vault(&[]);
    let vault = home.file("board.conclave");
    let read = |name: &str| std::fs::read(vault.join(name)).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(vault.join(name), bytes).unwrap();
    let (keys, copy, database) = (read("keys.json"), read("keys.json.bak"), read("vault-1.db"));
    assert_ne!(&database[..16], b"SQLite format 3\0");
    write("keys.json", &keys[..keys.len() / 2]);
    let healed = cli.run(&["check", "board.conclave"]).done();
    assert!(healed.stderr.contains("second copy"), "{}", healed.stderr);
    assert_eq!(read("keys.json"), keys);
    for name in ["keys.json", "keys.json.bak"] {
        write(name, b"{\"type\": \"conclave vault\"}");
    }
    damaged(cli.run(&["check", "board.conclave"]));
    refused(cli.run(&["list", "board.conclave", "systems"]), "damaged");
    write("keys.json", &keys);
    write("keys.json.bak", &copy);
    let mut page = database.clone();
    page[50] ^= 1;
    write("vault-1.db", &page);
    damaged(cli.run(&["check", "board.conclave"]));
    refused(cli.run(&["list", "board.conclave", "systems"]), "damaged");
    write("vault-1.db", &database[..5000]);
    damaged(cli.run(&["check", "board.conclave"]));
    refused(cli.run(&["list", "board.conclave", "systems"]), "damaged");
    write("vault-1.db", &database);
    cli.run(&["check", "board.conclave"]).done();
    let mut late = database.clone();
    let place = late.len() - 3000;
    late[place] ^= 1;
    write("vault-1.db", &late);
    let found = cli.run(&["check", "board.conclave"]);
    damaged(found);
}

#[test]
fn nothing_readable_lies_in_the_vault_the_home_or_the_temporary_folder() {
    let home = Home::new();
    let temporary = home.file("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let cli = cli(&home).env("TMPDIR", &temporary.display().to_string()).env("RUST_LOG", "trace");
    cli.run(&["new", "board", "--sample"]).done();
    cli.run(&["import", "board.conclave", &excerpt()]).done();
    cli.run(&["list", "board.conclave", "systems"]).done();
    let mut looked_at = 0;
    for needle in ["Applicant shortlisting", "Agency Abbreviation", WORDS, "Meridian Mutual"] {
        looked_at += search(home.path(), needle);
    }
    assert!(looked_at > 12, "looked at {looked_at} files");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let home = Home::new();
    // A file where a folder should be cannot be written into by anybody, not even by root.
    std::fs::write(home.file("file"), "").unwrap();
    refused(cli(&home).run(&["new", "file/board"]), "file");
    let (home, cli) = with_vault(&["--sample"]);
    std::fs::write(home.file("file"), "").unwrap();
    refused(cli.run(&["pack", "board.conclave", "--out", "file/p.pdf"]), "file");
    cli.run(&["pack", "board.conclave", "--out", "p.pdf", "--system", "AIS-0008"]).done();
    refused(cli.run(&["pack", "board.conclave", "--out", "p.pdf", "--system", "AIS-0008"]), "exists");
}

#[test]
fn every_text_reaches_the_pdf_and_a_cell_that_looks_like_a_formula_is_inert_in_the_export() {
    let (home, cli) = with_vault(&[]);
    let csv = "Use Case Name,Agency\n<b>bold</b> שלום 日本語 e\u{301}🙂,X\n=SUM(A1),Y\n";
    std::fs::write(home.file("odd.csv"), csv).unwrap();
    cli.run(&["import", "board.conclave", "odd.csv"]).done();
    cli.run(&["pack", "board.conclave", "--out", "odd.pdf"]).done();
    let text = Cli::of(&home, "pdftotext").run(&["odd.pdf", "-"]).done().stdout;
    for word in ["<b>bold</b>", "日本語", "=SUM(A1)"] {
        assert!(text.contains(word), "{word} is missing in the PDF");
    }
    cli.run(&["export", "board.conclave", "--format", "csv", "--out", "out.csv"]).done();
    let out = std::fs::read_to_string(home.file("out.csv")).unwrap();
    assert!(out.contains("'=SUM(A1)"), "{out}");
}

fn folder_state(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect();
    // The write-ahead log's leftovers come and go with every opening.
    files.retain(|p| !p.to_string_lossy().ends_with("-shm") && !p.to_string_lossy().ends_with("-wal"));
    files.sort();
    files.into_iter().map(|p| (p.clone(), std::fs::read(p).unwrap())).collect()
}

/// Looks for a text in every file below a folder; gives how many files were looked at.
#[track_caller]
fn search(folder: &Path, needle: &str) -> usize {
    let (mut open, mut seen) = (vec![folder.to_owned()], 0);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
        } else {
            seen += 1;
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
            assert!(!found, "{needle:?} lies readable in {}", path.display());
        }
    }
    seen
}
