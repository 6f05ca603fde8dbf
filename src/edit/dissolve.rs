//! Faces on which all tiers agree made one: a cut stays until it is dissolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Refusal, Text};
use crate::model::{Plan, ZoneId};
use crate::topology::{FaceId, Obstacle, parts};

use super::command::Step;
use super::words;

/// Joins those of some faces that lie side by side and belong to the same zones in all tiers.
pub(super) fn dissolve(plan: &Plan, faces: &[FaceId]) -> Result<Step, Refusal> {
    let cannot = Text::new("Cannot dissolve these faces", "无法合并这些图斑");
    words::faces_there(plan, faces, &cannot)?;
    words::faces_open(plan, faces, &cannot)?;
    let mut by_owner: BTreeMap<Vec<Option<ZoneId>>, Vec<FaceId>> = BTreeMap::new();
    for &face in faces {
        by_owner.entry(plan.tiers.iter().map(|tier| tier.owner_of(face)).collect()).or_default().push(face);
    }
    let groups: Vec<Vec<FaceId>> =
        by_owner.into_values().flat_map(|same| parts(&plan.coverage, &same)).filter(|group| group.len() > 1).collect();
    if groups.is_empty() {
        return Err(Refusal::new(
            cannot,
            Text::new(
                "no two of them lie side by side in the same zones of all tiers",
                "其中没有相邻且在各层级归属都相同的图斑",
            ),
            Text::new(
                "Choose faces that were cut, or merge their zones first",
                "请选择被切开的图斑,或先合并其所属区划",
            ),
        ));
    }
    let changed = join(plan, &groups).map_err(|obstacle| words::blocked(&cannot, plan, obstacle))?;
    let (before, after) = (groups.iter().map(Vec::len).sum::<usize>(), groups.len());
    let sentence =
        Text::new(format!("Dissolved {before} faces into {after}"), format!("将 {before} 个图斑合并为 {after} 个"));
    let owners = groups.iter().filter_map(|group| group.first());
    let selection = owners.filter_map(|&face| Some((plan.base, plan.tiers.get(plan.base)?.owner_of(face)?))).collect();
    Ok(Step { plan: changed, sentence, selection })
}

/// The plan with each group of faces made one; faces of a group must have the same owners.
pub(super) fn join(plan: &Plan, groups: &[Vec<FaceId>]) -> Result<Plan, Obstacle> {
    let (coverage, kept) = plan.coverage.join_faces(groups)?;
    let mut changed = Plan { coverage, ..plan.clone() };
    for tier in &mut changed.tiers {
        for face in kept.iter().flat_map(|(_, gone)| gone.iter().copied()) {
            if tier.owner_of(face).is_some() {
                Arc::make_mut(tier).owner.set(face, None);
            }
        }
    }
    Ok(changed)
}
