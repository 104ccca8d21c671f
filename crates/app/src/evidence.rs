//! Evidence: files brought in, shown and taken out. A file is opaque bytes: nothing here runs or interprets it beyond telling text
//! and pictures by their first bytes.

use crate::{
    app::App,
    handle::{Reads, Runs, Work},
    import::why,
    job::Job,
    packs::{check_target, not_written},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use conclave_domain::{
    call::{
        Call as _,
        evidence::{AddEvidence, AddedEvidence, ExportEvidence, Preview, PreviewEvidence},
        record::Saved,
    },
    fault::{Fault, FieldFault},
    kind::Kind,
    noun::{
        Body, Evidence,
        evidence::{Version, clean_name},
    },
    t,
};
use conclave_vault::{
    Audited, Desk, How, Vault, VaultError, Writer,
    atomic::Beside,
    crypto::hex,
    evidence::{EvidenceStore, MAX_FILE, StoreId, Stored as Content},
    store::{evidence::Content as Known, record::Stored},
};
use std::{
    fs::File,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// Bytes of a text that are shown.
const TEXT: usize = 64 * 1024;
/// The largest picture that is shown.
const PICTURE: u64 = 8 * 1024 * 1024;

impl Runs for AddEvidence {
    async fn run(self, app: &App, job: &Job) -> Result<AddedEvidence, Fault> {
        let path = PathBuf::from(self.path.trim());
        let store = app.vault(job).await?.evidence();
        let (content, name) = {
            let store = store.clone();
            // Read outside the lock: a large file takes its time, and nothing in the vault refers to it yet.
            let (path, job) = (path.clone(), job.clone());
            let upload = move || upload(&store, &path, &job);
            tokio::task::spawn_blocking(upload).await.map_err(|_| Fault::internal())??
        };
        let id = content.id;
        let permission = self.permission();
        let added = app.transact(job, Self::NAME, permission, Adding { call: self, content, name }).await;
        match added {
            Ok((mut added, entry)) => {
                added.0.saved.entry = entry;
                if !added.1 {
                    app.forget_content(job, &store, &id).await;
                }
                Ok(added.0)
            }
            Err(fault) => {
                app.forget_content(job, &store, &id).await;
                Err(fault)
            }
        }
    }
}

fn upload(store: &EvidenceStore, path: &Path, job: &Job) -> Result<(Content, String), Fault> {
    let shown = path.display().to_string();
    let unreadable = |e: std::io::Error| Fault::unreadable(&shown, why(&e));
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Fault::unreadable(
            &shown,
            if about.is_dir() { t!("app.file_folder") } else { t!("app.file_special") },
        ));
    }
    if about.len() > MAX_FILE {
        let megabytes = MAX_FILE / 1_000_000;
        return Err(Fault::invalid_field(
            "path",
            t!("app.evidence_large", mb = megabytes, found = about.len() / 1_000_000),
        ));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let stage = t!("app.stage_uploading");
    let content = store
        .write(&mut file, MAX_FILE, &mut |done| job.step(&stage, done, about.len()).is_ok())
        .map_err(VaultError::from)?;
    let name = path.file_name().map(|n| clean_name(&n.to_string_lossy())).unwrap_or_default();
    Ok((content, name))
}

struct Adding {
    call: AddEvidence,
    content: Content,
    name: String,
}

impl Work for Adding {
    /// The reply, and whether the content that was uploaded is used: the same bytes may have been there already.
    type Reply = (AddedEvidence, bool);

    async fn work(self, writer: &mut Writer<'_>) -> Result<Audited<Self::Reply>, Fault> {
        let Self { call, content, name } = self;
        let before = match call.id {
            Some(id) => Some(writer.read().record(id).await?),
            None => None,
        };
        let mut evidence = match &before {
            None => match Body::from_map(Kind::Evidence, call.body)? {
                Body::Evidence(new) => new,
                _ => return Err(Fault::internal()),
            },
            Some(Stored { body: Body::Evidence(old), .. }) => old.clone(),
            Some(_) => return Err(Fault::refused(t!("app.other_kind_sentence"))),
        };
        if before.is_none() {
            evidence.versions.clear();
        }
        if evidence.title.trim().is_empty() {
            evidence.title.clone_from(&name);
        }
        let sha256 = hex::encode(&content.sha256);
        let same = writer.read().content_of(&content.sha256).await?;
        let used = same.is_none();
        let file = match &same {
            Some(known) => known.id,
            None => {
                writer.add_content(&content).await?;
                content.id
            }
        };
        let same_as = if used { Vec::new() } else { same_content(writer, &sha256, call.id).await? };
        evidence.versions.push(Version {
            file: hex::encode(&file),
            name,
            size: content.size,
            sha256,
            uploaded_at: Some(writer.now().moment()),
            uploaded_by: writer.actor().name.clone(),
        });
        let body = Body::Evidence(evidence);
        let (stored, events) = match call.id {
            Some(id) => writer.save(id, call.revision, body, How::Upload).await?,
            None => writer.create(Uuid::now_v7(), body, How::Upload).await?,
        };
        let saved = Saved { gaps: stored.body.gaps(&writer.read().charter().await?), head: stored.head, entry: 0 };
        Audited::all((AddedEvidence { saved, same_as }, used), events).ok_or_else(Fault::internal)
    }
}

async fn same_content(
    writer: &mut Writer<'_>,
    sha256: &str,
    but: Option<Uuid>,
) -> Result<Vec<conclave_domain::call::record::Head>, Fault> {
    let all = writer.read().records(Kind::Evidence, None).await?;
    let same = |s: &Stored| matches!(&s.body, Body::Evidence(e) if e.versions.iter().any(|v| v.sha256 == sha256));
    Ok(all.into_iter().filter(|s| Some(s.head.id) != but && same(s)).map(|s| s.head).collect())
}

/// What the program keeps of evidence that a form saves: its versions. What the form attaches it to must be there.
pub(crate) async fn prepare(
    desk: &mut Desk<'_>,
    evidence: &mut Evidence,
    before: Option<&Stored>,
    how: How,
) -> Result<(), Fault> {
    let old = match before.map(|b| &b.body) {
        Some(Body::Evidence(old)) => old.versions.clone(),
        _ => Vec::new(),
    };
    // Only an upload brings a version, and only taking one back takes the newest away.
    let taken_back = how == How::Undo && old.starts_with(&evidence.versions);
    if how != How::Upload && !taken_back {
        evidence.versions = old;
    }
    check_references(desk, evidence).await
}

/// Invariant: evidence is attached to answers and conditions that are there.
async fn check_references(desk: &mut Desk<'_>, evidence: &Evidence) -> Result<(), Fault> {
    let missing = |key: &str| FieldFault::new(key, t!("rule.subject_missing"));
    let mut faults = Vec::new();
    for answer in &evidence.answers {
        let known = match desk.read().record(answer.assessment).await.map(|s| s.body) {
            Ok(Body::Assessment(a)) => {
                let framework = crate::frameworks::of(&mut desk.read(), &a).await?;
                framework.requirement(&answer.requirement).is_some()
            }
            _ => false,
        };
        if !known {
            faults.push(missing("answers"));
        }
    }
    for condition in &evidence.conditions {
        let known = match desk.read().record(condition.decision).await.map(|s| s.body) {
            Ok(Body::Decision(d)) => condition.number >= 1 && d.conditions.len() >= condition.number as usize,
            _ => false,
        };
        if !known {
            faults.push(missing("conditions"));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Fault::invalid(faults)) }
}

/// A version of a file, and its content.
async fn version(vault: &mut Vault, reference: &str, number: u32) -> Result<(Version, Known), Fault> {
    let mut reader = vault.read().await?;
    let Stored { head, body, .. } = reader.record_by(reference).await?;
    let Body::Evidence(evidence) = body else { return Err(Fault::refused(t!("app.other_kind_sentence"))) };
    let found = match number.checked_sub(1) {
        None => evidence.versions.last(),
        Some(at) => evidence.versions.get(at as usize),
    };
    let version =
        found.cloned().ok_or_else(|| Fault::not_found(&t!("app.evidence_version", reference = head.reference)))?;
    let id = hex::decode::<16>(&version.file).ok_or_else(Fault::internal)?;
    let known = reader.content(&id).await?;
    Ok((version, known))
}

impl Reads for PreviewEvidence {
    async fn read(self, vault: &mut Vault) -> Result<Preview, Fault> {
        let (version, known) = version(vault, &self.reference, self.version).await?;
        let store = vault.evidence();
        let begin = store.head(&known.id, &known.key, known.size, TEXT + 4).map_err(VaultError::from)?;
        if let Some(mime) = picture(&begin) {
            if version.size > PICTURE {
                return Ok(nothing(t!("app.preview_large")));
            }
            let whole = usize::try_from(known.size).unwrap_or(usize::MAX);
            let bytes = store.head(&known.id, &known.key, known.size, whole).map_err(VaultError::from)?;
            let image = format!("data:{mime};base64,{}", STANDARD.encode(&*bytes));
            return Ok(Preview { kind: "image".into(), image, ..Preview::default() });
        }
        match text(&begin) {
            Some(text) => {
                let cut = (text.len() as u64) < known.size;
                Ok(Preview { kind: "text".into(), cut, text, ..Preview::default() })
            }
            None => Ok(nothing(t!("app.preview_none"))),
        }
    }
}

fn nothing(why: String) -> Preview {
    Preview { kind: "none".into(), why, ..Preview::default() }
}

/// The kinds of picture that are shown, told by their first bytes; vector pictures can carry programs and are not.
fn picture(begin: &[u8]) -> Option<&'static str> {
    match begin {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// The beginning of a text in UTF-8, whole characters of it; `None` if it is none.
fn text(begin: &[u8]) -> Option<String> {
    let begin = &begin[..begin.len().min(TEXT)];
    let text = match std::str::from_utf8(begin) {
        Ok(text) => text,
        // Cut within the last character.
        Err(e) if e.error_len().is_none() => std::str::from_utf8(&begin[..e.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.chars().all(plain).then(|| text.trim_start_matches('\u{feff}').to_owned())
}

impl Runs for ExportEvidence {
    async fn run(self, app: &App, job: &Job) -> Result<String, Fault> {
        let (version, known, store) = {
            let mut vault = app.vault(job).await?;
            let (version, known) = version(&mut vault, &self.reference, self.version).await?;
            (version, known, vault.evidence())
        };
        let mut out = PathBuf::from(self.out.trim());
        if out.is_dir() {
            out.push(clean_name(&version.name));
        }
        check_target(&out, self.overwrite)?;
        let (target, watched) = (out.clone(), job.clone());
        let write = move || copy_out(&store, &known, &target, &watched);
        let beside = tokio::task::spawn_blocking(write).await.map_err(|_| Fault::internal())??;
        // Handed over only while the opening lasts that the call belongs to.
        let vault = app.vault(job).await?;
        beside.put().map_err(|e| not_written(&out, &e))?;
        drop(vault);
        app.wrote(&out);
        Ok(out.display().to_string())
    }
}

/// Written beside, so that a copy is whole or not there.
fn copy_out(store: &EvidenceStore, known: &Known, target: &Path, job: &Job) -> Result<Beside, Fault> {
    let stage = t!("app.stage_writing");
    let mut watch = |done| job.step(&stage, done, known.size).is_ok();
    let mut refused = None;
    let copied = Beside::write(target, |file| {
        let read = store.read(&known.id, &known.key, known.size, &known.sha256, file, &mut watch);
        read.map_err(|e| {
            refused = Some(Fault::from(VaultError::from(e)));
            std::io::Error::other("evidence")
        })
    });
    copied.map_err(|e| refused.unwrap_or_else(|| not_written(target, &e)))
}

impl App {
    /// Removes a content that no record took. A change that was made but could not be confirmed, on a full disk, has taken it.
    /// Where that cannot be seen any more, because the vault was locked, it is left to the next opening.
    async fn forget_content(&self, job: &Job, store: &EvidenceStore, id: &StoreId) {
        let taken = match self.vault(job).await {
            Ok(mut vault) => match vault.read().await {
                Ok(mut reader) => reader.content_ids().await.map_or(true, |known| known.contains(id)),
                Err(_) => true,
            },
            Err(_) => true,
        };
        // What stays without need is swept at the next opening.
        if !taken && let Err(error) = store.remove(id) {
            tracing::warn!(%error, "evidence");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_plain_text_and_known_pictures_are_shown() {
        assert_eq!(picture(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(picture(b"<svg onload='x()'>"), None);
        assert_eq!(picture(b"%PDF-1.7"), None);
        assert_eq!(text("naïve 報告\n".as_bytes()).unwrap(), "naïve 報告\n");
        assert_eq!(text(&"é".as_bytes()[..1]).unwrap(), "");
        assert_eq!(text(b"\x00binary"), None);
        assert_eq!(text(b"\xff\xfe"), None);
        assert_eq!(text(b"esc \x1b[2J"), None);
    }
}
