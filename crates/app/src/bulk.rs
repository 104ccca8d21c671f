//! The same for many answers at once: one change, one journal entry, taken back as one.

use crate::{frameworks, handle::Changes};
use chrono::NaiveDate;
use conclave_domain::{
    answer::Answer,
    call::{
        assess::{AnswerPatch, ApplyTemplate, SetAnswers},
        record::Done,
    },
    content,
    fault::Fault,
    framework::Framework,
    noun::{Assessment, Body},
    t,
};
use conclave_vault::{
    Audited, Event, Writer,
    store::{answer::by_stage, record::Stored},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};
use uuid::Uuid;

/// An assessment with what is needed to change many of its answers.
pub(crate) struct Sheet {
    pub seq: i64,
    pub id: Uuid,
    pub reference: String,
    pub assessment: Assessment,
    pub framework: Cow<'static, Framework>,
    pub answers: BTreeMap<String, Answer>,
    events: Vec<Event>,
}

impl Sheet {
    /// Reads an assessment that is not in the trash.
    pub(crate) async fn open(writer: &mut Writer<'_>, id: Uuid) -> Result<Self, Fault> {
        let Stored { seq, head, body } = writer.read().record(id).await?;
        let Body::Assessment(assessment) = body else { return Err(Fault::not_found(&head.reference)) };
        if head.trashed_at.is_some() {
            return Err(Fault::not_found(&head.reference));
        }
        let framework = frameworks::of(&mut writer.read(), &assessment).await?;
        let answers = writer.read().answers(seq).await?;
        Ok(Self { seq, id, reference: head.reference, assessment, framework, answers, events: Vec::new() })
    }

    /// The answer to a requirement as it is, or a blank one.
    pub(crate) fn answer(&self, requirement: &str) -> Result<Answer, Fault> {
        if self.framework.requirement(requirement).is_none() {
            return Err(Fault::invalid_field("requirement", t!("rule.requirement_unknown", id = requirement)));
        }
        let blank = || Answer { requirement: requirement.to_owned(), ..Answer::default() };
        Ok(self.answers.get(requirement).cloned().unwrap_or_else(blank))
    }

    /// Saves an answer if it says something else than before.
    pub(crate) async fn put(&mut self, writer: &mut Writer<'_>, answer: Answer) -> Result<(), Fault> {
        let before = self.answers.get(&answer.requirement);
        if before.is_some_and(|b| *b == answer) {
            return Ok(());
        }
        let faults = answer.check();
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        self.holds(writer, &answer).await?;
        let (saved, event) = writer.put_answer(self.id, self.seq, before, &answer).await?;
        self.events.push(event);
        self.answers.insert(saved.requirement.clone(), saved);
        Ok(())
    }

    /// A complete assessment takes no answer with a gap.
    async fn holds(&self, writer: &mut Writer<'_>, answer: &Answer) -> Result<(), Fault> {
        if self.assessment.status != "complete" {
            return Ok(());
        }
        let charter = writer.read().charter().await?;
        let gap = self.framework.requirement(&answer.requirement).and_then(|r| answer.gap(r, &charter));
        gap.map_or(Ok(()), |gap| Err(Fault::invalid_field(&gap.field, gap.sentence)))
    }

    /// Notes an event that is no answer.
    pub(crate) fn note(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Writes the coverage and gives the events.
    pub(crate) async fn settle(self, writer: &mut Writer<'_>) -> Result<Vec<Event>, Fault> {
        writer.set_coverage(self.seq, &by_stage(&self.framework, &self.answers)).await?;
        Ok(self.events)
    }

    /// Writes the coverage and gives the reply. Nothing changed is a fault: there is nothing to journal.
    pub(crate) async fn close(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        crate::records::changed(self.settle(writer).await?)
    }
}

impl Changes for SetAnswers {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let mut sheet = Sheet::open(writer, self.assessment).await?;
        for requirement in &self.requirements {
            let mut answer = sheet.answer(requirement)?;
            patch(&mut answer, &self.set)?;
            sheet.put(writer, answer).await?;
        }
        sheet.close(writer).await
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

fn patch(answer: &mut Answer, set: &AnswerPatch) -> Result<(), Fault> {
    if let Some(result) = set.result {
        answer.result = result;
    }
    let texts = [
        (&mut answer.progress, &set.progress),
        (&mut answer.reason, &set.reason),
        (&mut answer.owner, &set.owner),
        (&mut answer.comment, &set.comment),
    ];
    for (to, from) in texts {
        if let Some(from) = from {
            from.trim().clone_into(to);
        }
    }
    if let Some(day) = &set.due_on {
        let day = day.trim();
        let wrong = |_| Fault::invalid_field("due_on", t!("rule.date", field = t!("field.due_on"), value = day));
        answer.due_on = if day.is_empty() { None } else { Some(day.parse::<NaiveDate>().map_err(wrong)?) };
    }
    if set.target.is_some() {
        answer.target = set.target;
    }
    Ok(())
}

impl Changes for ApplyTemplate {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let templates = &*content::TEMPLATES;
        let known =
            |list: &[conclave_domain::template::Template], id: &str| id.is_empty() || list.iter().any(|t| t.id == id);
        if !known(&templates.kinds, &self.kind) || !known(&templates.roles, &self.role) {
            return Err(Fault::bad_request(t!("template.unknown")));
        }
        let mut sheet = Sheet::open(writer, self.assessment).await?;
        let framework = sheet.framework.framework.id.clone();
        // What somebody signed as reviewed stays as it was signed.
        let signed = writer.read().signatures(Uuid::nil(), self.assessment).await?;
        let signed: BTreeSet<String> = signed.into_iter().map(|(part, ..)| part).collect();
        for requirement in sheet.framework.clone().requirements.iter().map(|r| &r.id) {
            let mut answer = sheet.answer(requirement)?;
            let untouched = answer.result == conclave_domain::answer::Result::NotAssessed && answer.value.is_empty();
            match templates.left_out(&self.kind, &self.role, &framework, requirement) {
                Some(reason) if untouched => {
                    answer.result = conclave_domain::answer::Result::NotApplicable;
                    reason.clone_into(&mut answer.reason);
                }
                Some(_) => {}
                None if answer.inclusion.is_empty() && !signed.contains(requirement) => {
                    let why = templates.inclusion(&self.kind, &self.role, &framework, requirement);
                    why.unwrap_or_default().clone_into(&mut answer.inclusion);
                }
                None => {}
            }
            sheet.put(writer, answer).await?;
        }
        let charter = writer.read().charter().await?;
        let stored = writer.read().record(self.assessment).await?;
        let body = Body::Assessment(Assessment { system_kind: self.kind.clone(), ..sheet.assessment.clone() });
        if body != stored.body {
            let (_, event) = writer.save_record(self.assessment, stored.head.revision, &body, &charter).await?;
            sheet.note(event);
        }
        sheet.close(writer).await
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}
