//! Waiting for a condition instead of for a time.

use std::time::{Duration, Instant};

/// How long a helper waits for something that normally takes well under a second.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// How often a condition is looked at again.
pub(crate) const PAUSE: Duration = Duration::from_millis(25);

/// Returns as soon as the condition holds.
///
/// # Panics
/// If it does not hold by the deadline, naming what was waited for.
#[track_caller]
pub fn wait_for(what: &str, deadline: Duration, mut condition: impl FnMut() -> bool) {
    if !holds_within(deadline, &mut condition) {
        panic!("waited {deadline:?} in vain for: {what}.");
    }
}

/// Whether the condition holds before the deadline passes.
pub(crate) fn holds_within(deadline: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + deadline;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
}
