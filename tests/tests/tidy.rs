//! The invariants of ARCHITECTURE.md, as far as text can show them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use conclave_tests::project;

/// Longer files hold more than one idea.
const LINES: usize = 500;

fn sources(under: &str) -> Vec<(PathBuf, String)> {
    let (mut open, mut found) = (vec![project().join(under)], Vec::new());
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "dist", ".git", "gen"].contains(&name.as_str()) {
            open.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "{under} has sources");
    found
}

#[track_caller]
fn nobody_says(words: &[&str], under: &[&str], rule: &str) {
    for (path, text) in under.iter().flat_map(|u| sources(u)) {
        for word in words {
            assert!(!text.contains(word), "{}: {word} – {rule}", path.display());
        }
    }
}

#[test]
fn sql_is_in_the_vault_and_tauri_in_the_shell_only() {
    let others = ["crates/domain", "crates/pack", "crates/exchange", "crates/app", "src-tauri", "ui"];
    nobody_says(&["sqlx::"], &others, "SQL lives in the vault");
    let others = ["crates", "ui"];
    nobody_says(&["tauri::"], &others, "the shell alone knows Tauri");
}

/// The crates of this project that a manifest names, however it spells the dependency: by the workspace, by a path, renamed,
/// for one target, for tests or for the build.
fn knows(manifest: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim).filter(|l| !l.starts_with('#') && !l.starts_with("name =")) {
        for word in line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_') {
            if let Some(other) = word.replace('_', "-").strip_prefix("conclave-") {
                found.push(other.to_owned());
            }
        }
        // A path that leaves the folder leads to another crate, whatever it is called.
        if let Some((_, path)) = line.split_once("../") {
            let to = path.trim_start_matches("../").trim_start_matches("crates/");
            found.push(to.split(['"', '/']).next().unwrap_or_default().to_owned());
        }
    }
    found
}

#[test]
fn a_dependency_is_found_however_it_is_spelled() {
    for line in [
        "conclave-app.workspace = true",
        "conclave-app = { path = \"../app\" }",
        "app = { package = \"conclave-app\", path = \"../app\" }",
        "inner = { path = \"../../crates/app\" }",
        "[target.'cfg(unix)'.dependencies.conclave-app]",
    ] {
        assert!(knows(line).contains(&"app".to_owned()), "{line}");
    }
    assert!(knows("name = \"conclave-app\"").is_empty() && knows("# conclave-app").is_empty());
}

#[test]
fn nothing_points_back() {
    let uses = |krate: &str| std::fs::read_to_string(project().join(krate).join("Cargo.toml")).unwrap();
    let never = |krate: &str, others: &[&str]| {
        let known = knows(&uses(krate));
        for other in others {
            assert!(!known.contains(&(*other).to_owned()), "{krate} must not know {other}");
        }
    };
    never("crates/domain", &["vault", "pack", "exchange", "app"]);
    never("crates/vault", &["pack", "exchange", "app"]);
    never("crates/pack", &["vault", "exchange", "app"]);
    never("crates/exchange", &["vault", "pack", "app"]);
    never("ui", &["vault", "pack", "exchange", "app"]);
}

/// The two places that may ask a clock: the host's, and the one that notices sleep.
const CLOCKS: [&str; 2] = ["crates/app/src/clock.rs", "src-tauri/src/presence.rs"];

#[test]
fn the_time_is_asked_in_two_places_only() {
    let clocks =
        ["Utc::now", "Local::now", "SystemTime::now", "Date::now", "Date::new_0", "CURRENT_TIMESTAMP", "'now'"];
    for (path, text) in ["crates", "src-tauri/src", "ui/src"].iter().flat_map(|u| sources(u)) {
        let name = path.strip_prefix(project()).unwrap().to_string_lossy().into_owned();
        if CLOCKS.contains(&name.as_str()) || name.contains("/tests/") || name.ends_with("/tests.rs") {
            continue;
        }
        for word in clocks {
            assert!(!text.contains(word), "{name}: {word} – the host tells the time, once per call");
        }
    }
    for name in CLOCKS {
        let text = std::fs::read_to_string(project().join(name)).unwrap();
        assert!(clocks.iter().any(|c| text.contains(c)), "{name} asks no clock: take it from the list");
    }
}

/// The methods of the vault's writer by whether they are public: names, from every block of its own in the vault's sources.
fn writer_methods() -> (Vec<String>, Vec<String>) {
    let (mut open, mut own) = (Vec::new(), Vec::new());
    for (_, text) in sources("crates/vault/src") {
        for block in text.split("\nimpl Writer<'_> {\n").skip(1) {
            let block = block.split("\n}\n").next().unwrap();
            for line in block.lines().filter(|l| l.starts_with("    ") && !l.starts_with("     ")) {
                let Some((before, name)) = line.trim().split_once("fn ") else { continue };
                let name = name.split(['(', '<']).next().unwrap().to_owned();
                if before.starts_with("pub ") { open.push(name) } else { own.push(name) }
            }
        }
    }
    open.sort();
    own.sort();
    (open, own)
}

#[test]
fn the_writer_has_exactly_the_public_methods_that_architecture_lists() {
    let page = std::fs::read_to_string(project().join("ARCHITECTURE.md")).unwrap();
    let table = page.split("| way to write |").nth(1).expect("the table of the gate in ARCHITECTURE.md");
    let table = table.split("\n\n").next().unwrap();
    let mut listed: Vec<String> = table
        .lines()
        .skip(2)
        .flat_map(|row| row.split('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect();
    listed.sort();
    assert_eq!(writer_methods().0, listed, "what is public writes through the gate, and the page says how");
}

#[test]
fn every_low_write_has_its_test_that_it_does_not_compile_outside() {
    let gate = std::fs::read_to_string(project().join("crates/vault/src/gate.rs")).unwrap();
    let refused: Vec<String> = gate
        .split("```compile_fail")
        .skip(1)
        .map(|block| block.split("let _ = writer.").nth(1).unwrap().split('(').next().unwrap().to_owned())
        .collect();
    let (open, own) = writer_methods();
    for name in &refused {
        assert!(own.contains(name) && !open.contains(name), "{name} is no method that the writer keeps to itself");
    }
    // Parts of the gate and of the upgrade write nothing by themselves that these do not.
    let inside = [
        "active_members",
        "ask",
        "begin_assessment",
        "charter",
        "desk",
        "drop_contents",
        "follow",
        "made",
        "ruled",
        "rules",
        "upgrade_coverage",
        "upgrade_frameworks",
        "upgrade_record",
        "upgrade_records",
        "with_edition",
    ];
    for name in own.iter().filter(|n| !inside.contains(&n.as_str())) {
        assert!(
            refused.contains(name),
            "crates/vault/src/gate.rs has no test that writer.{name} does not compile outside"
        );
    }
}

#[test]
fn a_file_holds_one_idea() {
    for under in ["crates", "src-tauri", "ui/src", "xtask/src", "tests"] {
        for (path, text) in sources(under) {
            assert!(text.lines().count() <= LINES, "{} has more than {LINES} lines", path.display());
        }
    }
}

#[test]
fn every_table_is_strict_and_the_journal_cannot_be_changed() {
    for entry in std::fs::read_dir(project().join("migrations")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, rest) = table.split_once('(').unwrap();
            let end = rest.split(";\n").next().unwrap();
            assert!(end.contains(") STRICT"), "{name} is not STRICT");
        }
        if !text.contains("CREATE TABLE journal ") {
            continue;
        }
        for trigger in ["journal_no_update", "journal_no_delete", "journal_subject_no_update", "payload_no_update"] {
            assert!(text.contains(trigger), "{trigger}");
        }
    }
}

#[test]
fn no_file_says_where_it_was_made_and_no_text_claims_what_nobody_may_claim() {
    let texts = project().join("assets/translations/en");
    for entry in std::fs::read_dir(texts).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        for word in ["compliant", "endorsed", " unfair", "is certified"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    // What a person reads is not only in the texts: some sentences are written where they are said.
    for (path, text) in ["crates", "src-tauri/src", "ui/src"].iter().flat_map(|u| sources(u)) {
        let name = path.to_string_lossy().into_owned();
        let code = text.split("#[cfg(test)]").next().unwrap();
        if name.contains("/tests/") || name.ends_with("/tests.rs") {
            continue;
        }
        for quoted in
            code.lines().filter(|l| !l.trim_start().starts_with("//")).flat_map(|l| l.split('"').skip(1).step_by(2))
        {
            let quoted = quoted.to_lowercase();
            for word in ["compliant", "endorsed", " unfair", "is certified"] {
                assert!(!quoted.contains(word), "{name}: “{quoted}”");
            }
        }
    }
    for name in ["README.md", "SECURITY.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = std::fs::read_to_string(project().join(name)).unwrap();
        assert!(!text.contains("/home/") && !text.contains("/root/"), "{name}");
        for link in text.split("](").skip(1).filter_map(|l| l.split(')').next()).filter(|l| !l.contains("://")) {
            assert!(Path::new(&project().join(link)).exists(), "{name} links to {link}");
        }
    }
}
