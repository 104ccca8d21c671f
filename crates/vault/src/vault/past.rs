//! The vault as it was after an entry: inside one transaction that is always rolled back, the changes since are taken back
//! through the same indexing as every save, and the ordinary reader reads what is left. So no query can forget the past.
//!
//! What is touched after the entry is made anew from the journal up to it; everything else is as it is. Three things cannot come
//! back: values that were erased, the bytes of evidence that was removed from the trash, and, in vaults whose trash was emptied
//! before the second form, the headings of the file that a removed record came from.

use super::Vault;
use crate::{error::VaultError, store::Reader, store::rewind, time::moment};
use chrono::{DateTime, Utc};
use conclave_domain::{fault::Fault, t, time::Now};

/// The vault as it was. While it is there nothing else can be done with the vault, and nothing of it can be written.
#[must_use]
pub struct Past<'v> {
    vault: &'v mut Vault,
    now: Now,
    entry: u64,
}

impl Vault {
    /// The vault as it was at a moment: after the last entry up to then.
    ///
    /// # Errors
    /// It was founded later; the database refused.
    pub async fn as_of(&mut self, at: DateTime<Utc>) -> Result<Past<'_>, VaultError> {
        let entry = self.read().await?.entry_at(at).await?;
        let entry = entry.ok_or_else(|| Fault::invalid_field("as_of", t!("app.as_of_before")))?;
        self.rewound(entry, at).await
    }

    /// The vault as it was right after an entry.
    ///
    /// # Errors
    /// There is no such entry; the database refused.
    pub async fn after(&mut self, entry: u64) -> Result<Past<'_>, VaultError> {
        let written = self.read().await?.moment_of(entry).await?;
        let at = written.ok_or_else(|| VaultError::NotFound(t!("journal_entry", seq = entry)))?;
        self.rewound(entry, moment(at)).await
    }

    async fn rewound(&mut self, entry: u64, at: DateTime<Utc>) -> Result<Past<'_>, VaultError> {
        self.settle().await?;
        let now = self.now.at(at);
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.db).await?;
        // Whatever happens to the value below, the next use of the vault rolls back first.
        self.unsettled = true;
        if self.head.is_some_and(|head| entry < head.seq)
            && let Err(error) = rewind::to(&mut self.db, entry, &now).await
        {
            self.settle().await?;
            return Err(error);
        }
        Ok(Past { vault: self, now, entry })
    }
}

impl Past<'_> {
    /// Reads the vault as it was; what has expired is judged by the day of then.
    pub fn read(&mut self) -> Reader<'_> {
        Reader { db: &mut self.vault.db, now: self.now.clone() }
    }

    /// The entry after which it is read.
    #[must_use]
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// Back to the present.
    ///
    /// # Errors
    /// The database refused.
    pub async fn leave(self) -> Result<(), VaultError> {
        self.vault.settle().await
    }
}
