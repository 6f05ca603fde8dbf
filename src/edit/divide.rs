//! Splitting zones along a stroke.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::base::{Refusal, Text};
use crate::geometry::Point;
use crate::model::{Plan, Role, Tier, Zone, ZoneId};
use crate::topology::{BorderId, Coverage, Cut, FaceId, Obstacle, parts};

use super::codes::{code_free, entitle, free_code};
use super::command::{Context, Side, Step};
use super::paint::{Owners, relabel};
use super::words::{self, label};

/// A zone to be split, and what its new half is to be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    /// The zone.
    pub zone: ZoneId,
    /// Code of the new half.
    pub code: String,
    /// Name of the new half.
    pub name: String,
}

/// Faces of a zone that become a zone of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// The faces, connected.
    pub faces: Vec<FaceId>,
    /// Code of the new zone.
    pub code: String,
    /// Name of the new zone.
    pub name: String,
}

/// Portions of a zone with codes that are free, also of those in `to_come`, which grows by them, and names by number. `None`
/// where there is no such zone.
pub fn portions(
    plan: &Plan,
    tier: &Tier,
    zone: ZoneId,
    parts: impl Iterator<Item = Vec<FaceId>>,
    to_come: &mut Vec<String>,
) -> Option<Vec<Portion>> {
    let value = tier.zones.get(zone)?;
    let portion = |(number, faces): (usize, Vec<FaceId>)| {
        let taken: Vec<&str> = to_come.iter().map(String::as_str).collect();
        let code = free_code(plan, tier, &value.code, &taken);
        to_come.push(code.clone());
        Portion { faces, code, name: format!("{}({number})", value.name) }
    };
    Some((2..).zip(parts).map(portion).collect())
}

/// Gives parts of a zone to new zones; what is left keeps code, name and squad, and falls into no more parts than before.
pub(super) fn part(plan: &Plan, (at, zone): (usize, ZoneId), portions: &[Portion]) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    words::zone(tier, zone)?;
    let name = label(tier, zone);
    let cannot = Text::new(format!("Cannot divide {name}"), format!("无法拆分{name}"));
    words::tier_open(tier, &cannot)?;
    words::zone_open(tier, zone, &cannot)?;
    let mut left: FxHashSet<FaceId> = tier.faces_of(zone).into_iter().collect();
    let before = parts(&plan.coverage, &tier.faces_of(zone)).len();
    let (mut changed, mut owners, mut made) = (plan.clone(), Owners::new(), Vec::new());
    for portion in portions {
        code_free(&changed, &changed.tiers[at], &portion.code, &cannot)?;
        let own = portion.faces.iter().all(|face| left.remove(face));
        if !own || parts(&plan.coverage, &portion.faces).len() != 1 {
            return Err(Refusal::new(
                cannot,
                Text::new(
                    format!("the land of {} is not one connected piece of it", portion.name),
                    format!("“{}”的地块不是其中相连的一片", portion.name),
                ),
                Text::new("Choose blocks that lie side by side", "请选择相邻的图斑"),
            ));
        }
        let half = Half { zone, code: portion.code.clone(), name: portion.name.clone() };
        let new = add_half(plan, &mut changed, (at, &half), tier);
        owners.extend(portion.faces.iter().map(|&face| (face, Some(new))));
        made.push(new);
    }
    let rest: Vec<FaceId> = tier.faces_of(zone).into_iter().filter(|face| left.contains(face)).collect();
    if rest.is_empty() || parts(&plan.coverage, &rest).len() > before {
        return Err(Refusal::new(
            cannot,
            Text::new(format!("what is left of {name} would fall apart"), format!("{name}余下部分将不再相连")),
            Text::new("Leave it one connected piece", "请保留相连的一片"),
        ));
    }
    let (plan, _) = relabel(&changed, at, &owners, &cannot)?;
    let news: Vec<String> = made.iter().map(|&new| label(&plan.tiers[at], new)).collect();
    let sentence = Text::new(
        format!("Divided {name}: new are {}", news.join(", ")),
        format!("拆分{name},新设{}", news.join("、")),
    );
    let selection = std::iter::once(zone).chain(made).map(|zone| (at, zone)).collect();
    Ok(Step { plan, sentence, selection })
}

/// Cuts zones, and the faces in the way, along one stroke; each keeps the side named.
pub(super) fn split(
    plan: &Plan,
    at: usize,
    stroke: &[Point],
    keeps: Side,
    halves: &[Half],
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let names = words::listed(tier, &halves.iter().map(|half| half.zone).collect());
    let cannot = Text::new(format!("Cannot split {}", names.en), format!("无法拆分{}", names.zh));
    words::tier_open(tier, &cannot)?;
    for (number, half) in halves.iter().enumerate() {
        words::zone_open(tier, half.zone, &cannot)?;
        code_free(plan, tier, &half.code, &cannot)?;
        let twice = |other: &Half| other.zone == half.zone || (other.code == half.code && !half.code.is_empty());
        if halves[..number].iter().any(twice) {
            return Err(Refusal::new(
                cannot,
                Text::new(format!("{} is asked for twice", half.code), format!("“{}”重复", half.code)),
                Text::new("Give every new zone a code of its own", "请为每个新区划各编一个代码"),
            ));
        }
    }
    let faces: Vec<FaceId> = {
        let wanted: FxHashSet<ZoneId> = halves.iter().map(|half| half.zone).collect();
        tier.owner.iter().filter(|(_, owner)| wanted.contains(owner)).map(|(face, _)| face).collect()
    };
    let cut = plan.coverage.cut(&faces, stroke, context.near);
    let cut = cut.map_err(|obstacle| words::blocked(&cannot, plan, obstacle))?;
    let mut changed = inherit(plan, &cut);
    let mut owners = Owners::new();
    let mut made = BTreeSet::new();
    for half in halves {
        let goes = cut_off(plan, &changed, &cut, (at, half.zone), keeps, &cannot)?;
        let new = add_half(plan, &mut changed, (at, half), tier);
        owners.extend(goes.into_iter().map(|face| (face, Some(new))));
        made.insert(new);
    }
    let (plan, _) = relabel(&changed, at, &owners, &cannot)?;
    let news = words::listed(&plan.tiers[at], &made);
    let verb = if made.len() == 1 { "is" } else { "are" };
    let sentence =
        Text::new(format!("Split {}: {} {verb} new", names.en, news.en), format!("拆分{},新设{}", names.zh, news.zh));
    let selection = halves.iter().map(|half| half.zone).chain(made).map(|zone| (at, zone)).collect();
    Ok(Step { plan, sentence, selection })
}

/// The faces of a zone on the side of the stroke that does not keep its code.
fn cut_off(
    plan: &Plan,
    changed: &Plan,
    cut: &Cut,
    (at, zone): (usize, ZoneId),
    keeps: Side,
    cannot: &Text,
) -> Result<Vec<FaceId>, Refusal> {
    let land = changed.tiers[at].faces_of(zone);
    let missed = || words::blocked(cannot, plan, Obstacle::Missed);
    let [left, right] = sides(cut, &land).ok_or_else(missed)?;
    let (stays, goes) = if keeps == Side::Left { (left, right) } else { (right, left) };
    if stays.is_empty() || goes.is_empty() {
        return Err(missed());
    }
    let away: FxHashSet<FaceId> = goes.iter().copied().collect();
    let kept: Vec<FaceId> = land.iter().copied().filter(|face| !away.contains(face)).collect();
    let before = parts(&plan.coverage, &plan.tiers[at].faces_of(zone)).len();
    if parts(&cut.coverage, &goes).len() > 1 || parts(&cut.coverage, &kept).len() > before {
        let name = label(&plan.tiers[at], zone);
        return Err(Refusal::new(
            cannot.clone(),
            Text::new(
                format!("the stroke cuts {name} into more than two parts"),
                format!("所画的线将{name}切成了两块以上"),
            ),
            Text::new("Draw one cut after the other", "请分次拆分,每次只切一刀"),
        ));
    }
    Ok(goes)
}

/// The new zone of a half: with the properties and the squad of the old one.
fn add_half(plan: &Plan, changed: &mut Plan, (at, half): (usize, &Half), tier: &Tier) -> ZoneId {
    let old = tier.zones.get(half.zone).cloned().unwrap_or_default();
    let mut value = Zone { foreign: Arc::default(), locked: false, ..old };
    entitle(tier, &mut value, &half.code, &half.name);
    let new = Arc::make_mut(&mut changed.tiers[at]).zones.push(value);
    if plan.tier_of(Role::Grid).is_some_and(|(grids, _)| grids == at)
        && let Some(&squad) = plan.beats.get(half.zone)
    {
        changed.beats.set(new, Some(squad));
    }
    new
}

/// The plan on the cut coverage: in every tier a new face belongs to whom the old one belongs.
pub(super) fn inherit(plan: &Plan, cut: &Cut) -> Plan {
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
        for (side, edge) in [edge, edge.reversed()].into_iter().enumerate() {
            let face = cut.coverage.face_left_of(edge).filter(|face| inside.contains(face));
            queue.extend(face.map(|face| (face, side)));
        }
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
