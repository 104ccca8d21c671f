//! One encrypted store: key slots, database, journal. SQL and secrets live here and nowhere else.
//!
//! [`Vault`] is the entry point. It knows no PDF, no window, no command line and no clock: it is told the time of each call.
//! `docs/vault-format.md` defines every byte outside the database.

pub mod anchor;
pub mod atomic;
pub mod audit;
pub mod backup;
pub mod chain;
mod check;
pub mod crypto;
mod database;
pub mod error;
pub mod evidence;
#[cfg(feature = "bench")]
mod fill;
pub mod gate;
pub mod header;
pub mod hold;
pub mod kdf;
pub mod passphrase;
mod rescue;
pub mod rules;
pub mod slot;
pub mod store;
pub mod time;
mod vault;
pub mod writer;

pub use audit::{Audited, Event};
pub use database::await_threads;
pub use error::VaultError;
pub use gate::{Opened, Sheet};
pub use rescue::Rescued;
#[cfg(feature = "cheap-kdf")]
pub use rules::Unruled;
pub use rules::{Desk, How, Rules, Ruling};
pub use vault::{NewVaultSpec, Past, PeekInfo, StatementSigner, Vault, chosen_passphrase};
pub use writer::{Actor, Transaction, Writer};

pub(crate) fn hex(bytes: &[u8]) -> String {
    crypto::hex::encode(bytes)
}
