//! Who acts, and how the passphrase comes in: a file, the environment, or the terminal without echo. Never an argument,
//! which other users of the machine could read.

use conclave_domain::{fault::Fault, secret::Secret, t};
use std::{
    io::{IsTerminal as _, Read as _},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The variable from which automation gives the passphrase.
const VARIABLE: &str = "CONCLAVE_PASSPHRASE";
/// The variable for a passphrase that is to be set.
const NEW_VARIABLE: &str = "CONCLAVE_NEW_PASSPHRASE";
/// The variable for the recovery key.
const KEY_VARIABLE: &str = "CONCLAVE_RECOVERY_KEY";

/// Bytes of a passphrase file that are read.
const LONGEST: u64 = 16 * 1024;

/// Who acts.
pub struct Who {
    /// The member's name; "" for the only one.
    pub member: String,
    /// A file whose first line is the passphrase.
    pub passphrase_file: Option<PathBuf>,
}

impl Who {
    /// A passphrase that is to be set: from `CONCLAVE_NEW_PASSPHRASE`, or asked for twice.
    ///
    /// # Errors
    /// Nothing was typed, or the two differ.
    pub fn new_passphrase(&self) -> Result<Secret, Fault> {
        match std::env::var(NEW_VARIABLE) {
            Ok(text) => Ok(Secret::new(text)),
            Err(_) => typed(true),
        }
    }

    /// The recovery key: from `CONCLAVE_RECOVERY_KEY`, or asked for.
    ///
    /// # Errors
    /// Nothing was typed.
    pub fn recovery_key(&self) -> Result<Secret, Fault> {
        match std::env::var(KEY_VARIABLE) {
            Ok(text) => Ok(Secret::new(text)),
            Err(_) => typed(false),
        }
    }

    /// The passphrase; asked for twice if it is to be a new one.
    ///
    /// # Errors
    /// The file cannot be read, nothing was typed, or the two differ.
    pub fn passphrase(&self, new: bool) -> Result<Secret, Fault> {
        if let Some(path) = &self.passphrase_file {
            return first_line(path);
        }
        if let Ok(text) = std::env::var(VARIABLE) {
            if text.is_empty() {
                return Err(Fault::invalid_field("passphrase", t!("cli.empty_passphrase", place = VARIABLE)));
            }
            return Ok(Secret::new(text));
        }
        typed(new)
    }
}

/// The first line of a small text file, without a byte-order mark.
fn first_line(path: &Path) -> Result<Secret, Fault> {
    let place = path.display().to_string();
    let unreadable = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => Fault::unreadable(&place, t!("app.file_missing")),
        std::io::ErrorKind::PermissionDenied => Fault::unreadable(&place, t!("app.file_denied")),
        std::io::ErrorKind::InvalidData => Fault::unreadable(&place, t!("app.file_no_text")),
        other => Fault::unreadable(&place, other),
    };
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(path).and_then(|f| f.take(LONGEST).read_to_string(&mut text)).map_err(unreadable)?;
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Fault::invalid_field("passphrase", t!("cli.empty_passphrase", place = place)));
    }
    Ok(Secret::new(line))
}

/// What is typed on the terminal, without echo; twice if it is to be a new passphrase.
fn typed(new: bool) -> Result<Secret, Fault> {
    if !std::io::stdin().is_terminal() {
        return Err(Fault::invalid_field("passphrase", t!("cli.no_passphrase")));
    }
    let ask = |prompt: String| {
        rpassword::prompt_password(prompt).map(Secret::new).map_err(|e| Fault::unreadable("terminal", e.kind()))
    };
    let first = ask(if new { t!("cli.new_passphrase") } else { t!("cli.passphrase") })?;
    if new && ask(t!("cli.passphrase_again"))? != first {
        return Err(Fault::invalid_field("passphrase", t!("cli.passphrases_differ")));
    }
    Ok(first)
}
