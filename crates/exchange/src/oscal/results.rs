//! Assessment results.

use super::data::{Uuids, derived, line, list, moment, object, props, raw, reference, string};
use super::rows::Rows;
use crate::error::ExchangeError;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// The version of OSCAL that is written.
pub const OSCAL_VERSION: &str = "1.2.1";

/// One assessment with everything that it found. Empty texts are left out; texts are plain text, not markup.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Of the document.
    pub uuid: Uuid,
    /// The document's title.
    pub title: String,
    /// The document's version.
    pub version: String,
    /// When its content was last changed.
    pub last_modified: DateTime<Utc>,
    /// People and organisations. Owners and reviewers who are not among them are added by their name.
    pub parties: Vec<Party>,
    /// The assessment.
    pub assessment: AssessmentRef,
    /// What was assessed against.
    pub framework: FrameworkRef,
    /// What was assessed.
    pub subject: SubjectRef,
    /// A row for each requirement.
    pub rows: Vec<ResultRow>,
    /// Findings beside the rows.
    pub findings: Vec<FindingRow>,
}

/// A day on which something is due, and the moment at which it ends where the board sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub day: NaiveDate,
    /// Its last moment.
    pub ends: DateTime<Utc>,
}

/// A person or an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its UUID.
    pub uuid: Uuid,
    /// The name.
    pub name: String,
    /// An organisation, not a person.
    pub organisation: bool,
}

/// The assessment of which the results are.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentRef {
    /// Its UUID.
    pub uuid: Uuid,
    /// The title.
    pub title: String,
    /// When it began.
    pub start: DateTime<Utc>,
    /// When it was completed; none while it goes on.
    pub end: Option<DateTime<Utc>>,
}

/// The framework whose requirements were assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkRef {
    /// Its id with us.
    pub id: String,
    /// The title.
    pub title: String,
    /// The edition.
    pub edition: String,
    /// Where it comes from: an address or a description.
    pub source: String,
}

/// What was assessed: a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRef {
    /// Its UUID.
    pub uuid: Uuid,
    /// Its name.
    pub title: String,
}

/// How far a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultStatus {
    /// Wholly.
    Met,
    /// In part.
    Partly,
    /// Not.
    NotMet,
    /// It does not apply to the subject.
    NotApplicable,
    /// Nobody has judged it yet.
    NotAssessed,
}

/// A requirement with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultRow {
    /// Of the answer.
    pub uuid: Uuid,
    /// The requirement's id in the framework ("1.1.a").
    pub requirement: String,
    /// The requirement's title.
    pub title: String,
    /// The answer.
    pub status: ResultStatus,
    /// What is asked for.
    pub statement: String,
    /// A comment on the answer.
    pub comment: String,
    /// What was seen.
    pub observation: String,
    /// Why the requirement does not apply or is not met.
    pub reason: String,
    /// Who is to do what is missing.
    pub owner: String,
    /// Until when.
    pub due: Option<Due>,
    /// The maturity reached.
    pub maturity: String,
    /// The maturity aimed at.
    pub target: String,
    /// Who confirmed the answer, and when.
    pub reviewed_by: Option<(String, DateTime<Utc>)>,
    /// What the answer rests on.
    pub evidence: Vec<EvidenceRef>,
    /// When it was observed; else the review, the assessment's end or the document's last change stands for it.
    pub collected: Option<DateTime<Utc>>,
}

/// A document or record that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvidenceRef {
    /// Its UUID; the same piece may support several rows.
    pub uuid: Uuid,
    /// The title.
    pub title: String,
    /// SHA-256 of the content in hexadecimal digits.
    pub sha256: Option<String>,
    /// Where it is: an address, or a path relative to the document; empty when it has none.
    pub href: String,
}

/// A finding that has a record of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// Its UUID.
    pub uuid: Uuid,
    /// The title.
    pub title: String,
    /// What was found.
    pub description: String,
    /// How severe it is.
    pub severity: String,
    /// The requirement that it is about; empty when it is about none.
    pub requirement: String,
    /// Who is to mend it.
    pub owner: String,
    /// Until when.
    pub due: Option<Due>,
    /// Whether it is mended.
    pub closed: bool,
}

/// Writes an OSCAL assessment-results document in JSON. The same input always gives the same bytes: UUIDs that are not
/// given are made from those that are, and so are replacements for given ones of a version that OSCAL does not allow
/// (it knows 4 and 5; the original is kept in the property "id").
///
/// Every requirement becomes a control, an objective and an observation; one that was assessed also a finding, and one
/// that is not or partly met a risk with its deadline. Our own ids and words are kept in properties.
///
/// # Errors
/// [`ExchangeError::NotWritable`] without rows, or with a moment outside the years 1900 to 2999.
pub fn write_results(input: &Results) -> Result<Vec<u8>, ExchangeError> {
    if input.rows.is_empty() {
        let reason = "An assessment without requirements cannot be written as OSCAL assessment results.".to_string();
        return Err(ExchangeError::NotWritable { reason });
    }
    let mut uuids = Uuids::default();
    let document = uuids.take(input.uuid);
    let result = uuids.take(input.assessment.uuid);
    let subject = uuids.take(input.subject.uuid);
    let (plan, framework) = (uuids.take(derived(document, "plan")), uuids.take(derived(document, "framework")));
    let mut rows = Rows::new(input, subject, uuids);
    rows.add_all()?;

    let resources = [plan_resource(plan), framework_resource(framework, &input.framework)];
    let resources = list(resources.into_iter().chain(std::mem::take(&mut rows.resources)));
    let results = json!([result_object(input, (result, subject, framework), &mut rows)?]);
    let import = object([
        ("href", raw(format!("#{plan}"))),
        (
            "remarks",
            raw("There is no separate assessment plan; the framework and these results say what was assessed."),
        ),
    ]);
    let body = object([
        ("uuid", raw(document.to_string())),
        ("metadata", Some(metadata(input, &mut rows)?)),
        ("import-ap", Some(import)),
        ("local-definitions", Some(object([("objectives-and-methods", list(std::mem::take(&mut rows.objectives)))]))),
        ("results", Some(results)),
        ("back-matter", Some(object([("resources", resources)]))),
    ]);
    let whole = object([("assessment-results", Some(body))]);
    serde_json::to_vec_pretty(&whole).map_err(|error| ExchangeError::NotWritten { source: error.into() })
}

fn metadata(input: &Results, rows: &mut Rows<'_>) -> Result<Value, ExchangeError> {
    Ok(object([
        ("title", line(&input.title).or_else(|| raw("Assessment results"))),
        ("last-modified", raw(moment(input.last_modified)?)),
        ("version", string(&input.version).or_else(|| raw("1"))),
        ("oscal-version", raw(OSCAL_VERSION)),
        ("props", props([("id", &input.uuid.to_string())])),
        ("roles", list([json!({"id": "owner", "title": "Owner"})])),
        ("parties", list(std::mem::take(&mut rows.parties))),
    ]))
}

fn result_object(
    input: &Results,
    (result, subject, framework): (Uuid, Uuid, Uuid),
    rows: &mut Rows<'_>,
) -> Result<Value, ExchangeError> {
    let end = input.assessment.end.map(moment).transpose()?;
    let about = &input.framework;
    let component = object([
        ("uuid", raw(subject.to_string())),
        ("type", raw("system")),
        ("title", line(&input.subject.title).or_else(|| raw("The assessed system"))),
        ("description", raw("The system that was assessed.")),
        ("props", props([("id", &input.subject.uuid.to_string())])),
        ("status", Some(json!({"state": "other", "remarks": "The state of operation is not part of these results."}))),
    ]);
    Ok(object([
        ("uuid", raw(result.to_string())),
        ("title", line(&input.assessment.title).or_else(|| raw("Assessment"))),
        ("description", raw("The answers to the requirements of the framework, with observations and findings.")),
        ("start", raw(moment(input.assessment.start)?)),
        ("end", end.and_then(raw)),
        (
            "props",
            props([
                ("id", &input.assessment.uuid.to_string()),
                ("framework-id", &about.id),
                ("framework-title", &about.title),
                ("framework-edition", &about.edition),
            ]),
        ),
        ("links", list([json!({"href": format!("#{framework}"), "rel": "reference"})])),
        ("local-definitions", Some(object([("components", list([component]))]))),
        ("reviewed-controls", Some(rows.reviewed_controls())),
        ("observations", list(std::mem::take(&mut rows.observations))),
        ("risks", list(std::mem::take(&mut rows.risks))),
        ("findings", list(std::mem::take(&mut rows.findings))),
    ]))
}

/// OSCAL wants results to name a plan; this stands where none was written.
fn plan_resource(uuid: Uuid) -> Value {
    json!({
        "uuid": uuid.to_string(),
        "title": "Assessment plan",
        "description": "No assessment plan was written as a document of its own."
    })
}

fn framework_resource(uuid: Uuid, framework: &FrameworkRef) -> Value {
    let cited: Vec<&str> = [&framework.title, &framework.edition, &framework.source]
        .into_iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    let address = Some(framework.source.trim()).filter(|source| source.starts_with("http") && source.contains("://"));
    let link = address.and_then(reference).map(|href| json!({"href": href}));
    object([
        ("uuid", raw(uuid.to_string())),
        ("title", line(&framework.title).or_else(|| raw("Framework"))),
        ("props", props([("framework-id", &framework.id), ("framework-edition", &framework.edition)])),
        ("citation", line(&cited.join(", ")).map(|text| object([("text", Some(text))]))),
        ("rlinks", list(link)),
    ])
}
