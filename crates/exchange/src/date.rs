//! Dates as people write them, read into calendar dates, with an honest account of what the text did not say.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Which of the first two numbers of `7/4/2023` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `7/4/2023` is the 4th of July.
    MonthFirst,
    /// `7/4/2023` is the 7th of April.
    DayFirst,
}

/// What a text says as a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateReading {
    /// One day. `more` when the text said more than the day, such as a time.
    Day {
        /// The day.
        date: NaiveDate,
        /// Whether the text also holds a time of day other than midnight.
        more: bool,
    },
    /// A longer period; its first day.
    Period {
        /// Its first day.
        date: NaiveDate,
        /// What is stated, for a sentence ("no day", "a fiscal year", …).
        stated: &'static str,
    },
    /// Two days fit, because day and month cannot be told apart.
    Ambiguous,
    /// No date.
    Not,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const FULL_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Words next to a date that say nothing new.
const FILLERS: &[&str] = &[
    "st",
    "nd",
    "rd",
    "th",
    "of",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Value, number of digits.
    Number(u32, usize),
    /// 1 to 12.
    Month(u32),
    Fiscal,
    Quarter,
}

/// Reads a date. Without `order`, numbers that could be day or month either way are [`DateReading::Ambiguous`].
///
/// A bare month or year gives its first day. `FY2023` gives 2022-10-01: the fiscal year of the US federal government,
/// which is the one that writes so. Days of 1905 that are really mistyped years are
/// read as those years. Five digits are the day number of a spreadsheet (1900 system). Two-digit years are
/// 1970 to 2069. Years outside 1900 to 2199 are no dates.
pub fn read_date(text: &str, order: Option<DateOrder>) -> DateReading {
    let (day, time) = split_time(text.trim());
    if let Some(reading) = serial(day) {
        return reading;
    }
    let Some((tokens, separator)) = tokens(day) else { return DateReading::Not };
    use Token::{Fiscal, Month, Number, Quarter};
    let reading = match tokens.as_slice() {
        [Number(year, 4)] => period(ymd(*year, 1, 1), "a year without month and day"),
        [Number(all, 8)] => exact(ymd(all / 10_000, all / 100 % 100, all % 100)),
        [Number(all, 6)] => period(ymd(all / 100, all % 100, 1), "a month without day"),
        [Number(year, 4), Number(month, 1 | 2)] | [Number(month, 1 | 2), Number(year, 4)] => {
            period(ymd(*year, *month, 1), "a month without day")
        }
        [Number(year, 4), Number(month, _), Number(day, _)] => exact(ymd(*year, *month, *day)),
        // `21-07-01` may start with the year.
        [Number(_, 2), Number(_, 2), Number(_, 2)] if separator == Some('-') => DateReading::Ambiguous,
        [Number(first, 1 | 2), Number(second, 1 | 2), Number(year, digits @ (2 | 4))] => {
            let order = if separator == Some('.') { Some(DateOrder::DayFirst) } else { order };
            by_order(*first, *second, full_year(*year, *digits), order)
        }
        [Month(month), Number(year, digits @ (2 | 4))] | [Number(year, digits @ 4), Month(month)] => {
            period(ymd(full_year(*year, *digits), *month, 1), "a month without day")
        }
        [Month(month), Number(day, 1 | 2), Number(year, digits @ (2 | 4))]
        | [Number(day, 1 | 2), Month(month), Number(year, digits @ (2 | 4))]
        | [Number(year, digits @ 4), Month(month), Number(day, 1 | 2)] => {
            exact(ymd(full_year(*year, *digits), *month, *day))
        }
        [Fiscal, Number(year, digits @ (2 | 4))] => {
            period(ymd(full_year(*year, *digits).wrapping_sub(1), 10, 1), "a fiscal year (October to September)")
        }
        [Fiscal, Number(year, digits @ (2 | 4)), Quarter, Number(quarter @ 1..=4, 1)]
        | [Quarter, Number(quarter @ 1..=4, 1), Fiscal, Number(year, digits @ (2 | 4))] => {
            fiscal_quarter(full_year(*year, *digits), *quarter)
        }
        [Quarter, Number(quarter @ 1..=4, 1), Number(year, 4)]
        | [Number(year, 4), Quarter, Number(quarter @ 1..=4, 1)] => period(ymd(*year, quarter * 3 - 2, 1), "a quarter"),
        _ => DateReading::Not,
    };
    match reading {
        DateReading::Day { date, .. } => mistaken_year(date).unwrap_or(DateReading::Day { date, more: time }),
        other => other,
    }
}

/// Whether a text is written like a date; bare numbers are not.
pub(crate) fn looks_like_date(text: &str) -> bool {
    text.len() <= 40
        && !text.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && read_date(text, None) != DateReading::Not
}

/// What the values of a column say about the order of day and month: `None` when nothing, or contradictory.
pub(crate) fn order_of<'a>(values: impl Iterator<Item = &'a str>) -> Option<DateOrder> {
    let (mut month_first, mut day_first) = (0, 0);
    for value in values.filter(|value| value.len() <= 40) {
        let (day, _) = split_time(value.trim());
        let Some((tokens, Some('/' | '-'))) = tokens(day) else { continue };
        if let [Token::Number(first, 1 | 2), Token::Number(second, 1 | 2), Token::Number(_, 4)] = tokens.as_slice() {
            month_first += usize::from((1..=12).contains(first) && (13..=31).contains(second));
            day_first += usize::from((13..=31).contains(first) && (1..=12).contains(second));
        }
    }
    match (month_first, day_first) {
        (0, 0) => None,
        (m, d) if m >= 20 * d => Some(DateOrder::MonthFirst),
        (m, d) if d >= 20 * m => Some(DateOrder::DayFirst),
        _ => None,
    }
}

fn by_order(first: u32, second: u32, year: u32, order: Option<DateOrder>) -> DateReading {
    let month_first = ymd(year, first, second);
    let day_first = ymd(year, second, first);
    match (month_first, day_first, order) {
        (Some(date), None, _) | (None, Some(date), _) | (Some(date), Some(_), Some(DateOrder::MonthFirst)) => {
            exact(Some(date))
        }
        (Some(_), Some(date), Some(DateOrder::DayFirst)) => exact(Some(date)),
        (Some(one), Some(other), None) if one == other => exact(Some(one)),
        (Some(_), Some(_), None) => DateReading::Ambiguous,
        (None, None, _) => DateReading::Not,
    }
}

/// A year typed into a cell that is formatted as a date becomes that day number: 2022 shows as 14 July 1905. The days
/// of 1905 that stand for the years 2000 to 2099 are taken back to the year.
fn mistaken_year(date: NaiveDate) -> Option<DateReading> {
    let days = date.signed_duration_since(NaiveDate::from_ymd_opt(1899, 12, 30)?).num_days();
    let year = u32::try_from(days).ok().filter(|days| (2000..2100).contains(days))?;
    Some(period(ymd(year, 1, 1), "a year that a spreadsheet turned into a date"))
}

fn fiscal_quarter(year: u32, quarter: u32) -> DateReading {
    let (year, month) = if quarter == 1 { (year.wrapping_sub(1), 10) } else { (year, quarter * 3 - 5) };
    period(ymd(year, month, 1), "a quarter of a fiscal year (October to September)")
}

fn exact(date: Option<NaiveDate>) -> DateReading {
    date.map_or(DateReading::Not, |date| DateReading::Day { date, more: false })
}

fn period(date: Option<NaiveDate>, stated: &'static str) -> DateReading {
    date.map_or(DateReading::Not, |date| DateReading::Period { date, stated })
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1900..2200).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)
}

fn full_year(year: u32, digits: usize) -> u32 {
    match (digits, year) {
        (2, 70..) => 1900 + year,
        (2, _) => 2000 + year,
        _ => year,
    }
}

/// A spreadsheet's day number between 1954 and 2119; other five-digit numbers are hardly ever dates.
fn serial(text: &str) -> Option<DateReading> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() != 5 || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let days: u64 = whole.parse().ok()?;
    // Day 1 is 1900-01-01 and 1900 counts as a leap year there, so later days count from 1899-12-30.
    let date = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))?;
    let more = fraction.bytes().any(|byte| byte != b'0');
    Some(if (20_000..80_000).contains(&days) { DateReading::Day { date, more } } else { DateReading::Not })
}

/// Splits a time of day off; the second part tells whether it is other than midnight.
fn split_time(text: &str) -> (&str, bool) {
    let Some(colon) = text.find(':') else { return (text, false) };
    let Some(start) = text.get(..colon).and_then(|before| before.rfind([' ', 'T', 't', ','])) else {
        return (text, false);
    };
    let time = &text[start + 1..];
    let allowed =
        |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | ' ' | 'Z' | 'z') || "aApPmMUTC".contains(c);
    if !time.chars().all(allowed) {
        return (text, false);
    }
    let midnight =
        time.trim() == "12:00 AM" || time.trim() == "12:00:00 AM" || !time.bytes().any(|b| matches!(b, b'1'..=b'9'));
    (text[..start].trim_end_matches([',', ' ']), !midnight)
}

/// The numbers and words of a text, and the first separator. `None` when a word is no part of a date.
fn tokens(text: &str) -> Option<(Vec<Token>, Option<char>)> {
    if text.is_empty() || text.len() > 40 {
        return None;
    }
    let mut tokens = Vec::new();
    let mut separator = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let same = |other: char| {
            (c.is_ascii_digit() && other.is_ascii_digit()) || (c.is_alphabetic() && other.is_alphabetic())
        };
        let end = rest.find(|other| !same(other)).unwrap_or(rest.len());
        if end == 0 {
            if !matches!(c, '/' | '-' | '.' | ',' | ' ' | '–' | '’' | '\'' | '\u{a0}') {
                return None;
            }
            separator = separator.or(Some(c));
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (part, after) = rest.split_at(end);
        tokens.extend(token(part)?);
        rest = after;
    }
    Some((tokens, separator))
}

/// A number or word; `Some(None)` for a filler, `None` for a foreign word.
fn token(part: &str) -> Option<Option<Token>> {
    if part.as_bytes()[0].is_ascii_digit() {
        return (part.len() <= 8).then(|| part.parse().ok().map(|value| Token::Number(value, part.len())));
    }
    let word = part.to_lowercase();
    let month = |list: &[&str]| list.iter().position(|name| *name == word).map(|at| Token::Month(at as u32 + 1));
    if let Some(month) = month(&MONTHS).or_else(|| month(&FULL_MONTHS)) {
        return Some(Some(month));
    }
    match word.as_str() {
        "sept" => Some(Some(Token::Month(9))),
        "fy" => Some(Some(Token::Fiscal)),
        "q" | "quarter" => Some(Some(Token::Quarter)),
        _ if FILLERS.contains(&word.as_str()) => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn iso(text: &str, order: Option<DateOrder>) -> String {
        match read_date(text, order) {
            DateReading::Day { date, more } => format!("{date}{}", if more { "+" } else { "" }),
            DateReading::Period { date, .. } => format!("~{date}"),
            DateReading::Ambiguous => "?".into(),
            DateReading::Not => "-".into(),
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let us = Some(DateOrder::MonthFirst);
        for (text, wanted) in [
            ("2023-07-01", "2023-07-01"),
            ("2023-07-01T00:00:00Z", "2023-07-01"),
            ("2023-07-01 14:30", "2023-07-01+"),
            ("2023/7/1", "2023-07-01"),
            ("20230701", "2023-07-01"),
            ("7/14/2023", "2023-07-14"),
            ("7/1/2023 0:00", "2023-07-01"),
            ("7/1/23", "2023-07-01"),
            ("1.7.2023", "2023-07-01"),
            ("July 1, 2023", "2023-07-01"),
            ("1st of July 2023", "2023-07-01"),
            ("1-Jul-23", "2023-07-01"),
            ("Jul-21", "~2021-07-01"),
            ("September 2024", "~2024-09-01"),
            ("10/2022", "~2022-10-01"),
            ("2022-10", "~2022-10-01"),
            ("2021", "~2021-01-01"),
            ("FY2023", "~2022-10-01"),
            ("FY 23 Q2", "~2023-01-01"),
            ("Q1 FY2023", "~2022-10-01"),
            ("Q3 2023", "~2023-07-01"),
            ("Q4FY25", "~2025-07-01"),
            ("7/14/1905", "~2022-01-01"),
            ("45292", "2024-01-01"),
            ("45292.5", "2024-01-01+"),
        ] {
            assert_eq!(iso(text, us), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_stays_no_date() {
        for text in [
            "",
            "N/A",
            "soon",
            "13/13/2023",
            "2023-02-30",
            "21-Jul",
            "12345",
            "1/2",
            "99999999999",
            "5 systems",
            "10:30",
        ] {
            assert_eq!(iso(text, Some(DateOrder::MonthFirst)), "-", "{text}");
        }
    }

    #[test]
    fn day_and_month_are_never_guessed() {
        assert_eq!(iso("3/4/2023", None), "?");
        assert_eq!(iso("3/3/2023", None), "2023-03-03");
        assert_eq!(iso("14/3/2023", None), "2023-03-14");
        assert_eq!(iso("3/4/2023", Some(DateOrder::DayFirst)), "2023-04-03");
    }

    #[test]
    fn the_order_follows_from_the_whole_column() {
        assert_eq!(order_of(["7/1/2023", "8/29/2023"].into_iter()), Some(DateOrder::MonthFirst));
        assert_eq!(order_of(["29/8/2023", "1/7/2023"].into_iter()), Some(DateOrder::DayFirst));
        assert_eq!(order_of(["29/8/2023", "8/29/2023"].into_iter()), None);
        assert_eq!(order_of(["1/2/2023"].into_iter()), None);
    }
}
