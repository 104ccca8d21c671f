//! Measures what the README's table promises, on a vault of a large organisation, and prints the same table.
//!
//! `cargo xtask bench [IMPORT.csv]`. Ratios compare with the named alternative in the same run; an alternative that is not
//! installed is skipped with a word.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod assess;
mod big;
mod calls;
mod keeping;
mod pack;
mod past;
mod window;

use std::time::{Duration, Instant};

/// One line of the table.
pub struct Line {
    what: &'static str,
    target: &'static str,
    measured: String,
    reached: bool,
}

/// Collects the table.
#[derive(Default)]
pub struct Table(Vec<Line>);

impl Table {
    /// Adds a line and prints it at once.
    pub fn add(&mut self, what: &'static str, target: &'static str, measured: String, reached: bool) {
        let line = Line { what, target, measured, reached };
        println!(
            "| {} | {} | {} | {} |",
            line.what,
            line.target,
            line.measured,
            if line.reached { "yes" } else { "no" }
        );
        self.0.push(line);
    }
}

/// Runs a thing once and tells how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The 95th percentile.
pub fn p95(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[(times.len() * 95).div_ceil(100) - 1]
}

/// Milliseconds with one decimal.
pub fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn main() {
    let file = std::env::args().nth(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut table = Table::default();
    println!("| what | to reach | measured | reached |\n| --- | --- | --- | --- |");
    let dir = tempfile::tempdir().unwrap();
    // The pack first: its memory is the most that this process has used until then.
    pack::pages(&mut table, dir.path());
    window::interface(&mut table);
    window::start(&mut table);
    pack::fairness(&mut table);
    runtime.block_on(async {
        calls::import(&mut table, dir.path(), file).await;
        let folder = big::build(dir.path()).await;
        calls::measure(&mut table, &folder).await;
        assess::measure(&mut table, &folder).await;
        past::measure(&mut table, &folder).await;
        keeping::measure(&mut table, dir.path(), &folder).await;
    });
    let missed = table.0.iter().filter(|l| !l.reached).count();
    println!("\n{} of {} reached.", table.0.len() - missed, table.0.len());
}
