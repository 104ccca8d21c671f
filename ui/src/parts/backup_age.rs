//! How old the newest verified backup is, in words, and when that is worth a word of warning.

use super::dom;
use chrono::NaiveDate;
use conclave_domain::{call::backup::Backups, t};

/// After so many days a backup is old, if anything changed since.
const OLD: i64 = 7;

/// Whether there is none, or it is old and something changed since.
pub fn is_stale(backups: &Backups, today: NaiveDate) -> bool {
    match backups.newest {
        None => true,
        Some(newest) => backups.changes_since > 0 && (today - dom::local_day(newest)).num_days() > OLD,
    }
}

/// "Last verified backup: 3 days ago, 12 changes since".
pub fn sentence(backups: &Backups, today: NaiveDate) -> String {
    let Some(newest) = backups.newest else { return t!("settings.backup_never") };
    let when = match (today - dom::local_day(newest)).num_days() {
        ..=0 => t!("settings.backup_today"),
        1 => t!("settings.backup_yesterday"),
        n => t!("settings.backup_days", n = n),
    };
    let changes = match backups.changes_since {
        0 => t!("settings.backup_changes_none"),
        1 => t!("settings.backup_changes_one"),
        n => t!("settings.backup_changes", n = dom::count(n)),
    };
    t!("settings.backup_last", when = when, changes = changes)
}
