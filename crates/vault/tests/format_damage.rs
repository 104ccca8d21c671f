//! What a damaged, changed, old or foreign header is called: never a wrong passphrase.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod format_support;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use conclave_vault::header::Header;
use conclave_vault::header::canon::Damage;
use conclave_vault::header::{COPY_NAME, FileState, HEADER_NAME, HeaderError, HeaderFile, HeaderFiles, Who};
use conclave_vault::kdf::KdfParams;
use conclave_vault::passphrase::Passphrase;
use conclave_vault::slot::{NewSecret, Secret};
use format_support::*;
use proptest::prelude::*;

fn saved(header: &Header) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert!(header.save(folder.path()).unwrap().copy_error.is_none());
    folder
}

#[test]
fn every_flipped_byte_of_an_only_header_is_damage() {
    let (header, _) = vault(&mut Repeatable("flip", 0));
    let bytes = header.to_bytes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(HEADER_NAME);
    for index in 0..bytes.len() {
        // The lowest bit, the one that changes the case of a letter, and the one that leaves ASCII.
        for bit in [0, 5, 7] {
            let mut flipped = bytes.clone();
            flipped[index] ^= 1 << bit;
            fs::write(&path, &flipped).unwrap();
            let error = HeaderFiles::read(folder.path()).expect_err("a flipped bit must show");
            assert!(
                matches!(error, HeaderError::Damaged { which: HeaderFile::Primary, copy_usable: false, .. }),
                "byte {index} bit {bit}: {error}"
            );
        }
    }
}

#[test]
fn every_truncated_header_is_damage() {
    let (header, _) = vault(&mut Repeatable("truncate", 0));
    let bytes = header.to_bytes();
    let folder = tempfile::tempdir().unwrap();
    for length in 0..bytes.len() {
        fs::write(folder.path().join(HEADER_NAME), &bytes[..length]).unwrap();
        assert!(matches!(HeaderFiles::read(folder.path()), Err(HeaderError::Damaged { .. })), "cut at {length}");
    }
}

/// Made once: its key derivation is slow.
fn patched_header() -> &'static Header {
    static HEADER: OnceLock<Header> = OnceLock::new();
    HEADER.get_or_init(|| vault(&mut Repeatable("patch", 0)).0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_over_a_header_is_damage_or_the_same(start in 0_usize..1500, patch in prop::collection::vec(any::<u8>(), 1..200)) {
        let header = patched_header();
        let mut bytes = header.to_bytes();
        let start = start % bytes.len();
        for (byte, new) in bytes[start..].iter_mut().zip(&patch) { *byte = *new; }
        match Header::from_bytes(&bytes) {
            Ok(read) => prop_assert_eq!(&read, header),
            Err(error) => prop_assert!(matches!(error, conclave_vault::header::canon::EnvelopeError::Damaged(_))),
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Header::from_bytes(&bytes).is_err());
    }
}

#[test]
fn a_damaged_header_opens_from_its_copy_and_says_so() {
    let (header, _) = vault(&mut Repeatable("copy", 0));
    let folder = saved(&header);
    for damage in [&b"garbage"[..], b""] {
        fs::write(folder.path().join(HEADER_NAME), damage).unwrap();
        let mut files = HeaderFiles::read(folder.path()).unwrap();
        assert_eq!(files.source(), HeaderFile::Copy);
        assert_eq!(files.primary(), FileState::Damaged(Damage::Syntax));
        assert!(files.needs_healing());
        files.unlock(&Who::Name("Anna"), Secret::Passphrase(&Passphrase::new(ANNA))).unwrap();
        let _ = files.header().save(folder.path()).unwrap();
        assert!(!HeaderFiles::read(folder.path()).unwrap().needs_healing());
    }
    fs::remove_file(folder.path().join(HEADER_NAME)).unwrap();
    assert_eq!(HeaderFiles::read(folder.path()).unwrap().primary(), FileState::Damaged(Damage::Missing));
}

#[test]
fn an_old_copy_left_by_a_crash_is_reported_and_its_passphrase_does_not_open() {
    let mut rng = Repeatable("stale", 0);
    let (mut header, mut anna) = vault(&mut rng);
    let folder = saved(&header);
    let old_copy = fs::read(folder.path().join(COPY_NAME)).unwrap();
    let own = chosen(BORIS);
    header.change_secret(&mut anna, NewSecret::Passphrase(&own), KdfParams::FLOOR, &mut rng).unwrap();
    let _ = header.save(folder.path()).unwrap();
    fs::write(folder.path().join(COPY_NAME), old_copy).unwrap();

    let mut files = HeaderFiles::read(folder.path()).unwrap();
    assert_eq!((files.source(), files.copy()), (HeaderFile::Primary, FileState::Differs));
    let old = files.unlock(&Who::Name("Anna"), Secret::Passphrase(&Passphrase::new(ANNA)));
    assert!(matches!(old, Err(HeaderError::WrongPassphrase)));
    files.unlock(&Who::Name("Anna"), Secret::Passphrase(&Passphrase::new(BORIS))).unwrap();
}

/// Writes the header with some of its text exchanged and the plain checksum made right again, as somebody without the key could.
fn forge(folder: &Path, header: &Header, from: &str, to: &str) {
    use sha2::{Digest, Sha256};
    let text = String::from_utf8(header.to_bytes()).unwrap().replace(from, to);
    let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    object.remove("checksum");
    let body = conclave_vault::header::canon::canonical(&object, &[]).unwrap();
    let checksum = Sha256::new().chain_update("conclave header checksum v1").chain_update(&body).finalize();
    let checksum = checksum.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    object.insert("checksum".into(), checksum.into());
    fs::write(folder.join(HEADER_NAME), conclave_vault::header::canon::file_bytes(&object).unwrap()).unwrap();
}

#[test]
fn a_header_changed_with_a_right_checksum_is_damaged_after_unlocking_and_the_copy_steps_in() {
    let (header, _) = vault(&mut Repeatable("forge", 0));
    let folder = saved(&header);
    let anna = Passphrase::new(ANNA);
    forge(folder.path(), &header, "Meridian Trust", "Somebody Else");
    let mut files = HeaderFiles::read(folder.path()).unwrap();
    assert_eq!((files.header().name(), files.copy()), ("Somebody Else", FileState::Differs));
    files.unlock(&Who::Name("Anna"), Secret::Passphrase(&anna)).unwrap();
    assert_eq!((files.header().name(), files.source()), ("Meridian Trust", HeaderFile::Copy));
    assert_eq!(files.primary(), FileState::Damaged(Damage::Mac));

    fs::remove_file(folder.path().join(COPY_NAME)).unwrap();
    let mut files = HeaderFiles::read(folder.path()).unwrap();
    let error = files.unlock(&Who::Name("Anna"), Secret::Passphrase(&anna)).unwrap_err();
    assert!(matches!(error, HeaderError::Damaged { detail: Damage::Mac, copy_usable: false, .. }), "{error}");
}

#[test]
fn a_newer_format_is_refused_as_such_and_a_crafted_cost_as_damage() {
    let (header, _) = vault(&mut Repeatable("newer", 0));
    let folder = saved(&header);
    forge(folder.path(), &header, "\"format\":1", "\"format\":2");
    let error = HeaderFiles::read(folder.path()).unwrap_err();
    assert!(matches!(error, HeaderError::NewerFormat { found: 2, known: 1 }));
    assert_eq!(error.to_string(), "This vault has format 2; this program knows formats up to 1.");

    fs::remove_file(folder.path().join(COPY_NAME)).unwrap();
    let cost = format!("\"m_kib\":{}", KdfParams::FLOOR.m_kib);
    forge(folder.path(), &header, &cost, "\"m_kib\":67108864");
    let error = HeaderFiles::read(folder.path()).unwrap_err();
    assert!(matches!(error, HeaderError::Damaged { detail: Damage::Content("kdf"), .. }));
}

#[test]
fn a_folder_without_a_vault_is_told_from_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(HeaderFiles::read(folder.path()), Err(HeaderError::NotAVault { .. })));
    assert!(matches!(HeaderFiles::read(&folder.path().join("none")), Err(HeaderError::NotAVault { .. })));
    let other = format!("{{\"keys\": \"{}\"}}", "of another program ".repeat(10));
    fs::write(folder.path().join(HEADER_NAME), other).unwrap();
    assert!(matches!(HeaderFiles::read(folder.path()), Err(HeaderError::NotAVault { .. })));
}
