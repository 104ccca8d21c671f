//! A journal under construction, to be tampered with.

use conclave_vault::chain::*;
use ed25519_dalek::SigningKey;
use uuid::Uuid;

use super::id;

pub struct Person {
    pub id: Uuid,
    pub key: SigningKey,
}

impl Person {
    pub fn new(n: u8) -> Self {
        Self { id: id(200 + u128::from(n)), key: SigningKey::from_bytes(&[n; 32]) }
    }

    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    pub fn change(&self, action: KeyAction, may_grant: bool) -> KeyChange {
        KeyChange { action, member: self.id, public_key: self.public(), may_grant }
    }
}

/// A journal under construction.
pub struct Journal {
    pub entries: Vec<SignedEntry>,
}

pub fn payload(seq: u64) -> ([u8; 32], Vec<u8>) {
    ([seq as u8; 32], format!("payload of entry {seq}").into_bytes())
}

impl Journal {
    /// Founded by Anna (1), who admits Boris (2); then `more` entries by both in turn.
    pub fn new(more: u64) -> Self {
        let (anna, boris) = (Person::new(1), Person::new(2));
        let mut journal = Self { entries: Vec::new() };
        journal.add(&anna, |entry| entry.key_changes = vec![anna.change(KeyAction::Grant, true)]);
        journal.add(&anna, |entry| entry.key_changes = vec![boris.change(KeyAction::Grant, false)]);
        for n in 0..more {
            journal.add(if n % 2 == 0 { &boris } else { &anna }, |_| {});
        }
        journal
    }

    pub fn draft(&self, by: &Person) -> Entry {
        let seq = self.entries.len() as u64 + 1;
        let (salt, bytes) = payload(seq);
        Entry {
            seq,
            at: 1_700_000_000_000_000 + seq,
            generation: 1,
            actor: by.id,
            actor_key: by.public(),
            previous: self.entries.last().map_or_else(|| genesis_previous(id(1)), |last| last.hash),
            call: "system.save".into(),
            outcome: Outcome::Done,
            subjects: vec![Subject { kind: "system".into(), id: id(900), commitment: Some(commitment(&salt, &bytes)) }],
            key_changes: Vec::new(),
            erasures: Vec::new(),
            facts: vec![Fact { name: "fields".into(), value: seq.to_string() }],
        }
    }

    pub fn add(&mut self, by: &Person, edit: impl FnOnce(&mut Entry)) {
        let mut entry = self.draft(by);
        edit(&mut entry);
        self.entries.push(entry.sign(&by.key).unwrap());
    }

    pub fn at(&mut self, seq: u64) -> &mut SignedEntry {
        &mut self.entries[seq as usize - 1]
    }

    pub fn verify(&self) -> Verdict {
        self.verify_with(Verifier::new(id(1), Depth::Signatures))
    }

    pub fn verify_with(&self, mut verifier: Verifier) -> Verdict {
        for signed in &self.entries {
            let (salt, bytes) = payload(signed.entry.seq);
            verifier.feed(signed, &[Payload::Kept { salt: &salt, bytes: &bytes }]);
        }
        verifier.finish()
    }

    /// Verifies without looking at payloads, for journals whose numbers were moved.
    pub fn verify_chain(&self) -> Verdict {
        let mut verifier = Verifier::new(id(1), Depth::Signatures);
        self.entries.iter().for_each(|signed| verifier.feed(signed, &[]));
        verifier.finish()
    }
}

pub fn found(verdict: &Verdict) -> Vec<(u64, ProblemKind)> {
    verdict.problems.iter().map(|problem| (problem.seq, problem.kind.clone())).collect()
}
