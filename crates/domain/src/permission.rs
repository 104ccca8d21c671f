//! Who may do what: one readable table, enforced in one place for window and command line alike.

use crate::{
    charter::Charter,
    fault::{Fault, FaultKind},
    field::ChoiceGroup,
    noun::Body,
    t,
    text::label,
};
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
    /// To write anew what an older program wrote, once, after a backup.
    Upgrade,
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
    (P::Upgrade, &[A, C, R, K]),
];

/// What a member does for the board and not for the vault.
pub const OF_THE_BOARD: [Permission; 3] = [P::Decide, P::AcceptRisk, P::OverrideGate];

/// Who acts, and under which rules: what a permission is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The acting member's role.
    pub role: Role,
    /// The rules in force.
    pub charter: &'a Charter,
    /// How many members may act.
    pub members: usize,
}

impl Standing<'_> {
    /// Whether the rules that separate duties bind: one member alone cannot keep them.
    #[must_use]
    pub fn is_separated(&self) -> bool {
        self.members > 1
    }

    /// Refuses what the role does not hold, and what administrators leave to the board.
    ///
    /// # Errors
    /// A fault that names who may, or the rule.
    pub fn may(&self, permission: Permission) -> Result<(), Fault> {
        permission.check(self.role)?;
        let keeps_out = self.role == A && self.is_separated() && !self.charter.administrators_decide;
        if keeps_out && OF_THE_BOARD.contains(&permission) {
            return Err(Fault::new(
                FaultKind::NotAllowed,
                t!("rule.administrator_decides"),
                t!("rule.administrator_decides_next"),
            ));
        }
        Ok(())
    }

    /// Every permission that the acting member has.
    #[must_use]
    pub fn all(&self) -> Vec<Permission> {
        TABLE.iter().map(|(p, _)| *p).filter(|p| self.may(*p).is_ok()).collect()
    }
}

/// What saving a body in the place of another needs: what the one before asks for, and what the new one asks for. Taking an
/// acceptance back needs what accepting needs.
#[must_use]
pub fn of_save(before: Option<&Body>, after: &Body) -> Vec<Permission> {
    let mut needed = vec![of_body(after)];
    if let Some(before) = before.map(of_body).filter(|b| *b != needed[0]) {
        needed.insert(0, before);
    }
    needed
}

/// What a body asks for.
fn of_body(body: &Body) -> Permission {
    match body {
        Body::System(_) | Body::Vendor(_) | Body::Asset(_) => P::KeepInventory,
        Body::Assessment(_) | Body::Finding(_) => P::Assess,
        Body::Risk(risk) if risk.status == "accepted" => P::AcceptRisk,
        Body::Risk(_) => P::KeepRisks,
        Body::Review(_) => P::Review,
        Body::Decision(decision) if decision.is_decided() => P::Decide,
        Body::Decision(_) => P::PrepareDecision,
        Body::Evidence(_) => P::KeepEvidence,
        Body::Pack(_) => P::Export,
    }
}

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
    pub fn check(self, role: Role) -> Result<(), Fault> {
        if self.roles().contains(&role) {
            return Ok(());
        }
        let roles = self.roles().iter().map(|r| r.label()).collect::<Vec<_>>().join(", ");
        Err(Fault::new(
            FaultKind::NotAllowed,
            t!("fault.not_allowed", role = role.label()),
            t!("fault.not_allowed_next", roles = roles),
        ))
    }
}
