//! What the journal promises: whatever is done to it is found, at the right entry and by its right name.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod format_support;

use conclave_vault::chain::*;
use format_support::id;
use format_support::journal::*;

#[test]
fn a_sound_journal_is_clean_and_gives_head_genesis_and_keys() {
    let journal = Journal::new(8);
    let verdict = journal.verify();
    assert!(verdict.is_clean(), "{:?}", verdict.problems);
    assert_eq!(verdict.entries, 10);
    let head = verdict.head.unwrap();
    assert_eq!((head.seq, head.hash), (10, journal.entries[9].hash));
    assert_eq!(verdict.genesis, Some(journal.entries[0].hash));
    let boris = Person::new(2);
    let span = verdict.keys.at(&boris.public(), 5).unwrap();
    assert_eq!((span.member, span.from, span.until, span.may_grant), (boris.id, 3, None, false));
    assert_eq!(verdict.keys.at(&boris.public(), 2), None, "a key counts from the entry after its grant");
    assert_eq!(verdict.keys.in_force().count(), 2);
    assert!(journal.verify_with(Verifier::new(id(1), Depth::Links)).is_clean());
}

#[test]
fn changed_content_is_found_at_its_entry() {
    let mut journal = Journal::new(8);
    journal.at(5).entry.facts[0].value = "999".into();
    assert_eq!(found(&journal.verify()), [(5, ProblemKind::Changed)]);
    assert_eq!(found(&journal.verify_with(Verifier::new(id(1), Depth::Links))), [(5, ProblemKind::Changed)]);
}

#[test]
fn changed_content_with_a_fitting_hash_is_found_at_its_entry() {
    let mut journal = Journal::new(8);
    journal.at(5).entry.call = "system.delete".into();
    journal.at(5).hash = journal.at(5).entry.hash().unwrap();
    assert_eq!(found(&journal.verify()), [(5, ProblemKind::Changed)]);
    // Without signatures the broken link still shows, one entry later.
    assert_eq!(found(&journal.verify_with(Verifier::new(id(1), Depth::Links))), [(6, ProblemKind::Replaced)]);
}

#[test]
fn a_changed_signature_is_found() {
    let mut journal = Journal::new(8);
    journal.at(5).signature[7] ^= 1;
    assert_eq!(found(&journal.verify()), [(5, ProblemKind::BadSignature)]);
}

#[test]
fn removed_entries_are_named_from_the_first_to_the_last() {
    let mut journal = Journal::new(8);
    journal.entries.drain(4..6);
    assert_eq!(found(&journal.verify()), [(5, ProblemKind::Removed { through: 6 })]);
    let mut journal = Journal::new(8);
    journal.entries.remove(0);
    assert_eq!(found(&journal.verify()), [(1, ProblemKind::Removed { through: 1 })]);
}

#[test]
fn a_removal_with_the_rest_renumbered_is_found() {
    let mut journal = Journal::new(6);
    journal.entries.remove(4);
    for (seq, signed) in (1..).zip(&mut journal.entries) {
        signed.entry.seq = seq;
    }
    let verdict = journal.verify_chain();
    let moved = |seq| (seq, ProblemKind::Reordered { written_as: seq + 1 });
    assert_eq!(found(&verdict), [moved(5), moved(6), moved(7)]);
}

#[test]
fn swapped_entries_are_found_with_the_number_they_were_written_as() {
    let mut journal = Journal::new(8);
    journal.entries.swap(4, 7);
    journal.at(5).entry.seq = 5;
    journal.at(8).entry.seq = 8;
    let verdict = journal.verify_chain();
    let expected = [(5, ProblemKind::Reordered { written_as: 8 }), (8, ProblemKind::Reordered { written_as: 5 })];
    assert_eq!(found(&verdict), expected);
}

#[test]
fn an_entry_that_comes_late_is_reordered_and_not_removed() {
    let mut journal = Journal::new(8);
    journal.entries.swap(4, 5);
    assert_eq!(found(&journal.verify()), [(5, ProblemKind::Reordered { written_as: 5 })]);
    journal.entries.push(journal.entries[1].clone());
    let verdict = journal.verify();
    assert!(found(&verdict).contains(&(2, ProblemKind::Reordered { written_as: 2 })), "a repeated entry");
}

#[test]
fn an_entry_signed_by_another_member_is_the_wrong_signer() {
    let (anna, boris) = (Person::new(1), Person::new(2));
    // Boris writes in Anna's name under his own key.
    let mut journal = Journal::new(2);
    journal.add(&boris, |entry| entry.actor = anna.id);
    let wrong = ProblemKind::WrongSigner { named: anna.id, signed_by: boris.id };
    assert_eq!(found(&journal.verify()), [(5, wrong.clone())]);
    // Boris signs an entry that names Anna and her key.
    let mut journal = Journal::new(2);
    let entry = journal.draft(&anna);
    let hash = entry.hash().unwrap();
    let signature = ed25519_dalek::Signer::sign(&boris.key, &hash).to_bytes();
    journal.entries.push(SignedEntry { entry, hash, signature });
    assert_eq!(found(&journal.verify()), [(5, wrong)]);
}

#[test]
fn a_key_that_was_never_granted_is_unknown_and_an_unsigned_entry_has_a_bad_signature() {
    let mut journal = Journal::new(2);
    journal.add(&Person::new(9), |_| {});
    assert_eq!(found(&journal.verify()), [(5, ProblemKind::UnknownSigner)]);
    let mut journal = Journal::new(2);
    journal.add(&Person::new(1), |_| {});
    journal.at(5).signature = [0; 64];
    assert_eq!(found(&journal.verify()), [(5, ProblemKind::BadSignature)]);
}

#[test]
fn a_revoked_key_no_longer_signs_and_its_earlier_entries_stay_good() {
    let (anna, boris) = (Person::new(1), Person::new(2));
    let mut journal = Journal::new(4);
    journal.add(&anna, |entry| entry.key_changes = vec![boris.change(KeyAction::Revoke, false)]);
    assert!(journal.verify().is_clean());
    journal.add(&boris, |_| {});
    assert_eq!(found(&journal.verify()), [(8, ProblemKind::KeyNotInForce)]);
}

#[test]
fn only_a_key_that_may_grant_grants() {
    let (anna, boris, clara) = (Person::new(1), Person::new(2), Person::new(3));
    let mut journal = Journal::new(0);
    journal.add(&boris, |entry| entry.key_changes = vec![clara.change(KeyAction::Grant, true)]);
    journal.add(&clara, |_| {});
    let refused = ProblemKind::KeyChangeRefused { reason: KeyRefused::NotAllowed };
    assert_eq!(found(&journal.verify()), [(3, refused), (4, ProblemKind::UnknownSigner)]);

    // Once Anna makes Boris an administrator, he may.
    let mut journal = Journal::new(0);
    journal.add(&anna, |entry| entry.key_changes = vec![boris.change(KeyAction::Grant, true)]);
    journal.add(&boris, |entry| entry.key_changes = vec![clara.change(KeyAction::Grant, false)]);
    journal.add(&clara, |_| {});
    assert!(journal.verify().is_clean());
}

#[test]
fn a_key_cannot_be_granted_to_two_members_nor_revoked_twice() {
    let (anna, boris, clara) = (Person::new(1), Person::new(2), Person::new(3));
    let mut journal = Journal::new(0);
    let stolen = KeyChange { member: clara.id, ..boris.change(KeyAction::Grant, true) };
    journal.add(&anna, |entry| entry.key_changes = vec![stolen, clara.change(KeyAction::Revoke, false)]);
    let refused = |reason| (3, ProblemKind::KeyChangeRefused { reason });
    assert_eq!(found(&journal.verify()), [refused(KeyRefused::OtherMember), refused(KeyRefused::NotInForce)]);
}

#[test]
fn a_members_key_exchanged_in_the_grant_is_found() {
    let mallory = Person::new(9);
    let mut journal = Journal::new(4);
    journal.at(2).entry.key_changes[0].public_key = mallory.public();
    let verdict = journal.verify();
    assert_eq!(found(&verdict)[0], (2, ProblemKind::Changed));
    assert!(!verdict.is_clean());
}

#[test]
fn a_journal_of_another_vault_or_another_founder_is_found() {
    let journal = Journal::new(2);
    let verdict = journal.verify_with(Verifier::new(id(2), Depth::Signatures));
    assert_eq!(found(&verdict), [(1, ProblemKind::NotGenesis)]);
    let verdict = journal.verify_with(Verifier::new(id(1), Depth::Links).expecting_genesis([0; 32]));
    assert_eq!(found(&verdict), [(1, ProblemKind::OtherGenesis)]);
    // A founder who does not grant the own key founds nothing.
    let mut journal = Journal { entries: Vec::new() };
    journal.add(&Person::new(1), |_| {});
    assert_eq!(found(&journal.verify()), [(1, ProblemKind::NotGenesis)]);
}

#[test]
fn an_exchanged_tail_shows_by_its_link_or_against_an_earlier_head() {
    let anna = Person::new(1);
    let original = Journal::new(8);
    // Entry 6 is written anew by somebody with a granted key; 7 still follows the old one.
    let mut journal = Journal::new(3);
    journal.add(&anna, |entry| entry.call = "system.delete".into());
    journal.entries.extend(original.entries[6..].iter().cloned());
    assert_eq!(found(&journal.verify()), [(7, ProblemKind::Replaced)]);
    // The whole tail is written anew: only an earlier head can tell.
    let mut journal = Journal::new(3);
    journal.add(&anna, |entry| entry.call = "system.delete".into());
    assert!(journal.verify().is_clean());
    let check = |seq: u64| {
        let hash = original.entries[seq as usize - 1].hash;
        journal.verify_with(Verifier::new(id(1), Depth::Signatures).expecting_head(seq, hash))
    };
    assert!(check(5).is_clean());
    assert_eq!(found(&check(6)), [(6, ProblemKind::OtherHead)]);
    assert_eq!(found(&check(9)), [(7, ProblemKind::Truncated { through: 9 })]);
}

#[test]
fn an_empty_journal_against_a_head_is_truncated() {
    let verdict = Verifier::new(id(1), Depth::Links).expecting_head(3, [0; 32]).finish();
    assert_eq!(found(&verdict), [(1, ProblemKind::Truncated { through: 3 })]);
    assert_eq!(verdict.head, None);
}

#[test]
fn a_generation_does_not_go_back() {
    let anna = Person::new(1);
    let mut journal = Journal::new(2);
    journal.add(&anna, |entry| entry.generation = 2);
    assert!(journal.verify().is_clean());
    journal.add(&anna, |entry| entry.generation = 1);
    assert_eq!(found(&journal.verify()), [(6, ProblemKind::GenerationBack)]);
}

#[test]
fn a_ruined_journal_is_reported_without_end_of_memory() {
    let mut journal = Journal::new(400);
    for signed in &mut journal.entries {
        signed.signature = [0; 64];
    }
    assert_eq!(journal.verify().problems.len(), 402);
    journal.at(3).entry.seq = u64::MAX - 1;
    assert!(!journal.verify_chain().is_clean());
}
