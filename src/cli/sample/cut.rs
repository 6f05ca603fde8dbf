//! Cutting a face in two by a street that looks as if somebody had built it.

use super::dice::Dice;
use super::mesh::{Kind, Mesh, Spot, centre, doubled_area};

/// Where a cut ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// At vertex `at` of the ring.
    Vertex(usize),
    /// On the edge that starts at vertex `at`.
    Edge(usize, Spot),
}

/// A way to cut, with its cost.
struct Candidate {
    cost: f64,
    from: (End, Spot),
    to: (End, Spot),
    between: Vec<Spot>,
}

/// Cuts a face by one street along or across `grain` (a direction), into parts near `share` and the rest.
///
/// Returns the new face, `None` where every way makes a sliver.
pub(super) fn cut(mesh: &mut Mesh, face: u32, grain: Spot, kind: Kind, dice: &mut Dice) -> Option<u32> {
    let halves = mesh.ring(face);
    let ring = mesh.ring_spots(face);
    let best = search(&ring, grain.normal(), dice)?;
    let mut place = |end: End| match end {
        End::Vertex(at) => halves[at],
        End::Edge(at, spot) => mesh.insert(halves[at], spot),
    };
    let (from, to) = (place(best.from.0), place(best.to.0));
    Some(mesh.cut(from, to, &best.between, kind))
}

/// The cheapest of a few cuts in the grain, then of slanted ones.
fn search(ring: &[Spot], grain: Spot, dice: &mut Dice) -> Option<Candidate> {
    // Tangents of half the turn, so that directions need no sines.
    let turns: [&[f64]; 3] = [&[0.0], &[0.13, -0.13, 0.22, -0.22], &[0.05, 0.35, -0.35, 0.42, -0.08]];
    for (round, turns) in turns.iter().enumerate() {
        let mut best: Option<Candidate> = None;
        for &turn in *turns {
            let half = turn + dice.between(-0.04, 0.04);
            let (cos, sin) = ((1.0 - half * half) / (1.0 + half * half), 2.0 * half / (1.0 + half * half));
            let along = grain * cos + grain.left() * sin;
            for direction in [along, along.left()] {
                for shift in [0.0, 0.08, -0.08, 0.16, -0.16, 0.24, -0.24] {
                    let shift = shift + dice.between(-0.04, 0.04);
                    for found in chords(ring, direction, shift, round) {
                        if best.as_ref().is_none_or(|best| found.cost < best.cost) {
                            best = Some(found);
                        }
                    }
                }
            }
        }
        if let Some(mut best) = best {
            bend(ring, &mut best, dice);
            return Some(best);
        }
    }
    None
}

/// Chords inside the ring along a direction, moved from the centre by a share of the ring's width.
fn chords(ring: &[Spot], along: Spot, shift: f64, round: usize) -> Vec<Candidate> {
    let across = along.left();
    let levels = ring.iter().map(|spot| spot.dot(across));
    let (low, high) = levels.fold((f64::MAX, f64::MIN), |(low, high), level| (low.min(level), high.max(level)));
    let level = centre(ring).dot(across) + shift * (high - low);
    let mut crossings = Vec::new();
    for (at, pair) in ring.windows(2).enumerate() {
        let (a, b) = (pair[0].dot(across) - level, pair[1].dot(across) - level);
        if (a < 0.0) != (b < 0.0) {
            let spot = pair[0] + (pair[1] - pair[0]) * (a / (a - b));
            crossings.push((spot.dot(along), at, spot));
        }
    }
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    let area = doubled_area(ring) / 2.0;
    crossings
        .as_chunks::<2>()
        .0
        .iter()
        .filter_map(|&[a, b]| {
            let from = settle(ring, a.1, a.2, b.2, area.sqrt());
            let to = settle(ring, b.1, b.2, a.2, area.sqrt());
            judge(ring, area, from, to, round)
        })
        .collect()
}

/// Moves the end of a cut to a vertex that is near and blunt, so that streets meet in crossings.
fn settle(ring: &[Spot], at: usize, spot: Spot, other: Spot, size: f64) -> (End, Spot) {
    let count = ring.len() - 1;
    let near = [at, (at + 1) % count]
        .into_iter()
        .map(|vertex| (vertex, (ring[vertex] - spot).length()))
        .filter(|&(vertex, distance)| distance < 0.22 * size && corner_cost(ring, vertex, other) < 0.9)
        .min_by(|a, b| a.1.total_cmp(&b.1));
    match near {
        Some((vertex, _)) => (End::Vertex(vertex), ring[vertex]),
        None => (End::Edge(at, spot), spot),
    }
}

/// How sharp a cut towards `other` leaves the corner of a vertex: 0 square, 1 a needle.
fn corner_cost(ring: &[Spot], vertex: usize, other: Spot) -> f64 {
    let count = ring.len() - 1;
    let here = ring[vertex];
    let out = (other - here).normal();
    let (before, after) = (ring[(vertex + count - 1) % count] - here, ring[(vertex + 1) % count] - here);
    out.dot(before.normal()).max(out.dot(after.normal())).max(0.0)
}

/// What a cut costs; `None` where it is no cut.
fn judge(ring: &[Spot], area: f64, from: (End, Spot), to: (End, Spot), round: usize) -> Option<Candidate> {
    let size = area.sqrt();
    let sharp = end_cost(ring, from, to.1, size)?.max(end_cost(ring, to, from.1, size)?);
    let clear = size * [0.10, 0.07, 0.03][round];
    if sharp > [0.65, 0.75, 0.9][round] || !inside(ring, from, to, &[from.1, to.1], clear) {
        return None;
    }
    let part = part_area(ring, from, to);
    let share = (part / area).min(1.0 - part / area);
    if share < [0.3, 0.24, 0.12][round] {
        return None;
    }
    let length = (to.1 - from.1).length() / size;
    let cost = length + 1.5 * (0.5 - share) + 0.8 * sharp + 0.25 * round as f64;
    Some(Candidate { cost, from, to, between: Vec::new() })
}

/// Sharpness at one end; `None` when the end leaves a stub of an edge.
fn end_cost(ring: &[Spot], end: (End, Spot), other: Spot, size: f64) -> Option<f64> {
    match end.0 {
        End::Vertex(vertex) => Some(corner_cost(ring, vertex, other) - 0.2),
        End::Edge(at, spot) => {
            let (a, b) = (ring[at], ring[at + 1]);
            if (spot - a).length().min((spot - b).length()) < 0.07 * size {
                return None;
            }
            Some((other - spot).normal().dot((b - a).normal()).abs())
        }
    }
}

/// Area of the part of the ring from `from` on to `to`.
fn part_area(ring: &[Spot], from: (End, Spot), to: (End, Spot)) -> f64 {
    let count = ring.len() - 1;
    let mut part = vec![from.1];
    let last = match to.0 {
        End::Vertex(at) => (at + count - 1) % count,
        End::Edge(at, _) => at,
    };
    let first = match from.0 {
        End::Vertex(at) | End::Edge(at, _) => at,
    };
    let mut at = first;
    while at != last {
        at = (at + 1) % count;
        part.push(ring[at]);
    }
    part.extend([to.1, from.1]);
    doubled_area(&part) / 2.0
}

/// Whether a path from one end to the other stays inside, clear of all other vertices.
fn inside(ring: &[Spot], from: (End, Spot), to: (End, Spot), path: &[Spot], clear: f64) -> bool {
    let count = ring.len() - 1;
    let is_end = |at: usize| [from.0, to.0].iter().any(|end| matches!(end, End::Vertex(vertex) if *vertex == at));
    let on_end = |at: usize| [from.0, to.0].iter().any(|end| matches!(end, End::Edge(edge, _) if *edge == at));
    path.windows(2).enumerate().all(|(leg, step)| {
        let (a, b) = (step[0], step[1]);
        (0..count).all(|at| {
            let (c, d) = (ring[at], ring[at + 1]);
            let far = is_end(at) || distance(c, a, b) > clear;
            // An edge that holds an end of the path may be met only there, by the leg that ends there.
            let touches = on_end(at) || is_end(at) || is_end((at + 1) % count);
            let apart = if touches {
                path.len() == 2 || !crosses(a, b, c, d, leg, path.len() - 2)
            } else {
                !proper(a, b, c, d)
            };
            far && apart
        })
    }) && {
        let middle = (path[path.len() / 2] + path[path.len() / 2 - 1]) * 0.5;
        winds(ring, middle)
    }
}

/// Whether a leg of a bent path crosses an edge that holds one of its ends, away from that end.
fn crosses(a: Spot, b: Spot, c: Spot, d: Spot, leg: usize, last: usize) -> bool {
    let trim = (b - a) * 1e-3;
    let (a, b) = (if leg == 0 { a + trim } else { a }, if leg == last { b - trim } else { b });
    proper(a, b, c, d)
}

/// Whether two segments cross or touch.
fn proper(a: Spot, b: Spot, c: Spot, d: Spot) -> bool {
    let side = |p: Spot, q: Spot, r: Spot| (q - p).cross(r - p);
    side(a, b, c) * side(a, b, d) <= 0.0 && side(c, d, a) * side(c, d, b) <= 0.0
}

/// Distance from a place to a segment.
pub(super) fn distance(p: Spot, a: Spot, b: Spot) -> f64 {
    let (ab, ap) = (b - a, p - a);
    let along = (ap.dot(ab) / ab.dot(ab).max(1e-9)).clamp(0.0, 1.0);
    (ap - ab * along).length()
}

/// Whether a place lies in a ring (even-odd).
pub(super) fn winds(ring: &[Spot], p: Spot) -> bool {
    ring.windows(2).fold(false, |inside, pair| {
        let (a, b) = (pair[0], pair[1]);
        let hit = (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x);
        inside != hit
    })
}

/// Gives a straight cut a slight bend where there is room for one.
fn bend(ring: &[Spot], cut: &mut Candidate, dice: &mut Dice) {
    let (a, b) = (cut.from.1, cut.to.1);
    let way = b - a;
    let size = (doubled_area(ring) / 2.0).sqrt();
    let at = dice.between(0.35, 0.65);
    let middle = a + way * at + way.left() * dice.between(-0.07, 0.07);
    if dice.chance(0.7) && inside(ring, cut.from, cut.to, &[a, middle, b], 0.1 * size) {
        cut.between = vec![middle];
    }
}
