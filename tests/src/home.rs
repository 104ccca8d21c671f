//! A person's folders, made for one test and removed after it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

/// A private home: preferences, caches, logs and vaults of one test. Clones share it; the last one removes it.
#[derive(Clone, Debug)]
pub struct Home {
    folder: Arc<TempDir>,
}

impl Home {
    /// Makes an empty one.
    ///
    /// # Panics
    /// If the folder for temporary files cannot be written to.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let folder = match tempfile::Builder::new().prefix("conclave-").tempdir() {
            Ok(folder) => Self { folder: Arc::new(folder) },
            Err(error) => panic!("no temporary folder could be made: {error}."),
        };
        for (_, path) in folder.folders() {
            make_private(&path);
        }
        make_private(&folder.vaults());
        folder
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where commands run and vaults lie.
    #[must_use]
    pub fn vaults(&self) -> PathBuf {
        self.path().join("vaults")
    }

    /// The path of a vault or another file beside the vaults.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.vaults().join(name)
    }

    /// What the window's processes wrote: the drivers, the program and WebKit.
    #[must_use]
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.log_file()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn log_file(&self) -> PathBuf {
        self.path().join("window.log")
    }

    /// The environment variables that point a program to these folders and nowhere else.
    pub(crate) fn folders(&self) -> [(&'static str, PathBuf); 6] {
        [
            ("HOME", "home"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_RUNTIME_DIR", "runtime"),
            ("XDG_STATE_HOME", "state"),
        ]
        .map(|(variable, name)| (variable, self.path().join(name)))
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

#[track_caller]
fn make_private(path: &Path) {
    use std::os::unix::fs::DirBuilderExt;
    if let Err(error) = std::fs::DirBuilder::new().mode(0o700).create(path) {
        panic!("{} could not be made: {error}.", path.display());
    }
}
