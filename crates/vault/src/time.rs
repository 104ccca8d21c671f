//! Moments as the database keeps them: microseconds since 1970, UTC.

use chrono::{DateTime, Utc};

/// A moment as microseconds.
pub fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// A moment from microseconds; out-of-range numbers become 1970.
pub fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
