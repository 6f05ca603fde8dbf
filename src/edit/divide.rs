//! Splitting a zone along a stroke, and joining zones.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Refusal, Text};
use crate::geometry::Point;
use crate::model::{Plan, Role, Tier, Zone, ZoneId};
use crate::topology::{BorderId, Coverage, Cut, FaceId, Obstacle, parts};

use super::command::{Context, Side, Step};
use super::paint::{Owners, relabel};
use super::words::{self, label};
use super::zones::{code_free, entitle};

/// The zone that a split makes on the side that does not keep the old one.
pub(super) struct Other<'a> {
    pub(super) keeps: Side,
    pub(super) code: &'a str,
    pub(super) name: &'a str,
}

/// Cuts a zone, and the faces in the way, along a stroke.
pub(super) fn split(
    plan: &Plan,
    (at, id): (usize, ZoneId),
    stroke: &[Point],
    other: &Other<'_>,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let zone = words::zone(tier, id)?;
    let name = label(tier, id);
    let cannot = Text::new(format!("Cannot split {name}"), format!("无法拆分{name}"));
    words::tier_open(tier, &cannot)?;
    words::zone_open(tier, id, &cannot)?;
    code_free(tier, other.code, &cannot)?;

    let faces = tier.faces_of(id);
    let blocked = |obstacle| words::blocked(&cannot, plan, obstacle);
    let cut = plan.coverage.cut(&faces, stroke, context.near).map_err(blocked)?;
    let mut changed = inherit(plan, &cut);
    let land = changed.tiers[at].faces_of(id);
    let [left, right] = sides(&cut, &land).ok_or_else(|| blocked(Obstacle::Missed))?;
    let (stays, goes) = if other.keeps == Side::Left { (left, right) } else { (right, left) };
    let kept: Vec<FaceId> = land.iter().copied().filter(|face| !goes.contains(face)).collect();
    if stays.is_empty() || goes.is_empty() {
        return Err(blocked(Obstacle::Missed));
    }
    let before = parts(&plan.coverage, &faces).len();
    if parts(&cut.coverage, &goes).len() > 1 || parts(&cut.coverage, &kept).len() > before {
        return Err(Refusal::new(
            cannot,
            Text::new("the stroke cuts it into more than two parts", "所画的线将其切成了两块以上"),
            Text::new("Draw one cut after the other", "请分次拆分,每次只切一刀"),
        ));
    }

    let mut value = Zone { foreign: Arc::default(), locked: false, ..zone.clone() };
    entitle(tier, &mut value, other.code, other.name);
    let new = Arc::make_mut(&mut changed.tiers[at]).zones.push(value);
    if tier.role == Role::Grid && plan.tier_of(Role::Grid).is_some_and(|(grids, _)| grids == at) {
        changed.beats.set(new, plan.beats.get(id).copied());
    }
    let owners: Owners = goes.into_iter().map(|face| (face, Some(new))).collect();
    let (plan, _) = relabel(&changed, at, &owners, &cannot)?;
    let made = label(&plan.tiers[at], new);
    let sentence = Text::new(format!("Split {name}: {made} is new"), format!("拆分{name},新设{made}"));
    Ok(Step { plan, sentence, selection: vec![(at, id), (at, new)] })
}

/// The plan on the cut coverage: in every tier a new face belongs to whom the old one belongs.
fn inherit(plan: &Plan, cut: &Cut) -> Plan {
    let mut changed = Plan { coverage: cut.coverage.clone(), ..plan.clone() };
    for tier in &mut changed.tiers {
        for (face, parts) in &cut.parts {
            let Some(owner) = tier.owner_of(*face) else { continue };
            let tier: &mut Tier = Arc::make_mut(tier);
            for &part in parts {
                tier.owner.set(part, Some(owner));
            }
        }
    }
    changed
}

/// The land on the left and on the right of the stroke. Parts that the stroke does not meet are on neither; `None` where
/// some land can be reached from both sides.
fn sides(cut: &Cut, land: &[FaceId]) -> Option<[Vec<FaceId>; 2]> {
    let walls: FxHashSet<BorderId> = cut.along.iter().map(|edge| edge.border()).collect();
    let inside: FxHashSet<FaceId> = land.iter().copied().collect();
    let mut side_of: FxHashMap<FaceId, usize> = FxHashMap::default();
    let mut queue: Vec<(FaceId, usize)> = Vec::new();
    for &edge in &cut.along {
        queue.extend(cut.coverage.face_left_of(edge).map(|face| (face, 0)));
        queue.extend(cut.coverage.face_left_of(edge.reversed()).map(|face| (face, 1)));
    }
    while let Some((face, side)) = queue.pop() {
        match side_of.insert(face, side) {
            Some(known) if known != side => return None,
            Some(_) => {}
            None => queue.extend(
                across(&cut.coverage, face, &walls).into_iter().filter(|next| inside.contains(next)).map(|f| (f, side)),
            ),
        }
    }
    Some([0, 1].map(|side| land.iter().copied().filter(|face| side_of.get(face) == Some(&side)).collect()))
}

/// Faces next to one over borders that are no walls.
fn across(coverage: &Coverage, face: FaceId, walls: &FxHashSet<BorderId>) -> Vec<FaceId> {
    let rings = coverage.faces().get(face).map_or(&[][..], |face| &face.rings);
    let edges = rings.iter().flat_map(|ring| ring.iter()).filter(|edge| !walls.contains(&edge.border()));
    edges.filter_map(|edge| coverage.face_left_of(edge.reversed())).collect()
}

/// Joins zones to one; faces and borders stay as they are.
pub(super) fn merge(plan: &Plan, at: usize, keep: ZoneId, others: &[ZoneId]) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    words::zone(tier, keep)?;
    let name = label(tier, keep);
    let others: BTreeSet<ZoneId> = others.iter().copied().filter(|&other| other != keep).collect();
    let names: Vec<String> = others.iter().map(|&other| label(tier, other)).collect();
    let cannot = Text::new(
        format!("Cannot merge {} into {name}", names.join(", ")),
        format!("无法将{}并入{name}", names.join("、")),
    );
    words::tier_open(tier, &cannot)?;
    for &zone in others.iter().chain([&keep]) {
        words::zone_open(tier, zone, &cannot)?;
    }
    touching(plan, tier, keep, &others, &cannot)?;
    let given = tier.owner.iter().filter(|(_, owner)| others.contains(owner));
    let owners: Owners = given.map(|(face, _)| (face, Some(keep))).collect();
    let mut changed = if owners.is_empty() { plan.clone() } else { relabel(plan, at, &owners, &cannot)?.0 };
    let grids = plan.tier_of(Role::Grid).is_some_and(|(grids, _)| grids == at);
    for &other in &others {
        Arc::make_mut(&mut changed.tiers[at]).zones.set(other, None);
        if grids && changed.beats.get(other).is_some() {
            changed.beats.set(other, None);
        }
    }
    let sentence =
        Text::new(format!("Merged {} into {name}", names.join(", ")), format!("将{}并入{name}", names.join("、")));
    let selection = others.into_iter().chain([keep]).map(|zone| (at, zone)).collect();
    Ok(Step { plan: changed, sentence, selection })
}

/// Every zone with land can be reached from the one that stays over borders within the zones to be joined.
fn touching(plan: &Plan, tier: &Tier, keep: ZoneId, others: &BTreeSet<ZoneId>, cannot: &Text) -> Result<(), Refusal> {
    let mut faces: FxHashMap<ZoneId, Vec<FaceId>> = FxHashMap::default();
    for (face, &zone) in tier.owner.iter().filter(|&(_, zone)| *zone == keep || others.contains(zone)) {
        faces.entry(zone).or_default().push(face);
    }
    let (mut reached, mut queue) = (BTreeSet::from([keep]), vec![keep]);
    while let Some(zone) = queue.pop() {
        for next in faces.get(&zone).into_iter().flatten().flat_map(|&face| plan.coverage.neighbours(face)) {
            if let Some(owner) = tier.owner_of(next)
                && others.contains(&owner)
                && reached.insert(owner)
            {
                queue.push(owner);
            }
        }
    }
    let apart = others.iter().find(|other| !reached.contains(other) && faces.contains_key(other));
    let Some(&apart) = apart.filter(|_| faces.contains_key(&keep)) else { return Ok(()) };
    let (name, other) = (label(tier, keep), label(tier, apart));
    Err(Refusal::new(
        cannot.clone(),
        Text::new(format!("{other} does not touch {name}"), format!("{other}与{name}不相邻")),
        Text::new(
            "Choose zones that share a border, or merge those in between too",
            "请选择相邻的区划,或将中间的一并合并",
        ),
    ))
}
