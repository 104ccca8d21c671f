//! Separation of duties, as far as the charter keeps it. One member alone cannot keep it, so it binds from the second on.

use conclave_domain::{answer::Answer, fault::Fault, noun::Review, t};
use conclave_vault::{Desk, store::record::Stored};

/// What makes a review: whoever changed one of these carried it out.
const WORK: [&str; 4] = ["replies", "fairness_plan", "fairness", "conclusion"];

/// Charter: who answered does not review the answer.
///
/// # Errors
/// The acting member saved the answer last.
pub(crate) fn may_review(desk: &Desk<'_>, answer: &Answer) -> Result<(), Fault> {
    let binds = desk.standing.is_separated() && !desk.charter.review_own_answers;
    if binds && answer.updated_by == desk.actor.name {
        return Err(Fault::invalid_field("requirements", t!("rule.review_own", id = answer.requirement)));
    }
    Ok(())
}

/// Charter: who carried a review out does not conclude it alone.
///
/// # Errors
/// The acting member did the work, or is named as the reviewer, and nobody else did any of it.
pub(super) async fn may_conclude(
    desk: &mut Desk<'_>,
    review: &Review,
    old: &Review,
    before: Option<&Stored>,
) -> Result<(), Fault> {
    if !desk.standing.is_separated() || desk.charter.conclude_own_reviews {
        return Ok(());
    }
    let workers = match before {
        Some(before) => desk.read().who_changed(before.head.id, &WORK).await?,
        None => Vec::new(),
    };
    let named = review.reviewer.trim().to_lowercase() == desk.actor.name.trim().to_lowercase();
    let worked = is_worked_on(review, old) || named || workers.contains(&desk.actor.id);
    if worked && workers.iter().all(|w| *w == desk.actor.id) {
        let mut fault = Fault::invalid_field("status", t!("rule.conclude_own"));
        fault.next = t!("rule.conclude_own_next");
        return Err(fault);
    }
    Ok(())
}

/// Whether a save changes what makes a review ([`WORK`]).
pub(super) fn is_worked_on(review: &Review, old: &Review) -> bool {
    review.replies != old.replies
        || review.fairness_plan != old.fairness_plan
        || review.fairness != old.fairness
        || review.conclusion != old.conclusion
}
