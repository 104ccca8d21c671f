//! What is looked at when a vault is opened: schema, anchor, who acts, whether the header is this vault's.

use super::{backups, members, rekey, upgrade};
use crate::{
    anchor::{Anchor, AnchorError, Head},
    database,
    error::VaultError,
    header::{Header, HeaderFiles, Unlocked},
    slot::SlotKind,
    store::Reader,
    writer::Actor,
};
use conclave_domain::{
    fault::{Fault, FaultKind},
    permission::Role,
    t,
    time::Now,
};
use sqlx::SqliteConnection;
use std::path::Path;

/// Migrations that this program does not know were applied by a newer one.
fn newer_schema(e: VaultError) -> VaultError {
    match e {
        VaultError::Migration(sqlx::migrate::MigrateError::VersionMissing(found)) => Fault::new(
            FaultKind::NewerFormat,
            t!("fault.newer_format", found = found, known = database::newest()),
            t!("fault.newer_format_next"),
        )
        .into(),
        other => other,
    }
}

/// What an opened database said of itself.
pub(super) struct Prepared {
    pub head: Option<Head>,
    pub genesis: Option<[u8; 32]>,
    pub actor: Actor,
    pub role: Role,
    pub form: u32,
    pub notices: Vec<String>,
}

/// Holds an open database to its anchor, brings it to this program's schema and settles which header counts.
pub(super) async fn prepare(
    db: &mut SqliteConnection,
    folder: &Path,
    files: &HeaderFiles,
    unlocked: &Unlocked,
    now: &Now,
) -> Result<Prepared, VaultError> {
    let mut notices = Vec::new();
    let (head, genesis) = anchored(db, folder, unlocked, &mut notices).await?;
    let outdated = database::outdated(db).await?;
    if let (true, Some(head)) = (outdated, head) {
        backups::before_migration(folder, files.header(), unlocked, (head, now), db).await?;
    }
    database::migrate(db).await.map_err(newer_schema)?;
    let form = upgrade::form(db).await?;
    let (actor, role) = identify(db, unlocked).await?;
    // Only now, when the database has opened and said which header it knows, is one file put in the place of another.
    if settle_header(db, folder, files, &mut notices).await? {
        rekey::sweep(folder, files.header().generation());
    }
    crate::backup::keep::tidy(folder);
    backups::sweep_evidence(db, folder, unlocked.vault_id()).await;
    Ok(Prepared { head, genesis, actor, role, form, notices })
}

/// Compares the journal's end with the anchor: the database may be ahead of it, never behind.
pub(super) async fn anchored(
    db: &mut SqliteConnection,
    folder: &Path,
    unlocked: &Unlocked,
    notices: &mut Vec<String>,
) -> Result<(Option<Head>, Option<[u8; 32]>), VaultError> {
    let mut reader = Reader::timeless(db);
    let head = reader.head().await?.ok_or_else(|| VaultError::Damaged(t!("vault.part_database")))?;
    let genesis = reader.hash_of(1).await?;
    match Anchor::read(folder, unlocked) {
        Ok(anchor) => {
            let confirmed = anchor.head();
            if head.seq < confirmed.seq {
                return Err(VaultError::Damaged(t!("vault.part_behind", found = head.seq, anchored = confirmed.seq)));
            }
            if reader.hash_of(confirmed.seq).await? != Some(confirmed.hash) {
                return Err(VaultError::Damaged(t!("vault.part_confirmed", seq = confirmed.seq)));
            }
        }
        Err(AnchorError::NewerFormat { found, known }) => {
            let sentence = t!("fault.newer_format", found = found, known = known);
            return Err(Fault::new(FaultKind::NewerFormat, sentence, t!("fault.newer_format_next")).into());
        }
        Err(e) => {
            tracing::warn!(error = %e, "anchor");
            notices.push(t!("vault.anchor_lost"));
        }
    }
    Ok((Some(head), genesis))
}

/// The member behind the unlocked slot; the recovery key acts as an administrator without a seat.
pub(super) async fn identify(db: &mut SqliteConnection, unlocked: &Unlocked) -> Result<(Actor, Role), VaultError> {
    let id = unlocked.member_id();
    if unlocked.kind() == SlotKind::Recovery {
        let counts = Reader::timeless(&mut *db).meta(members::RECOVERY_KEY).await?;
        if counts.is_some_and(|key| key != unlocked.public_key()) {
            let (sentence, next) = (t!("vault.recovery_interrupted"), t!("vault.recovery_interrupted_next"));
            return Err(Fault::new(FaultKind::WrongPassphrase, sentence, next).into());
        }
        return Ok((Actor { id, name: t!("vault.recovery_actor") }, Role::Administrator));
    }
    let members = Reader::timeless(db).members().await?;
    let member =
        members.into_iter().find(|m| m.id == id).ok_or_else(|| VaultError::Damaged(t!("vault.part_header")))?;
    if !member.active {
        return Err(Fault::new(
            FaultKind::NotAllowed,
            t!("vault.inactive"),
            t!("fault.not_allowed_next", roles = Role::Administrator.label()),
        )
        .into());
    }
    if member.signing_key != unlocked.public_key() {
        return Err(
            Fault::new(FaultKind::Damaged, t!("vault.reset_interrupted"), t!("vault.reset_interrupted_next")).into()
        );
    }
    Ok((Actor { id, name: member.name }, member.role))
}

/// Compares the header's files with what the database knows, and mends them where that is certain. Gives whether both are in
/// place and say the same, so that nothing points to a former generation.
///
/// # Errors
/// The file in use is not the one that this vault last wrote, and the other is: it was put right, and counts from the next
/// opening on.
pub(super) async fn settle_header(
    db: &mut SqliteConnection,
    folder: &Path,
    files: &HeaderFiles,
    notices: &mut Vec<String>,
) -> Result<bool, VaultError> {
    if !header_known(db, files.header()).await? {
        if let Some(other) = files.other()
            && header_known(db, other).await?
        {
            let _ = other.save(folder)?;
            let (sentence, next) = (t!("vault.header_exchanged"), t!("vault.header_exchanged_next"));
            return Err(Fault::new(FaultKind::Damaged, sentence, next).into());
        }
        notices.push(t!("vault.header_other"));
        return Ok(false);
    }
    if files.needs_healing() {
        let saved = files.header().save(folder)?;
        if files.is_damaged() && saved.copy_error.is_none() {
            notices.push(t!("vault.healed"));
        }
        // The next opening finds both the same.
        return Ok(false);
    }
    Ok(true)
}

/// Whether the header is one that this vault wrote: the present one or, after an interrupted change, the next.
pub(super) async fn header_known(db: &mut SqliteConnection, header: &Header) -> Result<bool, VaultError> {
    hash_known(db, &header.hash()).await
}

/// Whether the database knows a header by its hash.
pub(crate) async fn hash_known(db: &mut SqliteConnection, hash: &[u8; 32]) -> Result<bool, VaultError> {
    let mut reader = Reader::timeless(db);
    let present = reader.meta("header").await?;
    let next = reader.meta("header_next").await?;
    Ok([present, next].into_iter().flatten().any(|known| known == hash.as_slice()))
}
