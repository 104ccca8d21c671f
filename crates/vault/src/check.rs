//! The check: cipher pages, SQLite structure, journal, records, header. It changes nothing.

mod state;

use crate::{
    anchor::Anchor,
    chain::{Depth, KeyDirectory, Payload as Kept, Verifier},
    error::VaultError,
    header::{FileState, HeaderFiles},
    store::Reader,
    vault::Vault,
};
use conclave_domain::{call::Progress, call::journal::Verdict, kind::Kind, t};
use serde_json::{Map, Value};
use sqlx::Row;
use uuid::Uuid;

/// Faults of one sort that are listed; more are not worth reading.
const LISTED: usize = 200;
/// Journal entries that are read at a time.
const PAGE: i64 = 500;

/// Hears how far a check is; `false` cancels it.
pub type Watch<'a> = &'a mut (dyn FnMut(Progress) -> bool + Send);

impl Vault {
    /// Recomputes the whole journal: hashes, order, signatures, keys, values, and the confirmed head.
    ///
    /// # Errors
    /// The database refused; cancelled.
    pub async fn verify_journal(&mut self, watch: Watch<'_>) -> Result<Verdict, VaultError> {
        self.settle().await?;
        let mut verdict = Verdict::default();
        self.journal_into(&mut verdict, watch).await?;
        verdict.sound = verdict.faults.is_empty();
        Ok(verdict)
    }

    /// Checks everything.
    ///
    /// # Errors
    /// Cancelled, or the database refused to be read at all.
    pub async fn check(&mut self, watch: Watch<'_>) -> Result<Verdict, VaultError> {
        self.settle().await?;
        let mut verdict = Verdict::default();
        step(watch, t!("vault.stage_cipher"), 0, 0)?;
        self.lines("PRAGMA cipher_integrity_check", &[], |w| t!("vault.fault_cipher", what = w), &mut verdict).await;
        verdict.checked.push(t!("vault.checked_cipher"));
        step(watch, t!("vault.stage_structure"), 0, 0)?;
        self.lines("PRAGMA integrity_check(200)", &["ok"], |w| t!("vault.fault_structure", what = w), &mut verdict)
            .await;
        self.lines("PRAGMA foreign_key_check", &[], |w| t!("vault.fault_structure", what = w), &mut verdict).await;
        verdict.checked.push(t!("vault.checked_structure"));
        let structure = |what: String| t!("vault.fault_structure", what = what);
        let people = match self.journal_into(&mut verdict, watch).await {
            Ok(keys) => self.people_into(&keys, &mut verdict).await,
            Err(e) => Err(e),
        };
        if let Err(e) = people {
            keep_going(e, &mut verdict, structure)?;
        }
        if let Err(e) = self.records_into(&mut verdict, watch).await {
            keep_going(e, &mut verdict, structure)?;
        }
        if let Err(e) = self.evidence_into(&mut verdict, watch).await {
            keep_going(e, &mut verdict, structure)?;
        }
        if let Err(e) = self.frozen_into(&mut verdict).await {
            keep_going(e, &mut verdict, structure)?;
        }
        self.header_into(&mut verdict);
        let header = self.header_hash();
        match crate::vault::hash_known(&mut self.db, &header).await {
            Ok(true) => {}
            Ok(false) => verdict.faults.push(t!("vault.fault_header_other")),
            Err(e) => keep_going(e, &mut verdict, structure)?,
        }
        verdict.sound = verdict.faults.is_empty();
        Ok(verdict)
    }

    /// Runs a checking pragma; every line that is not among the good ones is a fault.
    async fn lines(
        &mut self,
        pragma: &'static str,
        good: &[&str],
        fault: impl Fn(String) -> String,
        verdict: &mut Verdict,
    ) {
        match sqlx::query(pragma).fetch_all(&mut self.db).await {
            Ok(rows) => {
                let found = rows.iter().map(|r| r.try_get::<String, _>(0).unwrap_or_default());
                verdict.faults.extend(found.filter(|l| !good.contains(&l.as_str())).take(LISTED).map(fault));
            }
            Err(e) => {
                tracing::error!(error = %e, pragma, "check");
                verdict.faults.push(fault(t!("vault.part_database")));
            }
        }
    }

    async fn journal_into(&mut self, verdict: &mut Verdict, watch: Watch<'_>) -> Result<KeyDirectory, VaultError> {
        let total = self.head.map_or(0, |h| h.seq);
        let mut verifier = Verifier::new(self.id(), Depth::Signatures);
        let mut anchored = None;
        match Anchor::read(&self.folder, &self.unlocked) {
            Ok(anchor) => {
                anchored = Some((anchor.head().seq, anchor.actor_key()));
                verifier = verifier.expecting_head(anchor.head().seq, anchor.head().hash);
            }
            Err(e) => verdict.faults.push(t!("vault.fault_anchor", what = e)),
        }
        if let Some(genesis) = self.genesis {
            verifier = verifier.expecting_genesis(genesis);
        }
        let (mut after, mut values) = (0, 0_u64);
        loop {
            step(watch, t!("vault.stage_journal"), after, total)?;
            let entries = Reader::timeless(&mut self.db).stored_entries(after, PAGE).await?;
            let Some(last) = entries.last() else { break };
            after = last.signed.entry.seq.max(after + 1);
            for stored in &entries {
                let entry = &stored.signed.entry;
                if entry.generation > self.unlocked.generation() {
                    verdict.faults.push(t!(
                        "vault.fault_journal",
                        seq = entry.seq,
                        what = t!("vault.entry_generation")
                    ));
                }
                if !stored.consistent {
                    verdict.faults.push(t!("vault.fault_journal", seq = entry.seq, what = t!("vault.part_values")));
                }
                let subjects = u32::try_from(entry.subjects.len()).unwrap_or(u32::MAX);
                let mut kept = stored.payloads.iter().peekable();
                let payloads: Vec<Kept<'_>> = (0..subjects)
                    .map(|n| match kept.next_if(|(at, ..)| *at == n) {
                        Some((_, salt, body)) => match salt.as_slice().try_into() {
                            Ok(salt) => Kept::Kept { salt, bytes: body.as_bytes() },
                            Err(_) => Kept::Erased,
                        },
                        None => Kept::Erased,
                    })
                    .collect();
                values += payloads.len() as u64;
                verifier.feed(&stored.signed, &payloads);
            }
        }
        let homeless = Reader::timeless(&mut self.db).homeless_payloads().await?;
        if homeless > 0 {
            verdict.faults.push(t!("vault.fault_homeless", count = homeless));
        }
        let found = verifier.finish();
        // Signed rightly, but by whom? A member whom the last entry let in may have confirmed it.
        let counts =
            |seq: u64, key: &[u8; 32]| found.keys.at(key, seq).or_else(|| found.keys.at(key, seq + 1)).is_some();
        if anchored.is_some_and(|(seq, key)| !counts(seq, &key)) {
            verdict.faults.push(t!("vault.fault_anchor", what = t!("vault.anchor_signer")));
        }
        let sentence = |p: &crate::chain::Problem| t!("vault.fault_journal", seq = p.seq, what = p);
        verdict.faults.extend(found.problems.iter().take(LISTED).map(sentence));
        verdict.checked.push(t!("vault.checked_journal", count = found.entries));
        verdict.checked.push(t!("vault.checked_payloads", count = values, erased = found.erased));
        Ok(found.keys)
    }

    fn header_into(&self, verdict: &mut Verdict) {
        match HeaderFiles::read(&self.folder) {
            Ok(files) => {
                for (state, name) in
                    [(files.primary(), crate::header::HEADER_NAME), (files.copy(), crate::header::COPY_NAME)]
                {
                    if state != FileState::Good {
                        verdict.faults.push(t!("vault.fault_header", what = name));
                    }
                }
            }
            Err(e) => verdict.faults.push(t!("vault.fault_header", what = e)),
        }
        verdict.checked.push(t!("vault.checked_header"));
    }
}

/// A record as the check reads it.
pub(crate) struct CheckedRecord {
    pub seq: i64,
    pub reference: String,
    pub title: String,
    pub columns: conclave_domain::noun::Columns,
    pub id: Uuid,
    pub kind: Kind,
    pub trashed: bool,
    pub revision: i64,
    /// The gaps that the list counts.
    pub gaps: u32,
    /// The body as it stands.
    pub map: Map<String, Value>,
    pub body: Option<conclave_domain::noun::Body>,
}

impl CheckedRecord {
    pub(crate) fn new(seq: i64, kind: Kind, row: conclave_domain::call::record::Row, json: &str) -> Self {
        let map: Option<Map<String, Value>> = serde_json::from_str(json).ok();
        let body = map.clone().and_then(|map| conclave_domain::noun::Body::from_map(kind, map).ok());
        Self {
            seq,
            id: row.head.id,
            kind,
            trashed: row.head.trashed_at.is_some(),
            revision: row.head.revision,
            gaps: row.gaps,
            map: map.unwrap_or_default(),
            reference: row.head.reference,
            title: row.head.title,
            columns: row.columns,
            body,
        }
    }
}

pub(crate) fn step(watch: Watch<'_>, stage: String, done: u64, total: u64) -> Result<(), VaultError> {
    if watch(Progress { stage, done, total }) { Ok(()) } else { Err(conclave_domain::fault::Fault::cancelled().into()) }
}

/// A part that cannot be read is a finding, not the end of the check; only cancelling ends it.
fn keep_going(e: VaultError, verdict: &mut Verdict, fault: impl Fn(String) -> String) -> Result<(), VaultError> {
    if matches!(&e, VaultError::Fault(f) if f.kind == conclave_domain::fault::FaultKind::Cancelled) {
        return Err(e);
    }
    tracing::error!(error = %e, "check");
    verdict.faults.push(fault(t!("vault.part_database")));
    Ok(())
}
