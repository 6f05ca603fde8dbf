//! A campaign in files: one project for each town into a folder, and the same files back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::atomic_file::{is_backup, is_same_file};
use super::file_names::{FileNames, folded, legal};
use super::project::{self, OpenError, Prepared, SaveError, Stamp, is_project_file};
use crate::base::{Progress, Refusal, Text};
use crate::edit::campaign::{Package, Taken, is_start, take_back as lay_together, town_of, towns};
use crate::edit::{Context, History, StepId};
use crate::model::{Plan, Role, Zone};

/// Why packages could not be taken back.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// A file cannot be opened as a project.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It was not handed out from this plan, or its lines cannot be laid in.
    #[error("{0}")]
    Refused(#[from] Refusal),
}

/// Writes a package for each town into a folder, named after the town. A package carries no history; its own begins with
/// the town's first change. Names never meet, on no system; of what stands in the folder only packages that nobody worked
/// on are replaced, and never `kept`, the project that is handed out. All packages are whole before the first is put in
/// its place. O(towns × plan).
///
/// # Errors
/// When one cannot be written, or the job was cancelled; nothing was written then.
pub fn hand_out(
    plan: &Plan,
    folder: &Path,
    kept: Option<&Path>,
    progress: &Progress,
) -> Result<Vec<PathBuf>, SaveError> {
    let Some((_, tier)) = plan.tier_of(Role::Town) else { return Ok(Vec::new()) };
    let towns = towns(plan);
    if towns.is_empty() {
        return Ok(Vec::new());
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| SaveError::Failed { path: folder.to_owned(), text: crate::io::atomic_file::reason(&error) })?;
    let mut places = Places::of(folder, kept, progress);
    let mut prepared = Vec::with_capacity(towns.len());
    for town in towns {
        let Some(zone) = tier.zones.get(town) else { continue };
        let (path, stands) = places.of_town(zone);
        let package = crate::edit::campaign::hand_out(plan, town);
        prepared.push(match stands {
            Some(stands) => Prepared::over_untouched(&package, &path, &stands, progress)?,
            None => Prepared::new(&package, &History::default(), &path, None, progress)?,
        });
    }
    prepared.into_iter().map(|one| Ok(one.place()?.path)).collect()
}

/// The files of a folder that packages may take, each once.
struct Places<'a> {
    folder: &'a Path,
    kept: Option<&'a Path>,
    progress: &'a Progress,
    taken: FileNames,
    /// What stands in the folder, by names as the least careful system tells them apart.
    standing: BTreeMap<String, PathBuf>,
}

impl<'a> Places<'a> {
    fn of(folder: &'a Path, kept: Option<&'a Path>, progress: &'a Progress) -> Self {
        let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let standing = entries.map(|entry| (folded(&entry.file_name().to_string_lossy()), entry.path())).collect();
        Self { folder, kept, progress, taken: FileNames::default(), standing }
    }

    /// The file for a town: its name, with its code where that is taken, else counted up. With the stamp of the package
    /// that stands there, where it may be replaced.
    fn of_town(&mut self, town: &Zone) -> (PathBuf, Option<Stamp>) {
        let name = if town.name.trim().is_empty() { &town.code } else { &town.name };
        let with_code = format!("{name} {}", town.code);
        let numbered = (2_u64..).map(|number| format!("{} {number}", legal(name)));
        let names = [name.clone(), with_code].into_iter().chain(numbered);
        let mut places = names.filter_map(|name| self.place(&legal(&name)));
        places.next().unwrap_or_else(|| (self.folder.join(format!("{}.gpkg", town.code)), None))
    }

    /// The file of a name, unless another town has it or it holds somebody's work.
    fn place(&mut self, name: &str) -> Option<(PathBuf, Option<Stamp>)> {
        let name = format!("{name}.gpkg");
        if self.taken.has(&name) {
            return None;
        }
        let place = match self.standing.get(&folded(&name)) {
            None => (self.folder.join(&name), None),
            Some(path) => (path.clone(), Some(self.untouched(path)?)),
        };
        self.taken.take(&name);
        Some(place)
    }

    /// The stamp of a package that was handed out and that nobody worked on since.
    fn untouched(&self, path: &Path) -> Option<Stamp> {
        if self.kept.is_some_and(|kept| is_same_file(kept, path)) {
            return None;
        }
        let package = project::open(path, self.progress).ok()?;
        let idle = package.history.steps().next().is_none() && package.history.versions().is_empty();
        (idle && town_of(&package.plan).is_some()).then_some(package.stamp)
    }
}

/// The packages meant by paths, each once: files as they are, of folders all projects but `project` itself, by name.
///
/// # Errors
/// Where there are none.
pub fn packages(paths: &[PathBuf], project: Option<&Path>) -> Result<Vec<PathBuf>, TakeError> {
    let mut all: Vec<PathBuf> = Vec::new();
    for path in paths {
        let found = if path.is_dir() { packages_of(path, project) } else { vec![path.clone()] };
        if found.is_empty() {
            return Err(no_package(path).into());
        }
        for file in found {
            if !all.iter().any(|known| is_same_file(known, &file)) {
                all.push(file);
            }
        }
    }
    if all.is_empty() { Err(no_package(Path::new("")).into()) } else { Ok(all) }
}

/// All packages of a folder, by name; hidden files and backups are none.
fn packages_of(folder: &Path, project: Option<&Path>) -> Vec<PathBuf> {
    let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let is_own = |path: &Path| project.is_some_and(|project| is_same_file(project, path));
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let is_package = |path: &PathBuf| !is_hidden(path) && !is_backup(path) && !is_own(path) && is_project_file(path);
    let mut found: Vec<PathBuf> = entries.filter(is_package).collect();
    found.sort();
    found
}

fn no_package(path: &Path) -> Refusal {
    let path = path.display();
    Refusal::new(
        Text::new("cannot take back", "无法回收"),
        Text::new(format!("there is no package in {path}"), format!("{path} 中没有方案包")),
        Text::new("Name the packages that came back, or their folder", "请选择收回的方案包或其所在文件夹"),
    )
}

/// Takes packages back into a plan with its history. The state they were handed out from is looked for among the named
/// versions, then in all of the history. O(plan) a package, and what it changed.
///
/// # Errors
/// See [`TakeError`].
pub fn take_back(
    plan: &Plan,
    history: &History,
    files: &[PathBuf],
    context: &Context<'_>,
    progress: &Progress,
) -> Result<Taken, TakeError> {
    let mut opened = Vec::new();
    let mut states: Vec<Plan> = Vec::new();
    for file in files {
        let package = project::open(file, progress)?;
        let start = package.history.plan_at(&package.plan, None).unwrap_or_else(|| package.plan.clone());
        if !states.iter().any(|state| is_start(state, &start)) {
            let all = candidates(history).into_iter().filter_map(|after| history.plan_at(plan, after));
            states.extend(all.into_iter().find(|state| is_start(state, &start)));
        }
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        opened.push((name, start, package.plan));
    }
    let packages: Vec<_> = opened.iter().map(|(name, start, plan)| Package { name, start, plan }).collect();
    Ok(lay_together(plan, &states, &packages, context)?)
}

/// States of a history, the likeliest first: versions, the present one, then all others from the latest on.
fn candidates(history: &History) -> Vec<Option<StepId>> {
    let named = history.versions().iter().rev().map(|version| version.after);
    let all = (0..history.steps().count() as StepId).rev().map(Some);
    let mut seen = BTreeSet::new();
    named.chain([history.here()]).chain(all).chain([None]).filter(|after| seen.insert(*after)).collect()
}
