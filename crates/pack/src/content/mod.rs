//! What an audit pack says: from the records of a board to a tree of chapters. A pure function that knows no page.
//!
//! Each profile sees what it may see: for the public, [`veil`] takes names, notes and single findings out of the data
//! before a word is written; the board gets open answers only; the auditor gets everything.

mod applicability;
mod assessment;
mod baselines;
mod book;
mod closing;
mod cover;
mod decisions;
mod ethics;
mod fairness;
mod files;
mod findings;
mod gates;
mod journal;
mod method;
mod names;
mod part;
mod proof;
mod risks;
mod sheet;
mod stand_out;
mod summary;
mod table;
mod veil;

#[cfg(test)]
mod tests;

use crate::tree::{Block, Chapter, Pack};
use book::Book;
use chrono::{DateTime, NaiveDate, Utc};
use conclave_domain::{
    answer::Answer,
    call::{
        assess::Applicability,
        over_time::BaselineLine,
        record::{Approval, Head, SourceRow},
        sign::SignatureLine,
    },
    charter::Charter,
    field::choice_label,
    framework::Framework,
    gate::Gate,
    noun::{Assessment, Asset, Decision, Evidence, Finding, Gap, Review, Risk, System, Vendor},
    questionnaire::Questionnaire,
    time::Place,
};
use part::Part;
use std::collections::BTreeMap;

/// For whom a pack is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// The board: open answers, and everything that it decides on.
    Board,
    /// The auditor: everything.
    #[default]
    Auditor,
    /// Everybody: coverage and outcomes, without persons, notes, single answers and risks.
    Public,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Profile; 3] = [Profile::Board, Profile::Auditor, Profile::Public];

    /// The name in JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Board => "board",
            Profile::Auditor => "auditor",
            Profile::Public => "public",
        }
    }

    /// The profile of a name.
    pub fn from_name(name: &str) -> Option<Profile> {
        let name = name.trim();
        Self::ALL.into_iter().find(|p| p.name().eq_ignore_ascii_case(name))
    }

    /// What it is called.
    pub fn label(self) -> String {
        choice_label("profile", self.name())
    }
}

/// Everything that a pack is made from, read at one moment.
#[derive(Debug, Clone, Default)]
pub struct Dossier {
    /// The id that every page prints.
    pub pack_id: String,
    /// The title of the cover.
    pub title: String,
    /// For whom it is made.
    pub profile: Profile,
    /// When it is made.
    pub created: DateTime<Utc>,
    /// The moment that it speaks of; `None` is `created`.
    pub as_of: Option<DateTime<Utc>>,
    /// The day against which dates are judged.
    pub today: NaiveDate,
    /// Where it is made: of moments that are shown as days, the day there.
    pub place: Place,
    /// Who makes it.
    pub made_by: String,
    /// The version of the program.
    pub program_version: String,
    /// Where the records come from.
    pub vault: VaultFacts,
    /// The charter in force.
    pub charter: Charter,
    /// The frameworks that assessments refer to; of one of the board's own there may be several editions.
    pub frameworks: Vec<Framework>,
    /// The ethics questionnaire.
    pub questionnaire: Questionnaire,
    /// The systems in scope, in the order of the chapters.
    pub systems: Vec<SystemFile>,
    /// All systems of the register; of those that are not in scope only the name is shown.
    pub portfolio: Vec<(Head, System, Approval)>,
    /// The newest entries of the journal about what is in scope, the oldest first.
    pub journal: Vec<JournalEntry>,
    /// How many entries there are about what is in scope.
    pub journal_total: u64,
}

/// What identifies a vault and its state.
#[derive(Debug, Clone, Default)]
pub struct VaultFacts {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// The number of the newest journal entry.
    pub head_seq: u64,
    /// Its hash, in hex.
    pub head_hash: String,
    /// The fingerprint of the first entry, in short groups.
    pub genesis: String,
    /// The fingerprint of the key that signs the pack.
    pub signer_fingerprint: String,
}

/// A system in scope with all that belongs to it.
#[derive(Debug, Clone)]
pub struct SystemFile {
    /// Id, reference, title and dates.
    pub head: Head,
    /// The system.
    pub system: System,
    /// Where the board's approval stands.
    pub approval: Approval,
    /// What keeps the record from progressing.
    pub gaps: Vec<Gap>,
    /// Its vendors.
    pub vendors: Vec<(Head, Vendor)>,
    /// What it is made of.
    pub assets: Vec<(Head, Asset)>,
    /// Its assessments.
    pub assessments: Vec<AssessmentFile>,
    /// Its risks.
    pub risks: Vec<(Head, Risk)>,
    /// Its reviews.
    pub reviews: Vec<(Head, Review)>,
    /// Decisions about it, drafts included.
    pub decisions: Vec<(Head, Decision)>,
    /// What was found wanting about it, closed findings included.
    pub findings: Vec<(Head, Finding)>,
    /// Its stage gates as they stand, in the order of the life cycle; overrides before the newest are in `system`.
    pub gates: Vec<Gate>,
    /// The evidence that it, or what belongs to it, rests on.
    pub evidence: Vec<(Head, Evidence)>,
    /// Who signed what about it.
    pub signatures: Vec<(String, SignatureLine)>,
    /// The rows that it was imported from.
    pub source: Vec<SourceRow>,
}

/// An assessment with its answers.
#[derive(Debug, Clone)]
pub struct AssessmentFile {
    /// Id, reference, title and dates.
    pub head: Head,
    /// The assessment.
    pub assessment: Assessment,
    /// The answers by the requirement's id.
    pub answers: BTreeMap<String, Answer>,
    /// What the answers lack, by the requirement's id.
    pub gaps: BTreeMap<String, Gap>,
    /// Its statement of applicability; `None` leaves the section out.
    pub statement: Option<Applicability>,
    /// Its baselines, the newest first.
    pub baselines: Vec<BaselineLine>,
}

/// An entry of the journal.
#[derive(Debug, Clone, Default)]
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
    /// The fields that differ: label, before, after.
    pub changes: Vec<(String, String, String)>,
    /// Its hash, in hex.
    pub hash: String,
    /// Whether it was refused: nothing was changed.
    pub refused: bool,
}

/// Writes a pack. The same dossier gives the same pack.
pub fn pack(dossier: &Dossier) -> Pack {
    match dossier.profile {
        Profile::Public => write(&veil::veiled(dossier)),
        Profile::Board | Profile::Auditor => write(dossier),
    }
}

fn write(dossier: &Dossier) -> Pack {
    let book = Book::new(dossier);
    let attachments = files::attachments(&book);
    let mut chapters = vec![summary::part(&book).into_chapter()];
    for file in &dossier.systems {
        chapters.extend(system_chapters(&book, file));
    }
    chapters.push(closing::charter(&book).into_chapter());
    chapters.push(journal::part(&book).into_chapter());
    chapters.push(method::part(&book).into_chapter());
    chapters.push(closing::manifest(&attachments).into_chapter());
    Pack {
        id: dossier.pack_id.clone(),
        title: dossier.title.clone(),
        subtitle: cover::subtitle(&book),
        organisation: dossier.charter.organisation.clone(),
        profile: dossier.profile.label(),
        created: dossier.created,
        cover: cover::facts(&book),
        statement: cover::statement(&book),
        chapters,
        attachments,
    }
}

/// A system alone has a chapter for each part; several have a chapter each.
fn system_chapters(book: &Book<'_>, file: &SystemFile) -> Vec<Chapter> {
    let level = if book.alone() { 2 } else { 3 };
    let mut parts = vec![sheet::system(book, file, level)];
    if !book.is_public() {
        parts.push(sheet::supply(book, file, level));
    }
    parts.extend(file.assessments.iter().map(|a| assessment::part(book, a, level)));
    parts.push(findings::part(book, file, level));
    parts.push(risks::part(book, file, level));
    if !book.is_public() {
        parts.extend(file.reviews.iter().map(|(head, review)| review_part(book, head, review, level)));
    }
    parts.push(gates::part(book, file, level));
    parts.push(decisions::part(book, file, level));
    parts.push(proof::part(book, file, level));
    parts.retain(|p| !p.is_empty());
    if book.alone() {
        return parts.into_iter().map(Part::into_chapter).collect();
    }
    let mut blocks = Vec::new();
    for part in parts {
        blocks.push(Block::Heading { level: 2, text: part.title });
        blocks.extend(part.blocks);
    }
    vec![Chapter { title: book::called(&file.head), blocks }]
}

fn review_part(book: &Book<'_>, head: &Head, review: &Review, level: u8) -> Part {
    if review.review_type == "fairness" {
        fairness::part(book, head, review, level)
    } else {
        ethics::part(book, head, review, level)
    }
}
