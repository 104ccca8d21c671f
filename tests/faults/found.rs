//! The vault that everything begins with.

use std::path::Path;
use std::sync::Arc;

use conclave_app::{App, Headless};
use conclave_domain::call::backup::BackUp;
use conclave_domain::call::evidence::AddEvidence;
use conclave_domain::call::member::{InviteMember, SwitchMember};
use conclave_domain::call::record::{SaveRecord, TrashRecord};
use conclave_domain::call::session::{ChangePassphrase, CreateVault};
use conclave_domain::fault::Fault;
use conclave_domain::noun::{Assessment, Body, System};
use conclave_domain::secret::Secret;

use crate::state::{Slots, words};

/// Who made the vault and works on it.
pub const ADA: &str = "Ada Osei";
/// Who reviews.
pub const BEN: &str = "Ben Abara";
/// The number of Ben's passphrase.
pub const BENS: u64 = 900_000_001;
/// Who is given other roles, resets and the door.
const CORA: (&str, u64) = ("Cora Lind", 900_000_002);

/// The call that creates it, with the passphrase of number 0.
pub fn creating(vault: &Path) -> CreateVault {
    CreateVault {
        path: vault.display().to_string(),
        organisation: "Meridian".into(),
        member: ADA.into(),
        passphrase: Secret::new(words(0)),
        sample: false,
    }
}

/// The passphrases of the other members, as [`found`] leaves them.
pub fn slots() -> Slots {
    [(BEN, BENS), CORA].into_iter().map(|(name, number)| (name.to_owned(), Some(number))).collect()
}

/// A vault as the operations want it: a system, one in the trash, an assessment, evidence, three members, and a backup of it
/// beside the folder.
pub async fn found(vault: &Path) -> Result<(), Fault> {
    let app = App::new(Arc::new(Headless));
    app.send(creating(vault)).await?;
    let save = async |body| app.send(SaveRecord { id: None, revision: 0, body }).await;
    let system = |name: &str| Body::System(System { name: name.into(), owner: "Ada".into(), ..System::default() });
    let subject = Some(save(system("First")).await?.head.id);
    for number in 0..16 {
        let made = save(system(&format!("Old {number}"))).await?.head.id;
        if number % 2 == 0 {
            app.send(TrashRecord { ids: vec![made] }).await?;
        }
    }
    let framework = "ncsc-cisa-2023".into();
    save(Body::Assessment(Assessment { title: "Of the first".into(), subject, framework, ..Assessment::default() }))
        .await?;
    members(&app).await?;
    let beside = |name: &str| vault.with_file_name(name).display().to_string();
    let path = beside("first.upload");
    std::fs::write(&path, crate::outside::content(70_000)).map_err(|_| Fault::internal())?;
    let body = serde_json::Map::from_iter([("title".to_owned(), "Model card".into())]);
    app.send(AddEvidence { id: None, revision: 0, path, body }).await?;
    app.send(BackUp { out: beside("first.conclave-backup"), overwrite: true }).await?;
    app.lock().await;
    Ok(())
}

/// Ben has a passphrase of his own; Cora's is the one that Ada chose for her.
async fn members(app: &App) -> Result<(), Fault> {
    let invite = |name: &str, role: &str, number| InviteMember {
        name: name.into(),
        role: role.into(),
        passphrase: Secret::new(words(number)),
    };
    let first = BENS + 100;
    app.send(invite(BEN, "reviewer", first)).await?;
    app.send(invite(CORA.0, "contributor", CORA.1)).await?;
    app.send(switching(BEN, first)).await?;
    app.send(ChangePassphrase { old: Secret::new(words(first)), new: Secret::new(words(BENS)) }).await?;
    app.send(switching(ADA, 0)).await?;
    Ok(())
}

/// The call by which a member takes over.
pub fn switching(member: &str, number: u64) -> SwitchMember {
    SwitchMember { member: member.into(), passphrase: Secret::new(words(number)) }
}
