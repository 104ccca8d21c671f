//! What every chapter needs: names of records, dates, statuses and levels in words and marks.

use super::{Dossier, Profile, table::marked};
use crate::tree::{Cell, Mark};
use chrono::{DateTime, Days, NaiveDate, Utc};
use conclave_domain::{
    answer::{Answer, Coverage, Result},
    call::record::{Approval, Head},
    charter::Charter,
    framework::{Framework, Requirement},
    noun::{Assessment, risk::Rating},
    t,
};
use std::collections::BTreeMap;

/// A dossier with the names of all its records.
pub(super) struct Book<'a> {
    pub dossier: &'a Dossier,
    /// Id → "VEN-0001 Northwind".
    names: BTreeMap<String, String>,
}

impl<'a> Book<'a> {
    pub fn new(dossier: &'a Dossier) -> Book<'a> {
        let mut names = BTreeMap::new();
        let mut add = |head: &Head| {
            names.insert(head.id.to_string(), called(head));
        };
        dossier.portfolio.iter().for_each(|(head, _, _)| add(head));
        for file in &dossier.systems {
            add(&file.head);
            file.vendors.iter().for_each(|(head, _)| add(head));
            file.assets.iter().for_each(|(head, _)| add(head));
            file.assessments.iter().for_each(|a| add(&a.head));
            file.risks.iter().for_each(|(head, _)| add(head));
            file.reviews.iter().for_each(|(head, _)| add(head));
            file.decisions.iter().for_each(|(head, _)| add(head));
            file.findings.iter().for_each(|(head, _)| add(head));
        }
        Book { dossier, names }
    }

    pub fn charter(&self) -> &'a Charter {
        &self.dossier.charter
    }

    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        self.dossier.place.day_of(moment)
    }

    pub fn today(&self) -> NaiveDate {
        self.dossier.today
    }

    pub fn is_public(&self) -> bool {
        self.dossier.profile == Profile::Public
    }

    pub fn is_auditor(&self) -> bool {
        self.dossier.profile == Profile::Auditor
    }

    /// Whether the pack is about one system.
    pub fn alone(&self) -> bool {
        self.dossier.systems.len() == 1
    }

    /// Reference and title of a record by its id, or that it is not in this pack.
    pub fn name_of(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| t!("dossier.elsewhere", id = id))
    }

    /// The framework that an assessment answers, in its edition; the edition of a built-in one is not named.
    pub fn framework(&self, told: &Assessment) -> Option<&'a Framework> {
        let is_it = |f: &&Framework| {
            f.framework.id == told.framework && (told.edition.is_empty() || f.framework.edition == told.edition)
        };
        self.dossier.frameworks.iter().find(is_it)
    }

    /// "CISA/NCSC guidelines, edition 2023-11-27", or the id of a framework that is not known here.
    pub fn framework_name(&self, told: &Assessment) -> String {
        let named = |title: &str, edition: &str| t!("dossier.edition_of", title = title, edition = edition);
        match self.framework(told) {
            Some(f) => named(&f.framework.title, &f.framework.edition),
            None if told.edition.is_empty() => told.framework.clone(),
            None => named(&told.framework, &told.edition),
        }
    }

    /// What a framework is called in one line, whatever its edition.
    pub fn short_title(&self, id: &str) -> String {
        let about = self.dossier.frameworks.iter().map(|f| &f.framework).find(|about| about.id == id);
        let called = about.map(|about| if about.short_title.is_empty() { &about.title } else { &about.short_title });
        called.filter(|title| !title.is_empty()).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// A due date, which says and shows if it is past or near while the thing is open.
    pub fn due(&self, due: Option<NaiveDate>, open: bool) -> Cell {
        let Some(due) = due else { return Cell::default() };
        let shown = day(due);
        let soon = self.today().checked_add_days(Days::new(u64::from(self.charter().soon_days)));
        if open && due < self.today() {
            marked(Mark::Bad, t!("dossier.overdue", day = shown))
        } else if open && soon.is_some_and(|soon| due <= soon) {
            marked(Mark::Warn, t!("dossier.due_soon", day = shown))
        } else {
            shown.into()
        }
    }

    /// A rating with its level: "High · Likely × Major".
    pub fn rating(&self, rating: &Rating) -> Cell {
        match rating.level(self.charter()) {
            Some(level) => marked(
                Mark::Level(level.rank()),
                format!("{} ({}\u{a0}×\u{a0}{})", level.label(), rating.likelihood, rating.impact),
            ),
            None => marked(Mark::Open, t!("dossier.not_rated")),
        }
    }
}

/// Reference and title.
pub(super) fn called(head: &Head) -> String {
    if head.title.trim().is_empty() { head.reference.clone() } else { format!("{} {}", head.reference, head.title) }
}

/// "20 Nov 2026", which no line break divides.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d\u{a0}%b\u{a0}%Y").to_string()
}

/// A date, or "".
pub(super) fn maybe_day(date: Option<NaiveDate>) -> String {
    date.map(day).unwrap_or_default()
}

/// "20 Nov 2026, 14:05 UTC".
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d\u{a0}%b\u{a0}%Y, %H:%M\u{a0}UTC").to_string()
}

/// A number with a true minus sign.
pub(super) fn decimal(value: f64, places: usize) -> String {
    let shown = format!("{value:.places$}");
    match shown.strip_prefix('-') {
        Some(zero) if zero.chars().all(|c| matches!(c, '0' | '.')) => zero.to_owned(),
        Some(number) => format!("−{number}"),
        None => shown,
    }
}

pub(super) fn yes_no(flag: bool) -> String {
    if flag { t!("choice.yes") } else { t!("choice.no") }
}

/// The mark of an approval.
pub(super) fn approval_mark(approval: &Approval) -> Mark {
    match approval {
        Approval::None => Mark::Open,
        Approval::Deferred { .. } => Mark::Warn,
        Approval::InForce { overdue_conditions, .. } if *overdue_conditions > 0 => Mark::Bad,
        Approval::InForce { open_conditions, .. } if *open_conditions > 0 => Mark::Warn,
        Approval::InForce { .. } => Mark::Good,
        Approval::Expired { .. } | Approval::Stale { .. } | Approval::Refused { .. } => Mark::Bad,
    }
}

/// The mark of a result.
pub(super) fn result_mark(result: Result) -> Mark {
    match result {
        Result::Met => Mark::Good,
        Result::Partly => Mark::Warn,
        Result::NotMet => Mark::Bad,
        Result::NotApplicable => Mark::None,
        Result::NotAssessed => Mark::Open,
    }
}

/// The result of a requirement; without an answer it is not assessed.
pub(super) fn result_of(answers: &BTreeMap<String, Answer>, requirement: &Requirement) -> Result {
    answers.get(&requirement.id).map_or(Result::NotAssessed, |a| a.result)
}

/// The coverage of some requirements.
pub(super) fn coverage<'r>(
    answers: &BTreeMap<String, Answer>,
    requirements: impl Iterator<Item = &'r Requirement>,
) -> Coverage {
    let mut coverage = Coverage::default();
    requirements.for_each(|r| coverage.add(result_of(answers, r), 1));
    coverage
}

/// "28 of 38 (73 %)": met of applicable; in words if none applies.
pub(super) fn met_share(coverage: &Coverage) -> String {
    match coverage.percent_met() {
        Some(percent) => t!("dossier.share", n = coverage.met, of = coverage.applicable(), percent = percent),
        None => t!("dossier.none_applies"),
    }
}
