//! Changing the vault: a [`Transaction`] hands out the only value with write methods, and commits only with at least one
//! journal event. A write that leaves none is rolled back.

use crate::{
    anchor::{Anchor, AnchorError, Head},
    audit::Audited,
    chain::{KeyChange, Outcome},
    error::VaultError,
    header::Unlocked,
    store::{Reader, journal},
    vault::Vault,
};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The member's id.
    pub id: Uuid,
    /// The member's name.
    pub name: String,
}

/// What writes. Only a [`Transaction`] hands it out.
pub struct Writer<'c> {
    pub(crate) db: &'c mut SqliteConnection,
    pub(crate) now: DateTime<Utc>,
    pub(crate) actor: Actor,
    /// Who signs.
    pub(crate) unlocked: &'c Unlocked,
    /// The number that the change's journal entry will have.
    pub(crate) entry: u64,
}

impl Writer<'_> {
    /// Reads inside the same transaction.
    pub fn read(&mut self) -> Reader<'_> {
        Reader { db: self.db }
    }

    /// The moment of this change.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// A change under way. Dropped without [`Self::commit`], it is rolled back before the vault is used again.
#[must_use]
pub struct Transaction<'v> {
    vault: &'v mut Vault,
    now: DateTime<Utc>,
    key_changes: Vec<KeyChange>,
}

impl<'v> Transaction<'v> {
    pub(crate) async fn begin(vault: &'v mut Vault, now: DateTime<Utc>) -> Result<Self, VaultError> {
        vault.settle().await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut vault.db).await?;
        vault.unsettled = true;
        Ok(Self { vault, now, key_changes: Vec::new() })
    }

    /// The value with write methods.
    pub fn writer(&mut self) -> Writer<'_> {
        Writer {
            db: &mut self.vault.db,
            now: self.now,
            actor: self.vault.actor.clone(),
            unlocked: &self.vault.unlocked,
            entry: self.vault.head.map_or(1, |h| h.seq + 1),
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
        let Self { vault, now, key_changes } = self;
        let Audited { reply, events } = audited;
        let entry = journal::NewEntry { at: now, call, outcome: Outcome::Done, events: &events, key_changes };
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

impl Vault {
    /// Begins a change: one transaction that nobody else can write beside.
    ///
    /// # Errors
    /// The database refused.
    pub async fn begin(&mut self) -> Result<Transaction<'_>, VaultError> {
        Transaction::begin(self, crate::time::now()).await
    }

    /// Begins a change that happened at another moment: for the sample portfolio, whose history lies in the past.
    ///
    /// # Errors
    /// The database refused.
    pub async fn begin_at(&mut self, at: DateTime<Utc>) -> Result<Transaction<'_>, VaultError> {
        Transaction::begin(self, crate::time::moment(crate::time::micros(at))).await
    }

    /// Journals an attempt that was refused: nothing else changes.
    ///
    /// # Errors
    /// The database or the disk refused.
    pub async fn note_refusal(&mut self, call: &str) -> Result<u64, VaultError> {
        let now = crate::time::now();
        let transaction = Transaction::begin(self, now).await?;
        let vault = transaction.vault;
        let entry =
            journal::NewEntry { at: now, call, outcome: Outcome::Refused, events: &[], key_changes: Vec::new() };
        let head = journal::append(&mut vault.db, &vault.unlocked, vault.head, &entry).await?;
        sqlx::query("COMMIT").execute(&mut vault.db).await?;
        vault.unsettled = false;
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
        self.head = Some(head);
        if self.genesis.is_none() {
            self.genesis = Some(head.hash);
        }
        Anchor::sign(&self.unlocked, head).write(&self.folder).map_err(|e| anchored(&self.folder, e))
    }
}

/// Why an anchor could not be written.
pub(crate) fn anchored(folder: &std::path::Path, error: AnchorError) -> VaultError {
    match error {
        AnchorError::Io { source, .. } => VaultError::Io { path: folder.to_owned(), source },
        _ => VaultError::Damaged(conclave_domain::t!("vault.part_anchor")),
    }
}
