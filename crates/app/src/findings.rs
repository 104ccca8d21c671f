//! Findings: what they are about must fit together.

use crate::frameworks;
use conclave_domain::{
    fault::Fault,
    noun::{Body, Finding},
    t,
};
use conclave_vault::Desk;

/// A finding about an assessment is about that assessment's system, and about a requirement that it has.
///
/// # Errors
/// The assessment is another system's, or has no such requirement.
pub(crate) async fn prepare(desk: &mut Desk<'_>, finding: &mut Finding) -> Result<(), Fault> {
    finding.requirement = finding.requirement.trim().to_owned();
    if finding.status.is_empty() {
        finding.status = "open".into();
    }
    let Some(id) = finding.assessment else { return Ok(()) };
    // What is missing is said by the check of the links.
    let Ok(stored) = desk.read().record(id).await else { return Ok(()) };
    let Body::Assessment(assessment) = &stored.body else { return Ok(()) };
    if finding.subject.is_none() {
        finding.subject = assessment.subject;
    }
    if finding.subject != assessment.subject {
        return Err(Fault::invalid_field("assessment", t!("rule.finding_subject")));
    }
    let framework = frameworks::of(&mut desk.read(), assessment).await?;
    if !finding.requirement.is_empty() && framework.requirement(&finding.requirement).is_none() {
        return Err(Fault::invalid_field("requirement", t!("rule.requirement_unknown", id = finding.requirement)));
    }
    Ok(())
}
