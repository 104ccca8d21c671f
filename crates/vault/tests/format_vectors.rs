//! The test vectors of `docs/vault-format.md`: made from known inputs, compared byte for byte with the files in `vectors/`.
//!
//! With `CONCLAVE_WRITE_VECTORS=1` the files are written instead; that is done once per format, never to make a test pass.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod format_support;

use std::fs;
use std::path::PathBuf;

use conclave_vault::anchor::{Anchor, Head, file_name};
use conclave_vault::chain::*;
use conclave_vault::crypto::hex::encode;
use conclave_vault::crypto::{self, Sealed, SealedTo, SecretKey};
use conclave_vault::header::{Header, NewVault, Unlocked, Who};
use conclave_vault::kdf::{self, KdfParams};
use conclave_vault::passphrase::Passphrase;
use conclave_vault::passphrase::recovery::RecoveryKey;
use conclave_vault::slot::*;
use format_support::*;
use serde_json::{Value, json};

/// The cost of the vectors does not depend on how the tests are built.
const COST: KdfParams = KdfParams { m_kib: 65_536, t: 3, p: 1 };
/// Typed with a combining accent and a no-break space; the normal form has neither.
const TYPED: &str = "lantern cafe\u{301}\u{a0}harvest 47";

struct Made {
    header: Header,
    anna: Unlocked,
    recovery: RecoveryKey,
}

fn make() -> Made {
    let mut rng = Repeatable("conclave test vectors", 0);
    let typed = chosen(TYPED);
    let founder = NewSlot { kdf: COST, ..member(1, "Anna \"Zoë\" 委員", &typed) };
    let new = NewVault { vault_id: id(1), name: "Meridian Trust", created_at: AT, founder };
    let (mut header, anna) = Header::create(&new, &mut rng).unwrap();
    let recovery_key = RecoveryKey::random(&mut rng);
    header.add_slot(&anna, &NewSlot { kdf: COST, ..recovery(&recovery_key) }, &mut rng).unwrap();
    Made { header, anna, recovery: recovery_key }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

fn compare(name: &str, bytes: &[u8]) {
    if std::env::var_os("CONCLAVE_WRITE_VECTORS").is_some() {
        fs::write(path(name), bytes).unwrap();
    }
    let kept = fs::read(path(name)).unwrap();
    assert!(kept == bytes, "{name} is not what the format gives:\n{}", String::from_utf8_lossy(bytes));
}

/// Compares values and not spelling: the order of members is not part of these files' meaning.
fn compare_json(name: &str, value: &Value) {
    if std::env::var_os("CONCLAVE_WRITE_VECTORS").is_some() {
        fs::write(path(name), format!("{value:#}\n")).unwrap();
    }
    let kept: Value = serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap();
    assert!(kept == *value, "{name} is not what the format gives:\n{value:#}");
}

/// Opens a slot step by step, as the format page tells another implementation to, and notes every step.
fn steps(header: &Header, slot: &Slot, secret: &[u8]) -> Value {
    let vault_id = header.vault_id();
    let root = kdf::derive(secret, &slot.salt.0, slot.kdf).unwrap();
    let open = |purpose: &str, nonce: [u8; 24], sealed: [u8; 48]| {
        let key = root.derive(SLOT_SALT.as_bytes(), purpose);
        let context = slot.seal_context(vault_id, purpose);
        let half = crypto::open(&key, &Sealed { nonce, sealed }, &context).unwrap();
        let noted = json!({"key": hex(&key), "associated_data": encode(&context), "private_half": hex(&half)});
        (half, noted)
    };
    let (exchange, x25519) = open(X25519_PURPOSE, slot.x25519_nonce.0, slot.x25519_sealed.0);
    let (_, ed25519) = open(ED25519_PURPOSE, slot.ed25519_nonce.0, slot.ed25519_sealed.0);
    let info = slot.data_key_info(vault_id, header.generation());
    let sealed = SealedTo { encapsulated: slot.data_key_enc.0, sealed: slot.data_key_sealed.0 };
    let data_key = crypto::open_from(&exchange, &sealed, &info).unwrap();
    json!({
        "secret": encode(secret), "argon2id": hex(&root), "x25519": x25519, "ed25519": ed25519,
        "hpke_info": encode(&info), "data_key": hex(&data_key),
    })
}

fn hex(key: &SecretKey) -> String {
    key.to_hex().to_string()
}

#[test]
fn the_header_and_every_step_of_opening_it_are_as_the_vectors_say() {
    let made = make();
    let passphrase = Passphrase::new(TYPED);
    let subkeys = made.anna.subkeys();
    compare("keys.json", &made.header.to_bytes());
    compare_json(
        "header.json",
        &json!({
            "passphrase_as_typed": TYPED,
            "passphrase_normal_form": String::from_utf8(passphrase.expose().to_vec()).unwrap(),
            "recovery_key": made.recovery.written().to_string(),
            "member": steps(&made.header, &made.header.slots()[0], passphrase.expose()),
            "recovery": steps(&made.header, &made.header.slots()[1], made.recovery.secret().expose()),
            "subkeys": {
                "database": hex(&subkeys.database), "header_mac": hex(&subkeys.header_mac),
                "anchor": hex(&subkeys.anchor), "evidence": hex(&subkeys.evidence),
            },
            "header_hash": encode(&made.header.hash()),
            "statement": {
                "purpose": "decision", "content": "approve",
                "signature": encode(&made.anna.sign_statement("decision", b"approve")),
            },
        }),
    );
}

#[test]
fn the_kept_header_opens_with_the_kept_secrets() {
    let header = Header::from_bytes(&fs::read(path("keys.json")).unwrap()).unwrap();
    let noted: Value = serde_json::from_slice(&fs::read(path("header.json")).unwrap()).unwrap();
    let by_passphrase = Passphrase::new(noted["passphrase_as_typed"].as_str().unwrap());
    let by_key = RecoveryKey::parse(noted["recovery_key"].as_str().unwrap()).unwrap();
    let anna = header.unlock(&Who::Member(id(201)), Secret::Passphrase(&by_passphrase)).unwrap();
    let recovered = header.unlock(&Who::Recovery, Secret::Recovery(&by_key)).unwrap();
    for unlocked in [&anna, &recovered] {
        assert_eq!(hex(&unlocked.subkeys().database), noted["subkeys"]["database"].as_str().unwrap());
    }
    Anchor::from_bytes(&fs::read(path(&file_name(1))).unwrap()).unwrap().verify(&anna).unwrap();
}

fn journal(anna: &Unlocked, recovery: &Slot) -> Vec<SignedEntry> {
    let grant = |member, public_key| KeyChange { action: KeyAction::Grant, member, public_key, may_grant: true };
    let blank = |seq, previous, call: &str| Entry {
        seq,
        at: AT + seq,
        generation: 1,
        actor: anna.member_id(),
        actor_key: anna.public_key(),
        previous,
        call: call.into(),
        outcome: Outcome::Done,
        subjects: Vec::new(),
        key_changes: Vec::new(),
        erasures: Vec::new(),
        facts: Vec::new(),
    };
    let mut first = blank(1, genesis_previous(id(1)), "vault.create");
    first.key_changes =
        vec![grant(anna.member_id(), anna.public_key()), grant(recovery.member_id, recovery.ed25519_public.0)];
    let first = first.sign(anna.signing_key()).unwrap();
    let mut second = blank(2, first.hash, "system.save");
    let committed = Some(commitment(&[0x5a; 32], br#"{"after":{"name":"Hiring screener"}}"#));
    second.subjects = vec![
        Subject { kind: "system".into(), id: id(500), commitment: committed },
        Subject { kind: "vendor".into(), id: id(501), commitment: None },
    ];
    second.facts = vec![Fact { name: "fields".into(), value: "1".into() }];
    let second = second.sign(anna.signing_key()).unwrap();
    let mut third = blank(3, second.hash, "journal.erase");
    third.outcome = Outcome::Refused;
    third.erasures = vec![Erasure { seq: 2, subject: 0 }];
    let third = third.sign(anna.signing_key()).unwrap();
    vec![first, second, third]
}

#[test]
fn journal_and_anchor_are_as_the_vectors_say() {
    let made = make();
    let entries = journal(&made.anna, &made.header.slots()[1]);
    let mut verifier = Verifier::new(id(1), Depth::Signatures);
    entries.iter().for_each(|entry| verifier.feed(entry, &[]));
    assert!(verifier.finish().is_clean());

    let last = entries.last().unwrap();
    let anchor = Anchor::sign(&made.anna, Head { seq: last.entry.seq, hash: last.hash, at: AT + 9 });
    compare(&file_name(1), &anchor.to_bytes());
    let listed: Vec<Value> = entries
        .iter()
        .map(|signed| {
            json!({
                "canonical": encode(&signed.entry.canonical().unwrap()),
                "hash": encode(&signed.hash), "signature": encode(&signed.signature),
            })
        })
        .collect();
    compare_json(
        "journal.json",
        &json!({
            "genesis_previous": encode(&genesis_previous(id(1))),
            "genesis_fingerprint": fingerprint(&entries[0].hash),
            "payload": {
                "salt": encode(&[0x5a; 32]), "payload": r#"{"after":{"name":"Hiring screener"}}"#,
                "commitment": encode(&entries[1].entry.subjects[0].commitment.unwrap()),
            },
            "entries": listed,
        }),
    );
}

#[test]
fn the_format_page_names_every_label() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/vault-format.md")).unwrap();
    let mut labels = vec![SLOT_SALT, X25519_PURPOSE, ED25519_PURPOSE, SEAL_LABEL, DATA_KEY_LABEL];
    labels.extend([JOURNAL_LABEL, PAYLOAD_LABEL, GENESIS_LABEL, conclave_vault::anchor::ANCHOR_LABEL]);
    labels.extend([conclave_vault::header::STATEMENT_LABEL]);
    labels.extend(conclave_vault::header::SUBKEY_INFO);
    labels.extend([conclave_vault::header::KIND.checksum_label, conclave_vault::header::KIND.mac_label]);
    labels.extend([conclave_vault::anchor::KIND.checksum_label, conclave_vault::anchor::KIND.mac_label]);
    labels.extend([
        conclave_vault::passphrase::recovery::CHECK_LABEL,
        conclave_vault::passphrase::recovery::SECRET_LABEL,
    ]);
    for label in labels {
        assert!(page.contains(&format!("`{label}`")), "the format page does not name \"{label}\"");
    }
}
