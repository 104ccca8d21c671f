//! What the header promises: damage is never called a wrong passphrase, and each change touches only its own slot.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod format_support;

use conclave_vault::header::{Header, verify_statement};
use conclave_vault::header::{HeaderError, HeaderFile, HeaderFiles, Who};
use conclave_vault::kdf::KdfParams;
use conclave_vault::passphrase::Passphrase;
use conclave_vault::passphrase::recovery::RecoveryKey;
use conclave_vault::slot::{NewSecret, NewSlot, Secret, SlotKind};
use format_support::*;

fn saved(header: &Header) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert!(header.save(folder.path()).unwrap().copy_error.is_none());
    folder
}

fn unlock(header: &Header, name: &str, text: &str) -> Result<conclave_vault::header::Unlocked, HeaderError> {
    header.unlock(&Who::Name(name), Secret::Passphrase(&Passphrase::new(text)))
}

#[test]
fn a_vault_opens_with_its_passphrase_and_no_other() {
    let (header, created) = vault(&mut Repeatable("open", 0));
    let folder = saved(&header);
    let mut files = HeaderFiles::read(folder.path()).unwrap();
    assert!(!files.needs_healing());
    assert_eq!((files.header(), files.source()), (&header, HeaderFile::Primary));
    let opened = files.unlock(&Who::Member(id(201)), Secret::Passphrase(&Passphrase::new(ANNA))).unwrap();
    assert_eq!(opened.subkeys().database.expose(), created.subkeys().database.expose());
    assert_eq!((opened.member_id(), opened.public_key()), (id(201), created.public_key()));
    assert_eq!((opened.kind(), opened.must_change()), (SlotKind::Member, false));

    assert!(matches!(unlock(&header, "anna", BORIS), Err(HeaderError::WrongPassphrase)));
    assert!(matches!(unlock(&header, "anna", ""), Err(HeaderError::WrongPassphrase)));
    assert!(matches!(unlock(&header, "Boris", ANNA), Err(HeaderError::NoSuchMember)));
    let key = RecoveryKey::random(&mut Repeatable("r", 0));
    assert!(matches!(header.unlock(&Who::Recovery, Secret::Recovery(&key)), Err(HeaderError::NoSuchMember)));
}

#[test]
fn every_use_of_the_data_key_has_its_own_key() {
    let (_, unlocked) = vault(&mut Repeatable("subkeys", 0));
    let keys = unlocked.subkeys();
    let all = [&keys.database, &keys.header_mac, &keys.anchor, &keys.evidence];
    for (index, key) in all.iter().enumerate() {
        assert!(all[..index].iter().all(|other| other.expose() != key.expose()));
    }
}

#[test]
fn a_member_is_invited_without_anybody_elses_passphrase_and_must_change_the_given_one() {
    let mut rng = Repeatable("invite", 0);
    let (mut header, anna) = vault(&mut rng);
    let given = chosen(BORIS);
    header.add_slot(&anna, &NewSlot { must_change: true, ..member(2, "Boris", &given) }, &mut rng).unwrap();
    let mut boris = unlock(&header, "Boris", BORIS).unwrap();
    assert!(boris.must_change());
    assert_eq!(boris.subkeys().database.expose(), anna.subkeys().database.expose());
    assert_ne!(boris.public_key(), anna.public_key());

    let before = header.clone();
    let own = chosen("quiet anvil seventeen orchards");
    header.change_secret(&mut boris, NewSecret::Passphrase(&own), KdfParams::FLOOR, &mut rng).unwrap();
    assert!(!boris.must_change());
    assert_eq!(header.slots()[0], before.slots()[0], "nobody else's slot changes");
    assert_eq!(header.slots()[1].ed25519_public, before.slots()[1].ed25519_public, "signatures stay verifiable");
    assert!(matches!(unlock(&header, "Boris", BORIS), Err(HeaderError::WrongPassphrase)));
    assert!(!unlock(&header, "Boris", "quiet anvil seventeen orchards").unwrap().must_change());
    unlock(&header, "Anna", ANNA).unwrap();
}

#[test]
fn the_recovery_key_opens_the_vault_and_resets_a_forgotten_passphrase() {
    let mut rng = Repeatable("recovery", 0);
    let (mut header, anna) = vault(&mut rng);
    let key = RecoveryKey::random(&mut rng);
    header.add_slot(&anna, &recovery(&key), &mut rng).unwrap();

    let typed = RecoveryKey::parse(&key.written().to_lowercase()).unwrap();
    let recovered = header.unlock(&Who::Recovery, Secret::Recovery(&typed)).unwrap();
    assert_eq!((recovered.kind(), recovered.member_id()), (SlotKind::Recovery, id(299)));
    let wrong = RecoveryKey::random(&mut rng);
    assert!(matches!(header.unlock(&Who::Recovery, Secret::Recovery(&wrong)), Err(HeaderError::WrongPassphrase)));

    let fresh = chosen(BORIS);
    let reset = NewSlot { slot_id: id(150), must_change: true, ..member(1, "Anna", &fresh) };
    header.replace_slot(&recovered, id(101), &reset, &mut rng).unwrap();
    assert!(matches!(unlock(&header, "Anna", ANNA), Err(HeaderError::WrongPassphrase)));
    let anna_again = unlock(&header, "Anna", BORIS).unwrap();
    assert_eq!((anna_again.member_id(), anna_again.must_change()), (id(201), true));
}

#[test]
fn re_keying_needs_one_member_and_shuts_out_the_removed_one() {
    let mut rng = Repeatable("rekey", 0);
    let (mut header, anna) = vault(&mut rng);
    let (boris, clara) = (chosen(BORIS), chosen("velvet thunder grammar 3301"));
    header.add_slot(&anna, &member(2, "Boris", &boris), &mut rng).unwrap();
    header.add_slot(&anna, &member(3, "Clara", &clara), &mut rng).unwrap();
    let old = header.clone();
    header.remove_slot(&anna, id(102)).unwrap();
    let (next, anna_next) = header.rekeyed(&anna, &mut rng).unwrap();

    assert_eq!((next.generation(), next.database_name().as_str()), (2, "vault-2.db"));
    assert_ne!(anna_next.subkeys().database.expose(), anna.subkeys().database.expose());
    let clara_next = unlock(&next, "Clara", "velvet thunder grammar 3301").unwrap();
    assert_eq!(clara_next.subkeys().database.expose(), anna_next.subkeys().database.expose());
    assert!(matches!(unlock(&next, "Boris", BORIS), Err(HeaderError::NoSuchMember)));
    // An old header still opens the old generation, and gives nothing of the new one.
    let boris_old = unlock(&old, "Boris", BORIS).unwrap();
    assert_ne!(boris_old.subkeys().database.expose(), anna_next.subkeys().database.expose());
    // Whoever is still unlocked with the old data key changes nothing in the new header.
    let mut next = next;
    assert!(matches!(next.rename(&anna, "Other"), Err(HeaderError::Outdated)));
    next.rename(&anna_next, "Other").unwrap();
}

#[test]
fn impossible_changes_are_refused_and_change_nothing() {
    let mut rng = Repeatable("refused", 0);
    let (mut header, anna) = vault(&mut rng);
    let before = header.clone();
    let boris = chosen(BORIS);
    let invalid = |result: Result<(), HeaderError>| assert!(matches!(result, Err(HeaderError::Invalid { .. })));
    invalid(header.add_slot(&anna, &member(2, "Anna", &boris), &mut rng));
    invalid(header.add_slot(&anna, &member(1, "Boris", &boris), &mut rng));
    invalid(header.add_slot(&anna, &member(2, " ", &boris), &mut rng));
    invalid(header.add_slot(&anna, &member(2, "Bo\nris", &boris), &mut rng));
    invalid(header.remove_slot(&anna, id(101)));
    invalid(header.rename(&anna, &"x".repeat(201)));
    assert!(matches!(header.remove_slot(&anna, id(7)), Err(HeaderError::NoSuchMember)));
    let cheap = KdfParams { m_kib: KdfParams::FLOOR.m_kib - 1, ..KdfParams::FLOOR };
    let result = header.add_slot(&anna, &NewSlot { kdf: cheap, ..member(2, "Boris", &boris) }, &mut rng);
    assert!(matches!(result, Err(HeaderError::Kdf(_))));
    assert_eq!(header, before);
}

#[test]
fn names_of_every_script_survive() {
    let mut rng = Repeatable("names", 0);
    let (mut header, anna) = vault(&mut rng);
    for name in ["Zoë \"Zed\" O\\Neil", "委員会", "مجلس", "👩🏽‍⚖️ Rat", "e\u{301}"] {
        header.rename(&anna, name).unwrap();
        assert_eq!(Header::from_bytes(&header.to_bytes()).unwrap().name(), name);
    }
}

#[test]
fn a_statement_verifies_only_for_its_vault_purpose_content_and_signer() {
    let (_, anna) = vault(&mut Repeatable("statement", 0));
    let signature = anna.sign_statement("decision", b"approve");
    let check =
        |vault, key: &[u8; 32], purpose, content: &[u8]| verify_statement(vault, key, purpose, content, &signature);
    let key = anna.public_key();
    assert!(check(id(1), &key, "decision", b"approve"));
    assert!(!check(id(2), &key, "decision", b"approve"));
    assert!(!check(id(1), &key, "sign-off", b"approve"));
    assert!(!check(id(1), &key, "decision", b"reject"));
    assert!(!check(id(1), &[9; 32], "decision", b"approve"));
}
