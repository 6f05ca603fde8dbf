//! One window writes to a project: locks that the system lets go when the program ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::journal::JournalError;

/// A project that this window has open for writing, for as long as the value lives.
#[derive(Debug)]
pub struct Hold {
    _lock: File,
    /// Of the working copy.
    path: PathBuf,
}

impl Hold {
    /// Whether it is this project that is held, by the path of its working copy.
    #[must_use]
    pub fn is_of(&self, path: &Path) -> bool {
        self.path == path
    }
}

/// Who has a project open for writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub process: u32,
    /// Since when, seconds since 1970-01-01 UTC.
    pub since: i64,
}

/// Takes a project for writing; `path` is that of its working copy ([`super::journal::path_of`]).
///
/// # Errors
/// [`JournalError::InUse`] where another window has it: open it to look at only. [`JournalError::Folder`] where nothing
/// can be kept.
pub fn hold(path: &Path) -> Result<Hold, JournalError> {
    let lock = lock(path, ".open")?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() as i64;
    let holder = Holder { process: std::process::id(), since };
    let text = serde_json::to_string(&holder).unwrap_or_default();
    // A courtesy to the other window; without it the project is held all the same.
    if let Err(error) =
        private_file(&beside(path, ".holder"), false).and_then(|mut file| file.write_all(text.as_bytes()))
    {
        log::warn!("who holds the project could not be written: {error}");
    }
    Ok(Hold { _lock: lock, path: path.to_owned() })
}

impl Drop for Hold {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(beside(&self.path, ".holder"));
    }
}

/// Who took a project that [`hold`] finds in use, as far as it is known.
#[must_use]
pub fn holder(path: &Path) -> Option<Holder> {
    serde_json::from_str(&std::fs::read_to_string(beside(path, ".holder")).ok()?).ok()
}

/// A path with something after its name.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Only the owner reads what the working copy holds.
pub(super) fn owners_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A file of the state folder that its owner alone can read, emptied or written on at its end.
///
/// # Errors
/// When it cannot be written.
pub fn private_file(path: &Path, append: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = owners_only(&mut options).create(true).write(true).append(append).truncate(!append).open(path)?;
    // One of an earlier version may be open to others.
    only_for_owner(path, 0o600)?;
    Ok(file)
}

/// Makes the state folder, or a folder in it, that its owner alone can look into.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    // A folder that has another name than ours may be one that others use as well.
    let ours = folder.file_name().is_some_and(|name| name == "wangge");
    if ours { only_for_owner(folder, 0o700) } else { Ok(()) }
}

#[cfg(unix)]
fn only_for_owner(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let open_to_others = std::fs::metadata(path)?.permissions().mode() & 0o077 != 0;
    if open_to_others { std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)) } else { Ok(()) }
}

#[cfg(not(unix))]
fn only_for_owner(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// How often it is looked whether a lock is free before it is somebody's.
const LOOKS: u32 = 6;
/// The time between two looks.
const BETWEEN: Duration = Duration::from_millis(10);

/// Takes a lock beside a working copy.
pub(super) fn lock(path: &Path, end: &str) -> Result<File, JournalError> {
    let folder = |error| JournalError::Folder { path: path.to_owned(), error };
    if let Some(parent) = path.parent() {
        private_folder(parent).map_err(folder)?;
    }
    let mut options = OpenOptions::new();
    let file = owners_only(&mut options).create(true).truncate(false).write(true).open(beside(path, end));
    let file = file.map_err(folder)?;
    // A program that this one starts has its locks for the moment until it runs: one look is not enough.
    for look in 1.. {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if look < LOOKS => std::thread::sleep(BETWEEN),
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse),
            Err(TryLockError::Error(error)) => return Err(folder(error)),
        }
    }
    Ok(file)
}
