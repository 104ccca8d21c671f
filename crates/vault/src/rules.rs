//! What the rules of the app are asked, and when: the one way from outside into a write. The order is the writer's
//! ([`crate::gate`]); what is allowed is the app's.

use crate::{
    gate::Sheet,
    store::{Reader, record::Stored, statement::NewStatement},
    writer::Actor,
};
use conclave_domain::{
    answer::Answer, charter::Charter, fault::Fault, framework::Framework, noun::Body, permission::Standing, time::Now,
};
#[cfg(feature = "cheap-kdf")]
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use std::{future::Future, pin::Pin};

/// What a rule says, when it has looked.
pub type Ruling<'a, T = ()> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// How a change came about. Some values are set on one way only: figures by a measurement, versions by an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Somebody filled in a form.
    Form,
    /// The same set on many at once; what says the same already is left alone.
    Many,
    /// A row of a file.
    Import,
    /// A change taken back.
    Undo,
    /// The chair's word at a gate.
    Override,
    /// A file brought in as evidence.
    Upload,
    /// Fairness measured on data.
    Measure,
    /// Carried over from an assessment or derived through the crosswalk.
    Carry,
    /// A template.
    Template,
    /// A pack that was built.
    Build,
    /// The sample portfolio.
    Sample,
}

/// What a rule may look at.
pub struct Desk<'a> {
    pub(crate) db: &'a mut SqliteConnection,
    /// The time of the change.
    pub now: &'a Now,
    /// The rules in force.
    pub charter: &'a Charter,
    /// Who acts.
    pub actor: &'a Actor,
    /// The acting member's role with the charter.
    pub standing: Standing<'a>,
}

impl Desk<'_> {
    /// Reads inside the same transaction.
    pub fn read(&mut self) -> Reader<'_> {
        Reader { db: self.db, now: self.now.clone() }
    }
}

/// The rules, as the writer asks them. `app` implements this once.
pub trait Rules: Send + Sync {
    /// Sets what the program sets in a body, and holds the rules that need the record before or other records.
    fn prepare<'a>(
        &'a self,
        desk: &'a mut Desk<'_>,
        body: &'a mut Body,
        before: Option<&'a Stored>,
        how: How,
    ) -> Ruling<'a>;

    /// The same for an answer; the sheet holds it as it was before.
    fn answer<'a>(&'a self, desk: &'a mut Desk<'_>, sheet: &'a Sheet, answer: &'a mut Answer, how: How) -> Ruling<'a>;

    /// Whether a record may go to the trash (`true`) or come back.
    ///
    /// # Errors
    /// A rule keeps it where it is.
    fn trash(&self, stored: &Stored, trashed: bool) -> Result<(), Fault>;

    /// Tidies a framework of the board's own and holds what makes it answerable; `replace` allows an edition that is there.
    fn framework<'a>(&'a self, desk: &'a mut Desk<'_>, framework: &'a mut Framework, replace: bool) -> Ruling<'a>;

    /// Whether an edition may go.
    fn remove_framework<'a>(&'a self, desk: &'a mut Desk<'_>, id: &'a str, edition: &'a str) -> Ruling<'a>;

    /// What saving a record signs in the acting member's name, if anything.
    fn signs_on_save(&self, stored: &Stored) -> Option<NewStatement>;

    /// What reviewing an answer signs.
    fn signs_review<'a>(
        &'a self,
        desk: &'a mut Desk<'_>,
        sheet: &'a Sheet,
        requirement: &'a str,
    ) -> Ruling<'a, NewStatement>;

    /// What signing a record off signs.
    ///
    /// # Errors
    /// It is nothing that is signed off.
    fn signs_off(&self, stored: &Stored) -> Result<NewStatement, Fault>;
}

/// No rules at all: only for this crate's own tests, which look at what lies below. No shipped binary has it.
#[cfg(feature = "cheap-kdf")]
#[derive(Debug, Clone, Copy)]
pub struct Unruled;

#[cfg(feature = "cheap-kdf")]
impl Rules for Unruled {
    fn prepare<'a>(&'a self, _: &'a mut Desk<'_>, _: &'a mut Body, _: Option<&'a Stored>, _: How) -> Ruling<'a> {
        Box::pin(async { Ok(()) })
    }

    fn answer<'a>(&'a self, _: &'a mut Desk<'_>, _: &'a Sheet, _: &'a mut Answer, _: How) -> Ruling<'a> {
        Box::pin(async { Ok(()) })
    }

    fn trash(&self, _: &Stored, _: bool) -> Result<(), Fault> {
        Ok(())
    }

    fn framework<'a>(&'a self, _: &'a mut Desk<'_>, _: &'a mut Framework, _: bool) -> Ruling<'a> {
        Box::pin(async { Ok(()) })
    }

    fn remove_framework<'a>(&'a self, _: &'a mut Desk<'_>, _: &'a str, _: &'a str) -> Ruling<'a> {
        Box::pin(async { Ok(()) })
    }

    fn signs_on_save(&self, _: &Stored) -> Option<NewStatement> {
        None
    }

    fn signs_review<'a>(&'a self, _: &'a mut Desk<'_>, sheet: &'a Sheet, part: &'a str) -> Ruling<'a, NewStatement> {
        Box::pin(async move { Ok(plain(sheet.head.id, part)) })
    }

    fn signs_off(&self, stored: &Stored) -> Result<NewStatement, Fault> {
        Ok(plain(stored.head.id, ""))
    }
}

#[cfg(feature = "cheap-kdf")]
fn plain(subject: uuid::Uuid, part: &str) -> NewStatement {
    use crate::store::statement::Purpose;
    let content = Map::from_iter([("revision".to_owned(), Value::from("1"))]);
    NewStatement { purpose: Purpose::Pack, subject, part: part.to_owned(), revision: 1, content }
}
