//! The harness of the journeys: the real program, in a real window or as a command, in a home of its own.
//!
//! A journey reads like a person's afternoon. It starts with a [`Home`] (private folders that vanish afterwards), runs
//! commands with [`Cli`] and opens the [`Window`]. Everything that waits, waits for a condition with a deadline, and every
//! helper fails with a sentence that says what was looked for and what was there instead; so journeys need no `unwrap`.
//!
//! ```no_run
//! use conclave_tests::{Cli, Home, Window};
//!
//! let home = Home::new();
//! let cli = Cli::new(&home).passphrase("a long and private sentence");
//! cli.run(&["new", "board.conclave", "--sample"]).done();
//! let window = Window::open(&home);
//! window.by_test_id("open-vault").click();
//! window.press("Ctrl+K");
//! window.assert_accessible("start");
//! window.close();
//! ```
//!
//! The program under test is named by the environment variable `CONCLAVE_TEST_BINARY`, else `target/conclave-test`;
//! `cargo xtask test` builds it. Processes that a journey starts end with it, by their ids.

mod axe;
mod cli;
mod display;
mod driver;
mod home;
mod keys;
mod part;
mod processes;
mod program;
mod wait;
mod window;

pub use axe::Violation;
pub use cli::{Cli, Output, Running};
pub use display::Display;
pub use driver::Launch;
pub use home::Home;
pub use part::Part;
pub use processes::{alive, memory};
pub use program::{project, test_program};
pub use wait::{DEADLINE, wait_for};
pub use window::Window;
