//! One element of the page, named by how to find it rather than by a handle that redrawing would make stale.

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;

use crate::wait::holds_within;
use crate::{DEADLINE, Window};

/// How one step of a search chooses among what a selector finds.
#[derive(Clone, Debug)]
enum Pick {
    Nth(usize),
    Holding(String),
}

/// One step of a search, within what the step before it found.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    css: String,
    pick: Pick,
}

impl Step {
    pub(crate) fn first(css: &str) -> Self {
        Self { css: css.to_owned(), pick: Pick::Nth(0) }
    }

    pub(crate) fn holding(css: &str, text: &str) -> Self {
        Self { css: css.to_owned(), pick: Pick::Holding(text.to_owned()) }
    }
}

/// A part of the page. Every use looks for it again and tries until the deadline, so that neither redrawing nor a slow
/// machine makes a journey fail.
#[derive(Clone, Debug)]
pub struct Part<'window> {
    window: &'window Window,
    steps: Vec<Step>,
}

impl<'window> Part<'window> {
    pub(crate) fn new(window: &'window Window, steps: Vec<Step>) -> Self {
        Self { window, steps }
    }

    /// The first element within this one that a selector finds.
    ///
    /// # Panics
    /// If there is none before the deadline.
    #[track_caller]
    pub fn find(&self, css: &str) -> Part<'window> {
        let part = self.with(Step::first(css));
        part.wait_there();
        part
    }

    /// The element within this one that a test identifier names.
    #[track_caller]
    pub fn by_test_id(&self, id: &str) -> Part<'window> {
        self.find(&format!("[data-test=\"{id}\"]"))
    }

    /// The first element within this one that a selector finds and whose visible text holds this text.
    #[track_caller]
    pub fn with_text(&self, css: &str, text: &str) -> Part<'window> {
        let part = self.with(Step::holding(css, text));
        part.wait_there();
        part
    }

    /// All elements within this one that a selector finds now, perhaps none.
    #[track_caller]
    pub fn all(&self, css: &str) -> Vec<Part<'window>> {
        self.with(Step::first(css)).all_now()
    }

    /// Clicks it, as soon as it can be clicked.
    #[track_caller]
    pub fn click(&self) {
        // WebKit's driver brings a control into sight only where the page itself scrolls, not a box within it.
        self.script("bring into sight", "arguments[0].scrollIntoView({ block: 'center', inline: 'nearest' });", &[]);
        self.act("click", async |element| element.click().await);
    }

    /// Types after what is there.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.act("type into", async |element| element.send_keys(text).await);
    }

    /// Empties it and types.
    #[track_caller]
    pub fn fill(&self, text: &str) {
        self.act("fill", async |element| {
            element.clear().await?;
            element.send_keys(text).await
        });
    }

    /// Sets the value of a control that keys reach differently on each machine (a date, a colour, a slider) and tells the
    /// page as the control itself would.
    #[track_caller]
    pub fn set_value(&self, value: &str) {
        let script = "const [control, value] = arguments; \
                      const proto = Object.getPrototypeOf(control); \
                      Object.getOwnPropertyDescriptor(proto, 'value').set.call(control, value); \
                      control.dispatchEvent(new Event('input', { bubbles: true })); \
                      control.dispatchEvent(new Event('change', { bubbles: true }));";
        self.script("set", script, &[value.into()]);
    }

    /// Chooses an option of a `<select>` by its visible text.
    ///
    /// # Panics
    /// If there is no such option before the deadline.
    #[track_caller]
    pub fn choose(&self, label: &str) {
        let script = "const [list, label] = arguments; \
                      const option = Array.from(list.options).find((one) => one.label.trim() === label); \
                      if (!option) throw new Error(`no option ${label} among ` + Array.from(list.options, (one) => one.label)); \
                      if (option.disabled) throw new Error(`the option ${label} cannot be chosen`); \
                      list.focus(); list.value = option.value; \
                      list.dispatchEvent(new Event('input', { bubbles: true })); \
                      list.dispatchEvent(new Event('change', { bubbles: true }));";
        self.script("choose in", script, &[label.into()]);
    }

    /// Gives it the keyboard's focus.
    #[track_caller]
    pub fn focus(&self) {
        self.script("focus", "arguments[0].focus();", &[]);
    }

    /// Whether it has the keyboard's focus.
    #[track_caller]
    pub fn has_focus(&self) -> bool {
        self.script("look at", "return document.activeElement === arguments[0];", &[]) == serde_json::Value::Bool(true)
    }

    /// Its visible text.
    #[track_caller]
    pub fn text(&self) -> String {
        self.act("read", async |element| element.text().await)
    }

    /// What a control holds.
    #[track_caller]
    pub fn value(&self) -> String {
        self.act("read", async |element| element.prop("value").await).unwrap_or_default()
    }

    /// An attribute, if it is set.
    #[track_caller]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.act("read", async |element| element.attr(name).await)
    }

    /// Whether a person can see it.
    #[track_caller]
    pub fn is_shown(&self) -> bool {
        self.act("look at", async |element| element.is_displayed().await)
    }

    /// Whether it can be used.
    #[track_caller]
    pub fn is_enabled(&self) -> bool {
        self.act("look at", async |element| element.is_enabled().await)
    }

    /// Whether a box is ticked or an option chosen.
    #[track_caller]
    pub fn is_checked(&self) -> bool {
        self.act("look at", async |element| element.is_selected().await)
    }

    /// Waits until its visible text holds this text.
    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        let mut last = String::new();
        let held = holds_within(DEADLINE, || {
            last = self.now(async |element| element.text().await).unwrap_or_default();
            last.contains(text)
        });
        assert!(held, "{} does not say {text:?} but {last:?}.", self.shown());
    }

    /// Whether it is there now.
    #[track_caller]
    pub fn is_there(&self) -> bool {
        self.now(async |_| Ok(())).is_ok()
    }

    pub(crate) fn all_now(&self) -> Vec<Part<'window>> {
        let Some((last, before)) = self.steps.split_last() else { return Vec::new() };
        let count = self.window.try_ask(async { Ok(candidates(self.window, before, &last.css).await?.len()) });
        let part = |index| {
            let mut steps = before.to_vec();
            steps.push(Step { css: last.css.clone(), pick: Pick::Nth(index) });
            Part::new(self.window, steps)
        };
        (0..count.unwrap_or(0)).map(part).collect()
    }

    #[track_caller]
    pub(crate) fn wait_there(&self) {
        if !holds_within(DEADLINE, || self.is_there()) {
            panic!("{} is not on the page. It says:\n{}", self.shown(), self.window.page_text());
        }
    }

    fn with(&self, step: Step) -> Part<'window> {
        let mut steps = self.steps.clone();
        steps.push(step);
        Part::new(self.window, steps)
    }

    #[track_caller]
    fn script(&self, what: &str, script: &str, values: &[serde_json::Value]) -> serde_json::Value {
        self.act(what, async |element| {
            let mut all = vec![serde_json::to_value(element).map_err(CmdError::from)?];
            all.extend(values.iter().cloned());
            self.window.client().execute(script, all).await
        })
    }

    /// Finds the element and does something with it; tries again until it works or the deadline passes.
    #[track_caller]
    fn act<T>(&self, what: &str, action: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        let mut outcome = Err(String::new());
        holds_within(DEADLINE, || {
            outcome = self.now(&action);
            outcome.is_ok()
        });
        match outcome {
            Ok(value) => value,
            Err(why) => panic!("could not {what} {}: {why}. The page says:\n{}", self.shown(), self.window.page_text()),
        }
    }

    fn now<T>(&self, action: impl AsyncFn(Element) -> Result<T, CmdError>) -> Result<T, String> {
        self.window.try_ask(async { action(resolve(self.window, &self.steps).await?).await })
    }

    fn shown(&self) -> String {
        let step = |step: &Step| match &step.pick {
            Pick::Nth(0) => step.css.clone(),
            Pick::Nth(index) => format!("{} (number {})", step.css, index + 1),
            Pick::Holding(text) => format!("{} with the text {text:?}", step.css),
        };
        self.steps.iter().map(step).collect::<Vec<_>>().join(" → ")
    }
}

async fn resolve(window: &Window, steps: &[Step]) -> Result<Element, CmdError> {
    let mut inside: Option<Element> = None;
    for step in steps {
        let found = within(window, inside.as_ref(), &step.css).await?;
        inside = Some(choose(found, &step.pick).await?);
    }
    inside.ok_or_else(|| CmdError::InvalidArgument("search".to_owned(), "it has no steps".to_owned()))
}

async fn candidates(window: &Window, before: &[Step], css: &str) -> Result<Vec<Element>, CmdError> {
    if before.is_empty() {
        return within(window, None, css).await;
    }
    let inside = resolve(window, before).await?;
    within(window, Some(&inside), css).await
}

async fn within(window: &Window, inside: Option<&Element>, css: &str) -> Result<Vec<Element>, CmdError> {
    match inside {
        Some(element) => element.find_all(Locator::Css(css)).await,
        None => window.client().find_all(Locator::Css(css)).await,
    }
}

async fn choose(found: Vec<Element>, pick: &Pick) -> Result<Element, CmdError> {
    let count = found.len();
    for (index, element) in found.into_iter().enumerate() {
        let fits = match pick {
            Pick::Nth(wanted) => index == *wanted,
            Pick::Holding(text) => element.text().await?.contains(text.as_str()),
        };
        if fits {
            return Ok(element);
        }
    }
    Err(CmdError::InvalidArgument("search".to_owned(), format!("none of {count} elements fits")))
}
