//! The proof that nothing crosses: every pair of edges that could meet is looked at, exactly.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::base::deal;
use crate::geometry::{Bounds, Meeting, Point, meeting, on_segment};

use super::edges::Edges;

/// A point that an edge must be cut at.
pub(super) type Cut = (u32, Point);

/// All points at which edges that meet other than in common ends must be cut, ascending, each once. Empty: the edges are
/// a planar graph. Where a ring runs back over itself there is no edge.
///
/// Edges are dealt out to square tiles, those of a tile to its cells (about one edge a cell), and pairs within a cell are
/// swept by x, so that crowded cells stay cheap. Expected O(edges) on maps; in parallel.
pub(super) fn cuts(edges: &Edges) -> Vec<Cut> {
    cuts_up_to(edges, usize::MAX).unwrap_or_default()
}

/// As [`cuts`]; `None` where there are more than `most`, about.
pub(super) fn cuts_up_to(edges: &Edges, most: usize) -> Option<Vec<Cut>> {
    let bounds =
        edges.vertices.par_iter().fold(|| Bounds::EMPTY, |b, &p| b.with(p)).reduce(|| Bounds::EMPTY, Bounds::join);
    if edges.ends.len() < 2 || bounds.is_empty() {
        return Some(Vec::new());
    }
    let met = AtomicUsize::new(0);
    let cells = Raster::fitting(bounds, edges.ends.len());
    let tiles = Raster::of_cells(bounds, cells.shift + TILE.ilog2());
    let live = |edge: usize| (!edges.uses(edge).is_empty()).then(|| edges.points(edge));
    let dealt = deal(edges.ends.len(), tiles.count(), |edge| {
        let cells = live(edge).into_iter().flat_map(|(a, b)| tiles.cells_of(a, b, &tiles.whole()));
        cells.map(|(column, row)| (row * tiles.columns + column) as usize)
    });
    let mut cuts: Vec<Cut> = (0..tiles.count())
        .into_par_iter()
        .map_init(Tile::default, |room, tile| {
            let window = tiles.window_of(tile, &cells);
            room.sort(edges, dealt.iter().flat_map(|dealt| dealt.of(tile)), &cells, &window);
            room.cuts(edges, &met, most)
        })
        .flatten_iter()
        .collect();
    cuts.par_sort_unstable();
    cuts.dedup();
    (met.into_inner() <= most).then_some(cuts)
}

/// Cells along the side of a tile, a power of two: what a tile holds fits the processor's cache.
const TILE: i64 = 32;

/// An edge in a cell with its box, lowest x first.
type Boxed = (Bounds, u32);

/// Cuts among the edges of one cell.
fn cuts_within(edges: &Edges, cell: &mut [Boxed], cuts: &mut Vec<Cut>) {
    cell.sort_unstable_by_key(|&(bounds, edge)| (bounds.min.x, edge));
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

/// The edges of one tile by cell; the room is used again for the next tile.
#[derive(Default)]
struct Tile {
    /// Cell and edge.
    found: Vec<(u32, u32)>,
    entries: Vec<Boxed>,
    /// For each cell, where its entries begin; one more for the end.
    starts: Vec<u32>,
}

impl Tile {
    fn sort(&mut self, edges: &Edges, dealt: impl Iterator<Item = u32>, cells: &Raster, window: &Window) {
        self.found.clear();
        self.starts.clear();
        self.starts.resize((TILE * TILE) as usize + 1, 0);
        for edge in dealt {
            let (a, b) = edges.points(edge as usize);
            for (column, row) in cells.cells_of(a, b, window) {
                let cell = ((row - window.rows.0) * TILE + column - window.columns.0) as u32;
                self.found.push((cell, edge));
                self.starts[cell as usize + 1] += 1;
            }
        }
        (1..self.starts.len()).for_each(|at| self.starts[at] += self.starts[at - 1]);
        let mut fill = self.starts.clone();
        self.entries.clear();
        self.entries.resize(self.found.len(), (Bounds::EMPTY, 0));
        for &(cell, edge) in &self.found {
            let slot = &mut fill[cell as usize];
            let (a, b) = edges.points(edge as usize);
            self.entries[*slot as usize] = (Bounds::of(&[a, b]), edge);
            *slot += 1;
        }
    }

    /// Cuts in the cells of this tile, until all tiles have `met` more than `most`.
    fn cuts(&mut self, edges: &Edges, met: &AtomicUsize, most: usize) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for bounds in self.starts.windows(2).filter(|bounds| bounds[1] - bounds[0] > 1) {
            let before = cuts.len();
            cuts_within(edges, &mut self.entries[bounds[0] as usize..bounds[1] as usize], &mut cuts);
            let new = cuts.len() - before;
            if new > 0 && met.fetch_add(new, Ordering::Relaxed) > most {
                break;
            }
        }
        cuts
    }
}

/// First and last column and row of a part of a raster.
pub(super) struct Window {
    columns: (i64, i64),
    rows: (i64, i64),
}

/// The lines of a uniform grid.
pub(super) struct Raster {
    bounds: Bounds,
    /// The side of a cell is two to this power: columns and rows are told by a shift, exactly.
    shift: u32,
    columns: i64,
    rows: i64,
}

impl Raster {
    /// Square cells, about as many as there are edges.
    pub(super) fn fitting(bounds: Bounds, edges: usize) -> Self {
        let width = i64::from(bounds.max.x) - i64::from(bounds.min.x) + 1;
        let height = i64::from(bounds.max.y) - i64::from(bounds.min.y) + 1;
        let wanted = (edges as f64).clamp(1.0, 8e6);
        let size = (width as f64 * height as f64 / wanted).sqrt().max(width.max(height) as f64 / 30_000.0);
        Self::of_cells(bounds, size.max(1.0).log2().round() as u32)
    }

    fn of_cells(bounds: Bounds, shift: u32) -> Self {
        let count = |from: i32, to: i32| ((i64::from(to) - i64::from(from)) >> shift) + 1;
        Self { bounds, shift, columns: count(bounds.min.x, bounds.max.x), rows: count(bounds.min.y, bounds.max.y) }
    }

    pub(super) fn count(&self) -> usize {
        (self.columns * self.rows) as usize
    }

    /// The number of a cell.
    pub(super) fn place(&self, column: i64, row: i64) -> usize {
        (row * self.columns + column) as usize
    }

    /// The number of the cell of a point within the bounds.
    pub(super) fn cell_of(&self, at: Point) -> usize {
        let along = |at: i32, from: i32| (i64::from(at) - i64::from(from)) >> self.shift;
        self.place(along(at.x, self.bounds.min.x), along(at.y, self.bounds.min.y))
    }

    /// The cells that the pixel around a point reaches into: one, save at the sides of cells.
    pub(super) fn cells_of_pixel(&self, at: Point) -> impl Iterator<Item = usize> + use<> {
        let along = |at: i32, from: i32, shift: u32| (i64::from(at) - i64::from(from)) >> shift;
        let Self { bounds: Bounds { min, .. }, shift, columns, rows } = *self;
        let reach = move |at: i32, from: i32, count: i64| {
            let (first, last) = (along(at.saturating_sub(1), from, shift), along(at, from, shift));
            first.max(0)..=last.min(count - 1)
        };
        let over = reach(at.x, min.x, columns);
        reach(at.y, min.y, rows).flat_map(move |row| over.clone().map(move |column| (row * columns + column) as usize))
    }

    /// For each row that meets a box, the numbers of its first and last cell in it.
    pub(super) fn rows_in(&self, bounds: Bounds) -> impl Iterator<Item = (usize, usize)> + '_ {
        let along = |at: i32, from: i32| (i64::from(at) - i64::from(from)) >> self.shift;
        let min = self.bounds.min;
        let (west, east) = (along(bounds.min.x, min.x).max(0), along(bounds.max.x, min.x).min(self.columns - 1));
        let rows = along(bounds.min.y, min.y).max(0)..=along(bounds.max.y, min.y).min(self.rows - 1);
        rows.filter(move |_| west <= east).map(move |row| (self.place(west, row), self.place(east, row)))
    }

    pub(super) fn whole(&self) -> Window {
        Window { columns: (0, self.columns - 1), rows: (0, self.rows - 1) }
    }

    /// The cells of a finer raster that lie in a cell of this one.
    fn window_of(&self, cell: usize, finer: &Self) -> Window {
        let by = self.shift - finer.shift;
        let (row, column) = ((cell as i64 / self.columns) << by, (cell as i64 % self.columns) << by);
        let last = |first: i64, count: i64| (first + (1 << by) - 1).min(count - 1);
        Window { columns: (column, last(column, finer.columns)), rows: (row, last(row, finer.rows)) }
    }

    /// Every cell of the window that the segment passes through, as column and row: per column the rows between its
    /// heights there, one lattice cell of margin for the rounding.
    pub(super) fn cells_of(&self, a: Point, b: Point, window: &Window) -> impl Iterator<Item = (i64, i64)> + use<> {
        let (a, b) = if a.x <= b.x { (a, b) } else { (b, a) };
        let Self { bounds: Bounds { min, .. }, shift, .. } = *self;
        let column = move |x: i32| (i64::from(x) - i64::from(min.x)) >> shift;
        let row = move |y: i32| (i64::from(y) - i64::from(min.y)) >> shift;
        let (first, last) = (column(a.x), column(b.x));
        // Asked for only where there is more than one column.
        let slope =
            if first == last { 0.0 } else { (f64::from(b.y) - f64::from(a.y)) / (f64::from(b.x) - f64::from(a.x)) };
        let (low, high) = (a.y.min(b.y), a.y.max(b.y));
        let (from, to) = window.rows;
        (first.max(window.columns.0)..=last.min(window.columns.1)).flat_map(move |column| {
            let (south, north) = if first == last {
                (low, high)
            } else {
                let west = i64::from(min.x) + (column << shift);
                let height = |x: i64| f64::from(a.y) + (x as f64 - f64::from(a.x)) * slope;
                let (one, two) = (height(west), height(west + (1 << shift)));
                let margin = |y: f64| y.clamp(f64::from(low), f64::from(high)) as i32;
                (margin(one.min(two) - 1.0), margin(one.max(two) + 1.0))
            };
            (row(south).max(from)..=row(north).min(to)).map(move |row| (column, row))
        })
    }
}
