//! The program as a command: arguments and environment in; status, output and messages out.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::wait::holds_within;
use crate::{Home, test_program};

/// No command of the program takes this long on a slow machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// Runs commands in a home. The working folder is the one where the vaults lie.
#[derive(Clone, Debug)]
pub struct Cli {
    home: Home,
    program: PathBuf,
    env: Vec<(String, String)>,
    input: String,
}

impl Cli {
    /// Runs the program under test.
    #[must_use]
    #[track_caller]
    pub fn new(home: &Home) -> Self {
        Self::of(home, test_program())
    }

    /// Runs any other program in the same way, such as a checker of PDF files.
    #[must_use]
    pub fn of(home: &Home, program: impl Into<PathBuf>) -> Self {
        Self { home: home.clone(), program: program.into(), env: Vec::new(), input: String::new() }
    }

    /// The passphrase that commands find in their environment.
    #[must_use]
    pub fn passphrase(self, passphrase: &str) -> Self {
        self.env("CONCLAVE_PASSPHRASE", passphrase)
    }

    /// One more environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What the command reads from its standard input, which is empty otherwise.
    #[must_use]
    pub fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// If it cannot be started or does not end within three minutes. A failing command is no panic: see [`Output::done`].
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Output {
        self.start(args).finish()
    }

    /// Starts a command and leaves it running.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn start(&self, args: &[&str]) -> Running {
        let mut command = Command::new(&self.program);
        command.args(args).current_dir(self.home.vaults()).envs(self.home.folders());
        for name in ["CONCLAVE_PASSPHRASE", "DISPLAY", "WAYLAND_DISPLAY", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let shown = format!("{} {}", self.program.display(), args.join(" "));
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("{shown} could not be started: {error}."),
        };
        if let Some(mut stdin) = child.stdin.take() {
            // A command that does not read its input may close it early; that is its right.
            let _ = stdin.write_all(self.input.as_bytes());
        }
        let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
        Running { child, shown, stdout, stderr }
    }
}

/// Reads a pipe on a thread of its own, so that neither pipe can fill up and stop the command.
fn collect(pipe: Option<impl Read + Send + 'static>) -> Option<JoinHandle<Vec<u8>>> {
    pipe.map(|mut pipe| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
            bytes
        })
    })
}

/// A command that runs. Dropping it kills it.
#[derive(Debug)]
pub struct Running {
    child: Child,
    shown: String,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
}

impl Running {
    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it at once and without warning, as a power cut would, and returns what it had written.
    #[track_caller]
    pub fn kill(mut self) -> Output {
        // It may have ended by itself in the meantime.
        let _ = self.child.kill();
        self.finish()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// If it does not end within three minutes.
    #[track_caller]
    pub fn finish(mut self) -> Output {
        let mut status = None;
        holds_within(PATIENCE, || {
            status = self.child.try_wait().ok().flatten();
            status.is_some()
        });
        let Some(status) = status else { panic!("{} did not end within {PATIENCE:?}.", self.shown) };
        Output {
            command: std::mem::take(&mut self.shown),
            status: number(status),
            stdout: text(self.stdout.take()),
            stderr: text(self.stderr.take()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_running() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn number(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

fn text(reader: Option<JoinHandle<Vec<u8>>>) -> String {
    let bytes = reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Output {
    command: String,
    /// Its exit status; 128 plus the signal's number if a signal ended it.
    pub status: i32,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Output {
    /// Insists that the command did what it was asked.
    ///
    /// # Panics
    /// With everything that it wrote, if its status is not 0.
    #[track_caller]
    pub fn done(self) -> Self {
        self.ended_with(0)
    }

    /// Insists on an exit status.
    ///
    /// # Panics
    /// With everything that the command wrote, if its status is another one.
    #[track_caller]
    pub fn ended_with(self, status: i32) -> Self {
        assert_eq!(
            self.status, status,
            "`{}` ended with status {}, not {status}.\n{}\n{}",
            self.command, self.status, self.stdout, self.stderr
        );
        self
    }

    /// Its standard output as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("`{}` wrote no JSON ({error}):\n{}\n{}", self.command, self.stdout, self.stderr),
        }
    }
}
