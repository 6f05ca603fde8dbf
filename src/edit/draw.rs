//! A new zone from a ring: it takes free land, and neighbours' land if it may.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{Refusal, Text};
use crate::geometry::{Bounds, Point, doubled_area, winding};
use crate::model::{Plan, Zone, ZoneId};
use crate::topology::{Coverage, FaceId};

use super::codes::{code_free, entitle};
use super::command::{Context, Step};
use super::divide::inherit;
use super::paint::{Owners, keeps_whole, relabel};
use super::words::{self, owner_label};

/// What a new zone may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Take {
    /// Land that nobody owns: the zone fills up to its neighbours.
    Free,
    /// All land inside the ring.
    All,
}

/// Makes a new zone of the land inside a ring.
pub(super) fn draw(
    plan: &Plan,
    at: usize,
    ring: &[Point],
    take: Take,
    (code, name): (&str, &str),
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    let tier = words::tier(plan, at)?;
    let title = if name.is_empty() { code } else { name };
    let cannot = Text::new(format!("Cannot draw {title}"), format!("无法绘制{title}"));
    words::tier_open(tier, &cannot)?;
    code_free(plan, tier, code, &cannot)?;
    let mut ring = ring.to_vec();
    ring.dedup();
    ring.extend(ring.first().copied().filter(|_| ring.first() != ring.last()));
    if ring.len() < 4 || doubled_area(&ring) == 0 {
        return Err(Refusal::new(
            cannot,
            Text::new("the ring encloses no land", "所画的环没有围住土地"),
            Text::new("Draw a ring of three corners or more", "请画出至少三个角的闭合环"),
        ));
    }
    let bounds = Bounds::of(&ring);
    let free = |face: FaceId| take == Take::All || tier.owner_of(face).is_none();
    let near = plan.coverage.faces().iter().filter(|(_, face)| face.bounds.meets(bounds));
    let faces: Vec<FaceId> = near.map(|(id, _)| id).filter(|&id| free(id)).collect();
    let cut = plan.coverage.cut(&faces, &ring, context.near);
    let (changed, ring, parts) = match cut {
        Ok(cut) => (inherit(plan, &cut), cut.strokes.first().cloned().unwrap_or_default(), cut.parts),
        // A ring around whole faces cuts nothing.
        Err(crate::topology::Obstacle::Missed) => (plan.clone(), ring, Vec::new()),
        Err(obstacle) => return Err(words::blocked(&cannot, plan, obstacle)),
    };
    let now = faces.iter().copied().chain(parts.into_iter().flat_map(|(_, parts)| parts));
    let land: Vec<FaceId> = now.filter(|&face| lies_in(&changed.coverage, face, &ring, bounds)).collect();
    if land.is_empty() {
        return Err(nothing_inside(plan, at, &faces, take, &cannot));
    }
    let mut changed = changed;
    let mut zone = Zone::default();
    entitle(tier, &mut zone, code, name);
    let new = Arc::make_mut(&mut changed.tiers[at]).zones.push(zone);
    let owners: Owners = land.iter().map(|&face| (face, Some(new))).collect();
    let donors: BTreeSet<ZoneId> = land.iter().filter_map(|&face| changed.tiers[at].owner_of(face)).collect();
    let (done, held) = relabel(&changed, at, &owners, &cannot)?;
    keeps_whole(&changed, at, &held, &cannot)?;
    let from: Vec<String> = donors.iter().map(|&donor| words::label(tier, donor)).collect();
    let sentence = if from.is_empty() {
        Text::new(format!("Drew {title} on free land"), format!("新划{title}(无归属土地)"))
    } else {
        Text::new(
            format!("Drew {title} with land of {}", from.join(", ")),
            format!("新划{title},取自{}", from.join("、")),
        )
    };
    let selection = donors.into_iter().chain([new]).map(|zone| (at, zone)).collect();
    Ok(Step { plan: done, sentence, selection })
}

fn nothing_inside(plan: &Plan, at: usize, faces: &[FaceId], take: Take, cannot: &Text) -> Refusal {
    let instead = if take == Take::Free {
        Text::new(
            "Allow it to take its neighbours' land, or draw on free land",
            "请允许占用相邻区划的土地,或画在无归属土地上",
        )
    } else {
        Text::new("Draw it on the map", "请画在地图范围之内")
    };
    let whose = faces.first().map(|&face| owner_label(&plan.tiers[at], plan.tiers[at].owner_of(face)));
    let because = match whose {
        Some(_) if take == Take::All => Text::new("the ring encloses no land of the map", "所画的环内没有地图上的土地"),
        _ => Text::new("there is no free land inside the ring", "所画的环内没有无归属的土地"),
    };
    Refusal::new(cannot.clone(), because, instead)
}

/// Whether a face that the ring does not cross lies inside it: exact, by a vertex of the face that is not on the ring; by
/// a point inside the face where all are.
fn lies_in(coverage: &Coverage, id: FaceId, ring: &[Point], bounds: Bounds) -> bool {
    let Some(face) = coverage.faces().get(id) else { return false };
    if !bounds.contains(face.bounds.min) || !bounds.contains(face.bounds.max) {
        return false;
    }
    let outer = face.rings.first().map(|outer| coverage.ring_points(outer)).unwrap_or_default();
    let side = |point: Point| winding(ring, point).map(|turns| turns != 0);
    outer.into_iter().find_map(side).or_else(|| side(coverage.point_in(id)?)).unwrap_or(false)
}
