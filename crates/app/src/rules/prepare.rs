//! What happens to a body before it is saved: values that the program sets itself, and rules that need to see the record
//! as it was or other records.

use super::separation;
use crate::{frameworks, records::answer_gaps};
use conclave_domain::{
    fault::{Fault, FieldFault},
    kind::Kind,
    noun::{Assessment, Body, Decision, PackRecord, Review, Risk},
    t,
};
use conclave_vault::{Desk, How, crypto::sha256, store::record::Stored};
use uuid::Uuid;

/// Prepares a body for saving.
///
/// # Errors
/// A rule that compares with the record before, or with other records, is broken.
pub(super) async fn prepare(
    desk: &mut Desk<'_>,
    body: &mut Body,
    before: Option<&Stored>,
    how: How,
) -> Result<(), Fault> {
    match body {
        Body::Assessment(assessment) => assessment_rules(desk, assessment, before, how).await,
        Body::Review(review) => review_rules(desk, review, before, how).await,
        Body::Decision(decision) => decision_rules(desk, decision, before).await,
        Body::Pack(pack) => pack_rules(pack, before, how),
        Body::Evidence(evidence) => crate::evidence::prepare(desk, evidence, before, how).await,
        Body::System(system) => crate::gates::hold(desk, system, before, how).await,
        Body::Finding(finding) => crate::findings::prepare(desk, finding).await,
        Body::Risk(risk) => risk_rules(risk, before, how),
        Body::Vendor(_) | Body::Asset(_) => Ok(()),
    }
}

/// Invariant: nobody accepts a risk by a spreadsheet, nor changes what somebody accepted.
pub(crate) fn risk_rules(risk: &Risk, before: Option<&Stored>, how: How) -> Result<(), Fault> {
    if how != How::Import {
        return Ok(());
    }
    if let Some(before) = before
        && matches!(&before.body, Body::Risk(old) if old.status == "accepted")
    {
        let sentence = t!("rule.accepted_by_file", reference = before.head.reference);
        return Err(Fault::invalid_field("status", sentence));
    }
    if risk.status == "accepted" {
        return Err(Fault::invalid_field("status", t!("app.accept_by_hand")));
    }
    Ok(())
}

/// A pack's record says what was built; only its title is the person's.
fn pack_rules(pack: &mut PackRecord, before: Option<&Stored>, how: How) -> Result<(), Fault> {
    match before.map(|b| &b.body) {
        Some(Body::Pack(built)) => {
            let title = std::mem::take(&mut pack.title);
            *pack = PackRecord { title, ..built.clone() };
            Ok(())
        }
        _ if how == How::Build => Ok(()),
        _ => Err(Fault::bad_request(t!("app.packs_are_built"))),
    }
}

async fn assessment_rules(
    desk: &mut Desk<'_>,
    assessment: &mut Assessment,
    before: Option<&Stored>,
    how: How,
) -> Result<(), Fault> {
    if assessment.framework.is_empty() {
        assessment.framework = conclave_domain::content::LEAD.to_owned();
    }
    let old = match before.map(|b| &b.body) {
        Some(Body::Assessment(old)) => Some(old),
        _ => None,
    };
    // A form does not have to know which edition was begun with.
    if let Some(old) = old.filter(|old| assessment.edition.is_empty() && old.framework == assessment.framework) {
        assessment.edition.clone_from(&old.edition);
    }
    let framework = frameworks::of(&mut desk.read(), assessment).await?;
    assessment.edition.clone_from(&framework.framework.edition);
    let (Some(before), Some(old)) = (before, old) else {
        if how != How::Carry {
            assessment.previous = None;
        }
        return Ok(());
    };
    let same = old.framework == assessment.framework && old.edition == assessment.edition;
    if !same || old.subject != assessment.subject {
        return Err(Fault::invalid_field("subject", t!("app.assessment_bound")));
    }
    assessment.previous = old.previous;
    if !matches!(how, How::Template | How::Undo) {
        assessment.system_kind.clone_from(&old.system_kind);
    }
    if assessment.status == "complete" {
        let answers = desk.read().answers(before.seq).await?;
        let gaps = answer_gaps(&framework, &answers, desk.charter);
        if let Some((id, _)) = gaps.first_key_value() {
            return Err(Fault::invalid_field("status", t!("rule.assessment_complete", count = gaps.len(), id = id)));
        }
    }
    Ok(())
}

async fn review_rules(
    desk: &mut Desk<'_>,
    review: &mut Review,
    before: Option<&Stored>,
    how: How,
) -> Result<(), Fault> {
    let old = match before.map(|b| &b.body) {
        Some(Body::Review(old)) => old.clone(),
        _ => Review::default(),
    };
    review.keeps_plan(&old).map_err(|f| Fault::invalid(vec![f]))?;
    // Figures come from a measurement only.
    if !matches!(how, How::Measure | How::Sample) {
        review.fairness.clone_from(&old.fairness);
    }
    if review.fairness_plan != old.fairness_plan
        && let Some(plan) = &mut review.fairness_plan
    {
        let faults = plan.check();
        if !faults.is_empty() {
            let at_plan = |f: FieldFault| FieldFault::new(format!("fairness_plan.{}", f.field), f.sentence);
            return Err(Fault::invalid(faults.into_iter().map(at_plan).collect()));
        }
        plan.min_group_size = desk.charter.min_group_size;
        plan.recorded_by.clone_from(&desk.actor.name);
        let told = plan.recorded_on.filter(|_| how == How::Sample);
        plan.recorded_on = told.or(Some(desk.now.day()));
        if matches!(review.status.as_str(), "" | "draft") {
            review.status = "planned".into();
        }
    }
    conclude(desk, review, &old, before).await
}

/// Who concluded a review is set by the program.
async fn conclude(
    desk: &mut Desk<'_>,
    review: &mut Review,
    old: &Review,
    before: Option<&Stored>,
) -> Result<(), Fault> {
    match (review.status.as_str(), old.status.as_str()) {
        // Other work under somebody's conclusion would be a conclusion that they never drew.
        ("concluded", "concluded") if !separation::is_worked_on(review, old) => {
            review.concluded_by.clone_from(&old.concluded_by);
        }
        ("concluded", _) => {
            separation::may_conclude(desk, review, old, before).await?;
            review.concluded_by.clone_from(&desk.actor.name);
        }
        _ => review.concluded_by.clear(),
    }
    Ok(())
}

async fn decision_rules(desk: &mut Desk<'_>, decision: &mut Decision, before: Option<&Stored>) -> Result<(), Fault> {
    let old = match before.map(|b| &b.body) {
        Some(Body::Decision(old)) => old.clone(),
        _ => Decision::default(),
    };
    if old.is_decided() {
        let kept = Decision { conditions: old.conditions.clone(), notes: old.notes.clone(), ..decision.clone() };
        if kept != old || !same_conditions(&old, decision) {
            return Err(Fault::invalid_field("status", t!("rule.decided_frozen")));
        }
        return Ok(());
    }
    decision.reviewed_hash = String::new();
    decision.charter_edition = 0;
    if decision.is_decided() {
        decision.charter_edition = desk.charter.edition;
        if let Some(subject) = decision.subject {
            decision.reviewed_hash = reviewed(desk, subject, &decision.reviews).await?;
        }
    }
    Ok(())
}

/// After a decision only the state of its conditions can change, not what they ask.
fn same_conditions(old: &Decision, new: &Decision) -> bool {
    old.conditions.len() == new.conditions.len()
        && old
            .conditions
            .iter()
            .zip(&new.conditions)
            .all(|(a, b)| a.text == b.text && a.owner == b.owner && a.due_on == b.due_on)
}

/// SHA-256 over exactly what lay before the board: the system, its assessments with answers, and the reviews considered.
async fn reviewed(desk: &mut Desk<'_>, subject: Uuid, reviews: &[Uuid]) -> Result<String, Fault> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut reader = desk.read();
    let mut add = |value: serde_json::Value| {
        parts.push(value.to_string().into_bytes());
        parts.push(vec![0]);
    };
    add(reader.record(subject).await?.body.to_map().into());
    for assessment in reader.records(Kind::Assessment, Some(subject)).await? {
        add(assessment.body.to_map().into());
        add(serde_json::to_value(reader.answers(assessment.seq).await?).unwrap_or_default());
    }
    let mut considered = reader.records_by(reviews).await?;
    considered.sort_by_key(|r| r.head.id);
    for review in considered {
        add(review.body.to_map().into());
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Ok(conclave_vault::crypto::hex::encode(&sha256(&parts)))
}
