//! Where the project and the program under test lie.

use std::path::{Path, PathBuf};

/// The folder of the project.
#[must_use]
pub fn project() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The program under test.
///
/// # Panics
/// If it was not built: a test that cannot run is a failure, not a silent success.
#[must_use]
#[track_caller]
pub fn test_program() -> PathBuf {
    let path = match std::env::var_os("CONCLAVE_TEST_BINARY") {
        Some(path) => PathBuf::from(path),
        None => target().join(format!("conclave-test{}", std::env::consts::EXE_SUFFIX)),
    };
    assert!(
        path.is_file(),
        "{} is not there. Run `cargo xtask test`, which builds the program for the tests, or only `cargo xtask build \
         --test-build`.",
        path.display()
    );
    path
}

pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project().join("target"), |folder| project().join(folder))
}

/// A program on the path, unless an environment variable names it.
///
/// # Panics
/// If it is not installed.
#[track_caller]
pub(crate) fn tool(variable: &str, name: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return path.into();
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(home.map(|home| home.join("bin")));
    match folders.find(|folder| folder.join(name).is_file()) {
        Some(folder) => folder.join(name),
        None => panic!("{name} is not installed. `cargo xtask setup --test` installs what the tests need."),
    }
}
