//! The board's own rules, as data with an edition. Defaults are strict; what is looser than the default shows.

use crate::{
    fault::{Fault, FieldFault},
    noun::decision::Tally,
    scale::{Level, Method},
    t,
};
use serde::{Deserialize, Serialize};

/// The charter. Every decision keeps the edition under which it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Charter {
    /// Counts up with every change; 0 is the built-in default.
    pub edition: u32,
    /// The name of the organisation, for covers and headings.
    pub organisation: String,
    /// How likelihood and impact give a level.
    pub risk_method: Method,
    /// The highest level that needs neither plan nor acceptance.
    pub tolerance: Level,
    /// How many seats vote; the quorum is more than half of **all** of them, whoever is present.
    pub voting_seats: u32,
    /// Whether a non-technical seat must be present.
    pub lay_seat_required: bool,
    /// Whether the requester may vote for the own request (a loosening).
    pub requester_may_vote: bool,
    /// Whether "met" needs evidence or a reason where the requirement asks for evidence.
    pub evidence_for_met: bool,
    /// For how many days an approval is valid unless the decision says less.
    pub approval_days: u32,
    /// How many days ahead something counts as due soon.
    pub soon_days: u32,
    /// The smallest group for which fairness figures are shown.
    pub min_group_size: u32,
    /// After how many idle minutes the vault locks; 0 never (a loosening).
    pub auto_lock_minutes: u32,
    /// Whether a system passes a stage gate only when it is clear or overridden.
    #[serde(skip_serializing_if = "is_true")]
    pub gates_bind: bool,
    /// Whether a member may review the answers that they gave (a loosening; binds from the second member on).
    pub review_own_answers: bool,
    /// Whether a member may conclude a review that they carried out alone (a loosening; binds from the second member on).
    pub conclude_own_reviews: bool,
    /// Whether administrators may act for the board: decide, accept risks, override gates (a loosening; binds from the second
    /// member on).
    pub administrators_decide: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_true(flag: &bool) -> bool {
    *flag
}

impl Default for Charter {
    fn default() -> Self {
        Self {
            edition: 0,
            organisation: String::new(),
            risk_method: Method::Table,
            tolerance: Level::Moderate,
            voting_seats: 3,
            lay_seat_required: true,
            requester_may_vote: false,
            evidence_for_met: true,
            approval_days: 365,
            soon_days: 30,
            min_group_size: 30,
            auto_lock_minutes: 10,
            gates_bind: true,
            review_own_answers: false,
            conclude_own_reviews: false,
            administrators_decide: false,
        }
    }
}

impl Charter {
    /// How many voting members must be present: more than half of all voting seats.
    pub fn quorum(&self) -> u32 {
        self.voting_seats / 2 + 1
    }

    /// Whether enough non-recused members were present.
    pub fn has_quorum(&self, tally: &Tally) -> bool {
        tally.present >= self.quorum()
    }

    /// Holds the bounds within which a board may set its rules.
    ///
    /// # Errors
    /// A fault that names every field out of bounds.
    pub fn check(&self) -> Result<(), Fault> {
        let mut faults = Vec::new();
        let mut bound = |key: &str, value: u32, min: u32, max: u32| {
            if !(min..=max).contains(&value) {
                let field = crate::text::label(&format!("charter.{key}"));
                faults.push(FieldFault::new(key, t!("rule.number", field = field, min = min, max = max)));
            }
        };
        bound("voting_seats", self.voting_seats, 1, 99);
        bound("approval_days", self.approval_days, 1, 3660);
        bound("soon_days", self.soon_days, 1, 365);
        bound("min_group_size", self.min_group_size, 1, 100_000);
        bound("auto_lock_minutes", self.auto_lock_minutes, 0, 24 * 60);
        if faults.is_empty() { Ok(()) } else { Err(Fault::invalid(faults)) }
    }

    /// What is looser than the strict default, one sentence each: shown in the settings and in every pack.
    pub fn loosened(&self) -> Vec<String> {
        let strict = Charter::default();
        let mut found = Vec::new();
        if self.tolerance > strict.tolerance {
            found.push(t!("charter.loose_tolerance", level = self.tolerance.label()));
        }
        if self.voting_seats < strict.voting_seats {
            found.push(t!("charter.loose_seats", seats = self.voting_seats));
        }
        if !self.lay_seat_required {
            found.push(t!("charter.loose_lay"));
        }
        if self.requester_may_vote {
            found.push(t!("charter.loose_requester"));
        }
        if !self.evidence_for_met {
            found.push(t!("charter.loose_evidence"));
        }
        if self.approval_days > strict.approval_days {
            found.push(t!("charter.loose_approval", days = self.approval_days));
        }
        if self.min_group_size < strict.min_group_size {
            found.push(t!("charter.loose_group", n = self.min_group_size));
        }
        if !self.gates_bind {
            found.push(t!("charter.loose_gates"));
        }
        if self.review_own_answers {
            found.push(t!("charter.loose_own_answers"));
        }
        if self.conclude_own_reviews {
            found.push(t!("charter.loose_own_reviews"));
        }
        if self.administrators_decide {
            found.push(t!("charter.loose_administrators"));
        }
        if self.auto_lock_minutes == 0 || self.auto_lock_minutes > 60 {
            found.push(t!("charter.loose_lock"));
        }
        found
    }
}
