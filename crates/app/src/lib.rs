//! The handlers: one function per call. Permission, transaction and journal happen around them in one place ([`handle`]).
//!
//! Window, command line and tests send the same calls to one [`App`]. It knows no Tauri: what needs a desktop (file
//! dialogs, opening a file) it asks of a [`Host`].

mod app;
mod applicability;
mod assess;
mod attempts;
mod backups;
mod bulk;
mod clock;
mod evidence;
mod export;
mod export_assessment;
mod fairness;
mod findings;
mod framework_file;
mod frameworks;
mod gates;
mod handle;
mod home;
mod host;
mod import;
mod job;
mod journal;
mod members;
mod over_time;
mod packs;
mod preferences;
mod proposals;
mod records;
mod rules;
mod sample;
mod session;
mod sign;
mod ticket;
mod undo;

pub use app::App;
pub use clock::system as system_clock;
pub use conclave_vault::await_threads;
pub use handle::{Handle, PAYLOAD_LIMIT, call_names};
pub use host::{Headless, Host};
pub use job::Job;
