//! The words after the command: flags that are taken out one by one, then what is left.

use crate::error::Error;

/// The arguments of one command.
pub struct Args(Vec<String>);

impl Args {
    /// The words that follow the command's name.
    pub fn new(words: Vec<String>) -> Self {
        Self(words)
    }

    /// Takes a flag out and tells whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() != before
    }

    /// Takes the first word that is not a flag.
    pub fn word(&mut self) -> Option<String> {
        let at = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    /// Everything that is left, to hand on to another program.
    pub fn rest(self) -> Vec<String> {
        self.0
    }

    /// Refuses whatever no one took.
    pub fn finish(self) -> Result<(), Error> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => {
                Err(Error::Use(format!("\"{word}\" is not understood here; `cargo xtask help` lists what is.")))
            }
        }
    }
}
