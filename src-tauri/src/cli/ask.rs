//! Who acts, and how the passphrase comes in: a file, the environment, or the terminal without echo. Never an argument,
//! which other users of the machine could read.

use conclave_domain::{fault::Fault, secret::Secret, t};
use std::{io::IsTerminal as _, path::PathBuf};

/// The variable from which automation gives the passphrase.
const VARIABLE: &str = "CONCLAVE_PASSPHRASE";

/// Who acts.
pub struct Who {
    /// The member's name; "" for the only one.
    pub member: String,
    /// A file whose first line is the passphrase.
    pub passphrase_file: Option<PathBuf>,
}

impl Who {
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
        if !std::io::stdin().is_terminal() {
            return Err(Fault::invalid_field("passphrase", t!("cli.no_passphrase")));
        }
        let ask = |prompt: String| {
            rpassword::prompt_password(prompt).map(Secret::new).map_err(|e| Fault::unreadable("terminal", e.kind()))
        };
        let typed = ask(t!("cli.passphrase"))?;
        if new && ask(t!("cli.passphrase_again"))? != typed {
            return Err(Fault::invalid_field("passphrase", t!("cli.passphrases_differ")));
        }
        Ok(typed)
    }
}
