//! A call on its way: when it came, which opening of a vault it belongs to, how far it is, and whether it was cancelled.

use crate::ticket::Ticket;
use conclave_domain::{call::Progress, fault::Fault, time::Now};
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
    /// What the app wrote on it when it took the call in.
    taken: Option<(Now, Option<Ticket>)>,
}

impl Default for Job {
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl Job {
    /// A job whose progress goes to `report`.
    pub fn new(report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { cancelled: Arc::default(), report: Arc::new(report), last: Arc::default(), taken: None }
    }

    /// The same job, taken in at a moment under a ticket.
    pub(crate) fn taken(&self, now: Now, ticket: Option<Ticket>) -> Self {
        Self { taken: Some((now, ticket)), ..self.clone() }
    }

    /// When the call came, and the day that it is where the person sits.
    pub(crate) fn now(&self) -> Now {
        // Only a job that no app took in has no time; nobody serves such a one.
        self.taken.as_ref().map_or_else(|| Now::utc(chrono::DateTime::UNIX_EPOCH), |(now, _)| now.clone())
    }

    /// The opening that the call belongs to; `None` if no vault was open.
    pub(crate) fn ticket(&self) -> Option<Ticket> {
        self.taken.as_ref().and_then(|(_, ticket)| *ticket)
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
