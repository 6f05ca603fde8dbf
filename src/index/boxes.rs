//! Boxes by id in an R-tree that snapshots share, with the boxes that changed since it was built beside it.

use std::sync::Arc;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::base::Key;
use crate::geometry::{Bounds, Point};

/// With so many changed boxes the tree is built anew: once in some five hundred edits, so that the others stay quick.
const OVERLAY: usize = 2048;

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Boxes by id. A clone copies the changed ones alone.
#[derive(Clone, Debug)]
pub(super) struct Boxes<K> {
    tree: Arc<RTree<Entry>>,
    /// Changed ids, ascending; the empty box where one is gone.
    changed: Vec<(u32, Bounds)>,
    key: std::marker::PhantomData<fn() -> K>,
}

impl<K: Key> Boxes<K> {
    /// O(n log n).
    pub(super) fn new(boxes: impl Iterator<Item = (K, Bounds)>) -> Self {
        let boxes = boxes.map(|(id, bounds)| (id.index() as u32, bounds));
        Self { tree: tree(boxes), changed: Vec::new(), key: std::marker::PhantomData }
    }

    /// Sets the box of an id; an empty one takes it out. O(changed), O(n log n) once in a while.
    pub(super) fn set(&mut self, id: K, bounds: Bounds) {
        let id = id.index() as u32;
        match self.changed.binary_search_by_key(&id, |&(known, _)| known) {
            Ok(at) => self.changed[at].1 = bounds,
            Err(at) => self.changed.insert(at, (id, bounds)),
        }
        if self.changed.len() > OVERLAY {
            let corner = |[x, y]: [f64; 2]| Point::new(x as i32, y as i32);
            let stays = self.tree.iter().filter(|entry| !self.is_changed(entry.data)).map(|entry| {
                let area = entry.geom();
                (entry.data, Bounds::of(&[corner(area.lower()), corner(area.upper())]))
            });
            self.tree = tree(stays.chain(self.changed.iter().copied()));
            self.changed.clear();
        }
    }

    fn is_changed(&self, id: u32) -> bool {
        self.changed.binary_search_by_key(&id, |&(known, _)| known).is_ok()
    }

    /// Ids whose boxes meet a box, ascending. O(log n + found + changed).
    pub(super) fn meeting(&self, bounds: Bounds) -> Vec<K> {
        if bounds.is_empty() {
            return Vec::new();
        }
        let area = AABB::from_corners(place(bounds.min), place(bounds.max));
        let met = self.tree.locate_in_envelope_intersecting(area).map(|entry| entry.data);
        let mut found: Vec<u32> = met.filter(|&id| !self.is_changed(id)).collect();
        found.extend(self.changed.iter().filter(|(_, new)| new.meets(bounds)).map(|&(id, _)| id));
        found.sort_unstable();
        found.into_iter().map(|id| K::from_index(id as usize)).collect()
    }
}

/// A lattice point as the tree holds it, exactly.
fn place(point: Point) -> [f64; 2] {
    [f64::from(point.x), f64::from(point.y)]
}

fn tree(boxes: impl Iterator<Item = (u32, Bounds)>) -> Arc<RTree<Entry>> {
    let boxes = boxes.filter(|(_, bounds)| !bounds.is_empty());
    let entry = |(id, bounds): (u32, Bounds)| {
        GeomWithData::new(Rectangle::from_corners(place(bounds.min), place(bounds.max)), id)
    };
    Arc::new(RTree::bulk_load(boxes.map(entry).collect()))
}
