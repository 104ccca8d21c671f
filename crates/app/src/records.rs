//! Records of any kind: lists, details, saving, trash, search.

use crate::{
    handle::{Changes, Reads},
    home::approvals,
    sign,
};
use conclave_domain::{
    call::record::{
        Detail, Done, EmptyTrash, Facets, GetFacets, GetMatrix, GetRecord, ListRecords, Matrix, Page, RestoreRecord,
        Row, SaveRecord, Saved, Search, SearchPage, TrashRecord,
    },
    charter::Charter,
    fault::Fault,
    kind::Kind,
    noun::Gap,
    t,
};
use conclave_vault::{
    Audited, Event, How, Vault, Writer,
    store::{Reader, record::Stored},
};
use std::collections::BTreeMap;
use uuid::Uuid;

impl Reads for ListRecords {
    async fn read(self, vault: &mut Vault) -> Result<Page, Fault> {
        let mut reader = vault.read().await?;
        let charter = reader.charter().await?;
        let mut page = reader.list(&self, &charter).await?;
        dress(&mut reader, &mut page.rows).await?;
        Ok(page)
    }
}

/// Fills in what a row shows besides its own columns: the subject's name, approvals, coverage.
pub(crate) async fn dress(reader: &mut Reader<'_>, rows: &mut [Row]) -> Result<(), Fault> {
    let today = reader.now().day();
    let mut subjects: Vec<Uuid> = rows.iter().filter_map(|r| r.columns.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let names: BTreeMap<Uuid, String> = reader.heads(&subjects).await?.into_iter().map(|h| (h.id, h.title)).collect();
    let of = |kind: Kind| rows.iter().filter(|r| r.head.kind == kind).map(|r| r.head.id).collect::<Vec<_>>();
    let (systems, assessments) = (of(Kind::System), of(Kind::Assessment));
    let mut approvals = approvals(reader, &systems).await?;
    let mut coverage = reader.coverage_of(&assessments).await?;
    let charter = reader.charter().await?;
    let mut gates: BTreeMap<Uuid, String> = BTreeMap::new();
    if !systems.is_empty() {
        for (head, gate) in crate::gates::overridden(reader, Some(&systems), &charter).await? {
            gates.insert(head.id, gate.sentence(today));
        }
    }
    for row in rows {
        row.gate = gates.remove(&row.head.id).unwrap_or_default();
        row.subject = row.columns.subject.and_then(|s| names.get(&s).cloned()).unwrap_or_default();
        row.approval = approvals.remove(&row.head.id);
        row.coverage = coverage.remove(&row.head.id);
    }
    Ok(())
}

impl Reads for GetFacets {
    async fn read(self, vault: &mut Vault) -> Result<Facets, Fault> {
        Ok(vault.read().await?.facets(self.kind).await?)
    }
}

impl Reads for GetMatrix {
    async fn read(self, vault: &mut Vault) -> Result<Matrix, Fault> {
        let mut reader = vault.read().await?;
        let charter = reader.charter().await?;
        Ok(reader.matrix(self.subject, &charter).await?)
    }
}

impl Reads for Search {
    async fn read(self, vault: &mut Vault) -> Result<SearchPage, Fault> {
        if self.text.trim().is_empty() {
            return Ok(SearchPage::default());
        }
        let mut reader = vault.read().await?;
        let mut page = reader.search(&self.text, self.limit).await?;
        // A reference that was typed in full is what was meant.
        if let Ok(exact) = reader.record_by(self.text.trim()).await {
            page.hits.retain(|h| h.id != exact.head.id);
            page.hits.insert(0, exact.head);
        }
        Ok(page)
    }
}

impl Reads for GetRecord {
    async fn read(self, vault: &mut Vault) -> Result<Detail, Fault> {
        let vault_id = vault.id();
        let mut reader = vault.read().await?;
        let charter = reader.charter().await?;
        let stored = reader.record_by(&self.reference).await?;
        let signatures = sign::about(&mut reader, vault_id, &stored).await?;
        let Stored { seq, head, body } = stored;
        let today = reader.now().day();
        let targets: Vec<Uuid> = body.links().into_iter().map(|(_, id)| id).collect();
        let linked = reader.heads(&targets).await?;
        let pointing = reader.pointing_to(head.id).await?;
        let mut used_by = reader.rows(&pointing).await?;
        dress(&mut reader, &mut used_by).await?;
        let sources = reader.source_rows(seq).await?;
        let approval = match head.kind {
            Kind::System => approvals(&mut reader, &[head.id]).await?.remove(&head.id),
            _ => None,
        };
        let gate = match head.kind {
            Kind::System => crate::gates::overridden(&mut reader, Some(&[head.id]), &charter).await?.pop(),
            _ => None,
        };
        let gate = gate.map(|(_, g)| g.sentence(today)).unwrap_or_default();
        Ok(Detail { gaps: body.gaps(&charter), head, body, linked, used_by, sources, approval, gate, signatures })
    }
}

impl Changes for SaveRecord {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Saved>, Fault> {
        let (stored, events) = match self.id {
            Some(id) => writer.save(id, self.revision, self.body, How::Form).await?,
            None => writer.create(Uuid::now_v7(), self.body, How::Form).await?,
        };
        saved(writer, stored, events).await
    }

    fn entered(reply: &mut Saved, entry: u64) {
        reply.entry = entry;
    }
}

/// The reply to a record that was saved.
pub(crate) async fn saved(
    writer: &mut Writer<'_>,
    stored: Stored,
    events: Vec<Event>,
) -> Result<Audited<Saved>, Fault> {
    let gaps = stored.body.gaps(&writer.read().charter().await?);
    Audited::all(Saved { head: stored.head, gaps, entry: 0 }, events).ok_or_else(Fault::internal)
}

impl Changes for TrashRecord {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        set_trashed(writer, &self.ids, true).await
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

impl Changes for RestoreRecord {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        set_trashed(writer, &self.ids, false).await
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

async fn set_trashed(writer: &mut Writer<'_>, ids: &[Uuid], trashed: bool) -> Result<Audited<Done>, Fault> {
    let mut events = Vec::new();
    for id in ids {
        events.extend(writer.trash(*id, trashed).await?);
    }
    changed(events)
}

/// The reply to a change of several records; nothing changed is a fault, because there is nothing to journal.
pub(crate) fn changed(events: Vec<Event>) -> Result<Audited<Done>, Fault> {
    let done = Done { count: events.len() as u64, entry: 0 };
    Audited::all(done, events).ok_or_else(|| Fault::bad_request(t!("app.nothing_to_change")))
}

impl Changes for EmptyTrash {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let events = writer.empty_trash().await?;
        changed(events)
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

/// Gaps that need more than the body to be seen: an assessment's lie in its answers.
pub(crate) fn answer_gaps(
    framework: &conclave_domain::framework::Framework,
    answers: &BTreeMap<String, conclave_domain::answer::Answer>,
    charter: &Charter,
) -> BTreeMap<String, Gap> {
    answers
        .values()
        .filter_map(|a| {
            // What is not asked lacks nothing.
            let requirement = framework.requirement(&a.requirement).filter(|r| framework.is_asked(r, answers))?;
            Some((a.requirement.clone(), a.gap(requirement, charter)?))
        })
        .collect()
}
