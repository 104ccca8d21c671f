//! The interface's size, and how soon the unlock screen can be used.

use crate::{Table, ms};
use conclave_tests::{Home, Launch, project};
use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

pub fn interface(table: &mut Table) {
    let path = project().join("ui/dist/conclave-ui_bg.wasm");
    let bytes = std::fs::read(&path).unwrap();
    let mut gzip = Command::new("gzip").arg("-9c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = gzip.stdin.take().unwrap();
    let copy = bytes.clone();
    let writer = std::thread::spawn(move || input.write_all(&copy));
    let packed = gzip.wait_with_output().unwrap().stdout.len();
    writer.join().unwrap().unwrap();
    let (raw, packed) = (bytes.len() as f64 / 1e6, packed as f64 / 1e3);
    table.add(
        "UI wasm",
        "≤ 1.2 MB, ≤ 400 KB gzip",
        format!("{raw:.2} MB, {packed:.0} KB gzip"),
        raw <= 1.2 && packed <= 400.0,
    );
}

pub fn start(table: &mut Table) {
    let program = std::env::var_os("CONCLAVE_BINARY").map(PathBuf::from).expect("CONCLAVE_BINARY names the program");
    let mut best = Duration::MAX;
    for _ in 0..4 {
        let home = Home::new();
        let window = Launch::of(&home, &program).open();
        window.by_test_id("start");
        // From the process's start to the moment the page was drawn, as the page itself saw it.
        let since = window.eval("return performance.timeOrigin + (globalThis.conclaveReady ?? performance.now())");
        let began = began(window.id());
        let ready = Duration::from_secs_f64(since.as_f64().unwrap_or(f64::MAX).min(1e15) / 1000.0);
        best = best.min(ready.saturating_sub(began));
        window.kill();
    }
    table.add(
        "unlock screen usable after start, warm, under Xvfb",
        "≤ 0.6 s",
        ms(best),
        best <= Duration::from_millis(600),
    );
}

/// When a process began, since 1970: its start in clock ticks after boot, and the time of boot.
fn began(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().nth(19).and_then(|t| t.parse().ok()).unwrap_or(0.0);
    let uptime: f64 = std::fs::read_to_string("/proc/uptime")
        .ok()
        .and_then(|t| t.split_whitespace().next().and_then(|u| u.parse().ok()))
        .unwrap_or(0.0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    // A hundred ticks a second, as Linux tells every program.
    now.saturating_sub(Duration::from_secs_f64((uptime - ticks / 100.0).max(0.0)))
}
