//! The statement of applicability: every requirement, whether it applies and why, and where it stands.

use crate::{frameworks, handle::Reads};
use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{
        assess::{Applicability, ApplicabilityLine, Attached, GetStatement},
        record::Head,
    },
    fault::Fault,
    framework::{Framework, Requirement},
    noun::Body,
    t,
    time::Now,
};
use conclave_vault::{
    Vault,
    store::{Reader, record::Stored},
};
use std::collections::BTreeMap;

impl Reads for GetStatement {
    async fn read(self, vault: &mut Vault) -> Result<Applicability, Fault> {
        let mut reader = vault.read().await?;
        statement(&mut reader, &self.reference).await
    }
}

/// The statement of an assessment as it is.
pub(crate) async fn statement(reader: &mut Reader<'_>, reference: &str) -> Result<Applicability, Fault> {
    let Stored { seq, head, body } = reader.record_by(reference).await?;
    let Body::Assessment(assessment) = body else { return Err(Fault::not_found(reference)) };
    let framework = frameworks::of(reader, &assessment).await?;
    let answers = reader.answers(seq).await?;
    let evidence = reader.evidence_of(head.id).await?;
    let subject = match assessment.subject {
        Some(id) => reader.heads(&[id]).await?.pop(),
        None => None,
    };
    let now = reader.now().clone();
    Ok(of(&framework, head, subject, (&answers, &evidence), &now))
}

/// The statement that follows from answers.
pub(crate) fn of(
    framework: &Framework,
    head: Head,
    subject: Option<Head>,
    (answers, evidence): (&BTreeMap<String, Answer>, &BTreeMap<String, Vec<Attached>>),
    now: &Now,
) -> Applicability {
    let blank = Answer::default();
    let lines: Vec<ApplicabilityLine> = framework
        .asked(answers)
        .map(|r| {
            let attached = evidence.get(&r.id).map(Vec::as_slice).unwrap_or_default();
            line(framework, r, (answers.get(&r.id).unwrap_or(&blank), attached), now)
        })
        .collect();
    let excluded = lines.iter().filter(|l| !l.applies).count();
    Applicability {
        head,
        subject,
        framework: framework.framework.title.clone(),
        edition: framework.framework.edition.clone(),
        applicable: lines.len() - excluded,
        excluded,
        without_reason: lines.iter().filter(|l| !l.applies && l.exclusion.trim().is_empty()).count(),
        lines,
    }
}

fn line(
    framework: &Framework,
    requirement: &Requirement,
    (answer, attached): (&Answer, &[Attached]),
    now: &Now,
) -> ApplicabilityLine {
    let applies = answer.result != Outcome::NotApplicable;
    let expired = |a: &Attached| if a.expired { t!("dossier.proof.expired") } else { String::new() };
    let mut evidence: Vec<String> =
        attached.iter().map(|a| format!("{} {}{}", a.reference, a.title, expired(a))).collect();
    evidence.extend((!answer.evidence.trim().is_empty()).then(|| answer.evidence.clone()));
    ApplicabilityLine {
        requirement: requirement.id.clone(),
        title: requirement.title.clone(),
        group: framework.group(&requirement.group).map(|g| g.title.clone()).unwrap_or_default(),
        applies,
        inclusion: if applies { answer.inclusion.clone() } else { String::new() },
        exclusion: if applies { String::new() } else { answer.reason.clone() },
        result: answer.result.name().to_owned(),
        progress: answer.progress.clone(),
        evidence,
        owner: answer.owner.clone(),
        changed_on: answer.updated_at.map(|at| now.day_of(at)),
        due_on: answer.due_on,
    }
}
