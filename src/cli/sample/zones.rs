//! From blocks to zones: unions dissolved exactly along the blocks' own borders.

use rayon::prelude::*;

use super::lines::Lines;
use super::mesh::{Mesh, OUTSIDE, twin};
use crate::geometry::{Point, doubled_area, winding};

/// Outlines of all zones: for each its polygons, for each the rings (outer first), each ring open.
pub(super) type Outlines = Vec<Vec<Vec<Vec<Point>>>>;

/// Traces the outlines of zones. `zone_of` says which zone a face is in, `None` for none.
pub(super) fn outlines(mesh: &Mesh, lines: &Lines, count: usize, zone_of: impl Fn(u32) -> Option<usize>) -> Outlines {
    rings(mesh, count, zone_of)
        .into_par_iter()
        .map(|rings| {
            let rings = rings.iter().map(|ring| ring.iter().flat_map(|&half| lines.along(mesh, half)).collect());
            polygons(rings.collect())
        })
        .collect()
}

/// For each zone the rings of halves around it, its land on their left.
pub(super) fn rings(mesh: &Mesh, count: usize, zone_of: impl Fn(u32) -> Option<usize>) -> Vec<Vec<Vec<u32>>> {
    let zone = |half: u32| match mesh.half(half).face {
        OUTSIDE => None,
        face => zone_of(face),
    };
    let mut rings = vec![Vec::new(); count];
    let mut seen = vec![false; mesh.halves.len()];
    for start in 0..mesh.halves.len() as u32 {
        let Some(owner) = zone(start) else { continue };
        if seen[start as usize] || zone(twin(start)) == Some(owner) {
            continue;
        }
        let (mut ring, mut at) = (Vec::new(), start);
        loop {
            seen[at as usize] = true;
            ring.push(at);
            at = mesh.half(at).next;
            // Turns around the vertex through the zone's own land to the next half of its outline.
            while zone(twin(at)) == Some(owner) {
                at = mesh.half(twin(at)).next;
            }
            if at == start {
                break;
            }
        }
        rings[owner].push(ring);
    }
    rings
}

/// Sorts rings into polygons: each hole goes to the outer ring around it.
fn polygons(rings: Vec<Vec<Point>>) -> Vec<Vec<Vec<Point>>> {
    let closed_area = |ring: &[Point]| {
        let closed: Vec<Point> = ring.iter().chain(ring.first()).copied().collect();
        doubled_area(&closed)
    };
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| closed_area(ring) > 0);
    let mut polygons: Vec<Vec<Vec<Point>>> = outer.into_iter().map(|ring| vec![ring]).collect();
    polygons.sort_by_key(|polygon| std::cmp::Reverse(closed_area(&polygon[0])));
    for hole in holes {
        let around = polygons.iter().rposition(|polygon| {
            hole.iter().find_map(|&point| winding(&polygon[0], point)).is_some_and(|turns| turns != 0)
        });
        if let Some(at) = around {
            polygons[at].push(hole);
        }
    }
    polygons
}
