//! Frameworks, assessments and their answers, the questionnaire and the threat library.

use crate::{
    frameworks,
    handle::{Changes, Reads},
    proposals::Sources,
    records::answer_gaps,
};
use conclave_domain::{
    answer::{Answer, Coverage, Result as Outcome},
    call::assess::{AssessmentView, GetQuestionnaire, ListThreats, OpenAssessment, SaveAnswer, SavedAnswer},
    call::record::Head,
    content,
    fault::Fault,
    framework::Framework,
    kind::Kind,
    noun::{Assessment, Body},
    questionnaire::Questionnaire,
    t,
    threat::Threat,
};
use conclave_vault::{
    Audited, How, Vault, Writer,
    store::{Reader, record::Stored},
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
        let evidence = reader.evidence_of(head.id).await?;
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

impl Changes for SaveAnswer {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<SavedAnswer>, Fault> {
        let mut sheet = writer.sheet(self.assessment).await?;
        let id = self.answer.requirement.clone();
        // Asked first, so that an answer to nothing is not taken for a conflict.
        sheet.answer(&id)?;
        sheet.put(writer, self.answer, How::Form).await?;
        let charter = writer.read().charter().await?;
        let answer = sheet.answer(&id)?;
        let gap = sheet.framework.requirement(&id).and_then(|r| answer.gap(r, &charter));
        let coverage = by_group(&sheet.framework, &sheet.answers);
        let events = sheet.settle(writer).await?;
        let nothing = || Fault::bad_request(t!("app.nothing_to_change"));
        Audited::all(SavedAnswer { answer, gap, coverage, entry: 0 }, events).ok_or_else(nothing)
    }

    fn entered(reply: &mut SavedAnswer, entry: u64) {
        reply.entry = entry;
    }
}
