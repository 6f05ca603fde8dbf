//! Barriers: which borders run along a river or a railway of a reference layer.

use std::collections::BTreeMap;

use rstar::RTree;
use rstar::primitives::Line;

use crate::geometry::{Point, Scale};
use crate::model::{Plan, Shape};
use crate::topology::BorderId;

/// Words by which layers that part neighbours are known.
const WORDS: &[&str] = &["river", "water", "rail", "expressway", "河", "江", "水系", "铁路", "高速"];
/// A border nearer than this to a barrier runs along it, metres.
const NEAR: f64 = 20.0;
/// Borders are looked at in pieces of at most this length, metres.
const PIECE: f64 = 20.0;

/// Reference layers that look like barriers, by their place in the plan.
#[must_use]
pub fn barrier_layers(plan: &Plan) -> Vec<usize> {
    let is_barrier = |name: &str| WORDS.iter().any(|word| name.to_lowercase().contains(word));
    plan.references.iter().enumerate().filter(|(_, layer)| is_barrier(&layer.name)).map(|(at, _)| at).collect()
}

/// The share of each border that runs along a barrier; borders that none of it does are left out.
/// O((barriers + borders) log barriers).
pub(super) fn barred(plan: &Plan, layers: &[usize]) -> BTreeMap<BorderId, f64> {
    let scale = Scale::at(plan.coverage.bounds().centre().y);
    let metres = |point: &Point| [f64::from(point.x) * scale.x, f64::from(point.y) * scale.y];
    let mut edges = Vec::new();
    for layer in layers.iter().filter_map(|&at| plan.references.get(at)) {
        for (shape, _) in layer.features.iter() {
            let (Shape::Lines(lines) | Shape::Rings(lines)) = shape else { continue };
            let windows = lines.iter().flat_map(|line| line.windows(2));
            edges.extend(windows.map(|edge| Line::new(metres(&edge[0]), metres(&edge[1]))));
        }
    }
    if edges.is_empty() {
        return BTreeMap::new();
    }
    let tree = RTree::bulk_load(edges);
    let near = |at: [f64; 2]| tree.locate_within_distance(at, NEAR * NEAR).next().is_some();
    let share = |points: &[Point]| {
        let (mut along, mut all) = (0.0, 0.0);
        for edge in points.windows(2) {
            let (a, b) = (metres(&edge[0]), metres(&edge[1]));
            let length = (a[0] - b[0]).hypot(a[1] - b[1]);
            let pieces = (length / PIECE).ceil().clamp(1.0, 1e6);
            for piece in 0..pieces as u32 {
                let part = (f64::from(piece) + 0.5) / pieces;
                if near([a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part]) {
                    along += length / pieces;
                }
            }
            all += length;
        }
        if all > 0.0 { along / all } else { 0.0 }
    };
    let borders = plan.coverage.borders().iter().map(|(id, border)| (id, share(&border.points)));
    borders.filter(|(_, share)| *share > 0.0).collect()
}
