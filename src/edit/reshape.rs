//! A border redrawn by a stroke that leaves it and comes back to it: what lies between changes hands.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Refusal, Text};
use crate::geometry::{Bounds, Meeting, Point, length_m, meeting};
use crate::model::{Plan, Tier, ZoneId};
use crate::topology::{BorderId, Coverage, Cut, Directed, FaceId, Obstacle, parts};

use super::command::{Context, Step};
use super::divide::inherit;
use super::paint::{Owners, keeps_whole, relabel};
use super::words::{self, label, owner_label};

/// Cells of overshoot that are kept beyond the border where a stroke begins and ends: about a metre.
const TAIL: f64 = 100.0;

/// Redraws the border of a zone. Where the stroke runs outside, the land it encloses with the border is taken; where it
/// runs inside, the smaller part that it cuts off is given to the neighbour there.
pub(super) fn reshape(
    plan: &Plan,
    (at, id): (usize, ZoneId),
    stroke: &[Point],
    several: bool,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    words::zone(tier, id)?;
    let name = label(tier, id);
    let cannot = Text::new(format!("Cannot redraw the border of {name}"), format!("无法调整{name}的边界"));
    words::tier_open(tier, &cannot)?;
    words::zone_open(tier, id, &cannot)?;
    let blocked = |obstacle| words::blocked(&cannot, plan, obstacle);
    let stroke = trimmed(plan, tier, id, stroke).ok_or_else(|| {
        Refusal::new(
            cannot.clone(),
            Text::new(
                format!("the stroke does not leave the border of {name} and come back to it"),
                format!("所画的线没有从{name}的边界出发再回到边界"),
            ),
            Text::new("Begin and end the stroke on the border or beyond it", "请从边界上(或越过边界)开始,到边界结束"),
        )
    })?;
    let faces = faces_met(&plan.coverage, &stroke);
    let cut = plan.coverage.cut(&faces, &stroke, context.near).map_err(blocked)?;
    let changed = inherit(plan, &cut);
    let passage = Passage::of(plan, &changed, at, id, &cut);
    let mut owners = passage.given(several, &cannot)?;
    owners.extend(passage.taken(several, &cannot)?);
    if owners.is_empty() {
        return Err(blocked(Obstacle::Missed));
    }
    let (mut done, held) = relabel(&changed, at, &owners, &cannot)?;
    keeps_whole(&changed, at, &held, &cannot)?;
    // Only land that changes hands is cut: a face on whose pieces all tiers still agree is made whole again.
    done = heal(&done, &cut);
    let sentence = sentence(plan, &changed, at, &owners, &name);
    let selection = owners
        .iter()
        .flat_map(|(&face, &to)| [changed.tiers[at].owner_of(face), to])
        .flatten()
        .map(|zone| (at, zone))
        .collect();
    Ok(Step { plan: done, sentence, selection })
}

fn sentence(plan: &Plan, changed: &Plan, at: usize, owners: &Owners, name: &str) -> Text {
    let mut moved: BTreeMap<[Option<ZoneId>; 2], f64> = BTreeMap::new();
    for (&face, &to) in owners {
        let Some(value) = changed.coverage.faces().get(face) else { continue };
        let area = changed.coverage.area_m2(value);
        *moved.entry([changed.tiers[at].owner_of(face), to]).or_default() += area;
    }
    let tier = &plan.tiers[at];
    let each = moved.iter().map(|(&[from, to], area)| {
        let (from, to) = (owner_label(tier, from), owner_label(tier, to));
        (format!("{area:.0} m² from {} to {}", from.en, to.en), format!("{area:.0} m² 由{}划入{}", from.zh, to.zh))
    });
    let (en, zh): (Vec<_>, Vec<_>) = each.unzip();
    Text::new(format!("Redrew the border of {name}: {}", en.join(", ")), format!("调整{name}的边界:{}", zh.join(",")))
}

/// The stroke from where it first meets the zone's border to where it last does, with a little of its tails.
fn trimmed(plan: &Plan, tier: &Tier, zone: ZoneId, stroke: &[Point]) -> Option<Vec<Point>> {
    let mut stroke = stroke.to_vec();
    stroke.dedup();
    let bounds = Bounds::of(&stroke);
    let owner = |edge: Directed| plan.coverage.face_left_of(edge).and_then(|face| tier.owner_of(face));
    let mut met: Vec<(usize, f64)> = Vec::new();
    for (id, border) in plan.coverage.borders().iter() {
        let edge = Directed::forward(id);
        let is_edge = (owner(edge) == Some(zone)) != (owner(edge.reversed()) == Some(zone));
        if !is_edge || !Bounds::of(&border.points).meets(bounds) {
            continue;
        }
        for pair in border.points.windows(2) {
            let places = stroke
                .windows(2)
                .enumerate()
                .filter(|(_, piece)| meeting(pair[0], pair[1], piece[0], piece[1]) != Meeting::Apart);
            met.extend(places.map(|(at, piece)| (at, along(piece, pair))));
        }
    }
    let by_place = |a: &(usize, f64), b: &(usize, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    let first = *met.iter().min_by(|a, b| by_place(a, b))?;
    let last = *met.iter().max_by(|a, b| by_place(a, b))?;
    let point = |(at, t): (usize, f64), by: f64| {
        let (a, b) = (stroke[at], stroke[at + 1]);
        let length = (f64::from(b.x) - f64::from(a.x)).hypot(f64::from(b.y) - f64::from(a.y));
        let t = t + by / length;
        let mix = |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * t).round() as i32;
        if t <= 0.0 {
            a
        } else if t >= 1.0 {
            b
        } else {
            Point::new(mix(a.x, b.x), mix(a.y, b.y))
        }
    };
    let mut kept = vec![point(first, -TAIL)];
    kept.extend(&stroke[first.0 + 1..=last.0]);
    kept.push(point(last, TAIL));
    kept.dedup();
    (kept.len() > 1).then_some(kept)
}

/// How far along a segment it is met by another: 0 at its start, 1 at its end. Only the place to cut tails at.
fn along(piece: &[Point], pair: &[Point]) -> f64 {
    let way = |a: Point, b: Point| (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
    let ((rx, ry), (sx, sy), (qx, qy)) = (way(piece[0], piece[1]), way(pair[0], pair[1]), way(piece[0], pair[0]));
    let scale = rx * sy - ry * sx;
    if scale == 0.0 { 0.0 } else { ((qx * sy - qy * sx) / scale).clamp(0.0, 1.0) }
}

/// Faces whose boxes meet a segment of a stroke. O(faces + faces near × segments).
pub(super) fn faces_met(coverage: &Coverage, stroke: &[Point]) -> Vec<FaceId> {
    let all = Bounds::of(stroke);
    let near = coverage.faces().iter().filter(|(_, face)| face.bounds.meets(all));
    let meets = |bounds: Bounds| stroke.windows(2).any(|pair| Bounds::of(pair).meets(bounds));
    near.filter(|(_, face)| meets(face.bounds)).map(|(id, _)| id).collect()
}

/// The land that a stroke parts.
struct Passage<'a> {
    plan: &'a Plan,
    tier: &'a Tier,
    coverage: &'a Coverage,
    zone: ZoneId,
    walls: FxHashSet<BorderId>,
    /// The box around the zone and the stroke: what the stroke encloses lies in it.
    limit: Bounds,
}

/// Faces that can be reached from one, and whether the way leads out of the limits.
struct Reach {
    faces: Vec<FaceId>,
    open: bool,
}

impl<'a> Passage<'a> {
    fn of(plan: &'a Plan, changed: &'a Plan, at: usize, zone: ZoneId, cut: &Cut) -> Self {
        let tier = &*changed.tiers[at];
        let bounds = tier.owner.iter().filter(|(_, owner)| **owner == zone);
        let bounds = bounds.filter_map(|(face, _)| changed.coverage.faces().get(face)).map(|face| face.bounds);
        let strokes = cut.strokes.iter().map(|stroke| Bounds::of(stroke));
        let limit = bounds.chain(strokes).fold(Bounds::EMPTY, Bounds::join);
        let walls = cut.along.iter().map(|edge| edge.border()).collect();
        Self { plan, tier, coverage: &changed.coverage, zone, walls, limit }
    }

    /// Pieces beside the stroke of the zone's own land, or of all other land, that change hands: what the stroke
    /// encloses; where neither or both of its sides are enclosed, all but the largest piece.
    fn passing(&self, own: bool) -> Vec<Vec<FaceId>> {
        let mine = |face: FaceId| self.tier.owner_of(face) == Some(self.zone);
        let mut beside: Vec<FaceId> = self
            .walls
            .iter()
            .map(|&wall| {
                [Directed::forward(wall), Directed::backward(wall)].map(|edge| self.coverage.face_left_of(edge))
            })
            .filter(|sides| sides.iter().all(|side| side.is_some_and(|face| mine(face) == own)))
            .flat_map(|sides| sides.into_iter().flatten())
            .collect();
        beside.sort_unstable();
        beside.dedup();
        let (mut done, mut passing) = (FxHashSet::default(), Vec::new());
        for &start in &beside {
            if done.contains(&start) {
                continue;
            }
            let part = self.reach(start, own, false);
            let inside: FxHashSet<FaceId> = part.faces.iter().copied().collect();
            let mut pieces: Vec<Reach> = Vec::new();
            for &face in beside.iter().filter(|face| inside.contains(face)) {
                if done.insert(face) && !pieces.iter().any(|piece| piece.faces.binary_search(&face).is_ok()) {
                    pieces.push(self.reach(face, own, true));
                }
            }
            if own || !part.open {
                let size = |piece: &Reach| self.coverage.doubled_area_of(&piece.faces);
                pieces.sort_by_key(|piece| (std::cmp::Reverse(size(piece)), piece.faces.first().copied()));
                passing.extend(pieces.into_iter().skip(1).map(|piece| piece.faces));
            } else {
                passing.extend(pieces.into_iter().filter(|piece| !piece.open).map(|piece| piece.faces));
            }
        }
        passing
    }

    /// Faces that can be reached from one within the zone's own land, or within all other land as far as the limit.
    fn reach(&self, from: FaceId, own: bool, walled: bool) -> Reach {
        let (mut reached, mut open) = (FxHashSet::from_iter([from]), false);
        let (mut queue, mut at) = (vec![from], 0);
        while let Some(&face) = queue.get(at) {
            at += 1;
            let Some(value) = self.coverage.faces().get(face) else { continue };
            let held = self.limit.contains(value.bounds.min) && self.limit.contains(value.bounds.max);
            open |= !held;
            if !own && !held {
                continue;
            }
            for edge in value.rings.iter().flat_map(|ring| ring.iter()) {
                if walled && self.walls.contains(&edge.border()) {
                    continue;
                }
                match self.coverage.face_left_of(edge.reversed()) {
                    None => open = true,
                    Some(next) if (self.tier.owner_of(next) == Some(self.zone)) == own => {
                        if reached.insert(next) {
                            queue.push(next);
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        queue.sort_unstable();
        Reach { faces: queue, open }
    }

    /// Owners of the land next to some faces that is not the zone's own, with the length of border in metres.
    fn beside(&self, faces: &[FaceId]) -> BTreeMap<Option<ZoneId>, f64> {
        let inside: FxHashSet<FaceId> = faces.iter().copied().collect();
        let mut shared = BTreeMap::new();
        let rings = faces.iter().filter_map(|&face| self.coverage.faces().get(face)).flat_map(|face| face.rings.iter());
        for edge in rings.flat_map(|ring| ring.iter()) {
            let Some(other) = self.coverage.face_left_of(edge.reversed()).filter(|other| !inside.contains(other))
            else {
                continue;
            };
            let length = self.coverage.borders().get(edge.border()).map_or(0.0, |border| length_m(&border.points));
            *shared.entry(self.tier.owner_of(other)).or_insert(0.0) += length;
        }
        shared
    }

    /// Land of the zone that is cut off, with the neighbour that gets it.
    fn given(&self, several: bool, cannot: &Text) -> Result<Owners, Refusal> {
        let mut owners = Owners::new();
        for piece in self.passing(true) {
            let mut shared = self.beside(&piece);
            shared.remove(&Some(self.zone));
            let longest = shared.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(&owner, _)| owner);
            let Some(taker) = longest else {
                return Err(Refusal::new(
                    cannot.clone(),
                    Text::new("the land cut off touches no other zone", "切下的土地不与任何区划相邻"),
                    Text::new("Split the zone, or give the land to nobody", "请改用“拆分”,或将其划为无归属"),
                ));
            };
            if shared.len() > 1 && !several {
                return Err(self.third(cannot, shared.keys().copied()));
            }
            owners.extend(piece.iter().map(|&face| (face, taker)));
        }
        Ok(owners)
    }

    /// Land of others between the stroke and the zone.
    fn taken(&self, several: bool, cannot: &Text) -> Result<Owners, Refusal> {
        let faces = self.passing(false).concat();
        let mut donors: Vec<ZoneId> = faces.iter().filter_map(|&face| self.tier.owner_of(face)).collect();
        donors.sort_unstable();
        donors.dedup();
        if donors.len() > 1 && !several {
            return Err(self.third(cannot, donors.into_iter().map(Some)));
        }
        Ok(faces.into_iter().map(|face| (face, Some(self.zone))).collect())
    }

    fn third(&self, cannot: &Text, owners: impl Iterator<Item = Option<ZoneId>>) -> Refusal {
        let names: Vec<Text> = owners.map(|owner| owner_label(&self.plan.tiers[self.place()], owner)).collect();
        let join = |of: fn(&Text) -> &String, by: &str| names.iter().map(of).cloned().collect::<Vec<_>>().join(by);
        Refusal::new(
            cannot.clone(),
            Text::new(
                format!("the stroke concerns {}", join(|text| &text.en, " and ")),
                format!("所画的线涉及{}", join(|text| &text.zh, "、")),
            ),
            Text::new(
                "Redraw the border with one neighbour at a time, or allow several",
                "请一次只与一个相邻区划调整,或允许同时调整多个",
            ),
        )
    }

    fn place(&self) -> usize {
        self.plan.tiers.iter().position(|tier| tier.name == self.tier.name).unwrap_or(0)
    }
}

/// Joins pieces of one face again on which all tiers agree.
pub(super) fn heal(plan: &Plan, cut: &Cut) -> Plan {
    let mut groups = Vec::new();
    for (face, others) in &cut.parts {
        let mut by_owner: FxHashMap<Vec<Option<ZoneId>>, Vec<FaceId>> = FxHashMap::default();
        for &part in others.iter().chain([face]) {
            by_owner.entry(plan.tiers.iter().map(|tier| tier.owner_of(part)).collect()).or_default().push(part);
        }
        let mut same: Vec<Vec<FaceId>> = by_owner.into_values().flat_map(|same| parts(&plan.coverage, &same)).collect();
        same.sort_unstable();
        groups.extend(same.into_iter().filter(|group| group.len() > 1));
    }
    super::dissolve::join(plan, &groups).unwrap_or_else(|_| plan.clone())
}
