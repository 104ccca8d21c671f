//! The window: one web view, three commands. `call` and `job` take a call's name and payload as text and give the reply as
//! text; a refusal is the text of a `Fault`. The page can ask for nothing else.

use crate::{
    desktop::Desktop,
    presence::{self, Clock},
};
use conclave_app::{App, Job};
use conclave_domain::fault::Fault;
use std::{
    collections::HashMap,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tauri::{
    DragDropEvent, Manager, State, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent, ipc::Channel,
};

/// How often the idle lock is looked at.
const LOOK: Duration = Duration::from_secs(5);

struct Shell {
    app: Arc<App>,
    jobs: Mutex<HashMap<u32, Job>>,
}

/// A fault as the page reads it.
fn refusal(fault: &Fault) -> String {
    // A fault is plain data; should it not be writable, the page still gets a valid text.
    serde_json::to_string(fault).unwrap_or_default()
}

#[tauri::command]
async fn call(shell: State<'_, Shell>, name: String, payload: String, ticket: String) -> Result<String, String> {
    let app = shell.app.clone();
    app.dispatch(&name, &payload, &ticket, &Job::default()).await.map_err(|f| refusal(&f))
}

#[tauri::command]
async fn job(
    shell: State<'_, Shell>,
    name: String,
    payload: String,
    ticket: String,
    job: u32,
    progress: Channel<String>,
) -> Result<String, String> {
    let handle = Job::new(move |p| {
        if let Ok(text) = serde_json::to_string(&p) {
            // A page that went away needs no progress.
            let _ = progress.send(text);
        }
    });
    let jobs = || shell.jobs.lock().unwrap_or_else(PoisonError::into_inner);
    jobs().insert(job, handle.clone());
    let reply = shell.app.dispatch(&name, &payload, &ticket, &handle).await;
    jobs().remove(&job);
    reply.map_err(|f| refusal(&f))
}

#[tauri::command]
fn cancel(shell: State<'_, Shell>, job: u32) {
    if let Some(job) = shell.jobs.lock().unwrap_or_else(PoisonError::into_inner).get(&job) {
        job.cancel();
    }
}

/// Opens the window and stays until it is closed.
pub fn run(open: Option<PathBuf>) -> ExitCode {
    let app = Arc::new(App::new(Arc::new(Desktop)));
    let shell = Shell { app: app.clone(), jobs: Mutex::default() };
    // Web data is private, lies with the run's temporary files and goes with the run: nothing of a page stays behind.
    let private = match WebData::new() {
        Ok(private) => private,
        Err(error) => {
            eprintln!("The window's private folder could not be made: {error}.");
            return ExitCode::from(2);
        }
    };
    let folder = private.0.clone();
    let built = tauri::Builder::default()
        .manage(shell)
        .invoke_handler(tauri::generate_handler![call, job, cancel])
        .setup(move |tauri| {
            let page = match &open {
                Some(path) => format!("index.html?open={}", encode(&path.display().to_string())),
                None => "index.html".into(),
            };
            let window = WebviewWindowBuilder::new(tauri, "main", WebviewUrl::App(page.into()))
                .title("Conclave")
                .inner_size(1280.0, 860.0)
                .min_inner_size(720.0, 480.0)
                .data_directory(folder)
                .on_navigation(ours)
                .build()?;
            let page = window.clone();
            window.on_window_event(move |event| {
                if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event {
                    tell_dropped(&page, paths);
                }
            });
            watch_away(app.clone(), window.clone());
            watch_idle(app.clone(), window);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(tauri) => {
            tauri.run(|handle, event| {
                if let tauri::RunEvent::Exit = event {
                    // The database is closed cleanly and the keys go before the process does.
                    let shell: State<'_, Shell> = handle.state();
                    tauri::async_runtime::block_on(shell.app.lock());
                    conclave_app::await_threads();
                }
            });
            drop(private);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "window");
            eprintln!(
                "The window could not be opened: {error}. Every job is also there by command line: conclave --help"
            );
            ExitCode::from(2)
        }
    }
}

/// Whether the page stays inside the program: nothing is ever loaded from elsewhere.
fn ours(url: &tauri::Url) -> bool {
    matches!(url.scheme(), "tauri" | "about") || url.host_str() == Some("tauri.localhost")
}

/// Tells the page which files were dropped on it. Their content stays where it is; the page asks for it by a call, as if the
/// path had been typed.
fn tell_dropped(window: &WebviewWindow, paths: &[PathBuf]) {
    let paths: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    if let Ok(paths) = serde_json::to_string(&paths) {
        // A page that went away takes nothing.
        let _ =
            window.eval(format!("window.dispatchEvent(new CustomEvent('conclave-dropped', {{ detail: {paths} }}))"));
    }
}

/// Tells the page that the vault locked itself.
fn tell_locked(window: &WebviewWindow) -> bool {
    window.eval("window.dispatchEvent(new Event('conclave-locked'))").is_ok()
}

fn watch_idle(app: Arc<App>, window: WebviewWindow) {
    tauri::async_runtime::spawn(async move {
        let (mut clock, mut today) = (Clock::new(LOOK), app.today());
        loop {
            tokio::time::sleep(LOOK).await;
            let locked = if clock.slept() { app.lock().await } else { app.lock_if_idle().await };
            if locked && !tell_locked(&window) {
                break;
            }
            if app.today() != today {
                today = app.today();
                // The page has no clock of its own.
                let _ = window.eval("window.dispatchEvent(new Event('conclave-day'))");
            }
            if app.keep_backups_if_due().await {
                // A page that went away shows nothing.
                let _ = window.eval("window.dispatchEvent(new Event('conclave-backed-up'))");
            }
        }
    });
}

/// Locks when the machine goes to sleep or the desktop locks its session.
fn watch_away(app: Arc<App>, window: WebviewWindow) {
    presence::watch(move || {
        let (app, window) = (app.clone(), window.clone());
        tauri::async_runtime::spawn(async move {
            if app.lock().await {
                tell_locked(&window);
            }
        });
    });
}

/// Percent-encodes everything but letters, digits and a few marks.
fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~/".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
        out
    })
}

/// A private folder for the web view's data that vanishes with the run.
struct WebData(PathBuf);

impl WebData {
    fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("conclave-window-{}", uuid::Uuid::new_v4()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        builder.create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for WebData {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
