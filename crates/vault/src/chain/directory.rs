//! Which public key counts for whom, and from which entry to which: built from the journal itself.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::entry::{KeyAction, KeyChange};
use crate::crypto::KEY_BYTES;

/// A stretch of entries in which a key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySpan {
    /// Whose key it is.
    pub member: Uuid,
    /// First entry that it may sign.
    pub from: u64,
    /// Last entry that it may sign; none while it counts.
    pub until: Option<u64>,
    /// Whether entries signed with it may grant and revoke keys.
    pub may_grant: bool,
}

/// Why a change of keys was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum KeyRefused {
    /// The entry was signed with a key that may not grant.
    #[error("its signer may not grant or revoke keys")]
    NotAllowed,
    /// The key belongs to another member.
    #[error("the key belongs to another member")]
    OtherMember,
    /// The key to be revoked does not count.
    #[error("the key to be revoked does not count")]
    NotInForce,
}

/// The keys of a journal.
#[derive(Clone, Debug, Default)]
pub struct KeyDirectory {
    spans: HashMap<[u8; KEY_BYTES], Vec<KeySpan>>,
}

impl KeyDirectory {
    /// Every stretch in which a key counts or counted, oldest first. Empty for a key that was never granted.
    #[must_use]
    pub fn spans(&self, public_key: &[u8; KEY_BYTES]) -> &[KeySpan] {
        self.spans.get(public_key).map_or(&[], Vec::as_slice)
    }

    /// The stretch in which `public_key` counts at entry `seq`.
    #[must_use]
    pub fn at(&self, public_key: &[u8; KEY_BYTES], seq: u64) -> Option<&KeySpan> {
        self.spans(public_key).iter().rev().find(|span| span.from <= seq && span.until.is_none_or(|until| seq <= until))
    }

    /// The keys that count after the last entry: public key and stretch, in no particular order.
    pub fn in_force(&self) -> impl Iterator<Item = (&[u8; KEY_BYTES], &KeySpan)> {
        self.spans.iter().filter_map(|(key, spans)| Some((key, spans.last().filter(|span| span.until.is_none())?)))
    }

    /// Every public key that a change ever named.
    pub(super) fn keys(&self) -> impl Iterator<Item = &[u8; KEY_BYTES]> {
        self.spans.keys()
    }

    /// The founder's key, which counts from the first entry on.
    pub(super) fn found(&mut self, member: Uuid, public_key: [u8; KEY_BYTES]) {
        self.spans.entry(public_key).or_default().push(KeySpan { member, from: 1, until: None, may_grant: true });
    }

    /// Applies a change that entry `seq` makes; it takes effect with the entry after.
    pub(super) fn apply(&mut self, seq: u64, change: &KeyChange) -> Result<(), KeyRefused> {
        let spans = self.spans.entry(change.public_key).or_default();
        if spans.iter().any(|span| span.member != change.member) {
            return Err(KeyRefused::OtherMember);
        }
        let open = spans.last_mut().filter(|span| span.until.is_none());
        match change.action {
            KeyAction::Revoke => match open {
                Some(span) => span.until = Some(seq),
                None => return Err(KeyRefused::NotInForce),
            },
            KeyAction::Grant => {
                if let Some(span) = open {
                    span.until = Some(seq);
                }
                let (member, may_grant) = (change.member, change.may_grant);
                spans.push(KeySpan { member, from: seq + 1, until: None, may_grant });
            }
        }
        Ok(())
    }
}
