//! The rules, as the vault's writer asks them: one implementation for every way in. Each rule says in `docs/rules.md` which of
//! the three kinds it is.

mod answer;
pub(crate) mod prepare;
pub(crate) mod separation;

use crate::{frameworks, sign};
use conclave_domain::{answer::Answer, fault::Fault, framework::Framework, noun::Body, t};
use conclave_vault::{
    Desk, How, Rules, Ruling, Sheet,
    store::{record::Stored, statement::NewStatement},
};

/// The rules of this program.
pub(crate) struct House;

/// The one value of them.
pub(crate) static RULES: House = House;

impl Rules for House {
    fn prepare<'a>(
        &'a self,
        desk: &'a mut Desk<'_>,
        body: &'a mut Body,
        before: Option<&'a Stored>,
        how: How,
    ) -> Ruling<'a> {
        Box::pin(prepare::prepare(desk, body, before, how))
    }

    fn answer<'a>(&'a self, desk: &'a mut Desk<'_>, sheet: &'a Sheet, answer: &'a mut Answer, how: How) -> Ruling<'a> {
        let ruled = answer::hold(desk, sheet, answer, how);
        Box::pin(async move { ruled })
    }

    fn trash(&self, stored: &Stored, trashed: bool) -> Result<(), Fault> {
        // What the board took is history; taking it away would show a system as if nothing had been decided.
        if trashed && matches!(&stored.body, Body::Decision(d) if d.is_decided()) {
            return Err(Fault::invalid_field("status", t!("rule.decided_frozen")));
        }
        Ok(())
    }

    fn framework<'a>(&'a self, desk: &'a mut Desk<'_>, framework: &'a mut Framework, replace: bool) -> Ruling<'a> {
        Box::pin(frameworks::may_keep(desk, framework, replace))
    }

    fn remove_framework<'a>(&'a self, desk: &'a mut Desk<'_>, id: &'a str, edition: &'a str) -> Ruling<'a> {
        Box::pin(frameworks::may_remove(desk, id, edition))
    }

    fn signs_on_save(&self, stored: &Stored) -> Option<NewStatement> {
        sign::on_save(stored)
    }

    fn signs_review<'a>(
        &'a self,
        desk: &'a mut Desk<'_>,
        sheet: &'a Sheet,
        requirement: &'a str,
    ) -> Ruling<'a, NewStatement> {
        let statement = sign::review(desk, sheet, requirement);
        Box::pin(async move { statement })
    }

    fn signs_off(&self, stored: &Stored) -> Result<NewStatement, Fault> {
        sign::off(stored)
    }
}
