//! The verifier: fed a journal entry by entry, it tells which are wrong and how. Its memory does not grow with the journal's
//! length, only with keys, erasures and problems.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use uuid::Uuid;

use super::directory::KeyDirectory;
use super::entry::{Entry, KeyAction, SignedEntry, signed_by};
use super::problem::{Problem, ProblemKind};
use super::{KeyRefused, PAYLOAD_SALT_BYTES, commitment, genesis_previous};
use crate::anchor::Head;
use crate::crypto::KEY_BYTES;

/// How much is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Hashes, order, links, payloads.
    Links,
    /// The signatures and the keys behind them as well.
    Signatures,
}

/// What is kept of a subject's payload.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// Not looked at this time.
    Unchecked,
    /// Salt and payload are gone.
    Erased,
    /// As it lies in the store.
    Kept {
        /// Its salt.
        salt: &'a [u8; PAYLOAD_SALT_BYTES],
        /// Its bytes.
        bytes: &'a [u8],
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How many entries were fed.
    pub entries: u64,
    /// The last entry in order.
    pub head: Option<Head>,
    /// Hash of the first entry, whose fingerprint names the vault.
    pub genesis: Option<[u8; KEY_BYTES]>,
    /// What is wrong, by entry number.
    pub problems: Vec<Problem>,
    /// Problems found beyond those that are listed.
    pub further_problems: u64,
    /// Payloads that are erased, as entries say.
    pub erased: u64,
    /// The keys as the journal grants them. Empty at [`Depth::Links`].
    pub keys: KeyDirectory,
}

impl Verdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty() && self.further_problems == 0
    }
}

/// Problems that are listed; more are only counted.
const MAX_PROBLEMS: usize = 10_000;
/// Changed entries that are examined for having been moved.
const MAX_MOVED: usize = 256;

struct Last {
    head: Head,
    generation: u64,
    sound: bool,
    /// Where its bad signature is listed, to be made more precise by the entry after.
    bad_signature: Option<usize>,
}

/// Checks a journal. Feed the entries by ascending number, then finish.
pub struct Verifier {
    vault_id: Uuid,
    depth: Depth,
    expected_genesis: Option<[u8; KEY_BYTES]>,
    expected_heads: BTreeMap<u64, [u8; KEY_BYTES]>,
    keys: KeyDirectory,
    founded: bool,
    entries: u64,
    genesis: Option<[u8; KEY_BYTES]>,
    last: Option<Last>,
    gaps: Vec<(u64, u64)>,
    late: BTreeSet<u64>,
    maybe_moved: Vec<(usize, SignedEntry)>,
    gone: Vec<(u64, u32)>,
    erased: HashSet<(u64, u32)>,
    problems: Vec<Problem>,
    further_problems: u64,
}

impl Verifier {
    /// A verifier for the journal of this vault.
    #[must_use]
    pub fn new(vault_id: Uuid, depth: Depth) -> Self {
        Self {
            vault_id,
            depth,
            expected_genesis: None,
            expected_heads: BTreeMap::new(),
            keys: KeyDirectory::default(),
            founded: false,
            entries: 0,
            genesis: None,
            last: None,
            gaps: Vec::new(),
            late: BTreeSet::new(),
            maybe_moved: Vec::new(),
            gone: Vec::new(),
            erased: HashSet::new(),
            problems: Vec::new(),
            further_problems: 0,
        }
    }

    /// Also checks that the journal begins with the entry of this hash.
    #[must_use]
    pub fn expecting_genesis(mut self, hash: [u8; KEY_BYTES]) -> Self {
        self.expected_genesis = Some(hash);
        self
    }

    /// Also checks that entry `seq` is there and has this hash: an anchor, or a head printed in an earlier pack.
    #[must_use]
    pub fn expecting_head(mut self, seq: u64, hash: [u8; KEY_BYTES]) -> Self {
        self.expected_heads.insert(seq, hash);
        self
    }

    /// How many problems there are so far, for a progress display.
    #[must_use]
    pub fn problems_so_far(&self) -> u64 {
        self.problems.len() as u64 + self.further_problems
    }

    /// Takes the next entry. `payloads` stand for its subjects in order; what is not given is not checked.
    pub fn feed(&mut self, signed: &SignedEntry, payloads: &[Payload<'_>]) {
        self.entries += 1;
        let entry = &signed.entry;
        let expected = self.last.as_ref().map_or(1, |last| last.head.seq + 1);
        if entry.seq == 1 && self.genesis.is_none() {
            self.begin(signed);
        }
        let (sound, bad_signature) = self.check_entry(signed);
        if sound {
            self.check_payloads(entry, payloads);
        }
        if entry.seq < expected {
            self.late.insert(entry.seq);
            self.report(entry.seq, ProblemKind::Reordered { written_as: entry.seq });
            return;
        }
        if entry.seq > expected {
            self.gaps.push((expected, entry.seq - 1));
        } else {
            self.check_link(signed, sound);
        }
        if self.expected_heads.get(&entry.seq).is_some_and(|hash| *hash != signed.hash) {
            self.report(entry.seq, ProblemKind::OtherHead);
        }
        if sound {
            self.take_effect(entry);
        }
        let head = Head { seq: entry.seq, hash: signed.hash, at: entry.at };
        self.last = Some(Last { head, generation: entry.generation, sound, bad_signature });
    }

    /// Ends the check.
    #[must_use]
    pub fn finish(mut self) -> Verdict {
        self.report_gaps();
        self.resolve_moves();
        let reached = self.last.as_ref().map_or(0, |last| last.head.seq);
        if let Some((&through, _)) = self.expected_heads.last_key_value().filter(|(seq, _)| **seq > reached) {
            self.report(reached + 1, ProblemKind::Truncated { through });
        }
        for (seq, subject) in std::mem::take(&mut self.gone) {
            if !self.erased.contains(&(seq, subject)) {
                self.report(seq, ProblemKind::PayloadMissing { subject });
            }
        }
        self.problems.sort_by_key(|problem| problem.seq);
        Verdict {
            entries: self.entries,
            head: self.last.map(|last| last.head),
            genesis: self.genesis,
            problems: self.problems,
            further_problems: self.further_problems,
            erased: self.erased.len() as u64,
            keys: self.keys,
        }
    }

    /// The first entry must belong to this vault and grant its own signer; its signature is checked with the others.
    fn begin(&mut self, signed: &SignedEntry) {
        let entry = &signed.entry;
        self.genesis = Some(signed.hash);
        if self.expected_genesis.is_some_and(|hash| hash != signed.hash) {
            self.report(1, ProblemKind::OtherGenesis);
        }
        let grants_itself = entry.key_changes.first().is_some_and(|change| {
            change.action == KeyAction::Grant
                && change.member == entry.actor
                && change.public_key == entry.actor_key
                && change.may_grant
        });
        if entry.previous != genesis_previous(self.vault_id) || !grants_itself {
            self.report(1, ProblemKind::NotGenesis);
        } else if self.depth == Depth::Signatures && signed_by(&entry.actor_key, &signed.hash, &signed.signature) {
            self.keys.found(entry.actor, entry.actor_key);
            self.founded = true;
        }
    }

    /// Checks an entry by itself: content against hash, hash against signature, signature against signer. Gives whether it
    /// is sound, and where a bad signature is listed.
    fn check_entry(&mut self, signed: &SignedEntry) -> (bool, Option<usize>) {
        let seq = signed.entry.seq;
        if signed.entry.hash() != Ok(signed.hash) {
            if let Some(index) = self.report(seq, ProblemKind::Changed)
                && self.maybe_moved.len() < MAX_MOVED
            {
                self.maybe_moved.push((index, signed.clone()));
            }
            return (false, None);
        }
        if self.depth == Depth::Links {
            return (true, None);
        }
        match self.signer_problem(signed) {
            None => (true, None),
            Some(kind) => {
                let bad = kind == ProblemKind::BadSignature;
                (false, self.report(seq, kind).filter(|_| bad))
            }
        }
    }

    fn signer_problem(&self, signed: &SignedEntry) -> Option<ProblemKind> {
        let entry = &signed.entry;
        if !signed_by(&entry.actor_key, &signed.hash, &signed.signature) {
            let actual = self.keys.keys().find(|key| signed_by(key, &signed.hash, &signed.signature));
            let signed_by = actual.and_then(|key| self.keys.spans(key).first()).map(|span| span.member);
            return Some(match signed_by {
                Some(signed_by) => ProblemKind::WrongSigner { named: entry.actor, signed_by },
                None => ProblemKind::BadSignature,
            });
        }
        if !self.founded {
            // Without a first entry no key can count. That is reported once, where it is missing, and not at every entry.
            return None;
        }
        let owner = self.keys.spans(&entry.actor_key).first().map(|span| span.member);
        match owner {
            None => Some(ProblemKind::UnknownSigner),
            Some(signed_by) if signed_by != entry.actor => {
                Some(ProblemKind::WrongSigner { named: entry.actor, signed_by })
            }
            Some(_) if self.keys.at(&entry.actor_key, entry.seq).is_none() => Some(ProblemKind::KeyNotInForce),
            Some(_) => None,
        }
    }

    /// Checks that an entry follows from the one before. Where one of the two is already found wrong, the broken link says
    /// nothing new, except that a bad signature stands under changed content.
    fn check_link(&mut self, signed: &SignedEntry, sound: bool) {
        let Some(last) = &self.last else { return };
        let seq = signed.entry.seq;
        let back = signed.entry.generation < last.generation;
        let (last_sound, listed) = (last.sound, last.bad_signature);
        if sound && signed.entry.previous != last.head.hash {
            if last_sound {
                self.report(seq, ProblemKind::Replaced);
            } else if let Some(problem) = listed.and_then(|index| self.problems.get_mut(index)) {
                problem.kind = ProblemKind::Changed;
            }
        }
        if sound && last_sound && back {
            self.report(seq, ProblemKind::GenerationBack);
        }
    }

    fn check_payloads(&mut self, entry: &Entry, payloads: &[Payload<'_>]) {
        for (subject, (position, payload)) in entry.subjects.iter().zip((0..).zip(payloads)) {
            match (payload, &subject.commitment) {
                (Payload::Unchecked, _) | (Payload::Erased, None) => {}
                (Payload::Erased, Some(_)) => self.gone.push((entry.seq, position)),
                (Payload::Kept { salt, bytes }, committed) => {
                    if *committed != Some(commitment(salt, bytes)) {
                        self.report(entry.seq, ProblemKind::PayloadMismatch { subject: position });
                    }
                }
            }
        }
    }

    /// Applies what a sound entry does to keys and payloads.
    fn take_effect(&mut self, entry: &Entry) {
        self.erased.extend(entry.erasures.iter().map(|erasure| (erasure.seq, erasure.subject)));
        if self.depth == Depth::Links || !self.founded {
            return;
        }
        let may_grant = self.keys.at(&entry.actor_key, entry.seq).is_some_and(|span| span.may_grant);
        // The founder's own grant is in force already.
        for change in entry.key_changes.iter().skip(usize::from(entry.seq == 1)) {
            let refused =
                if may_grant { self.keys.apply(entry.seq, change).err() } else { Some(KeyRefused::NotAllowed) };
            if let Some(reason) = refused {
                self.report(entry.seq, ProblemKind::KeyChangeRefused { reason });
            }
        }
    }

    /// Reports the numbers that never came, not those that came late.
    fn report_gaps(&mut self) {
        for (mut from, through) in std::mem::take(&mut self.gaps) {
            let late: Vec<u64> = self.late.range(from..=through).copied().collect();
            for seq in late {
                if from < seq {
                    self.report(from, ProblemKind::Removed { through: seq - 1 });
                }
                from = seq + 1;
            }
            if from <= through {
                self.report(from, ProblemKind::Removed { through });
            }
        }
    }

    /// An entry whose content fits its hash under the number of another changed one, or of a neighbour, was moved.
    fn resolve_moves(&mut self) {
        let moved = std::mem::take(&mut self.maybe_moved);
        let numbers: BTreeSet<u64> = moved.iter().map(|(_, signed)| signed.entry.seq).collect();
        for (index, mut signed) in moved {
            let stands = signed.entry.seq;
            let neighbours = [stands.saturating_sub(1), stands.saturating_add(1)];
            let written_as = numbers.iter().chain(&neighbours).copied().find(|seq| {
                signed.entry.seq = *seq;
                *seq != stands && signed.entry.hash() == Ok(signed.hash)
            });
            if let (Some(written_as), Some(problem)) = (written_as, self.problems.get_mut(index)) {
                problem.kind = ProblemKind::Reordered { written_as };
            }
        }
    }

    /// Lists a problem and gives its place in the list.
    fn report(&mut self, seq: u64, kind: ProblemKind) -> Option<usize> {
        if self.problems.len() >= MAX_PROBLEMS {
            self.further_problems += 1;
            return None;
        }
        self.problems.push(Problem { seq, kind });
        Some(self.problems.len() - 1)
    }
}
