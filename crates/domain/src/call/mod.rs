//! The calls: one contract between window, command line and tests.
//!
//! A call is a plain struct whose fields are the request. It names its reply, its stable name, its way and what it
//! touches; its permission may depend on what it asks for (saving a risk is not saving a system). [`all_calls!`] is the
//! one list: the dispatcher, the permission test, the wire snapshots and the documentation are made from it.

pub mod assess;
pub mod backup;
pub mod evidence;
pub mod exchange;
pub mod framework;
pub mod journal;
pub mod member;
pub mod over_time;
pub mod pack;
pub mod record;
pub mod session;
pub mod sign;

use crate::permission::Permission;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Reads the open vault.
    Read,
    /// Changes the open vault: one transaction with its journal entry.
    Change,
    /// Takes long: reports progress and can be cancelled.
    Job,
    /// About the session itself: opening, locking, preferences, files.
    Session,
}

/// What part of the vault a page shows; the window reloads what a change touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Records of any kind, their lists, links and search.
    Records,
    /// Answers and coverage.
    Answers,
    /// The charter.
    Charter,
    /// The session: open, locked, member, preferences.
    Session,
    /// The members and their roles.
    Members,
    /// The backups.
    Backups,
}

/// One call.
pub trait Call: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What it gives back.
    type Reply: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Its stable name on the wire.
    const NAME: &'static str;
    /// What it does.
    const WAY: Way;
    /// What it touches, for the window to reload.
    const TOUCHES: &'static [Tag] = &[];
    /// What it needs.
    fn permission(&self) -> Permission;
}

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done now.
    pub stage: String,
    /// Units done.
    pub done: u64,
    /// Units in all; 0 if unknown.
    pub total: u64,
}

/// Declares calls: name, way, reply, permission and touched tags in one line each.
macro_rules! call {
    ($type:ty, $name:literal, $way:ident, $reply:ty, $permission:ident $(, $tag:ident)*) => {
        impl $crate::call::Call for $type {
            type Reply = $reply;
            const NAME: &'static str = $name;
            const WAY: $crate::call::Way = $crate::call::Way::$way;
            const TOUCHES: &'static [$crate::call::Tag] = &[$($crate::call::Tag::$tag),*];
            fn permission(&self) -> $crate::permission::Permission {
                $crate::permission::Permission::$permission
            }
        }
    };
}
pub(crate) use call;

/// Hands the list of all calls to a macro: `all_calls!(my_macro)` expands to
/// `my_macro! { reads: [..] changes: [..] jobs: [..] sessions: [..] }`.
#[macro_export]
macro_rules! all_calls {
    ($then:ident) => {
        $then! {
            reads: [
                $crate::call::record::ListRecords, $crate::call::record::GetRecord, $crate::call::record::GetFacets,
                $crate::call::record::Search, $crate::call::record::GetHome, $crate::call::record::GetMatrix,
                $crate::call::assess::OpenAssessment, $crate::call::assess::GetStatement,
                $crate::call::assess::ListProposals, $crate::call::assess::GetGates,
                $crate::call::framework::GetFramework, $crate::call::framework::ListFrameworks,
                $crate::call::framework::FindRequirements, $crate::call::framework::GetCrosswalk,
                $crate::call::framework::GetLinks, $crate::call::framework::GetTemplates,
                $crate::call::framework::CompareEditions, $crate::call::over_time::ListBaselines,
                $crate::call::over_time::CompareAssessments, $crate::call::over_time::GetTrend,
                $crate::call::assess::GetQuestionnaire, $crate::call::assess::ListThreats,
                $crate::call::journal::ListJournal, $crate::call::journal::GetEntry, $crate::call::journal::GetCharter,
                $crate::call::journal::ListMembers, $crate::call::backup::ListBackups,
                $crate::call::evidence::PreviewEvidence,
            ]
            changes: [
                $crate::call::record::SaveRecord, $crate::call::record::TrashRecord, $crate::call::record::RestoreRecord,
                $crate::call::record::EmptyTrash, $crate::call::record::UndoChange, $crate::call::assess::SaveAnswer,
                $crate::call::assess::SetAnswers,
                $crate::call::assess::ApplyTemplate, $crate::call::assess::DecideProposals,
                $crate::call::assess::OverrideGate, $crate::call::assess::PassGate,
                $crate::call::framework::SaveFramework, $crate::call::framework::RemoveFramework,
                $crate::call::over_time::FreezeAssessment, $crate::call::over_time::NextAssessment,
                $crate::call::journal::SaveCharter, $crate::call::sign::ReviewAnswers, $crate::call::sign::SignPack,
            ]
            jobs: [
                $crate::call::exchange::PreviewImport, $crate::call::exchange::RunImport,
                $crate::call::exchange::PreviewFairness, $crate::call::exchange::MeasureFairness,
                $crate::call::exchange::ExportList, $crate::call::exchange::ExportAssessment,
                $crate::call::framework::PreviewFramework, $crate::call::pack::BuildPack, $crate::call::pack::VerifyPack,
                $crate::call::journal::VerifyJournal, $crate::call::journal::CheckVault,
                $crate::call::session::CreateVault, $crate::call::member::RekeyVault, $crate::call::backup::BackUp,
                $crate::call::backup::KeepBackups, $crate::call::backup::RestoreBackup,
                $crate::call::backup::CheckBackup, $crate::call::backup::RescueVault,
                $crate::call::evidence::AddEvidence, $crate::call::evidence::ExportEvidence,
            ]
            sessions: [
                $crate::call::session::GetStatus, $crate::call::session::PeekVault, $crate::call::session::OpenVault,
                $crate::call::session::RecoverVault, $crate::call::session::LockVault,
                $crate::call::session::ChangePassphrase, $crate::call::session::RateStrength,
                $crate::call::session::SavePreferences, $crate::call::session::ChooseFile,
                $crate::call::session::OpenFile, $crate::call::session::KeepDraft, $crate::call::session::GetDraft,
                $crate::call::session::StayAwake, $crate::call::member::InviteMember,
                $crate::call::member::ChangeRole, $crate::call::member::DeactivateMember,
                $crate::call::member::ResetMember, $crate::call::member::SwitchMember,
                $crate::call::member::NewRecoveryKey,
            ]
        }
    };
}
