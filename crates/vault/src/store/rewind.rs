//! Taking a database back to an entry, inside a transaction that its caller rolls back.

use super::{
    Reader, answer,
    answer::by_stage,
    framework::{CONTENT, write_framework},
    history::{Then, replay, replay_answer, replay_record},
    record::{index, remove, words},
    source::{NewSourceRow, write_source_row},
    uuid,
};
use crate::{audit::Place, error::VaultError};
use conclave_domain::{
    answer::Answer, charter::Charter, framework::Framework, kind::Kind, noun::Body, permission::Role, time::Now,
};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Takes everything back that entries after this one did.
pub(crate) async fn to(db: &mut SqliteConnection, entry: u64, now: &Now) -> Result<(), VaultError> {
    let seq = i64::try_from(entry).unwrap_or(i64::MAX);
    // They guard the present; the transaction that drops them never commits.
    for trigger in ["journal_no_delete", "journal_subject_no_delete", "statement_no_delete", "baseline_no_delete"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut *db).await?;
    }
    let mut rewind = Rewind { db, seq, now, charter: Charter::default(), touched: BTreeMap::new() };
    rewind.touched().await?;
    rewind.charter().await?;
    rewind.members().await?;
    rewind.frameworks().await?;
    rewind.sources().await?;
    let rebuilt = rewind.records().await?;
    rewind.answers(rebuilt.clone()).await?;
    rewind.proposals(rebuilt).await?;
    rewind.rest().await
}

struct Rewind<'a> {
    db: &'a mut SqliteConnection,
    /// The entry that is the last.
    seq: i64,
    now: &'a Now,
    /// The charter of then.
    charter: Charter,
    /// What later entries are about, by kind.
    touched: BTreeMap<String, BTreeSet<Uuid>>,
}

impl Rewind<'_> {
    fn read(&mut self) -> Reader<'_> {
        Reader { db: self.db, now: self.now.clone() }
    }

    async fn touched(&mut self) -> Result<(), VaultError> {
        let rows = sqlx::query!("SELECT DISTINCT kind, id FROM journal_subject WHERE seq > ?", self.seq)
            .fetch_all(&mut *self.db)
            .await?;
        for row in rows {
            self.touched.entry(row.kind).or_default().insert(uuid(&row.id)?);
        }
        Ok(())
    }

    fn of(&self, kind: &str) -> Vec<Uuid> {
        self.touched.get(kind).into_iter().flatten().copied().collect()
    }

    /// What the journal up to the entry says of a subject.
    async fn then(&mut self, id: Uuid) -> Result<Vec<Then>, VaultError> {
        let seq = self.seq;
        self.read().history_until(id, seq).await
    }

    /// What later entries say of a subject.
    async fn later(&mut self, id: Uuid) -> Result<Vec<Then>, VaultError> {
        let seq = self.seq;
        self.read().history_after(id, seq).await
    }

    async fn charter(&mut self) -> Result<(), VaultError> {
        if !self.of("charter").is_empty() {
            let told = self.then(Uuid::nil()).await?;
            let last = told.iter().rev().find(|t| t.kind == "charter").and_then(|t| t.payload.as_ref());
            let edition = last.map_or(0, |p| p.revision);
            sqlx::query!("DELETE FROM charter WHERE edition > ?", edition).execute(&mut *self.db).await?;
        }
        self.charter = self.read().charter().await?;
        Ok(())
    }

    async fn members(&mut self) -> Result<(), VaultError> {
        for id in self.of("member") {
            let told = self.then(id).await?;
            let known = replay(told.iter().filter(|t| t.kind == "member").map(|t| &t.change)).unwrap_or_default();
            let key = id.as_bytes().to_vec();
            let text = |k: &str| known.get(k).and_then(Value::as_str).unwrap_or_default().to_owned();
            let signing = crate::crypto::hex::decode::<32>(&text("signing_key")).map(|k| k.to_vec());
            let (Some(signing), Some(role)) = (signing, Role::from_name(&text("role"))) else {
                sqlx::query!("DELETE FROM member WHERE id = ?", key).execute(&mut *self.db).await?;
                continue;
            };
            let (role, active) = (role.name(), known.get("active").and_then(Value::as_bool).unwrap_or(true));
            sqlx::query!(
                "UPDATE member SET role = ?, active = ?, signing_key = ? WHERE id = ?",
                role,
                active,
                signing,
                key
            )
            .execute(&mut *self.db)
            .await?;
        }
        Ok(())
    }

    async fn frameworks(&mut self) -> Result<(), VaultError> {
        for subject in self.of("framework") {
            let told = self.then(subject).await?;
            let last = told.iter().rev().find(|t| t.kind == "framework");
            let later = self.later(subject).await?;
            // An entry says the names when the edition comes and when it goes.
            let told_all = told.iter().chain(&later).filter_map(|t| t.payload.as_ref());
            let Some((id, edition)) = told_all.flat_map(|p| [&p.after, &p.before]).find_map(names_of) else { continue };
            match last.and_then(|t| Some((t, t.payload.as_ref()?))) {
                Some((then, payload)) if payload.act != "remove" => {
                    let content = payload.after.get(CONTENT).and_then(Value::as_str);
                    if let Some(framework) = content.and_then(|c| serde_json::from_str::<Framework>(c).ok()) {
                        write_framework(self.db, &framework, true, then.saved_at(&told)).await?;
                    }
                }
                // An older program did not say that it made a copy; what the upgrade found stood there before.
                None if later.first().and_then(|t| t.payload.as_ref()).is_some_and(|p| p.act == "upgrade") => {}
                _ => {
                    sqlx::query!("DELETE FROM catalogue WHERE id = ? AND edition = ?", id, edition)
                        .execute(&mut *self.db)
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// Files that were imported later, with their rows.
    async fn sources(&mut self) -> Result<(), VaultError> {
        if self.of("import").is_empty() {
            return Ok(());
        }
        for then in self.later(Uuid::nil()).await?.into_iter().filter(|t| t.kind == "import") {
            let Some(payload) = &then.payload else { continue };
            let id = payload.after.get("id").and_then(Value::as_i64);
            let file = payload.after.get("file").and_then(Value::as_str).unwrap_or_default();
            // Before the second form the entry did not say the number; moment and file do.
            let found = sqlx::query!(
                r#"SELECT id AS "id!: i64" FROM source WHERE id = ? OR (? IS NULL AND imported_at = ? AND file = ?)"#,
                id,
                id,
                then.at,
                file
            )
            .fetch_all(&mut *self.db)
            .await?;
            for source in found {
                sqlx::query!("DELETE FROM source_row WHERE source = ?", source.id).execute(&mut *self.db).await?;
                sqlx::query!("DELETE FROM source WHERE id = ?", source.id).execute(&mut *self.db).await?;
            }
        }
        Ok(())
    }

    /// Records as they were. Gives those that had to be made anew, with all that belongs to them.
    async fn records(&mut self) -> Result<BTreeSet<Uuid>, VaultError> {
        let mut rebuilt = BTreeSet::new();
        // First out with what came later: a row of a removed record may have been given to a newer one.
        for kind in Kind::ALL {
            for id in self.of(kind.name()) {
                self.leave_out(kind, id).await?;
            }
        }
        for kind in Kind::ALL {
            for id in self.of(kind.name()) {
                if self.record(kind, id).await? {
                    rebuilt.insert(id);
                }
            }
        }
        if !self.of("charter").is_empty() {
            let charter = self.charter.clone();
            super::record::reindex(self.db, &charter).await?;
        }
        Ok(rebuilt)
    }

    /// Takes a record out that was not there by then.
    async fn leave_out(&mut self, kind: Kind, id: Uuid) -> Result<(), VaultError> {
        if !is_gone(kind, &self.then(id).await?) {
            return Ok(());
        }
        if let Some(row) = self.row(id).await? {
            remove(self.db, row.seq, id).await?;
        }
        Ok(())
    }

    /// The place of a record that is there.
    async fn row(&mut self, id: Uuid) -> Result<Option<Place>, VaultError> {
        let key = id.as_bytes().to_vec();
        let row = sqlx::query!(r#"SELECT seq AS "seq!: i64", number FROM record WHERE id = ?"#, key)
            .fetch_optional(&mut *self.db)
            .await?;
        Ok(row.map(|r| Place { number: r.number, seq: r.seq }))
    }

    /// One record as it was; whether its row had to be made anew.
    async fn record(&mut self, kind: Kind, id: Uuid) -> Result<bool, VaultError> {
        let told = self.then(id).await?;
        if is_gone(kind, &told) {
            return Ok(false);
        }
        let own: Vec<&Then> = told.iter().filter(|t| t.kind == kind.name()).collect();
        let row = self.row(id).await?;
        // Values that were erased cannot be known any more: the record stays as it is.
        let Some(state) = replay_record(kind, own.iter().map(|t| &t.change)) else { return Ok(false) };
        let Ok(body) = Body::from_map(kind, state.body) else { return Ok(false) };
        let (is_new, place) = match row {
            Some(place) => (false, place),
            None => (true, self.place(kind, id).await?),
        };
        let facts = Facts::of(&own, state.trashed);
        let (key, name, title) = (id.as_bytes().to_vec(), kind.name(), body.title());
        sqlx::query!(
            "INSERT INTO record (seq, id, kind, number, title, revision, created_at, updated_at, updated_by, trashed_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET title = excluded.title, revision = excluded.revision,
               created_at = excluded.created_at, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
               trashed_at = excluded.trashed_at",
            place.seq, key, name, place.number, title, facts.revision, facts.created_at, facts.updated_at,
            facts.updated_by, facts.trashed_at
        )
        .execute(&mut *self.db)
        .await?;
        if is_new {
            self.source_rows(place.seq, &own).await?;
        }
        index(self.db, place.seq, id, &body, &self.charter).await?;
        words(self.db, place.seq, &kind.reference(place.number), &body).await?;
        Ok(is_new)
    }

    /// Where a record that was removed later had its place.
    async fn place(&mut self, kind: Kind, id: Uuid) -> Result<Place, VaultError> {
        let removed = self.later(id).await?.into_iter().find_map(|t| t.payload.as_ref()?.place);
        if let Some(place) = removed {
            return Ok(place);
        }
        // Before the second form the entry did not say it. Numbers count the records of a kind in the order of the journal.
        let (name, key) = (kind.name(), id.as_bytes().to_vec());
        let row = sqlx::query!(
            r#"WITH first AS (SELECT id, min(seq * 1000000 + n) AS at FROM journal_subject WHERE kind = ? GROUP BY id)
               SELECT count(*) AS "number!: i64" FROM first WHERE at <= (SELECT at FROM first WHERE id = ?)"#,
            name,
            key
        )
        .fetch_one(&mut *self.db)
        .await?;
        // Far from the places that entries do say, which may still be wanted.
        let free = sqlx::query!(r#"SELECT max(coalesce(max(seq), 0), 1 << 40) + 1 AS "seq!: i64" FROM record"#)
            .fetch_one(&mut *self.db)
            .await?;
        Ok(Place { number: row.number, seq: free.seq })
    }

    /// The rows of files that a record came from.
    async fn source_rows(&mut self, seq: i64, own: &[&Then]) -> Result<(), VaultError> {
        for then in own {
            let Some(noted) = then.payload.as_ref().and_then(|p| p.after.get(super::record::SOURCE_ROW)) else {
                continue;
            };
            let Some(source) = noted.get("source").and_then(Value::as_i64) else { continue };
            let cells = noted.get("cells").and_then(Value::as_object).into_iter().flatten();
            let mut cells: Vec<(usize, String)> =
                cells.filter_map(|(n, v)| Some((n.parse().ok()?, v.as_str()?.to_owned()))).collect();
            cells.sort_unstable();
            let row = NewSourceRow {
                line: noted.get("line").and_then(Value::as_u64).unwrap_or(0),
                key: noted.get("key").and_then(Value::as_str).unwrap_or_default().to_owned(),
                cells,
            };
            write_source_row(self.db, source, seq, &row).await?;
        }
        Ok(())
    }

    /// Answers as they were, and the coverage that follows.
    async fn answers(&mut self, rebuilt: BTreeSet<Uuid>) -> Result<(), VaultError> {
        let assessments: BTreeSet<Uuid> = self.of("answer").into_iter().chain(rebuilt).collect();
        for id in assessments {
            let Ok(record) = self.read().record(id).await else { continue };
            let Body::Assessment(assessment) = &record.body else { continue };
            let told = self.then(id).await?;
            let mut known: BTreeMap<String, Vec<&Then>> = BTreeMap::new();
            for then in told.iter().filter(|t| t.kind == "answer") {
                known.entry(requirement(then)).or_default().push(then);
            }
            let later = self.later(id).await?;
            let changed: BTreeSet<String> = later.iter().filter(|t| t.kind == "answer").map(requirement).collect();
            let there: BTreeSet<String> = self.read().answers(record.seq).await?.into_keys().collect();
            for requirement in changed.iter().filter(|r| !known.contains_key(*r)) {
                sqlx::query!("DELETE FROM answer WHERE assessment = ? AND requirement = ?", record.seq, requirement)
                    .execute(&mut *self.db)
                    .await?;
            }
            let wanted = known.iter().filter(|(r, _)| changed.contains(*r) || !there.contains(*r));
            for (requirement, changes) in wanted {
                self.answer(record.seq, requirement, changes).await?;
            }
            let framework = self.read().framework(&assessment.framework, &assessment.edition).await?;
            if let Some(framework) = framework {
                let answers = self.read().answers(record.seq).await?;
                answer::set_coverage(self.db, record.seq, &by_stage(&framework, &answers)).await?;
            }
        }
        Ok(())
    }

    async fn answer(&mut self, seq: i64, requirement: &str, changes: &[&Then]) -> Result<(), VaultError> {
        let Some(map) = replay_answer(changes.iter().map(|t| &t.change)) else { return Ok(()) };
        let (Ok(said), Some(last)) = (serde_json::from_value::<Answer>(Value::Object(map)), changes.last()) else {
            return Ok(());
        };
        let revision = last.payload.as_ref().map_or(0, |p| p.revision);
        let updated_by = last.actor.clone();
        let answer = Answer { requirement: requirement.to_owned(), revision, updated_by, ..said };
        answer::write_answer(self.db, seq, &answer, crate::time::moment(last.at)).await
    }

    /// Proposals that had been refused by then.
    async fn proposals(&mut self, rebuilt: BTreeSet<Uuid>) -> Result<(), VaultError> {
        let assessments: BTreeSet<Uuid> = self.of("proposal").into_iter().chain(rebuilt).collect();
        for id in assessments {
            let Ok(record) = self.read().record(id).await else { continue };
            let (told, later) = (self.then(id).await?, self.later(id).await?);
            let refused = told.iter().chain(&later).filter(|t| t.kind == "proposal").map(requirement);
            for changed in refused.collect::<BTreeSet<_>>() {
                let last = told.iter().rev().find(|t| t.kind == "proposal" && requirement(t) == changed);
                let digest = last.and_then(|t| t.payload.as_ref()?.after.get("digest")?.as_str());
                match digest {
                    Some(digest) => {
                        sqlx::query!(
                            "INSERT OR REPLACE INTO proposal_refused (assessment, requirement, digest) VALUES (?, ?, ?)",
                            record.seq,
                            changed,
                            digest
                        )
                        .execute(&mut *self.db)
                        .await?;
                    }
                    None => {
                        sqlx::query!(
                            "DELETE FROM proposal_refused WHERE assessment = ? AND requirement = ?",
                            record.seq,
                            changed
                        )
                        .execute(&mut *self.db)
                        .await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What only ever grows: statements, baselines, the journal itself.
    async fn rest(&mut self) -> Result<(), VaultError> {
        sqlx::query!("DELETE FROM statement WHERE entry > ?", self.seq).execute(&mut *self.db).await?;
        sqlx::query!(
            "DELETE FROM baseline WHERE id IN (SELECT id FROM journal_subject WHERE kind = 'baseline' AND seq > ?)",
            self.seq
        )
        .execute(&mut *self.db)
        .await?;
        sqlx::query!("DELETE FROM payload WHERE seq > ?", self.seq).execute(&mut *self.db).await?;
        sqlx::query!("DELETE FROM journal_subject WHERE seq > ?", self.seq).execute(&mut *self.db).await?;
        sqlx::query!("DELETE FROM journal WHERE seq > ?", self.seq).execute(&mut *self.db).await?;
        Ok(())
    }
}

/// Whether a record was not there, or not any more.
fn is_gone(kind: Kind, told: &[Then]) -> bool {
    let last = told.iter().rfind(|t| t.kind == kind.name());
    last.is_none_or(|t| t.payload.as_ref().is_some_and(|p| p.act == "remove"))
}

/// What a record's row says besides its body.
struct Facts {
    revision: i64,
    created_at: i64,
    updated_at: i64,
    updated_by: String,
    trashed_at: Option<i64>,
}

impl Facts {
    fn of(own: &[&Then], trashed: bool) -> Self {
        let act = |t: &&&Then, acts: &[&str]| t.payload.as_ref().is_some_and(|p| acts.contains(&p.act.as_str()));
        let saved = own.iter().rev().find(|t| act(t, &["create", "update"]));
        let revision = own.iter().rev().find_map(|t| t.payload.as_ref().map(|p| p.revision));
        Self {
            revision: revision.unwrap_or(1),
            created_at: own.first().map_or(0, |t| t.at),
            updated_at: saved.map_or(0, |t| t.at),
            updated_by: saved.map(|t| t.actor.clone()).unwrap_or_default(),
            trashed_at: own.iter().rev().find(|t| trashed && act(t, &["trash"])).map(|t| t.at),
        }
    }
}

impl Then {
    /// When a framework's content was saved: an upgrade tells it again and is no saving.
    fn saved_at(&self, told: &[Then]) -> i64 {
        let is_saving = |t: &&Then| t.payload.as_ref().is_some_and(|p| matches!(p.act.as_str(), "create" | "update"));
        told.iter().rev().find(is_saving).map_or(self.at, |t| t.at)
    }
}

fn requirement(then: &Then) -> String {
    let value = then.payload.as_ref().and_then(|p| p.after.get("requirement")).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

/// The names of a framework as its entry says them.
fn names_of(map: &Map<String, Value>) -> Option<(String, String)> {
    let text = |k: &str| map.get(k).and_then(Value::as_str).map(str::to_owned);
    text("framework").zip(text("edition"))
}

impl Reader<'_> {
    /// When an entry was written.
    pub(crate) async fn moment_of(&mut self, entry: u64) -> Result<Option<i64>, VaultError> {
        let seq = i64::try_from(entry).unwrap_or(i64::MAX);
        let row = sqlx::query!("SELECT at FROM journal WHERE seq = ?", seq).fetch_optional(&mut *self.db).await?;
        Ok(row.map(|r| r.at))
    }
}
