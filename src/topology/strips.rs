//! Strips of land between two units, open to the outside at their ends, are closed.

use crate::base::{Cancelled, Progress};
use crate::geometry::area_m2;

use super::arrange::{arrange, dissolve};
use super::build::Built;
use super::coverage::FaceId;
use super::hairlines::strips;
use super::rings::Rings;
use super::settle::{Settled, Settling, absorb};

/// Closes strips between two units that are open to the outside at their ends and no wider than asked: they are made land,
/// which the neighbour with the longest border gets. `ranked` are the
/// units by rank. O(points) where there is one.
pub(super) fn close_strips(
    built: &mut Built,
    ranked: &[u32],
    settling: Settling,
    progress: &Progress,
) -> Result<(), Cancelled> {
    let strips = strips(&built.coverage, &built.owner, settling.gap_width_m);
    if strips.is_empty() {
        return Ok(());
    }
    let mut rings = Rings::default();
    for (id, face) in built.coverage.faces().iter() {
        for ring in face.rings.iter() {
            let mut points = built.coverage.ring_points(ring);
            points.pop();
            rings.push(points, id.0);
        }
    }
    let first = built.coverage.face_slots() as u32;
    for (number, land) in (first..).zip(strips.iter().flat_map(|strip| &strip.land)) {
        rings.push(land.iter().copied(), number);
    }
    let cells = arrange(rings, 0, Some(0.0), progress)?;
    let face = |covers: &Vec<u32>| covers.first().filter(|&&source| source < first).map(|&face| face as usize);
    let mut place = vec![0_u32; ranked.len()];
    (0_u32..).zip(ranked).for_each(|(at, &unit)| place[unit as usize] = at);
    // Gaps that were there stay; what is between two pieces of a strip where it turns belongs to it.
    let is_strip = |id: FaceId| {
        let covers = &cells.covers[id.0 as usize];
        face(covers).is_none() && (!covers.is_empty() || cells.coverage.is_narrower(id, settling.gap_width_m))
    };
    let kind = |id: FaceId| {
        let owner = face(&cells.covers[id.0 as usize]).and_then(|face| built.owner[face]);
        (owner.map(|unit| place[unit as usize]), is_strip(id))
    };
    let kinds: Vec<(Option<u32>, bool)> = cells.coverage.faces().ids().map(kind).collect();
    // A strip is one piece of land, however many segments run along it.
    let (coverage, kinds) = dissolve(cells.coverage, &kinds);
    let closed: Vec<FaceId> = coverage.faces().ids().filter(|id| kinds[id.0 as usize].1).collect();
    let mut owner: Vec<Option<u32>> = kinds.into_iter().map(|(owner, _)| owner).collect();
    absorb(&coverage, closed.iter().copied(), &mut owner);
    owner.iter_mut().flatten().for_each(|at| *at = ranked[*at as usize]);
    for id in closed {
        let (Some(owner), Some(face)) = (owner[id.0 as usize], coverage.faces().get(id)) else { continue };
        built.settled.push(Settled {
            claimed: Vec::new(),
            owner,
            area_m2: area_m2(face.doubled_area, face.bounds.centre().y),
            at: coverage.point_in(id).unwrap_or_default(),
        });
    }
    built.settled.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2).then(a.at.cmp(&b.at)));
    built.added.extend(cells.added);
    built.added.sort_unstable();
    built.added.dedup();
    (built.coverage, built.owner) = dissolve(coverage, &owner);
    Ok(())
}
