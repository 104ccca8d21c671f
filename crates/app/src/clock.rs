//! The clock of this machine: the one place in the program that asks for the time. A host hands it on with each call.

use chrono::{DateTime, FixedOffset, Local, Offset as _, Utc};
use conclave_domain::time::{Now, Zone};
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
