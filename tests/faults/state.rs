//! What a vault holds, as plain facts that can be compared, and the lines by which the child tells the test what it did.

use std::collections::BTreeMap;
use std::path::PathBuf;

use conclave_app::App;
use conclave_domain::{
    call::{
        assess::OpenAssessment,
        framework::ListFrameworks,
        journal::{GetCharter, ListJournal, ListMembers},
        over_time::ListBaselines,
        record::{GetRecord, ListRecords},
    },
    fault::Fault,
    kind::Kind,
    noun::Body,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A key such as `system 3-1 Sorter` and its value such as `live, owner 7`.
pub type Facts = BTreeMap<String, String>;
/// By member the number of the passphrase that opens their slot; `None` where none does.
pub type Slots = BTreeMap<String, Option<u64>>;

/// The key under which the number of the passphrase stands.
pub const PASSPHRASE: &str = "passphrase";
/// The assessment whose answers are read.
pub const ASSESSMENT: &str = "ASM-0001";
/// What an answer's fact says of it while nobody has reviewed it as it is.
pub const UNREVIEWED: &str = "nobody";

/// The passphrase of a number.
pub fn words(number: u64) -> String {
    format!("violet harbour counts {number} quiet lanterns")
}

/// Evidence that is there.
#[derive(Debug)]
pub struct Held {
    pub id: Uuid,
    pub reference: String,
    pub revision: i64,
    /// Size and content id of each version. What is uploaded here has a content that its size decides.
    pub versions: Vec<(u64, String)>,
}

/// A vault's content.
#[derive(Debug, Default)]
pub struct State {
    /// What can be compared. The passphrase is not among them: only opening shows which one counts.
    pub facts: Facts,
    /// References by title: references are given by the vault, so they are known only once confirmed.
    pub references: Facts,
    /// Ids of live systems by title.
    pub live: BTreeMap<String, Uuid>,
    /// Ids of systems in the trash by title.
    pub trashed: BTreeMap<String, Uuid>,
    /// Evidence by title.
    pub evidence: BTreeMap<String, Held>,
    /// Id, role and whether active, by name.
    pub members: BTreeMap<String, (Uuid, String, bool)>,
    /// The number of the newest journal entry.
    pub head: u64,
}

/// Reads everything that the operations change.
pub async fn read(app: &App) -> Result<State, Fault> {
    let mut state = State::default();
    for trashed in [false, true] {
        loop {
            let offset = if trashed { state.trashed.len() } else { state.live.len() };
            let ask = ListRecords {
                kind: Kind::System,
                trashed,
                limit: 500,
                offset: u64::try_from(offset).unwrap_or(u64::MAX),
                ..ListRecords::default()
            };
            let page = app.send(ask).await?;
            if page.rows.is_empty() {
                break;
            }
            for row in page.rows {
                let title = row.head.title;
                let place = if trashed { "in the trash" } else { "live" };
                state.facts.insert(format!("system {title}"), format!("{place}, owner {}", row.columns.owner));
                state.references.insert(title.clone(), row.head.reference);
                if trashed { &mut state.trashed } else { &mut state.live }.insert(title, row.head.id);
            }
        }
    }
    evidence(app, &mut state).await?;
    let assessment = app.send(OpenAssessment { reference: ASSESSMENT.into() }).await?;
    for (requirement, answer) in assessment.answers {
        let reviewed = assessment.reviewed.get(&requirement);
        let reviewed = reviewed.map_or(UNREVIEWED, |line| if line.right { &line.member } else { "a wrong signature" });
        state.facts.insert(format!("reviewed {requirement}"), reviewed.to_owned());
        state.facts.insert(format!("answer {requirement}"), answer.comment);
    }
    for line in app.send(ListBaselines { assessment: assessment.head.id }).await? {
        let stands = if line.sound { "sound" } else { "not what its hash says" };
        state.facts.insert(format!("baseline {}", line.title), stands.to_owned());
    }
    for line in app.send(ListFrameworks {}).await?.into_iter().filter(|l| l.own) {
        state.facts.insert(format!("framework {}", line.edition), format!("{} requirements", line.requirements));
    }
    for member in app.send(ListMembers {}).await? {
        state.facts.insert(format!("member {}", member.name), seat(&member.role, member.active));
        state.members.insert(member.name, (member.id, member.role, member.active));
    }
    state.facts.insert("charter".into(), app.send(GetCharter {}).await?.organisation);
    state.head = app.send(ListJournal { limit: 1, ..ListJournal::default() }).await?.head_seq;
    Ok(state)
}

async fn evidence(app: &App, state: &mut State) -> Result<(), Fault> {
    let ask = ListRecords { kind: Kind::Evidence, limit: 500, ..ListRecords::default() };
    for row in app.send(ask).await?.rows {
        let detail = app.send(GetRecord { reference: row.head.reference.clone() }).await?;
        let Body::Evidence(body) = detail.body else { return Err(Fault::internal()) };
        let versions: Vec<_> = body.versions.into_iter().map(|v| (v.size, v.file)).collect();
        let title = row.head.title;
        state.facts.insert(format!("evidence {title}"), sizes(versions.iter().map(|(size, _)| *size)));
        state.references.insert(title.clone(), row.head.reference.clone());
        let held = Held { id: row.head.id, reference: row.head.reference, revision: row.head.revision, versions };
        state.evidence.insert(title, held);
    }
    Ok(())
}

/// How the versions of evidence stand among the facts.
pub fn sizes(all: impl IntoIterator<Item = u64>) -> String {
    all.into_iter().map(|size| size.to_string()).collect::<Vec<_>>().join(", ")
}

/// How a member stands among the facts.
pub fn seat(role: &str, active: bool) -> String {
    format!("{role}, {}", if active { "active" } else { "gone" })
}

/// One line on standard output.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The vault is open.
    Ready,
    /// This is what the next change is meant to do, wholly or not at all.
    Try(Attempt),
    /// The change was confirmed; the references that it gave, by title.
    Done(Facts),
}

/// A change under way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Attempt {
    /// The operation's name.
    pub operation: String,
    /// The facts that it changes.
    pub facts: Facts,
    /// The journal entries that it adds.
    pub entries: u64,
    /// Whether it replaces the header, so that the two copies may be found to differ.
    pub header: bool,
    /// Whether that confirms it, so that its entry may stand without it.
    pub by_header: bool,
    /// The backup that it writes.
    pub backup: Option<PathBuf>,
    /// Whether it keeps a backup beside the vault.
    pub keeps: bool,
    /// The folder into which it restores a backup.
    pub restores: Option<PathBuf>,
    /// The member whose passphrase it changes, and the number of the one that opens afterwards, if any does.
    pub slot: Option<(String, Option<u64>)>,
    /// The evidence that it brings in: title, size, file.
    pub upload: Option<(String, u64, PathBuf)>,
}
