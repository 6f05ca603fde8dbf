//! People out of a project for good: out of the plan, its history and versions, what was found when it was opened, its
//! working copies and the backup of its last save. What is no longer needed is written over before it goes.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::atomic_file::{backup_of, is_same_file};
use super::hold::{self, beside};
use super::journal::{self, JournalError};
use super::leftovers;
use super::project::{self, OpenError, SaveError};
use crate::base::{Progress, Text};
use crate::edit::campaign::town_of;
use crate::edit::{Change, History, Record};
use crate::model::people::{self, Named};
use crate::model::{Attributes, Plan, Tier, Zone};

/// What a purge did.
#[derive(Clone, Debug, Default)]
pub struct Purged {
    /// Whether there was nobody in anything of the project: nothing was changed then.
    pub nobody: bool,
    /// Columns about people that were taken out, and those with numbers of people in their texts.
    pub columns: Vec<String>,
    /// Commands of the history that are no longer kept.
    pub steps: usize,
    /// Named versions that are no longer kept, by their names.
    pub versions: usize,
    /// Working copies and backups that were removed.
    pub removed: Vec<PathBuf>,
    /// Where unsaved work of working copies was saved, without people too.
    pub saved: Vec<PathBuf>,
    /// Packages for towns that lie beside the project or below, and whether somebody is in them.
    pub packages: Vec<(PathBuf, bool)>,
}

/// Why a project could not be purged. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// A window has it open, or a working copy cannot be read.
    #[error(transparent)]
    Copy(#[from] JournalError),
    /// A file cannot be written over or removed.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It could not be put in its own place.
    #[error("{0}")]
    Aside(Text),
}

/// Purges a project that no window has open. `state` is the folder of working copies. O(file), and what lies beside.
///
/// # Errors
/// See [`PurgeError`].
pub fn purge(path: &Path, state: Option<&Path>, time: i64, progress: &Progress) -> Result<Purged, PurgeError> {
    let copy = state.map(|folder| journal::path_of(folder, Some(path)));
    let _hold = copy.as_deref().map(hold::hold).transpose()?;
    purge_held(path, state, time, progress)
}

/// Purges a project that the caller holds, and that nobody else writes to.
///
/// # Errors
/// See [`PurgeError`].
pub fn purge_held(path: &Path, state: Option<&Path>, time: i64, progress: &Progress) -> Result<Purged, PurgeError> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let opened = project::open(path, progress)?;
    let copies = state.map(|folder| copies_of(folder, path, opened.stamp.hash)).unwrap_or_default();
    let mut purged = Purged { packages: packages(path, progress), ..Purged::default() };
    let mut named = named_ever(&opened.plan, &opened.history);
    let mut unsaved = Vec::new();
    let mut somebody = is_in(&opened.plan, &opened.history, &named) || is_in_leftovers(path, progress);
    for copy in &copies {
        if let Some(left) = journal::recover(copy, progress)? {
            let own = named_ever(&left.plan, &left.history);
            somebody |= is_in(&left.plan, &left.history, &own);
            named.join(own);
            unsaved.push(left.plan);
        }
    }
    if !somebody {
        return Ok(Purged { nobody: true, ..purged });
    }
    // Work that was not saved is not lost: it is saved beside, purged too.
    for plan in unsaved {
        let (plan, _) = people::purge(&plan, &named, time);
        let aside = free_name(path, "unsaved");
        purged.saved.push(project::save(&plan, &History::default(), &aside, None, progress)?.path);
    }
    let (plan, columns) = people::purge(&opened.plan, &named, time);
    purged.columns = columns;
    purged.steps = opened.history.steps().count();
    purged.versions = opened.history.versions().len();
    // The old bytes keep a name until they are written over.
    let old = beside(path, ".purging");
    let kept = std::fs::hard_link(path, &old).is_ok();
    let saved = project::save(&plan, &History::default(), path, Some(&opened.stamp), progress);
    let aside = match saved {
        Ok(saved) => saved.aside,
        Err(error) => {
            let _gone = std::fs::remove_file(&old);
            return Err(error.into());
        }
    };
    if let Some(why) = aside {
        let _gone = std::fs::remove_file(&old);
        return Err(PurgeError::Aside(why));
    }
    if kept {
        shred(&old)?;
    }
    for file in copies.into_iter().chain(left_beside(path)) {
        for part in [beside(&file, "-wal"), beside(&file, "-shm"), file.clone()] {
            shred(&part)?;
        }
        purged.removed.push(file);
    }
    Ok(purged)
}

/// Whether somebody is in a plan or its history. A reason that a planner wrote may name anybody.
fn is_in(plan: &Plan, history: &History, named: &Named) -> bool {
    let (mut bare, _) = people::purge(plan, named, 0);
    Arc::make_mut(&mut bare.settings).purged = plan.settings.purged;
    let ever = ever(history);
    let mut words = history.versions().iter().map(|version| version.name.clone());
    bare != *plan
        || !people::find(ever.iter().map(|attributes| &**attributes)).is_empty()
        || words.any(|word| named.out_of(&word).is_some())
        || history.steps().any(|(_, record)| is_in_record(record, named))
}

/// Whether a command of the history names somebody in other words than the properties of zones.
fn is_in_record(record: &Record, named: &Named) -> bool {
    let has = |text: &str| named.out_of(text).is_some();
    let is_in_change = |change: &Change| match change {
        Change::Zone(_, _, old, new) => old.iter().chain(new).any(|zone| has(&zone.name)),
        Change::Squad(_, old, new) => old.iter().chain(new).any(|squad| has(&squad.name)),
        Change::Settings(old, new) => [old, new].into_iter().any(|settings| people::has_reasons(settings)),
        Change::Incidents(_, rows) => people::strip_words(&mut (**rows).clone()) > 0,
        Change::Intake(_, _, intake) => named.is_in_intake(intake),
        _ => false,
    };
    has(&record.sentence.en) || has(&record.sentence.zh) || record.changes.iter().any(is_in_change)
}

/// Whether somebody is in what a save left beside a project, or may be: what cannot be opened says nothing.
fn is_in_leftovers(path: &Path, progress: &Progress) -> bool {
    left_beside(path).iter().filter(|file| !is_log(path, file)).any(|file| {
        project::open(file, progress)
            .map_or(true, |left| is_in(&left.plan, &left.history, &named_ever(&left.plan, &left.history)))
    })
}

/// The properties that zones and other features had in a history.
fn ever(history: &History) -> Vec<Arc<Attributes>> {
    let zone = |zone: &Option<Box<Zone>>| zone.iter().map(|zone| Arc::clone(&zone.attributes)).collect::<Vec<_>>();
    let tier = |tier: &Option<Box<Tier>>| -> Vec<Arc<Attributes>> {
        tier.iter().flat_map(|tier| tier.zones.iter()).map(|(_, zone)| Arc::clone(&zone.attributes)).collect()
    };
    let changes = history.steps().flat_map(|(_, record)| &record.changes);
    changes
        .flat_map(|change| match change {
            Change::Zone(_, _, old, new) => [zone(old), zone(new)].concat(),
            Change::Tier(_, old, new) => [tier(old), tier(new)].concat(),
            Change::Reference(_, old, new) => {
                let layers = old.iter().chain(new).flat_map(|layer| layer.features.iter());
                layers.map(|(_, attributes)| Arc::new(attributes.clone())).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

/// Those whom a plan or any state of its history names.
fn named_ever(plan: &Plan, history: &History) -> Named {
    let mut named = people::named(plan);
    named.join(people::named_in(ever(history).iter().map(|attributes| &**attributes)));
    named
}

/// Working copies in the state folder that are of a project: by its path, or by what they follow.
fn copies_of(folder: &Path, path: &Path, hash: u64) -> Vec<PathBuf> {
    let own = journal::path_of(folder, Some(path));
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    let copies = files.filter(|file| file.extension().is_some_and(|ending| ending == "journal"));
    // One of a project that was moved or renamed is known by its content.
    let follows = |copy: &PathBuf| {
        journal::follows(copy).is_some_and(|(file, content)| match file.canonicalize() {
            Ok(file) => file == path,
            Err(_) => content == hash,
        })
    };
    let mut found: Vec<PathBuf> = copies.filter(|copy| *copy == own || follows(copy)).collect();
    found.sort();
    found
}

/// Files that a save left beside a project: its backup, and what a save that was killed had begun.
fn left_beside(path: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Vec::new() };
    let name = name.to_string_lossy().into_owned();
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let of_save = |file: &PathBuf| {
        let own = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        *file == backup_of(path) || is_log(path, file) || leftovers::is_of(&own, &name)
    };
    entries.filter_map(Result::ok).map(|entry| entry.path()).filter(of_save).collect()
}

/// Whether a file is a log of a project's database.
fn is_log(path: &Path, file: &Path) -> bool {
    ["-wal", "-shm", "-journal"].into_iter().any(|end| *file == beside(path, end))
}

/// A name beside a project that no file has.
fn free_name(path: &Path, word: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = |number: u32| match number {
        1 => format!("{stem}-{word}.gpkg"),
        _ => format!("{stem}-{word}-{number}.gpkg"),
    };
    (1..).map(|number| path.with_file_name(name(number))).find(|free| !free.exists()).unwrap_or_default()
}

/// Folders below that of the project in which packages are looked for.
const DEPTH: usize = 2;
/// Most files looked at.
const FILES: usize = 500;

/// Packages for towns beside a project and below, and whether somebody is in them.
fn packages(path: &Path, progress: &Progress) -> Vec<(PathBuf, bool)> {
    let mut open = vec![(path.parent().map(Path::to_owned).unwrap_or_default(), 0)];
    let mut files = Vec::new();
    while let Some((folder, depth)) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let file = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && depth < DEPTH {
                open.push((file, depth + 1));
            } else if !is_folder && !is_same_file(&file, path) && files.len() < FILES {
                files.push(file);
            }
        }
    }
    files.sort();
    let package = |file: &PathBuf| {
        let is_project = file.extension().is_some_and(|ending| ending == "gpkg") && project::is_project_file(file);
        let opened = is_project.then(|| project::open(file, progress).ok()).flatten()?;
        let start = opened.history.plan_at(&opened.plan, None).unwrap_or_else(|| opened.plan.clone());
        town_of(&start)?;
        let somebody = [&opened.plan, &start].into_iter().any(|plan| !people::strip(plan).1.is_empty());
        Some((file.clone(), somebody))
    };
    files.iter().filter_map(package).collect()
}

/// Bytes written over at a time.
const STRETCH: usize = 1 << 16;

/// Writes zeros over a file and removes it.
fn shred(path: &Path) -> Result<(), PurgeError> {
    let failed = |error| PurgeError::Io { path: path.to_owned(), error };
    let over = || -> io::Result<()> {
        let mut file: File = OpenOptions::new().write(true).open(path)?;
        let mut left = file.metadata()?.len();
        let zeros = vec![0; STRETCH];
        while left > 0 {
            let part = left.min(STRETCH as u64) as usize;
            file.write_all(&zeros[..part])?;
            left -= part as u64;
        }
        file.sync_all()
    };
    match over().and_then(|()| std::fs::remove_file(path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(failed),
    }
}
