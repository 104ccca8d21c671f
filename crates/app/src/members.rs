//! Members: inviting, roles, deactivating, resetting, taking turns; new keys for the vault.

use crate::{
    app::App,
    handle::{Reads, Runs, Serves},
    job::Job,
};
use conclave_domain::{
    call::{
        Call as _,
        journal::{ListMembers, Member},
        member::{
            ChangeRole, DeactivateMember, InviteMember, NewRecoveryKey, RekeyVault, Rekeyed, ResetMember, SwitchMember,
        },
        session::OpenVaultInfo,
    },
    fault::Fault,
    member,
    secret::Secret,
};
use conclave_vault::{Vault, chain, chosen_passphrase, passphrase::Passphrase};
use uuid::Uuid;

impl Reads for ListMembers {
    async fn read(self, vault: &mut Vault) -> Result<Vec<Member>, Fault> {
        members(vault).await
    }
}

async fn members(vault: &mut Vault) -> Result<Vec<Member>, Fault> {
    let invited = vault.invited();
    let stored = vault.read().await?.members().await?;
    let shown = |m: conclave_vault::store::member::StoredMember| Member {
        fingerprint: chain::fingerprint(&m.signing_key),
        invited: m.active && invited.contains(&m.id),
        id: m.id,
        name: m.name,
        role: m.role.name().into(),
        active: m.active,
        since: m.since,
    };
    Ok(stored.into_iter().map(shown).collect())
}

async fn one(vault: &mut Vault, id: Uuid) -> Result<Member, Fault> {
    member::find(id, &members(vault).await?).cloned()
}

impl Serves for InviteMember {
    async fn serve(self, app: &App, job: &Job) -> Result<Member, Fault> {
        let mut vault = app.vault(job).await?;
        let role = member::check_role(&self.role)?;
        member::check_name(&self.name, &members(&mut vault).await?)?;
        let hints = [vault.name().to_owned(), self.name.clone()];
        let chosen = chosen_passphrase(self.passphrase.reveal(), &[&hints[0], &hints[1]])?;
        let id = vault.invite(Self::NAME, &self.name, role, &chosen).await?;
        one(&mut vault, id).await
    }
}

impl Serves for ChangeRole {
    async fn serve(self, app: &App, job: &Job) -> Result<Member, Fault> {
        let mut vault = app.vault(job).await?;
        let role = member::check_role(&self.role)?;
        let all = members(&mut vault).await?;
        if member::find(self.id, &all)?.role == role.name() {
            return Err(Fault::bad_request(conclave_domain::t!("app.nothing_to_change")));
        }
        // The new role is another one, so an administrator would be none afterwards.
        member::keeps_an_administrator(self.id, &all)?;
        vault.change_role(Self::NAME, self.id, role).await?;
        one(&mut vault, self.id).await
    }
}

impl Serves for DeactivateMember {
    async fn serve(self, app: &App, job: &Job) -> Result<Member, Fault> {
        let mut vault = app.vault(job).await?;
        member::may_deactivate(self.id, vault.actor().id, &members(&mut vault).await?)?;
        vault.deactivate(Self::NAME, self.id).await?;
        one(&mut vault, self.id).await
    }
}

impl Serves for ResetMember {
    async fn serve(self, app: &App, job: &Job) -> Result<Member, Fault> {
        let mut vault = app.vault(job).await?;
        let all = members(&mut vault).await?;
        let name = member::may_reset(self.id, vault.actor().id, &all)?.name.clone();
        let hints = [vault.name().to_owned(), name];
        let chosen = chosen_passphrase(self.passphrase.reveal(), &[&hints[0], &hints[1]])?;
        vault.reset_member(Self::NAME, self.id, &chosen, true).await?;
        one(&mut vault, self.id).await
    }
}

impl Serves for SwitchMember {
    async fn serve(self, app: &App, job: &Job) -> Result<OpenVaultInfo, Fault> {
        app.switch(job, &self.member, &Passphrase::new(self.passphrase.reveal())).await
    }
}

impl Serves for NewRecoveryKey {
    async fn serve(self, app: &App, job: &Job) -> Result<Secret, Fault> {
        let mut vault = app.vault(job).await?;
        let key = vault.new_recovery_key(Self::NAME).await?;
        Ok(Secret::new(key.written().as_str()))
    }
}

impl Runs for RekeyVault {
    async fn run(self, app: &App, job: &Job) -> Result<Rekeyed, Fault> {
        let mut vault = app.vault(job).await?;
        let mut watch = crate::journal::watch(job);
        let (generation, backup) = vault.rekey(Self::NAME, &mut watch).await?;
        Ok(Rekeyed { generation, backup: backup.path.display().to_string() })
    }
}
