//! What happens to a body before it is saved: values that the program sets itself, and rules that need to see the record
//! as it was or other records. Each rule says in `docs/rules.md` which of the three kinds it is.

use crate::records::answer_gaps;
use conclave_domain::{
    charter::Charter,
    fault::{Fault, FieldFault},
    kind::Kind,
    noun::{Assessment, Body, Decision, Review},
    t,
};
use conclave_vault::{Writer, crypto::sha256, store::record::Stored};
use uuid::Uuid;

/// Prepares a body for saving.
///
/// # Errors
/// A rule that compares with the record before, or with other records, is broken.
pub(crate) async fn prepare(
    writer: &mut Writer<'_>,
    body: &mut Body,
    before: Option<&Stored>,
    charter: &Charter,
) -> Result<(), Fault> {
    match body {
        Body::Assessment(assessment) => assessment_rules(writer, assessment, before, charter).await,
        Body::Review(review) => review_rules(writer, review, before, charter),
        Body::Decision(decision) => decision_rules(writer, decision, before, charter).await,
        Body::Pack(pack) => match before.map(|b| &b.body) {
            // A pack's record says what was built; only its title is the person's.
            Some(Body::Pack(built)) => {
                let title = std::mem::take(&mut pack.title);
                *pack = conclave_domain::noun::PackRecord { title, ..built.clone() };
                Ok(())
            }
            _ => Err(Fault::bad_request(t!("app.packs_are_built"))),
        },
        Body::Evidence(evidence) => crate::evidence::prepare(writer, evidence, before).await,
        Body::System(system) => crate::gates::hold(writer, system, before, charter).await,
        Body::Finding(finding) => crate::findings::prepare(writer, finding).await,
        Body::Vendor(_) | Body::Asset(_) | Body::Risk(_) => Ok(()),
    }
}

async fn assessment_rules(
    writer: &mut Writer<'_>,
    assessment: &mut Assessment,
    before: Option<&Stored>,
    charter: &Charter,
) -> Result<(), Fault> {
    if assessment.framework.is_empty() {
        assessment.framework = conclave_domain::content::LEAD.to_owned();
    }
    let framework = crate::frameworks::of(&mut writer.read(), assessment).await?;
    if conclave_domain::content::framework(&assessment.framework).is_some() {
        assessment.edition.clear();
    } else {
        assessment.edition.clone_from(&framework.framework.edition);
    }
    let Some(before) = before else {
        assessment.previous = None;
        return Ok(());
    };
    if let Body::Assessment(old) = &before.body {
        let same = old.framework == assessment.framework && old.edition == assessment.edition;
        if !same || old.subject != assessment.subject {
            return Err(Fault::invalid_field("subject", t!("app.assessment_bound")));
        }
        assessment.previous = old.previous;
        assessment.system_kind.clone_from(&old.system_kind);
    }
    if assessment.status == "complete" {
        let answers = writer.read().answers(before.seq).await?;
        let gaps = answer_gaps(&framework, &answers, charter);
        if let Some((id, _)) = gaps.first_key_value() {
            return Err(Fault::invalid_field("status", t!("rule.assessment_complete", count = gaps.len(), id = id)));
        }
    }
    Ok(())
}

fn review_rules(
    writer: &Writer<'_>,
    review: &mut Review,
    before: Option<&Stored>,
    charter: &Charter,
) -> Result<(), Fault> {
    let old = match before.map(|b| &b.body) {
        Some(Body::Review(old)) => old.clone(),
        _ => Review::default(),
    };
    review.keeps_plan(&old).map_err(|f| Fault::invalid(vec![f]))?;
    // Figures come from a measurement only.
    review.fairness.clone_from(&old.fairness);
    if review.fairness_plan != old.fairness_plan
        && let Some(plan) = &mut review.fairness_plan
    {
        let faults = plan.check();
        if !faults.is_empty() {
            let at_plan = |f: FieldFault| FieldFault::new(format!("fairness_plan.{}", f.field), f.sentence);
            return Err(Fault::invalid(faults.into_iter().map(at_plan).collect()));
        }
        plan.min_group_size = charter.min_group_size;
        plan.recorded_by.clone_from(&writer.actor().name);
        plan.recorded_on = Some(writer.now().date_naive());
        if matches!(review.status.as_str(), "" | "draft") {
            review.status = "planned".into();
        }
    }
    Ok(())
}

async fn decision_rules(
    writer: &mut Writer<'_>,
    decision: &mut Decision,
    before: Option<&Stored>,
    charter: &Charter,
) -> Result<(), Fault> {
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
        decision.charter_edition = charter.edition;
        if let Some(subject) = decision.subject {
            decision.reviewed_hash = reviewed(writer, subject, &decision.reviews).await?;
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
pub(crate) async fn reviewed(writer: &mut Writer<'_>, subject: Uuid, reviews: &[Uuid]) -> Result<String, Fault> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut reader = writer.read();
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
