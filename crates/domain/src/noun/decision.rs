//! Board decisions: who decided what about which version of a system, on what conditions, until when.

use super::{Columns, Gap, Noun};
use crate::{
    charter::Charter,
    fault::FieldFault,
    field::{ChoiceGroup, Field, FieldKind, field},
    kind::Kind,
    t,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a board can decide.
pub static OUTCOME: ChoiceGroup = ChoiceGroup {
    name: "outcome",
    values: &["approve", "approve_with_conditions", "defer", "reject", "exempt", "suspend", "terminate"],
};
/// How the decision was reached.
pub static ROUTE: ChoiceGroup = ChoiceGroup { name: "route", values: &["full_board", "expedited"] };
/// A draft can still change; a decided one is history.
pub static STATUS: ChoiceGroup = ChoiceGroup { name: "decision_status", values: &["draft", "decided"] };
/// How a member voted.
pub static VOTE: ChoiceGroup = ChoiceGroup { name: "vote", values: &["for", "against", "abstain", "absent"] };
/// Where a condition stands.
pub static CONDITION: ChoiceGroup = ChoiceGroup { name: "condition_status", values: &["open", "met", "waived"] };

/// One seat's part in the decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seat {
    /// Who sits on it.
    pub name: String,
    /// One of [`VOTE`].
    pub vote: String,
    /// Whether the seat stands for a non-technical view.
    pub lay: bool,
    /// Whether the member was recused: then the vote does not count, nor does the presence.
    pub recused: bool,
    /// Why the member was recused, or the reason of a dissent.
    pub note: String,
}

/// A condition of an approval.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Condition {
    /// What must be done, specific enough for somebody else to verify.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// Who verifies it.
    pub verifier: String,
    /// Until when.
    #[serde(with = "crate::dates::optional")]
    pub due_on: Option<NaiveDate>,
    /// One of [`CONDITION`]; "" is open.
    pub status: String,
    /// What showed that it is met, or why it was waived.
    pub note: String,
}

impl Condition {
    /// Whether it still has to be met.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "" | "open")
    }
}

/// A board decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Decision {
    pub title: String,
    pub subject: Option<Uuid>,
    pub version: String,
    pub status: String,
    pub route: String,
    pub requested_by: String,
    pub reviews: Vec<Uuid>,
    pub seats: Vec<Seat>,
    pub outcome: String,
    pub rationale: String,
    pub dissent: String,
    pub conditions: Vec<Condition>,
    #[serde(with = "crate::dates::optional")]
    pub decided_on: Option<NaiveDate>,
    #[serde(with = "crate::dates::optional")]
    pub valid_until: Option<NaiveDate>,
    pub derogation: String,
    /// SHA-256 of exactly what was reviewed: set by the program when the decision is taken.
    pub reviewed_hash: String,
    /// The charter's edition under which it was taken: set by the program.
    pub charter_edition: u32,
    pub notes: String,
}

const SEAT_FIELDS: &[Field] = &[
    field("name", FieldKind::Person, "").required(),
    field("vote", FieldKind::Choice(&VOTE), ""),
    field("lay", FieldKind::Flag, ""),
    field("recused", FieldKind::Flag, ""),
    field("note", FieldKind::Text, ""),
];
const CONDITION_FIELDS: &[Field] = &[
    field("text", FieldKind::Text, "").required(),
    field("owner", FieldKind::Person, ""),
    field("verifier", FieldKind::Person, ""),
    field("due_on", FieldKind::Date, ""),
    field("status", FieldKind::Choice(&CONDITION), ""),
    field("note", FieldKind::Text, ""),
];

impl Noun for Decision {
    const KIND: Kind = Kind::Decision;
    const FIELDS: &'static [Field] = &[
        field("title", FieldKind::Text, "identity").required(),
        field("subject", FieldKind::Link(Kind::System), "identity").required(),
        field("version", FieldKind::Text, "identity"),
        field("requested_by", FieldKind::Person, "identity"),
        field("reviews", FieldKind::Links(Kind::Review), "identity"),
        field("route", FieldKind::Choice(&ROUTE), "vote"),
        field("seats", FieldKind::Rows(SEAT_FIELDS), "vote"),
        field("outcome", FieldKind::Choice(&OUTCOME), "outcome"),
        field("rationale", FieldKind::Long, "outcome"),
        field("dissent", FieldKind::Long, "outcome"),
        field("conditions", FieldKind::Rows(CONDITION_FIELDS), "outcome"),
        field("decided_on", FieldKind::Date, "outcome"),
        field("valid_until", FieldKind::Date, "outcome"),
        field("derogation", FieldKind::Long, "outcome"),
        field("status", FieldKind::Choice(&STATUS), "outcome"),
        field("notes", FieldKind::Long, "notes"),
    ];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        let open = self.conditions.iter().filter(|c| c.is_open() && self.is_decided());
        Columns {
            status: if self.is_decided() { "decided".into() } else { "draft".into() },
            class: self.outcome.clone(),
            owner: self.requested_by.clone(),
            due: open.clone().filter_map(|c| c.due_on).chain(self.valid_until).min(),
            score: i64::try_from(open.count()).unwrap_or(i64::MAX),
            subject: self.subject,
            ..Columns::default()
        }
    }

    fn check(&self, charter: &Charter, faults: &mut Vec<FieldFault>) {
        let mut fault = |field: &str, sentence: String| faults.push(FieldFault::new(field, sentence));
        if let (Some(from), Some(until)) = (self.decided_on, self.valid_until)
            && until < from
        {
            fault("valid_until", t!("rule.valid_before_decided"));
        }
        if self.is_decided() {
            for gap in self.gaps(charter) {
                fault(&gap.field, gap.sentence);
            }
        }
    }

    /// What keeps a draft from being decided. A decided record with any of these cannot be saved.
    fn gaps(&self, charter: &Charter) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut gap = |field: &str, sentence: String| gaps.push(Gap { field: field.into(), sentence });
        if self.outcome.is_empty() {
            gap("outcome", t!("gap.outcome"));
        }
        if self.rationale.trim().is_empty() {
            gap("rationale", t!("gap.rationale"));
        }
        if self.decided_on.is_none() {
            gap("decided_on", t!("gap.decided_on"));
        }
        if self.approves() && self.valid_until.is_none() {
            gap("valid_until", t!("gap.valid_until"));
        }
        if self.route == "expedited" && self.outcome == "reject" {
            gap("route", t!("gap.expedited_reject"));
        }
        if self.outcome == "approve_with_conditions" && self.conditions.is_empty() {
            gap("conditions", t!("gap.conditions"));
        }
        if self.conditions.iter().any(|c| c.owner.trim().is_empty() || c.due_on.is_none()) {
            gap("conditions", t!("gap.condition_owner"));
        }
        if self.seats.iter().any(|s| s.recused && s.note.trim().is_empty()) {
            gap("seats", t!("gap.recusal_reason"));
        }
        if self.approves() && self.requester_votes_for() && !charter.requester_may_vote {
            gap("seats", t!("gap.requester"));
        }
        if self.route != "expedited" && self.derogation.trim().is_empty() {
            let tally = self.tally();
            if !charter.has_quorum(&tally) {
                gap(
                    "seats",
                    t!("gap.quorum", present = tally.present, needed = charter.quorum(), seats = charter.voting_seats),
                );
            }
            if charter.lay_seat_required && tally.lay_present == 0 {
                gap("seats", t!("gap.lay_seat"));
            }
            if (self.approves() || self.outcome == "reject") && tally.votes_for + tally.against + tally.abstain > 0 {
                let carried = tally.votes_for * 2 > tally.present;
                if self.approves() && !carried {
                    gap("outcome", t!("gap.majority", votes = tally.votes_for, present = tally.present));
                }
            }
        }
        gaps
    }
}

/// How the seats stood: recused members are counted nowhere but as recused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Present and not recused.
    pub present: u32,
    /// Of these, seats with a non-technical view.
    pub lay_present: u32,
    /// Votes for.
    pub votes_for: u32,
    /// Votes against.
    pub against: u32,
    /// Abstentions.
    pub abstain: u32,
    /// Recused.
    pub recused: u32,
}

impl Decision {
    /// Whether it has been taken.
    pub fn is_decided(&self) -> bool {
        self.status == "decided"
    }

    /// Whether its outcome lets the system go on.
    pub fn approves(&self) -> bool {
        matches!(self.outcome.as_str(), "approve" | "approve_with_conditions" | "exempt")
    }

    /// Counts the seats: a recused member neither votes nor counts.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for seat in &self.seats {
            if seat.recused {
                tally.recused += 1;
                continue;
            }
            match seat.vote.as_str() {
                "for" => tally.votes_for += 1,
                "against" => tally.against += 1,
                "abstain" => tally.abstain += 1,
                _ => continue,
            }
            tally.present += 1;
            tally.lay_present += u32::from(seat.lay);
        }
        tally
    }

    fn requester_votes_for(&self) -> bool {
        let requester = self.requested_by.trim();
        !requester.is_empty()
            && self.seats.iter().any(|s| !s.recused && s.vote == "for" && s.name.trim().eq_ignore_ascii_case(requester))
    }
}
