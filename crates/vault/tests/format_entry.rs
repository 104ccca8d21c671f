//! What one journal entry is: its only byte form, its payloads, and that no changed bit goes unnoticed.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod format_support;

use conclave_vault::chain::*;
use format_support::id;
use format_support::journal::*;
use proptest::prelude::*;
use uuid::Uuid;

#[test]
fn payloads_are_checked_and_only_recorded_erasures_may_leave_gaps() {
    let anna = Person::new(1);
    let feed = |journal: &Journal, at: u64, special: Payload<'_>| {
        let mut verifier = Verifier::new(id(1), Depth::Signatures);
        for signed in &journal.entries {
            let (salt, bytes) = payload(signed.entry.seq);
            let kept = Payload::Kept { salt: &salt, bytes: &bytes };
            verifier.feed(signed, &[if signed.entry.seq == at { special } else { kept }]);
        }
        verifier.finish()
    };
    let mut journal = Journal::new(4);
    let (salt, bytes) = payload(4);
    let swapped = feed(&journal, 4, Payload::Kept { salt: &salt, bytes: b"something else" });
    assert_eq!(found(&swapped), [(4, ProblemKind::PayloadMismatch { subject: 0 })]);
    let resalted = feed(&journal, 4, Payload::Kept { salt: &[0; 32], bytes: &bytes });
    assert_eq!(found(&resalted), [(4, ProblemKind::PayloadMismatch { subject: 0 })]);
    let gone = feed(&journal, 4, Payload::Erased);
    assert_eq!(found(&gone), [(4, ProblemKind::PayloadMissing { subject: 0 })]);

    journal.add(&anna, |entry| entry.erasures = vec![Erasure { seq: 4, subject: 0 }]);
    let erased = feed(&journal, 4, Payload::Erased);
    assert!(erased.is_clean(), "{:?}", erased.problems);
    assert_eq!(erased.erased, 1);
}

#[test]
fn problems_say_which_entry_in_a_plain_sentence() {
    let say = |kind| Problem { seq: 7, kind }.to_string();
    assert_eq!(say(ProblemKind::Changed), "Entry 7 was changed after it was signed.");
    assert_eq!(say(ProblemKind::Removed { through: 9 }), "Entries 7 to 9 were removed.");
    let reason = KeyRefused::NotAllowed;
    assert_eq!(
        say(ProblemKind::KeyChangeRefused { reason }),
        "Entry 7 grants or revokes a key without effect: its signer may not grant or revoke keys."
    );
}

#[test]
fn a_text_too_long_for_the_format_is_refused_before_signing() {
    let journal = Journal::new(0);
    let anna = Person::new(1);
    let mut entry = journal.draft(&anna);
    entry.call = "x".repeat(65_536);
    assert_eq!(entry.sign(&anna.key), Err(EntryError::TooLong));
    let entry = journal.draft(&anna);
    assert_eq!(entry.sign(&Person::new(2).key), Err(EntryError::OtherKey));
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let subject = (".{0,12}", any::<u128>(), any::<Option<[u8; 32]>>()).prop_map(|(kind, id, commitment)| Subject {
        kind,
        id: Uuid::from_u128(id),
        commitment,
    });
    let change =
        (any::<bool>(), any::<u128>(), any::<[u8; 32]>(), any::<bool>()).prop_map(|(grant, member, key, may)| {
            let action = if grant { KeyAction::Grant } else { KeyAction::Revoke };
            KeyChange { action, member: Uuid::from_u128(member), public_key: key, may_grant: may }
        });
    let erasure = (any::<u64>(), any::<u32>()).prop_map(|(seq, subject)| Erasure { seq, subject });
    let fact = (".{0,8}", ".{0,30}").prop_map(|(name, value)| Fact { name, value });
    let lists = (
        prop::collection::vec(subject, 0..4),
        prop::collection::vec(change, 0..3),
        prop::collection::vec(erasure, 0..3),
        prop::collection::vec(fact, 0..4),
    );
    (any::<[u64; 3]>(), any::<u128>(), any::<[[u8; 32]; 2]>(), ".{0,20}", any::<bool>(), lists).prop_map(
        |(
            [seq, at, generation],
            actor,
            [actor_key, previous],
            call,
            done,
            (subjects, key_changes, erasures, facts),
        )| Entry {
            seq,
            at,
            generation,
            actor: Uuid::from_u128(actor),
            actor_key,
            previous,
            call,
            outcome: if done { Outcome::Done } else { Outcome::Refused },
            subjects,
            key_changes,
            erasures,
            facts,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_entry_has_one_byte_form_that_reads_back(entry in any_entry()) {
        let bytes = entry.canonical().unwrap();
        prop_assert_eq!(Entry::from_canonical(&bytes).unwrap(), entry);
        prop_assert!(Entry::from_canonical(&bytes[..bytes.len() - 1]).is_err());
        prop_assert!(Entry::from_canonical(&[&bytes[..], &[0]].concat()).is_err());
    }

    #[test]
    fn bytes_that_read_as_an_entry_are_its_byte_form(entry in any_entry(), index in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = entry.canonical().unwrap();
        let index = index.index(bytes.len());
        bytes[index] ^= flip;
        if let Ok(other) = Entry::from_canonical(&bytes) {
            prop_assert_eq!(other.canonical().unwrap(), bytes);
            prop_assert_ne!(other, entry);
        }
    }

    #[test]
    fn one_changed_bit_anywhere_is_found(target in 0_usize..8, index in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut journal = Journal::new(6);
        let signed = &mut journal.entries[target];
        let mut bytes = [signed.entry.canonical().unwrap(), signed.hash.to_vec(), signed.signature.to_vec()].concat();
        let at = index.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let (content, rest) = bytes.split_at(bytes.len() - 96);
        if let Ok(entry) = Entry::from_canonical(content) {
            *signed = SignedEntry { entry, hash: rest[..32].try_into().unwrap(), signature: rest[32..].try_into().unwrap() };
            prop_assert!(!journal.verify_chain().is_clean());
        }
    }
}
