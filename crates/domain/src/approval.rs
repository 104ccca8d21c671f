//! Where the board's approval of a system stands: the reality, not the label.

use crate::{
    call::record::Approval,
    noun::{Decision, System},
    t,
};
use chrono::NaiveDate;

/// The approval of a system on a day, from its decisions with their references. Drafts count for nothing; among those
/// taken, the one with the latest day (then the latest in the list) counts.
///
/// An approval is stale when a later version carries a change that a person judged material.
pub fn stand(system: &System, decisions: &[(String, Decision)], today: NaiveDate) -> Approval {
    let newest = decisions.iter().filter(|(_, d)| d.is_decided()).max_by_key(|(_, d)| d.decided_on);
    let Some((reference, decision)) = newest else { return Approval::None };
    let reference = reference.clone();
    match decision.outcome.as_str() {
        "defer" => return Approval::Deferred { decision: reference },
        "reject" | "suspend" | "terminate" => {
            return Approval::Refused { decision: reference, outcome: decision.outcome.clone() };
        }
        _ => {}
    }
    if let Some(version) = material_since(system, decision) {
        return Approval::Stale { decision: reference, version };
    }
    match decision.valid_until {
        Some(until) if until < today => Approval::Expired { decision: reference, since: until },
        until => {
            let open = decision.conditions.iter().filter(|c| c.is_open());
            let overdue = open.clone().filter(|c| c.due_on.is_some_and(|d| d < today)).count();
            Approval::InForce {
                decision: reference,
                until,
                open_conditions: u32::try_from(open.count()).unwrap_or(u32::MAX),
                overdue_conditions: u32::try_from(overdue).unwrap_or(u32::MAX),
            }
        }
    }
}

/// The newest material version after the one that was decided on.
fn material_since(system: &System, decision: &Decision) -> Option<String> {
    let decided = system.versions.iter().position(|v| v.label == decision.version && !v.label.is_empty());
    let later = match decided {
        Some(place) => &system.versions[place + 1..],
        None => &system.versions[..],
    };
    later
        .iter()
        .rev()
        .find(|v| {
            v.material && (decided.is_some() || v.date.is_some_and(|d| decision.decided_on.is_some_and(|on| d > on)))
        })
        .map(|v| v.label.clone())
}

impl Approval {
    /// The reality in a few words.
    pub fn sentence(&self, today: NaiveDate) -> String {
        match self {
            Approval::None => t!("approval.none"),
            Approval::InForce { until, open_conditions: 0, .. } => match until {
                Some(until) => t!("approval.in_force", until = until.format("%-d %b %Y")),
                None => t!("approval.in_force_open"),
            },
            Approval::InForce { open_conditions, overdue_conditions, .. } if *overdue_conditions > 0 => {
                t!("approval.condition_overdue", open = open_conditions, overdue = overdue_conditions)
            }
            Approval::InForce { open_conditions, .. } => t!("approval.conditional", open = open_conditions),
            Approval::Expired { since, .. } => t!("approval.expired", days = (today - *since).num_days()),
            Approval::Stale { version, .. } => t!("approval.stale", version = version),
            Approval::Refused { outcome, .. } => crate::field::choice_label("outcome", outcome),
            Approval::Deferred { .. } => t!("approval.deferred"),
        }
    }

    /// Whether the system may go on today.
    pub fn is_good(&self) -> bool {
        matches!(self, Approval::InForce { overdue_conditions: 0, .. })
    }

    /// The decision it rests on.
    pub fn decision(&self) -> Option<&str> {
        match self {
            Approval::None => None,
            Approval::InForce { decision, .. }
            | Approval::Expired { decision, .. }
            | Approval::Stale { decision, .. }
            | Approval::Refused { decision, .. }
            | Approval::Deferred { decision } => Some(decision),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::noun::system::Version;

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    fn approved(until: &str) -> (String, Decision) {
        let decision = Decision {
            status: "decided".into(),
            outcome: "approve".into(),
            version: "1".into(),
            decided_on: Some(day("2026-01-01")),
            valid_until: Some(day(until)),
            ..Decision::default()
        };
        ("DEC-0001".into(), decision)
    }

    fn system(material: bool) -> System {
        let version = |label: &str, material| Version { label: label.into(), material, ..Version::default() };
        System { versions: vec![version("1", true), version("2", material)], ..System::default() }
    }

    #[test]
    fn an_approval_is_good_on_its_last_day_and_expired_on_the_next() {
        let decisions = [approved("2026-06-30")];
        assert!(stand(&system(false), &decisions, day("2026-06-30")).is_good());
        let expired = stand(&system(false), &decisions, day("2026-07-12"));
        assert_eq!(expired, Approval::Expired { decision: "DEC-0001".into(), since: day("2026-06-30") });
        assert!(expired.sentence(day("2026-07-12")).contains("12"));
    }

    #[test]
    fn a_material_version_after_the_decision_makes_it_stale_and_another_does_not() {
        let decisions = [approved("2027-01-01")];
        assert!(stand(&system(false), &decisions, day("2026-06-30")).is_good());
        let stale = stand(&system(true), &decisions, day("2026-06-30"));
        assert_eq!(stale, Approval::Stale { decision: "DEC-0001".into(), version: "2".into() });
    }

    #[test]
    fn a_draft_decision_approves_nothing() {
        let (reference, mut decision) = approved("2027-01-01");
        decision.status = "draft".into();
        assert_eq!(stand(&system(false), &[(reference, decision)], day("2026-06-30")), Approval::None);
    }
}
