//! The app: at most one open vault, who is acting on it, and when it locks.

use crate::{attempts::Attempts, clock::Watch, host::Host, job::Job, preferences::Preferences, ticket::Ticket};
use chrono::{DateTime, Utc};
use conclave_domain::{
    call::session::OpenVaultInfo,
    fault::Fault,
    permission::{Permission, Standing},
    t,
    time::Now,
};
use conclave_vault::{Vault, passphrase::Passphrase};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{MappedMutexGuard, MutexGuard};

/// The state behind all calls.
pub struct App {
    pub(crate) host: Arc<dyn Host>,
    open: tokio::sync::Mutex<Option<Open>>,
    /// The ticket of what is open, to be had without waiting for the vault.
    ticket: Mutex<Option<Ticket>>,
    pub(crate) preferences: Mutex<Preferences>,
    /// Files that this run wrote: the only ones that it opens with other programs.
    written: Mutex<HashSet<PathBuf>>,
    pub(crate) attempts: Attempts,
    active: Mutex<Instant>,
    /// After how many idle minutes it locks; 0 never.
    idle_minutes: AtomicU32,
    /// When the backups were last looked at.
    looked: Mutex<Option<Instant>>,
    /// Notices when the clock is set back.
    watch: Mutex<Watch>,
}

/// An open vault with its ticket.
struct Open {
    vault: Vault,
    ticket: Ticket,
}

/// The open vault, held by one call.
pub(crate) type Held<'a> = MappedMutexGuard<'a, Vault>;

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
            open: tokio::sync::Mutex::new(None),
            ticket: Mutex::default(),
            preferences: Mutex::new(preferences),
            written: Mutex::default(),
            attempts: Attempts::default(),
            active: Mutex::new(Instant::now()),
            idle_minutes: AtomicU32::new(0),
            looked: Mutex::default(),
            watch: Mutex::default(),
        }
    }

    /// What time it is: asked once per call.
    pub(crate) fn now(&self) -> Now {
        let now = self.host.now();
        lock(&self.watch).look(&now);
        now
    }

    /// Tells a vault the time of the call that it is to serve.
    fn tell(&self, vault: &mut Vault, now: Now) {
        vault.tell(now);
        if let Some(by) = lock(&self.watch).take() {
            vault.note_set_back(by);
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
        let Ok(mut guard) = self.open.try_lock() else { return false };
        self.end(&mut guard).await
    }

    /// The ticket of the open vault.
    pub(crate) fn ticket(&self) -> Option<Ticket> {
        *lock(&self.ticket)
    }

    /// The open vault for a call, told the time of the call.
    ///
    /// # Errors
    /// No vault is open; or the call belongs to an opening or a member that is over.
    pub(crate) async fn vault(&self, job: &Job) -> Result<Held<'_>, Fault> {
        let mut guard = self.open.lock().await;
        let open = guard.as_mut().ok_or_else(Fault::locked)?;
        if job.ticket() != Some(open.ticket) {
            return Err(Fault::stale());
        }
        self.tell(&mut open.vault, job.now());
        MutexGuard::try_map(guard, |open| open.as_mut().map(|o| &mut o.vault)).map_err(|_| Fault::locked())
    }

    /// Whether the opening lasts that the call belongs to.
    ///
    /// # Errors
    /// As [`Self::vault`].
    pub(crate) async fn still(&self, job: &Job) -> Result<(), Fault> {
        self.vault(job).await.map(drop)
    }

    /// The vault that is open, if one is, whoever asks: for what shows where the session stands.
    pub(crate) async fn whatever_is_open(&self, now: Now) -> Option<(Held<'_>, Ticket)> {
        let mut guard = self.open.lock().await;
        let open = guard.as_mut()?;
        self.tell(&mut open.vault, now);
        let ticket = open.ticket;
        MutexGuard::try_map(guard, |open| open.as_mut().map(|o| &mut o.vault)).ok().map(|held| (held, ticket))
    }

    /// The same without waiting: `None` also while something else is going on.
    pub(crate) fn idle_vault(&self, now: Now) -> Option<Held<'_>> {
        let mut guard = self.open.try_lock().ok()?;
        self.tell(&mut guard.as_mut()?.vault, now);
        MutexGuard::try_map(guard, |open| open.as_mut().map(|o| &mut o.vault)).ok()
    }

    /// Lets another member take over. What the member before had begun is over from the same moment on.
    ///
    /// # Errors
    /// As [`Self::vault`]; wrong passphrase; no such member. The acting member stays then.
    pub(crate) async fn switch(
        &self,
        job: &Job,
        member: &str,
        passphrase: &Passphrase,
    ) -> Result<OpenVaultInfo, Fault> {
        let mut guard = self.open.lock().await;
        let open = guard.as_mut().ok_or_else(Fault::locked)?;
        if job.ticket() != Some(open.ticket) {
            return Err(Fault::stale());
        }
        self.tell(&mut open.vault, job.now());
        let folder = open.vault.folder().to_owned();
        self.attempts.may_try(&folder)?;
        let switched = open.vault.switch(member, passphrase).await;
        self.attempts.tried(&folder, switched.map_err(Fault::from))?;
        upgrade(&mut open.vault, job).await;
        open.ticket = Ticket::draw();
        *lock(&self.ticket) = Some(open.ticket);
        let info = describe(&mut open.vault, open.ticket).await?;
        lock(&self.preferences).remember(&info.path, &info.name, &info.member);
        self.keep_preferences();
        Ok(info)
    }

    /// Makes the day's backup if one is due, when nothing else is going on. The shell calls this every few seconds; it looks
    /// at the folder at most once in a while. Gives whether one was made.
    pub async fn keep_backups_if_due(&self) -> bool {
        let Some(mut vault) = self.idle_vault(self.now()) else { return false };
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

    /// Locks the vault, if one is open; work under way ends first. Gives whether one was open.
    pub async fn lock(&self) -> bool {
        let mut guard = self.open.lock().await;
        self.end(&mut guard).await
    }

    /// Ends an opening. The vault is closed before anybody else can open it.
    async fn end(&self, open: &mut Option<Open>) -> bool {
        *lock(&self.ticket) = None;
        match open.take() {
            Some(open) => {
                open.vault.close().await;
                true
            }
            None => false,
        }
    }

    /// Puts a vault that was just opened in its place and describes it. What an older program wrote otherwise is written anew
    /// now, if the member may.
    pub(crate) async fn adopt(&self, mut vault: Vault, job: &Job) -> Result<OpenVaultInfo, Fault> {
        // An opening compares the clock with the journal itself.
        lock(&self.watch).take();
        upgrade(&mut vault, job).await;
        let ticket = Ticket::draw();
        let info = describe(&mut vault, ticket).await?;
        self.idle_minutes.store(info.auto_lock_minutes, Ordering::Relaxed);
        self.touch();
        *lock(&self.looked) = None;
        lock(&self.preferences).remember(&info.path, &info.name, &info.member);
        self.keep_preferences();
        let mut guard = self.open.lock().await;
        self.end(&mut guard).await;
        *guard = Some(Open { vault, ticket });
        *lock(&self.ticket) = Some(ticket);
        Ok(info)
    }

    /// The calendar day of a moment where the person sits.
    pub fn day_of(&self, moment: DateTime<Utc>) -> chrono::NaiveDate {
        self.now().day_of(moment)
    }

    /// The local day: the shell tells the window when it changes.
    pub fn today(&self) -> chrono::NaiveDate {
        self.now().day()
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

/// Under which name the journal knows the upgrade act.
const UPGRADE: &str = "vault.upgrade";

/// Writes anew what an older program wrote otherwise, if the member may; others read it as it is.
async fn upgrade(vault: &mut Vault, job: &Job) {
    if vault.is_outdated()
        && !vault.must_change()
        && Permission::Upgrade.check(vault.role()).is_ok()
        && let Err(error) = vault.upgrade(UPGRADE, &mut crate::journal::watch(job)).await
    {
        // Reading and writing work before it: a full disk is no reason to keep people out.
        tracing::warn!(%error, "upgrade");
        vault.notice(t!("vault.upgrade_put_off", why = Fault::from(error).sentence));
    }
}

/// What is known of an open vault.
pub(crate) async fn describe(vault: &mut Vault, ticket: Ticket) -> Result<OpenVaultInfo, Fault> {
    let role = vault.role();
    let mut reader = vault.read().await?;
    let (charter, members) = (reader.charter().await?, reader.active_members().await?);
    let may = Standing { role, charter: &charter, members }.all();
    Ok(OpenVaultInfo {
        path: vault.folder().display().to_string(),
        name: vault.name().to_owned(),
        organisation: charter.organisation,
        member: vault.actor().name.clone(),
        member_id: vault.actor().id,
        role: role.name().to_owned(),
        may,
        ticket: ticket.to_string(),
        auto_lock_minutes: charter.auto_lock_minutes,
        must_change: vault.must_change(),
        notices: vault.notices().to_vec(),
    })
}

#[cfg(feature = "cheap-kdf")]
impl App {
    /// Makes the acting member act in another role: only for the test of the permission table.
    pub async fn act_as(&self, role: conclave_domain::permission::Role) {
        if let Some((mut vault, _)) = self.whatever_is_open(self.now()).await {
            vault.act_as(role);
        }
    }

    /// The ticket of what is open, as the window would name it: only for tests.
    pub fn ticket_now(&self) -> String {
        self.ticket().map(|t| t.to_string()).unwrap_or_default()
    }
}
