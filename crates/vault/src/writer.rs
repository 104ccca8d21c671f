//! Changing the vault: a [`Transaction`] hands out the only value with write methods, and commits only with at least one
//! journal event. A write that leaves none, or one whose event was not handed on, is rolled back.

use crate::{
    anchor::{Anchor, AnchorError, Head},
    audit::Audited,
    chain::{Fact, KeyChange, Outcome},
    error::VaultError,
    header::Unlocked,
    rules::Rules,
    store::{Reader, journal},
    time::{micros, moment},
    vault::Vault,
};
use chrono::{DateTime, TimeDelta, Utc};
use conclave_domain::{charter::Charter, permission::Role, time::Now};
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The member's id.
    pub id: Uuid,
    /// The member's name.
    pub name: String,
}

/// What was read once for a change.
#[derive(Default)]
pub(crate) struct Known {
    pub charter: Option<Arc<Charter>>,
    pub members: Option<usize>,
}

/// What writes. Only a [`Transaction`] hands it out. Its public methods are the gate's ([`crate::gate`]).
pub struct Writer<'c> {
    pub(crate) db: &'c mut SqliteConnection,
    pub(crate) now: Now,
    pub(crate) actor: Actor,
    pub(crate) role: Role,
    rules: Option<&'static dyn Rules>,
    /// Who signs.
    pub(crate) unlocked: &'c Unlocked,
    /// The number that the change's journal entry will have.
    pub(crate) entry: u64,
    pub(crate) known: Known,
    /// Events that the gate gave out so far.
    pub(crate) given: &'c mut usize,
}

impl Writer<'_> {
    /// Reads inside the same transaction.
    pub fn read(&mut self) -> Reader<'_> {
        Reader { db: self.db, now: self.now.clone() }
    }

    /// The time of this change: its moment is that of the journal entry.
    pub fn now(&self) -> &Now {
        &self.now
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The rules; the vault's own acts have none and write no content.
    pub(crate) fn rules(&self) -> Result<&'static dyn Rules, VaultError> {
        self.rules.ok_or_else(|| VaultError::Malformed("a change without rules".into()))
    }

    /// Counts events that were given out: all of them must come back with the commit.
    pub(crate) fn made(&mut self, events: usize) {
        *self.given += events;
    }
}

/// A change under way. Dropped without [`Self::commit`], it is rolled back before the vault is used again.
#[must_use]
pub struct Transaction<'v> {
    vault: &'v mut Vault,
    rules: Option<&'static dyn Rules>,
    now: Now,
    key_changes: Vec<KeyChange>,
    given: usize,
}

impl<'v> Transaction<'v> {
    pub(crate) async fn begin(vault: &'v mut Vault, rules: Option<&'static dyn Rules>) -> Result<Self, VaultError> {
        vault.settle().await?;
        let now = vault.next_moment();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut vault.db).await?;
        vault.unsettled = true;
        Ok(Self { vault, rules, now, key_changes: Vec::new(), given: 0 })
    }

    /// The value with write methods.
    pub fn writer(&mut self) -> Writer<'_> {
        let role = self.vault.role();
        Writer {
            db: &mut self.vault.db,
            now: self.now.clone(),
            actor: self.vault.actor.clone(),
            role,
            rules: self.rules,
            unlocked: &self.vault.unlocked,
            entry: self.vault.head.map_or(1, |h| h.seq + 1),
            known: Known::default(),
            given: &mut self.given,
        }
    }

    pub(crate) fn vault(&self) -> &Vault {
        self.vault
    }

    pub(crate) fn change_keys(&mut self, changes: Vec<KeyChange>) {
        self.key_changes = changes;
    }

    /// Appends the journal entry, commits, and makes the new head durable beside the database. After it returns, the
    /// change may be confirmed to a person. Gives the reply and the entry's number.
    ///
    /// # Errors
    /// The database or the disk refused; nothing was changed then, except that a full disk between commit and anchor
    /// leaves the change made and unconfirmed.
    pub async fn commit<T>(self, call: &str, audited: Audited<T>) -> Result<(T, u64), VaultError> {
        let Self { vault, now, key_changes, given, .. } = self;
        let Audited { reply, events } = audited;
        if events.len() < given {
            vault.settle().await?;
            return Err(VaultError::Malformed("a change without its event".into()));
        }
        let (at, facts) = (now.moment(), vault.facts.clone());
        let entry = journal::NewEntry { at, call, outcome: Outcome::Done, events: &events, key_changes, facts };
        let appended = journal::append(&mut vault.db, &vault.unlocked, vault.head, &entry).await;
        let head = match appended {
            Ok(head) => head,
            Err(e) => {
                vault.settle().await?;
                return Err(e);
            }
        };
        if let Err(e) = sqlx::query("COMMIT").execute(&mut vault.db).await {
            vault.settle().await?;
            return Err(e.into());
        }
        vault.unsettled = false;
        vault.facts.clear();
        vault.confirm(head)?;
        Ok((reply, head.seq))
    }

    /// Takes everything back.
    ///
    /// # Errors
    /// The database refused.
    pub async fn roll_back(self) -> Result<(), VaultError> {
        self.vault.settle().await
    }
}

/// How far a clock may be behind without being called set back: calls that come at the same time are this close.
pub const PATIENCE: TimeDelta = TimeDelta::seconds(2);

impl Vault {
    /// Begins a change under these rules: one transaction that nobody else can write beside.
    ///
    /// # Errors
    /// The database refused.
    pub async fn begin(&mut self, rules: &'static dyn Rules) -> Result<Transaction<'_>, VaultError> {
        Transaction::begin(self, Some(rules)).await
    }

    /// Begins one of the vault's own acts, which write no content.
    pub(crate) async fn begin_own(&mut self) -> Result<Transaction<'_>, VaultError> {
        Transaction::begin(self, None).await
    }

    /// Tells the time of the call that is about to be served. Every change of it has this moment, or that of the entry before
    /// it if that is later: the journal's times never decrease.
    pub fn tell(&mut self, now: Now) {
        self.now = now;
    }

    /// The next entry says that the clock was set back, and by how many seconds. Whoever looks at the clock finds out; what is
    /// told here may be the beginning of a job that took long, which is no clock that was set back.
    pub fn note_set_back(&mut self, by: TimeDelta) {
        tracing::warn!("the clock was set back");
        self.facts.push(Fact { name: "clock_set_back".into(), value: by.num_seconds().to_string() });
    }

    /// The time of the next entry.
    pub(crate) fn next_moment(&self) -> Now {
        let last = self.head.map(|h| moment(i64::try_from(h.at).unwrap_or(i64::MAX)));
        self.now.at(last.map_or(self.now.moment(), |last: DateTime<Utc>| last.max(self.now.moment())))
    }

    /// Journals an attempt that was refused: nothing else changes.
    ///
    /// # Errors
    /// The database or the disk refused.
    pub async fn note_refusal(&mut self, call: &str) -> Result<u64, VaultError> {
        let transaction = self.begin_own().await?;
        let Transaction { vault, now, .. } = transaction;
        let (at, facts) = (now.moment(), vault.facts.clone());
        let entry =
            journal::NewEntry { at, call, outcome: Outcome::Refused, events: &[], key_changes: Vec::new(), facts };
        let head = journal::append(&mut vault.db, &vault.unlocked, vault.head, &entry).await?;
        sqlx::query("COMMIT").execute(&mut vault.db).await?;
        vault.unsettled = false;
        vault.facts.clear();
        vault.confirm(head)?;
        Ok(head.seq)
    }

    /// Rolls back what a dropped or failed transaction left open.
    pub(crate) async fn settle(&mut self) -> Result<(), VaultError> {
        if self.unsettled {
            // "No transaction is active" is the other good outcome: SQLite rolls back by itself on some errors.
            let _ = sqlx::query("ROLLBACK").execute(&mut self.db).await;
            self.unsettled = false;
        }
        Ok(())
    }

    fn confirm(&mut self, head: Head) -> Result<(), VaultError> {
        debug_assert!(self.head.is_none_or(|last| last.at <= head.at), "journal times never decrease");
        self.head = Some(head);
        if self.genesis.is_none() {
            self.genesis = Some(head.hash);
        }
        Anchor::sign(&self.unlocked, head).write(&self.folder).map_err(|e| anchored(&self.folder, e))
    }
}

/// The moment of a call as the journal would write it.
pub(crate) fn at_micros(now: &Now) -> u64 {
    u64::try_from(micros(now.moment())).unwrap_or(0)
}

/// Why an anchor could not be written.
pub(crate) fn anchored(folder: &std::path::Path, error: AnchorError) -> VaultError {
    match error {
        AnchorError::Io { source, .. } => VaultError::Io { path: folder.to_owned(), source },
        _ => VaultError::Damaged(conclave_domain::t!("vault.part_anchor")),
    }
}
