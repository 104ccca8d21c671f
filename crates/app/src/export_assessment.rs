//! Writing an assessment for other programs: OSCAL assessment results, and the statement of applicability as a workbook.

use crate::{app::App, applicability::statement, frameworks, handle::Runs, job::Job, packs::check_target, sign};
use chrono::{DateTime, NaiveDate, Utc};
use conclave_domain::{
    answer::{Answer, PROGRESS, Result as Outcome},
    call::{
        assess::{Applicability, ApplicabilityLine, Attached},
        exchange::ExportAssessment,
        record::Head,
        sign::SignatureLine,
    },
    fault::Fault,
    framework::{Framework, Requirement},
    kind::Kind,
    noun::{Assessment, Body, finding::SEVERITY},
    t,
    time::Now,
};
use conclave_exchange::{
    AssessmentRef, Due, EvidenceRef, FindingRow, FrameworkRef, Party, ResultRow, ResultStatus, Results, Sheet,
    SubjectRef, write_results, write_sheets,
};
use conclave_vault::store::{Reader, record::Stored};
use std::{collections::BTreeMap, path::Path};
use uuid::Uuid;

impl Runs for ExportAssessment {
    async fn run(self, app: &App, job: &Job) -> Result<u64, Fault> {
        let out = Path::new(&self.out);
        if !matches!(self.format.as_str(), "oscal-ar" | "soa-xlsx") {
            return Err(Fault::invalid_field("format", t!("app.format_unknown", format = self.format)));
        }
        check_target(out, self.overwrite)?;
        job.step(&t!("app.stage_reading"), 0, 0)?;
        let (bytes, rows) = {
            let mut vault = app.vault(job).await?;
            let vault_id = vault.id();
            let mut reader = vault.read().await?;
            if self.format == "soa-xlsx" {
                let statement = statement(&mut reader, &self.reference).await?;
                (workbook(&statement)?, statement.lines.len())
            } else {
                let results = results(&mut reader, vault_id, &self.reference).await?;
                (write_results(&results).map_err(|e| crate::import::exchange(&e))?, results.rows.len())
            }
        };
        job.step(&t!("app.stage_writing"), 0, 0)?;
        app.hand_over(job, out, &bytes, self.overwrite).await?;
        Ok(rows as u64)
    }
}

fn workbook(statement: &Applicability) -> Result<Vec<u8>, Fault> {
    let headers = [
        "requirement",
        "title",
        "group",
        "applies",
        "inclusion",
        "exclusion",
        "result",
        "progress",
        "evidence",
        "owner",
        "changed",
        "due",
    ];
    let heading = |key: &&str| conclave_domain::text::label(&format!("soa.{key}"));
    let subject = statement.subject.as_ref().map(|s| format!("{} {}", s.reference, s.title)).unwrap_or_default();
    let sheet = Sheet {
        name: t!("soa.sheet"),
        headers: headers.iter().map(heading).collect(),
        rows: statement.lines.iter().map(cells).collect(),
        widths: vec![12.0, 34.0, 28.0, 10.0, 40.0, 40.0, 16.0, 14.0, 40.0, 20.0, 12.0, 12.0],
        notes: vec![
            t!("soa.of", framework = statement.framework, edition = statement.edition, subject = subject),
            t!(
                "soa.counts",
                reference = statement.head.reference,
                applicable = statement.applicable,
                excluded = statement.excluded,
                without = statement.without_reason
            ),
        ],
    };
    write_sheets(&t!("soa.sheet"), &[sheet]).map_err(|e| crate::import::exchange(&e))
}

fn cells(line: &ApplicabilityLine) -> Vec<String> {
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    let applies = if line.applies { t!("soa.yes") } else { t!("soa.no") };
    let progress = if line.progress.is_empty() { String::new() } else { PROGRESS.label(&line.progress) };
    vec![
        line.requirement.clone(),
        line.title.clone(),
        line.group.clone(),
        applies,
        line.inclusion.clone(),
        line.exclusion.clone(),
        Outcome::from_name(&line.result).label(),
        progress,
        line.evidence.join("\n"),
        line.owner.clone(),
        day(line.changed_on),
        day(line.due_on),
    ]
}

/// Everything that one assessment says, in OSCAL's words.
async fn results(reader: &mut Reader<'_>, vault: Uuid, reference: &str) -> Result<Results, Fault> {
    let Stored { seq, head, body } = reader.record_by(reference).await?;
    let Body::Assessment(assessment) = body else { return Err(Fault::not_found(reference)) };
    let framework = frameworks::of(reader, &assessment).await?;
    let answers = reader.answers(seq).await?;
    let subject = match assessment.subject {
        Some(id) => reader.heads(&[id]).await?.pop(),
        None => None,
    };
    let attached = reader.evidence_of(head.id).await?;
    let revisions = answers.values().map(|a| (a.requirement.clone(), a.revision)).collect();
    let reviewed = sign::reviewed(reader, vault, head.id, &revisions).await?;
    let charter = reader.charter().await?;
    let mut rows = Vec::new();
    for requirement in framework.asked(&answers) {
        let answer = answers.get(&requirement.id).cloned().unwrap_or_default();
        let evidence = match attached.get(&requirement.id) {
            Some(list) => evidence(reader, list).await?,
            None => Vec::new(),
        };
        rows.push(row(reader.now(), head.id, requirement, &answer, evidence, reviewed.get(&requirement.id)));
    }
    let organisation =
        Party { uuid: Uuid::new_v5(&vault, b"organisation"), name: charter.organisation.clone(), organisation: true };
    Ok(Results {
        uuid: Uuid::new_v5(&head.id, b"results"),
        title: head.title.clone(),
        version: head.revision.to_string(),
        last_modified: last_change(&head, &answers),
        parties: if charter.organisation.is_empty() { Vec::new() } else { vec![organisation] },
        assessment: period(&head, &assessment, &answers, reader.now()),
        framework: about(&framework),
        subject: SubjectRef {
            uuid: subject.as_ref().map_or(head.id, |s| s.id),
            title: subject.as_ref().map(|s| format!("{} {}", s.reference, s.title)).unwrap_or_default(),
        },
        rows,
        findings: findings(reader, &head, &assessment).await?,
    })
}

fn last_change(head: &Head, answers: &BTreeMap<String, Answer>) -> DateTime<Utc> {
    answers.values().filter_map(|a| a.updated_at).chain([head.updated_at]).max().unwrap_or(head.updated_at)
}

fn period(head: &Head, assessment: &Assessment, answers: &BTreeMap<String, Answer>, now: &Now) -> AssessmentRef {
    let as_of = assessment.as_of.map(|d| now.start_of(d));
    let end = (assessment.status == "complete").then(|| last_change(head, answers));
    let start = head.created_at.min(as_of.unwrap_or(head.created_at));
    AssessmentRef { uuid: head.id, title: format!("{} {}", head.reference, head.title), start, end }
}

fn about(framework: &Framework) -> FrameworkRef {
    let about = &framework.framework;
    FrameworkRef {
        id: about.id.clone(),
        title: about.title.clone(),
        edition: about.edition.clone(),
        source: about.source.clone(),
    }
}

fn due(now: &Now, day: NaiveDate) -> Due {
    Due { day, ends: now.end_of(day) }
}

fn row(
    now: &Now,
    assessment: Uuid,
    requirement: &Requirement,
    answer: &Answer,
    evidence: Vec<EvidenceRef>,
    reviewed: Option<&SignatureLine>,
) -> ResultRow {
    let status = match answer.result {
        Outcome::Met => ResultStatus::Met,
        Outcome::Partly => ResultStatus::Partly,
        Outcome::NotMet => ResultStatus::NotMet,
        Outcome::NotApplicable => ResultStatus::NotApplicable,
        Outcome::NotAssessed => ResultStatus::NotAssessed,
    };
    let reply = requirement.asks.as_ref().filter(|_| !answer.value.is_empty()).map(|a| a.shown(&answer.value));
    let comment = reply.into_iter().chain((!answer.comment.is_empty()).then(|| answer.comment.clone()));
    let level = |n: Option<u8>| n.map(|n| n.to_string()).unwrap_or_default();
    let text = |label: String, text: &str| (!text.trim().is_empty()).then(|| format!("{label}: {text}"));
    let seen = text(t!("field.observation"), &answer.observation)
        .into_iter()
        .chain(text(t!("field.evidence"), &answer.evidence));
    ResultRow {
        uuid: Uuid::new_v5(&assessment, requirement.id.as_bytes()),
        requirement: requirement.id.clone(),
        title: requirement.title.clone(),
        status,
        statement: requirement.question.clone(),
        comment: comment.collect::<Vec<_>>().join("\n"),
        observation: seen.collect::<Vec<_>>().join("\n"),
        reason: answer.reason.clone(),
        owner: answer.owner.clone(),
        due: answer.due_on.map(|day| due(now, day)),
        maturity: level(answer.maturity),
        target: level(answer.target),
        reviewed_by: reviewed.filter(|r| r.right && r.current).map(|r| (r.member.clone(), r.at)),
        evidence,
        collected: answer.updated_at,
    }
}

async fn evidence(reader: &mut Reader<'_>, attached: &[Attached]) -> Result<Vec<EvidenceRef>, Fault> {
    let mut found = Vec::new();
    for one in attached {
        let Stored { head, body, .. } = reader.record_by(&one.reference).await?;
        let Body::Evidence(evidence) = body else { continue };
        found.push(EvidenceRef {
            uuid: head.id,
            title: format!("{} {}", head.reference, head.title),
            sha256: evidence.versions.last().map(|v| v.sha256.clone()),
            href: evidence.link.clone(),
        });
    }
    Ok(found)
}

async fn findings(reader: &mut Reader<'_>, head: &Head, assessment: &Assessment) -> Result<Vec<FindingRow>, Fault> {
    let Some(subject) = assessment.subject else { return Ok(Vec::new()) };
    let now = reader.now().clone();
    let about = |s: Stored| match s.body {
        Body::Finding(f) if f.assessment == Some(head.id) => Some(FindingRow {
            uuid: s.head.id,
            title: format!("{} {}", s.head.reference, s.head.title),
            description: [f.description.as_str(), f.action.as_str(), f.closure.as_str()]
                .into_iter()
                .filter(|t| !t.trim().is_empty())
                .collect::<Vec<_>>()
                .join("\n"),
            severity: SEVERITY.label(&f.severity),
            requirement: f.requirement.clone(),
            owner: f.owner.clone(),
            due: f.due_on.map(|day| due(&now, day)),
            closed: f.is_closed(),
        }),
        _ => None,
    };
    Ok(reader.records(Kind::Finding, Some(subject)).await?.into_iter().filter_map(about).collect())
}
