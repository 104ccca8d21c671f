//! How results look on a terminal: columns as wide as their content, control characters made harmless.

use conclave_domain::call::Progress;
use std::{
    io::{IsTerminal as _, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether something that should have been printed could not be, other than because the reader had enough.
static LOST: AtomicBool = AtomicBool::new(false);

static SHOWING: AtomicBool = AtomicBool::new(false);

/// Text that cannot steer the terminal: control characters become visible, line breaks spaces.
pub fn inert(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\n' || c == '\t' {
                ' '
            } else if conclave_domain::member::hidden(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// Rows in columns; the last column takes what is left and is not padded.
pub fn columns(rows: &[Vec<String>]) {
    const WIDEST: usize = 48;
    let width = |text: &str| text.chars().count();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|i| rows.iter().filter_map(|r| r.get(i)).map(|c| width(c)).max().unwrap_or(0).min(WIDEST))
        .collect();
    let mut out = std::io::stdout().lock();
    for row in rows {
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            let cell = inert(cell);
            let cell: String =
                if width(&cell) > WIDEST { cell.chars().take(WIDEST - 1).chain(['…']).collect() } else { cell };
            line.push_str(&cell);
            if i + 1 < row.len() {
                line.extend(std::iter::repeat_n(' ', widths[i].saturating_sub(width(&cell)) + 2));
            }
        }
        // A closed pipe (`| head`) is no error of ours.
        if !written(writeln!(out, "{}", line.trim_end())) {
            return;
        }
    }
}

/// One line of output; a closed pipe is no error.
pub fn line(text: &str) {
    let mut out = std::io::stdout();
    written(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// One line of output that must be seen.
pub fn shown(text: &str) -> bool {
    let mut out = std::io::stdout();
    writeln!(out, "{text}").and_then(|()| out.flush()).is_ok()
}

/// Whether all output arrived; a closed pipe counts as arrived.
pub fn arrived() -> bool {
    written(std::io::stdout().flush());
    !LOST.load(Ordering::Relaxed)
}

fn written(result: std::io::Result<()>) -> bool {
    if result.as_ref().is_err_and(|e| e.kind() != std::io::ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
    result.is_ok()
}

/// Progress on standard error, only where somebody can watch it.
pub fn progress(p: &Progress) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    SHOWING.store(true, Ordering::Relaxed);
    let share = (p.done * 100).checked_div(p.total).map(|percent| format!(" {percent} %")).unwrap_or_default();
    let _ = write!(std::io::stderr(), "\r\u{1b}[K{}{share}", p.stage);
}

/// Takes the progress line away.
pub fn clear_progress() {
    if SHOWING.swap(false, Ordering::Relaxed) {
        let _ = write!(std::io::stderr(), "\r\u{1b}[K");
    }
}
