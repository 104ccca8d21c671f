//! Frameworks, assessments and their answers, the questionnaire and the threat library.

use crate::{
    frameworks,
    handle::{Changes, Reads},
    proposals::Sources,
    records::answer_gaps,
};
use chrono::Utc;
use conclave_domain::{
    answer::{Answer, Coverage, Result as Outcome},
    call::assess::{AssessmentView, GetQuestionnaire, ListThreats, OpenAssessment, SaveAnswer, SavedAnswer},
    call::record::Head,
    content,
    fault::Fault,
    framework::{Framework, Requirement},
    kind::Kind,
    noun::{Assessment, Body},
    questionnaire::Questionnaire,
    t,
    threat::Threat,
};
use conclave_vault::{
    Audited, Vault, Writer,
    store::{Reader, answer::by_stage, record::Stored},
};
use std::collections::BTreeMap;

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
        let framework = frameworks::of(&mut reader, &assessment).await?;
        let answers = reader.answers(seq).await?;
        let subject = match assessment.subject {
            Some(id) => reader.heads(&[id]).await?.pop(),
            None => None,
        };
        let gaps = answer_gaps(&framework, &answers, &charter);
        let evidence = reader.evidence_of(head.id, Utc::now().date_naive()).await?;
        let revisions = answers.values().map(|a| (a.requirement.clone(), a.revision)).collect();
        let reviewed = crate::sign::reviewed(&mut reader, vault_id, head.id, &revisions).await?;
        let coverage = by_group(&framework, &answers);
        let marks = crate::over_time::marks(&mut reader, &assessment, &framework, &answers).await?;
        let unasked =
            framework.requirements.iter().filter(|r| !framework.is_asked(r, &answers)).map(|r| r.id.clone()).collect();
        let findings = findings(&mut reader, &head, &assessment).await?;
        let mut stale = Vec::new();
        if answers.values().any(|a| a.origin.is_some()) {
            let sources = Sources::read(&mut reader, head.id, &assessment, framework).await?;
            stale = answers.values().filter(|a| sources.is_stale(a)).map(|a| a.requirement.clone()).collect();
        }
        Ok(AssessmentView {
            coverage,
            head,
            assessment,
            subject,
            answers,
            gaps,
            evidence,
            reviewed,
            marks,
            stale,
            unasked,
            findings,
        })
    }
}

/// The findings about an assessment, with the requirement that each is about.
async fn findings(reader: &mut Reader<'_>, head: &Head, assessment: &Assessment) -> Result<Vec<(String, Head)>, Fault> {
    let Some(subject) = assessment.subject else { return Ok(Vec::new()) };
    let about = |s: Stored| match s.body {
        Body::Finding(f) if f.assessment == Some(head.id) => Some((f.requirement, s.head)),
        _ => None,
    };
    Ok(reader.records(Kind::Finding, Some(subject)).await?.into_iter().filter_map(about).collect())
}

/// The sum over stages.
pub(crate) fn total(stages: &BTreeMap<String, Coverage>) -> Coverage {
    let mut all = Coverage::default();
    stages.values().for_each(|c| all.merge(*c));
    all
}

/// Coverage by group id: guidelines and stages.
pub(crate) fn by_group(framework: &Framework, answers: &BTreeMap<String, Answer>) -> BTreeMap<String, Coverage> {
    let mut groups: BTreeMap<String, Coverage> =
        framework.groups.iter().map(|g| (g.id.clone(), Coverage::default())).collect();
    let stage: BTreeMap<&str, &str> = framework.groups.iter().map(|g| (g.id.as_str(), g.parent.as_str())).collect();
    for requirement in framework.asked(answers) {
        let result = answers.get(&requirement.id).map_or(Outcome::NotAssessed, |a| a.result);
        for id in [requirement.group.as_str(), stage.get(requirement.group.as_str()).copied().unwrap_or_default()] {
            if let Some(coverage) = groups.get_mut(id) {
                coverage.add(result, 1);
            }
        }
    }
    groups
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

impl Changes for SaveAnswer {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<SavedAnswer>, Fault> {
        let charter = writer.read().charter().await?;
        let stored = writer.read().record(self.assessment).await?;
        let Body::Assessment(assessment) = &stored.body else {
            return Err(Fault::not_found(&stored.head.reference));
        };
        let framework = frameworks::of(&mut writer.read(), assessment).await?;
        let id = &self.answer.requirement;
        let requirement = framework
            .requirement(id)
            .ok_or_else(|| Fault::invalid_field("requirement", t!("rule.requirement_unknown", id = id)))?;
        let faults = self.answer.check();
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        // What is attached and where it was derived from is not the caller's to say.
        let mut answer = self.answer;
        let mut answers = writer.read().answers(stored.seq).await?;
        let before = answers.remove(&answer.requirement);
        answer.attached = before.as_ref().map_or(0, |a| a.attached);
        answer.origin = before.as_ref().and_then(|a| a.origin.clone());
        judge(requirement, before.as_ref(), &mut answer)?;
        let gap = answer.gap(requirement, &charter);
        if assessment.status == "complete"
            && let Some(gap) = gap
        {
            return Err(Fault::invalid_field(&gap.field, gap.sentence));
        }
        let (answer, event) = writer.put_answer(self.assessment, stored.seq, before.as_ref(), &answer).await?;
        answers.insert(answer.requirement.clone(), answer.clone());
        writer.set_coverage(stored.seq, &by_stage(&framework, &answers)).await?;
        let coverage = by_group(&framework, &answers);
        Ok(Audited::new(SavedAnswer { answer, gap, coverage, entry: 0 }, event))
    }

    fn entered(reply: &mut SavedAnswer, entry: u64) {
        reply.entry = entry;
    }
}
