//! From a program to a session in which its window can be driven.
//!
//! The chain is: private message bus → tauri-driver → WebKitWebDriver → the program. All of it is one process group, so that
//! one signal ends it, and all of it writes into the home's log.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::runtime::Runtime;

use crate::processes::Group;
use crate::program::tool;
use crate::wait::{PAUSE, holds_within};
use crate::{Display, Home, Window, test_program};

/// A cold start on a busy machine with two cores.
const START: Duration = Duration::from_secs(60);

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={listen}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// What a window is started with.
#[derive(Clone, Debug)]
pub struct Launch {
    home: Home,
    program: PathBuf,
    args: Vec<String>,
    env: Vec<(String, String)>,
}

impl Launch {
    /// The program under test.
    #[must_use]
    #[track_caller]
    pub fn new(home: &Home) -> Self {
        Self::of(home, test_program())
    }

    /// Any program whose window WebKit draws.
    #[must_use]
    pub fn of(home: &Home, program: impl Into<PathBuf>) -> Self {
        Self { home: home.clone(), program: program.into(), args: Vec::new(), env: Vec::new() }
    }

    /// One more argument for the program.
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// One more environment variable for the program.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Opens the window on a screen of its own and returns when its page is loaded.
    ///
    /// # Panics
    /// If that does not succeed within a minute, with what the processes wrote.
    #[must_use]
    #[track_caller]
    pub fn open(self) -> Window {
        let display = Display::start();
        match self.session(&display) {
            Ok(session) => {
                let window = Window::new(session, display, self.home);
                window.wait_loaded();
                window
            }
            Err(why) => panic!("{} did not open its window: {why}\n{}", self.program.display(), self.home.log()),
        }
    }

    fn session(&self, display: &Display) -> Result<Session, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let program = self.program.canonicalize().map_err(|error| error.to_string())?;
        let (port, mut group) = self.start_driver(display)?;
        let client = runtime.block_on(connect(port, &program, &self.args, &mut group))?;
        let app = group.members().into_iter().find(|&id| crate::processes::runs(id, &program));
        let app = app.ok_or("the program is not among the processes that were started")?;
        Ok(Session { client, app, runtime, _group: group })
    }

    /// Starts the drivers. The ports that were free a moment ago may be taken by now, so this tries more than once.
    fn start_driver(&self, display: &Display) -> Result<(u16, Group), String> {
        let mut last = String::new();
        for _ in 0..3 {
            let (port, native) = free_ports().map_err(|error| error.to_string())?;
            let mut command = self.driver_command(display, port, native)?;
            let mut group = Group::start(&mut command).map_err(|error| format!("dbus-run-session: {error}"))?;
            let mut ended = false;
            let ready = holds_within(START, || {
                ended = !matches!(group.leader().try_wait(), Ok(None));
                let listens = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
                ended || (listens(port) && listens(native))
            });
            if ready && !ended {
                return Ok((port, group));
            }
            last = "the drivers did not listen on their ports".to_owned();
        }
        Err(last)
    }

    fn driver_command(&self, display: &Display, port: u16, native: u16) -> Result<Command, String> {
        let log =
            File::options().create(true).append(true).open(self.home.log_file()).map_err(|error| error.to_string())?;
        let copy = log.try_clone().map_err(|error| error.to_string())?;
        let mut command = Command::new(tool("CONCLAVE_DBUS_RUN_SESSION", "dbus-run-session"));
        command.arg(format!("--config-file={}", self.bus()?.display()));
        command.arg("--").arg(tool("CONCLAVE_TAURI_DRIVER", "tauri-driver"));
        command.arg("--port").arg(port.to_string()).arg("--native-port").arg(native.to_string());
        command.arg("--native-driver").arg(tool("CONCLAVE_WEBKIT_DRIVER", "WebKitWebDriver"));
        command.current_dir(self.home.vaults()).envs(self.home.folders());
        for name in ["CONCLAVE_PASSPHRASE", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.env("DISPLAY", display.name()).env("GDK_BACKEND", "x11");
        // No accessibility bus and no settings daemon: the machine's own must not leak into a test.
        command.env("NO_AT_BRIDGE", "1").env("GSETTINGS_BACKEND", "memory");
        // Set, so that the program leaves it alone, and off: with the plain renderer WebKit's driver never answers when it
        // is asked for a picture, while the other one draws in memory where there is no graphics card.
        command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "0");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(log).stderr(copy);
        Ok(command)
    }

    /// Writes the description of a message bus that starts no services: what this machine has installed must not matter.
    fn bus(&self) -> Result<PathBuf, String> {
        let path = self.home.path().join("bus.conf");
        let listen = self.home.path().join("runtime");
        std::fs::write(&path, BUS.replace("{listen}", &listen.display().to_string()))
            .map_err(|error| error.to_string())?;
        Ok(path)
    }
}

/// A driven window: the connection to it, and the processes behind it. The fields are dropped in this order.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) app: u32,
    pub(crate) runtime: Runtime,
    /// Only held: dropping it ends the processes.
    _group: Group,
}

async fn connect(port: u16, program: &Path, args: &[String], group: &mut Group) -> Result<Client, String> {
    let capabilities = serde_json::json!({ "tauri:options": { "application": program, "args": args } });
    let serde_json::Value::Object(capabilities) = capabilities else { return Err("no capabilities".to_owned()) };
    let address = format!("http://127.0.0.1:{port}");
    let end = Instant::now() + START;
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.clone());
        let why = match tokio::time::timeout(START, builder.connect(&address)).await {
            Ok(Ok(client)) => return Ok(client),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no session within the deadline".to_owned(),
        };
        let ended = !matches!(group.leader().try_wait(), Ok(None));
        if ended || Instant::now() >= end {
            return Err(why);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Two ports that nobody listens on.
fn free_ports() -> std::io::Result<(u16, u16)> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let second = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok((first.local_addr()?.port(), second.local_addr()?.port()))
}
