//! What a vault holds, as plain facts that can be compared, and the lines by which the child tells the test what it did.

use std::collections::BTreeMap;
use std::path::PathBuf;

use conclave_app::App;
use conclave_domain::{
    call::{
        assess::OpenAssessment,
        journal::{GetCharter, ListJournal, ListMembers},
        record::ListRecords,
    },
    fault::Fault,
    kind::Kind,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A key such as `system 3-1 Sorter` and its value such as `live, owner 7`.
pub type Facts = BTreeMap<String, String>;

/// The key under which the number of the passphrase stands.
pub const PASSPHRASE: &str = "passphrase";
/// The assessment whose answers are read.
pub const ASSESSMENT: &str = "ASM-0001";

/// The passphrase of a number.
pub fn words(number: u64) -> String {
    format!("violet harbour counts {number} quiet lanterns")
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
    let assessment = app.send(OpenAssessment { reference: ASSESSMENT.into() }).await?;
    for (requirement, answer) in assessment.answers {
        state.facts.insert(format!("answer {requirement}"), answer.comment);
    }
    for member in app.send(ListMembers {}).await? {
        state.facts.insert(format!("member {}", member.name), member.role);
    }
    state.facts.insert("charter".into(), app.send(GetCharter {}).await?.organisation);
    state.head = app.send(ListJournal { limit: 1, ..ListJournal::default() }).await?.head_seq;
    Ok(state)
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
}
