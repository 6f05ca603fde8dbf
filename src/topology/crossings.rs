//! The proof that nothing crosses: every pair of edges that could meet is looked at, exactly.

use rayon::prelude::*;

use crate::geometry::{Bounds, Meeting, Point, meeting, on_segment};

use super::edges::Edges;

/// A point that an edge must be cut at.
pub(super) type Cut = (u32, Point);

/// All points at which edges that meet other than in common ends must be cut, ascending, each once. Empty: the edges are
/// a planar graph.
///
/// A uniform grid of about one edge a cell; pairs within a cell are swept by x, so that crowded cells stay cheap.
/// Expected O(edges) on maps; in parallel.
pub(super) fn cuts(edges: &Edges) -> Vec<Cut> {
    let live: Vec<u32> = (0..edges.ends.len())
        .into_par_iter()
        .filter(|&edge| !edges.uses(edge).is_empty())
        .map(|edge| edge as u32)
        .collect();
    let grid = Grid::over(edges, &live);
    let mut cuts: Vec<Cut> = (0..grid.ends.len())
        .into_par_iter()
        .with_min_len(4096)
        .map_init(Vec::new, |cell, at| {
            let start = if at == 0 { 0 } else { grid.ends[at - 1] as usize };
            cell.clear();
            cell.extend_from_slice(&grid.entries[start..grid.ends[at] as usize]);
            if cell.len() < 2 { Vec::new() } else { cuts_within(edges, cell) }
        })
        .flatten_iter()
        .collect();
    cuts.par_sort_unstable();
    cuts.dedup();
    cuts
}

/// An edge in a cell with its box, lowest x first.
type Boxed = (Bounds, u32);

/// Cuts among the edges of one cell.
fn cuts_within(edges: &Edges, cell: &mut [Boxed]) -> Vec<Cut> {
    cell.sort_unstable_by_key(|&(bounds, edge)| (bounds.min.x, edge));
    let mut cuts = Vec::new();
    for (at, &(bounds, edge)) in cell.iter().enumerate() {
        let [a_id, b_id] = edges.ends[edge as usize];
        for &(other_bounds, other) in cell[at + 1..].iter().take_while(|(other, _)| other.min.x <= bounds.max.x) {
            if other_bounds.min.y > bounds.max.y || bounds.min.y > other_bounds.max.y || edge == other {
                continue;
            }
            let [c_id, d_id] = edges.ends[other as usize];
            let shared = a_id == c_id || a_id == d_id || b_id == c_id || b_id == d_id;
            if shared && !could_run_along(bounds, other_bounds) {
                continue;
            }
            let (a, b) = edges.points(edge as usize);
            let (c, d) = edges.points(other as usize);
            match meeting(a, b, c, d) {
                Meeting::Apart | Meeting::Ends => {}
                Meeting::Cross => {
                    let at = crossing(a, b, c, d);
                    cuts.extend([(edge, at), (other, at)]);
                }
                Meeting::Touch | Meeting::Along => {
                    cuts.extend([c, d].into_iter().filter(|&p| inside(p, a, b)).map(|p| (edge, p)));
                    cuts.extend([a, b].into_iter().filter(|&p| inside(p, c, d)).map(|p| (other, p)));
                }
            }
        }
    }
    cuts
}

/// Edges with a common end run along each other only if their boxes share more than that point.
fn could_run_along(one: Bounds, two: Bounds) -> bool {
    let (west, east) = (one.min.x.max(two.min.x), one.max.x.min(two.max.x));
    let (south, north) = (one.min.y.max(two.min.y), one.max.y.min(two.max.y));
    west < east || south < north
}

fn inside(p: Point, a: Point, b: Point) -> bool {
    p != a && p != b && on_segment(p, a, b)
}

/// Where two crossing segments meet, rounded to the lattice; exact until the last step.
pub(super) fn crossing(a: Point, b: Point, c: Point, d: Point) -> Point {
    let diff = |p: i32, q: i32| i128::from(p) - i128::from(q);
    let (rx, ry, sx, sy) = (diff(b.x, a.x), diff(b.y, a.y), diff(d.x, c.x), diff(d.y, c.y));
    let scale = rx * sy - ry * sx;
    if scale == 0 {
        return a;
    }
    let along = diff(c.x, a.x) * sy - diff(c.y, a.y) * sx;
    let round = |product: i128| {
        let (product, scale) = if scale < 0 { (-product, -scale) } else { (product, scale) };
        (2 * product + scale).div_euclid(2 * scale)
    };
    Point::new((i128::from(a.x) + round(along * rx)) as i32, (i128::from(a.y) + round(along * ry)) as i32)
}

/// Edges sorted into the cells their boxes and lines pass through.
struct Grid {
    entries: Vec<Boxed>,
    ends: Vec<u32>,
}

impl Grid {
    fn over(edges: &Edges, live: &[u32]) -> Self {
        let bounds =
            edges.vertices.par_iter().fold(|| Bounds::EMPTY, |b, &p| b.with(p)).reduce(|| Bounds::EMPTY, Bounds::join);
        if live.is_empty() || bounds.is_empty() {
            return Self { entries: Vec::new(), ends: Vec::new() };
        }
        let raster = Raster::fitting(bounds, live.len());
        let chunk = live.len().div_ceil(8).max(1);
        let filled: Vec<Vec<(u32, Boxed)>> = live
            .par_chunks(chunk)
            .map(|live| {
                let mut entries = Vec::with_capacity(live.len() * 2);
                for &edge in live {
                    let (a, b) = edges.points(edge as usize);
                    let boxed = (Bounds::of(&[a, b]), edge);
                    raster.cells_of(a, b, |cell| entries.push((cell, boxed)));
                }
                entries
            })
            .collect();
        let mut starts = vec![0_u32; raster.cells() + 1];
        filled.iter().flatten().for_each(|&(cell, _)| starts[cell as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut entries = vec![(Bounds::EMPTY, 0); starts.last().map_or(0, |&end| end as usize)];
        let mut fill = starts.clone();
        for (cell, boxed) in filled.into_iter().flatten() {
            let slot = &mut fill[cell as usize];
            entries[*slot as usize] = boxed;
            *slot += 1;
        }
        starts.remove(0);
        Self { entries, ends: starts }
    }
}

/// The lines of a uniform grid.
struct Raster {
    bounds: Bounds,
    size: i64,
    columns: i64,
    rows: i64,
}

impl Raster {
    /// Square cells, about as many as there are edges.
    fn fitting(bounds: Bounds, edges: usize) -> Self {
        let width = i64::from(bounds.max.x) - i64::from(bounds.min.x) + 1;
        let height = i64::from(bounds.max.y) - i64::from(bounds.min.y) + 1;
        let wanted = (edges as f64).clamp(1.0, 8e6);
        let size =
            ((width as f64 * height as f64 / wanted).sqrt().ceil() as i64).max(width.max(height) / 30_000).max(1);
        Self { bounds, size, columns: width / size + 1, rows: height / size + 1 }
    }

    fn cells(&self) -> usize {
        (self.columns * self.rows) as usize
    }

    fn column(&self, x: i32) -> i64 {
        (i64::from(x) - i64::from(self.bounds.min.x)) / self.size
    }

    fn row(&self, y: i32) -> i64 {
        (i64::from(y) - i64::from(self.bounds.min.y)) / self.size
    }

    /// Calls with every cell that the segment passes through: per column the rows between its heights there, one lattice
    /// cell of margin for the rounding.
    fn cells_of(&self, a: Point, b: Point, mut found: impl FnMut(u32)) {
        let (a, b) = if a.x <= b.x { (a, b) } else { (b, a) };
        let (first, last) = (self.column(a.x), self.column(b.x));
        let slope =
            if a.x == b.x { 0.0 } else { (f64::from(b.y) - f64::from(a.y)) / (f64::from(b.x) - f64::from(a.x)) };
        let (low, high) = (a.y.min(b.y), a.y.max(b.y));
        for column in first..=last {
            let (south, north) = if first == last {
                (low, high)
            } else {
                let west = i64::from(self.bounds.min.x) + column * self.size;
                let height = |x: i64| f64::from(a.y) + (x as f64 - f64::from(a.x)) * slope;
                let (one, two) = (height(west), height(west + self.size));
                let margin = |y: f64| y.clamp(f64::from(low), f64::from(high)) as i32;
                (margin(one.min(two) - 1.0), margin(one.max(two) + 1.0))
            };
            for row in self.row(south)..=self.row(north) {
                found((row * self.columns + column) as u32);
            }
        }
    }
}
