//! Assessments over time: baselines, the next assessment, two side by side, the trend.

use crate::{
    assess::total,
    frameworks,
    handle::{Changes, Reads},
};
use conclave_domain::{
    answer::Answer,
    call::{
        assess::Mark,
        over_time::{
            BaselineLine, CompareAssessments, ComparedSide, Comparison, FreezeAssessment, GetTrend, LONGEST_TITLE,
            ListBaselines, NextAssessment, NextReport, TrendPoint,
        },
        record::Head,
    },
    compare::{self, Side},
    fault::Fault,
    framework::Framework,
    kind::Kind,
    noun::{Assessment, Body, evidence::AnswerRef},
    t,
};
use conclave_vault::{
    Audited, Event, How, Sheet, Vault, Writer,
    store::{Reader, answer::by_stage, record::Stored},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};
use uuid::Uuid;

impl Changes for FreezeAssessment {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<BaselineLine>, Fault> {
        let (line, event) = freeze_now(writer, self.assessment, self.title.trim()).await?;
        Ok(Audited::new(line, event))
    }
}

/// Freezes an assessment as it is in this transaction.
pub(crate) async fn freeze_now(
    writer: &mut Writer<'_>,
    assessment: Uuid,
    title: &str,
) -> Result<(BaselineLine, Event), Fault> {
    let sheet = writer.sheet(assessment).await?;
    Ok(writer.freeze(&sheet, title).await?)
}

impl Reads for ListBaselines {
    async fn read(self, vault: &mut Vault) -> Result<Vec<BaselineLine>, Fault> {
        Ok(vault.read().await?.baselines(self.assessment).await?)
    }
}

impl Changes for NextAssessment {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<NextReport>, Fault> {
        let from = writer.sheet(self.assessment).await?;
        if self.title.chars().count() > LONGEST_TITLE {
            return Err(Fault::invalid_field("title", t!("baseline.title", most = LONGEST_TITLE)));
        }
        if let Some(next) = successor(&mut writer.read(), &from).await? {
            let sentence = t!("baseline.gone_on", reference = from.head.reference, next = next);
            return Err(Fault::invalid_field("assessment", sentence));
        }
        let edition = if self.edition.is_empty() { from.assessment.edition.clone() } else { self.edition };
        let title = t!("baseline.before", title = self.title.trim());
        let (baseline, frozen) = writer.freeze(&from, &title).await?;
        let body = Body::Assessment(Assessment {
            title: self.title.trim().to_owned(),
            as_of: self.as_of,
            status: "in_progress".into(),
            due_on: None,
            edition,
            previous: Some(baseline.id),
            ..from.assessment.clone()
        });
        let (stored, mut events) = writer.create(Uuid::now_v7(), body, How::Carry).await?;
        let mut to = writer.sheet(stored.head.id).await?;
        for answer in from.answers.values() {
            // What the edition no longer asks stays with the baseline.
            if to.framework.requirement(&answer.requirement).is_none() {
                continue;
            }
            let carried = Answer { revision: 0, updated_at: None, updated_by: String::new(), ..answer.clone() };
            to.put(writer, carried, How::Carry).await?;
        }
        let editions = frameworks::editions(&from.framework, &to.framework);
        let answers = to.answers.clone();
        events.extend(to.settle(writer).await?);
        events.extend(carry_evidence(writer, from.head.id, stored.head.id, &answers).await?);
        let report = NextReport { head: stored.head, carried: answers.len(), editions };
        Ok(Audited::many(report, frozen, events))
    }
}

/// The assessment that was started from this one and is not in the trash: two would both be the newest.
async fn successor(reader: &mut Reader<'_>, from: &Sheet) -> Result<Option<String>, Fault> {
    let baselines: BTreeSet<Uuid> = reader.baselines(from.head.id).await?.into_iter().map(|b| b.id).collect();
    if baselines.is_empty() {
        return Ok(None);
    }
    let others = reader.records(Kind::Assessment, from.assessment.subject).await?;
    let follows =
        |s: &Stored| matches!(&s.body, Body::Assessment(a) if a.previous.is_some_and(|p| baselines.contains(&p)));
    Ok(others.into_iter().find(follows).map(|s| s.head.reference))
}

/// Attaches to the new assessment's answers what the old one's rest on.
async fn carry_evidence(
    writer: &mut Writer<'_>,
    from: Uuid,
    to: Uuid,
    answers: &BTreeMap<String, Answer>,
) -> Result<Vec<Event>, Fault> {
    let attached = writer.read().evidence_of(from).await?;
    let references: BTreeSet<String> = attached.into_values().flatten().map(|a| a.reference).collect();
    let mut events = Vec::new();
    for reference in references {
        let Stored { head, body, .. } = writer.read().record_by(&reference).await?;
        let Body::Evidence(mut evidence) = body else { continue };
        let here = evidence.answers.iter().filter(|a| a.assessment == from && answers.contains_key(&a.requirement));
        let there: Vec<AnswerRef> =
            here.map(|a| AnswerRef { assessment: to, requirement: a.requirement.clone() }).collect();
        evidence.answers.extend(there);
        let body = Body::Evidence(evidence);
        events.extend(writer.save(head.id, head.revision, body, How::Carry).await?.1);
    }
    Ok(events)
}

/// Where the answers of an assessment stand against the baseline that it was started from.
pub(crate) async fn marks(
    reader: &mut Reader<'_>,
    assessment: &Assessment,
    framework: &Framework,
    answers: &BTreeMap<String, Answer>,
) -> Result<BTreeMap<String, Mark>, Fault> {
    let Some(previous) = assessment.previous else { return Ok(BTreeMap::new()) };
    let Some((_, frozen)) = reader.baseline(previous).await? else { return Ok(BTreeMap::new()) };
    // The edition of then may be gone; then nothing is known about its wording.
    let before = frameworks::get(reader, &frozen.assessment.framework, &frozen.assessment.edition).await.ok();
    let mark = |answer: &Answer| {
        let requirement = framework.requirement(&answer.requirement)?;
        let old = before.as_ref().and_then(|f| f.requirement(&answer.requirement));
        match frozen.answers.get(&answer.requirement) {
            Some(then) if compare::same_words(then, answer) => {
                let reworded = old.is_some_and(|old| frameworks::reworded(old, requirement));
                Some(if reworded { Mark::Reworded } else { Mark::Carried })
            }
            Some(_) => Some(Mark::Changed),
            None => Some(Mark::New),
        }
    };
    Ok(answers.values().filter_map(|a| Some((a.requirement.clone(), mark(a)?))).collect())
}

/// One side of a comparison with everything that it rests on.
struct Found {
    side: ComparedSide,
    framework: Cow<'static, Framework>,
    answers: BTreeMap<String, Answer>,
    subject: Option<Uuid>,
}

async fn found(reader: &mut Reader<'_>, reference: &str) -> Result<Found, Fault> {
    let frozen = match reference.trim().parse::<Uuid>() {
        Ok(id) => reader.baseline(id).await?,
        Err(_) => None,
    };
    let (head, baseline, assessment, answers) = match frozen {
        Some((line, frozen)) => {
            let head = reader.record(line.assessment).await?.head;
            (head, Some(line), frozen.assessment, frozen.answers)
        }
        None => {
            let Stored { seq, head, body } = reader.record_by(reference).await?;
            let Body::Assessment(assessment) = body else { return Err(Fault::not_found(reference)) };
            let answers = reader.answers(seq).await?;
            (head, None, assessment, answers)
        }
    };
    let framework = frameworks::of(reader, &assessment).await?;
    let coverage = total(&by_stage(&framework, &answers));
    let side = ComparedSide {
        head,
        baseline,
        as_of: None,
        framework: framework.framework.short_title.clone(),
        edition: framework.framework.edition.clone(),
        coverage,
    };
    Ok(Found { side, framework, answers, subject: assessment.subject })
}

impl Reads for CompareAssessments {
    async fn read(self, vault: &mut Vault) -> Result<Comparison, Fault> {
        let left = match self.as_of {
            None => found(&mut vault.read().await?, &self.left).await?,
            Some(as_of) => {
                let at = as_of.resolve(vault.now())?;
                let mut past = vault.as_of(at).await?;
                let left = found(&mut past.read(), &self.left).await;
                past.leave().await?;
                let mut left = left?;
                left.side.as_of = Some(at);
                left
            }
        };
        let mut reader = vault.read().await?;
        let right = found(&mut reader, &self.right).await?;
        if left.framework.framework.id != right.framework.framework.id {
            return Err(Fault::invalid_field("right", t!("compare.other_framework")));
        }
        if left.subject != right.subject {
            return Err(Fault::invalid_field("right", t!("compare.other_subject")));
        }
        let (lines, stages) = compare::compare(
            Side { framework: &left.framework, answers: &left.answers },
            Side { framework: &right.framework, answers: &right.answers },
        );
        Ok(Comparison { left: left.side, right: right.side, stages, lines })
    }
}

impl Reads for GetTrend {
    async fn read(self, vault: &mut Vault) -> Result<Vec<TrendPoint>, Fault> {
        let mut reader = vault.read().await?;
        let now = reader.now().clone();
        let mut points = Vec::new();
        let mut heads: BTreeMap<Uuid, Head> = BTreeMap::new();
        for Stored { head, body, .. } in reader.records(Kind::Assessment, Some(self.subject)).await? {
            let Body::Assessment(assessment) = body else { continue };
            if assessment.framework == self.framework {
                let on = assessment.as_of.unwrap_or_else(|| now.day_of(head.updated_at));
                let coverage = reader.coverage_of(&[head.id]).await?.remove(&head.id).unwrap_or_default();
                let reference = head.reference.clone();
                points.push((
                    head.updated_at,
                    TrendPoint { on, label: head.title.clone(), reference, baseline: None, coverage },
                ));
                heads.insert(head.id, head);
            }
        }
        for line in reader.baselines_about(self.subject, &self.framework).await? {
            let reference = heads.get(&line.assessment).map(|h| h.reference.clone()).unwrap_or_default();
            let point = TrendPoint {
                on: now.day_of(line.at),
                label: line.title,
                reference,
                baseline: Some(line.id),
                coverage: line.coverage,
            };
            points.push((line.at, point));
        }
        points.sort_by_key(|(at, p)| (p.on, *at));
        Ok(points.into_iter().map(|(_, p)| p).collect())
    }
}
