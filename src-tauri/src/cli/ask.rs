//! Who acts, and how the passphrase comes in: a file, the environment, or the terminal without echo. Never an argument,
//! which other users of the machine could read.

use conclave_domain::{fault::Fault, secret::Secret, t};
use std::{io::IsTerminal as _, path::PathBuf};

/// The variable from which automation gives the passphrase.
const VARIABLE: &str = "CONCLAVE_PASSPHRASE";
/// The variable for a passphrase that is to be set.
const NEW_VARIABLE: &str = "CONCLAVE_NEW_PASSPHRASE";
/// The variable for the recovery key.
const KEY_VARIABLE: &str = "CONCLAVE_RECOVERY_KEY";

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
            let text =
                std::fs::read_to_string(path).map_err(|e| Fault::unreadable(&path.display().to_string(), e.kind()))?;
            return Ok(Secret::new(text.lines().next().unwrap_or_default()));
        }
        if let Ok(text) = std::env::var(VARIABLE) {
            return Ok(Secret::new(text));
        }
        typed(new)
    }
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
