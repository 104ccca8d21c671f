//! The process that the fault tests interrupt. It opens a vault and changes it without end, or makes its disk full.
//!
//! `faults work FOLDER PASSPHRASE RUN [CHANGES [OPERATION,…]]` tells each change before and after it on standard output.
//! `faults found FOLDER` makes a vault for it.
//! `faults migrate FOLDER` opens a vault of an earlier schema.
//! `faults full disk|limit FOLDER` runs each operation while no more can be written, see [`full`].

mod assess;
mod dice;
mod evidence;
mod found;
mod full;
mod keeping;
mod old;
mod operations;
#[allow(dead_code, reason = "the test uses the rest")]
mod outside;
mod squeeze;
#[allow(dead_code, reason = "the test uses the rest")]
mod state;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use conclave_app::{App, Headless};
use conclave_domain::call::session::OpenVault;
use conclave_domain::fault::Fault;
use conclave_domain::secret::Secret;

use dice::Dice;
use operations::{OPERATIONS, Operation, Plan, Worker};
use state::{Line, PASSPHRASE};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    let result = runtime.block_on(async {
        match words.as_slice() {
            ["work", folder, passphrase, run, rest @ ..] => {
                let number = |word: &str| word.parse::<u64>().map_err(|e| format!("{word}: {e}"));
                let changes = rest.first().map_or(Ok(u64::MAX), |word| number(word))?;
                let only: Vec<&str> = rest.get(1).map_or(Vec::new(), |names| names.split(',').collect());
                work(Path::new(folder), number(passphrase)?, number(run)?, changes, &only).await
            }
            ["found", folder] => found::found(Path::new(folder)).await.map_err(|f| told("found", &f)),
            ["migrate", folder] => migrate(Path::new(folder)).await,
            ["full", how, folder] => full::run(how, Path::new(folder)).await,
            _ => Err("the head of this program's source says how it is used".to_owned()),
        }
    });
    result.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
}

fn failed(why: &str) -> ExitCode {
    eprintln!("faults: {why}");
    ExitCode::FAILURE
}

/// Prints a line and makes sure that it is out.
fn tell(line: &Line) {
    let text = serde_json::to_string(line).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    // One write per line: a killed process leaves whole lines. If nobody listens any more there is nothing to tell.
    let _ = out.write_all(format!("{text}\n").as_bytes()).and_then(|()| out.flush());
}

/// A fault in the words that a failing test needs.
fn told(what: &str, fault: &Fault) -> String {
    format!("{what}: {:?}: {fault}", fault.kind)
}

/// Opens a vault.
async fn open(app: &App, folder: &Path, passphrase: u64) -> Result<(), Fault> {
    let path = folder.display().to_string();
    let call = OpenVault { path, member: String::new(), passphrase: Secret::new(state::words(passphrase)) };
    app.send(call).await.map(|_| ())
}

async fn migrate(folder: &Path) -> Result<(), String> {
    let app = App::new(Arc::new(Headless));
    old::open(&app, folder).await.map_err(|f| told("open", &f))?;
    tell(&Line::Ready);
    app.lock().await;
    Ok(())
}

async fn worker(app: &App, folder: &Path, passphrase: u64, run: u64) -> Result<Worker, Fault> {
    operations::warm_up(app).await?;
    let files = folder.parent().map_or_else(PathBuf::new, Path::to_owned);
    let (state, vault) = (state::read(app).await?, folder.to_owned());
    Ok(Worker { state, passphrase, dice: Dice::new(run), run, count: 0, vault, large: 8, files })
}

async fn work(folder: &Path, passphrase: u64, run: u64, changes: u64, only: &[&str]) -> Result<(), String> {
    let app = App::new(Arc::new(Headless));
    open(&app, folder, passphrase).await.map_err(|f| told("open", &f))?;
    let mut worker = worker(&app, folder, passphrase, run).await.map_err(|f| told("read", &f))?;
    tell(&Line::Ready);
    let chosen: Vec<&Operation> = OPERATIONS.iter().filter(|o| only.is_empty() || only.contains(&o.name)).collect();
    let deck: Vec<&Operation> = chosen.iter().flat_map(|o| std::iter::repeat_n(*o, o.weight)).collect();
    if deck.is_empty() {
        return Err(format!("no operation is called {only:?}"));
    }
    let (mut made, mut idle) = (0, 0);
    while made < changes {
        let operation = deck[worker.dice.below(deck.len())];
        let Some(plan) = (operation.plan)(&mut worker) else {
            idle += 1;
            if idle > 1_000 {
                return Err(format!("there is nothing to do for {only:?}"));
            }
            continue;
        };
        idle = 0;
        perform(&app, &mut worker, operation.name, plan).await.map_err(|f| told(operation.name, &f))?;
        made += 1;
    }
    app.lock().await;
    Ok(())
}

/// Makes one change and tells it before and after.
async fn perform(app: &App, worker: &mut Worker, name: &str, plan: Plan) -> Result<(), Fault> {
    let mut attempt = plan.attempt;
    name.clone_into(&mut attempt.operation);
    tell(&Line::Try(attempt.clone()));
    let references = (plan.work)(app).await?;
    tell(&Line::Done(references));
    // Reading what is now there is not part of the change: it comes after the confirmation.
    worker.state = state::read(app).await?;
    if let Some(number) = attempt.facts.get(PASSPHRASE) {
        worker.passphrase = number.parse().unwrap_or(worker.passphrase);
    }
    Ok(())
}
