//! Somebody who has the data key opens the database with SQL, drops the triggers, rewrites history, and puts the triggers
//! back. The check finds each of these changes, or the vault does not even open, and the sentence names the entry.
//!
//! What the format cannot show is not here: a tail that a member wrote anew with their own key, and the rollback of the
//! whole folder (docs/vault-format.md).
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fault_support;

use conclave_vault::chain::{Entry, KeyAction, SignedEntry};
use conclave_vault::crypto::hex::encode as hex;
use fault_support::scene::*;
use uuid::Uuid;

/// Runs one SQL text against a fresh copy of the history.
async fn sql(text: &str) -> Scene {
    let scene = Scene::new().await;
    let mut intruder = scene.intrude().await;
    intruder.change(text).await;
    intruder.leave().await;
    scene
}

/// Puts an entry in the place of the one under its number.
async fn put(signed: &SignedEntry) -> Scene {
    let scene = Scene::new().await;
    let mut intruder = scene.intrude().await;
    intruder.put(signed).await;
    intruder.leave().await;
    scene
}

async fn entry(seq: u64) -> SignedEntry {
    let scene = Scene::new().await;
    let mut intruder = scene.intrude().await;
    let entry = intruder.entry(seq).await;
    intruder.leave().await;
    entry
}

#[tokio::test]
async fn a_history_that_somebody_only_looked_at_is_sound() {
    let scene = Scene::new().await;
    scene.intrude().await.leave().await;
    match scene.told().await {
        Told::Opened { check, journal } => assert_eq!((check, journal), (Vec::new(), Vec::new())),
        Told::Refused(fault) => panic!("{fault:?}"),
    }
}

#[tokio::test]
async fn changed_bytes_of_an_entry_show() {
    for at in [1, JOINED, MIDDLE, RECOVERED, LAST] {
        let signed = entry(at).await;
        let bytes = signed.entry.canonical().unwrap();
        // One byte of the moment, of the actor, of the hash before, of the call, and the last.
        for byte in [10, 30, 80, 124, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[byte] ^= 1;
            let text = format!("UPDATE journal SET canonical = x'{}' WHERE seq = {at}", hex(&changed));
            sql(&text).await.noticed_at(&format!("byte {byte} of entry {at}"), at).await;
        }
        sql(&format!("UPDATE journal SET canonical = x'00' WHERE seq = {at}")).await.noticed_at("no entry", at).await;
    }
}

#[tokio::test]
async fn a_changed_entry_with_its_hash_made_to_fit_shows() {
    for at in [1, MIDDLE, RECOVERED, LAST] {
        let mut signed = entry(at).await;
        signed.entry.call = "record.trash".into();
        signed.hash = hash(&signed.entry);
        let scene = put(&signed).await;
        scene.noticed_at("the signature is over another hash", at).await;
        scene.remove_anchor();
        scene.noticed_at("the signature is over another hash, anchor removed", at).await;
    }
}

#[tokio::test]
async fn a_changed_hash_or_signature_shows() {
    for at in [1, MIDDLE, RECOVERED, LAST] {
        for column in ["hash", "signature"] {
            let text = format!("UPDATE journal SET {column} = zeroblob(length({column})) WHERE seq = {at}");
            sql(&text).await.noticed_at(&format!("{column} of entry {at}"), at).await;
        }
    }
}

#[tokio::test]
async fn a_hash_or_signature_of_another_length_shows() {
    for column in ["hash", "signature"] {
        let text = format!("UPDATE journal SET {column} = x'00' WHERE seq = {MIDDLE}");
        sql(&text).await.noticed_at(&format!("a short {column}"), MIDDLE).await;
    }
}

#[tokio::test]
async fn a_refusal_because_of_the_confirmed_head_names_its_entry() {
    let mut signed = entry(LAST).await;
    signed.entry.call = "record.trash".into();
    signed.hash = hash(&signed.entry);
    put(&signed).await.refused_at("another entry stands where the confirmed one stood", LAST).await;
}

#[tokio::test]
async fn changed_columns_of_an_entry_show() {
    for at in [1, MIDDLE, LAST] {
        for change in ["at = at + 1", "actor = zeroblob(16)", "call = 'record.trash'", "refused = 1"] {
            let text = format!("UPDATE journal SET {change} WHERE seq = {at}");
            sql(&text).await.noticed_at(&format!("{change} of entry {at}"), at).await;
        }
    }
}

#[tokio::test]
async fn another_number_of_an_entry_shows() {
    sql(&format!("UPDATE journal SET seq = {LAST} + 5 WHERE seq = {LAST}")).await.noticed_at("moved away", LAST).await;
    let gap = format!(
        "UPDATE journal SET seq = -seq WHERE seq = {MIDDLE}; UPDATE journal SET seq = {LAST} + 1 WHERE seq < 0"
    );
    sql(&gap).await.noticed_at("moved to the end", MIDDLE).await;
}

#[tokio::test]
async fn changed_values_of_an_entry_show() {
    for at in [1, MIDDLE, LAST] {
        for change in [
            "UPDATE payload SET body = replace(body, 'Meridian', 'Meridiam') || ' ' WHERE",
            "UPDATE payload SET salt = zeroblob(32) WHERE",
            "UPDATE payload SET salt = x'00' WHERE",
            "DELETE FROM payload WHERE",
            "UPDATE payload SET n = n + 7 WHERE",
        ] {
            sql(&format!("{change} seq = {at}")).await.noticed_at(change, at).await;
        }
    }
}

#[tokio::test]
async fn values_that_were_exchanged_between_two_entries_show() {
    let text = format!(
        "UPDATE payload SET seq = -seq WHERE seq IN (3, {MIDDLE});
         UPDATE payload SET seq = 3 + {MIDDLE} + seq WHERE seq < 0"
    );
    let scene = sql(&text).await;
    scene.noticed_at("exchanged", 3).await;
    scene.noticed_at("exchanged", MIDDLE).await;
}

#[tokio::test]
async fn changed_subjects_of_an_entry_show() {
    for at in [1, MIDDLE, LAST] {
        for change in [
            "UPDATE journal_subject SET kind = 'vendor' WHERE seq = ".to_owned(),
            "UPDATE journal_subject SET id = zeroblob(16) WHERE seq = ".to_owned(),
            "DELETE FROM journal_subject WHERE seq = ".to_owned(),
            "INSERT INTO journal_subject SELECT seq, n + 50, kind, id FROM journal_subject WHERE seq = ".to_owned(),
        ] {
            sql(&format!("{change}{at}")).await.noticed_at(&change, at).await;
        }
    }
}

#[tokio::test]
async fn an_entry_removed_from_the_middle_shows() {
    for at in [1, JOINED, MIDDLE, RECOVERED, LAST - 1] {
        sql(&format!("DELETE FROM journal WHERE seq = {at}")).await.noticed_at("the entry alone", at).await;
        let all = format!(
            "DELETE FROM journal WHERE seq = {at}; DELETE FROM payload WHERE seq = {at};
             DELETE FROM journal_subject WHERE seq = {at}"
        );
        sql(&all).await.noticed_at("with all that belongs to it", at).await;
    }
}

#[tokio::test]
async fn an_entry_removed_and_the_later_ones_counted_anew_shows() {
    let mut text = String::new();
    for table in ["journal", "payload", "journal_subject"] {
        text += &format!(
            "DELETE FROM {table} WHERE seq = {MIDDLE}; UPDATE {table} SET seq = -seq WHERE seq > {MIDDLE};
             UPDATE {table} SET seq = -seq - 1 WHERE seq < 0;"
        );
    }
    let scene = sql(&text).await;
    // It does not open, since the last confirmed entry is not there; without the anchor the check shows the gap.
    scene.refused_at("counted anew", LAST).await;
    scene.remove_anchor();
    scene.noticed_at("counted anew, anchor removed", MIDDLE).await;
}

#[tokio::test]
async fn a_tail_that_was_cut_off_shows() {
    for from in [LAST, LAST - 2] {
        let scene = Scene::new().await;
        let mut intruder = scene.intrude().await;
        intruder.cut_from(from).await;
        intruder.leave().await;
        scene.refused_at("the confirmed head is gone", LAST).await;
        scene.remove_anchor();
        scene.noticed_as("the confirmed head and its anchor are gone", "Anchor").await;
    }
}

#[tokio::test]
async fn a_tail_cut_off_under_an_anchor_that_a_stranger_signed_shows() {
    for (what, key) in [("stranger", stranger(9)), ("revoked key", Scene::new().await.revoked().clone())] {
        let scene = Scene::new().await;
        let mut intruder = scene.intrude().await;
        intruder.cut_from(LAST).await;
        let head = intruder.entry(LAST - 1).await;
        intruder.leave().await;
        scene.forge_anchor(&head, scene.ada(), &key);
        scene.noticed_as(what, "nchor").await;
    }
}

#[tokio::test]
async fn two_entries_in_each_others_place_show() {
    for (a, b) in [(3, MIDDLE), (MIDDLE, LAST), (MIDDLE, LAST - 1)] {
        let swap = |table: &str| {
            format!(
                "UPDATE {table} SET seq = -seq WHERE seq IN ({a}, {b});
                 UPDATE {table} SET seq = {a} + {b} + seq WHERE seq < 0;"
            )
        };
        let alone = swap("journal");
        let all = ["journal", "payload", "journal_subject"].map(swap).concat();
        for (what, text) in [("the rows", alone), ("with all that belongs to them", all)] {
            let scene = sql(&text).await;
            scene.noticed_at_one(what, &[a, b]).await;
            scene.remove_anchor();
            scene.noticed_at_one(&format!("{what}, anchor removed"), &[a, b]).await;
        }
    }
}

/// Appends one entry after the last, which an opening alone accepts: the database may be ahead of the anchor.
async fn appended(
    make: impl FnOnce(&Scene, &mut dyn FnMut(Uuid, &ed25519_dalek::SigningKey) -> Entry) -> SignedEntry,
) -> Scene {
    let scene = Scene::new().await;
    let mut intruder = scene.intrude().await;
    let next = intruder.next(scene.ada(), scene.current()).await;
    let mut by = |actor: Uuid, key: &ed25519_dalek::SigningKey| Entry {
        actor,
        actor_key: key.verifying_key().to_bytes(),
        ..next.clone()
    };
    let signed = make(&scene, &mut by);
    intruder.put(&signed).await;
    intruder.leave().await;
    scene
}

#[tokio::test]
async fn an_appended_entry_of_the_member_is_what_the_others_are_compared_with() {
    let scene = appended(|scene, by| signed_with(by(scene.ada(), scene.current()), scene.current())).await;
    match scene.told().await {
        // A crash between commit and anchor leaves just this.
        Told::Opened { check, .. } => assert_eq!(check, Vec::<String>::new()),
        Told::Refused(fault) => panic!("{fault:?}"),
    }
}

#[tokio::test]
async fn an_appended_entry_without_a_signature_shows() {
    let unsigned = appended(|scene, by| SignedEntry {
        signature: [0; 64],
        ..signed_with(by(scene.ada(), scene.current()), scene.current())
    });
    unsigned.await.noticed_at("unsigned", LAST + 1).await;
}

#[tokio::test]
async fn an_appended_entry_signed_by_a_strangers_key_shows() {
    let named = appended(|scene, by| signed_with(by(scene.ada(), &stranger(9)), &stranger(9)));
    named.await.noticed_at("a stranger's key in Ada's name", LAST + 1).await;
    let hidden = appended(|scene, by| signed_with(by(scene.ada(), scene.current()), &stranger(9)));
    hidden.await.noticed_at("a stranger's signature under Ada's key", LAST + 1).await;
    let nobody = appended(|_, by| signed_with(by(Uuid::now_v7(), &stranger(9)), &stranger(9)));
    nobody.await.noticed_at("a stranger in their own name", LAST + 1).await;
}

#[tokio::test]
async fn an_appended_entry_signed_with_a_revoked_key_shows() {
    let old = appended(|scene, by| signed_with(by(scene.ada(), scene.revoked()), scene.revoked()));
    old.await.noticed_at("Ada's key from before the recovery", LAST + 1).await;
}

#[tokio::test]
async fn an_appended_entry_of_a_member_whose_key_was_never_granted_shows() {
    let scene = Scene::new().await;
    let mut intruder = scene.intrude().await;
    let (mallory, key) = (Uuid::now_v7(), stranger(9));
    intruder
        .change(&format!(
            "INSERT INTO member (id, name, role, signing_key, active, since)
             VALUES (x'{}', 'Mallory', 'administrator', x'{}', 1, 0)",
            mallory.simple(),
            hex(key.verifying_key().as_bytes())
        ))
        .await;
    let next = intruder.next(mallory, &key).await;
    intruder.put(&signed_with(next, &key)).await;
    intruder.leave().await;
    scene.noticed_at("a member by SQL only", LAST + 1).await;
}

#[tokio::test]
async fn a_tail_replaced_by_wrongly_signed_entries_shows() {
    for (what, key) in [("stranger", stranger(9)), ("revoked key", Scene::new().await.revoked().clone())] {
        let scene = Scene::new().await;
        let mut intruder = scene.intrude().await;
        intruder.cut_from(LAST - 1).await;
        for _ in 0..2 {
            let next = intruder.next(scene.ada(), &key).await;
            intruder.put(&signed_with(next, &key)).await;
        }
        let head = intruder.entry(LAST).await;
        intruder.leave().await;
        scene.noticed_at(what, LAST - 1).await;
        scene.forge_anchor(&head, scene.ada(), &key);
        scene.noticed_at(&format!("{what}, anchor forged"), LAST - 1).await;
        scene.remove_anchor();
        scene.noticed_at(&format!("{what}, anchor removed"), LAST - 1).await;
    }
}

#[tokio::test]
async fn a_public_key_exchanged_in_a_grant_shows() {
    let signed = entry(RECOVERED).await;
    let place = signed.entry.key_changes.iter().position(|c| c.action == KeyAction::Grant).expect("a grant");
    let mut exchanged = signed.clone();
    exchanged.entry.key_changes[place].public_key = stranger(9).verifying_key().to_bytes();
    put(&exchanged).await.noticed_at("the grant alone", RECOVERED).await;
    exchanged.hash = hash(&exchanged.entry);
    put(&exchanged).await.noticed_at("with its hash", RECOVERED).await;
    let own = signed_with(exchanged.entry, &stranger(9));
    put(&own).await.noticed_at("signed by the stranger", RECOVERED).await;
}
