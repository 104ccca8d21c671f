//! The program itself: interface first, then the shell that embeds it.

use std::path::PathBuf;

use crate::args::Args;
use crate::error::{At, Error};
use crate::process::{Program, copy, target};
use crate::{setup, ui};

/// Which program is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As shipped, quick to compile.
    Dev,
    /// As shipped.
    Release,
    /// For the project's own tests: cheap keys and file dialogs that answer from a queue.
    Test,
}

/// The features of the test program, as the workspace names them.
pub const TEST_FEATURES: &str = "conclave/custom-protocol,conclave/test-build";

/// `build`: sets up, compiles, and returns where the program lies.
pub fn command(mut args: Args) -> Result<PathBuf, Error> {
    let release = args.flag("--release");
    let test = args.flag("--test-build");
    args.finish()?;
    let kind = match (release, test) {
        (true, true) => return Err(Error::Use("a test build is never a release; choose one.".to_owned())),
        (true, false) => Kind::Release,
        (false, true) => Kind::Test,
        (false, false) => Kind::Dev,
    };
    setup::ensure(setup::Purpose::Build)?;
    ui::build(if kind == Kind::Test { ui::Profile::Dev } else { ui::Profile::Release })?;
    build(kind)
}

/// Compiles the program around the interface that lies in `ui/dist`.
///
/// A shipped program is always built alone: together with the tests, Cargo would unite their features with its own.
pub fn build(kind: Kind) -> Result<PathBuf, Error> {
    let cargo = Program::cargo("build").args(["-p", "conclave"]);
    match kind {
        Kind::Dev => cargo.args(["--features", "custom-protocol"]).run()?,
        Kind::Release => cargo.args(["--features", "custom-protocol", "--release"]).run()?,
        Kind::Test => {
            cargo.args(["--features", TEST_FEATURES]).run()?;
            return keep_test_program();
        }
    }
    let folder = if kind == Kind::Release { "release" } else { "debug" };
    Ok(target().join(folder).join(program_name("conclave")))
}

/// Where the tests find their program.
pub fn test_program() -> PathBuf {
    target().join(program_name("conclave-test"))
}

/// Moves the freshly built test program to a name of its own, so that nobody takes it for the shipped one.
pub fn keep_test_program() -> Result<PathBuf, Error> {
    let built = target().join("debug").join(program_name("conclave"));
    let kept = test_program();
    // Not written over in place: a running copy would make that fail.
    let beside = kept.with_extension("new");
    copy(&built, &beside)?;
    std::fs::rename(&beside, &kept).at(&kept)?;
    std::fs::remove_file(&built).at(&built)?;
    Ok(kept)
}

fn program_name(stem: &str) -> String {
    format!("{stem}{}", std::env::consts::EXE_SUFFIX)
}
