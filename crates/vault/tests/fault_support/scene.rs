//! A vault with a history, and somebody who has its data key and rewrites the database behind the program's back.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::PathBuf};

use conclave_domain::{
    answer::Answer,
    fault::{Fault, FaultKind},
    noun::{Assessment, Body},
    permission::Role,
};
use conclave_vault::{
    Audited, How, Unruled, Vault,
    anchor::Anchor,
    chain::{Entry, Outcome, SignedEntry},
    chosen_passphrase,
    crypto::{SecretKey, hex},
    header::{HeaderFiles, Unlocked, Who, canon},
    passphrase::Passphrase,
    slot::Secret,
};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{ANCHOR, DATABASE, Files, WORDS, create, now, place, raw, save, system};

/// Ada's passphrase after the recovery.
pub const AFTER: &str = "copper birds unfold the quiet atlas";
/// The entry in which Ben joins.
pub const JOINED: u64 = 2;
/// An entry in the middle: a system is saved.
pub const MIDDLE: u64 = 4;
/// The entry in which the recovery key revokes Ada's first signing key and grants her second.
pub const RECOVERED: u64 = 7;
/// The last entry.
pub const LAST: u64 = 10;

/// The history, made once.
struct Base {
    files: Files,
    database_key: SecretKey,
    anchor_key: SecretKey,
    vault_id: Uuid,
    ada: Uuid,
    /// Ada's signing key until the recovery.
    revoked: SigningKey,
    /// Ada's signing key from then on.
    current: SigningKey,
}

fn unlock(folder: &std::path::Path, words: &str) -> Unlocked {
    let mut files = HeaderFiles::read(folder).unwrap();
    files.unlock(&Who::Name("Ada Osei"), Secret::Passphrase(&Passphrase::new(words))).unwrap()
}

async fn base() -> &'static Base {
    static BASE: OnceCell<Base> = OnceCell::const_new();
    BASE.get_or_init(make).await
}

async fn make() -> Base {
    let (_dir, folder) = place();
    let (mut vault, recovery) = create(&folder).await;
    join(&mut vault).await;
    for n in 3..=MIDDLE {
        save(&mut vault, system(&format!("System of entry {n}"))).await;
    }
    let subject = vault.read().await.unwrap().record_by("AIS-0001").await.unwrap().head.id;
    let framework = conclave_domain::content::LEAD.to_owned();
    let assessment = Assessment { title: "First".into(), subject: Some(subject), framework, ..Assessment::default() };
    let assessment = save(&mut vault, Body::Assessment(assessment)).await;
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let answer = Answer { requirement: "1.1.a".into(), comment: "Looked at.".into(), ..Answer::default() };
    let mut writer = transaction.writer();
    let mut sheet = writer.sheet(assessment.head.id).await.unwrap();
    sheet.put(&mut writer, answer, How::Form).await.unwrap();
    let events = sheet.settle(&mut writer).await.unwrap();
    transaction.commit("answer.save", Audited::all((), events).unwrap()).await.unwrap();
    vault.close().await;
    let revoked = unlock(&folder, WORDS).signing_key().clone();
    let mut vault =
        Vault::recover(&folder, "Ada Osei", &recovery, &chosen_passphrase(AFTER, &[]).unwrap(), &now()).await.unwrap();
    assert_eq!(vault.head().unwrap().seq, RECOVERED);
    for n in RECOVERED + 1..=LAST {
        save(&mut vault, system(&format!("System of entry {n}"))).await;
    }
    vault.close().await;
    let unlocked = unlock(&folder, AFTER);
    let keys = unlocked.subkeys();
    Base {
        files: Files::read(&folder),
        database_key: keys.database.clone(),
        anchor_key: keys.anchor.clone(),
        vault_id: unlocked.vault_id(),
        ada: unlocked.member_id(),
        revoked,
        current: unlocked.signing_key().clone(),
    }
}

/// A second member, so that a key can be exchanged which is not the one that opens the vault.
async fn join(vault: &mut Vault) {
    let first = chosen_passphrase("seven amber lanterns by the quay", &[]).unwrap();
    vault.invite("member.invite", "Ben Abara", Role::Contributor, &first).await.unwrap();
    assert_eq!(vault.head().unwrap().seq, JOINED);
}

/// A key that no entry ever granted.
pub fn stranger(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

/// What a person is told after the tampering.
#[derive(Debug)]
pub enum Told {
    /// It does not open.
    Refused(Fault),
    /// It opens; findings of the full check and of the journal's check.
    Opened { check: Vec<String>, journal: Vec<String> },
}

/// One copy of the history, to be tampered with.
pub struct Scene {
    _dir: tempfile::TempDir,
    pub folder: PathBuf,
    base: &'static Base,
}

impl Scene {
    pub async fn new() -> Self {
        let base = base().await;
        let (dir, folder) = place();
        base.files.write(&folder);
        Self { _dir: dir, folder, base }
    }

    pub fn ada(&self) -> Uuid {
        self.base.ada
    }

    /// Ada's key as it counts now.
    pub fn current(&self) -> &SigningKey {
        &self.base.current
    }

    /// Ada's key that was revoked.
    pub fn revoked(&self) -> &SigningKey {
        &self.base.revoked
    }

    /// Opens the database beside the program. The triggers are gone and nothing is enforced.
    pub async fn intrude(&self) -> Intruder {
        let db = raw(&self.folder.join(DATABASE), &self.base.database_key).await;
        let mut intruder = Intruder { db, triggers: Vec::new() };
        let rows = sqlx::query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
        for row in rows.fetch_all(&mut intruder.db).await.unwrap() {
            intruder.triggers.push(row.get(1));
            intruder.run(&format!("DROP TRIGGER {}", row.get::<String, _>(0))).await;
        }
        assert!(intruder.triggers.len() >= 5, "the journal had its triggers");
        intruder
    }

    /// Writes an anchor for this head with the vault's key, signed by whom the intruder likes.
    pub fn forge_anchor(&self, head: &SignedEntry, actor: Uuid, key: &SigningKey) {
        let path = self.folder.join(ANCHOR);
        let mut object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let entry = &head.entry;
        let message = [
            conclave_vault::anchor::ANCHOR_LABEL.as_bytes(),
            &conclave_vault::anchor::FORMAT.to_be_bytes(),
            self.base.vault_id.as_bytes(),
            &entry.generation.to_be_bytes(),
            &entry.seq.to_be_bytes(),
            &head.hash,
            &entry.at.to_be_bytes(),
            actor.as_bytes(),
        ]
        .concat();
        let mut set = |name: &str, value: serde_json::Value| object.insert(name.to_owned(), value);
        set("seq", entry.seq.into());
        set("at", entry.at.into());
        set("hash", hex::encode(&head.hash).into());
        set("actor", actor.to_string().into());
        set("actor_key", hex::encode(key.verifying_key().as_bytes()).into());
        set("signature", hex::encode(&key.sign(&message).to_bytes()).into());
        let kind = conclave_vault::anchor::KIND;
        let mac = kind.mac(&object, &self.base.anchor_key).unwrap();
        object.insert("mac".to_owned(), hex::encode(&mac).into());
        let checksum = kind.checksum(&object).unwrap();
        object.insert("checksum".to_owned(), hex::encode(&checksum).into());
        let bytes = canon::file_bytes(&object).unwrap();
        assert_eq!(Anchor::from_bytes(&bytes).unwrap().head().seq, entry.seq, "the forgery is well-formed");
        fs::write(path, bytes).unwrap();
    }

    pub fn remove_anchor(&self) {
        fs::remove_file(self.folder.join(ANCHOR)).unwrap();
    }

    /// Opens the vault as Ada would and checks it in both ways.
    pub async fn told(&self) -> Told {
        let mut vault = match super::open(&self.folder, AFTER).await {
            Ok(vault) => vault,
            Err(fault) => return Told::Refused(fault),
        };
        let check = vault.check(&mut |_| true).await.map(|v| v.faults).map_err(Fault::from);
        let journal = vault.verify_journal(&mut |_| true).await.map(|v| v.faults).map_err(Fault::from);
        vault.close().await;
        // A check that gave up tells one thing.
        let one = |fault: Fault| vec![fault.sentence];
        Told::Opened { check: check.unwrap_or_else(one), journal: journal.unwrap_or_else(one) }
    }

    /// The tampering is noticed: the check and the journal's check name the entry, or the vault does not open.
    pub async fn noticed_at(&self, what: &str, entry: u64) {
        self.noticed_at_one(what, &[entry]).await;
    }

    /// The tampering is noticed, and one of these entries is named.
    pub async fn noticed_at_one(&self, what: &str, entries: &[u64]) {
        let named = |f: &String| entries.iter().any(|entry| names(f, *entry));
        match self.told().await {
            Told::Refused(fault) => assert_eq!(fault.kind, FaultKind::Damaged, "{what}: {fault:?}"),
            Told::Opened { check, journal } => {
                for (by, found) in [("check", check), ("journal check", journal)] {
                    assert!(found.iter().any(named), "{what}: the {by} names none of {entries:?}: {found:?}");
                }
            }
        }
    }

    /// The vault does not open, and the refusal names the entry.
    pub async fn refused_at(&self, what: &str, entry: u64) {
        match self.told().await {
            Told::Refused(fault) => {
                assert_eq!(fault.kind, FaultKind::Damaged, "{what}: {fault:?}");
                assert!(names(&fault.sentence, entry), "{what}: refused without naming entry {entry}: {fault:?}");
            }
            told => panic!("{what}: {told:?}"),
        }
    }

    /// The tampering is noticed by the full check, in a sentence with this word.
    pub async fn noticed_as(&self, what: &str, word: &str) {
        match self.told().await {
            Told::Refused(fault) => assert_eq!(fault.kind, FaultKind::Damaged, "{what}: {fault:?}"),
            Told::Opened { check, .. } => {
                assert!(check.iter().any(|f| f.contains(word)), "{what}: not noticed as {word}: {check:?}");
            }
        }
    }
}

/// Whether a sentence names this entry and not, say, entry 10 where entry 1 is meant.
fn names(sentence: &str, entry: u64) -> bool {
    let words: Vec<&str> = sentence.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.windows(2).any(|pair| pair[0].eq_ignore_ascii_case("entry") && pair[1] == entry.to_string())
}

/// Somebody with the data key and a SQL prompt.
pub struct Intruder {
    pub db: SqliteConnection,
    triggers: Vec<String>,
}

impl Intruder {
    pub async fn run(&mut self, sql: &str) -> u64 {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.db).await.unwrap().rows_affected()
    }

    /// Runs a statement that must change something: a tampering that changes nothing proves nothing.
    pub async fn change(&mut self, sql: &str) {
        let before: i64 = self.number("SELECT total_changes()").await;
        self.run(sql).await;
        assert!(self.number("SELECT total_changes()").await > before, "nothing changed by: {sql}");
    }

    pub async fn number(&mut self, sql: &str) -> i64 {
        sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut self.db).await.unwrap().get(0)
    }

    pub async fn entry(&mut self, seq: u64) -> SignedEntry {
        let row = sqlx::query("SELECT canonical, hash, signature FROM journal WHERE seq = ?")
            .bind(i64::try_from(seq).unwrap())
            .fetch_one(&mut self.db)
            .await
            .unwrap();
        let bytes = |n: usize| -> Vec<u8> { row.get(n) };
        SignedEntry {
            entry: Entry::from_canonical(&bytes(0)).unwrap(),
            hash: bytes(1).try_into().unwrap(),
            signature: bytes(2).try_into().unwrap(),
        }
    }

    /// Writes an entry's row, whatever it holds, in the place of the one under its number.
    pub async fn put(&mut self, signed: &SignedEntry) {
        let entry = &signed.entry;
        let done = sqlx::query(
            "INSERT OR REPLACE INTO journal (seq, at, actor, call, refused, canonical, hash, signature)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(i64::try_from(entry.seq).unwrap())
        .bind(i64::try_from(entry.at).unwrap())
        .bind(entry.actor.as_bytes().to_vec())
        .bind(entry.call.clone())
        .bind(i64::from(entry.outcome == Outcome::Refused))
        .bind(entry.canonical().unwrap())
        .bind(signed.hash.to_vec())
        .bind(signed.signature.to_vec())
        .execute(&mut self.db)
        .await
        .unwrap();
        assert!(done.rows_affected() > 0);
    }

    /// The entry that would follow the last one: without subjects, so that it needs no values.
    pub async fn next(&mut self, actor: Uuid, key: &SigningKey) -> Entry {
        let last = u64::try_from(self.number("SELECT max(seq) FROM journal").await).unwrap();
        let last = self.entry(last).await;
        Entry {
            seq: last.entry.seq + 1,
            at: last.entry.at + 1,
            actor,
            actor_key: key.verifying_key().to_bytes(),
            previous: last.hash,
            call: "record.save".into(),
            subjects: Vec::new(),
            key_changes: Vec::new(),
            ..last.entry
        }
    }

    /// Removes the entries from one on, with everything that belongs to them.
    pub async fn cut_from(&mut self, seq: u64) {
        for table in ["journal", "journal_subject", "payload"] {
            self.change(&format!("DELETE FROM {table} WHERE seq >= {seq}")).await;
        }
    }

    /// Puts the triggers back and leaves no trace but the change.
    pub async fn leave(mut self) {
        for sql in std::mem::take(&mut self.triggers) {
            self.run(&sql).await;
        }
        self.db.close().await.unwrap();
    }
}

/// An entry with a right hash and a signature of anybody's over it.
pub fn signed_with(entry: Entry, key: &SigningKey) -> SignedEntry {
    let hash = hash(&entry);
    SignedEntry { signature: key.sign(&hash).to_bytes(), hash, entry }
}

/// The hash as the format page defines it.
pub fn hash(entry: &Entry) -> [u8; 32] {
    let hasher = Sha256::new().chain_update("conclave journal v1").chain_update(entry.canonical().unwrap());
    hasher.finalize().into()
}
