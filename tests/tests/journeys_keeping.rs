//! Journeys of the people who share one vault, and of its bad days, in the real window.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_tests::{Cli, Home, Launch, Part, Window};

const WORDS: &str = "violet harbour counts nine lanterns";
const FIRST: &str = "amber bridges hum at seven tides";
const OWN: &str = "quiet granite owls measure noon";
const VAULT: &str = "board.conclave";

fn prepared() -> (Home, String) {
    let home = Home::new();
    let words = ["new", "board", "--sample", "--organisation", "Meridian Mutual", "--member", "Ines Okafor"];
    let made = Cli::new(&home).passphrase(WORDS).run(&words).done().stdout;
    let key = made.split_whitespace().last().unwrap().to_owned();
    (home, key)
}

fn locked(home: &Home) -> Window {
    Launch::new(home).arg("--open").arg(&home.file(VAULT).display().to_string()).open()
}

fn unlock(window: &Window, passphrase: &str) {
    window.by_test_id("unlock-passphrase").type_text(passphrase);
    window.by_test_id("unlock-submit").click();
}

fn open(home: &Home) -> Window {
    let window = locked(home);
    unlock(&window, WORDS);
    window.by_test_id("nav-home");
    window
}

fn sound(home: &Home) {
    let checked = Cli::new(home).passphrase(WORDS).run(&["check", VAULT, "--member", "Ines Okafor"]).done();
    assert!(checked.stdout.contains("sound"), "{}", checked.stdout);
}

fn invite(window: &Window, name: &str, role: &str) {
    window.by_test_id("nav-settings").click();
    window.by_test_id("invite-member").click();
    window.by_test_id("invite-name").type_text(name);
    window.by_test_id("invite-role").set_value(role);
    window.by_test_id("invite-passphrase").fill(FIRST);
    window.by_test_id("invite-repeat").fill(FIRST);
    window.assert_accessible("invite");
    // A double click invites once.
    window.eval("const b = document.querySelector('[data-test=invite-save]'); b.click(); b.click();");
    window.by_test_id("hand-over-close").click();
    member(window, name).wait_for_text("waiting");
    assert_eq!(window.all("[data-test=member]").len(), 2);
}

fn member<'w>(window: &'w Window, name: &str) -> Part<'w> {
    window.find(&format!("[data-test=member][data-name='{name}']"))
}

fn switch(window: &Window, name: &str, passphrase: &str) {
    window.by_test_id("switch-member").click();
    window.by_test_id("switch-name").choose(name);
    window.by_test_id("switch-passphrase").fill(passphrase);
    window.by_test_id("switch-save").click();
}

/// Two members work in turn on one vault, each under their own name and signature.
#[test]
fn two_members_take_turns() {
    let (home, _) = prepared();
    let window = open(&home);
    invite(&window, "Lukas Brandt", "contributor");
    switch(&window, "Lukas Brandt", "not this one at all, sorry");
    window.wait_for_text("does not open the vault");
    window.press("Escape");
    switch(&window, "Lukas Brandt", FIRST);
    // What somebody else chose must be replaced before anything else.
    window.by_test_id("own-old").fill(FIRST);
    window.assert_accessible("own passphrase");
    assert!(!window.has("[data-test=nav-systems]"));
    window.by_test_id("own-new").fill(OWN);
    window.by_test_id("own-repeat").fill(OWN);
    window.by_test_id("own-save").click();
    window.by_test_id("nav-systems").click();
    window.with_text("a", "New AI system").click();
    window.by_test_id("field-name").type_text("Tide tables");
    window.press("Ctrl+S");
    window.with_text("h1", "Tide tables");
    window.by_test_id("nav-settings").click();
    window.by_test_id("members");
    assert!(!window.has("[data-test=invite-member]"), "a contributor is offered nothing that the role may not do");
    switch(&window, "Ines Okafor", WORDS);
    window.wait_for_text("Ines Okafor · Administrator");
    window.by_test_id("nav-journal").click();
    window.wait_for_text("Lukas Brandt");
    window.by_test_id("journal-verify").click();
    window.by_test_id("verdict").wait_for_text("sound");
    window.close();
    sound(&home);
}

/// A member is removed, the vault is encrypted anew, and the old passphrase opens it no longer.
#[test]
fn a_removed_member_is_out() {
    let (home, _) = prepared();
    let window = open(&home);
    invite(&window, "Lukas Brandt", "chair");
    window.find("[data-test=member-deactivate][data-name='Lukas Brandt']").click();
    window.assert_accessible("deactivate");
    window.by_test_id("deactivate-save").click();
    window.by_test_id("deactivate-rekey").click();
    window.by_test_id("rekey-start").click();
    window.by_test_id("rekeyed").wait_for_text("2");
    window.close();
    let lukas = Cli::new(&home).passphrase(FIRST);
    lukas.run(&["list", VAULT, "systems", "--member", "Lukas Brandt"]).ended_with(2);
    assert!(home.file(VAULT).join("vault-2.db").exists() && !home.file(VAULT).join("vault-1.db").exists());
    sound(&home);
}

/// A forgotten passphrase: the recovery key sets a new one.
#[test]
fn a_forgotten_passphrase() {
    let (home, key) = prepared();
    let window = locked(&home);
    window.by_test_id("go-recover").click();
    window.by_test_id("recover-key").fill(&key);
    window.by_test_id("recover-passphrase").fill(OWN);
    window.by_test_id("recover-again").fill(OWN);
    window.assert_accessible("recover");
    window.by_test_id("recover-submit").click();
    window.by_test_id("nav-home");
    window.close();
    Cli::new(&home).passphrase(WORDS).run(&["check", VAULT]).ended_with(2);
    Cli::new(&home).passphrase(OWN).run(&["check", VAULT]).done();
}

/// A backup is written in the window and restored on another machine, which knows nothing but the file.
#[test]
fn a_backup_restored_elsewhere() {
    let (home, _) = prepared();
    let window = open(&home);
    window.by_test_id("nav-settings").click();
    let file = home.file("board.conclave-backup");
    window.by_test_id("backup-path").fill(&file.display().to_string());
    window.by_test_id("backup-start").click();
    window.by_test_id("backed-up");
    window.assert_accessible("settings with backups");
    window.close();
    let elsewhere = Home::new();
    let window = Window::open(&elsewhere);
    window.by_test_id("go-unlock").click();
    window.by_test_id("restore-open").click();
    window.by_test_id("restore-path").fill(&file.display().to_string());
    window.by_test_id("restore-to").fill(&elsewhere.file("board").display().to_string());
    window.assert_accessible("restore");
    window.by_test_id("restore-start").click();
    window.by_test_id("restored");
    unlock(&window, WORDS);
    window.by_test_id("home-attention").wait_for_text("runs without approval");
    window.close();
    sound(&elsewhere);
}

/// A second window on the same vault is told who holds it, and the first goes on.
#[test]
fn a_second_window() {
    let (home, _) = prepared();
    let first = open(&home);
    let second = locked(&home);
    unlock(&second, WORDS);
    second.by_test_id("fault").wait_for_text("open in another Conclave");
    second.close();
    first.by_test_id("nav-systems").click();
    first.by_test_id("list-table").wait_for_text("AIS-0001");
    first.close();
    sound(&home);
}

/// The desktop locks the screen, and with it the vault.
#[test]
fn the_desktop_locks_its_screen() {
    let (home, _) = prepared();
    let window = open(&home);
    let environment = std::fs::read(format!("/proc/{}/environ", window.id())).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    let bus = environment.split('\0').find_map(|v| v.strip_prefix("DBUS_SESSION_BUS_ADDRESS=")).expect("a bus");
    let sender = Cli::of(&home, "dbus-send").env("DBUS_SESSION_BUS_ADDRESS", bus);
    let signal = "org.freedesktop.ScreenSaver.ActiveChanged";
    sender.run(&["--session", "--type=signal", "/org/freedesktop/ScreenSaver", signal, "boolean:false"]).done();
    window.by_test_id("nav-systems").click();
    window.by_test_id("list-table").wait_for_text("AIS-0001");
    sender.run(&["--session", "--type=signal", "/org/freedesktop/ScreenSaver", signal, "boolean:true"]).done();
    window.by_test_id("unlock-passphrase");
    assert!(!window.page_text().contains("AIS-0001"), "nothing of the vault stays on the screen");
    window.close();
    sound(&home);
}

/// Evidence is brought in at an answer, looked at, and found where it is used.
#[test]
fn evidence_behind_an_answer() {
    let (home, _) = prepared();
    std::fs::write(home.file("report.txt"), "Accuracy is 0.93.\n").unwrap();
    let window = open(&home);
    window.by_test_id("nav-evidence").click();
    window.assert_accessible("no evidence yet");
    window.by_test_id("nav-assessments").click();
    window.with_text("[data-test=list-table] a", "search").click();
    let attach = window.find(".requirement.now [data-test^=answer-attach-]");
    let requirement = attach.attribute("data-test").unwrap().replace("answer-attach-", "");
    attach.click();
    // Whoever drops a file sees the form first.
    window.by_test_id("evidence-path");
    // A drop on the window is told to the page as the shell does it: nobody can drag a file in this harness.
    let dropped = "window.dispatchEvent(new CustomEvent('conclave-dropped', { detail: [arguments[0]] }))";
    window.eval_with(dropped, vec![home.file("report.txt").display().to_string().into()]);
    window.wait_for("the dropped path", conclave_tests::DEADLINE, |w| {
        w.by_test_id("evidence-path").value().ends_with("report.txt")
    });
    window.by_test_id("field-title").fill("Accuracy report");
    window.assert_accessible("new evidence");
    window.eval("const b = document.querySelector('[data-test=evidence-save]'); b.click(); b.click();");
    window.with_text("h1", "Accuracy report");
    window.by_test_id("evidence-preview").wait_for_text("Accuracy is 0.93.");
    assert_eq!(window.all("[data-test=evidence-versions] tbody tr").len(), 1);
    window.assert_accessible("evidence");
    window.by_test_id("nav-evidence").click();
    window.by_test_id("list-table").wait_for_text("EVD-0001");
    assert_eq!(window.all("[data-test=list-table] tbody tr").len(), 1, "a double click brings it in once");
    window.by_test_id("nav-assessments").click();
    window.with_text("[data-test=list-table] a", "search").click();
    window.by_test_id(&format!("answer-evidence-{requirement}")).wait_for_text("Accuracy report");
    window.close();
    sound(&home);
}
