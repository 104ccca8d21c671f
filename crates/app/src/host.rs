//! What the app needs from the desktop, as a small trait: the shell answers it with native dialogs, tests from a queue.

use conclave_domain::time::Now;
use std::path::{Path, PathBuf};

/// The desktop around the app.
pub trait Host: Send + Sync + 'static {
    /// What time it is, and which day where the person sits. Asked once per call.
    fn now(&self) -> Now {
        crate::clock::system()
    }
    /// Asks the person for a file or folder; `None` if the person cancels or there is no dialog. May block.
    fn choose(&self, purpose: &str, suggested: &str) -> Option<PathBuf>;
    /// Opens a file with the platform's program for it, or shows it in its folder.
    ///
    /// # Errors
    /// The platform refused.
    fn open(&self, path: &Path, in_folder: bool) -> std::io::Result<()>;
    /// The file in which preferences are kept; `None` keeps nothing.
    fn preferences_file(&self) -> Option<PathBuf>;
    /// The folder in which a new vault is offered.
    fn documents(&self) -> PathBuf;
}

/// No desktop: the command line. It chooses nothing and keeps no preferences.
#[derive(Debug, Default, Clone, Copy)]
pub struct Headless;

impl Host for Headless {
    fn choose(&self, _: &str, _: &str) -> Option<PathBuf> {
        None
    }

    fn open(&self, _: &Path, _: bool) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    fn preferences_file(&self) -> Option<PathBuf> {
        None
    }

    fn documents(&self) -> PathBuf {
        PathBuf::from(".")
    }
}
