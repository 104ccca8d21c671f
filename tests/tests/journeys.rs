//! The journeys of the product in the real window, each as one person's way from the first click to the last.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_tests::{Cli, Home, Launch, Window, project, wait_for};

const WORDS: &str = "violet harbour counts nine lanterns";

/// A home with a vault made by command line.
fn prepared(arguments: &[&str]) -> Home {
    let home = Home::new();
    let mut words = vec!["new", "board", "--organisation", "Meridian Mutual", "--member", "Ines Okafor"];
    words.extend(arguments);
    Cli::new(&home).passphrase(WORDS).run(&words).done();
    home
}

fn open(home: &Home) -> Window {
    let window = Launch::new(home).arg("--open").arg(&home.file("board.conclave").display().to_string()).open();
    unlock(&window, WORDS);
    window.by_test_id("nav-home");
    window
}

fn unlock(window: &Window, passphrase: &str) {
    window.by_test_id("unlock-passphrase").type_text(passphrase);
    window.by_test_id("unlock-submit").click();
}

/// What was done is on disk: the command line, which opens the vault after the window, says so.
fn sound(home: &Home) {
    Cli::new(home).passphrase(WORDS).run(&["check", "board.conclave"]).done();
}

/// Journey 1: create a vault with a passphrase whose strength is shown, keep the recovery key, look at the sample.
#[test]
fn the_first_hour() {
    let home = Home::new();
    let window = Window::open(&home);
    window.by_test_id("create-organisation").type_text("Meridian Mutual");
    window.by_test_id("create-member").type_text("Ines Okafor");
    window.by_test_id("create-path").fill(&home.file("first.conclave").display().to_string());
    window.by_test_id("create-passphrase").type_text("password");
    window.by_test_id("create-again").type_text("password");
    window.by_test_id("create-submit").click();
    window.by_test_id("fault-passphrase");
    assert!(!home.file("first.conclave").exists(), "a refused passphrase leaves nothing behind");
    window.by_test_id("create-passphrase").fill(WORDS);
    window.by_test_id("create-again").fill(WORDS);
    window.find("[data-test=strength][data-accepted=true]");
    window.assert_accessible("create");
    window.by_test_id("begin-sample").click();
    window.by_test_id("create-submit").click();
    let key = window.by_test_id("recovery-key").text();
    window.by_test_id("key-confirm").type_text("WRONG");
    window.by_test_id("key-done").click();
    window.wait_for_text("These are not the last five characters");
    window.by_test_id("key-confirm").fill(&key[key.len() - 5..]);
    window.by_test_id("key-done").click();
    window.by_test_id("home-attention").wait_for_text("runs without approval");
    assert!(window.by_test_id("home-lead").text().contains("need attention"));
    window.assert_accessible("home");
    window.close();
}

/// Journey 2: a spreadsheet of any shape becomes an inventory, and each record knows its line.
#[test]
fn bringing_the_inventory() {
    let home = prepared(&[]);
    let window = open(&home);
    window.by_test_id("home-empty");
    window.by_test_id("nav-import").click();
    let file = project().join("assets/samples/federal-ai-use-cases-excerpt.csv");
    window.by_test_id("import-path").fill(&file.display().to_string());
    window.by_test_id("import-next").click();
    window.wait_for_text("14 rows");
    window.assert_accessible("import");
    window.by_test_id("import-next").click();
    window.wait_for_text("14");
    window.by_test_id("import-run").click();
    window.by_test_id("import-done");
    window.by_test_id("nav-systems").click();
    window.by_test_id("list-table").wait_for_text("AIS-0014");
    window.by_test_id("list-search").type_text("babel");
    wait_for("one row", conclave_tests::DEADLINE, || window.all("[data-test=list-table] tbody tr").len() == 1);
    window.with_text("[data-test=list-table] a", "Babel").click();
    window.by_test_id("tab-source").click();
    window.wait_for_text("Agency Abbreviation");
    window.assert_accessible("source row");
    window.close();
    sound(&home);
}

/// Journey 3, the answering part: by keyboard alone, at most two keys for a plain answer with moving on.
#[test]
fn answering_a_checklist_by_keyboard_alone() {
    let home = prepared(&["--sample"]);
    let window = open(&home);
    window.by_test_id("nav-assessments").click();
    window.with_text("[data-test=list-table] a", "search").click();
    window.find(".requirement.now");
    window.assert_accessible("checklist");
    // One key answers and moves on.
    let before = answered(&window);
    for key in ["1", "2", "3", "0"] {
        let at = now(&window);
        window.press(key);
        wait_for("the next requirement", conclave_tests::DEADLINE, || now(&window) != at);
    }
    wait_for("the answers to be saved", conclave_tests::DEADLINE, || answered(&window) != before);
    window.close();
    let listed =
        Cli::new(&home).passphrase(WORDS).run(&["list", "board.conclave", "assessments", "--json"]).done().json();
    let found = listed.as_array().unwrap().iter().any(|row| row["coverage"]["not_met"].as_u64().unwrap_or(0) > 0);
    assert!(found, "{listed}");
    sound(&home);
}

/// The requirement that is open.
fn now(window: &Window) -> String {
    window.find(".requirement.now").attribute("data-test").unwrap_or_default()
}

fn answered(window: &Window) -> String {
    window.by_test_id("checklist-counts").text()
}

/// Journey 6, the rate-and-treat part: a risk is rated, refused while a residual exceeds the inherent, treated, and seen on
/// the heat map, whose cell filters the list.
#[test]
fn rating_and_treating_a_risk() {
    let home = prepared(&["--sample"]);
    let window = open(&home);
    window.by_test_id("nav-risks").click();
    window.by_test_id("list-table");
    window.assert_accessible("risks");
    window.with_text("a", "New risk").click();
    window.by_test_id("field-title").type_text("Prompt leaks a contract");
    let choose = |test: &str, value: &str| {
        window.by_test_id(test).set_value(value);
    };
    choose("field-inherent.likelihood", "4");
    choose("field-inherent.impact", "4");
    choose("field-residual.likelihood", "5");
    choose("field-residual.impact", "5");
    window.by_test_id("record-save").click();
    window.wait_for_text("exceeds the inherent");
    choose("field-residual.likelihood", "2");
    window.by_test_id("field-plan").type_text("Filter the retrieved passages.");
    window.by_test_id("record-save").click();
    window.with_text("h1", "Prompt leaks a contract");
    window.assert_accessible("risk");
    window.by_test_id("nav-risks").click();
    window.by_test_id("matrix-cell-2-5").click();
    window.by_test_id("list-table").wait_for_text("Prompt leaks a contract");
    window.close();
    sound(&home);
}

/// Journey 7: choose a subject, build the pack, and verify it in the window and by command line.
#[test]
fn handing_over_a_pack() {
    let home = prepared(&["--sample"]);
    let window = open(&home);
    window.by_test_id("nav-packs").click();
    window.by_test_id("pack-some").click();
    window.by_test_id("pack-system-AIS-0001").click();
    window.by_test_id("pack-out").fill(&home.file("hand.pdf").display().to_string());
    window.assert_accessible("packs");
    // A double click builds once.
    window.eval("const b = document.querySelector('[data-test=pack-build]'); b.click(); b.click();");
    window.by_test_id("pack-built");
    window.by_test_id("packs-table").wait_for_text("hand.pdf");
    assert_eq!(window.all("[data-test=packs-table] tbody tr").len(), 1);
    window.by_test_id("verify-path").fill(&home.file("hand.pdf").display().to_string());
    window.by_test_id("verify-go").click();
    window.by_test_id("verdict").wait_for_text("unbroken");
    window.by_test_id("nav-journal").click();
    window.by_test_id("journal-verify").click();
    window.by_test_id("verdict").wait_for_text("sound");
    window.assert_accessible("journal");
    window.close();
    Cli::new(&home).passphrase(WORDS).run(&["verify", "hand.pdf", "--vault", "board.conclave"]).done();
    sound(&home);
}

/// Journey 9, the wrong passphrase: a plain sentence, another try, and a lock that keeps what was confirmed.
#[test]
fn a_wrong_passphrase_and_a_lock() {
    let home = prepared(&[]);
    let window = Launch::new(&home).arg("--open").arg(&home.file("board.conclave").display().to_string()).open();
    unlock(&window, "some other long passphrase");
    window.by_test_id("fault").wait_for_text("does not open the vault");
    assert_eq!(window.by_test_id("unlock-passphrase").value(), "", "a refused passphrase is not left in the field");
    window.assert_accessible("wrong passphrase");
    unlock(&window, WORDS);
    window.by_test_id("nav-systems").click();
    window.with_text("a", "New AI system").click();
    window.by_test_id("field-name").type_text("Kept");
    window.press("Ctrl+S");
    window.with_text("h1", "Kept");
    window.press("Ctrl+L");
    window.by_test_id("unlock-passphrase");
    assert!(!window.page_text().contains("Kept"), "nothing of the vault stays on the screen");
    unlock(&window, WORDS);
    window.with_text("h1", "Kept");
    // A second program is told who holds the vault.
    let second = Cli::new(&home).passphrase(WORDS).run(&["check", "board.conclave"]).ended_with(2);
    assert!(second.stderr.contains("open in another Conclave"), "{}", second.stderr);
    window.kill();
    sound(&home);
}
