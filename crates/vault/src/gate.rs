//! The gate: the only public ways to write. Each reads what was and the charter, asks the rules, checks, asks for the
//! permission of before and after, writes, and signs, in this order. The low writes under `store` are this crate's own.

mod catalogue;
mod charter;
mod proof;
mod record;
mod sheet;

pub use sheet::Sheet;

use crate::{error::VaultError, rules::Desk, writer::Writer};
use conclave_domain::{
    charter::Charter,
    permission::{Permission, Standing},
};
use std::sync::Arc;

impl Writer<'_> {
    /// The charter in force, read once per change.
    pub(crate) async fn charter(&mut self) -> Result<Arc<Charter>, VaultError> {
        if let Some(charter) = &self.known.charter {
            return Ok(charter.clone());
        }
        let charter = Arc::new(self.read().charter().await?);
        self.known.charter = Some(charter.clone());
        Ok(charter)
    }

    /// How many members may act, read once per change.
    async fn active_members(&mut self) -> Result<usize, VaultError> {
        if let Some(members) = self.known.members {
            return Ok(members);
        }
        let members = self.read().active_members().await?;
        self.known.members = Some(members);
        Ok(members)
    }

    /// Refuses what the acting member may not do.
    pub(crate) async fn ask(&mut self, needed: &[Permission]) -> Result<Arc<Charter>, VaultError> {
        let (charter, members) = (self.charter().await?, self.active_members().await?);
        let standing = Standing { role: self.role, charter: &charter, members };
        for permission in needed {
            standing.may(*permission)?;
        }
        Ok(charter)
    }

    /// What the rules look at. The charter and the members have been read.
    fn desk<'a>(&'a mut self, charter: &'a Charter) -> Desk<'a> {
        let members = self.known.members.unwrap_or_default();
        let standing = Standing { role: self.role, charter, members };
        Desk { db: self.db, now: &self.now, charter, actor: &self.actor, members, standing }
    }
}
