//! A vault of an older program meets this one: it is written anew at its first opening, and if that cannot be, it opens all the same.
#![allow(clippy::unwrap_used)]

use conclave_app::{App, Headless};
use conclave_domain::{
    call::{
        journal::{CheckVault, ListJournal},
        record::{ListRecords, SaveRecord},
        session::{LockVault, OpenVault, OpenVaultInfo},
    },
    kind::Kind,
    noun::{Body, System},
    secret::Secret,
};
use std::{fs, path::Path, sync::Arc};

/// What opens the kept vaults.
const WORDS: &str = "violet harbour counts nine lanterns";

/// A copy of the vault that the program before this one wrote.
fn older(to: &Path) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vault/tests/fixtures/schema-3.conclave");
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(fixture).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

async fn open(app: &App, folder: &Path) -> OpenVaultInfo {
    let path = folder.display().to_string();
    app.send(OpenVault { path, member: String::new(), passphrase: Secret::new(WORDS) }).await.unwrap()
}

async fn upgrades(app: &App) -> u64 {
    let ask = ListJournal { call: "vault.upgrade".into(), limit: 1, ..ListJournal::default() };
    app.send(ask).await.unwrap().total
}

#[tokio::test]
async fn an_older_vault_is_written_anew_once_at_its_first_opening() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("board.conclave");
    older(&folder);
    let app = App::new(Arc::new(Headless));
    assert_eq!(open(&app, &folder).await.notices, Vec::<String>::new());
    assert_eq!(upgrades(&app).await, 1);
    app.send(LockVault {}).await.unwrap();
    open(&app, &folder).await;
    assert_eq!(upgrades(&app).await, 1);
    assert_eq!(app.send(CheckVault {}).await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_vault_that_cannot_be_written_anew_yet_opens_says_so_and_works() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("board.conclave");
    older(&folder);
    // No backup can be made here, and without one nothing is written anew.
    fs::write(folder.join("backups"), "a file in the place of the folder").unwrap();
    let app = App::new(Arc::new(Headless));
    let info = open(&app, &folder).await;
    assert!(info.notices.iter().any(|n| n.contains("could not be written anew yet")), "{:?}", info.notices);
    assert_eq!(upgrades(&app).await, 0);
    let ask = ListRecords { kind: Kind::System, limit: 50, ..ListRecords::default() };
    assert_eq!(app.send(ask).await.unwrap().total, 10);
    let body = Body::System(System { name: "Entered before the upgrade".into(), ..System::default() });
    app.send(SaveRecord { id: None, revision: 0, body }).await.unwrap();
    assert_eq!(app.send(CheckVault {}).await.unwrap().faults, Vec::<String>::new());
    app.send(LockVault {}).await.unwrap();
    fs::remove_file(folder.join("backups")).unwrap();
    assert_eq!(open(&app, &folder).await.notices, Vec::<String>::new());
    assert_eq!(upgrades(&app).await, 1);
    assert_eq!(app.send(CheckVault {}).await.unwrap().faults, Vec::<String>::new());
}
