//! Length of streets in each face.

use std::sync::Arc;

use crate::base::{Cancelled, Progress};
use crate::geometry::{Bounds, Point, Scale};
use crate::index::{Hit, Index};
use crate::model::{Plan, Reference, Shape};
use crate::topology::FaceId;

/// Words by which the name of a street layer is known.
const STREETS: &[&str] = &["street", "road", "highway", "道路", "街道中心线", "路网"];
/// Streets are counted in pieces of at most this length, metres.
const PIECE: f64 = 50.0;
/// Half the width of a street, metres: a street that runs along a border counts half on each side.
const BESIDE: f64 = 5.0;
/// More cells than that distance has anywhere below 85 degrees.
const BESIDE_CELLS: i32 = 5_200;

/// Name of the street layer and kilometres of street by face slot; `None` without such a layer.
pub(super) fn street_km(plan: &Plan, progress: &Progress) -> Result<Option<(String, Vec<f64>)>, Cancelled> {
    let Some(layer) = street_layer(plan) else { return Ok(None) };
    let index = Index::of(&plan.coverage);
    let mut km = vec![0.0; plan.coverage.face_slots()];
    for (shape, _) in layer.features.iter() {
        progress.check()?;
        let Shape::Lines(lines) = shape else { continue };
        for edge in lines.iter().flat_map(|line| line.windows(2)) {
            pieces(edge[0], edge[1], |at, length| {
                if let Some(sum) = owner(plan, &index, at).and_then(|face| km.get_mut(face.0 as usize)) {
                    *sum += length;
                }
            });
        }
    }
    Ok(Some((layer.name.clone(), km)))
}

/// The same for some faces alone, in their order. O(streets + pieces near the faces); no more than a box is compared of
/// streets elsewhere.
pub(super) fn street_km_of(plan: &Plan, index: &Index, faces: &[FaceId]) -> Option<Vec<f64>> {
    let layer = street_layer(plan)?;
    let bounds: Vec<Bounds> =
        faces.iter().map(|&face| plan.coverage.faces().get(face).map_or(Bounds::EMPTY, |face| face.bounds)).collect();
    let all = bounds.iter().copied().fold(Bounds::EMPTY, Bounds::join).grown(BESIDE_CELLS);
    let mut km = vec![0.0; faces.len()];
    let lines =
        layer.features.iter().filter_map(|(shape, _)| if let Shape::Lines(lines) = shape { Some(lines) } else { None });
    for edge in lines.flatten().flat_map(|line| line.windows(2)).filter(|edge| Bounds::of(edge).meets(all)) {
        pieces(edge[0], edge[1], |at, length| {
            if bounds.iter().any(|bounds| bounds.contains(at))
                && let Some(place) = owner(plan, index, at).and_then(|face| faces.iter().position(|&one| one == face))
            {
                km[place] += length;
            }
        });
    }
    Some(km)
}

fn street_layer(plan: &Plan) -> Option<&Arc<Reference>> {
    plan.references.iter().find(|layer| is_street_layer(layer))
}

fn is_street_layer(layer: &Reference) -> bool {
    let name = layer.name.to_lowercase();
    STREETS.iter().any(|word| name.contains(word))
        && layer.features.iter().any(|(shape, _)| matches!(shape, Shape::Lines(_)))
}

/// The pieces of a street between two points, a place on either side of each, with half its kilometres.
fn pieces(a: Point, b: Point, mut take: impl FnMut(Point, f64)) {
    let scale = Scale::at(a.y);
    let length = scale.distance(a, b);
    if length <= 0.0 {
        return;
    }
    let (dx, dy) = (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
    // One step to the left, in cells.
    let aside = (-dy * scale.y / length * BESIDE / scale.x, dx * scale.x / length * BESIDE / scale.y);
    let pieces = (length / PIECE).ceil().max(1.0);
    for piece in 0..pieces as u32 {
        let share = (f64::from(piece) + 0.5) / pieces;
        for side in [1.0, -1.0] {
            let x = f64::from(a.x) + dx * share + aside.0 * side;
            let y = f64::from(a.y) + dy * share + aside.1 * side;
            take(Point::new(x.round() as i32, y.round() as i32), length / pieces / 2.0 / 1000.0);
        }
    }
}

/// The face that a place counts for.
pub(super) fn owner(plan: &Plan, index: &Index, at: Point) -> Option<FaceId> {
    match index.face_at(&plan.coverage, at) {
        Hit::Face(face) => Some(face),
        Hit::Border(around) => around.iter().flatten().next().copied(),
        Hit::Outside => None,
    }
}
