//! The panels of an assessment beside its checklist: proposals from other frameworks, and the statement of applicability.

pub mod over_time;
mod proposal_edit;
pub mod proposals;
pub mod statement;
