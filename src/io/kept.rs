//! What lies in the folder of working copies: work that waits, and what it waits for.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::journal::{self, JournalError, Recovered};
use super::project::Stamp;
use crate::base::{Progress, Text};

/// A working copy in the folder.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its file.
    pub path: PathBuf,
    /// When it was last written.
    pub modified: Option<SystemTime>,
    /// What it holds; an error where it cannot be read.
    pub content: Result<Content, Text>,
}

/// What a working copy says of itself.
#[derive(Clone, Debug)]
pub struct Content {
    /// The project it belongs to, and what that was; none for a plan that was never saved.
    pub file: Option<(PathBuf, Stamp)>,
    /// Commands, undos and redos kept in it.
    pub steps: usize,
    /// Whether it holds the whole plan, so that it needs no file.
    pub is_whole: bool,
    /// Working copies that it follows.
    pub follows: Vec<PathBuf>,
}

impl Kept {
    /// The project that it needs and that is not where it was.
    #[must_use]
    pub fn missing(&self) -> Option<&Path> {
        let content = self.content.as_ref().ok().filter(|content| !content.is_whole && content.steps > 0)?;
        content.file.as_ref().map(|(file, _)| file.as_path()).filter(|file| !file.exists())
    }

    /// Brings its work back.
    ///
    /// # Errors
    /// See [`journal::recover`].
    pub fn recover(&self, progress: &Progress) -> Result<Option<Recovered>, JournalError> {
        journal::recover(&self.path, progress)
    }

    fn belongs_to(&self, stamp: &Stamp) -> bool {
        let file = self.content.as_ref().ok().and_then(|content| content.file.as_ref());
        file.is_some_and(|(_, was)| (was.size, was.hash) == (stamp.size, stamp.hash))
    }
}

/// All working copies of a folder that no window is at work on, the newest first; one that another follows is left out,
/// as that one has its work.
#[must_use]
pub fn kept(folder: &Path) -> Vec<Kept> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let paths = entries.filter(|path| path.extension().is_some_and(|end| end == "journal"));
    let mut all: Vec<Kept> = paths.filter_map(look).collect();
    let followed: Vec<PathBuf> =
        all.iter().filter_map(|kept| kept.content.as_ref().ok()).flat_map(|content| content.follows.clone()).collect();
    all.retain(|kept| !followed.contains(&kept.path));
    all.sort_by_key(|kept| std::cmp::Reverse(kept.modified));
    all
}

fn look(path: PathBuf) -> Option<Kept> {
    let modified = path.metadata().and_then(|about| about.modified()).ok();
    let content = match journal::look(&path) {
        Err(JournalError::InUse) => return None,
        // Begun and killed before anything was kept.
        Ok(None) => return None,
        Ok(Some(content)) => Ok(content),
        Err(error) => Err(error.text()),
    };
    Some(Kept { path, modified, content })
}

/// Work that belongs to a project of this content, whatever it was called when the work was done.
#[must_use]
pub fn work_on(folder: &Path, file: &Path, stamp: &Stamp, progress: &Progress) -> Option<(PathBuf, Recovered)> {
    kept(folder).into_iter().filter(|kept| kept.belongs_to(stamp)).find_map(|kept| {
        let recovered = journal::recover_to(&kept.path, Some(file), progress).ok().flatten()?;
        (recovered.steps > 0).then_some((kept.path, recovered))
    })
}
