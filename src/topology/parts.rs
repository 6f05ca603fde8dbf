//! The connected parts of a set of faces.

use rustc_hash::FxHashSet;

use super::coverage::{Coverage, Face, FaceId};
use crate::geometry::{area_m2, ring_area_m2};

/// The connected parts of a set of faces, joined over borders, each ascending; the largest by area first.
#[must_use]
pub fn parts(coverage: &Coverage, faces: &[FaceId]) -> Vec<Vec<FaceId>> {
    let mut left: FxHashSet<FaceId> = faces.iter().copied().collect();
    let mut parts = Vec::new();
    for &start in faces {
        if !left.remove(&start) {
            continue;
        }
        let (mut part, mut at) = (vec![start], 0);
        while let Some(&face) = part.get(at) {
            part.extend(coverage.neighbours(face).into_iter().filter(|next| left.remove(next)));
            at += 1;
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts.sort_by_key(|part| (std::cmp::Reverse(coverage.doubled_area_of(part)), part[0]));
    parts
}

/// Height of a face from which its area is summed along its rings, lattice cells (5.5 km): below it one latitude serves.
const TALL: i32 = 500_000;

impl Coverage {
    /// Area of a face on the ellipsoid, m². O(1), but O(points) where it is tall.
    #[must_use]
    pub fn area_m2(&self, face: &Face) -> f64 {
        if face.bounds.max.y.abs_diff(face.bounds.min.y) < TALL.unsigned_abs() {
            return area_m2(face.doubled_area, face.bounds.centre().y);
        }
        // Holes run the other way round.
        face.rings.iter().map(|ring| ring_area_m2(&self.ring_points(ring))).sum()
    }

    /// Area of some faces on the ellipsoid, m².
    #[must_use]
    pub fn area_of_m2(&self, faces: &[FaceId]) -> f64 {
        faces.iter().filter_map(|&face| self.faces().get(face)).map(|face| self.area_m2(face)).sum()
    }

    /// Twice the area of some faces in lattice cells.
    #[must_use]
    pub fn doubled_area_of(&self, faces: &[FaceId]) -> i128 {
        faces.iter().filter_map(|&face| self.faces().get(face)).map(|face| face.doubled_area).sum()
    }
}
