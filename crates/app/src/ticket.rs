//! A ticket stands for one opening of a vault by one member. Every call belongs to the ticket under which it was made; once the
//! vault is locked, or another member has taken over, it is over.

use std::fmt;
use uuid::Uuid;

/// A ticket: random, never written anywhere, of no use outside this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket(Uuid);

impl Ticket {
    /// A new one.
    pub fn draw() -> Self {
        Self(Uuid::new_v4())
    }

    /// The ticket that a call names; `None` for no ticket and for what never was one.
    pub fn named(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}
