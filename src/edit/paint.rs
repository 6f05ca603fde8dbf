//! Giving faces to zones: locks, parents and contiguity judged by the outcome.
//!
//! The shape of the judgement follows A/B Street's `partition.rs` (`transfer_blocks`): what was already broken is
//! tolerated, nothing new breaks, and a refusal names what to add first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::base::{Lang, Refusal, Text};
use crate::model::{Plan, Tier, ZoneId};
use crate::topology::{FaceId, parts};

use super::command::Step;
use super::words::{self, label, owner_label, refuse};

/// New owners of faces in one tier.
pub(super) type Owners = BTreeMap<FaceId, Option<ZoneId>>;

/// Gives faces to zones of a tier, all at once.
pub(super) fn paint(plan: &Plan, at: usize, moves: &[(&[FaceId], Option<ZoneId>)]) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let mut owners = Owners::new();
    for &(faces, to) in moves {
        owners.extend(faces.iter().map(|&face| (face, to)));
    }
    owners.retain(|&face, to| tier.owner_of(face) != *to);
    let to: BTreeSet<Option<ZoneId>> = moves.iter().map(|&(_, to)| to).collect();
    let cannot = match to.iter().next() {
        Some(&to) if moves.iter().all(|&(_, other)| other == to) => {
            let name = owner_label(tier, to);
            Text::new(format!("Cannot give this land to {}", name.en), format!("无法将所选图斑划入{}", name.zh))
        }
        _ => Text::new("Cannot hand this land over", "无法调整所选图斑的归属"),
    };
    let donors: BTreeSet<Option<ZoneId>> = owners.keys().map(|&face| tier.owner_of(face)).collect();
    let sentence = sentence(tier, &owners, &donors, &to);
    let (changed, held) = relabel(plan, at, &owners, &cannot)?;
    keeps_whole(plan, at, &held, &cannot)?;
    let selection = donors.into_iter().chain(to).flatten().map(|zone| (at, zone)).collect();
    Ok(Step { plan: changed, sentence, selection })
}

/// What a brush passes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Only {
    /// Land that somebody owns.
    pub unassigned: bool,
    /// Land outside the zone above that holds the zone painted.
    pub inside_parent: bool,
    /// Land of locked zones.
    pub unlocked: bool,
}

/// Gives those faces to a zone that a brush does not pass over.
pub(super) fn paint_only(
    plan: &Plan,
    at: usize,
    faces: &[FaceId],
    to: Option<ZoneId>,
    only: Only,
) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let parent = plan.parent_of(at).and_then(|up| plan.tiers.get(up)).filter(|_| only.inside_parent);
    let homes: BTreeSet<Option<ZoneId>> = match (parent, to) {
        (Some(parent), Some(to)) => tier.faces_of(to).into_iter().map(|face| parent.owner_of(face)).collect(),
        _ => BTreeSet::new(),
    };
    let wanted = |&face: &FaceId| {
        let owner = tier.owner_of(face);
        let locked = owner.and_then(|owner| tier.zones.get(owner)).is_some_and(|zone| zone.locked);
        !(only.unassigned && owner.is_some() || only.unlocked && locked)
            && parent.is_none_or(|parent| homes.is_empty() || homes.contains(&parent.owner_of(face)))
    };
    let faces: Vec<FaceId> = faces.iter().copied().filter(wanted).collect();
    paint(plan, at, &[(&faces, to)])
}

fn sentence(tier: &Tier, owners: &Owners, donors: &BTreeSet<Option<ZoneId>>, to: &BTreeSet<Option<ZoneId>>) -> Text {
    let count = owners.len();
    let one = |zones: &BTreeSet<Option<ZoneId>>| match zones.first() {
        Some(&zone) if zones.len() == 1 => owner_label(tier, zone),
        _ => Text::new(format!("{} zones", zones.len()), format!("{} 个{}", zones.len(), tier.called(Lang::Zh))),
    };
    let (from, to) = (one(donors), one(to));
    let faces = if count == 1 { "1 face" } else { &format!("{count} faces") };
    Text::new(
        format!("Gave {faces} from {} to {}", from.en, to.en),
        format!("将 {count} 个图斑由{}划入{}", from.zh, to.zh),
    )
}

/// The plan with new owners in one tier, and the land of the zones concerned, or why not: locks, parents and children.
/// Whether zones stay whole is for the caller to judge.
pub(super) fn relabel(plan: &Plan, at: usize, owners: &Owners, cannot: &Text) -> Result<(Plan, Held), Refusal> {
    let tier = words::tier(plan, at)?;
    words::tier_open(tier, cannot)?;
    if owners.is_empty() {
        return Err(words::nothing());
    }
    let mut touched = BTreeSet::new();
    for (&face, &to) in owners {
        words::faces_there(plan, &[face], cannot)?;
        touched.extend(to);
        touched.extend(tier.owner_of(face));
    }
    for &zone in &touched {
        words::zone_open(tier, zone, cannot)?;
    }
    let mut changed = plan.clone();
    let target = Arc::make_mut(&mut changed.tiers[at]);
    for (&face, &to) in owners {
        target.owner.set(face, to);
    }
    let held = Held::of(tier, &changed.tiers[at], &touched);
    stays_in_parent(plan, at, owners, &held, cannot)?;
    keeps_children(plan, &changed, at, owners, cannot)?;
    Ok((changed, held))
}

/// Faces of the zones concerned, before and after.
pub(super) struct Held(BTreeMap<ZoneId, (Vec<FaceId>, Vec<FaceId>)>);

impl Held {
    /// O(faces).
    fn of(before: &Tier, after: &Tier, zones: &BTreeSet<ZoneId>) -> Self {
        let mut held: BTreeMap<ZoneId, (Vec<FaceId>, Vec<FaceId>)> =
            zones.iter().map(|&zone| (zone, Default::default())).collect();
        for (face, zone) in before.owner.iter() {
            if let Some(faces) = held.get_mut(zone) {
                faces.0.push(face);
            }
        }
        for (face, zone) in after.owner.iter() {
            if let Some(faces) = held.get_mut(zone) {
                faces.1.push(face);
            }
        }
        Self(held)
    }
}

/// A zone takes no land outside the parents it already lies in; one without land takes land of one parent.
fn stays_in_parent(plan: &Plan, at: usize, owners: &Owners, held: &Held, cannot: &Text) -> Result<(), Refusal> {
    let Some(up) = plan.parent_of(at) else { return Ok(()) };
    let (tier, parent) = (&plan.tiers[at], &plan.tiers[up]);
    for (&zone, (before, after)) in &held.0 {
        let mut homes: BTreeSet<Option<ZoneId>> = before.iter().map(|&face| parent.owner_of(face)).collect();
        if homes.is_empty() {
            homes.extend(after.first().map(|&face| parent.owner_of(face)));
        }
        let strays = |face: &FaceId| !homes.contains(&parent.owner_of(*face));
        let Some(&stray) = owners.iter().find(|&(face, to)| *to == Some(zone) && strays(face)).map(|(face, _)| face)
        else {
            continue;
        };
        let (name, home) = (label(tier, zone), owner_label(parent, homes.first().copied().flatten()));
        let other = owner_label(parent, parent.owner_of(stray));
        return Err(refuse(
            cannot,
            Text::new(
                format!("{name} belongs to {}, and the land lies in {}", home.en, other.en),
                format!("{name}属于{},而所选土地在{}", home.zh, other.zh),
            ),
            Text::new(
                format!(
                    "Leave out the land outside {}, or change the border of {} first",
                    home.en,
                    parent.called(Lang::En)
                ),
                format!("请去掉{}以外的图斑,或先调整{}边界", home.zh, parent.called(Lang::Zh)),
            ),
            &[],
        ));
    }
    Ok(())
}

/// No zone of a finer tier comes to lie in more zones of this one than it did.
fn keeps_children(plan: &Plan, changed: &Plan, at: usize, owners: &Owners, cannot: &Text) -> Result<(), Refusal> {
    for (down, child) in plan.tiers.iter().enumerate() {
        if plan.parent_of(down) != Some(at) {
            continue;
        }
        let touched: BTreeSet<ZoneId> = owners.keys().filter_map(|&face| child.owner_of(face)).collect();
        for (zone, (faces, _)) in Held::of(child, child, &touched).0 {
            let homes = |plan: &Plan| -> BTreeSet<Option<ZoneId>> {
                faces.iter().map(|&face| plan.tiers[at].owner_of(face)).collect()
            };
            let (before, after) = (homes(plan), homes(changed));
            if after.len() <= 1 || after.is_subset(&before) {
                continue;
            }
            let rest: Vec<FaceId> = faces.iter().copied().filter(|face| !owners.contains_key(face)).collect();
            let name = label(child, zone);
            return Err(refuse(
                cannot,
                Text::new(
                    format!(
                        "{name} ({}) would lie in several zones of {}",
                        child.called(Lang::En),
                        plan.tiers[at].called(Lang::En)
                    ),
                    format!("{name}({})将跨越多个{}", child.called(Lang::Zh), plan.tiers[at].called(Lang::Zh)),
                ),
                Text::new(
                    format!("Take the other {} faces of {name} along", rest.len()),
                    format!("请将{name}其余 {} 个图斑一并划入", rest.len()),
                ),
                &rest,
            ));
        }
    }
    Ok(())
}

/// See [`stays_whole`], for all zones concerned. `plan` has the old owners on the coverage as it is to be.
pub(super) fn keeps_whole(plan: &Plan, at: usize, held: &Held, cannot: &Text) -> Result<(), Refusal> {
    held.0.iter().try_for_each(|(&zone, (before, after))| stays_whole(plan, at, zone, before, after, cannot))
}

/// No zone falls into parts that it did not fall into before, and none loses all its land.
fn stays_whole(
    plan: &Plan,
    at: usize,
    zone: ZoneId,
    before: &[FaceId],
    after: &[FaceId],
    cannot: &Text,
) -> Result<(), Refusal> {
    let name = label(&plan.tiers[at], zone);
    if after.is_empty() {
        return Err(Refusal::new(
            cannot.clone(),
            Text::new(format!("{name} would have no land left"), format!("{name}将没有任何土地")),
            Text::new(format!("Merge {name} with its neighbour instead"), format!("请改用“合并”将{name}并入相邻区划")),
        ));
    }
    let now = parts(&plan.coverage, after);
    if now.len() == 1 {
        return Ok(());
    }
    let part_before = part_of(&parts(&plan.coverage, before));
    // Parts by the part they come from; those made of new land alone come from none.
    let mut from: BTreeMap<usize, Vec<&Vec<FaceId>>> = BTreeMap::new();
    for part in &now {
        let origins: BTreeSet<usize> = part.iter().filter_map(|face| part_before.get(face).copied()).collect();
        if origins.is_empty() {
            return Err(apart(plan, at, zone, part, cannot));
        }
        for origin in origins {
            from.entry(origin).or_default().push(part);
        }
    }
    let Some(torn) = from.values().find(|pieces| pieces.len() > 1) else { return Ok(()) };
    let smaller: Vec<FaceId> = torn[1..].iter().flat_map(|part| part.iter().copied()).collect();
    Err(refuse(
        cannot,
        Text::new(
            format!("{name} would be cut into {} parts", torn.len()),
            format!("{name}将被切成 {} 块", torn.len()),
        ),
        Text::new(
            format!("Take the {} faces that would be cut off along, or choose others", smaller.len()),
            format!("请将被切下的 {} 个图斑一并划入,或另选图斑", smaller.len()),
        ),
        &smaller,
    ))
}

fn part_of(parts: &[Vec<FaceId>]) -> FxHashMap<FaceId, usize> {
    parts.iter().enumerate().flat_map(|(at, part)| part.iter().map(move |&face| (face, at))).collect()
}

/// Land that would not touch the zone it goes to: names the faces in between.
fn apart(plan: &Plan, at: usize, zone: ZoneId, part: &[FaceId], cannot: &Text) -> Refusal {
    let name = label(&plan.tiers[at], zone);
    let between = between(plan, at, zone, part);
    let instead = if between.is_empty() {
        Text::new(format!("Choose land next to {name}"), format!("请选择与{name}相邻的图斑"))
    } else {
        Text::new(
            format!("Give {name} the {} faces in between first", between.len()),
            format!("请先将中间的 {} 个图斑划入{name}", between.len()),
        )
    };
    let because = Text::new(format!("the land does not touch {name}"), format!("所选土地与{name}不相邻"));
    refuse(cannot, because, instead, &between)
}

/// The fewest faces that join some land to a zone over borders inside their parent, by breadth-first search; empty where
/// nothing does.
fn between(plan: &Plan, at: usize, zone: ZoneId, part: &[FaceId]) -> Vec<FaceId> {
    let (tier, parent) = (&plan.tiers[at], plan.parent_of(at).and_then(|up| plan.tiers.get(up)));
    let home = |face: FaceId| parent.and_then(|parent| parent.owner_of(face));
    let inside = part.first().map(|&face| home(face));
    let mut came_from: FxHashMap<FaceId, Option<FaceId>> = part.iter().map(|&face| (face, None)).collect();
    let (mut queue, mut at) = (part.to_vec(), 0);
    while let Some(&face) = queue.get(at) {
        at += 1;
        if tier.owner_of(face) == Some(zone) {
            let path = std::iter::successors(came_from[&face], |face| came_from[face]);
            return path.filter(|face| !part.contains(face)).collect();
        }
        for next in plan.coverage.neighbours(face).into_iter().filter(|&next| Some(home(next)) == inside) {
            came_from.entry(next).or_insert_with(|| {
                queue.push(next);
                Some(face)
            });
        }
    }
    Vec::new()
}
