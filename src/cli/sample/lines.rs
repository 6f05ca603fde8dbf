//! The mesh on the lattice: each edge a chain of points, wiggly where nature made it, and nothing crossing.

use rayon::prelude::*;

use super::dice::Dice;
use super::mesh::{Mesh, Spot};
use crate::geometry::{LATTICE, Meeting, Point, meeting};

/// How an edge is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    /// Metres between points.
    pub(super) spacing: f64,
    /// Sideways throw of a middle point, as a share of the piece's length.
    pub(super) sway: f64,
    /// How much of the sway is left after each halving; 1 for coasts, less for roads.
    pub(super) fade: f64,
}

/// From metres to the lattice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Degrees.
    pub(super) origin: (f64, f64),
    /// Metres per degree.
    pub(super) metres: (f64, f64),
    /// Coordinates are multiples of this many cells.
    pub(super) step: f64,
}

impl Frame {
    pub(super) fn point(&self, spot: Spot) -> Point {
        let cells = |origin: f64, metres: f64, scale: f64| {
            (((origin + metres / scale) * LATTICE / self.step).round() * self.step) as i32
        };
        Point::new(cells(self.origin.0, spot.x, self.metres.0), cells(self.origin.1, spot.y, self.metres.1))
    }

    pub(super) fn spot(&self, point: Point) -> Spot {
        Spot::new((point.lon() - self.origin.0) * self.metres.0, (point.lat() - self.origin.1) * self.metres.1)
    }
}

/// The drawn mesh.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// By vertex.
    pub(super) corners: Vec<Point>,
    /// By edge: the points between its ends, along its even half.
    pub(super) chains: Vec<Vec<Point>>,
}

impl Lines {
    /// Draws every edge; edges that would cross others are drawn straight.
    pub(super) fn draw(mesh: &Mesh, frame: Frame, seed: u64, stroke: impl Fn(u32) -> Stroke + Sync) -> Self {
        let corners: Vec<Point> = mesh.spots.iter().map(|&spot| frame.point(spot)).collect();
        let chains = (0..mesh.kinds.len() as u32)
            .into_par_iter()
            .map(|edge| {
                let (a, b) = mesh.ends(2 * edge);
                let ends = (frame.spot(corners[a as usize]), frame.spot(corners[b as usize]));
                chain(ends, stroke(edge), &mut Dice::new(seed, "edge", u64::from(edge)))
                    .into_iter()
                    .map(|spot| frame.point(spot))
                    .collect()
            })
            .collect();
        let mut lines = Self { corners, chains };
        loop {
            let faulty = lines.crossing_edges(mesh);
            if faulty.is_empty() {
                return lines;
            }
            let drawn = faulty.iter().filter(|&&edge| !lines.chains[edge as usize].is_empty()).count();
            if drawn == 0 {
                // Only the mesh itself could be at fault, which the cuts rule out; nothing is left to straighten.
                return lines;
            }
            for edge in faulty {
                lines.chains[edge as usize].clear();
            }
        }
    }

    /// The points of an edge with both ends, along its even half.
    pub(super) fn edge(&self, mesh: &Mesh, edge: u32) -> Vec<Point> {
        let (a, b) = mesh.ends(2 * edge);
        let ends = [self.corners[a as usize], self.corners[b as usize]];
        std::iter::once(ends[0]).chain(self.chains[edge as usize].iter().copied()).chain([ends[1]]).collect()
    }

    /// The points of a half without its last one.
    pub(super) fn along(&self, mesh: &Mesh, half: u32) -> Vec<Point> {
        let start = self.corners[mesh.half(half).origin as usize];
        let chain = self.chains[half as usize / 2].iter().copied();
        if half & 1 == 0 {
            std::iter::once(start).chain(chain).collect()
        } else {
            std::iter::once(start).chain(chain.rev()).collect()
        }
    }

    /// Edges that meet others anywhere but at shared ends, ascending.
    fn crossing_edges(&self, mesh: &Mesh) -> Vec<u32> {
        let pieces: Vec<(u32, Point, Point)> = (0..mesh.kinds.len() as u32)
            .into_par_iter()
            .flat_map_iter(|edge| {
                let points = self.edge(mesh, edge);
                (1..points.len()).map(|at| (edge, points[at - 1], points[at])).collect::<Vec<_>>()
            })
            .collect();
        let longest = |piece: &(u32, Point, Point)| {
            (i64::from(piece.1.x) - i64::from(piece.2.x)).abs().max((i64::from(piece.1.y) - i64::from(piece.2.y)).abs())
        };
        let cell = (pieces.par_iter().map(longest).sum::<i64>() / pieces.len().max(1) as i64 * 2).max(1);
        let mut cells: Vec<(i64, i64, u32)> = pieces
            .par_iter()
            .enumerate()
            .flat_map_iter(|(number, &(_, a, b))| {
                let span = |p: i32, q: i32| i64::from(p.min(q)).div_euclid(cell)..=i64::from(p.max(q)).div_euclid(cell);
                span(a.x, b.x).flat_map(move |x| span(a.y, b.y).map(move |y| (x, y, number as u32)))
            })
            .collect();
        cells.par_sort_unstable();
        let mut faulty: Vec<u32> =
            cells.par_chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).flat_map_iter(|cell| faults(&pieces, cell)).collect();
        faulty.par_sort_unstable();
        faulty.dedup();
        faulty
    }
}

/// Edges of one cell that cross others, or run along them.
fn faults(pieces: &[(u32, Point, Point)], cell: &[(i64, i64, u32)]) -> Vec<u32> {
    let mut found = Vec::new();
    for (at, &(_, _, first)) in cell.iter().enumerate() {
        let (one, a, b) = pieces[first as usize];
        for &(_, _, second) in &cell[at + 1..] {
            let (two, c, d) = pieces[second as usize];
            if !matches!(meeting(a, b, c, d), Meeting::Apart | Meeting::Ends) {
                found.extend([one, two]);
            }
        }
        if a == b {
            found.push(one);
        }
    }
    found
}

/// Points between two ends: halved again and again, each middle thrown sideways.
fn chain(ends: (Spot, Spot), stroke: Stroke, dice: &mut Dice) -> Vec<Spot> {
    let mut points = vec![ends.0, ends.1];
    let pieces = ((ends.1 - ends.0).length() / stroke.spacing).round().max(1.0) as usize;
    let mut sway = stroke.sway;
    while points.len() <= pieces {
        // The longest pieces first, so that any number of points comes out evenly.
        let missing = pieces + 1 - points.len();
        let halve = points.len() - 1;
        let mut next = Vec::with_capacity(points.len() * 2);
        for (at, pair) in points.windows(2).enumerate() {
            next.push(pair[0]);
            let chosen = missing >= halve || (at + 1) * missing / halve != at * missing / halve;
            if chosen {
                let way = pair[1] - pair[0];
                let at = dice.between(0.42, 0.58);
                next.push(pair[0] + way * at + way.left() * (sway * dice.bell().clamp(-1.8, 1.8)));
            }
        }
        next.push(ends.1);
        points = next;
        sway *= stroke.fade;
    }
    points[1..points.len() - 1].to_vec()
}
