//! A screen that nobody sees.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::processes::Group;
use crate::program::tool;

/// A virtual screen of 1440 by 900 points. Dropping it ends it.
#[derive(Debug)]
pub struct Display {
    number: u32,
    server: Group,
}

impl Display {
    /// Starts Xvfb, which chooses a free display number itself, and returns when it accepts connections.
    ///
    /// # Panics
    /// If Xvfb is not installed or does not start.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        let mut command = Command::new(tool("CONCLAVE_XVFB", "Xvfb"));
        command.args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = match Group::start(&mut command) {
            Ok(server) => server,
            Err(error) => panic!("Xvfb could not be started: {error}."),
        };
        let mut line = String::new();
        if let Some(output) = server.leader().stdout.take() {
            // An Xvfb that fails closes its output, which ends the wait.
            let _ = BufReader::new(output).read_line(&mut line);
        }
        match line.trim().parse() {
            Ok(number) => Self { number, server },
            Err(_) => panic!("Xvfb did not say which display it opened (it wrote {line:?})."),
        }
    }

    /// Its name, as the environment variable `DISPLAY` holds it.
    #[must_use]
    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// The process id of its server.
    #[must_use]
    pub fn id(&mut self) -> u32 {
        self.server.leader().id()
    }
}
