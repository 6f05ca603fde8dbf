//! The ground of a scene drawn by a graphics card: faces and borders stand on the card, and a pan or zoom changes a few
//! numbers. What stands on the ground ([`super::raster::marks`]) is laid over it.
//!
//! Kept within the limits of WebGL 2: no compute, no storage buffers. Lines are widened in the shader in screen pixels,
//! as in walkers 0.65 (`render/gpu.rs`); covers of one layer are united by their maximum, as the raster does.

mod cells;
mod pack;
mod pipelines;
mod screen;

use std::sync::{Arc, Mutex, PoisonError};

use eframe::wgpu::{Device, Queue};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{Cancelled, Progress};
use crate::geometry::Bounds;

use super::borders::level_for;
use super::scene::Scene;
use super::view::View;

pub use cells::Ground;
pub use screen::Screen;

use pack::Pack;
use pipelines::{LAYERS, Pipelines, ROW};

/// Most rows of the textures of faces and borders.
const ROWS: usize = 2048;
/// Most vertices of a cell or a reference layer: their buffers stay below what any card takes as one.
const MOST_VERTICES: usize = 5_000_000;
/// Bytes of packs kept on the card; those used longest ago go first.
const KEPT: usize = 384 << 20;
/// The coarsest level; one beyond what [`level_for`] gives.
const LEVELS: u8 = 62;

/// A graphics card with what was packed for it. Shared by the window and its jobs.
#[derive(Debug)]
pub struct Gpu {
    device: Device,
    queue: Queue,
    pipelines: Pipelines,
    packs: Mutex<Packs>,
}

/// Cell or lines by id, and level.
type Key = (u64, u8);

#[derive(Debug, Default)]
struct Packs {
    all: FxHashMap<Key, (Arc<Pack>, u64)>,
    bytes: usize,
    /// Counts the uses.
    clock: u64,
}

impl Gpu {
    /// Makes a card ready to draw.
    #[must_use]
    pub fn new(device: &Device, queue: &Queue) -> Self {
        Self {
            pipelines: Pipelines::new(device),
            device: device.clone(),
            queue: queue.clone(),
            packs: Mutex::default(),
        }
    }

    /// Whether a ground fits the card: up to 16 layers of lines, four million faces and as many borders, and no cell or
    /// reference layer that would burst a buffer.
    #[must_use]
    pub fn suits(ground: &Ground) -> bool {
        let Scene { plan, layers, .. } = &*ground.scene;
        let slots = plan.coverage.face_slots().max(plan.coverage.borders().slots());
        let cells = ground.cells.iter().map(|cell| cell.vertices);
        let most = cells.chain(ground.references.iter().map(|lines| lines.vertices)).max();
        slots <= ROW * ROWS && layers.len() + plan.references.len() <= LAYERS && most.unwrap_or(0) <= MOST_VERTICES
    }

    /// Packs what a view and a pan of half a view need and the card has not yet. Work for the background.
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop; what was packed by then is kept.
    pub fn pack(&self, ground: &Ground, view: &View, progress: &Progress) -> Result<(), Cancelled> {
        let level = level_for(view.metres_per_pixel() / 2.0);
        let seen = surroundings(view);
        let missing = |key: Key, bounds: Bounds| bounds.meets(seen) && !self.locked().all.contains_key(&key);
        let cells: Vec<_> = ground.cells.iter().filter(|cell| missing((cell.id, level), cell.bounds)).collect();
        cells.par_iter().try_for_each(|cell| {
            progress.check()?;
            self.keep((cell.id, level), Pack::of_cell(&self.device, &ground.scene, cell, level));
            Ok(())
        })?;
        let lines: Vec<_> = ground.references.iter().filter(|lines| missing((lines.id, 0), lines.bounds)).collect();
        lines.par_iter().try_for_each(|lines| {
            progress.check()?;
            self.keep((lines.id, 0), Pack::of_lines(&self.device, lines));
            Ok(())
        })
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Packs> {
        // A pack is put in whole or not at all, so what a panic left behind is sound.
        self.packs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, key: Key, pack: Arc<Pack>) {
        let mut packs = self.locked();
        packs.bytes += pack.bytes;
        let now = packs.clock;
        if let Some((before, _)) = packs.all.insert(key, (pack, now)) {
            packs.bytes -= before.bytes;
        }
        if packs.bytes > KEPT {
            packs.shrink(KEPT / 4 * 3);
        }
    }

    /// The packs of what is in view, each at the level asked for or at the nearest one there is.
    fn in_view(&self, ground: &Ground, view: &View) -> InView {
        let (level, seen) = (level_for(view.metres_per_pixel() / 2.0), view.bounds());
        let mut packs = self.locked();
        packs.clock += 1;
        let cells = ground.cells.iter().filter(|cell| cell.bounds.meets(seen));
        let cells = cells.filter_map(|cell| packs.nearest(cell.id, level)).collect();
        let visible = ground.scene.plan.references.iter().zip(&ground.references).enumerate();
        let visible = visible.filter(|(_, (reference, lines))| reference.visible && lines.bounds.meets(seen));
        let lines = visible.filter_map(|(at, (_, lines))| Some((at, packs.nearest(lines.id, 0)?))).collect();
        InView { cells, lines }
    }
}

/// What is in view: cells, and reference layers with their place in the plan's order.
struct InView {
    cells: Vec<(Key, Arc<Pack>)>,
    lines: Vec<(usize, (Key, Arc<Pack>))>,
}

impl InView {
    fn keys(&self) -> Vec<Key> {
        let lines = self.lines.iter().map(|(_, (key, _))| *key);
        self.cells.iter().map(|(key, _)| *key).chain(lines).collect()
    }
}

impl Packs {
    fn nearest(&mut self, id: u64, level: u8) -> Option<(Key, Arc<Pack>)> {
        let key = (0..LEVELS).find_map(|off| {
            // The finer one first: it hides nothing.
            let levels = [level.checked_sub(off), level.checked_add(off)];
            levels.into_iter().flatten().map(|level| (id, level)).find(|key| self.all.contains_key(key))
        })?;
        let (pack, used) = self.all.get_mut(&key)?;
        *used = self.clock;
        Some((key, Arc::clone(pack)))
    }

    fn shrink(&mut self, bytes: usize) {
        let mut by_age: Vec<(u64, Key, usize)> =
            self.all.iter().map(|(&key, (pack, used))| (*used, key, pack.bytes)).collect();
        by_age.sort_unstable();
        for (used, key, size) in by_age {
            if self.bytes <= bytes || used == self.clock {
                break;
            }
            self.all.remove(&key);
            self.bytes -= size;
        }
    }
}

/// What a view sees and half as much again on every side.
fn surroundings(view: &View) -> Bounds {
    let wide = View { width: view.width * 2.0, height: view.height * 2.0, ..*view };
    wide.bounds()
}
