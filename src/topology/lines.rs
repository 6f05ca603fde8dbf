//! Edges chained to lines between nodes.

use rustc_hash::FxHashMap;

use crate::geometry::Point;

use super::edges::Edges;

/// Points of a line at most: longer ones are cut at nodes of degree two, so that an edit copies little.
pub(super) const LONGEST: usize = 512;

/// Neighbours of each vertex by edge, in flat arrays.
struct Fan {
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Fan {
    fn of(edges: &Edges) -> Self {
        let mut starts = vec![0_u32; edges.vertices.len() + 1];
        let live = || (0..edges.ends.len()).filter(|&edge| !edges.uses(edge).is_empty());
        for edge in live() {
            edges.ends[edge].iter().for_each(|&vertex| starts[vertex as usize + 1] += 1);
        }
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut fill = starts.clone();
        let mut list = vec![0_u32; starts.last().map_or(0, |&end| end as usize)];
        for edge in live() {
            for &vertex in &edges.ends[edge] {
                let slot = &mut fill[vertex as usize];
                list[*slot as usize] = edge as u32;
                *slot += 1;
            }
        }
        Self { starts, edges: list }
    }

    fn at(&self, vertex: u32) -> &[u32] {
        &self.edges[self.starts[vertex as usize] as usize..self.starts[vertex as usize + 1] as usize]
    }
}

/// Chains the proven edges into lines between nodes (vertices where other than two edges meet); a closed line without a
/// node starts at its smallest point, so that every reader of it agrees. `edge` of a line is one of its edges: its uses
/// are those of the whole line. O(edges).
pub(super) fn chain(edges: &Edges) -> Vec<(Vec<Point>, u32)> {
    let fan = Fan::of(edges);
    let mut walked = vec![false; edges.ends.len()];
    let mut lines = Vec::new();
    for vertex in 0..edges.vertices.len() as u32 {
        let around = fan.at(vertex);
        if around.len() != 2 {
            for &edge in around {
                if !walked[edge as usize] {
                    cut_long(walk(edges, &fan, &mut walked, vertex, edge), edge, &mut lines);
                }
            }
        }
    }
    for edge in 0..edges.ends.len() {
        if !walked[edge] && !edges.uses(edge).is_empty() {
            let mut ring = walk(edges, &fan, &mut walked, edges.ends[edge][0], edge as u32);
            ring.pop();
            let smallest = ring.iter().enumerate().min_by_key(|&(_, point)| point).map_or(0, |(at, _)| at);
            ring.rotate_left(smallest);
            if ring.len() > 2 && ring[1] > ring[ring.len() - 1] {
                ring[1..].reverse();
            }
            ring.push(ring[0]);
            cut_long(ring, edge as u32, &mut lines);
        }
    }
    lines
}

/// From a vertex along an edge to the next node, or around to the start.
fn walk(edges: &Edges, fan: &Fan, walked: &mut [bool], start: u32, first: u32) -> Vec<Point> {
    let mut points = vec![edges.vertices[start as usize]];
    let (mut vertex, mut edge) = (start, first);
    loop {
        walked[edge as usize] = true;
        let [a, b] = edges.ends[edge as usize];
        vertex = if a == vertex { b } else { a };
        points.push(edges.vertices[vertex as usize]);
        let next = match fan.at(vertex) {
            &[one, two] if vertex != start => {
                if one == edge {
                    two
                } else {
                    one
                }
            }
            _ => return points,
        };
        edge = next;
    }
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

/// Joins lines end to end where only two meet. Each new line names one of the lines it is made of and whether that one
/// runs against it.
pub(super) fn relink(lines: Vec<Vec<Point>>) -> Vec<(Vec<Point>, (usize, bool))> {
    let mut at_node: FxHashMap<Point, Vec<(usize, bool)>> = FxHashMap::default();
    for (number, line) in lines.iter().enumerate() {
        at_node.entry(line[0]).or_default().push((number, false));
        at_node.entry(line[line.len() - 1]).or_default().push((number, true));
    }
    let through = |node: Point| at_node.get(&node).filter(|ends| ends.len() == 2);
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
        let mut pieces = Vec::new();
        cut_long(points, 0, &mut pieces);
        linked.extend(pieces.into_iter().map(|(points, _)| (points, (number, turned))));
    }
    linked
}
