//! Rules about one answer.

use conclave_domain::{answer::Answer, fault::Fault, framework::Requirement, t};
use conclave_vault::{Desk, How, Sheet};

/// Sets what the program sets in an answer, and holds what an assessment that is complete asks for.
///
/// # Errors
/// The requirement is unknown; the reply is none of those that it takes; a complete assessment would get a gap.
pub(super) fn hold(desk: &Desk<'_>, sheet: &Sheet, answer: &mut Answer, how: How) -> Result<(), Fault> {
    let id = &answer.requirement;
    let requirement = sheet
        .framework
        .requirement(id)
        .ok_or_else(|| Fault::invalid_field("requirement", t!("rule.requirement_unknown", id = id)))?;
    let before = sheet.answers.get(id);
    // What is attached and where it was derived from is not the caller's to say.
    answer.attached = before.map_or(0, |a| a.attached);
    if matches!(how, How::Form | How::Many) {
        answer.origin = before.and_then(|a| a.origin.clone());
        judge(requirement, before, answer)?;
    }
    if sheet.assessment.status == "complete"
        && let Some(gap) = answer.gap(requirement, desk.charter)
    {
        return Err(Fault::invalid_field(&gap.field, gap.sentence));
    }
    Ok(())
}

/// A new reply to a typed question sets the result that follows from it; a person may still set another one afterwards.
fn judge(requirement: &Requirement, before: Option<&Answer>, answer: &mut Answer) -> Result<(), Fault> {
    let value = answer.value.trim().to_owned();
    answer.value.clone_from(&value);
    if value.is_empty() || before.is_some_and(|b| b.value == value) {
        return Ok(());
    }
    let Some(asks) = &requirement.asks else {
        return Err(Fault::invalid_field("value", t!("rule.no_reply", id = requirement.id)));
    };
    if let Some(result) = asks.judge(&value).map_err(|f| Fault::invalid(vec![f]))? {
        answer.result = result;
    }
    Ok(())
}
