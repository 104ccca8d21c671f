//! Takes a picture of every page of the window in light and dark, and of every page of the sample pack, into `shots/`.
//!
//! `cargo xtask shots [NAME]` takes only the pages whose name contains NAME.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::Command;

use conclave_tests::{Cli, Home, Window, project};

const WORDS: &str = "violet harbour counts nine lanterns";

/// Name of the picture, address of the page, and what must be there before it is taken.
const PAGES: [(&str, &str, &str); 40] = [
    ("home", "/", "[data-test=home-attention]"),
    ("systems", "/systems", "[data-test=list-table]"),
    ("system", "/systems/AIS-0001", "[role=tabpanel]"),
    ("system-edit", "/systems/AIS-0001?edit=1", "form"),
    ("system-new", "/systems/new", "form"),
    ("vendors", "/vendors", "[data-test=list-table]"),
    ("vendor", "/vendors/VEN-0001", "[role=tabpanel]"),
    ("assets", "/assets", "[data-test=list-table]"),
    ("asset", "/assets/AST-0001", "[role=tabpanel]"),
    ("assessments", "/assessments", "[data-test=list-table]"),
    ("checklist", "/assessments/ASM-0001", "h1"),
    ("risks", "/risks", "[data-test=list-table]"),
    ("risk", "/risks/RSK-0001", "[role=tabpanel]"),
    ("reviews", "/reviews", "[data-test=list-table]"),
    ("review-ethics", "/reviews/REV-0001", "[role=tabpanel]"),
    ("review-2", "/reviews/REV-0002?tab=fairness", "[role=tabpanel]"),
    ("review-3", "/reviews/REV-0003?tab=fairness", "[role=tabpanel]"),
    ("review-questions", "/reviews/REV-0001?tab=ethics", "[role=tabpanel]"),
    ("decisions", "/decisions", "[data-test=list-table]"),
    ("decision", "/decisions/DEC-0002", "[role=tabpanel]"),
    ("evidence-list", "/evidence", "[data-test=list-table]"),
    ("evidence", "/evidence/EVD-0001", "[role=tabpanel]"),
    ("evidence-new", "/evidence/new", "form"),
    ("packs", "/packs", "[data-test=pack-build]"),
    ("journal", "/journal", "[data-test=journal-table]"),
    ("settings", "/settings", "[data-test=permissions]"),
    ("trash", "/trash", "h1"),
    ("import", "/import", "h1"),
    ("system-history", "/systems/AIS-0001?tab=history", "[role=tabpanel]"),
    ("missing", "/nowhere", "h1"),
    ("proposals", "/assessments/ASM-0004?tab=proposals", "[data-test=proposals]"),
    ("statement", "/assessments/ASM-0001?tab=statement", "[data-test=statement]"),
    ("over-time", "/assessments/ASM-0001?tab=over-time", "[data-test=trend]"),
    ("gates", "/systems/AIS-0003?tab=gates", "[data-test=gates]"),
    ("frameworks", "/frameworks", "[data-test=framework-row]"),
    ("framework", "/frameworks/nist-ai-rmf-1.0", "[data-test=framework-title]"),
    ("framework-import", "/frameworks/import", "[data-test=framework-import-path]"),
    ("crosswalk", "/crosswalk", "[data-test=crosswalk-matrix]"),
    ("findings", "/findings", "[data-test=list-table]"),
    ("finding", "/findings/FND-0001", "[role=tabpanel]"),
];

fn main() {
    let only = std::env::args().nth(1).unwrap_or_default();
    // A taller window shows more of a long page at once.
    let height = std::env::args().nth(2).and_then(|h| h.parse().ok()).unwrap_or(860);
    let folder = project().join("shots");
    std::fs::create_dir_all(&folder).unwrap();
    let home = Home::new();
    let cli = Cli::new(&home).passphrase(WORDS);
    cli.run(&["new", "Meridian", "--sample", "--organisation", "Meridian Mutual", "--member", "Ines Okafor"]).done();
    std::fs::write(
        home.file("red-team.txt"),
        "Red-team report\n\n41 prompts, 3 leaks; all three mended and tried again.\n",
    )
    .unwrap();
    let about = ["--title", "Red-team report, second round", "--type", "test_report", "--dated", "2026-09-30"];
    let add = [
        "evidence",
        "Meridian.conclave",
        "add",
        "red-team.txt",
        "--answer",
        "ASM-0001:1.1.a",
        "--expires",
        "2027-09-30",
    ];
    cli.run(&[&add[..], &about[..]].concat()).done();
    cli.run(&["pack", "Meridian.conclave", "--out", "pack.pdf"]).done();
    for theme in ["light", "dark"] {
        let window = conclave_tests::Launch::new(&home)
            .arg("--open")
            .arg(&home.file("Meridian.conclave").display().to_string())
            .open();
        window.resize(1280, height);
        take(&window, &folder, "start", theme, &only);
        window.by_test_id("unlock-passphrase").type_text(WORDS);
        window.by_test_id("unlock-submit").click();
        window.by_test_id("nav-home");
        window.eval(&format!("document.documentElement.dataset.theme = '{theme}'"));
        for (name, address, ready) in PAGES {
            if !name.contains(&only) {
                continue;
            }
            go(&window, address);
            window.find(ready);
            take(&window, &folder, name, theme, &only);
        }
        if "palette".contains(&only) {
            window.press("Ctrl+K");
            window.by_test_id("palette-input").type_text("fraud");
            window.wait_for_text("Claims anomaly flags");
            take(&window, &folder, "palette", theme, &only);
        }
        window.kill();
    }
    if only.is_empty() || "pack".contains(&only) {
        let status = Command::new("pdftoppm")
            .args(["-r", "80", "-png"])
            .arg(home.file("pack.pdf"))
            .arg(folder.join("pack"))
            .status()
            .unwrap();
        assert!(status.success(), "pdftoppm turns the pack into pictures");
    }
    println!("The pictures lie in {}", folder.display());
}

/// Goes to a page as a link would, without loading the window anew.
fn go(window: &Window, address: &str) {
    let script = "const [to] = arguments; const link = document.createElement('a'); link.href = to; \
                  document.querySelector('main').append(link); link.click(); link.remove();";
    window.eval_with(script, vec![address.into()]);
}

fn take(window: &Window, folder: &Path, name: &str, theme: &str, only: &str) {
    if name.contains(only) {
        window.eval(&format!("document.documentElement.dataset.theme = '{theme}'"));
        window.wait_drawn();
        window.screenshot(&folder.join(format!("{name}-{theme}.png")));
    }
}
