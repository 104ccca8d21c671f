//! Frameworks, assessments and their answers, the questionnaire and the threat library.

use crate::{
    handle::{Changes, Reads},
    records::answer_gaps,
};
use chrono::Utc;
use conclave_domain::{
    answer::{Answer, Coverage, Result as Outcome},
    call::assess::{
        AssessmentView, GetFramework, GetQuestionnaire, ListThreats, OpenAssessment, SaveAnswer, SavedAnswer,
    },
    content,
    fault::Fault,
    framework::Framework,
    noun::Body,
    questionnaire::Questionnaire,
    t,
    threat::Threat,
};
use conclave_vault::{
    Audited, Vault, Writer,
    store::{answer::by_stage, record::Stored},
};
use std::collections::BTreeMap;

/// The lead framework: what an assessment answers unless it says otherwise.
pub(crate) const LEAD: &str = "ncsc-cisa-2023";

/// A framework by id; "" is the lead framework.
pub(crate) fn framework(id: &str) -> Result<&'static Framework, Fault> {
    let id = if id.is_empty() { LEAD } else { id };
    content::framework(id).ok_or_else(|| Fault::invalid_field("framework", t!("rule.framework_unknown", id = id)))
}

impl Reads for GetFramework {
    async fn read(self, _: &mut Vault) -> Result<Framework, Fault> {
        framework(&self.id).cloned()
    }
}

impl Reads for GetQuestionnaire {
    async fn read(self, _: &mut Vault) -> Result<Questionnaire, Fault> {
        Ok(content::ETHICS.clone())
    }
}

impl Reads for ListThreats {
    async fn read(self, _: &mut Vault) -> Result<Vec<Threat>, Fault> {
        let words: Vec<String> = self.text.split_whitespace().map(str::to_lowercase).collect();
        let holds = |threat: &&Threat| {
            let all = format!("{} {} {} {} {}", threat.id, threat.title, threat.category, threat.gist, threat.source)
                .to_lowercase();
            words.iter().all(|w| all.contains(w))
        };
        Ok(content::THREATS.threats.iter().filter(holds).cloned().collect())
    }
}

impl Reads for OpenAssessment {
    async fn read(self, vault: &mut Vault) -> Result<AssessmentView, Fault> {
        let vault_id = vault.id();
        let mut reader = vault.read().await?;
        let charter = reader.charter().await?;
        let Stored { seq, head, body } = reader.record_by(&self.reference).await?;
        let Body::Assessment(assessment) = body else { return Err(Fault::not_found(&self.reference)) };
        let framework = framework(&assessment.framework)?;
        let answers = reader.answers(seq).await?;
        let subject = match assessment.subject {
            Some(id) => reader.heads(&[id]).await?.pop(),
            None => None,
        };
        let gaps = answer_gaps(framework, &answers, &charter);
        let evidence = reader.evidence_of(head.id, Utc::now().date_naive()).await?;
        let revisions = answers.values().map(|a| (a.requirement.clone(), a.revision)).collect();
        let reviewed = crate::sign::reviewed(&mut reader, vault_id, head.id, &revisions).await?;
        let coverage = by_group(framework, &answers);
        Ok(AssessmentView { coverage, head, assessment, subject, answers, gaps, evidence, reviewed })
    }
}

/// Coverage by group id: guidelines and stages.
pub(crate) fn by_group(framework: &Framework, answers: &BTreeMap<String, Answer>) -> BTreeMap<String, Coverage> {
    let mut groups: BTreeMap<String, Coverage> =
        framework.groups.iter().map(|g| (g.id.clone(), Coverage::default())).collect();
    let stage: BTreeMap<&str, &str> = framework.groups.iter().map(|g| (g.id.as_str(), g.parent.as_str())).collect();
    for requirement in &framework.requirements {
        let result = answers.get(&requirement.id).map_or(Outcome::NotAssessed, |a| a.result);
        for id in [requirement.group.as_str(), stage.get(requirement.group.as_str()).copied().unwrap_or_default()] {
            if let Some(coverage) = groups.get_mut(id) {
                coverage.add(result, 1);
            }
        }
    }
    groups
}

impl Changes for SaveAnswer {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<SavedAnswer>, Fault> {
        let charter = writer.read().charter().await?;
        let stored = writer.read().record(self.assessment).await?;
        let Body::Assessment(assessment) = &stored.body else {
            return Err(Fault::not_found(&stored.head.reference));
        };
        let framework = framework(&assessment.framework)?;
        let id = &self.answer.requirement;
        let requirement = framework
            .requirement(id)
            .ok_or_else(|| Fault::invalid_field("requirement", t!("rule.requirement_unknown", id = id)))?;
        let faults = self.answer.check();
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        // What is attached is not the caller's to say.
        let mut answer = self.answer;
        let id = answer.requirement.clone();
        answer.attached = writer.read().answers(stored.seq).await?.get(&id).map_or(0, |a| a.attached);
        let gap = answer.gap(requirement, &charter);
        if assessment.status == "complete"
            && let Some(gap) = gap
        {
            return Err(Fault::invalid_field(&gap.field, gap.sentence));
        }
        let (answer, event) = writer.save_answer(self.assessment, stored.seq, &answer).await?;
        let answers = writer.read().answers(stored.seq).await?;
        writer.set_coverage(stored.seq, &by_stage(framework, &answers)).await?;
        let coverage = by_group(framework, &answers);
        Ok(Audited::new(SavedAnswer { answer, gap, coverage, entry: 0 }, event))
    }

    fn entered(reply: &mut SavedAnswer, entry: u64) {
        reply.entry = entry;
    }
}
