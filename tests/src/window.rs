//! The window, as a person at its keyboard and mouse has it.

use std::fmt::Display as Show;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::error::CmdError;
use serde_json::Value;

use crate::driver::Session;
use crate::part::{Part, Step};
use crate::wait::holds_within;
use crate::{DEADLINE, Display, Home, Launch, keys, processes, program};

/// No single question to the window takes this long unless it hangs.
const ANSWER: Duration = Duration::from_secs(60);

/// An open window. Dropping it ends the program; if the test failed, a picture, the page and the logs are kept in
/// `target/journeys` under the test's name.
#[derive(Debug)]
pub struct Window {
    session: Session,
    _display: Display,
    home: Home,
    closed: bool,
}

impl Window {
    /// Opens the window of the program under test in this home.
    ///
    /// # Panics
    /// If it does not open within a minute.
    #[must_use]
    #[track_caller]
    pub fn open(home: &Home) -> Self {
        Launch::new(home).open()
    }

    pub(crate) fn new(session: Session, display: Display, home: Home) -> Self {
        Self { session, _display: display, home, closed: false }
    }

    /// The first element that a CSS selector finds. It is looked for anew by each use, so redrawing does no harm.
    ///
    /// # Panics
    /// If there is none before the deadline.
    #[track_caller]
    pub fn find(&self, css: &str) -> Part<'_> {
        let part = self.part(css);
        part.wait_there();
        part
    }

    /// The element that a test identifier names: `[data-test="…"]`.
    ///
    /// # Panics
    /// If there is none before the deadline.
    #[track_caller]
    pub fn by_test_id(&self, id: &str) -> Part<'_> {
        self.find(&test_id(id))
    }

    /// The first element that a selector finds and whose visible text holds this text.
    ///
    /// # Panics
    /// If there is none before the deadline.
    #[track_caller]
    pub fn with_text(&self, css: &str, text: &str) -> Part<'_> {
        let part = Part::new(self, vec![Step::holding(css, text)]);
        part.wait_there();
        part
    }

    /// All elements that a selector finds now, perhaps none.
    #[track_caller]
    pub fn all(&self, css: &str) -> Vec<Part<'_>> {
        self.part(css).all_now()
    }

    /// Whether a selector finds anything now.
    #[track_caller]
    pub fn has(&self, css: &str) -> bool {
        self.part(css).is_there()
    }

    /// An element that need not be there yet.
    #[must_use]
    pub fn part(&self, css: &str) -> Part<'_> {
        Part::new(self, vec![Step::first(css)])
    }

    /// Clicks what a selector finds, as soon as it can be clicked.
    #[track_caller]
    pub fn click(&self, css: &str) {
        self.find(css).click();
    }

    /// Types into what a selector finds, after what is there.
    #[track_caller]
    pub fn type_text(&self, css: &str, text: &str) {
        self.find(css).type_text(text);
    }

    /// The visible text of what a selector finds.
    #[track_caller]
    pub fn text_of(&self, css: &str) -> String {
        self.find(css).text()
    }

    /// Presses keys on whatever has the focus: `Ctrl+K`, `Tab Tab Enter`.
    #[track_caller]
    pub fn press(&self, chords: &str) {
        let actions = keys::actions(chords);
        self.ask(format!("press {chords}"), self.session.client.perform_actions(actions));
        self.ask("let go of the keys", self.session.client.release_actions());
    }

    /// Types text on whatever has the focus, key by key.
    #[track_caller]
    pub fn write(&self, text: &str) {
        let focused = self.ask("the focused element", self.session.client.active_element());
        self.ask(format!("type {text:?}"), focused.send_keys(text));
    }

    /// Waits until a condition holds for the window.
    ///
    /// # Panics
    /// If it does not hold by the deadline; the message shows what the page says instead.
    #[track_caller]
    pub fn wait_for(&self, what: &str, deadline: Duration, mut condition: impl FnMut(&Self) -> bool) {
        if !holds_within(deadline, || condition(self)) {
            panic!("waited {deadline:?} in vain for: {what}. The page says:\n{}", self.page_text());
        }
    }

    /// Waits until the page shows a text.
    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("the text {text:?}"), DEADLINE, |window| window.page_text().contains(text));
    }

    /// Waits until the page and what it names are loaded; what scripts draw later is waited for by what looks for it.
    #[track_caller]
    pub(crate) fn wait_loaded(&self) {
        let script = "return document.readyState === 'complete';";
        self.wait_for("the page to be loaded", ANSWER, |window| window.eval(script) == Value::Bool(true));
    }

    /// Waits until a selector finds nothing any more.
    #[track_caller]
    pub fn wait_gone(&self, css: &str) {
        self.wait_for(&format!("{css} to go away"), DEADLINE, |window| !window.has(css));
    }

    /// All visible text of the page.
    #[track_caller]
    pub fn page_text(&self) -> String {
        let text = self.eval("return document.body ? document.body.innerText : '';");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The address of the page.
    #[track_caller]
    pub fn address(&self) -> String {
        self.eval("return location.href;").as_str().unwrap_or_default().to_owned()
    }

    /// Goes to another address; journeys click instead.
    #[track_caller]
    pub fn go(&self, address: &str) {
        self.ask(format!("go to {address}"), self.session.client.goto(address));
    }

    /// Runs the body of a script function and returns what it returns.
    ///
    /// # Panics
    /// If it throws.
    #[track_caller]
    pub fn eval(&self, script: &str) -> Value {
        self.eval_with(script, Vec::new())
    }

    /// Runs the body of a script function that finds its values in `arguments`.
    #[track_caller]
    pub fn eval_with(&self, script: &str, values: Vec<Value>) -> Value {
        self.ask("run a script", self.session.client.execute(script, values))
    }

    /// Runs an expression that gives a promise and returns what the promise gives.
    ///
    /// # Panics
    /// If it throws or is rejected.
    #[track_caller]
    pub fn eval_promise(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; \
             Promise.resolve().then(() => ({expression})) \
               .then((value) => done({{ value }}), (error) => done({{ error: String(error?.stack ?? error) }}));"
        );
        let answer = self.ask("run a script", self.session.client.execute_async(&script, Vec::new()));
        if let Some(error) = answer.get("error") {
            panic!("the promise {expression} was rejected: {error}.");
        }
        answer.get("value").cloned().unwrap_or(Value::Null)
    }

    /// Saves a picture of what the window shows, as PNG, once everything is drawn.
    #[track_caller]
    pub fn screenshot(&self, path: &Path) {
        self.wait_drawn();
        let picture = self.ask("take a picture", self.session.client.screenshot());
        if let Err(error) = std::fs::write(path, picture) {
            panic!("{} could not be written: {error}.", path.display());
        }
    }

    /// Waits until the fonts are there and what scripts changed so far is on the screen.
    #[track_caller]
    pub fn wait_drawn(&self) {
        self.eval_promise(
            "document.fonts.ready.then(() => new Promise((drawn) => \
             requestAnimationFrame(() => requestAnimationFrame(() => drawn(true)))))",
        );
    }

    /// Sets the window's size in points and waits until the page has it.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        self.ask("resize", self.session.client.set_window_size(width, height));
        let script = format!("return Math.abs(innerWidth - {width}) < 40;");
        self.wait_for("the new size", DEADLINE, |window| window.eval(&script) == Value::Bool(true));
    }

    /// The errors that the page's scripts raised so far: uncaught ones and those written to the console.
    #[track_caller]
    pub fn errors(&self) -> Vec<String> {
        let errors = self.eval("return Array.from(globalThis.conclaveErrors ?? []);");
        let errors = errors.as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error.as_str().map_or_else(|| error.to_string(), str::to_owned)).collect()
    }

    /// The home that the window works in.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The process id of the program.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.session.app
    }

    /// The memory that the program and its WebKit processes use, in bytes.
    #[must_use]
    pub fn memory(&self) -> u64 {
        processes::memory(self.session.app)
    }

    /// Closes the window as a person would be done with it, and returns when the program has ended.
    ///
    /// # Panics
    /// If a script raised an error on the way, or if the program does not end.
    #[track_caller]
    pub fn close(mut self) {
        let errors = self.errors();
        assert!(errors.is_empty(), "the page raised errors:\n{}", errors.join("\n"));
        let app = self.session.app;
        self.ask("close", self.session.client.clone().close());
        assert!(holds_within(DEADLINE, || !processes::alive(app)), "the program did not end after its window closed.");
        self.closed = true;
    }

    /// Ends the program at once, as a power cut would; the home stays as it was left.
    pub fn kill(mut self) {
        let app = self.session.app;
        processes::kill(app);
        holds_within(DEADLINE, || !processes::alive(app));
        self.closed = true;
    }

    /// Sends a question to the window and insists on an answer.
    #[track_caller]
    pub(crate) fn ask<T>(&self, what: impl Show, question: impl Future<Output = Result<T, CmdError>>) -> T {
        match self.try_ask(question) {
            Ok(answer) => answer,
            Err(why) => panic!("could not {what}: {why}."),
        }
    }

    /// Sends a question to the window; the error is in words.
    pub(crate) fn try_ask<T>(&self, question: impl Future<Output = Result<T, CmdError>>) -> Result<T, String> {
        self.try_within(ANSWER, question)
    }

    fn try_within<T>(
        &self,
        deadline: Duration,
        question: impl Future<Output = Result<T, CmdError>>,
    ) -> Result<T, String> {
        match self.session.runtime.block_on(async { tokio::time::timeout(deadline, question).await }) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("the window did not answer within {deadline:?}")),
        }
    }

    pub(crate) fn client(&self) -> &fantoccini::Client {
        &self.session.client
    }

    /// Keeps what helps to understand a failure. Nothing here may panic: the test is failing already.
    fn keep_traces(&self) -> Option<PathBuf> {
        let thread = std::thread::current();
        let name: String = thread.name()?.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let folder = program::target().join("journeys");
        std::fs::create_dir_all(&folder).ok()?;
        let base = folder.join(name);
        // The window may be what hangs, so it gets little time here.
        let short = Duration::from_secs(5);
        let errors =
            self.try_within(short, self.client().execute("return globalThis.conclaveErrors ?? [];", Vec::new()));
        let log = format!("{}\nerrors of the page: {errors:?}\n", self.home.log());
        std::fs::write(base.with_extension("log"), log).ok()?;
        if let Ok(source) = self.try_within(short, self.client().source()) {
            std::fs::write(base.with_extension("html"), source).ok()?;
        }
        if let Ok(picture) = self.try_within(short, self.client().screenshot()) {
            std::fs::write(base.with_extension("png"), picture).ok()?;
        }
        Some(base)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking()
            && !self.closed
            && let Some(base) = self.keep_traces()
        {
            eprintln!("Picture, page and log of the moment: {}.*", base.display());
        }
    }
}

/// The selector for a test identifier.
fn test_id(id: &str) -> String {
    format!("[data-test=\"{id}\"]")
}
