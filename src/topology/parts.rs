//! The connected parts of a set of faces.

use rustc_hash::FxHashSet;

use super::coverage::{Coverage, FaceId};

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

impl Coverage {
    /// Twice the area of some faces in lattice cells.
    #[must_use]
    pub fn doubled_area_of(&self, faces: &[FaceId]) -> i128 {
        faces.iter().filter_map(|&face| self.faces().get(face)).map(|face| face.doubled_area).sum()
    }
}
