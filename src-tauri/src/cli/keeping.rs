//! The verbs that keep the vault itself: members, passphrases, new keys, backups, rescue.

use super::{
    ask::Who,
    commands::{open, work},
    print,
};
use clap::Subcommand;
use conclave_app::App;
use conclave_domain::{
    call::{
        backup::{BackUp, CheckBackup, RescueVault, RestoreBackup},
        journal::{ListMembers, Member, Verdict},
        member::{ChangeRole, DeactivateMember, InviteMember, NewRecoveryKey, RekeyVault, ResetMember},
        session::{ChangePassphrase, RecoverVault},
    },
    fault::Fault,
    secret::Secret,
    t,
};

/// What to do with a member.
#[derive(Subcommand)]
pub enum MemberAct {
    /// Invite a member; asks for a first passphrase, which they must replace.
    Invite {
        /// The name.
        name: String,
        /// administrator, chair, reviewer, contributor or auditor.
        #[arg(long)]
        role: String,
    },
    /// Give a member another role.
    Role {
        /// The name.
        name: String,
        /// administrator, chair, reviewer, contributor or auditor.
        role: String,
    },
    /// Deactivate a member: the key slot goes, everything signed stays.
    Deactivate {
        /// The name.
        name: String,
    },
    /// Give a member a new first passphrase; brings a deactivated member back.
    Reset {
        /// The name.
        name: String,
    },
}

pub async fn member(app: &App, who: &Who, vault: String, act: MemberAct) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    let changed = match act {
        MemberAct::Invite { name, role } => {
            app.send(InviteMember { name, role, passphrase: who.new_passphrase()? }).await?
        }
        MemberAct::Role { name, role } => app.send(ChangeRole { id: named(app, &name).await?.id, role }).await?,
        MemberAct::Deactivate { name } => {
            let gone = app.send(DeactivateMember { id: named(app, &name).await?.id }).await?;
            eprintln!("conclave: {}", t!("cli.rekey_next"));
            gone
        }
        MemberAct::Reset { name } => {
            let id = named(app, &name).await?.id;
            app.send(ResetMember { id, passphrase: who.new_passphrase()? }).await?
        }
    };
    print::columns(&[member_line(changed)]);
    Ok(true)
}

/// A member as a line of a table.
pub fn member_line(m: Member) -> Vec<String> {
    let standing = match (m.active, m.invited) {
        (false, _) => t!("cli.member_inactive"),
        (true, true) => t!("cli.member_invited"),
        (true, false) => t!("cli.member_active"),
    };
    vec![m.name, m.role, standing, m.fingerprint]
}

async fn named(app: &App, name: &str) -> Result<Member, Fault> {
    let wanted = name.trim().to_lowercase();
    let found = app.send(ListMembers {}).await?.into_iter().find(|m| m.name.to_lowercase() == wanted);
    found.ok_or_else(|| Fault::invalid_field("member", t!("vault.no_such_member")))
}

pub async fn passphrase(app: &App, who: &Who, vault: String) -> Result<bool, Fault> {
    let old = open(app, who, vault).await?;
    app.send(ChangePassphrase { old, new: who.new_passphrase()? }).await?;
    print::line(&t!("cli.passphrase_changed"));
    Ok(true)
}

pub async fn recover(app: &App, who: &Who, path: String) -> Result<bool, Fault> {
    let recovery_key: Secret = who.recovery_key()?;
    let passphrase = who.new_passphrase()?;
    app.send(RecoverVault { path, member: who.member.clone(), recovery_key, passphrase }).await?;
    print::line(&t!("cli.passphrase_changed"));
    Ok(true)
}

pub async fn rekey(app: &App, who: &Who, vault: String) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    let done = work(app, RekeyVault {}).await?;
    print::line(&t!("cli.rekeyed", generation = done.generation, backup = done.backup));
    Ok(true)
}

pub async fn recovery_key(app: &App, who: &Who, vault: String) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    let key = app.send(NewRecoveryKey {}).await?;
    print::line(&t!("cli.recovery_key", key = key.reveal()));
    Ok(true)
}

pub async fn backup(app: &App, who: &Who, vault: String, out: String, overwrite: bool) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    let done = work(app, BackUp { out, overwrite }).await?;
    print::line(&t!("cli.backed_up", path = done.path, size = done.size, head = done.head));
    print::line(&format!("SHA-256 {}", done.sha256));
    if done.missing > 0 {
        eprintln!("conclave: {}", t!("cli.backup_missing", n = done.missing));
    }
    Ok(true)
}

pub async fn restore(app: &App, path: String, to: String) -> Result<bool, Fault> {
    let done = work(app, RestoreBackup { path, to }).await?;
    let made = done.made_at.format("%Y-%m-%d %H:%M UTC");
    print::line(&t!("cli.restored", name = done.name, path = done.path, made = made, head = done.head));
    if done.missing > 0 {
        eprintln!("conclave: {}", t!("cli.backup_missing", n = done.missing));
    }
    Ok(true)
}

pub async fn check_backup(app: &App, path: String) -> Result<Verdict, Fault> {
    work(app, CheckBackup { path }).await
}

pub async fn rescue(app: &App, who: &Who, path: String, to: String) -> Result<bool, Fault> {
    let passphrase = who.passphrase(false)?;
    let done = work(app, RescueVault { path, to, member: who.member.clone(), passphrase }).await?;
    print::line(&t!("cli.rescued", path = done.path));
    for line in &done.saved {
        print::line(&format!("  · {line}"));
    }
    if !done.lost.is_empty() {
        print::line(&t!("cli.lost"));
        for line in &done.lost {
            print::line(&format!("  ✗ {line}"));
        }
    }
    Ok(done.lost.is_empty())
}
