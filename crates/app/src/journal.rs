//! The journal, the charter, the members, and the checks.

use crate::{
    app::App,
    handle::{Changes, Reads, Runs},
    job::Job,
    undo::can_undo,
};
use conclave_domain::{
    call::{
        Progress,
        journal::{
            Change, CheckVault, Entry, GetCharter, GetEntry, JournalPage, ListJournal, SaveCharter, Subject, Verdict,
            VerifyJournal,
        },
    },
    charter::Charter,
    fault::Fault,
    field::Field,
    kind::Kind,
    noun::fields,
    text,
};
use conclave_vault::{Audited, Vault, Writer, audit::Payload, crypto::hex, store::journal::SubjectChange};
use serde_json::Value;
use std::collections::BTreeSet;

/// Changes of one entry that are shown at a time.
const SHOWN: u64 = 100;

impl Reads for ListJournal {
    async fn read(self, vault: &mut Vault) -> Result<JournalPage, Fault> {
        let (head, genesis) = (vault.head(), vault.genesis());
        let page = vault.read().await?.journal(&self).await?;
        Ok(JournalPage {
            head_seq: head.map_or(0, |h| h.seq),
            head_hash: head.map(|h| hex::encode(&h.hash)).unwrap_or_default(),
            genesis,
            ..page
        })
    }
}

impl Reads for GetEntry {
    async fn read(self, vault: &mut Vault) -> Result<Entry, Fault> {
        let mut reader = vault.read().await?;
        let (line, signed, changes) = reader.entry(self.seq, self.offset, SHOWN).await?;
        let undoable = !line.refused && can_undo(&changes) && !reader.touched_since(self.seq).await?;
        let ids: Vec<_> = changes.iter().map(|c| c.id).collect();
        let heads = reader.heads(&ids).await?;
        let name = |c: &SubjectChange| {
            let head = heads.iter().find(|h| h.id == c.id);
            head.map(|h| format!("{} {}", h.reference, h.title)).unwrap_or_default()
        };
        let changes = changes.iter().map(|c| Change {
            subject: Subject { kind: c.kind.clone(), id: c.id, name: name(c) },
            fields: c.payload.as_ref().map(|p| differences(&c.kind, p)).unwrap_or_default(),
            erased: c.payload.is_none(),
        });
        Ok(Entry {
            changes: changes.collect(),
            undoable,
            previous: hex::encode(&signed.entry.previous),
            signature: hex::encode(&signed.signature),
            line,
        })
    }
}

/// Before and after of each field, in words.
pub(crate) fn differences(kind: &str, payload: &Payload) -> Vec<(String, String, String)> {
    let known: &[Field] = Kind::from_name(kind).map_or(&[], fields);
    let mut keys: Vec<&String> = Vec::new();
    // The content of a framework is told by its hash; it would fill pages.
    let told = |k: &&String| kind != "framework" || *k != "content";
    let all: BTreeSet<&String> = payload.before.keys().chain(payload.after.keys()).filter(told).collect();
    // In the order of the form, then what the form does not have.
    keys.extend(known.iter().filter_map(|f| all.iter().copied().find(|k| *k == f.key)));
    keys.extend(all.iter().copied().filter(|k| !known.iter().any(|f| f.key == **k)));
    let show = |key: &str, value: Option<&Value>| {
        let value = value.unwrap_or(&Value::Null);
        match known.iter().find(|f| f.key == key) {
            Some(field) => field.show(value),
            None => plain(key, value),
        }
    };
    keys.into_iter()
        .map(|key| {
            let label = known.iter().find(|f| f.key == *key).map_or_else(|| label_of(key), Field::label);
            (label, show(key, payload.before.get(key)), show(key, payload.after.get(key)))
        })
        .filter(|(_, before, after)| before != after)
        .collect()
}

fn label_of(key: &str) -> String {
    text::look_up(&format!("charter.{key}"))
        .or_else(|| text::look_up(&format!("field.{key}")))
        .unwrap_or_else(|| key.replace('_', " "))
}

fn plain(key: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => text::look_up(&format!("choice.{key}.{s}")).unwrap_or_else(|| s.clone()),
        Value::Object(map) => {
            let lines = map.iter().map(|(k, v)| format!("{k}: {}", plain(k, v)));
            lines.collect::<Vec<_>>().join("\n")
        }
        Value::Array(items) => items.iter().map(|v| plain(key, v)).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

impl Runs for VerifyJournal {
    async fn run(self, app: &App, job: &Job) -> Result<Verdict, Fault> {
        let mut vault = app.vault(job).await?;
        let mut watch = watch(job);
        Ok(vault.verify_journal(&mut watch).await?)
    }
}

impl Runs for CheckVault {
    async fn run(self, app: &App, job: &Job) -> Result<Verdict, Fault> {
        let mut vault = app.vault(job).await?;
        let mut watch = watch(job);
        Ok(vault.check(&mut watch).await?)
    }
}

pub(crate) fn watch(job: &Job) -> impl FnMut(Progress) -> bool + Send + use<> {
    let job = job.clone();
    move |p| job.step(&p.stage, p.done, p.total).is_ok()
}

impl Reads for GetCharter {
    async fn read(self, vault: &mut Vault) -> Result<Charter, Fault> {
        Ok(vault.read().await?.charter().await?)
    }
}

impl Changes for SaveCharter {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Charter>, Fault> {
        let (saved, event) = writer.save_charter(&self.charter).await?;
        Ok(Audited::new(saved, event))
    }
}
