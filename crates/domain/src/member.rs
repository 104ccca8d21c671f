//! The rules about members: who may be given which role, and who may go.

use crate::{call::journal::Member, fault::Fault, permission::Role, t};
use uuid::Uuid;

/// Whether a name can be given to a new member.
///
/// # Errors
/// A fault at the field `name`: it is empty, or somebody has it, whatever its case.
pub fn check_name(name: &str, members: &[Member]) -> Result<(), Fault> {
    let wanted = folded(name);
    if wanted.is_empty() {
        return Err(Fault::invalid_field("name", t!("app.name_missing")));
    }
    if name.chars().any(hidden) {
        return Err(Fault::invalid_field("name", t!("rule.member_name_hidden")));
    }
    if members.iter().any(|m| folded(&m.name) == wanted) {
        return Err(Fault::invalid_field("name", t!("rule.member_name_taken", name = name.trim())));
    }
    Ok(())
}

/// What two names have in common that look the same: neither case nor the width of spaces tells them apart.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase().to_lowercase()
}

/// Characters that nobody sees, or that turn the text around.
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
        return Err(Fault::refused(t!("rule.member_inactive_already")));
    }
    if id == actor {
        return Err(Fault::refused(t!("rule.deactivates_self")));
    }
    keeps_an_administrator(id, members)
}

/// Invariant: an own passphrase is changed with the old one, never reset.
///
/// # Errors
/// A fault if `id` is the acting member or nobody.
pub fn may_reset(id: Uuid, actor: Uuid, members: &[Member]) -> Result<&Member, Fault> {
    let found = find(id, members)?;
    if id == actor { Err(Fault::refused(t!("rule.resets_self"))) } else { Ok(found) }
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
        assert!(check_name("Member  1", &all).is_err(), "two spaces are one");
        assert!(check_name("Mem\u{200b}ber 2", &all).is_err(), "nobody sees the difference");
        assert!(check_name("\u{202e}2 rebmeM", &all).is_err());
        assert!(check_name("Member 2", &all).is_ok());
    }
}
