//! Vaults of earlier schemas, whose first opening by this program migrates them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use conclave_app::{App, Headless};
use conclave_domain::call::journal::CheckVault;
use conclave_domain::call::session::OpenVault;
use conclave_domain::fault::Fault;
use conclave_domain::secret::Secret;

use crate::outside;
use crate::state::{self, State};

/// The passphrase of every fixture.
const WORDS: &str = "violet harbour counts nine lanterns";

/// The fixtures of `crates/vault/tests/migration.rs`, which says what they are.
pub fn fixtures() -> Vec<PathBuf> {
    let folder = conclave_tests::project().join("crates/vault/tests/fixtures");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "conclave")).collect();
    all.sort();
    all
}

/// Puts a copy of a fixture into a folder, which holds nothing else afterwards.
pub fn copy(fixture: &Path, to: &Path) -> std::io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(fixture)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Opens such a vault; whether it was written anew, or that was put off.
pub async fn open(app: &App, vault: &Path) -> Result<bool, Fault> {
    let call = OpenVault {
        path: vault.display().to_string(),
        member: String::new(),
        passphrase: Secret::new(WORDS.to_owned()),
    };
    let put_off = |notice: &String| notice.contains("could not be written anew yet");
    app.send(call).await.map(|info| !info.notices.iter().any(put_off))
}

/// Opens such a vault, which is then sound and has at least one backup of what it was; all backups beside it are whole and
/// nothing else of evidence lies there. Gives what it holds.
pub async fn look(vault: &Path) -> Result<State, String> {
    let app = App::new(Arc::new(Headless));
    open(&app, vault).await.map_err(|f| format!("does not open: {:?} {f}", f.kind))?;
    let verdict = app.send(CheckVault {}).await.map_err(|f| format!("check: {f}"))?;
    let state = state::read(&app).await.map_err(|f| format!("reading: {f}"))?;
    app.lock().await;
    if !verdict.sound {
        return Err(format!("not sound: {:?}", verdict.faults));
    }
    if outside::kept(vault).is_empty() {
        return Err("migrated without a backup of what it was".to_owned());
    }
    outside::beside(vault, &state, None).await?;
    Ok(state)
}
