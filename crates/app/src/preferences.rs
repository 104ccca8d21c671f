//! Preferences and recent vaults: kept in the platform's folder, never in a vault. A file that cannot be read or written
//! costs a person their theme, not their work, so failures are logged and passed over.

use conclave_domain::call::session::{Preferences as Shown, Recent};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How many vaults are remembered.
const RECENT: usize = 8;

/// The kept file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    pub shown: Shown,
    recent: Vec<Entry>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    path: String,
    name: String,
    member: String,
}

impl Preferences {
    pub fn read(path: Option<&Path>) -> Self {
        let Some(text) = path.and_then(|p| std::fs::read_to_string(p).ok()) else { return Self::default() };
        serde_json::from_str(&text).unwrap_or_else(|e| {
            tracing::warn!(error = %e, "preferences are not readable and start anew");
            Self::default()
        })
    }

    pub fn write(&self, path: &Path) {
        let write = || -> std::io::Result<()> {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let text = serde_json::to_vec_pretty(self)?;
            conclave_vault::atomic::atomic_write(path, &text)
        };
        if let Err(e) = write() {
            tracing::warn!(error = %e, "preferences could not be kept");
        }
    }

    /// Puts a vault at the head of the list.
    pub fn remember(&mut self, path: &str, name: &str, member: &str) {
        self.recent.retain(|r| r.path != path);
        self.recent.insert(0, Entry { path: path.into(), name: name.into(), member: member.into() });
        self.recent.truncate(RECENT);
    }

    /// Who opened a vault last; "" if nobody is remembered.
    pub fn last_member(&self, path: &str) -> String {
        self.recent.iter().find(|r| r.path == path).map(|r| r.member.clone()).unwrap_or_default()
    }

    pub fn recent(&self) -> Vec<Recent> {
        let shown = |r: &Entry| Recent {
            path: r.path.clone(),
            name: r.name.clone(),
            present: Path::new(&r.path).join(conclave_vault::header::HEADER_NAME).is_file(),
        };
        self.recent.iter().map(shown).collect()
    }
}
