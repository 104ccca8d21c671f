//! The same for many answers at once: one change, one journal entry, taken back as one.

use crate::handle::Changes;
use chrono::NaiveDate;
use conclave_domain::{
    answer::Answer,
    call::{
        assess::{AnswerPatch, ApplyTemplate, SetAnswers},
        record::Done,
    },
    content,
    fault::Fault,
    noun::{Assessment, Body},
    t,
};
use conclave_vault::{Audited, How, Writer};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Changes for SetAnswers {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let mut sheet = writer.sheet(self.assessment).await?;
        for requirement in &self.requirements {
            let mut answer = sheet.answer(requirement)?;
            patch(&mut answer, &self.set)?;
            sheet.put(writer, answer, How::Many).await?;
        }
        crate::records::changed(sheet.settle(writer).await?)
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
        let mut sheet = writer.sheet(self.assessment).await?;
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
            sheet.put(writer, answer, How::Template).await?;
        }
        let stored = writer.read().record(self.assessment).await?;
        let body = Body::Assessment(Assessment { system_kind: self.kind.clone(), ..sheet.assessment.clone() });
        let mut events = sheet.settle(writer).await?;
        if body != stored.body {
            events.extend(writer.save(self.assessment, stored.head.revision, body, How::Template).await?.1);
        }
        crate::records::changed(events)
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}
