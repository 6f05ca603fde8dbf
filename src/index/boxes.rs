//! Boxes by id in a loose grid of many levels: found, moved and taken out in a few steps each, and snapshots share what
//! did not change.
//!
//! A box is filed in one cell alone: that of its middle, on the level whose cells are just as wide as it is or wider
//! (Ulrich 2000, *Loose octrees*, Game Programming Gems). A search looks half a cell further on each level. There is
//! nothing to rebuild after many changes, which a packed R-tree would need.

use std::sync::Arc;

use crate::base::{Key, Table};
use crate::geometry::{Bounds, Point};

/// Levels: the cells of level `l` are `2^l` lattice cells wide; those of the last hold the whole earth.
const LEVELS: usize = 33;
/// Slots of the hash table at least; about one a box.
const LEAST_SLOTS: usize = 64;

/// A slot of the hash table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot(usize);

impl Key for Slot {
    fn from_index(index: usize) -> Self {
        Self(index)
    }

    fn index(self) -> usize {
        self.0
    }
}

/// Boxes by id. A clone costs a pointer for each 64 boxes.
#[derive(Clone, Debug)]
pub(super) struct Boxes<K: Key> {
    of: Table<K, Bounds>,
    /// Ids by the hash of their cell, ascending; cells that share a slot are told apart by the boxes themselves.
    cells: Table<Slot, Arc<[u32]>>,
    /// One less than the number of slots, a power of two.
    mask: usize,
    /// How many boxes each level holds.
    counts: [u32; LEVELS],
}

impl<K: Key> Boxes<K> {
    /// O(n).
    pub(super) fn new(boxes: impl Iterator<Item = (K, Bounds)>) -> Self {
        let mut table = Table::default();
        boxes.filter(|(_, bounds)| !bounds.is_empty()).for_each(|(id, bounds)| table.set(id, Some(bounds)));
        let slots = table.slots().next_power_of_two().max(LEAST_SLOTS);
        let mut new = Self { of: table, cells: Table::default(), mask: slots - 1, counts: [0; LEVELS] };
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); slots];
        for (id, &bounds) in new.of.iter() {
            let level = level(bounds);
            new.counts[level] += 1;
            lists[new.slot(level, cell_of(bounds.centre(), level)).0].push(id.index() as u32);
        }
        new.cells = lists.into_iter().map(Arc::from).collect();
        new
    }

    /// Sets the box of an id; an empty one takes it out. O(1) while the number of boxes stays below eight for each slot;
    /// beyond that all are filed anew.
    pub(super) fn set(&mut self, id: K, bounds: Bounds) {
        let old = self.of.get(id).copied();
        let new = Some(bounds).filter(|bounds| !bounds.is_empty());
        if old == new {
            return;
        }
        for (bounds, comes) in old.map(|old| (old, false)).into_iter().chain(new.map(|new| (new, true))) {
            let level = level(bounds);
            let slot = self.slot(level, cell_of(bounds.centre(), level));
            let mut ids = self.cells.get(slot).map_or_else(Vec::new, |ids| ids.to_vec());
            let number = id.index() as u32;
            match ids.binary_search(&number) {
                Ok(at) if !comes => {
                    ids.remove(at);
                }
                Err(at) if comes => ids.insert(at, number),
                _ => {}
            }
            self.cells.set(slot, Some(ids.into()));
            self.counts[level] = if comes { self.counts[level] + 1 } else { self.counts[level].saturating_sub(1) };
        }
        self.of.set(id, new);
        if self.of.slots() > 8 * (self.mask + 1) {
            *self = Self::new(self.of.iter().map(|(id, &bounds)| (id, bounds)).collect::<Vec<_>>().into_iter());
        }
    }

    /// Ids whose boxes meet a box, ascending. O(found + levels in use) for a small box; a box that covers more cells
    /// than there are boxes is compared with each.
    pub(super) fn meeting(&self, bounds: Bounds) -> Vec<K> {
        if bounds.is_empty() {
            return Vec::new();
        }
        let levels = || (0..LEVELS).filter(|&level| self.counts[level] > 0);
        let reach = |level: usize| {
            // One more, since the middle of an odd box is rounded down.
            let half = (1_i64 << level) / 2 + 1;
            let cell = |v: i32, by: i64| (i64::from(v) + by) >> level;
            [cell(bounds.min.x, -half), cell(bounds.min.y, -half), cell(bounds.max.x, half), cell(bounds.max.y, half)]
        };
        let cells: f64 = levels().map(reach).map(|[w, s, e, n]| (e - w + 1) as f64 * (n - s + 1) as f64).sum();
        if cells > self.of.slots() as f64 {
            return self.of.iter().filter(|(_, other)| other.meets(bounds)).map(|(id, _)| id).collect();
        }
        let mut found: Vec<u32> = Vec::new();
        for level in levels() {
            let [west, south, east, north] = reach(level);
            for cell in (west..=east).flat_map(|x| (south..=north).map(move |y| [x, y])) {
                let ids = self.cells.get(self.slot(level, cell)).map_or(&[][..], |ids| ids);
                found.extend(
                    ids.iter()
                        .copied()
                        .filter(|&id| self.of.get(K::from_index(id as usize)).is_some_and(|other| other.meets(bounds))),
                );
            }
        }
        // Cells that share a slot bring the same boxes again.
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|id| K::from_index(id as usize)).collect()
    }

    fn slot(&self, level: usize, [x, y]: [i64; 2]) -> Slot {
        let mixed = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (y as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let mixed = (mixed ^ level as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Slot((mixed >> 32) as usize & self.mask)
    }
}

/// The level whose cells are as wide as a box, or wider.
fn level(bounds: Bounds) -> usize {
    let side = |a: i32, b: i32| i64::from(b) - i64::from(a);
    let widest = side(bounds.min.x, bounds.max.x).max(side(bounds.min.y, bounds.max.y)).max(1) as u64;
    (64 - (widest - 1).leading_zeros()) as usize
}

fn cell_of(middle: Point, level: usize) -> [i64; 2] {
    [i64::from(middle.x) >> level, i64::from(middle.y) >> level]
}
