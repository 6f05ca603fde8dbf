//! Noded strokes inside faces as a graph: what parts nothing is left out, the rest is chained to pieces.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::{Point, winding};

use super::clear::Obstacle;
use super::coverage::{BorderId, Coverage, Directed, FaceId};
use super::lines::LONGEST;
use super::stroke::Noded;

/// A piece of a stroke through one face, from node to node; closed where both are one.
pub(super) struct Piece {
    pub(super) face: FaceId,
    pub(super) points: Vec<Point>,
}

impl Piece {
    pub(super) fn ends(&self) -> [Point; 2] {
        [self.points[0], self.points[self.points.len() - 1]]
    }
}

/// A vertex of the graph: a place inside a face, or a whole ring of the face, which is one connected thing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    At(Point),
    Ring(FaceId, usize),
}

/// A segment inside a face.
struct Link {
    face: FaceId,
    points: [Point; 2],
    ends: [End; 2],
}

/// The pieces of noded strokes that part the faces given, and the segments that run along a border.
///
/// A segment parts nothing where the graph of rings and strokes would fall apart without it: it ends inside a face, or
/// leads to a hole and not on. These are the bridges of the graph (Tarjan 1974). O(segments + points of the faces met).
///
/// # Errors
/// When a stroke leaves a face other than across its rings, which noding rules out.
pub(super) fn pieces(noded: &Noded, targets: &FxHashSet<FaceId>) -> Result<(Vec<Piece>, Vec<[Point; 2]>), Obstacle> {
    let mut finder = Finder { noded, targets, rings: FxHashMap::default(), links: Vec::new(), runs: Vec::new() };
    for stroke in &noded.strokes {
        finder.take(stroke)?;
    }
    let Finder { links, runs, .. } = finder;
    let bridges = bridges(&links);
    let kept: Vec<Link> = links.into_iter().zip(bridges).filter(|(_, bridge)| !bridge).map(|(link, _)| link).collect();
    Ok((chained(kept), runs))
}

struct Finder<'a> {
    noded: &'a Noded,
    targets: &'a FxHashSet<FaceId>,
    /// Number of the ring of each border side, for the faces met so far.
    rings: FxHashMap<FaceId, FxHashMap<Directed, usize>>,
    links: Vec<Link>,
    runs: Vec<[Point; 2]>,
}

impl Finder<'_> {
    /// Stretches of a stroke from border to border, and what hangs loose at its ends.
    fn take(&mut self, stroke: &[Point]) -> Result<(), Obstacle> {
        let touched = |at: &usize| self.noded.touches.contains_key(&stroke[*at]);
        let mut stops: Vec<usize> = (0..stroke.len()).filter(touched).collect();
        for end in [0, stroke.len() - 1] {
            if !stops.contains(&end) {
                stops.push(end);
            }
        }
        stops.sort_unstable();
        stops.windows(2).try_for_each(|stop| self.stretch(&stroke[stop[0]..=stop[1]]))
    }

    fn stretch(&mut self, points: &[Point]) -> Result<(), Obstacle> {
        let (first, last) = (points[0], points[points.len() - 1]);
        let (coverage, touches) = (&self.noded.coverage, &self.noded.touches);
        let touch = |at: &Point| touches.get(at).copied();
        if let (2, Some(from), Some(_)) = (points.len(), touch(&first), touch(&last))
            && coverage.is_segment(from, first, last)
        {
            self.runs.push([first, last]);
            return Ok(());
        }
        let sector = |at: Point, towards: Point| touch(&at).map(|border| coverage.sector(border, at, towards));
        let sides = [sector(first, points[1]), sector(last, points[points.len() - 2])];
        let face = match sides {
            // Outside.
            [Some(None), _] | [_, Some(None)] => return Ok(()),
            // Between borders of the faces given lies land of others, whose borders are not looked at.
            [Some(Some((_, one))), Some(Some((_, two)))] if one != two => {
                let met = self.targets.contains(&one) || self.targets.contains(&two);
                return if met { Err(Obstacle::Line(first)) } else { Ok(()) };
            }
            [Some(Some((_, face))), _] | [_, Some(Some((_, face)))] => face,
            [None, None] => match self.face_at(first) {
                Some(face) => face,
                None => return Ok(()),
            },
        };
        if !self.targets.contains(&face) {
            return Ok(());
        }
        let mut end = |side: Option<Option<(Directed, FaceId)>>, at: Point| match side.flatten() {
            Some((edge, face)) => self.ring_of(face, edge).map(|ring| End::Ring(face, ring)),
            None => Some(End::At(at)),
        };
        let (Some(start), Some(stop)) = (end(sides[0], first), end(sides[1], last)) else {
            return Err(Obstacle::Line(first));
        };
        for (at, pair) in points.windows(2).enumerate() {
            let from = if at == 0 { start } else { End::At(pair[0]) };
            let to = if at + 2 == points.len() { stop } else { End::At(pair[1]) };
            self.links.push(Link { face, points: [pair[0], pair[1]], ends: [from, to] });
        }
        Ok(())
    }

    fn ring_of(&mut self, face: FaceId, edge: Directed) -> Option<usize> {
        let rings = self.rings.entry(face).or_insert_with(|| {
            let rings = self.noded.coverage.faces().get(face).map_or(&[][..], |face| &face.rings);
            rings.iter().enumerate().flat_map(|(number, ring)| ring.iter().map(move |&edge| (edge, number))).collect()
        });
        rings.get(&edge).copied()
    }

    /// The face of the targets around a point that lies on no border of theirs.
    fn face_at(&self, point: Point) -> Option<FaceId> {
        let coverage = &self.noded.coverage;
        let holds = |id: &&FaceId| {
            coverage.faces().get(**id).filter(|face| face.bounds.contains(point)).is_some_and(|face| {
                let turns = face.rings.iter().map(|ring| winding(&coverage.ring_points(ring), point));
                turns.sum::<Option<i32>>().is_some_and(|turns| turns != 0)
            })
        };
        self.targets.iter().filter(holds).min().copied()
    }
}

/// Which links are bridges. Doubled segments are one. Iterative, since a stroke may be as long as it likes.
fn bridges(links: &[Link]) -> Vec<bool> {
    let mut number: FxHashMap<End, usize> = FxHashMap::default();
    let mut around: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut seen: FxHashSet<[Point; 2]> = FxHashSet::default();
    let mut is_bridge = vec![true; links.len()];
    for (at, link) in links.iter().enumerate() {
        let [a, b] = link.points;
        if !seen.insert([a.min(b), a.max(b)]) {
            continue;
        }
        let mut vertex = |end: End| {
            *number.entry(end).or_insert_with(|| {
                around.push(Vec::new());
                around.len() - 1
            })
        };
        let (from, to) = (vertex(link.ends[0]), vertex(link.ends[1]));
        if from == to {
            is_bridge[at] = false;
            continue;
        }
        around[from].push((to, at));
        around[to].push((from, at));
    }
    // Order of discovery, and the earliest reached from below.
    let (mut found, mut low) = (vec![usize::MAX; around.len()], vec![usize::MAX; around.len()]);
    let mut time = 0;
    for root in 0..around.len() {
        if found[root] != usize::MAX {
            continue;
        }
        let mut stack = vec![(root, usize::MAX, 0)];
        while let Some(&(vertex, came_by, next)) = stack.last() {
            if next == 0 {
                (found[vertex], low[vertex]) = (time, time);
                time += 1;
            }
            if let Some(&(to, by)) = around[vertex].get(next) {
                if let Some(top) = stack.last_mut() {
                    top.2 += 1;
                }
                if by == came_by {
                    continue;
                }
                if found[to] == usize::MAX {
                    stack.push((to, by, 0));
                } else {
                    low[vertex] = low[vertex].min(found[to]);
                    is_bridge[by] = false;
                }
                continue;
            }
            stack.pop();
            if let Some(&(parent, ..)) = stack.last() {
                low[parent] = low[parent].min(low[vertex]);
                if low[vertex] <= found[parent] {
                    is_bridge[came_by] = false;
                }
            }
        }
    }
    is_bridge
}

/// Links chained to pieces between rings and places where other than two meet; long ones are cut.
fn chained(links: Vec<Link>) -> Vec<Piece> {
    let mut around: FxHashMap<Point, Vec<usize>> = FxHashMap::default();
    let mut stops: FxHashSet<Point> = FxHashSet::default();
    for (at, link) in links.iter().enumerate() {
        for (end, &point) in link.ends.iter().zip(&link.points) {
            around.entry(point).or_default().push(at);
            if matches!(end, End::Ring(..)) {
                stops.insert(point);
            }
        }
    }
    let mut used = vec![false; links.len()];
    let mut pieces = Vec::new();
    let is_stop = |point: Point| stops.contains(&point) || around.get(&point).is_none_or(|links| links.len() != 2);
    let mut walk = |start: Point, first: usize, used: &mut Vec<bool>| {
        let (mut points, mut link) = (vec![start], first);
        loop {
            used[link] = true;
            let [a, b] = links[link].points;
            let here = points[points.len() - 1];
            let next = if a == here { b } else { a };
            points.push(next);
            let onward = around.get(&next).into_iter().flatten().find(|&&other| !used[other]);
            let stop = is_stop(next) || next == start;
            if stop || points.len() == LONGEST {
                pieces.push(Piece { face: links[first].face, points: std::mem::take(&mut points) });
                points.push(next);
            }
            match onward {
                Some(&onward) if !stop => link = onward,
                _ => break,
            }
        }
    };
    for (at, link) in links.iter().enumerate() {
        for point in link.points {
            if !used[at] && is_stop(point) {
                walk(point, at, &mut used);
            }
        }
    }
    // What is left are closed lines that touch nothing: each begins at its smallest point.
    let mut rings: Vec<(Point, usize)> =
        (0..links.len()).filter(|&at| !used[at]).map(|at| (links[at].points[0].min(links[at].points[1]), at)).collect();
    rings.sort_unstable();
    for (point, at) in rings {
        if !used[at] {
            walk(point, at, &mut used);
        }
    }
    pieces
}

/// Borders of some faces, ascending, each once.
pub(super) fn borders_of(coverage: &Coverage, faces: &[FaceId]) -> Vec<BorderId> {
    let faces = faces.iter().filter_map(|&face| coverage.faces().get(face));
    let mut borders: Vec<BorderId> =
        faces.flat_map(|face| face.rings.iter().flat_map(|ring| ring.iter().map(|edge| edge.border()))).collect();
    borders.sort_unstable();
    borders.dedup();
    borders
}
