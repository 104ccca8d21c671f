//! The app: at most one open vault, who is acting on it, and when it locks.

use crate::{attempts::Attempts, host::Host, preferences::Preferences};
use conclave_domain::{call::session::OpenVaultInfo, fault::Fault};
use conclave_vault::Vault;
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// The state behind all calls.
pub struct App {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) vault: tokio::sync::Mutex<Option<Vault>>,
    pub(crate) preferences: Mutex<Preferences>,
    /// Files that this run wrote: the only ones that it opens with other programs.
    written: Mutex<HashSet<PathBuf>>,
    pub(crate) attempts: Attempts,
    active: Mutex<Instant>,
    /// After how many idle minutes it locks; 0 never.
    idle_minutes: AtomicU32,
    /// When the backups were last looked at.
    looked: Mutex<Option<Instant>>,
}

/// How long after a look at the backups the next one follows.
const LOOK_AGAIN: Duration = Duration::from_secs(10 * 60);

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic elsewhere does not make this state wrong: each holder leaves it whole.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl App {
    /// An app without an open vault.
    pub fn new(host: Arc<dyn Host>) -> Self {
        let preferences = Preferences::read(host.preferences_file().as_deref());
        conclave_domain::text::set_pseudo_locale(preferences.shown.language == "pseudo");
        Self {
            host,
            vault: tokio::sync::Mutex::new(None),
            preferences: Mutex::new(preferences),
            written: Mutex::default(),
            attempts: Attempts::default(),
            active: Mutex::new(Instant::now()),
            idle_minutes: AtomicU32::new(0),
            looked: Mutex::default(),
        }
    }

    /// Says that somebody is there.
    pub(crate) fn touch(&self) {
        *lock(&self.active) = Instant::now();
    }

    /// Locks the vault if nobody was there for as long as the charter says. Gives whether it did. The shell calls this
    /// every few seconds; work that is under way counts as presence.
    pub async fn lock_if_idle(&self) -> bool {
        let minutes = self.idle_minutes.load(Ordering::Relaxed);
        if minutes == 0 || lock(&self.active).elapsed() < Duration::from_secs(u64::from(minutes) * 60) {
            return false;
        }
        let Ok(mut guard) = self.vault.try_lock() else { return false };
        match guard.take() {
            Some(vault) => {
                vault.close().await;
                true
            }
            None => false,
        }
    }

    /// Makes the day's backup if one is due, when nothing else is going on. The shell calls this every few seconds; it looks
    /// at the folder at most once in a while. Gives whether one was made.
    pub async fn keep_backups_if_due(&self) -> bool {
        let Ok(mut guard) = self.vault.try_lock() else { return false };
        let Some(vault) = guard.as_mut() else { return false };
        if vault.must_change() || lock(&self.looked).is_some_and(|at| at.elapsed() < LOOK_AGAIN) {
            return false;
        }
        *lock(&self.looked) = Some(Instant::now());
        match vault.keep_backups(&mut |_| true).await {
            Ok(made) => made.is_some(),
            Err(error) => {
                tracing::error!(%error, "daily backup");
                false
            }
        }
    }

    /// Locks the vault because the person went away. Gives whether one was open. Work under way ends first.
    pub async fn lock_now(&self) -> bool {
        let open = self.vault.lock().await.take();
        match open {
            Some(vault) => {
                vault.close().await;
                true
            }
            None => false,
        }
    }

    /// Locks the vault, if one is open.
    pub async fn lock(&self) {
        if let Some(vault) = self.vault.lock().await.take() {
            vault.close().await;
        }
    }

    /// Puts a vault that was just opened in its place and describes it.
    pub(crate) async fn adopt(&self, mut vault: Vault) -> Result<OpenVaultInfo, Fault> {
        let info = describe(&mut vault).await?;
        self.idle_minutes.store(info.auto_lock_minutes, Ordering::Relaxed);
        self.touch();
        *lock(&self.looked) = None;
        lock(&self.preferences).remember(&info.path, &info.name, &info.member);
        self.keep_preferences();
        *self.vault.lock().await = Some(vault);
        Ok(info)
    }

    pub(crate) fn set_idle_minutes(&self, minutes: u32) {
        self.idle_minutes.store(minutes, Ordering::Relaxed);
    }

    pub(crate) fn keep_preferences(&self) {
        if let Some(path) = self.host.preferences_file() {
            lock(&self.preferences).write(&path);
        }
    }

    /// Notes a file that a job wrote.
    pub(crate) fn wrote(&self, path: &Path) {
        lock(&self.written).insert(path.to_owned());
    }

    pub(crate) fn has_written(&self, path: &Path) -> bool {
        lock(&self.written).contains(path)
    }
}

/// What is known of an open vault.
pub(crate) async fn describe(vault: &mut Vault) -> Result<OpenVaultInfo, Fault> {
    let charter = vault.read().await?.charter().await?;
    Ok(OpenVaultInfo {
        path: vault.folder().display().to_string(),
        name: vault.name().to_owned(),
        organisation: charter.organisation,
        member: vault.actor().name.clone(),
        member_id: vault.actor().id,
        role: vault.role().name().to_owned(),
        auto_lock_minutes: charter.auto_lock_minutes,
        must_change: vault.must_change(),
        notices: vault.notices().to_vec(),
    })
}

#[cfg(feature = "cheap-kdf")]
impl App {
    /// Makes the acting member act in another role: only for the test of the permission table.
    pub async fn act_as(&self, role: conclave_domain::permission::Role) {
        if let Some(vault) = self.vault.lock().await.as_mut() {
            vault.act_as(role);
        }
    }
}
