//! Who may do what: one readable table, enforced in one place for window and command line alike.

use crate::{field::ChoiceGroup, t, text::label};
use serde::{Deserialize, Serialize};

/// A member's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the vault: members, charter, trash.
    Administrator,
    /// Leads the board: decides and accepts.
    Chair,
    /// Assesses and reviews.
    Reviewer,
    /// Keeps the inventory, answers checklists, raises risks.
    Contributor,
    /// Reads and exports.
    Auditor,
}

/// The roles as a choice group.
pub static ROLE: ChoiceGroup =
    ChoiceGroup { name: "role", values: &["administrator", "chair", "reviewer", "contributor", "auditor"] };

impl Role {
    /// All roles, the most powerful first.
    pub const ALL: [Role; 5] = [Role::Administrator, Role::Chair, Role::Reviewer, Role::Contributor, Role::Auditor];

    /// The value in database and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Chair => "chair",
            Role::Reviewer => "reviewer",
            Role::Contributor => "contributor",
            Role::Auditor => "auditor",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Role> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }

    /// What it is called.
    pub fn label(self) -> String {
        ROLE.label(self.name())
    }
}

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Nothing: also without an open vault.
    Anyone,
    /// To read what the vault holds.
    View,
    /// To create and change AI systems, vendors and assets.
    KeepInventory,
    /// To import records in bulk.
    Import,
    /// To answer checklists.
    Assess,
    /// To import and edit frameworks of the board's own.
    KeepFrameworks,
    /// To let a system pass a stage gate that is not clear.
    OverrideGate,
    /// To bring evidence in and attach it.
    KeepEvidence,
    /// To raise, rate and treat risks.
    KeepRisks,
    /// To accept a risk.
    AcceptRisk,
    /// To carry out ethics and fairness reviews.
    Review,
    /// To prepare a decision.
    PrepareDecision,
    /// To record a decision as taken.
    Decide,
    /// To build packs and export data.
    Export,
    /// To move records to the trash and back.
    Trash,
    /// To empty the trash.
    EmptyTrash,
    /// To change the charter.
    EditCharter,
    /// To run the vault: members, keys, backups to a file.
    ManageVault,
}

use Permission as P;
use Role::{Administrator as A, Auditor as U, Chair as C, Contributor as K, Reviewer as R};

/// The permission table: which roles hold which permission.
pub const TABLE: &[(Permission, &[Role])] = &[
    (P::Anyone, &[A, C, R, K, U]),
    (P::View, &[A, C, R, K, U]),
    (P::KeepInventory, &[A, C, K]),
    (P::Import, &[A, C, K]),
    (P::Assess, &[A, C, R, K]),
    (P::KeepFrameworks, &[A, C, R]),
    (P::OverrideGate, &[A, C]),
    (P::KeepEvidence, &[A, C, R, K]),
    (P::KeepRisks, &[A, C, R, K]),
    (P::AcceptRisk, &[A, C]),
    (P::Review, &[A, C, R]),
    (P::PrepareDecision, &[A, C, R]),
    (P::Decide, &[A, C]),
    (P::Export, &[A, C, R, U]),
    (P::Trash, &[A, C, K]),
    (P::EmptyTrash, &[A]),
    (P::EditCharter, &[A, C]),
    (P::ManageVault, &[A]),
];

impl Permission {
    /// The roles that hold it.
    pub fn roles(self) -> &'static [Role] {
        TABLE.iter().find(|(p, _)| *p == self).map_or(&[], |(_, roles)| roles)
    }

    /// What it is called.
    pub fn label(self) -> String {
        let name = serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        label(&format!("permission.{name}"))
    }

    /// Refuses a role that does not hold it.
    ///
    /// # Errors
    /// A fault that names the roles which do.
    pub fn check(self, role: Role) -> Result<(), crate::fault::Fault> {
        if self.roles().contains(&role) {
            return Ok(());
        }
        let roles = self.roles().iter().map(|r| r.label()).collect::<Vec<_>>().join(", ");
        Err(crate::fault::Fault::new(
            crate::fault::FaultKind::NotAllowed,
            t!("fault.not_allowed", role = role.label()),
            t!("fault.not_allowed_next", roles = roles),
        ))
    }
}
