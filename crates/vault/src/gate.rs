//! The gate: the only public ways to write. Each reads what was and the charter, asks the rules, checks, asks for the
//! permission of before and after, writes, and signs, in this order. The low writes under `store` are this crate's own: from
//! outside an unchecked save does not compile.
//!
//! With everything at hand that a low write needs, this compiles:
//!
//! ```
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.create(id, body, How::Form).await;
//! }
//! ```
//!
//! and none of these does:
//!
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.create_record(id, &body, &charter).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.create_unindexed(id, &body, &charter).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.save_record(&stored, &body, &charter).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.set_trashed(&stored, true).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.remove_trashed().await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.index_words(&stored).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.reindex(&charter).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.put_answer(id, 1, None, &answer).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.set_coverage(1, &coverage).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.put_charter(&charter).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.add_baseline(id, "", total, &frozen).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.refuse_proposal(id, 1, "", "").await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.put_framework(&framework).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.drop_framework("", "").await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.keep_built_in(&framework).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.told_copy("", "").await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.framework_state("", "").await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.put_content(&content).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.sign(&statement).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.add_source(&source).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.add_source_row(1, 1, &row).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.add_member(&member).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.set_role(&member, role).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.set_active(&member, true, key).await;
//! }
//! ```
//! ```compile_fail,E0624
//! # use conclave_domain::{answer::*, charter::*, framework::*, noun::*, permission::*};
//! # use conclave_vault::{store::{baseline::*, member::*, source::*, statement::*, record::Stored}, *};
//! # use std::collections::BTreeMap;
//! # use uuid::Uuid;
//! # #[allow(unused, clippy::too_many_arguments)]
//! async fn write(
//!     writer: &mut Writer<'_>, id: Uuid, body: Body, stored: Stored, charter: Charter, answer: Answer,
//!     coverage: BTreeMap<String, Coverage>, total: Coverage, frozen: Frozen, framework: Framework,
//!     content: conclave_vault::evidence::Stored, statement: NewStatement, source: NewSource, row: NewSourceRow,
//!     member: StoredMember, role: Role, key: [u8; 32],
//! ) {
//!     let _ = writer.set_meta("", &[]).await;
//! }
//! ```

mod catalogue;
mod charter;
mod proof;
mod record;
mod sheet;

pub use sheet::{Opened, Sheet};

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
        Desk { db: self.db, now: &self.now, charter, actor: &self.actor, standing }
    }
}
