//! Many points in many areas: each area's edges sorted into horizontal strips, so that a point looks at a few of them.

use rayon::prelude::*;

use super::grid::{Box4, Grid};
use crate::geometry::{Point, Turn, turn};

/// A point of the plane with an exact orientation test.
pub trait Plane: Copy + PartialEq + Send + Sync {
    /// x and y, exactly.
    fn xy(self) -> [f64; 2];
    /// Where `c` lies seen along `a -> b`, exactly.
    fn turn(a: Self, b: Self, c: Self) -> Turn;
}

impl Plane for Point {
    #[inline]
    fn xy(self) -> [f64; 2] {
        [f64::from(self.x), f64::from(self.y)]
    }
    #[inline]
    fn turn(a: Self, b: Self, c: Self) -> Turn {
        turn(a, b, c)
    }
}

impl Plane for [f64; 2] {
    #[inline]
    fn xy(self) -> [f64; 2] {
        self
    }

    /// Shewchuk 1997, Adaptive Precision Floating-Point Arithmetic: the error bound of the plain determinant first.
    #[inline]
    fn turn(a: Self, b: Self, c: Self) -> Turn {
        let (left, right) = ((a[0] - c[0]) * (b[1] - c[1]), (a[1] - c[1]) * (b[0] - c[0]));
        let det = left - right;
        const BOUND: f64 = 3.330_669_073_875_471_6e-16;
        let sign = if det.abs() > BOUND * (left.abs() + right.abs()) { det } else { exact_sign(a, b, c) };
        if sign > 0.0 {
            Turn::Left
        } else if sign < 0.0 {
            Turn::Right
        } else {
            Turn::Straight
        }
    }
}

/// The sign of the determinant where plain arithmetic cannot tell.
#[cold]
fn exact_sign(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    use geo::kernels::{Kernel as _, RobustKernel};
    let coord = |point: [f64; 2]| geo::Coord { x: point[0], y: point[1] };
    match RobustKernel::orient2d(coord(a), coord(b), coord(c)) {
        geo::Orientation::CounterClockwise => 1.0,
        geo::Orientation::Clockwise => -1.0,
        geo::Orientation::Collinear => 0.0,
    }
}

/// Where a point lies against an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Inside (even-odd).
    Inside,
    /// On a ring.
    Border,
    /// Outside.
    Outside,
}

/// Marks an edge that runs from the last point of a ring to its first.
const CLOSING: u32 = 1 << 31;

/// Edges of one area by strip.
#[derive(Clone, Debug, Default)]
struct Unit {
    bounds: Box4,
    /// Strips for each unit of y.
    per: f64,
    /// For each strip, where its edges end.
    ends: Vec<u32>,
    /// Edges by their first point, marked where they close a ring.
    edges: Vec<u32>,
}

/// Areas prepared for many points. Holds numbers of points only; the points stay where they are.
#[derive(Clone, Debug)]
pub struct Strips<'a, P> {
    points: &'a [P],
    ring_ends: &'a [u32],
    units: Vec<Unit>,
    pub(super) grid: Grid,
}

/// An edge of an area: the number of its first point, and whether it runs to the first point of its ring instead of the next.
#[derive(Clone, Copy, Debug)]
pub struct Edge(u32);

impl Edge {
    /// The edge from a point to the next one.
    #[must_use]
    pub fn open(first: u32) -> Self {
        Self(first)
    }
}

impl<'a, P: Plane> Strips<'a, P> {
    /// Prepares areas whose rings (without repeated last points) lie in `points`; `rings_of` names those of a unit.
    ///
    /// O(edges), in parallel.
    #[must_use]
    pub fn of_rings(
        points: &'a [P],
        ring_ends: &'a [u32],
        units: usize,
        rings_of: impl Fn(usize) -> std::ops::Range<usize> + Sync,
    ) -> Self {
        Self::new(points, ring_ends, units, |unit, edges| {
            for ring in rings_of(unit) {
                let Some(&end) = ring_ends.get(ring) else { continue };
                let start = ring_start(ring_ends, ring);
                edges.extend((start..end.saturating_sub(1)).map(Edge));
                if end > start {
                    edges.push(Edge((end - 1) | CLOSING));
                }
            }
        })
    }

    /// Prepares areas by their edges; `edges_of` adds those of a unit.
    #[must_use]
    pub fn new(
        points: &'a [P],
        ring_ends: &'a [u32],
        units: usize,
        edges_of: impl Fn(usize, &mut Vec<Edge>) + Sync,
    ) -> Self {
        let mut strips = Self { points, ring_ends, units: Vec::new(), grid: Grid::new(&[]) };
        let prepared = (0..units)
            .into_par_iter()
            .with_min_len(16)
            .map_init(Room::default, |room, unit| {
                room.edges.clear();
                edges_of(unit, &mut room.edges);
                strips.prepare(room)
            })
            .collect();
        strips.units = prepared;
        let boxes: Vec<Box4> = strips.units.iter().map(|unit| unit.bounds).collect();
        strips.grid = Grid::new(&boxes);
        strips
    }

    /// Both ends of an edge.
    #[inline]
    fn ends(&self, edge: u32) -> Option<(P, P)> {
        let from = (edge & !CLOSING) as usize;
        let to = if edge & CLOSING == 0 {
            from + 1
        } else {
            let ring = self.ring_ends.partition_point(|&end| end as usize <= from);
            ring_start(self.ring_ends, ring) as usize
        };
        Some((*self.points.get(from)?, *self.points.get(to)?))
    }

    /// Sorts the edges of a unit into strips: about two edges begin in each.
    fn prepare(&self, Room { edges, spans, next }: &mut Room) -> Unit {
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        spans.clear();
        for &Edge(edge) in &*edges {
            let Some((a, b)) = self.ends(edge) else { continue };
            let ([ax, ay], [bx, by]) = (a.xy(), b.xy());
            let (south, north) = (ay.min(by), ay.max(by));
            bounds = [bounds[0].min(ax.min(bx)), bounds[1].min(south), bounds[2].max(ax.max(bx)), bounds[3].max(north)];
            spans.push((edge, [south, north]));
        }
        let count = (spans.len() / 2).clamp(1, 1 << 14);
        let height = bounds[3] - bounds[1];
        let per = if height > 0.0 { count as f64 / height } else { 0.0 };
        let mut unit = Unit { bounds, per, ends: vec![0; count], edges: Vec::new() };
        for (_, [south, north]) in &*spans {
            for end in unit.strip(*south)..=unit.strip(*north) {
                unit.ends[end] += 1;
            }
        }
        let mut sum = 0;
        next.clear();
        for end in &mut unit.ends {
            next.push(sum);
            sum += *end;
            *end = sum;
        }
        unit.edges = vec![0; sum as usize];
        for &(edge, [south, north]) in &*spans {
            for next in &mut next[unit.strip(south)..=unit.strip(north)] {
                unit.edges[*next as usize] = edge;
                *next += 1;
            }
        }
        unit
    }

    /// Where a point lies against a unit. Looks at the edges of one strip.
    #[inline]
    #[must_use]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy operator is a branch, and this one is guessed wrong half the time"
    )]
    pub fn side(&self, unit: usize, p: P) -> Side {
        let [x, y] = p.xy();
        let Some(unit) = self.units.get(unit) else { return Side::Outside };
        let [x0, y0, x1, y1] = unit.bounds;
        if !(x >= x0 && x <= x1 && y >= y0 && y <= y1) {
            return Side::Outside;
        }
        let strip = unit.strip(y);
        let from = strip.checked_sub(1).and_then(|before| unit.ends.get(before)).map_or(0, |&start| start as usize);
        let to = unit.ends.get(strip).map_or(from, |&end| end as usize);
        let mut inside = false;
        for &edge in unit.edges.get(from..to).unwrap_or(&[]) {
            let Some((a, b)) = self.ends(edge) else { continue };
            let ([ax, ay], [bx, by]) = (a.xy(), b.xy());
            // Which edges pass beside a point no processor can foresee: the plain cases are told without a branch.
            let spans = (ay <= y) != (by <= y);
            let (west, east) = (x < ax.min(bx), x > ax.max(bx));
            if (spans & !west & !east) | (ay == y) | (by == y) {
                match passes(a, b, p) {
                    Some(passes) => inside ^= passes,
                    None => return Side::Border,
                }
            } else {
                inside ^= spans & west;
            }
        }
        if inside { Side::Inside } else { Side::Outside }
    }

    /// Units that may hold a point, ascending.
    #[inline]
    pub(super) fn near(&self, p: P) -> &[u32] {
        self.grid.near(p.xy())
    }

    /// The box around all areas.
    #[must_use]
    pub fn bounds(&self) -> [f64; 4] {
        self.units.iter().filter(|unit| unit.bounds[0] <= unit.bounds[2]).fold(
            [f64::MAX, f64::MAX, f64::MIN, f64::MIN],
            |all, unit| {
                let one = unit.bounds;
                [all[0].min(one[0]), all[1].min(one[1]), all[2].max(one[2]), all[3].max(one[3])]
            },
        )
    }
}

/// Room that is used again for the next unit.
#[derive(Default)]
struct Room {
    edges: Vec<Edge>,
    /// Edges with their least and greatest heights.
    spans: Vec<(u32, [f64; 2])>,
    next: Vec<u32>,
}

impl Unit {
    /// The strip of a height: never falls as y grows, so that an edge stands in the strips of all its heights.
    #[inline]
    fn strip(&self, y: f64) -> usize {
        (((y - self.bounds[1]) * self.per) as usize).min(self.ends.len().saturating_sub(1))
    }
}

/// Where a ring begins.
fn ring_start(ring_ends: &[u32], ring: usize) -> u32 {
    ring.checked_sub(1).and_then(|before| ring_ends.get(before)).copied().unwrap_or(0)
}

/// Whether the ray from `p` to the east passes the edge; `None` where `p` lies on it.
#[inline]
pub(super) fn passes<P: Plane>(a: P, b: P, p: P) -> Option<bool> {
    let ([ax, ay], [bx, by], [x, y]) = (a.xy(), b.xy(), p.xy());
    if (ay <= y) == (by <= y) {
        // The ray meets the upper end, or runs along the edge: no passing, but the point may lie there.
        let touches = ay == y && by == y && (ax <= x) != (bx < x) || p == a || p == b;
        return if touches { None } else { Some(false) };
    }
    if x < ax.min(bx) {
        return Some(true);
    }
    if x > ax.max(bx) {
        return Some(false);
    }
    match P::turn(a, b, p) {
        Turn::Straight => None,
        Turn::Left => Some(by > ay),
        Turn::Right => Some(by < ay),
    }
}
