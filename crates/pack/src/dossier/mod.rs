//! From a dossier to the tree of a pack: what is said, in which order, to whom. Pure; it knows no page and no database.

mod assessment;
mod attach;
mod closing;
mod cover;
mod decisions;
mod reviews;
mod risks;
mod summary;
mod system;
mod words;

use crate::tree::{Chapter, Pack};
use chrono::{DateTime, NaiveDate, Utc};
use conclave_domain::{
    answer::{Answer, Coverage},
    call::record::{Approval, Head, SourceRow},
    charter::Charter,
    framework::Framework,
    noun::{Assessment, Asset, Decision, Gap, Review, Risk, System, Vendor},
    questionnaire::Questionnaire,
    t,
};
use std::collections::BTreeMap;

/// For whom a pack is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The board: summary, open answers, risks, reviews, decisions.
    Board,
    /// An auditor: everything.
    Auditor,
    /// The public: no name of a person, no detail of a risk.
    Public,
}

impl Profile {
    /// The profile of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "board" => Some(Self::Board),
            "auditor" => Some(Self::Auditor),
            "public" => Some(Self::Public),
            _ => None,
        }
    }

    /// What it is called.
    pub fn label(self) -> String {
        match self {
            Self::Board => t!("told.profile_board"),
            Self::Auditor => t!("told.profile_auditor"),
            Self::Public => t!("told.profile_public"),
        }
    }

    fn names_people(self) -> bool {
        self != Self::Public
    }
}

/// The vault that a pack is made from.
#[derive(Debug, Clone, Default)]
pub struct VaultFacts {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// The newest journal entry.
    pub head_seq: u64,
    /// Its hash, in hex.
    pub head_hash: String,
    /// The vault's fingerprint.
    pub genesis: String,
    /// The fingerprint of the key that signs the pack.
    pub signer_fingerprint: String,
}

/// An assessment with its answers.
#[derive(Debug, Clone)]
pub struct AssessmentFile {
    /// Reference, title, dates.
    pub head: Head,
    /// The body.
    pub assessment: Assessment,
    /// The answers by requirement id.
    pub answers: BTreeMap<String, Answer>,
    /// What answers lack, by requirement id.
    pub gaps: BTreeMap<String, Gap>,
}

/// A system with everything about it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names are the nouns")]
pub struct SystemFile {
    pub head: Head,
    pub system: System,
    pub approval: Approval,
    pub gaps: Vec<Gap>,
    pub vendors: Vec<(Head, Vendor)>,
    pub assets: Vec<(Head, Asset)>,
    pub assessments: Vec<AssessmentFile>,
    pub risks: Vec<(Head, Risk)>,
    pub reviews: Vec<(Head, Review)>,
    pub decisions: Vec<(Head, Decision)>,
    pub source: Vec<SourceRow>,
}

/// A journal entry as packs print it.
#[derive(Debug, Clone)]
pub struct JournalEntry {
    /// Its number.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// By which call.
    pub call: String,
    /// About what.
    pub subject: String,
    /// Field, before, after.
    pub changes: Vec<(String, String, String)>,
    /// Its hash, in hex.
    pub hash: String,
    /// Whether it was refused.
    pub refused: bool,
}

/// Everything that a pack is made from.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The id that every page prints.
    pub pack_id: String,
    /// The title.
    pub title: String,
    /// For whom.
    pub profile: Profile,
    /// When it is made.
    pub created: DateTime<Utc>,
    /// The moment that it speaks of; `None` is when it is made.
    pub as_of: Option<DateTime<Utc>>,
    /// The day against which dates are judged.
    pub today: NaiveDate,
    /// Who makes it.
    pub made_by: String,
    /// The program's version.
    pub program_version: String,
    /// The vault.
    pub vault: VaultFacts,
    /// The charter in force.
    pub charter: Charter,
    /// The frameworks that are answered.
    pub frameworks: Vec<Framework>,
    /// The ethics questionnaire.
    pub questionnaire: Questionnaire,
    /// The systems in scope.
    pub systems: Vec<SystemFile>,
    /// All systems of the register.
    pub portfolio: Vec<(Head, System, Approval)>,
    /// The journal extract, oldest first.
    pub journal: Vec<JournalEntry>,
    /// Entries that match in all.
    pub journal_total: u64,
}

impl Dossier {
    fn framework(&self, id: &str) -> Option<&Framework> {
        self.frameworks.iter().find(|f| f.framework.id == id)
    }

    /// A person's name, where the profile may say it.
    fn person(&self, name: &str) -> String {
        if self.profile.names_people() { name.to_owned() } else { String::new() }
    }
}

/// Coverage by stage and in all.
fn coverage(framework: &Framework, answers: &BTreeMap<String, Answer>) -> (Vec<(String, Coverage)>, Coverage) {
    let mut all = Coverage::default();
    let stages = framework.stages().map(|stage| {
        let mut sum = Coverage::default();
        for guideline in framework.guidelines(&stage.id) {
            for requirement in framework.of(&guideline.id) {
                sum.add(answers.get(&requirement.id).map(|a| a.result).unwrap_or_default(), 1);
            }
        }
        all.merge(sum);
        (stage.title.clone(), sum)
    });
    (stages.collect(), all)
}

/// The tree of a pack.
pub fn pack(dossier: &Dossier) -> Pack {
    let mut chapters = vec![summary::summary(dossier)];
    chapters.extend(dossier.systems.iter().map(|s| system::system(dossier, s)));
    chapters.push(closing::charter(dossier));
    if dossier.profile != Profile::Public {
        chapters.push(closing::journal(dossier));
    }
    chapters.push(closing::method(dossier));
    let attachments = attach::attachments(dossier);
    chapters.push(closing::manifest(&attachments));
    let chapters = chapters.into_iter().filter(|c: &Chapter| !c.blocks.is_empty()).collect();
    Pack {
        id: dossier.pack_id.clone(),
        title: dossier.title.clone(),
        subtitle: cover::subtitle(dossier),
        organisation: dossier.charter.organisation.clone(),
        profile: dossier.profile.label(),
        created: dossier.created,
        cover: cover::cover(dossier),
        statement: cover::statement(dossier),
        chapters,
        attachments,
    }
}
