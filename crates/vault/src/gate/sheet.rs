//! Answers through the gate: an assessment is opened once, however many of its answers change, and closed with its coverage.

use crate::{
    audit::Event,
    error::VaultError,
    rules::How,
    store::{Reader, answer::by_stage, baseline::Frozen, record::Stored},
    writer::Writer,
};
use conclave_domain::{
    answer::{Answer, Coverage},
    call::{over_time::BaselineLine, record::Head},
    fault::Fault,
    framework::Framework,
    noun::{Assessment, Body},
    permission::Permission,
    t,
};
use std::{borrow::Cow, collections::BTreeMap};
use uuid::Uuid;

/// An assessment with what is needed to change its answers. A change whose sheet was not settled is rolled back. What it holds
/// can be read and not be set: a baseline freezes what was saved.
///
/// ```compile_fail,E0594
/// # fn set(mut sheet: conclave_vault::Sheet) {
/// sheet.assessment.title = "Another".to_owned();
/// # }
/// ```
#[must_use = "a sheet that is not settled takes its answers with it"]
pub struct Sheet {
    opened: Opened,
    events: Vec<Event>,
}

impl std::ops::Deref for Sheet {
    type Target = Opened;

    fn deref(&self) -> &Opened {
        &self.opened
    }
}

/// What a [`Sheet`] holds.
pub struct Opened {
    /// Its row.
    pub seq: i64,
    /// Id, reference, title and dates.
    pub head: Head,
    /// The assessment.
    pub assessment: Assessment,
    /// The framework in the edition that it answers.
    pub framework: Cow<'static, Framework>,
    /// The answers as they are.
    pub answers: BTreeMap<String, Answer>,
}

impl Reader<'_> {
    /// The framework that an assessment answers, in its edition.
    ///
    /// # Errors
    /// It is neither in the vault nor built in; the database refused.
    pub async fn framework_of(&mut self, assessment: &Assessment) -> Result<Cow<'static, Framework>, VaultError> {
        let found = self.framework(&assessment.framework, &assessment.edition).await?;
        let missing = || Fault::invalid_field("framework", t!("rule.framework_unknown", id = assessment.framework));
        Ok(found.ok_or_else(missing)?)
    }
}

impl Sheet {
    /// The answer to a requirement as it is, or a blank one.
    ///
    /// # Errors
    /// The framework has no such requirement.
    pub fn answer(&self, requirement: &str) -> Result<Answer, Fault> {
        if self.framework.requirement(requirement).is_none() {
            return Err(Fault::invalid_field("requirement", t!("rule.requirement_unknown", id = requirement)));
        }
        let blank = || Answer { requirement: requirement.to_owned(), ..Answer::default() };
        Ok(self.answers.get(requirement).cloned().unwrap_or_else(blank))
    }

    /// Saves an answer; its revision is the one that was edited (0 for the first). Outside of a form one that says the same as
    /// before is left alone.
    ///
    /// # Errors
    /// A newer revision was saved; a rule or the permission refuses; the database refused.
    pub async fn put(&mut self, writer: &mut Writer<'_>, mut answer: Answer, how: How) -> Result<(), VaultError> {
        let charter = writer.ask(&[Permission::Assess]).await?;
        let rules = writer.rules()?;
        rules.answer(&mut writer.desk(&charter), self, &mut answer, how).await?;
        let before = self.opened.answers.get(&answer.requirement);
        if how != How::Form && before.is_some_and(|b| *b == answer) {
            return Ok(());
        }
        let faults = answer.check();
        if !faults.is_empty() {
            return Err(Fault::invalid(faults).into());
        }
        let (saved, event) = writer.put_answer(self.head.id, self.seq, before, &answer).await?;
        self.note(writer, event);
        self.opened.answers.insert(saved.requirement.clone(), saved);
        Ok(())
    }

    /// Notes that a proposal was refused as it stands.
    ///
    /// # Errors
    /// The permission refuses; the database refused.
    pub async fn refuse(&mut self, writer: &mut Writer<'_>, requirement: &str, digest: &str) -> Result<(), VaultError> {
        writer.ask(&[Permission::Assess]).await?;
        let event = writer.refuse_proposal(self.head.id, self.seq, requirement, digest).await?;
        self.note(writer, event);
        Ok(())
    }

    /// The coverage that follows from the answers, by stage.
    #[must_use]
    pub fn coverage(&self) -> BTreeMap<String, Coverage> {
        by_stage(&self.framework, &self.answers)
    }

    /// Writes the coverage and gives the events.
    ///
    /// # Errors
    /// The database refused.
    pub async fn settle(self, writer: &mut Writer<'_>) -> Result<Vec<Event>, VaultError> {
        if !self.events.is_empty() {
            writer.set_coverage(self.seq, &self.coverage()).await?;
        }
        Ok(self.events)
    }

    fn note(&mut self, writer: &mut Writer<'_>, event: Event) {
        writer.made(1);
        self.events.push(event);
    }
}

impl Writer<'_> {
    /// Opens an assessment that is not in the trash.
    ///
    /// # Errors
    /// It is none, or in the trash; the database refused.
    pub async fn sheet(&mut self, id: Uuid) -> Result<Sheet, VaultError> {
        let Stored { seq, head, body } = self.read().record(id).await?;
        let assessment = match body {
            Body::Assessment(assessment) if head.trashed_at.is_none() => assessment,
            _ => return Err(Fault::not_found(&head.reference).into()),
        };
        let mut reader = self.read();
        let framework = reader.framework_of(&assessment).await?;
        let answers = reader.answers(seq).await?;
        Ok(Sheet { opened: Opened { seq, head, assessment, framework, answers }, events: Vec::new() })
    }

    /// Freezes an assessment as the sheet has it.
    ///
    /// # Errors
    /// The title or the permission refuses; the database refused.
    pub async fn freeze(&mut self, sheet: &Sheet, title: &str) -> Result<(BaselineLine, Event), VaultError> {
        self.ask(&[Permission::Assess]).await?;
        conclave_domain::call::over_time::check_title(title)?;
        let frozen = Frozen {
            reference: sheet.head.reference.clone(),
            assessment: sheet.assessment.clone(),
            edition: sheet.framework.framework.edition.clone(),
            answers: sheet.answers.clone(),
        };
        let mut coverage = Coverage::default();
        sheet.coverage().values().for_each(|c| coverage.merge(*c));
        let (line, event) = self.add_baseline(sheet.head.id, title, coverage, &frozen).await?;
        self.made(1);
        Ok((line, event))
    }

    /// A new assessment starts with everything not assessed, so that coverage counts it from the first moment, and the vault
    /// keeps its framework as it is today.
    pub(super) async fn begin_assessment(
        &mut self,
        seq: i64,
        assessment: &Assessment,
    ) -> Result<Vec<Event>, VaultError> {
        // Only tests that have no rules write an assessment of nothing.
        let Some(framework) = self.read().framework(&assessment.framework, &assessment.edition).await? else {
            return Ok(Vec::new());
        };
        self.set_coverage(seq, &by_stage(&framework, &BTreeMap::new())).await?;
        Ok(self.keep_built_in(&framework).await?.into_iter().collect())
    }
}
