//! Where the name of a zone goes: the place inside its land with most room around it for a line of text.

use std::sync::Arc;

use rayon::prelude::*;

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
    /// Area in m², roughly: of the cells of the grid inside the zone.
    pub(super) area: f32,
}

/// Anchors by zone slot. With `old` anchors only the zones marked stale are looked at again.
pub(super) fn anchors(plan: &Plan, tier: &Tier, borders: &Borders, old: Option<(&[Anchor], &[bool])>) -> Arc<[Anchor]> {
    let mut edges: Vec<(ZoneId, BorderId)> = Vec::new();
    for (id, border) in plan.coverage.borders().iter() {
        let owner = |face: Option<_>| face.and_then(|face| tier.owner_of(face));
        let (left, right) = (owner(border.left), owner(border.right));
        if left != right {
            edges.extend([left, right].into_iter().flatten().map(|zone| (zone, id)));
        }
    }
    edges.sort_unstable();
    let of = |slot: usize| {
        if let Some((old, stale)) = old
            && !stale.get(slot).copied().unwrap_or(true)
            && let Some(&known) = old.get(slot)
        {
            return known;
        }
        let start = edges.partition_point(|(zone, _)| zone.index() < slot);
        let end = edges.partition_point(|(zone, _)| zone.index() <= slot);
        roomiest(plan, borders, &edges[start..end])
    };
    (0..tier.zones.slots()).into_par_iter().with_min_len(8).map(of).collect::<Vec<_>>().into()
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
        |Cell { column, row, across, up, cells }| {
            let place = |min: i32, at: usize, size: f64| (f64::from(min) + (at as f64 + 0.5) * size) as i32;
            Anchor {
                at: Some(Point::new(place(bounds.min.x, column, dx), place(bounds.min.y, row, dy))),
                across: (across * dx) as f32,
                up: (up * dy) as f32,
                area: (cells as f64 * dx * dy * scale.x * scale.y) as f32,
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
    cells: u32,
}

fn best_cell(rows: &[u32], width: f64, height: f64) -> Option<Cell> {
    let is_in = |column: i32, row: i32| {
        usize::try_from(row)
            .ok()
            .and_then(|row| rows.get(row))
            .is_some_and(|bits| column >= 0 && bits >> column & 1 == 1)
    };
    let run = |column: i32, row: i32, dx: i32, dy: i32| {
        (1..GRID as i32).take_while(|step| is_in(column + dx * step, row + dy * step)).count() as f64 + 0.5
    };
    let cells = rows.iter().map(|bits| bits.count_ones()).sum();
    let mut best: Option<(f64, Cell)> = None;
    let middle = (GRID / 2) as f64;
    for (row, column) in (0..GRID as i32).flat_map(|row| (0..GRID as i32).map(move |column| (row, column))) {
        if !is_in(column, row) {
            continue;
        }
        let across = run(column, row, 1, 0).min(run(column, row, -1, 0));
        let up = run(column, row, 0, 1).min(run(column, row, 0, -1));
        // Corners of the text count too, so that a name does not sit on a diagonal border.
        let slant = [(1, 1), (1, -1), (-1, 1), (-1, -1)].map(|(dx, dy)| run(column, row, dx, dy));
        let slant = slant.into_iter().fold(f64::MAX, f64::min);
        let room = (across * width).min(ASPECT * up * height).min(ASPECT * slant * height);
        let off = (f64::from(column) - middle).hypot(f64::from(row) - middle) / middle;
        let score = room * (1.0 - 0.15 * off);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, Cell { column: column as usize, row: row as usize, across, up, cells }));
        }
    }
    best.map(|(_, cell)| cell)
}
