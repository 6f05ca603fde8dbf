//! Lines to a coverage: nodes with their fans, rings walked, holes given to the face around them.

use std::sync::Arc;

use rayon::prelude::*;
use rstar::{AABB, RTree, primitives::GeomWithData, primitives::Rectangle};
use rustc_hash::FxHashMap;

use crate::base::Table;
use crate::geometry::{Bounds, Point, Turn, turn, winding};

use super::coverage::{Border, BorderId, Coverage, Directed, Face, FaceId, Node, NodeId};

/// Compares the directions `at -> a` and `at -> b`, counter-clockwise from due east; exact.
pub(super) fn by_angle(at: Point, a: Point, b: Point) -> std::cmp::Ordering {
    let lower_half = |p: Point| p.y < at.y || p.y == at.y && p.x < at.x;
    lower_half(a).cmp(&lower_half(b)).then_with(|| match turn(at, a, b) {
        Turn::Left => std::cmp::Ordering::Less,
        Turn::Straight => std::cmp::Ordering::Equal,
        Turn::Right => std::cmp::Ordering::Greater,
    })
}

/// A closed walk with the land on its left hand.
struct Walk {
    edges: Vec<Directed>,
    doubled_area: i128,
    bounds: Bounds,
}

/// Builds the tables from lines that are proven not to cross. Every line must have different land on its two sides.
/// Faces are numbered in the order of their first border. O(points + faces log faces).
pub(super) fn trace(lines: Vec<Vec<Point>>) -> Coverage {
    let mut node_of: FxHashMap<Point, NodeId> = FxHashMap::default();
    let mut nodes: Vec<(Point, Vec<Directed>)> = Vec::new();
    let mut ends = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let border = BorderId(at as u32);
        let mut node = |point: Point, out: Directed| {
            let id = *node_of.entry(point).or_insert_with(|| {
                nodes.push((point, Vec::new()));
                NodeId(nodes.len() as u32 - 1)
            });
            nodes[id.0 as usize].1.push(out);
            id
        };
        ends.push((node(line[0], Directed::forward(border)), node(line[line.len() - 1], Directed::backward(border))));
    }
    let second = |edge: Directed| {
        let line = &lines[edge.border().0 as usize];
        if edge.is_backward() { line[line.len() - 2] } else { line[1] }
    };
    nodes.par_iter_mut().with_min_len(256).for_each(|(at, out)| {
        out.sort_unstable_by(|&a, &b| by_angle(*at, second(a), second(b)));
    });
    let walks = walks(&lines, &nodes, &ends);
    let (rings_of, left_of) = assemble(&lines, &walks);

    let faces = rings_of.iter().map(|rings| Face {
        rings: rings.iter().map(|&walk| walks[walk].edges.clone().into()).collect(),
        doubled_area: rings.iter().map(|&walk| walks[walk].doubled_area).sum(),
        bounds: rings.first().map_or(Bounds::EMPTY, |&walk| walks[walk].bounds),
    });
    let faces: Table<FaceId, Face> = faces.collect();
    let lines: Vec<Arc<[Point]>> = lines.into_par_iter().with_min_len(256).map(Arc::from).collect();
    let borders: Table<BorderId, Border> = lines
        .into_iter()
        .enumerate()
        .map(|(at, points)| Border {
            points,
            from: ends[at].0,
            to: ends[at].1,
            left: left_of[2 * at],
            right: left_of[2 * at + 1],
        })
        .collect();
    let nodes: Table<NodeId, Node> = nodes.into_iter().map(|(at, out)| Node { at, out: out.into() }).collect();
    Coverage::from_tables(nodes, borders, faces)
}

/// Index of a directed border in arrays of two per border.
fn slot(edge: Directed) -> usize {
    2 * edge.border().0 as usize + usize::from(edge.is_backward())
}

/// All closed walks: at each node the next border clockwise from the way back.
fn walks(lines: &[Vec<Point>], nodes: &[(Point, Vec<Directed>)], ends: &[(NodeId, NodeId)]) -> Vec<Walk> {
    let mut place = vec![0_u32; 2 * lines.len()];
    for (_, out) in nodes {
        out.iter().enumerate().for_each(|(at, &edge)| place[slot(edge)] = at as u32);
    }
    let origin = lines.first().map_or(Point::default(), |line| line[0]);
    let measured: Vec<(i128, Bounds)> = lines.par_iter().map(|line| (swept(line, origin), Bounds::of(line))).collect();
    let mut walked = vec![false; 2 * lines.len()];
    let mut walks = Vec::new();
    for border in 0..lines.len() as u32 {
        for start in [Directed::forward(BorderId(border)), Directed::backward(BorderId(border))] {
            let mut walk = Walk { edges: Vec::new(), doubled_area: 0, bounds: Bounds::EMPTY };
            let mut edge = start;
            while !std::mem::replace(&mut walked[slot(edge)], true) {
                let (area, bounds) = measured[edge.border().0 as usize];
                walk.edges.push(edge);
                walk.doubled_area += if edge.is_backward() { -area } else { area };
                walk.bounds = walk.bounds.join(bounds);
                let (from, to) = ends[edge.border().0 as usize];
                let out = &nodes[if edge.is_backward() { from } else { to }.0 as usize].1;
                let back = place[slot(edge.reversed())] as usize;
                edge = out[(back + out.len() - 1) % out.len()];
            }
            if !walk.edges.is_empty() {
                walks.push(walk);
            }
        }
    }
    walks
}

/// Twice the area swept by the ray from the origin along a line; sums to the area of closed walks.
fn swept(line: &[Point], origin: Point) -> i128 {
    let vector = |p: Point| (i64::from(p.x) - i64::from(origin.x), i64::from(p.y) - i64::from(origin.y));
    line.windows(2)
        .map(|edge| {
            let ((ax, ay), (bx, by)) = (vector(edge[0]), vector(edge[1]));
            i128::from(ax) * i128::from(by) - i128::from(ay) * i128::from(bx)
        })
        .sum()
}

/// Gives every hole walk to the face around it: the rings of each face, outer first, and the face left of each directed
/// border.
fn assemble(lines: &[Vec<Point>], walks: &[Walk]) -> (Vec<Vec<usize>>, Vec<Option<FaceId>>) {
    let outer: Vec<usize> = (0..walks.len()).filter(|&at| walks[at].doubled_area > 0).collect();
    let mut rings_of: Vec<Vec<usize>> = outer.iter().map(|&at| vec![at]).collect();
    let tree = RTree::bulk_load(
        outer
            .iter()
            .enumerate()
            .map(|(face, &at)| {
                let Bounds { min, max } = walks[at].bounds;
                GeomWithData::new(
                    Rectangle::from_corners([f64::from(min.x), f64::from(min.y)], [f64::from(max.x), f64::from(max.y)]),
                    face,
                )
            })
            .collect(),
    );
    let holes: Vec<usize> = (0..walks.len()).filter(|&at| walks[at].doubled_area <= 0).collect();
    let around: Vec<Option<usize>> = holes
        .par_iter()
        .map(|&hole| {
            let first = walks[hole].edges[0];
            let line = &lines[first.border().0 as usize];
            let point = if first.is_backward() { line[line.len() - 1] } else { line[0] };
            let at = AABB::from_point([f64::from(point.x), f64::from(point.y)]);
            tree.locate_in_envelope_intersecting(at)
                .map(|found| found.data)
                .filter(|&face| holds(&walks[outer[face]], lines, point))
                .min_by_key(|&face| (walks[outer[face]].doubled_area, face))
        })
        .collect();
    for (&hole, &face) in holes.iter().zip(&around) {
        if let Some(face) = face {
            rings_of[face].push(hole);
        }
    }
    let mut left_of = vec![None; 2 * lines.len()];
    for (face, rings) in rings_of.iter().enumerate() {
        for &edge in rings.iter().flat_map(|&walk| &walks[walk].edges) {
            left_of[slot(edge)] = Some(FaceId(face as u32));
        }
    }
    (rings_of, left_of)
}

/// Whether a point lies strictly inside a walk.
fn holds(walk: &Walk, lines: &[Vec<Point>], point: Point) -> bool {
    let mut ring = Vec::new();
    for &edge in &walk.edges {
        let line = &lines[edge.border().0 as usize];
        if edge.is_backward() { ring.extend(line.iter().rev().skip(1)) } else { ring.extend(line.iter().skip(1)) }
    }
    winding(&ring, point).is_some_and(|turns| turns != 0)
}
