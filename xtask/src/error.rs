//! What can go wrong in a developer command.

use std::path::{Path, PathBuf};

/// One failure, in a sentence that says what to do where there is something to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command was called wrongly.
    #[error("{0}")]
    Use(String),
    /// A program ran and did not succeed.
    #[error("`{command}` ended with {status}.")]
    Failed {
        /// The command as it could be typed.
        command: String,
        /// Its exit status in words.
        status: String,
    },
    /// A program could not be started at all.
    #[error("`{command}` could not be started: {source}.")]
    Start {
        /// The command as it could be typed.
        command: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}.", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The machine lacks something that could not be installed.
    #[error("{0}")]
    Missing(String),
    /// The interface's module could not be turned into something a window loads.
    #[error("the interface could not be packaged: {0}.")]
    Interface(String),
    /// Something the project promises about its own files does not hold.
    #[error("{0}")]
    Broken(String),
}

/// Adds the path to a file error.
pub trait At<T> {
    /// Names the file that the operation was about.
    fn at(self, path: &Path) -> Result<T, Error>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::File { path: path.to_owned(), source })
    }
}
