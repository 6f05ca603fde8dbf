//! Edges chained to lines between nodes.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::Point;

use super::edges::{Edges, NONE};
use super::rings::Rings;

/// Points of a line at most: longer ones are cut at nodes of degree two, so that an edit copies little.
pub(super) const LONGEST: usize = 512;

/// Chains the proven edges into lines between nodes (vertices where other than two edges meet); a closed line without a
/// node starts at its smallest point, so that every reader of it agrees. `edge` of a line is one of its edges: its uses
/// are those of the whole line.
///
/// Each ring is walked once and yields the edges that it is the first to run along; on a clean map those between two
/// nodes are a whole line, and what is left is joined end to end. O(points), in parallel.
pub(super) fn chain(rings: &Rings<'_>, edges: &Edges) -> Vec<(Vec<Point>, u32)> {
    let degrees = degrees(edges);
    let rings_of: Vec<Range<usize>> = rings.iter().map(|(range, _)| range).collect();
    let runs: Vec<Run> = rings_of
        .par_iter()
        .with_min_len(16)
        .flat_map_iter(|range| Walker { rings, edges, degrees: &degrees, range: range.clone() }.runs())
        .collect();
    let (mut lines, mut loose, mut loose_edges) = (Vec::with_capacity(runs.len()), Vec::new(), Vec::new());
    let mut nodes: FxHashSet<Point> = FxHashSet::default();
    for Run { points, edge, starts_in_node, ends_in_node } in runs {
        if starts_in_node && ends_in_node {
            cut_long(points, edge, &mut lines);
            continue;
        }
        nodes.extend(starts_in_node.then(|| points[0]));
        nodes.extend(ends_in_node.then(|| points[points.len() - 1]));
        loose.push(points);
        loose_edges.push(edge);
    }
    for (mut points, (number, _)) in joined(loose, &nodes) {
        if points[0] == points[points.len() - 1] && !nodes.contains(&points[0]) {
            start_at_smallest(&mut points);
        }
        cut_long(points, loose_edges[number], &mut lines);
    }
    lines
}

/// Live edges at each vertex; three stands for all above two.
fn degrees(edges: &Edges) -> Vec<u8> {
    let mut degrees = vec![0_u8; edges.vertices.len()];
    for (_, ends) in edges.ends.iter().enumerate().filter(|&(edge, _)| !edges.uses(edge).is_empty()) {
        for &vertex in ends {
            let degree = &mut degrees[vertex as usize];
            *degree = (*degree + 1).min(3);
        }
    }
    degrees
}

/// Edges in a row that one ring is the first to run along.
struct Run {
    points: Vec<Point>,
    edge: u32,
    starts_in_node: bool,
    ends_in_node: bool,
}

/// Goes along one ring.
struct Walker<'a> {
    rings: &'a Rings<'a>,
    edges: &'a Edges,
    degrees: &'a [u8],
    range: Range<usize>,
}

impl Walker<'_> {
    fn is_node(&self, at: usize) -> bool {
        self.degrees[self.edges.vertex_of[at] as usize] != 2
    }

    /// Whether the edge that leaves a point is there and this ring's to yield.
    fn is_own(&self, at: usize) -> bool {
        let edge = self.edges.edge_of[at];
        edge != NONE && self.edges.first(edge) == at && !self.edges.uses(edge as usize).is_empty()
    }

    fn runs(self) -> Vec<Run> {
        let Range { start, end } = self.range;
        let next = |at: usize| if at + 1 == end { start } else { at + 1 };
        let moves = |at: &usize| self.edges.edge_of[*at] != NONE;
        let ends_a_run = |at: &usize| self.is_node(*at) || !self.is_own(*at);
        // From a place where a run ends anyway; a ring without one is a single run.
        let from = (start..end).filter(moves).find(ends_a_run).unwrap_or(start);
        let mut runs: Vec<Run> = Vec::new();
        let mut open = false;
        for at in (from..end).chain(start..from).filter(moves) {
            if !self.is_own(at) {
                open = false;
                continue;
            }
            if !open || self.is_node(at) {
                runs.push(Run {
                    points: vec![self.rings.points[at]],
                    edge: self.edges.edge_of[at],
                    starts_in_node: self.is_node(at),
                    ends_in_node: false,
                });
                open = true;
            }
            if let Some(run) = runs.last_mut() {
                run.points.push(self.rings.points[next(at)]);
                run.ends_in_node = self.is_node(next(at));
            }
        }
        runs
    }
}

/// Turns a closed line so that it starts at its smallest point, towards the smaller of that point's neighbours.
fn start_at_smallest(ring: &mut Vec<Point>) {
    ring.pop();
    let smallest = ring.iter().enumerate().min_by_key(|&(_, point)| point).map_or(0, |(at, _)| at);
    ring.rotate_left(smallest);
    if ring.len() > 2 && ring[1] > ring[ring.len() - 1] {
        ring[1..].reverse();
    }
    ring.push(ring[0]);
}

/// Adds a line, in pieces of about equal length where it is longer than [`LONGEST`].
fn cut_long(points: Vec<Point>, edge: u32, lines: &mut Vec<(Vec<Point>, u32)>) {
    let pieces = (points.len() - 1).div_ceil(LONGEST - 1).max(1);
    if pieces == 1 {
        lines.push((points, edge));
        return;
    }
    let step = (points.len() - 1).div_ceil(pieces);
    let mut from = 0;
    while from < points.len() - 1 {
        let to = (from + step).min(points.len() - 1);
        lines.push((points[from..=to].to_vec(), edge));
        from = to;
    }
}

/// Joins lines end to end where only two meet, in pieces of no more than [`LONGEST`] points. Each new line names one of the
/// lines it is made of and whether that one runs against it.
pub(super) fn relink(lines: Vec<Vec<Point>>) -> Vec<(Vec<Point>, (usize, bool))> {
    let mut linked = Vec::new();
    for (points, part) in joined(lines, &FxHashSet::default()) {
        let mut pieces = Vec::new();
        cut_long(points, 0, &mut pieces);
        linked.extend(pieces.into_iter().map(|(points, _)| (points, part)));
    }
    linked
}

/// Joins lines end to end where only two meet, save at nodes; as [`relink`], uncut.
fn joined(lines: Vec<Vec<Point>>, nodes: &FxHashSet<Point>) -> Vec<(Vec<Point>, (usize, bool))> {
    let mut at_node: FxHashMap<Point, Vec<(usize, bool)>> = FxHashMap::default();
    for (number, line) in lines.iter().enumerate() {
        at_node.entry(line[0]).or_default().push((number, false));
        at_node.entry(line[line.len() - 1]).or_default().push((number, true));
    }
    let through = |point: Point| at_node.get(&point).filter(|ends| ends.len() == 2 && !nodes.contains(&point));
    let mut walked = vec![false; lines.len()];
    let mut linked = Vec::new();
    let starts_at_node = |number: &usize| through(lines[*number][0]).is_none();
    let ends_at_node = |number: &usize| through(lines[*number][lines[*number].len() - 1]).is_none();
    let open = (0..lines.len()).filter(starts_at_node).map(|number| (number, false));
    let open = open.chain((0..lines.len()).filter(ends_at_node).map(|number| (number, true)));
    for (number, turned) in open.chain((0..lines.len()).map(|number| (number, false))) {
        if walked[number] {
            continue;
        }
        let mut points: Vec<Point> = Vec::new();
        let (mut line, mut backward) = (number, turned);
        while !std::mem::replace(&mut walked[line], true) {
            points.pop();
            if backward {
                points.extend(lines[line].iter().rev());
            } else {
                points.extend(&lines[line]);
            }
            let end = if backward { (line, false) } else { (line, true) };
            let node = points[points.len() - 1];
            let Some(&next) = through(node).and_then(|ends| ends.iter().find(|&&other| other != end)) else { break };
            (line, backward) = next;
        }
        linked.push((points, (number, turned)));
    }
    linked
}
