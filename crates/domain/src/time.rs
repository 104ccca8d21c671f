//! Moments and days. The host tells the time once per call; nothing below it and no page asks a clock.

use crate::{fault::Fault, t};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Offset as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, sync::Arc};

/// How far local time is from UTC, moment by moment: a zone with its changes to and from summer time.
pub trait Zone: fmt::Debug + Send + Sync {
    /// The offset that counts at a moment.
    fn offset_at(&self, moment: DateTime<Utc>) -> FixedOffset;
}

impl Zone for FixedOffset {
    fn offset_at(&self, _: DateTime<Utc>) -> FixedOffset {
        *self
    }
}

/// Where a person sits, as far as days are concerned; by default where local time is UTC.
#[derive(Debug, Clone)]
pub struct Place(Arc<dyn Zone>);

impl Default for Place {
    fn default() -> Self {
        Self(Arc::new(Utc.fix()))
    }
}

impl Place {
    /// The calendar day of a moment there.
    #[must_use]
    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.0.offset_at(moment)).date_naive()
    }

    /// The first moment of a day there. Where summer time begins at midnight that is the moment of the change.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN).and_utc();
        let local = |offset: FixedOffset| midnight - TimeDelta::seconds(i64::from(offset.local_minus_utc()));
        // No zone changes twice within two days, so one of the offsets around the day counts at its midnight.
        let offsets = [-26, 26].map(|hours| self.0.offset_at(midnight + TimeDelta::hours(hours)));
        let candidates = offsets.map(local);
        let first = candidates.into_iter().filter(|m| self.day_of(*m) >= day).min();
        first.unwrap_or(candidates[0])
    }

    /// The last moment of a day there, in whole microseconds.
    #[must_use]
    pub fn end_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let next = day.succ_opt().unwrap_or(day);
        self.start_of(next) - TimeDelta::microseconds(1)
    }
}

/// The time of one call: the moment, and the calendar day that it falls on where the person sits.
#[derive(Debug, Clone)]
pub struct Now {
    moment: DateTime<Utc>,
    place: Place,
}

impl Now {
    /// A moment in a zone, cut to whole microseconds so that it reads back as it was written.
    #[must_use]
    pub fn new(moment: DateTime<Utc>, zone: Arc<dyn Zone>) -> Self {
        let moment = DateTime::from_timestamp_micros(moment.timestamp_micros()).unwrap_or_default();
        Self { moment, place: Place(zone) }
    }

    /// A moment where local time is UTC.
    #[must_use]
    pub fn utc(moment: DateTime<Utc>) -> Self {
        Self::new(moment, Arc::new(Utc.fix()))
    }

    /// The moment.
    #[must_use]
    pub fn moment(&self) -> DateTime<Utc> {
        self.moment
    }

    /// The local calendar day.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.day_of(self.moment)
    }

    /// Another moment in the same zone.
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> Self {
        Self::new(moment, self.place.0.clone())
    }

    /// The local calendar day of a moment.
    #[must_use]
    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        self.place.day_of(moment)
    }

    /// Where the person sits.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place.clone()
    }

    /// The first moment of a local day. Where summer time begins at midnight that is the moment of the change.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.place.start_of(day)
    }

    /// The last moment of a local day, in whole microseconds.
    #[must_use]
    pub fn end_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.place.end_of(day)
    }
}

/// The state of which moment is meant: a local day stands for its end, today for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AsOf {
    /// The end of a day where the person sits.
    Day(NaiveDate),
    /// A moment.
    Moment(DateTime<Utc>),
}

impl AsOf {
    /// The moment that is meant.
    ///
    /// # Errors
    /// It lies in the future: a fault at the field `as_of`.
    pub fn resolve(self, now: &Now) -> Result<DateTime<Utc>, Fault> {
        let moment = match self {
            AsOf::Day(day) if day == now.day() => now.moment(),
            AsOf::Day(day) => now.end_of(day),
            AsOf::Moment(moment) => moment,
        };
        if moment > now.moment() {
            return Err(Fault::invalid_field("as_of", t!("app.as_of_future", today = now.day())));
        }
        Ok(moment)
    }
}

impl FromStr for AsOf {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        // Ten characters: "26-1-1" would read as a day of the year 26.
        if text.len() == "2026-01-31".len()
            && let Ok(day) = text.parse()
        {
            return Ok(AsOf::Day(day));
        }
        let moment = DateTime::parse_from_rfc3339(text);
        moment
            .map(|m| AsOf::Moment(m.to_utc()))
            .map_err(|_| Fault::invalid_field("as_of", t!("app.as_of_unreadable", text = text)))
    }
}

impl TryFrom<String> for AsOf {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<AsOf> for String {
    fn from(as_of: AsOf) -> String {
        match as_of {
            AsOf::Day(day) => day.to_string(),
            AsOf::Moment(moment) => moment.to_rfc3339(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn hours(n: i32) -> FixedOffset {
        FixedOffset::east_opt(n * 3600).unwrap()
    }

    /// A zone with one change of its offset.
    #[derive(Debug)]
    struct Change(DateTime<Utc>, FixedOffset, FixedOffset);

    impl Zone for Change {
        fn offset_at(&self, at: DateTime<Utc>) -> FixedOffset {
            if at < self.0 { self.1 } else { self.2 }
        }
    }

    #[test]
    fn the_day_is_that_of_the_place_before_and_after_its_midnight() {
        for (offset, before, after) in [
            (-11, "2026-12-31T10:59:59Z", "2026-12-31T11:00:00Z"),
            (0, "2026-12-30T23:59:59Z", "2026-12-31T00:00:00Z"),
            (13, "2026-12-30T10:59:59Z", "2026-12-30T11:00:00Z"),
        ] {
            let at = |m: &str| Now::new(moment(m), Arc::new(hours(offset)));
            assert_eq!(at(before).day(), day("2026-12-30"), "UTC{offset:+}");
            assert_eq!(at(after).day(), day("2026-12-31"), "UTC{offset:+}");
            assert_eq!(at(before).end_of(day("2026-12-30")) + TimeDelta::microseconds(1), moment(after));
        }
    }

    #[test]
    fn a_day_with_a_change_of_summer_time_begins_and_ends_once() {
        // Forward at two, back at three, and forward at midnight, where the day begins at one.
        let forward = Change(moment("2026-03-29T01:00:00Z"), hours(1), hours(2));
        let now = Now::new(moment("2026-03-29T12:00:00Z"), Arc::new(forward));
        assert_eq!(now.start_of(day("2026-03-29")), moment("2026-03-28T23:00:00Z"));
        assert_eq!(now.start_of(day("2026-03-30")), moment("2026-03-29T22:00:00Z"), "a day of 23 hours");
        let back = Change(moment("2026-10-25T01:00:00Z"), hours(2), hours(1));
        let now = Now::new(moment("2026-10-25T12:00:00Z"), Arc::new(back));
        assert_eq!(now.start_of(day("2026-10-25")), moment("2026-10-24T22:00:00Z"));
        assert_eq!(now.start_of(day("2026-10-26")), moment("2026-10-25T23:00:00Z"), "a day of 25 hours");
        let midnight = Change(moment("2026-09-06T04:00:00Z"), hours(-4), hours(-3));
        let now = Now::new(moment("2026-09-06T12:00:00Z"), Arc::new(midnight));
        assert_eq!(now.start_of(day("2026-09-06")), moment("2026-09-06T04:00:00Z"), "the day begins at one o'clock");
        assert_eq!(now.end_of(day("2026-09-05")), moment("2026-09-06T03:59:59.999999Z"));
        for n in 0..60 {
            let d = day("2026-08-15") + chrono::Days::new(n);
            assert_eq!((now.day_of(now.start_of(d)), now.day_of(now.end_of(d))), (d, d));
        }
    }

    #[test]
    fn today_means_now_and_another_day_its_end_where_the_person_sits() {
        let now = Now::new(moment("2026-11-27T20:00:00Z"), Arc::new(hours(13)));
        assert_eq!(now.day(), day("2026-11-28"));
        assert_eq!(AsOf::Day(day("2026-11-28")).resolve(&now).unwrap(), now.moment(), "today is never in the future");
        assert_eq!(AsOf::Day(day("2026-11-27")).resolve(&now).unwrap(), moment("2026-11-27T10:59:59.999999Z"));
        assert!(AsOf::Day(day("2026-11-29")).resolve(&now).unwrap_err().about("as_of").is_some());
        assert!(AsOf::Moment(moment("2026-11-27T20:00:01Z")).resolve(&now).is_err());
        for text in ["2026-11-27", "2026-11-27T12:00:00+00:00"] {
            let read: AsOf = text.parse().unwrap();
            assert_eq!(String::from(read), text);
        }
        for text in ["yesterday", "26-1-1", "2026-1-31", "2026-01-31T12:00:00"] {
            assert!(text.parse::<AsOf>().is_err(), "{text}");
        }
    }
}
