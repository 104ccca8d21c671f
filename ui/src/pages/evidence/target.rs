//! What evidence is attached to: the words for it in an address, and the way into a record of evidence and out of it.

use crate::{
    call::{send, send_under, ticket},
    parts::path::list_path,
};
use conclave_domain::{
    call::record::{GetRecord, SaveRecord, Saved},
    fault::Fault,
    kind::Kind,
    noun::{
        Body, Evidence,
        evidence::{AnswerRef, ConditionRef},
    },
    t,
};
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// Something that evidence shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The answer of an assessment to a requirement.
    Answer(Uuid, String),
    /// A condition of a decision, from 1.
    Condition(Uuid, u32),
    /// A record.
    Record(Kind, Uuid),
}

/// The kinds of record that evidence points to by itself.
const KINDS: [Kind; 6] = [Kind::System, Kind::Vendor, Kind::Risk, Kind::Review, Kind::Finding, Kind::Decision];

impl Target {
    /// What an address asks for: "?risk=…&answer=…:2.1".
    pub fn read(query: &ParamsMap) -> Vec<Target> {
        let id = |text: &str| text.parse::<Uuid>().ok();
        let pair =
            |key: &str| query.get(key).and_then(|v| v.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())));
        let answer = pair("answer").and_then(|(a, r)| Some(Target::Answer(id(&a)?, r)));
        let condition = pair("condition").and_then(|(d, n)| Some(Target::Condition(id(&d)?, n.parse().ok()?)));
        let records = KINDS.iter().filter_map(|k| Some(Target::Record(*k, id(&query.get(k.name())?)?)));
        records.chain(answer).chain(condition).collect()
    }

    /// Where new evidence for it is brought in.
    pub fn new_path(&self) -> String {
        let base = list_path(Kind::Evidence);
        match self {
            Target::Answer(assessment, requirement) => {
                format!("{base}/new?answer={assessment}:{}", crate::parts::dom::escape(requirement))
            }
            Target::Condition(decision, number) => format!("{base}/new?condition={decision}:{number}"),
            Target::Record(kind, id) => format!("{base}/new?{}={id}", kind.name()),
        }
    }

    /// The record that it is, or is a part of.
    pub const fn record(&self) -> Uuid {
        match self {
            Target::Answer(id, _) | Target::Condition(id, _) | Target::Record(_, id) => *id,
        }
    }

    /// "ASM-0001 · 2.1", "DEC-0001 · condition 2".
    pub fn name(&self, reference: &str) -> String {
        match self {
            Target::Answer(_, requirement) => {
                t!("evidence_page.answer", reference = reference, requirement = requirement)
            }
            Target::Condition(_, number) => t!("evidence_page.condition", reference = reference, n = number),
            Target::Record(..) => reference.to_owned(),
        }
    }

    /// The answers and conditions that evidence is attached to.
    pub fn parts(answers: &[AnswerRef], conditions: &[ConditionRef]) -> Vec<Target> {
        let answers = answers.iter().map(|a| Target::Answer(a.assessment, a.requirement.clone()));
        answers.chain(conditions.iter().map(|c| Target::Condition(c.decision, c.number))).collect()
    }

    /// Attaches evidence to it. A condition's decision lists the evidence too.
    pub fn attach(&self, evidence: &mut Evidence) {
        match self {
            Target::Answer(assessment, requirement) => {
                add(&mut evidence.answers, AnswerRef { assessment: *assessment, requirement: requirement.clone() });
            }
            Target::Condition(decision, number) => {
                add(&mut evidence.conditions, ConditionRef { decision: *decision, number: *number });
                add(&mut evidence.decisions, *decision);
            }
            Target::Record(kind, id) => {
                if let Some(ids) = ids(*kind, evidence) {
                    add(ids, *id);
                }
            }
        }
    }

    /// Detaches evidence from it.
    pub fn detach(&self, evidence: &mut Evidence) {
        match self {
            Target::Answer(assessment, requirement) => {
                evidence.answers.retain(|a| a.assessment != *assessment || a.requirement != *requirement);
            }
            Target::Condition(decision, number) => {
                evidence.conditions.retain(|c| c.decision != *decision || c.number != *number);
            }
            Target::Record(kind, id) => {
                if let Some(ids) = ids(*kind, evidence) {
                    ids.retain(|one| one != id);
                }
            }
        }
    }
}

fn ids(kind: Kind, evidence: &mut Evidence) -> Option<&mut Vec<Uuid>> {
    Some(match kind {
        Kind::System => &mut evidence.systems,
        Kind::Vendor => &mut evidence.vendors,
        Kind::Risk => &mut evidence.risks,
        Kind::Review => &mut evidence.reviews,
        Kind::Finding => &mut evidence.findings,
        Kind::Decision => &mut evidence.decisions,
        _ => return None,
    })
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// Reads evidence, changes what it is attached to, and saves it: both in the opening in which it was begun.
pub async fn change(evidence: Uuid, change: impl FnOnce(&mut Evidence)) -> Result<Saved, Fault> {
    let begun_under = ticket();
    let detail = send(GetRecord { reference: evidence.to_string() }).await?;
    let Body::Evidence(mut body) = detail.body else { return Err(Fault::internal()) };
    change(&mut body);
    let (id, revision) = (Some(detail.head.id), detail.head.revision);
    send_under(begun_under, SaveRecord { id, revision, body: Body::Evidence(body) }).await
}
