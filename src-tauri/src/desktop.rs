//! The desktop as the app sees it: native dialogs, opening files, the platform's folders.

use conclave_app::Host;
use directories::{ProjectDirs, UserDirs};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The platform's folders of this program.
pub fn folders() -> Option<ProjectDirs> {
    ProjectDirs::from("org", "Conclave", "conclave")
}

/// Whether there is anything to open a window on.
pub fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The real desktop.
pub struct Desktop;

impl Host for Desktop {
    #[cfg(not(feature = "test-build"))]
    fn choose(&self, purpose: &str, suggested: &str) -> Option<PathBuf> {
        use rfd::FileDialog;
        let dialog = FileDialog::new().set_directory(self.documents());
        let tables = |d: FileDialog| d.add_filter("CSV, XLSX", &["csv", "tsv", "txt", "xlsx", "xlsm"]);
        match purpose {
            "open_vault" => dialog.pick_folder(),
            "evidence" => dialog.pick_file(),
            "framework" => {
                dialog.add_filter("OSCAL, CSV, XLSX, TOML", &["json", "csv", "tsv", "xlsx", "xlsm", "toml"]).pick_file()
            }
            "import" | "fairness" => tables(dialog).pick_file(),
            "mapping" => dialog.add_filter("TOML", &["toml"]).pick_file(),
            "backup" => dialog.add_filter("Backup", &["conclave-backup"]).set_file_name(suggested).save_file(),
            "restore" => dialog.add_filter("Backup", &["conclave-backup"]).pick_file(),
            "verify" => dialog.add_filter("PDF", &["pdf"]).pick_file(),
            "pack" => dialog.add_filter("PDF", &["pdf"]).set_file_name(suggested).save_file(),
            _ => dialog.set_file_name(suggested).save_file(),
        }
    }

    /// Tests cannot drive a native dialog: their answers wait, one per line, in the file that this variable names.
    #[cfg(feature = "test-build")]
    fn choose(&self, _: &str, _: &str) -> Option<PathBuf> {
        let queue = std::env::var_os("CONCLAVE_TEST_DIALOGS").map(PathBuf::from)?;
        let text = std::fs::read_to_string(&queue).ok()?;
        let (first, rest) = text.split_once('\n').unwrap_or((text.as_str(), ""));
        std::fs::write(&queue, rest).ok()?;
        (!first.is_empty()).then(|| PathBuf::from(first))
    }

    fn open(&self, path: &Path, in_folder: bool) -> std::io::Result<()> {
        let target = if in_folder { path.parent().unwrap_or(path) } else { path };
        let program = if cfg!(target_os = "macos") {
            "open"
        } else if cfg!(target_os = "windows") {
            "explorer"
        } else {
            "xdg-open"
        };
        let mut child = Command::new(program)
            .arg(target)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // Waited for on a thread of its own, so that no dead process stays behind.
        std::thread::spawn(move || child.wait());
        Ok(())
    }

    fn preferences_file(&self) -> Option<PathBuf> {
        Some(folders()?.config_dir().join("preferences.json"))
    }

    fn documents(&self) -> PathBuf {
        let user = UserDirs::new();
        let found = user.as_ref().map(|u| u.document_dir().unwrap_or_else(|| u.home_dir()).to_owned());
        found.unwrap_or_else(|| PathBuf::from("."))
    }
}
