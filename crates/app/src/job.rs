//! A long piece of work: it tells how far it is, and it can be cancelled.

use conclave_domain::{call::Progress, fault::Fault};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Reports at least this far apart, so that a fast job does not flood the window.
const PAUSE: Duration = Duration::from_millis(60);

type Report = dyn Fn(Progress) + Send + Sync;

/// A running job's handle: cheap to clone, one per call.
#[derive(Clone)]
pub struct Job {
    cancelled: Arc<AtomicBool>,
    report: Arc<Report>,
    last: Arc<Mutex<(String, Option<Instant>)>>,
}

impl Default for Job {
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl Job {
    /// A job whose progress goes to `report`.
    pub fn new(report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { cancelled: Arc::default(), report: Arc::new(report), last: Arc::default() }
    }

    /// Asks the job to stop at its next step.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Tells how far the job is.
    ///
    /// # Errors
    /// The person cancelled.
    pub fn step(&self, stage: &str, done: u64, total: u64) -> Result<(), Fault> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Fault::cancelled());
        }
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = last.1.is_none_or(|at| at.elapsed() >= PAUSE) || last.0 != stage;
        if due {
            *last = (stage.to_owned(), Some(Instant::now()));
            drop(last);
            (self.report)(Progress { stage: stage.to_owned(), done, total });
        }
        Ok(())
    }
}
