//! Rescue: everything that a damaged vault still gives, copied into a new one.
//!
//! The damaged files are copied first and never written to. Tables are copied in ranges of their leading number; a range
//! that does not read is halved until what is lost is known. The new vault keeps header, keys and journal, so a gap in the
//! journal stays a gap, and its check says so.

use crate::{
    anchor::{Anchor, Head},
    audit::{Audited, Event},
    check::{Watch, step},
    database,
    error::VaultError,
    evidence::{EvidenceStore, FOLDER_NAME},
    header::{HeaderFiles, Unlocked, Who},
    hold::Hold,
    passphrase::Passphrase,
    slot::Secret,
    store::{Reader, record::index_all},
    vault::{Vault, private},
};
use conclave_domain::{kind::Kind, noun::Body, permission::Role, t, time::Now};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};
use std::{collections::VecDeque, fs, path::Path};
use uuid::Uuid;

/// Tables whose rows are reached by a number, in the order in which they are copied: name, number, whether it is rebuilt
/// piece by piece when damaged.
const NUMBERED: [(&str, &str); 12] = [
    ("charter", "edition"),
    ("record", "seq"),
    ("body", "record"),
    ("answer", "assessment"),
    ("coverage", "assessment"),
    ("source", "id"),
    ("source_row", "source"),
    ("journal", "seq"),
    ("journal_subject", "seq"),
    ("payload", "rowid"),
    ("evidence_answer", "evidence"),
    ("proposal_refused", "assessment"),
];
/// Small tables, copied from both ends towards the damage.
const SMALL: [(&str, &str); 9] = [
    ("meta", "key"),
    ("member", "id"),
    ("catalogue", "id, edition"),
    ("counter", "kind"),
    ("link", "from_id, field, to_id"),
    ("draft", "member, key"),
    ("evidence_file", "id"),
    ("statement", "id"),
    ("baseline", "id"),
];
/// No table has numbers beyond this; where the end of a table is damaged, it cannot be asked for its greatest.
const FURTHEST: i64 = 1 << 40;
/// Ranges of one table that may refuse to be read before the rest is given up: a damaged root leaves nothing to find.
const PATIENCE: usize = 2000;
/// Losses that are listed.
const LISTED: usize = 500;

/// What could be saved, and what was lost: a sentence each.
#[derive(Debug, Default)]
pub struct Rescued {
    /// What was copied.
    pub saved: Vec<String>,
    /// What was lost.
    pub lost: Vec<String>,
}

impl Vault {
    /// Copies everything that the vault at `from` still gives into a new one at `to`.
    ///
    /// # Errors
    /// Neither copy of the header is usable; wrong passphrase; `to` exists; nothing of the database reads. Nothing is left at `to`
    /// then.
    pub async fn rescue(
        from: &Path,
        to: &Path,
        member: &str,
        passphrase: &Passphrase,
        now: &Now,
        watch: Watch<'_>,
    ) -> Result<Rescued, VaultError> {
        let mut files = HeaderFiles::read(from)?;
        let hold = Hold::take(from, "rescue", 0)?;
        let only = files.header().members().next().map(|s| s.name.clone()).unwrap_or_default();
        let name = if member.trim().is_empty() { only } else { member.trim().to_owned() };
        let unlocked = files.unlock(&Who::Name(&name), Secret::Passphrase(passphrase))?;
        fs::create_dir(to).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => VaultError::Exists(to.to_owned()),
            _ => VaultError::io(to)(e),
        })?;
        private(to);
        let made = fill(from, to, &files, &unlocked, watch).await;
        drop(hold);
        let done = match made {
            Ok(rescued) => note(to, &name, passphrase, (rescued, now)).await,
            Err(e) => Err(e),
        };
        if done.is_err() {
            // The folder is ours: it did not exist a moment ago.
            let _ = fs::remove_dir_all(to);
        }
        done
    }
}

async fn fill(
    from: &Path,
    to: &Path,
    files: &HeaderFiles,
    unlocked: &Unlocked,
    watch: Watch<'_>,
) -> Result<Rescued, VaultError> {
    let name = files.header().database_name();
    let (new, damaged) = (to.join(&name), to.join("damaged.db"));
    for ending in ["", "-wal"] {
        let (source, target) = (from.join(format!("{name}{ending}")), to.join(format!("damaged.db{ending}")));
        if source.exists() {
            fs::copy(&source, &target).map_err(VaultError::io(&source))?;
        }
    }
    lengthen(&damaged)?;
    let key = unlocked.subkeys().database;
    let mut db = database::open(&new, key.expose(), true).await?;
    database::migrate(&mut db).await?;
    sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut db).await?;
    let mut copy = Copy { db: &mut db, path: &damaged, key: key.expose(), rescued: Rescued::default() };
    copy.attach().await?;
    copy.tables(watch).await?;
    copy.drop_empty_records().await?;
    copy.member(unlocked, files).await?;
    let mut rescued = copy.rescued;
    let _ = sqlx::query("DETACH DATABASE old").execute(&mut db).await;
    let _ = database::remove(&damaged);
    evidence(&mut db, from, to, unlocked.vault_id(), &mut rescued).await?;
    index_all(&mut db).await?;
    let head = Reader::timeless(&mut db).head().await?;
    let _ = db.close().await;
    // What had been confirmed and is not there is lost, even where every page that is there reads.
    if let (Ok(anchor), Some(head)) = (Anchor::read(from, unlocked), head)
        && anchor.head().seq > head.seq
    {
        rescued.lost.push(t!("vault.lost_confirmed", from = head.seq + 1, to = anchor.head().seq));
    }
    finish(to, files, unlocked, head)?;
    Ok(rescued)
}

/// A database that is shorter than it was would be refused as a whole; with empty pages behind it, only those do not read.
fn lengthen(copy: &Path) -> Result<(), VaultError> {
    let page = 4096;
    let file = fs::File::options().write(true).open(copy).map_err(VaultError::io(copy))?;
    let size = file.metadata().map_err(VaultError::io(copy))?.len();
    file.set_len((size * 2).next_multiple_of(page) + (page << 8)).map_err(VaultError::io(copy))
}

/// Evidence files are taken as they are; those that do not read as they were written are named as lost.
async fn evidence(
    db: &mut SqliteConnection,
    from: &Path,
    to: &Path,
    vault: Uuid,
    rescued: &mut Rescued,
) -> Result<(), VaultError> {
    let target = to.join(FOLDER_NAME);
    if let Ok(entries) = fs::read_dir(from.join(FOLDER_NAME)) {
        fs::create_dir(&target).map_err(VaultError::io(&target))?;
        private(&target);
        for entry in entries.flatten().filter(|e| e.path().is_file()) {
            // One that cannot be copied is missing, which is found below.
            let _ = fs::copy(entry.path(), target.join(entry.file_name()));
        }
    }
    let store = EvidenceStore::new(to, vault);
    let mut reader = Reader::timeless(db);
    let contents = reader.contents().await?;
    for stored in reader.records(Kind::Evidence, None).await? {
        let Body::Evidence(evidence) = &stored.body else { continue };
        for (n, version) in evidence.versions.iter().enumerate() {
            let content = contents.iter().find(|c| crate::hex(&c.id) == version.file);
            let whole = content.is_some_and(|c| store.verify(&c.id, &c.key, c.size, &c.sha256, &mut |_| true).is_ok());
            if !whole {
                let sentence = t!("vault.lost_evidence", reference = stored.head.reference, version = n + 1);
                rescued.lost.push(sentence);
            }
        }
    }
    Ok(())
}

/// The anchor says where the saved journal ends; the header makes the folder a vault.
fn finish(to: &Path, files: &HeaderFiles, unlocked: &Unlocked, head: Option<Head>) -> Result<(), VaultError> {
    let head = head.ok_or_else(|| VaultError::Damaged(t!("vault.part_database")))?;
    Anchor::sign(unlocked, head).write(to).map_err(|e| crate::writer::anchored(to, e))?;
    match files.header().save(to)?.copy_error {
        Some(error) => Err(VaultError::io(to)(error)),
        None => Ok(()),
    }
}

/// The rescue is an entry of the new vault's journal.
async fn note(
    to: &Path,
    name: &str,
    passphrase: &Passphrase,
    (rescued, now): (Rescued, &Now),
) -> Result<Rescued, VaultError> {
    let mut vault = Vault::open(to, name, passphrase, now).await?;
    let list = |lines: &[String]| Value::from(lines.to_vec());
    let after = Map::from_iter([("saved".to_owned(), list(&rescued.saved)), ("lost".to_owned(), list(&rescued.lost))]);
    let event = Event::new("vault", vault.id(), "rescue", Map::new(), after);
    let transaction = vault.begin_own().await?;
    transaction.commit("vault.rescue", Audited::new((), event)).await?;
    vault.close().await;
    Ok(rescued)
}

struct Copy<'a> {
    db: &'a mut SqliteConnection,
    path: &'a Path,
    key: &'a [u8; 32],
    rescued: Rescued,
}

impl Copy<'_> {
    async fn attach(&mut self) -> Result<(), VaultError> {
        database::attach(self.db, self.path, self.key, "old").await
    }

    /// A page that did not read leaves the attached file in a state of error; attached anew, its other pages read again.
    async fn again(&mut self) -> Result<(), VaultError> {
        sqlx::query("DETACH DATABASE old").execute(&mut *self.db).await?;
        self.attach().await
    }

    async fn run(&mut self, sql: String, bounds: Option<(i64, i64)>) -> Result<bool, VaultError> {
        let query = sqlx::query(AssertSqlSafe(sql));
        let query = match bounds {
            Some((low, high)) => query.bind(low).bind(high),
            None => query,
        };
        match query.execute(&mut *self.db).await {
            Ok(_) => Ok(true),
            Err(e) if unreadable(&e) => {
                self.again().await?;
                Ok(false)
            }
            Err(e) => Err(e.into()),
        }
    }

    async fn tables(&mut self, watch: Watch<'_>) -> Result<(), VaultError> {
        let total = (NUMBERED.len() + SMALL.len()) as u64;
        let mut done = 0;
        for (table, key) in SMALL {
            step(&mut *watch, t!("vault.stage_rescue"), done, total)?;
            self.small(table, key).await?;
            self.saved(table).await?;
            done += 1;
        }
        for (table, number) in NUMBERED {
            step(&mut *watch, t!("vault.stage_rescue"), done, total)?;
            self.numbered(table, number).await?;
            self.saved(table).await?;
            done += 1;
        }
        Ok(())
    }

    async fn numbered(&mut self, table: &str, number: &str) -> Result<(), VaultError> {
        let columns = self.columns(table, number).await?;
        let sql = format!(
            "INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM old.{table} WHERE {number} BETWEEN ? AND ?"
        );
        // The largest ranges first: when the patience is at its end, only small pieces are left untried.
        let mut ranges = VecDeque::from([(0, self.furthest(table, number).await?)]);
        let (mut lost, mut refused) = (Vec::new(), 0);
        while let Some((low, high)) = ranges.pop_front() {
            if self.run(sql.clone(), Some((low, high))).await? {
                continue;
            }
            refused += 1;
            if low == high || refused > PATIENCE {
                lost.push((low, high));
                continue;
            }
            let middle = low + (high - low) / 2;
            ranges.extend([(low, middle), (middle + 1, high)]);
        }
        lost.sort_unstable();
        lost.dedup_by(|next, last| {
            let adjoins = last.1 + 1 == next.0;
            if adjoins {
                last.1 = next.1;
            }
            adjoins
        });
        for (low, high) in lost {
            self.lose(t!("vault.lost_range", what = label(table), from = low, to = high));
        }
        Ok(())
    }

    /// The greatest number of a table, or, where its end is damaged, the furthest that any has.
    async fn furthest(&mut self, table: &str, number: &str) -> Result<i64, VaultError> {
        let sql = format!("SELECT max({number}) FROM old.{table}");
        match sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *self.db).await {
            Ok(row) => Ok(row.try_get::<Option<i64>, _>(0)?.unwrap_or(0)),
            Err(e) if unreadable(&e) => {
                self.again().await?;
                Ok(FURTHEST)
            }
            Err(e) => Err(e.into()),
        }
    }

    async fn small(&mut self, table: &str, key: &str) -> Result<(), VaultError> {
        let columns = self.columns(table, key).await?;
        let insert = format!("INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM old.{table}");
        if self.run(insert.clone(), None).await? {
            return Ok(());
        }
        for direction in ["ASC", "DESC"] {
            let order = key.split(", ").map(|k| format!("{k} {direction}")).collect::<Vec<_>>().join(", ");
            let mut n = 1_u64;
            // Twice as many each time; the last number that still reads is found by halving.
            let (mut reads, mut fails) = (0_u64, None::<u64>);
            while fails.is_none_or(|f| reads + 1 < f) {
                let sql = format!("{insert} ORDER BY {order} LIMIT {n}");
                if self.run(sql, None).await? {
                    reads = n;
                } else {
                    fails = Some(n);
                }
                n = fails.map_or(n * 2, |f| reads + (f - reads) / 2);
                if n == 0 || n > 1 << 40 {
                    break;
                }
            }
        }
        self.lose(t!("vault.lost_some", what = label(table)));
        Ok(())
    }

    /// The columns of a table in the new schema; an older vault may lack some, which then keep their defaults.
    async fn columns(&mut self, table: &str, key: &str) -> Result<String, VaultError> {
        let sql = |schema: &str| format!("SELECT name FROM pragma_table_info('{table}', '{schema}')");
        let mut names: Vec<String> = Vec::new();
        for row in sqlx::query(AssertSqlSafe(sql("main"))).fetch_all(&mut *self.db).await? {
            names.push(row.try_get(0)?);
        }
        let old = sqlx::query(AssertSqlSafe(sql("old"))).fetch_all(&mut *self.db).await?;
        let old: Vec<String> = old.iter().filter_map(|r| r.try_get(0).ok()).collect();
        names.retain(|n| old.contains(n));
        if key == "rowid" {
            names.push(key.to_owned());
        }
        Ok(names.join(", "))
    }

    async fn saved(&mut self, table: &str) -> Result<(), VaultError> {
        let sql = format!("SELECT count(*) FROM main.{table}");
        let count: i64 = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *self.db).await?.try_get(0)?;
        if count > 0 {
            self.rescued.saved.push(t!("vault.saved_rows", what = label(table), count = count));
        }
        Ok(())
    }

    /// A record without its content would be an empty form under an old name: it is named as lost instead.
    async fn drop_empty_records(&mut self) -> Result<(), VaultError> {
        let sql = "SELECT kind, number, title FROM record WHERE seq NOT IN (SELECT record FROM body)";
        for row in sqlx::query(sql).fetch_all(&mut *self.db).await? {
            let kind = Kind::from_name(row.try_get(0)?);
            let reference = kind.map(|k| k.reference(row.try_get(1).unwrap_or(0))).unwrap_or_default();
            let title: String = row.try_get(2)?;
            self.lose(t!("vault.lost_record", reference = reference, title = title));
        }
        sqlx::query("DELETE FROM record WHERE seq NOT IN (SELECT record FROM body)").execute(&mut *self.db).await?;
        for (table, column) in
            [("body", "record"), ("answer", "assessment"), ("coverage", "assessment"), ("source_row", "record")]
        {
            let sql = format!("DELETE FROM {table} WHERE {column} NOT IN (SELECT seq FROM record)");
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *self.db).await?;
        }
        let orphans = "DELETE FROM journal_subject WHERE seq NOT IN (SELECT seq FROM journal)";
        sqlx::query("DROP TRIGGER journal_subject_no_delete").execute(&mut *self.db).await?;
        sqlx::query(orphans).execute(&mut *self.db).await?;
        let trigger = "CREATE TRIGGER journal_subject_no_delete BEFORE DELETE ON journal_subject \
                       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";
        sqlx::query(trigger).execute(&mut *self.db).await?;
        Ok(())
    }

    /// Whoever rescues must be able to open what was saved. Where the list of members lost them, the journal says who they are.
    async fn member(&mut self, unlocked: &Unlocked, files: &HeaderFiles) -> Result<(), VaultError> {
        let id = unlocked.member_id();
        let mut reader = Reader::timeless(&mut *self.db);
        if reader.members().await?.iter().any(|m| m.id == id) {
            return Ok(());
        }
        let past = reader.history(id).await?;
        let said = |key: &str| {
            let told = past.iter().rev().filter_map(|p| p.payload.as_ref()?.after.get(key)?.as_str());
            told.map(str::to_owned).next()
        };
        // Without a word of the journal, the least that a member may do.
        let role = said("role").and_then(|r| Role::from_name(&r)).unwrap_or(Role::Auditor);
        let slot = files.header().members().find(|s| s.member_id == id);
        let name = slot.map(|s| s.name.clone()).unwrap_or_default();
        let (raw, key) = (id.as_bytes().to_vec(), unlocked.public_key().to_vec());
        let sql = "INSERT INTO member (id, name, role, signing_key, active, since) VALUES (?, ?, ?, ?, 1, 0)";
        sqlx::query(sql).bind(raw).bind(name).bind(role.name()).bind(key).execute(&mut *self.db).await?;
        Ok(())
    }

    fn lose(&mut self, sentence: String) {
        if self.rescued.lost.len() < LISTED {
            self.rescued.lost.push(sentence);
        }
    }
}

/// Damage, as SQLite reports it: corrupt, not a database, or an error of the disk.
fn unreadable(e: &sqlx::Error) -> bool {
    let code = e.as_database_error().and_then(|d| d.code()).and_then(|c| c.parse::<i32>().ok());
    code.is_some_and(|c| matches!(c & 0xff, 1 | 10 | 11 | 26))
}

fn label(table: &str) -> String {
    match table {
        "record" => t!("vault.table_record"),
        "body" => t!("vault.table_body"),
        "answer" => t!("vault.table_answer"),
        "journal" => t!("vault.table_journal"),
        "payload" => t!("vault.table_payload"),
        "member" => t!("vault.table_member"),
        "charter" => t!("vault.table_charter"),
        other => t!("vault.table_other", name = other),
    }
}
