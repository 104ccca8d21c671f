//! From rows and findings to OSCAL's observations, findings, risks and what they refer to.

use super::data::{
    Tokens, Uuids, block, deadline, derived, line, list, moment, object, prop, props, raw, reference, string,
};
use super::results::{Due, EvidenceRef, FindingRow, ResultRow, ResultStatus, Results};
use crate::error::ExchangeError;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a status is in our words, in a sentence, and in OSCAL's: state, reason and state of implementation.
struct Words {
    ours: &'static str,
    sentence: &'static str,
    state: &'static str,
    reason: &'static str,
    implemented: Option<&'static str>,
}

fn words(status: ResultStatus) -> Words {
    let (ours, sentence, state, reason, implemented) = match status {
        ResultStatus::Met => ("met", "The requirement is met.", "satisfied", "pass", Some("implemented")),
        ResultStatus::Partly => {
            ("partly-met", "The requirement is partly met.", "not-satisfied", "fail", Some("partial"))
        }
        ResultStatus::NotMet => ("not-met", "The requirement is not met.", "not-satisfied", "fail", None),
        // OSCAL knows no third state: what does not apply leaves nothing to be satisfied.
        ResultStatus::NotApplicable => {
            ("not-applicable", "The requirement does not apply.", "satisfied", "other", Some("not-applicable"))
        }
        ResultStatus::NotAssessed => {
            ("not-assessed", "The requirement has not been assessed.", "not-satisfied", "other", None)
        }
    };
    Words { ours, sentence, state, reason, implemented }
}

fn lacking(status: ResultStatus) -> bool {
    matches!(status, ResultStatus::Partly | ResultStatus::NotMet)
}

/// The lists of the document, while they grow.
pub(super) struct Rows<'r> {
    input: &'r Results,
    subject: Uuid,
    uuids: Uuids,
    tokens: Tokens,
    people: BTreeMap<String, Uuid>,
    /// By everything that is said about it: two pieces with one UUID stay two.
    evidence: BTreeMap<&'r EvidenceRef, Uuid>,
    /// By requirement: the objective and the observation of its first row, and whether a row lacks something.
    known: BTreeMap<&'r str, (String, Option<Uuid>, bool)>,
    pub(super) parties: Vec<Value>,
    pub(super) objectives: Vec<Value>,
    pub(super) resources: Vec<Value>,
    pub(super) observations: Vec<Value>,
    pub(super) risks: Vec<Value>,
    pub(super) findings: Vec<Value>,
}

/// What is to be done about a row or finding, and by whom.
struct Task<'t> {
    from: Uuid,
    title: &'t str,
    owner: &'t str,
    due: Option<Due>,
    done: bool,
}

impl<'r> Rows<'r> {
    pub(super) fn new(input: &'r Results, subject: Uuid, uuids: Uuids) -> Self {
        let of_rows = input.rows.iter().map(|row| row.requirement.as_str());
        let tokens = Tokens::new(of_rows.chain(input.findings.iter().map(|finding| finding.requirement.as_str())));
        Self {
            input,
            subject,
            uuids,
            tokens,
            people: BTreeMap::new(),
            evidence: BTreeMap::new(),
            known: BTreeMap::new(),
            parties: Vec::new(),
            objectives: Vec::new(),
            resources: Vec::new(),
            observations: Vec::new(),
            risks: Vec::new(),
            findings: Vec::new(),
        }
    }

    pub(super) fn add_all(&mut self) -> Result<(), ExchangeError> {
        let input = self.input;
        for party in &input.parties {
            self.add_party(party.uuid, &party.name, party.organisation);
        }
        for row in &input.rows {
            self.add_row(row)?;
        }
        for finding in &input.findings {
            self.add_finding(finding);
        }
        Ok(())
    }

    /// The scope is every row; what nobody judged is taken out of it again, so that it does not pass for reviewed.
    pub(super) fn reviewed_controls(&self) -> Value {
        let (mut all, mut judged) = (Vec::new(), BTreeSet::new());
        let mut seen = BTreeSet::new();
        for row in &self.input.rows {
            if seen.insert(row.requirement.as_str()) {
                all.push(row.requirement.as_str());
            }
            if row.status != ResultStatus::NotAssessed {
                judged.insert(row.requirement.as_str());
            }
        }
        let control = |id: &&str| json!({"control-id": self.tokens.of(id)});
        let selection = object([
            ("include-controls", list(all.iter().map(control))),
            ("exclude-controls", list(all.iter().filter(|id| !judged.contains(**id)).map(control))),
        ]);
        object([("control-selections", list([selection]))])
    }

    fn add_party(&mut self, given: Uuid, name: &str, organisation: bool) -> Option<Uuid> {
        let shown = string(name)?;
        let uuid = self.uuids.take(given);
        self.people.entry(name.trim().to_string()).or_insert(uuid);
        let kind = if organisation { "organization" } else { "person" };
        let props = props([("id", &given.to_string())]);
        self.parties.push(object([
            ("uuid", raw(uuid.to_string())),
            ("type", raw(kind)),
            ("name", Some(shown)),
            ("props", props),
        ]));
        Some(uuid)
    }

    /// The party of that name, added where it is new; none for an empty name.
    fn person(&mut self, name: &str) -> Option<Uuid> {
        let name = name.trim();
        let known = self.people.get(name).copied();
        known.or_else(|| self.add_party(derived(self.input.uuid, &format!("party {name}")), name, false))
    }

    fn add_objective(&mut self, requirement: &str, title: &str, statement: &str) -> String {
        let control = self.tokens.of(requirement);
        let objective = self.tokens.free(&format!("{control}_obj"));
        let part = object([
            ("id", raw(&objective)),
            ("name", raw("assessment-objective")),
            ("title", line(title)),
            ("prose", block(statement)),
        ]);
        self.objectives.push(object([
            ("control-id", raw(control)),
            ("props", props([("requirement", requirement)])),
            ("parts", list([part])),
        ]));
        objective
    }

    fn add_row(&mut self, row: &'r ResultRow) -> Result<(), ExchangeError> {
        let title = if row.title.trim().is_empty() { &row.requirement } else { &row.title };
        let objective = self.add_objective(&row.requirement, title, &row.statement);
        let uuid = self.uuids.take(row.uuid);
        let observation = self.uuids.take(derived(row.uuid, "observation"));
        self.add_observation(row, title, observation)?;
        let lacks = lacking(row.status);
        let known = self.known.entry(&row.requirement).or_insert((objective.clone(), Some(observation), false));
        known.2 |= lacks;
        if row.status == ResultStatus::NotAssessed {
            return Ok(());
        }
        let said = words(row.status);
        let risk = lacks.then(|| self.add_row_risk(row, title, observation));
        let implemented = said.implemented.or(row.due.map(|_| "planned"));
        let status =
            object([("state", raw(said.state)), ("reason", raw(said.reason)), ("remarks", block(&row.reason))]);
        let target = object([
            ("type", raw("objective-id")),
            ("target-id", raw(objective)),
            ("title", line(title)),
            ("props", props([("requirement", &row.requirement)])),
            ("status", Some(status)),
            ("implementation-status", implemented.map(|state| json!({"state": state}))),
        ]);
        self.findings.push(object([
            ("uuid", raw(uuid.to_string())),
            ("title", line(title).or_else(|| raw("Requirement"))),
            ("description", raw(said.sentence)),
            ("props", row_props(row)),
            ("target", Some(target)),
            ("related-observations", list([json!({"observation-uuid": observation.to_string()})])),
            ("related-risks", list(risk.map(|risk| json!({"risk-uuid": risk.to_string()})))),
        ]));
        Ok(())
    }

    fn add_observation(&mut self, row: &'r ResultRow, title: &str, uuid: Uuid) -> Result<(), ExchangeError> {
        let reviewed = row.reviewed_by.as_ref().map(|(_, at)| *at);
        let collected = row.collected.or(reviewed).or(self.input.assessment.end).unwrap_or(self.input.last_modified);
        let reviewer = row.reviewed_by.as_ref().and_then(|(name, _)| self.person(name));
        let actor = reviewer.map(|uuid| json!({"type": "party", "actor-uuid": uuid.to_string()}));
        let origin = actor.map(|actor| json!({"actors": [actor]}));
        let mut evidence = Vec::new();
        for piece in &row.evidence {
            evidence.push(object([
                ("href", raw(format!("#{}", self.add_evidence(piece)))),
                ("description", block(&piece.title).or_else(|| raw("A piece of evidence."))),
            ]));
        }
        let method = if row.evidence.is_empty() { "UNKNOWN" } else { "EXAMINE" };
        let seen = block(&row.observation);
        let comment = block(&row.comment);
        // OSCAL wants a description: where nothing was observed the comment, else the plain answer stands for it.
        let (description, remarks) = if seen.is_some() { (seen, comment) } else { (comment, None) };
        self.observations.push(object([
            ("uuid", raw(uuid.to_string())),
            ("title", line(title)),
            ("description", description.or_else(|| raw(words(row.status).sentence))),
            ("props", row_props(row)),
            ("methods", list(raw(method))),
            ("types", list(raw("control-objective"))),
            ("origins", list(origin)),
            ("subjects", list([json!({"subject-uuid": self.subject.to_string(), "type": "component"})])),
            ("relevant-evidence", list(evidence)),
            ("collected", raw(moment(collected)?)),
            ("remarks", remarks),
        ]));
        Ok(())
    }

    /// The resource of a piece of evidence, one for all rows that rest on it.
    fn add_evidence(&mut self, piece: &'r EvidenceRef) -> Uuid {
        if let Some(uuid) = self.evidence.get(piece) {
            return *uuid;
        }
        let uuid = self.uuids.take(piece.uuid);
        self.evidence.insert(piece, uuid);
        let stated = piece.sha256.as_deref().unwrap_or_default().trim();
        let sound = stated.len() == 64 && stated.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hash = sound.then(|| json!({"algorithm": "SHA-256", "value": stated.to_ascii_lowercase()}));
        let href = reference(&piece.href);
        // A hash can only stand at a link; without one, or when either cannot be what it claims, it is kept as said.
        let beside = [
            prop("id", &piece.uuid.to_string()),
            prop("sha256", if href.is_none() || !sound { stated } else { "" }),
            prop("href", if href.is_none() { &piece.href } else { "" }),
        ];
        let link = href.map(|href| object([("href", raw(href)), ("hashes", list(hash))]));
        self.resources.push(object([
            ("uuid", raw(uuid.to_string())),
            ("title", line(&piece.title)),
            ("props", list(beside.into_iter().flatten())),
            ("rlinks", list(link)),
        ]));
        uuid
    }

    fn add_row_risk(&mut self, row: &ResultRow, title: &str, observation: Uuid) -> Uuid {
        let uuid = self.uuids.take(derived(row.uuid, "risk"));
        let sentence = raw(words(row.status).sentence);
        let task = Task { from: row.uuid, title, owner: &row.owner, due: row.due, done: false };
        let remediations = self.remediation(&task);
        self.risks.push(object([
            ("uuid", raw(uuid.to_string())),
            ("title", line(title).or_else(|| raw("Requirement"))),
            ("description", block(&row.observation).or_else(|| sentence.clone())),
            ("statement", block(&row.reason).or(sentence)),
            ("props", props([("requirement", &row.requirement), ("owner", &row.owner), ("due", &day(row.due))])),
            ("status", raw("open")),
            ("deadline", row.due.and_then(deadline)),
            ("remediations", list(remediations)),
            ("related-observations", list([json!({"observation-uuid": observation.to_string()})])),
        ]));
        uuid
    }

    fn add_finding(&mut self, finding: &'r FindingRow) {
        let known = self.known.get(finding.requirement.as_str()).cloned();
        let (objective, observation, lacks) = known.unwrap_or_else(|| {
            let title =
                if finding.requirement.trim().is_empty() { "No single requirement" } else { &finding.requirement };
            let added = (self.add_objective(&finding.requirement, title, ""), None, false);
            self.known.insert(&finding.requirement, added.clone());
            added
        });
        let title = line(&finding.title).or_else(|| raw("Finding"));
        let uuid = self.uuids.take(finding.uuid);
        let seen = observation.map(|uuid| json!({"observation-uuid": uuid.to_string()}));
        let risk = self.add_finding_risk(finding, title.clone(), seen.clone());
        // A closed finding does not make good a requirement whose own answer still is that something is missing.
        let state = if finding.closed && !lacks { "satisfied" } else { "not-satisfied" };
        let target = json!({"type": "objective-id", "target-id": objective, "status": {"state": state}});
        self.findings.push(object([
            ("uuid", raw(uuid.to_string())),
            ("title", title.clone()),
            ("description", block(&finding.description).or(title)),
            ("props", finding_props(finding)),
            ("target", Some(target)),
            ("related-observations", list(seen)),
            ("related-risks", list([json!({"risk-uuid": risk.to_string()})])),
        ]));
    }

    fn add_finding_risk(&mut self, finding: &FindingRow, title: Option<Value>, seen: Option<Value>) -> Uuid {
        let uuid = self.uuids.take(derived(finding.uuid, "risk"));
        let task = Task {
            from: finding.uuid,
            title: &finding.title,
            owner: &finding.owner,
            due: finding.due,
            done: finding.closed,
        };
        let remediations = self.remediation(&task);
        let description = block(&finding.description).or_else(|| title.clone());
        self.risks.push(object([
            ("uuid", raw(uuid.to_string())),
            ("title", title),
            ("description", description.clone()),
            ("statement", description),
            ("props", finding_props(finding)),
            ("status", raw(if finding.closed { "closed" } else { "open" })),
            ("deadline", finding.due.and_then(deadline)),
            ("remediations", list(remediations)),
            ("related-observations", list(seen)),
        ]));
        uuid
    }

    /// The response to a risk: one task with its day and its owner. None when neither is known.
    fn remediation(&mut self, task: &Task<'_>) -> Option<Value> {
        let owner = self.person(task.owner);
        let date = task.due.and_then(deadline);
        if owner.is_none() && date.is_none() {
            return None;
        }
        let title = line(task.title).or_else(|| raw("Remediation"));
        let role = owner.map(|uuid| json!({"role-id": "owner", "party-uuids": [uuid.to_string()]}));
        let step = object([
            ("uuid", raw(self.uuids.take(derived(task.from, "task")).to_string())),
            ("type", raw("milestone")),
            ("title", title.clone()),
            ("timing", date.map(|date| json!({"on-date": {"date": date}}))),
            ("responsible-roles", list(role)),
        ]);
        Some(object([
            ("uuid", raw(self.uuids.take(derived(task.from, "response")).to_string())),
            ("lifecycle", raw(if task.done { "completed" } else { "planned" })),
            ("title", title),
            ("description", raw("What is missing is to be put in place.")),
            ("tasks", list([step])),
        ]))
    }
}

/// What OSCAL has no field for.
fn row_props(row: &ResultRow) -> Option<Value> {
    let reviewed = row.reviewed_by.as_ref();
    props([
        ("id", &row.uuid.to_string()),
        ("requirement", &row.requirement),
        ("status", words(row.status).ours),
        ("maturity", &row.maturity),
        ("target-maturity", &row.target),
        ("owner", &row.owner),
        ("due", &day(row.due)),
        ("reviewed-by", reviewed.map(|(name, _)| name.as_str()).unwrap_or_default()),
        ("reviewed-at", &reviewed.map(|(_, at)| at.to_rfc3339()).unwrap_or_default()),
    ])
}

fn finding_props(finding: &FindingRow) -> Option<Value> {
    props([
        ("id", &finding.uuid.to_string()),
        ("requirement", &finding.requirement),
        ("severity", &finding.severity),
        ("owner", &finding.owner),
        ("due", &day(finding.due)),
        ("state", if finding.closed { "closed" } else { "open" }),
    ])
}

fn day(due: Option<Due>) -> String {
    due.map(|due| due.day.to_string()).unwrap_or_default()
}
