//! The journeys through frameworks and assessments in the real window: a newcomer at the keyboard, answering once, going on
//! from last year, gates, frameworks of one's own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_tests::{Cli, DEADLINE, Home, Launch, Window, project};

const WORDS: &str = "violet harbour counts nine lanterns";
const VAULT: &str = "board.conclave";

fn prepared() -> Home {
    let home = Home::new();
    let cli = Cli::new(&home).passphrase(WORDS);
    cli.run(&["new", VAULT, "--sample", "--organisation", "Meridian Mutual", "--member", "Ines Okafor"]).done();
    home
}

fn open(home: &Home) -> Window {
    let window = Launch::new(home).arg("--open").arg(&home.file(VAULT).display().to_string()).open();
    unlock(&window);
    window.by_test_id("nav-home");
    window
}

fn unlock(window: &Window) {
    window.by_test_id("unlock-passphrase").type_text(WORDS);
    window.by_test_id("unlock-submit").click();
}

fn sound(home: &Home) {
    let checked = Cli::new(home).passphrase(WORDS).run(&["check", VAULT]).done();
    assert!(checked.stdout.contains("sound"), "{}", checked.stdout);
}

fn assessment(window: &Window, words: &str) {
    window.by_test_id("nav-assessments").click();
    window.with_text("[data-test=list-table] a", words).click();
    window.find("[role=tabpanel]");
}

/// The requirement that is open.
fn now(window: &Window) -> String {
    window.find(".requirement.now").attribute("data-test").unwrap_or_default()
}

/// A newcomer answers all 113 requirements of a system that has no assessment, by keyboard alone: at most four keys for a
/// plain answer with moving on.
#[test]
fn a_newcomer_answers_the_whole_checklist_by_keyboard_alone() {
    let home = prepared();
    let window = open(&home);
    window.go("/assessments/new");
    window.by_test_id("field-title").type_text("Triage, first assessment");
    window.by_test_id("assessment-framework");
    window.eval("document.querySelector('[data-test=assessment-framework]').focus()");
    window.assert_accessible("new assessment");
    window.go("/assessments/new?subject=AIS-0003");
    window.by_test_id("field-title");
    window.press("Ctrl+S");
    window.find(".requirement.now");
    let mut presses = 0_usize;
    for n in 0..113 {
        let at = now(&window);
        let key = ["1", "2", "3", "1"][n % 4];
        window.press(key);
        presses += 1;
        if n < 112 {
            window.wait_for("the next requirement", DEADLINE, |w| now(w) != at);
        }
    }
    window.by_test_id("checklist-counts").wait_for_text("57 met");
    let counts = window.by_test_id("checklist-counts").text();
    assert!(!counts.contains("not assessed"), "{counts}");
    println!("{presses} key presses for 113 answers: {:.2} per answer", presses as f64 / 113.0);
    assert!(presses <= 4 * 113);
    window.close();
    sound(&home);
}

/// What was answered once is proposed elsewhere, taken or refused, and flagged when its origin changes.
#[test]
fn answering_once() {
    let home = prepared();
    let window = open(&home);
    assessment(&window, "NIST AI RMF");
    window.by_test_id("tab-proposals").click();
    window.by_test_id("proposals");
    window.assert_accessible("proposals");
    let all = window.all("[data-test=proposal-row]").len();
    assert!(all > 30, "{all} proposals");
    window.by_test_id("proposal-pick").click();
    window.eval("const b = document.querySelector('[data-test=proposals-accept]'); b.click(); b.click();");
    window.wait_for("one less", DEADLINE, |w| w.all("[data-test=proposal-row]").len() == all - 1);
    window.by_test_id("proposal-pick").click();
    window.by_test_id("proposals-refuse").click();
    window.wait_for("the refused one to be listed apart", DEADLINE, |w| {
        w.page_text().contains("GOVERN 1.4") && w.all("[data-test=proposal-row]").len() < all
    });
    window.by_test_id("proposals-accept-all").click();
    window.by_test_id("ask-yes").click();
    window.by_test_id("tab-checklist").click();
    window.by_test_id("checklist-counts").wait_for_text("partly met");
    window.go("/assessments/ASM-0004?at=GOVERN%201.3");
    window.find("[data-test=answer-origin]");
    window.assert_accessible("derived answers");
    // An answer behind them changes.
    assessment(&window, "shortlisting 1.3 against the CISA");
    window.by_test_id("guideline-1.2").click();
    window.find(".requirement.now");
    window.press("3");
    assessment(&window, "NIST AI RMF");
    window.by_test_id("tab-proposals").click();
    window.by_test_id("proposals-changed");
    window.close();
    sound(&home);
}

/// The same on many, taken back as one; a template; a text that was typed and not saved survives the lock.
#[test]
fn many_at_once_and_half_a_sentence() {
    let home = prepared();
    let window = open(&home);
    assessment(&window, "first pass");
    window.find(".requirement.now");
    window.press("s");
    window.by_test_id("bulk");
    window.by_test_id("bulk-filter").choose("Not assessed");
    window.by_test_id("bulk-all").click();
    window.by_test_id("bulk-count").wait_for_text("104 selected");
    window.by_test_id("bulk-owner").type_text("Lukas Brandt");
    window.by_test_id("bulk-due").type_text("2027-03-01");
    window.assert_accessible("many at once");
    window.eval("const b = document.querySelector('[data-test=bulk-set]'); b.click(); b.click();");
    window.wait_for_text("104 answers were set");
    window.by_test_id("answer-undo").click();
    window.wait_for_text("is taken back");
    window.by_test_id("template").click();
    window.by_test_id("template-kind").choose("Generative, through an external API");
    window.by_test_id("template-count").wait_for_text("Left out");
    window.assert_accessible("template");
    window.by_test_id("template-apply").click();
    window.wait_for_text("were preselected");
    window.by_test_id("bulk-switch").click();
    // Half a sentence, then the lock.
    window.by_test_id("guideline-4.1").click();
    let at = now(&window).replace("requirement-", "");
    window.press("c");
    window.by_test_id(&format!("answer-{at}-comment")).type_text("The alert fired but nobod");
    let kept = "document.querySelector('textarea:focus') !== null";
    assert_eq!(window.eval(&format!("return {kept}")), serde_json::Value::Bool(true));
    // The pause after typing keeps it; the command line cannot look into an open vault, so the window is asked.
    let asked = "(async () => {
        const ask = (name, ticket, payload) => window.__TAURI_INTERNALS__.invoke('call', { name, ticket, payload });
        const { ticket } = JSON.parse(await ask('session.status', '', '{}')).vault;
        return ask('draft.get', ticket, JSON.stringify({ key: arguments[0] }));
    })()";
    let id = window
        .eval("return document.querySelector('[data-test=raise-finding]').href.match(/assessment=([0-9a-f-]+)/)[1]");
    let key = format!("answers:{}", id.as_str().unwrap());
    let ask = asked.replace("arguments[0]", &format!("'{key}'"));
    window.wait_for("the draft to be kept", DEADLINE, |w| w.eval_promise(&ask).to_string().contains("nobod"));
    window.kill();
    let window = open(&home);
    assessment(&window, "first pass");
    window.by_test_id("guideline-4.1").click();
    window.by_test_id("answer-draft");
    assert!(window.by_test_id(&format!("answer-{at}-comment")).value().ends_with("nobod"));
    window.by_test_id(&format!("answer-{at}-comment")).type_text("y saw it.");
    window.press("Escape");
    window.wait_gone("[data-test=answer-draft]");
    window.close();
    sound(&home);
}

/// Frozen, gone on from, compared; and the statement of applicability leaves as a workbook.
#[test]
fn from_last_year_to_this_one() {
    let home = prepared();
    let window = open(&home);
    assessment(&window, "shortlisting 1.3 against the CISA");
    window.by_test_id("tab-over-time").click();
    window.by_test_id("trend");
    window.assert_accessible("over time");
    window.by_test_id("freeze").click();
    window.by_test_id("freeze-title").fill("Audit 2026");
    window.eval("const b = document.querySelector('[data-test=freeze-save]'); b.click(); b.click();");
    window.wait_for("a second baseline", DEADLINE, |w| w.all("[data-test=baseline-row]").len() == 2);
    window.by_test_id("next-assessment").click();
    window.by_test_id("next-title").fill("Shortlisting, audit 2027");
    window.assert_accessible("next assessment");
    window.by_test_id("next-save").click();
    window.with_text("h1", "Shortlisting, audit 2027");
    window.find("[data-test=answer-mark]");
    window.by_test_id("guideline-1.4").click();
    window.find(".requirement.now");
    window.press("3");
    window.by_test_id("tab-over-time").click();
    window.find("[data-test=compare-line]");
    let today = chrono::Utc::now().date_naive().to_string();
    window.by_test_id("compare-as-of").set_value(&today);
    window.wait_for_text("as it was on");
    window.by_test_id("compare-as-of").set_value("");
    window.by_test_id("tab-statement").click();
    window.by_test_id("statement-counts").wait_for_text("107");
    window.assert_accessible("statement of applicability");
    window.by_test_id("statement-export-path").fill(&home.file("soa.xlsx").display().to_string());
    window.by_test_id("statement-export").click();
    window.wait_for("the workbook", DEADLINE, |_| home.file("soa.xlsx").exists());
    window.close();
    sound(&home);
}

/// A gate that is not clear holds; the chair overrides it for a time, and everybody sees that.
#[test]
fn a_gate_and_its_override() {
    let home = prepared();
    let window = open(&home);
    window.go("/systems/AIS-0003?tab=gates");
    window.by_test_id("gates");
    window.assert_accessible("gates");
    assert!(!window.has("[data-test=gate-pass-deployment]"), "nothing is offered that the gate refuses");
    window.by_test_id("gate-override-deployment").click();
    window.by_test_id("override-reason").type_text("Pilot with ten users");
    window.by_test_id("override-until").fill("2020-01-01");
    window.by_test_id("override-save").click();
    window.wait_for_text("lies in the future");
    let until = (chrono::Utc::now().date_naive() + chrono::Days::new(30)).to_string();
    window.by_test_id("override-until").fill(&until);
    window.assert_accessible("override");
    window.eval("const b = document.querySelector('[data-test=override-save]'); b.click(); b.click();");
    window.by_test_id("gate-pass-deployment").click();
    window.by_test_id("gate-note").wait_for_text("overridden");
    assert_eq!(window.all("[data-test=gate-overrides] tbody tr").len(), 1, "a double click overrides once");
    // As of a day before, nothing was overridden, and nothing can be done there.
    window.by_test_id("gates-stage").wait_for_text("Deployment");
    let before = (chrono::Utc::now().date_naive() - chrono::Days::new(30)).to_string();
    window.by_test_id("gates-as-of").set_value(&before);
    window.by_test_id("gates-then").wait_for_text("As the gates stood");
    window.by_test_id("gate-deployment").wait_for_text("not clear");
    assert!(!window.has("[data-test^=gate-override-]") && !window.has("[data-test^=gate-pass-]"));
    window.assert_accessible("gates of a day");
    window.by_test_id("gates-as-of").set_value("");
    window.wait_gone("[data-test=gates-then]");
    window.by_test_id("nav-home").click();
    window.by_test_id("home-attention").wait_for_text("overridden");
    window.close();
    sound(&home);
}

/// A catalogue is brought in, read, assessed; a requirement is found by a tool's name; the crosswalk is walked by keyboard.
#[test]
fn a_framework_of_ones_own() {
    let home = prepared();
    let window = open(&home);
    window.by_test_id("nav-frameworks").click();
    window.find("[data-test=framework-row]");
    window.assert_accessible("frameworks");
    window.by_test_id("find-requirements").type_text("Counterfit");
    window.by_test_id("requirement-hit").wait_for_text("3.4.d");
    window.by_test_id("framework-import").click();
    let file = project().join("crates/exchange/tests/data/oscal-basic-catalog.json");
    window.by_test_id("framework-import-path").fill(&file.display().to_string());
    window.by_test_id("framework-import-read").click();
    window.by_test_id("framework-import-save");
    window.assert_accessible("framework import");
    window.eval("const b = document.querySelector('[data-test=framework-import-save]'); b.click(); b.click();");
    window.by_test_id("framework-title").wait_for_text("Sample Security Catalog");
    window.assert_accessible("framework");
    window.by_test_id("framework-edit").click();
    window.by_test_id("framework-form");
    window.assert_accessible("framework editor");
    window.go("/assessments/new?subject=AIS-0001");
    window.by_test_id("field-title");
    let option = "return [...document.querySelectorAll('[data-test=assessment-framework] option')].map(o => o.textContent).find(t => t.includes('Sample Security'))";
    window.wait_for("the own framework to be offered", DEADLINE, |w| w.eval(option).is_string());
    let label = window.eval(option).as_str().unwrap().to_owned();
    window.by_test_id("assessment-framework").choose(&label);
    window.by_test_id("record-save").click();
    window.find(".requirement.now");
    window.press("1");
    window.by_test_id("checklist-counts").wait_for_text("1 met");
    window.go("/crosswalk");
    window.by_test_id("crosswalk-matrix");
    window.assert_accessible("crosswalk");
    assert!(window.all("[data-test=crosswalk-cell]").len() > 50);
    window.by_test_id("crosswalk-as-table").click();
    window.by_test_id("crosswalk-table");
    window.assert_accessible("crosswalk as a table");
    window.close();
    sound(&home);
}
