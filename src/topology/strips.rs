//! Strips of land between two units, open to the outside at their ends, are closed.

use super::arrange::{arrange, dissolve};
use super::build::{Built, Fault};
use super::coverage::{Coverage, FaceId};
use super::hairlines::strips;
use super::rings::Rings;
use super::settle::{Settled, Settling, absorb};
use crate::base::{Cancelled, Progress};

/// What a face is when strips have become land.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It was there, with the unit that has it, by rank.
    Known(Option<u32>),
    /// It is land of a strip.
    Strip,
    /// It lay outside, and the strip closes it off: a gap.
    Enclosed,
}

/// Closes strips between two units that are open to the outside at their ends and no wider than asked: they are made land,
/// which the neighbour with the longest border gets. `ranked` are the
/// units by rank. O(points) where there is one.
pub(super) fn close_strips(
    built: &mut Built,
    ranked: &[u32],
    settling: Settling,
    progress: &Progress,
) -> Result<(), Cancelled> {
    let strips = strips(&built.coverage, &built.owner, settling.strip_width_m);
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
    let area = |coverage: &Coverage, id: FaceId| coverage.faces().get(id).map_or(0.0, |face| coverage.area_m2(face));
    let kind = |id: FaceId| {
        let covers = &cells.covers[id.0 as usize];
        let closes =
            || area(&cells.coverage, id) < settling.gap_m2 || cells.coverage.is_narrower(id, settling.strip_width_m);
        match face(covers) {
            Some(face) => Kind::Known(built.owner[face].map(|unit| place[unit as usize])),
            None if !covers.is_empty() || closes() => Kind::Strip,
            None => Kind::Enclosed,
        }
    };
    let kinds: Vec<Kind> = cells.coverage.faces().ids().map(kind).collect();
    // A strip is one piece of land, however many segments run along it.
    let (coverage, kinds) = dissolve(cells.coverage, &kinds);
    let of =
        |wanted: Kind| -> Vec<FaceId> { coverage.faces().ids().filter(|id| kinds[id.0 as usize] == wanted).collect() };
    let (closed, enclosed) = (of(Kind::Strip), of(Kind::Enclosed));
    let known = |kind: &Kind| if let Kind::Known(owner) = kind { *owner } else { None };
    let mut owner: Vec<Option<u32>> = kinds.iter().map(known).collect();
    absorb(&coverage, closed.iter().copied(), &mut owner);
    owner.iter_mut().flatten().for_each(|at| *at = ranked[*at as usize]);
    for id in closed {
        let Some(owner) = owner[id.0 as usize] else { continue };
        let at = coverage.point_in(id).unwrap_or_default();
        built.settled.push(Settled { claimed: Vec::new(), owner, area_m2: area(&coverage, id), at });
    }
    for id in enclosed {
        let mut around: Vec<u32> = coverage.neighbours(id).iter().filter_map(|next| owner[next.0 as usize]).collect();
        around.sort_unstable();
        around.dedup();
        let at = coverage.point_in(id).unwrap_or_default();
        built.faults.push(Fault::Gap { around, area_m2: area(&coverage, id), at });
    }
    built.settled.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2).then(a.at.cmp(&b.at)));
    built.added.extend(cells.added);
    built.added.sort_unstable();
    built.added.dedup();
    (built.coverage, built.owner) = dissolve(coverage, &owner);
    Ok(())
}
