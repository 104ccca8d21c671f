//! The changes about members, keys and backups that are interrupted.

use std::path::PathBuf;

use chrono::{Days, NaiveDateTime};
use conclave_domain::call::backup::{BackUp, KeepBackups, RestoreBackup};
use conclave_domain::call::member::{
    ChangeRole, DeactivateMember, InviteMember, NewRecoveryKey, RekeyVault, ResetMember,
};
use conclave_domain::call::session::ChangePassphrase;
use conclave_domain::secret::Secret;
use uuid::Uuid;

use crate::found::{ADA, BEN};
use crate::operations::{Plan, Worker, one};
use crate::outside::{head, kept};
use crate::state::{Facts, PASSPHRASE, seat, words};

const ROLES: [&str; 5] = ["administrator", "chair", "reviewer", "contributor", "auditor"];
/// How a moment stands in the name of a kept backup.
const MOMENT: &str = "%Y%m%dT%H%M%SZ";

impl Worker {
    /// A number for a passphrase of this run.
    fn number(&mut self) -> u64 {
        self.count += 1;
        self.run * 1_000 + self.count
    }

    /// Somebody whom the others do not depend on: name, id, role, whether active.
    fn somebody(&mut self, active: Option<bool>) -> Option<(String, Uuid, String, bool)> {
        let fits = |name: &str, now: bool| ![ADA, BEN].contains(&name) && active.is_none_or(|wanted| wanted == now);
        let all = self.state.members.iter().filter(|(name, (.., now))| fits(name, *now));
        let all: Vec<_> = all.map(|(name, (id, role, now))| (name.clone(), *id, role.clone(), *now)).collect();
        all.get(self.dice.below(all.len().max(1))).cloned()
    }

    /// Backups to files of their own, the oldest first.
    fn backups(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.files).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut all: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|e| e == "conclave-backup")).collect();
        all.sort_by_key(|path| path.metadata().and_then(|m| m.modified()).ok());
        all
    }
}

pub fn passphrase(worker: &mut Worker) -> Option<Plan> {
    let (old, new) = (worker.passphrase, worker.number());
    let change = ChangePassphrase { old: Secret::new(words(old)), new: Secret::new(words(new)) };
    let plan = Plan::new(one(PASSPHRASE.into(), new.to_string()), |app| {
        Box::pin(async move { app.send(change).await.map(|()| Facts::new()) })
    })?;
    // Replacing the header confirms the change, so that its entry may stand without it.
    Some(plan.telling(|attempt| (attempt.header, attempt.by_header) = (true, true)))
}

pub fn invite(worker: &mut Worker) -> Option<Plan> {
    let (name, number) = (worker.fresh("Abara"), worker.number());
    let call = InviteMember { name: name.clone(), role: "reviewer".into(), passphrase: Secret::new(words(number)) };
    let plan = Plan::new(one(format!("member {name}"), seat("reviewer", true)), |app| {
        Box::pin(async move { app.send(call).await.map(|_| Facts::new()) })
    })?;
    Some(plan.telling(|attempt| (attempt.header, attempt.slot) = (true, Some((name, Some(number))))))
}

/// Among the roles is the one that may grant keys.
pub fn role(worker: &mut Worker) -> Option<Plan> {
    let (name, id, now, active) = worker.somebody(None)?;
    let others: Vec<&str> = ROLES.into_iter().filter(|role| *role != now).collect();
    let role = others[worker.dice.below(others.len())];
    let call = ChangeRole { id, role: role.into() };
    Plan::new(one(format!("member {name}"), seat(role, active)), |app| {
        Box::pin(async move { app.send(call).await.map(|_| Facts::new()) })
    })
}

pub fn deactivate(worker: &mut Worker) -> Option<Plan> {
    let (name, id, role, _) = worker.somebody(Some(true))?;
    let plan = Plan::new(one(format!("member {name}"), seat(&role, false)), move |app| {
        Box::pin(async move { app.send(DeactivateMember { id }).await.map(|_| Facts::new()) })
    })?;
    Some(plan.telling(|attempt| (attempt.header, attempt.slot) = (true, Some((name, None)))))
}

/// A forgotten passphrase, or a member who comes back.
pub fn reset(worker: &mut Worker) -> Option<Plan> {
    let ((name, id, role, _), number) = (worker.somebody(None)?, worker.number());
    let call = ResetMember { id, passphrase: Secret::new(words(number)) };
    let plan = Plan::new(one(format!("member {name}"), seat(&role, true)), |app| {
        Box::pin(async move { app.send(call).await.map(|_| Facts::new()) })
    })?;
    Some(plan.telling(|attempt| (attempt.header, attempt.slot) = (true, Some((name, Some(number))))))
}

pub fn recovery_key(_: &mut Worker) -> Option<Plan> {
    let plan = Plan::new(Facts::new(), |app| {
        Box::pin(async move { app.send(NewRecoveryKey {}).await.map(|_| Facts::new()) })
    })?;
    Some(plan.telling(|attempt| attempt.header = true))
}

pub fn backup(worker: &mut Worker) -> Option<Plan> {
    // Evidence makes them large; the newest few are enough to restore from.
    if let [oldest, _, _, ..] = worker.backups().as_slice() {
        std::fs::remove_file(oldest).ok()?;
    }
    let name = worker.fresh("kept");
    let path = worker.files.join(format!("{name}.conclave-backup"));
    let call = BackUp { out: path.display().to_string(), overwrite: false };
    let plan = Plan::new(Facts::new(), |app| Box::pin(async move { app.send(call).await.map(|_| Facts::new()) }))?;
    Some(plan.telling(|attempt| attempt.backup = Some(path)))
}

/// The day's backup, if something changed since the last one. To the vault it is as if another day had begun.
pub fn keep(worker: &mut Worker) -> Option<Plan> {
    let all = kept(&worker.vault);
    if all.iter().filter_map(|path| head(path)).max() == Some(worker.state.head) {
        return None;
    }
    for path in all {
        let name = path.file_name()?.to_str()?;
        let moment = name.split('-').nth(1)?;
        let before = NaiveDateTime::parse_from_str(moment, MOMENT).ok()?.checked_sub_days(Days::new(1))?;
        let older = name.replace(moment, &before.format(MOMENT).to_string());
        std::fs::rename(&path, path.with_file_name(older)).ok()?;
    }
    let plan = Plan::new(Facts::new(), |app| {
        Box::pin(async move {
            let made = app.send(KeepBackups {}).await?;
            made.map(|_| Facts::new()).ok_or_else(conclave_domain::fault::Fault::internal)
        })
    })?;
    Some(plan.telling(|attempt| (attempt.keeps, attempt.entries) = (true, 0)))
}

/// One of the backups, kept or to a file, into a folder of its own. This changes nothing in the vault.
pub fn restored(worker: &mut Worker) -> Option<Plan> {
    let mut all = worker.backups();
    all.extend(kept(&worker.vault));
    let path = all.get(worker.dice.below(all.len().max(1)))?.display().to_string();
    let name = worker.fresh("restored");
    let to = worker.files.join(format!("{name}.conclave"));
    let call = RestoreBackup { path, to: to.display().to_string() };
    let plan = Plan::new(Facts::new(), |app| Box::pin(async move { app.send(call).await.map(|_| Facts::new()) }))?;
    Some(plan.telling(|attempt| (attempt.restores, attempt.entries) = (Some(to), 0)))
}

/// The header that points to the next generation confirms it, and the entry lies in that generation.
pub fn rekey(_: &mut Worker) -> Option<Plan> {
    let plan =
        Plan::new(Facts::new(), |app| Box::pin(async move { app.send(RekeyVault {}).await.map(|_| Facts::new()) }))?;
    Some(plan.telling(|attempt| attempt.header = true))
}
