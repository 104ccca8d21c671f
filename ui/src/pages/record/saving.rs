//! Saving a form: once per wish, with its faults at the fields, a conflict that shows both sides, and a way back.

use super::{draft, say};
use crate::{call::send, parts::form::Form};
use conclave_domain::{
    call::record::{Detail, GetRecord, SaveRecord, Saved},
    fault::{Fault, FaultKind},
    t,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A form on its way into the vault. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Saving {
    /// The form.
    pub form: Form,
    /// The record; `None` until it is created.
    pub id: RwSignal<Option<Uuid>>,
    /// The revision that is edited.
    pub revision: RwSignal<i64>,
    /// Whether a save is under way.
    pub busy: RwSignal<bool>,
    /// What stands against it and belongs to no field.
    pub fault: RwSignal<Option<Fault>>,
    /// The newer revision that somebody saved in between.
    pub newer: RwSignal<Option<Detail>>,
    /// What happens after a save.
    pub saved: Callback<Saved>,
}

impl Saving {
    /// The saving of a record, or of a new one.
    pub fn new(form: Form, detail: Option<&Detail>, saved: Callback<Saved>) -> Self {
        Self {
            form,
            id: RwSignal::new(detail.map(|d| d.head.id)),
            revision: RwSignal::new(detail.map_or(0, |d| d.head.revision)),
            busy: RwSignal::new(false),
            fault: RwSignal::new(None),
            newer: RwSignal::new(None),
            saved,
        }
    }

    /// Saves; a second wish while the first is under way is the same wish.
    pub fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.fault.set(None);
        let body = match self.form.body() {
            Ok(body) => body,
            Err(fault) => return self.refuse(fault),
        };
        self.busy.set(true);
        let (id, revision) = (self.id.get_untracked(), self.revision.get_untracked());
        spawn_local(async move {
            let reply = send(SaveRecord { id, revision, body }).await;
            self.busy.set(false);
            match reply {
                Ok(saved) => self.done(saved),
                Err(fault) if matches!(fault.kind, FaultKind::Conflict { .. }) => self.conflict(fault).await,
                Err(fault) => self.refuse(fault),
            }
        });
    }

    /// After a save: nothing is unsaved any more, the draft goes, and the person is told.
    pub fn done(self, saved: Saved) {
        draft::drop_draft(&draft::key(self.form.kind, self.id.get_untracked()));
        self.id.set(Some(saved.head.id));
        self.revision.set(saved.head.revision);
        self.form.settled();
        self.form.faults.set(Vec::new());
        self.newer.set(None);
        say::undoable(t!("record.saved", name = saved.head.reference), saved.entry);
        self.saved.run(saved);
    }

    /// Shows what stands against saving.
    pub fn refuse(self, fault: Fault) {
        self.form.show_fault(&fault);
        let fields = conclave_domain::noun::fields(self.form.kind);
        // A sentence that stands at its field need not stand above the form too.
        let has_place = |f: &conclave_domain::fault::FieldFault| {
            let top = f.field.split('.').next().unwrap_or_default();
            fields.iter().any(|known| known.key == top && !matches!(known.kind, conclave_domain::field::FieldKind::Own))
        };
        if fault.fields.is_empty() || !fault.fields.iter().all(has_place) {
            crate::parts::dom::focus_id("form-fault");
        }
        self.fault.set(Some(fault));
    }

    async fn conflict(self, fault: Fault) {
        let Some(id) = self.id.get_untracked() else { return self.refuse(fault) };
        self.fault.set(Some(fault));
        match send(GetRecord { reference: id.to_string() }).await {
            Ok(detail) => {
                self.newer.set(Some(detail));
                crate::parts::dom::focus_id("conflict");
            }
            Err(fault) => self.refuse(fault),
        }
    }

    /// Takes the newer revision; what was written here is dropped.
    pub fn take_theirs(self) {
        let Some(newer) = self.newer.get_untracked() else { return };
        self.form.settle(newer.body.to_map());
        self.revision.set(newer.head.revision);
        self.newer.set(None);
        self.fault.set(None);
    }

    /// Puts what was changed here on top of the newer revision; nothing is saved yet.
    pub fn keep_mine(self) {
        let Some(newer) = self.newer.get_untracked() else { return };
        let (base, mine, theirs) = (self.form.base(), self.form.map(), newer.body.to_map());
        let changed: Map<String, Value> = mine.into_iter().filter(|(k, v)| base.get(k) != Some(v)).collect();
        self.form.settle(theirs);
        self.form.fill(changed);
        self.revision.set(newer.head.revision);
        self.newer.set(None);
        self.fault.set(None);
        crate::parts::dom::focus_id("record-save");
    }
}
