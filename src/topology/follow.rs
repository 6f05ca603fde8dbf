//! Rings that run along borders: the fast way to label a tier that nests exactly.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::geometry::{Areas, Point};

use super::coverage::{BorderId, Coverage, Directed, NodeId};
use super::rings::Rings;

/// The polygons whose rings run along each border, ascending, by border slot. `None` as soon as a ring leaves the borders,
/// or where a polygon runs along one twice. O(points), in parallel.
pub(super) fn follow(coverage: &Coverage, areas: &Areas) -> Option<Vec<Vec<u32>>> {
    let nodes: FxHashMap<Point, NodeId> = coverage.nodes().iter().map(|(id, node)| (node.at, id)).collect();
    let rings = Rings::of_areas(areas);
    let list: Vec<(std::ops::Range<usize>, u32)> = rings.iter().collect();
    let followed: Option<Vec<(Vec<BorderId>, u32)>> = list
        .into_par_iter()
        .map(|(range, polygon)| Some((borders_of(coverage, &nodes, &rings.points[range])?, polygon)))
        .collect();
    let mut uses = vec![Vec::new(); coverage.borders().slots()];
    for (borders, polygon) in followed? {
        for border in borders {
            let polygons: &mut Vec<u32> = &mut uses[border.0 as usize];
            match polygons.binary_search(&polygon) {
                Ok(_) => return None,
                Err(at) => polygons.insert(at, polygon),
            }
        }
    }
    Some(uses)
}

/// The borders a ring is made of, from its first node on.
fn borders_of(coverage: &Coverage, nodes: &FxHashMap<Point, NodeId>, ring: &[Point]) -> Option<Vec<BorderId>> {
    let start = ring.iter().position(|point| nodes.contains_key(point))?;
    let point = |at: usize| ring[(start + at) % ring.len()];
    let (mut borders, mut at) = (Vec::new(), 0);
    while at < ring.len() {
        let node = coverage.nodes().get(*nodes.get(&point(at))?)?;
        let runs_along = |edge: &Directed| coverage.points_of(*edge).nth(1) == Some(point(at + 1));
        let edge = *node.out.iter().find(|edge| runs_along(edge))?;
        let mut steps = 0;
        for border_point in coverage.points_of(edge).skip(1) {
            steps += 1;
            if point(at + steps) != border_point {
                return None;
            }
        }
        borders.push(edge.border());
        at += steps;
    }
    (at == ring.len()).then_some(borders)
}
