//! What the anchor promises: nobody without the key moves it, and damage is told from forgery.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod format_support;

use std::fs;

use conclave_vault::anchor::{Anchor, AnchorError, Head, file_name};
use conclave_vault::header::{Header, NewVault};
use format_support::*;

const HEAD: Head = Head { seq: 41, hash: [0xab; 32], at: AT };

#[test]
fn a_written_anchor_reads_back_and_the_last_one_counts() {
    let (_, anna) = vault(&mut Repeatable("anchor", 0));
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Anchor::read(folder.path(), &anna), Err(AnchorError::Missing)));
    Anchor::sign(&anna, HEAD).write(folder.path()).unwrap();
    Anchor::sign(&anna, Head { seq: 42, ..HEAD }).write(folder.path()).unwrap();
    let anchor = Anchor::read(folder.path(), &anna).unwrap();
    assert_eq!(anchor.head(), Head { seq: 42, ..HEAD });
    assert_eq!((anchor.actor(), anchor.actor_key()), (anna.member_id(), anna.public_key()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn every_flipped_bit_of_an_anchor_is_damage() {
    let (_, anna) = vault(&mut Repeatable("anchor flip", 0));
    let bytes = Anchor::sign(&anna, HEAD).to_bytes();
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[index] ^= 1 << bit;
            assert!(matches!(Anchor::from_bytes(&flipped), Err(AnchorError::Damaged(_))), "byte {index} bit {bit}");
        }
    }
}

#[test]
fn an_anchor_of_another_vault_or_generation_does_not_count() {
    let mut rng = Repeatable("anchor foreign", 0);
    let (header, anna) = vault(&mut rng);
    let secret = chosen(BORIS);
    let other = NewVault { vault_id: id(2), name: "Other", created_at: AT, founder: member(5, "Boris", &secret) };
    let (_, stranger) = Header::create(&other, &mut rng).unwrap();
    assert!(matches!(Anchor::sign(&stranger, HEAD).verify(&anna), Err(AnchorError::Foreign)));

    let (_, next) = header.rekeyed(&anna, &mut rng).unwrap();
    let anchor = Anchor::sign(&next, HEAD);
    assert!(matches!(anchor.verify(&anna), Err(AnchorError::Foreign)));
    let folder = tempfile::tempdir().unwrap();
    anchor.write(folder.path()).unwrap();
    assert!(
        matches!(Anchor::read(folder.path(), &anna), Err(AnchorError::Missing)),
        "each generation has its own file"
    );
    assert!(folder.path().join(file_name(2)).exists());
}

#[test]
fn an_anchor_made_without_the_data_key_is_forged() {
    // The same vault id with another data key is what somebody without the key can make.
    let (_, anna) = vault(&mut Repeatable("anchor real", 0));
    let (_, forger) = vault(&mut Repeatable("anchor forged", 0));
    let folder = tempfile::tempdir().unwrap();
    Anchor::sign(&forger, HEAD).write(folder.path()).unwrap();
    assert!(matches!(Anchor::read(folder.path(), &anna), Err(AnchorError::Forged)));
}
