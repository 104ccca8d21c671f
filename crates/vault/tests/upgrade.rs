//! Vaults that older programs wrote: they read and check as they are, take a change, and are written anew once, as one signed
//! entry, by whoever may. A field that came later, or another derivation of a list column, makes no vault look tampered with.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fault_support;
mod past_support;

use std::path::{Path, PathBuf};

use conclave_domain::{
    content,
    kind::Kind,
    noun::{Assessment, Body, Review},
};
use conclave_vault::{
    Audited, How, Unruled, Vault,
    backup::Reason,
    header::{HeaderFiles, Who},
    passphrase::Passphrase,
    slot::Secret,
};
use fault_support::{DATABASE, Files, WORDS, now, place, raw};
use past_support::dump;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

const MEMBER: &str = "Administrator";

/// A copy of the fixture of each schema, all of the first form.
fn copies() -> Vec<(i64, tempfile::TempDir, PathBuf)> {
    let copy = |schema| {
        let fixture = format!("{}/tests/fixtures/schema-{schema}.conclave", env!("CARGO_MANIFEST_DIR"));
        let (dir, folder) = place();
        Files::read(Path::new(&fixture)).write(&folder);
        (schema, dir, folder)
    };
    (1..=3).map(copy).collect()
}

async fn open(folder: &Path) -> Vault {
    Vault::open(folder, MEMBER, &Passphrase::new(WORDS), &now()).await.unwrap()
}

async fn sound(vault: &mut Vault, what: &str) {
    assert_eq!(vault.check(&mut |_| true).await.unwrap().faults, Vec::<String>::new(), "{what}");
}

/// Runs a statement beside the program.
async fn beside(folder: &Path, sql: &str) -> Vec<String> {
    let mut files = HeaderFiles::read(folder).unwrap();
    let unlocked = files.unlock(&Who::Name(MEMBER), Secret::Passphrase(&Passphrase::new(WORDS))).unwrap();
    let mut db = raw(&folder.join(DATABASE), &unlocked.subkeys().database.clone()).await;
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut db).await.unwrap();
    let found = rows.iter().map(|r| r.try_get::<String, _>(0).unwrap_or_default()).collect();
    db.close().await.unwrap();
    found
}

/// Saves one record of each kind again, with another word in it.
async fn save_each_kind(vault: &mut Vault) -> usize {
    let mut saved = 0;
    for kind in Kind::ALL {
        let Some(record) = vault.read().await.unwrap().records(kind, None).await.unwrap().pop() else { continue };
        let mut map = record.body.to_map();
        // A decision that was taken keeps its words; its notes may change.
        let field = ["notes", "description", "title"].into_iter().find(|f| map.contains_key(*f)).unwrap();
        map.insert(field.to_owned(), "Looked at again.".into());
        let body = Body::from_map(kind, map).unwrap();
        let mut transaction = vault.begin(&Unruled).await.unwrap();
        let (_, events) =
            transaction.writer().save(record.head.id, record.head.revision, body, How::Form).await.unwrap();
        transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
        saved += 1;
    }
    saved
}

#[tokio::test]
async fn a_field_that_came_later_is_saved_with_its_default_and_the_vault_stays_sound() {
    for (schema, _dir, folder) in copies() {
        let bodies = "SELECT json FROM body JOIN record ON seq = record WHERE kind = 'review'";
        let before = beside(&folder, bodies).await;
        assert!(!before.is_empty() && before.iter().all(|b| !b.contains("concluded_by")), "schema {schema}");
        let mut vault = open(&folder).await;
        sound(&mut vault, "as an older program wrote it").await;
        assert!(vault.is_outdated(), "schema {schema}");
        assert!(save_each_kind(&mut vault).await >= 7, "schema {schema}");
        sound(&mut vault, "saved by this program before the upgrade").await;
        vault.close().await;
        let after = beside(&folder, bodies).await;
        assert_eq!(after.iter().filter(|b| b.contains("concluded_by")).count(), 1, "one review was saved");
    }
}

#[tokio::test]
async fn the_upgrade_is_one_signed_entry_after_a_backup_and_the_past_before_it_reads_as_it_did() {
    for (schema, _dir, folder) in copies() {
        let mut vault = open(&folder).await;
        let (head, before) = (vault.head().unwrap().seq, dump(&mut vault.read().await.unwrap()).await);
        let entry = vault.upgrade("vault.upgrade", &mut |_| true).await.unwrap();
        assert_eq!((entry, vault.is_outdated()), (head + 1, false), "schema {schema}");
        sound(&mut vault, "after the upgrade").await;
        let kept = vault.kept_backups().unwrap();
        let backups: Vec<_> = kept.iter().filter(|k| k.reason == Reason::Migration && k.head == head).collect();
        assert_eq!(backups.len(), 1, "schema {schema}: one backup of what was");
        let mut reader = vault.read().await.unwrap();
        let (line, signed, changes) = reader.entry(entry, 0, 100).await.unwrap();
        assert_eq!((line.call.as_str(), line.actor.as_str()), ("vault.upgrade", MEMBER));
        assert_eq!(signed.entry.seq, entry);
        let acts: Vec<_> =
            changes.iter().map(|c| (c.kind.as_str(), c.payload.as_ref().unwrap().act.as_str())).collect();
        assert!(acts.contains(&("vault", "upgrade")) && acts.contains(&("framework", "upgrade")), "{acts:?}");
        for record in reader.records(Kind::Assessment, None).await.unwrap() {
            let Body::Assessment(Assessment { framework, edition, .. }) = record.body else { panic!("an assessment") };
            assert_eq!(edition, content::framework(&framework).unwrap().framework.edition);
            assert!(acts.contains(&("assessment", "upgrade")));
        }
        let mut past = vault.after(head).await.unwrap();
        let found = dump(&mut past.read()).await;
        past.leave().await.unwrap();
        // Judged by the day of then, which is not that of the dump; the rest is the same word for word.
        let rest = |text: &str| {
            text.lines()
                .filter(|l| !l.starts_with("day ") && !l.contains("answers: "))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for (now, then) in rest(&found).iter().zip(rest(&before)) {
            assert_eq!(*now, then, "schema {schema}");
        }
        vault.close().await;
        let mut vault = open(&folder).await;
        assert!(!vault.is_outdated(), "once");
        assert!(save_each_kind(&mut vault).await >= 7);
        sound(&mut vault, "saved after the upgrade").await;
    }
}

#[tokio::test]
async fn a_column_that_an_older_program_derived_otherwise_is_no_tampering_until_it_was_derived_anew() {
    let (_, _dir, folder) = copies().pop().unwrap();
    open(&folder).await.close().await;
    let otherwise = "UPDATE record SET score = score + 1000, gaps = 77 WHERE kind = 'risk' RETURNING title";
    assert!(!beside(&folder, otherwise).await.is_empty());
    beside(&folder, "DELETE FROM coverage RETURNING stage").await;
    beside(&folder, "DELETE FROM link WHERE field = 'vendors' RETURNING field").await;
    let mut vault = open(&folder).await;
    vault.upgrade("vault.upgrade", &mut |_| true).await.unwrap();
    sound(&mut vault, "derived anew").await;
    vault.close().await;
    assert!(!beside(&folder, otherwise).await.is_empty());
    let mut vault = open(&folder).await;
    assert!(!vault.check(&mut |_| true).await.unwrap().faults.is_empty(), "from then on it is");
}

#[tokio::test]
async fn a_stored_map_and_its_normal_form_are_the_same_record_whatever_field_is_missing() {
    for (_, _dir, folder) in copies() {
        let mut vault = open(&folder).await;
        for kind in Kind::ALL {
            for record in vault.read().await.unwrap().records(kind, None).await.unwrap() {
                let (whole, empty) = (record.body.to_map(), Body::empty(kind).to_map());
                for (key, value) in whole.iter().filter(|(k, v)| empty.get(*k) == Some(*v)) {
                    let mut older = whole.clone();
                    older.remove(key);
                    assert_eq!(Body::normal(kind, older), whole, "{kind:?} without {key} = {value}");
                }
            }
        }
    }
    let review = Body::Review(Review::default()).to_map();
    assert!(review.contains_key("concluded_by"), "the field that came with this form");
}
