//! Commands that build the program and hand over to another one: `bench`, `shots`, `content`.

use crate::args::Args;
use crate::error::Error;
use crate::process::Program;
use crate::{setup, shell, ui};

/// Measures the release program.
pub fn bench(args: Args) -> Result<(), Error> {
    setup::ensure(setup::Purpose::Test)?;
    ui::build(ui::Profile::Release)?;
    let program = shell::build(shell::Kind::Release)?;
    let cargo = Program::cargo("run").args([
        "--release",
        "-p",
        "conclave-tests",
        "--features",
        "bench",
        "--bin",
        "bench",
        "--",
    ]);
    cargo.args(args.rest()).env("CONCLAVE_BINARY", program).run()
}

/// Takes pictures with the test program.
pub fn shots(args: Args) -> Result<(), Error> {
    setup::ensure(setup::Purpose::Test)?;
    ui::build(ui::Profile::Dev)?;
    let program = shell::build(shell::Kind::Test)?;
    let cargo = Program::cargo("run").args(["-p", "conclave-tests", "--bin", "shots", "--"]);
    cargo.args(args.rest()).env("CONCLAVE_TEST_BINARY", program).run()
}

/// Checks the content under `assets`.
pub fn content(args: Args) -> Result<(), Error> {
    Program::cargo("test")
        .args(["-p", "conclave-domain", "--test", "content", "--test", "frameworks", "--"])
        .args(args.rest())
        .run()
}
