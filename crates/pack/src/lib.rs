//! Being built: a stand-in with the agreed signatures so that `app` compiles. Replace all of it.
#![allow(missing_docs, dead_code)]
pub mod tree;
pub struct Built { pub bytes: Vec<u8>, pub pages: u32, pub sha256: String, pub warnings: Vec<String> }
#[derive(Debug, thiserror::Error)]
pub enum PackError { #[error("cancelled")] Cancelled, #[error("other")] Other }
impl PackError { pub fn sentence(&self) -> String { String::new() } pub fn next(&self) -> String { String::new() } }
pub trait Signer { fn public_key(&self) -> [u8; 32]; fn sign(&self, message: &[u8]) -> [u8; 64]; }
pub struct PackHead { pub seq: u64, pub hash: String, pub vault: String, pub genesis: String }
pub struct Verified { pub unbroken: bool, pub pack_id: String, pub created: String, pub signed_by: Option<String>, pub signature_ok: Option<bool>, pub checked: Vec<String>, pub faults: Vec<String>, pub attachments: Vec<(String, Vec<u8>)>, pub head: Option<PackHead> }
pub fn build(_: &tree::Pack, _: Option<&dyn Signer>, _: &mut dyn FnMut(u64, u64) -> std::ops::ControlFlow<()>) -> Result<Built, PackError> { Err(PackError::Other) }
pub fn verify(_: &[u8]) -> Result<Verified, PackError> { Err(PackError::Other) }
pub mod content {
    use chrono::{DateTime, NaiveDate, Utc};
    use conclave_domain::{answer::Answer, call::record::{Approval, Head, SourceRow}, charter::Charter, framework::Framework, noun::*, questionnaire::Questionnaire};
    use std::collections::BTreeMap;
    #[derive(Clone, Copy)] pub enum Profile { Board, Auditor, Public }
    impl Profile { pub fn from_name(_: &str) -> Option<Self> { None } }
    pub struct VaultFacts { pub name: String, pub id: String, pub head_seq: u64, pub head_hash: String, pub genesis: String, pub signer_fingerprint: String }
    pub struct AssessmentFile { pub head: Head, pub assessment: Assessment, pub answers: BTreeMap<String, Answer>, pub gaps: BTreeMap<String, Gap> }
    pub struct SystemFile { pub head: Head, pub system: System, pub approval: Approval, pub gaps: Vec<Gap>, pub vendors: Vec<(Head, Vendor)>, pub assets: Vec<(Head, Asset)>, pub assessments: Vec<AssessmentFile>, pub risks: Vec<(Head, Risk)>, pub reviews: Vec<(Head, Review)>, pub decisions: Vec<(Head, Decision)>, pub source: Vec<SourceRow> }
    pub struct JournalEntry { pub seq: u64, pub at: DateTime<Utc>, pub actor: String, pub call: String, pub subject: String, pub changes: Vec<(String, String, String)>, pub hash: String, pub refused: bool }
    pub struct Dossier { pub pack_id: String, pub title: String, pub profile: Profile, pub created: DateTime<Utc>, pub as_of: Option<DateTime<Utc>>, pub today: NaiveDate, pub made_by: String, pub program_version: String, pub vault: VaultFacts, pub charter: Charter, pub frameworks: Vec<Framework>, pub questionnaire: Questionnaire, pub systems: Vec<SystemFile>, pub portfolio: Vec<(Head, System, Approval)>, pub journal: Vec<JournalEntry>, pub journal_total: u64 }
    pub fn pack(_: &Dossier) -> super::tree::Pack { Default::default() }
}
