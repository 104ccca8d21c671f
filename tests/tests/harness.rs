//! The harness itself: what journeys rely on without looking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::time::Duration;

use conclave_tests::{Cli, DEADLINE, Display, Home, Launch, Window, alive, wait_for};

/// A browser that comes with WebKit, where it is packaged.
const BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>Board</title><meta charset="utf-8"></head><body><main>
<h1>Board</h1>
<label>Name <input data-test="name"></label>
<label>Stage <select data-test="stage"><option>Design</option><option>Operation</option></select></label>
<button data-test="save">Save</button>
<ul data-test="rows"><li>alpha <b>1</b></li><li>beta <b>2</b></li></ul>
<p data-test="out"></p>
<button data-test="fail">Fail</button>
<script>
  globalThis.conclaveErrors = [];
  addEventListener("error", (event) => conclaveErrors.push(event.message));
  const [name, stage, out] = ["name", "stage", "out"].map((id) => document.querySelector(`[data-test=${id}]`));
  // Drawn late and anew, as a page that waits for its data is.
  document.querySelector("button").onclick = () =>
    requestAnimationFrame(() => { out.innerHTML = `<span>${name.value} in ${stage.value}</span>`; });
  document.querySelector("[data-test=fail]").onclick = () => { throw new Error("board is missing"); };
  addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "k") out.textContent = "palette"; });
</script></main></body></html>"#;

/// Opens the page above; `None` where the browser is not packaged.
fn open_page(home: &Home) -> Option<Window> {
    if !Path::new(BROWSER).is_file() {
        return None;
    }
    std::fs::write(home.file("page.html"), PAGE).unwrap();
    let window = Launch::of(home, BROWSER).arg("--automation").open();
    window.go(&format!("file://{}", home.file("page.html").display()));
    Some(window)
}

#[test]
fn a_display_ends_with_its_test() {
    let mut first = Display::start();
    let second = Display::start();
    assert_ne!(first.name(), second.name());
    let socket = |display: &Display| format!("/tmp/.X11-unix/X{}", &display.name()[1..]);
    let (path, server) = (socket(&first), first.id());
    assert!(Path::new(&path).exists());
    drop(first);
    assert!(!alive(server));
    assert!(Path::new(&socket(&second)).exists());
}

#[test]
fn a_command_sees_its_own_home_and_nothing_of_the_person_who_runs_the_tests() {
    let home = Home::new();
    let shell = Cli::of(&home, "/bin/sh").passphrase("secret words").input("from outside");
    let output = shell.run(&["-c", "echo $HOME; pwd; echo $CONCLAVE_PASSPHRASE; cat; echo message >&2; exit 2"]);
    let output = output.ended_with(2);
    let vaults = home.vaults().canonicalize().unwrap();
    let expected = format!("{}\n{}\nsecret words\nfrom outside", home.path().join("home").display(), vaults.display());
    assert_eq!(output.stdout, expected);
    assert_eq!(output.stderr, "message\n");
    let silent = Cli::of(&home, "/bin/sh").run(&["-c", "echo \"[$CONCLAVE_PASSPHRASE][$DISPLAY]\""]).done();
    assert_eq!(silent.stdout, "[][]\n");
}

#[test]
fn output_larger_than_a_pipe_does_not_stop_a_command() {
    let output = Cli::of(&Home::new(), "/bin/sh").run(&["-c", "head -c 1000000 /dev/zero | tr '\\0' x; echo '' >&2"]);
    assert_eq!(output.done().stdout.len(), 1_000_000);
}

#[test]
fn a_killed_command_reports_its_signal() {
    let mut running = Cli::of(&Home::new(), "/bin/sh").start(&["-c", "echo ready; exec sleep 600"]);
    assert!(running.is_running());
    assert_eq!(running.kill().status, 128 + 9);
}

#[test]
fn a_home_is_removed_with_its_last_user() {
    let home = Home::new();
    let path = home.path().to_owned();
    let cli = Cli::of(&home, "/bin/true");
    drop(home);
    assert!(path.exists());
    drop(cli);
    assert!(!path.exists());
}

#[test]
#[should_panic(expected = "in vain for: the impossible")]
fn waiting_in_vain_says_for_what() {
    wait_for("the impossible", Duration::from_millis(50), || false);
}

#[test]
fn a_window_is_driven_as_by_a_person() {
    let home = Home::new();
    let Some(window) = open_page(&home) else {
        // The program's own window then shows in the journeys whether the harness works.
        return;
    };
    window.by_test_id("name").type_text("Triage");
    window.by_test_id("name").fill("Résumé ranking");
    window.by_test_id("stage").choose("Operation");
    window.by_test_id("save").click();
    window.by_test_id("out").wait_for_text("Résumé ranking in Operation");
    assert_eq!(window.text_of("[data-test=out] span"), "Résumé ranking in Operation");
    window.press("Ctrl+K");
    window.by_test_id("out").wait_for_text("palette");
    assert_eq!(window.by_test_id("rows").with_text("li", "beta").find("b").text(), "2");
    assert_eq!(window.all("li").len(), 2);
    assert_eq!(window.all("li")[1].text(), "beta 2");
    assert!(!window.has(".absent"));
    window.by_test_id("name").focus();
    window.press("Tab");
    assert!(window.by_test_id("stage").has_focus());
    assert_eq!(window.eval_promise("Promise.resolve(6 * 7)"), 42);
    let picture = home.file("page.png");
    window.screenshot(&picture);
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    assert!(window.memory() > 1_000_000);
    window.close();
}

#[test]
fn accessibility_rules_are_checked_in_the_window() {
    let home = Home::new();
    let Some(window) = open_page(&home) else { return };
    window.assert_accessible("board");
    window
        .eval("document.querySelector('main').append(Object.assign(document.createElement('img'), { src: 'x.png' }));");
    let rules: Vec<_> = window.axe().into_iter().map(|violation| violation.rule).collect();
    assert_eq!(rules, ["image-alt"]);
}

#[test]
fn an_error_of_the_page_is_seen_and_a_killed_program_leaves_nothing_running() {
    let home = Home::new();
    let Some(window) = open_page(&home) else { return };
    window.by_test_id("fail").click();
    // WebKit hides the words of an error in a page from a file; that there was one is seen all the same.
    window.wait_for("the error", DEADLINE, |window| window.errors().len() == 1);
    let id = window.id();
    window.kill();
    assert!(!alive(id));
}
