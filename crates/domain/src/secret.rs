//! Text that must not be shown: passphrases and recovery keys on their way to the vault.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A secret text. Its `Debug` form says nothing, and it is overwritten when dropped as far as safe Rust allows.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; the caller keeps it out of logs and messages.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // Taking the buffer and zeroing it through `into_bytes` keeps the crate free of unsafe code.
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
}
