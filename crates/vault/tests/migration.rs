//! Vaults of every earlier schema, as the programs of their day wrote them, open in this one: migrated, whole, and with a
//! backup of what they were.
//!
//! `fixtures/schema-N.conclave` is a vault whose last migration is number N. Before a migration N + 1 is added, one is made with
//! the program as it is: `cargo xtask build --test-build`, `target/conclave-test new schema-N.conclave --sample` with the
//! passphrase below, and every file but the lock is copied.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fault_support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use conclave_domain::{
    fault::{Fault, FaultKind},
    kind::Kind,
};
use conclave_vault::{
    Vault,
    backup::{self, Reason, kept},
    crypto::SecretKey,
    header::{HeaderFiles, Who},
    passphrase::Passphrase,
    slot::Secret,
};
use fault_support::{DATABASE, Files, WORDS, now, place, raw};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

const MEMBER: &str = "Administrator";

/// What the program of a schema listed of its fixture.
struct Listed {
    schema: i64,
    records: &'static [(Kind, usize)],
    /// The newest journal entry.
    head: u64,
}

const LISTED: &[Listed] = &[
    Listed {
        schema: 1,
        records: &[
            (Kind::System, 10),
            (Kind::Vendor, 6),
            (Kind::Asset, 13),
            (Kind::Assessment, 3),
            (Kind::Risk, 19),
            (Kind::Review, 4),
            (Kind::Decision, 5),
            (Kind::Pack, 0),
        ],
        head: 65,
    },
    Listed {
        schema: 2,
        records: &[
            (Kind::System, 10),
            (Kind::Vendor, 6),
            (Kind::Asset, 13),
            (Kind::Assessment, 3),
            (Kind::Risk, 19),
            (Kind::Review, 4),
            (Kind::Decision, 5),
            (Kind::Evidence, 0),
            (Kind::Pack, 0),
        ],
        head: 65,
    },
    Listed {
        schema: 3,
        records: &[
            (Kind::System, 10),
            (Kind::Vendor, 6),
            (Kind::Asset, 13),
            (Kind::Assessment, 4),
            (Kind::Risk, 19),
            (Kind::Review, 4),
            (Kind::Finding, 4),
            (Kind::Decision, 5),
            (Kind::Evidence, 0),
            (Kind::Pack, 0),
        ],
        head: 73,
    },
];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The numbers in the names of what lies in a folder: `0002_evidence.sql` with no prefix, `schema-1.conclave` with one.
fn numbers(folder: &str, prefix: &str, ending: &str) -> Vec<i64> {
    let number = |name: &str| -> Option<i64> {
        let stem = name.strip_prefix(prefix)?.strip_suffix(ending)?;
        stem.split('_').next()?.parse().ok()
    };
    let mut found: Vec<i64> = fs::read_dir(here(folder))
        .unwrap()
        .filter_map(|entry| number(entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    found.sort_unstable();
    found
}

fn fixtures() -> Vec<(i64, PathBuf)> {
    let at = |n| (n, here(&format!("tests/fixtures/schema-{n}.conclave")));
    numbers("tests/fixtures", "schema-", ".conclave").into_iter().map(at).collect()
}

/// A copy of a fixture, and the place where it lies.
fn copy(fixture: &Path) -> (tempfile::TempDir, PathBuf) {
    let (dir, folder) = place();
    Files::read(fixture).write(&folder);
    (dir, folder)
}

fn database_key(folder: &Path) -> SecretKey {
    let mut files = HeaderFiles::read(folder).unwrap();
    files.unlock(&Who::Name(MEMBER), Secret::Passphrase(&Passphrase::new(WORDS))).unwrap().subkeys().database.clone()
}

async fn open(folder: &Path) -> Result<Vault, Fault> {
    Ok(Vault::open(folder, MEMBER, &Passphrase::new(WORDS), &now()).await?)
}

/// What a vault holds, so that before and after can be compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Content {
    /// Titles by kind and number, those in the trash among them.
    titles: BTreeMap<(String, i64), String>,
    /// Result and comment by assessment and requirement.
    answers: BTreeMap<(String, String), (String, String)>,
    /// Hashes of the journal's entries.
    journal: BTreeMap<u64, Vec<u8>>,
    /// Role by member.
    members: BTreeMap<String, String>,
}

/// Reads the rows of a database that is closed, whatever its schema.
async fn content(folder: &Path) -> (i64, Content) {
    let mut db = raw(&folder.join(DATABASE), &database_key(folder)).await;
    let mut found = Content::default();
    let version = sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut db).await.unwrap().get(0);
    for row in sqlx::query("SELECT kind, number, title FROM record").fetch_all(&mut db).await.unwrap() {
        found.titles.insert((row.get(0), row.get(1)), row.get(2));
    }
    let answers =
        "SELECT r.title, a.requirement, a.result, a.comment FROM answer a JOIN record r ON r.seq = a.assessment";
    for row in sqlx::query(answers).fetch_all(&mut db).await.unwrap() {
        found.answers.insert((row.get(0), row.get(1)), (row.get(2), row.get(3)));
    }
    for row in sqlx::query("SELECT seq, hash FROM journal").fetch_all(&mut db).await.unwrap() {
        found.journal.insert(row.get::<i64, _>(0).try_into().unwrap(), row.get(1));
    }
    for row in sqlx::query("SELECT name, role FROM member").fetch_all(&mut db).await.unwrap() {
        found.members.insert(row.get(0), row.get(1));
    }
    db.close().await.unwrap();
    (version, found)
}

/// Opens a vault, checks it, and reads through the program what [`content`] reads beside it.
async fn opened(folder: &Path, titled: &Content) -> Content {
    let mut vault = open(folder).await.unwrap();
    let verdict = vault.check(&mut |_| true).await.unwrap();
    assert_eq!(verdict.faults, Vec::<String>::new());
    assert_eq!(vault.notices(), Vec::<String>::new());
    let mut found = Content { journal: titled.journal.clone(), ..Content::default() };
    assert_eq!(vault.head().map(|h| (h.seq, h.hash.to_vec())), titled.journal.clone().into_iter().next_back());
    let mut reader = vault.read().await.unwrap();
    for kind in Kind::ALL.iter().copied() {
        for stored in reader.records(kind, None).await.unwrap() {
            let number = stored.head.reference.rsplit('-').next().unwrap().parse().unwrap();
            if kind == Kind::Assessment {
                for (requirement, answer) in reader.answers(stored.seq).await.unwrap() {
                    let result = serde_json::to_value(answer.result).unwrap().as_str().unwrap().to_owned();
                    found.answers.insert((stored.head.title.clone(), requirement), (result, answer.comment));
                }
            }
            found.titles.insert((kind.name().to_owned(), number), stored.head.title);
        }
    }
    found.members = reader.members().await.unwrap().into_iter().map(|m| (m.name, m.role.name().to_owned())).collect();
    vault.close().await;
    found
}

#[test]
fn every_earlier_schema_has_a_fixture() {
    let migrations = numbers("../../migrations", "", ".sql");
    let fixtures: Vec<i64> = fixtures().into_iter().map(|(n, _)| n).collect();
    let (newest, earlier) = migrations.split_last().expect("migrations");
    // Of the present schema there may be one, too: a vault that is to be upgraded without a migration.
    let fixtures: Vec<i64> = fixtures.into_iter().filter(|n| n != newest).collect();
    assert_eq!(
        fixtures, earlier,
        "The newest migration is {newest}, so crates/vault/tests/fixtures must hold one vault of each schema before it \
         (schema-N.conclave for N in {earlier:?}), made with the program as it was before that migration. The head of \
         this file says how."
    );
    let listed: Vec<i64> = LISTED.iter().map(|listed| listed.schema).filter(|n| n != newest).collect();
    assert_eq!(listed, earlier, "LISTED must say what the program of each schema listed of its fixture");
}

#[tokio::test]
async fn a_vault_of_every_earlier_schema_opens_whole_and_keeps_a_backup_of_what_it_was() {
    let newest = *numbers("../../migrations", "", ".sql").last().unwrap();
    for (schema, fixture) in fixtures() {
        let untouched = Files::read(&fixture);
        let (_dir, folder) = copy(&fixture);
        let (version, before) = content(&folder).await;
        assert_eq!(version, schema, "{} is of another schema than its name says", fixture.display());
        let Listed { records, head, .. } =
            LISTED.iter().find(|listed| listed.schema == schema).expect("a line in LISTED");
        for (kind, count) in *records {
            let found = before.titles.keys().filter(|(name, _)| name == kind.name()).count();
            assert_eq!(found, *count, "schema {schema}: {kind:?}");
        }
        assert_eq!(before.journal.last_key_value().map(|(seq, _)| *seq), Some(*head));
        assert!(before.answers.len() > 50, "schema {schema}: answers to be kept: {}", before.answers.len());

        assert_eq!(opened(&folder, &before).await, before, "schema {schema}: what the program reads after migrating");
        if schema == newest {
            continue;
        }
        assert_eq!(content(&folder).await, (newest, before), "schema {schema}: what lies in the database");
        let (_, before) = content(&folder).await;
        // A second opening finds nothing to migrate and makes no second backup.
        assert_eq!(opened(&folder, &before).await, before);

        let backups = kept(&folder).unwrap();
        let [backup] = backups.as_slice() else { panic!("schema {schema}: one backup, not {backups:?}") };
        assert_eq!((backup.reason, backup.head), (Reason::Migration, *head));
        let names = Files::read(&folder.join("backups"));
        assert_eq!(names.names().len(), 1, "schema {schema}: nothing beside the backup: {:?}", names.names());
        assert!(names.names()[0].starts_with("migration-"), "{:?}", names.names());
        assert_eq!(backup::check(&backup.path, &mut |_, _| true).unwrap().seq, *head);

        let (_dir, restored) = place();
        backup::restore(&backup.path, &restored, &mut |_, _| true).unwrap();
        assert_eq!(content(&restored).await.0, schema, "the backup holds the schema before");
        assert_eq!(opened(&restored, &before).await, before, "schema {schema}: restored from the backup");
        assert_eq!(content(&restored).await.0, newest);
        assert_eq!(Files::read(&fixture), untouched, "a test changed {}", fixture.display());
        println!(
            "schema {schema} to {newest}: {} records, {} answers, {} entries, {} members the same",
            before.titles.len(),
            before.answers.len(),
            before.journal.len(),
            before.members.len()
        );
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_stays_as_it_was() {
    let (schema, fixture) = fixtures().pop().expect("a fixture");
    for migrated in [true, false] {
        let (_dir, folder) = copy(&fixture);
        if migrated {
            open(&folder).await.unwrap().close().await;
        }
        let mut db = raw(&folder.join(DATABASE), &database_key(&folder)).await;
        let row = "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                   SELECT 9999, 'of a later day', installed_on, 1, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
        sqlx::raw_sql(AssertSqlSafe(row.to_owned())).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
        let all = |what: &str| -> (Vec<u8>, Vec<u8>, Vec<u8>, usize) {
            let files = Files::read(&folder);
            for name in files.names() {
                let ours = ["keys.json", "keys.json.bak", "anchor-1", DATABASE, "holder", "holder.lock"];
                assert!(ours.contains(&name), "{what}: {name} was left");
            }
            let get = |name: &str| files.get(name).to_vec();
            (get(DATABASE), get("keys.json"), get("anchor-1"), kept(&folder).unwrap().len())
        };
        let before = all("before");
        for attempt in 1..=2 {
            let fault = open(&folder).await.map(|_| ()).unwrap_err();
            let what = format!("schema {schema}, migrated {migrated}, attempt {attempt}");
            assert_eq!(fault.kind, FaultKind::NewerFormat, "{what}: {fault:?}");
            assert!(fault.sentence.contains("9999"), "{what}: {fault:?}");
            assert!(all(&what) == before, "{what}: the vault did not stay as it was");
        }
    }
}
