//! Audit packs: one snapshot of the vault becomes a dossier, the dossier a tree, the tree a PDF; then the vault notes what
//! was handed over.

mod dossier;

use crate::{
    app::App,
    handle::{Runs, Work},
    import::why,
    job::Job,
};
use chrono::NaiveDate;
use conclave_domain::{
    call::{
        Call,
        pack::{BuildPack, PackBuilt, PackVerdict, VerifyPack},
    },
    fault::{Fault, FaultKind},
    kind::Kind,
    noun::{Body, PackRecord},
    t,
};
use conclave_pack::{Built, PackError, Signer, content};
use conclave_vault::{Audited, How, Vault, Writer, atomic::Beside, chain, crypto};
use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// Writes a file whole or not at all.
pub(crate) fn write_new(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Fault> {
    check_target(path, overwrite)?;
    conclave_vault::atomic::write_out(path, bytes).map_err(|e| not_written(path, &e))
}

/// A file could not be written.
pub(crate) fn not_written(path: &Path, error: &std::io::Error) -> Fault {
    match error.kind() {
        std::io::ErrorKind::StorageFull => Fault::new(FaultKind::Full, t!("fault.full"), t!("fault.full_next")),
        _ => Fault::not_writable(&path.display().to_string(), why(error)),
    }
}

impl App {
    /// Hands a file over that was made of what the vault holds: only while the opening lasts that the call belongs to.
    pub(crate) async fn hand_over(&self, job: &Job, path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Fault> {
        let vault = self.vault(job).await?;
        write_new(path, bytes, overwrite)?;
        drop(vault);
        self.wrote(path);
        Ok(())
    }
}

/// Finds out before the work begins whether its file could be written.
pub(crate) fn check_target(path: &Path, overwrite: bool) -> Result<(), Fault> {
    let shown = path.display().to_string();
    if shown.trim().is_empty() {
        return Err(Fault::invalid_field("out", t!("app.out_missing")));
    }
    // "name/" and "name/." mean a folder, whether it is there or not.
    let means_folder = path.file_name().is_none() || shown.trim_end_matches('.').ends_with(std::path::is_separator);
    if path.is_dir() || means_folder {
        return Err(Fault::not_writable(&shown, t!("app.file_folder")));
    }
    let found = std::fs::symlink_metadata(path);
    if found.as_ref().is_ok_and(|m| !m.is_file()) {
        return Err(Fault::not_writable(&shown, t!("app.file_special")));
    }
    if inside_a_vault(path) {
        return Err(Fault::not_writable(&shown, t!("app.file_in_vault")));
    }
    if !overwrite && found.is_ok() {
        return Err(Fault::new(FaultKind::Exists, t!("fault.exists", path = shown), t!("app.exists_next")));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if folder.is_dir() {
        Ok(())
    } else {
        Err(Fault::not_writable(&folder.display().to_string(), t!("app.file_missing")))
    }
}

/// Whether a file would lie in a vault's folder, where it could take the place of the vault's own.
pub(crate) fn inside_a_vault(path: &Path) -> bool {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.ancestors().any(|f| f.join(conclave_vault::header::HEADER_NAME).is_file())
}

struct Signing(conclave_vault::StatementSigner);

impl Signer for Signing {
    fn public_key(&self) -> [u8; 32] {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message)
    }
}

impl Runs for BuildPack {
    async fn run(self, app: &App, job: &Job) -> Result<PackBuilt, Fault> {
        let out = PathBuf::from(self.out.trim());
        check_target(&out, self.overwrite)?;
        let as_of = self.as_of.map(|as_of| as_of.resolve(&job.now())).transpose()?;
        job.step(&t!("app.stage_content"), 0, 0)?;
        let (dossier, signer, head) = {
            let mut vault = app.vault(job).await?;
            let signer = Signing(vault.signer());
            (dossier::collect(&mut vault, &self, as_of, job).await?, signer, vault.head())
        };
        let systems: Vec<Uuid> = dossier.systems.iter().map(|s| s.head.id).collect();
        let (pack_id, title, profile) = (dossier.pack_id.clone(), dossier.title.clone(), self.profile.clone());
        let built = build(dossier, signer, job.clone()).await?;
        let file_name = out.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let record = PackRecord {
            title,
            pack_id: pack_id.clone(),
            profile,
            file_name,
            sha256: built.sha256.clone(),
            pages: built.pages,
            size: built.bytes.len() as u64,
            systems,
            state_as_of: as_of,
            journal_head: head.map(|h| format!("{} {}", h.seq, crypto::hex::encode(&h.hash))).unwrap_or_default(),
            warnings: built.warnings.clone(),
        };
        check_target(&out, self.overwrite)?;
        let full = |file: &mut std::fs::File| std::io::Write::write_all(file, &built.bytes);
        let beside = Beside::write(&out, full).map_err(|e| not_written(&out, &e))?;
        let permission = self.permission();
        // What the vault does not know of must not be handed over, and takes the place of nothing.
        let ((id, reference), _) = app.transact(job, Self::NAME, permission, Noting(record)).await?;
        beside.put().map_err(|e| not_written(&out, &e))?;
        app.wrote(&out);
        let path = out.display().to_string();
        let size = built.bytes.len() as u64;
        Ok(PackBuilt {
            reference,
            id,
            pack_id,
            path,
            pages: built.pages,
            size,
            sha256: built.sha256,
            warnings: built.warnings,
        })
    }
}

async fn build(dossier: content::Dossier, signer: Signing, job: Job) -> Result<Built, Fault> {
    let stage = t!("app.stage_layout");
    let work = move || {
        let pack = content::pack(&dossier);
        drop(dossier);
        conclave_pack::build(&pack, Some(&signer), &mut |done, total| match job.step(&stage, done, total) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
    };
    let result = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::internal())?;
    result.map_err(|e| pack_fault(&e))
}

fn pack_fault(e: &PackError) -> Fault {
    match e {
        PackError::Cancelled => Fault::cancelled(),
        other => {
            tracing::error!(error = %other, "pack");
            Fault::new(FaultKind::Internal, other.sentence(), other.next())
        }
    }
}

struct Noting(PackRecord);

impl Work for Noting {
    type Reply = (Uuid, String);

    async fn work(self, writer: &mut Writer<'_>) -> Result<Audited<(Uuid, String)>, Fault> {
        let (stored, events) = writer.create(Uuid::now_v7(), Body::Pack(self.0), How::Build).await?;
        Audited::all((stored.head.id, stored.head.reference), events).ok_or_else(Fault::internal)
    }
}

/// The id that every page prints: the day where it was made, and eight characters by chance.
fn new_pack_id(day: NaiveDate) -> String {
    let code = crypto::base32::encode(Uuid::new_v4().as_bytes());
    format!("{}-{}", day.format("%Y%m%d"), &code[..8])
}

impl Runs for VerifyPack {
    async fn run(self, app: &App, job: &Job) -> Result<PackVerdict, Fault> {
        job.step(&t!("app.stage_reading"), 0, 0)?;
        let path = self.path.trim().to_owned();
        let read = move || {
            let bytes = whole_pack(&path)?;
            let found = verified(&bytes)?;
            let no_seal = !bytes.windows(SEAL.len()).any(|w| w == SEAL);
            Ok::<_, Fault>((found, no_seal, crypto::hex::encode(&crypto::sha256(&[&bytes]))))
        };
        let (found, no_seal, sha256) = tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())??;
        let signed_by = found
            .signed_by
            .as_deref()
            .and_then(crypto::hex::decode::<32>)
            .map(|k| chain::fingerprint(&k))
            .unwrap_or_default();
        let mut verdict = PackVerdict {
            unbroken: found.unbroken,
            sentence: String::new(),
            pack_id: found.pack_id.clone().unwrap_or_default(),
            signed_by,
            checked: found.checked,
            faults: found.faults,
        };
        let alone = verdict.faults.len();
        if self.with_vault {
            let mut vault = app.vault(job).await?;
            compare(&mut vault, head_of(&found.attachments), &sha256, &mut verdict).await?;
        }
        let itself = verdict.unbroken && alone == 0;
        verdict.unbroken = itself && verdict.faults.is_empty();
        verdict.sentence = match (verdict.unbroken, verdict.signed_by.is_empty()) {
            (false, _) if itself => t!("app.pack_not_of_vault"),
            (false, _) if no_seal => t!("app.pack_no_seal"),
            (false, _) => t!("app.pack_broken"),
            (true, true) => t!("app.pack_unbroken"),
            (true, false) => t!("app.pack_unbroken_signed", by = verdict.signed_by),
        };
        Ok(verdict)
    }
}

/// The largest file that is looked at: several times the largest pack.
const LARGEST: u64 = 1 << 30;

fn whole_pack(path: &str) -> Result<Vec<u8>, Fault> {
    let unreadable = |e: std::io::Error| Fault::unreadable(path, why(&e));
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        let what = if about.is_dir() { t!("app.file_folder") } else { t!("app.file_special") };
        return Err(Fault::unreadable(path, what));
    }
    if about.len() > LARGEST {
        return Err(Fault::unreadable(path, t!("app.file_too_large")));
    }
    std::fs::read(path).map_err(unreadable)
}

/// What the verifier finds. A pack whose seal was damaged or cut off is a broken pack, and that is an answer; a file that never
/// was one is bad input.
fn verified(bytes: &[u8]) -> Result<conclave_pack::Verified, Fault> {
    let broken = |e: &PackError| {
        let sealed = bytes.windows(SEAL.len()).any(|w| w == SEAL);
        matches!(e, PackError::BadSeal { .. } | PackError::NoSeal) || (sealed && matches!(e, PackError::NotAPdf))
    };
    match conclave_pack::verify(bytes) {
        Ok(found) => Ok(found),
        Err(e) if bytes.starts_with(b"%PDF") || broken(&e) => {
            Ok(conclave_pack::Verified { faults: vec![e.sentence()], ..Default::default() })
        }
        Err(e) => Err(Fault::new(FaultKind::Unreachable, e.sentence(), e.next())),
    }
}

/// How the seal of a pack begins.
const SEAL: &[u8] = b"%CONCLAVE-";

/// The journal head that a pack names.
#[derive(serde::Deserialize)]
struct NamedHead {
    seq: u64,
    hash: String,
    vault: String,
}

fn head_of(attachments: &[(String, Vec<u8>)]) -> Option<NamedHead> {
    let (_, bytes) = attachments.iter().find(|(name, _)| name == "head.json")?;
    serde_json::from_slice(bytes).ok()
}

/// Compares the journal entry that a pack names with this vault's, and the file with what the vault noted.
async fn compare(
    vault: &mut Vault,
    head: Option<NamedHead>,
    sha256: &str,
    verdict: &mut PackVerdict,
) -> Result<(), Fault> {
    let id = vault.id().to_string();
    let mut reader = vault.read().await?;
    match head {
        None => verdict.faults.push(t!("app.pack_no_head")),
        Some(head) if head.vault != id => verdict.faults.push(t!("app.pack_other_vault")),
        Some(head) => {
            let ours = reader.hash_of(head.seq).await?.map(|h| crypto::hex::encode(&h));
            if ours.as_deref() == Some(head.hash.as_str()) {
                verdict.checked.push(t!("app.pack_in_vault", seq = head.seq));
            } else {
                verdict.faults.push(t!("app.pack_not_in_vault", seq = head.seq));
            }
        }
    }
    let noted = reader.records(Kind::Pack, None).await?;
    let same = noted.iter().find(|r| matches!(&r.body, Body::Pack(p) if p.sha256 == sha256));
    match same {
        Some(record) => verdict.checked.push(t!("app.pack_record_same", reference = record.head.reference)),
        None => verdict.faults.push(t!("app.pack_record_missing")),
    }
    Ok(())
}
