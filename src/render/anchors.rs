//! Where the name of a zone goes: the place inside its land with most room around it for a line of text.

use std::sync::OnceLock;

use crate::base::Key as _;
use crate::geometry::{Bounds, Point, Scale};
use crate::model::{Plan, Tier, ZoneId};
use crate::topology::BorderId;

use super::borders::{Borders, kept, level_for};

/// Rows and columns a zone is looked at in.
const GRID: usize = 31;
/// How much wider than high a name is, as a rule.
const ASPECT: f64 = 3.0;

/// Room for a name inside a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Anchor {
    /// The middle of the room; `None` for a zone without land.
    pub(super) at: Option<Point>,
    /// Cells free to either side.
    pub(super) across: f32,
    /// Cells free above and below.
    pub(super) up: f32,
}

/// The names' places of one tier, found when a picture first asks for them.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The box of each zone's land, by slot.
    bounds: Vec<Bounds>,
    /// Side of a square as large as the median zone's box, metres.
    pub(super) median_m: f64,
    /// Borders around each zone, by zone.
    edges: OnceLock<Vec<(ZoneId, BorderId)>>,
    anchors: Vec<OnceLock<Anchor>>,
}

impl Names {
    /// Boxes of all zones. O(faces).
    pub(super) fn new(plan: &Plan, tier: &Tier) -> Self {
        let slots = tier.zones.slots();
        let mut bounds = vec![Bounds::EMPTY; slots];
        for (face, zone) in tier.owner.iter() {
            if let (Some(of), Some(face)) = (bounds.get_mut(zone.index()), plan.coverage.faces().get(face)) {
                *of = of.join(face.bounds);
            }
        }
        let mut sides: Vec<f64> = bounds.iter().filter(|of| !of.is_empty()).map(|of| side_m(*of)).collect();
        sides.sort_by(f64::total_cmp);
        let median_m = sides.get(sides.len() / 2).copied().unwrap_or(0.0);
        let mut anchors = Vec::new();
        anchors.resize_with(slots, OnceLock::new);
        Self { bounds, median_m, edges: OnceLock::new(), anchors }
    }

    /// The same after a command: what was found for zones that kept their land is kept.
    pub(super) fn updated(&self, plan: &Plan, tier: &Tier, stale: &[bool]) -> Self {
        let next = Self::new(plan, tier);
        for (slot, (new, old)) in next.anchors.iter().zip(&self.anchors).enumerate() {
            if let (Some(&anchor), Some(false)) = (old.get(), stale.get(slot)) {
                // The cell is new and empty: nothing is lost.
                let _set = new.set(anchor);
            }
        }
        next
    }

    /// Zones by slot with the boxes of their land.
    pub(super) fn boxes(&self) -> impl Iterator<Item = (usize, Bounds)> + '_ {
        self.bounds.iter().copied().enumerate().filter(|(_, bounds)| !bounds.is_empty())
    }

    /// Where the name of a zone goes. O(vertices of the zone) the first time.
    pub(super) fn anchor(&self, plan: &Plan, tier: &Tier, borders: &Borders, slot: usize) -> Anchor {
        let Some(cell) = self.anchors.get(slot) else { return Anchor::default() };
        *cell.get_or_init(|| {
            let edges = self.edges.get_or_init(|| edges(plan, tier));
            let start = edges.partition_point(|(zone, _)| zone.index() < slot);
            let end = edges.partition_point(|(zone, _)| zone.index() <= slot);
            edges.get(start..end).map_or_else(Anchor::default, |edges| roomiest(plan, borders, edges))
        })
    }
}

/// Side of the square as large as a box, metres.
fn side_m(bounds: Bounds) -> f64 {
    let scale = Scale::at(bounds.centre().y);
    let span = |min: i32, max: i32| f64::from(max) - f64::from(min);
    (span(bounds.min.x, bounds.max.x) * scale.x * span(bounds.min.y, bounds.max.y) * scale.y).sqrt()
}

/// Borders with another zone, or none, on the other side; sorted by zone.
fn edges(plan: &Plan, tier: &Tier) -> Vec<(ZoneId, BorderId)> {
    let mut edges: Vec<(ZoneId, BorderId)> = Vec::new();
    for (id, border) in plan.coverage.borders().iter() {
        let owner = |face: Option<_>| face.and_then(|face| tier.owner_of(face));
        let (left, right) = (owner(border.left), owner(border.right));
        if left != right {
            edges.extend([left, right].into_iter().flatten().map(|zone| (zone, id)));
        }
    }
    edges.sort_unstable();
    edges
}

/// The cell of a grid over the zone with most room: the cross of free cells around it, weighted as text is shaped.
fn roomiest(plan: &Plan, borders: &Borders, edges: &[(ZoneId, BorderId)]) -> Anchor {
    let slots = edges.iter().map(|(_, id)| id.index());
    let bounds = slots.clone().fold(Bounds::EMPTY, |all, slot| all.join(borders.bounds[slot]));
    if bounds.is_empty() {
        return Anchor::default();
    }
    let scale = Scale::at(bounds.centre().y);
    let span = |min: i32, max: i32| (f64::from(max) - f64::from(min)).max(1.0) / GRID as f64;
    let (dx, dy) = (span(bounds.min.x, bounds.max.x), span(bounds.min.y, bounds.max.y));
    let level = level_for((dx * scale.x).min(dy * scale.y) / 2.0);
    let mut crossings = vec![Vec::new(); GRID];
    for slot in slots {
        let Some(border) = plan.coverage.borders().get(BorderId::from_index(slot)) else { continue };
        let flat = |point: Point| {
            ((f64::from(point.x) - f64::from(bounds.min.x)) / dx, (f64::from(point.y) - f64::from(bounds.min.y)) / dy)
        };
        let mut last: Option<(f64, f64)> = None;
        for (&point, _) in border.points.iter().zip(borders.ranks_of(slot)).filter(|&(_, &rank)| kept(rank, level)) {
            let next = flat(point);
            if let Some(last) = last {
                cross_rows(last, next, &mut crossings);
            }
            last = Some(next);
        }
    }
    best_cell(&inside(&mut crossings), dx * scale.x, dy * scale.y).map_or_else(
        || Anchor { at: Some(bounds.centre()), ..Anchor::default() },
        |Cell { column, row, across, up }| {
            let place = |min: i32, at: usize, size: f64| (f64::from(min) + (at as f64 + 0.5) * size) as i32;
            Anchor {
                at: Some(Point::new(place(bounds.min.x, column, dx), place(bounds.min.y, row, dy))),
                across: (across * dx) as f32,
                up: (up * dy) as f32,
            }
        },
    )
}

/// Notes where an edge crosses the middle of the rows.
fn cross_rows(a: (f64, f64), b: (f64, f64), crossings: &mut [Vec<f64>]) {
    let (low, high) = if a.1 < b.1 { (a, b) } else { (b, a) };
    let first = (low.1 - 0.5).ceil().max(0.0) as usize;
    for (row, list) in crossings.iter_mut().enumerate().skip(first) {
        let y = row as f64 + 0.5;
        if y >= high.1 {
            break;
        }
        list.push(low.0 + (high.0 - low.0) * (y - low.1) / (high.1 - low.1));
    }
}

/// Cells whose middle is inside, as bits of a row.
fn inside(crossings: &mut [Vec<f64>]) -> Vec<u32> {
    let row = |list: &mut Vec<f64>| {
        list.sort_by(f64::total_cmp);
        let bit = |column: usize| {
            let before = list.partition_point(|&x| x < column as f64 + 0.5);
            u32::from(before % 2 == 1) << column
        };
        (0..GRID).map(bit).sum()
    };
    crossings.iter_mut().map(row).collect()
}

struct Cell {
    column: usize,
    row: usize,
    across: f64,
    up: f64,
}

/// Cells inside in an unbroken line from each cell, itself counted half; by row and column. O(cells).
fn runs(rows: &[u32], (dx, dy): (i32, i32)) -> Vec<f64> {
    let size = GRID as i32;
    let order = |step: i32| -> Vec<i32> { if step > 0 { (0..size).rev().collect() } else { (0..size).collect() } };
    let mut runs = vec![0.0; GRID * GRID];
    for row in order(dy) {
        for column in order(dx) {
            if rows[row as usize] >> column & 1 == 0 {
                continue;
            }
            let (next_row, next_column) = (row + dy, column + dx);
            let on_grid = (0..size).contains(&next_row) && (0..size).contains(&next_column);
            let next: f64 = if on_grid { runs[(next_row * size + next_column) as usize] } else { 0.0 };
            runs[(row * size + column) as usize] = if next > 0.0 { next + 1.0 } else { 0.5 };
        }
    }
    runs
}

fn best_cell(rows: &[u32], width: f64, height: f64) -> Option<Cell> {
    let least = |directions: &[(i32, i32)]| {
        directions
            .iter()
            .map(|&direction| runs(rows, direction))
            .reduce(|one, two| one.iter().zip(two).map(|(&a, b)| f64::min(a, b)).collect())
    };
    let across = least(&[(1, 0), (-1, 0)])?;
    let up = least(&[(0, 1), (0, -1)])?;
    // Corners of the text count too, so that a name does not sit on a slanted border.
    let slant = least(&[(1, 1), (1, -1), (-1, 1), (-1, -1)])?;
    let middle = (GRID / 2) as f64;
    let mut best: Option<(f64, Cell)> = None;
    for (at, &free) in across.iter().enumerate().filter(|&(_, &free)| free > 0.0) {
        let (row, column) = (at / GRID, at % GRID);
        let room = (free * width).min(ASPECT * up[at] * height).min(ASPECT * slant[at] * height);
        let off = (column as f64 - middle).hypot(row as f64 - middle) / middle;
        let score = room * (1.0 - 0.15 * off);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, Cell { column, row, across: free, up: up[at] }));
        }
    }
    best.map(|(_, cell)| cell)
}
