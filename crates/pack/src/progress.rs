//! How far the work is, and whether it is still wanted.

use crate::error::PackError;
use std::ops::ControlFlow;

/// Counts units of work and asks the caller, at most about two hundred times, whether to go on.
pub(crate) struct Progress<'a> {
    tell: &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>,
    done: u64,
    total: u64,
    told: u64,
}

impl<'a> Progress<'a> {
    pub fn new(tell: &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>, total: u64) -> Progress<'a> {
        Progress { tell, done: 0, total: total.max(1), told: 0 }
    }

    /// Some work was done.
    pub fn step(&mut self, units: u64) -> Result<(), PackError> {
        let done = (self.done + units).min(self.total);
        self.to(done)
    }

    /// So much of the whole is done, as a share of 0 to 1.
    pub fn share(&mut self, share: f64) -> Result<(), PackError> {
        let done = (self.total as f64 * share.clamp(0.0, 1.0)) as u64;
        self.to(done.max(self.done))
    }

    fn to(&mut self, done: u64) -> Result<(), PackError> {
        self.done = done;
        if self.told != 0 && self.done < self.told + self.total / 200 && self.done < self.total {
            return Ok(());
        }
        self.told = self.done.max(1);
        match (self.tell)(self.done, self.total) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(PackError::Cancelled),
        }
    }
}
