//! Replacing a small file so that a crash leaves the old or the new content, never something between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes `bytes` beside `path`, makes them durable, renames them over `path` and makes the rename durable.
///
/// The rename is the moment of commitment. New files can be read and written by their owner only. Two writers of one path at a
/// time are not provided for: the vault has one holder.
///
/// # Errors
/// Whatever the file system reports. After an error the old content is in place, except when the last step (making the
/// rename durable) failed: then either content may be found after a power cut.
pub fn atomic_write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path)?;
    // A leftover of a crash, or a link that somebody planted, is removed and never written through.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write_new(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        // The first error is the one that matters; a leftover is removed by the next write.
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Writes a file outside the vault in the same way. What is beside it may be the person's, so the unfinished file has a name
/// that nothing else has.
///
/// # Errors
/// As [`atomic_write`].
pub fn write_out(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Beside::write(path, |file| file.write_all(bytes))?.put()
}

/// A file that is whole and durable beside the place that it is meant for, under a name that nothing else has. It is removed
/// unless it is put there: so what stood there stays until nothing can be refused any more.
#[must_use]
pub struct Beside {
    at: PathBuf,
    path: PathBuf,
}

impl Beside {
    /// Writes what is meant for a place.
    ///
    /// # Errors
    /// Whatever the writing or the file system reports.
    pub fn write(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<Self> {
        let at = unfinished(path);
        let mut file = new_file(&at)?;
        let beside = Self { at, path: path.to_owned() };
        fill(&mut file)?;
        file.sync_all()?;
        Ok(beside)
    }

    /// Puts it in its place, whatever stood there.
    ///
    /// # Errors
    /// Whatever the file system reports.
    pub fn put(self) -> io::Result<()> {
        fs::rename(&self.at, &self.path)?;
        sync_folder(self.path.parent().unwrap_or(Path::new(".")))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // After it was put there is nothing under this name.
        let _ = fs::remove_file(&self.at);
    }
}

/// A name beside a file that nothing else has: `NAME.0123….part`.
#[must_use]
pub fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.{UNFINISHED}", uuid::Uuid::new_v4().simple()));
    path.with_file_name(name)
}

/// How the names of unfinished files and folders end.
pub const UNFINISHED: &str = "part";

/// Makes the names in a folder durable, where the platform can (on Windows the file system does so itself).
///
/// # Errors
/// Whatever the file system reports.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Makes a new file that belongs to its owner alone.
///
/// # Errors
/// It exists; whatever the file system reports.
pub fn new_file(path: &Path) -> io::Result<File> {
    private().write(true).create_new(true).open(path)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Options under which a new file belongs to its owner alone.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"));
    };
    let mut name = name.to_os_string();
    name.push(".new");
    Ok(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        fs::write(folder.path().join("keys.json.new"), "left by a crash").unwrap();
        atomic_write(&path, b"a longer first content").unwrap();
        atomic_write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        atomic_write(&path, b"old").unwrap();
        // A folder where the new file should be written cannot be replaced.
        fs::create_dir(folder.path().join("keys.json.new")).unwrap();
        assert!(atomic_write(&path, b"new").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_link_is_not_written_through_and_files_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("anchor"), folder.path().join("victim"));
        fs::write(&victim, "untouched").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join("anchor.new")).unwrap();
        atomic_write(&path, b"content").unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"untouched");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
