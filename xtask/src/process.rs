//! Starting other programs, and the folders that all commands know.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::error::{At, Error};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or(here.clone(), Path::to_owned)
}

/// The one target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// A program with its arguments, started in the workspace's folder.
pub struct Program(Command);

impl Program {
    /// Any program, by name or path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root());
        Self(command)
    }

    /// Cargo with a subcommand: the one that started this program, so that toolchains never mix.
    pub fn cargo(subcommand: &str) -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).arg(subcommand)
    }

    /// One more argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.0.arg(arg);
        self
    }

    /// Several more arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.0.args(args);
        self
    }

    /// One more environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// The folder to start in.
    pub fn folder(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// The command as it could be typed.
    pub fn shown(&self) -> String {
        let name = Path::new(self.0.get_program()).file_name().unwrap_or(self.0.get_program());
        let mut shown = name.to_string_lossy().into_owned();
        for arg in self.0.get_args() {
            let arg = arg.to_string_lossy();
            shown.push(' ');
            if arg.contains(' ') {
                shown.push_str(&format!("'{arg}'"));
            } else {
                shown.push_str(&arg);
            }
        }
        shown
    }

    /// Says what is started, waits, and fails unless it succeeds.
    pub fn run(mut self) -> Result<(), Error> {
        let command = self.shown();
        eprintln!("$ {command}");
        let status = self.0.status().map_err(|source| Error::Start { command: command.clone(), source })?;
        if status.success() { Ok(()) } else { Err(Error::Failed { command, status: status.to_string() }) }
    }

    /// Runs quietly: whether it started and succeeded.
    pub fn succeeds(mut self) -> bool {
        self.0
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Runs quietly and returns what it wrote to standard output.
    pub fn output(mut self) -> Result<String, Error> {
        let command = self.shown();
        let output = self.0.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let output = output.map_err(|source| Error::Start { command: command.clone(), source })?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(Error::Failed { command, status: output.status.to_string() })
        }
    }

    /// The prepared command, for a caller that reads along.
    pub fn into_command(self) -> Command {
        self.0
    }
}

/// Where a program lies: on the path or among those that Cargo installed.
pub fn find(program: &str) -> Option<PathBuf> {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .chain(cargo_home.map(|home| home.join("bin")))
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// All files under a folder, sorted; none if the folder is not there.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).at(&folder)? {
            let path = entry.at(&folder)?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a file and makes the folders that it needs.
pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).at(folder)?;
    }
    std::fs::copy(from, to).at(from)?;
    Ok(())
}

/// Removes a folder that this program made, if it is there, and makes it anew.
pub fn fresh(folder: &Path) -> Result<(), Error> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).at(folder)?;
    }
    std::fs::create_dir_all(folder).at(folder)
}

/// Marks a source file as changed now, so that Cargo compiles what depends on it again.
pub fn touch(path: &Path) -> Result<(), Error> {
    let file = std::fs::File::options().append(true).open(path).at(path)?;
    file.set_modified(SystemTime::now()).at(path)
}

/// A duration as minutes and seconds.
pub fn spell(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}
