//! Backups: to a file, by themselves, back into a new vault; and what a damaged vault still gives.

use crate::{
    app::App,
    handle::{Reads, Runs},
    job::Job,
    journal::watch,
    packs::check_target,
    session::{new_folder, old_folder},
};
use chrono::DateTime;
use conclave_domain::{
    call::{
        Call as _,
        backup::{
            BackUp, BackedUp, Backup, Backups, CheckBackup, KeepBackups, ListBackups, RescueVault, Rescued,
            RestoreBackup, Restored,
        },
        journal::{ListJournal, Verdict},
    },
    fault::{Fault, FaultKind},
    t,
};
use conclave_vault::{
    Vault, VaultError,
    backup::{self, Kept},
    crypto::hex,
    passphrase::Passphrase,
};
use std::path::PathBuf;

impl Runs for BackUp {
    async fn run(self, app: &App, job: &Job) -> Result<BackedUp, Fault> {
        let out = PathBuf::from(self.out.trim());
        check_target(&out, self.overwrite)?;
        let mut vault = app.vault(job).await?;
        let mut watch = watch(job);
        let made = vault.back_up(Self::NAME, &out, &mut watch).await?;
        app.wrote(&out);
        Ok(BackedUp {
            path: out.display().to_string(),
            size: made.size,
            sha256: hex::encode(&made.sha256),
            head: made.head.seq,
            missing: made.missing,
        })
    }
}

impl Runs for KeepBackups {
    async fn run(self, app: &App, job: &Job) -> Result<Option<Backup>, Fault> {
        let mut vault = app.vault(job).await?;
        let mut watch = watch(job);
        Ok(vault.keep_backups(&mut watch).await?.map(shown))
    }
}

fn shown(kept: Kept) -> Backup {
    Backup {
        reason: kept.reason.name().into(),
        path: kept.path.display().to_string(),
        at: kept.at,
        head: kept.head,
        size: kept.size,
    }
}

impl Reads for ListBackups {
    async fn read(self, vault: &mut Vault) -> Result<Backups, Fault> {
        let kept = vault.kept_backups()?;
        let ask = ListJournal { call: BackUp::NAME.into(), limit: 1, ..ListJournal::default() };
        let by_hand = vault.read().await?.journal(&ask).await?.lines.into_iter().find(|l| !l.refused);
        let head = vault.head().map_or(0, |h| h.seq);
        // The entry that notes a backup is not in it, and is no change that it lacks.
        let reached = kept.iter().map(|k| k.head).chain(by_hand.iter().map(|l| l.seq)).max();
        let by_hand = by_hand.map(|l| l.at);
        Ok(Backups {
            folder: vault.folder().join(backup::FOLDER).display().to_string(),
            newest: kept.iter().map(|k| k.at).chain(by_hand).max(),
            changes_since: head.saturating_sub(reached.unwrap_or(0)),
            kept: kept.into_iter().map(shown).collect(),
            by_hand,
        })
    }
}

impl Runs for RestoreBackup {
    async fn run(self, _: &App, at: &Job) -> Result<Restored, Fault> {
        let job = at;
        let (path, to) = (PathBuf::from(self.path.trim()), new_folder(&self.to)?);
        let (shown, job) = (to.display().to_string(), job.clone());
        let work = move || backup::restore(&path, &to, &mut bytes(&job));
        let now = at.now().moment();
        let restored = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::internal())?;
        let (list, missing) = restored.map_err(VaultError::from)?;
        let made_at = i64::try_from(list.made_at).ok().and_then(DateTime::from_timestamp_micros).unwrap_or(now);
        Ok(Restored { path: shown, name: list.name, made_at, head: list.seq, missing })
    }
}

fn bytes(job: &Job) -> impl FnMut(u64, u64) -> bool + Send + use<> {
    let (job, stage) = (job.clone(), t!("app.stage_reading"));
    move |done, total| job.step(&stage, done, total).is_ok()
}

impl Runs for CheckBackup {
    async fn run(self, _: &App, job: &Job) -> Result<Verdict, Fault> {
        let path = PathBuf::from(self.path.trim());
        let job = job.clone();
        let work = move || backup::check(&path, &mut bytes(&job));
        let found = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::internal())?;
        match found {
            Ok(list) => Ok(Verdict {
                sound: true,
                checked: vec![t!("app.backup_sound", files = list.parts.len(), name = list.name, head = list.seq)],
                faults: Vec::new(),
            }),
            Err(e) => {
                let fault = Fault::from(VaultError::from(e));
                // Damage is the answer to the question; anything else keeps it from being asked.
                if fault.kind == FaultKind::Damaged {
                    Ok(Verdict { sound: false, checked: Vec::new(), faults: vec![fault.sentence] })
                } else {
                    Err(fault)
                }
            }
        }
    }
}

impl Runs for RescueVault {
    async fn run(self, app: &App, job: &Job) -> Result<Rescued, Fault> {
        let (from, to) = (old_folder(&self.path), new_folder(&self.to)?);
        app.attempts.may_try(&from)?;
        let passphrase = Passphrase::new(self.passphrase.reveal());
        let mut watch = watch(job);
        let saved =
            Vault::rescue(&from, &to, &self.member, &passphrase, &job.now(), &mut watch).await.map_err(Fault::from);
        let saved = app.attempts.tried(&from, saved)?;
        Ok(Rescued { path: to.display().to_string(), saved: saved.saved, lost: saved.lost })
    }
}
