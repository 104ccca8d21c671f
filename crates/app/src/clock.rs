//! The clock of this machine: the one place in the program that asks for the time. A host hands it on with each call.

use chrono::{DateTime, FixedOffset, Local, Offset as _, TimeDelta, Utc};
use conclave_domain::time::{Now, Zone};
use conclave_vault::writer::PATIENCE;
use std::sync::Arc;

/// The zone that this machine is set to, with its changes to and from summer time.
#[derive(Debug)]
struct Here;

impl Zone for Here {
    fn offset_at(&self, moment: DateTime<Utc>) -> FixedOffset {
        moment.with_timezone(&Local).offset().fix()
    }
}

/// What time it is here.
#[must_use]
pub fn system() -> Now {
    Now::new(Utc::now(), Arc::new(Here))
}

/// Notices that a clock was set back between two looks at it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    last: Option<DateTime<Utc>>,
    behind: Option<TimeDelta>,
}

impl Watch {
    /// Takes in what a look at the clock gave.
    pub fn look(&mut self, now: &Now) {
        let behind = self.last.map(|last| last - now.moment()).filter(|by| *by > PATIENCE);
        self.behind = behind.or(self.behind);
        self.last = Some(now.moment());
    }

    /// By how much the clock was set back, once.
    pub fn take(&mut self) -> Option<TimeDelta> {
        self.behind.take()
    }
}
