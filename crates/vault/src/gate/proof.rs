//! Evidence contents and signed statements through the gate.

use crate::{audit::Event, error::VaultError, evidence, gate::Sheet, writer::Writer};
use conclave_domain::permission::Permission;
use uuid::Uuid;

impl Writer<'_> {
    /// Notes a content that was written to the store. The event is that of the record that takes it.
    ///
    /// # Errors
    /// The permission refuses; the database refused.
    pub async fn add_content(&mut self, stored: &evidence::Stored) -> Result<(), VaultError> {
        self.ask(&[Permission::KeepEvidence]).await?;
        self.put_content(stored).await
    }

    /// Signs that an answer was reviewed as it stands.
    ///
    /// # Errors
    /// A rule or the permission refuses; the database refused.
    pub async fn review(&mut self, sheet: &Sheet, requirement: &str) -> Result<Event, VaultError> {
        let charter = self.ask(&[Permission::Review]).await?;
        let rules = self.rules()?;
        let statement = rules.signs_review(&mut self.desk(&charter), sheet, requirement).await?;
        let event = self.sign(&statement).await?;
        self.made(1);
        Ok(event)
    }

    /// Signs a record off.
    ///
    /// # Errors
    /// Not found; a rule or the permission refuses; the database refused.
    pub async fn sign_off(&mut self, id: Uuid) -> Result<Event, VaultError> {
        self.ask(&[Permission::Review]).await?;
        let stored = self.read().record(id).await?;
        let statement = self.rules()?.signs_off(&stored)?;
        let event = self.sign(&statement).await?;
        self.made(1);
        Ok(event)
    }
}
