//! Records through the gate: creating, saving, importing, the trash.

use crate::{
    audit::Event,
    error::VaultError,
    rules::How,
    store::{
        Reader,
        record::{SOURCE_ROW, Stored},
        source::{NewSource, NewSourceRow},
    },
    writer::Writer,
};
use conclave_domain::{
    charter::Charter,
    fault::{Fault, FieldFault},
    noun::{self, Body},
    permission::{Permission, of_save},
    t,
};
use std::sync::Arc;
use uuid::Uuid;

impl Writer<'_> {
    /// Creates a record and gives it the next reference of its kind. The first event is the record's; what saving signs
    /// follows.
    ///
    /// # Errors
    /// A rule or the permission refuses; the database refused.
    pub async fn create(&mut self, id: Uuid, mut body: Body, how: How) -> Result<(Stored, Vec<Event>), VaultError> {
        let charter = self.ruled(None, &mut body, how).await?;
        let (stored, event) = self.create_record(id, &body, &charter).await?;
        self.follow(stored, event, how).await
    }

    /// Saves a new revision; `revision` is the one that was edited.
    ///
    /// # Errors
    /// Not found; a newer revision was saved; a rule or the permission refuses; the database refused.
    pub async fn save(
        &mut self,
        id: Uuid,
        revision: i64,
        mut body: Body,
        how: How,
    ) -> Result<(Stored, Vec<Event>), VaultError> {
        let before = self.read().record(id).await?;
        before.is_at(revision)?;
        let charter = self.ruled(Some(&before), &mut body, how).await?;
        let (stored, event) = self.save_record(&before, &body, &charter).await?;
        self.follow(stored, event, how).await
    }

    /// Notes a file that is being imported; gives its number.
    ///
    /// # Errors
    /// The permission refuses; the database refused.
    pub async fn begin_import(&mut self, source: &NewSource) -> Result<(i64, Event), VaultError> {
        self.ask(&[Permission::Import]).await?;
        let (id, event) = self.add_source(source).await?;
        self.made(1);
        Ok((id, event))
    }

    /// Creates or saves a record from a row of a file. What was is read here, whatever the caller compared the row with.
    ///
    /// # Errors
    /// As [`Self::create`] and [`Self::save`].
    pub async fn import(
        &mut self,
        before: Option<&Stored>,
        mut body: Body,
        (source, row): (i64, &NewSourceRow),
    ) -> Result<Vec<Event>, VaultError> {
        let before = match before {
            None => None,
            Some(compared) => {
                let before = self.read().record(compared.head.id).await?;
                before.is_at(compared.head.revision)?;
                Some(before)
            }
        };
        let charter = self.ruled(before.as_ref(), &mut body, How::Import).await?;
        let (stored, event, noted) = match &before {
            None => {
                let (stored, event) = self.create_unindexed(Uuid::now_v7(), &body, &charter).await?;
                let noted = self.add_source_row(source, stored.seq, row).await?;
                self.index_words(&stored).await?;
                (stored, event, noted)
            }
            Some(before) => {
                let noted = self.add_source_row(source, before.seq, row).await?;
                let (stored, event) = self.save_record(before, &body, &charter).await?;
                (stored, event, noted)
            }
        };
        Ok(self.follow(stored, event.with(SOURCE_ROW, noted), How::Import).await?.1)
    }

    /// Moves a record to the trash (`true`) or back (`false`); `None` if it is there already.
    ///
    /// # Errors
    /// Not found; a rule or the permission refuses; the database refused.
    pub async fn trash(&mut self, id: Uuid, trashed: bool) -> Result<Option<Event>, VaultError> {
        let stored = self.read().record(id).await?;
        if stored.head.trashed_at.is_some() == trashed {
            return Ok(None);
        }
        self.rules()?.trash(&stored, trashed)?;
        let needed = [Permission::Trash].into_iter().chain(of_save(None, &stored.body));
        self.ask(&needed.collect::<Vec<_>>()).await?;
        let event = self.set_trashed(&stored, trashed).await?;
        self.made(1);
        Ok(Some(event))
    }

    /// Removes what lies in the trash. The journal keeps the last body as "before".
    ///
    /// # Errors
    /// The permission refuses; the database refused.
    pub async fn empty_trash(&mut self) -> Result<Vec<Event>, VaultError> {
        self.ask(&[Permission::EmptyTrash]).await?;
        let events = self.remove_trashed().await?;
        self.made(events.len());
        Ok(events)
    }

    /// Rules, invariants, links and permissions, in this order. Gives the charter that counted.
    async fn ruled(&mut self, before: Option<&Stored>, body: &mut Body, how: How) -> Result<Arc<Charter>, VaultError> {
        if let Some(before) = before {
            same_record(before, body)?;
        }
        let own: &[Permission] = if how == How::Override { &[Permission::OverrideGate] } else { &[] };
        let charter = self.ask(own).await?;
        let rules = self.rules()?;
        let mut desk = self.desk(&charter);
        rules.prepare(&mut desk, body, before, how).await?;
        let history = before.map(|b| &b.body).filter(|b| b.is_history());
        invariants_hold(body, history, &charter)?;
        // A pack of the past is about what was there then.
        if how != How::Build {
            links_lead_somewhere(&mut desk.read(), body, history).await?;
        }
        self.ask(&of_save(before.map(|b| &b.body), body)).await
    }

    /// What goes with a record that was written: an assessment's framework and coverage, a signature.
    async fn follow(&mut self, stored: Stored, event: Event, how: How) -> Result<(Stored, Vec<Event>), VaultError> {
        let mut events = vec![event];
        if let (Body::Assessment(assessment), 1) = (&stored.body, stored.head.revision) {
            events.extend(self.begin_assessment(stored.seq, assessment).await?);
        }
        // What the sample says was accepted and decided in its story is signed by its member, like everything else.
        if how != How::Import
            && let Some(statement) = self.rules()?.signs_on_save(&stored)
        {
            events.push(self.sign(&statement).await?);
        }
        self.made(events.len());
        Ok((stored, events))
    }
}

fn same_record(before: &Stored, body: &Body) -> Result<(), Fault> {
    if before.head.kind != body.kind() {
        return Err(Fault::bad_request(t!("app.other_kind")));
    }
    if before.head.trashed_at.is_some() {
        return Err(Fault::not_found(&format!("{} {}", before.head.reference, before.head.title)));
    }
    Ok(())
}

/// The invariants of the noun. What was decided under an earlier charter is not held to a later one: only what is new counts.
fn invariants_hold(body: &Body, history: Option<&Body>, charter: &Charter) -> Result<(), Fault> {
    let Err(mut fault) = body.check(charter) else { return Ok(()) };
    let known = history.and_then(|h| h.check(charter).err()).map(|f| f.fields).unwrap_or_default();
    fault.fields.retain(|f| !known.contains(f));
    if fault.fields.is_empty() { Ok(()) } else { Err(Fault::invalid(fault.fields)) }
}

/// Invariant: a link leads to a record of the kind that its field names. Links of what is history may lead to what is gone.
async fn links_lead_somewhere(reader: &mut Reader<'_>, body: &Body, history: Option<&Body>) -> Result<(), VaultError> {
    let known = history.map(Body::links).unwrap_or_default();
    let links: Vec<(&str, Uuid)> = body.links().into_iter().filter(|l| !known.contains(l)).collect();
    if links.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = links.iter().map(|(_, id)| *id).collect();
    let heads = reader.heads(&ids).await?;
    let fields = noun::fields(body.kind());
    let mut faults = Vec::new();
    for (key, id) in links {
        let wanted = fields.iter().find(|f| f.key == key).and_then(conclave_domain::field::Field::links_to);
        let found = heads.iter().find(|h| h.id == id).map(|h| h.kind);
        if found.is_none() || found != wanted {
            faults.push(FieldFault::new(key, t!("rule.subject_missing")));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Fault::invalid(faults).into()) }
}
