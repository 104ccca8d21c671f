//! The rules about members: who may be given which role, and who may go.

use crate::{call::journal::Member, fault::Fault, permission::Role, t};
use uuid::Uuid;

/// Whether a name can be given to a new member.
///
/// # Errors
/// A fault at the field `name`: it is empty, or somebody has it, whatever its case.
pub fn check_name(name: &str, members: &[Member]) -> Result<(), Fault> {
    let wanted = name.trim().to_lowercase();
    if wanted.is_empty() {
        return Err(Fault::invalid_field("name", t!("app.name_missing")));
    }
    if members.iter().any(|m| m.name.to_lowercase() == wanted) {
        return Err(Fault::invalid_field("name", t!("rule.member_name_taken", name = name.trim())));
    }
    Ok(())
}

/// The role of a name.
///
/// # Errors
/// A fault at the field `role`.
pub fn check_role(name: &str) -> Result<Role, Fault> {
    Role::from_name(name).ok_or_else(|| {
        Fault::invalid_field("role", t!("rule.choice", field = crate::text::label("field.role"), value = name))
    })
}

/// The member of an id.
///
/// # Errors
/// There is none.
pub fn find(id: Uuid, members: &[Member]) -> Result<&Member, Fault> {
    members.iter().find(|m| m.id == id).ok_or_else(|| Fault::not_found(&t!("subject.member")))
}

/// Invariant: a vault keeps at least one active administrator.
///
/// # Errors
/// A fault if `id` is the last one and would be none afterwards.
pub fn keeps_an_administrator(id: Uuid, members: &[Member]) -> Result<(), Fault> {
    let administers = |m: &&Member| m.active && m.role == Role::Administrator.name();
    let is_one = members.iter().filter(administers).any(|m| m.id == id);
    if is_one && members.iter().filter(administers).count() == 1 {
        return Err(Fault::invalid_field("role", t!("rule.last_administrator")));
    }
    Ok(())
}

/// Invariant: members are deactivated by somebody else, so that nobody locks themselves out by a slip.
///
/// # Errors
/// A fault if `id` is the acting member, is deactivated already, or is the last administrator.
pub fn may_deactivate(id: Uuid, actor: Uuid, members: &[Member]) -> Result<(), Fault> {
    if !find(id, members)?.active {
        return Err(Fault::bad_request(t!("app.nothing_to_change")));
    }
    if id == actor {
        return Err(Fault::bad_request(t!("rule.deactivates_self")));
    }
    keeps_an_administrator(id, members)
}

/// Invariant: an own passphrase is changed with the old one, never reset.
///
/// # Errors
/// A fault if `id` is the acting member or nobody.
pub fn may_reset(id: Uuid, actor: Uuid, members: &[Member]) -> Result<&Member, Fault> {
    let found = find(id, members)?;
    if id == actor { Err(Fault::bad_request(t!("rule.resets_self"))) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn member(n: u128, role: Role, active: bool) -> Member {
        let since = chrono::DateTime::UNIX_EPOCH;
        Member {
            id: Uuid::from_u128(n),
            name: format!("Member {n}"),
            role: role.name().into(),
            fingerprint: String::new(),
            active,
            invited: false,
            since,
        }
    }

    #[test]
    fn the_last_active_administrator_stays() {
        let one = [member(1, Role::Administrator, true), member(2, Role::Chair, true)];
        assert!(keeps_an_administrator(Uuid::from_u128(1), &one).is_err());
        assert!(keeps_an_administrator(Uuid::from_u128(2), &one).is_ok());
        let retired = [member(1, Role::Administrator, true), member(2, Role::Administrator, false)];
        assert!(keeps_an_administrator(Uuid::from_u128(1), &retired).is_err());
        let two = [member(1, Role::Administrator, true), member(2, Role::Administrator, true)];
        assert!(keeps_an_administrator(Uuid::from_u128(1), &two).is_ok());
    }

    #[test]
    fn nobody_deactivates_themselves_or_somebody_twice() {
        let all = [
            member(1, Role::Administrator, true),
            member(2, Role::Administrator, true),
            member(3, Role::Auditor, false),
        ];
        let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
        assert!(may_deactivate(one, one, &all).is_err());
        assert!(may_deactivate(three, one, &all).is_err());
        assert!(may_deactivate(Uuid::from_u128(9), one, &all).is_err());
        assert!(may_deactivate(two, one, &all).is_ok());
    }

    #[test]
    fn a_name_is_given_once_whatever_its_case() {
        let all = [member(1, Role::Administrator, true)];
        assert!(check_name("member 1", &all).is_err());
        assert!(check_name("  ", &all).is_err());
        assert!(check_name("Member 2", &all).is_ok());
    }
}
