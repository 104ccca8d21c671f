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

#[test]
fn nothing_points_back() {
    let uses = |krate: &str| std::fs::read_to_string(project().join(krate).join("Cargo.toml")).unwrap();
    let never = |krate: &str, others: &[&str]| {
        for other in others {
            assert!(!uses(krate).contains(&format!("conclave-{other}.workspace")), "{krate} must not know {other}");
        }
    };
    never("crates/domain", &["vault", "pack", "exchange", "app"]);
    never("crates/vault", &["pack", "exchange", "app"]);
    never("crates/pack", &["vault", "exchange", "app"]);
    never("crates/exchange", &["vault", "pack", "app"]);
    never("ui", &["vault", "pack", "exchange", "app"]);
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
    for name in ["README.md", "SECURITY.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = std::fs::read_to_string(project().join(name)).unwrap();
        assert!(!text.contains("/home/") && !text.contains("/root/"), "{name}");
        for link in text.split("](").skip(1).filter_map(|l| l.split(')').next()).filter(|l| !l.contains("://")) {
            assert!(Path::new(&project().join(link)).exists(), "{name} links to {link}");
        }
    }
}
