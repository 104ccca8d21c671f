//! A vault in a temporary folder and an app that has it open.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use conclave_app::{App, Headless};
use conclave_domain::{
    call::{
        record::{SaveRecord, Saved},
        session::{CreateVault, OpenVault},
    },
    fault::Fault,
    noun::{Body, System},
    secret::Secret,
};
use std::{path::PathBuf, sync::Arc};

pub mod assess;

pub const WORDS: &str = "violet harbour counts nine lanterns";

pub struct Place {
    pub app: App,
    pub folder: PathBuf,
    pub dir: tempfile::TempDir,
    pub recovery: String,
}

/// A fresh vault, perhaps with the sample portfolio.
pub async fn place(sample: bool) -> Place {
    let dir = tempfile::tempdir().unwrap();
    let app = App::new(Arc::new(Headless));
    let call = CreateVault {
        path: dir.path().join("board").display().to_string(),
        organisation: "Meridian".into(),
        member: "Ada Osei".into(),
        passphrase: Secret::new(WORDS),
        sample,
    };
    let created = app.send(call).await.unwrap();
    let folder = PathBuf::from(&created.vault.path);
    Place { app, folder, dir, recovery: created.recovery_key.reveal().to_owned() }
}

impl Place {
    pub async fn save(&self, body: Body) -> Result<Saved, Fault> {
        self.app.send(SaveRecord { id: None, revision: 0, body }).await
    }

    pub async fn system(&self, name: &str) -> Saved {
        self.save(Body::System(System { name: name.into(), ..System::default() })).await.unwrap()
    }

    pub async fn reopen(&self) -> Result<(), Fault> {
        let path = self.folder.display().to_string();
        self.app.send(OpenVault { path, member: String::new(), passphrase: Secret::new(WORDS) }).await.map(|_| ())
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }
}
