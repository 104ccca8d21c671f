//! The vault that everything begins with.

use std::path::Path;
use std::sync::Arc;

use conclave_app::{App, Headless};
use conclave_domain::call::record::{SaveRecord, TrashRecord};
use conclave_domain::call::session::CreateVault;
use conclave_domain::fault::Fault;
use conclave_domain::noun::{Assessment, Body, System};
use conclave_domain::secret::Secret;

use crate::state::words;

/// The call that creates it, with the passphrase of number 0.
pub fn creating(vault: &Path) -> CreateVault {
    CreateVault {
        path: vault.display().to_string(),
        organisation: "Meridian".into(),
        member: "Ada Osei".into(),
        passphrase: Secret::new(words(0)),
        sample: false,
    }
}

/// A vault as the operations want it: a system, one in the trash, an assessment.
pub async fn found(vault: &Path) -> Result<(), Fault> {
    let app = App::new(Arc::new(Headless));
    app.send(creating(vault)).await?;
    let save = async |body| app.send(SaveRecord { id: None, revision: 0, body }).await;
    let system = |name: &str| Body::System(System { name: name.into(), owner: "Ada".into(), ..System::default() });
    let subject = Some(save(system("First")).await?.head.id);
    for number in 0..30 {
        let made = save(system(&format!("Old {number}"))).await?.head.id;
        if number % 2 == 0 {
            app.send(TrashRecord { ids: vec![made] }).await?;
        }
    }
    let framework = "ncsc-cisa-2023".into();
    save(Body::Assessment(Assessment { title: "Of the first".into(), subject, framework, ..Assessment::default() }))
        .await?;
    app.lock().await;
    Ok(())
}
