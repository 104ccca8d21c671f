//! What a pack is made from: everything in scope, read in one go while nobody writes.

use super::new_pack_id;
use crate::{job::Job, journal::differences, records::answer_gaps};
use chrono::{DateTime, Utc};
use conclave_domain::{
    approval::stand,
    call::{
        journal::ListJournal,
        pack::BuildPack,
        record::{Approval, Head},
        sign::SignatureLine,
    },
    charter::Charter,
    content,
    fault::Fault,
    framework::Framework,
    kind::Kind,
    noun::{Asset, Body, Decision, Evidence, Finding, Review, Risk, System, Vendor},
    t,
    time::Now,
};
use conclave_pack::content::{AssessmentFile, Dossier, JournalEntry, Profile, SystemFile, VaultFacts};
use conclave_vault::{
    Vault, chain,
    crypto::hex,
    store::{Reader, record::Stored},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Journal entries that a pack prints.
const JOURNAL: usize = 400;
/// Changes of one entry that a pack prints.
const CHANGES: u64 = 20;

/// Picks the bodies of one kind out of stored records.
macro_rules! pick {
    ($records:expr, $kind:ident) => {
        $records
            .into_iter()
            .filter_map(|r| match r.body {
                Body::$kind(body) => Some((r.head, body)),
                _ => None,
            })
            .collect()
    };
}

/// Everything that a pack is made from; of a moment in the past, as the vault was after the last entry up to then.
pub(super) async fn collect(
    vault: &mut Vault,
    ask: &BuildPack,
    as_of: Option<DateTime<Utc>>,
    job: &Job,
) -> Result<Dossier, Fault> {
    let made = Made { facts: facts(vault), by: vault.actor().name.clone(), at: job.now(), as_of, vault: vault.id() };
    let Some(at) = as_of else {
        return read(&mut vault.read().await?, ask, made, job).await;
    };
    let mut past = vault.as_of(at).await?;
    let dossier = read(&mut past.read(), ask, made, job).await;
    past.leave().await?;
    dossier
}

/// Who makes a pack, when, of which vault.
struct Made {
    facts: VaultFacts,
    by: String,
    at: Now,
    as_of: Option<DateTime<Utc>>,
    vault: Uuid,
}

async fn read(reader: &mut Reader<'_>, ask: &BuildPack, made: Made, job: &Job) -> Result<Dossier, Fault> {
    let profile = Profile::from_name(&ask.profile)
        .ok_or_else(|| Fault::invalid_field("profile", t!("app.profile_unknown", profile = ask.profile)))?;
    let charter = reader.charter().await?;
    let all = reader.records(Kind::System, None).await?;
    let chosen = chosen(reader, &ask.systems, &all).await?;
    if chosen.is_empty() {
        return Err(Fault::invalid_field("systems", t!("app.no_systems")));
    }
    let mut systems = Vec::with_capacity(chosen.len());
    let total = chosen.len() as u64;
    let mut scope: BTreeSet<Uuid> = BTreeSet::new();
    for (done, stored) in chosen.into_iter().enumerate() {
        job.step(&t!("app.stage_content"), done as u64, total)?;
        let file = system_file(reader, stored, &charter, made.vault).await?;
        scope.insert(file.head.id);
        scope.extend(file.assessments.iter().map(|a| a.head.id));
        scope.extend(file.risks.iter().map(|r| r.0.id));
        scope.extend(file.reviews.iter().map(|r| r.0.id));
        scope.extend(file.decisions.iter().map(|d| d.0.id));
        systems.push(file);
    }
    let mut portfolio = Vec::with_capacity(all.len());
    let ids: Vec<Uuid> = all.iter().map(|s| s.head.id).collect();
    let mut approvals = crate::home::approvals(reader, &ids).await?;
    let every: Vec<(Head, System)> = pick!(all, System);
    for (head, system) in every {
        let approval = approvals.remove(&head.id).unwrap_or(Approval::None);
        portfolio.push((head, system, approval));
    }
    let (journal, journal_total) = journal(reader, &scope, systems.len() == portfolio.len(), job).await?;
    let title = if ask.title.trim().is_empty() { t!("app.pack_title") } else { ask.title.trim().to_owned() };
    Ok(Dossier {
        pack_id: new_pack_id(made.at.day()),
        title,
        profile,
        created: made.at.moment(),
        as_of: made.as_of,
        today: reader.now().day(),
        place: reader.now().place(),
        made_by: made.by,
        program_version: env!("CARGO_PKG_VERSION").into(),
        vault: made.facts,
        charter,
        frameworks: frameworks(reader, &systems).await?,
        questionnaire: content::ETHICS.clone(),
        systems,
        portfolio,
        journal,
        journal_total,
    })
}

/// The frameworks that these systems' assessments answer; the lead framework also where nothing does.
async fn frameworks(reader: &mut Reader<'_>, systems: &[SystemFile]) -> Result<Vec<Framework>, Fault> {
    let of = |file: &AssessmentFile| (file.assessment.framework.clone(), file.assessment.edition.clone());
    let mut wanted: BTreeSet<(String, String)> = systems.iter().flat_map(|s| &s.assessments).map(of).collect();
    wanted.insert((content::LEAD.to_owned(), String::new()));
    let mut found = Vec::new();
    for (id, edition) in wanted {
        found.push(crate::frameworks::get(reader, &id, &edition).await?.into_owned());
    }
    Ok(found)
}

fn facts(vault: &Vault) -> VaultFacts {
    let head = vault.head();
    VaultFacts {
        name: vault.name().to_owned(),
        id: vault.id().to_string(),
        head_seq: head.map_or(0, |h| h.seq),
        head_hash: head.map(|h| hex::encode(&h.hash)).unwrap_or_default(),
        genesis: vault.genesis(),
        signer_fingerprint: chain::fingerprint(&vault.public_key()),
    }
}

/// The systems asked for, in the order of the register; all of them if none is named.
async fn chosen(reader: &mut Reader<'_>, wanted: &[String], all: &[Stored]) -> Result<Vec<Stored>, Fault> {
    if wanted.is_empty() {
        return Ok(all.to_vec());
    }
    let mut ids = BTreeSet::new();
    for reference in wanted {
        let found = reader.record_by(reference).await?.head;
        if found.kind != Kind::System || !all.iter().any(|s| s.head.id == found.id) {
            return Err(Fault::not_found(reference));
        }
        ids.insert(found.id);
    }
    Ok(all.iter().filter(|s| ids.contains(&s.head.id)).cloned().collect())
}

async fn system_file(
    reader: &mut Reader<'_>,
    stored: Stored,
    charter: &Charter,
    vault: Uuid,
) -> Result<SystemFile, Fault> {
    let Stored { seq, head, body } = stored;
    let gaps = body.gaps(charter);
    let Body::System(system) = body else { return Err(Fault::internal()) };
    let about = Some(head.id);
    let vendors: Vec<(_, Vendor)> = pick!(by_reference(reader, &system.vendors).await?, Vendor);
    let assets: Vec<(_, Asset)> = pick!(by_reference(reader, &system.assets).await?, Asset);
    let mut assessments = Vec::new();
    let mut about_it = Vec::new();
    for stored in reader.records(Kind::Assessment, about).await? {
        let mut answers = reader.answers(stored.seq).await?;
        let as_said = answers.clone();
        // What is attached stands beside what was written.
        for (requirement, attached) in reader.evidence_of(stored.head.id).await? {
            let Some(answer) = answers.get_mut(&requirement) else { continue };
            for evidence in attached {
                let expired = if evidence.expired { t!("dossier.proof.expired") } else { String::new() };
                let line = format!("{} {}{expired}", evidence.reference, evidence.title);
                answer.evidence = [answer.evidence.trim(), line.as_str()].join("\n").trim().to_owned();
            }
        }
        about_it.push((stored.head.id, stored.head.reference.clone()));
        if let Body::Assessment(assessment) = stored.body {
            let framework = crate::frameworks::of(reader, &assessment).await?;
            // What has expired stands in the pack and closes no gap.
            let gaps = answer_gaps(&framework, &as_said, charter);
            // What is attached stands in the answers already.
            let statement = crate::applicability::of(
                &framework,
                stored.head.clone(),
                Some(head.clone()),
                (&answers, &BTreeMap::new()),
                reader.now(),
            );
            let baselines = reader.baselines(stored.head.id).await?;
            assessments.push(AssessmentFile {
                head: stored.head,
                assessment,
                answers,
                gaps,
                statement: Some(statement),
                baselines,
            });
        }
    }
    let risks: Vec<(_, Risk)> = pick!(reader.records(Kind::Risk, about).await?, Risk);
    let findings: Vec<(_, Finding)> = pick!(reader.records(Kind::Finding, about).await?, Finding);
    let gates = crate::gates::all(reader, &head, &system, charter).await?;
    let reviews: Vec<(_, Review)> = pick!(reader.records(Kind::Review, about).await?, Review);
    let decisions: Vec<(Head, Decision)> = pick!(reader.records(Kind::Decision, about).await?, Decision);
    let plain: Vec<(String, Decision)> = decisions.iter().map(|(h, d)| (h.reference.clone(), d.clone())).collect();
    let approval = stand(&system, &plain, reader.now().day());
    let source = reader.source_rows(seq).await?;
    about_it.extend(risks.iter().map(|(h, _)| (h.id, h.reference.clone())));
    about_it.extend(reviews.iter().map(|(h, _)| (h.id, h.reference.clone())));
    about_it.extend(findings.iter().map(|(h, _)| (h.id, h.reference.clone())));
    about_it.extend(decisions.iter().map(|(h, _)| (h.id, h.reference.clone())));
    let evidence = evidence(reader, &head, &about_it).await?;
    let revisions =
        decisions.iter().map(|(h, _)| (h.id, h.revision)).chain(risks.iter().map(|(h, _)| (h.id, h.revision)));
    let signatures = signatures(reader, vault, &about_it, &revisions.collect(), &assessments).await?;
    Ok(SystemFile {
        head,
        system,
        approval,
        gaps,
        vendors,
        assets,
        assessments,
        risks,
        findings,
        gates,
        reviews,
        decisions,
        evidence,
        signatures,
        source,
    })
}

/// Records by id, in the order of their references.
async fn by_reference(reader: &mut Reader<'_>, ids: &[Uuid]) -> Result<Vec<Stored>, Fault> {
    let mut found = reader.records_by(ids).await?;
    found.retain(|r| r.head.trashed_at.is_none());
    found.sort_by(|a, b| a.head.reference.cmp(&b.head.reference));
    Ok(found)
}

/// Evidence of a system, or of what belongs to it.
async fn evidence(
    reader: &mut Reader<'_>,
    system: &Head,
    about_it: &[(Uuid, String)],
) -> Result<Vec<(Head, Evidence)>, Fault> {
    let all: Vec<(Head, Evidence)> = pick!(reader.records(Kind::Evidence, None).await?, Evidence);
    let ours = |id: &Uuid| *id == system.id || about_it.iter().any(|(about, _)| about == id);
    let shows = |e: &Evidence| {
        let links = e.systems.iter().chain(&e.risks).chain(&e.reviews).chain(&e.decisions);
        links.chain(e.answers.iter().map(|a| &a.assessment)).chain(e.conditions.iter().map(|c| &c.decision)).any(ours)
    };
    Ok(all.into_iter().filter(|(_, e)| shows(e)).collect())
}

/// Who signed what, the oldest first; of reviewed answers those that stand.
async fn signatures(
    reader: &mut Reader<'_>,
    vault: Uuid,
    about_it: &[(Uuid, String)],
    revisions: &BTreeMap<Uuid, i64>,
    assessments: &[AssessmentFile],
) -> Result<Vec<(String, SignatureLine)>, Fault> {
    let mut found = Vec::new();
    for (id, reference) in about_it {
        let answers = assessments.iter().find(|a| a.head.id == *id).map(|a| &a.answers);
        for (part, revision, line) in reader.signatures(vault, *id).await? {
            let now = match answers {
                Some(answers) => answers.get(&part).map(|a| a.revision),
                None => revisions.get(id).copied(),
            };
            let current = now == Some(revision);
            if current || answers.is_none() {
                let what = format!("{reference} {part}").trim_end().to_owned();
                found.push((what, SignatureLine { current, ..line }));
            }
        }
    }
    found.sort_by_key(|(_, line)| line.entry);
    Ok(found)
}

/// The newest entries about what is in scope; about everything if every system is.
async fn journal(
    reader: &mut Reader<'_>,
    scope: &BTreeSet<Uuid>,
    everything: bool,
    job: &Job,
) -> Result<(Vec<JournalEntry>, u64), Fault> {
    let mut numbers: BTreeSet<u64> = BTreeSet::new();
    let limit = JOURNAL as u64;
    let mut total = 0;
    if everything {
        let page = reader.journal(&ListJournal { limit, ..ListJournal::default() }).await?;
        total = page.total;
        numbers.extend(page.lines.iter().map(|l| l.seq));
    } else {
        for id in scope {
            numbers.extend(reader.entries_about(*id).await?);
        }
        total = total.max(numbers.len() as u64);
    }
    let newest: Vec<u64> = numbers.into_iter().rev().take(JOURNAL).collect();
    let mut entries = Vec::with_capacity(newest.len());
    for seq in newest.into_iter().rev() {
        job.step(&t!("app.stage_content"), 0, 0)?;
        let (line, _, changes) = reader.entry(seq, 0, CHANGES).await?;
        let subject = line.subjects.first().map(|s| s.name.clone()).unwrap_or_default();
        let subject = match line.subject_count {
            0 | 1 => subject,
            more => format!("{subject} +{}", more - 1),
        };
        let several = changes.len() > 1;
        let fields = changes.iter().filter_map(|c| c.payload.as_ref().map(|p| (c, p))).flat_map(|(c, p)| {
            let mark = if several && c.kind == "answer" {
                p.after.get("requirement").and_then(|v| v.as_str()).map(|r| format!("{r} "))
            } else {
                None
            };
            let mark = mark.unwrap_or_default();
            differences(&c.kind, p).into_iter().map(move |(f, a, b)| (format!("{mark}{f}"), a, b))
        });
        let changes = fields.collect();
        let (at, actor, call, hash, refused) = (line.at, line.actor, line.call, line.hash, line.refused);
        entries.push(JournalEntry { seq, at, actor, call, subject, changes, hash, refused });
    }
    Ok((entries, total))
}
