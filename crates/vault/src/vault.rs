//! A vault: created, opened, changed, locked. One value per open folder; dropping it locks.

mod backups;
mod keys;
mod members;
mod opening;
mod past;
mod rekey;
mod upgrade;

pub use keys::{StatementSigner, chosen_passphrase};
pub use past::Past;

pub(crate) use opening::hash_known;
use opening::{Prepared, anchored, prepare};

use crate::{
    anchor::Head,
    audit::{Audited, Event},
    chain::{self, Fact, KeyAction, KeyChange},
    crypto::os_random,
    database,
    error::VaultError,
    evidence::EvidenceStore,
    header::{Header, HeaderFiles, NewVault, Unlocked, Who},
    hold::Hold,
    passphrase::{ChosenPassphrase, Passphrase, recovery::RecoveryKey},
    slot::{NewSecret, NewSlot, Secret},
    store::{Reader, member::StoredMember},
    time,
    writer::{Actor, Transaction, at_micros},
};
use conclave_domain::{charter::Charter, noun::FORM, permission::Role, t, time::Now};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The program's name in the file that says who holds a vault.
const PROGRAM: &str = concat!("Conclave ", env!("CARGO_PKG_VERSION"));

/// One page: no database is smaller.
const SMALLEST_DATABASE: u64 = 4096;

/// A vault that is to be created.
pub struct NewVaultSpec<'a> {
    /// Its folder; it must not exist.
    pub folder: &'a Path,
    /// The organisation, which is also the vault's name.
    pub organisation: &'a str,
    /// The first member's name.
    pub member: &'a str,
    /// The first member's passphrase.
    pub passphrase: &'a ChosenPassphrase,
}

/// What a header says without a passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeekInfo {
    /// The vault's name.
    pub name: String,
    /// The members who have a key slot.
    pub members: Vec<String>,
}

/// An open vault.
pub struct Vault {
    pub(crate) folder: PathBuf,
    pub(crate) db: SqliteConnection,
    pub(crate) unlocked: Unlocked,
    pub(crate) actor: Actor,
    pub(crate) head: Option<Head>,
    pub(crate) genesis: Option<[u8; 32]>,
    /// Whether a transaction may still be open.
    pub(crate) unsettled: bool,
    /// The time of the call that is served.
    pub(crate) now: Now,
    /// What the next entry says besides its change.
    pub(crate) facts: Vec<Fact>,
    /// The form of what it holds ([`conclave_domain::noun::FORM`]).
    pub(crate) form: u32,
    header: Header,
    role: Role,
    notices: Vec<String>,
    _hold: Hold,
}

fn new_id() -> Uuid {
    Uuid::now_v7()
}

fn fact(key: &str, value: &str) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), Value::String(value.to_owned()))])
}

impl Vault {
    /// What a folder's header says without a passphrase.
    ///
    /// # Errors
    /// No vault there; damaged; of a newer format.
    pub fn peek(folder: &Path) -> Result<PeekInfo, VaultError> {
        let files = HeaderFiles::read(folder)?;
        let header = files.header();
        Ok(PeekInfo { name: header.name().to_owned(), members: header.members().map(|s| s.name.clone()).collect() })
    }

    /// Creates a vault with its first member, an administrator, and a recovery key.
    ///
    /// # Errors
    /// The folder exists or cannot be written; what had been created is removed again.
    pub async fn create(spec: NewVaultSpec<'_>, now: &Now) -> Result<(Self, RecoveryKey), VaultError> {
        if let Some(parent) = spec.folder.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(VaultError::io(parent))?;
        }
        std::fs::create_dir(spec.folder).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => VaultError::Exists(spec.folder.to_owned()),
            _ => VaultError::io(spec.folder)(e),
        })?;
        private(spec.folder);
        let made = Self::found(&spec, now).await;
        if made.is_err() {
            // The folder is ours: it did not exist a moment ago.
            let _ = std::fs::remove_dir_all(spec.folder);
        }
        made
    }

    async fn found(spec: &NewVaultSpec<'_>, now: &Now) -> Result<(Self, RecoveryKey), VaultError> {
        let hold = Hold::take(spec.folder, PROGRAM, at_micros(now))?;
        let mut random = os_random();
        let (vault_id, member_id, created_at) = (new_id(), new_id(), at_micros(now));
        let founder = NewSlot {
            slot_id: new_id(),
            member_id,
            name: spec.member.trim(),
            created_at,
            must_change: false,
            kdf: members::cost(),
            secret: NewSecret::Passphrase(spec.passphrase),
        };
        let new = NewVault { vault_id, name: spec.organisation.trim(), created_at, founder };
        let (mut header, unlocked) = Header::create(&new, &mut random)?;
        let recovery = RecoveryKey::random(&mut random);
        let recovery_slot = NewSlot {
            slot_id: new_id(),
            member_id: new_id(),
            name: "recovery",
            secret: NewSecret::Recovery(&recovery),
            ..new.founder
        };
        header.add_slot(&unlocked, &recovery_slot, &mut random)?;
        let path = spec.folder.join(header.database_name());
        let mut db = database::open(&path, unlocked.subkeys().database.expose(), true).await?;
        database::migrate(&mut db).await?;
        let actor = Actor { id: member_id, name: new.founder.name.to_owned() };
        let mut vault = Self {
            folder: spec.folder.to_owned(),
            db,
            unlocked,
            actor,
            head: None,
            genesis: None,
            unsettled: false,
            now: now.clone(),
            facts: Vec::new(),
            form: FORM,
            header,
            role: Role::Administrator,
            notices: Vec::new(),
            _hold: hold,
        };
        vault.first_entry(spec, recovery_slot.member_id).await?;
        // The header comes last: a folder without one is no vault.
        if let Some(error) = vault.header.save(&vault.folder)?.copy_error {
            return Err(VaultError::io(&vault.folder)(error));
        }
        Ok((vault, recovery))
    }

    async fn first_entry(&mut self, spec: &NewVaultSpec<'_>, recovery: Uuid) -> Result<(), VaultError> {
        let recovery_key = self.key_of(recovery)?;
        let grants = vec![
            grant(self.unlocked.member_id(), self.unlocked.public_key(), true),
            grant(recovery, recovery_key, true),
        ];
        let header_hash = self.header.hash();
        let (vault_id, name) = (self.unlocked.vault_id(), self.header.name().to_owned());
        let mut transaction = self.begin_own().await?;
        transaction.change_keys(grants);
        let key = transaction.public_key();
        let mut writer = transaction.writer();
        let (since, id) = (writer.now.moment(), writer.actor.id);
        let member = StoredMember {
            id,
            name: writer.actor.name.clone(),
            role: Role::Administrator,
            signing_key: key,
            active: true,
            since,
        };
        let joined = writer.add_member(&member).await?;
        let charter = Charter { organisation: spec.organisation.trim().to_owned(), ..Charter::default() };
        let (_, chartered) = writer.put_charter(&charter).await?;
        writer.set_meta("header", &header_hash).await?;
        writer.set_meta(upgrade::FORM_KEY, &FORM.to_be_bytes()).await?;
        writer.set_meta("recovery", recovery.as_bytes()).await?;
        writer.set_meta(members::RECOVERY_KEY, &recovery_key).await?;
        let created = Event::new("vault", vault_id, "create", Map::new(), fact("name", &name));
        transaction.commit("vault.create", Audited::many((), created, [joined, chartered])).await?;
        Ok(())
    }

    fn key_of(&self, member: Uuid) -> Result<[u8; 32], VaultError> {
        let slot = self.header.slots().iter().find(|s| s.member_id == member);
        slot.map(|s| s.ed25519_public.0).ok_or_else(|| VaultError::Damaged(t!("vault.part_header")))
    }

    /// Opens a vault with a member's passphrase. An empty name means the only member.
    ///
    /// # Errors
    /// Wrong passphrase, damage, a newer format, another process: each its own fault.
    pub async fn open(folder: &Path, member: &str, passphrase: &Passphrase, now: &Now) -> Result<Self, VaultError> {
        let files = HeaderFiles::read(folder)?;
        let hold = Hold::take(folder, PROGRAM, at_micros(now))?;
        let only = files.header().members().next().map(|s| s.name.clone()).unwrap_or_default();
        let name = if member.trim().is_empty() { only } else { member.trim().to_owned() };
        Self::enter(folder, files, hold, (&Who::Name(&name), Secret::Passphrase(passphrase)), now).await
    }

    /// Opens a vault with its recovery key and sets a new passphrase for a member (the only one if the name is empty).
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn recover(
        folder: &Path,
        member: &str,
        key: &RecoveryKey,
        passphrase: &ChosenPassphrase,
        now: &Now,
    ) -> Result<Self, VaultError> {
        let files = HeaderFiles::read(folder)?;
        let hold = Hold::take(folder, PROGRAM, at_micros(now))?;
        let mut vault = Self::enter(folder, files, hold, (&Who::Recovery, Secret::Recovery(key)), now).await?;
        let name = vault.recover_member(member, passphrase).await?;
        // From here on everything is signed by the member.
        vault.switch(&name, passphrase.passphrase()).await?;
        Ok(vault)
    }

    async fn enter(
        folder: &Path,
        mut files: HeaderFiles,
        hold: Hold,
        (who, secret): (&Who<'_>, Secret<'_>),
        now: &Now,
    ) -> Result<Self, VaultError> {
        let unlocked = files.unlock(who, secret)?;
        let header = files.header().clone();
        let path = folder.join(header.database_name());
        // An empty file would be taken for a database that is yet to be written, and be written.
        if std::fs::metadata(&path).map_or(0, |m| m.len()) < SMALLEST_DATABASE {
            return Err(VaultError::Damaged(t!("vault.part_database")));
        }
        if database::left_open(&path) {
            let mut looked = database::look(&path, unlocked.subkeys().database.expose()).await?;
            let found = anchored(&mut looked, folder, &unlocked, &mut Vec::new()).await;
            sqlx::Connection::close(looked).await?;
            found?;
        }
        let mut db = database::open(&path, unlocked.subkeys().database.expose(), false).await?;
        match prepare(&mut db, folder, &files, &unlocked, now).await {
            Ok(Prepared { head, genesis, actor, role, form, notices }) => {
                let folder = folder.to_owned();
                let last = head.map(|h| time::moment(i64::try_from(h.at).unwrap_or(i64::MAX)));
                let behind = last.map(|last| last - now.moment()).filter(|by| *by > crate::writer::PATIENCE);
                let mut vault = Self {
                    folder,
                    db,
                    unlocked,
                    actor,
                    head,
                    genesis,
                    unsettled: false,
                    now: now.clone(),
                    facts: Vec::new(),
                    form,
                    header,
                    role,
                    notices,
                    _hold: hold,
                };
                if let Some(by) = behind {
                    vault.note_set_back(by);
                    vault.notices.push(t!("vault.clock_set_back"));
                }
                Ok(vault)
            }
            Err(refused) => {
                // A connection that is only dropped closes some time later, when the vault is held by nobody any more.
                sqlx::Connection::close(db).await?;
                Err(refused)
            }
        }
    }

    /// What reads.
    ///
    /// # Errors
    /// The database refused to roll back what a cancelled change left.
    pub async fn read(&mut self) -> Result<Reader<'_>, VaultError> {
        self.settle().await?;
        Ok(Reader { db: &mut self.db, now: self.now.clone() })
    }

    /// Keeps a draft of the acting member; an empty body drops it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_draft(&mut self, key: &str, body: &str) -> Result<(), VaultError> {
        self.settle().await?;
        crate::store::draft::keep(&mut self.db, self.actor.id, (key, body), self.now.moment()).await
    }

    /// A draft of the acting member.
    ///
    /// # Errors
    /// The database refused.
    pub async fn draft(&mut self, key: &str) -> Result<Option<String>, VaultError> {
        crate::store::draft::get(&mut self.db, self.actor.id, key).await
    }

    /// What signs packs in the acting member's name, for work that goes on after the vault was released.
    #[must_use]
    pub fn signer(&self) -> StatementSigner {
        StatementSigner(self.unlocked.signing_key().clone())
    }

    /// The acting member's public signing key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.unlocked.public_key()
    }

    /// Where its evidence files lie.
    #[must_use]
    pub fn evidence(&self) -> EvidenceStore {
        EvidenceStore::new(&self.folder, self.id())
    }

    pub(crate) fn header_hash(&self) -> [u8; 32] {
        self.header.hash()
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.header.name()
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.unlocked.vault_id()
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The acting member's role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Makes the acting member act in another role: only for tests of the permission table.
    #[cfg(feature = "cheap-kdf")]
    pub fn act_as(&mut self, role: Role) {
        self.role = role;
    }

    /// What was noticed at opening, in sentences.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// One thing more that its user should know.
    pub fn notice(&mut self, sentence: String) {
        self.notices.push(sentence);
    }

    /// The newest journal entry.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        self.head
    }

    /// The first entry's hash in short groups: the vault's fingerprint, which every pack prints.
    #[must_use]
    pub fn genesis(&self) -> String {
        self.genesis.as_ref().map(chain::fingerprint).unwrap_or_default()
    }

    /// The time of the call that is served.
    #[must_use]
    pub fn now(&self) -> &Now {
        &self.now
    }

    /// Versions of SQLCipher and SQLite.
    ///
    /// # Errors
    /// The database refused.
    pub async fn versions(&mut self) -> Result<(String, String), VaultError> {
        database::versions(&mut self.db).await
    }

    /// Closes the database cleanly and locks: keys leave memory, the next process may open the vault.
    pub async fn close(self) {
        use sqlx::Connection as _;
        let _ = self.db.close().await;
    }
}

impl Transaction<'_> {
    fn public_key(&self) -> [u8; 32] {
        self.vault().unlocked.public_key()
    }
}

fn grant(member: Uuid, public_key: [u8; 32], may_grant: bool) -> KeyChange {
    KeyChange { action: KeyAction::Grant, member, public_key, may_grant }
}

#[cfg(unix)]
pub(crate) fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    // A file system without permissions is no reason to refuse: the contents are encrypted anyway.
    let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
pub(crate) fn private(_: &Path) {}
