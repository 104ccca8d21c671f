//! No secret reaches a `Debug` output, an error or a file.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod format_support;

use conclave_vault::anchor::{Anchor, Head};
use conclave_vault::crypto::os_random;
use conclave_vault::header::{HeaderFiles, Who};
use conclave_vault::passphrase::recovery::RecoveryKey;
use conclave_vault::passphrase::{ChosenPassphrase, Passphrase};
use conclave_vault::slot::{NewSecret, Secret};
use format_support::*;
use zeroize::ZeroizeOnDrop;

/// Every way in which 32 bytes commonly show up in a text.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let list = format!("{bytes:?}");
    vec![hex.to_uppercase(), hex, list.trim_matches(['[', ']']).to_owned()]
}

#[test]
fn no_secret_is_printed() {
    let mut rng = Repeatable("printed", 0);
    let (mut header, anna) = vault(&mut rng);
    let key = RecoveryKey::random(&mut rng);
    header.add_slot(&anna, &recovery(&key), &mut rng).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let _ = header.save(folder.path()).unwrap();
    let mut files = HeaderFiles::read(folder.path()).unwrap();
    let wrong = Passphrase::new("not the passphrase 9");
    let error = files.unlock(&Who::Name("Anna"), Secret::Passphrase(&wrong)).unwrap_err();
    let anchor = Anchor::sign(&anna, Head { seq: 1, hash: [1; 32], at: AT });
    anchor.write(folder.path()).unwrap();
    let subkeys = anna.subkeys();
    let chosen = chosen(ANNA);
    let refused = ChosenPassphrase::new(Passphrase::new("password123"), &[]).unwrap_err();
    let parse = RecoveryKey::parse("ABCDE-FGHJK").unwrap_err();

    let mut printed = [
        format!("{anna:#?} {subkeys:?} {header:?} {files:?} {anchor:?} {:?}", anna.signing_key()),
        format!("{chosen:?} {key:?} {:?} {:?}", Secret::Passphrase(&wrong), NewSecret::Recovery(&key)),
        format!("{error} {error:?} {refused} {refused:?} {parse} {parse:?}"),
    ]
    .concat();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        printed += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
    }

    let mut secrets: Vec<String> = [ANNA, "not the passphrase 9", "password123", "ABCDE"].map(str::to_owned).into();
    secrets.push(key.written().to_string());
    secrets.push(key.written()[..11].to_owned());
    for bytes in [&subkeys.database, &subkeys.header_mac, &subkeys.anchor, &subkeys.evidence] {
        secrets.extend(spellings(bytes.expose()));
    }
    secrets.extend(spellings(&anna.signing_key().to_bytes()));
    secrets.extend(spellings(key.secret().expose()));
    for secret in secrets {
        assert!(!printed.contains(&secret), "a secret was printed");
    }
}

#[test]
fn secrets_are_wiped_when_dropped() {
    fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<conclave_vault::crypto::SecretKey>();
    wiped::<RecoveryKey>();
    wiped::<ed25519_dalek::SigningKey>();
}

#[test]
fn the_systems_generator_gives_different_keys() {
    let mut rng = os_random();
    let (one, two) = (RecoveryKey::random(&mut rng), RecoveryKey::random(&mut rng));
    assert!(one != two);
}
