//! Length of streets in each face.

use crate::base::{Cancelled, Progress};
use crate::geometry::{Point, Scale};
use crate::index::{Hit, Index};
use crate::model::{Plan, Reference, Shape};

/// Words by which the name of a street layer is known.
const STREETS: &[&str] = &["street", "road", "highway", "道路", "街道中心线", "路网"];
/// Streets are counted in pieces of at most this length, metres.
const PIECE: f64 = 50.0;
/// Half the width of a street, metres: a street that runs along a border counts half on each side.
const BESIDE: f64 = 5.0;

/// Name of the street layer and kilometres of street by face slot; `None` without such a layer.
pub(super) fn street_km(plan: &Plan, progress: &Progress) -> Result<Option<(String, Vec<f64>)>, Cancelled> {
    let Some(layer) = plan.references.iter().find(|layer| is_street_layer(layer)) else { return Ok(None) };
    let index = Index::of(&plan.coverage);
    let mut km = vec![0.0; plan.coverage.face_slots()];
    for (shape, _) in layer.features.iter() {
        progress.check()?;
        let Shape::Lines(lines) = shape else { continue };
        for edge in lines.iter().flat_map(|line| line.windows(2)) {
            add_edge(plan, &index, edge[0], edge[1], &mut km);
        }
    }
    Ok(Some((layer.name.clone(), km)))
}

fn is_street_layer(layer: &Reference) -> bool {
    let name = layer.name.to_lowercase();
    STREETS.iter().any(|word| name.contains(word))
        && layer.features.iter().any(|(shape, _)| matches!(shape, Shape::Lines(_)))
}

fn add_edge(plan: &Plan, index: &Index, a: Point, b: Point, km: &mut [f64]) {
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
            let at = Point::new(x.round() as i32, y.round() as i32);
            let face = match index.face_at(&plan.coverage, at) {
                Hit::Face(face) => Some(face),
                Hit::Border(around) => around.iter().flatten().next().copied(),
                Hit::Outside => None,
            };
            if let Some(sum) = face.and_then(|face| km.get_mut(face.0 as usize)) {
                *sum += length / pieces / 2.0 / 1000.0;
            }
        }
    }
}
