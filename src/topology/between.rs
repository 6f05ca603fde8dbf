//! Land of two states of a map laid over each other: what became of what.

use crate::base::{Cancelled, Progress};
use crate::geometry::area_m2;

use super::arrange::arrange;
use super::coverage::{Coverage, FaceId};
use super::rings::Rings;

/// A piece of land: its face before, its face after, and its area in m². `None` lies outside.
pub type Piece = (Option<FaceId>, Option<FaceId>, f64);

/// The pieces of some faces that were in one map, are in the other, or both. Faces that are alike in both are passed
/// over by the caller, who knows which differ. O(points of the faces, log).
///
/// # Errors
/// When cancelled.
pub fn between(old: &Coverage, new: &Coverage, faces: &[FaceId], progress: &Progress) -> Result<Vec<Piece>, Cancelled> {
    let mut rings = Rings::default();
    let first = old.face_slots().max(new.face_slots()) as u32;
    for (coverage, offset) in [(old, 0), (new, first)] {
        for &id in faces {
            for ring in coverage.faces().get(id).iter().flat_map(|face| face.rings.iter()) {
                let mut points = coverage.ring_points(ring);
                points.pop();
                rings.push(points, id.0 + offset);
            }
        }
    }
    let cells = arrange(rings, 0, Some(0.0), progress)?;
    let pieces = cells.coverage.faces().iter().map(|(id, cell)| {
        let covers = &cells.covers[id.0 as usize];
        let before = covers.iter().find(|&&source| source < first).map(|&source| FaceId(source));
        let after = covers.iter().find(|&&source| source >= first).map(|&source| FaceId(source - first));
        (before, after, area_m2(cell.doubled_area, cell.bounds.centre().y))
    });
    Ok(pieces.filter(|(before, after, _)| before.is_some() || after.is_some()).collect())
}
