//! Whether what is stored is what the journal leads to: records, answers, charter, members. Whoever has the data key can
//! change a row; without the actor's signature they cannot change what the journal says of it.

use super::{CheckedRecord, LISTED, PAGE, Watch, step};
use crate::{
    chain::KeyDirectory,
    error::VaultError,
    evidence::EvidenceError,
    store::{
        Reader,
        answer::{by_stage, fields},
        framework::CONTENT,
        history::{Change, replay, replay_answer, replay_record},
    },
    vault::Vault,
};
use conclave_domain::{
    call::journal::Verdict,
    charter::Charter,
    kind::Kind,
    noun::{Body, FORM},
    t,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Vault {
    /// Every record reads, is indexed as it should be, and is what the journal leads to.
    pub(super) async fn records_into(&mut self, verdict: &mut Verdict, watch: Watch<'_>) -> Result<(), VaultError> {
        // Columns that another program derived may differ without anybody having touched them; the upgrade derives them anew.
        let derived = self.form == FORM;
        let mut reader = Reader { db: &mut self.db, now: self.now.clone() };
        let charter = reader.charter().await?;
        let (mut after, mut count) = (0, 0_u64);
        loop {
            step(watch, t!("vault.stage_records"), count, 0)?;
            let page = reader.bodies_after(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for record in &page {
                count += 1;
                let stored = match &record.body {
                    None => Some(t!("vault.record_body")),
                    Some(body) if derived && !indexed(body, record, &charter) => Some(t!("vault.record_columns")),
                    Some(_) => None,
                };
                let fault = match stored {
                    Some(fault) => Some(fault),
                    None => journalled(&mut reader, record, derived).await?,
                };
                if let Some(what) = fault.filter(|_| verdict.faults.len() < 2 * LISTED) {
                    verdict.faults.push(t!("vault.fault_record", reference = record.reference, what = what));
                }
            }
        }
        for (id, kind, seq) in reader.gone().await? {
            let last = reader.history(id).await?.pop().and_then(|p| p.payload);
            if last.is_some_and(|p| p.act != "remove") {
                let kind = conclave_domain::call::journal::subject_label(&kind);
                verdict.faults.push(t!("vault.fault_gone", kind = kind, seq = seq));
            }
        }
        if reader.homeless_links().await? > 0 {
            verdict.faults.push(t!("vault.fault_structure", what = t!("vault.part_links")));
        }
        verdict.checked.push(t!("vault.checked_records", count = count));
        Ok(())
    }

    /// Every version of every evidence file is there, intact, and the one that was recorded.
    pub(super) async fn evidence_into(&mut self, verdict: &mut Verdict, watch: Watch<'_>) -> Result<(), VaultError> {
        let store = self.evidence();
        let mut reader = Reader { db: &mut self.db, now: self.now.clone() };
        let contents: BTreeMap<String, _> =
            reader.contents().await?.into_iter().map(|c| (crate::hex(&c.id), c)).collect();
        let (mut seen, mut count, before) = (BTreeSet::new(), 0_u64, verdict.faults.len());
        for stored in reader.records(Kind::Evidence, None).await? {
            let Body::Evidence(evidence) = &stored.body else { continue };
            for (n, version) in evidence.versions.iter().enumerate() {
                let fault = |what: String| {
                    t!("vault.fault_evidence", reference = stored.head.reference, version = n + 1, what = what)
                };
                let Some(content) = contents.get(&version.file).filter(|c| crate::hex(&c.sha256) == version.sha256)
                else {
                    verdict.faults.push(fault(t!("vault.part_evidence")));
                    continue;
                };
                // The same content may stand under several records; it is read once.
                if !seen.insert(content.id) {
                    continue;
                }
                count += 1;
                let (mut done, stage) = (0, t!("vault.stage_evidence"));
                let mut told = |n| {
                    done = n;
                    step(&mut *watch, stage.clone(), done, content.size).is_ok()
                };
                match store.verify(&content.id, &content.key, content.size, &content.sha256, &mut told) {
                    Ok(()) => {}
                    Err(EvidenceError::Cancelled) => return Err(EvidenceError::Cancelled.into()),
                    Err(e @ EvidenceError::Io { .. }) => {
                        verdict.faults.push(fault(conclave_domain::fault::Fault::from(VaultError::from(e)).sentence));
                    }
                    Err(e) => verdict.faults.push(fault(e.to_string())),
                }
            }
        }
        if verdict.faults.len() == before {
            verdict.checked.push(t!("vault.checked_evidence", count = count));
        }
        Ok(())
    }

    /// The charter and the members are what the journal leads to, and the members' keys are those that it grants.
    pub(super) async fn people_into(&mut self, keys: &KeyDirectory, verdict: &mut Verdict) -> Result<(), VaultError> {
        let (vault, mut signed) = (self.unlocked.vault_id(), 0_u64);
        let mut reader = Reader { db: &mut self.db, now: self.now.clone() };
        let charter = reader.charter().await?;
        let past = reader.history(Uuid::nil()).await?;
        let past: Vec<&Change> = past.iter().filter(|p| p.kind == "charter").collect();
        // Through the type: what no edition ever changed, and what came later, is as it is by default.
        let leads = replay(past.iter().copied()).map(|known| serde_json::from_value::<Charter>(Value::Object(known)));
        if leads.is_some_and(|leads| leads.ok().as_ref() != Some(&charter)) {
            verdict.faults.push(t!("vault.fault_charter", seq = past.last().map_or(0, |p| p.seq)));
        }
        for member in reader.members().await? {
            let past = reader.history(member.id).await?;
            let last = past.iter().filter(|p| p.kind == "member").map(|p| p.seq).max().unwrap_or(0);
            let stands = [
                ("name", Value::String(member.name.clone())),
                ("role", Value::String(member.role.name().to_owned())),
                ("active", Value::Bool(member.active)),
                ("signing_key", Value::String(crate::hex(&member.signing_key))),
            ];
            let known = replay(past.iter().filter(|p| p.kind == "member"));
            let differs = known.is_none_or(|mut known| {
                known.entry("active").or_insert(Value::Bool(true));
                stands.iter().any(|(k, v)| known.get(*k) != Some(v))
            });
            let granted = keys.in_force().any(|(key, span)| span.member == member.id && *key == member.signing_key);
            if last == 0 || differs || granted != member.active {
                verdict.faults.push(t!("vault.fault_member", name = member.name, seq = last));
            }
        }
        for statement in reader.statements(None).await? {
            // The entry that holds it says the same, and so says the actor's signature on that entry.
            let known = replay(reader.history(statement.id).await?.iter().filter(|p| p.seq == statement.entry));
            let hash = crate::hex(&crate::crypto::sha256(&[statement.content.as_bytes()]));
            let (subject, signature) = (statement.subject.to_string(), crate::hex(&statement.signature));
            let stands = [
                ("purpose", &statement.purpose),
                ("subject", &subject),
                ("part", &statement.part),
                ("content", &hash),
                ("signature", &signature),
            ];
            let said: Map<String, Value> = serde_json::from_str(&statement.content).unwrap_or_default();
            let revision = said.get("revision").and_then(Value::as_str);
            let same = revision == Some(statement.revision.to_string().as_str())
                && known.is_some_and(|k| stands.iter().all(|(key, v)| k.get(*key).and_then(Value::as_str) == Some(v)));
            if !same || !statement.is_right(vault) || !statement.is_granted(keys) {
                let what = subject_name(&mut reader, statement.subject).await?;
                verdict.faults.push(t!("vault.fault_statement", what = what, seq = statement.entry));
            } else {
                signed += 1;
            }
        }
        verdict.checked.push(t!("vault.checked_statements", count = signed));
        Ok(())
    }

    /// Baselines and own frameworks hold what the journal says they hold.
    pub(super) async fn frozen_into(&mut self, verdict: &mut Verdict) -> Result<(), VaultError> {
        let derived = self.form == FORM;
        let mut reader = Reader { db: &mut self.db, now: self.now.clone() };
        let baselines = reader.baseline_states().await?;
        let frameworks = reader.framework_states().await?;
        for id in reader.subjects_of("framework").await? {
            let last = reader.history(id).await?.pop();
            let seq = last.as_ref().map_or(0, |p| p.seq);
            let removed = last.and_then(|p| p.payload).is_none_or(|p| p.act == "remove");
            if !removed && !frameworks.iter().any(|(found, ..)| *found == id) {
                let kind = conclave_domain::call::journal::subject_label("framework");
                verdict.faults.push(t!("vault.fault_gone", kind = kind, seq = seq));
            }
        }
        let (count, kinds) = (baselines.len(), [("baseline", baselines), ("framework", frameworks)]);
        for (kind, found) in kinds {
            for (id, name, stands, right) in found {
                let past = reader.history(id).await?;
                let seq = past.iter().map(|p| p.seq).max().unwrap_or(0);
                // A copy of a built-in framework was not told to the journal before the second form.
                if kind == "framework" && past.is_empty() && !derived {
                    continue;
                }
                let known = replay(past.iter().filter(|p| p.kind == kind)).map(|mut known| {
                    known.remove(CONTENT);
                    known
                });
                let same = known.is_some_and(|known| known == stands);
                if !same || !right {
                    let what = conclave_domain::call::journal::subject_label(kind);
                    verdict.faults.push(t!("vault.fault_frozen", kind = what, name = name, seq = seq));
                }
            }
        }
        verdict.checked.push(t!("vault.checked_frozen", count = count));
        Ok(())
    }
}

async fn subject_name(reader: &mut Reader<'_>, id: Uuid) -> Result<String, VaultError> {
    Ok(reader.heads(&[id]).await?.pop().map(|h| h.reference).unwrap_or_else(|| id.to_string()))
}

/// Whether title, list columns and gaps are those that follow from the body.
fn indexed(body: &Body, record: &CheckedRecord, charter: &Charter) -> bool {
    let gaps = u32::try_from(body.gaps(charter).len()).unwrap_or(u32::MAX);
    body.columns(charter) == record.columns && body.title() == record.title && gaps == record.gaps
}

/// What is wrong between a record and the journal.
async fn journalled(
    reader: &mut Reader<'_>,
    record: &CheckedRecord,
    derived: bool,
) -> Result<Option<String>, VaultError> {
    let past = reader.history(record.id).await?;
    let own = |p: &&Change| p.kind == record.kind.name();
    let Some(last) = past.iter().filter(own).map(|p| p.seq).max() else { return Ok(Some(t!("vault.record_unknown"))) };
    if let Some(mut known) = replay_record(record.kind, &past) {
        let mut stands = Body::normal(record.kind, record.map.clone());
        if known.source_unknown {
            known.body.remove("source");
            stands.remove("source");
        }
        if known.body != stands || known.trashed != record.trashed {
            return Ok(Some(t!("vault.record_head", seq = last)));
        }
    }
    // What counts revisions is signed with every change.
    let revision = past.iter().rev().filter(own).find_map(|p| p.payload.as_ref().map(|p| p.revision));
    if revision.is_some_and(|r| r != record.revision) {
        return Ok(Some(t!("vault.record_head", seq = last)));
    }
    if derived
        && let Some(Body::Evidence(evidence)) = &record.body
        && reader.answers_resting_on(record.seq).await? != evidence.answers.iter().cloned().collect()
    {
        return Ok(Some(t!("vault.record_columns")));
    }
    let mut links: Vec<(String, Uuid)> =
        record.body.iter().flat_map(Body::links).map(|(field, to)| (field.to_owned(), to)).collect();
    links.sort();
    links.dedup();
    if derived && reader.links_from(record.id).await? != links {
        return Ok(Some(t!("vault.record_columns")));
    }
    if record.kind == Kind::Assessment { answered(reader, record, &past, derived).await } else { Ok(None) }
}

/// The answers of an assessment are what the journal leads to.
async fn answered(
    reader: &mut Reader<'_>,
    record: &CheckedRecord,
    past: &[Change],
    derived: bool,
) -> Result<Option<String>, VaultError> {
    let mut known: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
    for change in past.iter().filter(|p| p.kind == "answer") {
        // An erased change says no longer which answer it was.
        let Some(payload) = &change.payload else { return Ok(None) };
        let requirement = payload.after.get("requirement").and_then(Value::as_str).unwrap_or_default();
        known.entry(requirement.to_owned()).or_default().push(change);
    }
    let stored = reader.answers(record.seq).await?;
    let wrong = |id: &str, seq: u64| Ok(Some(t!("vault.record_answer", id = id, seq = seq)));
    for (id, answer) in &stored {
        let Some(changes) = known.remove(id) else { return wrong(id, 0) };
        let seq = changes.last().map_or(0, |p| p.seq);
        let leads = replay_answer(changes).unwrap_or_default();
        if leads != fields(Some(answer))? {
            return wrong(id, seq);
        }
    }
    if let Some(Body::Assessment(assessment)) = &record.body {
        let framework = reader.framework(&assessment.framework, &assessment.edition).await?;
        let derived = match framework.filter(|_| derived && !assessment.framework.is_empty()) {
            Some(framework) => Some(by_stage(&framework, &stored)),
            // Without a framework nothing is counted; of one that is not there, nothing can be known.
            None => (derived && assessment.framework.is_empty()).then(BTreeMap::new),
        };
        let rows = reader.coverage_rows(record.seq).await?;
        if derived.is_some_and(|derived| derived != rows) {
            return Ok(Some(t!("vault.record_columns")));
        }
    }
    match known.iter().next() {
        Some((id, changes)) => wrong(id, changes.last().map_or(0, |p| p.seq)),
        None => Ok(None),
    }
}
