//! Templates: which requirements a kind of system leaves out or stresses, with reasons that a person can change.

use serde::{Deserialize, Serialize};

/// The template file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates {
    /// Id, edition and note.
    pub templates: About,
    /// By kind of system: predictive, generative through an API, …
    #[serde(rename = "kind")]
    pub kinds: Vec<Template>,
    /// By the organisation's role: provider, deployer.
    #[serde(rename = "role")]
    pub roles: Vec<Template>,
}

/// What the file is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names say it")]
pub struct About {
    pub id: String,
    pub edition: String,
    pub note: String,
}

/// What follows from one kind or role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// When to choose it.
    pub about: String,
    /// Why a requirement is included, where nothing more particular is said.
    pub inclusion: String,
    /// What does not apply.
    pub leave_out: Vec<Part>,
    /// What matters most.
    pub stress: Vec<Part>,
}

/// Requirements of a framework that share a reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// The framework.
    pub framework: String,
    /// The requirements.
    pub requirements: Vec<String>,
    /// The reason.
    pub reason: String,
}

impl Templates {
    /// Why a requirement is left out for a kind and a role; `None` if it is not.
    pub fn left_out<'a>(&'a self, kind: &'a str, role: &'a str, framework: &str, requirement: &str) -> Option<&'a str> {
        self.find(kind, role, framework, requirement, |t| &t.leave_out)
    }

    /// Why a requirement is included for a kind and a role: what is stressed gives its own reason.
    pub fn inclusion<'a>(
        &'a self,
        kind: &'a str,
        role: &'a str,
        framework: &str,
        requirement: &str,
    ) -> Option<&'a str> {
        self.find(kind, role, framework, requirement, |t| &t.stress)
            .or_else(|| self.of(kind, role).map(|t| t.inclusion.as_str()).find(|i| !i.is_empty()))
    }

    fn of<'a>(&'a self, kind: &'a str, role: &'a str) -> impl Iterator<Item = &'a Template> {
        self.kinds.iter().filter(move |t| t.id == kind).chain(self.roles.iter().filter(move |t| t.id == role))
    }

    fn find<'a>(
        &'a self,
        kind: &'a str,
        role: &'a str,
        framework: &str,
        requirement: &str,
        parts: impl Fn(&'a Template) -> &'a Vec<Part>,
    ) -> Option<&'a str> {
        self.of(kind, role)
            .flat_map(parts)
            .find(|p| p.framework == framework && p.requirements.iter().any(|r| r == requirement))
            .map(|p| p.reason.as_str())
    }
}
