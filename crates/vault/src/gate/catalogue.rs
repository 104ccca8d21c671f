//! Frameworks of the board's own through the gate.

use crate::{audit::Event, error::VaultError, writer::Writer};
use conclave_domain::{framework::Framework, permission::Permission};

impl Writer<'_> {
    /// Keeps an edition, new or (with `replace`) in the place of what stood under its name.
    ///
    /// # Errors
    /// A rule or the permission refuses; the database refused.
    pub async fn keep_framework(
        &mut self,
        mut framework: Framework,
        replace: bool,
    ) -> Result<(Framework, Event), VaultError> {
        let charter = self.ask(&[Permission::KeepFrameworks]).await?;
        let rules = self.rules()?;
        rules.framework(&mut self.desk(&charter), &mut framework, replace).await?;
        let event = self.put_framework(&framework).await?;
        self.made(1);
        Ok((framework, event))
    }

    /// Removes an edition; `None` if there is none.
    ///
    /// # Errors
    /// A rule or the permission refuses; the database refused.
    pub async fn remove_framework(&mut self, id: &str, edition: &str) -> Result<Option<Event>, VaultError> {
        let charter = self.ask(&[Permission::KeepFrameworks]).await?;
        let rules = self.rules()?;
        rules.remove_framework(&mut self.desk(&charter), id, edition).await?;
        let event = self.drop_framework(id, edition).await?;
        self.made(usize::from(event.is_some()));
        Ok(event)
    }
}
