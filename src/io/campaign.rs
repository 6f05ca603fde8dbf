//! A campaign in files: one project for each town into a folder, and the same files back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::project::{self, OpenError, SaveError, is_project_file};
use crate::base::{Progress, Refusal};
use crate::edit::campaign::{Package, Taken, is_start, take_back as lay_together, towns};
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
/// the town's first change. O(towns × plan).
///
/// # Errors
/// When one cannot be written, or the job was cancelled.
pub fn hand_out(plan: &Plan, folder: &Path, progress: &Progress) -> Result<Vec<PathBuf>, SaveError> {
    let Some((_, tier)) = plan.tier_of(Role::Town) else { return Ok(Vec::new()) };
    let mut taken = BTreeSet::new();
    let mut files = Vec::new();
    for town in towns(plan) {
        let Some(zone) = tier.zones.get(town) else { continue };
        let path = folder.join(format!("{}.gpkg", file_name(zone, &mut taken)));
        let package = crate::edit::campaign::hand_out(plan, town);
        files.push(project::save(&package, &History::default(), &path, None, progress)?.path);
    }
    Ok(files)
}

/// A town's name as a file is called; with its code where two have one name.
fn file_name(town: &Zone, taken: &mut BTreeSet<String>) -> String {
    let clean = |text: &str| -> String {
        text.chars().map(|c| if c.is_control() || "/\\:*?\"<>|.".contains(c) { '_' } else { c }).collect()
    };
    let name = clean(if town.name.is_empty() { &town.code } else { &town.name });
    let name = if taken.contains(&name) { format!("{name} {}", clean(&town.code)) } else { name };
    taken.insert(name.clone());
    name
}

/// The packages meant by a path: all those of a folder, by name.
fn packages_of(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.to_owned()] };
    let mut found: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| is_project_file(path)).collect();
    found.sort();
    found
}

/// Takes packages back, each a file or all of a folder, into a plan with its history. The state they were handed out from is looked for among the named
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
    for file in files.iter().flat_map(|path| packages_of(path)) {
        let package = project::open(&file, progress)?;
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
