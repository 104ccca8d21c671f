//! The charter through the gate.

use crate::{audit::Event, error::VaultError, writer::Writer};
use conclave_domain::{charter::Charter, permission::Permission};
use std::sync::Arc;

impl Writer<'_> {
    /// Saves a new edition of the charter; `charter.edition` is the one that was edited. Levels and gaps that follow from its
    /// rules are derived anew.
    ///
    /// # Errors
    /// A value out of bounds; somebody saved a newer edition; the permission refuses; the database refused.
    pub async fn save_charter(&mut self, charter: &Charter) -> Result<(Charter, Event), VaultError> {
        self.ask(&[Permission::EditCharter]).await?;
        charter.check()?;
        let (saved, event) = self.put_charter(charter).await?;
        self.known.charter = Some(Arc::new(saved.clone()));
        self.reindex(&saved).await?;
        self.made(1);
        Ok((saved, event))
    }
}
