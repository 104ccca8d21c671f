//! Shared by the fault tests: a vault made once and kept as bytes, copies of it to spoil, and repeatable chance.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub mod scene;

use std::{
    fs,
    path::{Path, PathBuf},
};

use conclave_domain::{
    fault::Fault,
    noun::{Body, System},
    time::Now,
};
use conclave_vault::{
    Audited, How, NewVaultSpec, Unruled, Vault, chosen_passphrase,
    crypto::{SecretKey, hex},
    passphrase::{Passphrase, recovery::RecoveryKey},
    store::record::Stored,
};
use sqlx::{
    ConnectOptions as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode},
};
use uuid::Uuid;

pub const WORDS: &str = "violet harbour counts nine lanterns";
pub const DATABASE: &str = "vault-1.db";
pub const LOG: &str = "vault-1.db-wal";
pub const ANCHOR: &str = "anchor-1";

/// A vault's folder as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    pub fn read(folder: &Path) -> Self {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        Self(files)
    }

    pub fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        for (name, bytes) in &self.0 {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }

    #[track_caller]
    pub fn get(&self, name: &str) -> &[u8] {
        &self.0.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no file {name}")).1
    }

    /// The same folder with another content of one file.
    pub fn with(&self, name: &str, bytes: Vec<u8>) -> Self {
        let mut files = self.without(name);
        files.0.push((name.to_owned(), bytes));
        files
    }

    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(n, _)| n != name).cloned().collect())
    }
}

/// Chance that comes out the same for the same seed (SplitMix64).
pub struct Dice(u64);

impl Dice {
    /// The environment variable CONCLAVE_FAULTS_SEED repeats a run; without it every run is the same.
    pub fn new(name: &str) -> Self {
        let seed = std::env::var("CONCLAVE_FAULTS_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_260_713);
        Self(name.bytes().fold(seed, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))))
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        usize::try_from(z % u64::try_from(end).unwrap()).unwrap()
    }
}

/// `short` in the everyday run, `long` in `cargo xtask faults`.
pub fn times(short: usize, long: usize) -> usize {
    if std::env::var("CONCLAVE_FAULTS").is_ok_and(|form| form == "long") { long } else { short }
}

pub fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("board.conclave");
    (dir, folder)
}

pub fn now() -> Now {
    Now::utc(chrono::Utc::now())
}

pub async fn create(folder: &Path) -> (Vault, RecoveryKey) {
    let chosen = chosen_passphrase(WORDS, &[]).unwrap();
    let spec = NewVaultSpec { folder, organisation: "Meridian", member: "Ada Osei", passphrase: &chosen };
    Vault::create(spec, &now()).await.unwrap()
}

pub async fn open(folder: &Path, words: &str) -> Result<Vault, Fault> {
    Ok(Vault::open(folder, "Ada Osei", &Passphrase::new(words), &now()).await?)
}

pub async fn save(vault: &mut Vault, body: Body) -> Stored {
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let (stored, events) = transaction.writer().create(Uuid::now_v7(), body, How::Form).await.unwrap();
    transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
    stored
}

pub fn system(name: &str) -> Body {
    Body::System(System { name: name.into(), purpose: "Sorts letters.".into(), ..System::default() })
}

/// Opens a database beside the program, with its raw key. Nothing is enforced.
pub async fn raw(database: &Path, key: &SecretKey) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(database)
        .pragma("key", format!("\"x'{}'\"", hex::encode(key.expose())))
        .journal_mode(SqliteJournalMode::Wal)
        .locking_mode(SqliteLockingMode::Exclusive)
        .foreign_keys(false)
        .pragma("ignore_check_constraints", "ON")
        .disable_statement_logging()
        .connect()
        .await
        .unwrap()
}
