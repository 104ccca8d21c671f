//! Backups that are made by themselves, beside the vault: which there are, which one is due, which may go.

use super::ENDING;
use chrono::{DateTime, Datelike as _, NaiveDateTime, Utc};
use conclave_domain::time::Now;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Their folder in the vault's folder.
pub const FOLDER: &str = "backups";

/// How a moment stands in a file's name.
const MOMENT: &str = "%Y%m%dT%H%M%SZ";

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The first of a day on which something changed.
    Daily,
    /// The first daily one of a week.
    Weekly,
    /// Before the schema was changed.
    Migration,
    /// Before the vault was encrypted anew.
    Rekey,
}

impl Reason {
    const ALL: [Self; 4] = [Self::Daily, Self::Weekly, Self::Migration, Self::Rekey];

    /// Its name in file names and calls.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Migration => "migration",
            Self::Rekey => "rekey",
        }
    }

    /// How many of the sort are kept.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::Daily => 7,
            Self::Weekly => 4,
            Self::Migration | Self::Rekey => 3,
        }
    }
}

/// A backup that lies beside the vault. Its name is given only after it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Why it was made.
    pub reason: Reason,
    /// When, to the second.
    pub at: DateTime<Utc>,
    /// Number of the newest journal entry in it.
    pub head: u64,
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
}

/// The file of a backup: `backups/daily-20260102T030405Z-17.conclave-backup`.
pub(crate) fn path(folder: &Path, reason: Reason, at: DateTime<Utc>, head: u64) -> PathBuf {
    folder.join(FOLDER).join(format!("{}-{}-{head}.{ENDING}", reason.name(), at.format(MOMENT)))
}

/// The backups beside a vault, the newest first.
///
/// # Errors
/// The folder cannot be read. One that is not there holds none.
pub fn kept(folder: &Path) -> std::io::Result<Vec<Kept>> {
    let entries = match fs::read_dir(folder.join(FOLDER)) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some((reason, at, head)) = parse(&name) {
            found.push(Kept { reason, at, head, path: entry.path(), size: entry.metadata()?.len() });
        }
    }
    found.sort_by_key(|k| std::cmp::Reverse((k.at, k.head, k.reason)));
    Ok(found)
}

/// Removes what a backup left that ended before it was done.
pub(crate) fn tidy(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder.join(FOLDER)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = Reason::ALL.iter().any(|r| name.starts_with(&format!("{}-", r.name())));
        // Nothing follows the ending of a backup that is done.
        if ours && name.contains(&format!(".{ENDING}.")) {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

fn parse(name: &str) -> Option<(Reason, DateTime<Utc>, u64)> {
    let stem = name.strip_suffix(ENDING)?.strip_suffix('.')?;
    let mut words = stem.split('-');
    let (reason, at, head) = (words.next()?, words.next()?, words.next()?);
    let reason = Reason::ALL.into_iter().find(|r| r.name() == reason)?;
    let at = NaiveDateTime::parse_from_str(at, MOMENT).ok()?.and_utc();
    words.next().is_none().then_some((reason, at, head.parse().ok()?))
}

/// Whether the day's backup is due: something changed since the newest, and there is none of this day yet.
pub(crate) fn due(kept: &[Kept], now: &Now, head: u64) -> bool {
    let newest = kept.iter().map(|k| k.head).max();
    let today = kept.iter().any(|k| k.reason == Reason::Daily && now.day_of(k.at) == now.day());
    !today && newest.is_none_or(|n| n < head)
}

/// Whether the day's backup is also the week's.
pub(crate) fn begins_week(kept: &[Kept], now: &Now) -> bool {
    !kept.iter().any(|k| k.reason == Reason::Weekly && now.day_of(k.at).iso_week() == now.day().iso_week())
}

/// Those that are no longer kept.
pub(crate) fn surplus(kept: &[Kept]) -> Vec<&Kept> {
    let of = |reason| kept.iter().filter(move |k| k.reason == reason).skip(reason.most());
    Reason::ALL.into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use chrono::{Days, FixedOffset, TimeDelta, TimeZone as _};
    use std::sync::Arc;

    fn one(reason: Reason, at: DateTime<Utc>, head: u64) -> Kept {
        Kept { reason, at, head, path: path(Path::new("v"), reason, at, head), size: 1 }
    }

    #[test]
    fn a_name_tells_reason_moment_and_head() {
        let at = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
        let path = path(Path::new("v"), Reason::Rekey, at, 17);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(name, "rekey-20260102T030405Z-17.conclave-backup");
        assert_eq!(parse(&name), Some((Reason::Rekey, at, 17)));
        for other in ["notes.txt", "daily-1-1.conclave-backup", "daily-20260102T030405Z-17.conclave-backup.new"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_day_without_changes_needs_no_backup_and_a_day_needs_one() {
        let at = Utc.with_ymd_and_hms(2026, 1, 9, 12, 0, 0).unwrap();
        let (now, yesterday) = (Now::utc(at), at - Days::new(1));
        assert!(due(&[], &now, 1));
        assert!(!due(&[one(Reason::Daily, yesterday, 5)], &now, 5));
        assert!(due(&[one(Reason::Daily, yesterday, 5)], &now, 6));
        assert!(!due(&[one(Reason::Daily, at, 5)], &now, 9));
        assert!(due(&[one(Reason::Rekey, at, 5)], &now, 9));
    }

    #[test]
    fn the_day_of_a_backup_is_the_local_one() {
        let east = Arc::new(FixedOffset::east_opt(13 * 3600).unwrap());
        // 00:30 in the morning there; it is still the day before at Greenwich.
        let at = Utc.with_ymd_and_hms(2026, 1, 11, 11, 30, 0).unwrap();
        let now = Now::new(at, east);
        let late = one(Reason::Daily, at - TimeDelta::hours(1), 5);
        assert!(due(&[late], &now, 6), "an hour ago was yesterday");
        assert!(
            !due(&[one(Reason::Daily, at + TimeDelta::hours(20), 5)], &now, 6),
            "twenty hours on it is still today"
        );
        let sunday = one(Reason::Weekly, at - TimeDelta::hours(1), 5);
        assert!(begins_week(&[sunday], &now), "and it is Monday");
    }

    #[test]
    fn seven_days_and_four_weeks_are_kept() {
        let start = Utc.with_ymd_and_hms(2026, 1, 5, 12, 0, 0).unwrap();
        let mut all: Vec<Kept> = (0..10).map(|n| one(Reason::Daily, start + Days::new(n), n)).collect();
        all.extend((0..6).map(|n| one(Reason::Weekly, start + Days::new(7 * n), 7 * n)));
        all.sort_by_key(|k| std::cmp::Reverse(k.at));
        let gone: Vec<(Reason, u64)> = surplus(&all).iter().map(|k| (k.reason, k.head)).collect();
        assert_eq!(
            gone,
            [(Reason::Daily, 2), (Reason::Daily, 1), (Reason::Daily, 0), (Reason::Weekly, 7), (Reason::Weekly, 0)]
        );
        assert!(!begins_week(&all, &Now::utc(start)));
        assert!(begins_week(&all, &Now::utc(start - Days::new(7))));
    }
}
