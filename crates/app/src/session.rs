//! The session: creating, opening, locking, passphrases, preferences, files, drafts.

use crate::{
    app::{App, describe, lock},
    handle::{Runs, Serves},
    job::Job,
    sample,
};
use conclave_domain::{
    call::session::{
        ChangePassphrase, ChooseFile, CreateVault, Created, GetDraft, GetStatus, KeepDraft, LockVault, OpenFile,
        OpenVault, OpenVaultInfo, Peek, PeekVault, RateStrength, RecoverVault, SavePreferences, Status, StayAwake,
        Strength,
    },
    fault::{Fault, FieldFault},
    field::FIELD_LIMIT,
    secret::Secret,
    t, text,
};
use conclave_vault::{
    NewVaultSpec, Vault, chosen_passphrase,
    passphrase::{self, MIN_CHARS, MIN_SCORE, Passphrase, recovery::RecoveryKey},
};
use std::path::PathBuf;

/// What a vault's folder is called at its end.
const ENDING: &str = "conclave";
/// Forms of one member that are kept at the same time are small; one draft may hold a few long fields.
const DRAFT_LIMIT: usize = 4 * FIELD_LIMIT;

impl Serves for GetStatus {
    async fn serve(self, app: &App, job: &Job) -> Result<Status, Fault> {
        let vault = match app.whatever_is_open(job.now()).await {
            Some((mut vault, ticket)) => Some(describe(&mut vault, ticket).await?),
            None => None,
        };
        let preferences = lock(&app.preferences);
        let recent = preferences.recent();
        Ok(Status {
            vault,
            last: recent.iter().find(|r| r.present).map(|r| r.path.clone()),
            recent,
            preferences: preferences.shown.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            home: app.host.documents().display().to_string(),
            today: job.now().day(),
        })
    }
}

impl Serves for SavePreferences {
    async fn serve(self, app: &App, _: &Job) -> Result<(), Fault> {
        text::set_pseudo_locale(self.preferences.language == "pseudo");
        lock(&app.preferences).shown = self.preferences;
        app.keep_preferences();
        Ok(())
    }
}

/// The folder that a person meant: what they typed, with the ending that vaults have.
pub(crate) fn new_folder(typed: &str) -> Result<PathBuf, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Fault::invalid_field("path", t!("app.path_missing")));
    }
    let path = PathBuf::from(typed);
    // "." or "/" names a folder that is there, not one to be made.
    let Some(name) = path.file_name() else { return Err(Fault::invalid_field("path", t!("app.path_no_name"))) };
    let path = path.with_file_name(name);
    if crate::packs::inside_a_vault(&path) {
        return Err(Fault::invalid_field("path", t!("app.vault_in_vault")));
    }
    if path.extension().is_some_and(|e| e == ENDING) {
        return Ok(path);
    }
    let mut name = path.into_os_string();
    name.push(".");
    name.push(ENDING);
    Ok(name.into())
}

/// The folder of a vault that a person means: what they typed or, where that is not there, with the ending that vaults have.
pub(crate) fn old_folder(typed: &str) -> PathBuf {
    let path = PathBuf::from(typed.trim());
    match new_folder(typed) {
        Ok(ended) if !path.exists() && ended.exists() => ended,
        _ => path,
    }
}

impl Runs for CreateVault {
    async fn run(self, app: &App, job: &Job) -> Result<Created, Fault> {
        let folder = new_folder(&self.path)?;
        let mut faults = Vec::new();
        for (key, value) in [("organisation", &self.organisation), ("member", &self.member)] {
            if value.trim().is_empty() {
                faults.push(FieldFault::new(key, t!("app.name_missing")));
            }
        }
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        let chosen = chosen_passphrase(self.passphrase.reveal(), &[&self.organisation, &self.member])?;
        app.lock().await;
        job.step(&t!("app.stage_keys"), 0, 0)?;
        let spec = NewVaultSpec {
            folder: &folder,
            organisation: &self.organisation,
            member: &self.member,
            passphrase: &chosen,
        };
        // The history of the sample lies in the past, and its vault was founded before it.
        let founded = if self.sample { sample::begun(&job.now()) } else { job.now() };
        let (mut vault, recovery) = Vault::create(spec, &founded).await?;
        if self.sample
            && let Err(fault) = sample::load(&mut vault, job).await
        {
            vault.close().await;
            // The folder was made a moment ago and holds nothing of the person's.
            let _ = std::fs::remove_dir_all(&folder);
            return Err(fault);
        }
        let recovery_key = Secret::new(recovery.written().as_str());
        let vault = app.adopt(vault, job).await?;
        Ok(Created { vault, recovery_key })
    }
}

impl Serves for PeekVault {
    async fn serve(self, _: &App, _: &Job) -> Result<Peek, Fault> {
        let found = Vault::peek(&old_folder(&self.path))?;
        Ok(Peek { name: found.name, members: found.members })
    }
}

impl Serves for OpenVault {
    async fn serve(self, app: &App, job: &Job) -> Result<OpenVaultInfo, Fault> {
        let folder = old_folder(&self.path);
        app.lock().await;
        let member = if self.member.is_empty() { lock(&app.preferences).last_member(&self.path) } else { self.member };
        app.attempts.may_try(&folder)?;
        let opened = Vault::open(&folder, &member, &Passphrase::new(self.passphrase.reveal()), &job.now()).await;
        let vault = app.attempts.tried(&folder, opened.map_err(Fault::from))?;
        app.adopt(vault, job).await
    }
}

impl Serves for RecoverVault {
    async fn serve(self, app: &App, job: &Job) -> Result<OpenVaultInfo, Fault> {
        let key = RecoveryKey::parse(self.recovery_key.reveal())
            .map_err(|e| Fault::invalid_field("recovery_key", t!("vault.recovery_wrong", why = e)))?;
        let chosen = chosen_passphrase(self.passphrase.reveal(), &[&self.member])?;
        app.lock().await;
        let folder = old_folder(&self.path);
        app.attempts.may_try(&folder)?;
        let recovered = Vault::recover(&folder, &self.member, &key, &chosen, &job.now()).await;
        let vault = app.attempts.tried(&folder, recovered.map_err(Fault::from))?;
        app.adopt(vault, job).await
    }
}

impl Serves for LockVault {
    async fn serve(self, app: &App, _: &Job) -> Result<(), Fault> {
        app.lock().await;
        Ok(())
    }
}

impl Serves for ChangePassphrase {
    async fn serve(self, app: &App, job: &Job) -> Result<(), Fault> {
        let mut vault = app.vault(job).await?;
        let hints = [vault.name().to_owned(), vault.actor().name.clone()];
        // Above all the first one, which somebody else chose, is not replaced by itself.
        if self.new == self.old {
            return Err(Fault::invalid_field("new", t!("app.same_passphrase")));
        }
        let chosen = chosen_passphrase(self.new.reveal(), &[&hints[0], &hints[1]]).map_err(|f| {
            Fault::invalid_field("new", f.fields.first().map(|f| f.sentence.clone()).unwrap_or(f.sentence))
        })?;
        let folder = vault.folder().to_owned();
        app.attempts.may_try(&folder)?;
        let changed = vault.change_passphrase(&Passphrase::new(self.old.reveal()), &chosen).await;
        app.attempts.tried(&folder, changed.map_err(Fault::from))
    }
}

impl Serves for RateStrength {
    async fn serve(self, _: &App, _: &Job) -> Result<Strength, Fault> {
        let typed = self.passphrase.reveal();
        let hints: Vec<&str> = self.hints.iter().map(String::as_str).filter(|h| !h.is_empty()).collect();
        let found = passphrase::strength(&Passphrase::new(typed), &hints);
        let long_enough = typed.chars().count() >= MIN_CHARS;
        let accepted = long_enough && found.score >= MIN_SCORE;
        let sentence = |code: &str| text::look_up(&format!("passphrase.{code}"));
        let mut advice: Vec<String> = Vec::new();
        if !long_enough {
            advice.push(t!("vault.refused_short", n = MIN_CHARS));
        }
        advice.extend(found.warning.as_ref().and_then(|w| sentence(w.code())));
        advice.extend(found.suggestions.iter().filter_map(|s| sentence(s.code())).take(2));
        Ok(Strength { score: found.score, accepted, advice: advice.join(" ") })
    }
}

impl Serves for ChooseFile {
    async fn serve(self, app: &App, _: &Job) -> Result<Option<String>, Fault> {
        let host = app.host.clone();
        let chosen = tokio::task::spawn_blocking(move || host.choose(&self.purpose, &self.suggested)).await;
        app.touch();
        Ok(chosen.ok().flatten().map(|p| p.display().to_string()))
    }
}

impl Serves for OpenFile {
    async fn serve(self, app: &App, _: &Job) -> Result<(), Fault> {
        let path = PathBuf::from(&self.path);
        // Only what this program wrote in this run: nothing else is handed to other programs.
        if !app.has_written(&path) {
            return Err(Fault::bad_request(t!("app.not_ours")));
        }
        app.host.open(&path, self.in_folder).map_err(|e| Fault::unreadable(&self.path, e.kind()))
    }
}

impl Serves for KeepDraft {
    async fn serve(self, app: &App, job: &Job) -> Result<(), Fault> {
        if self.body.len() > DRAFT_LIMIT || self.key.len() > 200 {
            return Err(Fault::bad_request(t!("app.draft_too_long")));
        }
        let mut vault = app.vault(job).await?;
        Ok(vault.keep_draft(&self.key, &self.body).await?)
    }
}

impl Serves for GetDraft {
    async fn serve(self, app: &App, job: &Job) -> Result<Option<String>, Fault> {
        let mut vault = app.vault(job).await?;
        Ok(vault.draft(&self.key).await?)
    }
}

impl Serves for StayAwake {
    async fn serve(self, app: &App, job: &Job) -> Result<(), Fault> {
        app.touch();
        if let Some(mut vault) = app.idle_vault(job.now()) {
            // The charter may have changed since the vault was opened.
            let charter = vault.read().await?.charter().await?;
            app.set_idle_minutes(charter.auto_lock_minutes);
        }
        Ok(())
    }
}
