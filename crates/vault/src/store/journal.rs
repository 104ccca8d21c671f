//! The journal: append, list, show, and hand every entry to the verifier.

use super::{Reader, count, uuid};
use crate::{
    anchor::Head,
    audit::{Event, Payload},
    chain::{self, Entry, Fact, KeyChange, Outcome, SignedEntry, Subject},
    crypto::os_random,
    error::VaultError,
    header::Unlocked,
    time::{micros, moment},
};
use chrono::{DateTime, Utc};
use conclave_domain::{
    call::journal::{JournalLine, JournalPage, ListJournal, Subject as Shown},
    time::Now,
};
use rand_core::Rng as _;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

/// Subjects that a line of the list names.
const NAMED: i64 = 3;

/// An entry that is about to be written.
pub(crate) struct NewEntry<'a> {
    pub at: DateTime<Utc>,
    pub call: &'a str,
    pub outcome: Outcome,
    pub events: &'a [Event],
    pub key_changes: Vec<KeyChange>,
    pub facts: Vec<Fact>,
}

/// What one entry did to one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct SubjectChange {
    /// The entry's number.
    pub seq: u64,
    /// Its place among the entry's subjects.
    pub n: u64,
    /// The subject's kind.
    pub kind: String,
    /// The subject's id.
    pub id: Uuid,
    /// The values; `None` if they were erased.
    pub payload: Option<Payload>,
}

/// Appends an entry inside the open transaction and gives the new head.
pub(crate) async fn append(
    db: &mut SqliteConnection,
    by: &Unlocked,
    head: Option<Head>,
    new: &NewEntry<'_>,
) -> Result<Head, VaultError> {
    let mut random = os_random();
    let mut subjects = Vec::with_capacity(new.events.len());
    let mut payloads = Vec::with_capacity(new.events.len());
    for event in new.events {
        let mut salt = [0_u8; chain::PAYLOAD_SALT_BYTES];
        random.fill_bytes(&mut salt);
        let body = serde_json::to_string(&event.payload)?;
        let commitment = Some(chain::commitment(&salt, body.as_bytes()));
        subjects.push(Subject { kind: event.kind.clone(), id: event.id, commitment });
        payloads.push((salt, body));
    }
    let entry = Entry {
        seq: head.map_or(1, |h| h.seq + 1),
        at: u64::try_from(micros(new.at)).unwrap_or(0),
        generation: by.generation(),
        actor: by.member_id(),
        actor_key: by.public_key(),
        previous: head.map_or_else(|| chain::genesis_previous(by.vault_id()), |h| h.hash),
        call: new.call.to_owned(),
        outcome: new.outcome,
        subjects,
        key_changes: new.key_changes.clone(),
        erasures: Vec::new(),
        facts: new.facts.clone(),
    };
    let canonical = entry.canonical()?;
    let signed = entry.sign(by.signing_key())?;
    write(db, &signed, canonical).await?;
    let seq = i64::try_from(signed.entry.seq).unwrap_or(i64::MAX);
    for (n, (event, (salt, body))) in new.events.iter().zip(payloads).enumerate() {
        let (n, id, salt) = (i64::try_from(n).unwrap_or(i64::MAX), event.id.as_bytes().to_vec(), salt.to_vec());
        sqlx::query!("INSERT INTO journal_subject (seq, n, kind, id) VALUES (?, ?, ?, ?)", seq, n, event.kind, id)
            .execute(&mut *db)
            .await?;
        sqlx::query!("INSERT INTO payload (seq, n, salt, body) VALUES (?, ?, ?, ?)", seq, n, salt, body)
            .execute(&mut *db)
            .await?;
    }
    Ok(Head { seq: signed.entry.seq, hash: signed.hash, at: signed.entry.at })
}

async fn write(db: &mut SqliteConnection, signed: &SignedEntry, canonical: Vec<u8>) -> Result<(), VaultError> {
    let entry = &signed.entry;
    let seq = i64::try_from(entry.seq).unwrap_or(i64::MAX);
    let at = i64::try_from(entry.at).unwrap_or(i64::MAX);
    let (actor, hash, signature) = (entry.actor.as_bytes().to_vec(), signed.hash.to_vec(), signed.signature.to_vec());
    let refused = i64::from(entry.outcome == Outcome::Refused);
    sqlx::query!(
        "INSERT INTO journal (seq, at, actor, call, refused, canonical, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        seq, at, actor, entry.call, refused, canonical, hash, signature
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An entry's row, as the verifier takes it.
pub(crate) struct StoredEntry {
    pub signed: SignedEntry,
    /// Whether the columns that repeat parts of the entry agree with it.
    pub consistent: bool,
    /// Salt and body of each kept payload by subject number.
    pub payloads: Vec<(u32, Vec<u8>, String)>,
}

impl Reader<'_> {
    /// The newest entry; `None` in a vault that is being founded.
    ///
    /// # Errors
    /// The database refused.
    pub async fn head(&mut self) -> Result<Option<Head>, VaultError> {
        let row = sqlx::query!("SELECT seq, at, hash FROM journal ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *self.db)
            .await?;
        row.map(|r| Ok(Head { seq: count(r.seq), at: count(r.at), hash: array(&r.hash)? })).transpose()
    }

    /// The hash of an entry.
    ///
    /// # Errors
    /// The database refused.
    pub async fn hash_of(&mut self, seq: u64) -> Result<Option<[u8; 32]>, VaultError> {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let row = sqlx::query!("SELECT hash FROM journal WHERE seq = ?", seq).fetch_optional(&mut *self.db).await?;
        row.map(|r| array(&r.hash)).transpose()
    }

    /// A page of the journal, newest first. Head and genesis are filled in by the caller.
    ///
    /// # Errors
    /// The database refused.
    pub async fn journal(&mut self, ask: &ListJournal) -> Result<JournalPage, VaultError> {
        let mut counting = QueryBuilder::new("SELECT COUNT(*) FROM journal WHERE 1");
        condition(&mut counting, ask, &self.now);
        let total: i64 = counting.build().fetch_one(&mut *self.db).await?.try_get(0)?;
        let mut query = QueryBuilder::new(LINE);
        condition(&mut query, ask, &self.now);
        query.push(" ORDER BY journal.seq DESC LIMIT ").push_bind(i64::try_from(ask.limit.clamp(1, 500)).unwrap_or(50));
        query.push(" OFFSET ").push_bind(i64::try_from(ask.offset).unwrap_or(i64::MAX));
        let rows = query.build().fetch_all(&mut *self.db).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            lines.push(self.line(row).await?);
        }
        let calls = sqlx::query!("SELECT DISTINCT call FROM journal ORDER BY call").fetch_all(&mut *self.db).await?;
        let actors = self.members().await?.into_iter().map(|m| m.name).collect();
        let calls = calls.into_iter().map(|r| r.call).collect();
        Ok(JournalPage { total: count(total), lines, actors, calls, ..JournalPage::default() })
    }

    /// One entry with its changes from `offset` on, at most `limit`.
    ///
    /// # Errors
    /// Not found; the database refused.
    pub async fn entry(
        &mut self,
        seq: u64,
        offset: u64,
        limit: u64,
    ) -> Result<(JournalLine, SignedEntry, Vec<SubjectChange>), VaultError> {
        let number = i64::try_from(seq).unwrap_or(i64::MAX);
        let mut query = QueryBuilder::new(LINE);
        query.push(" AND journal.seq = ").push_bind(number);
        let row = query.build().fetch_optional(&mut *self.db).await?;
        let row = row.ok_or_else(|| VaultError::NotFound(conclave_domain::t!("journal_entry", seq = seq)))?;
        let line = self.line(&row).await?;
        let stored = sqlx::query!("SELECT canonical, hash, signature FROM journal WHERE seq = ?", number)
            .fetch_one(&mut *self.db)
            .await?;
        let signed = SignedEntry {
            entry: Entry::from_canonical(&stored.canonical)?,
            hash: array(&stored.hash)?,
            signature: stored.signature.try_into().map_err(|_| VaultError::Malformed("a signature".into()))?,
        };
        let changes = self.changes(seq, offset, limit).await?;
        Ok((line, signed, changes))
    }

    /// What an entry did to its subjects.
    ///
    /// # Errors
    /// The database refused.
    pub async fn changes(&mut self, seq: u64, offset: u64, limit: u64) -> Result<Vec<SubjectChange>, VaultError> {
        let number = i64::try_from(seq).unwrap_or(i64::MAX);
        let (offset, limit) = (i64::try_from(offset).unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = sqlx::query!(
            r#"SELECT s.n as "n!: i64", s.kind, s.id, p.body as "body?: String" FROM journal_subject s
               LEFT JOIN payload p ON p.seq = s.seq AND p.n = s.n
               WHERE s.seq = ? ORDER BY s.n LIMIT ? OFFSET ?"#,
            number,
            limit,
            offset
        )
        .fetch_all(&mut *self.db)
        .await?;
        rows.into_iter()
            .map(|r| {
                let payload = r.body.map(|b| serde_json::from_str(&b)).transpose()?;
                Ok(SubjectChange { seq, n: count(r.n), kind: r.kind, id: uuid(&r.id)?, payload })
            })
            .collect()
    }

    /// The number of the newest entry that was written up to a moment; `None` if the vault was founded later.
    ///
    /// # Errors
    /// The database refused.
    pub async fn entry_at(&mut self, at: DateTime<Utc>) -> Result<Option<u64>, VaultError> {
        let at = micros(at);
        let row = sqlx::query!(r#"SELECT max(seq) AS "seq?: i64" FROM journal WHERE at <= ?"#, at)
            .fetch_one(&mut *self.db)
            .await?;
        Ok(row.seq.map(count))
    }

    /// The numbers of the entries about a subject.
    ///
    /// # Errors
    /// The database refused.
    pub async fn entries_about(&mut self, id: Uuid) -> Result<Vec<u64>, VaultError> {
        let id = id.as_bytes().to_vec();
        let rows =
            sqlx::query!(r#"SELECT DISTINCT seq as "seq!: i64" FROM journal_subject WHERE id = ? ORDER BY seq"#, id)
                .fetch_all(&mut *self.db)
                .await?;
        Ok(rows.into_iter().map(|r| count(r.seq)).collect())
    }

    /// Whether a later entry is about one of the subjects of this one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn touched_since(&mut self, seq: u64) -> Result<bool, VaultError> {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let row = sqlx::query!(
            r#"SELECT EXISTS (SELECT 1 FROM journal_subject mine JOIN journal_subject later ON later.id = mine.id
                 AND later.kind = mine.kind AND later.seq > mine.seq WHERE mine.seq = ?) as "touched!: bool""#,
            seq
        )
        .fetch_one(&mut *self.db)
        .await?;
        Ok(row.touched)
    }

    /// Entries in order after a number, for the verifier.
    pub(crate) async fn stored_entries(&mut self, after: u64, limit: i64) -> Result<Vec<StoredEntry>, VaultError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = sqlx::query!(
            "SELECT seq, at, actor, call, refused, canonical, hash, signature FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
            after, limit
        )
        .fetch_all(&mut *self.db)
        .await?;
        let last = rows.last().map_or(after, |r| r.seq);
        let mut payloads = sqlx::query!(
            "SELECT seq, n, salt, body FROM payload WHERE seq > ? AND seq <= ? ORDER BY seq, n",
            after,
            last
        )
        .fetch_all(&mut *self.db)
        .await?
        .into_iter()
        .peekable();
        let mut subjects = sqlx::query!(
            "SELECT seq, n, kind, id FROM journal_subject WHERE seq > ? AND seq <= ? ORDER BY seq, n",
            after,
            last
        )
        .fetch_all(&mut *self.db)
        .await?
        .into_iter()
        .peekable();
        let mut found = Vec::with_capacity(rows.len());
        for r in rows {
            let mut entry = Entry::from_canonical(&r.canonical).unwrap_or_else(|_| unreadable(r.seq));
            let mut named = Vec::new();
            while let Some(s) = subjects.next_if(|s| s.seq == r.seq) {
                named.push((s.kind, s.id));
            }
            let consistent = entry.at == count(r.at)
                && entry.actor.as_bytes().as_slice() == r.actor
                && entry.call == r.call
                && (entry.outcome == Outcome::Refused) == (r.refused != 0)
                && named.len() == entry.subjects.len()
                && entry
                    .subjects
                    .iter()
                    .zip(&named)
                    .all(|(s, (kind, id))| s.kind == *kind && s.id.as_bytes().as_slice() == id);
            let mut kept = Vec::new();
            while let Some(p) = payloads.next_if(|p| p.seq == r.seq) {
                kept.push((u32::try_from(p.n).unwrap_or(u32::MAX), p.salt, p.body));
            }
            // The row's own number counts: an entry that was moved is read where it stands.
            if entry.seq == 0 {
                entry.seq = count(r.seq);
            }
            let signed = SignedEntry {
                entry,
                // Of another length it fits nothing, and the verifier says so by the entry's number.
                hash: array(&r.hash).unwrap_or([0; 32]),
                signature: r.signature.try_into().unwrap_or([0; 64]),
            };
            found.push(StoredEntry { signed, consistent, payloads: kept });
        }
        Ok(found)
    }

    async fn line(&mut self, row: &SqliteRow) -> Result<JournalLine, VaultError> {
        let seq: i64 = row.try_get("seq")?;
        let hash: Vec<u8> = row.try_get("hash")?;
        let refused: i64 = row.try_get("refused")?;
        let subjects = sqlx::query!(
            r#"SELECT s.kind, s.id, r.kind as "record_kind?: String", r.number as "number?: i64", r.title as "title?: String",
                      m.name as "member?: String"
               FROM journal_subject s LEFT JOIN record r ON r.id = s.id LEFT JOIN member m ON m.id = s.id
               WHERE s.seq = ? ORDER BY s.n LIMIT ?"#,
            seq, NAMED
        )
        .fetch_all(&mut *self.db)
        .await?;
        let subjects = subjects.into_iter().map(|s| {
            let kind = s.record_kind.as_deref().and_then(conclave_domain::kind::Kind::from_name);
            let name = match (kind, s.number, s.title, s.member) {
                (Some(kind), Some(number), Some(title), _) => format!("{} {title}", kind.reference(number)),
                (_, _, _, Some(name)) => name,
                _ => String::new(),
            };
            Ok::<_, VaultError>(Shown { kind: s.kind, id: uuid(&s.id)?, name })
        });
        let subjects = subjects.collect::<Result<_, _>>()?;
        let subject_count: i64 = row.try_get("subjects")?;
        let actor: Option<String> = row.try_get("name")?;
        Ok(JournalLine {
            seq: count(seq),
            at: moment(row.try_get("at")?),
            actor: actor.unwrap_or_else(|| conclave_domain::t!("vault.recovery_actor")),
            call: row.try_get("call")?,
            subjects,
            subject_count: count(subject_count),
            hash: crate::hex(&hash),
            refused: refused != 0,
        })
    }
}

const LINE: &str = "SELECT journal.seq, journal.at, journal.call, journal.refused, journal.hash, member.name,
    (SELECT COUNT(*) FROM journal_subject s WHERE s.seq = journal.seq) AS subjects
    FROM journal LEFT JOIN member ON member.id = journal.actor WHERE 1";

fn condition(query: &mut QueryBuilder<Sqlite>, ask: &ListJournal, now: &Now) {
    if let Some(subject) = ask.subject {
        query
            .push(" AND journal.seq IN (SELECT seq FROM journal_subject WHERE id = ")
            .push_bind(subject.as_bytes().to_vec())
            .push(")");
    }
    if !ask.actor.is_empty() {
        query.push(" AND journal.actor = (SELECT id FROM member WHERE name = ").push_bind(ask.actor.clone()).push(")");
    }
    if !ask.call.is_empty() {
        query.push(" AND journal.call = ").push_bind(ask.call.clone());
    }
    if let Some(from) = ask.from {
        query.push(" AND journal.at >= ").push_bind(micros(now.start_of(from)));
    }
    if let Some(next) = ask.until.and_then(|d| d.succ_opt()) {
        query.push(" AND journal.at < ").push_bind(micros(now.start_of(next)));
    }
}

/// Stands for bytes that are no entry: the verifier reports it as changed.
fn unreadable(seq: i64) -> Entry {
    Entry {
        seq: count(seq),
        at: 0,
        generation: 0,
        actor: Uuid::nil(),
        actor_key: [0; 32],
        previous: [0; 32],
        call: String::new(),
        outcome: Outcome::Done,
        subjects: Vec::new(),
        key_changes: Vec::new(),
        erasures: Vec::new(),
        facts: Vec::new(),
    }
}

fn array(bytes: &[u8]) -> Result<[u8; 32], VaultError> {
    bytes.try_into().map_err(|_| VaultError::Malformed("a hash is not 32 bytes long".into()))
}
