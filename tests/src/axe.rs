//! Accessibility by machine: axe-core on the page as it is shown.

use std::fmt;

use serde_json::Value;

use crate::Window;

const AXE: &str = include_str!("../assets/axe/axe.min.js");

/// The rules of WCAG 2.2 AA and everything that it builds on.
const RUN: &str = "axe.run(document, { runOnly: { type: 'tag', values: \
                   ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }, resultTypes: ['violations'] })\
                   .then((result) => result.violations)";

/// One rule that a page breaks.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The rule's short name, such as `color-contrast`.
    pub rule: String,
    /// How much it hurts, in axe's words.
    pub impact: String,
    /// What to do.
    pub help: String,
    /// The elements that break it, as selectors, each with what is wrong.
    pub elements: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}.", self.rule, self.impact, self.help)?;
        self.elements.iter().try_for_each(|element| write!(f, "\n  {element}"))
    }
}

impl Window {
    /// Runs axe-core on the page and returns what breaks WCAG 2.2 AA.
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        if self.eval("return typeof axe === 'undefined';") == Value::Bool(true) {
            self.eval(AXE);
        }
        let violations = self.eval_promise(RUN);
        violations.as_array().map(|all| all.iter().map(violation).collect()).unwrap_or_default()
    }

    /// Insists that the page breaks no accessibility rule.
    ///
    /// # Panics
    /// With every violation, its elements and what to do.
    #[track_caller]
    pub fn assert_accessible(&self, page: &str) {
        let violations = self.axe();
        let list = violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(violations.is_empty(), "the page \"{page}\" breaks accessibility rules:\n{list}");
    }
}

fn violation(value: &Value) -> Violation {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let elements = value["nodes"].as_array().map(|nodes| nodes.iter().map(element).collect()).unwrap_or_default();
    Violation { rule: text("id"), impact: text("impact"), help: text("help"), elements }
}

fn element(node: &Value) -> String {
    let target = node["target"].as_array().and_then(|path| path.last()).and_then(Value::as_str).unwrap_or_default();
    let summary = node["failureSummary"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{target}: {summary}")
}
